// Minimize: projected BFGS in a box, for the few hyperparameters of a model.
//
// Dense inverse-Hessian BFGS; gradient components that point out of the box at a bound are zeroed; the first step is scaled by
// 1/max(1, |g|), the longest component of a step is at most 2, Armijo condition 1e-4 with quadratic interpolation clamped to
// [0.1, 0.5] and at most 10 tries; the matrix is reset when the direction does not descend or the line search fails.
// Source: J. Nocedal, S. Wright, "Numerical Optimization", 2nd ed., chapters 3 and 6; projection after D. Bertsekas, "Projected
// Newton methods for optimization problems with simple constraints", SIAM J. Control 20, 1982. Deterministic.
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "optimizer/suggest.h"

// Value an objective reports where it cannot be computed (not positive definite, not finite), with a zero gradient.
#define MINIMIZE_INFEASIBLE 1e10

// Returns the value at t [n] and writes the gradient [n]. Must never return NaN.
typedef double minimize_fn(void *arg, const double *t, double *gradient);

struct minimize_options {
    size_t max_iterations;
    size_t max_evaluations;      // of the objective; 0: no limit
    double gradient_tolerance;   // stop when no projected gradient component exceeds this
    double decrease_tolerance;   // stop when an iteration gains less than this
    const struct stopper *stopper; // seen before each evaluation; may be NULL
};

struct minimize_result {
    double value;
    size_t evaluations;
};

// From t (clipped into the box lo .. hi) to a local minimum, in place; t is the best point accepted. ERR_STOPPED when the stopper
// said so.
enum err_code minimize(minimize_fn *objective, void *arg, size_t n, double *t, const double *lo, const double *hi,
                       const struct minimize_options *options, struct minimize_result *result, struct err *err);

// True when the stopper (may be NULL) says that work should end.
bool minimize_stopped(const struct stopper *stopper);
