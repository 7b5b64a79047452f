#include "tests/problems/loop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/space.h"

void loop_init(struct loop *loop, const struct problem *problem, uint32_t seed, size_t capacity)
{
    size_t p = problem->n_params;
    *loop = (struct loop){.problem = problem, .capacity = capacity, .p = p, .history.seed = seed};
    loop->x = mem_calloc(capacity * p, sizeof(double));
    loop->values = mem_calloc(capacity, sizeof(double));
    loop->trials = mem_calloc(capacity, sizeof *loop->trials);
    loop->open = mem_calloc(capacity * p, sizeof(double));
    loop->open_rows = mem_calloc(capacity, sizeof *loop->open_rows);
    loop->open_phases = mem_calloc(capacity, sizeof *loop->open_phases);
    loop->relaxations = mem_calloc(capacity, sizeof *loop->relaxations);
    for (size_t i = 0; i < capacity; i++)
        loop->open_rows[i] = loop->open + i * p;
    for (size_t m = 0; m < MODEL_COUNT; m++)
        loop->theta[m] = mem_calloc(p + 2, sizeof(double));
    loop->history.trials = loop->trials;
    loop->history.pending = loop->open_rows;
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
    free(loop->open_phases);
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
    loop->open_phases[history->n_pending++] = out->phase;
    history->ordinal++;
    history->n_initial += out->phase == PHASE_INITIAL;
    history->n_model += out->phase == PHASE_MODEL;
}

static void add_trial(struct loop *loop, const double *x, bool failed, double value, enum phase phase)
{
    size_t i = loop->history.n_trials;
    memcpy(loop->x + i * loop->p, x, loop->p * sizeof(double));
    loop->values[i] = value;
    loop->trials[i] = (struct trial){.x = loop->x + i * loop->p,
                                     .failed = failed,
                                     .value = loop->values + i,
                                     .phase = phase,
                                     .sequence = last_sequence(loop) + 1};
    loop->history.n_trials++;
    surrogate_destroy(loop->surrogate);
    loop->surrogate = NULL;
}

void loop_report(struct loop *loop, bool failed, double value)
{
    add_trial(loop, loop->open, failed, value, loop->open_phases[0]);
    size_t left = --loop->history.n_pending;
    memmove(loop->open, loop->open + loop->p, left * loop->p * sizeof(double));
    memmove(loop->open_phases, loop->open_phases + 1, left * sizeof *loop->open_phases);
}

void loop_supply(struct loop *loop, const double *x, bool failed, double value)
{
    add_trial(loop, x, failed, value, PHASE_NONE);
}

// ------------------------------------------------------------------ a benchmark

struct runner {
    const struct benchmark *benchmark;
    struct loop loop;
    struct space space;
    struct run *run;
    double best;
};

static void count(struct runner *runner, bool success, double value)
{
    size_t n = runner->loop.history.n_trials; // with this one
    if (success)
        runner->best = fmin(runner->best, value);
    runner->run->failures += !success;
    runner->run->late_failures += !success && 3 * n > 2 * runner->benchmark->budget;
}

static void note_closeness(struct runner *runner, const struct suggestion *suggestion)
{
    double a[BENCHMARK_MAX_PARAMS], b[BENCHMARK_MAX_PARAMS];
    space_locate(&runner->space, suggestion->x, a, NULL);
    for (size_t i = 0; i + 1 < runner->loop.history.n_pending; i++) {
        space_locate(&runner->space, runner->loop.open_rows[i], b, NULL);
        runner->run->closest = fmin(runner->run->closest, space_distance(&runner->space, a, b) / suggestion->box);
    }
}

// Repeats and clones, from all points.
static void compare_points(struct runner *runner)
{
    size_t n = runner->loop.history.n_trials, p = runner->space.p;
    double *u = mem_calloc(n * p, sizeof *u);
    for (size_t i = 0; i < n; i++)
        space_locate(&runner->space, runner->loop.x + i * p, u + i * p, NULL);
    for (size_t i = 0; i < n; i++) {
        size_t clones = 0;
        bool repeat = false;
        for (size_t j = 0; j < n; j++) {
            double distance = space_distance(&runner->space, u + i * p, u + j * p);
            clones += j != i && distance < 1e-3;
            repeat = repeat || (j < i && distance < 1e-2);
        }
        runner->run->repeats += repeat;
        runner->run->clones = clones > runner->run->clones ? clones : runner->run->clones;
    }
    free(u);
}

void run_benchmark(const struct benchmark *benchmark, enum tolerance tolerance, uint32_t seed, size_t workers, struct run *run)
{
    struct metric metric = {.strategy = METRIC_OPTIMIZE};
    struct problem problem = {.params = benchmark->params, .n_params = benchmark->n_params, .metrics = &metric, .n_metrics = 1,
                              .tolerance = tolerance};
    struct runner runner = {.benchmark = benchmark, .run = run, .best = HUGE_VAL};
    double x[BENCHMARK_MAX_PARAMS], value = 0;
    *run = (struct run){.closest = HUGE_VAL};
    loop_init(&runner.loop, &problem, seed, benchmark->budget + workers);
    space_init(&runner.space, &problem);
    const struct history *history = &runner.loop.history;
    if (benchmark->start != NULL) {
        bool success = benchmark_evaluate(benchmark, benchmark->start, &value);
        loop_supply(&runner.loop, benchmark->start, !success, value);
        count(&runner, success, value);
    }
    while (history->n_trials < benchmark->budget) {
        while (history->n_pending < workers && history->n_trials + history->n_pending < benchmark->budget) {
            struct suggestion suggestion = {.x = x};
            loop_suggest(&runner.loop, &suggestion);
            run->fillers += suggestion.filler;
            note_closeness(&runner, &suggestion);
        }
        bool success = benchmark_evaluate(benchmark, history->pending[0], &value);
        loop_report(&runner.loop, !success, value);
        count(&runner, success, value);
    }
    compare_points(&runner);
    run->regret = runner.best - benchmark->optimum;
    space_clear(&runner.space);
    loop_clear(&runner.loop);
}
