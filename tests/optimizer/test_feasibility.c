// The classifier against reference values, its gradient against differences, and labels that break naive code.
#include "optimizer/feasibility.h"

#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/minimize.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "optimizer/special.h"
#include "reference.h"
#include "tests/tap.h"

enum { SIZE = HYPERPRIOR_SIZE(2) };

static struct feasibility *reference_model(double lapse)
{
    return feasibility_create(&(struct feasibility_data){.x = reference_x,
                                                         .n = REFERENCE_N,
                                                         .d = REFERENCE_D,
                                                         .group = reference_group,
                                                         .n_groups = 2,
                                                         .success = reference_success,
                                                         .lapse = lapse});
}

static void reference_theta(double *theta)
{
    for (size_t i = 0; i < 3; i++)
        theta[i] = log(reference_cls_natural[i]);
    theta[3] = reference_cls_mean;
}

static void test_reference(void)
{
    for (size_t e = 0; e < 2; e++) {
        struct feasibility *model = reference_model(reference_cls_lapse[e]);
        double theta[SIZE], nll, gradient[SIZE], mu[REFERENCE_TESTS], var[REFERENCE_TESTS], log_pof[REFERENCE_TESTS];
        reference_theta(theta);
        is_int(feasibility_objective(model, NULL, 1, theta, &nll, gradient), ERR_NONE, "objective");
        is_near(nll, reference_cls_nll[e], 1e-9, "negative log marginal likelihood");
        for (size_t i = 0; i < SIZE; i++)
            is_near(gradient[i], reference_cls_gradient[e][i], 1e-7, "its gradient");
        ok(feasibility_theta(model) == NULL, "not conditioned yet");
        is_int(feasibility_condition(model, theta, NULL), ERR_NONE, "condition");
        for (size_t i = 0; i < REFERENCE_N; i++) {
            is_near(feasibility_mode(model)[i], reference_cls_mode[e][i], 1e-7, "mode");
            is_near(feasibility_slope(model)[i], reference_cls_slope[e][i], 1e-7, "slope");
            is_near(feasibility_curvature(model)[i], reference_cls_curvature[e][i], 1e-7, "curvature");
        }
        feasibility_latent(model, reference_points, REFERENCE_TESTS, mu, var);
        for (size_t i = 0; i < REFERENCE_TESTS; i++) {
            is_near(mu[i], reference_cls_mu[e][i], 1e-7, "latent mean");
            is_near(var[i], reference_cls_var[e][i], 1e-7, "latent variance");
        }
        feasibility_log_pof(model, reference_points, REFERENCE_TESTS, log_pof, NULL);
        for (size_t i = 0; i < REFERENCE_TESTS; i++) {
            is_near(log_pof[i], reference_cls_log_pof[e][i], 1e-7, "log PoF");
            is_near(exp(log_pof[i]), reference_cls_pof[e][i], 1e-7, "PoF");
        }
        feasibility_destroy(model);
    }
}

static double objective(void *arg, const double *theta, double *gradient)
{
    const struct feasibility *model = arg;
    double value;
    if (feasibility_objective(model, &feasibility_prior, 1, theta, &value, gradient) == ERR_NONE)
        return value;
    memset(gradient, 0, SIZE * sizeof *gradient);
    return MINIMIZE_INFEASIBLE;
}

static void test_map(void)
{
    struct feasibility *model = reference_model(FEASIBILITY_LAPSE);
    double theta[SIZE], lo[SIZE], hi[SIZE];
    hyperprior_fill(&feasibility_prior, 2, 1, NULL, NULL, lo, hi, theta);
    struct minimize_options tight = {.max_iterations = 500, .gradient_tolerance = 1e-8};
    struct minimize_result result;
    minimize(objective, model, SIZE, theta, lo, hi, &tight, &result, NULL);
    is_near(result.value, reference_cls_map_objective, 1e-9, "maximum a posteriori objective");
    for (size_t i = 0; i < SIZE; i++)
        is_near(theta[i], reference_cls_map[i], 1e-4, "maximum a posteriori theta");
    is_int(feasibility_fit(model, &feasibility_prior, 1, NULL, 0, NULL, NULL), ERR_NONE, "fit with the tolerances in use");
    double gradient[SIZE], fitted = objective(model, feasibility_theta(model), gradient);
    ok(fitted >= result.value - 1e-9 && fitted < result.value + 1e-3, "comes close: %g above", fitted - result.value);
    feasibility_destroy(model);
}

