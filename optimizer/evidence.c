#include "optimizer/evidence.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static size_t optimized_metric(const struct problem *problem)
{
    size_t metric = 0;
    while (problem->metrics[metric].strategy != METRIC_OPTIMIZE) {
        metric++;
        assert(metric < problem->n_metrics);
    }
    return metric;
}

static void add(struct evidence *evidence, const struct space *space, const struct trial *trial, size_t metric)
{
    size_t i = evidence->n;
    enum place place = space_locate(space, trial->x, evidence->u + i * evidence->p, evidence->z + i * evidence->d);
    if (place == PLACE_OUTSIDE)
        return;
    evidence->inside[i] = place == PLACE_INSIDE;
    evidence->success[i] = !trial->failed;
    evidence->task[i] = trial->task;
    space_set_task(space, trial->task, evidence->z + i * evidence->d);
    if (!trial->failed) {
        evidence->y[i] = trial->value[metric];
        evidence->stddev[i] = trial->stddev != NULL ? trial->stddev[metric] : 0;
        evidence->noisy = evidence->noisy || evidence->stddev[i] > 0;
        evidence->rows[evidence->n_success++] = i;
    }
    evidence->n++;
}

static int compare_values(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Median value of the successes of a task; *n is their number, scratch has room for all.
static double task_median(const struct evidence *evidence, size_t task, double *scratch, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < evidence->n_success; i++)
        if (evidence->task[evidence->rows[i]] == task)
            scratch[(*n)++] = evidence->y[evidence->rows[i]];
    qsort(scratch, *n, sizeof *scratch, compare_values);
    return *n > 0 ? 0.5 * scratch[(*n - 1) / 2] + 0.5 * scratch[*n / 2] : 0;
}

static void align_tasks(struct evidence *evidence)
{
    double *scratch = mem_calloc(evidence->n_success + evidence->n_tasks, sizeof *scratch), *medians = scratch + evidence->n_success;
    size_t n, most = 0, reference = evidence->full;
    for (size_t task = 0; task < evidence->n_tasks; task++) {
        medians[task] = task_median(evidence, task, scratch, &n);
        if (n > most || (n > 0 && task == evidence->full)) {
            most = task == evidence->full ? SIZE_MAX : n;
            reference = task;
        }
    }
    for (size_t i = 0; i < evidence->n_success; i++) {
        size_t row = evidence->rows[i], task = evidence->task[row];
        double moved = evidence->y[row] + (medians[reference] - medians[task]);
        if (task != reference && isfinite(moved))
            evidence->y[row] = moved;
    }
    free(scratch);
}

void evidence_init(struct evidence *evidence, const struct space *space, const struct problem *problem,
                   const struct history *history)
{
    size_t n = history->n_trials, metric = optimized_metric(problem);
    *evidence = (struct evidence){
        .p = space->p, .d = space->d, .n_metrics = problem->n_metrics, .metric = metric,
        .maximize = problem->metrics[metric].maximize, .n_tasks = space->fidelity.n, .full = space->fidelity.full, .n_trials = n};
    evidence->u = mem_calloc(n * space->p, sizeof(double));
    evidence->z = mem_calloc(n * space->d, sizeof(double));
    evidence->inside = mem_calloc(n, sizeof(bool));
    evidence->success = mem_calloc(n, sizeof(bool));
    evidence->task = mem_calloc(n, sizeof(size_t));
    evidence->y = mem_calloc(n, sizeof(double));
    evidence->stddev = mem_calloc(n, sizeof(double));
    evidence->rows = mem_calloc(n, sizeof(size_t));
    for (size_t i = 0; i < n; i++)
        add(evidence, space, &history->trials[i], metric);
    if (evidence->n_tasks > 1)
        align_tasks(evidence);
}

void evidence_clear(struct evidence *evidence)
{
    if (evidence == NULL)
        return;
    free(evidence->u);
    free(evidence->z);
    free(evidence->inside);
    free(evidence->success);
    free(evidence->task);
    free(evidence->y);
    free(evidence->stddev);
    free(evidence->rows);
    *evidence = (struct evidence){0};
}

size_t evidence_bytes(const struct evidence *evidence)
{
    size_t doubles = evidence->p + evidence->d + 2;
    return evidence->n_trials * (doubles * sizeof(double) + 2 * sizeof(size_t) + 2 * sizeof(bool));
}

// Values of cheaper tasks are not values of the metric: behind all others, in their order.
static void set_cheap_behind(const struct evidence *evidence, double *merit)
{
    double least = HUGE_VAL, most = -HUGE_VAL;
    if (evidence->n_tasks <= 1)
        return;
    for (size_t i = 0; i < evidence->n_success; i++) {
        least = fmin(least, merit[i]);
        most = fmax(most, merit[i]);
    }
    for (size_t i = 0; i < evidence->n_success; i++)
        if (evidence->task[evidence->rows[i]] != evidence->full)
            merit[i] += most - least + 1;
}

void evidence_values(const struct evidence *evidence, double *merit)
{
    for (size_t i = 0; i < evidence->n_success; i++) {
        double y = evidence->y[evidence->rows[i]];
        merit[i] = evidence->maximize ? -y : y;
    }
    set_cheap_behind(evidence, merit);
}

struct ranked {
    bool outside;
    double merit;
    size_t index;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->outside != y->outside)
        return x->outside ? 1 : -1;
    if (x->merit < y->merit || x->merit > y->merit)
        return x->merit < y->merit ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index); // ties: the earlier one, so that the order is total
}

void evidence_rank(const struct evidence *evidence, const double *merit, size_t *order)
{
    size_t n = evidence->n_success;
    struct ranked *ranked = mem_calloc(n + 1, sizeof *ranked);
    for (size_t i = 0; i < n; i++)
        ranked[i] = (struct ranked){!evidence->inside[evidence->rows[i]], merit[i], i};
    qsort(ranked, n, sizeof *ranked, compare);
    for (size_t i = 0; i < n; i++)
        order[i] = ranked[i].index;
    free(ranked);
}
