// Categories that failed: one whose first trials failed but that holds the optimum is seen again, one that always fails costs little.
#include <math.h>

#include "optimizer/runtime.h"
#include "tests/problems/functions.h"
#include "tests/problems/loop.h"
#include "tests/problems/run.h"
#include "tests/tap.h"

enum { SEEDS = 6, SUPPLIED = 10, BUDGET = 24 };

// The first category always works and has the value 0 at best. The second has -0.5 and works where x[1] <= 0.4, or nowhere.
static const struct param params[] = {{.kind = PARAM_CATEGORICAL, .n_levels = 2}, DOUBLE(0, 1), DOUBLE(0, 1)};
static const struct metric metric = {.strategy = METRIC_OPTIMIZE};
static const double supplied[SUPPLIED][3] = {{1, 0.9, 0.3}, {1, 0.7, 0.8}, {0, 0.1, 0.1}, {0, 0.9, 0.2}, {0, 0.5, 0.5},
                                             {0, 0.2, 0.9}, {0, 0.8, 0.8}, {0, 0.3, 0.4}, {0, 0.7, 0.4}, {0, 0.4, 0.7}};

static bool evaluate(const double *x, bool hopeless, double *y)
{
    double a = x[1] - 0.3, b = x[2] - 0.4;
    *y = a * a + b * b - 0.5 * x[0];
    return x[0] < 0.5 || (!hopeless && x[1] <= 0.4);
}

struct outcome {
    double best;
    size_t failures, in_a_row; // of the second category among the suggestions
};

static struct outcome run(bool hopeless, enum tolerance tolerance, uint32_t seed)
{
    const struct problem problem = {
        .params = params, .n_params = 3, .metrics = &metric, .n_metrics = 1, .tolerance = tolerance};
    struct outcome outcome = {.best = INFINITY};
    struct loop loop;
    double x[3], y;
    size_t row = 0;
    loop_init(&loop, &problem, seed, SUPPLIED + BUDGET);
    for (size_t n = 0; n < SUPPLIED + BUDGET; n++) {
        struct suggestion out = {.x = x};
        if (n < SUPPLIED) {
            bool works = evaluate(supplied[n], hopeless, &y);
            loop_supply(&loop, supplied[n], !works, y);
            continue;
        }
        loop_suggest(&loop, &out);
        bool works = evaluate(x, hopeless, &y);
        outcome.best = works ? fmin(outcome.best, y) : outcome.best;
        outcome.failures += !works;
        row = works ? 0 : row + 1;
        outcome.in_a_row = row > outcome.in_a_row ? row : outcome.in_a_row;
        loop_report(&loop, !works, y);
    }
    loop_clear(&loop);
    return outcome;
}

static void test_seen_again(void)
{
    size_t found = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct outcome outcome = run(false, TOLERANCE_BALANCED, seed);
        found += outcome.best < -0.49;
    }
    ok(found == SEEDS, "the better category is found in %zu of %d runs", found, SEEDS);
}

static void test_hopeless(void)
{
    size_t most = 0, cautious = 0, row = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct outcome outcome = run(true, TOLERANCE_BALANCED, seed);
        most = outcome.failures > most ? outcome.failures : most;
        row = outcome.in_a_row > row ? outcome.in_a_row : row;
        cautious += run(true, TOLERANCE_CAUTIOUS, seed).failures;
    }
    ok(most <= 3, "a category that never works costs at most %zu of %d evaluations", most, BUDGET);
    ok(cautious <= SEEDS, "cautious: %zu in %d runs", cautious, SEEDS);
    ok(row <= 2, "at most %zu of them in a row", row);
}

// Runs that refined the second best solvent to the end of their budget, when only fillers went to other categories.
static void test_while_gains_are_small(void)
{
    static const uint32_t seeds[] = {1, 20, 23, 25, 29, 31};
    const struct variant variant = {.tolerance = TOLERANCE_BALANCED, .workers = 1};
    size_t found = 0;
    for (size_t i = 0; i < COUNT(seeds); i++) {
        struct run run;
        run_benchmark(benchmark_find("extraction"), &variant, seeds[i], &run);
        found += run.score.regret < 0.01;
    }
    ok(found >= COUNT(seeds) - 1, "the best solvent is found in %zu of %zu runs", found, COUNT(seeds));
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_while_gains_are_small);
    TAP_RUN(test_seen_again);
    TAP_RUN(test_hopeless);
    return tap_done();
}
