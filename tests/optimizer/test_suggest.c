// The public functions: phases, determinism, stored hyperparameters, stopping, predictions, the fallback.
#include "optimizer/suggest.h"

#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/runtime.h"
#include "tests/problems/loop.h"
#include "tests/tap.h"

static const struct metric minimized = {.strategy = METRIC_OPTIMIZE};
static const struct param square[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
static const struct problem plain = {.params = square, .n_params = 2, .metrics = &minimized, .n_metrics = 1,
                                     .tolerance = TOLERANCE_BALANCED};

// A bowl with its minimum 0 at (0.6, 0.7), of which the part below x + y = 0.7 fails.
static bool bowl(const double *x, double *value)
{
    *value = 10 * ((x[0] - 0.6) * (x[0] - 0.6) + (x[1] - 0.7) * (x[1] - 0.7));
    return x[0] + x[1] >= 0.7;
}

static void report(struct loop *loop)
{
    double value;
    bool success = bowl(loop->history.pending[0], &value);
    loop_report(loop, !success, value);
}

// A suggestion of the one metric whose numbers are in x, behind the point.
static struct suggestion on(double *x)
{
    return (struct suggestion){.x = x, .mean = x + 2, .stddev = x + 3};
}

static bool same_suggestion(const struct suggestion *a, const struct suggestion *b)
{
    const double left[] = {a->floor, a->box, a->probability_of_feasibility, a->expected_improvement, *a->mean, *a->stddev};
    const double right[] = {b->floor, b->box, b->probability_of_feasibility, b->expected_improvement, *b->mean, *b->stddev};
    return memcmp(a->x, b->x, 2 * sizeof(double)) == 0 && memcmp(left, right, sizeof left) == 0 && a->phase == b->phase &&
           a->relaxations == b->relaxations && a->filler == b->filler && a->exploring == b->exploring;
}

static void test_phases(void)
{
    struct loop loop;
    double x[4];
    struct suggestion out = on(x);
    loop_init(&loop, &plain, 3, 40);
    for (size_t i = 0; i < 4; i++) {
        loop_suggest(&loop, &out);
        is_int(out.phase, PHASE_INITIAL, "initial design");
        ok(out.exploring && isnan(*out.mean) && isnan(out.probability_of_feasibility), "no model is asked");
        loop_report(&loop, true, 0);
    }
    loop_suggest(&loop, &out);
    is_int(out.phase, PHASE_FILL, "nothing has worked");
    is_near(out.floor, 0.6, 1e-12, "floor at its start");
    loop_report(&loop, false, 3);
    loop_suggest(&loop, &out);
    is_int(out.phase, PHASE_MODEL, "one success");
    ok(out.exploring && out.probability_of_feasibility > 0 && out.probability_of_feasibility < 1, "only the classifier is asked");
    loop_report(&loop, false, 2);
    loop_suggest(&loop, &out);
    ok(!out.exploring && isfinite(*out.mean) && *out.stddev >= 0 && out.expected_improvement >= 0, "two successes: both models");
    loop_clear(&loop);
}

static void test_user_data(void)
{
    struct loop loop;
    double x[4] = {0.5, 0.5};
    struct suggestion out = on(x);
    loop_init(&loop, &plain, 3, 40);
    loop_supply(&loop, (double[]){0.5, 0.5}, false, 1);
    loop_supply(&loop, (double[]){0.1, 0.5}, true, 0);
    loop_supply(&loop, (double[]){0.5, 0.9}, false, 2);
    loop_suggest(&loop, &out);
    is_int(out.phase, PHASE_INITIAL, "three points of the user's and none of ours");
    loop_suggest(&loop, &out);
    is_int(out.phase, PHASE_MODEL, "together they end the initial design");
    loop_clear(&loop);
}

static void test_turns_of_open_suggestions(void)
{
    struct loop loop;
    double x[4];
    struct suggestion out = on(x);
    loop_init(&loop, &plain, 3, 40);
    for (size_t i = 0; i < 20; i++) {
        loop_suggest(&loop, &out);
        is_int(out.phase, i < 4 ? PHASE_INITIAL : PHASE_FILL, "any number may be open before the first observation");
    }
    loop_clear(&loop);
}

// A loop of n reported suggestions with two always open, for the tests below.
static void grow(struct loop *loop, size_t n)
{
    double x[4];
    struct suggestion out = on(x);
    loop_init(loop, &plain, 11, n + 8);
    for (size_t i = 0; i < n + 2; i++) {
        loop_suggest(loop, &out);
        if (i >= 2)
            report(loop);
    }
}

static void test_deterministic(void)
{
    struct loop loop, twin;
    double x[4], y[4];
    struct suggestion a = on(x), b = on(y);
    grow(&loop, 30);
    grow(&twin, 30);
    bool same = true;
    for (size_t i = 0; i < 6; i++) { // six in a row from one surrogate; the twin builds a new one each time
        loop_suggest(&loop, &a);
        surrogate_destroy(twin.surrogate);
        twin.surrogate = NULL;
        loop_suggest(&twin, &b);
        same = same && same_suggestion(&a, &b);
        is_int(a.phase, PHASE_MODEL, "from the models");
    }
    ok(same, "a surrogate used again equals one rebuilt from the stored hyperparameters, bit for bit");
    for (enum model m = 0; m <= MODEL_FEASIBILITY; m++) {
        ok(loop.hyperparameters[m].n_fit == 30 && loop.hyperparameters[m].n_theta == 4, "fitted at all trials");
        ok(memcmp(loop.theta[m], twin.theta[m], 4 * sizeof(double)) == 0, "the same hyperparameters");
    }
    loop_clear(&loop);
    loop_clear(&twin);
}

static void test_predictions_leave_no_trace(void)
{
    struct loop loop, twin;
    double x[4], y[4];
    struct suggestion a = on(x), b = on(y);
    grow(&loop, 20);
    grow(&twin, 20);
    struct surrogate *surrogate = surrogate_create(&plain, &loop.history, loop.hyperparameters);
    const double *points[] = {(double[]){0.5, 0.5}};
    double stddev_there;
    struct prediction prediction = {.stddev = &stddev_there};
    is_int(surrogate_predict(surrogate, points, 1, NULL, &prediction, NULL), ERR_NONE, "predict");
    struct hyperparameters told = surrogate_hyperparameters(surrogate, MODEL_OBJECTIVE_PLAIN);
    is_int(told.n_fit, loop.hyperparameters[MODEL_OBJECTIVE_PLAIN].n_fit, "a fit for a prediction is not told");
    loop.surrogate = surrogate;
    loop_suggest(&loop, &a);
    loop_suggest(&twin, &b);
    ok(same_suggestion(&a, &b), "and does not change the next suggestion");
    loop_clear(&loop);
    loop_clear(&twin);
}

static void test_seed_and_ordinal(void)
{
    struct loop loop;
    double x[4], y[4];
    struct suggestion a = on(x), b = on(y);
    grow(&loop, 12);
    struct history history = loop.history;
    struct surrogate *surrogate = surrogate_create(&plain, &history, loop.hyperparameters);
    suggest(surrogate, &history, NULL, &a, NULL);
    history.seed++;
    suggest(surrogate, &history, NULL, &b, NULL);
    ok(memcmp(x, y, 2 * sizeof *x) != 0, "another seed, another point");
    history.seed--;
    history.ordinal++;
    suggest(surrogate, &history, NULL, &b, NULL);
    ok(memcmp(x, y, 2 * sizeof *x) != 0, "another ordinal, another point");
    history.ordinal--;
    suggest(surrogate, &history, NULL, &b, NULL);
    ok(same_suggestion(&a, &b), "the same names, the same point");
    ok(surrogate_bytes(surrogate) > 1000, "its size is known");
    surrogate_destroy(surrogate);
    surrogate_destroy(NULL);
    loop_clear(&loop);
}

struct countdown {
    size_t left;
};

static bool count_down(void *arg)
{
    struct countdown *countdown = arg;
    return countdown->left-- == 0;
}

static void test_stop(void)
{
    struct loop loop;
    double x[4], y[4];
    struct suggestion a = on(x), b = on(y);
    grow(&loop, 16);
    struct surrogate *calm = surrogate_create(&plain, &loop.history, loop.hyperparameters);
    suggest(calm, &loop.history, NULL, &a, NULL);
    size_t stops = 0;
    for (size_t left = 0;; left = left * 2 + 1) {
        struct surrogate *surrogate = surrogate_create(&plain, &loop.history, loop.hyperparameters);
        struct countdown countdown = {left};
        const struct stopper stopper = {count_down, &countdown};
        struct err err;
        enum err_code code = suggest(surrogate, &loop.history, &stopper, &b, &err);
        if (code == ERR_STOPPED) {
            stops++;
            suggest(surrogate, &loop.history, NULL, &b, NULL);
        }
        ok(same_suggestion(&a, &b), "stopped after %zu questions, then asked again: the same point", left);
        surrogate_destroy(surrogate);
        if (code == ERR_NONE)
            break;
    }
    ok(stops >= 3, "stopped in %zu places", stops);
    surrogate_destroy(calm);
    loop_clear(&loop);
}

static void test_predict(void)
{
    struct loop loop;
    double mean[3], deviation[3];
    struct prediction p[3];
    for (size_t i = 0; i < 3; i++)
        p[i] = (struct prediction){.mean = mean + i, .stddev = deviation + i};
    const double *points[] = {(double[]){0.6, 0.7}, (double[]){0.1, 0.1}, (double[]){-50, 0.5}};
    loop_init(&loop, &plain, 1, 4);
    struct surrogate *empty = surrogate_create(&plain, &loop.history, NULL);
    is_int(surrogate_predict(empty, points, 3, NULL, p, NULL), ERR_NONE, "predict from nothing");
    ok(isnan(*p[0].mean) && p[0].probability_of_feasibility >= 0, "nothing is known");
    surrogate_destroy(empty);
    loop_supply(&loop, points[0], false, 0);
    struct surrogate *one = surrogate_create(&plain, &loop.history, NULL);
    surrogate_predict(one, points, 3, NULL, p, NULL);
    is_near(p[1].probability_of_feasibility, 1, 1e-12, "the share of successes");
    surrogate_destroy(one);
    loop_clear(&loop);
    grow(&loop, 30);
    loop_supply(&loop, points[1], true, 0);
    struct surrogate *many = surrogate_create(&plain, &loop.history, loop.hyperparameters);
    surrogate_predict(many, points, 3, NULL, p, NULL);
    ok(fabs(*p[0].mean) < 0.5 && *p[0].stddev < 1, "near the optimum: %g +- %g", *p[0].mean, *p[0].stddev);
    ok(p[0].probability_of_feasibility > 0.8, "it works there: %g", p[0].probability_of_feasibility);
    ok(p[1].probability_of_feasibility < 0.5, "it does not there: %g", p[1].probability_of_feasibility);
    ok(isfinite(*p[2].mean) && p[2].probability_of_feasibility >= 0, "far outside of the space");
    surrogate_destroy(many);
    loop_clear(&loop);
}

static void test_maximize(void)
{
    static const struct metric maximized = {.strategy = METRIC_OPTIMIZE, .maximize = true};
    struct problem upwards = plain;
    upwards.metrics = &maximized;
    struct loop up, down;
    double x[4], y[4];
    struct suggestion a = on(x), b = on(y);
    loop_init(&up, &upwards, 5, 30);
    loop_init(&down, &plain, 5, 30);
    bool same = true;
    for (size_t i = 0; i < 20; i++) {
        double value;
        loop_suggest(&up, &a);
        loop_suggest(&down, &b);
        same = same && memcmp(x, y, 2 * sizeof *x) == 0;
        bool success = bowl(x, &value);
        loop_report(&up, !success, -value);
        loop_report(&down, !success, value);
    }
    ok(same, "maximising -f is minimising f");
    is_near(*a.mean, -*b.mean, 1e-9, "and predictions have the sign of the metric");
    is_near(a.expected_improvement, b.expected_improvement, 1e-9, "improvements are positive");
    loop_clear(&up);
    loop_clear(&down);
}

static void test_random(void)
{
    static const struct param coins[] = {{.kind = PARAM_CATEGORICAL, .n_levels = 3}, {.kind = PARAM_INT, .lo = 0, .hi = 3}};
    struct problem problem = {.params = coins, .n_params = 2, .metrics = &minimized, .n_metrics = 1, .random = true};
    struct loop loop;
    double x[4];
    bool seen[12] = {false}, distinct = true;
    struct suggestion out = on(x);
    loop_init(&loop, &problem, 5, 30);
    for (size_t i = 0; i < 12; i++) {
        loop_suggest(&loop, &out);
        is_int(out.phase, PHASE_RANDOM, "random");
        size_t index = (size_t)x[0] * 4 + (size_t)x[1];
        distinct = distinct && !seen[index];
        seen[index] = true;
        if (i % 2 == 1)
            loop_report(&loop, false, 1);
    }
    ok(distinct, "no point twice before all were drawn");
    loop_suggest(&loop, &out);
    ok(x[0] >= 0 && x[0] < 3, "then repeats");
    loop_clear(&loop);
}

static void test_fallback(void)
{
    struct loop loop;
    double x[4], y[4];
    struct suggestion a = on(x), b = on(y);
    loop_init(&loop, &plain, 5, 30);
    suggest_fallback(&plain, &loop.history, &a);
    is_int(a.phase, PHASE_FALLBACK, "from nothing");
    ok(x[0] >= 0 && x[0] <= 1 && x[1] >= 0 && x[1] <= 1, "inside");
    loop_clear(&loop);
    grow(&loop, 25);
    size_t worked = 0;
    for (loop.history.ordinal = 100; loop.history.ordinal < 120; loop.history.ordinal++) {
        double value;
        suggest_fallback(&plain, &loop.history, &a);
        suggest_fallback(&plain, &loop.history, &b);
        if (memcmp(x, y, 2 * sizeof *x) != 0)
            ok(false, "deterministic");
        worked += bowl(x, &value);
    }
    ok(worked >= 16, "knows where things fail: %zu of 20 work", worked);
    ok(a.exploring && !a.filler && isnan(*a.mean) && a.floor > 0 && a.box > 0, "and says so");
    loop_clear(&loop);
}

// 700 trials of the user's: more than the hyperparameters are fitted on.
static void test_many_trials(void)
{
    struct loop loop;
    double x[4], y[4];
    struct suggestion a = on(x), b = on(y);
    loop_init(&loop, &plain, 5, 800);
    for (size_t i = 0; i < 700; i++) {
        double point[] = {fmod((double)i * 0.618034, 1), fmod((double)i * 0.754878, 1)}, value;
        bool success = bowl(point, &value);
        loop_supply(&loop, point, !success, value);
    }
    loop_suggest(&loop, &a);
    is_int(a.phase, PHASE_MODEL, "from the models");
    ok(hypot(x[0] - 0.6, x[1] - 0.7) < 0.05, "at the optimum: %g %g", x[0], x[1]);
    double value;
    for (size_t i = 0; i < 3; i++) {
        bowl(x, &value);
        loop_report(&loop, false, value);
        loop_suggest(&loop, &a);
    }
    is_int(loop.hyperparameters[MODEL_OBJECTIVE_PLAIN].n_fit, 700, "and no refit for three more trials");
    struct history history = loop.history;
    struct surrogate *rebuilt = surrogate_create(&plain, &history, loop.hyperparameters);
    suggest(loop.surrogate, &history, NULL, &a, NULL);
    suggest(rebuilt, &history, NULL, &b, NULL);
    ok(same_suggestion(&a, &b), "between refits too a rebuilt surrogate is the same");
    surrogate_destroy(rebuilt);
    loop_clear(&loop);
}

static void test_noise(void)
{
    struct loop loop;
    double x[4];
    struct suggestion out = on(x);
    grow(&loop, 20);
    double stddev[] = {2};
    for (size_t i = 0; i < loop.history.n_trials; i++)
        loop.trials[i].stddev = stddev;
    surrogate_destroy(loop.surrogate);
    loop.surrogate = NULL;
    double quiet, loud;
    loop_suggest(&loop, &out);
    loud = *out.stddev;
    for (size_t i = 0; i < loop.history.n_trials; i++)
        loop.trials[i].stddev = NULL;
    struct surrogate *exact = surrogate_create(&plain, &loop.history, NULL);
    const double *points[] = {x};
    double stddev_there;
    struct prediction prediction = {.stddev = &stddev_there};
    surrogate_predict(exact, points, 1, NULL, &prediction, NULL);
    quiet = *prediction.stddev;
    ok(loud > 3 * quiet, "known noise makes predictions less certain: %g, not %g", loud, quiet);
    surrogate_destroy(exact);
    loop_clear(&loop);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_phases);
    TAP_RUN(test_user_data);
    TAP_RUN(test_turns_of_open_suggestions);
    TAP_RUN(test_deterministic);
    TAP_RUN(test_predictions_leave_no_trace);
    TAP_RUN(test_seed_and_ordinal);
    TAP_RUN(test_stop);
    TAP_RUN(test_predict);
    TAP_RUN(test_maximize);
    TAP_RUN(test_random);
    TAP_RUN(test_fallback);
    TAP_RUN(test_many_trials);
    TAP_RUN(test_noise);
    return tap_done();
}
