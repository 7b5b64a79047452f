// Several metrics: the suggestions for constraints, for two optimized metrics and for a search, and odd data.
#include "optimizer/suggest.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/runtime.h"
#include "tests/optimizer/properties.h"
#include "tests/problems/loop.h"
#include "tests/tap.h"

static const struct param square[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};

#define OPTIMIZED {.strategy = METRIC_OPTIMIZE}
#define OPTIMIZED_TO(limit) {.strategy = METRIC_OPTIMIZE, .has_threshold = true, .threshold = (limit)}
#define AT_MOST(limit) {.strategy = METRIC_CONSTRAINT, .has_threshold = true, .threshold = (limit)}
#define AT_LEAST(limit) {.strategy = METRIC_CONSTRAINT, .maximize = true, .has_threshold = true, .threshold = (limit)}
#define STORED {.strategy = METRIC_STORE}

static struct problem problem_of(const struct metric *metrics, size_t n)
{
    return (struct problem){.params = square, .n_params = 2, .metrics = metrics, .n_metrics = n, .tolerance = TOLERANCE_BALANCED};
}

// A bowl around (0.2, 0.2), x + y, another bowl around (0.8, 0.6); a corner fails.
static bool evaluate(const double *x, double *bowl, double *plane, double *other)
{
    *bowl = (x[0] - 0.2) * (x[0] - 0.2) + (x[1] - 0.2) * (x[1] - 0.2);
    *plane = x[0] + x[1];
    *other = (x[0] - 0.8) * (x[0] - 0.8) + (x[1] - 0.6) * (x[1] - 0.6);
    return !(x[0] < 0.3 && x[1] > 0.7);
}

// The same loop again, from what was stored: same bits.
static bool rebuilt_is_same(struct loop *loop)
{
    double x[4], y[4];
    struct suggestion a = {.x = x}, b = {.x = y};
    struct surrogate *one = surrogate_create(loop->problem, &loop->history, loop->hyperparameters);
    suggest(one, &loop->history, NULL, &a, NULL);
    suggest(one, &loop->history, NULL, &b, NULL);
    bool same = x[0] <= y[0] && x[0] >= y[0] && x[1] <= y[1] && x[1] >= y[1];
    surrogate_destroy(one);
    one = surrogate_create(loop->problem, &loop->history, loop->hyperparameters);
    suggest(one, &loop->history, NULL, &b, NULL);
    surrogate_destroy(one);
    return same && x[0] <= y[0] && x[0] >= y[0] && x[1] <= y[1] && x[1] >= y[1];
}

static void test_constraint(void)
{
    static const struct metric metrics[] = {STORED, OPTIMIZED, AT_LEAST(1)};
    struct problem problem = problem_of(metrics, 3);
    struct loop loop;
    double x[2], mean[3], stddev[3], best = HUGE_VAL, value[3] = {7};
    struct suggestion out = {.x = x, .mean = mean, .stddev = stddev};
    loop_init(&loop, &problem, 3, 32);
    for (size_t i = 0; i < 30; i++) {
        loop_suggest(&loop, &out);
        bool works = evaluate(x, &value[1], &value[2], &value[0]);
        if (works && value[2] >= 1)
            best = fmin(best, value[1]);
        loop_report_all(&loop, !works, value);
    }
    is_near(best, 0.18, 0.01, "the best point of the border, (0.5, 0.5)");
    ok(isnan(mean[0]) && isfinite(mean[1]) && isfinite(mean[2]) && stddev[2] >= 0, "all modelled metrics are predicted");
    ok(fabs(mean[2] - x[0] - x[1]) < 5 * stddev[2], "in natural units: %g +- %g", mean[2], stddev[2]);
    ok(out.probability_of_constraints >= 0 && out.probability_of_constraints <= 1 && isfinite(out.expected_improvement),
       "with the probability of the constraint: %g", out.probability_of_constraints);
    ok(loop.hyperparameters[MODEL_CONSTRAINT].n_theta == 4 && loop.hyperparameters[MODEL_SECOND_PLAIN].n_theta == 0,
       "a model of each metric, stored under its number");
    ok(rebuilt_is_same(&loop), "the same after a restart");
    loop_clear(&loop);
}

