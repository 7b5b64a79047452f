// Judge: evaluates the points of one run on a problem, adds the run's bad luck, and keeps the score. Whoever is measured, ours or
// another optimizer (tests/bench/peers.py), is measured by this.
//
// Luck. *Noise*: an observed value is the true one plus a Gaussian error with standard deviation noise * problem's unit
// (benchmark->random). *Crashes*: an evaluation that would work fails with probability `crash` all the same; the design that the
// user knows to work does not. Both come from streams named (problem, seed, number of the evaluation): every method meets the
// same.
//
// A judge owns what it holds and belongs to one thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/problems/problems.h"

struct score {
    size_t evaluations;
    size_t failures;
    size_t late_failures; // in the last third of the budget
    double regret; // true value of the point that was observed best, less the optimum; infinite when nothing worked
    size_t repeats; // evaluations within 1e-2 (largest coordinate distance, unit cube) of an earlier one
    // The same until the goal: an evaluation after which the regret is at most GOAL * the problem's unit. All when there is none.
    size_t repeats_before;
    size_t evaluations_before; // evaluations until then, with the one that reached it; the budget when none did
    size_t clones; // most points within 1e-3 of one point, itself not counted
};

#define GOAL 1e-3

struct judge;

// capacity: most evaluations there will be.
struct judge *judge_create(const struct benchmark *benchmark, uint32_t seed, double noise, double crash, size_t capacity);
void judge_destroy(struct judge *judge); // NULL is allowed

// Evaluates x [n_params]. False: it failed. Else *value is what is observed.
bool judge_evaluate(struct judge *judge, const double *x, double *value);
void judge_score(const struct judge *judge, struct score *score);

// What happened, one word an evaluation: F, or the true value less the optimum with 6 digits; with noise followed by @ and the
// observed value less the optimum. Returns the length; the text is cut to `size` and terminated.
size_t judge_trace(const struct judge *judge, char *out, size_t size);
