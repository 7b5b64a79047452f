// Regression against reference values, its gradient against differences, and data that break naive code.
#include "optimizer/gp.h"

#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/minimize.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "optimizer/special.h"
#include "reference.h"
#include "tests/tap.h"

enum { SIZE = HYPERPRIOR_SIZE(2) };

static const struct hyperprior *const SQUASHED = &gp_priors[MODEL_OBJECTIVE_SQUASHED];

static struct gp *reference_gp(void)
{
    double x[REFERENCE_OK * REFERENCE_D];
    for (size_t i = 0; i < REFERENCE_OK; i++)
        memcpy(x + i * REFERENCE_D, reference_x + reference_ok_rows[i] * REFERENCE_D, REFERENCE_D * sizeof *x);
    return gp_create(&(struct gp_data){.x = x,
                                       .n = REFERENCE_OK,
                                       .d = REFERENCE_D,
                                       .group = reference_group,
                                       .n_groups = 2,
                                       .y = reference_standardised});
}

static void reference_theta(double *theta)
{
    for (size_t i = 0; i < SIZE; i++)
        theta[i] = log(reference_gp_natural[i]);
}

static void test_reference(void)
{
    struct gp *gp = reference_gp();
    double theta[SIZE], nll, gradient[SIZE], mu[REFERENCE_TESTS], var[REFERENCE_TESTS];
    reference_theta(theta);
    ok(gp_theta(gp) == NULL, "not conditioned yet");
    is_int(gp_objective(gp, NULL, 1, theta, &nll, gradient), ERR_NONE, "objective");
    is_near(nll, reference_gp_nll, 1e-9, "negative log marginal likelihood");
    for (size_t i = 0; i < SIZE; i++)
        is_near(gradient[i], reference_gp_gradient[i], 1e-9, "its gradient");
    is_int(gp_condition(gp, theta, NULL), ERR_NONE, "condition");
    is_near(gp_mean(gp), reference_gp_mean, 1e-9, "generalised least squares mean");
    is_near(gp_noise(gp), 1e-3, 1e-12, "noise");
    for (size_t i = 0; i < REFERENCE_OK; i++)
        is_near(gp_alpha(gp)[i], reference_gp_alpha[i], 1e-9, "alpha");
    gp_predict(gp, reference_points, REFERENCE_TESTS, mu, var);
    for (size_t i = 0; i < REFERENCE_TESTS; i++) {
        is_near(mu[i], reference_gp_mu[i], 1e-9, "posterior mean");
        is_near(var[i], reference_gp_var[i], 1e-9, "posterior variance");
        is_near(special_log_ei(mu[i], var[i], reference_best), reference_log_ei[i], 1e-9, "log EI");
    }
    gp_destroy(gp);
}

struct target {
    const struct gp *gp;
    double box;
};

static double objective(void *arg, const double *theta, double *gradient)
{
    const struct target *target = arg;
    double value;
    if (gp_objective(target->gp, SQUASHED, target->box, theta, &value, gradient) == ERR_NONE)
        return value;
    memset(gradient, 0, SIZE * sizeof *gradient);
    return MINIMIZE_INFEASIBLE;
}

static void test_map(void)
{
    struct gp *gp = reference_gp();
    struct target target = {.gp = gp, .box = 1};
    double theta[SIZE], lo[SIZE], hi[SIZE];
    hyperprior_fill(SQUASHED, 2, 1, NULL, NULL, lo, hi, theta);
    struct minimize_options tight = {.max_iterations = 500, .gradient_tolerance = 1e-9};
    struct minimize_result result;
    minimize(objective, &target, SIZE, theta, lo, hi, &tight, &result, NULL);
    is_near(result.value, reference_gp_map_objective, 1e-9, "maximum a posteriori objective");
    for (size_t i = 0; i < SIZE; i++)
        is_near(theta[i], reference_gp_map[i], 1e-4, "maximum a posteriori theta");
    is_int(gp_fit(gp, SQUASHED, 1, NULL, 0, NULL, NULL), ERR_NONE, "fit with the tolerances in use");
    double gradient[SIZE], fitted = objective(&target, gp_theta(gp), gradient);
    ok(fitted >= result.value - 1e-9 && fitted < result.value + 1e-3, "comes close: %g above", fitted - result.value);
    gp_destroy(gp);
}

// n points of a smooth function in d dimensions, some with noise; the last two coincide with different values.
static struct gp *random_gp(size_t n, size_t d, size_t n_groups, bool with_extra)
{
    double *x = mem_calloc(n * (d + 2), sizeof *x), *y = x + n * d, *extra = y + n;
    size_t *group = mem_calloc(d, sizeof *group);
    struct random r = random_stream(n, d, 0);
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < d; c++) {
            x[i * d + c] = i == n - 1 && n > 1 ? x[(i - 1) * d + c] : random_uniform(&r);
            y[i] += sin(3 * x[i * d + c] + (double)c);
        }
        y[i] += 0.1 * random_normal(&r);
        extra[i] = 0.05 * random_uniform(&r);
    }
    for (size_t c = 0; c < d; c++)
        group[c] = c % n_groups;
    struct gp *gp = gp_create(&(struct gp_data){
        .x = x, .n = n, .d = d, .group = group, .n_groups = n_groups, .y = y, .extra = with_extra ? extra : NULL});
    free(x);
    free(group);
    return gp;
}

