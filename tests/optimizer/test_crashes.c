// The rate of crashes from made-up histories whose answer is known, by hand and by simulation.
#include "optimizer/crashes.h"

#include <math.h>

#include "optimizer/random.h"
#include "tests/problems/loop.h"
#include "tests/tap.h"

enum { MANY = 400 };

// n trials told p, of which so many failed, spread evenly.
static struct history history_of(size_t n, size_t failures, double told, struct trial trials[MANY])
{
    for (size_t i = 0; i < n; i++)
        trials[i] = (struct trial){.failed = (i + 1) * failures / n > i * failures / n,
                                   .phase = PHASE_MODEL,
                                   .told = told,
                                   .sequence = i + 1};
    return (struct history){.trials = trials, .n_trials = n};
}

static void test_by_hand(void)
{
    struct trial trials[MANY];
    struct history history = history_of(20, 8, 0.9, trials);
    double p = 0.02 + 0.96 * 0.9, total = 0, mean = 0;
    for (int k = 1; k <= 10; k++) {
        double r = 0.05 * k, odds = pow(1 - r, 12) * pow((1 - p * (1 - r)) / (1 - p), 8);
        total += odds / 10;
        mean += odds / 10 * r;
    }
    ok(log(total) > 4, "odds of e^%.1f", log(total));
    is_near(crashes_rate(&history, 0), fmin(1.4 * mean / total, 0.5), 1e-12, "the mean by the odds, times 1.4");
    history = history_of(0, 0, 0.9, trials);
    is_near(crashes_rate(&history, 0), 0, 0, "no trials");
    history = history_of(20, 20, 1, trials);
    is_near(crashes_rate(&history, 0), 0.5, 0, "half at most");
}

static void test_what_counts(void)
{
    struct trial trials[MANY];
    struct history history = history_of(20, 8, 0.9, trials);
    ok(crashes_rate(&history, 0) > 0.3, "8 of 20 told 0.9 failed");
    is_near(crashes_rate(&history, 1), 0, 0, "of another task");
    for (size_t i = 0; i < 20; i++)
        trials[i].phase = i % 2 == 0 ? PHASE_NONE : PHASE_FALLBACK;
    is_near(crashes_rate(&history, 0), 0, 0, "not from the models");
    history = history_of(20, 8, 0.79, trials);
    is_near(crashes_rate(&history, 0), 0, 0, "less than 0.8 was told");
    history = history_of(20, 8, 0, trials);
    is_near(crashes_rate(&history, 0), 0, 0, "nothing was told");
    history = history_of(20, 2, 0.9, trials);
    is_near(crashes_rate(&history, 0), 0, 0, "as many failed as was told");
}

// Told probabilities between 0.8 and 1 that are true but for crashes.
static double simulate(double crash, uint64_t run, size_t n)
{
    struct trial trials[MANY];
    struct random random = random_stream(run, n, 1);
    struct history history = history_of(n, 0, 1, trials);
    for (size_t i = 0; i < n; i++) {
        trials[i].told = 0.8 + 0.2 * random_uniform(&random);
        trials[i].failed = random_uniform(&random) >= trials[i].told * (1 - crash);
    }
    return crashes_rate(&history, 0);
}

static void test_simulated(void)
{
    enum { RUNS = 200 };
    size_t false_alarms = 0, found = 0;
    double mean = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        false_alarms += simulate(0, run, 100) > 0;
        found += simulate(0.3, run, 60) > 0;
        mean += simulate(0.3, run, MANY) / RUNS;
    }
    ok(false_alarms <= 4, "%zu of %d false alarms after 100 evaluations", false_alarms, RUNS);
    ok(found >= 190, "%zu of %d found after 60 evaluations of which 3 of 10 crash", found, RUNS);
    is_near(mean, 1.4 * 0.3, 0.05, "the rate, times 1.4");
}

static void test_blame(void)
{
    is_near(crashes_blame(0.5, 0), 1, 0, "nothing crashes");
    is_near(crashes_blame(0.5, 0.5), 0.5 / 0.75, 1e-15, "by hand");
    is_near(crashes_blame(0, 0.5), 0.5 / 0.75, 1e-15, "not told: one half");
    is_near(crashes_blame(1, 0.5), 0.02 / (1 - 0.98 * 0.5), 1e-15, "told to be sure: hardly any");
}

// 60 evaluations of a bowl of which less than half of the space works, suggested by our models; their floor at the end.
static double run(double crash, uint32_t seed, double *rate)
{
    enum { BUDGET = 60 };
    const struct param params[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
    const struct metric metric = {.strategy = METRIC_OPTIMIZE};
    const struct problem problem = {.params = params, .n_params = 2, .metrics = &metric, .n_metrics = 1, .tolerance = TOLERANCE_BALANCED};
    struct random random = random_stream(seed, 1, 2);
    struct loop loop;
    double x[2];
    struct suggestion out = {.x = x};
    loop_init(&loop, &problem, seed, BUDGET + 1);
    for (size_t i = 0; i < BUDGET; i++) {
        loop_suggest(&loop, &out);
        bool works = x[0] + x[1] < 0.9 && random_uniform(&random) >= crash;
        loop_report(&loop, !works, (x[0] - 0.4) * (x[0] - 0.4) + (x[1] - 0.3) * (x[1] - 0.3));
    }
    *rate = crashes_rate(&loop.history, 0);
    loop_suggest(&loop, &out);
    loop_clear(&loop);
    return out.floor;
}

static void test_run(void)
{
    enum { SEEDS = 5 };
    size_t found = 0, alarms = 0;
    double rate, highest = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        double floor = run(0.4, seed, &rate);
        found += rate > 0.2;
        highest = fmax(highest, floor);
        run(0, seed, &rate);
        alarms += rate > 0;
    }
    ok(found >= 4, "4 of 10 evaluations crash: noticed in %zu of %d runs", found, SEEDS);
    is_int(alarms, 0, "none do: no alarm");
    ok(highest < 0.9, "the floor does not climb to its end: %g", highest);
}

int main(void)
{
    TAP_RUN(test_by_hand);
    TAP_RUN(test_what_counts);
    TAP_RUN(test_simulated);
    TAP_RUN(test_blame);
    TAP_RUN(test_run);
    return tap_done();
}
