// Space: the coordinates in which the optimizer thinks about a point.
//
// Three of them. *Natural*: the user's units, as in problem.h. *Unit*: one number in [0, 1] for each parameter; candidates live
// here and are *snapped* (moved to a possible value) before they are scored. *Kernel columns*: the inputs of both models.
//
//     parameter                       unit u                              kernel columns
//     double                          (v - lo) / (hi - lo), or of logs    u
//     int, grid: level j of k         (j + 1/2) / k                       j / (k - 1), 0 when k = 1
//     categorical: level j of k       (j + 1/2) / k                       one-hot, sqrt(1/2) at j
//
// sqrt(1/2) puts two different categories at distance 1, and all columns of a categorical parameter share one length scale.
// Data may lie outside today's space (bounds were changed, a category was removed): their columns are not clipped as long as they
// are within one range of the bounds; a removed category is the all-zero one-hot.
//
// A space owns its arrays, copies what it needs of the problem, and is read only afterwards: any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optimizer/problem.h"
#include "optimizer/random.h"

struct axis {
    enum param_kind kind;
    bool log;
    double lo, hi;   // DOUBLE, INT: natural bounds
    uint64_t levels; // number of possible values; 0: continuous
    double *grid;    // GRID: [levels] ascending natural values
    size_t column;   // first kernel column
};

struct space {
    size_t p; // parameters
    size_t d; // kernel columns
    struct axis *axes;
    size_t *group; // [d] parameter of each kernel column
};

void space_init(struct space *space, const struct problem *problem);
void space_clear(struct space *space);

// Where a natural point stands relative to the space.
enum place {
    PLACE_INSIDE,  // a point of the space
    PLACE_BESIDE,  // not one, but near enough to tell the models something
    PLACE_OUTSIDE, // no use
};

// Unit coordinates u [p] (snapped; those of the nearest point of the space when x is not in it) and kernel columns z [d] (never
// clipped) of a natural point. Either may be NULL. z is finite unless the answer is PLACE_OUTSIDE.
enum place space_locate(const struct space *space, const double *x, double *u, double *z);

// Moves u [p] to the nearest possible point: clips to [0, 1], moves discrete coordinates to the middle of their level. NaN goes to 0.
void space_snap(const struct space *space, double *u);
// Kernel columns z [d] of a snapped u [p].
void space_encode(const struct space *space, const double *u, double *z);
// Natural values x [p] of a snapped u [p], inside the bounds.
void space_natural(const struct space *space, const double *u, double *x);

// Level of a discrete coordinate u in [0, 1].
uint64_t axis_level(const struct axis *axis, double u);
double axis_unit(const struct axis *axis, uint64_t level); // middle of a level

// Number of distinct points; SPACE_UNCOUNTED when a parameter is continuous or the number does not fit.
#define SPACE_UNCOUNTED UINT64_MAX
uint64_t space_count(const struct space *space);
bool space_is_finite(const struct space *space);
// Point number index of a counted space, in mixed radix (the last parameter moves fastest), and back.
void space_point(const struct space *space, uint64_t index, double *u);
uint64_t space_index(const struct space *space, const double *u);
// A uniformly random point.
void space_draw(const struct space *space, struct random *random, double *u);
// The next point of a finite space in mixed radix, and after the last one the first. Needs no count that fits.
void space_advance(const struct space *space, double *u);

// Largest coordinate distance of two snapped points.
double space_distance(const struct space *space, const double *u, const double *v);
// True when two snapped points are the same: equal levels, continuous coordinates within SPACE_SAME.
#define SPACE_SAME 1e-6
bool space_same(const struct space *space, const double *u, const double *v);
