// Subset: which of many trials a model is fitted on, or made of, when all of them would take too long.
//
// Objective: the best successes and a draw from the rest (0 best where values are noisy: the best of many noisy values are the luckiest).
// Feasibility: a draw in which the rarer class is whole, or at most half; a model of it must be corrected (rarity in feasibility.h).
// Both are deterministic: drawn by (seed, number of trials).
#pragma once

#include <stddef.h>

#include "optimizer/evidence.h"
#include "optimizer/random.h"

// Rows of the evidence, at most `most` >= 2 of them, ascending, into rows [n]; returns their number. `best` of them are the best
// successes by value.
size_t subset_objective(const struct evidence *evidence, size_t most, size_t best, struct random random, size_t *rows);
size_t subset_feasibility(const struct evidence *evidence, size_t most, struct random random, size_t *rows);
