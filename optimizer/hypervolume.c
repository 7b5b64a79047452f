#include "optimizer/hypervolume.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/special.h"

struct point {
    double a, b;
};

static int compare(const void *x, const void *y)
{
    const struct point *p = x, *q = y;
    if (p->a < q->a || p->a > q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

// Keeps the points that no other one dominates or equals. Sorted before and afterwards.
static size_t keep_front(struct point *points, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || points[i].b < points[kept - 1].b)
            points[kept++] = points[i];
    return kept;
}

// Area that point i alone dominates.
static double exclusive(const struct point *points, size_t n, size_t i, const double ref[2])
{
    double right = i + 1 < n ? points[i + 1].a : ref[0], above = i > 0 ? points[i - 1].b : ref[1];
    return (right - points[i].a) * (above - points[i].b);
}

static void leave_out_least(struct point *points, size_t n, const double ref[2])
{
    size_t least = 0;
    double area = HUGE_VAL;
    for (size_t i = 0; i < n; i++)
        if (exclusive(points, n, i, ref) < area) {
            area = exclusive(points, n, i, ref);
            least = i;
        }
    for (size_t i = least; i + 1 < n; i++)
        points[i] = points[i + 1];
}

void front_init(struct front *front, const double *first, const double *second, size_t n, const double ref[2])
{
    struct point *points = mem_calloc(n + 1, sizeof *points);
    size_t below = 0;
    for (size_t i = 0; i < n; i++)
        if (first[i] < ref[0] && second[i] < ref[1])
            points[below++] = (struct point){first[i], second[i]};
    if (below > 0)
        qsort(points, below, sizeof *points, compare);
    size_t kept = keep_front(points, below);
    for (; kept > FRONT_MAX; kept--)
        leave_out_least(points, kept, ref);
    *front = (struct front){.ref = {ref[0], ref[1]}, .n = kept};
    for (size_t i = 0; i < kept; i++) {
        front->a[i] = points[i].a;
        front->b[i] = points[i].b;
    }
    free(points);
}

void front_add(struct front *front, const double *first, const double *second, size_t n)
{
    size_t all = front->n + n;
    double *a = mem_calloc(2 * all + 1, sizeof *a), *b = a + all;
    for (size_t i = 0; i < all; i++) {
        a[i] = i < front->n ? front->a[i] : first[i - front->n];
        b[i] = i < front->n ? front->b[i] : second[i - front->n];
    }
    const double ref[] = {front->ref[0], front->ref[1]};
    front_init(front, a, b, all, ref);
    free(a);
}

double front_area(const struct front *front)
{
    double area = 0;
    for (size_t i = 0; i < front->n; i++)
        area += ((i + 1 < front->n ? front->a[i + 1] : front->ref[0]) - front->a[i]) * (front->ref[1] - front->b[i]);
    return area;
}

double front_log_improvement(const struct front *front, const double mu[2], const double var[2])
{
    double sum = -HUGE_VAL, left = -HUGE_VAL; // log psi_1 at the left border of the strip
    for (size_t i = 0; i <= front->n; i++) {
        double right = special_log_ei(mu[0], var[0], i < front->n ? front->a[i] : front->ref[0]);
        double height = special_log_ei(mu[1], var[1], i > 0 ? front->b[i - 1] : front->ref[1]);
        double width = isinf(left) ? right : right + special_log1mexp(fmax(right - left, 0));
        if (isfinite(width) && isfinite(height))
            sum = special_log_add_exp(sum, width + height);
        left = right;
    }
    return sum;
}
