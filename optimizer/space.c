#include "optimizer/space.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/enumeration.h"
#include "optimizer/lattice.h"
#include "optimizer/levels.h"

static const double SQRT_HALF = 0.70710678118654752440;
static const double GRID_SAME = 1e-12; // relative difference up to which a number is a grid value
static const double REACH = 1;         // ranges beyond the bounds from which data still count
static const uint64_t MANY_LEVELS = (uint64_t)1 << 50; // numbers in [0, 1] are hardly finer
static const uint64_t LIST_STEPS = 100000; // of an enumeration, before a space counts as too large for a list

static void axis_init(struct axis *axis, const struct param *param)
{
    *axis = (struct axis){.kind = param->kind, .log = param->log, .lo = param->lo, .hi = param->hi};
    if (param->kind == PARAM_INT)
        axis->levels = (uint64_t)(param->hi - param->lo) + 1;
    if (param->kind == PARAM_GRID || param->kind == PARAM_CATEGORICAL)
        axis->levels = param->n_levels;
    if (param->kind == PARAM_GRID) {
        axis->grid = mem_calloc(param->n_levels, sizeof *axis->grid);
        memcpy(axis->grid, param->grid, param->n_levels * sizeof *axis->grid);
    }
    if (param->prior.kind != PRIOR_NONE)
        belief_init(&axis->belief, param);
    if (param->n_conditions > 0) {
        axis->n_conditions = param->n_conditions;
        axis->conditions = mem_calloc(param->n_conditions, sizeof *axis->conditions);
        memcpy(axis->conditions, param->conditions, param->n_conditions * sizeof *axis->conditions);
    }
    axis->width = param->kind == PARAM_CATEGORICAL ? (size_t)axis->levels : param->n_conditions > 0 ? 2 : 1;
}

// ------------------------------------------------------------------ one axis

uint64_t axis_level(const struct axis *axis, double u)
{
    assert(axis->levels >= 1);
    double scaled = floor(u * (double)axis->levels);
    if (!(scaled > 0)) // NaN too
        return 0;
    return scaled >= (double)axis->levels ? axis->levels - 1 : (uint64_t)scaled;
}

double axis_unit(const struct axis *axis, uint64_t level)
{
    double u = ((double)level + 0.5) / (double)axis->levels;
    // So many levels that rounding leads to a neighbour: the numbers around have its own.
    for (size_t i = 0; i < 4 && axis->levels > MANY_LEVELS && axis_level(axis, u) != level; i++)
        u = nextafter(u, axis_level(axis, u) < level ? 1 : 0);
    return u;
}

static double axis_snap(const struct axis *axis, double u)
{
    if (axis->levels > 0)
        return axis_unit(axis, axis_level(axis, u));
    return u > 0 ? fmin(u, 1) : 0; // NaN becomes 0
}

// (v - lo) / (hi - lo) without overflow.
static double fraction(double v, double lo, double hi)
{
    double range = hi - lo;
    return isfinite(range) ? (v - lo) / range : (0.5 * v - 0.5 * lo) / (0.5 * hi - 0.5 * lo);
}

static double scaled(const struct axis *axis, double v)
{
    return axis->log ? log(v) : v; // NaN or -infinity below what a logarithm allows: the caller sees that it is not finite
}

// Level of a natural grid value as a real number: between two levels in proportion, beyond the ends in mean steps.
static double grid_level(const struct axis *axis, double v)
{
    size_t k = (size_t)axis->levels, last = k - 1;
    if (k == 1)
        return fabs(v - axis->grid[0]) <= GRID_SAME * fabs(v) ? 0 : NAN;
    if (v < axis->grid[0] || v > axis->grid[last])
        return fraction(scaled(axis, v), scaled(axis, axis->grid[0]), scaled(axis, axis->grid[last])) * (double)last;
    size_t j = 0;
    while (j + 2 < k && axis->grid[j + 1] <= v)
        j++;
    return (double)j + fraction(scaled(axis, v), scaled(axis, axis->grid[j]), scaled(axis, axis->grid[j + 1]));
}

