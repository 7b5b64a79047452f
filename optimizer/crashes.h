// Crashes: evaluations that fail whatever their assignments (a machine that goes down), told from those that the assignments make fail.
//
// A suggestion is told to work with probability p. Where the share r of all evaluations crashes, it does with p (1 - r). What was told
// before each outcome was known is an honest test of r, better than the likelihood of a classifier, which short length scales let
// explain any odd failure: of r = 0.05, 0.1 ... 0.5, equally likely before, each has the odds
//
//     odds(r) = prod_i (p_i (1 - r) / p_i if i worked, (1 - p_i (1 - r)) / (1 - p_i) if it failed)     p_i = 0.02 + 0.96 told_i
//
// against r = 0, over the trials that were told p >= 0.8: where less was told, a border is near, and failures are its own. (A
// prequential test: A. Dawid, "Statistical theory: the prequential approach", Journal of the Royal Statistical Society A 147, 1984.) The
// rate is 0 until the mean of the odds is above e^4, so that nothing changes where nothing crashes; then 1.4 times the mean of r, weighted
// by odds, 0.5 at most: the model that tells p takes crashes for borders, and its p has part of them already. Constants by ablation
// (docs/algorithms/suggest.md). Pure functions, any thread.
#pragma once

#include "optimizer/problem.h"

// Share of evaluations that crash, 0 ... 0.5. full: the task that probabilities are told of; trials of others are not counted.
double crashes_rate(const struct history *history, size_t full);

// Probability that a failure was none, where p was told (0: nothing) and evaluations crash at this rate: (1 - p) / (1 - p (1 - rate)).
double crashes_blame(double told, double rate);
