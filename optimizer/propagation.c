#include "optimizer/propagation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/feasibility.h"
#include "optimizer/linalg.h"
#include "optimizer/special.h"

static const double DAMPING[] = {0.8, 0.4, 0.4, 0.2}; // share of a step that is taken, in each PROPAGATION_SWEEPS sweeps
static const double CONVERGED = 1e-4; // largest change of a precision, relative to 1 + it
static const double PRECISION_MIN = 1e-10;
static const double SHRINK_MAX = 1 - 1e-9; // of a variance by its own label
enum { SWEEPS = PROPAGATION_SWEEPS * sizeof DAMPING / sizeof *DAMPING };

struct work {
    const double *k; // [n x n]
    size_t n;
    double mean, lapse, crash;
    const bool *success;
    double *memory;
    double *pk;       // [n x n] P K
    double *tau, *nu; // [n] sites
    double *b, *kb;   // [n] nu - tau mean, K b
    double *mu, *var; // [n] posterior
    struct propagation *out;
};

// P, weight, posterior means and variances of the present sites.
static enum err_code refresh(struct work *w)
{
    size_t n = w->n;
    double *p = w->out->root, half_log_det;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            p[i * n + j] = sqrt(w->tau[i]) * w->k[i * n + j] * sqrt(w->tau[j]);
        p[i * n + i] += 1;
        w->b[i] = w->nu[i] - w->tau[i] * w->mean;
    }
    if (linalg_cholesky(p, n, &half_log_det) != ERR_NONE)
        return ERR_NUMERIC;
    linalg_invert_lower(p, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            p[i * n + j] *= sqrt(w->tau[j]);
    linalg_symmetric_times_vector(w->k, n, w->b, w->kb);
    linalg_lower_times_vector(p, n, w->kb, w->mu);
    linalg_lower_transposed_times_vector(p, n, w->mu, w->out->weight);
    for (size_t i = 0; i < n; i++)
        w->out->weight[i] = w->b[i] - w->out->weight[i];
    linalg_matrix_times_vector(w->k, n, n, w->out->weight, w->mean, w->mu);
    memcpy(w->pk, w->k, n * n * sizeof *w->pk);
    linalg_lower_times_matrix(p, n, w->pk, n);
    for (size_t j = 0; j < n; j++)
        w->var[j] = w->k[j * n + j];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            w->var[j] -= w->pk[i * n + j] * w->pk[i * n + j];
    return linalg_is_finite(w->mu, n) && linalg_is_finite(w->var, n) ? ERR_NONE : ERR_NUMERIC;
}

// Cavities: the posterior without the site of i. Its variance is never above the prior's.
static void leave_out(struct work *w)
{
    for (size_t i = 0; i < w->n; i++) {
        double prior = w->k[i * w->n + i], var = fmin(fmax(w->var[i], 1e-12 * prior), prior);
        double precision = fmax(1 / var - w->tau[i], 1 / prior);
        w->out->left_variance[i] = 1 / precision;
        w->out->left_mean[i] = (w->mu[i] / var - w->nu[i]) / precision;
    }
}

// Moves all sites towards where cavity times site has the moments of cavity times likelihood; returns the largest change, undamped.
static double move_sites(struct work *w, double damping)
{
    double change = 0;
    for (size_t i = 0; i < w->n; i++) {
        double label = w->success[i] ? 1 : -1, mean = w->out->left_mean[i], var = w->out->left_variance[i];
        double scale = sqrt(1 + var), z = label * mean / scale;
        double r;
        feasibility_log_likelihood(z, w->lapse, w->crash, w->success[i], &r);
        double new_mean = mean + label * var * r / scale;
        double new_var = var * (1 - fmin(var * r * (r + z) / (1 + var), SHRINK_MAX));
        double tau = fmax(1 / new_var - 1 / var, PRECISION_MIN), nu = new_mean * (tau + 1 / var) - mean / var;
        change = fmax(change, fabs(tau - w->tau[i]) / (1 + w->tau[i]));
        w->tau[i] += damping * (tau - w->tau[i]);
        w->nu[i] += damping * (nu - w->nu[i]);
    }
    return change;
}

enum err_code propagation_run(const double *covariance, size_t n, double mean, const bool *success, double lapse, double crash,
                              struct propagation *out)
{
    struct work w = {.k = covariance, .n = n, .mean = mean, .lapse = lapse, .crash = crash, .success = success, .out = out};
    double **vectors[] = {&w.tau, &w.nu, &w.b, &w.kb, &w.mu, &w.var};
    enum { VECTORS = sizeof vectors / sizeof *vectors };
    double *next = w.memory = mem_calloc(n * (n + VECTORS), sizeof *next);
    for (size_t i = 0; i < VECTORS; i++, next += n)
        *vectors[i] = next;
    w.pk = next;
    for (size_t i = 0; i < n; i++)
        w.tau[i] = PRECISION_MIN;
    enum err_code code = refresh(&w);
    bool converged = false;
    for (size_t sweep = 0; sweep < SWEEPS && code == ERR_NONE && !converged; sweep++) {
        leave_out(&w);
        converged = move_sites(&w, DAMPING[sweep / PROPAGATION_SWEEPS]) < CONVERGED;
        code = refresh(&w);
    }
    if (code == ERR_NONE)
        leave_out(&w);
    free(w.memory);
    return code;
}
