#include "optimizer/transform.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static const double EQUAL = 16 * DBL_EPSILON; // relative differences up to this are rounding
static const double LEAST_UNIT = 2 * DBL_MIN;  // of scaled values: below, quotients could overflow
static const double NOISE_MAX = 1e10;          // more noise than this says nothing more

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double clamp(double x)
{
    return fmin(fmax(x, -DBL_MAX), DBL_MAX);
}

// Squashed value of a natural one.
static double squash(const struct transform *t, double y)
{
    double v = (t->sign * (y / t->scale) - t->median) / t->unit;
    return t->squash && (v > 0 || t->both_sides) ? copysign(log1p(fabs(v)), v) : v;
}

static double median_of(const double *sorted, size_t n)
{
    return n % 2 == 1 ? sorted[n / 2] : 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]);
}

static void standardise(struct transform *t, const double *y, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += squash(t, y[i]);
    t->mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        double difference = squash(t, y[i]) - t->mean;
        squares += difference * difference;
    }
    t->sd = sqrt(squares / (double)n);
}

void transform_fit(struct transform *transform, const double *y, size_t n, bool maximize, bool squash_bad_half)
{
    assert(n >= 1);
    *transform = (struct transform){.sign = maximize ? -1 : 1};
    double max = 0;
    for (size_t i = 0; i < n; i++) {
        assert(isfinite(y[i]));
        max = fmax(max, fabs(y[i]));
    }
    transform->scale = max > 0 ? max : 1;
    double *u = mem_calloc(n, sizeof *u);
    for (size_t i = 0; i < n; i++)
        u[i] = transform->sign * (y[i] / transform->scale);
    qsort(u, n, sizeof *u, compare);
    double least = u[0], range = u[n - 1] - least, median = median_of(u, n), spread = median - least;
    free(u);
    transform->squash = squash_bad_half && n >= 3 && spread > fmax(EQUAL * fmax(fabs(median), fabs(least)), LEAST_UNIT);
    transform->unit = transform->squash ? spread : 1;
    transform->median = median;
    transform->sd = 1;
    if (range <= EQUAL) // of scaled values, the largest of which is 1: all are equal
        return;
    standardise(transform, y, n);
}

void transform_fit_constraint(struct transform *transform, const double *y, size_t n, bool maximize, double threshold)
{
    assert(n >= 1 && isfinite(threshold));
    *transform = (struct transform){.sign = maximize ? -1 : 1, .squash = true, .both_sides = true, .sd = 1};
    double max = fabs(threshold);
    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs(y[i]));
    transform->scale = max > 0 ? max : 1;
    transform->median = transform->sign * (threshold / transform->scale);
    double *distance = mem_calloc(n, sizeof *distance), least = HUGE_VAL, most = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        double v = transform->sign * (y[i] / transform->scale);
        distance[i] = fabs(v - transform->median);
        least = fmin(least, v);
        most = fmax(most, v);
    }
    qsort(distance, n, sizeof *distance, compare);
    double typical = median_of(distance, n), largest = distance[n - 1];
    free(distance);
    transform->unit = typical > LEAST_UNIT ? typical : fmax(largest, LEAST_UNIT);
    if (most - least > EQUAL)
        standardise(transform, y, n);
}

double transform_apply(const struct transform *transform, double y)
{
    return clamp((squash(transform, y) - transform->mean) / transform->sd);
}

// d(squashed)/d(unsquashed) at a squashed value w: 1 / (1 + v) = exp(-w).
static double steepness(const struct transform *t, double w)
{
    return t->squash && (w > 0 || t->both_sides) ? exp(-fabs(w)) : 1;
}

double transform_slope(const struct transform *transform, double y)
{
    return steepness(transform, squash(transform, y)) / transform->sd / transform->unit / transform->scale;
}

double transform_noise(const struct transform *transform, double y, double s)
{
    // In this order nothing overflows early.
    double sd = steepness(transform, squash(transform, y)) / transform->sd * (s / transform->scale / transform->unit);
    return fmin(sd * sd, NOISE_MAX);
}

// Length in natural units of a length in squashed units around the squashed value w. Clamped.
static double natural_length(const struct transform *t, double w, double length)
{
    return clamp(clamp(length / steepness(t, w)) * t->unit * t->scale);
}

void transform_invert(const struct transform *transform, double mu, double sd, double *mean, double *stddev)
{
    double w = mu * transform->sd + transform->mean;
    bool squashed = transform->squash && (w > 0 || transform->both_sides);
    double v = squashed ? copysign(clamp(expm1(fabs(w))), w) : w;
    if (mean != NULL)
        *mean = clamp(transform->sign * clamp(clamp(transform->median + v * transform->unit) * transform->scale));
    if (stddev != NULL)
        *stddev = natural_length(transform, w, sd * transform->sd);
}

double transform_improvement(const struct transform *transform, double log_ei, double best)
{
    return natural_length(transform, best * transform->sd + transform->mean, exp(log_ei) * transform->sd);
}
