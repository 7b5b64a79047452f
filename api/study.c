#include "api/study.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/grid.h"
#include "storage/experiment.h"
#include "storage/observation.h"
#include "storage/suggestion.h"

// A suggestion made in advance, with all that must be the same when it is used.
struct prepared {
    struct arena *arena; // NULL: there is none
    struct study_answer answer;
    int64_t epoch, sequence, ordinal;
    const int64_t *open_ids;
    size_t n_open, n_pending;
};

struct study {
    int64_t experiment_id;
    struct arena *arena; // of definition, problem and trials; NULL: nothing is loaded
    struct definition definition;
    struct problem problem;
    bool walks_grid; // suggestions are the combinations of a grid, one after the other
    int64_t epoch;
    int64_t sequence;     // all trials up to here are loaded
    struct trial *trials; // [n_trials], of room for `cap`
    size_t n_trials, cap;
    int64_t horizon;
    size_t n_known;              // trials up to the horizon
    struct surrogate *surrogate; // at n_surrogate trials; NULL: none
    size_t n_surrogate;
    struct prepared prepared;
    double *importances; // of metrics, then of failure; at n_importances trials; NULL: none
    size_t n_importances;
    bool knows_failure;
};

struct study *study_create(int64_t experiment_id)
{
    struct study *study = mem_calloc(1, sizeof *study);
    study->experiment_id = experiment_id;
    return study;
}

static void drop_prepared(struct study *study)
{
    arena_destroy(study->prepared.arena);
    study->prepared = (struct prepared){.arena = NULL};
}

static void drop_surrogate(struct study *study)
{
    surrogate_destroy(study->surrogate);
    study->surrogate = NULL;
}

// As after study_create.
static void reset(struct study *study)
{
    drop_prepared(study);
    drop_surrogate(study);
    arena_destroy(study->arena);
    free(study->trials);
    free(study->importances);
    *study = (struct study){.experiment_id = study->experiment_id};
}

void study_destroy(struct study *study)
{
    if (study == NULL)
        return;
    reset(study);
    free(study);
}

int64_t study_experiment(const struct study *study)
{
    return study->experiment_id;
}

size_t study_bytes(const struct study *study)
{
    const struct problem *problem = &study->problem;
    size_t per_trial = sizeof *study->trials + (problem->n_params + 2 * problem->n_metrics) * sizeof(double);
    size_t bytes = sizeof *study + study->cap * per_trial;
    if (study->arena != NULL)
        bytes += 16 * 1024 + problem->n_params * sizeof(struct parameter);
    return study->surrogate == NULL ? bytes : bytes + surrogate_bytes(study->surrogate);
}

const struct definition *study_definition(const struct study *study)
{
    return &study->definition;
}

// ------------------------------------------------------------------ loading

static enum err_code start(struct study *study, const struct experiment_record *experiment, struct err *err)
{
    reset(study);
    study->arena = arena_create();
    study->epoch = experiment->epoch;
    study->walks_grid = experiment->type == EXPERIMENT_GRID && !experiment->development;
    enum err_code code = definition_load(study->arena, experiment, &study->definition, err);
    if (code == ERR_NONE)
        code = bridge_problem(study->arena, &study->definition, experiment, &study->problem, err);
    return code;
}

static enum err_code load_trials(struct study *study, struct tx *tx, int64_t newest, struct err *err)
{
    if (newest == study->sequence)
        return ERR_NONE;
    struct arena *scratch = arena_create();
    struct observation_record *records;
    size_t n;
    enum err_code code = observation_since(tx, scratch, study->experiment_id, study->sequence, &records, &n, err);
    if (code == ERR_NONE && study->n_trials + n > study->cap) {
        study->cap = study->n_trials + n + study->cap / 2;
        study->trials = mem_realloc(study->trials, study->cap, sizeof *study->trials);
    }
    for (size_t i = 0; code == ERR_NONE && i < n; i++) {
        code = bridge_trial(study->arena, &study->definition, &records[i], &study->trials[study->n_trials], err);
        study->n_trials++;
    }
    study->sequence = newest;
    arena_destroy(scratch);
    return code;
}