// Nothing satisfies at first: toward what does.
static void test_toward_satisfying(void)
{
    static const struct metric metrics[] = {OPTIMIZED, AT_MOST(0.12)};
    struct problem problem = problem_of(metrics, 2);
    struct loop loop;
    double x[2], mean[2], stddev[2], value[2], plane;
    size_t n_satisfied = 0;
    struct suggestion out = {.x = x, .mean = mean, .stddev = stddev};
    loop_init(&loop, &problem, 1, 40);
    for (size_t i = 0; i < 12; i++) { // far from it
        double at[] = {0.1 + 0.1 * (double)(i % 3), 0.1 + 0.1 * (double)(i / 3)};
        evaluate(at, &value[0], &plane, &value[1]);
        loop_supply_all(&loop, at, false, value);
    }
    for (size_t i = 0; i < 8; i++) {
        loop_suggest(&loop, &out);
        if (i == 0)
            ok(isnan(out.expected_improvement), "no improvement while nothing satisfies");
        bool works = evaluate(x, &value[0], &plane, &value[1]);
        n_satisfied += works && value[1] <= 0.12;
        loop_report_all(&loop, !works, value);
    }
    ok(n_satisfied >= 3, "%zu of 8 satisfy", n_satisfied);
    loop_clear(&loop);
}

// A categorical of three levels with numbers under them, and one that all have. The first two levels come near to the threshold only,
// where they cannot keep it; the last keeps it in a hundredth of its part. A quarter fails.
static const struct condition branches[] = {{0, 1}, {0, 2}, {0, 4}};
#define UNDER(i) {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1, .conditions = &branches[i], .n_conditions = 1}
static const struct param branched[] = {
    {.kind = PARAM_CATEGORICAL, .n_levels = 3}, UNDER(0), UNDER(0), UNDER(1), UNDER(2), UNDER(2), {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};

static double from(double x, double centre)
{
    return (x - centre) * (x - centre);
}

static bool evaluate_branched(const double *x, double *values)
{
    if (x[0] < 0.5) {
        values[0] = from(x[1], 0.3) + x[2];
        values[1] = 0.1 + from(x[1], 0.5) + from(x[2], 0.5);
        return x[1] + x[2] < 1.4;
    }
    if (x[0] < 1.5) {
        values[0] = 0.3 + from(x[3], 0.7);
        values[1] = 0.07 + 0.3 * from(x[3], 0.4) + 0.2 * x[6];
        return x[6] < 0.7;
    }
    values[0] = 0.5 + from(x[4], 0.6) + 0.4 * x[6];
    values[1] = from(x[4], 0.7) + from(x[5], 0.4) + from(x[6], 0.3);
    return x[4] < 0.85 && x[5] < 0.8;
}

// While nothing satisfies, the models' best guess is not all that is tried.
static void test_rarely_satisfied(void)
{
    static const struct metric metrics[] = {OPTIMIZED, AT_MOST(0.03)};
    const struct problem problem = {
        .params = branched, .n_params = 7, .metrics = metrics, .n_metrics = 2, .tolerance = TOLERANCE_BALANCED};
    enum { SEEDS = 10, BUDGET = 50 };
    size_t found = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct loop loop;
        double x[7], values[2];
        bool satisfied = false;
        loop_init(&loop, &problem, seed, BUDGET);
        for (size_t i = 0; i < BUDGET && !satisfied; i++) {
            struct suggestion out = {.x = x};
            loop_suggest(&loop, &out);
            bool works = evaluate_branched(x, values);
            satisfied = works && values[1] <= 0.03;
            loop_report_all(&loop, !works, values);
        }
        loop_clear(&loop);
        found += satisfied;
    }
    ok(found >= 9, "a point that satisfies is found in %zu of %d runs", found, SEEDS);
}

