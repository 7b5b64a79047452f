// Grid: the order in which an experiment of type grid walks through its combinations (API reference 2.1).
#pragma once

#include "api/definition.h"

// The number of combinations of a definition of type grid. False when there are more than 2^53.
bool grid_size(const struct definition *definition, int64_t *size);
// Combination number `index`, which may be larger than their number: the walk begins again. The first parameter by name changes
// fastest. x [n_parameters] is in natural units, categorical parameters by their place in the list.
void grid_point(const struct definition *definition, int64_t index, double *x);
