// Solutions: several good points that differ, out of everything that was evaluated (num_solutions > 1).
//
// Of the points, best first, only the upper part is looked at: the best max(round(0.2 n_all), k), halves rounded to even. If that
// are no more than k, they are the solutions. Else k centres are picked far apart: first the best point, then again and again the
// point with the largest distance to its nearest centre (T. Gonzalez, "Clustering to minimize the maximum intercluster distance",
// Theoretical Computer Science 38, 1985; ties: the better point). Every point belongs to its nearest centre (ties: the earlier
// one), and the best point of each centre is a solution.
//
// Distances are Euclidean, in columns: a numeric parameter scaled to [0, 1] by its bounds (of logarithms when it is searched on a
// logarithmic scale); a categorical one one-hot, with entries sqrt(number of all columns), so that different categories are farther
// apart than anything else. An inactive parameter (NaN) is a value one range below the lower bound, or no category.
//
// A point that was evaluated several times is one point: repetitions come behind all others, so that they are solutions only
// where there are not k different points. Pure. Cost: k m columns, m points looked at.
#pragma once

#include <stddef.h>

#include "optimizer/problem.h"

// How many of n_all observations are looked at, when there are enough successes.
size_t solutions_pool(size_t n_all, size_t k);

// Which of the n points x[i] [n_params] (natural units), best first: n successes that satisfy every threshold, out of n_all
// observations with the failed ones. Writes their indices into chosen [min(n, k)], ascending, that is best first; returns how many:
// min(n, k). k >= 1.
size_t solutions_select(const struct problem *problem, const double *const *x, size_t n, size_t n_all, size_t k, size_t *chosen);
