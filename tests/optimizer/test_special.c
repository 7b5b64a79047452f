// Reference values, identities and tails of the special functions.
#include "optimizer/special.h"

#include <float.h>

#include "optimizer/runtime.h"
#include "reference.h"
#include "tests/tap.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static double relative(double got, double want)
{
    return fabs(got - want) / fmax(fabs(want), DBL_MIN);
}

static void test_reference(void)
{
    for (size_t i = 0; i < COUNT(reference_z); i++)
        ok(relative(special_log_h(reference_z[i]), reference_log_h[i]) < 1e-10, "log h(%g)", reference_z[i]);
    for (size_t i = 0; i < COUNT(reference_z2); i++)
        ok(relative(special_log_cdf(reference_z2[i]), reference_log_cdf[i]) < 1e-10, "log Phi(%g)", reference_z2[i]);
    for (size_t i = 0; i < COUNT(reference_t); i++)
        ok(relative(special_hazard(reference_t[i]), reference_hazard[i]) < 1e-10, "hazard(%g)", reference_t[i]);
    for (size_t i = 0; i < REFERENCE_TESTS; i++)
        is_near(special_log_ei(reference_gp_mu[i], reference_gp_var[i], reference_best), reference_log_ei[i], 1e-9, "log EI");
}

static void test_identities(void)
{
    for (double z = -8; z <= 8; z += 0.37) {
        ok(fabs(special_cdf(z) + special_cdf(-z) - 1) < 1e-15, "Phi(%g) + Phi(-%g) = 1", z, z);
        ok(relative(exp(special_log_cdf(z)), special_cdf(z)) < 1e-13, "exp of the log is Phi at %g", z);
        ok(relative(special_hazard(z), special_pdf(z) / special_cdf(-z)) < 1e-11, "hazard is a ratio at %g", z);
        double step = 1e-5, slope = (exp(special_log_h(z + step)) - exp(special_log_h(z - step))) / (2 * step);
        ok(fabs(slope - special_cdf(z)) < 1e-9, "h' = Phi at %g", z); // h'(z) = Phi(z)
    }
    is_near(special_pdf(0), 0.3989422804014327, 1e-15, "phi(0)");
}

static void test_continuous_between_branches(void)
{
    static const double BORDERS[] = {-1, -50};
    for (size_t i = 0; i < 2; i++) {
        double below = special_log_h(nextafter(BORDERS[i], -HUGE_VAL)), above = special_log_h(nextafter(BORDERS[i], 0));
        ok(relative(below, above) < 1e-10, "log h does not jump at %g", BORDERS[i]);
    }
    ok(relative(special_log_cdf(0), special_log_cdf(nextafter(0, 1))) < 1e-14, "nor log Phi at 0");
    double last = -HUGE_VAL;
    bool rising = true;
    for (double z = -1000; z < 40; z += 0.25) {
        rising = rising && special_log_h(z) > last;
        last = special_log_h(z);
    }
    ok(rising, "log h rises everywhere");
}

static void test_far_tails(void)
{
    static const double FAR[] = {1e3, 1e8, 1e100, 1e154, 1e200, DBL_MAX};
    for (size_t i = 0; i < COUNT(FAR); i++) {
        ok(isfinite(special_log_h(-FAR[i])) && special_log_h(-FAR[i]) < 0, "log h(-%g) is finite", FAR[i]);
        ok(isfinite(special_log_cdf(-FAR[i])) && special_log_cdf(-FAR[i]) < 0, "log Phi(-%g) is finite", FAR[i]);
        ok(fabs(special_log_cdf(FAR[i])) <= 0, "log Phi(%g) = 0", FAR[i]);
        ok(relative(special_log_h(FAR[i]), log(FAR[i])) < 1e-12, "h(%g) is about z", FAR[i]);
        ok(relative(special_hazard(FAR[i]), FAR[i]) < 1e-5, "hazard(%g) is about t", FAR[i]);
        ok(special_hazard(-FAR[i]) >= 0 && special_hazard(-FAR[i]) < 1e-300, "hazard(-%g) vanishes", FAR[i]);
    }
    ok(special_hazard(-38.2) > 0 && special_hazard(-40) >= 0 && special_hazard(-40) < 1e-300, "an underflow is no error");
}

static void test_log_sums(void)
{
    is_near(special_log_add_exp(log(2), log(3)), log(5), 1e-15, "log(2 + 3)");
    is_near(special_log_add_exp(-1000, -1001), -1000 + log1p(exp(-1)), 1e-15, "far below underflow");
    is_near(special_log_add_exp(-HUGE_VAL, -3), -3, 1e-15, "-infinity is nothing");
    ok(isinf(special_log_add_exp(-HUGE_VAL, -HUGE_VAL)), "nothing plus nothing");
    is_near(special_log1mexp(1), log(1 - exp(-1)), 1e-14, "log(1 - exp(-1))");
    is_near(special_log1mexp(1e-20), log(1e-20), 1e-14, "small x");
    is_near(special_log1mexp(50), -exp(-50), 1e-14, "large x");
    ok(isinf(special_log1mexp(0)) && special_log1mexp(0) < 0, "zero");
    ok(isfinite(special_log_ei(0, 0, -1e6)), "log EI without variance, far away");
}

// I_x(a, b) where it has a closed form.
static void test_incomplete_beta(void)
{
    const double pi = acos(-1);
    is_near(special_incomplete_beta(2, 3, 0.4), 0.5248, 1e-14, "I of shapes 2, 3: a sum of binomial probabilities");
    is_near(special_incomplete_beta(0.5, 0.5, 0.25), 1.0 / 3, 1e-14, "the arcsine distribution");
    is_near(special_incomplete_beta(0.5, 1.5, 0.25), 1.0 / 3 + 2 / pi * sqrt(0.1875), 1e-14, "two discs");
    for (double x = 0; x <= 1; x += 0.125) {
        is_near(special_incomplete_beta(1, 7, x), 1 - pow(1 - x, 7), 1e-14, "b = 7");
        is_near(special_incomplete_beta(7, 1, x), pow(x, 7), 1e-14, "a = 7");
        is_near(special_incomplete_beta(0.5, 1, x), sqrt(x), 1e-14, "two intervals");
        is_near(special_incomplete_beta(0.5, 50.5, x) + special_incomplete_beta(50.5, 0.5, 1 - x), 1, 1e-13, "symmetry");
    }
    // The volume two balls of radius 1 in three dimensions share at a distance t: pi (4 + t) (2 - t)^2 / 12.
    for (double t = 0; t <= 2; t += 0.25)
        is_near(1 - special_incomplete_beta(0.5, 2, t * t / 4), (4 + t) * (2 - t) * (2 - t) / 16, 1e-14, "two balls");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_reference);
    TAP_RUN(test_identities);
    TAP_RUN(test_continuous_between_branches);
    TAP_RUN(test_far_tails);
    TAP_RUN(test_log_sums);
    TAP_RUN(test_incomplete_beta);
    return tap_done();
}
