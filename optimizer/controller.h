// Controller: how much risk of failure a suggestion may take, learnt from how the earlier ones turned out.
//
// Two numbers. The *floor*: suggestions should succeed with at least this probability; a failure raises it, a success lowers it.
// A failure counts by the share of its risk that could have been avoided: where evaluations fail whatever the point, the floor
// must not climb for it. The *box*: side of the part of the unit cube, centred on the incumbent, that is searched; it halves after
// five failures (then after every two more) and doubles at a success. A filler is no test of the risk: it halves the box, so that
// the next search looks closer around the incumbent, and a box that has become small opens again.
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

// Steps that one suggestion may take.
#define CONTROLLER_RELAXATIONS 4

// Lowers the floor by one step. False when it was at its minimum already.
bool controller_relax(struct controller *controller);
