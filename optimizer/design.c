#include "optimizer/design.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/acquisition.h"

enum {
    INITIAL_MIN = 4,
    INITIAL_PER_PARAM = 2,
    INITIAL_MAX = 12,
    REPLACEMENTS = 64, // further points of the sequence, tried where its own point is taken
    FILL_CANDIDATES = 100,
};
// Purposes of random streams.
static const uint64_t INITIAL = 0x696e6974, REPLACE = 0x7265706c, FILL = 0x66696c6c, CHANCE = 0x72616e64;

size_t design_initial_size(size_t p)
{
    size_t n = INITIAL_PER_PARAM * p;
    return n < INITIAL_MIN ? INITIAL_MIN : n > INITIAL_MAX ? INITIAL_MAX : n;
}

void design_initial(const struct taken *taken, uint32_t seed, size_t i, uint64_t ordinal, double *u)
{
    const struct space *space = taken->space;
    size_t p = space->p, n = design_initial_size(p);
    initial_points(random_key(seed, 0, INITIAL), p, n, i, 1, u);
    space_snap(space, u);
    if (taken_free(taken, u))
        return;
    double *points = mem_calloc(REPLACEMENTS * p, sizeof *points);
    initial_points(random_key(seed, ordinal, REPLACE), p, n, 0, REPLACEMENTS, points);
    size_t r = 0;
    for (; r < REPLACEMENTS; r++) {
        space_snap(space, points + r * p);
        if (taken_free(taken, points + r * p))
            break;
    }
    if (r < REPLACEMENTS) {
        memcpy(u, points + r * p, p * sizeof *u);
    } else {
        struct random random = random_stream(seed, ordinal, CHANCE);
        taken_draw_unseen(taken, &random, u);
    }
    free(points);
}

void design_fill(const struct taken *taken, uint32_t seed, uint64_t ordinal, const double *known, size_t n_known, double *u)
{
    const struct space *space = taken->space;
    size_t p = space->p, n = FILL_CANDIDATES;
    double *points, *z = mem_calloc(space->d, sizeof *z), farthest = -1;
    if (space_count(space) <= TAKEN_ENUMERABLE) {
        n = taken_list_unseen(taken, &points);
    } else {
        points = mem_calloc(n * p, sizeof *points);
        candidate_points(random_key(seed, ordinal, FILL), p, n, points);
    }
    for (size_t i = 0; i < n; i++) {
        double *point = points + i * p;
        space_snap(space, point);
        space_encode(space, point, z);
        double isolation = acquisition_isolation(z, known, n_known, space->d);
        if (isolation > farthest && (n != FILL_CANDIDATES || taken_free(taken, point))) {
            farthest = isolation;
            memcpy(u, point, p * sizeof *u);
        }
    }
    if (farthest < 0)
        design_random(taken, seed, ordinal, u);
    free(points);
    free(z);
}

void design_random(const struct taken *taken, uint32_t seed, uint64_t ordinal, double *u)
{
    struct random random = random_stream(seed, ordinal, CHANCE);
    taken_draw_unseen(taken, &random, u);
}
