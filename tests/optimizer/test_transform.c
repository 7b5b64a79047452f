// The value transform: reference, inverse, slope, and values at the ends of the number range.
#include "optimizer/transform.h"

#include <float.h>

#include "optimizer/runtime.h"
#include "reference.h"
#include "tests/tap.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void test_reference(void)
{
    struct transform t;
    double negated[REFERENCE_OK];
    transform_fit(&t, reference_values, REFERENCE_OK, false, true);
    for (size_t i = 0; i < REFERENCE_OK; i++) {
        is_near(transform_apply(&t, reference_values[i]), reference_standardised[i], 1e-12, "standardised");
        double squashed = (t.median + (transform_apply(&t, reference_values[i]) * t.sd + t.mean) * t.unit) * t.scale;
        is_near(squashed, reference_squashed[i], 1e-12, "squashed");
        negated[i] = -reference_values[i];
    }
    transform_fit(&t, negated, REFERENCE_OK, true, true);
    for (size_t i = 0; i < REFERENCE_OK; i++)
        is_near(transform_apply(&t, negated[i]), reference_standardised[i], 1e-12, "maximised is its negative minimised");
}

static void check_standardised(const double *y, size_t n, bool squash, const char *name)
{
    struct transform t;
    transform_fit(&t, y, n, false, squash);
    double sum = 0, squares = 0;
    bool ordered = true;
    for (size_t i = 0; i < n; i++) {
        double s = transform_apply(&t, y[i]);
        sum += s;
        squares += s * s;
        for (size_t j = 0; j < n; j++)
            ordered = ordered && (y[i] < y[j] ? s <= transform_apply(&t, y[j]) : true);
    }
    ok(fabs(sum) < 1e-8 * (double)n && fabs(squares / (double)n - 1) < 1e-8, "%s: mean 0, deviation 1", name);
    ok(ordered, "%s: order is kept", name);
}

static void test_hard_values(void)
{
    static const double HUGE_ONES[] = {1e308, -1e308, 5e307, DBL_MAX, -DBL_MAX, 0};
    static const double TINY[] = {1e-13, 3e-13, 2e-13, 9e-13, -4e-13};
    static const double DENORMAL[] = {1e-310, 3e-310, 2e-310, 9e-310};
    static const double MIXED[] = {1e308, 1, 2, 3, -5};
    static const double TIED[] = {0.25, 0.25, 0.25, 0.25, 0.5, 0.75, 1};
    static const double OFFSET[] = {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 40};
    for (int squash = 0; squash < 2; squash++) {
        check_standardised(HUGE_ONES, COUNT(HUGE_ONES), squash, "1e308");
        check_standardised(TINY, COUNT(TINY), squash, "1e-13");
        check_standardised(DENORMAL, COUNT(DENORMAL), squash, "denormal");
        check_standardised(MIXED, COUNT(MIXED), squash, "one huge value among small ones");
        check_standardised(TIED, COUNT(TIED), squash, "ties at the best value");
        check_standardised(OFFSET, COUNT(OFFSET), squash, "a large offset");
    }
    struct transform t;
    transform_fit(&t, MIXED, COUNT(MIXED), false, true);
    ok(transform_apply(&t, 2) - transform_apply(&t, 1) > 1e-4, "squashed, small values stay apart beside a huge one");
    transform_fit(&t, TIED, COUNT(TIED), false, true);
    ok(!t.squash, "median = minimum: nothing is squashed");
    double mean, stddev;
    transform_fit(&t, HUGE_ONES, COUNT(HUGE_ONES), false, true);
    transform_invert(&t, 50, 100, &mean, &stddev);
    ok(isfinite(mean) && isfinite(stddev) && stddev > 0, "predictions stay finite");
    transform_invert(&t, -50, 1e300, &mean, &stddev);
    ok(isfinite(mean) && isfinite(stddev), "on both sides");
}

static void test_scale_does_not_matter(void)
{
    static const double FACTOR[] = {1e-300, 1e-13, 1e5, 1e300};
    for (size_t f = 0; f < COUNT(FACTOR); f++) {
        double y[REFERENCE_OK];
        struct transform t;
        for (size_t i = 0; i < REFERENCE_OK; i++)
            y[i] = reference_values[i] * FACTOR[f];
        transform_fit(&t, y, REFERENCE_OK, false, true);
        for (size_t i = 0; i < REFERENCE_OK; i++)
            is_near(transform_apply(&t, y[i]), reference_standardised[i], 1e-11, "the same for any unit");
    }
}

static void test_constant(void)
{
    static const double VALUES[] = {0, 5, -1e308, 1e-310, 0.1};
    for (size_t v = 0; v < COUNT(VALUES); v++) {
        double y[4] = {VALUES[v], VALUES[v], VALUES[v], VALUES[v]}, mean, stddev;
        for (size_t n = 1; n <= 4; n++) {
            struct transform t;
            transform_fit(&t, y, n, v % 2 == 0, true);
            ok(fabs(transform_apply(&t, y[0])) <= 0, "%zu equal values become 0", n);
            transform_invert(&t, 0, 1, &mean, &stddev);
            ok(fabs(mean - VALUES[v]) <= 1e-15 * fabs(VALUES[v]) && isfinite(stddev), "and 0 means that value");
        }
    }
    double almost[3] = {0.3, 0.1 + 0.2, 0.3};
    struct transform t;
    transform_fit(&t, almost, 3, false, true);
    ok(fabs(transform_apply(&t, almost[1])) < 1e-12, "differences of rounding are not blown up");
}

