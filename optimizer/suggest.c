#include "optimizer/suggest.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/acquisition.h"
#include "optimizer/controller.h"
#include "optimizer/crashes.h"
#include "optimizer/design.h"
#include "optimizer/fallback.h"
#include "optimizer/goal.h"
#include "optimizer/search.h"
#include "optimizer/surrogate.h"
#include "optimizer/taken.h"

static const double NEAR_SHARE = 0.16; // of the trials, that may be hardly more than repetitions
static const double FLOOR_SHARE = 0.9; // of the probability of the safest candidate: the floor asks for no more
static const double ELSEWHERE_SHARE = 0.5; // of the least floor: other categories need no more when there is nothing to lose
static const double SMALL_GAIN = 0.1; // of the standardised value: while no more is expected, other categories get every fourth suggestion
enum { ELSEWHERE_EVERY = 4 };
static const double HOPE = 0.1; // probability to satisfy the constraint metrics: while nothing has and no more is known, every second one
static const double CLOSE_BOX = 0.25; // where every second suggestion is looked for while CROWD are open
enum { CROWD = 3 };
enum { NEWEST_OPEN = 64 }; // open suggestions that the believer and the distance term know of; a client may have left
static const uint64_t CANDIDATES = 0x63616e64, MOVES = 0x6d6f7665, TASK = 0x7461736b, VOLUME = 0x766f6c75; // of random streams

// What every phase needs.
struct setting {
    const struct space *space;
    const struct evidence *evidence;
    const struct history *history;
    struct taken taken;
    double *open_z; // [n_open x d] kernel columns of the newest open suggestions
    size_t n_open;
    struct controller controller;
};

static void setting_init(struct setting *setting, const struct space *space, const struct evidence *evidence,
                         const struct history *history, enum tolerance tolerance)
{
    *setting = (struct setting){.space = space, .evidence = evidence, .history = history};
    double crashes = crashes_rate(history, space->fidelity.full);
    controller_replay(&setting->controller, tolerance, controller_least_box(space), crashes, history);
    taken_init(&setting->taken, space, evidence, history, setting->controller.box);
    size_t n = history->n_pending, first = n > NEWEST_OPEN ? n - NEWEST_OPEN : 0;
    setting->open_z = mem_calloc((n - first) * space->d, sizeof *setting->open_z);
    for (size_t i = first; i < n; i++) {
        double *z = setting->open_z + setting->n_open * space->d;
        setting->n_open += space_locate(space, history->pending[i], NULL, z) != PLACE_OUTSIDE;
        space_set_task(space, history->pending_tasks != NULL ? history->pending_tasks[i] : space->fidelity.full, z);
    }
}

static void setting_clear(struct setting *setting)
{
    taken_clear(&setting->taken);
    free(setting->open_z);
}

// Kernel columns of everything tried and of the newest open suggestions, as if all were full; the caller frees them.
static double *known_points(const struct setting *setting, size_t *n)
{
    size_t d = setting->space->d;
    *n = setting->evidence->n + setting->n_open;
    double *known = mem_calloc(*n * d + 1, sizeof *known);
    if (setting->evidence->n > 0)
        memcpy(known, setting->evidence->z, setting->evidence->n * d * sizeof *known);
    if (setting->n_open > 0)
        memcpy(known + setting->evidence->n * d, setting->open_z, setting->n_open * d * sizeof *known);
    for (size_t i = 0; i < *n; i++)
        space_set_task(setting->space, setting->space->fidelity.full, known + i * d);
    return known;
}

// The answer for u. Controllers are those after it.
static void answer(const struct setting *setting, enum phase phase, size_t task, const double *u, struct suggestion *out)
{
    double *x = out->x, *mean = out->mean, *stddev = out->stddev;
    *out = (struct suggestion){.x = x,
                               .phase = phase,
                               .task = task,
                               .exploring = true,
                               .floor = setting->controller.floor,
                               .box = setting->controller.box,
                               .probability_of_feasibility = NAN,
                               .probability_of_constraints = NAN,
                               .expected_improvement = NAN,
                               .mean = mean,
                               .stddev = stddev};
    surrogate_forget(setting->evidence->n_metrics, mean, stddev);
    space_natural(setting->space, u, x);
}

