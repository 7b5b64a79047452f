// Suggestions: points to evaluate (API reference 2.4, 3.3; our own key `fairway`).
//
// A generated one is made by the advisor; one with `assignments` is stored as it is; those that were queued come first.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/definition.h"
#include "api/expect.h"
#include "api/experiments.h"
#include "api/handout.h"
#include "api/route.h"
#include "base/text.h"
#include "storage/suggestion.h"

// ------------------------------------------------------------------ writing

static const char *source_name(enum suggestion_source source)
{
    static const char *const names[] = {
        [SOURCE_EXPLICIT] = "explicit", [SOURCE_QUEUED] = "queued", [SOURCE_INITIAL] = "initial",   [SOURCE_FILL] = "fill",
        [SOURCE_MODEL] = "model",       [SOURCE_RANDOM] = "random", [SOURCE_FALLBACK] = "fallback",
    };
    return names[source];
}

static void write_known(struct json_writer *w, const char *key, bool known, double v)
{
    if (known && isfinite(v))
        json_member_double(w, key, v);
    else
        json_member_null(w, key);
}

// What the models said of the metrics.
static void write_predicted(struct json_writer *w, const struct definition *definition, const struct suggestion_record *record)
{
    size_t n = definition->n_metrics, optimized = definition->optimized;
    if (record->predicted != NULL) {
        json_member_raw(w, "metrics", record->predicted);
        return;
    }
    double *memory = mem_calloc(2 * n, sizeof *memory), *mean = memory, *stddev = memory + n;
    for (size_t i = 0; i < 2 * n; i++)
        memory[i] = (double)NAN;
    if (optimized < n && record->source >= SOURCE_INITIAL) {
        mean[optimized] = record->mean;
        stddev[optimized] = record->stddev;
    }
    json_put_key(w, "metrics");
    metrics_write_predicted(w, definition->metrics, n, mean, stddev);
    free(memory);
}

static void write_fairway(struct json_writer *w, const struct definition *definition, const struct suggestion_record *record)
{
    bool generated = record->source >= SOURCE_INITIAL;
    json_put_key(w, "fairway");
    json_begin_object(w);
    bool of_grid = record->source == SOURCE_RANDOM && definition->type == EXPERIMENT_GRID;
    json_member_string(w, "source", of_grid ? "grid" : source_name(record->source));
    write_known(w, "probability_of_feasibility", generated, record->probability_of_feasibility);
    write_known(w, "probability_of_constraints", generated, record->probability_of_constraints);
    write_known(w, "expected_improvement", generated, record->expected_improvement);
    write_predicted(w, definition, record);
    json_member_bool(w, "exploring", record->exploring);
    json_member_bool(w, "filler", record->filler);
    if (generated) {
        json_member_int(w, "seed", record->seed);
        json_member_int(w, "sequence", record->sequence);
    } else {
        json_member_null(w, "seed");
        json_member_null(w, "sequence");
    }
    json_end_object(w);
}

void suggestion_write(struct json_writer *w, const struct definition *definition, const struct suggestion_record *record)
{
    json_begin_selected(w);
    json_member_string(w, "object", "suggestion");
    json_member_id(w, "id", record->id);
    json_member_id(w, "experiment", record->experiment_id);
    json_put_key(w, "assignments");
    assignments_write(w, definition, record->assignments, record->n_assignments);
    definition_write_task(w, definition, record->task);
    json_member_int(w, "created", record->created / 1000);
    json_member_string(w, "state", record->closed ? "closed" : "open");
    json_member_bool(w, "deleted", record->deleted);
    json_member_raw(w, "metadata", record->metadata);
    write_fairway(w, definition, record);
    json_end_object(w);
}

// ------------------------------------------------------------------ create

// What a request asks for.
struct wish {
    bool is_explicit;
    struct assignment *assignments;
    size_t n_assignments;
    const char *task;
    const char *metadata;
};

