// Simplex: small dense linear programs, maximize c.x subject to A x <= b, x >= 0, where x = 0 is feasible (b >= 0).
//
// Source: G. Dantzig's method on the condensed tableau (V. Chvatal, "Linear Programming", 1983, chapters 2 and 3); the largest
// coefficient enters, and R. Bland's rule (Mathematics of Operations Research 2, 1977) when that has taken too long, so that it ends.
// Cost: some m + n pivots of m n operations. Pure.
#pragma once

#include <stddef.h>

#include "base/err.h"

// tableau [(m + 1) x (n + 1)], overwritten: row i < m is A_i, b_i; row m is -c, 0. On success x [n] and *value are the optimum.
// ERR_NUMERIC: unbounded, or it did not end.
enum err_code simplex_maximize(double *tableau, size_t m, size_t n, double *x, double *value);
