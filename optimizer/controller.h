// Controller: how much risk of failure a suggestion may take, learnt from how the earlier ones turned out.
//
// Two numbers. The *floor*: suggestions should succeed with at least this probability; a failure raises it, a success lowers it.
// A failure counts by the share of its risk that could have been avoided: where evaluations fail whatever the point, the floor
// must not climb for it. The *box*: side of the part of the unit cube, centred on the incumbent, that is searched; it halves after
// five failures (then after every two more) and doubles at a success. A filler is no test of the risk: it halves the box, so that
// the next search looks closer around the incumbent, and a box that has become small opens again.
// Both move only for trials that answer a suggestion of the model phase, and only once something has succeeded before.
//
// A suggestion may also lower the floor without an evaluation ("relaxation"), see suggest.c; those are replayed from the record. When
// the next observation fails or is of a filler, they have been in vain: the floor comes back (after a filler but for one step).
// Own design; the constants were chosen by ablation on 18 problems (docs/algorithms/suggest.md).
#pragma once

#include <stddef.h>

#include "optimizer/problem.h"
#include "optimizer/space.h"

struct controller {
    enum tolerance tolerance;
    double floor;
    double relaxed; // by how much relaxations have lowered it since the newest observation that moved it
    double box, least_box;
    double failures; // counted towards the next halving of the box
};

// The side of the smallest box that makes sense. In a space without continuous parameters one that reaches the next level of each
// numeric parameter: inside a smaller one nothing is left, and models that believed in such small structure would learn nothing.
double controller_least_box(const struct space *space);

// The state after all trials and relaxations of a history: those of sequence s come after trial s and before the next one. The box
// does not become smaller than least_box (controller_least_box). crashes: the share of evaluations that fail whatever the point
// (crashes.h); a failure counts as far as it was none of these.
void controller_replay(struct controller *controller, enum tolerance tolerance, double least_box, double crashes,
                       const struct history *history);

// The box alone, which depends on trials only.
double controller_box(double least_box, double crashes, const struct history *history);

// What the floor never falls below.
double controller_least_floor(const struct controller *controller);

// Steps that one suggestion may take.
#define CONTROLLER_RELAXATIONS 4

// Lowers the floor by one step. False when it was at its minimum already.
bool controller_relax(struct controller *controller);
