// Run: a whole budget spent on a problem by our optimizer, under the eyes of a judge.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tests/problems/judge.h"

// How: everything zero is one evaluation at a time, cautious, without bad luck.
struct variant {
    bool random; // uniform random search
    enum tolerance tolerance;
    size_t workers; // evaluations at a time; 0: one
    double noise, crash; // tests/problems/judge.h
};

#define RUN_TRACE 8192

struct run {
    struct score score;
    size_t fillers;
    double closest; // distance of two suggestions open at the same time, over the box of the later one; infinite for one worker
    char trace[RUN_TRACE];
};

// Spends the problem's budget, the user-known start first.
void run_benchmark(const struct benchmark *benchmark, const struct variant *variant, uint32_t seed, struct run *run);
