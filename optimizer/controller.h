// Controller: how much risk of failure a suggestion may take, learnt from how the earlier ones turned out.
//
// Two numbers. The *floor*: suggestions should succeed with at least this probability; a failure raises it, a success lowers it by
// a third of that, so that in equilibrium about one evaluation in four fails. The *box*: side of the part of the unit cube,
// centred on the incumbent, that is searched; it halves after five failures (then after every two more) and doubles at a success.
// Both move only for trials that answer a suggestion of the model phase, and only once something has succeeded before.
//
// A suggestion may also lower the floor without an evaluation ("relaxation"), see suggest.c; those are replayed from the record.
// Own design; the constants were chosen by ablation on 18 problems (docs/algorithms/suggest.md).
#pragma once

#include <stddef.h>

#include "optimizer/problem.h"

struct controller {
    enum tolerance tolerance;
    double floor;
    double box;
    size_t failures; // counted towards the next halving of the box
};

// The state after all trials and relaxations of a history: those of sequence s come after trial s and before the next one.
void controller_replay(struct controller *controller, enum tolerance tolerance, const struct history *history);

// The box alone, which depends on trials only.
double controller_box(const struct history *history);

// Lowers the floor by one step. False when it was at its minimum already.
bool controller_relax(struct controller *controller);
