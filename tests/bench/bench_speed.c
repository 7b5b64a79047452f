// How long does a suggestion take, at the limits of what can be asked?
//
//     bench_speed [LIMIT [CASE...]]     LIMIT: 6 seconds, those after which the server answers without models
//
// A history of n random points, a quarter of which failed, whose outcome depends on a few parameters; then three suggestions in a row,
// each evaluated before the next. Prints a row a case: kernel columns, and for n = 10, 50, 150 seconds of the first suggestion (all
// models fitted from nothing) and of the slowest of the two that follow. Ends with 1 when one takes longer than LIMIT.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "optimizer/runtime.h"
#include "optimizer/space.h"
#include "tests/problems/loop.h"

enum { MOST_PARAMS = 101, MOST_CONSTRAINTS = 5, FOLLOWING = 2 };

struct definition {
    struct param params[MOST_PARAMS];
    struct condition conditions[MOST_PARAMS];
    struct metric metrics[PROBLEM_OPTIMIZED_MAX + PROBLEM_CONSTRAINTS_MAX];
    double weights[MOST_CONSTRAINTS][MOST_PARAMS];
    struct linear_constraint constraints[MOST_CONSTRAINTS];
    struct problem problem;
};

// ------------------------------------------------------------------ cases

static struct param *add(struct definition *definition, struct param param)
{
    struct param *added = &definition->params[definition->problem.n_params++];
    *added = param;
    return added;
}

static void add_doubles(struct definition *definition, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add(definition, (struct param){.kind = PARAM_DOUBLE, .lo = 0, .hi = 1});
}

static void add_categorical(struct definition *definition, size_t n_levels)
{
    add(definition, (struct param){.kind = PARAM_CATEGORICAL, .n_levels = n_levels});
}

static void doubles_10(struct definition *definition)
{
    add_doubles(definition, 10);
}

static void doubles_100(struct definition *definition)
{
    add_doubles(definition, 100);
}

// Categorical ones of 2, 4, ..., 60 values, and doubles.
static void mixed_100(struct definition *definition)
{
    add_doubles(definition, 70);
    for (size_t i = 1; i <= 30; i++)
        add_categorical(definition, 2 * i);
}

static void categorical_1000(struct definition *definition)
{
    add_doubles(definition, 3);
    add_categorical(definition, 1000);
}

static void categorical_10000(struct definition *definition)
{
    add_doubles(definition, 3);
    add_categorical(definition, 10000);
}

// A choice of 64 algorithms; doubles that one or two of them have.
static void conditional_64(struct definition *definition)
{
    add_categorical(definition, CONDITIONAL_LEVELS);
    add_doubles(definition, 99);
    for (size_t i = 1; i < definition->problem.n_params; i++) {
        definition->conditions[i] = (struct condition){0, UINT64_C(3) << (i % (CONDITIONAL_LEVELS - 1))};
        definition->params[i].conditions = &definition->conditions[i];
        definition->params[i].n_conditions = 1;
    }
}

static void constrain(struct definition *definition, size_t n)
{
    struct problem *problem = &definition->problem;
    for (size_t c = 0; c < n; c++) {
        double sum = 0;
        for (size_t i = 0; i < problem->n_params; i++) {
            definition->weights[c][i] = (double)((i * (c + 3) + c) % 7) - 2;
            sum += definition->weights[c][i] * 0.5 * (definition->params[i].lo + definition->params[i].hi);
        }
        definition->constraints[c] = (struct linear_constraint){definition->weights[c], sum, c % 2 == 0};
    }
    problem->n_constraints = n;
}

static void constrained_50(struct definition *definition)
{
    add_doubles(definition, 50);
    constrain(definition, 3);
}

static void constrained_100(struct definition *definition)
{
    add_doubles(definition, 100);
    constrain(definition, 5);
}

// The sum of all is nearly nothing: a corner of the cube.
static void simplex_100(struct definition *definition)
{
    add_doubles(definition, 100);
    for (size_t i = 0; i < 100; i++)
        definition->weights[0][i] = 1;
    definition->constraints[0] = (struct linear_constraint){definition->weights[0], 1, false};
    definition->problem.n_constraints = 1;
}

static void constrained_ints(struct definition *definition)
{
    for (size_t i = 0; i < 10; i++)
        add(definition, (struct param){.kind = PARAM_INT, .lo = 0, .hi = 1000});
    constrain(definition, 3);
}

static void huge_ints(struct definition *definition)
{
    for (size_t i = 0; i < 10; i++)
        add(definition, (struct param){.kind = PARAM_INT, .lo = 0, .hi = 9007199254740992});
}

static void single_values(struct definition *definition)
{
    static const double value[] = {7};
    add_doubles(definition, 3);
    for (size_t i = 0; i < 60; i++)
        add(definition, (struct param){.kind = PARAM_GRID, .n_levels = 1, .grid = value});
}

static void metrics_50(struct definition *definition)
{
    add_doubles(definition, 50);
    definition->problem.n_metrics = 4;
    definition->metrics[1].strategy = METRIC_OPTIMIZE;
    for (size_t i = 2; i < 4; i++)
        definition->metrics[i] = (struct metric){.strategy = METRIC_CONSTRAINT, .has_threshold = true, .threshold = 0.5};
}

