// Failure importances: the parameters that decide get the share, whatever their kind, and nobody gets it when nothing is known.
#include "optimizer/suggest.h"

#include <math.h>

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
static enum err_code shares(fails_fn *fails, double share[P])
{
    struct space space;
    struct trial trials[N];
    double x[N][P], u[P], value = 0;
    struct random random = random_stream(7, 1, 1);
    space_init(&space, &problem);
    for (size_t i = 0; i < N; i++) {
        space_draw(&space, &random, u);
        space_natural(&space, u, x[i]);
        trials[i] = (struct trial){.x = x[i], .failed = fails(x[i]), .value = &value, .sequence = i + 1};
    }
    struct history history = {.trials = trials, .n_trials = N, .seed = 5};
    struct surrogate *surrogate = surrogate_create(&problem, &history, NULL);
    enum err_code code = surrogate_failure_importance(surrogate, NULL, share, NULL);
    surrogate_destroy(surrogate);
    space_clear(&space);
    return code;
}

static void test_one_decides(void)
{
    static fails_fn *const causes[] = {by_first, by_logarithm, by_category};
    for (size_t c = 0; c < 3; c++) {
        double share[P], sum = 0;
        is_int(shares(causes[c], share), ERR_NONE, "shares");
        for (size_t i = 0; i < P; i++) {
            ok(share[i] >= 0, "not negative");
            sum += share[i];
        }
        is_near(sum, 1, 1e-12, "sum");
        ok(share[c] > 0.6, "parameter %zu decides: %g", c, share[c]);
    }
}

static void test_two_decide(void)
{
    double share[P];
    is_int(shares(by_two, share), ERR_NONE, "shares");
    ok(share[0] > 0.25 && share[3] > 0.25 && share[0] + share[3] > 0.75, "both: %g and %g", share[0], share[3]);
}

static void test_unknown(void)
{
    double share[P];
    is_int(shares(never, share), ERR_UNPROCESSABLE, "nothing has failed");
    is_int(shares(always, share), ERR_UNPROCESSABLE, "nothing has worked");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_one_decides);
    TAP_RUN(test_two_decide);
    TAP_RUN(test_unknown);
    return tap_done();
}
