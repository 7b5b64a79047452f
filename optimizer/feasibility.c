#include "optimizer/feasibility.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/hyperfit.h"
#include "optimizer/kernel.h"
#include "optimizer/linalg.h"
#include "optimizer/posterior.h"
#include "optimizer/special.h"

// Found by ablation (docs/algorithms/suggest.md): short length scales and a large latent variance, so that the model is sure only
// near what was tried.
const struct hyperprior feasibility_prior = {
    .length = {.scale = 0.2, .sd = 0.6, .lo = 0.005, .hi = 50, .start = 0.5},
    .variance = {.loc = 2.7725887222397812 /* log 16 */, .sd = 0.7, .lo = -2, .hi = 6, .start = 2.7725887222397812},
    .last = {.loc = 0, .sd = 1, .lo = -3, .hi = 3, .start = 0},
};

static const double JITTER = 1e-6;          // on the diagonal of K
static const double CURVATURE_FLOOR = 1e-10; // of W
static const double PSI_SLACK = 1e-12, PSI_CONVERGED = 1e-10;
static const double GRADIENT_TOLERANCE = 1e-4, DECREASE_TOLERANCE = 1e-5;
enum { MAX_ITERATIONS = 30, NEWTON_STEPS = 60, LINE_TRIES = 12 };

struct feasibility {
    struct posterior posterior; // root = P, weight = g
    double *label;              // [n] +1 or -1
    double lapse, crash, rarity;
    double *mode, *curvature;   // [n] f and W at the last condition
};

// Arrays of one evaluation of the objective. Vectors are [n], matrices [n x n].
struct work {
    const struct feasibility *model;
    const struct hyperprior *prior; // NULL: none
    double box;
    double *memory, *scaled;
    double *k;     // covariance with jitter, both triangles
    double *base;  // lower
    double *b;     // factor of I + sw K sw, then P = L^-1 diag(sw), lower
    double *pk;    // P K, then R = P'P, then the weight of the gradient
    double *sums;  // [n (d + 1)] for kernel_gradient
    double *a, *f; // K^-1 (f - m), latent values
    double *g, *w, *d3, *sw;              // likelihood at f: slope, curvature, third derivative; root of the curvature
    double *step, *k_step, *a_new, *f_new; // Newton
    double *s, *u;                        // of the gradient
};

double feasibility_log_likelihood(double z, double lapse, double crash, bool success, double *r)
{
    double least = (1 - crash) * lapse + (success ? 0 : crash), gain = (1 - crash) * (1 - 2 * lapse);
    if (least <= 0) {
        *r = special_hazard(-z);
        return log(gain) + special_log_cdf(z);
    }
    double q = least + gain * special_cdf(z);
    *r = gain * special_pdf(z) / q;
    return log(q);
}

struct feasibility *feasibility_create(const struct feasibility_data *data)
{
    assert(data->lapse >= 0 && data->lapse < 0.5 && data->crash >= 0 && data->crash < 1);
    struct feasibility *model = mem_calloc(1, sizeof *model);
    posterior_init(&model->posterior, data->x, data->n, data->d, data->group, data->n_groups);
    model->label = mem_calloc(3 * data->n, sizeof *model->label);
    model->mode = model->label + data->n;
    model->curvature = model->mode + data->n;
    for (size_t i = 0; i < data->n; i++)
        model->label[i] = data->success[i] ? 1 : -1;
    model->lapse = data->lapse;
    model->crash = data->crash;
    model->rarity = data->rarity;
    return model;
}

void feasibility_destroy(struct feasibility *model)
{
    if (model == NULL)
        return;
    posterior_clear(&model->posterior);
    free(model->label);
    free(model);
}

static void work_init(struct work *w, const struct feasibility *model, const struct hyperprior *prior, double box)
{
    size_t n = model->posterior.n, d = model->posterior.d;
    *w = (struct work){.model = model, .prior = prior, .box = box};
    double **matrices[] = {&w->k, &w->base, &w->b, &w->pk};
    double **vectors[] = {&w->a, &w->f, &w->g, &w->w, &w->d3, &w->sw, &w->step, &w->k_step, &w->a_new, &w->f_new, &w->s, &w->u};
    enum { MATRICES = sizeof matrices / sizeof *matrices, VECTORS = sizeof vectors / sizeof *vectors };
    double *next = w->memory = mem_calloc(n * (MATRICES * n + VECTORS + 2 * d + 1), sizeof *next);
    for (size_t i = 0; i < MATRICES; i++, next += n * n)
        *matrices[i] = next;
    for (size_t i = 0; i < VECTORS; i++, next += n)
        *vectors[i] = next;
    w->scaled = next;
    w->sums = next + n * d;
}

