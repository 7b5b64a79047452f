// Fallback: a point for when there is no time for models: near the best successes, away from failures and from what is taken.
//
// Perturbations of the best successes are weighed by a kernel estimate of the share of successes around them (a Gaussian window
// over the kernel columns; E. Parzen 1962) and by their distance to what is known. Without a success: maximin filling. Linear in
// the number of trials.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "optimizer/taken.h"

// Writes u [p]. known [n_known x d]: kernel columns of all points tried and open.
void fallback_choose(const struct taken *taken, double box, uint32_t seed, uint64_t ordinal, const double *known, size_t n_known,
                     double *u);
