// Importances: the parameters that decide get the share, whatever their kind, and nobody gets it when nothing is known.
#include "optimizer/suggest.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "optimizer/space.h"
#include "tests/tap.h"

enum { N = 60, P = 4 };

static const struct param params[P] = {
    {.kind = PARAM_DOUBLE, .lo = -3, .hi = 3},
    {.kind = PARAM_DOUBLE, .lo = 1, .hi = 1000, .log = true},
    {.kind = PARAM_CATEGORICAL, .n_levels = 3},
    {.kind = PARAM_INT, .lo = 0, .hi = 9},
};
static const struct metric metric = {.strategy = METRIC_OPTIMIZE};
static const struct problem problem = {.params = params, .n_params = P, .metrics = &metric, .n_metrics = 1};

typedef bool fails_fn(const double *x);

static bool by_first(const double *x)
{
    return x[0] > 0;
}

static bool by_logarithm(const double *x)
{
    return x[1] > 30;
}

static bool by_category(const double *x)
{
    return x[2] > 1.5;
}

// Neither decides alone.
static bool by_two(const double *x)
{
    return (x[0] > 0) == (x[3] > 4.5);
}

static bool never(const double *x)
{
    return !isfinite(x[0]);
}

static bool always(const double *x)
{
    return isfinite(x[0]);
}

// Shares of a model of N points drawn uniformly.
static enum err_code shares(fails_fn *fails, uint32_t seed, double share[P])
{
    struct space space;
    struct trial trials[N];
    double x[N][P], u[P], value = 0;
    struct random random = random_stream(seed, 1, 1);
    space_init(&space, &problem);
    for (size_t i = 0; i < N; i++) {
        space_draw(&space, &random, u);
        space_natural(&space, u, x[i]);
        trials[i] = (struct trial){.x = x[i], .failed = fails(x[i]), .value = &value, .sequence = i + 1};
    }
    struct history history = {.trials = trials, .n_trials = N, .seed = seed};
    struct surrogate *surrogate = surrogate_create(&problem, &history, NULL);
    enum err_code code = surrogate_failure_importance(surrogate, NULL, share, NULL);
    surrogate_destroy(surrogate);
    space_clear(&space);
    return code;
}

static void test_one_decides(void)
{
    static fails_fn *const causes[] = {by_first, by_logarithm, by_category};
    for (size_t k = 0; k < 15; k++) {
        size_t c = k % 3;
        double share[P], sum = 0;
        is_int(shares(causes[c], (uint32_t)k / 3, share), ERR_NONE, "shares");
        for (size_t i = 0; i < P; i++) {
            ok(share[i] >= 0, "not negative");
            sum += share[i];
        }
        is_near(sum, 1, 1e-12, "sum");
        ok(share[c] > 0.85, "parameter %zu decides: %g", c, share[c]);
    }
}

static void test_two_decide(void)
{
    double share[P];
    is_int(shares(by_two, 7, share), ERR_NONE, "shares");
    ok(share[0] > 0.25 && share[3] > 0.25 && share[0] + share[3] > 0.75, "both: %g and %g", share[0], share[3]);
}

static void test_unknown(void)
{
    double share[P];
    is_int(shares(never, 7, share), ERR_UNPROCESSABLE, "nothing has failed");
    is_int(shares(always, 7, share), ERR_UNPROCESSABLE, "nothing has worked");
}

// ------------------------------------------------------------------ metrics

typedef double value_fn(const double *x, size_t i);

static double linear(const double *x, size_t i)
{
    (void)i;
    return 1e6 + 3 * x[0] + x[3]; // variances 27 and 8.25
}

static double by_logarithms(const double *x, size_t i)
{
    (void)i;
    return -1e-9 * log(x[1]);
}

static double by_levels(const double *x, size_t i)
{
    (void)i;
    return x[2] > 0.5 ? 1e200 : -1e200;
}

static double product(const double *x, size_t i)
{
    (void)i;
    return x[0] * (x[3] - 4.5);
}

