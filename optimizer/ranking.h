// Ranking: which of the evaluated points are the best, best first.
//
// A point counts when it worked, satisfies every threshold (inclusively) and was evaluated in full. With one optimized metric the
// points are ordered by its value. With two, those of the Pareto front, ordered by the first of them. With none, in a search for
// points that satisfy the thresholds, by the first constraint metric. Equal values: the newest first. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/problem.h"

// True when the trial counts. Its x is not read.
bool ranking_counts(const struct problem *problem, const struct trial *trial);

// Indices of the best of n trials (in sequence order; their x are not read) into ranked [n]; returns their number.
size_t ranking_best(const struct problem *problem, const struct trial *trials, size_t n, size_t *ranked);

// True when the trials from `n_old` on have brought nothing: whatever of them is on the front of all n (or is the best, with one
// objective) equals an older one. A failure is worse than anything; thresholds are not looked at.
bool ranking_unmoved(const struct problem *problem, const struct trial *trials, size_t n_old, size_t n);
