#include "optimizer/posterior.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/hyperprior.h"
#include "optimizer/kernel.h"
#include "optimizer/linalg.h"

static const double VARIANCE_FLOOR = 1e-12;
enum { BLOCK = 64 }; // points predicted at once: their covariances stay in the cache

void posterior_init(struct posterior *posterior, const double *x, size_t n, size_t d, const size_t *group, size_t n_groups)
{
    assert(n >= 1 && d >= 1 && n_groups >= 1);
    *posterior = (struct posterior){.n = n, .d = d, .n_groups = n_groups};
    posterior->x = mem_calloc(n * d, sizeof *x);
    memcpy(posterior->x, x, n * d * sizeof *x);
    posterior->group = mem_calloc(d, sizeof *group);
    memcpy(posterior->group, group, d * sizeof *group);
    posterior->theta = mem_calloc(HYPERPRIOR_SIZE(n_groups), sizeof(double));
    posterior->scaled = mem_calloc(n * d, sizeof(double));
    posterior->root = mem_calloc(n * n, sizeof(double));
    posterior->weight = mem_calloc(n, sizeof(double));
    posterior->block = mem_calloc(BLOCK * (n + d), sizeof(double));
}

void posterior_clear(struct posterior *posterior)
{
    if (posterior == NULL)
        return;
    free(posterior->x);
    free(posterior->group);
    free(posterior->theta);
    free(posterior->scaled);
    free(posterior->root);
    free(posterior->weight);
    free(posterior->block);
    *posterior = (struct posterior){0};
}

void posterior_set_theta(struct posterior *posterior, const double *theta)
{
    posterior->ready = false;
    memmove(posterior->theta, theta, HYPERPRIOR_SIZE(posterior->n_groups) * sizeof *theta);
    posterior->s2 = exp(theta[posterior->n_groups]);
    kernel_scale(posterior->x, posterior->n, posterior->d, posterior->group, theta, posterior->scaled);
}

// Covariances k [m x n] of m points, in scaled form, with those of the model.
static void cross(const struct posterior *posterior, const double *scaled, size_t m, double *k)
{
    size_t n = posterior->n, d = posterior->d;
    kernel_cross(scaled, m, posterior->scaled, n, d, posterior->s2, k);
    if (posterior->offset > 0)
        kernel_add_offsets(scaled + (d - 1) * m, m, posterior->scaled + (d - 1) * n, n, posterior->offset, k);
}

void posterior_predict(struct posterior *posterior, const double *z, size_t m, double *mu, double *var)
{
    assert(posterior->ready);
    size_t n = posterior->n, d = posterior->d;
    double *k = posterior->block, *scaled = k + BLOCK * n;
    for (size_t from = 0; from < m; from += BLOCK) {
        size_t count = m - from < BLOCK ? m - from : BLOCK;
        kernel_scale(z + from * d, count, d, posterior->group, posterior->theta, scaled);
        cross(posterior, scaled, count, k);
        if (mu != NULL)
            linalg_matrix_times_vector(k, count, n, posterior->weight, posterior->mean, mu + from);
        if (var == NULL)
            continue;
        linalg_matrix_times_lower_transposed(k, count, posterior->root, n); // rows become root k
        for (size_t i = 0; i < count; i++)
            var[from + i] = fmax(posterior->s2 + posterior->offset - linalg_dot(k + i * n, k + i * n, n), VARIANCE_FLOOR);
    }
}

double posterior_covariance(struct posterior *posterior, const double *za, const double *zb)
{
    assert(posterior->ready);
    size_t n = posterior->n, d = posterior->d;
    double *k = posterior->block, *a = k + BLOCK * n, *b = a + d, prior;
    kernel_scale(za, 1, d, posterior->group, posterior->theta, a);
    kernel_scale(zb, 1, d, posterior->group, posterior->theta, b);
    kernel_cross(a, 1, b, 1, d, posterior->s2, &prior);
    if (posterior->offset > 0)
        kernel_add_offsets(a + d - 1, 1, b + d - 1, 1, posterior->offset, &prior);
    cross(posterior, a, 1, k);
    cross(posterior, b, 1, k + n);
    linalg_matrix_times_lower_transposed(k, 2, posterior->root, n);
    return prior - linalg_dot(k, k + n, n);
}

size_t posterior_bytes(const struct posterior *posterior)
{
    size_t n = posterior->n, d = posterior->d;
    size_t doubles = 2 * n * d + n * n + n + BLOCK * (n + d) + HYPERPRIOR_SIZE(posterior->n_groups);
    return doubles * sizeof(double) + d * sizeof *posterior->group;
}
