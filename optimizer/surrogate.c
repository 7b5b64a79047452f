#include "optimizer/surrogate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/cells.h"
#include "optimizer/controller.h"
#include "optimizer/crashes.h"
#include "optimizer/importance.h"
#include "optimizer/minimize.h"
#include "optimizer/special.h"
#include "optimizer/subset.h"

// When a model is fitted again, and how much work that may be.
enum {
    REFIT_ALWAYS = 100, // up to here (and 20 trials on) a new trial refits
    REFIT_SLOWDOWN = 20,
    BOUNDED_ABOVE = 200, // points above which a fit may take only so many evaluations of its likelihood
    REFIT_EVALUATIONS = 10,
    FIRST_EVALUATIONS = 60,
    SUBSET_BEST = 50, // of the part of the successes that hyperparameters are fitted on
};
static const double NOISY = 1e-3;       // fitted noise variance above which values are not taken at face value
static const double WIDENING_VALUES = 12, WIDENING_MAX = 8;
static const double TASK_OFFSET = 0.1;  // variance of the constant that each task's standardised values differ by
static const uint64_t DRAW_FIT = 0x66697400, DRAW_POINTS = 0x706f6900; // purposes of random streams
static const uint64_t DRAW_TOLD_FIT = 0x746f6600, DRAW_TOLD_POINTS = 0x746f7000;

// ------------------------------------------------------------------ life

static void slot_init(struct slot *slot, const struct hyperparameters *given, size_t size)
{
    slot->given = mem_calloc(size, sizeof *slot->given);
    slot->fitted = mem_calloc(size, sizeof *slot->fitted);
    if (given == NULL || given->theta == NULL || given->n_theta != size)
        return;
    for (size_t i = 0; i < size; i++)
        if (!isfinite(given->theta[i]))
            return;
    memcpy(slot->given, given->theta, size * sizeof *slot->given);
    slot->given_size = size;
    slot->given_n_fit = given->n_fit;
}

struct surrogate *surrogate_create(const struct problem *problem, const struct history *history,
                                   const struct hyperparameters given[MODEL_COUNT])
{
    struct surrogate *surrogate = mem_calloc(1, sizeof *surrogate);
    space_init(&surrogate->space, problem);
    space_share(&surrogate->space, history);
    evidence_init(&surrogate->evidence, &surrogate->space, problem, history);
    surrogate->tolerance = problem->tolerance;
    surrogate->random = problem->random;
    surrogate->n_solutions = problem->n_solutions;
    surrogate->seed = history->seed;
    surrogate->crashes = crashes_rate(history, surrogate->space.fidelity.full);
    surrogate->box = controller_box(controller_least_box(&surrogate->space), surrogate->crashes, history);
    for (size_t m = 0; m < MODEL_COUNT; m++)
        slot_init(&surrogate->slots[m], given != NULL ? &given[m] : NULL, HYPERPRIOR_SIZE(surrogate->space.n_groups));
    return surrogate;
}

void surrogate_destroy(struct surrogate *surrogate)
{
    if (surrogate == NULL)
        return;
    for (size_t m = 0; m < MODEL_COUNT; m++) {
        free(surrogate->slots[m].given);
        free(surrogate->slots[m].fitted);
    }
    for (size_t m = 0; m < MODEL_COUNT; m++)
        gp_destroy(surrogate->objectives[m].gp);
    feasibility_destroy(surrogate->feasibility);
    calibration_destroy(surrogate->calibration);
    calibration_destroy(surrogate->caution);
    evidence_clear(&surrogate->evidence);
    space_clear(&surrogate->space);
    free(surrogate);
}

struct hyperparameters surrogate_hyperparameters(const struct surrogate *surrogate, enum model model)
{
    const struct slot *slot = &surrogate->slots[model];
    if (slot->adopted)
        return (struct hyperparameters){slot->fitted, HYPERPRIOR_SIZE(surrogate->space.n_groups), slot->fitted_n_fit};
    return (struct hyperparameters){slot->given_size > 0 ? slot->given : NULL, slot->given_size, slot->given_n_fit};
}

