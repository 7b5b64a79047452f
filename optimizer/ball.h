// Ball: the middle of {y in [0, 1]^n : A y <= b}, in two senses. Rows of A [m x n] have length 1 (or are 0). Pure.
#pragma once

#include <stddef.h>

#include "base/err.h"

// The centre y [n] of the largest ball in it, and its radius, by a linear program (S. Boyd, L. Vandenberghe, "Convex Optimization",
// 2004, section 8.5.1). Negative when it is empty; below BALL_ROOM it has no room to speak of.
#define BALL_ROOM 1e-9
double ball_inscribe(const double *a, const double *b, size_t m, size_t n, double *y);

// From an interior point y [n] to the analytic centre, the minimum of -sum of logarithms of all distances to a border, by Newton's
// method; root [n x n] is the lower Cholesky factor of the Hessian there. ERR_NUMERIC: too thin.
enum err_code ball_centre(const double *a, const double *b, size_t m, size_t n, double *y, double *root);