// Experiments with tasks need one together with assignments; others must not be given any.
static enum err_code read_task(struct call *call, const struct definition *definition, struct wish *wish)
{
    const struct json *v = json_member(call->body, "task");
    const struct task_definition *task;
    if (definition->n_tasks == 0)
        return expect_unused(v) ? ERR_NONE
                                : call_error(call, ERR_INVALID, ".task", "task is given, but experiment %" PRId64 " has no tasks",
                                             call->experiment.id);
    if (expect_absent(v) && wish->is_explicit)
        return call_error(call, ERR_INVALID, ".task", ".task must be given together with assignments");
    if (expect_absent(v))
        return ERR_NONE;
    if (!wish->is_explicit)
        return call_error(call, ERR_INVALID, ".task", ".task must not be given without assignments");
    enum err_code code = task_read(v, ".task", definition->tasks, definition->n_tasks, &task, &call->err);
    if (code == ERR_NONE)
        wish->task = task->name;
    return code;
}

static enum err_code read_wish(struct call *call, struct wish *wish)
{
    const struct json *assignments = json_member(call->body, "assignments");
    *wish = (struct wish){.is_explicit = !expect_absent(assignments)};
    struct definition definition;
    enum err_code code = experiment_refuse_deleted(call);
    if (code == ERR_NONE)
        code = definition_load(call->arena, &call->experiment, &definition, &call->err);
    if (code == ERR_NONE)
        code = read_task(call, &definition, wish);
    if (code == ERR_NONE)
        code = metadata_read(call->arena, json_member(call->body, "metadata"), ".metadata", &wish->metadata, &call->err);
    if (code == ERR_NONE && wish->is_explicit)
        code = assignments_read(call->arena, &definition, assignments, ".assignments", &wish->assignments,
                                &wish->n_assignments, &call->err);
    return code;
}

// An advice_store_fn.
static enum err_code insert_and_show(struct call *call, const struct definition *definition, struct suggestion_record *record)
{
    enum err_code code = suggestion_insert(call->tx, record, &call->err);
    if (code == ERR_NONE)
        suggestion_write(&call->out, definition, record);
    return code;
}

// In the write transaction: the experiment may have changed since the request was checked.
static enum err_code insert_explicit(struct call *call)
{
    struct wish wish;
    struct definition definition;
    enum err_code code = handout_reload(call, &definition);
    if (code == ERR_NONE)
        code = read_wish(call, &wish);
    if (code != ERR_NONE)
        return code;
    struct suggestion_record record = handout_chosen(call, SOURCE_EXPLICIT);
    record.metadata = wish.metadata;
    record.task = wish.task;
    record.assignments = wish.assignments;
    record.n_assignments = wish.n_assignments;
    return insert_and_show(call, &definition, &record);
}

static void create_explicit(struct call *call)
{
    call_write(call, insert_explicit);
}

enum err_code suggestion_create(struct call *call)
{
    struct wish wish;
    enum err_code code = experiment_refuse_runs(call);
    if (code == ERR_NONE)
        code = read_wish(call, &wish);
    if (code == ERR_NONE && !wish.is_explicit)
        return handout_begin(call, &(struct handout){.metadata = wish.metadata, .store = insert_and_show});
    call->next = create_explicit;
    return code;
}

// ------------------------------------------------------------------ read

static void suggestion_key(const void *rows, size_t i, int64_t key[2])
{
    const struct suggestion_record *records = rows;
    key[0] = records[i].id;
}

static void render_row(struct call *call, const void *rows, size_t i)
{
    const struct suggestion_record *records = rows;
    suggestion_write(&call->out, call->state, &records[i]);
}

static enum err_code read_state(struct call *call, bool *only_open)
{
    const char *state = call_query(call, "state");
    *only_open = state != NULL;
    if (state != NULL && strcmp(state, "open") != 0)
        return call_error(call, ERR_INVALID, "state", "%s is not one of the allowed values for state: \"open\"", state);
    return ERR_NONE;
}

