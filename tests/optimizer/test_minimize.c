// The optimiser on functions with known minima, at bounds, and under limits.
#include "optimizer/minimize.h"

#include "optimizer/runtime.h"
#include "tests/tap.h"

static const struct minimize_options TIGHT = {.max_iterations = 500, .gradient_tolerance = 1e-9};

static double rosenbrock(void *arg, const double *t, double *gradient)
{
    int *calls = arg;
    ++*calls;
    double a = 1 - t[0], b = t[1] - t[0] * t[0];
    gradient[0] = -2 * a - 400 * t[0] * b;
    gradient[1] = 200 * b;
    return a * a + 100 * b * b;
}

// sum_i (i + 1) (t_i - 0.3 i)^2
static double bowl(void *arg, const double *t, double *gradient)
{
    const size_t *n = arg;
    double sum = 0;
    for (size_t i = 0; i < *n; i++) {
        double difference = t[i] - 0.3 * (double)i;
        gradient[i] = 2 * (double)(i + 1) * difference;
        sum += (double)(i + 1) * difference * difference;
    }
    return sum;
}

static void test_interior(void)
{
    double t[2] = {-1.2, 1}, lo[2] = {-5, -5}, hi[2] = {5, 5};
    int calls = 0;
    struct minimize_result result;
    is_int(minimize(rosenbrock, &calls, 2, t, lo, hi, &TIGHT, &result, NULL), ERR_NONE, "Rosenbrock's valley");
    ok(fabs(t[0] - 1) < 1e-7 && fabs(t[1] - 1) < 1e-7 && result.value < 1e-14, "ends at (1, 1)");
    is_int(result.evaluations, calls, "evaluations are counted");
    ok(calls < 120, "in %d evaluations", calls);
}

static void test_bounds(void)
{
    size_t n = 5;
    double t[5] = {9, 9, 9, -9, 0}, lo[5] = {-1, 0.5, -1, -1, -1}, hi[5] = {1, 1, 0.2, 1, 1};
    struct minimize_result result;
    is_int(minimize(bowl, &n, n, t, lo, hi, &TIGHT, &result, NULL), ERR_NONE, "a bowl in a box, start outside");
    static const double WANT[5] = {0, 0.5, 0.2, 0.9, 1};
    for (size_t i = 0; i < n; i++)
        is_near(t[i], WANT[i], 1e-7, "projected coordinate");
    double value = 2 * 0.04 + 3 * 0.16 + 5 * 0.04;
    is_near(result.value, value, 1e-9, "value at the constrained minimum");
    double corner[2] = {1, 1}, low[2] = {1, 1}, high[2] = {1, 1};
    int calls = 0;
    minimize(rosenbrock, &calls, 2, corner, low, high, &TIGHT, &result, NULL);
    ok(calls == 1 && corner[0] >= 1 && corner[0] <= 1, "a box of one point");
}

static void test_limits(void)
{
    double lo[2] = {-5, -5}, hi[2] = {5, 5};
    for (size_t limit = 1; limit <= 12; limit++) {
        double t[2] = {-1.2, 1}, gradient[2];
        int calls = 0, one = 0;
        struct minimize_options options = TIGHT;
        options.max_evaluations = limit;
        struct minimize_result result;
        minimize(rosenbrock, &calls, 2, t, lo, hi, &options, &result, NULL);
        ok((size_t)calls <= limit && result.value <= 24.2 + 1e-9, "at most %zu evaluations, never worse than the start", limit);
        is_near(rosenbrock(&one, t, gradient), result.value, 1e-14, "the point belongs to the value");
    }
    double t[2] = {-1.2, 1};
    int calls = 0;
    struct minimize_options none = TIGHT;
    none.max_iterations = 0;
    struct minimize_result result;
    minimize(rosenbrock, &calls, 2, t, lo, hi, &none, &result, NULL);
    is_int(calls, 1, "no iteration: only the start is evaluated");
}

static bool after_five(void *arg)
{
    int *polls = arg;
    return ++*polls > 5;
}

static void test_stops(void)
{
    double t[2] = {-1.2, 1}, lo[2] = {-5, -5}, hi[2] = {5, 5};
    int calls = 0, polls = 0;
    struct stopper stopper = {.stopped = after_five, .arg = &polls}, never = {0};
    struct minimize_options options = TIGHT;
    options.stopper = &stopper;
    struct minimize_result result;
    struct err err = {0};
    is_int(minimize(rosenbrock, &calls, 2, t, lo, hi, &options, &result, &err), ERR_STOPPED, "stops when told");
    is_int(calls, 5, "before the next evaluation");
    is_int(err.code, ERR_STOPPED, "and says so");
    ok(!minimize_stopped(NULL) && !minimize_stopped(&never), "no stopper, or an empty one: never");
}

// A bowl that cannot be computed beyond 1, as a model whose matrix is not positive definite.
static double cliff(void *arg, const double *t, double *gradient)
{
    (void)arg;
    if (t[0] > 1) {
        gradient[0] = 0;
        return MINIMIZE_INFEASIBLE;
    }
    gradient[0] = 2 * (t[0] - 0.99);
    return (t[0] - 0.99) * (t[0] - 0.99);
}

static void test_infeasible_values(void)
{
    double t[1] = {-3}, lo[1] = {-5}, hi[1] = {5};
    struct minimize_result result;
    minimize(cliff, NULL, 1, t, lo, hi, &TIGHT, &result, NULL);
    ok(fabs(t[0] - 0.99) < 1e-5, "steps back from where the objective cannot be computed");
    t[0] = 3;
    is_int(minimize(cliff, NULL, 1, t, lo, hi, &TIGHT, &result, NULL), ERR_NONE, "a hopeless start ends");
    is_near(result.value, MINIMIZE_INFEASIBLE, 1e-15, "and shows in the value");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_interior);
    TAP_RUN(test_bounds);
    TAP_RUN(test_limits);
    TAP_RUN(test_stops);
    TAP_RUN(test_infeasible_values);
    return tap_done();
}
