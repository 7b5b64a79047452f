// Lattice: the integer points of a polytope.
#pragma once

#include "optimizer/polytope.h"

// Finds an integer point x [n] in the box lo, hi [n] (integral, changed) by branching on the widest coordinate, guided by the centre
// of the largest ball. False: there is none, or none was found in LATTICE_NODES nodes.
#define LATTICE_NODES 2000
bool lattice_find(const struct polytope *polytope, double *lo, double *hi, double *x);

// The integer point x [n] of the polytope for a real point: the rounded one, or one near it.
void lattice_round(const struct polytope *polytope, const double *real, double *x);

// Moves x [n] by `steps` random steps along directions of up to three entries -1 and 1.
void lattice_walk(const struct polytope *polytope, struct random *random, size_t steps, double *x);

// Values *low ... *high that coordinate k may have when those with chosen[i] are x[i] and the others as is best for it; none when
// *low > *high. Exact when all others are chosen, otherwise perhaps too wide.
void lattice_range(const struct polytope *polytope, const double *x, const bool *chosen, size_t k, double *low, double *high);