static void work_clear(struct work *w)
{
    free(w->memory);
}

// Fills g, w, d3 at latent values f; returns the log likelihood.
static double likelihood(struct work *w, const double *f)
{
    const struct feasibility *model = w->model;
    double sum = 0;
    for (size_t i = 0; i < model->posterior.n; i++) {
        double label = model->label[i], z = label * f[i], r;
        sum += feasibility_log_likelihood(z, model->lapse, model->crash, label > 0, &r);
        double curvature = r * (r + z);
        w->g[i] = label * r;
        w->d3[i] = curvature < 0 ? 0 : label * (r * (z * z - 1) + 3 * z * r * r + 2 * r * r * r);
        w->w[i] = fmax(curvature, CURVATURE_FLOOR);
    }
    return sum;
}

static double psi_of(const double *a, const double *f, double mean, size_t n, double log_likelihood)
{
    double quadratic = 0;
    for (size_t i = 0; i < n; i++)
        quadratic += a[i] * (f[i] - mean);
    return log_likelihood - 0.5 * quadratic;
}

// Factor of B = I + sw K sw, into w->b.
static enum err_code factorise(struct work *w, double *half_log_det)
{
    size_t n = w->model->posterior.n;
    for (size_t i = 0; i < n; i++)
        w->sw[i] = sqrt(w->w[i]);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            w->b[i * n + j] = w->sw[i] * w->k[i * n + j] * w->sw[j];
        w->b[i * n + i] += 1;
    }
    return linalg_cholesky(w->b, n, half_log_det);
}

// Full Newton step in a and in f: step = a_full - a, k_step = K step.
static enum err_code newton_step(struct work *w, double mean)
{
    size_t n = w->model->posterior.n;
    double half_log_det, *rhs = w->f_new, *solution = w->a_new;
    if (factorise(w, &half_log_det) != ERR_NONE)
        return ERR_NUMERIC;
    for (size_t i = 0; i < n; i++)
        rhs[i] = w->w[i] * (w->f[i] - mean) + w->g[i];
    linalg_symmetric_times_vector(w->k, n, rhs, solution);
    for (size_t i = 0; i < n; i++)
        solution[i] *= w->sw[i];
    linalg_solve_lower(w->b, n, solution);
    linalg_solve_lower_transposed(w->b, n, solution);
    for (size_t i = 0; i < n; i++)
        w->step[i] = rhs[i] - w->sw[i] * solution[i] - w->a[i];
    linalg_symmetric_times_vector(w->k, n, w->step, w->k_step);
    return ERR_NONE;
}

// Halves the Newton step until psi does not fall. True: a, f and *psi moved, and g, w, d3 belong to the new f.
static bool line_search(struct work *w, double mean, double *psi)
{
    size_t n = w->model->posterior.n;
    double length = 1;
    for (int tries = 0; tries < LINE_TRIES; tries++, length *= 0.5) {
        for (size_t i = 0; i < n; i++) {
            w->a_new[i] = w->a[i] + length * w->step[i];
            w->f_new[i] = w->f[i] + length * w->k_step[i];
        }
        double value = psi_of(w->a_new, w->f_new, mean, n, likelihood(w, w->f_new));
        if (value >= *psi - PSI_SLACK) {
            memcpy(w->a, w->a_new, n * sizeof *w->a);
            memcpy(w->f, w->f_new, n * sizeof *w->f);
            *psi = value;
            return true;
        }
    }
    return false;
}

// Newton from the present a to the mode: a, f and the likelihood's derivatives at f; *psi is the maximum.
static enum err_code find_mode(struct work *w, double mean, double *psi)
{
    size_t n = w->model->posterior.n;
    linalg_symmetric_times_vector(w->k, n, w->a, w->f);
    for (size_t i = 0; i < n; i++)
        w->f[i] += mean;
    *psi = psi_of(w->a, w->f, mean, n, likelihood(w, w->f));
    for (int k = 0; k < NEWTON_STEPS; k++) {
        double before = *psi;
        if (newton_step(w, mean) != ERR_NONE)
            return ERR_NUMERIC;
        if (!line_search(w, mean, psi)) {
            likelihood(w, w->f); // the search left the derivatives of a rejected point
            break;
        }
        if (*psi - before < PSI_CONVERGED)
            break;
    }
    return isfinite(*psi) ? ERR_NONE : ERR_NUMERIC;
}

