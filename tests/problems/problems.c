#include "tests/problems/problems.h"

#include <math.h>
#include <string.h>

const struct problem_family *problem_family(enum family family)
{
    static const struct problem_family *const families[FAMILY_COUNT] = {&tuning_problems, &further_problems, &free_problems,
                                                                          &mixed_problems};
    return families[family];
}

const char *problem_family_name(enum family family)
{
    static const char *const names[FAMILY_COUNT] = {"tuning", "further", "free", "mixed"};
    return names[family];
}

const struct benchmark *benchmark_at(size_t i)
{
    for (enum family f = 0; f < FAMILY_COUNT; f++) {
        const struct problem_family *family = problem_family(f);
        if (i < family->n)
            return &family->problems[i];
        i -= family->n;
    }
    return NULL;
}

const struct benchmark *benchmark_find(const char *name)
{
    const struct benchmark *benchmark;
    for (size_t i = 0; (benchmark = benchmark_at(i)) != NULL; i++)
        if (strcmp(benchmark->name, name) == 0)
            return benchmark;
    return NULL;
}

struct problem benchmark_problem(const struct benchmark *benchmark)
{
    static const struct metric minimized = {.strategy = METRIC_OPTIMIZE};
    return (struct problem){.params = benchmark->params,
                            .n_params = benchmark->n_params,
                            .metrics = &minimized,
                            .n_metrics = 1,
                            .constraints = benchmark->constraints,
                            .n_constraints = benchmark->n_constraints,
                            .tolerance = TOLERANCE_BALANCED};
}

bool benchmark_evaluate(const struct benchmark *benchmark, const double *x, double *value)
{
    if (benchmark->feasible != NULL && !benchmark->feasible(x))
        return false;
    *value = benchmark->objective(x);
    return isfinite(*value);
}
