// Floor and trust box against the reference trace, what moves them and what does not, and relaxations in their places.
#include "optimizer/controller.h"

#include <math.h>

#include "reference.h"
#include "tests/tap.h"

enum { MANY = 64 };

// A history of one trial a letter: S, F answers of the model phase, s, f of the initial design; the first trial is a success
// supplied by the user.
static struct history history_of(const char *letters, struct trial trials[MANY])
{
    size_t n = strlen(letters) + 1;
    trials[0] = (struct trial){.phase = PHASE_NONE, .sequence = 1};
    for (size_t i = 1; i < n; i++) {
        char letter = letters[i - 1];
        trials[i] = (struct trial){.failed = letter == 'F' || letter == 'f',
                                   .phase = letter == 'S' || letter == 'F' ? PHASE_MODEL : PHASE_INITIAL,
                                   .sequence = 10 * i};
    }
    return (struct history){.trials = trials, .n_trials = n};
}

static void test_reference(void)
{
    struct trial trials[MANY];
    struct history history = history_of(reference_controller_sequence, trials);
    struct controller controller;
    for (size_t i = 0; i < 24; i++) {
        history.n_trials = i + 2;
        controller_replay(&controller, TOLERANCE_BOLD, 0, 0, &history);
        is_near(controller.floor, reference_controller[i][0], 1e-12, "floor");
        is_near(controller.box, reference_controller[i][1], 1e-12, "box");
        is_int(controller.failures, reference_controller[i][2], "failures counted");
        is_near(controller_box(0, 0, &history), controller.box, 0, "the box alone");
    }
}

static void test_what_counts(void)
{
    struct trial trials[MANY];
    struct history history = history_of("fffffsssss", trials);
    struct controller controller;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.floor, 0.6, 1e-12, "the initial design moves nothing");
    history = history_of("FFF", trials);
    trials[0].failed = true;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.floor, 0.6, 1e-12, "nor does anything before the first success");
    trials[0].failed = false;
    trials[2].phase = PHASE_FALLBACK;
    trials[3].phase = PHASE_FILL;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.floor, 0.95, 1e-12, "nor do other phases: one failure counts, to the maximum");
}

static void test_limits(void)
{
    static const double range[][4] = {{0.8, 0.7, 0.98, 0.025}, {0.6, 0.4, 0.95, 0.05}, {0.5, 0.2, 0.9, 0.05}};
    struct trial trials[MANY];
    for (enum tolerance t = TOLERANCE_CAUTIOUS; t <= TOLERANCE_BOLD; t++) {
        struct controller controller;
        struct history history = history_of("", trials);
        controller_replay(&controller, t, 0, 0, &history);
        is_near(controller.floor, range[t][0], 1e-12, "floor at the start");
        history = history_of("SSSSSSSSSSSSSSSSSSSS", trials);
        controller_replay(&controller, t, 0, 0, &history);
        is_near(controller.floor, range[t][1], 1e-12, "at least");
        ok(!controller_relax(&controller), "which is not relaxed further");
        history = history_of("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", trials);
        controller_replay(&controller, t, 0, 0, &history);
        is_near(controller.floor, range[t][2], 1e-12, "at most");
        is_near(controller.box, 0x1p-10, 0, "the smallest box");
        history = history_of("FFFFFFFFFFFFS", trials);
        controller_replay(&controller, t, 0, 0, &history);
        is_near(controller.floor, range[t][2] - range[t][3], 1e-12, "a success takes a step");
    }
}

static void test_inevitable(void)
{
    struct trial trials[MANY];
    struct history history = history_of("SSSSFFF", trials);
    struct controller controller;
    for (size_t i = 5; i < 8; i++)
        trials[i].inevitable = 1;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.floor, 0.4, 1e-12, "failures that nothing could have avoided do not raise the floor");
    is_int(controller.failures, 3, "but count for the box");
    trials[5].inevitable = 0.75;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.floor, 0.4 + 0.25 * 0.35, 1e-12, "one in part: a quarter counts");
}

static void test_crashes(void)
{
    struct trial trials[MANY];
    struct history history = history_of("SSSSFFFFF", trials);
    struct controller controller;
    for (size_t i = 5; i < 10; i++)
        trials[i].told = 0.5;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0.5, &history);
    double blame = 0.5 / 0.75, floor = 0.4 + 5 * blame * 0.35;
    is_near(controller.floor, fmin(floor, 0.95), 1e-12, "a failure counts as far as it was no crash");
    is_near(controller.failures, 5 * blame, 1e-12, "for the box too");
    is_near(controller.box, 1, 0, "which is not halved yet");
    is_near(controller_box(0, 0.5, &history), 1, 0, "for the models neither");
    is_near(controller_box(0, 0, &history), 0.5, 0, "where nothing crashes it is");
}

