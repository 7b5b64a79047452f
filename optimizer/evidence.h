// Evidence: the trials of a history in the coordinates of today's space, ready for the models.
//
// Values of cheap evaluations are moved to the median of the full ones (fidelity_align); the models take care of the rest. Trials too far
// outside of the space are left out. Arrays are parallel, in sequence order, owned here, read only afterwards.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/problem.h"
#include "optimizer/space.h"

// The reported values of one metric that is optimized or a constraint.
struct outcome {
    size_t metric; // number in the problem
    bool maximize, has_threshold;
    double threshold; // inclusive
    bool noisy;       // some success has a standard deviation > 0
    double *y;        // [n] natural values, moved where the task is a cheap one; 0 for failures
    double *stddev;   // [n] standard deviations; 0 for none
};

struct evidence {
    size_t n, p, d;
    double *u;        // [n x p] unit coordinates, snapped and clipped to the space
    double *z;        // [n x d] kernel columns, not clipped
    bool *inside;     // [n] a point of the space
    bool *success;    // [n]
    size_t *task;     // [n]
    size_t *rows;     // [n_success] the successes
    size_t n_success;
    struct outcome outcomes[PROBLEM_OPTIMIZED_MAX + PROBLEM_CONSTRAINTS_MAX]; // optimized metrics first, then constraints
    size_t n_outcomes, n_objectives;
    size_t n_metrics; // of the problem
    size_t n_tasks;   // 1 when there are none
    size_t full;      // the task of cost 1
    size_t n_trials; // of the history, with those left out
};

void evidence_init(struct evidence *evidence, const struct space *space, const struct problem *problem,
                   const struct history *history);
void evidence_clear(struct evidence *evidence);
size_t evidence_bytes(const struct evidence *evidence);

// Unit coordinates [p] of a success.
const double *evidence_success(const struct evidence *evidence, size_t i);

// Orders the successes by merit [n_success] (smaller is better), those inside the space before the others; order [n_success] gets
// indices into rows.
void evidence_rank(const struct evidence *evidence, const double *merit, size_t *order);

// Merit by values alone [n_success]: with one optimized metric and nothing else its minimised natural values, else what standing.h
// says of all. With several tasks their places, 0, 1, ..., those of cheaper ones behind the others.
void evidence_values(const struct evidence *evidence, double *merit);
