// Posterior: what is left of a Gaussian process model once it is conditioned, enough to predict from.
//
//     mu = mean + k.weight        var = max(s2 + offset - |root k|^2, 1e-12)        k = covariances with the n points of the model
//
// Both models end in this form: regression with root = L^-1 of K_n and weight = alpha, classification with root = P and weight =
// the slopes at the mode. Source: C. Rasmussen, C. Williams, "Gaussian Processes for Machine Learning", 2006, equations 2.25,
// 2.26, 3.21, 3.24. Prediction works in blocks of points with BLAS-3 products (n^2 operations a point) and allocates nothing.
// One thread at a time.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct posterior {
    size_t n, d, n_groups;
    double *x;       // [n x d] kernel inputs
    size_t *group;   // [d]
    double *theta;   // [n_groups + 2]
    double *scaled;  // [d x n] inputs as in kernel.h
    double *root;    // [n x n] lower
    double *weight;  // [n]
    double mean, s2;
    double offset;   // variance of a constant for each number in the last column; 0: none. The owner sets it
    bool ready;      // all of the above belong together
    double *block;   // scratch
};

// Copies the inputs; not ready yet.
void posterior_init(struct posterior *posterior, const double *x, size_t n, size_t d, const size_t *group, size_t n_groups);
void posterior_clear(struct posterior *posterior);

// Takes over theta: scales the inputs and sets s2. root, weight and mean are the caller's to fill; not ready until he says so.
void posterior_set_theta(struct posterior *posterior, const double *theta);

// mu and var [m] at z [m x d]; either may be NULL. Must be ready.
void posterior_predict(struct posterior *posterior, const double *z, size_t m, double *mu, double *var);

// Posterior covariance of the values at za and zb [d]. Must be ready.
double posterior_covariance(struct posterior *posterior, const double *za, const double *zb);

size_t posterior_bytes(const struct posterior *posterior); // held in memory