// As much noise as there is signal.
static double noisy(const double *x, size_t i)
{
    struct random random = random_stream(i, 3, 3);
    return x[0] + random_normal(&random) * sqrt(3);
}

static double constant(const double *x, size_t i)
{
    (void)x;
    return 1e5 + 1e-12 * (double)i;
}

// Shares from n trials, of which every seventh has failed; the metric is the second of two.
static enum err_code metric_shares(value_fn *f, size_t n, double share[P])
{
    static const struct metric metrics[2] = {{.strategy = METRIC_OPTIMIZE}, {.strategy = METRIC_STORE}};
    static struct trial trials[400];
    static double x[400][P], value[400][2];
    const struct problem two = {.params = params, .n_params = P, .metrics = metrics, .n_metrics = 2};
    struct space space;
    double u[P];
    struct random random = random_stream(9, 1, 1);
    space_init(&space, &two);
    for (size_t i = 0; i < n; i++) {
        space_draw(&space, &random, u);
        space_natural(&space, u, x[i]);
        value[i][1] = f(x[i], i);
        trials[i] = (struct trial){.x = x[i], .failed = i % 7 == 3, .value = value[i], .sequence = i + 1};
    }
    struct history history = {.trials = trials, .n_trials = n, .seed = 5};
    struct err err;
    enum err_code code = metric_importance(&two, &history, 1, NULL, share, &err);
    space_clear(&space);
    return code;
}

static void test_metrics(void)
{
    static const struct {
        value_fn *f;
        double want[P], tolerance;
    } cases[] = {
        {linear, {27 / 35.25, 0, 0, 8.25 / 35.25}, 0.06}, // a sum has the shares of the variances
        {by_logarithms, {0, 1, 0, 0}, 0.02},
        {by_levels, {0, 0, 1, 0}, 0.05},
        {product, {0.5, 0, 0, 0.5}, 0.06},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double share[P], again[P], sum = 0;
        is_int(metric_shares(cases[c].f, 60, share), ERR_NONE, "shares");
        for (size_t i = 0; i < P; i++) {
            ok(share[i] >= 0, "not negative");
            ok(fabs(share[i] - cases[c].want[i]) < cases[c].tolerance, "as the variances say: %g", share[i]);
            sum += share[i];
        }
        is_near(sum, 1, 1e-12, "sum");
        is_int(metric_shares(cases[c].f, 60, again), ERR_NONE, "again");
        ok(memcmp(share, again, sizeof share) == 0, "the same bit for bit");
    }
}

static void test_few_and_many(void)
{
    double share[P];
    is_int(metric_shares(constant, 40, share), ERR_NONE, "nearly constant");
    for (size_t i = 0; i < P; i++)
        is_near(share[i], 0.25, 1e-15, "nobody's");
    is_int(metric_shares(linear, 1, share), ERR_UNPROCESSABLE, "one success");
    is_int(metric_shares(linear, 2, share), ERR_NONE, "two");
    is_int(metric_shares(noisy, 200, share), ERR_NONE, "half of it is noise");
    ok(share[0] > 0.8, "which is nobody's: %g", share[0]);
    is_int(metric_shares(noisy, 400, share), ERR_NONE, "more of it");
    ok(share[0] > 0.9, "all the better: %g", share[0]);
    is_int(metric_shares(linear, 400, share), ERR_NONE, "more than a model takes");
    ok(fabs(share[3] - 8.25 / 35.25) < 0.05, "a draw of them tells the same: %g", share[3]);
}

// ------------------------------------------------------------------ tasks

