#include "optimizer/minimize.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double ARMIJO = 1e-4;        // sufficient decrease
static const double LONGEST_STEP = 2.0;   // largest component of a step, in natural logarithms
static const double LEAST_DESCENT = 1e-14;
static const double LEAST_CURVATURE = 1e-10;
enum { LINE_TRIES = 10 };

struct search {
    minimize_fn *objective;
    void *arg;
    size_t n;
    const double *lo, *hi;
    const struct minimize_options *options;
    size_t evaluations;
    double f;
    double *t, *g;         // current point and gradient
    double *t_new, *g_new; // trial
    double *pg, *d;        // projected gradient, direction
    double *s, *y, *hy;    // step, change of gradient, H y
    double *h;             // inverse Hessian [n x n]
    bool reset;            // h is to be a scaled identity
};

// How a step of the search ended.
enum outcome { STEP_TAKEN, STEP_FAILED, STEP_LAST, STEP_STOPPED };

bool minimize_stopped(const struct stopper *stopper)
{
    return stopper != NULL && stopper->stopped != NULL && stopper->stopped(stopper->arg);
}

static double inner(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static double largest(const double *a, size_t n)
{
    double max = 0;
    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs(a[i]));
    return max;
}

static void set_identity(struct search *w, double scale)
{
    memset(w->h, 0, w->n * w->n * sizeof *w->h);
    for (size_t i = 0; i < w->n; i++)
        w->h[i * w->n + i] = scale;
}

static bool exhausted(const struct search *w)
{
    return w->options->max_evaluations > 0 && w->evaluations >= w->options->max_evaluations;
}

static double evaluate(struct search *w, const double *t, double *g)
{
    w->evaluations++;
    double f = w->objective(w->arg, t, g);
    assert(!isnan(f));
    return f;
}

// Gradient without the components that push against a bound.
static void project(struct search *w)
{
    for (size_t i = 0; i < w->n; i++) {
        bool outward = (w->t[i] <= w->lo[i] && w->g[i] > 0) || (w->t[i] >= w->hi[i] && w->g[i] < 0);
        w->pg[i] = outward ? 0 : w->g[i];
    }
}

// d = -H pg on the free coordinates; returns the slope d.pg.
static double set_direction(struct search *w)
{
    size_t n = w->n;
    if (w->reset)
        set_identity(w, 1 / fmax(1, sqrt(inner(w->pg, w->pg, n))));
    for (size_t i = 0; i < n; i++)
        w->d[i] = fabs(w->pg[i]) > 0 ? -inner(w->h + i * n, w->pg, n) : 0;
    return inner(w->d, w->pg, n);
}

// Searches along d for a sufficient decrease; on STEP_TAKEN t_new, g_new and *f_new are the new point.
static enum outcome line_search(struct search *w, double slope, double *f_new)
{
    double step = fmin(1, LONGEST_STEP / largest(w->d, w->n));
    for (int tries = 0; tries < LINE_TRIES; tries++) {
        if (minimize_stopped(w->options->stopper))
            return STEP_STOPPED;
        if (exhausted(w))
            return STEP_LAST;
        double gain = 0;
        for (size_t i = 0; i < w->n; i++) {
            w->t_new[i] = fmin(fmax(w->t[i] + step * w->d[i], w->lo[i]), w->hi[i]);
            gain += w->pg[i] * (w->t_new[i] - w->t[i]);
        }
        double f = evaluate(w, w->t_new, w->g_new);
        if (f <= w->f + ARMIJO * gain) {
            *f_new = f;
            return STEP_TAKEN;
        }
        double parabola = -0.5 * slope * step * step / (f - w->f - slope * step);
        step = fmin(fmax(parabola, 0.1 * step), 0.5 * step);
    }
    return STEP_FAILED;
}

// BFGS update of h from the step just found, or a reset when the curvature along it is not positive.
static void update_matrix(struct search *w)
{
    size_t n = w->n;
    for (size_t i = 0; i < n; i++) {
        w->s[i] = w->t_new[i] - w->t[i];
        w->y[i] = w->g_new[i] - w->g[i];
    }
    double sy = inner(w->s, w->y, n);
    if (sy <= LEAST_CURVATURE) {
        w->reset = true;
        return;
    }
    if (w->reset)
        set_identity(w, sy / inner(w->y, w->y, n));
    w->reset = false;
    for (size_t i = 0; i < n; i++)
        w->hy[i] = inner(w->h + i * n, w->y, n);
    double weight = (1 + inner(w->y, w->hy, n) / sy) / sy;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            w->h[i * n + j] += weight * w->s[i] * w->s[j] - (w->s[i] * w->hy[j] + w->hy[i] * w->s[j]) / sy;
}

// One iteration. STEP_FAILED: no progress from here, but a reset of the matrix may help.
static enum outcome iterate(struct search *w)
{
    project(w);
    if (largest(w->pg, w->n) < w->options->gradient_tolerance)
        return STEP_LAST;
    double slope = set_direction(w);
    if (slope > -LEAST_DESCENT)
        return STEP_FAILED;
    double f_new = w->f;
    enum outcome outcome = line_search(w, slope, &f_new);
    if (outcome != STEP_TAKEN)
        return outcome;
    update_matrix(w);
    double decrease = w->f - f_new;
    w->f = f_new;
    memcpy(w->t, w->t_new, w->n * sizeof *w->t);
    memcpy(w->g, w->g_new, w->n * sizeof *w->g);
    return decrease < w->options->decrease_tolerance ? STEP_LAST : STEP_TAKEN;
}

static enum outcome run(struct search *w)
{
    for (size_t i = 0; i < w->n; i++)
        w->t[i] = fmin(fmax(w->t[i], w->lo[i]), w->hi[i]);
    if (minimize_stopped(w->options->stopper))
        return STEP_STOPPED;
    w->f = evaluate(w, w->t, w->g);
    w->reset = true;
    for (size_t k = 0; k < w->options->max_iterations; k++) {
        enum outcome outcome = iterate(w);
        if (outcome == STEP_STOPPED || outcome == STEP_LAST)
            return outcome;
        if (outcome == STEP_FAILED && w->reset)
            return STEP_LAST;
        if (outcome == STEP_FAILED)
            w->reset = true;
    }
    return STEP_LAST;
}

enum err_code minimize(minimize_fn *objective, void *arg, size_t n, double *t, const double *lo, const double *hi,
                       const struct minimize_options *options, struct minimize_result *result, struct err *err)
{
    assert(n >= 1);
    enum { VECTORS = 8 };
    double *memory = mem_calloc(n * (n + VECTORS), sizeof *memory), *next = memory;
    struct search w = {.objective = objective, .arg = arg, .n = n, .lo = lo, .hi = hi, .options = options, .t = t};
    double **vectors[VECTORS] = {&w.g, &w.t_new, &w.g_new, &w.pg, &w.d, &w.s, &w.y, &w.hy};
    for (size_t i = 0; i < VECTORS; i++, next += n)
        *vectors[i] = next;
    w.h = next;
    enum outcome outcome = run(&w);
    free(memory);
    *result = (struct minimize_result){.value = w.f, .evaluations = w.evaluations};
    return outcome == STEP_STOPPED ? err_set(err, ERR_STOPPED, NULL, "the caller asked to stop") : ERR_NONE;
}
