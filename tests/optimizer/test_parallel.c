// Several evaluations at a time: open suggestions keep apart in every phase; finite spaces are used up without repeats.
#include <stdlib.h>

#include "optimizer/runtime.h"
#include "optimizer/space.h"
#include "tests/problems/loop.h"
#include "tests/problems/run.h"
#include "tests/tap.h"

static const struct metric minimized = {.strategy = METRIC_OPTIMIZE};

// Opens n suggestions without a report; the closest two, over the box of the later one.
static double closest_of(const struct benchmark *benchmark, size_t n)
{
    struct problem problem = benchmark_problem(benchmark);
    struct loop loop;
    struct space space;
    double x[BENCHMARK_MAX_PARAMS], u[64][BENCHMARK_MAX_PARAMS], closest = HUGE_VAL;
    struct suggestion out = {.x = x};
    loop_init(&loop, &problem, 17, n);
    space_init(&space, &problem);
    for (size_t i = 0; i < n; i++) {
        loop_suggest(&loop, &out);
        space_locate(&space, x, u[i], NULL);
        for (size_t j = 0; j < i; j++)
            closest = fmin(closest, space_distance(&space, u[i], u[j]) / out.box);
    }
    space_clear(&space);
    loop_clear(&loop);
    return closest;
}

static void test_nothing_reported(void)
{
    static const char *const names[] = {"branin_disk", "hartmann6_norm1", "nn_oom"};
    for (size_t i = 0; i < 3; i++) {
        ok(closest_of(benchmark_find(names[i]), 8) >= 0.01, "%s: 8 open suggestions and no observation", names[i]);
        ok(closest_of(benchmark_find(names[i]), 50) >= 0.01, "%s: 50 of them", names[i]);
    }
}

static void test_workers(void)
{
    struct variant variant = {.tolerance = TOLERANCE_BALANCED, .workers = 8};
    struct run run;
    run_benchmark(benchmark_find("branin_disk"), &variant, 3, &run);
    ok(run.closest >= 0.01, "8 workers, branin_disk: open suggestions are %g boxes apart", run.closest);
    ok(run.score.regret < 0.5, "and find the optimum: regret %g", run.score.regret);
    run_benchmark(benchmark_find("tension_spring"), &variant, 3, &run);
    ok(run.closest >= 0.01, "8 workers, tension_spring, with small boxes: %g", run.closest);
    variant.workers = 30;
    run_benchmark(benchmark_find("gardner1"), &variant, 3, &run);
    ok(run.closest >= 0.01, "30 workers, gardner1: %g", run.closest);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// What is open is believed, so that eight workers refine and do not stand around the same place.
static void test_refines(void)
{
    enum { SEEDS = 16 };
    struct variant variant = {.tolerance = TOLERANCE_BALANCED, .workers = 8};
    struct run run;
    double regrets[SEEDS];
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        run_benchmark(benchmark_find("branin_disk"), &variant, seed, &run);
        regrets[seed - 1] = run.score.regret;
    }
    qsort(regrets, SEEDS, sizeof *regrets, ascending);
    ok(regrets[SEEDS / 2] < 1e-3, "8 workers on branin_disk: regret %g", regrets[SEEDS / 2]);
}

static double distance_to_best(const struct loop *loop, const struct space *space, const double *u)
{
    const struct trial *best = NULL;
    double v[BENCHMARK_MAX_PARAMS];
    for (size_t i = 0; i < loop->history.n_trials; i++) {
        const struct trial *trial = &loop->history.trials[i];
        if (!trial->failed && (best == NULL || *trial->value < *best->value))
            best = trial;
    }
    space_locate(space, best->x, v, NULL);
    return space_distance(space, u, v);
}

