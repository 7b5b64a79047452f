#include "optimizer/standing.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

// Smaller keys stand before larger ones.
struct point {
    double violation, first, second;
    size_t index;
};

static int compare_numbers(double x, double y)
{
    return (x > y) - (x < y);
}

static int compare(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    int order = compare_numbers(x->violation, y->violation);
    if (order == 0)
        order = compare_numbers(x->first, y->first);
    return order != 0 ? order : compare_numbers(x->second, y->second);
}

// Layers of the first n points, which are sorted. Point after point, only those before can dominate: it is on the first layer whose
// latest member does not. The seconds of the latest members ascend from layer to layer. Returns the number of layers.
static size_t find_layers(const struct point *points, size_t n, double *merit)
{
    const struct point **latest = mem_calloc(n + 1, sizeof *latest);
    size_t n_layers = 0;
    for (size_t i = 0; i < n; i++) {
        size_t lo = 0, hi = n_layers;
        while (lo < hi) {
            size_t middle = (lo + hi) / 2;
            bool dominates = latest[middle]->second <= points[i].second && compare(latest[middle], &points[i]) != 0;
            if (dominates)
                lo = middle + 1;
            else
                hi = middle;
        }
        n_layers += lo == n_layers;
        latest[lo] = &points[i];
        merit[points[i].index] = (double)lo;
    }
    free(latest);
    return n_layers;
}

// Merit from `merit_from` on, in the order of sorted points; the same for equal ones.
static size_t number(const struct point *points, size_t n, size_t merit_from, double *merit)
{
    for (size_t i = 0; i < n; i++) {
        merit_from += i > 0 && compare(&points[i - 1], &points[i]) != 0;
        merit[points[i].index] = (double)merit_from;
    }
    return merit_from + 1;
}

void standing_merit(const double *const *values, size_t n_objectives, const double *violation, size_t n, double *merit)
{
    assert(n_objectives <= 2);
    struct point *points = mem_calloc(n + 1, sizeof *points);
    size_t n_satisfied = 0;
    for (size_t i = 0; i < n; i++) {
        bool satisfied = !(violation[i] > 0);
        points[i] = (struct point){.violation = violation[i], .index = i};
        if (satisfied && n_objectives > 0)
            points[i].first = values[0][i];
        if (satisfied && n_objectives > 1)
            points[i].second = values[1][i];
        n_satisfied += satisfied;
    }
    if (n > 0)
        qsort(points, n, sizeof *points, compare);
    size_t next = n_objectives == 2 ? find_layers(points, n_satisfied, merit) : number(points, n_satisfied, 0, merit);
    number(points + n_satisfied, n - n_satisfied, next, merit);
    free(points);
}
