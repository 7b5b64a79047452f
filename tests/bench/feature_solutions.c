// Do several good points come out? num_solutions against plain search, on functions with several equal minima where a part of the
// space fails.
//
//     feature_solutions [SEEDS [FIRST]]        20 seeds from 1 on
//
// Prints a row a problem: how many of the k minima the k solutions (optimizer/solutions.h) have found on average, that is, the
// solution is nearest to that minimum and its value is within `tolerance` of the value there; and failures.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "optimizer/runtime.h"
#include "optimizer/solutions.h"
#include "tests/problems/functions.h"
#include "tests/problems/loop.h"

enum { MOST_SEEDS = 100, MOST_TRIALS = 100, MOST_MINIMA = 4 };

struct many {
    const char *name;
    const struct param *params;
    bool (*feasible)(const double *x);
    double (*objective)(const double *x);
    double minima[MOST_MINIMA][2];
    size_t k, budget;
    double tolerance;
};

static const struct param branin_params[] = {DOUBLE(-5, 10), DOUBLE(0, 15)};
static const struct param himmelblau_params[] = {DOUBLE(-5, 5), DOUBLE(-5, 5)};
static const struct param square_params[] = {DOUBLE(0, 1), DOUBLE(0, 1)};
static const struct param camel_params[] = {DOUBLE(-2, 2), DOUBLE(-1, 1)};

static bool outside_branin_hole(const double *x)
{
    return square(x[0] - 4) + square(x[1] - 10) >= 16;
}

static double himmelblau(const double *x)
{
    return square(x[0] * x[0] + x[1] - 11) + square(x[0] + x[1] * x[1] - 7);
}

// One minimum is the best, the others up to 1.5 worse.
static double tilted_himmelblau(const double *x)
{
    return himmelblau(x) + 0.02 * (square(x[0] - 3) + square(x[1] - 2));
}

// One minimum is the best, the others 1.9 and 3.8 worse.
static double tilted_branin(const double *x)
{
    return branin(x) + 0.3 * (x[0] + PI);
}

static bool outside_cross(const double *x)
{
    return fabs(x[0]) >= 0.7 && fabs(x[1]) >= 0.7;
}

static double camel(const double *x)
{
    double a = x[0] * x[0], b = x[1] * x[1];
    return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (4 * b - 4) * b;
}

static bool beside_line(const double *x)
{
    return fabs(x[1]) >= 0.3;
}

// Four hills of different heights; a corner fails.
static double hills(const double *x)
{
    static const double hill[][3] = {{1, 0.2, 0.2}, {0.95, 0.8, 0.25}, {0.9, 0.25, 0.85}, {0.85, 0.75, 0.7}};
    double sum = 0;
    for (size_t i = 0; i < COUNT(hill); i++)
        sum -= hill[i][0] * exp(-40 * (square(x[0] - hill[i][1]) + square(x[1] - hill[i][2])));
    return sum;
}

static bool outside_corner(const double *x)
{
    return x[0] + x[1] <= 1.75;
}

// Waves on a slope: one minimum is the best, the others 0.2, 0.3 and 0.5 worse.
static double waves(const double *x)
{
    return 2 + cos(4 * PI * x[0]) + cos(4 * PI * x[1]) + 0.6 * x[0] + 0.4 * x[1];
}

static bool outside_middle(const double *x)
{
    return hypot(x[0] - 0.5, x[1] - 0.5) >= 0.2;
}

static const struct many problems[] = {
    {"branin", branin_params, outside_branin_hole, branin, {{-PI, 12.275}, {PI, 2.275}, {9.42478, 2.475}}, 3, 45, 0.1},
    {"himmelblau", himmelblau_params, outside_cross, himmelblau,
     {{3, 2}, {-2.805118, 3.131312}, {-3.77931, -3.283186}, {3.584428, -1.848126}}, 4, 60, 0.5},
    {"branin_tilted", branin_params, outside_branin_hole, tilted_branin, {{-PI, 12.275}, {PI, 2.275}, {9.42478, 2.475}}, 3, 45, 0.1},
    {"himmelblau_tilted", himmelblau_params, outside_cross, tilted_himmelblau,
     {{3, 2}, {-2.805118, 3.131312}, {-3.77931, -3.283186}, {3.584428, -1.848126}}, 4, 60, 0.5},
    {"six_hump_camel", camel_params, beside_line, camel, {{0.0898, -0.7126}, {-0.0898, 0.7126}}, 2, 30, 0.02},
    {"hills", square_params, outside_corner, hills, {{0.2, 0.2}, {0.8, 0.25}, {0.25, 0.85}, {0.75, 0.7}}, 4, 48, 0.05},
    {"waves", square_params, outside_middle, waves, {{0.25, 0.25}, {0.25, 0.75}, {0.75, 0.25}, {0.75, 0.75}}, 4, 60, 0.1},
};