// Comma-separated ids; an empty text is the same as none.
static enum err_code read_ids(struct call *call, const int64_t **out, size_t *n)
{
    const char *text = call_query(call, "id");
    *out = NULL;
    *n = 0;
    if (text == NULL || *text == '\0')
        return ERR_NONE;
    size_t count = 1;
    for (const char *c = text; *c != '\0'; c++)
        count += *c == ',';
    int64_t *ids = arena_alloc(call->arena, count, sizeof *ids);
    for (;; text++) {
        size_t len = strcspn(text, ",");
        const char *part = arena_strndup(call->arena, text, len);
        if (!text_to_int(part, true, &ids[(*n)++]))
            return call_error(call, ERR_INVALID, "id", "Invalid type for id: %s, expected integer", part);
        text += len;
        if (*text == '\0')
            break;
    }
    *out = ids;
    return ERR_NONE;
}

enum err_code suggestion_list(struct call *call)
{
    struct suggestion_filter filter = {.experiment_id = call->experiment.id};
    struct paging paging;
    struct definition *definition = arena_alloc(call->arena, 1, sizeof *definition);
    enum err_code code = read_state(call, &filter.only_open);
    if (code == ERR_NONE)
        code = call_query_bool(call, "deleted", &filter.deleted);
    if (code == ERR_NONE)
        code = read_ids(call, &filter.ids, &filter.n_ids);
    if (code == ERR_NONE)
        code = paging_read(call, 1, false, &paging);
    if (code == ERR_NONE)
        code = definition_load(call->arena, &call->experiment, definition, &call->err);
    if (code != ERR_NONE)
        return code;
    struct suggestion_record *records;
    size_t n;
    int64_t count;
    code = suggestion_page(call->tx, call->arena, &filter, &paging.page, &records, &n, &count, &call->err);
    call->state = definition;
    if (code == ERR_NONE)
        paging_render(call, &paging, records, n, count, suggestion_key, render_row);
    return code;
}

static enum err_code not_found(struct call *call)
{
    return call_error(call, ERR_NOT_FOUND, NULL, "suggestion %" PRId64 " does not exist", call->suggestion_id);
}

static enum err_code find(struct call *call, struct suggestion_record *record)
{
    enum err_code code =
        suggestion_find(call->tx, call->arena, call->experiment.id, call->suggestion_id, record, &call->err);
    return code == ERR_NOT_FOUND ? not_found(call) : code;
}

enum err_code suggestion_detail(struct call *call)
{
    struct suggestion_record record;
    struct definition definition;
    enum err_code code = find(call, &record);
    if (code == ERR_NONE)
        code = definition_load(call->arena, &call->experiment, &definition, &call->err);
    if (code == ERR_NONE)
        suggestion_write(&call->out, &definition, &record);
    return code;
}

// ------------------------------------------------------------------ change and delete

enum err_code suggestion_change(struct call *call)
{
    struct suggestion_record record;
    struct definition definition;
    const struct json *metadata = json_member(call->body, "metadata");
    enum err_code code = find(call, &record);
    if (code == ERR_NONE && metadata != NULL)
        code = metadata_read(call->arena, metadata, ".metadata", &record.metadata, &call->err);
    if (code == ERR_NONE && metadata != NULL)
        code = suggestion_set_metadata(call->tx, record.id, record.metadata, &call->err);
    if (code == ERR_NONE)
        code = definition_load(call->arena, &call->experiment, &definition, &call->err);
    if (code == ERR_NONE)
        suggestion_write(&call->out, &definition, &record);
    return code;
}

enum err_code suggestion_remove(struct call *call)
{
    enum err_code code = suggestion_delete(call->tx, call->experiment.id, call->suggestion_id, &call->err);
    return code == ERR_NOT_FOUND ? not_found(call) : code;
}

enum err_code suggestion_remove_all(struct call *call)
{
    bool only_open;
    enum err_code code = read_state(call, &only_open);
    return code == ERR_NONE ? suggestion_delete_all(call->tx, call->experiment.id, only_open, &call->err) : code;
}
