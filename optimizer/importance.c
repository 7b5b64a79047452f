#include "optimizer/importance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/chord.h"
#include "optimizer/gp.h"
#include "optimizer/random.h"
#include "optimizer/suggest.h"
#include "optimizer/transform.h"

enum { N = IMPORTANCE_POINTS };
static const uint64_t PAIRS = 0x696d7061, SPREAD = 0x696d7062, SAMPLE = 0x696d7073; // purposes of random streams
static const double FLAT = 1e-12; // variances below are rounding

// f [N] at kernel columns z [N x d].
typedef void model_fn(void *model, const double *z, double *f);

// u [N x p] need not be snapped.
static void evaluate(const struct space *space, model_fn *model, void *arg, const double *u, double *f)
{
    double *z = mem_calloc(N * space->d + space->p, sizeof *z), *point = z + N * space->d;
    for (size_t j = 0; j < N; j++) {
        memcpy(point, u + j * space->p, space->p * sizeof *point);
        space_snap(space, point);
        space_encode(space, point, z + j * space->d);
    }
    model(arg, z, f);
    free(z);
}

static bool is_stopped(const struct stopper *stopper)
{
    return stopper != NULL && stopper->stopped != NULL && stopper->stopped(stopper->arg);
}

// Points a and b [N x p]: the halves of the coordinates of one point set, so that any two of them fill their square. Another scramble of
// the same coordinates would not do.
static void draw_pairs(const struct space *space, uint32_t seed, double *a, double *b)
{
    size_t p = space->p;
    struct random random = random_stream(seed, 0, SPREAD);
    double *both = mem_calloc(2 * N * p, sizeof *both);
    candidate_points(random_key(seed, 0, PAIRS), 2 * p, N, both);
    for (size_t j = 0; j < N; j++) {
        memcpy(a + j * p, both + 2 * j * p, p * sizeof *a);
        memcpy(b + j * p, both + (2 * j + 1) * p, p * sizeof *b);
    }
    space_spread(space, &random, a, N);
    free(both);
}

// False: stopped.
static bool find_shares(const struct space *space, model_fn *model, void *arg, uint32_t seed, const struct stopper *stopper,
                        double *share)
{
    size_t p = space->p, i = 0;
    double *a = mem_calloc(3 * N * p, sizeof *a), *b = a + N * p, *mixed = b + N * p, before[N], after[N], sum = 0;
    draw_pairs(space, seed, a, b);
    evaluate(space, model, arg, a, before);
    for (; i < p && !is_stopped(stopper); i++) {
        memcpy(mixed, a, N * p * sizeof *mixed);
        for (size_t j = 0; j < N; j++)
            chord_move(space, i, b[j * p + i], mixed + j * p);
        evaluate(space, model, arg, mixed, after);
        share[i] = 0;
        for (size_t j = 0; j < N; j++)
            share[i] += (before[j] - after[j]) * (before[j] - after[j]) / (2 * N);
        sum += share[i];
    }
    for (size_t k = 0; k < p && i == p; k++)
        share[k] = sum > FLAT ? share[k] / sum : 1 / (double)p;
    free(a);
    return i == p;
}

// ------------------------------------------------------------------ failure

static void probability(void *model, const double *z, double *f)
{
    calibration_log_pof(model, z, N, f);
    for (size_t j = 0; j < N; j++)
        f[j] = exp(f[j]);
}

void importance_of_failure(const struct space *space, struct calibration *calibration, uint32_t seed, double *share)
{
    find_shares(space, probability, calibration, seed, NULL, share);
}

// ------------------------------------------------------------------ metrics

static void posterior_mean(void *model, const double *z, double *f)
{
    gp_predict(model, z, N, f, NULL);
}

// The successes that are of use, or a draw from them: kernel columns, aligned values (fidelity.h), known noise (standard deviations).
struct sample {
    double *z, *y, *noise; // [n x d], [n], [n]
    size_t n;
};

// Moves a draw of `most` to the front, in their order.
static void thin(size_t *rows, size_t *n, size_t most, struct random random)
{
    size_t kept = 0, left = *n;
    for (size_t i = 0; i < *n && kept < most; i++, left--)
        if (random_below(&random, left) < most - kept)
            rows[kept++] = rows[i];
    *n = kept;
}

