#include "optimizer/polytope.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/ball.h"
#include "optimizer/lattice.h"
#include "optimizer/linalg.h"

static const double SLACK = 1e-12;        // of the terms of a constraint on doubles
static const double INT_ROUNDING = 1e-12; // relative, of the bounds of integers
enum {
    TIGHTEN = 10,    // rounds
    SWEEPS = 50,     // projections onto each half-space
    BOX_DRAWS = 16,  // from the tightened box before a walk
    BURN_IN = 10,    // steps for each dimension, and BURN_IN_MIN; from 17 dimensions on the square of their number, which is more
    BURN_IN_MIN = 100,
    THIN_MAX = 20,    // steps between points: one for each dimension, at most so many
    LATTICE_STEPS = 2, // for each dimension
};

// ------------------------------------------------------------------ rows

static bool is_used(const struct problem *problem, size_t i)
{
    for (size_t c = 0; c < problem->n_constraints; c++)
        if (problem->constraints[c].weight[i] > 0 || problem->constraints[c].weight[i] < 0)
            return true;
    return false;
}

// The parameters of the kind that some constraint uses, and the constraints that use one of them.
static void gather(struct polytope *polytope, const struct problem *problem)
{
    polytope->axis = mem_calloc(problem->n_params, sizeof *polytope->axis);
    for (size_t i = 0; i < problem->n_params; i++)
        if (problem->params[i].kind == polytope->kind && is_used(problem, i))
            polytope->axis[polytope->n++] = i;
    size_t n = polytope->n, most = problem->n_constraints;
    polytope->weight = mem_calloc(most * n, sizeof(double));
    polytope->limit = mem_calloc(most, sizeof(double));
    polytope->slack = mem_calloc(most, sizeof(double));
    for (size_t c = 0; c < most; c++) {
        const struct linear_constraint *constraint = &problem->constraints[c];
        double sign = constraint->greater ? -1 : 1, *row = polytope->weight + polytope->m * n;
        bool uses = false;
        for (size_t j = 0; j < n; j++) {
            row[j] = sign * constraint->weight[polytope->axis[j]];
            uses = uses || row[j] > 0 || row[j] < 0;
        }
        polytope->limit[polytope->m] = sign * constraint->threshold;
        polytope->m += uses;
    }
    polytope->lo = mem_calloc(n, sizeof(double));
    polytope->hi = mem_calloc(n, sizeof(double));
    for (size_t j = 0; j < n; j++) {
        polytope->lo[j] = problem->params[polytope->axis[j]].lo;
        polytope->hi[j] = problem->params[polytope->axis[j]].hi;
    }
}

// The least that row j can be in the box, its term number i left out.
static double least_rest(const struct polytope *polytope, size_t j, size_t i)
{
    double sum = 0;
    for (size_t k = 0; k < polytope->n; k++) {
        double w = polytope->weight[j * polytope->n + k];
        if (k != i)
            sum += fmin(w * polytope->lo[k], w * polytope->hi[k]);
    }
    return sum;
}

// Takes from the box what single constraints exclude.
static void tighten(struct polytope *polytope)
{
    for (size_t round = 0; round < TIGHTEN; round++)
        for (size_t j = 0; j < polytope->m; j++)
            for (size_t i = 0; i < polytope->n; i++) {
                double w = polytope->weight[j * polytope->n + i];
                double bound = (polytope->limit[j] - least_rest(polytope, j, i)) / w;
                if (w > 0)
                    polytope->hi[i] = fmin(polytope->hi[i], bound);
                else if (w < 0)
                    polytope->lo[i] = fmax(polytope->lo[i], bound);
            }
}

