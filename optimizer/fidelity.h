// Fidelity: tasks, the same evaluation in versions of different cost, of which the cheaper ones are only alike (multi-fidelity).
//
// Models know a task by one more kernel column, its *level* in [0, 1]:
//
//     level = 1 - log(cost) / log(least cost)        1 for the full evaluation, 0 for the cheapest
//
// with a length scale of its own, the last of all: one value says how much the cheap versions tell of the full one (long: nearly
// everything, short: nothing). Costs count by their logarithm because a tenth of the data or of the epochs is as far from a
// hundredth as from the whole. K. Swersky, J. Snoek, R. Adams, "Multi-task Bayesian optimization", NIPS 2013; a stationary kernel
// over the fidelity after K. Kandasamy, G. Dasarathy, J. Schneider, B. Poczos, "Multi-fidelity Bayesian optimisation with
// continuous approximations", ICML 2017.
//
// A point is chosen for what it promises at full cost; then the task for what its outcome would teach about that, per cost
// (suggest.c). *Allowance*: cheap evaluations between two full ones may together cost as much as a full one. A task that would take
// more is not chosen, so that at least half of the cost of a long experiment buys full evaluations, even where the cheap ones mislead.
//
// *Alignment*: cheap evaluations are often worse or better than full ones whatever the point. For the models their values are moved so
// that the median of each task's successes is that of the full ones (without those: of the task with most successes, the first of equals).
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/problem.h"

struct fidelity {
    size_t n;        // tasks; 1 when a problem has none
    size_t full;     // the task of cost 1
    size_t cheapest;
    double *cost, *level; // [n]
};

void fidelity_init(struct fidelity *fidelity, const struct problem *problem);
void fidelity_clear(struct fidelity *fidelity);

// What a cheap evaluation may cost now: what is left of the allowance. What the user supplied costs nothing.
double fidelity_allowance(const struct fidelity *fidelity, const struct history *history);

// Aligns the values of one metric: rows [n] are the successes among the trials, task [trials] their tasks, y [trials] their values.
void fidelity_align(const struct fidelity *fidelity, const size_t *task, const size_t *rows, size_t n, double *y);