static void tasks_100(struct definition *definition)
{
    static const struct task tasks[] = {{0.1}, {1}};
    add_doubles(definition, 100);
    definition->problem.tasks = tasks;
    definition->problem.n_tasks = 2;
}

static const struct {
    const char *name;
    void (*define)(struct definition *);
} cases[] = {
    {"doubles_10", doubles_10},
    {"doubles_100", doubles_100},
    {"mixed_100", mixed_100},
    {"categorical_1000", categorical_1000},
    {"categorical_10000", categorical_10000},
    {"conditional_64", conditional_64},
    {"constrained_50", constrained_50},
    {"constrained_100", constrained_100},
    {"simplex_100", simplex_100},
    {"constrained_ints", constrained_ints},
    {"huge_ints", huge_ints},
    {"single_values", single_values},
    {"metrics_50", metrics_50},
    {"tasks_100", tasks_100},
};

// ------------------------------------------------------------------ measuring

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Where x lies in its range, 0.5 when it is inactive.
static double part(const struct param *param, double x)
{
    if (isnan(x))
        return 0.5;
    if (param->kind == PARAM_DOUBLE || param->kind == PARAM_INT)
        return (x - param->lo) / (param->hi - param->lo);
    return param->n_levels > 1 && param->kind == PARAM_CATEGORICAL ? x / (double)(param->n_levels - 1) : 0.5;
}

// A bowl of all parameters, the first ones weigh most; false: it fails. Further metrics are shifted bowls.
static bool evaluate(const struct problem *problem, const double *x, double *values)
{
    size_t p = problem->n_params;
    double u[2] = {part(&problem->params[0], x[0]), part(&problem->params[p - 1], x[p - 1])};
    for (size_t m = 0; m < problem->n_metrics; m++) {
        values[m] = 0;
        for (size_t i = 0; i < p; i++) {
            double off = part(&problem->params[i], x[i]) - 0.3 - 0.1 * (double)m;
            values[m] += off * off / (1 + (double)i);
        }
    }
    return fmod(7 * u[0] + 3 * u[1], 1) > 0.25;
}

static void supply(struct loop *loop, size_t n)
{
    struct problem problem = *loop->problem;
    double *x = mem_calloc(problem.n_params, sizeof *x), values[PROBLEM_OPTIMIZED_MAX + PROBLEM_CONSTRAINTS_MAX];
    problem.random = true;
    struct history none = {.seed = 1};
    struct surrogate *surrogate = surrogate_create(&problem, &none, NULL);
    for (; none.ordinal < n; none.ordinal++) {
        struct suggestion out = {.x = x};
        suggest(surrogate, &none, NULL, &out, NULL);
        bool worked = evaluate(&problem, x, values);
        loop_supply_all(loop, x, !worked, values);
    }
    surrogate_destroy(surrogate);
    free(x);
}

// Seconds of the first suggestion after n points, and the most of the following.
static void measure(const struct problem *problem, size_t n, double *first, double *next)
{
    struct loop loop;
    double *x = mem_calloc(problem->n_params, sizeof *x), values[PROBLEM_OPTIMIZED_MAX + PROBLEM_CONSTRAINTS_MAX];
    loop_init(&loop, problem, 1, n + 1 + FOLLOWING);
    supply(&loop, n);
    *next = 0;
    for (size_t i = 0; i <= FOLLOWING; i++) {
        struct suggestion out = {.x = x};
        double start = now();
        loop_suggest(&loop, &out);
        double seconds = now() - start;
        *(i == 0 ? first : next) = i == 0 ? seconds : fmax(*next, seconds);
        bool worked = evaluate(problem, x, values);
        loop_report_all(&loop, !worked, values);
    }
    loop_clear(&loop);
    free(x);
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    bool wanted = argc <= 2;
    for (int i = 2; i < argc; i++)
        wanted = wanted || strcmp(argv[i], name) == 0;
    return wanted;
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {10, 50, 150};
    double limit = argc > 1 ? strtod(argv[1], NULL) : 6, longest = 0;
    runtime_init();
    printf("%-20s %7s | seconds: first, following\n%-20s %7s", "", "columns", "", "");
    for (size_t i = 0; i < 3; i++)
        printf(" | %10s%-5zu", "n = ", sizes[i]);
    printf("\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct definition *definition = mem_calloc(1, sizeof *definition);
        struct space space;
        if (is_wanted(cases[i].name, argc, argv)) {
            definition->problem = (struct problem){.params = definition->params, .metrics = definition->metrics, .n_metrics = 1,
                                                   .constraints = definition->constraints, .tolerance = TOLERANCE_BALANCED};
            cases[i].define(definition);
            space_init(&space, &definition->problem);
            printf("%-20s %7zu", cases[i].name, space.d);
            space_clear(&space);
            for (size_t k = 0; k < 3; k++) {
                double first, next;
                measure(&definition->problem, sizes[k], &first, &next);
                longest = fmax(longest, fmax(first, next));
                printf(" | %7.3f %7.3f", first, next);
                fflush(stdout);
            }
            printf("\n");
        }
        free(definition);
    }
    printf("the longest took %.3f s, the limit is %.3f s\n", longest, limit);
    return longest <= limit ? 0 : 1;
}