size_t hyperparameters_size(const struct problem *problem)
{
    return HYPERPRIOR_SIZE(problem->n_params + (problem->n_tasks > 1 ? 1 : 0));
}

size_t surrogate_bytes(const struct surrogate *surrogate)
{
    size_t bytes = sizeof *surrogate + evidence_bytes(&surrogate->evidence);
    for (size_t m = 0; m < MODEL_COUNT; m++)
        if (surrogate->objectives[m].gp != NULL)
            bytes += gp_bytes(surrogate->objectives[m].gp);
    if (surrogate->feasibility != NULL)
        bytes += feasibility_bytes(surrogate->feasibility);
    if (surrogate->calibration != NULL)
        bytes += calibration_bytes(surrogate->calibration);
    if (surrogate->caution != NULL)
        bytes += calibration_bytes(surrogate->caution);
    return bytes;
}

// ------------------------------------------------------------------ fitting

static bool refit_due(const struct slot *slot, size_t n)
{
    if (slot->given_size == 0 || slot->given_n_fit == 0 || slot->given_n_fit > n)
        return true;
    size_t wait = n > REFIT_ALWAYS ? (n - REFIT_ALWAYS + REFIT_SLOWDOWN - 1) / REFIT_SLOWDOWN : 1;
    return n - slot->given_n_fit >= (wait > 1 ? wait : 1);
}

// Likelihood evaluations a fit on n points may take; 0: no limit.
static size_t evaluations_for(const struct slot *slot, size_t n)
{
    if (n <= BOUNDED_ABOVE)
        return 0;
    return slot->given_size > 0 ? REFIT_EVALUATIONS : FIRST_EVALUATIONS;
}

static struct random draw_stream(const struct surrogate *surrogate, uint64_t purpose, enum model model)
{
    return random_stream(surrogate->seed, surrogate->evidence.n_trials, purpose + (uint64_t)model);
}

// A model being made, of either kind.
struct making {
    struct surrogate *surrogate;
    enum model model;
    const struct stopper *stopper;
    struct err *err;
};

enum model surrogate_model(const struct evidence *evidence, size_t k, bool squashed)
{
    static const enum model models[PROBLEM_OPTIMIZED_MAX][2] = {{MODEL_OBJECTIVE_PLAIN, MODEL_OBJECTIVE_SQUASHED},
                                                                  {MODEL_SECOND_PLAIN, MODEL_SECOND_SQUASHED}};
    return k < evidence->n_objectives ? models[k][squashed ? 1 : 0] : MODEL_CONSTRAINT + (enum model)(k - evidence->n_objectives);
}

// Number of the outcome that a model describes.
static size_t outcome_of(const struct evidence *evidence, enum model model)
{
    if (model >= MODEL_CONSTRAINT)
        return evidence->n_objectives + (size_t)(model - MODEL_CONSTRAINT);
    return model == MODEL_SECOND_SQUASHED || model == MODEL_SECOND_PLAIN ? 1 : 0;
}

static bool is_squashed(enum model model)
{
    return model == MODEL_OBJECTIVE_SQUASHED || model == MODEL_SECOND_SQUASHED;
}

static struct hyperprior prior_of(const struct making *making)
{
    struct hyperprior prior = making->model == MODEL_FEASIBILITY ? feasibility_prior
                              : gp_priors[is_squashed(making->model) ? MODEL_OBJECTIVE_SQUASHED : MODEL_OBJECTIVE_PLAIN];
    prior.fidelity = making->surrogate->space.fidelity.n > 1;
    return prior;
}

static const double *warm_start(const struct slot *slot)
{
    return slot->given_size > 0 ? slot->given : NULL;
}

static void gather(const struct evidence *evidence, const size_t *rows, size_t n, double *z)
{
    for (size_t i = 0; i < n; i++)
        memcpy(z + i * evidence->d, evidence->z + rows[i] * evidence->d, evidence->d * sizeof *z);
}

