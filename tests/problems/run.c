#include "tests/problems/run.h"

#include <math.h>

#include "optimizer/space.h"
#include "tests/problems/loop.h"

static void note_closeness(struct run *run, const struct space *space, const struct loop *loop,
                           const struct suggestion *suggestion)
{
    double a[BENCHMARK_MAX_PARAMS], b[BENCHMARK_MAX_PARAMS];
    space_locate(space, suggestion->x, a, NULL);
    for (size_t i = 0; i + 1 < loop->history.n_pending; i++) {
        space_locate(space, loop->open_rows[i], b, NULL);
        run->closest = fmin(run->closest, space_distance(space, a, b) / suggestion->box);
    }
}

static void spend(struct run *run, const struct space *space, struct loop *loop, struct judge *judge,
                  size_t workers, size_t budget)
{
    const struct history *history = &loop->history;
    double x[BENCHMARK_MAX_PARAMS], value = 0;
    while (history->n_trials < budget) {
        while (history->n_pending < workers && history->n_trials + history->n_pending < budget) {
            struct suggestion suggestion = {.x = x};
            loop_suggest(loop, &suggestion);
            run->fillers += suggestion.filler;
            note_closeness(run, space, loop, &suggestion);
        }
        bool success = judge_evaluate(judge, history->pending[0], &value);
        loop_report(loop, !success, value);
    }
}

void run_benchmark(const struct benchmark *benchmark, const struct variant *variant, uint32_t seed, struct run *run)
{
    struct problem problem = benchmark_problem(benchmark);
    problem.tolerance = variant->tolerance;
    problem.random = variant->random;
    size_t workers = variant->workers > 0 ? variant->workers : 1;
    struct judge *judge = judge_create(benchmark, seed, variant->noise, variant->crash, benchmark->budget);
    struct loop loop;
    struct space space;
    *run = (struct run){.closest = HUGE_VAL};
    loop_init(&loop, &problem, seed, benchmark->budget + workers);
    space_init(&space, &problem);
    if (benchmark->start != NULL) {
        double value = 0;
        bool success = judge_evaluate(judge, benchmark->start, &value);
        loop_supply(&loop, benchmark->start, !success, value);
    }
    spend(run, &space, &loop, judge, workers, benchmark->budget);
    judge_score(judge, &run->score);
    judge_trace(judge, run->trace, sizeof run->trace);
    space_clear(&space);
    loop_clear(&loop);
    judge_destroy(judge);
}
