// Outcomes: what came of the observations of an experiment and nothing else of them: no assignments, no texts. For what looks at all
// observations at once: fronts, stagnation.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

struct outcome {
    int64_t id;
    bool failed;
    const char *task;     // NULL: none
    const double *values; // [n_metrics] in the order of the names asked for; NAN: none, as when it has failed
};

// Of all observations that are not deleted, oldest first. metrics [n_metrics] are sorted names, "" for the unnamed one.
enum err_code outcome_list(struct tx *tx, struct arena *arena, int64_t experiment_id, const char *const *metrics,
                           size_t n_metrics, struct outcome **outcomes, size_t *n, struct err *err);

// The best value of a metric among the newest n_recent observations, and the n_th best (1: the best) among those before them; NAN
// where there are not so many successes.
struct outcome_trend {
    double recent, before;
};
enum err_code outcome_trend(struct tx *tx, int64_t experiment_id, const char *metric, bool maximize, size_t n_recent, size_t nth,
                            struct outcome_trend *trend, struct err *err);