static void test_fillers(void)
{
    struct trial trials[MANY];
    struct history history = history_of("FSSSSSSSSS", trials);
    struct controller controller;
    for (size_t i = 2; i < 11; i++)
        trials[i].filler = true;
    for (size_t n = 3; n <= 8; n++) {
        history.n_trials = n;
        controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
        is_near(controller.box, pow(0.5, (double)(n - 2)), 0, "a filler halves the box");
        is_near(controller_box(0, 0, &history), controller.box, 0, "for the models too");
        is_near(controller.floor, 0.95, 1e-12, "and leaves the floor");
    }
    history.n_trials = 9;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.box, 1, 0, "a small box that holds nothing opens again");
}

static void test_relaxations(void)
{
    struct trial trials[MANY];
    struct history history = history_of("SFF", trials); // sequences 1, 10, 20, 30; a failure adds 0.15
    const struct relaxation relaxations[] = {{10, 2}, {20, 1}, {30, 1}};
    struct controller controller;
    history.relaxations = relaxations;
    history.n_relaxations = 1;
    controller_replay(&controller, TOLERANCE_BOLD, 0, 0, &history);
    is_near(controller.floor, 0.5 - 0.05 + 0.3, 1e-12, "taken back by the failure of trial 20");
    history.n_relaxations = 3;
    controller_replay(&controller, TOLERANCE_BOLD, 0, 0, &history);
    is_near(controller.floor, 0.5 - 0.05 + 0.3 - 0.05, 1e-12, "each in its place; the newest stays until something comes of it");
    const struct relaxation deep[] = {{10, 1000000000000}};
    history.relaxations = deep;
    history.n_relaxations = 1;
    controller_replay(&controller, TOLERANCE_BOLD, 0, 0, &history);
    is_near(controller.floor, 0.75, 1e-12, "all that was lowered");
    history.n_trials = 2;
    controller_replay(&controller, TOLERANCE_BOLD, 0, 0, &history);
    is_near(controller.floor, 0.2, 1e-12, "not below the minimum");
    is_near(controller_box(0, 0, &history), 1, 0, "the box knows nothing of them");
}

static void test_relaxations_kept(void)
{
    struct trial trials[MANY];
    struct history history = history_of("SSS", trials);
    const struct relaxation relaxations[] = {{10, 3}, {20, 1}};
    struct controller controller;
    history.relaxations = relaxations;
    history.n_relaxations = 2;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.floor, 0.4, 1e-12, "what has worked stays, down to the minimum");
    trials[2].filler = trials[3].filler = true;
    history.n_trials = 3;
    history.n_relaxations = 1;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.floor, 0.55 - 0.05, 1e-12, "of three steps to a filler one stays");
    history.n_trials = 4;
    history.n_relaxations = 2;
    controller_replay(&controller, TOLERANCE_BALANCED, 0, 0, &history);
    is_near(controller.floor, 0.5 - 0.05, 1e-12, "a single one stays");
}

// In a space without continuous parameters the box reaches the next levels.
static void test_least_box(void)
{
    struct param params[] = {{.kind = PARAM_INT, .lo = 1, .hi = 8}, {.kind = PARAM_INT, .lo = 1, .hi = 64},
                             {.kind = PARAM_CATEGORICAL, .n_levels = 5}};
    struct problem problem = {.n_params = 3, .params = params, .n_metrics = 1, .metrics = &(struct metric){.maximize = false}};
    struct space space;
    space_init(&space, &problem);
    is_near(controller_least_box(&space), 2.0 / 7, 1e-15, "of the coarsest number");
    space_clear(&space);
    params[1] = (struct param){.kind = PARAM_DOUBLE, .lo = 0, .hi = 1};
    space_init(&space, &problem);
    is_near(controller_least_box(&space), 0, 0, "none where a parameter is continuous");
    space_clear(&space);
    problem.params = params + 2;
    problem.n_params = 1;
    space_init(&space, &problem);
    is_near(controller_least_box(&space), 1, 0, "all of a space of categories");
    space_clear(&space);

    struct trial trials[MANY];
    struct history history = history_of("FFFFFFFFFFFFFFFFFFFFFFFFFFFF", trials);
    struct controller controller;
    controller_replay(&controller, TOLERANCE_BALANCED, 0.3, 0, &history);
    is_near(controller.box, 0.3, 0, "failures shrink it no further");
    is_near(controller_box(0.3, 0, &history), 0.3, 0, "for the models neither");
    trials[28].filler = true;
    trials[28].failed = false;
    controller_replay(&controller, TOLERANCE_BALANCED, 0.3, 0, &history);
    is_near(controller.box, 1, 0, "there a filler opens it again");
}

int main(void)
{
    TAP_RUN(test_reference);
    TAP_RUN(test_what_counts);
    TAP_RUN(test_limits);
    TAP_RUN(test_inevitable);
    TAP_RUN(test_crashes);
    TAP_RUN(test_fillers);
    TAP_RUN(test_relaxations);
    TAP_RUN(test_relaxations_kept);
    TAP_RUN(test_least_box);
    return tap_done();
}