// Points that are known to be evaluated, but not with what outcome: behind the horizon, then open.
static enum err_code load_pending(struct study *study, struct tx *tx, struct arena *arena, struct snapshot *snapshot,
                                  struct err *err)
{
    struct suggestion_record *open;
    enum err_code code = suggestion_open(tx, arena, study->experiment_id, &open, &snapshot->n_open, err);
    if (code != ERR_NONE)
        return code;
    size_t n_behind = study->n_trials - study->n_known, n = n_behind + snapshot->n_open, p = study->problem.n_params;
    const double **pending = arena_alloc(arena, n, sizeof *pending);
    double *points = arena_alloc(arena, snapshot->n_open * p, sizeof *points);
    size_t *tasks = arena_alloc(arena, n, sizeof *tasks);
    int64_t *ids = arena_alloc(arena, snapshot->n_open, sizeof *ids);
    for (size_t i = 0; i < n_behind; i++) {
        pending[i] = study->trials[study->n_known + i].x;
        tasks[i] = study->trials[study->n_known + i].task;
    }
    for (size_t i = 0; i < snapshot->n_open; i++) {
        double *x = points + i * p;
        bridge_point(&study->definition, open[i].assignments, open[i].n_assignments, x);
        pending[n_behind + i] = x;
        tasks[n_behind + i] = bridge_task(&study->definition, open[i].task);
        ids[i] = open[i].id;
    }
    snapshot->open_ids = ids;
    snapshot->history.pending = pending;
    snapshot->history.pending_tasks = tasks;
    snapshot->history.n_pending = n;
    return ERR_NONE;
}

static enum err_code load_relaxations(struct study *study, struct tx *tx, struct arena *arena, struct history *history,
                                      struct err *err)
{
    struct suggestion_record *records;
    size_t n;
    enum err_code code = suggestion_relaxations(tx, arena, study->experiment_id, &records, &n, err);
    if (code != ERR_NONE)
        return code;
    struct relaxation *relaxations = arena_alloc(arena, n, sizeof *relaxations);
    for (size_t i = 0; i < n; i++)
        relaxations[i] = (struct relaxation){(uint64_t)records[i].sequence, (size_t)records[i].relaxations};
    history->relaxations = relaxations;
    history->n_relaxations = n;
    return ERR_NONE;
}

static enum err_code load_given(struct study *study, struct tx *tx, struct arena *arena, int64_t cold_ordinal,
                                struct snapshot *snapshot, struct err *err)
{
    struct suggestion_record newest = {.models = NULL};
    enum err_code code = suggestion_newest_generated(tx, arena, study->experiment_id, &newest, err);
    if (code != ERR_NONE && code != ERR_NOT_FOUND)
        return code;
    if (newest.ordinal < cold_ordinal)
        newest.models = NULL;
    bridge_read_models(arena, newest.models, &study->problem, newest.epoch == study->epoch, snapshot->given);
    for (size_t m = 0; m < MODEL_COUNT; m++)
        if (snapshot->given[m].n_fit > study->n_known)
            snapshot->given[m].n_fit = 0;
    return ERR_NONE;
}

static enum err_code load(struct study *study, struct tx *tx, struct arena *arena, bool keep_horizon, struct snapshot *snapshot,
                          struct err *err)
{
    struct experiment_record experiment;
    enum err_code code = experiment_find(tx, arena, study->experiment_id, &experiment, err);
    if (code == ERR_NONE && experiment.deleted)
        code = err_set(err, ERR_INVALID, NULL, "experiment %" PRId64 " is deleted", study->experiment_id);
    if (code == ERR_NONE && (study->arena == NULL || study->epoch != experiment.epoch)) {
        keep_horizon = false;
        code = start(study, &experiment, err);
    }
    if (code == ERR_NONE)
        code = load_trials(study, tx, experiment.sequence, err);
    if (code != ERR_NONE)
        return code;
    if (!keep_horizon) {
        study->horizon = study->sequence;
        study->n_known = study->n_trials;
    }
    *snapshot = (struct snapshot){.epoch = study->epoch, .sequence = study->horizon, .ordinal = experiment.ordinal,
                                   .grid_index = experiment.observation_count + experiment.open_suggestion_count};
    snapshot->history = (struct history){.trials = study->trials,
                                         .n_trials = study->n_known,
                                         .ordinal = (uint64_t)experiment.ordinal,
                                         .n_initial = (size_t)experiment.n_initial,
                                         .n_model = (size_t)experiment.n_model,
                                         .seed = bridge_seed(study->experiment_id)};
    code = load_pending(study, tx, arena, snapshot, err);
    if (code == ERR_NONE)
        code = load_relaxations(study, tx, arena, &snapshot->history, err);
    if (code == ERR_NONE)
        code = load_given(study, tx, arena, experiment.cold_ordinal, snapshot, err);
    return code;
}

