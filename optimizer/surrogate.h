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

// The model of one metric, optimized or constraint.
struct objective {
    struct gp *gp; // NULL: not made, or numerically impossible
    struct transform transform;
};

struct surrogate {
    struct space space;
    struct evidence evidence;
    enum tolerance tolerance;
    bool random;
    size_t n_solutions;
    uint32_t seed;
    double crashes; // share of evaluations that fail whatever the point (crashes.h)
    double box; // at these trials: the priors of the length scales follow it
    struct slot slots[MODEL_COUNT];
    struct objective objectives[MODEL_COUNT]; // by model; that of MODEL_FEASIBILITY is none
    struct feasibility *feasibility; // steers the search
    struct calibration *calibration; // tells probabilities
    struct calibration *caution;     // warns the search, where evaluations crash; otherwise the other one does
    bool calibrated, cautioned;      // this surrogate has made them, or could not
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
// That which warns the search. It knows of crashes: the probability that is told is that of all failures.
enum err_code surrogate_caution(struct surrogate *surrogate, const struct stopper *stopper, struct calibration **out, struct err *err);

// The model of outcome number k: its constraint model, or the squashed or plain one of an optimized metric.
enum model surrogate_model(const struct evidence *evidence, size_t k, bool squashed);

// Standardised values [n_success] of the model's metric at the successes: observed ones at full cost, or posterior
// means of those where observations are noisy or of a cheaper task.
void surrogate_levels(const struct surrogate *surrogate, enum model model, const struct objective *objective, double *level);

// NaN into both arrays [n_metrics], of which any may be NULL.
void surrogate_forget(size_t n_metrics, double *mean, double *stddev);

// Models of all outcomes, in the order of the evidence; NULL where there is none.
struct models {
    struct objective *outcomes[PROBLEM_OPTIMIZED_MAX + PROBLEM_CONSTRAINTS_MAX];
    enum model numbers[PROBLEM_OPTIMIZED_MAX + PROBLEM_CONSTRAINTS_MAX];
};

// All of them, as above; `squashed` says which ones of the optimized metrics.
enum err_code surrogate_models(struct surrogate *surrogate, bool squashed, bool adopt, const struct stopper *stopper,
                               struct models *models, struct err *err);

// Predictions at kernel columns z [m x d] by plain models; see struct prediction. calibration may be NULL.
void surrogate_describe(const struct surrogate *surrogate, const struct models *models, struct calibration *calibration,
                        const double *z, size_t m, struct prediction *out);