struct seen {
    double value;
    const double *x;
};

static int compare_seen(const void *a, const void *b)
{
    double x = ((const struct seen *)a)->value, y = ((const struct seen *)b)->value;
    return (x > y) - (x < y);
}

// Number of minima that solutions have found.
static size_t count_found(const struct many *many, const struct problem *problem, const struct loop *loop)
{
    struct seen seen[MOST_TRIALS];
    const double *x[MOST_TRIALS];
    size_t n = 0, n_all = loop->history.n_trials, chosen[MOST_MINIMA], count = 0;
    bool found[MOST_MINIMA] = {false};
    for (size_t i = 0; i < n_all; i++)
        if (!loop->trials[i].failed)
            seen[n++] = (struct seen){loop->trials[i].value[0], loop->trials[i].x};
    qsort(seen, n, sizeof *seen, compare_seen);
    for (size_t i = 0; i < n; i++)
        x[i] = seen[i].x;
    size_t n_chosen = solutions_select(problem, x, n, n_all, many->k, chosen);
    for (size_t s = 0; s < n_chosen; s++) {
        size_t nearest = 0;
        const double *at = x[chosen[s]];
        for (size_t i = 1; i < many->k; i++)
            if (hypot(at[0] - many->minima[i][0], at[1] - many->minima[i][1]) <
                hypot(at[0] - many->minima[nearest][0], at[1] - many->minima[nearest][1]))
                nearest = i;
        bool good = seen[chosen[s]].value <= many->objective(many->minima[nearest]) + many->tolerance;
        count += good && !found[nearest];
        found[nearest] = found[nearest] || good;
    }
    return count;
}

static void measure(const struct many *many, size_t n_seeds, size_t first, bool several)
{
    const struct metric metric = {.strategy = METRIC_OPTIMIZE};
    struct problem problem = {.params = many->params, .n_params = 2, .metrics = &metric, .n_metrics = 1,
                              .n_solutions = several ? many->k : 1, .tolerance = TOLERANCE_BALANCED};
    double found = 0, failures = 0;
    for (size_t seed = 0; seed < n_seeds; seed++) {
        struct loop loop;
        double x[2];
        loop_init(&loop, &problem, (uint32_t)(first + seed), many->budget + 1);
        for (size_t i = 0; i < many->budget; i++) {
            struct suggestion suggestion = {.x = x};
            loop_suggest(&loop, &suggestion);
            bool success = many->feasible(x);
            failures += success ? 0 : 1 / (double)n_seeds;
            loop_report(&loop, !success, success ? many->objective(x) : 0);
        }
        found += (double)count_found(many, &problem, &loop) / (double)n_seeds;
        loop_clear(&loop);
    }
    printf("%-18s %-14s %8.2f of %zu %8.2f\n", many->name, several ? "num_solutions" : "plain", found, many->k,
           failures);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    size_t n_seeds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 20;
    size_t first = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 1;
    if (n_seeds < 1 || n_seeds > MOST_SEEDS || first < 1 || first > UINT32_MAX - MOST_SEEDS) {
        fprintf(stderr, "feature_solutions: between 1 and %d seeds, the first from 1 on\n", MOST_SEEDS);
        return 2;
    }
    runtime_init();
    printf("%-18s %-14s %13s %8s\n", "problem", "", "minima found", "failures");
    for (size_t i = 0; i < COUNT(problems); i++) {
        measure(&problems[i], n_seeds, first, false);
        measure(&problems[i], n_seeds, first, true);
    }
    return 0;
}
