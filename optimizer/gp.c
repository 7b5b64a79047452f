#include "optimizer/gp.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/hyperfit.h"
#include "optimizer/kernel.h"
#include "optimizer/linalg.h"
#include "optimizer/posterior.h"

// The short scales were found by ablation (docs/algorithms/suggest.md). The long scales of the plain model are those of
// C. Hvarfner, E. Hellsten, L. Nardi, "Vanilla Bayesian optimization performs great in high dimensions", ICML 2024.
#define VARIANCE_PRIOR {.loc = 0, .sd = 1, .lo = -4, .hi = 4, .start = 0}
#define NOISE_PRIOR                                                                                                            \
    {.loc = -9.2103403719761827 /* log 1e-4 */, .sd = 2, .lo = -13.815510557964274 /* log 1e-6 */, .hi = 0,                    \
     .start = -6.9077552789821371 /* log 1e-3 */}

const struct hyperprior gp_priors[2] = {
    [MODEL_OBJECTIVE_SQUASHED] = {.length = {.scale = 0.4, .sd = 0.7, .lo = 0.005, .hi = 50, .start = 0.5},
                                  .variance = VARIANCE_PRIOR,
                                  .last = NOISE_PRIOR},
    [MODEL_OBJECTIVE_PLAIN] = {.length = {.scale = 4.1132503787829275 /* exp(sqrt 2) */, .sd = 1.7320508075688772 /* sqrt 3 */,
                                          .lo = 0.005, .hi = 50, .start = 0.5},
                               .variance = VARIANCE_PRIOR,
                               .last = NOISE_PRIOR},
};

static const double JITTER = 1e-8; // always on the diagonal
static const double HALF_LOG_2PI = 0.91893853320467274178;
static const double GRADIENT_TOLERANCE = 1e-4, DECREASE_TOLERANCE = 1e-5;
enum { MAX_ITERATIONS = 60 };

struct gp {
    struct posterior posterior; // root = L^-1, weight = alpha
    double *y;                  // [n]
    double *extra;              // [n] or NULL
};

// Arrays of one evaluation of the objective.
struct work {
    const struct gp *gp;
    const struct hyperprior *prior; // NULL: none
    double box;
    double *scaled;   // [d x n]
    double *k, *base; // [n x n] lower
    double *v;        // [n x n] factor, then its inverse
    double *inverse;  // [n x n] K_n^-1, then the weight of the gradient
    double *alpha, *ones, *residual; // [n]
    double *sums;                    // [n (d + 1)] for kernel_gradient
};

static double *copy_of(const double *from, size_t n)
{
    return memcpy(mem_calloc(n, sizeof *from), from, n * sizeof *from);
}

struct gp *gp_create(const struct gp_data *data)
{
    struct gp *gp = mem_calloc(1, sizeof *gp);
    posterior_init(&gp->posterior, data->x, data->n, data->d, data->group, data->n_groups);
    gp->posterior.offset = data->offset;
    gp->y = copy_of(data->y, data->n);
    gp->extra = data->extra != NULL ? copy_of(data->extra, data->n) : NULL;
    return gp;
}

void gp_destroy(struct gp *gp)
{
    if (gp == NULL)
        return;
    posterior_clear(&gp->posterior);
    free(gp->y);
    free(gp->extra);
    free(gp);
}

static void work_init(struct work *w, const struct gp *gp, const struct hyperprior *prior, double box)
{
    size_t n = gp->posterior.n, d = gp->posterior.d;
    *w = (struct work){.gp = gp, .prior = prior, .box = box};
    w->scaled = mem_calloc(n * d, sizeof(double));
    w->k = mem_calloc(4 * n * n, sizeof(double));
    w->base = w->k + n * n;
    w->v = w->base + n * n;
    w->inverse = w->v + n * n;
    w->alpha = mem_calloc(3 * n, sizeof(double));
    w->ones = w->alpha + n;
    w->residual = w->ones + n;
    w->sums = mem_calloc(n * (d + 1), sizeof(double));
}

static void work_clear(struct work *w)
{
    free(w->scaled);
    free(w->k);
    free(w->alpha);
    free(w->sums);
}

// Lower triangle of K_n into a, from the covariance k.
static void add_noise(const struct gp *gp, const double *k, double noise, double *a)
{
    size_t n = gp->posterior.n;
    for (size_t i = 0; i < n; i++) {
        memcpy(a + i * n, k + i * n, (i + 1) * sizeof *a);
        a[i * n + i] += noise + (gp->extra != NULL ? gp->extra[i] : 0);
    }
    const double *last = gp->posterior.x + gp->posterior.d - 1; // unscaled, with stride d: equal numbers are all that counts
    for (size_t i = 0; i < n && gp->posterior.offset > 0; i++)
        for (size_t j = 0; j <= i; j++) {
            double a_level = last[i * gp->posterior.d], b_level = last[j * gp->posterior.d];
            a[i * n + j] += !(a_level < b_level) && !(a_level > b_level) ? gp->posterior.offset : 0;
        }
}