// Distances of model-based suggestions to the best success of that time: the largest of the even and of the odd ones.
static void look(size_t workers, double most[2])
{
    const struct benchmark *benchmark = benchmark_find("styblinski");
    struct problem problem = benchmark_problem(benchmark);
    struct loop loop;
    struct space space;
    double x[BENCHMARK_MAX_PARAMS], u[BENCHMARK_MAX_PARAMS], value = 0;
    struct suggestion out = {.x = x};
    loop_init(&loop, &problem, 5, 40 + workers);
    space_init(&space, &problem);
    most[0] = most[1] = 0;
    while (loop.history.n_trials < 40) {
        while (loop.history.n_pending < workers) {
            size_t ordinal = (size_t)loop.history.ordinal;
            loop_suggest(&loop, &out);
            space_locate(&space, x, u, NULL);
            if (out.phase == PHASE_MODEL && !out.exploring)
                most[ordinal % 2] = fmax(most[ordinal % 2], distance_to_best(&loop, &space, u));
        }
        bool success = benchmark_evaluate(benchmark, loop.history.pending[0], &value);
        loop_report(&loop, !success, value);
    }
    space_clear(&space);
    loop_clear(&loop);
}

static void test_looks_close(void)
{
    double most[2];
    look(8, most);
    ok(most[1] <= 0.125 + 1e-12, "with seven open every second suggestion is close to the best point: %g", most[1]);
    ok(most[0] > 0.25, "and the others are not: %g", most[0]);
    look(3, most);
    ok(most[0] > 0.25 && most[1] > 0.25, "with two open none has to be: %g, %g", most[0], most[1]);
}

// Works through a space of `count` points with `workers` open at a time; every third point fails. True without a repeat.
static bool used_up(const struct param *params, size_t p, size_t count, size_t workers)
{
    struct problem problem = {.params = params, .n_params = p, .metrics = &minimized, .n_metrics = 1,
                              .tolerance = TOLERANCE_BALANCED};
    struct loop loop;
    struct space space;
    double x[4], u[4];
    bool seen[64] = {false}, distinct = true;
    struct suggestion out = {.x = x};
    loop_init(&loop, &problem, 23, 3 * count + workers);
    space_init(&space, &problem);
    for (size_t i = 0; i < 3 * count; i++) {
        loop_suggest(&loop, &out);
        is_int(space_locate(&space, x, u, NULL), PLACE_INSIDE, "a point of the space");
        size_t index = (size_t)space_index(&space, u);
        distinct = distinct && (i >= count || !seen[index]);
        seen[index] = true;
        if (i >= count && loop.history.n_pending < workers && index % 3 == 0)
            ok(false, "a failure is repeated although there are successes");
        if (loop.history.n_pending < workers)
            continue;
        double y[4];
        space_locate(&space, loop.history.pending[0], y, NULL);
        size_t oldest = (size_t)space_index(&space, y);
        loop_report(&loop, oldest % 3 == 0, (double)(oldest % 7));
    }
    space_clear(&space);
    loop_clear(&loop);
    return distinct;
}

static void test_finite(void)
{
    static const double levels[] = {1, 2, 4, 8};
    static const struct param one[] = {{.kind = PARAM_CATEGORICAL, .n_levels = 1}};
    static const struct param two[] = {{.kind = PARAM_INT, .lo = 0, .hi = 1}};
    static const struct param many[] = {
        {.kind = PARAM_INT, .lo = -1, .hi = 2}, {.kind = PARAM_GRID, .n_levels = 4, .grid = levels}, {.kind = PARAM_CATEGORICAL, .n_levels = 3}};
    ok(used_up(one, 1, 1, 2), "a space of one point");
    ok(used_up(two, 1, 2, 1), "of two points");
    ok(used_up(many, 3, 48, 1), "of 48 points");
    ok(used_up(many, 3, 48, 5), "of 48 points, five workers");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_nothing_reported);
    TAP_RUN(test_workers);
    TAP_RUN(test_refines);
    TAP_RUN(test_looks_close);
    TAP_RUN(test_finite);
    return tap_done();
}
