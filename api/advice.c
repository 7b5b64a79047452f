#include "api/advice.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "storage/experiment.h"
#include "storage/suggestion.h"

struct loading {
    struct study *study;
    struct arena *arena;
    bool together;
    struct snapshot snapshot;
};

static enum err_code load_unit(struct tx *tx, void *arg, struct err *err)
{
    struct loading *loading = arg;
    return study_load(loading->study, tx, loading->arena, loading->together, &loading->snapshot, err);
}

static enum err_code fail(struct call *call, enum err_code code, const struct err *err)
{
    call->err = *err;
    call->err.code = code;
    return code;
}

// ------------------------------------------------------------------ suggestion

struct insertion {
    struct call *call;
    const struct definition *definition;
    advice_store_fn *store;
    struct suggestion_record record;
};

static enum err_code insert_unit(struct tx *tx, void *arg, struct err *err)
{
    struct insertion *insertion = arg;
    struct call *call = insertion->call;
    struct experiment_record experiment;
    enum err_code code = experiment_find(tx, call->arena, insertion->record.experiment_id, &experiment, err);
    if (code == ERR_NONE && experiment.deleted)
        code = err_set(err, ERR_INVALID, NULL, "experiment %" PRId64 " is deleted", experiment.id);
    if (code != ERR_NONE)
        return code;
    call->tx = tx;
    code = insertion->store(call, insertion->definition, &insertion->record);
    call->tx = NULL;
    // Turns of an experiment never overlap, and nobody else makes suggestions.
    if (code == ERR_CONFLICT)
        return err_set(err, ERR_BUG, NULL, "two suggestions of experiment %" PRId64 " have the same ordinal", experiment.id);
    if (code != ERR_NONE)
        *err = call->err;
    return code;
}

static void insert(const struct advice *advice, const struct study *study, const struct snapshot *snapshot,
                   const struct study_answer *answer)
{
    struct call *call = advice->call;
    struct insertion insertion = {
        .call = call,
        .store = advice->store,
        .definition = study_definition(study),
        .record = {.experiment_id = study_experiment(study),
                   .created = call->now,
                   .metadata = advice->metadata,
                   .sequence = snapshot->sequence,
                   .epoch = snapshot->epoch,
                   .ordinal = snapshot->ordinal,
                   .seed = snapshot->history.seed,
                   .models = answer->models},
    };
    bridge_suggestion(call->arena, insertion.definition, &answer->suggestion, &insertion.record);
    struct err err = {.code = ERR_NONE};
    enum err_code code = storage_write_wait(call->storage, insert_unit, &insertion, &err);
    if (code != ERR_NONE)
        fail(call, code, &err);
}

void advice_suggest(struct advice *advice, struct study *study, bool together, const struct stopper *stopper)
{
    struct call *call = advice->call;
    struct loading loading = {.study = study, .arena = call->arena, .together = together};
    struct err err = {.code = ERR_NONE};
    enum err_code code = storage_read(call->storage, load_unit, &loading, &err);
    if (code != ERR_NONE) {
        fail(call, code, &err);
        return;
    }
    const struct snapshot *snapshot = &loading.snapshot;
    struct study_answer answer;
    if (!study_take_prepared(study, snapshot, call->arena, &answer) &&
        study_suggest(study, snapshot, stopper, call->arena, &answer, &err) != ERR_NONE) {
        log_event(LOG_WARN, "suggestion_without_model", "request_id=%s experiment=%" PRId64 " waited_ms=%" PRId64,
                  call->request_id, study_experiment(study), clock_monotonic_ms() - call->started_ms);
        study_fall_back(study, snapshot, call->arena, &answer);
    }
    insert(advice, study, snapshot, &answer);
}

// ------------------------------------------------------------------ prediction and preparation

bool advice_predict(struct advice *advice, struct study *study, bool together, const struct stopper *stopper)
{
    struct call *call = advice->call;
    struct loading loading = {.study = study, .arena = call->arena, .together = together};
    struct err err = {.code = ERR_NONE};
    enum err_code code = storage_read(call->storage, load_unit, &loading, &err);
    if (code != ERR_NONE) {
        fail(call, code, &err);
        return true;
    }
    const struct definition *definition = study_definition(study);
    size_t n = advice->n_points, p = definition_dimension(definition), k = definition->n_metrics;
    const double **x = arena_alloc(call->arena, n, sizeof *x);
    double *points = arena_alloc(call->arena, n * p, sizeof *points), *numbers = arena_alloc(call->arena, 2 * n * k, sizeof *numbers);
    struct prediction *predictions = arena_alloc(call->arena, n, sizeof *predictions);
    for (size_t i = 0; i < n; i++) {
        bridge_point(definition, advice->points[i].assignments, advice->points[i].n, points + i * p);
        x[i] = points + i * p;
        predictions[i].mean = numbers + 2 * i * k;
        predictions[i].stddev = predictions[i].mean + k;
    }
    code = surrogate_predict(study_surrogate(study, &loading.snapshot), x, n, stopper, predictions, &err);
    if (code == ERR_NONE)
        advice->render(call, definition, predictions);
    return code == ERR_NONE;
}

bool advice_importances(struct advice *advice, struct study *study, bool together, const struct stopper *stopper)
{
    struct call *call = advice->call;
    struct loading loading = {.study = study, .arena = call->arena, .together = together};
    struct importances importances;
    struct err err = {.code = ERR_NONE};
    enum err_code code = storage_read(call->storage, load_unit, &loading, &err);
    if (code == ERR_NONE)
        code = study_importances(study, &loading.snapshot, stopper, &importances, &err);
    if (code == ERR_STOPPED)
        return false;
    if (code == ERR_NONE)
        advice->show(call, study_definition(study), &importances);
    else
        fail(call, code, &err);
    return true;
}

bool advice_prepare(struct storage *storage, struct study *study, const struct stopper *stopper)
{
    struct arena *arena = arena_create();
    struct loading loading = {.study = study, .arena = arena};
    struct err err = {.code = ERR_NONE};
    enum err_code code = storage_read(storage, load_unit, &loading, &err);
    // What cannot be read now will tell its reason to the next request.
    if (code == ERR_NONE)
        code = study_prepare(study, &loading.snapshot, stopper, &err);
    arena_destroy(arena);
    return code != ERR_STOPPED;
}