enum err_code study_load(struct study *study, struct tx *tx, struct arena *arena, bool keep_horizon, struct snapshot *snapshot,
                         struct err *err)
{
    enum err_code code = load(study, tx, arena, keep_horizon, snapshot, err);
    struct err why;
    if (code == ERR_NONE && history_check(&study->problem, &snapshot->history, &why) != ERR_NONE)
        code = err_set(err, ERR_CORRUPT, NULL, "The optimizer refuses the stored history: %s", why.text);
    if (code != ERR_NONE)
        reset(study);
    return code;
}

// ------------------------------------------------------------------ suggestions

struct surrogate *study_surrogate(struct study *study, const struct snapshot *snapshot)
{
    assert(snapshot->history.n_trials == study->n_known);
    if (study->surrogate != NULL && study->n_surrogate != study->n_known)
        drop_surrogate(study);
    if (study->surrogate == NULL) {
        study->surrogate = surrogate_create(&study->problem, &snapshot->history, snapshot->given);
        study->n_surrogate = study->n_known;
    }
    return study->surrogate;
}

// A suggestion with its arrays, of which nothing is known.
static struct suggestion blank(const struct study *study, struct arena *arena)
{
    size_t n = study->problem.n_metrics;
    double *mean = arena_alloc(arena, 2 * n, sizeof *mean);
    for (size_t i = 0; i < 2 * n; i++)
        mean[i] = (double)NAN;
    return (struct suggestion){.x = arena_alloc(arena, study->problem.n_params, sizeof(double)),
                               .floor = (double)NAN,
                               .box = (double)NAN,
                               .probability_of_feasibility = (double)NAN,
                               .probability_of_constraints = (double)NAN,
                               .expected_improvement = (double)NAN,
                               .mean = mean,
                               .stddev = mean + n};
}

// The next combination of a grid search. No model knows it.
static void walk_grid(const struct study *study, const struct snapshot *snapshot, struct arena *arena, struct study_answer *answer)
{
    answer->suggestion = blank(study, arena);
    answer->suggestion.phase = PHASE_RANDOM;
    grid_point(&study->definition, snapshot->grid_index, answer->suggestion.x);
    answer->models = bridge_write_models(arena, snapshot->given, study->trials);
}

enum err_code study_suggest(struct study *study, const struct snapshot *snapshot, const struct stopper *stopper,
                            struct arena *arena, struct study_answer *answer, struct err *err)
{
    if (study->walks_grid) {
        walk_grid(study, snapshot, arena, answer);
        return ERR_NONE;
    }
    struct surrogate *surrogate = study_surrogate(study, snapshot);
    answer->suggestion = blank(study, arena);
    enum err_code code = suggest(surrogate, &snapshot->history, stopper, &answer->suggestion, err);
    if (code != ERR_NONE)
        return code;
    struct hyperparameters models[MODEL_COUNT];
    for (size_t m = 0; m < MODEL_COUNT; m++)
        models[m] = surrogate_hyperparameters(surrogate, (enum model)m);
    answer->models = bridge_write_models(arena, models, study->trials);
    return ERR_NONE;
}

enum err_code study_prepare(struct study *study, const struct snapshot *snapshot, const struct stopper *stopper, struct err *err)
{
    drop_prepared(study);
    struct prepared prepared = {.arena = arena_create(),
                                .epoch = snapshot->epoch,
                                .sequence = snapshot->sequence,
                                .ordinal = snapshot->ordinal,
                                .n_open = snapshot->n_open,
                                .n_pending = snapshot->history.n_pending};
    enum err_code code = study_suggest(study, snapshot, stopper, prepared.arena, &prepared.answer, err);
    if (code != ERR_NONE) {
        arena_destroy(prepared.arena);
        return code;
    }
    int64_t *ids = arena_alloc(prepared.arena, snapshot->n_open, sizeof *ids);
    for (size_t i = 0; i < snapshot->n_open; i++)
        ids[i] = snapshot->open_ids[i];
    prepared.open_ids = ids;
    study->prepared = prepared;
    return ERR_NONE;
}