static struct gp *create_gp(const struct surrogate *surrogate, enum model model, const struct transform *transform,
                            const size_t *rows, size_t n)
{
    const struct evidence *evidence = &surrogate->evidence;
    const struct outcome *outcome = &evidence->outcomes[outcome_of(evidence, model)];
    double *z = mem_calloc(n * (evidence->d + 2), sizeof *z), *y = z + n * evidence->d, *extra = y + n;
    gather(evidence, rows, n, z);
    for (size_t i = 0; i < n; i++) {
        y[i] = transform_apply(transform, outcome->y[rows[i]]);
        extra[i] = transform_noise(transform, outcome->y[rows[i]], outcome->stddev[rows[i]]);
    }
    struct gp *gp = gp_create(&(struct gp_data){.x = z,
                                                .n = n,
                                                .d = evidence->d,
                                                .group = surrogate->space.group,
                                                .n_groups = surrogate->space.n_groups,
                                                .offset = surrogate->space.fidelity.n > 1 ? TASK_OFFSET : 0,
                                                .y = y,
                                                .extra = outcome->noisy ? extra : NULL});
    free(z);
    return gp;
}

// Labels of some rows, for a classifier.
struct labels {
    double *z;
    bool *success;
    struct feasibility_data data;
};

// Of n rows of the evidence, of which so many are successes. 0: all of them, or one label.
static double rarity_of(const struct evidence *evidence, size_t n, size_t successes)
{
    if (n == evidence->n || successes == 0 || successes == n)
        return 0;
    double failures_behind = (double)(evidence->n - evidence->n_success) / (double)(n - successes);
    return failures_behind / ((double)evidence->n_success / (double)successes);
}

static void labels_init(struct labels *labels, const struct surrogate *surrogate, const size_t *rows, size_t n)
{
    const struct evidence *evidence = &surrogate->evidence;
    labels->z = mem_calloc(n * evidence->d, sizeof *labels->z);
    labels->success = mem_calloc(n, sizeof *labels->success);
    gather(evidence, rows, n, labels->z);
    size_t drawn = 0;
    for (size_t i = 0; i < n; i++)
        drawn += labels->success[i] = evidence->success[rows[i]];
    labels->data = (struct feasibility_data){.x = labels->z,
                                             .n = n,
                                             .d = evidence->d,
                                             .group = surrogate->space.group,
                                             .n_groups = surrogate->space.n_groups,
                                             .fidelity = surrogate->space.fidelity.n > 1,
                                             .success = labels->success,
                                             .lapse = FEASIBILITY_LAPSE,
                                             .crash = surrogate->crashes,
                                             .rarity = rarity_of(evidence, n, drawn)};
}

static void labels_clear(struct labels *labels)
{
    free(labels->z);
    free(labels->success);
}

static struct feasibility *create_feasibility(const struct surrogate *surrogate, const size_t *rows, size_t n)
{
    struct labels labels;
    labels_init(&labels, surrogate, rows, n);
    struct feasibility *model = feasibility_create(&labels.data);
    labels_clear(&labels);
    return model;
}

// Whether values are luck to a part, at hyperparameters theta (NULL: not known yet). A model of the best of many noisy values would take
// their luck for merit.
static bool is_noisy(const struct making *making, const double *theta)
{
    const struct surrogate *surrogate = making->surrogate;
    const struct outcome *outcome = &surrogate->evidence.outcomes[outcome_of(&surrogate->evidence, making->model)];
    return outcome->noisy || (theta != NULL && exp(theta[surrogate->space.n_groups + 1]) > NOISY);
}