// mean by generalised least squares and alpha = K_n^-1 (y - mean), from V = L^-1. a and b are scratch [n].
static double solve_mean(const struct gp *gp, const double *v, double *alpha, double *a, double *b)
{
    size_t n = gp->posterior.n;
    for (size_t i = 0; i < n; i++)
        alpha[i] = 1;
    linalg_lower_times_vector(v, n, alpha, a); // V 1
    linalg_lower_times_vector(v, n, gp->y, b); // V y
    double mean = linalg_dot(a, b, n) / linalg_dot(a, a, n);
    for (size_t i = 0; i < n; i++)
        a[i] = b[i] - mean * a[i]; // V (y - mean)
    linalg_lower_transposed_times_vector(v, n, a, alpha);
    return mean;
}

// Turns w->inverse (K_n^-1) into the weight alpha alpha' - K_n^-1 (lower) and fills the likelihood's gradient.
static void likelihood_gradient(struct work *w, double noise, double *gradient)
{
    const struct posterior *post = &w->gp->posterior;
    size_t n = post->n;
    double signal = 0, trace = 0;
    for (size_t i = 0; i < n; i++) {
        double *row = w->inverse + i * n;
        const double *k = w->k + i * n;
        double off = 0;
        for (size_t j = 0; j < i; j++) {
            row[j] = w->alpha[i] * w->alpha[j] - row[j];
            off += row[j] * k[j];
        }
        row[i] = w->alpha[i] * w->alpha[i] - row[i];
        signal += 2 * off + row[i] * k[i];
        trace += row[i];
    }
    kernel_gradient(w->scaled, n, post->d, post->group, post->n_groups, w->inverse, w->base, w->sums, gradient);
    for (size_t g = 0; g < post->n_groups; g++)
        gradient[g] *= -0.5;
    gradient[post->n_groups] = -0.5 * signal;
    gradient[post->n_groups + 1] = -0.5 * noise * trace;
}

static enum err_code evaluate(struct work *w, const double *theta, double *value, double *gradient)
{
    const struct gp *gp = w->gp;
    const struct posterior *post = &gp->posterior;
    size_t n = post->n, size = HYPERPRIOR_SIZE(post->n_groups);
    double noise = exp(theta[post->n_groups + 1]), half_log_det;
    kernel_scale(post->x, n, post->d, post->group, theta, w->scaled);
    kernel_covariance(w->scaled, n, post->d, exp(theta[post->n_groups]), w->k, w->base);
    add_noise(gp, w->k, noise + JITTER, w->v);
    if (linalg_cholesky(w->v, n, &half_log_det) != ERR_NONE)
        return ERR_NUMERIC;
    linalg_invert_lower(w->v, n);
    double mean = solve_mean(gp, w->v, w->alpha, w->ones, w->residual);
    double fit = 0;
    for (size_t i = 0; i < n; i++)
        fit += (gp->y[i] - mean) * w->alpha[i];
    *value = 0.5 * fit + half_log_det + (double)n * HALF_LOG_2PI;
    memcpy(w->inverse, w->v, n * n * sizeof *w->inverse);
    linalg_gram_of_lower(w->inverse, n);
    likelihood_gradient(w, noise, gradient);
    if (w->prior != NULL)
        *value += hyperprior_add(w->prior, post->n_groups, w->box, theta, gradient);
    return isfinite(*value) && linalg_is_finite(gradient, size) ? ERR_NONE : ERR_NUMERIC;
}

enum err_code gp_objective(const struct gp *gp, const struct hyperprior *prior, double box, const double *theta, double *value,
                           double *gradient)
{
    struct work w;
    work_init(&w, gp, prior, box);
    enum err_code code = evaluate(&w, theta, value, gradient);
    work_clear(&w);
    return code;
}

static double minimized(void *arg, const double *theta, double *gradient)
{
    struct work *w = arg;
    double value;
    if (evaluate(w, theta, &value, gradient) == ERR_NONE)
        return value;
    memset(gradient, 0, HYPERPRIOR_SIZE(w->gp->posterior.n_groups) * sizeof *gradient);
    return MINIMIZE_INFEASIBLE;
}

