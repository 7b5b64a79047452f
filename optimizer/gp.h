// GP: Gaussian process regression, the model of the objective. Minimised, standardised values (transform.h) at kernel inputs.
//
//     K_n = K + offsets + diag(noise + extra_i + 1e-8)            K, offsets: kernel.h
//     m   = 1'K_n^-1 y / 1'K_n^-1 1                               constant mean by generalised least squares
//     nll = 1/2 (y-m)' alpha + sum log L_ii + n/2 log 2 pi        alpha = K_n^-1 (y - m)
//     predict: mu = m + k.alpha,  var = max(s2 - |L^-1 k|^2, 1e-12)   (latent, without noise)
//
// theta = [log length scale of each group, log s2, log noise], estimated by maximum a posteriori (hyperprior.h, minimize.h).
// Source: C. Rasmussen, C. Williams, "Gaussian Processes for Machine Learning", 2006, Algorithm 2.1 and equation 5.9; the mean
// needs no term of its own in the gradient (envelope theorem). One evaluation costs about n^3 operations in BLAS-3 form and
// n^2/2 exponentials. Workspace is made once for a fit; prediction allocates nothing. A gp belongs to one thread at a time.
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "optimizer/hyperprior.h"
#include "optimizer/suggest.h"

// Priors of the two objective models, indexed by MODEL_OBJECTIVE_SQUASHED and MODEL_OBJECTIVE_PLAIN.
extern const struct hyperprior gp_priors[2];

struct gp_data {
    const double *x;     // [n x d] kernel inputs
    size_t n, d;         // n >= 1
    const size_t *group; // [d] length scale of each column, below n_groups
    size_t n_groups;
    const double *y;     // [n]
    double offset;       // variance of a constant of its own for each number in the last column (each task); 0: none
    const double *extra; // [n] known noise variances added to the diagonal (>= 0), or NULL
};

struct gp;

// Copies the data. No model yet: call gp_fit or gp_condition.
struct gp *gp_create(const struct gp_data *data);
void gp_destroy(struct gp *gp); // NULL is allowed

// -log marginal likelihood (- log prior when prior is not NULL) at theta [n_groups + 2], and its gradient. The gp is not changed.
// ERR_NUMERIC where it cannot be computed.
enum err_code gp_objective(const struct gp *gp, const struct hyperprior *prior, double box, const double *theta, double *value,
                           double *gradient);

// Maximum a posteriori theta, then condition on it. Starts: warm [n_groups + 2] unless NULL, the default start, and the prior
// means when box < 1, in this order; the best end wins. max_evaluations bounds the evaluations of all starts together (0: no
// bound): a further start gets what the earlier ones have left, if anything. ERR_STOPPED (the gp is as before) or ERR_NUMERIC.
enum err_code gp_fit(struct gp *gp, const struct hyperprior *prior, double box, const double *warm, size_t max_evaluations,
                     const struct stopper *stopper, struct err *err);

// Factor and weights at a fixed theta, from scratch. When the matrix is not positive definite, growing jitter is tried (x 10, at
// most GP_JITTER_TRIES times), then ERR_NUMERIC.
#define GP_JITTER_TRIES 8
enum err_code gp_condition(struct gp *gp, const double *theta, struct err *err);

// A new gp with the same theta and data plus q points z [q x d] whose values are this gp's own posterior means ("kriging
// believer", D. Ginsbourger et al. 2010). On success *out is the caller's.
enum err_code gp_create_believer(struct gp *gp, const double *z, size_t q, struct gp **out, struct err *err);

// Posterior mean and variance [m] at z [m x d]; either may be NULL. The gp must be conditioned.
void gp_predict(struct gp *gp, const double *z, size_t m, double *mu, double *var);

// Posterior correlation of what is observed at za (noise and all) with the value at zb [d], in [0, 1]: how much an evaluation there
// tells of here. A negative one is 0.
double gp_correlation(struct gp *gp, const double *za, const double *zb);

const double *gp_theta(const struct gp *gp); // [n_groups + 2] of the last condition; NULL before
double gp_mean(const struct gp *gp);         // m
const double *gp_alpha(const struct gp *gp); // [n]
double gp_noise(const struct gp *gp);        // fitted noise variance (without extra and jitter)
size_t gp_bytes(const struct gp *gp);        // held in memory