// Rounding errors of a row: those of the sum, and those of x when it is computed from a share of the parameter's range.
static void set_slack(struct polytope *polytope, const struct problem *problem)
{
    for (size_t j = 0; j < polytope->m; j++) {
        double terms = fabs(polytope->limit[j]), ranges = 0;
        for (size_t i = 0; i < polytope->n; i++) {
            const struct param *param = &problem->params[polytope->axis[i]];
            double w = fabs(polytope->weight[j * polytope->n + i]);
            terms += w * fmax(fabs(polytope->lo[i]), fabs(polytope->hi[i]));
            ranges += w * fmax(fabs(param->lo), fabs(param->hi));
        }
        polytope->slack[j] = polytope->kind == PARAM_INT ? 4 * DBL_EPSILON * (double)(polytope->n + 1) * terms
                                                         : SLACK * terms + 4 * DBL_EPSILON * ranges;
    }
}

// The rows in y, for the box as it is.
static void scale_rows(struct polytope *polytope)
{
    size_t n = polytope->n;
    polytope->a = mem_realloc(polytope->a, polytope->m * n + 1, sizeof(double));
    polytope->b = mem_realloc(polytope->b, polytope->m + 1, sizeof(double));
    for (size_t j = 0; j < polytope->m; j++) {
        double *a = polytope->a + j * n, length = 0;
        double rest = polytope->limit[j] + polytope->slack[j] * (polytope->kind == PARAM_INT ? 1 : -2);
        for (size_t i = 0; i < n; i++) {
            a[i] = polytope->weight[j * n + i] * (polytope->hi[i] - polytope->lo[i]);
            rest -= polytope->weight[j * n + i] * polytope->lo[i];
            length = hypot(length, a[i]);
        }
        for (size_t i = 0; i < n && length > 0; i++)
            a[i] /= length;
        polytope->b[j] = length > 0 ? rest / length : rest;
    }
}

static void to_shares(const struct polytope *polytope, const double *x, double *y)
{
    for (size_t i = 0; i < polytope->n; i++)
        y[i] = (x[i] - polytope->lo[i]) / (polytope->hi[i] - polytope->lo[i]);
}

static void from_shares(const struct polytope *polytope, const double *y, double *x)
{
    for (size_t i = 0; i < polytope->n; i++)
        x[i] = fmin(fmax(polytope->lo[i] + y[i] * (polytope->hi[i] - polytope->lo[i]), polytope->lo[i]), polytope->hi[i]);
}

bool polytope_contains(const struct polytope *polytope, const double *x)
{
    double sign = polytope->kind == PARAM_INT ? 1 : -1;
    for (size_t j = 0; j < polytope->m; j++)
        if (!(linalg_dot(polytope->weight + j * polytope->n, x, polytope->n) <= polytope->limit[j] + sign * polytope->slack[j]))
            return false;
    return true;
}

// ------------------------------------------------------------------ life

static enum err_code refuse(struct polytope *polytope, struct err *err, const char *what)
{
    polytope_clear(polytope);
    return err_set(err, ERR_INVALID, "constraints", "%s", what);
}

// Finds an integer point, and makes the box that of the integers.
static bool settle_integers(struct polytope *polytope, const struct problem *problem)
{
    size_t n = polytope->n;
    double *box = mem_calloc(2 * n, sizeof *box);
    bool possible = true;
    for (size_t i = 0; i < n; i++) {
        const struct param *param = &problem->params[polytope->axis[i]];
        double rounding = INT_ROUNDING * fmax(1, fmax(fabs(polytope->lo[i]), fabs(polytope->hi[i])));
        box[i] = fmax(ceil(polytope->lo[i] - rounding), param->lo);
        box[n + i] = fmin(floor(polytope->hi[i] + rounding), param->hi);
        possible = possible && box[i] <= box[n + i];
        polytope->lo[i] = box[i] - 0.5;
        polytope->hi[i] = box[n + i] + 0.5;
    }
    if (possible) {
        scale_rows(polytope);
        possible = lattice_find(polytope, box, box + n, polytope->anchor);
    }
    free(box);
    return possible;
}