// Position in 0 .. levels-1 (or 0 .. 1 of a continuous axis) of a natural value, which may be beyond these ends; NaN when there
// is none. *exact: it is one of the axis' own values.
static double axis_position(const struct axis *axis, double v, bool *exact)
{
    double position = 0, nearest;
    switch (axis->kind) {
    case PARAM_DOUBLE:
        *exact = v >= axis->lo && v <= axis->hi;
        return fraction(scaled(axis, v), scaled(axis, axis->lo), scaled(axis, axis->hi));
    case PARAM_INT:
        *exact = v >= axis->lo && v <= axis->hi && !(floor(v) < v);
        return v - axis->lo;
    case PARAM_CATEGORICAL:
        *exact = v >= 0 && v < (double)axis->levels;
        return *exact ? v : 0;
    case PARAM_GRID:
    default:
        position = grid_level(axis, v);
        nearest = fmin(fmax(round(position), 0), (double)(axis->levels - 1));
        *exact = isfinite(position) &&
                 fabs(v - axis->grid[(size_t)nearest]) <= GRID_SAME * fmax(fabs(v), fabs(axis->grid[(size_t)nearest]));
        return *exact ? nearest : position;
    }
}

// Kernel columns of a position. False when it is too far out.
static bool axis_columns(const struct axis *axis, double position, bool exact, double *z)
{
    if (axis->kind == PARAM_CATEGORICAL) {
        size_t level = (size_t)position;
        memset(z + axis->column, 0, axis->width * sizeof *z);
        if (exact)
            z[axis->column + (axis->shared != NULL ? axis->shared[level] : level)] = SQRT_HALF;
        return true;
    }
    double column = axis->levels > 1 ? position / (double)(axis->levels - 1) : position;
    z[axis->column] = axis->n_conditions > 0 ? sin(column) : column;
    if (axis->n_conditions > 0)
        z[axis->column + 1] = cos(column);
    return column >= -REACH && column <= 1 + REACH; // false for NaN
}

static void axis_no_columns(const struct axis *axis, double *z)
{
    memset(z + axis->column, 0, axis->width * sizeof *z);
}

static double axis_natural(const struct axis *axis, double u)
{
    uint64_t level = axis->levels > 0 ? axis_level(axis, u) : 0;
    double v;
    switch (axis->kind) {
    case PARAM_INT:
        return fmin(axis->lo + (double)level, axis->hi);
    case PARAM_GRID:
        return axis->grid[level];
    case PARAM_CATEGORICAL:
        return (double)level;
    case PARAM_DOUBLE:
    default:
        if (axis->log)
            v = exp(log(axis->lo) + u * (log(axis->hi) - log(axis->lo)));
        else if (isfinite(axis->hi - axis->lo))
            v = axis->lo + u * (axis->hi - axis->lo);
        else
            v = (1 - u) * axis->lo + u * axis->hi;
        return fmin(fmax(v, axis->lo), axis->hi); // rounding leaves the bounds now and then, logarithms often
    }
}

// ------------------------------------------------------------------ points

bool space_active(const struct space *space, size_t i, const double *u)
{
    const struct axis *axis = &space->axes[i];
    for (size_t c = 0; c < axis->n_conditions; c++) {
        const struct condition *condition = &axis->conditions[c];
        if ((condition->levels >> axis_level(&space->axes[condition->param], u[condition->param]) & 1) == 0)
            return false;
    }
    return true;
}

static void get_natural(const struct space *space, const struct polytope *polytope, const double *u, double *x)
{
    for (size_t j = 0; j < polytope->n; j++)
        x[j] = axis_natural(&space->axes[polytope->axis[j]], u[polytope->axis[j]]);
}

static void set_natural(const struct space *space, const struct polytope *polytope, const double *x, double *u)
{
    for (size_t j = 0; j < polytope->n; j++) {
        const struct axis *axis = &space->axes[polytope->axis[j]];
        u[polytope->axis[j]] = axis->levels > 0 ? axis_unit(axis, (uint64_t)(x[j] - axis->lo))
                                                : axis_snap(axis, fraction(x[j], axis->lo, axis->hi));
    }
}

bool space_is_constrained(const struct space *space)
{
    return space->polytopes[0].n > 0 || space->polytopes[1].n > 0;
}

bool space_allows(const struct space *space, const double *u)
{
    bool allowed = true;
    for (size_t k = 0; k < 2 && allowed; k++) {
        const struct polytope *polytope = &space->polytopes[k];
        if (polytope->n == 0)
            continue;
        double *x = mem_calloc(polytope->n, sizeof *x);
        get_natural(space, polytope, u, x);
        allowed = polytope_contains(polytope, x);
        free(x);
    }
    return allowed;
}

