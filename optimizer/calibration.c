#include "optimizer/calibration.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/kernel.h"
#include "optimizer/linalg.h"
#include "optimizer/minimize.h"
#include "optimizer/propagation.h"
#include "optimizer/special.h"

static const double LENGTH_SCALE = 0.106; // times p up to LENGTH_PARAMS parameters, from there growing with sqrt(p)
static const double LENGTH_PARAMS = 10;
static const double TREND = 0.3;
static const double JITTER = 1e-6;
static const double VARIANCE_MIN = 1e-12;
static const double SLOPE_LOC = 2, CAUTION_LOC = 1.4, SLOPE_SD = 0.4, SLOPE_LO = 0.4, SLOPE_HI = 3;
enum { SLOPES = 41, FIT_EVALUATIONS = 20, BLOCK = 64 };

struct calibration {
    size_t n, d, p;
    size_t *group;   // [d]
    double *memory;  // all arrays below
    double *theta;   // [p + 2]
    double *scaled;  // [d x n] inputs as in kernel.h
    double *trend;   // [n x 2 d]
    double *root;    // [n x n] lower
    double *weight;  // [n]
    double *block;   // [BLOCK x (n + 3 d)] scratch
    double rarity, s2, mean, slope, caution; // caution: the slope for the search
};

// Trend columns [2 d] of z [d]; their products sum up to the covariance that is added.
static void trend_of(const struct calibration *model, const double *z, double *out)
{
    double scale = sqrt(TREND * model->s2 / (double)model->d);
    for (size_t c = 0; c < model->d; c++) {
        double at = fmin(fmax(z[c], 0), 1);
        out[2 * c] = scale * sqrt(3) * (2 * at - 1);
        out[2 * c + 1] = scale * sqrt(5) * (6 * at * at - 6 * at + 1);
    }
}

// Prior of the hyperparameters: that of feasibility.h but for the length scales. hyperprior.h multiplies by sqrt(p).
static struct hyperprior prior_of(const struct feasibility_data *data)
{
    struct hyperprior prior = feasibility_prior;
    size_t p = data->fidelity ? data->n_groups - 1 : data->n_groups;
    prior.fidelity = data->fidelity;
    prior.length.scale = LENGTH_SCALE * sqrt(fmin((double)p, LENGTH_PARAMS));
    return prior;
}

// Maximum a posteriori from the prior's location, with few evaluations; where that fails, the prior's location.
static enum err_code fit(const struct feasibility_data *part, const struct stopper *stopper, double *theta, struct err *err)
{
    struct hyperprior prior = prior_of(part);
    size_t size = HYPERPRIOR_SIZE(part->n_groups);
    double *start = mem_calloc(size, sizeof *start);
    struct feasibility *model = feasibility_create(part);
    hyperprior_fill(&prior, part->n_groups, 1, start, NULL, NULL, NULL, NULL);
    enum err_code code = feasibility_fit(model, &prior, 1, start, FIT_EVALUATIONS, stopper, err);
    memcpy(theta, code == ERR_NONE ? feasibility_theta(model) : start, size * sizeof *theta);
    feasibility_destroy(model);
    free(start);
    return code == ERR_STOPPED ? code : ERR_NONE;
}

static struct calibration *allocate(const struct feasibility_data *data)
{
    struct calibration *model = mem_calloc(1, sizeof *model);
    size_t n = data->n, d = data->d, p = data->n_groups;
    *model = (struct calibration){.n = n, .d = d, .p = p, .rarity = data->rarity};
    model->group = mem_calloc(d, sizeof *model->group);
    memcpy(model->group, data->group, d * sizeof *model->group);
    model->theta = model->memory = mem_calloc(HYPERPRIOR_SIZE(p) + n * (3 * d + n + 1) + BLOCK * (n + 3 * d), sizeof(double));
    model->scaled = model->theta + HYPERPRIOR_SIZE(p);
    model->trend = model->scaled + n * d;
    model->root = model->trend + 2 * n * d;
    model->weight = model->root + n * n;
    model->block = model->weight + n;
    return model;
}

// Slope of the probit that fits the left-out predictions z [n] (label times mean over deviation), weighted; believed to be loc.
static double fit_slope(const double *z, const double *weight, const struct feasibility_data *data, double loc)
{
    double best = -HUGE_VAL, slope = loc, r;
    for (int k = 0; k < SLOPES; k++) {
        double t = SLOPE_LO * pow(SLOPE_HI / SLOPE_LO, (double)k / (SLOPES - 1)), away = log(t / loc) / SLOPE_SD;
        double value = -0.5 * away * away;
        for (size_t i = 0; i < data->n; i++)
            value += weight[i] * feasibility_log_likelihood(t * z[i], data->lapse, data->crash, data->success[i], &r);
        if (value > best) {
            best = value;
            slope = t;
        }
    }
    return slope;
}