// Values of cheap evaluations are aligned before the draw: all of them say where the medians are.
static void sample_init(struct sample *sample, const struct space *space, const struct history *history, size_t metric)
{
    size_t most = history->n_trials + 1, n = 0, d = space->d;
    size_t *rows = mem_calloc(2 * most, sizeof *rows), *task = rows + most;
    double *y = mem_calloc(most, sizeof *y);
    for (size_t i = 0; i < history->n_trials; i++) {
        const struct trial *trial = &history->trials[i];
        if (trial->failed || space_locate(space, trial->x, NULL, NULL) == PLACE_OUTSIDE)
            continue;
        task[i] = trial->task;
        y[i] = trial->value[metric];
        rows[n++] = i;
    }
    fidelity_align(&space->fidelity, task, rows, n, y);
    thin(rows, &n, IMPORTANCE_SUCCESSES, random_stream(history->seed, n, SAMPLE));
    *sample = (struct sample){.z = mem_calloc(n * d + 1, sizeof(double)),
                              .y = mem_calloc(n + 1, sizeof(double)),
                              .noise = mem_calloc(n + 1, sizeof(double)),
                              .n = n};
    for (size_t k = 0; k < n; k++) {
        const struct trial *trial = &history->trials[rows[k]];
        space_locate(space, trial->x, NULL, sample->z + k * d);
        space_set_task(space, trial->task, sample->z + k * d);
        sample->y[k] = y[rows[k]];
        sample->noise[k] = trial->stddev == NULL ? 0 : trial->stddev[metric];
    }
    free(rows);
    free(y);
}

static void sample_clear(struct sample *sample)
{
    free(sample->z);
    free(sample->y);
    free(sample->noise);
}

static bool is_flat(const double *y, size_t n)
{
    double least = y[0], most = y[0];
    for (size_t i = 1; i < n; i++) {
        least = fmin(least, y[i]);
        most = fmax(most, y[i]);
    }
    return most / 2 - least / 2 <= FLAT * fmax(fabs(most), fabs(least));
}

// Metrics may be anything that was measured, also mostly noise: unlike where the optimizer looks for an optimum, much noise is as
// likely as none. Length scales are long a priori, so that what cannot be explained is called noise.
static const struct hyperprior prior = {
    .length = {.scale = 4.1132503787829275 /* exp(sqrt 2) */, .sd = 1.7320508075688772 /* sqrt 3 */, .lo = 0.05, .hi = 50, .start = 1},
    .variance = {.loc = 0, .sd = 1, .lo = -6, .hi = 4, .start = 0},
    .last = {.loc = -3, .sd = 3, .lo = -18, .hi = 1, .start = -2},
};

static enum err_code fit(const struct space *space, const struct sample *sample, const struct stopper *stopper, struct gp **gp,
                         struct err *err)
{
    struct transform transform;
    double *t = mem_calloc(2 * sample->n, sizeof *t), *extra = t + sample->n;
    transform_fit(&transform, sample->y, sample->n, false, false);
    for (size_t i = 0; i < sample->n; i++) {
        t[i] = transform_apply(&transform, sample->y[i]);
        extra[i] = transform_noise(&transform, sample->y[i], sample->noise[i]);
    }
    struct gp_data data = {.x = sample->z, .n = sample->n, .d = space->d, .group = space->group, .n_groups = space->n_groups,
                           .y = t, .extra = extra};
    *gp = gp_create(&data);
    enum err_code code = gp_fit(*gp, &prior, 1, NULL, IMPORTANCE_EVALUATIONS, stopper, err);
    free(t);
    return code;
}

static enum err_code find_metric_shares(const struct space *space, const struct sample *sample, uint32_t seed,
                                        const struct stopper *stopper, double *share, struct err *err)
{
    struct gp *gp = NULL;
    if (is_flat(sample->y, sample->n)) {
        for (size_t i = 0; i < space->p; i++)
            share[i] = 1 / (double)space->p;
        return ERR_NONE;
    }
    enum err_code code = fit(space, sample, stopper, &gp, err);
    if (code == ERR_NONE && !find_shares(space, posterior_mean, gp, seed, stopper, share))
        code = err_set(err, ERR_STOPPED, NULL, "stopped");
    if (code != ERR_NONE && code != ERR_STOPPED)
        code = err_set(err, ERR_UNPROCESSABLE, NULL, "no model could be fitted to these trials");
    gp_destroy(gp);
    return code;
}

enum err_code metric_importance(const struct problem *problem, const struct history *history, size_t metric,
                                const struct stopper *stopper, double *share, struct err *err)
{
    struct space space;
    struct sample sample;
    space_init(&space, problem);
    space_share(&space, history);
    sample_init(&sample, &space, history, metric);
    enum err_code code = ERR_NONE;
    if (sample.n < 2)
        code = err_set(err, ERR_UNPROCESSABLE, NULL, "two successes inside the space are needed to say what moves a metric");
    else
        code = find_metric_shares(&space, &sample, history->seed, stopper, share, err);
    sample_clear(&sample);
    space_clear(&space);
    return code;
}
