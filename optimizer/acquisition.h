// Acquisition: how much a candidate is worth evaluating. Larger is better; a logarithm.
//
//     both models          A = log(EI + c) + log PoF           EI in standardised values below the incumbent, c = 3e-5
//     objective only       A = log EI                          nothing has failed yet
//     feasibility only     A = 1/2 log var + log PoF           one success: learn the border (var of the classifier's latent)
//     neither              A = log(squared distance to the nearest known point in kernel columns + 1e-12)
//
// What stands for log EI otherwise:
//
//     two optimized metrics    the logarithm of the expected growth of the dominated area (hypervolume.h)
//     nothing satisfies yet    0: the probabilities decide
//     nothing is optimized     the logarithm of the share of the ball around the candidate that is not in the ball of the nearest
//                              point that satisfies the constraints or is open: new ground (the expected coverage improvement of
//                              G. Malkomes, B. Cheng, E. Lee, M. McCourt, "Beyond the Pareto efficient frontier: constraint active
//                              search for multiobjective experimental design", ICML 2021, with the nearest ball for all). Of two
//                              balls of radius r at a distance t in p dimensions the share is I_(t/2r)^2 (1/2, (p+1)/2), the
//                              regularised incomplete beta function, and 1 from t = 2r on (S. Li, "Concise formulas for the area
//                              and volume of a hyperspherical cap", Asian Journal of Mathematics and Statistics 4, 2011)
//
// With constraint metrics the sum of log Phi((threshold - mu) / sd), sd with the noise, is added to log PoF; the floor is one under
// PoF alone, because a violation is no lost evaluation.
//
// PoF is the smaller one of what two models say: the search's own (feasibility.h), which is careful near what has failed but whose
// length scales shrink with the box, so that it forgets a border that is farther away; and the one that is told (calibration.h), which
// does not, as a share of the most that it says of a success.
//
// c is the value of a success whatever its metric; it must be far below any improvement worth having. Where log PoF < log floor,
// A is lowered by 50 and 20 log PoF is added: below the floor the most feasible point wins. Near open suggestions
// log(1 - exp(-(dist / (0.05 box))^2) + 1e-300) is added, dist the largest coordinate distance in the unit cube, so that parallel
// workers learn different things. EI after J. Mockus 1978, in log space after S. Ament et al. 2023 (special.h); EI x PoF after
// M. Schonlau, W. Welch, D. Jones 1998; floor, c and distance term are our own (docs/algorithms/suggest.md).
//
// EI takes only the uncertainty about the function for a chance: the fitted noise is subtracted from the latent variance, which is
// what it is at a point that was evaluated. Evaluating that point again teaches nothing about a function without noise (after
// A. Forrester, A. Keane, N. Bressloff, "Design and analysis of 'noisy' computer experiments", AIAA Journal 44, 2006, who
// interpolate the regression anew; the subtraction is a close and cheaper approximation).
//
// Where the user has priors, `belief` times the logarithm of their density is added (belief.h).
//
// What does not depend on the floor is kept apart in `struct score`, so that candidates can be ranked anew for another floor.
// One thread at a time, as the models.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/calibration.h"
#include "optimizer/feasibility.h"
#include "optimizer/gp.h"
#include "optimizer/hypervolume.h"
#include "optimizer/regions.h"
#include "optimizer/space.h"

#define ACQUISITION_SUCCESS 3e-5 // c

enum aim { AIM_VALUE, AIM_FRONT, AIM_SATISFYING, AIM_GROUND };

// The model of a metric, standardised and minimised, and its threshold.
struct bound {
    struct gp *gp;
    double noise; // fitted variance that is no uncertainty about the function
    double threshold;
};

struct acquisition {
    const struct space *space;
    enum aim aim;
    struct bound objectives[2];      // of the optimized metrics; the first gp NULL: none. Thresholds are not read
    const struct bound *bounds;      // [n_bounds] constraint metrics
    size_t n_bounds;
    struct feasibility *feasibility; // NULL: none
    struct calibration *calibration; // NULL: none; only together with feasibility
    double told_most; // the largest log probability that it says of a success
    double success;                  // c
    double best;                     // AIM_VALUE: standardised value of the incumbent
    const struct front *front;       // AIM_FRONT
    const double *covered;           // AIM_GROUND: [n_covered x d] kernel columns
    size_t n_covered;
    double radius;
    double box;
    const double *open; // [n_open x p] unit coordinates of open suggestions
    size_t n_open;
    const double *known; // [n_known x d] kernel columns of all known points; read when both models are missing
    size_t n_known;
    double belief; // exponent of the users' priors
    const struct regions *regions; // candidates of other regions than the current one are out of turn; NULL: anywhere
};

struct score {
    double merit;           // log EI; without an objective what stands for it
    double log_pof;         // 0 without a classifier
    double log_constraints; // that every constraint metric is on the right side; 0 without any
    double distance;        // the terms for open suggestions, for priors, and for what is out of turn
};

// Scores m snapped candidates u [m x p].
void acquisition_score(const struct acquisition *acquisition, const double *u, size_t m, struct score *scores);

// A at a floor in [0, 1). Never NaN.
double acquisition_value(const struct acquisition *acquisition, const struct score *score, double floor);

// True when there is an objective and only c, not the expected improvement, carries the candidate.
bool acquisition_is_filler(const struct acquisition *acquisition, const struct score *score);

// True when there is no model of what is aimed at.
bool acquisition_is_blind(const struct acquisition *acquisition);

// Squared Euclidean distance of kernel columns z [d] to the nearest of known [n x d]; infinite when n is 0.
double acquisition_isolation(const double *z, const double *known, size_t n, size_t d);