// Success inside a ball; the last two points coincide with contradicting labels.
static struct feasibility *random_model(size_t n, size_t d, size_t n_groups, double lapse, double crash)
{
    double *x = mem_calloc(n * d, sizeof *x);
    bool *success = mem_calloc(n, sizeof *success);
    size_t *group = mem_calloc(d, sizeof *group);
    struct random r = random_stream(n, d, 1);
    for (size_t i = 0; i < n; i++) {
        double distance2 = 0;
        for (size_t c = 0; c < d; c++) {
            x[i * d + c] = i == n - 1 ? x[(i - 1) * d + c] : random_uniform(&r);
            distance2 += (x[i * d + c] - 0.5) * (x[i * d + c] - 0.5);
        }
        success[i] = i == n - 1 ? !success[i - 1] : distance2 < 0.08 * (double)d;
    }
    for (size_t c = 0; c < d; c++)
        group[c] = c % n_groups;
    struct feasibility *model = feasibility_create(&(struct feasibility_data){
        .x = x, .n = n, .d = d, .group = group, .n_groups = n_groups, .success = success, .lapse = lapse, .crash = crash});
    free(x);
    free(success);
    free(group);
    return model;
}

static void test_gradient(void)
{
    static const double LAPSE[] = {0, 0.01, 0.2};
    for (int variant = 0; variant < 12; variant++) {
        struct feasibility *model = random_model(45, 5, 3, LAPSE[variant % 3], variant < 6 ? 0 : 0.02); // few outliers
        const struct hyperprior *prior = variant % 6 < 3 ? NULL : &feasibility_prior;
        double theta[5] = {-1.2, -0.3, -0.6, 3, 0.4}, value, gradient[5];
        is_int(feasibility_objective(model, prior, 0.5, theta, &value, gradient), ERR_NONE, "objective");
        for (size_t i = 0; i < 5; i++) {
            double step = 1e-4, side[2], unused[5], moved[5];
            for (int s = 0; s < 2; s++) {
                memcpy(moved, theta, sizeof moved);
                moved[i] += s == 0 ? -step : step;
                feasibility_objective(model, prior, 0.5, moved, &side[s], unused);
            }
            is_near(gradient[i], (side[1] - side[0]) / (2 * step), 1e-5, "gradient is the slope");
        }
        feasibility_destroy(model);
    }
}

static void test_learns(void)
{
    struct feasibility *model = random_model(80, 2, 2, FEASIBILITY_LAPSE, 0);
    double z[6] = {0.5, 0.5, 0.03, 0.03, 0.97, 0.03}, log_pof[3], var[3], again[3];
    is_int(feasibility_fit(model, &feasibility_prior, 1, NULL, 0, NULL, NULL), ERR_NONE, "fit");
    feasibility_log_pof(model, z, 3, log_pof, var);
    ok(exp(log_pof[0]) > 0.85, "the centre works: %g", exp(log_pof[0]));
    ok(exp(log_pof[1]) < 0.2 && exp(log_pof[2]) < 0.2, "corners fail: %g %g", exp(log_pof[1]), exp(log_pof[2]));
    feasibility_log_pof(model, z, 3, again, NULL);
    ok(memcmp(log_pof, again, sizeof again) == 0 && var[0] > 0, "variances are optional");
    double many[300 * 2], all[300], one;
    for (size_t i = 0; i < 600; i++)
        many[i] = (double)(i * 37 % 600) / 600;
    feasibility_log_pof(model, many, 300, all, NULL);
    bool same = true;
    for (size_t i = 0; i < 300; i++) {
        feasibility_log_pof(model, many + 2 * i, 1, &one, NULL);
        same = same && fabs(one - all[i]) < 1e-10;
    }
    ok(same, "a point is predicted alike alone and among many");
    ok(feasibility_bytes(model) > 80 * 80 * sizeof(double), "bytes are counted");
    feasibility_destroy(model);
}

