// Polytope: the part of a box that linear constraints leave: W x <= t, for the double or for the int parameters of a problem.
//
// Points are x [n] in natural units, n the parameters of that kind that stand in a constraint (an int parameter in no constraint is
// as free as ever). Inside, everything is measured in y in [0, 1]: the share of the tightened box, the smallest box that follows
// from the single constraints; rows have length 1 there.
//
// *Rounding*: doubles keep a distance of `slack` from each constraint, so that whoever adds the terms up again in whatever order finds
// them satisfied; integers may exceed a constraint by it, so that 0.1 * 3 + 0.1 * 7 <= 1 holds.
//
// *Drawing*, uniformly: from the tightened box while that hits, else by hit-and-run (R. Smith, "Efficient Monte Carlo procedures for
// generating points uniformly distributed over bounded regions", Operations Research 32, 1984). Directions are uniform after the
// polytope is made round by the Hessian of the logarithmic barrier at its analytic centre (its Dikin ellipsoid, which contains the
// polytope when blown up by the number of constraints: S. Boyd, L. Vandenberghe, "Convex Optimization", 2004, section 8.5.3), so that
// thin polytopes mix as well as thick ones. A walk begins at the centre; it needs the more steps to forget that the more dimensions there
// are: n^2 were enough in corners of cubes of n = 30 to 100. Integers: such a point is rounded, and walks on along short lattice
// directions (S. Baumert et al., "Discrete hit-and-run for sampling points from arbitrary distributions over subsets of integer
// hyperrectangles", Operations Research 57, 2009).
//
// *Feasibility* is that of the protocol: there must be room, a ball of some radius (the largest inscribed one is a linear program),
// and for integers there must also be a point, which branching on that program finds.
//
// A polytope owns its arrays and is read only; any thread. A walk belongs to one thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/problem.h"
#include "optimizer/random.h"

struct polytope {
    enum param_kind kind; // PARAM_DOUBLE or PARAM_INT
    size_t n, m;          // n 0: no constraint on this kind
    size_t *axis;         // [n] parameters
    double *weight;       // [m x n]
    double *limit;        // [m]
    double *slack;        // [m] what rounding may make of a row
    double *lo, *hi;      // [n] the tightened box; int: half a unit beyond its ends
    double *a, *b;        // [m x n], [m]: the rows in y, of length 1; of doubles the slack is taken off twice
    double *anchor;       // [n] a point: int: a solution; double: the analytic centre
    double *centre;       // [n] analytic centre in y
    double *root;         // [n x n] lower Cholesky factor of the Hessian there; NULL: too thin for walking (int)
};

// The polytope of the constraints on parameters of one kind. ERR_INVALID (field constraints): it is empty or has no room; there is
// then nothing to clear. The constraints must have passed the other checks of problem_check.
enum err_code polytope_init(struct polytope *polytope, const struct problem *problem, enum param_kind kind, struct err *err);
void polytope_clear(struct polytope *polytope);

bool polytope_contains(const struct polytope *polytope, const double *x);

// Moves x [n] to a point of the polytope near it: projections onto one violated half-space after the other (J. von Neumann;
// H. Bauschke, J. Borwein, SIAM Review 38, 1996), and what is left by way of the anchor.
void polytope_enter(const struct polytope *polytope, double *x);

struct polytope_walk {
    double *y; // [n] where the walk is; NULL: not begun
    double *x; // [n] int: the same
};

// A uniformly random point x [n]. The walk begins as zeros and is cleared by the caller; points of one walk cost less than the first.
void polytope_draw(const struct polytope *polytope, struct polytope_walk *walk, struct random *random, double *x);
void polytope_walk_clear(struct polytope_walk *walk);
