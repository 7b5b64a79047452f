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
    BELIEVED = 4, // of so many initial points one is not drawn from the priors
};
// Purposes of random streams.
static const uint64_t INITIAL = 0x696e6974, REPLACE = 0x7265706c, FILL = 0x66696c6c, CHANCE = 0x72616e64,
                      SPREAD = 0x73707265, ANYWHERE = 0x616e7977;

size_t design_initial_size(size_t p)
{
    size_t n = INITIAL_PER_PARAM * p;
    return n < INITIAL_MIN ? INITIAL_MIN : n > INITIAL_MAX ? INITIAL_MAX : n;
}

// Squared distance in the unit cube to the nearest point tried or open.
static double apart(const struct taken *taken, const double *u)
{
    size_t p = taken->space->p;
    return fmin(acquisition_isolation(u, taken->evidence->u, taken->evidence->n, p),
                acquisition_isolation(u, taken->open, taken->n_open, p));
}

// Instead of a point that is taken or breaks constraints: the first free one of a sequence, or of what constraints leave of it the one
// that is farthest from everything else, because a sequence is spread evenly in the cube only. False: none is free.
static bool replace(const struct taken *taken, uint32_t seed, uint64_t ordinal, double *u)
{
    const struct space *space = taken->space;
    size_t p = space->p;
    double *points = mem_calloc(REPLACEMENTS * p, sizeof *points), farthest = -1;
    struct random random = random_stream(seed, ordinal, SPREAD);
    initial_points(random_key(seed, ordinal, REPLACE), p, design_initial_size(p), 0, REPLACEMENTS, points);
    for (size_t r = 0; r < REPLACEMENTS; r++)
        space_believe(space, points + r * p);
    space_spread(space, &random, points, REPLACEMENTS);
    for (size_t r = 0; r < REPLACEMENTS; r++) {
        double *point = points + r * p;
        space_snap(space, point);
        if (!taken_free(taken, point) || !(apart(taken, point) > farthest))
            continue;
        farthest = apart(taken, point);
        memcpy(u, point, p * sizeof *u);
        if (!space_is_constrained(space))
            break;
    }
    free(points);
    return farthest >= 0;
}

void design_initial(const struct taken *taken, uint32_t seed, size_t i, uint64_t ordinal, double *u)
{
    const struct space *space = taken->space;
    size_t size = design_initial_size(space->p), n_others = i / BELIEVED, size_others = size / BELIEVED;
    if (!space->believed) {
        initial_points(random_key(seed, 0, INITIAL), space->p, size, i, 1, u);
    } else if (i % BELIEVED == BELIEVED - 1) { // now and then one from elsewhere: a prior may be wrong
        initial_points(random_key(seed, 1, INITIAL), space->p, size_others, n_others, 1, u);
    } else {
        initial_points(random_key(seed, 0, INITIAL), space->p, size - size_others, i - n_others, 1, u);
        space_believe(space, u);
    }
    bool allowed = space_allows(space, u);
    space_snap(space, u);
    if ((!allowed || !taken_free(taken, u)) && !replace(taken, seed, ordinal, u))
        design_random(taken, seed, ordinal, u);
}

void design_fill(const struct taken *taken, uint32_t seed, uint64_t ordinal, const double *known, size_t n_known, double *u)
{
    const struct space *space = taken->space;
    size_t p = space->p, n = FILL_CANDIDATES;
    double *points, *z = mem_calloc(space->d, sizeof *z), farthest = -1;
    struct random random = random_stream(seed, ordinal, SPREAD);
    if (space_count(space) <= TAKEN_ENUMERABLE) {
        n = taken_list_unseen(taken, &points);
    } else {
        points = mem_calloc(n * p, sizeof *points);
        candidate_points(random_key(seed, ordinal, FILL), p, n, points);
        for (size_t i = 0; i < n / 2; i++) // not every other one: they all lie in one half of the second coordinate
            space_believe(space, points + i * p); // not all: where a prior points to nothing may work
        space_spread(space, &random, points, n);
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

void design_anywhere(const struct space *space, uint32_t seed, uint64_t purpose, size_t n, double *u)
{
    struct random random = random_stream(seed, purpose, ANYWHERE); // of its own: that of the key repeats the uniform points
    candidate_points(random_key(seed, 0, purpose), space->p, n, u);
    space_spread(space, &random, u, n);
}

void design_random(const struct taken *taken, uint32_t seed, uint64_t ordinal, double *u)
{
    struct random random = random_stream(seed, ordinal, CHANCE);
    taken_draw_unseen(taken, &random, u);
}
