// Observations: what came of evaluations (API reference 2.6, 2.7, 3.4).
#include <inttypes.h>

#include "api/advisor.h"
#include "api/call.h"
#include "api/definition.h"
#include "api/expect.h"
#include "api/experiments.h"
#include "api/observation_sort.h"
#include "api/report.h"
#include "api/route.h"
#include "api/sent_back.h"
#include "storage/experiment.h"
#include "storage/observation.h"

enum { BATCH_MAX = 2500 };

void observation_write(struct json_writer *w, const struct definition *definition, const struct observation_record *record)
{
    json_begin_selected(w);
    json_member_string(w, "object", "observation");
    json_member_id(w, "id", record->id);
    json_member_id(w, "experiment", record->experiment_id);
    json_member_id(w, "suggestion", record->suggestion_id);
    json_put_key(w, "assignments");
    assignments_write(w, definition, record->assignments, record->n_assignments);
    json_put_key(w, "values");
    values_write(w, record->values, record->n_values);
    definition_write_task(w, definition, record->task);
    json_member_bool(w, "failed", record->failed);
    json_member_int(w, "created", record->created / 1000);
    json_member_raw(w, "metadata", record->metadata);
    json_end_object(w);
}

// Several observations, and what is needed to show them. In call->state.
struct showing {
    struct definition definition;
    struct observation_record *records;
    size_t n;
};

static struct showing *showing_create(struct call *call)
{
    struct showing *showing = arena_alloc(call->arena, 1, sizeof *showing);
    call->state = showing;
    return showing;
}

static void render_row(struct call *call, const void *rows, size_t i)
{
    const struct showing *showing = call->state;
    const struct observation_record *records = rows;
    observation_write(&call->out, &showing->definition, &records[i]);
}

// ------------------------------------------------------------------ create

static enum err_code prepare_create(struct call *call, struct definition *definition)
{
    enum err_code code = experiment_refuse_deleted(call);
    return code == ERR_NONE ? definition_load(call->arena, &call->experiment, definition, &call->err) : code;
}

enum err_code observation_create(struct call *call)
{
    struct definition definition;
    struct observation_record record;
    enum err_code code = experiment_refuse_runs(call);
    if (code == ERR_NONE)
        code = prepare_create(call, &definition);
    if (code == ERR_NONE)
        code = report_create(call, &definition, call->body, "", &record);
    if (code != ERR_NONE)
        return code;
    struct best_rule rule = definition_best_rule(&definition);
    code = observation_insert(call->tx, &record, &rule, definition_cost(&definition, record.task), &call->err);
    if (code == ERR_NONE)
        observation_write(&call->out, &definition, &record);
    call->committed = advisor_committed;
    return code;
}

// ------------------------------------------------------------------ batch

struct batch {
    const struct json *items; // an array
    size_t n;
    bool dry_run;
};