// Estimates the slot's hyperparameters of an objective (transform known).
static enum err_code fit_objective(const struct making *making, const struct transform *transform, double *theta)
{
    const struct surrogate *surrogate = making->surrogate;
    const struct slot *slot = &surrogate->slots[making->model];
    struct hyperprior prior = prior_of(making);
    size_t n = surrogate->evidence.n_success;
    size_t *rows = mem_calloc(n, sizeof *rows);
    size_t best = is_noisy(making, slot->given_size > 0 ? slot->given : NULL) ? 0 : SUBSET_BEST;
    n = subset_objective(&surrogate->evidence, n > SURROGATE_FIT_WHOLE ? SURROGATE_FIT_PART : n, best,
                         draw_stream(surrogate, DRAW_FIT, making->model), rows);
    struct gp *gp = create_gp(surrogate, making->model, transform, rows, n);
    enum err_code code = gp_fit(gp, &prior, surrogate->box, warm_start(slot), evaluations_for(slot, n),
                                making->stopper, making->err);
    if (code == ERR_NONE)
        memcpy(theta, gp_theta(gp), HYPERPRIOR_SIZE(surrogate->space.n_groups) * sizeof *theta);
    gp_destroy(gp);
    free(rows);
    return code;
}

static enum err_code fit_feasibility(const struct making *making, double *theta)
{
    const struct surrogate *surrogate = making->surrogate;
    const struct slot *slot = &surrogate->slots[making->model];
    struct hyperprior prior = prior_of(making);
    size_t n = surrogate->evidence.n;
    size_t *rows = mem_calloc(n, sizeof *rows);
    n = subset_feasibility(&surrogate->evidence, n > SURROGATE_FIT_WHOLE ? SURROGATE_FIT_PART : n,
                           draw_stream(surrogate, DRAW_FIT, making->model), rows);
    struct feasibility *model = create_feasibility(surrogate, rows, n);
    enum err_code code = feasibility_fit(model, &prior, surrogate->box, warm_start(slot), evaluations_for(slot, n),
                                         making->stopper, making->err);
    if (code == ERR_NONE)
        memcpy(theta, feasibility_theta(model), HYPERPRIOR_SIZE(surrogate->space.n_groups) * sizeof *theta);
    feasibility_destroy(model);
    free(rows);
    return code;
}

// Fills the slot's theta: the given one while it is recent enough, else a fit; the prior's own means when that is impossible.
static enum err_code choose_theta(const struct making *making, const struct transform *transform)
{
    struct surrogate *surrogate = making->surrogate;
    struct slot *slot = &surrogate->slots[making->model];
    size_t n = surrogate->evidence.n_trials, size = HYPERPRIOR_SIZE(surrogate->space.n_groups);
    if (!refit_due(slot, n)) {
        memcpy(slot->fitted, slot->given, size * sizeof *slot->fitted);
        slot->fitted_n_fit = slot->given_n_fit;
        return ERR_NONE;
    }
    enum err_code code = making->model == MODEL_FEASIBILITY ? fit_feasibility(making, slot->fitted)
                                                            : fit_objective(making, transform, slot->fitted);
    if (code == ERR_STOPPED)
        return code;
    struct hyperprior prior = prior_of(making);
    if (code != ERR_NONE)
        hyperprior_fill(&prior, surrogate->space.n_groups, surrogate->box, slot->fitted, NULL, NULL, NULL, NULL);
    slot->fitted_n_fit = n;
    return ERR_NONE;
}

static enum err_code make_objective(const struct making *making)
{
    struct surrogate *surrogate = making->surrogate;
    struct objective *objective = &surrogate->objectives[making->model];
    const struct evidence *evidence = &surrogate->evidence;
    const struct outcome *outcome = &evidence->outcomes[outcome_of(evidence, making->model)];
    size_t n = evidence->n_success;
    double *y = mem_calloc(n, sizeof *y);
    for (size_t i = 0; i < n; i++)
        y[i] = outcome->y[evidence->rows[i]];
    if (making->model >= MODEL_CONSTRAINT)
        transform_fit_constraint(&objective->transform, y, n, outcome->maximize, outcome->threshold);
    else
        transform_fit(&objective->transform, y, n, outcome->maximize, is_squashed(making->model));
    free(y);
    enum err_code code = choose_theta(making, &objective->transform);
    if (code == ERR_NONE && minimize_stopped(making->stopper))
        code = err_set(making->err, ERR_STOPPED, NULL, "stopped before a model was conditioned");
    if (code != ERR_NONE)
        return code;
    size_t *rows = mem_calloc(n, sizeof *rows);
    size_t best = is_noisy(making, surrogate->slots[making->model].fitted) ? 0 : SURROGATE_POINTS_MAX / 2;
    n = subset_objective(evidence, SURROGATE_POINTS_MAX, best,
                         draw_stream(surrogate, DRAW_POINTS, making->model), rows);
    objective->gp = create_gp(surrogate, making->model, &objective->transform, rows, n);
    free(rows);
    if (gp_condition(objective->gp, surrogate->slots[making->model].fitted, NULL) != ERR_NONE) {
        gp_destroy(objective->gp);
        objective->gp = NULL;
    }
    return ERR_NONE;
}

