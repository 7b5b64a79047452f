// Loop: suggest -> evaluate -> suggest, as a server would do it: a surrogate for each history, hyperparameters and relaxations
// handed on as they would be stored. One or several evaluations at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "optimizer/suggest.h"
#include "tests/problems/problems.h"

struct loop {
    const struct problem *problem;
    size_t capacity, p;
    double *x;            // [capacity x p] points of the trials
    double *values;       // [capacity x n_metrics]
    struct trial *trials; // [capacity]
    double *open;         // [capacity x p] points of open suggestions, oldest first
    const double **open_rows;
    size_t *open_tasks; // [capacity]
    struct suggestion *made; // [capacity] the open suggestions, oldest first
    struct relaxation *relaxations; // [capacity]
    struct history history;
    double *theta[MODEL_COUNT];
    struct hyperparameters hyperparameters[MODEL_COUNT];
    struct surrogate *surrogate; // of the present trials, or NULL
};

// Room for `capacity` trials and as many open suggestions. The problem must outlive the loop.
void loop_init(struct loop *loop, const struct problem *problem, uint32_t seed, size_t capacity);
void loop_clear(struct loop *loop);

// Makes a suggestion and opens it. out->x [p] is the caller's.
void loop_suggest(struct loop *loop, struct suggestion *out);
// Reports the oldest open suggestion of a problem with one metric.
void loop_report(struct loop *loop, bool failed, double value);
// The same with values [n_metrics] of all metrics, not read when failed.
void loop_report_all(struct loop *loop, bool failed, const double *values);
// Reports a point of the user's, evaluated in task 0.
void loop_supply(struct loop *loop, const double *x, bool failed, double value);
void loop_supply_all(struct loop *loop, const double *x, bool failed, const double *values);
