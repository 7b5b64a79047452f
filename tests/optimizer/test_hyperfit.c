// Which starts are used, which end wins, and how the budget is shared.
#include "optimizer/hyperfit.h"

#include "optimizer/runtime.h"
#include "tests/tap.h"

enum { SIZE = HYPERPRIOR_SIZE(1) };

static const struct hyperprior PRIOR = {
    .length = {.scale = 2, .sd = 1, .lo = 0.01, .hi = 100, .start = 0.5},
    .variance = {.loc = 0, .sd = 1, .lo = -4, .hi = 4, .start = 0},
    .last = {.loc = 0, .sd = 1, .lo = -4, .hi = 4, .start = 0},
};

// Two valleys in the length: at log 0.5 (value 1) and at log 4 (value 0); records starts.
struct trace {
    size_t restarts, evaluations;
    double first[8]; // log length of the first evaluation after each restart
    bool fresh, hopeless;
};

static void restart(void *arg)
{
    struct trace *trace = arg;
    trace->restarts++;
    trace->fresh = true;
}

static double valleys(void *arg, const double *t, double *gradient)
{
    struct trace *trace = arg;
    if (trace->fresh)
        trace->first[trace->restarts - 1] = t[0];
    trace->fresh = false;
    trace->evaluations++;
    memset(gradient, 0, SIZE * sizeof *gradient);
    if (trace->hopeless)
        return MINIMIZE_INFEASIBLE;
    double left = t[0] - log(0.5), right = t[0] - log(4);
    bool near_left = fabs(left) < fabs(right);
    gradient[0] = 2 * (near_left ? left : right);
    return near_left ? left * left + 1 : right * right;
}

static struct hyperfit fit_of(struct trace *trace)
{
    return (struct hyperfit){.objective = valleys,
                             .arg = trace,
                             .restart = restart,
                             .options = {.max_iterations = 60, .gradient_tolerance = 1e-6},
                             .prior = &PRIOR,
                             .p = 1,
                             .box = 1};
}

static void test_starts(void)
{
    static const double WARM[SIZE] = {1.2, 0.5, 0.5};
    double theta[SIZE];
    struct trace trace = {0};
    struct hyperfit fit = fit_of(&trace);
    is_int(hyperfit_run(&fit, theta, NULL), ERR_NONE, "no warm start");
    ok(trace.restarts == 1 && fabs(trace.first[0] - log(0.5)) < 1e-12, "the default start alone");
    is_near(theta[0], log(0.5), 1e-6, "ends in its valley");

    trace = (struct trace){0};
    fit.warm = WARM;
    hyperfit_run(&fit, theta, NULL);
    ok(trace.restarts == 1 && fabs(trace.first[0] - 1.2) < 1e-12, "a warm start replaces the default one");
    is_near(theta[0], log(4), 1e-6, "ends in the other valley");

    trace = (struct trace){0};
    fit.default_beside_warm = true;
    fit.box = 0.25;
    hyperfit_run(&fit, theta, NULL);
    is_int(trace.restarts, 3, "warm, default and prior means in a small box");
    ok(fabs(trace.first[1] - log(0.5)) < 1e-12 && fabs(trace.first[2] - log(2 * 0.25)) < 1e-12, "in this order");
    is_near(theta[0], log(4), 1e-6, "the best end wins");
}

static void test_budget(void)
{
    static const double WARM[SIZE] = {1.2, 0, 0};
    for (size_t budget = 1; budget <= 9; budget++) {
        struct trace trace = {0};
        struct hyperfit fit = fit_of(&trace);
        double theta[SIZE];
        fit.warm = WARM;
        fit.default_beside_warm = true;
        fit.box = 0.5;
        fit.options.max_evaluations = budget;
        is_int(hyperfit_run(&fit, theta, NULL), ERR_NONE, "runs");
        ok(trace.evaluations <= budget, "at most %zu evaluations of all starts together", budget);
    }
}

static bool at_once(void *arg)
{
    (void)arg;
    return true;
}

static void test_trouble(void)
{
    struct trace trace = {.hopeless = true};
    struct hyperfit fit = fit_of(&trace);
    double theta[SIZE] = {9, 9, 9};
    is_int(hyperfit_run(&fit, theta, NULL), ERR_NONE, "an objective that cannot be computed");
    is_near(theta[0], log(0.5), 1e-12, "gives the first start");
    struct stopper stopper = {.stopped = at_once};
    fit.options.stopper = &stopper;
    is_int(hyperfit_run(&fit, theta, NULL), ERR_STOPPED, "stops when told");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_starts);
    TAP_RUN(test_budget);
    TAP_RUN(test_trouble);
    return tap_done();
}