static void test_gradient(void)
{
    for (int variant = 0; variant < 4; variant++) {
        struct gp *gp = random_gp(40, 5, 3, variant % 2 == 1);
        double theta[5] = {-0.7, 0.3, -0.2, 0.5, -4}, value, gradient[5], box = variant < 2 ? 1 : 0.125;
        gp_objective(gp, &gp_priors[variant / 2], box, theta, &value, gradient);
        for (size_t i = 0; i < 5; i++) {
            double step = 1e-5, side[2], unused[5], moved[5];
            for (int s = 0; s < 2; s++) {
                memcpy(moved, theta, sizeof moved);
                moved[i] += s == 0 ? -step : step;
                gp_objective(gp, &gp_priors[variant / 2], box, moved, &side[s], unused);
            }
            is_near(gradient[i], (side[1] - side[0]) / (2 * step), 1e-6, "gradient with prior is the slope");
        }
        gp_destroy(gp);
    }
}

static void test_predictions(void)
{
    enum { N = 40, D = 3, M = 150 };
    struct gp *gp = random_gp(N, D, D, false);
    double theta[HYPERPRIOR_SIZE(D)] = {-1, -1, -1, 0, log(1e-6)}, z[M * D], mu[M], var[M], one_mu, one_var;
    gp_condition(gp, theta, NULL);
    struct random r = random_stream(77, 0, 0);
    for (size_t i = 0; i < M * D; i++)
        z[i] = random_uniform(&r);
    gp_predict(gp, z, M, mu, var);
    bool same = true, sane = true;
    for (size_t i = 0; i < M; i++) {
        gp_predict(gp, z + i * D, 1, &one_mu, &one_var);
        same = same && fabs(one_mu - mu[i]) < 1e-9 && fabs(one_var - var[i]) < 1e-9;
        sane = sane && var[i] > 0 && var[i] <= 1 + 1e-12;
    }
    ok(same, "a point is predicted alike alone and in a block of many");
    ok(sane, "variances lie between 0 and the signal variance");
    double far[D] = {1e6, 1e6, 1e6};
    gp_predict(gp, far, 1, &one_mu, &one_var);
    ok(fabs(one_mu - gp_mean(gp)) < 1e-12 && fabs(one_var - 1) < 1e-12, "far from data: the prior");
    ok(gp_bytes(gp) > N * N * sizeof(double), "bytes are counted");
    gp_destroy(gp);
}

static void test_known_noise(void)
{
    double x[2] = {0.2, 0.8}, y[2] = {-1, 1}, quiet[2] = {0, 0}, loud[2] = {0, 100};
    double theta[3] = {-1, 0, log(1e-4)}, mu[2], mu_loud[2];
    size_t group[1] = {0};
    struct gp_data data = {.x = x, .n = 2, .d = 1, .group = group, .n_groups = 1, .y = y, .extra = quiet};
    struct gp *a = gp_create(&data);
    data.extra = loud;
    struct gp *b = gp_create(&data);
    gp_condition(a, theta, NULL);
    gp_condition(b, theta, NULL);
    gp_predict(a, x, 2, mu, NULL);
    gp_predict(b, x, 2, mu_loud, NULL);
    ok(fabs(mu[1] - 1) < 0.01, "a precise value is believed");
    ok(mu_loud[1] < -0.9, "a value with a large known error hardly counts");
    gp_destroy(a);
    gp_destroy(b);
}

static void test_believer(void)
{
    struct gp *gp = random_gp(30, 2, 2, true), *believer = NULL;
    double theta[SIZE] = {-1, -1, 0.3, log(1e-4)}, z[4] = {0.31, 0.62, 0.9, 0.1}, mu[2], var[2], mu2[2], var2[2];
    gp_condition(gp, theta, NULL);
    gp_predict(gp, z, 2, mu, var);
    is_int(gp_create_believer(gp, z, 2, &believer, NULL), ERR_NONE, "believes two pending points");
    gp_predict(believer, z, 2, mu2, var2);
    for (size_t i = 0; i < 2; i++) {
        ok(fabs(mu2[i] - mu[i]) < 1e-2, "the mean at a pending point stays");
        ok(var2[i] < 2e-4 && var2[i] < var[i], "its variance shrinks to the noise");
    }
    ok(memcmp(gp_theta(believer), theta, sizeof theta) == 0, "theta stays");
    gp_destroy(believer);
    gp_destroy(gp);
}