// Posterior at the model's theta. work [n x (n + 4)]
static enum err_code condition(struct calibration *model, const struct feasibility_data *data, const double *cells, double *work)
{
    size_t n = model->n, d = model->d;
    double *k = work, *left_mean = k + n * n, *left_variance = left_mean + n, *z = left_variance + n, *weight = z + n, widest = 0;
    model->s2 = exp(model->theta[model->p]);
    model->mean = model->theta[model->p + 1];
    kernel_scale(data->x, n, d, model->group, model->theta, model->scaled);
    kernel_covariance(model->scaled, n, d, model->s2, k, NULL);
    for (size_t i = 0; i < n; i++)
        trend_of(model, data->x + i * d, model->trend + 2 * i * d);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            k[i * n + j] += linalg_dot(model->trend + 2 * i * d, model->trend + 2 * j * d, 2 * d);
        k[i * n + i] += JITTER;
    }
    linalg_mirror_lower(k, n);
    struct propagation out = {model->root, model->weight, left_mean, left_variance};
    if (propagation_run(k, n, model->mean, data->success, data->lapse, data->crash, &out) != ERR_NONE)
        return ERR_NUMERIC;
    for (size_t i = 0; i < n; i++)
        widest = fmax(widest, left_variance[i]);
    for (size_t i = 0; i < n; i++) {
        z[i] = (data->success[i] ? 1 : -1) * left_mean[i] / sqrt(1 + left_variance[i]);
        weight[i] = left_variance[i] / widest;
    }
    model->caution = fit_slope(z, weight, data, CAUTION_LOC);
    for (size_t i = 0; i < n; i++)
        weight[i] = sqrt((double)n * cells[i]);
    model->slope = fit_slope(z, weight, data, SLOPE_LOC);
    return ERR_NONE;
}

enum err_code calibration_create(const struct feasibility_data *data, const double *cells, const struct feasibility_data *part,
                                 const struct stopper *stopper, struct calibration **out, struct err *err)
{
    assert(data->n >= 1 && part->n >= 1 && data->d == part->d && data->n_groups == part->n_groups);
    struct calibration *model = allocate(data);
    *out = NULL;
    enum err_code code = fit(part, stopper, model->theta, err);
    if (code == ERR_NONE && minimize_stopped(stopper))
        code = err_set(err, ERR_STOPPED, NULL, "stopped before a model was conditioned");
    if (code == ERR_NONE) {
        double *work = mem_calloc(data->n * (data->n + 4), sizeof *work);
        if (condition(model, data, cells, work) == ERR_NONE)
            *out = model;
        free(work);
    }
    if (*out == NULL)
        calibration_destroy(model);
    return code;
}

void calibration_destroy(struct calibration *model)
{
    if (model == NULL)
        return;
    free(model->memory);
    free(model->group);
    free(model);
}

static void predict(struct calibration *model, double slope, const double *z, size_t m, double *log_pof)
{
    size_t n = model->n, d = model->d;
    double *k = model->block, *scaled = k + BLOCK * n, *trend = scaled + BLOCK * d, prior[BLOCK];
    for (size_t from = 0; from < m; from += BLOCK) {
        size_t count = m - from < BLOCK ? m - from : BLOCK;
        kernel_scale(z + from * d, count, d, model->group, model->theta, scaled);
        kernel_cross(scaled, count, model->scaled, n, d, model->s2, k);
        for (size_t i = 0; i < count; i++) {
            double *own = trend + 2 * i * d;
            trend_of(model, z + (from + i) * d, own);
            prior[i] = model->s2 + linalg_dot(own, own, 2 * d);
            for (size_t j = 0; j < n; j++)
                k[i * n + j] += linalg_dot(own, model->trend + 2 * j * d, 2 * d);
        }
        linalg_matrix_times_vector(k, count, n, model->weight, model->mean, log_pof + from);
        linalg_matrix_times_lower_transposed(k, count, model->root, n); // rows become root k
        for (size_t i = 0; i < count; i++) {
            double var = fmax(prior[i] - linalg_dot(k + i * n, k + i * n, n), VARIANCE_MIN);
            log_pof[from + i] = feasibility_undraw(special_log_cdf(slope * log_pof[from + i] / sqrt(1 + var)), model->rarity);
        }
    }
}

void calibration_log_pof(struct calibration *model, const double *z, size_t m, double *log_pof)
{
    predict(model, model->slope, z, m, log_pof);
}

void calibration_log_caution(struct calibration *model, const double *z, size_t m, double *log_pof)
{
    predict(model, model->caution, z, m, log_pof);
}

double calibration_slope(const struct calibration *model)
{
    return model->slope;
}

size_t calibration_bytes(const struct calibration *model)
{
    size_t n = model->n, d = model->d;
    size_t doubles = HYPERPRIOR_SIZE(model->p) + n * (3 * d + n + 1) + BLOCK * (n + 3 * d);
    return sizeof *model + doubles * sizeof(double) + d * sizeof *model->group;
}