static enum err_code make_feasibility(const struct making *making)
{
    struct surrogate *surrogate = making->surrogate;
    size_t n = surrogate->evidence.n;
    enum err_code code = choose_theta(making, NULL);
    if (code == ERR_NONE && minimize_stopped(making->stopper))
        code = err_set(making->err, ERR_STOPPED, NULL, "stopped before a model was conditioned");
    if (code != ERR_NONE)
        return code;
    size_t *rows = mem_calloc(n, sizeof *rows);
    n = subset_feasibility(&surrogate->evidence, SURROGATE_POINTS_MAX, draw_stream(surrogate, DRAW_POINTS, making->model), rows);
    surrogate->feasibility = create_feasibility(surrogate, rows, n);
    free(rows);
    if (feasibility_condition(surrogate->feasibility, surrogate->slots[making->model].fitted, NULL) != ERR_NONE) {
        feasibility_destroy(surrogate->feasibility);
        surrogate->feasibility = NULL;
    }
    return ERR_NONE;
}

enum err_code surrogate_objective(struct surrogate *surrogate, enum model model, bool adopt, const struct stopper *stopper,
                                  struct objective **out, struct err *err)
{
    struct slot *slot = &surrogate->slots[model];
    *out = NULL;
    if (surrogate->evidence.n_success < 2)
        return ERR_NONE;
    if (!slot->tried) {
        struct making making = {surrogate, model, stopper, err};
        enum err_code code = make_objective(&making);
        if (code != ERR_NONE)
            return code;
        slot->tried = true;
    }
    slot->adopted = slot->adopted || adopt;
    *out = surrogate->objectives[model].gp != NULL ? &surrogate->objectives[model] : NULL;
    return ERR_NONE;
}

enum err_code surrogate_feasibility(struct surrogate *surrogate, bool adopt, const struct stopper *stopper,
                                    struct feasibility **out, struct err *err)
{
    struct slot *slot = &surrogate->slots[MODEL_FEASIBILITY];
    *out = NULL;
    if (surrogate->evidence.n_success == surrogate->evidence.n)
        return ERR_NONE;
    if (!slot->tried) {
        struct making making = {surrogate, MODEL_FEASIBILITY, stopper, err};
        enum err_code code = make_feasibility(&making);
        if (code != ERR_NONE)
            return code;
        slot->tried = true;
    }
    slot->adopted = slot->adopted || adopt;
    *out = surrogate->feasibility;
    return ERR_NONE;
}

// Of at most `most` rows, drawn by `purpose`.
static void labels_draw(struct labels *labels, const struct surrogate *surrogate, size_t most, uint64_t purpose)
{
    const struct evidence *evidence = &surrogate->evidence;
    size_t *rows = mem_calloc(evidence->n, sizeof *rows);
    size_t n = subset_feasibility(evidence, most, random_stream(surrogate->seed, evidence->n_trials, purpose), rows);
    labels_init(labels, surrogate, rows, n);
    free(rows);
}