static enum phase choose_phase(const struct setting *setting, bool random)
{
    size_t supplied = 0;
    for (size_t i = 0; i < setting->history->n_trials; i++)
        supplied += setting->history->trials[i].phase == PHASE_NONE;
    if (random)
        return PHASE_RANDOM;
    if (setting->history->n_initial + supplied < design_initial_size(setting->space->p))
        return PHASE_INITIAL;
    return setting->evidence->n_success > 0 ? PHASE_MODEL : PHASE_FILL;
}

// The task of a point that no model chooses.
static size_t task_without_model(const struct setting *setting, enum phase phase)
{
    const struct fidelity *fidelity = &setting->space->fidelity;
    if (phase != PHASE_RANDOM)
        return fidelity->cost[fidelity->cheapest] > fidelity_allowance(fidelity, setting->history) ? fidelity->full : fidelity->cheapest;
    struct random random = random_stream(setting->history->seed, setting->history->ordinal, TASK);
    return (size_t)random_below(&random, fidelity->n);
}

// A point of a phase without models.
static void without_model(const struct setting *setting, enum phase phase, double *u)
{
    const struct history *history = setting->history;
    size_t n;
    double *known;
    switch (phase) {
    case PHASE_INITIAL:
        design_initial(&setting->taken, history->seed, history->n_initial, history->ordinal, u);
        return;
    case PHASE_FILL:
        known = known_points(setting, &n);
        design_fill(&setting->taken, history->seed, history->ordinal, known, n, u);
        free(known);
        return;
    case PHASE_NONE:
    case PHASE_MODEL:
    case PHASE_RANDOM:
    case PHASE_FALLBACK:
    default:
        design_random(&setting->taken, history->seed, history->ordinal, u);
    }
}

// ------------------------------------------------------------------ model phase

// What the search has found.
struct found {
    double *u;
    struct score score;
    size_t relaxations;
    bool filler, exploring;
};

// The best candidate. While it is only a filler, the floor is lowered a little.
static enum err_code find_best(struct search *search, struct setting *setting, struct found *found, struct err *err)
{
    enum err_code code = search_begin(search, err);
    double highest = FLOOR_SHARE * exp(search_safest(search));
    while (code == ERR_NONE) {
        double floor = fmin(setting->controller.floor, highest);
        code = search_improve(search, floor, err);
        if (code != ERR_NONE)
            break;
        search_choose(search, floor, found->u, &found->score);
        found->filler = acquisition_is_filler(search->acquisition, &found->score);
        if (!found->filler || search->acquisition->feasibility == NULL || found->relaxations == CONTROLLER_RELAXATIONS ||
            !controller_relax(&setting->controller))
            break;
        found->relaxations++;
    }
    return code;
}

// Whether other categories are due: the last digits of this one are not worth every evaluation. (Not for who is cautious, as they fail more
// often. One value and one region: the gain of a front is in other units, and regions take turns themselves.)
static bool is_due(const struct acquisition *acquisition, const struct setting *setting, const struct score *score)
{
    return setting->history->ordinal % ELSEWHERE_EVERY == 0 && setting->controller.tolerance != TOLERANCE_CAUTIOUS &&
           acquisition->aim == AIM_VALUE && acquisition->regions == NULL && acquisition->objectives[0].gp != NULL &&
           score->merit < log(SMALL_GAIN);
}

// Nothing satisfies the constraint metrics yet, and the models know of no place that might. They may be sure for want of data in other
// categories: every second time these are looked at.
static bool is_hopeless(const struct acquisition *acquisition, const struct setting *setting, const struct score *score)
{
    return acquisition->aim == AIM_SATISFYING && score->log_constraints < log(HOPE) && setting->history->ordinal % 2 == 1;
}

