#include "optimizer/controller.h"

#include <assert.h>
#include <math.h>

#include "optimizer/crashes.h"

static const double RELAX_STEP = 0.05;
static const double FLOOR_SLACK = 1e-9; // closer to the minimum than this is at the minimum
static const double BOX_SHRINK = 0.5, BOX_GROW = 2, BOX_MIN = 0x1p-10;
static const double BOX_SEARCHED = 0.02; // a filler in a box of this side: there is nothing here, look everywhere again
enum { BOX_FAILURES = 5, BOX_AGAIN = 2 }; // failures to the first halving, and to each further one

// Floor: at the start, at least, at most, what a failure adds and a success takes. Indexed by enum tolerance.
static const struct floor_range {
    double start, min, max, up, down;
} FLOORS[] = {
    [TOLERANCE_CAUTIOUS] = {0.8, 0.7, 0.98, 0.35, 0.025},
    [TOLERANCE_BALANCED] = {0.6, 0.4, 0.95, 0.35, 0.05},
    [TOLERANCE_BOLD] = {0.5, 0.2, 0.9, 0.15, 0.05},
};

double controller_least_box(const struct space *space)
{
    double least = 0;
    for (size_t i = 0; i < space->p; i++) {
        const struct axis *axis = &space->axes[i];
        if (axis->levels == 0)
            return 0;
        if (axis->kind != PARAM_CATEGORICAL && axis->levels > 1)
            least = fmax(least, fmin(2 / ((double)axis->levels - 1), 1));
    }
    return least > 0 ? least : 1;
}

// A floor that was lowered in vain comes back; a filler that worked keeps one step of it, as any success.
static void take_back(struct controller *controller, const struct trial *trial)
{
    if (trial->failed)
        controller->floor += controller->relaxed;
    else if (trial->filler)
        controller->floor += fmax(controller->relaxed - FLOORS[controller->tolerance].down, 0);
    controller->relaxed = 0;
}

// crashes: their rate. A failure counts as far as it was none of them.
static void learn(struct controller *controller, const struct trial *trial, double crashes)
{
    const struct floor_range *range = &FLOORS[controller->tolerance];
    take_back(controller, trial);
    if (trial->filler) {
        double searched = fmax(BOX_SEARCHED, controller->least_box);
        controller->box = controller->box > searched ? fmax(controller->box * BOX_SHRINK, controller->least_box) : 1;
    } else if (trial->failed) {
        double blame = crashes > 0 ? crashes_blame(trial->told, crashes) : 1;
        controller->floor = fmin(controller->floor + blame * (1 - trial->inevitable) * range->up, range->max);
        controller->failures += blame;
        if (controller->failures >= BOX_FAILURES) {
            controller->box = fmax(controller->box * BOX_SHRINK, fmax(BOX_MIN, controller->least_box));
            controller->failures -= BOX_AGAIN;
        }
    } else {
        controller->floor = fmax(controller->floor - range->down, range->min);
        controller->box = fmin(controller->box * BOX_GROW, 1);
        controller->failures = 0;
    }
}

double controller_least_floor(const struct controller *controller)
{
    return FLOORS[controller->tolerance].min;
}

bool controller_relax(struct controller *controller)
{
    double min = FLOORS[controller->tolerance].min;
    if (controller->floor <= min + FLOOR_SLACK)
        return false;
    double lower = fmax(controller->floor - RELAX_STEP, min);
    controller->relaxed += controller->floor - lower;
    controller->floor = lower;
    return true;
}

// One entry of the record; steps beyond the minimum change nothing.
static void relax(struct controller *controller, size_t steps)
{
    while (steps > 0 && controller_relax(controller))
        steps--;
}

void controller_replay(struct controller *controller, enum tolerance tolerance, double least_box, double crashes,
                       const struct history *history)
{
    assert((size_t)tolerance < sizeof FLOORS / sizeof *FLOORS);
    *controller =
        (struct controller){.tolerance = tolerance, .least_box = least_box, .floor = FLOORS[tolerance].start, .box = 1};
    bool had_success = false;
    size_t r = 0;
    for (size_t i = 0; i < history->n_trials; i++) {
        const struct trial *trial = &history->trials[i];
        for (; r < history->n_relaxations && history->relaxations[r].sequence < trial->sequence; r++)
            relax(controller, history->relaxations[r].steps);
        if (had_success && trial->phase == PHASE_MODEL)
            learn(controller, trial, crashes);
        had_success = had_success || !trial->failed;
    }
    for (; r < history->n_relaxations; r++)
        relax(controller, history->relaxations[r].steps);
}

double controller_box(double least_box, double crashes, const struct history *history)
{
    struct history trials = *history;
    trials.n_relaxations = 0;
    struct controller controller;
    controller_replay(&controller, TOLERANCE_BALANCED, least_box, crashes, &trials);
    return controller.box;
}