// Into what the linear constraints leave.
static void settle_constrained(const struct space *space, double *u)
{
    for (size_t k = 0; k < 2; k++) {
        const struct polytope *polytope = &space->polytopes[k];
        if (polytope->n == 0)
            continue;
        double *x = mem_calloc(polytope->n, sizeof *x);
        get_natural(space, polytope, u, x);
        if (!polytope_contains(polytope, x)) {
            polytope_enter(polytope, x);
            set_natural(space, polytope, x, u);
        }
        free(x);
    }
}

static void settle_inactive(const struct space *space, double *u)
{
    if (!space->conditional)
        return;
    for (size_t i = 0; i < space->p; i++)
        if (!space_active(space, i, u))
            u[i] = axis_snap(&space->axes[i], 0.5);
}

// Up to the rounding that others may have added.
static bool satisfies(const struct space *space, const double *x)
{
    for (size_t k = 0; k < 2; k++) {
        const struct polytope *polytope = &space->polytopes[k];
        for (size_t j = 0; j < polytope->m; j++) {
            double sum = 0, terms = fabs(polytope->limit[j]);
            for (size_t i = 0; i < polytope->n; i++) {
                double term = polytope->weight[j * polytope->n + i] * x[polytope->axis[i]];
                sum += term;
                terms += fabs(term);
            }
            if (!(sum <= polytope->limit[j] + fmax(CONSTRAINT_TOLERANCE * terms, polytope->slack[j])))
                return false;
        }
    }
    return true;
}

enum place space_locate(const struct space *space, const double *x, double *u, double *z)
{
    enum place place = PLACE_INSIDE;
    double *columns = z != NULL ? z : mem_calloc(space->d, sizeof *columns);
    for (size_t i = 0; i < space->p; i++) {
        const struct axis *axis = &space->axes[i];
        const struct param conditions = {.conditions = axis->conditions, .n_conditions = axis->n_conditions};
        if (!param_active(&conditions, x)) {
            axis_no_columns(axis, columns);
            if (u != NULL)
                u[i] = axis_snap(axis, 0.5);
            continue;
        }
        bool exact;
        double position = axis_position(axis, x[i], &exact);
        if (!axis_columns(axis, position, exact, columns))
            place = PLACE_OUTSIDE;
        else if (!exact && place == PLACE_INSIDE)
            place = PLACE_BESIDE;
        if (u != NULL)
            u[i] = axis_snap(axis, axis->levels > 0 ? (round(position) + 0.5) / (double)axis->levels : position);
    }
    space_set_task(space, space->fidelity.full, columns);
    if (z == NULL)
        free(columns);
    if (place == PLACE_INSIDE && !satisfies(space, x))
        place = PLACE_BESIDE;
    if (u != NULL)
        settle_constrained(space, u);
    return place;
}

void space_snap(const struct space *space, double *u)
{
    for (size_t i = 0; i < space->p; i++)
        u[i] = axis_snap(&space->axes[i], u[i]);
    settle_inactive(space, u);
    settle_constrained(space, u);
}

void space_encode(const struct space *space, const double *u, double *z)
{
    for (size_t i = 0; i < space->p; i++) {
        const struct axis *axis = &space->axes[i];
        if (space_active(space, i, u))
            axis_columns(axis, axis->levels > 0 ? (double)axis_level(axis, u[i]) : u[i], true, z);
        else
            axis_no_columns(axis, z);
    }
    space_set_task(space, space->fidelity.full, z);
}

void space_set_task(const struct space *space, size_t task, double *z)
{
    if (space->fidelity.n > 1)
        z[space->d - 1] = space->fidelity.level[task];
}

void space_natural(const struct space *space, const double *u, double *x)
{
    for (size_t i = 0; i < space->p; i++)
        x[i] = space_active(space, i, u) ? axis_natural(&space->axes[i], u[i]) : (double)NAN;
}

double space_distance(const struct space *space, const double *u, const double *v)
{
    double largest = 0;
    for (size_t i = 0; i < space->p; i++)
        largest = fmax(largest, fabs(u[i] - v[i]));
    return largest;
}

bool space_same(const struct space *space, const double *u, const double *v)
{
    for (size_t i = 0; i < space->p; i++) {
        uint64_t levels = space->axes[i].levels;
        if (fabs(u[i] - v[i]) > (levels > 0 ? 0.25 / (double)levels : SPACE_SAME))
            return false;
    }
    return true;
}

// ------------------------------------------------------------------ life

// Whether every combination of values is a point.
static bool is_product(const struct space *space)
{
    return !space->conditional && !space_is_constrained(space);
}

