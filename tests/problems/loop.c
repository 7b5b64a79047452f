#include "tests/problems/loop.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void loop_init(struct loop *loop, const struct problem *problem, uint32_t seed, size_t capacity)
{
    size_t p = problem->n_params;
    *loop = (struct loop){.problem = problem, .capacity = capacity, .p = p, .history.seed = seed};
    loop->x = mem_calloc(capacity * p, sizeof(double));
    loop->values = mem_calloc(capacity * problem->n_metrics, sizeof(double));
    loop->trials = mem_calloc(capacity, sizeof *loop->trials);
    loop->open = mem_calloc(capacity * p, sizeof(double));
    loop->open_rows = mem_calloc(capacity, sizeof *loop->open_rows);
    loop->open_tasks = mem_calloc(capacity, sizeof *loop->open_tasks);
    loop->made = mem_calloc(capacity, sizeof *loop->made);
    loop->relaxations = mem_calloc(capacity, sizeof *loop->relaxations);
    for (size_t i = 0; i < capacity; i++)
        loop->open_rows[i] = loop->open + i * p;
    for (size_t m = 0; m < MODEL_COUNT; m++)
        loop->theta[m] = mem_calloc(hyperparameters_size(problem), sizeof(double));
    loop->history.trials = loop->trials;
    loop->history.pending = loop->open_rows;
    loop->history.pending_tasks = loop->open_tasks;
    loop->history.relaxations = loop->relaxations;
}

void loop_clear(struct loop *loop)
{
    surrogate_destroy(loop->surrogate);
    for (size_t m = 0; m < MODEL_COUNT; m++)
        free(loop->theta[m]);
    free(loop->x);
    free(loop->values);
    free(loop->trials);
    free(loop->open);
    free(loop->open_rows);
    free(loop->open_tasks);
    free(loop->made);
    free(loop->relaxations);
    *loop = (struct loop){0};
}

static uint64_t last_sequence(const struct loop *loop)
{
    return loop->history.n_trials > 0 ? loop->trials[loop->history.n_trials - 1].sequence : 0;
}

void loop_suggest(struct loop *loop, struct suggestion *out)
{
    struct history *history = &loop->history;
    if (loop->surrogate == NULL)
        loop->surrogate = surrogate_create(loop->problem, history, loop->hyperparameters);
    suggest(loop->surrogate, history, NULL, out, NULL);
    for (enum model m = 0; m < MODEL_COUNT; m++) {
        struct hyperparameters now = surrogate_hyperparameters(loop->surrogate, m);
        if (now.n_theta > 0)
            memcpy(loop->theta[m], now.theta, now.n_theta * sizeof(double));
        loop->hyperparameters[m] = (struct hyperparameters){loop->theta[m], now.n_theta, now.n_fit};
    }
    if (out->relaxations > 0)
        loop->relaxations[history->n_relaxations++] = (struct relaxation){last_sequence(loop), out->relaxations};
    memcpy(loop->open + history->n_pending * loop->p, out->x, loop->p * sizeof(double));
    loop->open_tasks[history->n_pending] = out->task;
    loop->made[history->n_pending++] = *out;
    history->ordinal++;
    history->n_initial += out->phase == PHASE_INITIAL;
    history->n_model += out->phase == PHASE_MODEL;
}

// made: the suggestion that the trial answers
static void add_trial(struct loop *loop, const double *x, bool failed, const double *values, const struct suggestion *made)
{
    size_t i = loop->history.n_trials, k = loop->problem->n_metrics;
    memcpy(loop->x + i * loop->p, x, loop->p * sizeof(double));
    if (!failed)
        memcpy(loop->values + i * k, values, k * sizeof *values);
    loop->trials[i] = (struct trial){.x = loop->x + i * loop->p,
                                     .failed = failed,
                                     .value = loop->values + i * k,
                                     .task = made->task,
                                     .phase = made->phase,
                                     .filler = made->filler,
                                     .inevitable = made->inevitable,
                                     .told = fmax(made->probability_of_feasibility, 0), // that is NaN where none was told
                                     .sequence = last_sequence(loop) + 1};
    loop->history.n_trials++;
    surrogate_destroy(loop->surrogate);
    loop->surrogate = NULL;
}

void loop_report_all(struct loop *loop, bool failed, const double *values)
{
    add_trial(loop, loop->open, failed, values, loop->made);
    size_t left = --loop->history.n_pending;
    memmove(loop->open, loop->open + loop->p, left * loop->p * sizeof(double));
    memmove(loop->open_tasks, loop->open_tasks + 1, left * sizeof *loop->open_tasks);
    memmove(loop->made, loop->made + 1, left * sizeof *loop->made);
}

void loop_report(struct loop *loop, bool failed, double value)
{
    assert(loop->problem->n_metrics == 1);
    loop_report_all(loop, failed, &value);
}

void loop_supply(struct loop *loop, const double *x, bool failed, double value)
{
    assert(loop->problem->n_metrics == 1);
    loop_supply_all(loop, x, failed, &value);
}

void loop_supply_all(struct loop *loop, const double *x, bool failed, const double *values)
{
    static const struct suggestion none = {.phase = PHASE_NONE};
    add_trial(loop, x, failed, values, &none);
}
