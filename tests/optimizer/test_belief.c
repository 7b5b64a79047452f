// Priors: quantiles and densities against numbers from elsewhere, extremes, and whether a right prior helps and a wrong one is left.
#include "optimizer/belief.h"

#include <float.h>
#include <math.h>

#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "optimizer/special.h"
#include "tests/problems/loop.h"
#include "tests/tap.h"

static struct belief of(enum prior_kind kind, double a, double b, double lo, double hi)
{
    struct belief belief;
    const struct param param = {.kind = PARAM_DOUBLE, .lo = lo, .hi = hi, .prior = {kind, a, b}};
    belief_init(&belief, &param);
    return belief;
}

static void test_known(void)
{
    struct belief normal = of(PRIOR_NORMAL, 5, 1, 0, 10), half = of(PRIOR_NORMAL, 0, 1, 0, 10), beta = of(PRIOR_BETA, 2, 2, 0, 10);
    is_near(belief_quantile(&normal, 0.5), 0.5, 1e-9, "the mean in the middle");
    is_near(belief_quantile(&normal, 0.975), 0.5 + 0.1 * 1.959963984540054, 1e-5, "and the 97.5 % point");
    is_near(belief_quantile(&half, 0.5), 0.1 * 0.674489750196082, 1e-9, "half a normal: its quartile");
    is_near(belief_quantile(&beta, 0.5), 0.5, 1e-9, "a symmetric beta");
    is_near(belief_quantile(&beta, 0.15625), 0.25, 1e-9, "3 x^2 - 2 x^3 at 1/4");
    is_near(belief_log_density(&beta, 0.25), log(0.05 + 0.95 * 6 * 0.25 * 0.75), 1e-9, "density of the mixture");
    is_near(belief_log_density(&normal, 0.6), log(0.05 + 0.95 * 10 * special_pdf(1)), 1e-5, "of a normal");
    struct belief none = of(PRIOR_NONE, 0, 0, 0, 1), outside = of(PRIOR_NORMAL, 1e9, 1e-9, 0, 1);
    is_near(belief_quantile(&none, 0.3), 0.3, 0, "without a belief");
    is_near(belief_log_density(&none, 0.3), 0, 0, "nothing is said");
    is_int(outside.kind, PRIOR_NONE, "a belief in what is not possible is none");
}

// The integral of the density is 1, and its mean over quantiles agrees.
static void test_consistency(void)
{
    static const double shapes[][2] = {{0.5, 0.5}, {1, 1}, {2, 5}, {30, 2}, {0.9, 1.1}};
    for (size_t k = 0; k < 10; k++) {
        struct belief belief = k < 5 ? of(PRIOR_BETA, shapes[k][0], shapes[k][1], 0, 1)
                                     : of(PRIOR_NORMAL, 3 - (double)(k - 5), 0.3 + 0.2 * (double)k, -1, 2);
        double integral = 0, worst = -1;
        for (size_t i = 0; i < 100000; i++)
            integral += exp(belief_log_density(&belief, ((double)i + 0.5) / 100000)) / 100000;
        for (size_t i = 1; i < 20; i++)
            worst = fmax(worst, belief_quantile(&belief, (double)i / 20) - belief_quantile(&belief, (double)(i + 1) / 20));
        is_near(integral, 1, 0.005, "a density");
        ok(worst < 0, "quantiles ascend");
    }
}

static void test_extremes(void)
{
    static const double sizes[] = {5e-324, 1e-300, 1e-5, 1, 1e5, 1e10, 1e300, DBL_MAX};
    size_t wrong = 0;
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 8; j++)
            for (size_t kind = 0; kind < 3; kind++) {
                struct belief belief = kind == 0 ? of(PRIOR_BETA, sizes[i], sizes[j], 0, 1)
                                       : kind == 1 ? of(PRIOR_NORMAL, sizes[i], sizes[j], 0, 1)
                                                   : of(PRIOR_NORMAL, -sizes[i], sizes[j], -DBL_MAX / 2, DBL_MAX / 2);
                for (size_t k = 0; k <= 10; k++) {
                    double u = belief_quantile(&belief, (double)k / 10), density = belief_log_density(&belief, (double)k / 10);
                    wrong += !(u >= 0 && u <= 1 && density >= BELIEF_LEAST && density <= BELIEF_MOST);
                }
            }
    is_int(wrong, 0, "numbers out of range");
}

// Regret after 20 evaluations of a bowl with its bottom at `bottom`, a part of which fails, averaged over seeds.
static double regret(enum prior_kind kind, double mean, double bottom, size_t budget)
{
    enum { P = 3, SEEDS = 8 };
    double sum = 0;
    const struct metric metric = {.strategy = METRIC_OPTIMIZE};
    struct param params[P];
    for (size_t i = 0; i < P; i++)
        params[i] = (struct param){.kind = PARAM_DOUBLE, .lo = 0, .hi = 1, .prior = {kind, mean, 0.05}};
    const struct problem problem = {.params = params, .n_params = P, .metrics = &metric, .n_metrics = 1, .tolerance = TOLERANCE_BALANCED};
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        struct loop loop;
        double x[P], best = 3;
        loop_init(&loop, &problem, seed, budget);
        for (size_t n = 0; n < budget; n++) {
            struct suggestion out = {.x = x};
            double y = 0;
            loop_suggest(&loop, &out);
            for (size_t i = 0; i < P; i++)
                y += (x[i] - bottom) * (x[i] - bottom);
            bool failed = fabs(x[0] - x[1]) > 0.5;
            best = failed ? best : fmin(best, y);
            loop_report(&loop, failed, y);
        }
        sum += log10(best + 1e-12);
        loop_clear(&loop);
    }
    return sum / SEEDS;
}

static void test_use(void)
{
    double none = regret(PRIOR_NONE, 0, 0.8, 8), right = regret(PRIOR_NORMAL, 0.8, 0.8, 8);
    ok(right < none - 0.5, "a right prior helps in the first 8 evaluations: 10^%.2f instead of 10^%.2f", right, none);
    none = regret(PRIOR_NONE, 0, 0.8, 40);
    double wrong = regret(PRIOR_NORMAL, 0.1, 0.8, 40);
    ok(wrong < -3, "a wrong one is left: 10^%.2f after 40, 10^%.2f without it", wrong, none);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_known);
    TAP_RUN(test_consistency);
    TAP_RUN(test_extremes);
    TAP_RUN(test_use);
    return tap_done();
}