static bool third(void *arg)
{
    int *polls = arg;
    return ++*polls == 3;
}

static void test_fit_control(void)
{
    struct feasibility *model = random_model(40, 2, 2, FEASIBILITY_LAPSE, 0), *rebuilt = random_model(40, 2, 2, FEASIBILITY_LAPSE, 0);
    int polls = 0;
    struct stopper stopper = {.stopped = third, .arg = &polls};
    is_int(feasibility_fit(model, &feasibility_prior, 1, NULL, 0, &stopper, NULL), ERR_STOPPED, "a fit stops when told");
    is_int(feasibility_fit(model, &feasibility_prior, 0.25, NULL, 0, NULL, NULL), ERR_NONE, "fit in a small box");
    is_int(feasibility_condition(rebuilt, feasibility_theta(model), NULL), ERR_NONE, "rebuild at the stored theta");
    ok(memcmp(feasibility_mode(model), feasibility_mode(rebuilt), 40 * sizeof(double)) == 0, "equals the fitted one bit for bit");
    double theta[SIZE];
    memcpy(theta, feasibility_theta(model), sizeof theta);
    is_int(feasibility_fit(model, &feasibility_prior, 0.25, theta, 10, NULL, NULL), ERR_NONE, "short refit");
    for (size_t i = 0; i < SIZE; i++)
        ok(fabs(feasibility_theta(model)[i] - theta[i]) < 0.1, "stays near");
    feasibility_destroy(model);
    feasibility_destroy(rebuilt);
}

static void test_hard_labels(void)
{
    enum { N = 60 };
    size_t group[2] = {0, 1};
    double x[2 * N], log_pof[N], z[4] = {0.25, 0.25, 0.9, 0.9};
    bool success[N];
    for (size_t i = 0; i < N; i++) {
        x[2 * i] = x[2 * i + 1] = 0.25;
        success[i] = i % 3 == 0;
    }
    struct feasibility_data data = {
        .x = x, .n = N, .d = 2, .group = group, .n_groups = 2, .success = success, .lapse = FEASIBILITY_LAPSE};
    struct feasibility *model = feasibility_create(&data);
    is_int(feasibility_fit(model, &feasibility_prior, 1, NULL, 0, NULL, NULL), ERR_NONE, "contradicting labels at one point");
    feasibility_log_pof(model, z, 2, log_pof, NULL);
    ok(fabs(exp(log_pof[0]) - 1.0 / 3) < 0.07, "give the share of successes there: %g", exp(log_pof[0]));
    feasibility_destroy(model);
    for (int all = 0; all < 2; all++) {
        for (size_t i = 0; i < N; i++) {
            success[i] = all == 1;
            x[2 * i] = (double)i / N;
            x[2 * i + 1] = (double)(i * 7 % N) / N;
        }
        model = feasibility_create(&data);
        is_int(feasibility_fit(model, &feasibility_prior, 1, NULL, 0, NULL, NULL), ERR_NONE, "one label only");
        feasibility_log_pof(model, x, N, log_pof, NULL);
        bool sure = true;
        for (size_t i = 0; i < N; i++)
            sure = sure && isfinite(log_pof[i]) && (all == 1 ? exp(log_pof[i]) > 0.8 : exp(log_pof[i]) < 0.2);
        ok(sure, "is believed everywhere near");
        feasibility_destroy(model);
    }
    data.n = 1;
    model = feasibility_create(&data);
    is_int(feasibility_fit(model, &feasibility_prior, 0x1p-10, NULL, 0, NULL, NULL), ERR_NONE, "one label, the smallest box");
    feasibility_log_pof(model, z, 2, log_pof, NULL);
    ok(isfinite(log_pof[0]) && isfinite(log_pof[1]), "predicts");
    feasibility_destroy(model);
    x[0] = (double)NAN;
    model = feasibility_create(&data);
    is_int(feasibility_fit(model, &feasibility_prior, 1, NULL, 0, NULL, NULL), ERR_NUMERIC, "NaN is an error, not a crash");
    feasibility_destroy(model);
    feasibility_destroy(NULL);
}

