// Do cheap tasks help? Cost spent alike on all tasks and on the full one only, on problems where a part of the space fails.
//
//     feature_tasks [SEEDS [PROBLEM]]        SEEDS: 20
//
// Prints a row a problem: the median over the seeds of the regret of the best full evaluation that worked, after half of the cost
// and after all of it, the cost lost in failed evaluations (mean), and the share of cost that full evaluations took.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/runtime.h"
#include "tests/problems/functions.h"
#include "tests/problems/loop.h"

enum { MOST_SEEDS = 100, MOST_PARAMS = 6 };

// Functions of x and of the fidelity s, which is 1 for the full evaluation.
struct fidelity_problem {
    const char *name;
    const struct param *params;
    size_t n_params;
    double costs[3], fidelities[3]; // the first is the full one
    size_t n_tasks;
    bool (*feasible)(const double *x, double s);
    double (*objective)(const double *x, double s);
    double optimum, budget;
};

// ------------------------------------------------------------------ problems

static const struct param branin_params[] = {DOUBLE(-5, 10), DOUBLE(0, 15)};
static const struct param currin_params[] = {DOUBLE(0, 1), DOUBLE(0, 1)};
static const struct param hartmann_params[] = {DOUBLES6(0, 1)};

// K. Kandasamy et al., "Multi-fidelity Bayesian optimisation with continuous approximations", ICML 2017, appendix.
static double biased_branin(const double *x, double s)
{
    double b = 5.1 / (4 * PI * PI) - 0.01 * (1 - s), c = 5 / PI - 0.1 * (1 - s), t = 1 / (8 * PI) + 0.05 * (1 - s);
    return square(x[1] - b * x[0] * x[0] + c * x[0] - 6) + 10 * (1 - t) * cos(x[0]) + 10;
}

static double biased_hartmann(const double *x, double s)
{
    return hartmann_biased(x, 0.1 * (1 - s));
}

static double currin(double a, double b)
{
    double head = b > 0 ? 1 - exp(-1 / (2 * b)) : 1;
    return -head * (((2300 * a + 1900) * a + 2092) * a + 60) / (((100 * a + 500) * a + 4) * a + 20);
}

// S. Xiong, P. Qian, C. Wu, "Sequential design and analysis of high-accuracy and low-accuracy computer codes", Technometrics 2013.
static double smoothed_currin(const double *x, double s)
{
    double a = x[0], b = x[1], low = fmax(b - 0.05, 0);
    if (s >= 1)
        return currin(a, b);
    return (currin(a + 0.05, b + 0.05) + currin(a + 0.05, low) + currin(a - 0.05, b + 0.05) + currin(a - 0.05, low)) / 4;
}

// As after a part of the training: worse everywhere, flatter, and tilted.
static double unfinished_branin(const double *x, double s)
{
    return s < 1 ? 0.5 * branin(x) + 80 + 3 * x[0] : branin(x);
}

// The cheap version tells nothing: it is another function.
static double unrelated_branin(const double *x, double s)
{
    return s < 1 ? branin((const double[]){5 - x[0], 15 - x[1]}) : branin(x);
}

static double full_branin(const double *x, double s)
{
    (void)s;
    return branin(x);
}

static bool in_disk(const double *x, double s)
{
    (void)s;
    return square(x[0] - 2.5) + square(x[1] - 7.5) <= 50;
}

// Cheap evaluations work where full ones run out of memory.
static bool in_growing_disk(const double *x, double s)
{
    return square(x[0] - 2.5) + square(x[1] - 7.5) <= 50 + 40 * (1 - s);
}

static bool in_disk_if_full(const double *x, double s)
{
    return s >= 1 && in_disk(x, s);
}

static bool outside_hole(const double *x, double s)
{
    (void)s;
    return square(x[0] - 0.6) + square(x[1] - 0.1) >= 0.09;
}

static bool in_ball(const double *x, double s)
{
    (void)s;
    return norm(x, 6) <= 1.25;
}

#define TWO_TASKS .costs = {1, 0.1}, .fidelities = {1, 0}, .n_tasks = 2
#define BRANIN .params = branin_params, .n_params = 2, .optimum = BRANIN_OPTIMUM