// Covariance, mode and P at theta (scaled inputs are set): the Laplace approximation, *nll = -log marginal.
static enum err_code approximate(struct work *w, const double *theta, const double *scaled, bool want_base, double *nll)
{
    const struct posterior *post = &w->model->posterior;
    size_t n = post->n;
    double psi, half_log_det;
    kernel_covariance(scaled, n, post->d, exp(theta[post->n_groups]), w->k, want_base ? w->base : NULL);
    for (size_t i = 0; i < n; i++)
        w->k[i * n + i] += JITTER;
    if (find_mode(w, theta[post->n_groups + 1], &psi) != ERR_NONE || factorise(w, &half_log_det) != ERR_NONE)
        return ERR_NUMERIC;
    *nll = half_log_det - psi;
    linalg_invert_lower(w->b, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            w->b[i * n + j] *= w->sw[j];
    return ERR_NONE;
}

// s = 1/2 S d3 (S: posterior variances), u = s - R K s; leaves R (lower) in w->pk.
static void set_implicit_part(struct work *w)
{
    size_t n = w->model->posterior.n;
    linalg_mirror_lower(w->k, n);
    memcpy(w->pk, w->k, n * n * sizeof *w->pk);
    linalg_lower_times_matrix(w->b, n, w->pk, n);
    for (size_t j = 0; j < n; j++)
        w->s[j] = w->k[j * n + j];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            w->s[j] -= w->pk[i * n + j] * w->pk[i * n + j];
    for (size_t j = 0; j < n; j++)
        w->s[j] *= 0.5 * w->d3[j];
    memcpy(w->pk, w->b, n * n * sizeof *w->pk);
    linalg_gram_of_lower(w->pk, n);
    linalg_symmetric_times_vector(w->k, n, w->s, w->step);
    linalg_symmetric_times_vector(w->pk, n, w->step, w->u);
    for (size_t i = 0; i < n; i++)
        w->u[i] = w->s[i] - w->u[i];
}

// Gradient of the negative log marginal likelihood; turns w->pk (R) into Q = 1/2 (a a' - R + u g' + g u').
static void marginal_gradient(struct work *w, double *gradient)
{
    const struct posterior *post = &w->model->posterior;
    size_t n = post->n;
    double signal = 0, mean = 0;
    set_implicit_part(w);
    for (size_t i = 0; i < n; i++) {
        double *q = w->pk + i * n;
        const double *k = w->k + i * n;
        for (size_t j = 0; j <= i; j++)
            q[j] = 0.5 * (w->a[i] * w->a[j] - q[j] + w->u[i] * w->g[j] + w->g[i] * w->u[j]);
        for (size_t j = 0; j < i; j++)
            signal += 2 * q[j] * k[j];
        signal += q[i] * (k[i] - JITTER);
        mean += w->g[i] + w->u[i];
    }
    kernel_gradient(w->scaled, n, post->d, post->group, post->n_groups, w->pk, w->base, w->sums, gradient);
    for (size_t g = 0; g < post->n_groups; g++)
        gradient[g] = -gradient[g];
    gradient[post->n_groups] = -signal;
    gradient[post->n_groups + 1] = -mean;
}

static enum err_code evaluate(struct work *w, const double *theta, double *value, double *gradient)
{
    const struct posterior *post = &w->model->posterior;
    kernel_scale(post->x, post->n, post->d, post->group, theta, w->scaled);
    if (approximate(w, theta, w->scaled, true, value) != ERR_NONE)
        return ERR_NUMERIC;
    marginal_gradient(w, gradient);
    if (w->prior != NULL)
        *value += hyperprior_add(w->prior, post->n_groups, w->box, theta, gradient);
    return isfinite(*value) && linalg_is_finite(gradient, HYPERPRIOR_SIZE(post->n_groups)) ? ERR_NONE : ERR_NUMERIC;
}

enum err_code feasibility_objective(const struct feasibility *model, const struct hyperprior *prior, double box,
                                    const double *theta, double *value, double *gradient)
{
    struct work w;
    work_init(&w, model, prior, box);
    enum err_code code = evaluate(&w, theta, value, gradient);
    work_clear(&w);
    return code;
}

// The next mode is searched from a = 0.
static void forget_mode(void *arg)
{
    struct work *w = arg;
    memset(w->a, 0, w->model->posterior.n * sizeof *w->a);
}

static double minimized(void *arg, const double *theta, double *gradient)
{
    struct work *w = arg;
    double value;
    if (evaluate(w, theta, &value, gradient) == ERR_NONE)
        return value;
    forget_mode(w);
    memset(gradient, 0, HYPERPRIOR_SIZE(w->model->posterior.n_groups) * sizeof *gradient);
    return MINIMIZE_INFEASIBLE;
}

enum err_code feasibility_fit(struct feasibility *model, const struct hyperprior *prior, double box, const double *warm,
                              size_t max_evaluations, const struct stopper *stopper, struct err *err)
{
    size_t n_groups = model->posterior.n_groups;
    struct work w;
    work_init(&w, model, prior, box);
    struct hyperfit fit = {.objective = minimized,
                           .arg = &w,
                           .restart = forget_mode,
                           .options = {.max_iterations = MAX_ITERATIONS,
                                       .max_evaluations = max_evaluations,
                                       .gradient_tolerance = GRADIENT_TOLERANCE,
                                       .decrease_tolerance = DECREASE_TOLERANCE,
                                       .stopper = stopper},
                           .prior = prior,
                           .p = n_groups,
                           .box = box,
                           .warm = warm,
                           .default_beside_warm = false};
    double *theta = mem_calloc(HYPERPRIOR_SIZE(n_groups), sizeof *theta);
    enum err_code code = hyperfit_run(&fit, theta, err);
    work_clear(&w);
    if (code == ERR_NONE)
        code = feasibility_condition(model, theta, err);
    free(theta);
    return code;
}

enum err_code feasibility_condition(struct feasibility *model, const double *theta, struct err *err)
{
    struct posterior *post = &model->posterior;
    size_t n = post->n;
    double nll;
    struct work w;
    work_init(&w, model, NULL, 1);
    posterior_set_theta(post, theta);
    if (approximate(&w, theta, post->scaled, false, &nll) == ERR_NONE) {
        post->mean = theta[post->n_groups + 1];
        memcpy(post->root, w.b, n * n * sizeof *w.b);
        memcpy(post->weight, w.g, n * sizeof *w.g);
        memcpy(model->mode, w.f, n * sizeof *w.f);
        memcpy(model->curvature, w.w, n * sizeof *w.w);
        post->ready = isfinite(nll) && linalg_is_finite(w.f, n);
    }
    work_clear(&w);
    return post->ready ? ERR_NONE : err_set(err, ERR_NUMERIC, NULL, "the Laplace approximation could not be computed");
}

void feasibility_latent(struct feasibility *model, const double *z, size_t m, double *mu, double *var)
{
    posterior_predict(&model->posterior, z, m, mu, var);
}

double feasibility_undraw(double log_pof, double rarity)
{
    return rarity > 0 ? log_pof - log(exp(log_pof) - rarity * expm1(log_pof)) : log_pof;
}

void feasibility_log_pof(struct feasibility *model, const double *z, size_t m, double *log_pof, double *var)
{
    enum { BLOCK = 128 };
    double block[BLOCK];
    for (size_t from = 0; from < m; from += BLOCK) {
        size_t count = m - from < BLOCK ? m - from : BLOCK;
        double *v = var != NULL ? var + from : block;
        posterior_predict(&model->posterior, z + from * model->posterior.d, count, log_pof + from, v);
        for (size_t i = 0; i < count; i++)
            log_pof[from + i] = feasibility_undraw(special_log_cdf(log_pof[from + i] / sqrt(1 + v[i])), model->rarity);
    }
}

const double *feasibility_theta(const struct feasibility *model)
{
    return model->posterior.ready ? model->posterior.theta : NULL;
}

const double *feasibility_mode(const struct feasibility *model)
{
    return model->mode;
}

const double *feasibility_slope(const struct feasibility *model)
{
    return model->posterior.weight;
}

const double *feasibility_curvature(const struct feasibility *model)
{
    return model->curvature;
}

size_t feasibility_bytes(const struct feasibility *model)
{
    return sizeof *model + posterior_bytes(&model->posterior) + 3 * model->posterior.n * sizeof *model->label;
}