// Shares of a stored metric 3 x0 + x1 of three parameters; every other of 60 values is a cheap one, which has `offset` more.
static void find_shares_of_tasks(double offset, uint32_t seed, double share[3])
{
    static const struct param square[3] = {{.kind = PARAM_DOUBLE, .hi = 1}, {.kind = PARAM_DOUBLE, .hi = 1},
                                           {.kind = PARAM_DOUBLE, .hi = 1}};
    static const struct metric metrics[2] = {{.strategy = METRIC_OPTIMIZE}, {.strategy = METRIC_STORE}};
    static const struct task tasks[2] = {{1}, {0.1}};
    const struct problem tasked = {.params = square, .n_params = 3, .metrics = metrics, .n_metrics = 2, .tasks = tasks, .n_tasks = 2};
    struct trial trials[N];
    double x[N][3], value[N][2];
    struct random random = random_stream(seed, 1, 4);
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < 3; k++)
            x[i][k] = random_uniform(&random);
        value[i][0] = 0;
        value[i][1] = 3 * x[i][0] + x[i][1] + (i % 2 == 1 ? offset : 0);
        trials[i] = (struct trial){.x = x[i], .value = value[i], .task = i % 2, .sequence = i + 1};
    }
    struct err err;
    is_int(metric_importance(&tasked, &(struct history){.trials = trials, .n_trials = N, .seed = seed}, 1, NULL, share, &err), ERR_NONE,
           "shares");
}

// What a cheap evaluation has more or less is no parameter's doing.
static void test_tasks(void)
{
    static const double offsets[] = {0, 3, 30, -1000};
    for (size_t c = 0; c < 4; c++)
        for (uint32_t seed = 1; seed <= 20; seed++) {
            double share[3];
            find_shares_of_tasks(offsets[c], seed, share);
            ok(fabs(share[0] - 0.9) < 0.03 && fabs(share[1] - 0.1) < 0.03 && share[2] < 0.01, "offset %g, seed %u: %g, %g, %g", offsets[c],
               seed, share[0], share[1], share[2]);
        }
}

// ------------------------------------------------------------------ linear constraints

// low <= x0 + x1 + x2 <= high of three parameters of a kind.
static void find_shares_under(enum param_kind kind, double low, double high, uint32_t seed, double metric_share[3],
                              double failure_share[3])
{
    const double weight[3] = {1, 1, 1}, hi = kind == PARAM_INT ? 20 : 1;
    const struct param three[3] = {{.kind = kind, .hi = hi}, {.kind = kind, .hi = hi}, {.kind = kind, .hi = hi}};
    const struct linear_constraint constraints[2] = {{weight, high, false}, {weight, low, true}};
    const struct problem bound = {.params = three, .n_params = 3, .metrics = &metric, .n_metrics = 1, .constraints = constraints,
                                  .n_constraints = 2};
    struct space space;
    struct trial trials[N];
    double x[N][3], u[3];
    struct random random = random_stream(seed, 1, 5);
    space_init(&space, &bound);
    for (size_t i = 0; i < N; i++) {
        space_draw(&space, &random, u);
        space_natural(&space, u, x[i]);
        trials[i] = (struct trial){.x = x[i], .value = &x[i][0], .sequence = i + 1};
    }
    struct history history = {.trials = trials, .n_trials = N, .seed = seed};
    struct err err;
    is_int(metric_importance(&bound, &history, 0, NULL, metric_share, &err), ERR_NONE, "shares");
    for (size_t i = 0; i < N; i++)
        trials[i].failed = x[i][0] > 0.3 * hi;
    struct surrogate *surrogate = surrogate_create(&bound, &history, NULL);
    is_int(surrogate_failure_importance(surrogate, NULL, failure_share, NULL), ERR_NONE, "shares of failure");
    surrogate_destroy(surrogate);
    space_clear(&space);
}