// An evaluation that promises nothing, or another repetition when there were enough, is better spent on learning: in other
// categories, but not straight after a failure, which leaves every second one at most to their risk.
static void explore_instead(struct search *search, const struct setting *setting, struct found *found)
{
    bool repeats = taken_near(search->taken, found->u) && taken_near_share(search->taken) >= NEAR_SHARE;
    bool idle = found->filler || repeats;
    if (!idle && !is_due(search->acquisition, setting, &found->score) && !is_hopeless(search->acquisition, setting, &found->score))
        return;
    size_t n_known, n_trials = setting->history->n_trials;
    double *known = known_points(setting, &n_known), likely = ELSEWHERE_SHARE * controller_least_floor(&setting->controller);
    bool failed = setting->history->trials[n_trials - 1].failed;
    found->exploring = (!failed && search_elsewhere(search, likely, known, n_known, found->u, &found->score)) ||
                       (idle && search_explore(search, known, n_known, found->u, &found->score));
    free(known);
}

// The share of the point's risk that no candidate is without.
static double inevitable(const struct search *search, const struct score *score)
{
    double risk = -expm1(score->log_pof), least = -expm1(search_safest(search));
    return risk > least ? least / risk : risk > 0;
}

// Runs the search. The chosen point is u.
static enum err_code run_search(struct search *search, struct setting *setting, double *u, struct suggestion *out, struct err *err)
{
    struct found found = {.u = u};
    enum err_code code = find_best(search, setting, &found, err);
    if (code != ERR_NONE)
        return code;
    explore_instead(search, setting, &found);
    answer(setting, PHASE_MODEL, setting->space->fidelity.full, u, out);
    out->relaxations = found.relaxations;
    out->filler = found.filler;
    out->exploring = found.exploring || acquisition_is_blind(search->acquisition);
    out->inevitable = inevitable(search, &found.score);
    return ERR_NONE;
}

// The task to evaluate u in: the one whose outcome is correlated best with the full value there, per cost. After D. Huang,
// T. Allen, W. Notz, R. Miller, "Sequential kriging optimization using multiple-fidelity evaluations", Structural and
// Multidisciplinary Optimization 32, 2006, equation 14, at a point chosen before; and a cheap evaluation that is likelier to fail
// than the full one tells as much less. While there is no model to ask, the cheapest.
static size_t choose_task(const struct setting *setting, struct gp *objective, struct feasibility *feasibility, const double *u)
{
    const struct space *space = setting->space;
    const struct fidelity *fidelity = &space->fidelity;
    struct taken taken = setting->taken;
    size_t chosen = fidelity->full;
    double allowance = fidelity_allowance(fidelity, setting->history), most = 1;
    double *full = mem_calloc(2 * space->d, sizeof *full), *z = full + space->d;
    space_encode(space, u, full);
    memcpy(z, full, space->d * sizeof *z);
    for (taken.task = 0; taken.task < fidelity->n; taken.task++) {
        double cost = fidelity->cost[taken.task], log_pof[2] = {0};
        if (taken.task == fidelity->full || cost > allowance || taken_seen(&taken, u))
            continue;
        space_set_task(space, taken.task, z);
        double told = objective != NULL ? gp_correlation(objective, z, full) : 1;
        if (feasibility != NULL) {
            feasibility_log_pof(feasibility, z, 1, &log_pof[0], NULL);
            feasibility_log_pof(feasibility, full, 1, &log_pof[1], NULL);
        }
        told *= exp(fmin(log_pof[0] - log_pof[1], 0));
        if (told / cost > most) {
            most = told / cost;
            chosen = taken.task;
        }
    }
    free(full);
    return chosen;
}

// Fills in what the models predict at the chosen point.
static void describe(const struct goal *goal, const double *u, struct suggestion *out)
{
    const struct surrogate *surrogate = goal->surrogate;
    struct prediction prediction = {.mean = out->mean, .stddev = out->stddev};
    double *z = mem_calloc(surrogate->space.d, sizeof *z);
    space_encode(&surrogate->space, u, z);
    surrogate_describe(surrogate, &goal->plain, goal->calibration, z, 1, &prediction);
    if (goal->feasibility != NULL)
        out->probability_of_feasibility = prediction.probability_of_feasibility;
    out->probability_of_constraints = prediction.probability_of_constraints;
    out->expected_improvement = goal_improvement(goal, z);
    free(z);
}

// With many suggestions open, what improvement there is to expect beside them is far from the best point, and last digits are nobody's
// work. So every second one is looked for closer by. (Not where regions or a front spread the suggestions.)
static double box_of(const struct setting *setting, const struct acquisition *acquisition)
{
    const struct controller *controller = &setting->controller;
    bool alone = acquisition->aim != AIM_VALUE || acquisition->regions != NULL || acquisition->n_open < CROWD;
    if (alone || setting->history->ordinal % 2 == 0)
        return controller->box;
    return fmin(controller->box, fmax(CLOSE_BOX, controller->least_box));
}

