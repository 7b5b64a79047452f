// Space: the coordinates in which the optimizer thinks about a point.
//
// Three of them. *Natural*: the user's units, as in problem.h. *Unit*: one number in [0, 1] for each parameter; candidates live
// here and are *snapped* (moved to a possible value) before they are scored. *Kernel columns*: the inputs of both models.
//
//     parameter                       unit u                              kernel columns
//     double                          (v - lo) / (hi - lo), or of logs    u
//     int, grid: level j of k         (j + 1/2) / k                       j / (k - 1), 0 when k = 1
//     categorical: level j of k       (j + 1/2) / k                       one-hot, sqrt(1/2) at j; of very many levels see levels.h
//     number under a condition                                            sin c, cos c, with c the column from above
//     inactive                        the middle                          zeros
//
// sqrt(1/2) puts two different categories at distance 1, and all columns of a parameter share one length scale. sin c, cos c lay
// an active number on an arc around the origin: two active points are 2 sin(|c - c'| / 2) apart, which is nearly what it is without
// a condition, an active and an inactive one 1, whatever the number, and two inactive ones 0. This is the "arc" kernel of K. Swersky,
// D. Duvenaud, J. Snoek, F. Hutter, M. Osborne, "Raiders of the lost architecture", NIPS workshop on Bayesian optimization 2013,
// after F. Hutter, M. Osborne, "A kernel for hierarchical parameter spaces", arXiv:1310.5738, with radius and angle fixed at 1: both
// are one length scale then, and no hyperparameter is added. Points that differ in inactive coordinates only are the same point.
//
// Data may lie outside today's space (bounds were changed, a category was removed): their columns are not clipped as long as they
// are within one range of the bounds; a removed category is the all-zero one-hot.
//
// A space owns its arrays, copies what it needs of the problem, and is read only afterwards: any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optimizer/belief.h"
#include "optimizer/fidelity.h"
#include "optimizer/polytope.h"
#include "optimizer/problem.h"
#include "optimizer/random.h"

struct axis {
    enum param_kind kind;
    bool log;
    double lo, hi;   // DOUBLE, INT: natural bounds
    uint64_t levels; // number of possible values; 0: continuous
    double *grid;    // GRID: [levels] ascending natural values
    size_t column;   // first kernel column
    size_t width;    // number of kernel columns
    size_t *shared;  // CATEGORICAL: [levels] which of them is a level's (levels.h); NULL: each level has its own
    struct condition *conditions; // when it is active; [n_conditions], all must hold
    size_t n_conditions;
    struct belief belief; // of a double
};

struct space {
    size_t p; // parameters
    size_t d; // kernel columns
    size_t n_groups; // length scales: one for each parameter, and with several tasks one for the fidelity
    struct axis *axes;
    size_t *group; // [d] parameter of each kernel column; p for the fidelity
    struct fidelity fidelity;
    bool conditional; // some parameter has conditions
    bool believed;    // some parameter has a prior
    struct polytope polytopes[2]; // what linear constraints leave of the double and of the int parameters
    size_t *order;    // [p] the parameters, conditionals first
    double *list;     // [n_list x p] all points in ascending order, where that takes a list; NULL: none
    size_t n_list;
};

void space_init(struct space *space, const struct problem *problem);
void space_clear(struct space *space);
// Lets categorical parameters with very many levels do with fewer kernel columns, those that the trials need (levels.h). Before
// anything is encoded.
void space_share(struct space *space, const struct history *history);

// Where a natural point stands relative to the space.
enum place {
    PLACE_INSIDE,  // a point of the space
    PLACE_BESIDE,  // not one, but near enough to tell the models something
    PLACE_OUTSIDE, // no use
};

// Unit coordinates u [p] (snapped; those of the nearest point of the space when x is not in it) and kernel columns z [d] (never
// clipped) of a natural point. Either may be NULL. z is finite unless the answer is PLACE_OUTSIDE.
enum place space_locate(const struct space *space, const double *x, double *u, double *z);

// Moves u [p] to a possible point, the nearest or nearly so: clips to [0, 1], moves discrete coordinates to the middle of their level
// and inactive ones to the middle, and then into what the linear constraints leave. NaN goes to 0. A possible point stays.
void space_snap(const struct space *space, double *u);
// Kernel columns z [d] of a snapped u [p].
void space_encode(const struct space *space, const double *u, double *z);
// Both of them write the column of the full evaluation where there are several tasks. This writes that of another one.
void space_set_task(const struct space *space, size_t task, double *z);
// Natural values x [p] of a snapped u [p], inside the bounds; NaN for inactive parameters.
void space_natural(const struct space *space, const double *u, double *x);
// Whether parameter i is active at u [p], which need not be snapped.
bool space_active(const struct space *space, size_t i, const double *u);

// Level of a discrete coordinate u in [0, 1].
uint64_t axis_level(const struct axis *axis, double u);
double axis_unit(const struct axis *axis, uint64_t level); // middle of a level

// Number of distinct points; SPACE_UNCOUNTED when a parameter is continuous or there are too many. With conditions or constraints "too
// many" begins above SPACE_LISTED.
#define SPACE_LISTED 10000
#define SPACE_UNCOUNTED UINT64_MAX
uint64_t space_count(const struct space *space);
bool space_is_finite(const struct space *space);
// Point number index of a counted space, in mixed radix (the last parameter moves fastest, conditionals slowest), and back.
void space_point(const struct space *space, uint64_t index, double *u);
uint64_t space_index(const struct space *space, const double *u);
// Levels low .. low + size - 1 of parameter order[depth] that are possible when those before it have their levels in u [p].
void space_levels(const struct space *space, const double *u, size_t depth, uint64_t *low, uint64_t *size);
// Whether u [p], which need not be snapped, satisfies the linear constraints.
bool space_allows(const struct space *space, const double *u);
bool space_is_constrained(const struct space *space);
// Moves those of n uniformly distributed points [n x p] that break linear constraints to uniformly random places that do not, and
// leaves the others. Without constraints nothing happens.
void space_spread(const struct space *space, struct random *random, double *points, size_t n);
// Turns numbers u [p] that are spread evenly in [0, 1] into such as are spread like the users' priors.
void space_believe(const struct space *space, double *u);
// Logarithm of the density of the priors at a snapped u [p], inactive parameters left out (belief.h).
double space_log_belief(const struct space *space, const double *u);
// A random point: uniform, priors apart.
void space_draw(const struct space *space, struct random *random, double *u);

// Largest coordinate distance of two snapped points.
double space_distance(const struct space *space, const double *u, const double *v);
// True when two snapped points are the same: equal levels, continuous coordinates within SPACE_SAME.
#define SPACE_SAME 1e-6
bool space_same(const struct space *space, const double *u, const double *v);
