// Cells: how much of a space each of some points stands for, where they are no uniform sample of it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "optimizer/space.h"

#define CELLS_POINTS 1024

// Share of the space that is nearer to each of n >= 1 points than to the others (its Voronoi cell; Euclidean in kernel columns x [n x d]),
// by CELLS_POINTS points all over it, drawn by the seed. Points at the same place have equal parts of their cell. share [n] sums to 1.
// Cost: CELLS_POINTS n d.
void cells_shares(const struct space *space, const double *x, size_t n, uint32_t seed, double *share);
