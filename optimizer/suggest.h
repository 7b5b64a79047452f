// Suggest: the optimizer's public door: fitted models of a history, the next point to evaluate, predictions.
//
// Pure and deterministic: (problem, history, hyperparameters) -> suggestion, with a random stream that is counter-based on
// (seed, ordinal). The same inputs on the same BLAS kernel give the same bits. Work is bounded by counts, never by the clock;
// a caller who has a deadline sets a stop flag. No threads, clock, environment or input/output; one thread per surrogate.
//
// The model at a history is *defined* as: hyperparameters theta fitted at the first n_fit trials (or now, when the refit
// schedule says so, warm-started from the given theta), Cholesky factor and Laplace mode computed from scratch on all trials.
// So a cached surrogate and one that is rebuilt after a restart are the same bit for bit.
#pragma once

#include "optimizer/problem.h"

// The models of a problem. Stored in databases by number: never change them.
enum model {
    MODEL_OBJECTIVE_SQUASHED = 0, // objective GP on values whose bad half is squashed, short length scales
    MODEL_OBJECTIVE_PLAIN = 1,    // objective GP on standardised values, long length scales
    MODEL_FEASIBILITY = 2,        // probit GP classifier of success and failure
    MODEL_SECOND_SQUASHED = 3,    // the same two for the second optimized metric
    MODEL_SECOND_PLAIN = 4,
    MODEL_CONSTRAINT = 5, // GP of the first constraint metric; the next three those of further ones
    MODEL_COUNT = 9
};

// Hyperparameters of one model, as stored with each suggestion.
struct hyperparameters {
    const double *theta; // [n_theta] log length scale per parameter, with several tasks that of the fidelity, log signal variance,
                         // then log noise (objectives) or latent mean (feasibility)
    size_t n_theta;      // hyperparameters_size, or 0: never fitted
    size_t n_fit;        // number of trials at the last fit; 0 forces a fit at the next use (theta still warm-starts it)
};

// Number of hyperparameters of each model of a problem.
size_t hyperparameters_size(const struct problem *problem);

// Seen at each factorisation and search round; non-NULL and true means: give up with ERR_STOPPED.
typedef bool stop_fn(void *arg);

struct stopper {
    stop_fn *stopped; // NULL: never
    void *arg;
};

// Models of one (problem, trials). Fits happen on first use, at most once each.
struct surrogate;

// Copies what it needs of problem and history.trials; never fits, hence cheap. Both must have passed their check.
struct surrogate *surrogate_create(const struct problem *problem, const struct history *history,
                                   const struct hyperparameters given[MODEL_COUNT]);
void surrogate_destroy(struct surrogate *surrogate); // NULL is allowed
// Hyperparameters now: the given ones, or newer where a fit happened. theta belongs to the surrogate.
struct hyperparameters surrogate_hyperparameters(const struct surrogate *surrogate, enum model model);
// Bytes held, for cache limits.
size_t surrogate_bytes(const struct surrogate *surrogate);

struct suggestion {
    double *x;          // [n_params] natural units, inside the bounds; the caller's array
    enum phase phase;
    size_t task;        // to be evaluated; 0 without tasks. Predictions below are of the full evaluation all the same
    bool filler;        // no expected improvement worth having at the tolerated risk: a hint to stop
    double inevitable;  // share of its predicted probability of failure that the safest candidate has too; 0 ... 1
    bool exploring;     // no expected improvement carried the choice (no objective model, a filler, instead of a repeat)
    size_t relaxations; // times the floor was lowered without an evaluation
    double floor, box;  // controllers after this suggestion, for the record
    double probability_of_feasibility; // NaN when unknown (no model, or nothing has failed yet)
    double probability_of_constraints; // that all metric constraints hold where it works; NaN when unknown, or there are none
    double expected_improvement;       // of the optimized metric, natural units; NaN when unknown
    double *mean, *stddev;             // [n_metrics] predicted values, natural units; NaN when unknown. The caller's arrays, or NULL.
                                       // stddev: of the value without noise, widened where successes are few (suggest.md, section 4)
};

// The next point to evaluate. history must have the same trials as the surrogate was created from; pending points, ordinal,
// relaxations may have moved on. Numerical trouble never escapes: there is always a sensible point. Only ERR_STOPPED (when the
// stopper said so) can be returned; then *out is not to be used and the surrogate may be kept.
enum err_code suggest(struct surrogate *surrogate, const struct history *history, const struct stopper *stopper,
                      struct suggestion *out, struct err *err);

// A feasibility-aware point without any model, in time linear in trials: for a deadline that has passed (PHASE_FALLBACK).
void suggest_fallback(const struct problem *problem, const struct history *history, struct suggestion *out);

struct prediction {
    double probability_of_feasibility; // 1 - 1e-... never NaN: the share of successes when no classifier exists
    double probability_of_constraints; // as above; NaN with fewer than two successes, too
    double *mean, *stddev;             // as above; NaN with fewer than two successes, and for stored metrics
};

// Predicts at m points x[i] ([n_params] natural units each); the arrays of out [m] are the caller's. Fits what is needed
// (ERR_STOPPED as above).
enum err_code surrogate_predict(struct surrogate *surrogate, const double *const *x, size_t m, const struct stopper *stopper,
                                struct prediction *out, struct err *err);

// Which parameters decide whether an evaluation fails (importance.h): share [n_params], >= 0, sum 1. Fits the classifier if needed
// (ERR_STOPPED as above). ERR_UNPROCESSABLE while nothing has failed or nothing has worked: nothing is known then.
enum err_code surrogate_failure_importance(struct surrogate *surrogate, const struct stopper *stopper, double *share,
                                           struct err *err);

// Which parameters move a metric, of whatever strategy (importance.h): share [n_params], >= 0, sum 1; 1/n_params each when its values
// are all nearly the same. Of a Gaussian process of its own, fitted to the successes of the history. ERR_STOPPED as above.
// ERR_UNPROCESSABLE with fewer than two successes.
enum err_code metric_importance(const struct problem *problem, const struct history *history, size_t metric,
                                const struct stopper *stopper, double *share, struct err *err);
