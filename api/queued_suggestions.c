// Queued suggestions: points that are to be handed out before any that the optimizer makes (API reference 2.5, 3.3).
//
// They are handed out by api/handout.c.
#include "storage/queued_suggestion.h"

#include <inttypes.h>

#include "api/call.h"
#include "api/definition.h"
#include "api/expect.h"
#include "api/experiments.h"
#include "api/route.h"

static void write(struct json_writer *w, const struct definition *definition, const struct queued_suggestion_record *record)
{
    json_begin_selected(w);
    json_member_string(w, "object", "queued_suggestion");
    json_member_id(w, "id", record->id);
    json_member_id(w, "experiment", record->experiment_id);
    json_put_key(w, "assignments");
    assignments_write(w, definition, record->assignments, record->n_assignments);
    definition_write_task(w, definition, record->task);
    json_member_int(w, "created", record->created / 1000);
    json_end_object(w);
}

// Needed by experiments with tasks, ignored by others.
static enum err_code read_task(struct call *call, const struct definition *definition, const char **name)
{
    const struct json *v;
    const struct task_definition *task;
    if (definition->n_tasks == 0)
        return ERR_NONE;
    enum err_code code = expect_member(call->body, "task", "", &v, &call->err);
    if (code == ERR_NONE)
        code = task_read(v, ".task", definition->tasks, definition->n_tasks, &task, &call->err);
    if (code == ERR_NONE)
        *name = task->name;
    return code;
}

enum err_code queued_suggestion_create(struct call *call)
{
    struct definition definition;
    const struct json *object;
    struct assignment *assignments;
    struct queued_suggestion_record record = {.experiment_id = call->experiment.id, .created = call->now};
    enum err_code code = experiment_refuse_deleted(call);
    if (code == ERR_NONE)
        code = expect_member(call->body, "assignments", "", &object, &call->err);
    if (code == ERR_NONE)
        code = definition_load(call->arena, &call->experiment, &definition, &call->err);
    if (code == ERR_NONE)
        code = assignments_read(call->arena, &definition, object, ".assignments", &assignments, &record.n_assignments, &call->err);
    if (code == ERR_NONE)
        code = read_task(call, &definition, &record.task);
    if (code != ERR_NONE)
        return code;
    record.assignments = assignments;
    code = queued_suggestion_insert(call->tx, &record, &call->err);
    if (code == ERR_NONE)
        write(&call->out, &definition, &record);
    return code;
}

static void queued_suggestion_key(const void *rows, size_t i, int64_t key[2])
{
    const struct queued_suggestion_record *records = rows;
    key[0] = records[i].id;
}

static void render_row(struct call *call, const void *rows, size_t i)
{
    const struct queued_suggestion_record *records = rows;
    write(&call->out, call->state, &records[i]);
}

enum err_code queued_suggestion_list(struct call *call)
{
    struct definition *definition = arena_alloc(call->arena, 1, sizeof *definition);
    struct queued_suggestion_record *records;
    struct paging paging;
    size_t n;
    int64_t count;
    enum err_code code = paging_read(call, 1, false, &paging);
    if (code == ERR_NONE)
        code = definition_load(call->arena, &call->experiment, definition, &call->err);
    if (code == ERR_NONE)
        code = queued_suggestion_page(call->tx, call->arena, call->experiment.id, &paging.page, &records, &n, &count, &call->err);
    call->state = definition;
    if (code == ERR_NONE)
        paging_render(call, &paging, records, n, count, queued_suggestion_key, render_row);
    return code;
}

static enum err_code not_found(struct call *call)
{
    return call_error(call, ERR_NOT_FOUND, NULL, "queued suggestion %" PRId64 " does not exist", call->queued_suggestion_id);
}

enum err_code queued_suggestion_detail(struct call *call)
{
    struct queued_suggestion_record record;
    struct definition definition;
    enum err_code code =
        queued_suggestion_find(call->tx, call->arena, call->experiment.id, call->queued_suggestion_id, &record, &call->err);
    if (code == ERR_NOT_FOUND)
        return not_found(call);
    if (code == ERR_NONE)
        code = definition_load(call->arena, &call->experiment, &definition, &call->err);
    if (code == ERR_NONE)
        write(&call->out, &definition, &record);
    return code;
}

enum err_code queued_suggestion_remove(struct call *call)
{
    enum err_code code = queued_suggestion_delete(call->tx, call->experiment.id, call->queued_suggestion_id, &call->err);
    return code == ERR_NOT_FOUND ? not_found(call) : code;
}
