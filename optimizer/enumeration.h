// Enumeration: the distinct points of a finite space, one after the other, each once: inactive coordinates take one value.
//
// A tree is walked depth first: conditionals before what depends on them, otherwise the parameters in their order; the last moves
// fastest. An enumeration borrows the space and owns the rest; one thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optimizer/random.h"
#include "optimizer/space.h"

// The levels of one parameter, given those before it: low .. low + size - 1, walked from low + start on and around.
struct branch {
    uint64_t low, size, start, tried;
};

struct enumeration {
    const struct space *space;
    struct random *random;
    double *u;               // [p] the point so far
    struct branch *branches; // [p] in the order of the space
    size_t depth;            // of the branch that moves next
    bool ended;
    uint64_t steps; // so far, for those who want to give up
};

// The parameters' levels are walked up from random ones, or (NULL) from the first: points are then in ascending order.
void enumeration_init(struct enumeration *enumeration, const struct space *space, struct random *random);
void enumeration_clear(struct enumeration *enumeration);

// Writes the next point u [p], snapped. False: there are no more.
bool enumeration_next(struct enumeration *enumeration, double *u);