static const struct fidelity_problem problems[] = {
    {.name = "branin", BRANIN, TWO_TASKS, .feasible = in_disk, .objective = biased_branin, .budget = 16},
    {.name = "branin_3", BRANIN, .costs = {1, 0.3, 0.05}, .fidelities = {1, 0.5, 0}, .n_tasks = 3, .feasible = in_growing_disk,
     .objective = biased_branin, .budget = 16},
    {.name = "branin_unfinished", BRANIN, TWO_TASKS, .feasible = in_disk, .objective = unfinished_branin, .budget = 16},
    {.name = "currin", .params = currin_params, .n_params = 2, TWO_TASKS, .feasible = outside_hole, .objective = smoothed_currin,
     .optimum = -13.798722044728434, .budget = 16},
    {.name = "hartmann6", .params = hartmann_params, .n_params = 6, TWO_TASKS, .feasible = in_ball, .objective = biased_hartmann,
     .optimum = HARTMANN_OPTIMUM, .budget = 40},
    {.name = "branin_unrelated", BRANIN, TWO_TASKS, .feasible = in_disk, .objective = unrelated_branin, .budget = 24},
    {.name = "branin_cheap_fails", BRANIN, TWO_TASKS, .feasible = in_disk_if_full, .objective = full_branin, .budget = 24},
};

// ------------------------------------------------------------------ runs

struct outcome {
    double half, whole; // regret after half of the cost, and after all
    double lost;        // cost of failed evaluations
    double full;        // cost of full evaluations, as a share
};

static struct outcome run(const struct fidelity_problem *source, bool with_tasks, uint32_t seed)
{
    struct task tasks[3];
    struct metric metric = {.strategy = METRIC_OPTIMIZE};
    struct problem problem = {.params = source->params, .n_params = source->n_params, .metrics = &metric, .n_metrics = 1,
                              .tasks = tasks, .n_tasks = with_tasks ? source->n_tasks : 0, .tolerance = TOLERANCE_BALANCED};
    for (size_t i = 0; i < problem.n_tasks; i++)
        tasks[i].cost = source->costs[i];
    struct loop loop;
    struct outcome outcome = {.half = HUGE_VAL, .whole = HUGE_VAL};
    double x[MOST_PARAMS], spent = 0;
    loop_init(&loop, &problem, seed, (size_t)(source->budget / source->costs[problem.n_tasks > 1 ? problem.n_tasks - 1 : 0]) + 1);
    for (;;) {
        struct suggestion suggestion = {.x = x};
        loop_suggest(&loop, &suggestion);
        double cost = source->costs[suggestion.task], s = source->fidelities[suggestion.task];
        if (spent + cost > source->budget + 1e-9)
            break;
        bool success = source->feasible(x, s);
        double value = success ? source->objective(x, s) : 0;
        loop_report(&loop, !success, value);
        spent += cost;
        outcome.lost += success ? 0 : cost;
        outcome.full += suggestion.task == 0 ? cost / source->budget : 0;
        if (success && suggestion.task == 0)
            outcome.whole = fmin(outcome.whole, value - source->optimum);
        if (spent <= 0.5 * source->budget + 1e-9)
            outcome.half = outcome.whole;
    }
    loop_clear(&loop);
    return outcome;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
    return 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

static void measure(const struct fidelity_problem *problem, size_t n_seeds)
{
    for (int with_tasks = 0; with_tasks < 2; with_tasks++) {
        double half[MOST_SEEDS], whole[MOST_SEEDS], lost = 0, full = 0;
        for (size_t i = 0; i < n_seeds; i++) {
            struct outcome outcome = run(problem, with_tasks == 1, (uint32_t)i + 1);
            half[i] = outcome.half;
            whole[i] = outcome.whole;
            lost += outcome.lost / (double)n_seeds;
            full += outcome.full / (double)n_seeds;
        }
        printf("%-20s %-10s %10.3g %10.3g %8.2f %8.2f\n", problem->name, with_tasks == 1 ? "tasks" : "full only",
               median(half, n_seeds), median(whole, n_seeds), lost, full);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    size_t n_seeds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 20;
    if (n_seeds < 1 || n_seeds > MOST_SEEDS) {
        fprintf(stderr, "feature_tasks: between 1 and %d seeds\n", MOST_SEEDS);
        return 2;
    }
    runtime_init();
    printf("%-20s %-10s %10s %10s %8s %8s\n", "problem", "", "half", "whole", "lost", "full");
    for (size_t i = 0; i < COUNT(problems); i++)
        if (argc <= 2 || strcmp(argv[2], problems[i].name) == 0)
            measure(&problems[i], n_seeds);
    return 0;
}