static enum err_code from_models(struct surrogate *surrogate, struct setting *setting, const struct stopper *stopper, double *u,
                                 struct suggestion *out, struct err *err)
{
    size_t p = surrogate->space.p, n_known = 0;
    const struct history *history = setting->history;
    const struct taken *taken = &setting->taken;
    double *tops = mem_calloc(SEARCH_TOPS * p, sizeof *tops), *known = NULL;
    size_t n_open = taken->n_open < NEWEST_OPEN ? taken->n_open : NEWEST_OPEN;
    struct acquisition acquisition = {.space = &surrogate->space,
                                      .success = ACQUISITION_SUCCESS,
                                      .box = setting->controller.box,
                                      .open = taken->open + (taken->n_open - n_open) * p,
                                      .n_open = n_open,
                                      .belief = BELIEF_STRENGTH / (1 + (double)history->n_model)};
    struct goal goal;
    enum err_code code = goal_init(&goal, surrogate, history->n_model, setting->open_z, setting->n_open,
                                   random_key(history->seed, history->ordinal, VOLUME), stopper, &acquisition, err);
    if (code == ERR_NONE) {
        acquisition.box = box_of(setting, &acquisition);
        struct search search = {.acquisition = &acquisition,
                                .taken = taken,
                                .stopper = stopper,
                                .tops = tops,
                                .n_tops = goal_tops(&goal, SEARCH_TOPS, tops),
                                .random = random_stream(history->seed, history->ordinal, MOVES),
                                .key = random_key(history->seed, history->ordinal, CANDIDATES)};
        if (acquisition.aim == AIM_VALUE && acquisition.objectives[0].gp == NULL && acquisition.feasibility == NULL)
            acquisition.known = known = known_points(setting, &n_known);
        acquisition.n_known = n_known;
        code = run_search(&search, setting, u, out, err);
        search_clear(&search);
        out->task = code == ERR_NONE ? choose_task(setting, acquisition.objectives[0].gp, acquisition.feasibility, u) : 0;
    }
    if (code == ERR_NONE)
        describe(&goal, u, out);
    goal_clear(&goal);
    free(known);
    free(tops);
    return code;
}

enum err_code suggest(struct surrogate *surrogate, const struct history *history, const struct stopper *stopper,
                      struct suggestion *out, struct err *err)
{
    struct setting setting;
    assert(history->n_trials == surrogate->evidence.n_trials);
    setting_init(&setting, &surrogate->space, &surrogate->evidence, history, surrogate->tolerance);
    enum phase phase = choose_phase(&setting, surrogate->random);
    double *u = mem_calloc(surrogate->space.p, sizeof *u);
    enum err_code code = ERR_NONE;
    if (phase == PHASE_MODEL) {
        code = from_models(surrogate, &setting, stopper, u, out, err);
    } else {
        setting.taken.task = task_without_model(&setting, phase);
        without_model(&setting, phase, u);
        answer(&setting, phase, setting.taken.task, u, out);
    }
    free(u);
    setting_clear(&setting);
    return code;
}

void suggest_fallback(const struct problem *problem, const struct history *history, struct suggestion *out)
{
    struct space space;
    struct evidence evidence;
    struct setting setting;
    size_t n_known;
    space_init(&space, problem);
    space_share(&space, history);
    evidence_init(&evidence, &space, problem, history);
    setting_init(&setting, &space, &evidence, history, problem->tolerance);
    double *u = mem_calloc(space.p, sizeof *u), *known = known_points(&setting, &n_known);
    if (problem->random)
        design_random(&setting.taken, history->seed, history->ordinal, u);
    else
        fallback_choose(&setting.taken, setting.controller.box, history->seed, history->ordinal, known, n_known, u);
    answer(&setting, PHASE_FALLBACK, space.fidelity.full, u, out);
    free(known);
    free(u);
    setting_clear(&setting);
    evidence_clear(&evidence);
    space_clear(&space);
}
