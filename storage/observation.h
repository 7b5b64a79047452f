// Observations: what was reported. Soft-deleted. Each operation keeps the experiment's counters, progress, sequence and epoch.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// How to tell which observation is best: the single optimized metric of evaluations in full.
struct best_rule {
    const char *metric; // "" for the unnamed one; NULL: there is no best
    bool maximize;
    const char *task; // only its observations count; NULL: all do
};

// Inserts with assignments and values, closes its suggestion, gives it the experiment's next sequence, updates first, last,
// best (ties: the newest), counts and consumed budget (cost of the task: 1 without tasks); touches experiment and project.
// Sets record->id and record->sequence.
enum err_code observation_insert(struct tx *tx, struct observation_record *record, const struct best_rule *rule, double cost,
                                 struct err *err);
// ERR_NOT_FOUND when missing, deleted or of another experiment.
enum err_code observation_find(struct tx *tx, struct arena *arena, int64_t experiment_id, int64_t id,
                               struct observation_record *record, struct err *err);
// By ids that are known to exist, e.g. first, last and best of a progress; id 0 is skipped (records[i].id stays 0).
enum err_code observation_get(struct tx *tx, struct arena *arena, const int64_t *ids, size_t n,
                              struct observation_record *records, struct err *err);
// Replaces suggestion, task, failed, metadata, assignments and values. Raises the epoch unless only metadata changed
// (`metadata_only`). Recomputes best. Closes a newly named suggestion; one that no observation names any more, deleted ones
// included, is open again. The consumed budget grows by `extra_cost`: the cost of the new task less that of the old one. Touches
// nothing: the caller knows the time (experiment_touch). ERR_NOT_FOUND as observation_find.
enum err_code observation_update(struct tx *tx, const struct observation_record *record, const struct best_rule *rule,
                                 double extra_cost, bool metadata_only, struct err *err);
// Soft delete; recomputes progress and takes `cost` off the consumed budget; raises the epoch. The suggestion stays closed. `now`
// touches experiment and project.
enum err_code observation_delete(struct tx *tx, int64_t experiment_id, int64_t id, const struct best_rule *rule, double cost,
                                 int64_t now, struct err *err);
// Undoes a delete: it counts again. ERR_NOT_FOUND when missing, not deleted or of another experiment.
enum err_code observation_restore(struct tx *tx, int64_t experiment_id, int64_t id, const struct best_rule *rule, double cost,
                                  int64_t now, struct err *err);
enum err_code observation_delete_all(struct tx *tx, int64_t experiment_id, int64_t now, struct err *err);

struct observation_filter {
    int64_t experiment_id;
    bool deleted; // true: only deleted ones, false: only others
};
// By id.
enum err_code observation_page(struct tx *tx, struct arena *arena, const struct observation_filter *filter,
                               const struct page_query *page, struct observation_record **records, size_t *n, int64_t *count,
                               struct err *err);
// Not deleted observations with sequence > after in sequence order, with assignments and values: the optimizer's trials.
enum err_code observation_since(struct tx *tx, struct arena *arena, int64_t experiment_id, int64_t after,
                                struct observation_record **records, size_t *n, struct err *err);
