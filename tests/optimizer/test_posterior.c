// The form in which both models end: hand-computed case, optional outputs, blocks.
#include "optimizer/posterior.h"

#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "tests/tap.h"

static void test_one_point(void)
{
    double x[2] = {0.3, 0.4}, theta[3] = {log(0.5), log(2), 0}, z[4] = {0.3, 0.4, 0.8, 0.4}, mu[2], var[2], mu2[2], var2[2];
    size_t group[2] = {0, 0};
    struct posterior posterior;
    posterior_init(&posterior, x, 1, 2, group, 1);
    ok(!posterior.ready, "not ready at first");
    posterior_set_theta(&posterior, theta);
    is_near(posterior.s2, 2, 1e-14, "signal variance from theta");
    posterior.root[0] = 0.5;
    posterior.weight[0] = 3;
    posterior.mean = 1;
    posterior.ready = true;
    posterior_predict(&posterior, z, 2, mu, var);
    is_near(mu[0], 1 + 2 * 3, 1e-12, "mean + k weight at the point itself, k = s2");
    is_near(var[0], 2 - (0.5 * 2) * (0.5 * 2), 1e-12, "s2 - |root k|^2");
    double r = sqrt(5), k = 2 * (1 + r + 5.0 / 3) * exp(-r); // one length scale away
    is_near(mu[1], 1 + 3 * k, 1e-12, "mean at distance 1");
    is_near(var[1], 2 - 0.25 * k * k, 1e-12, "variance at distance 1");
    posterior_predict(&posterior, z, 2, mu2, NULL);
    posterior_predict(&posterior, z, 2, NULL, var2);
    ok(memcmp(mu, mu2, sizeof mu) == 0 && memcmp(var, var2, sizeof var) == 0, "either output alone");
    posterior.root[0] = 10;
    posterior_predict(&posterior, z, 1, NULL, var);
    ok(var[0] > 0, "a variance never becomes zero or negative");
    posterior_set_theta(&posterior, posterior.theta);
    ok(!posterior.ready, "a new theta asks for new contents");
    ok(posterior_bytes(&posterior) >= 64 * 3 * sizeof(double), "bytes are counted");
    posterior_clear(&posterior);
    posterior_clear(NULL);
}

static void test_blocks(void)
{
    enum { N = 10, M = 200 };
    double x[N], z[M], mu[M], one;
    double theta[3] = {log(0.3), 0, 0};
    size_t group[1] = {0};
    struct random r = random_stream(1, 1, 1);
    for (size_t i = 0; i < N; i++)
        x[i] = random_uniform(&r);
    for (size_t i = 0; i < M; i++)
        z[i] = random_uniform(&r);
    struct posterior posterior;
    posterior_init(&posterior, x, N, 1, group, 1);
    posterior_set_theta(&posterior, theta);
    for (size_t i = 0; i < N; i++)
        posterior.weight[i] = random_normal(&r);
    posterior.ready = true;
    for (size_t m = 1; m <= M; m += 33) {
        posterior_predict(&posterior, z, m, mu, NULL);
        bool same = true;
        for (size_t i = 0; i < m; i++) {
            posterior_predict(&posterior, z + i, 1, &one, NULL);
            same = same && fabs(one - mu[i]) < 1e-12;
        }
        ok(same, "%zu points at once", m);
    }
    posterior_clear(&posterior);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_one_point);
    TAP_RUN(test_blocks);
    return tap_done();
}
