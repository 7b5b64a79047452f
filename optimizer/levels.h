// Levels: the kernel columns of a categorical parameter with very many levels.
//
// One column for each level would make every kernel matrix cost as much as there are levels, tried or not. The models can tell apart
// only what was tried: of a level without trials they know that it differs from those with trials, whichever it is. So the levels
// that the trials tried have columns of their own, the most tried first, and all others share LEVELS_SHARED columns by their number.
// Only levels that share a column look alike. Pure, any thread.
#pragma once

#include <stddef.h>

#include "optimizer/problem.h"

#define LEVELS_OWN 256
#define LEVELS_SHARED 64
#define LEVELS_MANY (LEVELS_OWN + LEVELS_SHARED) // up to here each level has its column

// Fills in column [n_levels] of categorical parameter number `param`, n_levels > LEVELS_MANY; returns how many columns there are, at
// most LEVELS_MANY.
size_t levels_assign(const struct history *history, size_t param, size_t n_levels, size_t *column);
