// Progress: the counters and the first, last and best observation that are kept on the experiment's row. Moved in the
// transaction that changes what they count, never by a trigger.
#pragma once

#include "storage/observation.h"

// What an observation that is to be appended must know of its experiment.
struct progress_state {
    int64_t sequence;
    int64_t best_observation_id; // 0: none
};

// ERR_NOT_FOUND when there is no such experiment.
enum err_code progress_load(struct tx *tx, int64_t experiment_id, struct progress_state *state, struct err *err);
// Counts an observation that was inserted with the next sequence; best_id becomes the best one.
enum err_code progress_append(struct tx *tx, const struct observation_record *record, int64_t best_id, double cost,
                              struct err *err);
// Corrects the consumed budget of an observation whose task changed.
enum err_code progress_add_cost(struct tx *tx, int64_t experiment_id, double cost, struct err *err);
// Finds the best one anew.
enum err_code progress_find_best(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, struct err *err);
// Counts one observation that was deleted (by = -1) or restored (by = 1) and finds first, last and best anew. Raises the epoch.
enum err_code progress_recount(struct tx *tx, int64_t experiment_id, int by, const struct best_rule *rule, double cost,
                               struct err *err);
// No observation is left. Raises the epoch; the models' hyperparameters are forgotten.
enum err_code progress_remove_all(struct tx *tx, int64_t experiment_id, struct err *err);