// Makes the model of calibration.h once, of trials of which the share `crash` fails wherever they are.
static enum err_code calibrate(struct surrogate *surrogate, double crash, bool *made, const struct stopper *stopper,
                               struct calibration **model, struct err *err)
{
    struct labels all, part;
    if (*made || surrogate->evidence.n_success == surrogate->evidence.n)
        return ERR_NONE;
    labels_draw(&all, surrogate, CALIBRATION_POINTS_MAX, DRAW_TOLD_POINTS);
    labels_draw(&part, surrogate, CALIBRATION_FIT_MAX, DRAW_TOLD_FIT);
    all.data.crash = part.data.crash = crash;
    double *cells = mem_calloc(all.data.n, sizeof *cells);
    cells_shares(&surrogate->space, all.data.x, all.data.n, surrogate->seed, cells);
    enum err_code code = calibration_create(&all.data, cells, &part.data, stopper, model, err);
    free(cells);
    labels_clear(&all);
    labels_clear(&part);
    *made = code == ERR_NONE;
    return code;
}

enum err_code surrogate_calibration(struct surrogate *surrogate, const struct stopper *stopper, struct calibration **out,
                                    struct err *err)
{
    enum err_code code = calibrate(surrogate, 0, &surrogate->calibrated, stopper, &surrogate->calibration, err);
    *out = surrogate->calibration;
    return code;
}

enum err_code surrogate_caution(struct surrogate *surrogate, const struct stopper *stopper, struct calibration **out, struct err *err)
{
    if (!(surrogate->crashes > 0))
        return surrogate_calibration(surrogate, stopper, out, err);
    enum err_code code = calibrate(surrogate, surrogate->crashes, &surrogate->cautioned, stopper, &surrogate->caution, err);
    *out = surrogate->caution;
    return code;
}

enum err_code surrogate_models(struct surrogate *surrogate, bool squashed, bool adopt, const struct stopper *stopper,
                               struct models *models, struct err *err)
{
    enum err_code code = ERR_NONE;
    *models = (struct models){0};
    for (size_t k = 0; k < surrogate->evidence.n_outcomes && code == ERR_NONE; k++) {
        models->numbers[k] = surrogate_model(&surrogate->evidence, k, squashed);
        code = surrogate_objective(surrogate, models->numbers[k], adopt, stopper, &models->outcomes[k], err);
    }
    return code;
}

// ------------------------------------------------------------------ what the models say

// Posterior means at full cost of all successes [n_success].
static void predict_full(const struct surrogate *surrogate, const struct objective *objective, double *mu)
{
    const struct evidence *evidence = &surrogate->evidence;
    size_t n = evidence->n_success;
    double *z = mem_calloc(n * evidence->d, sizeof *z);
    gather(evidence, evidence->rows, n, z);
    for (size_t i = 0; i < n; i++)
        space_set_task(&surrogate->space, evidence->full, z + i * evidence->d);
    gp_predict(objective->gp, z, n, mu, NULL);
    free(z);
}

void surrogate_levels(const struct surrogate *surrogate, enum model model, const struct objective *objective, double *level)
{
    const struct evidence *evidence = &surrogate->evidence;
    const struct outcome *outcome = &evidence->outcomes[outcome_of(evidence, model)];
    bool noisy = outcome->noisy || gp_noise(objective->gp) > NOISY;
    if (noisy || evidence->n_tasks > 1)
        predict_full(surrogate, objective, level);
    for (size_t i = 0; i < evidence->n_success && !noisy; i++)
        if (evidence->task[evidence->rows[i]] == evidence->full)
            level[i] = transform_apply(&objective->transform, outcome->y[evidence->rows[i]]);
}

void surrogate_forget(size_t n_metrics, double *mean, double *stddev)
{
    for (size_t i = 0; i < n_metrics; i++) {
        if (mean != NULL)
            mean[i] = NAN;
        if (stddev != NULL)
            stddev[i] = NAN;
    }
}

// What a told standard deviation is multiplied by, n values and p parameters. The model takes hyperparameters that were fitted to a few
// values for known, and what a search has seen for a sample of everything. Own; found on the problems, because left-out values do not show
// it: docs/algorithms/suggest.md, "Of the deviation that is told".
static double widening(size_t n, size_t p)
{
    double few = WIDENING_VALUES / (double)n;
    return fmin(sqrt(1 + (double)p * few * few), WIDENING_MAX);
}

