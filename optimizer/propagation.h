// Propagation: the posterior of latent values under a Gaussian prior and success or failure labels, by expectation propagation.
//
// Prior f ~ N(mean, K), likelihood p(y|f) = eps + (1 - 2 eps) Phi(y f), y = +1 success, -1 failure (feasibility.h). Each label's
// likelihood is replaced by an unnormalised Gaussian *site* with precision tau_i >= 0 and shift nu_i, such that the posterior's mean
// and variance at i are those of prior, all other sites and the exact likelihood of i together. With b = nu - tau mean,
// B = I + S K S = L L', S = diag(sqrt tau), P = L^-1 S:
//
//     weight = b - P'P K b       posterior mean = mean + K weight       posterior covariance = K - (P K)'(P K)
//
// All sites are updated at once, damped. Trials at the same place answer each other's steps, so that the iteration may circle at the
// usual damping; it then goes on with smaller ones. Sources: C. Rasmussen, C. Williams, "Gaussian Processes for Machine Learning",
// 2006, section 3.6, equations 3.53 to 3.59; in parallel: M. van Gerven et al., "Efficient Bayesian multivariate fMRI analysis using
// a sparsifying spatio-temporal prior", NeuroImage 50, 2010. Laplace's approximation (feasibility.h) sits at the mode, which for a
// large latent variance is far from the mean, so that its probabilities are too near one half: M. Kuss, C. Rasmussen, "Assessing
// approximate inference for binary Gaussian process classification", JMLR 6, 2005. Pure function, any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// What is left of it; arrays of the caller.
struct propagation {
    double *root;   // [n x n] lower: P
    double *weight; // [n]
    // Without the label i (the *cavity*): mean and variance of latent i, as a prediction that does not know it.
    double *left_mean, *left_variance; // [n] each
};

#define PROPAGATION_SWEEPS 40 // most updates of all sites at a damping, of which there are up to four; each costs about 5/3 n^3

// K: covariance [n x n], symmetric and whole, positive definite. ERR_NUMERIC when it cannot be computed.
enum err_code propagation_run(const double *covariance, size_t n, double mean, const bool *success, double lapse, double crash,
                              struct propagation *out);
