#include "optimizer/solutions.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double UPPER_SHARE = 0.2; // of all observations, that solutions come from

// ------------------------------------------------------------------ columns

static size_t count_columns(const struct problem *problem)
{
    size_t n = 0;
    for (size_t i = 0; i < problem->n_params; i++)
        n += problem->params[i].kind == PARAM_CATEGORICAL ? problem->params[i].n_levels : 1;
    return n;
}

static double scaled(const struct param *param, double x)
{
    double lo = param->kind == PARAM_GRID ? param->grid[0] : param->lo;
    double hi = param->kind == PARAM_GRID ? param->grid[param->n_levels - 1] : param->hi;
    if (isnan(x))
        return -1;
    if (!(lo < hi))
        return 0;
    if (param->log && x > 0)
        return (log(x) - log(lo)) / (log(hi) - log(lo));
    return (x - lo) / (hi - lo);
}

static void encode(const struct problem *problem, const double *x, size_t n_columns, double *columns)
{
    for (size_t i = 0; i < problem->n_params; i++) {
        const struct param *param = &problem->params[i];
        if (param->kind != PARAM_CATEGORICAL) {
            *columns++ = scaled(param, x[i]);
            continue;
        }
        if (x[i] >= 0 && x[i] < (double)param->n_levels)
            columns[(size_t)x[i]] = sqrt((double)n_columns);
        columns += param->n_levels;
    }
}

static double squared_distance(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

// ------------------------------------------------------------------ order

struct place {
    size_t index;
    bool repeated; // an earlier point is the same
};

static int compare_coordinates(const double *a, const double *b, size_t p)
{
    for (size_t i = 0; i < p; i++) {
        if (isnan(a[i]) != isnan(b[i]))
            return isnan(a[i]) ? 1 : -1;
        if (a[i] < b[i] || a[i] > b[i])
            return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

struct point {
    const double *x;
    size_t p, index;
};

static int compare_points(const void *a, const void *b)
{
    const struct point *v = a, *w = b;
    int order = compare_coordinates(v->x, w->x, v->p);
    return order != 0 ? order : (v->index > w->index) - (v->index < w->index);
}

static int compare_places(const void *a, const void *b)
{
    const struct place *v = a, *w = b;
    if (v->repeated != w->repeated)
        return v->repeated ? 1 : -1;
    return (v->index > w->index) - (v->index < w->index);
}

// Indices of the points, different ones before repetitions, best first in each group. Returns the number of different ones.
static size_t order_points(const struct problem *problem, const double *const *x, size_t n, struct place *places)
{
    struct point *points = mem_calloc(n, sizeof *points);
    size_t p = problem->n_params, different = 0;
    for (size_t i = 0; i < n; i++)
        points[i] = (struct point){x[i], p, i};
    qsort(points, n, sizeof *points, compare_points);
    for (size_t i = 0; i < n; i++) {
        bool repeated = i > 0 && compare_coordinates(points[i - 1].x, points[i].x, p) == 0;
        places[i] = (struct place){points[i].index, repeated};
        different += !repeated;
    }
    free(points);
    qsort(places, n, sizeof *places, compare_places);
    return different;
}

// ------------------------------------------------------------------ centres

// Nearest centre so far of each of m points z [m x d], points by rank.
struct clusters {
    const double *z;
    size_t m, d;
    size_t *centre;   // [m]
    double *distance; // [m] squared
};

// The point farthest from its centre; the better one on ties.
static size_t farthest(const struct clusters *clusters)
{
    size_t best = 0;
    for (size_t i = 1; i < clusters->m; i++)
        if (clusters->distance[i] > clusters->distance[best])
            best = i;
    return best;
}

static void add_centre(struct clusters *clusters, size_t number, size_t point)
{
    for (size_t i = 0; i < clusters->m; i++) {
        double distance = squared_distance(clusters->z + i * clusters->d, clusters->z + point * clusters->d, clusters->d);
        if (number == 0 || distance < clusters->distance[i]) {
            clusters->distance[i] = distance;
            clusters->centre[i] = number;
        }
    }
}

// Ranks of the best point of each of k clusters of m > k different points, ascending.
static void choose(const double *z, size_t m, size_t d, size_t k, size_t *chosen)
{
    struct clusters clusters = {.z = z, .m = m, .d = d};
    clusters.centre = mem_calloc(m, sizeof *clusters.centre);
    clusters.distance = mem_calloc(m, sizeof *clusters.distance);
    bool *found = mem_calloc(k, sizeof *found);
    for (size_t number = 0; number < k; number++)
        add_centre(&clusters, number, number == 0 ? 0 : farthest(&clusters));
    size_t n = 0;
    for (size_t i = 0; i < m; i++) { // best first, so the first point of a cluster is its best
        if (found[clusters.centre[i]])
            continue;
        found[clusters.centre[i]] = true;
        chosen[n++] = i;
    }
    for (size_t i = 0; n < k; i++) { // columns that cannot be told apart have left clusters empty: the best of the rest
        bool is_chosen = false;
        for (size_t j = 0; j < n; j++)
            is_chosen = is_chosen || chosen[j] == i;
        if (!is_chosen)
            chosen[n++] = i;
    }
    free(found);
    free(clusters.distance);
    free(clusters.centre);
}

static int compare_sizes(const void *a, const void *b)
{
    const size_t *v = a, *w = b;
    return (*v > *w) - (*v < *w);
}

size_t solutions_pool(size_t n_all, size_t k)
{
    return (size_t)fmax(nearbyint(UPPER_SHARE * (double)n_all), (double)k);
}

size_t solutions_select(const struct problem *problem, const double *const *x, size_t n, size_t n_all, size_t k, size_t *chosen)
{
    assert(k >= 1 && n_all >= n);
    struct place *places = mem_calloc(n + 1, sizeof *places);
    size_t different = order_points(problem, x, n, places), count = n < k ? n : k;
    size_t pool = solutions_pool(n_all, k), m = pool < different ? pool : different, d = count_columns(problem);
    for (size_t i = 0; i < count; i++)
        chosen[i] = i;
    if (m > k) {
        double *z = mem_calloc(m * d, sizeof *z);
        for (size_t i = 0; i < m; i++)
            encode(problem, x[places[i].index], d, z + i * d);
        choose(z, m, d, k, chosen);
        free(z);
    }
    for (size_t i = 0; i < count; i++)
        chosen[i] = places[chosen[i]].index;
    qsort(chosen, count, sizeof *chosen, compare_sizes);
    free(places);
    return count;
}
