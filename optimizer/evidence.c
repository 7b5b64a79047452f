#include "optimizer/evidence.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/standing.h"

static void find_outcomes(struct evidence *evidence, const struct problem *problem, enum metric_strategy strategy)
{
    for (size_t i = 0; i < problem->n_metrics; i++) {
        const struct metric *metric = &problem->metrics[i];
        if (metric->strategy != strategy)
            continue;
        assert(evidence->n_outcomes < sizeof evidence->outcomes / sizeof *evidence->outcomes);
        evidence->outcomes[evidence->n_outcomes++] = (struct outcome){.metric = i,
                                                                      .maximize = metric->maximize,
                                                                      .has_threshold = metric->has_threshold,
                                                                      .threshold = metric->threshold};
    }
}

static void add(struct evidence *evidence, const struct space *space, const struct trial *trial)
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
        for (size_t k = 0; k < evidence->n_outcomes; k++) {
            struct outcome *outcome = &evidence->outcomes[k];
            outcome->y[i] = trial->value[outcome->metric];
            outcome->stddev[i] = trial->stddev != NULL ? trial->stddev[outcome->metric] : 0;
            outcome->noisy = outcome->noisy || outcome->stddev[i] > 0;
        }
        evidence->rows[evidence->n_success++] = i;
    }
    evidence->n++;
}

void evidence_init(struct evidence *evidence, const struct space *space, const struct problem *problem,
                   const struct history *history)
{
    size_t n = history->n_trials;
    *evidence = (struct evidence){
        .p = space->p, .d = space->d, .n_metrics = problem->n_metrics, .n_tasks = space->fidelity.n, .full = space->fidelity.full,
        .n_trials = n};
    find_outcomes(evidence, problem, METRIC_OPTIMIZE);
    evidence->n_objectives = evidence->n_outcomes;
    find_outcomes(evidence, problem, METRIC_CONSTRAINT);
    evidence->u = mem_calloc(n * space->p, sizeof(double));
    evidence->z = mem_calloc(n * space->d, sizeof(double));
    evidence->inside = mem_calloc(n, sizeof(bool));
    evidence->success = mem_calloc(n, sizeof(bool));
    evidence->task = mem_calloc(n, sizeof(size_t));
    for (size_t k = 0; k < evidence->n_outcomes; k++) {
        evidence->outcomes[k].y = mem_calloc(n, sizeof(double));
        evidence->outcomes[k].stddev = mem_calloc(n, sizeof(double));
    }
    evidence->rows = mem_calloc(n, sizeof(size_t));
    for (size_t i = 0; i < n; i++)
        add(evidence, space, &history->trials[i]);
    for (size_t k = 0; k < evidence->n_outcomes; k++)
        fidelity_align(&space->fidelity, evidence->task, evidence->rows, evidence->n_success, evidence->outcomes[k].y);
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
    for (size_t k = 0; k < evidence->n_outcomes; k++) {
        free(evidence->outcomes[k].y);
        free(evidence->outcomes[k].stddev);
    }
    free(evidence->rows);
    *evidence = (struct evidence){0};
}

size_t evidence_bytes(const struct evidence *evidence)
{
    size_t doubles = evidence->p + evidence->d + 2 * evidence->n_outcomes;
    return evidence->n_trials * (doubles * sizeof(double) + 2 * sizeof(size_t) + 2 * sizeof(bool));
}

// A success among others, those `behind` the rest whatever their merit.
struct ranked {
    bool behind;
    double merit;
    size_t index;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->behind != y->behind)
        return x->behind ? 1 : -1;
    if (x->merit < y->merit || x->merit > y->merit)
        return x->merit < y->merit ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index); // ties: the earlier one, so that the order is total
}

// Values of cheaper tasks are not values of the metric: behind all others, in their order. Places stand for the values, which may be
// too large for a sum.
static void set_cheap_behind(const struct evidence *evidence, double *merit)
{
    size_t n = evidence->n_success, place = 0;
    if (evidence->n_tasks <= 1)
        return;
    struct ranked *ranked = mem_calloc(n + 1, sizeof *ranked);
    for (size_t i = 0; i < n; i++)
        ranked[i] = (struct ranked){evidence->task[evidence->rows[i]] != evidence->full, merit[i], i};
    qsort(ranked, n, sizeof *ranked, compare);
    for (size_t i = 0; i < n; i++) {
        place += i > 0 && (ranked[i].behind != ranked[i - 1].behind || ranked[i].merit > ranked[i - 1].merit);
        merit[ranked[i].index] = (double)place;
    }
    free(ranked);
}

// Adds by how much the values of some rows miss the threshold, relative to the largest number involved.
static void add_violation(const struct outcome *outcome, const size_t *rows, size_t n, double *violation)
{
    double scale = fmax(fabs(outcome->threshold), DBL_MIN), sign = outcome->maximize ? -1 : 1;
    for (size_t i = 0; i < n; i++)
        scale = fmax(scale, fabs(outcome->y[rows[i]]));
    for (size_t i = 0; i < n; i++)
        violation[i] += fmax(sign * (outcome->y[rows[i]] / scale - outcome->threshold / scale), 0);
}

void evidence_values(const struct evidence *evidence, double *merit)
{
    size_t n = evidence->n_success;
    const double *values[PROBLEM_OPTIMIZED_MAX] = {NULL};
    double *memory = mem_calloc((PROBLEM_OPTIMIZED_MAX + 1) * n, sizeof *memory), *violation = memory;
    for (size_t k = 0; k < evidence->n_objectives; k++) {
        const struct outcome *outcome = &evidence->outcomes[k];
        double *value = memory + (k + 1) * n;
        for (size_t i = 0; i < n; i++)
            value[i] = outcome->maximize ? -outcome->y[evidence->rows[i]] : outcome->y[evidence->rows[i]];
        values[k] = value;
    }
    for (size_t k = 0; k < evidence->n_outcomes; k++)
        if (evidence->outcomes[k].has_threshold)
            add_violation(&evidence->outcomes[k], evidence->rows, n, violation);
    if (evidence->n_outcomes == 1 && evidence->n_objectives == 1)
        memcpy(merit, values[0], n * sizeof *merit);
    else
        standing_merit(values, evidence->n_objectives, violation, n, merit);
    set_cheap_behind(evidence, merit);
    free(memory);
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

const double *evidence_success(const struct evidence *evidence, size_t i)
{
    return evidence->u + evidence->rows[i] * evidence->p;
}