static void test_inverse_and_slope(void)
{
    for (int variant = 0; variant < 4; variant++) {
        bool maximize = variant % 2 == 1, squash = variant >= 2;
        struct transform t;
        transform_fit(&t, reference_values, REFERENCE_OK, maximize, squash);
        for (double y = -3; y < 6; y += 0.31) {
            double s = transform_apply(&t, y), mean, stddev, step = 1e-6;
            transform_invert(&t, s, 0.1, &mean, &stddev);
            is_near(mean, y, 1e-11, "invert undoes apply");
            double slope = fabs(transform_apply(&t, y + step) - transform_apply(&t, y - step)) / (2 * step);
            if (fabs(s * t.sd + t.mean) > 1e-5) // the slope's own slope jumps at the median
                is_near(transform_slope(&t, y), slope, 1e-7, "slope");
            is_near(stddev * transform_slope(&t, y), 0.1, 1e-11, "a deviation goes through the slope");
            is_near(transform_noise(&t, y, 0.5), pow(0.5 * transform_slope(&t, y), 2), 1e-12, "noise variance");
        }
        ok((transform_apply(&t, 1) < transform_apply(&t, 2)) == !maximize, "the better value is the smaller one");
    }
}

static void test_noise_and_improvement(void)
{
    struct transform t;
    transform_fit(&t, reference_values, REFERENCE_OK, false, true);
    is_near(transform_noise(&t, 0.3, 0), 0, 0, "no error, no noise");
    ok(transform_noise(&t, 0.3, 1e300) <= 1e10, "noise is bounded");
    double best = transform_apply(&t, -0.4);
    is_near(transform_improvement(&t, log(0.01), best), 0.01 * t.sd * t.unit * t.scale, 1e-12, "improvement in natural units");
    ok(fabs(transform_improvement(&t, -1e6, best)) <= 0, "none");
    static const double HUGE_ONES[] = {1e308, -1e308, 5e307};
    transform_fit(&t, HUGE_ONES, COUNT(HUGE_ONES), false, true);
    ok(isfinite(transform_improvement(&t, 5, 0)) && transform_noise(&t, 1e308, 1e307) > 0, "huge units stay finite");
    static const double TINY[] = {1e-310, 3e-310, 2e-310};
    transform_fit(&t, TINY, COUNT(TINY), false, true);
    ok(transform_noise(&t, 1e-310, 1e-310) > 0.01 && transform_noise(&t, 1e-310, 1e-310) < 10, "tiny units keep their noise");
    ok(transform_noise(&t, 1e-310, 1e300) <= 1e10, "bounded there too");
}

// Values on both sides of a threshold: sign(v) log(1 + |v|), v in units of the median distance from it, then standardised.
static void test_constraint(void)
{
    static const double y[] = {1, 2, 3, 10}, v[] = {-1.5, -0.5, 0.5, 7.5}; // threshold 2.5, median distance 1
    double t[4], mean = 0, squares = 0, back, stddev;
    for (size_t i = 0; i < 4; i++) {
        t[i] = copysign(log(1 + fabs(v[i])), v[i]);
        mean += t[i] / 4;
        squares += t[i] * t[i] / 4;
    }
    double sd = sqrt(squares - mean * mean);
    for (int maximize = 0; maximize < 2; maximize++) {
        struct transform transform;
        double natural[4], sign = maximize ? -1 : 1;
        for (size_t i = 0; i < 4; i++)
            natural[i] = sign * y[i];
        transform_fit_constraint(&transform, natural, 4, maximize, sign * 2.5);
        for (size_t i = 0; i < 4; i++) {
            is_near(transform_apply(&transform, natural[i]), (t[i] - mean) / sd, 1e-12, "squashed on both sides");
            transform_invert(&transform, (t[i] - mean) / sd, 0.1, &back, &stddev);
            is_near(back, natural[i], 1e-11, "invert undoes apply");
            double step = 1e-6, slope = transform_apply(&transform, natural[i] + step) - transform_apply(&transform, natural[i] - step);
            is_near(transform_slope(&transform, natural[i]), fabs(slope) / (2 * step), 1e-7, "slope");
        }
        is_near(transform_apply(&transform, sign * 2.5), -mean / sd, 1e-12, "the threshold");
    }
    static const double at[] = {7, 7, 7}, mostly[] = {7, 7, 7, 9}, huge[] = {-1e308, 1e308, 5e307};
    struct transform transform;
    transform_fit_constraint(&transform, at, 3, false, 7);
    ok(fabs(transform_apply(&transform, 7)) <= 0, "all values at the threshold become 0");
    transform_fit_constraint(&transform, mostly, 4, false, 7);
    ok(transform_apply(&transform, 9) > transform_apply(&transform, 7) + 1, "one value off it is told apart");
    transform_fit_constraint(&transform, huge, 3, true, 0);
    ok(transform_apply(&transform, -1e308) > transform_apply(&transform, 5e307) &&
           transform_apply(&transform, 5e307) > transform_apply(&transform, 1e308),
       "huge values keep their order");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_reference);
    TAP_RUN(test_hard_values);
    TAP_RUN(test_scale_does_not_matter);
    TAP_RUN(test_constant);
    TAP_RUN(test_inverse_and_slope);
    TAP_RUN(test_noise_and_improvement);
    TAP_RUN(test_constraint);
    return tap_done();
}
