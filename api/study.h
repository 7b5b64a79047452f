// Study: what the model workers remember of one experiment between two jobs: its problem, its trials, the fitted models and
// perhaps the next suggestion, prepared in advance.
//
// A cache of the database and nothing else. study_load brings it up to date with what was stored since the last time, and starts
// anew when the past has changed (another epoch). Models belong to the trials up to one sequence, the study's *horizon*.
// Suggestions for requests that have waited together are made at the same horizon, so that they share one fit; what was observed
// behind the horizon counts as pending, so that no point is repeated.
//
// Why a cached surrogate is as good as one made from the rows: the hyperparameters a suggestion used are stored with it, and what
// the optimizer fits at a horizon depends on the trials, on those hyperparameters and on the numbers of suggestions made before,
// not on who asked or how often (optimizer/suggest.h).
//
// One thread at a time. Owned by the cache (api/model_cache.h), or by the job that has taken it out.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/bridge.h"
#include "api/definition.h"
#include "optimizer/suggest.h"
#include "storage/storage.h"

struct study;

// What moves from one suggestion to the next. Lives in the arena it was loaded into, and as long as the study is not loaded again.
struct snapshot {
    int64_t epoch;
    int64_t sequence; // the horizon
    int64_t ordinal;
    struct history history;
    const int64_t *open_ids; // of the open suggestions in history.pending
    size_t n_open;           // history.n_pending - n_open points were observed behind the horizon
    int64_t grid_index; // of the next combination of a grid search
    struct hyperparameters given[MODEL_COUNT]; // of the newest suggestion
};

// A suggestion and what is stored with it.
struct study_answer {
    struct suggestion suggestion;
    const char *models;
};

struct study *study_create(int64_t experiment_id);
void study_destroy(struct study *study); // NULL is allowed
int64_t study_experiment(const struct study *study);
// Bytes held, nearly.
size_t study_bytes(const struct study *study);

// Brings the study up to date, inside a read transaction. With keep_horizon the models stay where they are if that is possible.
// On error the study is as good as new. ERR_NOT_FOUND, ERR_INVALID: the experiment is deleted; ERR_CORRUPT.
enum err_code study_load(struct study *study, struct tx *tx, struct arena *arena, bool keep_horizon, struct snapshot *snapshot,
                         struct err *err);

// Valid until the next study_load.
const struct definition *study_definition(const struct study *study);
// The models at the snapshot's horizon.
struct surrogate *study_surrogate(struct study *study, const struct snapshot *snapshot);

// Which parameters matter, at the snapshot's horizon.
struct importances {
    size_t n_metrics, n_parameters;
    const double *metrics; // [n_metrics x n_parameters] shares, in the definition's order
    const double *failure; // [n_parameters]; NULL: nothing is known of failures
};

// Valid until the next study_load. Found once at each horizon. ERR_UNPROCESSABLE when there are fewer successes than the protocol
// asks for; ERR_STOPPED.
enum err_code study_importances(struct study *study, const struct snapshot *snapshot, const struct stopper *stopper,
                                struct importances *out, struct err *err);

// The suggestion that comes next. Memory of the answer is the arena's. ERR_STOPPED.
enum err_code study_suggest(struct study *study, const struct snapshot *snapshot, const struct stopper *stopper,
                            struct arena *arena, struct study_answer *answer, struct err *err);
// The same for somebody who is still to come. ERR_STOPPED: part of the work is kept.
enum err_code study_prepare(struct study *study, const struct snapshot *snapshot, const struct stopper *stopper, struct err *err);
// What was prepared, when nothing has changed since; else false.
bool study_take_prepared(struct study *study, const struct snapshot *snapshot, struct arena *arena, struct study_answer *answer);
// A suggestion without models, for a deadline that has passed.
void study_fall_back(const struct study *study, const struct snapshot *snapshot, struct arena *arena, struct study_answer *answer);
