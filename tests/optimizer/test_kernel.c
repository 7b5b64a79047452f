// The covariance function against its formula, and its gradient against central differences.
#include "optimizer/kernel.h"

#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "tests/tap.h"

enum { N = 13, M = 5, D = 4, GROUPS = 3 };

static const size_t GROUP[D] = {0, 1, 1, 2}; // columns 1 and 2 share a length scale
static const double LOG_ELL[GROUPS] = {-0.9, 0.2, -1.6};
static const double S2 = 2.3;

static void fill(double *x, size_t n, uint64_t seed)
{
    struct random r = random_stream(seed, 0, 0);
    for (size_t i = 0; i < n; i++)
        x[i] = random_uniform(&r);
}

// The formula, written naively.
static double matern(const double *a, const double *b, const double *log_ell)
{
    double r2 = 1e-16;
    for (size_t c = 0; c < D; c++) {
        double difference = (a[c] - b[c]) / exp(log_ell[GROUP[c]]);
        r2 += difference * difference;
    }
    double r = sqrt(5 * r2);
    return S2 * (1 + r + r * r / 3) * exp(-r);
}

static void test_values(void)
{
    double x[N * D], z[M * D], sx[N * D], sz[M * D], k[N * N], base[N * N], cross[M * N];
    fill(x, N * D, 1);
    fill(z, M * D, 2);
    kernel_scale(x, N, D, GROUP, LOG_ELL, sx);
    kernel_scale(z, M, D, GROUP, LOG_ELL, sz);
    kernel_covariance(sx, N, D, S2, k, base);
    kernel_cross(sz, M, sx, N, D, S2, cross);
    double worst = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j <= i; j++)
            worst = fmax(worst, fabs(k[i * N + j] - matern(x + i * D, x + j * D, LOG_ELL)));
    ok(worst < 1e-14, "covariances follow the formula");
    worst = 0;
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++)
            worst = fmax(worst, fabs(cross[i * N + j] - matern(z + i * D, x + j * D, LOG_ELL)));
    ok(worst < 1e-14, "cross covariances too");
    is_near(k[0], S2, 1e-14, "a point with itself has the signal variance");
}

static void test_hand_computed(void)
{
    // distance 1 at length scale 1: (1 + sqrt 5 + 5/3) exp(-sqrt 5)
    double sx[2] = {0, 1}, k[4], base[4];
    kernel_covariance(sx, 2, 1, 1, k, base);
    is_near(k[2], 0.52399410883182029, 1e-13, "Matern 5/2 at distance 1");
    is_near(base[2], 5.0 / 3 * (1 + sqrt(5)) * exp(-sqrt(5)), 1e-14, "base at distance 1");
}

static void test_gradient(void)
{
    double x[N * D], weight[N * N], k[N * N], base[N * N], scaled[N * D], work[N * (D + 1)], gradient[GROUPS];
    fill(x, N * D, 3);
    fill(weight, N * N, 4);
    kernel_scale(x, N, D, GROUP, LOG_ELL, scaled);
    kernel_covariance(scaled, N, D, S2, k, base);
    kernel_gradient(scaled, N, D, GROUP, GROUPS, weight, base, work, gradient);
    for (size_t g = 0; g < GROUPS; g++) {
        double sums[2] = {0, 0}, step = 1e-5;
        for (size_t side = 0; side < 2; side++) {
            double log_ell[GROUPS];
            memcpy(log_ell, LOG_ELL, sizeof log_ell);
            log_ell[g] += side == 0 ? -step : step;
            for (size_t i = 0; i < N; i++)
                for (size_t j = 0; j < N; j++) // symmetric weight: its lower triangle counts
                    sums[side] += (j <= i ? weight[i * N + j] : weight[j * N + i]) * matern(x + i * D, x + j * D, log_ell);
        }
        is_near(gradient[g], (sums[1] - sums[0]) / (2 * step), 1e-8, "derivative by a length scale");
    }
}

static void test_coinciding_and_far_points(void)
{
    double sx[3] = {0, 0, 1e200}, k[9], base[9], work[6], gradient[1], weight[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    size_t group[1] = {0};
    kernel_covariance(sx, 3, 1, 1, k, base);
    is_near(k[3], 1, 1e-15, "coinciding points");
    ok(k[6] >= 0 && k[6] < 1e-300, "points infinitely far apart are independent");
    double near[2] = {0, 0};
    kernel_covariance(near, 2, 1, 1, k, base);
    kernel_gradient(near, 2, 1, group, 1, weight, base, work, gradient);
    ok(fabs(gradient[0]) <= 0, "coinciding points have no slope");
}

static void test_many_columns(void)
{
    enum { WIDE = 300 };
    double *x = mem_calloc(8 * WIDE, sizeof *x), *scaled = mem_calloc(8 * WIDE, sizeof *x), *k = mem_calloc(16, sizeof *x);
    size_t *group = mem_calloc(WIDE, sizeof *group);
    for (size_t i = 0; i < 4; i++)
        x[i * WIDE + i * 70] = sqrt(0.5); // one-hot: two different categories are at distance 1 / ell
    double log_ell = log(0.5);
    kernel_scale(x, 4, WIDE, group, &log_ell, scaled);
    kernel_covariance(scaled, 4, WIDE, 1, k, NULL);
    double r = sqrt(5) * 2;
    is_near(k[1 * 4 + 0], (1 + r + r * r / 3) * exp(-r), 1e-13, "one-hot columns that share a length scale");
    is_near(k[3 * 4 + 2], k[1 * 4 + 0], 1e-13, "all pairs of categories alike");
    free(x);
    free(scaled);
    free(k);
    free(group);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_values);
    TAP_RUN(test_hand_computed);
    TAP_RUN(test_gradient);
    TAP_RUN(test_coinciding_and_far_points);
    TAP_RUN(test_many_columns);
    return tap_done();
}