// Adds what the model of one outcome says of m points.
static void describe_outcome(const struct evidence *evidence, size_t k, const struct objective *objective, const double *z, size_t m,
                             struct prediction *out)
{
    const struct outcome *outcome = &evidence->outcomes[k];
    bool is_constraint = k >= evidence->n_objectives;
    double *mu = mem_calloc(2 * m, sizeof *mu), *var = mu + m, noise = gp_noise(objective->gp);
    double threshold = is_constraint ? transform_apply(&objective->transform, outcome->threshold) : 0;
    double wider = widening(evidence->n_success, evidence->p);
    gp_predict(objective->gp, z, m, mu, var);
    for (size_t i = 0; i < m; i++) {
        transform_invert(&objective->transform, mu[i], wider * sqrt(var[i]), out[i].mean != NULL ? &out[i].mean[outcome->metric] : NULL,
                         out[i].stddev != NULL ? &out[i].stddev[outcome->metric] : NULL);
        if (is_constraint) {
            double p = special_cdf((threshold - mu[i]) / sqrt(var[i] + noise));
            out[i].probability_of_constraints = isnan(out[i].probability_of_constraints) ? p : p * out[i].probability_of_constraints;
        }
    }
    free(mu);
}

void surrogate_describe(const struct surrogate *surrogate, const struct models *models, struct calibration *calibration,
                        const double *z, size_t m, struct prediction *out)
{
    const struct evidence *evidence = &surrogate->evidence;
    double share = evidence->n > 0 ? (double)evidence->n_success / (double)evidence->n : 0.5;
    double *log_pof = mem_calloc(m, sizeof *log_pof);
    if (calibration != NULL)
        calibration_log_pof(calibration, z, m, log_pof);
    for (size_t i = 0; i < m; i++) {
        out[i].probability_of_feasibility = calibration != NULL ? exp(log_pof[i]) : share;
        out[i].probability_of_constraints = NAN;
        surrogate_forget(evidence->n_metrics, out[i].mean, out[i].stddev);
    }
    for (size_t k = 0; k < evidence->n_outcomes; k++)
        if (models->outcomes[k] != NULL)
            describe_outcome(evidence, k, models->outcomes[k], z, m, out);
    free(log_pof);
}

enum err_code surrogate_predict(struct surrogate *surrogate, const double *const *x, size_t m, const struct stopper *stopper,
                                struct prediction *out, struct err *err)
{
    struct models models;
    struct calibration *calibration = NULL;
    enum err_code code = surrogate_models(surrogate, false, false, stopper, &models, err);
    if (code == ERR_NONE)
        code = surrogate_calibration(surrogate, stopper, &calibration, err);
    if (code != ERR_NONE)
        return code;
    const struct space *space = &surrogate->space;
    double *z = mem_calloc(m * space->d, sizeof *z), *u = mem_calloc(space->p, sizeof *u);
    for (size_t i = 0; i < m; i++)
        if (space_locate(space, x[i], u, z + i * space->d) == PLACE_OUTSIDE)
            space_encode(space, u, z + i * space->d); // the nearest point of the space
    surrogate_describe(surrogate, &models, calibration, z, m, out);
    free(u);
    free(z);
    return ERR_NONE;
}

enum err_code surrogate_failure_importance(struct surrogate *surrogate, const struct stopper *stopper, double *share,
                                           struct err *err)
{
    const struct evidence *evidence = &surrogate->evidence;
    struct calibration *calibration = NULL;
    if (evidence->n_success == 0 || evidence->n_success == evidence->n)
        return err_set(err, ERR_UNPROCESSABLE, NULL, "a success and a failure are needed to say what decides failure");
    enum err_code code = surrogate_calibration(surrogate, stopper, &calibration, err);
    if (code != ERR_NONE)
        return code;
    if (calibration == NULL)
        return err_set(err, ERR_UNPROCESSABLE, NULL, "no classifier could be fitted to these trials");
    importance_of_failure(&surrogate->space, calibration, surrogate->seed, share);
    return ERR_NONE;
}
