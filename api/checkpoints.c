// Checkpoints of training runs (API reference 2.10, 3.7).
#include "storage/checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/expect.h"
#include "api/metrics.h"
#include "api/route.h"
#include "storage/experiment.h"

enum { CHECKPOINTS_MAX = 200, METADATA_KEYS_MAX = 5 };

static void write_checkpoint(struct call *call, const struct checkpoint_record *record)
{
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", "checkpoint");
    json_member_id(w, "id", record->id);
    json_member_id(w, "training_run", record->training_run_id);
    json_member_int(w, "created", record->created / 1000);
    json_put_key(w, "values");
    values_write(w, record->values, record->n_values);
    json_member_raw(w, "metadata", record->metadata);
    json_end_object(w);
}

// ------------------------------------------------------------------ create

static enum err_code read_value(struct call *call, const struct json *item, const char *field, struct metric_value *value)
{
    static const char *const known[] = {"name", "value", "value_stddev", NULL};
    const struct json *name, *number;
    struct err *err = &call->err;
    char path[EXPECT_FIELD_MAX];
    if (expect_kind(item, JSON_OBJECT, field, err) != ERR_NONE || expect_keys(item, known, field, err) != ERR_NONE ||
        expect_member(item, "name", field, &name, err) != ERR_NONE ||
        expect_string(name, SIZE_MAX, expect_path(path, field, "name"), &value->name, err) != ERR_NONE ||
        expect_member(item, "value", field, &number, err) != ERR_NONE ||
        expect_number(number, expect_path(path, field, "value"), &value->value, err) != ERR_NONE)
        return ERR_INVALID;
    return expect_stddev(item, field, &value->stddev, err);
}

static int order_values(const void *a, const void *b)
{
    return strcmp(((const struct metric_value *)a)->name, ((const struct metric_value *)b)->name);
}

static enum err_code read_values(struct call *call, struct checkpoint_record *record)
{
    const struct json *list;
    char field[EXPECT_FIELD_MAX];
    if (expect_member(call->body, "values", "", &list, &call->err) != ERR_NONE ||
        expect_kind(list, JSON_ARRAY, ".values", &call->err) != ERR_NONE)
        return ERR_INVALID;
    size_t n = json_size(list), i = 0;
    struct metric_value *values = arena_alloc(call->arena, n, sizeof *values);
    for (const struct json *item = json_first(list); item != NULL; item = json_next(item), i++)
        if (read_value(call, item, expect_item_path(field, ".values", i), &values[i]) != ERR_NONE)
            return ERR_INVALID;
    qsort(values, n, sizeof *values, order_values);
    for (i = 1; i < n; i++)
        if (strcmp(values[i - 1].name, values[i].name) == 0)
            return call_error(call, ERR_INVALID, ".values", ".values has two values with the name \"%s\"", values[i].name);
    record->values = values;
    record->n_values = n;
    return ERR_NONE;
}

static enum err_code read_body(struct call *call, struct checkpoint_record *record)
{
    static const char *const known[] = {"values", "metadata", NULL};
    const struct json *metadata = json_member(call->body, "metadata");
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE || read_values(call, record) != ERR_NONE)
        return ERR_INVALID;
    enum err_code code = metadata_read(call->arena, metadata, ".metadata", &record->metadata, &call->err);
    if (code == ERR_NONE && json_size(metadata) > METADATA_KEYS_MAX)
        return call_error(call, ERR_INVALID, ".metadata", ".metadata has too many keys: a checkpoint has at most %d", METADATA_KEYS_MAX);
    return code;
}

// Whether the run takes another one.
static enum err_code check_run(struct call *call)
{
    const struct training_run_record *run = &call->run;
    struct experiment_record experiment = {.deleted = false};
    if (run->observation_id != 0)
        return call_error(call, ERR_FORBIDDEN, NULL, "training run %" PRId64 " has an observation already", run->id);
    if (run->checkpoint_count >= CHECKPOINTS_MAX)
        return call_error(call, ERR_FORBIDDEN, NULL, "training run %" PRId64 " has %d checkpoints, which is the maximum", run->id,
                          CHECKPOINTS_MAX);
    enum err_code code = run->experiment_id == 0
                             ? ERR_NONE
                             : experiment_find(call->tx, call->arena, run->experiment_id, &experiment, &call->err);
    if (code == ERR_NONE && experiment.deleted)
        return call_error(call, ERR_INVALID, NULL, "experiment %" PRId64 " is deleted", experiment.id);
    return code;
}

enum err_code checkpoint_create(struct call *call)
{
    struct checkpoint_record record = {.training_run_id = call->run.id, .created = call->now};
    enum err_code code = read_body(call, &record);
    if (code == ERR_NONE)
        code = check_run(call);
    if (code == ERR_NONE)
        code = checkpoint_insert(call->tx, &record, &call->err);
    if (code == ERR_NONE)
        write_checkpoint(call, &record);
    return code;
}

// ------------------------------------------------------------------ read

enum err_code checkpoint_detail(struct call *call)
{
    struct checkpoint_record record;
    enum err_code code = checkpoint_find(call->tx, call->arena, call->run.id, call->checkpoint_id, &record, &call->err);
    if (code == ERR_NOT_FOUND)
        return call_error(call, code, NULL, "checkpoint %" PRId64 " does not exist", call->checkpoint_id);
    if (code == ERR_NONE)
        write_checkpoint(call, &record);
    return code;
}

static void key_by_id(const void *rows, size_t i, int64_t *key)
{
    key[0] = ((const struct checkpoint_record *)rows)[i].id;
}

static void render_row(struct call *call, const void *rows, size_t i)
{
    write_checkpoint(call, (const struct checkpoint_record *)rows + i);
}

enum err_code checkpoint_list(struct call *call)
{
    struct paging paging;
    struct checkpoint_record *records;
    size_t n;
    int64_t count;
    enum err_code code = paging_read(call, 1, true, &paging);
    if (code == ERR_NONE)
        code = checkpoint_page(call->tx, call->arena, call->run.id, &paging.page, &records, &n, &count, &call->err);
    if (code == ERR_NONE)
        paging_render(call, &paging, records, n, count, key_by_id, render_row);
    return code;
}
