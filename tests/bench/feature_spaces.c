// Do conditionals and priors help? On problems where a part of the space fails.
//
//     feature_spaces [SEEDS]        SEEDS: 20
//
// conditionals: a choice of three algorithms with parameters of their own. Told to the optimizer as conditionals, or as parameters that
// are always there, inactive ones reported at a default (the middle of their range), which is what a user does without the feature.
// priors: a right one, none, and a wrong one, on a bowl in four dimensions.
//
// Prints a row a case: the median over the seeds of the regret after half of the budget and after all of it, and failures (mean).
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optimizer/runtime.h"
#include "tests/problems/loop.h"

enum { MOST_SEEDS = 100, MOST_PARAMS = 8 };

struct outcome {
    double half[MOST_SEEDS], full[MOST_SEEDS], failures;
};

static const struct metric metric = {.strategy = METRIC_OPTIMIZE};

typedef bool evaluate_fn(const double *x, double *y); // false: it fails

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void print(const char *name, struct outcome *outcome, size_t seeds)
{
    qsort(outcome->half, seeds, sizeof(double), compare);
    qsort(outcome->full, seeds, sizeof(double), compare);
    printf("%-28s %10.3g %10.3g %9.1f\n", name, outcome->half[seeds / 2], outcome->full[seeds / 2], outcome->failures / (double)seeds);
    fflush(stdout);
}

// Spends the budget. `rule`: the params with their conditions; coordinates that are inactive by them are reported at `fill`, or, where
// that is NULL, as the optimizer said them.
static void run(const struct problem *problem, const struct param *rule, const double *fill, evaluate_fn *evaluate, size_t budget,
                uint32_t seed, struct outcome *outcome)
{
    struct loop loop;
    double x[MOST_PARAMS], best = INFINITY, y;
    loop_init(&loop, problem, seed, budget);
    for (size_t n = 0; n < budget; n++) {
        struct suggestion out = {.x = x};
        loop_suggest(&loop, &out);
        for (size_t i = 0; i < problem->n_params && fill != NULL; i++)
            if (!param_active(&rule[i], x))
                loop.open[i] = fill[i];
        bool worked = evaluate(x, &y);
        best = worked ? fmin(best, y) : best;
        outcome->failures += !worked;
        loop_report(&loop, !worked, y);
        if (n + 1 == budget / 2)
            outcome->half[seed] = best;
    }
    outcome->full[seed] = best;
    loop_clear(&loop);
}

// ------------------------------------------------------------------ conditionals

// x[0] says which of three algorithms; the first has x[1], x[2], the second x[3], x[4], the third x[5], x[6]; x[7] is for all. The third
// is best, but half of its space fails.
static bool choose_algorithm(const double *x, double *y)
{
    size_t which = (size_t)x[0];
    const double *own = x + 1 + 2 * which;
    static const double centre[3][2] = {{0.2, 0.7}, {0.6, 0.3}, {0.8, 0.35}}, base[3] = {0.3, 0.15, 0};
    double a = own[0] - centre[which][0], b = own[1] - centre[which][1], c = x[7] - 0.4;
    *y = base[which] + 3 * a * a + 3 * b * b + 2 * a * b + c * c + 0.05 * (1 - cos(12 * a));
    return which < 2 || own[0] + own[1] > 1;
}

static void conditionals(size_t seeds)
{
    static const double middle[MOST_PARAMS] = {0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    static const struct condition conditions[3] = {{0, 1}, {0, 2}, {0, 4}};
    struct param params[MOST_PARAMS], flat[MOST_PARAMS];
    for (size_t i = 0; i < MOST_PARAMS; i++) {
        flat[i] = i == 0 ? (struct param){.kind = PARAM_CATEGORICAL, .n_levels = 3} : (struct param){.kind = PARAM_DOUBLE, .lo = 0, .hi = 1};
        params[i] = flat[i];
        if (i > 0 && i < 7) {
            params[i].conditions = &conditions[(i - 1) / 2];
            params[i].n_conditions = 1;
        }
    }
    for (size_t way = 0; way < 3; way++) {
        struct outcome outcome = {0};
        const struct problem problem = {.params = way == 0 ? params : flat, .n_params = MOST_PARAMS, .metrics = &metric,
                                        .n_metrics = 1, .tolerance = TOLERANCE_BALANCED};
        for (size_t seed = 0; seed < seeds; seed++)
            run(&problem, params, way == 1 ? middle : NULL, choose_algorithm, 60, (uint32_t)seed, &outcome);
        print(way == 0 ? "conditionals" : way == 1 ? "  a default imputed" : "  as they come", &outcome, seeds);
    }
}

// ------------------------------------------------------------------ priors

static bool bowl(const double *x, double *y)
{
    *y = 0;
    for (size_t i = 0; i < 4; i++)
        *y += (x[i] - 0.7) * (x[i] - 0.7) + 0.1 * (1 - cos(9 * (x[i] - 0.7)));
    return fabs(x[0] - x[1]) < 0.3;
}

static void priors(size_t seeds)
{
    static const char *const names[] = {"prior: right", "  none", "  one sd off", "  wrong", "  wrong and narrow"};
    static const double mean[] = {0.7, 0, 0.55, 0.2, 0.2}, sd[] = {0.15, 1, 0.15, 0.15, 0.03};
    for (size_t way = 0; way < 5; way++) {
        struct param params[4];
        struct outcome outcome = {0};
        for (size_t i = 0; i < 4; i++)
            params[i] = (struct param){.kind = PARAM_DOUBLE, .lo = 0, .hi = 1,
                                       .prior = {way == 1 ? PRIOR_NONE : PRIOR_NORMAL, mean[way], sd[way]}};
        const struct problem problem = {.params = params, .n_params = 4, .metrics = &metric, .n_metrics = 1,
                                        .tolerance = TOLERANCE_BALANCED};
        for (size_t seed = 0; seed < seeds; seed++)
            run(&problem, params, NULL, bowl, 40, (uint32_t)seed, &outcome);
        print(names[way], &outcome, seeds);
    }
}

int main(int argc, char **argv)
{
    size_t seeds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 20;
    runtime_init();
    if (seeds == 0 || seeds > MOST_SEEDS) {
        fprintf(stderr, "feature_spaces: the number of seeds is 1 to %d\n", MOST_SEEDS);
        return 2;
    }
    printf("%-28s %10s %10s %9s\n", "", "half", "all", "failures");
    conditionals(seeds);
    priors(seeds);
    return 0;
}