// A lone failure in the middle of many successes: with the lapse it weighs less than without.
static void test_lapse(void)
{
    double pof[2];
    for (int e = 0; e < 2; e++) {
        double x[21], at = 0.5, log_pof;
        bool success[21];
        size_t group[1] = {0};
        for (size_t i = 0; i < 21; i++) {
            x[i] = (double)i / 20;
            success[i] = i != 10;
        }
        struct feasibility *model = feasibility_create(&(struct feasibility_data){
            .x = x, .n = 21, .d = 1, .group = group, .n_groups = 1, .success = success, .lapse = e == 0 ? 0 : 0.2});
        double theta[3] = {log(0.2), log(16), 0};
        feasibility_condition(model, theta, NULL);
        feasibility_log_pof(model, &at, 1, &log_pof, NULL);
        pof[e] = exp(log_pof);
        feasibility_destroy(model);
    }
    ok(pof[1] > pof[0] + 0.05, "an odd failure is taken for a lapse: PoF %g instead of %g", pof[1], pof[0]);
}

// Likelihoods of both labels sum to one, and of few scattered failures a model that knows of crashes makes little.
static void test_crash(void)
{
    static const double LAPSE[] = {0, 0.01, 0.2}, CRASH[] = {0, 0.1, 0.5};
    double r;
    for (int l = 0; l < 3; l++)
        for (int c = 0; c < 3; c++)
            for (double f = -3; f < 3.5; f += 1) {
                double works = exp(feasibility_log_likelihood(f, LAPSE[l], CRASH[c], true, &r));
                double fails = exp(feasibility_log_likelihood(-f, LAPSE[l], CRASH[c], false, &r));
                is_near(works + fails, 1, 1e-14, "one or the other");
                double step = 1e-5, unused, side[2];
                side[0] = feasibility_log_likelihood(-f - step, LAPSE[l], CRASH[c], false, &unused);
                side[1] = feasibility_log_likelihood(-f + step, LAPSE[l], CRASH[c], false, &unused);
                is_near((side[1] - side[0]) / (2 * step), r, 1e-8, "the slope");
                is_near(works, (1 - CRASH[c]) * (LAPSE[l] + (1 - 2 * LAPSE[l]) * special_cdf(f)), 1e-14, "a success did not crash");
            }
    double x[20], theta[3] = {log(0.2), log(16), 0}, z = 0.475, pof[2];
    bool success[20];
    const size_t group[1] = {0};
    for (size_t i = 0; i < 20; i++) {
        x[i] = (double)i / 19;
        success[i] = i % 4 != 1; // five of twenty, one of them beside z
    }
    for (int c = 0; c < 2; c++) {
        struct feasibility *model = feasibility_create(&(struct feasibility_data){
            .x = x, .n = 20, .d = 1, .group = group, .n_groups = 1, .success = success, .lapse = FEASIBILITY_LAPSE, .crash = 0.25 * c});
        is_int(feasibility_condition(model, theta, NULL), ERR_NONE, "condition");
        feasibility_log_pof(model, &z, 1, &pof[c], NULL);
        feasibility_destroy(model);
    }
    ok(exp(pof[1]) > exp(pof[0]) + 0.1, "scattered failures are crashes: PoF %g instead of %g", exp(pof[1]), exp(pof[0]));
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_reference);
    TAP_RUN(test_map);
    TAP_RUN(test_gradient);
    TAP_RUN(test_learns);
    TAP_RUN(test_fit_control);
    TAP_RUN(test_hard_labels);
    TAP_RUN(test_lapse);
    TAP_RUN(test_crash);
    return tap_done();
}