static bool third(void *arg)
{
    int *polls = arg;
    return ++*polls == 3;
}

static void test_fit_control(void)
{
    struct gp *gp = random_gp(25, 2, 2, false), *again = random_gp(25, 2, 2, false);
    int polls = 0;
    struct stopper stopper = {.stopped = third, .arg = &polls};
    double theta[SIZE];
    is_int(gp_fit(gp, SQUASHED, 1, NULL, 0, &stopper, NULL), ERR_STOPPED, "a fit stops when told");
    ok(gp_theta(gp) == NULL, "and leaves the model as it was");
    is_int(gp_fit(gp, SQUASHED, 0.5, NULL, 0, NULL, NULL), ERR_NONE, "fit");
    is_int(gp_fit(again, SQUASHED, 0.5, NULL, 0, NULL, NULL), ERR_NONE, "fit again");
    ok(memcmp(gp_theta(gp), gp_theta(again), sizeof theta) == 0, "the same bits");
    memcpy(theta, gp_theta(gp), sizeof theta);
    is_int(gp_fit(gp, SQUASHED, 0.5, theta, 10, NULL, NULL), ERR_NONE, "short refit from there");
    for (size_t i = 0; i < SIZE; i++)
        ok(fabs(gp_theta(gp)[i] - theta[i]) < 0.1, "stays near");
    struct gp *fixed = random_gp(25, 2, 2, false);
    double z[2] = {0.4, 0.4}, mu[2], var[2];
    gp_condition(fixed, gp_theta(gp), NULL);
    gp_predict(fixed, z, 1, &mu[0], &var[0]);
    gp_predict(gp, z, 1, &mu[1], &var[1]);
    ok(memcmp(&mu[0], &mu[1], sizeof mu[0]) == 0 && memcmp(&var[0], &var[1], sizeof var[0]) == 0,
       "a model rebuilt at the stored theta equals the fitted one bit for bit");
    gp_destroy(gp);
    gp_destroy(again);
    gp_destroy(fixed);
}

static void test_hard_data(void)
{
    size_t group[2] = {0, 1};
    double x[100], y[50], extra[50], mu, var, z[2] = {0.5, 0.5};
    for (size_t i = 0; i < 50; i++) {
        x[2 * i] = x[2 * i + 1] = 0.25; // all at one place
        y[i] = i % 2 == 0 ? 1 : -1;     // and contradicting
        extra[i] = 1e10;
    }
    struct gp_data data = {.x = x, .n = 50, .d = 2, .group = group, .n_groups = 2, .y = y};
    struct gp *gp = gp_create(&data);
    is_int(gp_fit(gp, SQUASHED, 1, NULL, 0, NULL, NULL), ERR_NONE, "50 contradicting values at one point");
    gp_predict(gp, x, 1, &mu, &var);
    ok(fabs(mu) < 0.05 && var > 0 && isfinite(var), "are averaged");
    gp_destroy(gp);
    data.extra = extra;
    gp = gp_create(&data);
    is_int(gp_fit(gp, SQUASHED, 1, NULL, 0, NULL, NULL), ERR_NONE, "with huge known errors");
    gp_destroy(gp);
    data.extra = NULL;
    memset(y, 0, sizeof y);
    for (size_t i = 0; i < 100; i++)
        x[i] = (double)i / 100;
    gp = gp_create(&data);
    is_int(gp_fit(gp, SQUASHED, 1, NULL, 0, NULL, NULL), ERR_NONE, "values that are all equal");
    gp_predict(gp, z, 1, &mu, &var);
    ok(fabs(mu) < 1e-9 && isfinite(var), "give that value");
    gp_destroy(gp);
    data.n = 1;
    gp = gp_create(&data);
    is_int(gp_fit(gp, SQUASHED, 0x1p-10, NULL, 0, NULL, NULL), ERR_NONE, "a single value, the smallest box");
    gp_predict(gp, z, 1, &mu, &var);
    ok(fabs(mu) < 1e-12 && var > 0, "predicts");
    gp_destroy(gp);
    y[0] = (double)NAN;
    gp = gp_create(&data);
    struct err err = {0};
    is_int(gp_fit(gp, SQUASHED, 1, NULL, 0, NULL, &err), ERR_NUMERIC, "NaN is an error, not a crash");
    ok(gp_theta(gp) == NULL && err.code == ERR_NUMERIC, "and there is no model");
    gp_destroy(gp);
    gp_destroy(NULL);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_reference);
    TAP_RUN(test_map);
    TAP_RUN(test_gradient);
    TAP_RUN(test_predictions);
    TAP_RUN(test_known_noise);
    TAP_RUN(test_believer);
    TAP_RUN(test_fit_control);
    TAP_RUN(test_hard_data);
    return tap_done();
}
