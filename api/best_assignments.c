// Best assignments: the best observation that has not failed (API reference 2.3, 3.4).
#include "api/definition.h"
#include "api/route.h"

static void render_row(struct call *call, const void *rows, size_t i)
{
    const struct observation_record *record = (const struct observation_record *)rows + i;
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", "best_assignments");
    json_member_id(w, "id", record->id);
    json_put_key(w, "assignments");
    assignments_write(w, call->state, record->assignments, record->n_assignments);
    json_put_key(w, "values");
    values_write(w, record->values, record->n_values);
    if (record->task != NULL)
        json_member_string(w, "task", record->task);
    json_member_raw(w, "metadata", record->metadata);
    json_end_object(w);
}

enum err_code best_assignments_list(struct call *call)
{
    struct definition *definition = arena_alloc(call->arena, 1, sizeof *definition);
    struct observation_record *records;
    size_t n;
    call->state = definition;
    enum err_code code = definition_load(call->arena, &call->experiment, definition, &call->err);
    if (code != ERR_NONE)
        return code;
    struct best_rule rule = definition_best_rule(definition);
    code = observation_best(call->tx, call->arena, call->experiment.id, &rule, 1, &records, &n, &call->err);
    if (code == ERR_NONE)
        paging_render_all(call, records, n, render_row);
    return code;
}