// Only the first parameter matters: the constraint, which moves all of them when one is drawn anew without regard for it, is none of
// the others' doing.
static void test_constraints(void)
{
    static const struct {
        enum param_kind kind;
        double low, high, metric, failure;
    } cases[] = {
        {PARAM_DOUBLE, 0, 1, 0.999, 0.85}, // what is left is the classifier's
        {PARAM_DOUBLE, 0.95, 1, 0.999, 0.75},
        {PARAM_INT, 0, 20, 0.999, 0.8},
        {PARAM_INT, 18, 20, 0.999, 0.75},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (uint32_t seed = 1; seed <= 20; seed++) {
            double value[3], failure[3];
            find_shares_under(cases[c].kind, cases[c].low, cases[c].high, seed, value, failure);
            ok(value[0] > cases[c].metric, "case %zu, seed %u: metric %g", c, seed, value[0]);
            ok(failure[0] > cases[c].failure, "case %zu, seed %u: failure %g", c, seed, failure[0]);
        }
}

// ------------------------------------------------------------------ seeds

// Largest difference that another seed makes to a share, of failures and of a metric, with the same observations.
static void differ(uint64_t draw, double *failure, double *value)
{
    struct space space;
    struct trial trials[N];
    double x[N][P], y[N], u[P], least[2][P], most[2][P];
    struct random random = random_stream(draw, 1, 6);
    space_init(&space, &problem);
    for (size_t i = 0; i < N; i++) {
        space_draw(&space, &random, u);
        space_natural(&space, u, x[i]);
        y[i] = x[i][0] * x[i][0] + 2 * log(x[i][1]) + x[i][3];
        trials[i] = (struct trial){.x = x[i], .failed = x[i][0] > 1 && x[i][3] > 3.5, .value = &y[i], .sequence = i + 1};
    }
    for (uint32_t seed = 1; seed <= 10; seed++) {
        struct history history = {.trials = trials, .n_trials = N, .seed = seed};
        double share[2][P];
        struct err err;
        struct surrogate *surrogate = surrogate_create(&problem, &history, NULL);
        is_int(surrogate_failure_importance(surrogate, NULL, share[0], NULL), ERR_NONE, "shares of failure");
        is_int(metric_importance(&problem, &history, 0, NULL, share[1], &err), ERR_NONE, "shares");
        surrogate_destroy(surrogate);
        for (size_t k = 0; k < 2; k++)
            for (size_t i = 0; i < P; i++) {
                least[k][i] = seed == 1 ? share[k][i] : fmin(least[k][i], share[k][i]);
                most[k][i] = seed == 1 ? share[k][i] : fmax(most[k][i], share[k][i]);
            }
    }
    *failure = *value = 0;
    for (size_t i = 0; i < P; i++) {
        *failure = fmax(*failure, most[0][i] - least[0][i]);
        *value = fmax(*value, most[1][i] - least[1][i]);
    }
    space_clear(&space);
}

// What observations say is in them, not in the experiment's seed.
static void test_seeds(void)
{
    for (uint64_t draw = 1; draw <= 5; draw++) {
        double failure, value;
        differ(draw, &failure, &value);
        ok(failure < 0.06, "draw %d: failure %g", (int)draw, failure);
        ok(value < 0.01, "draw %d: metric %g", (int)draw, value);
    }
}

static bool at_once(void *arg)
{
    (void)arg;
    return true;
}

static void test_stopped(void)
{
    static const double x[2][P] = {{0, 10, 1, 2}, {1, 20, 0, 3}}, value[2] = {1, 2};
    struct trial trials[2];
    double share[P];
    struct err err;
    const struct stopper stopper = {.stopped = at_once};
    for (size_t i = 0; i < 2; i++)
        trials[i] = (struct trial){.x = x[i], .value = &value[i], .sequence = i + 1};
    struct history history = {.trials = trials, .n_trials = 2};
    is_int(metric_importance(&problem, &history, 0, &stopper, share, &err), ERR_STOPPED, "stopped");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_one_decides);
    TAP_RUN(test_two_decide);
    TAP_RUN(test_unknown);
    TAP_RUN(test_metrics);
    TAP_RUN(test_few_and_many);
    TAP_RUN(test_tasks);
    TAP_RUN(test_constraints);
    TAP_RUN(test_seeds);
    TAP_RUN(test_stopped);
    return tap_done();
}
