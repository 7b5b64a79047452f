// Goal: what the next suggestion of the model phase is after, given the problem's metrics.
//
//     one optimized metric        expected improvement below the best value among the points that satisfy the constraints
//     two                         expected growth of the dominated area (hypervolume.h), same points
//     no point satisfies yet      the probability that one does
//     one, several solutions      the same, in turn within the regions around the best different points (regions.h)
//     constraint metrics only     new ground that satisfies them (acquisition.h, coverage)
//
// Each constraint metric has a model of its own, and the probability that its value is on the right side of the threshold is a
// factor of the acquisition: M. Gelbart, J. Snoek, R. Adams, "Bayesian optimization with unknown constraints", UAI 2014 (also that the
// probability alone is the goal while nothing satisfies); J. Gardner, M. Kusner, Z. Xu, K. Weinberger, J. Cunningham, "Bayesian
// optimization with inequality constraints", ICML 2014. docs/algorithms/metrics.md has the rest.
//
// Thresholds of optimized metrics (there are some only where two are optimized) are the reference point: beyond them there is no
// area. Where a metric has none, the reference is its worst value so far and a tenth of the values' range more. The usual choice, a
// tenth of the front's extent behind the front (H. Ishibuchi, R. Imada, Y. Setoguchi, Y. Nojima, "How to specify a reference point
// in hypervolume calculation", Evolutionary Computation 26, 2018), lets an early front of one corner shut out the rest.
#pragma once

#include <stddef.h>

#include "optimizer/acquisition.h"
#include "optimizer/hypervolume.h"
#include "optimizer/regions.h"
#include "optimizer/surrogate.h"

struct goal {
    const struct surrogate *surrogate;
    size_t turn;          // number of model-phase suggestions before
    struct models models; // whose turn it is
    struct models plain;  // for what is told
    struct feasibility *feasibility; // NULL: none
    struct calibration *calibration; // for what is told; NULL: none
    struct calibration *caution;     // for the search; NULL: none
    struct gp *believers[PROBLEM_OPTIMIZED_MAX + PROBLEM_CONSTRAINTS_MAX]; // of the models, knowing the open suggestions; owned
    struct bound bounds[PROBLEM_CONSTRAINTS_MAX];
    struct front front;
    struct regions regions; // of one optimized metric, when several solutions are wanted
    double *merit;    // [n_success] standing of the successes, smaller is better
    bool *satisfied;  // [n_success] every constraint metric
    double *covered;  // [n_covered x d] kernel columns, see acquisition.h
};

// Makes the models (ERR_STOPPED; to be cleared all the same) and fills in what the acquisition needs to know of them, the penalty
// for open suggestions and known points apart. open_z [n_open x d]: kernel columns of open suggestions. key: of a stream of points.
enum err_code goal_init(struct goal *goal, struct surrogate *surrogate, size_t n_model, const double *open_z, size_t n_open,
                        uint64_t key, const struct stopper *stopper, struct acquisition *acquisition, struct err *err);
void goal_clear(struct goal *goal);

// Unit coordinates [most x p] of the points to search around, best first; returns their number, at least 1. Points of the same
// standing take turns.
size_t goal_tops(const struct goal *goal, size_t most, double *tops);

// Expected improvement at kernel columns z [d] in natural units; with two optimized metrics the growth of the area, in the product of
// their units. NaN without a model or before a point satisfies the constraints, and where nothing is optimized.
double goal_improvement(const struct goal *goal, const double *z);
