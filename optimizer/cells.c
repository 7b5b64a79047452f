#include "optimizer/cells.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/design.h"

static const uint64_t CELLS = 0x63656c6c; // purpose of the random stream

// Squared distances [n] of z to the points; returns the least.
static double distances(const double *z, const double *x, size_t n, size_t d, double *out)
{
    double least = HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        out[i] = 0;
        for (size_t c = 0; c < d; c++)
            out[i] += (z[c] - x[i * d + c]) * (z[c] - x[i * d + c]);
        least = fmin(least, out[i]);
    }
    return least;
}

void cells_shares(const struct space *space, const double *x, size_t n, uint32_t seed, double *share)
{
    size_t p = space->p, d = space->d;
    double *u = mem_calloc(CELLS_POINTS * p, sizeof *u), *z = mem_calloc(d, sizeof *z), *away = mem_calloc(n, sizeof *away);
    design_anywhere(space, seed, CELLS, CELLS_POINTS, u);
    for (size_t i = 0; i < n; i++)
        share[i] = 0;
    for (size_t k = 0; k < CELLS_POINTS; k++) {
        space_snap(space, u + k * p);
        space_encode(space, u + k * p, z);
        double least = distances(z, x, n, d, away), owners = 0;
        for (size_t i = 0; i < n; i++)
            owners += away[i] <= least;
        for (size_t i = 0; i < n; i++)
            share[i] += away[i] <= least ? 1 / (owners * CELLS_POINTS) : 0;
    }
    free(u);
    free(z);
    free(away);
}