static enum err_code read_batch(struct call *call, struct batch *batch)
{
    const struct json *dry_run = json_member(call->body, "dry_run"), *no_optimize = json_member(call->body, "no_optimize");
    bool unused;
    *batch = (struct batch){.n = 0};
    if (expect_member(call->body, "observations", "", &batch->items, &call->err) != ERR_NONE ||
        expect_kind(batch->items, JSON_ARRAY, ".observations", &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (!expect_absent(dry_run) && expect_bool(dry_run, ".dry_run", &batch->dry_run, &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (!expect_absent(no_optimize) && expect_bool(no_optimize, ".no_optimize", &unused, &call->err) != ERR_NONE)
        return ERR_INVALID;
    batch->n = json_size(batch->items);
    if (batch->n > BATCH_MAX)
        return call_error(call, ERR_INVALID, ".observations", "The length of .observations is %zu but must be at most %d", batch->n,
                          BATCH_MAX);
    return ERR_NONE;
}

static enum err_code create_all(struct call *call, const struct batch *batch, struct showing *showing)
{
    struct best_rule rule = definition_best_rule(&showing->definition);
    size_t i = 0;
    for (const struct json *item = json_first(batch->items); item != NULL; item = json_next(item), i++) {
        struct observation_record *record = &showing->records[i];
        char path[EXPECT_FIELD_MAX];
        enum err_code code =
            report_create(call, &showing->definition, item, expect_item_path(path, ".observations", i), record);
        if (code == ERR_INVALID)
            return call_blame(call, "Observation", i, batch->n);
        if (code == ERR_NONE && !batch->dry_run)
            code = observation_insert(call->tx, record, &rule, definition_cost(&showing->definition, record->task), &call->err);
        if (code != ERR_NONE)
            return code;
    }
    return ERR_NONE;
}

enum err_code observation_create_batch(struct call *call)
{
    struct showing *showing = showing_create(call);
    struct batch batch;
    enum err_code code = prepare_create(call, &showing->definition);
    if (code == ERR_NONE)
        code = read_batch(call, &batch);
    if (code != ERR_NONE)
        return code;
    showing->n = batch.n;
    showing->records = arena_alloc(call->arena, batch.n, sizeof *showing->records);
    code = create_all(call, &batch, showing);
    if (code == ERR_NONE)
        paging_render_all(call, showing->records, showing->n, render_row);
    if (!batch.dry_run && batch.n > 0)
        call->committed = advisor_committed;
    return code;
}

// ------------------------------------------------------------------ read

static void observation_key(const void *rows, size_t i, int64_t key[2])
{
    const struct observation_record *records = rows;
    key[0] = records[i].id;
}

static void render_sorted(struct call *call, const void *rows, size_t i)
{
    const struct observation_sorted *sorted = rows;
    const struct showing *showing = call->state;
    observation_write(&call->out, &showing->definition, &sorted[i].record);
}

enum err_code observation_list(struct call *call)
{
    struct observation_filter filter = {.experiment_id = call->experiment.id};
    struct showing *showing = showing_create(call);
    struct observation_sort sort;
    struct paging paging;
    bool by_id = true;
    int64_t count;
    enum err_code code = definition_load(call->arena, &call->experiment, &showing->definition, &call->err);
    if (code == ERR_NONE)
        code = observation_sort_read(call, &showing->definition, &by_id, &sort);
    if (code == ERR_NONE)
        code = call_query_bool(call, "deleted", &filter.deleted);
    if (code == ERR_NONE && !by_id)
        return observation_sort_list(call, &showing->definition, &sort, &filter, render_sorted);
    if (code == ERR_NONE)
        code = paging_read(call, 1, true, &paging);
    if (code == ERR_NONE)
        code = observation_page(call->tx, call->arena, &filter, &paging.page, &showing->records, &showing->n, &count, &call->err);
    if (code == ERR_NONE)
        paging_render(call, &paging, showing->records, showing->n, count, observation_key, render_row);
    return code;
}

static enum err_code not_found(struct call *call)
{
    return call_error(call, ERR_NOT_FOUND, NULL, "observation %" PRId64 " does not exist", call->observation_id);
}

static enum err_code find(struct call *call, struct definition *definition, struct observation_record *record)
{
    enum err_code code =
        observation_find(call->tx, call->arena, call->experiment.id, call->observation_id, record, &call->err);
    if (code == ERR_NOT_FOUND)
        return not_found(call);
    return code == ERR_NONE ? definition_load(call->arena, &call->experiment, definition, &call->err) : code;
}

enum err_code observation_detail(struct call *call)
{
    struct definition definition;
    struct observation_record record;
    enum err_code code = find(call, &definition, &record);
    if (code == ERR_NONE)
        observation_write(&call->out, &definition, &record);
    return code;
}

// ------------------------------------------------------------------ change and delete

enum err_code observation_change(struct call *call)
{
    struct definition definition;
    struct observation_record record;
    bool changed;
    enum err_code code = find(call, &definition, &record);
    const char *old_task = record.task;
    static const char *const changeable[] = {"assignments", "suggestion", "values", "failed", "metadata", "task", NULL};
    static const char *const moving[] = {NULL};
    if (code == ERR_NONE) {
        observation_write(&call->out, &definition, &record);
        code = sent_back_reduce(call, changeable, moving);
    }
    if (code == ERR_NONE)
        code = report_update(call, &definition, &record, &changed);
    if (code != ERR_NONE)
        return code;
    struct best_rule rule = definition_best_rule(&definition);
    double extra_cost = definition_cost(&definition, record.task) - definition_cost(&definition, old_task);
    code = observation_update(call->tx, &record, &rule, extra_cost, !changed, &call->err);
    if (code == ERR_NONE)
        code = experiment_touch(call->tx, call->experiment.id, call->now, &call->err);
    if (code == ERR_NONE)
        observation_write(&call->out, &definition, &record);
    if (changed)
        call->committed = advisor_committed;
    return code;
}

// What the reference reads of a delete and has no meaning here.
static enum err_code read_no_optimize(struct call *call)
{
    bool unused;
    return call_query_bool(call, "no_optimize", &unused);
}

enum err_code observation_remove(struct call *call)
{
    struct definition definition;
    struct observation_record record;
    enum err_code code = read_no_optimize(call);
    if (code == ERR_NONE)
        code = find(call, &definition, &record);
    if (code != ERR_NONE)
        return code;
    struct best_rule rule = definition_best_rule(&definition);
    double cost = definition_cost(&definition, record.task);
    call->committed = advisor_committed;
    return observation_delete(call->tx, call->experiment.id, record.id, &rule, cost, call->now, &call->err);
}

enum err_code observation_remove_all(struct call *call)
{
    enum err_code code = read_no_optimize(call);
    call->committed = advisor_committed;
    return code == ERR_NONE ? observation_delete_all(call->tx, call->experiment.id, call->now, &call->err) : code;
}
