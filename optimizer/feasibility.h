// Feasibility: the probability that an evaluation succeeds, learnt from failures: a Gaussian process classifier (probit, Laplace
// approximation) with a lapse rate.
//
// Labels y = +1 success, -1 failure. p(y|f) = eps + (1 - 2 eps) Phi(y f); latent f ~ GP(m, K + 1e-6 I), kernel.h. With z = y f,
// q = p(y|f), r = (1 - 2 eps) phi(z) / q:
//
//     log p = log q    g = y r    W = r (r + z)    d3 = y (r (z^2 - 1) + 3 z r^2 + 2 r^3)       (an outlier, W < 0: d3 = 0)
//
// Where the share c of evaluations crashes, p is (1 - c) p for a success, c + (1 - c) p for a failure, and r = (1 - c) (1 - 2 eps)
// phi(z) / q.
//
// The mode is found by Newton steps with a line search in a = K^-1 (f - m); log marginal and gradient at the mode. Predict:
// mu = m + k.g, var = max(s2 - |P k|^2, 1e-12) with P = L^-1 diag(sqrt W), B = I + sqrt W K sqrt W = L L', and
// PoF = Phi(mu / sqrt(1 + var)), without the lapse because a lapse has no place in space, and corrected by the data's rarity.
//
// theta = [log length scale of each group, log s2, m], by maximum a posteriori. Source: C. Rasmussen, C. Williams, "Gaussian
// Processes for Machine Learning", 2006, Algorithms 3.1, 3.2, 5.1; 5.1 is rewritten so that each hyperparameter costs O(n^2). The
// lapse (robust probit) keeps one odd failure from poisoning its surroundings. Duplicates with contradicting labels are fine.
// A feasibility belongs to one thread at a time.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "optimizer/hyperprior.h"
#include "optimizer/suggest.h"

extern const struct hyperprior feasibility_prior;

#define FEASIBILITY_LAPSE 0.01 // every evaluation fails, or succeeds, at random with about this probability

struct feasibility_data {
    const double *x;     // [n x d] kernel inputs
    size_t n, d;         // n >= 1
    const size_t *group; // [d], below n_groups
    size_t n_groups;
    bool fidelity;       // the last of them is that of the fidelity: for who chooses the prior
    const bool *success; // [n]
    double lapse;        // 0 <= lapse < 0.5; FEASIBILITY_LAPSE in use
    double crash;        // share of all evaluations that fail wherever they are (crashes.h); 0 <= crash < 1
    double rarity;       // when the rows are a draw by label (subset.h): failures behind each failure, divided by successes behind each
                         // success. 0: no such draw, the same as 1
};

// log probability of success by a model of a draw by label -> that in the population: the odds are divided by the rarity (prior
// correction: G. King, L. Zeng, "Logistic regression in rare events data", Political Analysis 9, 2001, section 4.1).
double feasibility_undraw(double log_pof, double rarity);

// log q at z = y f, and *r, as above.
double feasibility_log_likelihood(double z, double lapse, double crash, bool success, double *r);

struct feasibility;

// Copies the data. No model yet: call feasibility_fit or feasibility_condition.
struct feasibility *feasibility_create(const struct feasibility_data *data);
void feasibility_destroy(struct feasibility *model); // NULL is allowed

// -log of the Laplace marginal likelihood (- log prior when prior is not NULL) at theta [n_groups + 2] from a cold start of the
// mode, and its gradient (a close approximation where the curvature of an outlier is cut off). The model is not changed.
// ERR_NUMERIC where it cannot be computed.
enum err_code feasibility_objective(const struct feasibility *model, const struct hyperprior *prior, double box,
                                    const double *theta, double *value, double *gradient);

// As gp_fit, with one difference: the default start is used only when there is no warm one.
enum err_code feasibility_fit(struct feasibility *model, const struct hyperprior *prior, double box, const double *warm,
                              size_t max_evaluations, const struct stopper *stopper, struct err *err);

// Mode and factor at a fixed theta, from scratch (cold start of the mode), so that a rebuilt model equals a cached one.
enum err_code feasibility_condition(struct feasibility *model, const double *theta, struct err *err);

// Latent mean and variance [m] at z [m x d]; either may be NULL. The model must be conditioned.
void feasibility_latent(struct feasibility *model, const double *z, size_t m, double *mu, double *var);
// log PoF [m] at z [m x d]; var (latent variances) may be NULL.
void feasibility_log_pof(struct feasibility *model, const double *z, size_t m, double *log_pof, double *var);

const double *feasibility_theta(const struct feasibility *model); // [n_groups + 2] of the last condition; NULL before
const double *feasibility_mode(const struct feasibility *model);  // f [n]
const double *feasibility_slope(const struct feasibility *model); // g [n], d log p / df at the mode
const double *feasibility_curvature(const struct feasibility *model); // W [n]
size_t feasibility_bytes(const struct feasibility *model);
