#include "optimizer/chord.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/lattice.h"

// Number of parameter i among those of the polytope; their number when it is none of them.
static size_t find(const struct polytope *polytope, size_t i)
{
    size_t k = 0;
    while (k < polytope->n && polytope->axis[k] != i)
        k++;
    return k;
}

// The values low ... high that coordinate k of x [n] may have.
static void cut_line(const struct polytope *polytope, const double *x, size_t k, double *low, double *high)
{
    *low = polytope->lo[k];
    *high = polytope->hi[k];
    for (size_t j = 0; j < polytope->m; j++) {
        const double *w = polytope->weight + j * polytope->n;
        double room = polytope->limit[j] - polytope->slack[j];
        for (size_t i = 0; i < polytope->n; i++)
            if (i != k)
                room -= w[i] * x[i];
        if (w[k] > 0)
            *high = fmin(*high, room / w[k]);
        else if (w[k] < 0)
            *low = fmax(*low, room / w[k]);
    }
}

static double move_double(const struct polytope *polytope, const struct axis *axis, const double *x, size_t k, double share)
{
    double low, high;
    cut_line(polytope, x, k, &low, &high);
    double v = low < high ? low + share * (high - low) : x[k]; // rounding may leave nothing
    return (0.5 * v - 0.5 * axis->lo) / (0.5 * axis->hi - 0.5 * axis->lo); // the range may overflow
}

static double move_int(const struct polytope *polytope, const struct axis *axis, const double *x, size_t k, double share)
{
    double low, high;
    bool *others = mem_calloc(polytope->n, sizeof *others);
    for (size_t i = 0; i < polytope->n; i++)
        others[i] = i != k;
    lattice_range(polytope, x, others, k, &low, &high);
    free(others);
    double v = low <= high ? fmin(low + floor(share * (high - low + 1)), high) : x[k];
    return axis_unit(axis, (uint64_t)(v - axis->lo));
}

void chord_move(const struct space *space, size_t i, double share, double *u)
{
    const struct axis *axis = &space->axes[i];
    const struct polytope *polytope = &space->polytopes[axis->kind == PARAM_INT];
    size_t n = polytope->n, k = find(polytope, i);
    if (k == n) {
        u[i] = share;
        return;
    }
    double *natural = mem_calloc(space->p + n, sizeof *natural), *x = natural + space->p;
    space_natural(space, u, natural);
    for (size_t j = 0; j < n; j++)
        x[j] = natural[polytope->axis[j]];
    u[i] = axis->kind == PARAM_INT ? move_int(polytope, axis, x, k, share) : move_double(polytope, axis, x, k, share);
    free(natural);
}