enum err_code polytope_init(struct polytope *polytope, const struct problem *problem, enum param_kind kind, struct err *err)
{
    *polytope = (struct polytope){.kind = kind};
    gather(polytope, problem);
    size_t n = polytope->n;
    if (n == 0)
        return ERR_NONE;
    tighten(polytope);
    set_slack(polytope, problem);
    bool sound = true;
    for (size_t j = 0; j < polytope->m; j++)
        sound = sound && isfinite(polytope->slack[j]);
    for (size_t i = 0; i < n; i++)
        sound = sound && isfinite(polytope->hi[i] - polytope->lo[i]) && polytope->lo[i] < polytope->hi[i];
    polytope->anchor = mem_calloc(n, sizeof(double));
    polytope->centre = mem_calloc(n, sizeof(double));
    polytope->root = mem_calloc(n * n, sizeof(double));
    if (sound)
        scale_rows(polytope);
    if (!sound || ball_inscribe(polytope->a, polytope->b, polytope->m, n, polytope->centre) < BALL_ROOM)
        return refuse(polytope, err,
                      "the linear constraints leave no room between the bounds; of parameters with a fixed sum, leave one out");
    if (kind == PARAM_INT) {
        if (!settle_integers(polytope, problem))
            return refuse(polytope, err, "no integers satisfy the linear constraints");
        scale_rows(polytope);
        sound = ball_inscribe(polytope->a, polytope->b, polytope->m, n, polytope->centre) >= BALL_ROOM;
    }
    if (!sound || ball_centre(polytope->a, polytope->b, polytope->m, n, polytope->centre, polytope->root) != ERR_NONE) {
        if (kind == PARAM_DOUBLE)
            return refuse(polytope, err, "the linear constraints leave too little room between the bounds");
        free(polytope->root);
        polytope->root = NULL;
    }
    if (kind == PARAM_DOUBLE)
        from_shares(polytope, polytope->centre, polytope->anchor);
    return ERR_NONE;
}

void polytope_clear(struct polytope *polytope)
{
    if (polytope == NULL)
        return;
    free(polytope->axis);
    free(polytope->weight);
    free(polytope->limit);
    free(polytope->slack);
    free(polytope->lo);
    free(polytope->hi);
    free(polytope->a);
    free(polytope->b);
    free(polytope->anchor);
    free(polytope->centre);
    free(polytope->root);
    *polytope = (struct polytope){0};
}

// ------------------------------------------------------------------ entering

// Projects y onto the half-spaces that it is not in, one after the other. True: it is in all of them, and in the box.
static bool project(const struct polytope *polytope, double *y)
{
    size_t n = polytope->n;
    bool inside = false;
    for (size_t sweep = 0; sweep < SWEEPS && !inside; sweep++) {
        inside = true;
        for (size_t j = 0; j < polytope->m; j++) {
            const double *a = polytope->a + j * n;
            double excess = linalg_dot(a, y, n) - polytope->b[j];
            if (!(excess > 0))
                continue;
            inside = false;
            for (size_t i = 0; i < n; i++)
                y[i] = fmin(fmax(y[i] - excess * a[i], 0), 1);
        }
    }
    return inside;
}

// Moves y towards the centre until it is in all half-spaces.
static void pull(const struct polytope *polytope, double *y)
{
    double share = 1;
    for (size_t j = 0; j < polytope->m; j++) {
        const double *a = polytope->a + j * polytope->n;
        double from = linalg_dot(a, polytope->centre, polytope->n), to = linalg_dot(a, y, polytope->n);
        if (to > polytope->b[j])
            share = fmin(share, fmax((polytope->b[j] - from) / (to - from), 0));
    }
    for (size_t i = 0; i < polytope->n; i++)
        y[i] = polytope->centre[i] + share * (y[i] - polytope->centre[i]);
}

void polytope_enter(const struct polytope *polytope, double *x)
{
    double margin = polytope->kind == PARAM_INT ? 0.5 : 0;
    for (size_t i = 0; i < polytope->n; i++) {
        double lo = polytope->lo[i] + margin, hi = polytope->hi[i] - margin;
        x[i] = x[i] > lo ? fmin(x[i], hi) : lo; // NaN too
    }
    if (polytope_contains(polytope, x))
        return;
    double *y = mem_calloc(2 * polytope->n, sizeof *y), *real = y + polytope->n;
    to_shares(polytope, x, y);
    bool inside = project(polytope, y);
    if (!inside && polytope->root != NULL)
        pull(polytope, y);
    from_shares(polytope, y, real);
    if (polytope->kind == PARAM_INT)
        lattice_round(polytope, real, x);
    else
        memcpy(x, polytope_contains(polytope, real) ? real : polytope->anchor, polytope->n * sizeof *x);
    free(y);
}