// Exploration, too, looks where the constraint metrics are likely satisfied.
static void test_exploration_satisfies(void)
{
    static const struct metric metrics[] = {OPTIMIZED, AT_MOST(0.4)};
    static const struct param params[] = {
        {.kind = PARAM_CATEGORICAL, .n_levels = 2}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
    const struct problem problem = {
        .params = params, .n_params = 3, .metrics = metrics, .n_metrics = 2, .tolerance = TOLERANCE_BALANCED};
    enum { SEEDS = 6, BUDGET = 40 };
    size_t exploring = 0, lost = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct loop loop;
        double x[3], values[2];
        loop_init(&loop, &problem, seed, BUDGET);
        for (size_t i = 0; i < BUDGET; i++) {
            struct suggestion out = {.x = x};
            loop_suggest(&loop, &out);
            values[0] = from(x[1], 0.3) + from(x[2], 0.4) + 0.2 * x[0];
            values[1] = x[0] > 0.5 ? 0.7 + 0.3 * x[1] * x[2] : x[1] * x[2];
            exploring += out.exploring && out.phase == PHASE_MODEL;
            lost += out.exploring && out.phase == PHASE_MODEL && out.probability_of_constraints < 0.2;
            loop_report_all(&loop, x[1] > 0.7, values);
        }
        loop_clear(&loop);
    }
    ok(exploring >= 10 * SEEDS && lost <= SEEDS, "of %zu points of exploration %zu were sure to violate", exploring, lost);
}

static void test_front(void)
{
    static const struct metric metrics[] = {OPTIMIZED, OPTIMIZED};
    struct problem problem = problem_of(metrics, 2);
    struct loop loop;
    double x[2], mean[2], stddev[2], value[2], plane, low = HUGE_VAL, high = HUGE_VAL, middle = HUGE_VAL;
    struct suggestion out = {.x = x, .mean = mean, .stddev = stddev};
    loop_init(&loop, &problem, 3, 40);
    for (size_t i = 0; i < 35; i++) {
        loop_suggest(&loop, &out);
        bool works = evaluate(x, &value[0], &plane, &value[1]);
        loop_report_all(&loop, !works, value);
        if (!works)
            continue;
        low = fmin(low, value[0]);
        high = fmin(high, value[1]);
        middle = fmin(middle, fmax(value[0], value[1]));
    }
    ok(low < 0.005 && high < 0.005, "both ends of the front: %g, %g", low, high);
    is_near(middle, 0.13, 0.03, "and its middle");
    ok(isfinite(mean[0]) && isfinite(mean[1]) && out.expected_improvement >= 0, "predictions of both");
    ok(isnan(out.probability_of_constraints), "and there are no constraints");
    ok(rebuilt_is_same(&loop), "the same after a restart");
    for (size_t i = 0; i < 4; i++)
        loop_suggest(&loop, &out);
    ok(rebuilt_is_same(&loop), "with open suggestions too");
    loop_clear(&loop);
}

// Thresholds of optimized metrics: only the part of the front within them is of interest.
static void test_region_of_interest(void)
{
    static const struct metric metrics[] = {OPTIMIZED_TO(0.2), OPTIMIZED_TO(0.2)};
    struct problem problem = problem_of(metrics, 2);
    struct loop loop;
    double x[2], value[2], plane;
    size_t within = 0;
    struct suggestion out = {.x = x};
    loop_init(&loop, &problem, 3, 40);
    for (size_t i = 0; i < 30; i++) {
        loop_suggest(&loop, &out);
        bool works = evaluate(x, &value[0], &plane, &value[1]);
        within += works && value[0] <= 0.2 && value[1] <= 0.2;
        loop_report_all(&loop, !works, value);
    }
    ok(within >= 12, "%zu of 30 within both thresholds", within);
    loop_clear(&loop);
}

static void test_search(void)
{
    static const struct metric metrics[] = {AT_MOST(0.1), AT_LEAST(0.3)};
    struct problem problem = problem_of(metrics, 2);
    struct loop loop;
    double x[2], value[2], other, found[40][2], closest = HUGE_VAL;
    size_t n = 0;
    struct suggestion out = {.x = x};
    loop_init(&loop, &problem, 3, 40);
    for (size_t i = 0; i < 30; i++) {
        loop_suggest(&loop, &out);
        bool works = evaluate(x, &value[0], &value[1], &other);
        loop_report_all(&loop, !works, value);
        if (!works || value[0] > 0.1 || value[1] < 0.3)
            continue;
        for (size_t j = 0; j < n; j++)
            closest = fmin(closest, hypot(x[0] - found[j][0], x[1] - found[j][1]));
        found[n][0] = x[0];
        found[n++][1] = x[1];
    }
    ok(n >= 15, "%zu of 30 satisfy", n);
    ok(closest > 0.02, "no two at the same place: %g", closest);
    ok(isnan(out.expected_improvement) && out.phase == PHASE_MODEL && !out.exploring, "a search has no improvement to expect");
    ok(rebuilt_is_same(&loop), "the same after a restart");
    loop_clear(&loop);
}

