#include "optimizer/enumeration.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

// Begins with the levels of the parameter at this depth, those before it being chosen.
static void enter(struct enumeration *enumeration, size_t depth)
{
    const struct space *space = enumeration->space;
    struct branch *branch = &enumeration->branches[depth];
    *branch = (struct branch){0};
    space_levels(space, enumeration->u, depth, &branch->low, &branch->size);
    if (enumeration->random != NULL && branch->size > 1)
        branch->start = random_below(enumeration->random, branch->size);
    enumeration->depth = depth;
}

void enumeration_init(struct enumeration *enumeration, const struct space *space, struct random *random)
{
    assert(space_is_finite(space));
    *enumeration = (struct enumeration){.space = space, .random = random};
    enumeration->u = mem_calloc(space->p, sizeof *enumeration->u);
    enumeration->branches = mem_calloc(space->p, sizeof *enumeration->branches);
    enter(enumeration, 0);
}

void enumeration_clear(struct enumeration *enumeration)
{
    if (enumeration == NULL)
        return;
    free(enumeration->u);
    free(enumeration->branches);
    *enumeration = (struct enumeration){0};
}

bool enumeration_next(struct enumeration *enumeration, double *u)
{
    const struct space *space = enumeration->space;
    while (!enumeration->ended) {
        struct branch *branch = &enumeration->branches[enumeration->depth];
        if (branch->tried == branch->size) {
            enumeration->ended = enumeration->depth == 0;
            enumeration->depth -= !enumeration->ended;
            continue;
        }
        // start < size and tried < size: the remainder without an overflow of the sum
        uint64_t offset = branch->start < branch->size - branch->tried ? branch->start + branch->tried
                                                                       : branch->start - (branch->size - branch->tried);
        size_t axis = space->order[enumeration->depth];
        enumeration->u[axis] = axis_unit(&space->axes[axis], branch->low + offset);
        branch->tried++;
        enumeration->steps++;
        if (enumeration->depth + 1 == space->p) {
            memcpy(u, enumeration->u, space->p * sizeof *u);
            return true;
        }
        enter(enumeration, enumeration->depth + 1);
    }
    return false;
}
