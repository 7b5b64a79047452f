#include "optimizer/pareto.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

struct point {
    double first, second;
    size_t index;
};

// By the first value and then the second, the largest first.
static int compare(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    int by_first = (x->first < y->first) - (x->first > y->first);
    return by_first != 0 ? by_first : (x->second < y->second) - (x->second > y->second);
}

static bool is_equal(const struct point *a, const struct point *b)
{
    return compare(a, b) == 0;
}

static struct point *sorted(const double *value, size_t n, size_t m)
{
    assert(m >= 1 && m <= PARETO_OBJECTIVES_MAX);
    struct point *points = mem_calloc(n + 1, sizeof *points);
    for (size_t i = 0; i < n; i++)
        points[i] = (struct point){value[i * m], m == 2 ? value[i * m + 1] : 0, i};
    qsort(points, n, sizeof *points, compare);
    return points;
}

// In this order only those before can beat a point, and of them only the best in the second value.
static void sweep(const struct point *points, size_t n, bool *on_front)
{
    const struct point *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct point *point = &points[i];
        bool beaten = best != NULL && best->second >= point->second && !is_equal(best, point);
        on_front[point->index] = !beaten;
        if (best == NULL || point->second > best->second)
            best = point;
    }
}

void pareto_front(const double *value, size_t n, size_t m, bool *on_front)
{
    struct point *points = sorted(value, n, m);
    sweep(points, n, on_front);
    free(points);
}

bool pareto_unmoved(const double *value, size_t n_old, size_t n, size_t m)
{
    struct point *points = sorted(value, n, m);
    bool *on_front = mem_calloc(n + 1, sizeof *on_front), unmoved = true;
    sweep(points, n, on_front);
    // Equal points stand together.
    for (size_t i = 0, end; i < n && unmoved; i = end) {
        bool has_old = false;
        for (end = i; end < n && is_equal(&points[i], &points[end]); end++)
            has_old = has_old || points[end].index < n_old;
        unmoved = has_old || !on_front[points[i].index];
    }
    free(points);
    free(on_front);
    return unmoved;
}
