// Design: points that need no model: the space-filling start, filling while nothing has worked, and points by chance.
//
// *Initial*: point i of one scrambled Sobol sequence per seed (above SOBOL_MAX_DIMS dimensions a Latin hypercube), i the number
// handed out before, so that it does not matter what happened in between. *Fill*: of a hundred candidates the one farthest from
// everything tried and open, in kernel columns (maximin; M. Johnson, L. Moore, D. Ylvisaker 1990): with nothing but failures a
// classifier would send every point to a corner. All of them avoid what is taken. Where linear constraints hold, an initial point that
// breaks them gives way to one of many points of the polytope, the one farthest from everything tried and open.
//
// Where users have priors, points are spread like these: random ones, three of four initial ones, and the first half of the candidates
// for filling. The initial ones that are and those that are not take a sequence each: every fourth point of one Sobol sequence lies in
// the same half of some coordinates.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "optimizer/evidence.h"
#include "optimizer/random.h"
#include "optimizer/space.h"
#include "optimizer/taken.h"

// Number of initial points for p parameters.
size_t design_initial_size(size_t p);

// Initial point number i of the seed into u [p].
void design_initial(const struct taken *taken, uint32_t seed, size_t i, uint64_t ordinal, double *u);

// known [n_known x d]: kernel columns of all points tried and open.
void design_fill(const struct taken *taken, uint32_t seed, uint64_t ordinal, const double *known, size_t n_known, double *u);

// n points all over the space, not snapped, into u [n x p].
void design_anywhere(const struct space *space, uint32_t seed, uint64_t purpose, size_t n, double *u);

// A uniformly random point.
void design_random(const struct taken *taken, uint32_t seed, uint64_t ordinal, double *u);
