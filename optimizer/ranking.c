#include "optimizer/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/pareto.h"

bool ranking_counts(const struct problem *problem, const struct trial *trial)
{
    if (trial->failed || (problem->n_tasks > 0 && problem->tasks[trial->task].cost < 1))
        return false;
    for (size_t m = 0; m < problem->n_metrics; m++) {
        const struct metric *metric = &problem->metrics[m];
        if (!metric->has_threshold)
            continue;
        if (metric->maximize ? trial->value[m] < metric->threshold : trial->value[m] > metric->threshold)
            return false;
    }
    return true;
}

// Value for maximisation.
static double gain(const struct problem *problem, const struct trial *trial, size_t metric)
{
    return problem->metrics[metric].maximize ? trial->value[metric] : -trial->value[metric];
}

// What the trials are compared by: the optimized metrics, in a search the first constraint metric. Returns their number.
static size_t find_objectives(const struct problem *problem, size_t *objectives)
{
    size_t n = 0;
    for (size_t m = 0; m < problem->n_metrics && n < PARETO_OBJECTIVES_MAX; m++)
        if (problem->metrics[m].strategy == METRIC_OPTIMIZE)
            objectives[n++] = m;
    for (size_t m = 0; m < problem->n_metrics && n == 0; m++)
        if (problem->metrics[m].strategy == METRIC_CONSTRAINT)
            objectives[n++] = m;
    return n;
}

struct candidate {
    double value;
    size_t index;
};

static int compare(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    int by_value = (x->value < y->value) - (x->value > y->value);
    return by_value != 0 ? by_value : (x->index < y->index) - (x->index > y->index);
}

// Leaves of the ranked trials those that no other one beats.
static size_t keep_front(const struct problem *problem, const struct trial *trials, const size_t *objectives, size_t *ranked,
                         size_t n)
{
    double *value = mem_calloc(2 * n + 1, sizeof *value);
    bool *on_front = mem_calloc(n + 1, sizeof *on_front);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 2; k++)
            value[2 * i + k] = gain(problem, &trials[ranked[i]], objectives[k]);
    pareto_front(value, n, 2, on_front);
    for (size_t i = 0; i < n; i++)
        if (on_front[i])
            ranked[kept++] = ranked[i];
    free(value);
    free(on_front);
    return kept;
}

size_t ranking_best(const struct problem *problem, const struct trial *trials, size_t n, size_t *ranked)
{
    size_t objectives[PARETO_OBJECTIVES_MAX], n_objectives = find_objectives(problem, objectives), count = 0;
    struct candidate *candidates = mem_calloc(n + 1, sizeof *candidates);
    for (size_t i = 0; i < n; i++)
        if (ranking_counts(problem, &trials[i]))
            candidates[count++] = (struct candidate){gain(problem, &trials[i], objectives[0]), i};
    qsort(candidates, count, sizeof *candidates, compare);
    for (size_t i = 0; i < count; i++)
        ranked[i] = candidates[i].index;
    free(candidates);
    return n_objectives == 2 ? keep_front(problem, trials, objectives, ranked, count) : count;
}

bool ranking_unmoved(const struct problem *problem, const struct trial *trials, size_t n_old, size_t n)
{
    size_t objectives[PARETO_OBJECTIVES_MAX], m = find_objectives(problem, objectives);
    double *value = mem_calloc(n * m + 1, sizeof *value);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            value[i * m + k] = trials[i].failed ? -(double)INFINITY : gain(problem, &trials[i], objectives[k]);
    bool unmoved = pareto_unmoved(value, n_old, n, m);
    free(value);
    return unmoved;
}
