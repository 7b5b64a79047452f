// Regions: parts of the space around the solutions that there are, when several are wanted (num_solutions > 1).
//
// A success is a *summit* when no better one is near: within 0.2 of the cube's diagonal. The best num_solutions summits are centres,
// and every point belongs to the nearest of them. Suggestions of the model phase take turns, two at a time: everywhere, then in each
// region for something better than the best of that region, and so on; a turn whose region does not exist searches everywhere. A
// region is crowded when it has more than its share of the points that solutions are chosen from (solutions.h): more of them would
// only push the other regions' points out. It is closed then, and its own turn goes to the region with the fewest. Own design after
// the graph of A. Törn, S. Viitanen, "Topographical global optimization", 1992, and the niches of evolutionary search.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/evidence.h"
#include "optimizer/space.h"

struct regions {
    const struct space *space;
    size_t n;        // 0: the whole space
    bool *open;      // [n] whether it has the turn; some have
    double *centres; // [n x p] unit coordinates, the best first
};

// order [n_order]: the successes that count, from the best on, as evidence_rank gives them. n_model suggestions of the model phase
// were made.
void regions_init(struct regions *regions, const struct space *space, const struct evidence *evidence, const size_t *order,
                  size_t n_order, size_t n_solutions, size_t n_model);
void regions_clear(struct regions *regions);

// True when u [p] belongs to an open region, or there are no regions.
bool regions_hold(const struct regions *regions, const double *u);
