// Surrogate, seen from inside: the models of one (problem, trials), each fitted at most once, at its first use.
//
// suggest.h is the public side and says what the model at a history is. Costs are bounded by counts: hyperparameters are fitted on
// all points up to SURROGATE_FIT_WHOLE and above that on SURROGATE_FIT_PART of them, and a model is conditioned on at most
// SURROGATE_POINTS_MAX; which, is drawn by (seed, number of trials).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optimizer/calibration.h"
#include "optimizer/evidence.h"
#include "optimizer/feasibility.h"
#include "optimizer/gp.h"
#include "optimizer/space.h"
#include "optimizer/suggest.h"
#include "optimizer/transform.h"

// Hyperparameters and schedule of one model.
struct slot {
    double *given, *fitted; // [n_groups + 2] each
    size_t given_size;      // n_groups + 2, or 0: none given
    size_t given_n_fit;
    size_t fitted_n_fit;
    bool tried;   // this surrogate has made the model, or could not
    bool adopted; // a suggestion used the fitted ones: they are what surrogate_hyperparameters tells
};

struct objective {
    struct gp *gp; // NULL: not made, or numerically impossible
    struct transform transform;
};

struct surrogate {
    struct space space;
    struct evidence evidence;
    enum tolerance tolerance;
    bool random;
    uint32_t seed;
    double box; // at these trials: the priors of the length scales follow it
    struct slot slots[MODEL_COUNT];
    struct objective objectives[2]; // MODEL_OBJECTIVE_SQUASHED, MODEL_OBJECTIVE_PLAIN
    struct feasibility *feasibility; // steers the search
    struct calibration *calibration; // tells probabilities
    bool calibrated;                 // this surrogate has made it, or could not
};

#define SURROGATE_FIT_WHOLE 600
#define SURROGATE_FIT_PART 400
#define SURROGATE_POINTS_MAX 1000

// The models, made if need be. *out is NULL when there is none: an objective with fewer than two successes, feasibility without a
// failure, or numbers that do not let themselves be factorised. It belongs to the surrogate. The only error is ERR_STOPPED.
// `adopt`: a suggestion is being made, so the hyperparameters are to be told and stored.
enum err_code surrogate_objective(struct surrogate *surrogate, enum model model, bool adopt, const struct stopper *stopper,
                                  struct objective **out, struct err *err);
enum err_code surrogate_feasibility(struct surrogate *surrogate, bool adopt, const struct stopper *stopper,
                                    struct feasibility **out, struct err *err);
// The probabilities to be told; fitted from scratch, of nothing but the trials. NULL without a failure.
enum err_code surrogate_calibration(struct surrogate *surrogate, const struct stopper *stopper, struct calibration **out,
                                    struct err *err);

// Merit of each success [n_success] (smaller is better) and the incumbent's standardised value: observed values at full cost, or
// posterior means of those where observations are noisy or of a cheaper task. The incumbent is a full evaluation if there is one.
// objective may be NULL (values).
double surrogate_merit(const struct surrogate *surrogate, const struct objective *objective, double *merit);

// NaN into both arrays [n_metrics], of which any may be NULL.
void surrogate_forget(size_t n_metrics, double *mean, double *stddev);

// Predictions at kernel columns z [m x d]; see struct prediction. objective and calibration may be NULL.
void surrogate_describe(const struct surrogate *surrogate, const struct objective *objective, struct calibration *calibration,
                        const double *z, size_t m, struct prediction *out);