// Conditionals first, each part in the order of the parameters.
static void set_order(struct space *space)
{
    size_t n = 0;
    bool *refers = mem_calloc(space->p, sizeof *refers);
    space->order = mem_calloc(space->p, sizeof *space->order);
    for (size_t i = 0; i < space->p; i++)
        for (size_t c = 0; c < space->axes[i].n_conditions; c++)
            refers[space->axes[i].conditions[c].param] = true;
    for (size_t i = 0; i < space->p; i++)
        if (refers[i])
            space->order[n++] = i;
    for (size_t i = 0; i < space->p; i++)
        if (!refers[i])
            space->order[n++] = i;
    free(refers);
}

// Lists the points of a finite space whose parameters depend on each other, unless there are too many.
static void set_list(struct space *space)
{
    struct enumeration enumeration;
    size_t capacity = 0, n = 0;
    double *point = mem_calloc(space->p, sizeof *point), *list = NULL;
    enumeration_init(&enumeration, space, NULL);
    while (n <= SPACE_LISTED && enumeration.steps < LIST_STEPS && enumeration_next(&enumeration, point)) {
        if (n == capacity) {
            capacity = 2 * capacity + 64;
            list = mem_realloc(list, capacity * space->p, sizeof *list);
        }
        memcpy(list + n++ * space->p, point, space->p * sizeof *point);
    }
    if (enumeration.ended) {
        space->list = list;
        space->n_list = n;
    } else {
        free(list);
    }
    free(point);
    enumeration_clear(&enumeration);
}

// Gives each parameter its kernel columns, and the fidelity the last.
static void set_columns(struct space *space)
{
    space->d = 0;
    for (size_t i = 0; i < space->p; i++) {
        space->axes[i].column = space->d;
        space->d += space->axes[i].width;
    }
    free(space->group);
    space->group = mem_calloc(space->d + 1, sizeof *space->group);
    for (size_t i = 0; i < space->p; i++)
        for (size_t c = 0; c < space->axes[i].width; c++)
            space->group[space->axes[i].column + c] = i;
    space->n_groups = space->p;
    if (space->fidelity.n > 1)
        space->group[space->d++] = space->n_groups++;
}

void space_share(struct space *space, const struct history *history)
{
    for (size_t i = 0; i < space->p; i++) {
        struct axis *axis = &space->axes[i];
        if (axis->kind != PARAM_CATEGORICAL || axis->levels <= LEVELS_MANY || axis->shared != NULL)
            continue;
        axis->shared = mem_calloc((size_t)axis->levels, sizeof *axis->shared);
        axis->width = levels_assign(history, i, (size_t)axis->levels, axis->shared);
    }
    set_columns(space);
}

void space_init(struct space *space, const struct problem *problem)
{
    *space = (struct space){.p = problem->n_params};
    space->axes = mem_calloc(space->p, sizeof *space->axes);
    for (size_t i = 0; i < space->p; i++) {
        axis_init(&space->axes[i], &problem->params[i]);
        space->conditional = space->conditional || space->axes[i].n_conditions > 0;
        space->believed = space->believed || space->axes[i].belief.kind != PRIOR_NONE;
    }
    fidelity_init(&space->fidelity, problem);
    set_columns(space);
    polytope_init(&space->polytopes[0], problem, PARAM_DOUBLE, NULL); // problem_check has seen that they are not empty
    polytope_init(&space->polytopes[1], problem, PARAM_INT, NULL);
    set_order(space);
    if (!is_product(space) && space_is_finite(space))
        set_list(space);
}

void space_clear(struct space *space)
{
    if (space == NULL)
        return;
    for (size_t i = 0; i < space->p; i++) {
        free(space->axes[i].grid);
        free(space->axes[i].shared);
        free(space->axes[i].conditions);
    }
    free(space->axes);
    free(space->group);
    fidelity_clear(&space->fidelity);
    free(space->order);
    free(space->list);
    polytope_clear(&space->polytopes[0]);
    polytope_clear(&space->polytopes[1]);
    *space = (struct space){0};
}

// ------------------------------------------------------------------ finite spaces

bool space_is_finite(const struct space *space)
{
    for (size_t i = 0; i < space->p; i++)
        if (space->axes[i].levels == 0)
            return false;
    return true;
}

uint64_t space_count(const struct space *space)
{
    uint64_t count = 1;
    if (!is_product(space))
        return space->list != NULL ? space->n_list : SPACE_UNCOUNTED;
    for (size_t i = 0; i < space->p; i++) {
        uint64_t levels = space->axes[i].levels;
        if (levels == 0 || count > (SPACE_UNCOUNTED - 1) / levels)
            return SPACE_UNCOUNTED;
        count *= levels;
    }
    return count;
}

