// Kernel: the covariance function of both models, Matérn 5/2 with one length scale per group of input columns.
//
//     r2 = sum_c ((x_c - x'_c) / ell_group(c))^2 + 1e-16,   r = sqrt(5 r2)
//     k  = s2 (1 + r + 5/3 r2) exp(-r)          base = s2 5/3 (1 + r) exp(-r)
//     dk / dlog ell_g = base * sum_{c in g} ((x_c - x'_c) / ell_g)^2,   dk / dlog s2 = k
//
// Source: C. Rasmussen, C. Williams, "Gaussian Processes for Machine Learning", MIT Press 2006, equation 4.17; automatic
// relevance determination as in its section 5.1. The 1e-16 keeps r away from zero. Columns of one categorical parameter share a
// length scale. Cost: covariance n^2/2 (d + exp), gradient n^2/2 d.
//
// Inputs are scaled once per theta into *scaled transposed* form: [d x n], row c = column c divided by its length scale, so that
// the inner loops run over points with unit stride. Pure functions over arrays of the caller.
#pragma once

#include <stddef.h>

// scaled [d x n] from x [n x d], log length scales [n_groups] and group [d] (group[c] < n_groups).
void kernel_scale(const double *x, size_t n, size_t d, const size_t *group, const double *log_ell, double *scaled);

// Covariance k [n x n] of the points with themselves, and base [n x n] (may be NULL). Only the lower triangles are written.
void kernel_covariance(const double *scaled, size_t n, size_t d, double s2, double *k, double *base);

// Covariance of m points (za [d x m]) with n points (zb [d x n]), into k [m x n].
void kernel_cross(const double *za, size_t m, const double *zb, size_t n, size_t d, double s2, double *k);

// Adds a variance to k [m x n] where two points have the same number in one column, rows za [m] and zb [n] of the scaled form: the
// covariance of a constant of its own for each number.
void kernel_add_offsets(const double *za, size_t m, const double *zb, size_t n, double variance, double *k);

// gradient[g] = sum_ij weight_ij dK_ij / dlog ell_g over all n x n pairs, for a symmetric weight [n x n] and the base of
// kernel_covariance; of both only the lower triangles are read. work has n * (d + 1) numbers.
void kernel_gradient(const double *scaled, size_t n, size_t d, const size_t *group, size_t n_groups, const double *weight,
                     const double *base, double *work, double *gradient);
