#include "optimizer/kernel.h"

#include <math.h>
#include <string.h>

static const double TINY = 1e-16; // under the root: keeps r differentiable where points coincide

void kernel_scale(const double *x, size_t n, size_t d, const size_t *group, const double *log_ell, double *scaled)
{
    for (size_t c = 0; c < d; c++) {
        double ell = exp(log_ell[group[c]]);
        for (size_t i = 0; i < n; i++)
            scaled[c * n + i] = x[i * d + c] / ell;
    }
}

// r2[j] += (row[j] - origin)^2: unit stride and no reduction, so that the compiler can use vectors.
static void add_squares(const double *restrict row, double origin, size_t n, double *restrict r2)
{
    for (size_t j = 0; j < n; j++) {
        double difference = row[j] - origin;
        r2[j] += difference * difference;
    }
}

// r2 of point `i` of za with points 0 .. count-1 of zb, whose rows have stride n.
static void squared_distances(const double *za, size_t m, size_t i, const double *zb, size_t n, size_t d, size_t count,
                              double *r2)
{
    for (size_t j = 0; j < count; j++)
        r2[j] = TINY;
    for (size_t c = 0; c < d; c++)
        add_squares(zb + c * n, za[c * m + i], count, r2);
}

// Beyond this exp(-r) is 0; without the cap infinite distances would give infinity times 0. A NaN stays a NaN.
static const double R2_MAX = 1e6;

// k[j] holds r2 and becomes the covariance; base may be NULL.
static void covariances(double *restrict k, double *restrict base, size_t n, double s2)
{
    for (size_t j = 0; j < n; j++) {
        double r2 = k[j] > R2_MAX ? R2_MAX : k[j], r = sqrt(5 * r2);
        double e = s2 * exp(-r);
        k[j] = (1 + r + 5.0 / 3.0 * r2) * e;
        if (base != NULL)
            base[j] = 5.0 / 3.0 * (1 + r) * e;
    }
}

void kernel_covariance(const double *scaled, size_t n, size_t d, double s2, double *k, double *base)
{
    for (size_t i = 0; i < n; i++) {
        squared_distances(scaled, n, i, scaled, n, d, i + 1, k + i * n);
        covariances(k + i * n, base != NULL ? base + i * n : NULL, i + 1, s2);
    }
}

void kernel_cross(const double *za, size_t m, const double *zb, size_t n, size_t d, double s2, double *k)
{
    for (size_t i = 0; i < m; i++) {
        squared_distances(za, m, i, zb, n, d, n, k + i * n);
        covariances(k + i * n, NULL, n, s2);
    }
}

void kernel_add_offsets(const double *za, size_t m, const double *zb, size_t n, double variance, double *k)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            if (!(za[i] < zb[j]) && !(za[i] > zb[j]))
                k[i * n + j] += variance;
}

// sum[j] += w[j] (row[j] - origin)^2
static void add_weighted_squares(const double *restrict row, double origin, const double *restrict w, size_t n,
                                 double *restrict sum)
{
    for (size_t j = 0; j < n; j++) {
        double difference = row[j] - origin;
        sum[j] += w[j] * (difference * difference);
    }
}

void kernel_gradient(const double *scaled, size_t n, size_t d, const size_t *group, size_t n_groups, const double *weight,
                     const double *base, double *work, double *gradient)
{
    double *product = work, *sums = work + n; // sums [d x n]: one partial sum for each column and second point
    memset(sums, 0, d * n * sizeof *sums);
    for (size_t i = 1; i < n; i++) {
        for (size_t j = 0; j < i; j++)
            product[j] = weight[i * n + j] * base[i * n + j];
        for (size_t c = 0; c < d; c++)
            add_weighted_squares(scaled + c * n, scaled[c * n + i], product, i, sums + c * n);
    }
    memset(gradient, 0, n_groups * sizeof *gradient);
    for (size_t c = 0; c < d; c++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += sums[c * n + j];
        gradient[group[c]] += 2 * sum; // both triangles
    }
}
