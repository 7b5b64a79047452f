// Calibration: the probability of feasibility that is *told* (suggestions, predictions, importances).
//
// The search is steered by feasibility.h, whose short length scales make it careful near what failed and indifferent where nothing
// was tried. A user who reads a number wants one that can be trusted everywhere. This model is made for that, from the same trials:
//
// - longer length scales, which do not follow the trust box, and besides the Matérn covariance a trend in each column z: with the
//   orthonormal Legendre polynomials l1 = sqrt 3 (2 z - 1), l2 = sqrt 5 (6 z^2 - 6 z + 1), z clipped to [0, 1], d columns,
//
//       k = s2 [Matérn + TREND / d sum_c (l1 l1' + l2 l2')]
//
// - hyperparameters by feasibility_fit, without the trend;
// - the posterior by expectation propagation (propagation.h);
// - p = Phi(t mu / sqrt(1 + var)), t from the trials' own left-out predictions, with the cavity's mean m_i and variance v_i: the
//   largest
//
//       sum_i w_i log(eps + (1 - 2 eps) Phi(t y_i m_i / sqrt(1 + v_i))) - 1/2 (log(t / 2) / 0.4)^2        w_i = sqrt(n c_i)
//
//   a probit form of J. Platt, "Probabilistic outputs for support vector machines", 1999. A search is no uniform sample of the space,
//   so a trial counts by the share c_i that it stands for (cells.h), flattened by the square root: H. Shimodaira, "Improving predictive
//   inference under covariate shift by weighting the log-likelihood function", 2000.
//
// Where the rows are a draw by label, p is corrected as in feasibility.h (rarity).
//
// The search is warned with a slope of its own (caution): w_i = v_i / max v, which takes from trials in a crowd, and 1.4 instead of 2.
//
// Constants were found by ablation (docs/algorithms/suggest.md, section 5). One thread at a time.
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "optimizer/feasibility.h"

#define CALIBRATION_POINTS_MAX 400 // callers give no more, for the time's sake
#define CALIBRATION_FIT_MAX 100    // rows that the hyperparameters are fitted on

struct calibration;

// Fits the model to data [n], which stand for the shares cells [n] of the space (cells.h); the hyperparameters to `part` (other rows of
// the same space; usually the same when they are few). *out is NULL, with ERR_NONE, when numbers do not let themselves be factorised. The
// only error is ERR_STOPPED.
enum err_code calibration_create(const struct feasibility_data *data, const double *cells, const struct feasibility_data *part,
                                 const struct stopper *stopper, struct calibration **out, struct err *err);
void calibration_destroy(struct calibration *model); // NULL is allowed

// log probability that an evaluation works [m], at z [m x d].
void calibration_log_pof(struct calibration *model, const double *z, size_t m, double *log_pof);

// The same with the slope for the search.
void calibration_log_caution(struct calibration *model, const double *z, size_t m, double *log_pof);

double calibration_slope(const struct calibration *model); // t
size_t calibration_bytes(const struct calibration *model);