enum err_code gp_fit(struct gp *gp, const struct hyperprior *prior, double box, const double *warm, size_t max_evaluations,
                     const struct stopper *stopper, struct err *err)
{
    struct work w;
    work_init(&w, gp, prior, box);
    struct hyperfit fit = {.objective = minimized,
                           .arg = &w,
                           .options = {.max_iterations = MAX_ITERATIONS,
                                       .max_evaluations = max_evaluations,
                                       .gradient_tolerance = GRADIENT_TOLERANCE,
                                       .decrease_tolerance = DECREASE_TOLERANCE,
                                       .stopper = stopper},
                           .prior = prior,
                           .p = gp->posterior.n_groups,
                           .box = box,
                           .warm = warm,
                           .default_beside_warm = true};
    double *theta = mem_calloc(HYPERPRIOR_SIZE(gp->posterior.n_groups), sizeof *theta);
    enum err_code code = hyperfit_run(&fit, theta, err);
    work_clear(&w);
    if (code == ERR_NONE)
        code = gp_condition(gp, theta, err);
    free(theta);
    return code;
}

enum err_code gp_condition(struct gp *gp, const double *theta, struct err *err)
{
    struct posterior *post = &gp->posterior;
    size_t n = post->n;
    double noise = exp(theta[post->n_groups + 1]), jitter = JITTER, half_log_det;
    double *k = mem_calloc(n * (n + 2), sizeof *k), *scratch = k + n * n;
    posterior_set_theta(post, theta);
    kernel_covariance(post->scaled, n, post->d, post->s2, k, NULL);
    enum err_code code = ERR_NUMERIC;
    for (int tries = 0; tries <= GP_JITTER_TRIES && code != ERR_NONE; tries++, jitter *= 10) {
        add_noise(gp, k, noise + jitter, post->root);
        code = linalg_cholesky(post->root, n, &half_log_det);
    }
    if (code == ERR_NONE) {
        linalg_invert_lower(post->root, n);
        post->mean = solve_mean(gp, post->root, post->weight, scratch, scratch + n);
        post->ready = isfinite(post->mean) && linalg_is_finite(post->weight, n);
    }
    free(k);
    return post->ready ? ERR_NONE : err_set(err, ERR_NUMERIC, NULL, "the covariance matrix could not be factorised");
}

enum err_code gp_create_believer(struct gp *gp, const double *z, size_t q, struct gp **out, struct err *err)
{
    struct posterior *post = &gp->posterior;
    assert(post->ready && q >= 1);
    size_t old = post->n, n = old + q, d = post->d;
    double *x = mem_calloc(n * (d + 2), sizeof *x), *y = x + n * d, *extra = y + n;
    memcpy(x, post->x, old * d * sizeof *x);
    memcpy(x + old * d, z, q * d * sizeof *x);
    memcpy(y, gp->y, old * sizeof *y);
    gp_predict(gp, z, q, y + old, NULL);
    if (gp->extra != NULL)
        memcpy(extra, gp->extra, old * sizeof *extra);
    struct gp *believer = gp_create(&(struct gp_data){.x = x,
                                                      .n = n,
                                                      .d = d,
                                                      .group = post->group,
                                                      .n_groups = post->n_groups,
                                                      .offset = post->offset,
                                                      .y = y,
                                                      .extra = gp->extra != NULL ? extra : NULL});
    free(x);
    enum err_code code = gp_condition(believer, post->theta, err);
    if (code != ERR_NONE) {
        gp_destroy(believer);
        return code;
    }
    *out = believer;
    return ERR_NONE;
}

void gp_predict(struct gp *gp, const double *z, size_t m, double *mu, double *var)
{
    posterior_predict(&gp->posterior, z, m, mu, var);
}

double gp_correlation(struct gp *gp, const double *za, const double *zb)
{
    double variance_a, variance_b;
    gp_predict(gp, za, 1, NULL, &variance_a);
    gp_predict(gp, zb, 1, NULL, &variance_b);
    double correlation = posterior_covariance(&gp->posterior, za, zb) / sqrt((variance_a + gp_noise(gp)) * variance_b);
    return correlation > 0 ? fmin(correlation, 1) : 0; // NaN too
}

const double *gp_theta(const struct gp *gp)
{
    return gp->posterior.ready ? gp->posterior.theta : NULL;
}

double gp_mean(const struct gp *gp)
{
    return gp->posterior.mean;
}

const double *gp_alpha(const struct gp *gp)
{
    return gp->posterior.weight;
}

double gp_noise(const struct gp *gp)
{
    return exp(gp->posterior.theta[gp->posterior.n_groups + 1]);
}

size_t gp_bytes(const struct gp *gp)
{
    return sizeof *gp + posterior_bytes(&gp->posterior) + (gp->extra != NULL ? 2 : 1) * gp->posterior.n * sizeof *gp->y;
}
