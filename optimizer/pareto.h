// Pareto: which points no other point beats, with two objectives or one.
//
// A point is beaten when another one is at least as good in every objective and better in one; equal points do not beat each other.
// With one objective the front is every point that has the best value. Two objectives need one sort and one sweep: O(n log n);
// H. Kung, F. Luccio, F. Preparata, "On finding the maxima of a set of vectors", Journal of the ACM 22, 1975. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define PARETO_OBJECTIVES_MAX 2

// Which of the points value [n x m] (maximised; -infinity for a point that has failed) are on the front. 1 <= m <= 2.
void pareto_front(const double *value, size_t n, size_t m, bool *on_front);

// True when the points from `n_old` on have not moved the front of those before: each of them that is on the front of all equals one
// of the old points.
bool pareto_unmoved(const double *value, size_t n_old, size_t n, size_t m);
