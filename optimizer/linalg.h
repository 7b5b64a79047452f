// Linalg: dense linear algebra on flat row-major arrays, over GSL and CBLAS (served by OpenBLAS).
//
// Matrices are `double *` with the row length as stride; n, m, d are sizes; every size is >= 1. "Lower" means that only the lower
// triangle including the diagonal is meaningful: what stands above is not read and may be overwritten. Nothing is allocated:
// results go to arrays of the caller. Pure functions, any thread (after runtime_init).
//
// Sources: G. Golub, C. Van Loan, "Matrix Computations", 4th ed., sections 3.1 and 4.2; blocked forms as in LAPACK.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// Lower Cholesky factor of the symmetric a [n x n] (lower triangle read and replaced), in n^3/3 operations; no jitter is added.
// *half_log_det = sum of log L_ii = 1/2 log det a. ERR_NUMERIC when a is not positive definite or anything is not finite; a is
// then undefined.
enum err_code linalg_cholesky(double *a, size_t n, double *half_log_det);

// Lower L [n x n] -> its inverse, in place. L must come from a successful linalg_cholesky.
void linalg_invert_lower(double *l, size_t n);

// Lower V [n x n] -> lower triangle of V'V, in place. With V = L^-1 this is (L L')^-1.
void linalg_gram_of_lower(double *v, size_t n);

// Lower triangle copied over the upper one.
void linalg_mirror_lower(double *a, size_t n);

// y := L x and y := L'x for lower L [n x n]; x and y must not overlap.
void linalg_lower_times_vector(const double *l, size_t n, const double *x, double *y);
void linalg_lower_transposed_times_vector(const double *l, size_t n, const double *x, double *y);

// x := L^-1 x and x := L^-T x for lower L [n x n].
void linalg_solve_lower(const double *l, size_t n, double *x);
void linalg_solve_lower_transposed(const double *l, size_t n, double *x);

// B := L B and B := B L' for lower L [n x n]; B is [n x m] and [m x n].
void linalg_lower_times_matrix(const double *l, size_t n, double *b, size_t m);
void linalg_matrix_times_lower_transposed(double *b, size_t m, const double *l, size_t n);

// y := A x for symmetric A [n x n] (lower triangle read).
void linalg_symmetric_times_vector(const double *a, size_t n, const double *x, double *y);

// y := A x + add for A [m x n].
void linalg_matrix_times_vector(const double *a, size_t m, size_t n, const double *x, double add, double *y);

double linalg_dot(const double *x, const double *y, size_t n);

// True when all n numbers are finite.
bool linalg_is_finite(const double *x, size_t n);