// ------------------------------------------------------------------ odd data

enum { N_TRIALS = 14 };
enum oddity { ALL_EQUAL, HUGE_VALUES, TINY_VALUES, ALL_VIOLATE, ALL_AT_THRESHOLD, ALL_FAILED, ONE_WORKED, DEVIATIONS, ODDITIES };
static const char *const oddities[] = {"all equal",        "huge values", "tiny values", "nothing satisfies",
                                       "at the threshold", "all failed",  "one worked",  "standard deviations"};

static double odd_value(enum oddity oddity, size_t i, size_t k)
{
    double wave = sin((double)(3 * i + 5 * k));
    switch (oddity) {
    case ALL_EQUAL:
        return 5;
    case HUGE_VALUES:
        return i % 2 == 0 ? wave * DBL_MAX : wave;
    case TINY_VALUES:
        return wave * 1e-308;
    case ALL_VIOLATE:
        return 1e6 + wave;
    case ALL_AT_THRESHOLD:
        return 0.25;
    case ALL_FAILED:
    case ONE_WORKED:
    case DEVIATIONS:
    case ODDITIES:
    default:
        return wave;
    }
}

static void check_odd(const struct problem *problem, enum oddity oddity, size_t n_pending)
{
    double x[N_TRIALS + 4][2], value[N_TRIALS][6], stddev[N_TRIALS][6];
    struct trial trials[N_TRIALS];
    const double *pending[4];
    for (size_t i = 0; i < N_TRIALS + 4; i++) {
        x[i][0] = fmod(0.618034 * (double)i, 1);
        x[i][1] = fmod(0.754878 * (double)i, 1);
    }
    for (size_t i = 0; i < N_TRIALS; i++) {
        for (size_t k = 0; k < problem->n_metrics; k++) {
            value[i][k] = odd_value(oddity, i, k);
            stddev[i][k] = k % 2 == 0 ? 0 : pow(10, (double)(i * 40) - 300);
        }
        bool failed = oddity == ALL_FAILED || (oddity == ONE_WORKED && i != 3) || i % 5 == 4;
        trials[i] = (struct trial){.x = x[i], .failed = failed, .value = value[i], .sequence = i + 1,
                                   .stddev = oddity == DEVIATIONS ? stddev[i] : NULL};
    }
    for (size_t i = 0; i < 4; i++)
        pending[i] = x[N_TRIALS + i];
    struct history history = {.trials = trials, .n_trials = N_TRIALS, .pending = pending, .n_pending = n_pending, .seed = 5,
                              .ordinal = 7, .n_initial = 4, .n_model = 3 + n_pending};
    struct err err;
    ok(problem_check(problem, &err) == ERR_NONE && history_check(problem, &history, &err) == ERR_NONE, "sound");
    const char *wrong = properties_broken(problem, &history, NULL);
    ok(wrong == NULL, "%s: %s", oddities[oddity], wrong == NULL ? "all properties hold" : wrong);
}

static void test_odd(void)
{
    static const struct metric constrained[] = {OPTIMIZED, AT_MOST(0.25), AT_LEAST(-0.25)};
    static const struct metric front[] = {OPTIMIZED, STORED, {.strategy = METRIC_OPTIMIZE, .maximize = true}};
    static const struct metric everything[] = {OPTIMIZED_TO(0.25), OPTIMIZED, AT_MOST(0.25), AT_LEAST(0.25), AT_MOST(-DBL_MAX),
                                               AT_LEAST(-DBL_MAX)};
    static const struct metric search[] = {AT_MOST(0.25), AT_LEAST(0)};
    const struct problem problems[] = {problem_of(constrained, 3), problem_of(front, 3), problem_of(everything, 6),
                                       problem_of(search, 2)};
    for (size_t p = 0; p < 4; p++)
        for (enum oddity oddity = 0; oddity < ODDITIES; oddity++)
            check_odd(&problems[p], oddity, oddity % 2 == 0 ? 4 : 0);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_constraint);
    TAP_RUN(test_toward_satisfying);
    TAP_RUN(test_rarely_satisfied);
    TAP_RUN(test_exploration_satisfies);
    TAP_RUN(test_front);
    TAP_RUN(test_region_of_interest);
    TAP_RUN(test_search);
    TAP_RUN(test_odd);
    return tap_done();
}
