// Standing: an order of evaluated points where several metrics count.
//
// Points that satisfy every threshold come before those that do not, which stand in the order of their violation. Among the first:
// with one objective by its value; with two by the layer of non-dominated points that they are on ("non-dominated sorting",
// N. Srinivas, K. Deb, Evolutionary Computation 2, 1994); with none they are all equally good. Layers of two objectives need one sort
// and a binary search per point: O(n log n). Pure.
#pragma once

#include <stddef.h>

// Merit [n], smaller is better, equal for points of the same standing: 0, 1, ... values[k] [n]: objective k, minimised, for
// n_objectives <= 2; violation [n]: 0 for points that satisfy the thresholds, else larger.
void standing_merit(const double *const *values, size_t n_objectives, const double *violation, size_t n, double *merit);
