// Observed values: one row for each metric of a successful observation. A row is live while its observation is not deleted;
// the live ones are indexed by value, so that the best is found without looking at the others.
#pragma once

#include "storage/observation.h"

enum err_code observation_value_insert_all(struct tx *tx, const struct observation_record *record, struct err *err);
// Sorted by name.
enum err_code observation_value_load(struct tx *tx, struct arena *arena, int64_t observation_id,
                                     const struct metric_value **values, size_t *n, struct err *err);
enum err_code observation_value_delete_all(struct tx *tx, int64_t observation_id, struct err *err);
enum err_code observation_value_set_live(struct tx *tx, int64_t observation_id, bool live, struct err *err);
// Those of an experiment are not live any more.
enum err_code observation_value_retire_all(struct tx *tx, int64_t experiment_id, struct err *err);

// The live observation that is best by the rule, the newest of equals; 0 when there is none. O(log n); with a task, and the better
// ones of other tasks are looked at.
enum err_code observation_value_best(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, int64_t *observation_id,
                                     struct err *err);
