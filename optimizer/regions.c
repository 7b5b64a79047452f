#include "optimizer/regions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/solutions.h"

static const double REACH = 0.2; // of the cube's diagonal: a better success within it makes a point part of the same hill
static const double CATEGORY = 2; // squared distance of two categories, per parameter: farther apart than anything numeric

// Squared distance in the unit cube.
static double squared_distance(const struct space *space, const double *u, const double *v)
{
    double sum = 0;
    for (size_t i = 0; i < space->p; i++) {
        double difference = u[i] - v[i];
        if (space->axes[i].kind != PARAM_CATEGORICAL)
            sum += difference * difference;
        else if (axis_level(&space->axes[i], u[i]) != axis_level(&space->axes[i], v[i]))
            sum += CATEGORY * (double)space->p;
    }
    return sum;
}

// Whether no better success is near number i of the order: the top of a hill of its own, as far as is known.
static bool is_summit(const struct space *space, const struct evidence *evidence, const size_t *order, size_t i)
{
    const double *top = evidence_success(evidence, order[i]);
    for (size_t j = 0; j < i; j++)
        if (squared_distance(space, top, evidence_success(evidence, order[j])) < REACH * REACH * (double)space->p)
            return false;
    return true;
}

// The region of a point: that of the nearest centre.
static size_t region_of(const struct regions *regions, const double *u)
{
    size_t nearest = 0;
    double least = HUGE_VAL;
    for (size_t i = 0; i < regions->n; i++) {
        double distance = squared_distance(regions->space, u, regions->centres + i * regions->space->p);
        if (distance < least) {
            least = distance;
            nearest = i;
        }
    }
    return nearest;
}

// Opens the regions that have the turn: the turn's own, or all; but none of those that have more than their share of the `n_pool` best
// successes: instead of a crowded one the least crowded.
static void open_regions(struct regions *regions, const struct evidence *evidence, const size_t *order, size_t n_pool, size_t turn)
{
    size_t share = (n_pool + regions->n - 1) / regions->n; // rounded up: at least one has no more
    size_t *count = mem_calloc(regions->n, sizeof *count), least = 0;
    for (size_t i = 0; i < n_pool; i++)
        count[region_of(regions, evidence_success(evidence, order[i]))]++;
    for (size_t i = 1; i < regions->n; i++)
        if (count[i] < count[least])
            least = i;
    size_t own = turn == 0 || turn > regions->n ? regions->n : count[turn - 1] > share ? least : turn - 1;
    for (size_t i = 0; i < regions->n; i++)
        regions->open[i] = own < regions->n ? i == own : count[i] <= share;
    free(count);
}

void regions_init(struct regions *regions, const struct space *space, const struct evidence *evidence, const size_t *order,
                  size_t n_order, size_t n_solutions, size_t n_model)
{
    *regions = (struct regions){.space = space};
    if (n_solutions < 2)
        return;
    size_t most = n_solutions < n_order ? n_solutions : n_order; // nothing bounds how many solutions a user asks for
    regions->centres = mem_calloc(most * space->p + 1, sizeof *regions->centres);
    regions->open = mem_calloc(most + 1, sizeof *regions->open);
    for (size_t i = 0; i < n_order && regions->n < most; i++)
        if (is_summit(space, evidence, order, i))
            memcpy(regions->centres + regions->n++ * space->p, evidence_success(evidence, order[i]), space->p * sizeof(double));
    if (regions->n == 1)
        regions->n = 0; // the whole space
    size_t n_pool = solutions_pool(evidence->n_trials, n_solutions);
    if (regions->n > 0) // two turns in a row: both objective models have it
        open_regions(regions, evidence, order, n_pool < n_order ? n_pool : n_order, n_model / 2 % (n_solutions + 1));
}

void regions_clear(struct regions *regions)
{
    if (regions == NULL)
        return;
    free(regions->centres);
    free(regions->open);
    *regions = (struct regions){0};
}

bool regions_hold(const struct regions *regions, const double *u)
{
    return regions->n == 0 || regions->open[region_of(regions, u)];
}