static bool is_current(const struct prepared *prepared, const struct snapshot *snapshot)
{
    if (prepared->arena == NULL || prepared->epoch != snapshot->epoch || prepared->sequence != snapshot->sequence ||
        prepared->ordinal != snapshot->ordinal || prepared->n_open != snapshot->n_open ||
        prepared->n_pending != snapshot->history.n_pending)
        return false;
    for (size_t i = 0; i < snapshot->n_open; i++)
        if (prepared->open_ids[i] != snapshot->open_ids[i])
            return false;
    return true;
}

bool study_take_prepared(struct study *study, const struct snapshot *snapshot, struct arena *arena, struct study_answer *answer)
{
    bool current = is_current(&study->prepared, snapshot);
    if (current) {
        struct suggestion *to = &answer->suggestion, room = blank(study, arena);
        const struct suggestion *from = &study->prepared.answer.suggestion;
        *answer = study->prepared.answer;
        answer->models = arena_strdup(arena, answer->models);
        to->x = memcpy(room.x, from->x, study->problem.n_params * sizeof(double));
        to->mean = memcpy(room.mean, from->mean, study->problem.n_metrics * sizeof(double));
        to->stddev = memcpy(room.stddev, from->stddev, study->problem.n_metrics * sizeof(double));
    }
    drop_prepared(study);
    return current;
}

void study_fall_back(const struct study *study, const struct snapshot *snapshot, struct arena *arena, struct study_answer *answer)
{
    if (study->walks_grid) {
        walk_grid(study, snapshot, arena, answer);
        return;
    }
    answer->suggestion = blank(study, arena);
    suggest_fallback(&study->problem, &snapshot->history, &answer->suggestion);
    answer->models = bridge_write_models(arena, snapshot->given, study->trials);
}

// ------------------------------------------------------------------ importances

enum { SUCCESSES_PER_PARAMETER = 5 };

static enum err_code check_successes(const struct history *history, size_t n_params, struct err *err)
{
    size_t n = 0, least = SUCCESSES_PER_PARAMETER * n_params;
    for (size_t i = 0; i < history->n_trials; i++)
        n += !history->trials[i].failed;
    return n >= least ? ERR_NONE
                      : err_set(err, ERR_UNPROCESSABLE, NULL,
                                "Importances need %zu observations that have not failed, five for each parameter; there are %zu",
                                least, n);
}

static enum err_code find_importances(struct study *study, const struct snapshot *snapshot, const struct stopper *stopper,
                                      struct err *err)
{
    const struct problem *problem = &study->problem;
    size_t p = problem->n_params;
    double *shares = mem_calloc((problem->n_metrics + 1) * p, sizeof *shares);
    enum err_code code = ERR_NONE, failure = ERR_NONE;
    for (size_t m = 0; code == ERR_NONE && m < problem->n_metrics; m++)
        code = metric_importance(problem, &snapshot->history, m, stopper, shares + m * p, err);
    if (code == ERR_NONE)
        failure = surrogate_failure_importance(study_surrogate(study, snapshot), stopper, shares + problem->n_metrics * p, err);
    if (code == ERR_NONE && failure == ERR_STOPPED)
        code = failure;
    if (code != ERR_NONE) {
        free(shares);
        return code;
    }
    free(study->importances);
    study->importances = shares;
    study->n_importances = study->n_known;
    study->knows_failure = failure == ERR_NONE;
    return ERR_NONE;
}

enum err_code study_importances(struct study *study, const struct snapshot *snapshot, const struct stopper *stopper,
                                struct importances *out, struct err *err)
{
    const struct problem *problem = &study->problem;
    enum err_code code = check_successes(&snapshot->history, problem->n_params, err);
    if (code == ERR_NONE && (study->importances == NULL || study->n_importances != study->n_known))
        code = find_importances(study, snapshot, stopper, err);
    if (code != ERR_NONE)
        return code;
    *out = (struct importances){.n_metrics = problem->n_metrics, .n_parameters = problem->n_params, .metrics = study->importances};
    if (study->knows_failure)
        out->failure = study->importances + problem->n_metrics * problem->n_params;
    return ERR_NONE;
}