// ------------------------------------------------------------------ drawing

// The part of the line y + t d that lies in the half-space a.y <= b, cut from [*low, *high].
static void cut(double slope, double room, double *low, double *high)
{
    if (slope > 0)
        *high = fmin(*high, room / slope);
    else if (slope < 0)
        *low = fmax(*low, room / slope);
}

static void hit_and_run(const struct polytope *polytope, struct random *random, size_t steps, double *y)
{
    size_t n = polytope->n;
    double *direction = mem_calloc(n, sizeof *direction);
    for (size_t step = 0; step < steps; step++) {
        double low = -HUGE_VAL, high = HUGE_VAL;
        for (size_t i = 0; i < n; i++)
            direction[i] = random_normal(random);
        linalg_solve_lower_transposed(polytope->root, n, direction);
        for (size_t i = 0; i < n; i++) {
            cut(direction[i], 1 - y[i], &low, &high);
            cut(-direction[i], y[i], &low, &high);
        }
        for (size_t j = 0; j < polytope->m; j++) {
            const double *a = polytope->a + j * n;
            cut(linalg_dot(a, direction, n), polytope->b[j] - linalg_dot(a, y, n), &low, &high);
        }
        double t = low + random_uniform(random) * (high - low);
        for (size_t i = 0; i < n && isfinite(t) && low <= high; i++)
            y[i] = fmin(fmax(y[i] + t * direction[i], 0), 1);
    }
    free(direction);
}

static bool draw_from_box(const struct polytope *polytope, struct random *random, double *x)
{
    for (size_t draw = 0; draw < BOX_DRAWS; draw++) {
        for (size_t i = 0; i < polytope->n; i++) {
            double width = polytope->hi[i] - polytope->lo[i];
            x[i] = polytope->lo[i] + random_uniform(random) * width;
            if (polytope->kind == PARAM_INT)
                x[i] = fmin(fmax(round(x[i]), polytope->lo[i] + 0.5), polytope->hi[i] - 0.5);
        }
        if (polytope_contains(polytope, x))
            return true;
    }
    return false;
}

void polytope_draw(const struct polytope *polytope, struct polytope_walk *walk, struct random *random, double *x)
{
    size_t n = polytope->n, few = BURN_IN * n + BURN_IN_MIN, burn_in = n * n > few ? n * n : few;
    if (draw_from_box(polytope, random, x))
        return;
    bool begins = walk->y == NULL;
    if (begins) {
        walk->y = mem_calloc(2 * n, sizeof *walk->y);
        walk->x = walk->y + n;
        memcpy(walk->y, polytope->centre, n * sizeof *walk->y);
        memcpy(walk->x, polytope->anchor, n * sizeof *walk->x);
    }
    if (polytope->root != NULL) {
        hit_and_run(polytope, random, begins ? burn_in : n < THIN_MAX ? n : THIN_MAX, walk->y);
        from_shares(polytope, walk->y, x);
    }
    if (polytope->kind == PARAM_INT) {
        if (polytope->root != NULL)
            lattice_round(polytope, x, walk->x);
        lattice_walk(polytope, random, polytope->root == NULL && begins ? burn_in : LATTICE_STEPS * n + 1, walk->x);
        memcpy(x, walk->x, n * sizeof *x);
    } else if (!polytope_contains(polytope, x)) {
        polytope_enter(polytope, x); // rounding
    }
}

void polytope_walk_clear(struct polytope_walk *walk)
{
    if (walk == NULL)
        return;
    free(walk->y); // x is its second half
    *walk = (struct polytope_walk){0};
}