void space_point(const struct space *space, uint64_t index, double *u)
{
    if (space->list != NULL) {
        memcpy(u, space->list + index * space->p, space->p * sizeof *u);
        return;
    }
    for (size_t i = space->p; i-- > 0;) {
        u[i] = axis_unit(&space->axes[i], index % space->axes[i].levels);
        index /= space->axes[i].levels;
    }
}

// Whether u is behind v in the list.
static bool is_behind(const struct space *space, const double *u, const double *v)
{
    for (size_t i = 0; i < space->p; i++) {
        const struct axis *axis = &space->axes[space->order[i]];
        uint64_t a = axis_level(axis, u[space->order[i]]), b = axis_level(axis, v[space->order[i]]);
        if (a != b)
            return a > b;
    }
    return false;
}

uint64_t space_index(const struct space *space, const double *u)
{
    uint64_t index = 0, end = space->n_list;
    if (space->list != NULL) {
        while (index + 1 < end) { // u is in index .. end - 1
            uint64_t middle = index + (end - index) / 2;
            if (is_behind(space, space->list + middle * space->p, u))
                end = middle;
            else
                index = middle;
        }
        return index;
    }
    for (size_t i = 0; i < space->p; i++)
        index = index * space->axes[i].levels + axis_level(&space->axes[i], u[i]);
    return index;
}

// The levels that the linear constraints leave to an int parameter when those before it have theirs.
static void constrained_levels(const struct space *space, const double *u, size_t depth, uint64_t *low, uint64_t *size)
{
    const struct polytope *polytope = &space->polytopes[1];
    const struct axis *axis = &space->axes[space->order[depth]];
    size_t n = polytope->n, k = 0;
    while (k < n && polytope->axis[k] != space->order[depth])
        k++;
    if (k == n)
        return;
    double *x = mem_calloc(n, sizeof *x), first, last;
    bool *chosen = mem_calloc(n, sizeof *chosen);
    for (size_t j = 0; j < n; j++)
        for (size_t d = 0; d < depth && !chosen[j]; d++)
            chosen[j] = space->order[d] == polytope->axis[j];
    get_natural(space, polytope, u, x);
    lattice_range(polytope, x, chosen, k, &first, &last);
    *low = first <= last ? (uint64_t)(first - axis->lo) : 0;
    *size = first <= last ? (uint64_t)(last - first) + 1 : 0;
    free(chosen);
    free(x);
}

void space_levels(const struct space *space, const double *u, size_t depth, uint64_t *low, uint64_t *size)
{
    size_t i = space->order[depth];
    const struct axis *axis = &space->axes[i];
    bool active = space_active(space, i, u); // what it depends on comes before it
    *low = active ? 0 : axis_level(axis, 0.5);
    *size = active ? axis->levels : 1;
    constrained_levels(space, u, depth, low, size);
}

void space_spread(const struct space *space, struct random *random, double *points, size_t n)
{
    for (size_t k = 0; k < 2; k++) {
        const struct polytope *polytope = &space->polytopes[k];
        struct polytope_walk walk = {0};
        if (polytope->n == 0)
            continue;
        double *x = mem_calloc(polytope->n, sizeof *x);
        for (size_t i = 0; i < n; i++) {
            double *u = points + i * space->p;
            get_natural(space, polytope, u, x);
            if (polytope_contains(polytope, x))
                continue;
            if (space->list != NULL) // a walk of few integers mixes slowly; the other coordinates of the list do not depend on these
                get_natural(space, polytope, space->list + random_below(random, space->n_list) * space->p, x);
            else
                polytope_draw(polytope, &walk, random, x);
            set_natural(space, polytope, x, u);
        }
        polytope_walk_clear(&walk);
        free(x);
    }
}

void space_believe(const struct space *space, double *u)
{
    for (size_t i = 0; i < space->p && space->believed; i++)
        u[i] = belief_quantile(&space->axes[i].belief, u[i]);
}

double space_log_belief(const struct space *space, const double *u)
{
    double sum = 0;
    for (size_t i = 0; i < space->p && space->believed; i++)
        if (space_active(space, i, u))
            sum += belief_log_density(&space->axes[i].belief, u[i]);
    return sum;
}

void space_draw(const struct space *space, struct random *random, double *u)
{
    for (size_t i = 0; i < space->p; i++)
        u[i] = random_uniform(random);
    space_spread(space, random, u, 1);
    space_snap(space, u);
}
