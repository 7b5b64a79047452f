// Outcomes: what came of the observations of an experiment and nothing else of them: no assignments, no texts. For what looks at all
// observations at once: fronts, stagnation.
#pragma once

#include "storage/observation.h"
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

// What the newest n_recent of the observations that count by the rule say against those before them.
struct outcome_trend {
    double recent, before; // the best value of the newest, and the n_th best (1: the best) before them; NAN: not so many successes
    size_t n_before;       // number of those before, at most n_th
};
// The rule has a metric.
enum err_code outcome_trend(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, size_t n_recent, size_t nth,
                            struct outcome_trend *trend, struct err *err);
