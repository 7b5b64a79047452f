#include "api/training_run_maps.h"

#include <math.h>
#include <string.h>

#include "api/expect.h"
#include "base/text.h"

enum {
    SOURCE_MAX_LENGTH = 30,
    FEATURE_MAX_LENGTH = 100,
    SCORES_MAX = 50,
    LOG_MAX_LENGTH = 1124, // characters of a log that are kept
};

static const char reserved_source[] = "SigOpt"; // marks what the server has assigned

static const char *const section_names[RUN_SECTION_END] = {
    [RUN_ASSIGNMENTS] = "assignments",
    [RUN_ASSIGNMENTS_META] = "assignments_meta",
    [RUN_ASSIGNMENTS_SOURCES] = "assignments_sources",
    [RUN_VALUES] = "values",
    [RUN_METADATA] = "metadata",
    [RUN_DEV_METADATA] = "dev_metadata",
    [RUN_LOGS] = "logs",
    [RUN_DATASETS] = "datasets",
    [RUN_SOURCE_CODE] = "source_code",
    [RUN_MODEL] = "model",
    [RUN_IMPORTANCES] = "sys_metadata",
    [RUN_IMPORTANCES_TYPE] = "sys_metadata",
};

const char *run_section_name(enum run_section section)
{
    return section_names[section];
}

size_t run_section_max(enum run_section section, size_t otherwise)
{
    return section == RUN_IMPORTANCES ? SCORES_MAX : otherwise;
}

// ------------------------------------------------------------------ edits

static struct run_entry *add(const struct run_reading *r, enum run_section section, const char *key)
{
    struct run_edit *edit = &r->change->edits[r->change->n_edits++];
    *edit = (struct run_edit){.entry = {.section = section, .key = key, .number = (double)NAN, .extra = (double)NAN}};
    return &edit->entry;
}

// A key that is null: MERGE takes it away, elsewhere it says nothing.
static void take(const struct run_reading *r, enum run_section section, const char *key)
{
    if (r->verb != RUN_MERGE)
        return;
    add(r, section, key);
    r->change->edits[r->change->n_edits - 1].takes = true;
}

// ------------------------------------------------------------------ one key of a map, by kind of map

// v is the value of the key, never null; field is its path.
typedef enum err_code read_value_fn(const struct run_reading *r, enum run_section section, const struct json *v, const char *field);

// Text or number; metadata_check has looked at it.
static enum err_code read_scalar(const struct run_reading *r, enum run_section section, const struct json *v, const char *field)
{
    (void)field;
    struct run_entry *entry = add(r, section, json_key(v));
    if (json_kind(v) == JSON_STRING)
        entry->text = json_string(v);
    else
        entry->number = json_number(v);
    return ERR_NONE;
}

static enum err_code read_value(const struct run_reading *r, enum run_section section, const struct json *v, const char *field)
{
    static const char *const known[] = {"value", "value_stddev", "name", "object", NULL};
    struct err *err = &r->call->err;
    const struct json *value;
    char path[EXPECT_FIELD_MAX];
    struct run_entry *entry = add(r, section, json_key(v));
    if (expect_keys(v, known, field, err) != ERR_NONE || expect_member(v, "value", field, &value, err) != ERR_NONE ||
        expect_number(value, expect_path(path, field, "value"), &entry->number, err) != ERR_NONE)
        return ERR_INVALID;
    r->change->edits[r->change->n_edits - 1].keeps_extra = json_member(v, "value_stddev") == NULL;
    return expect_stddev(v, field, &entry->extra, err);
}

static enum err_code read_meta(const struct run_reading *r, enum run_section section, const struct json *v, const char *field)
{
    static const char *const known[] = {"source", "object", NULL};
    const struct json *source;
    char path[EXPECT_FIELD_MAX];
    struct run_entry *entry = add(r, section, json_key(v));
    if (expect_keys(v, known, field, &r->call->err) != ERR_NONE ||
        expect_member(v, "source", field, &source, &r->call->err) != ERR_NONE ||
        expect_string(source, SOURCE_MAX_LENGTH, expect_path(path, field, "source"), &entry->text, &r->call->err) != ERR_NONE)
        return ERR_INVALID;
    if (strcmp(entry->text, reserved_source) == 0)
        return call_error(r->call, ERR_INVALID, path, "%s must not be \"%s\": that marks what was suggested", path, reserved_source);
    return ERR_NONE;
}

static enum err_code read_source(const struct run_reading *r, enum run_section section, const struct json *v, const char *field)
{
    static const char *const known[] = {"default_show", "sort", "object", NULL};
    const struct json *show, *sort;
    struct err *err = &r->call->err;
    char path[EXPECT_FIELD_MAX];
    bool shown = false;
    if (text_length(json_key(v)) > SOURCE_MAX_LENGTH)
        return call_error(r->call, ERR_INVALID, field, "%s: a source has at most %d characters", field, SOURCE_MAX_LENGTH);
    struct run_entry *entry = add(r, section, json_key(v));
    if (expect_keys(v, known, field, err) != ERR_NONE || expect_member(v, "default_show", field, &show, err) != ERR_NONE ||
        expect_member(v, "sort", field, &sort, err) != ERR_NONE ||
        expect_bool(show, expect_path(path, field, "default_show"), &shown, err) != ERR_NONE ||
        expect_number(sort, expect_path(path, field, "sort"), &entry->number, err) != ERR_NONE)
        return ERR_INVALID;
    entry->extra = shown;
    return ERR_NONE;
}

static enum err_code read_log(const struct run_reading *r, enum run_section section, const struct json *v, const char *field)
{
    static const char *const known[] = {"content", "object", NULL};
    const struct json *content;
    char path[EXPECT_FIELD_MAX];
    if (expect_keys(v, known, field, &r->call->err) != ERR_NONE ||
        expect_member(v, "content", field, &content, &r->call->err) != ERR_NONE ||
        expect_kind(content, JSON_STRING, expect_path(path, field, "content"), &r->call->err) != ERR_NONE)
        return ERR_INVALID;
    const char *text = json_string(content);
    add(r, section, json_key(v))->text = arena_strndup(r->call->arena, text, text_prefix(text, LOG_MAX_LENGTH));
    return ERR_NONE;
}

// Whatever it says: that it is there is all that counts.
static enum err_code read_dataset(const struct run_reading *r, enum run_section section, const struct json *v, const char *field)
{
    (void)field;
    add(r, section, json_key(v));
    return ERR_NONE;
}

static enum err_code read_text(const struct run_reading *r, enum run_section section, const struct json *v, const char *field)
{
    if (strcmp(json_key(v), "object") == 0) // of an object that was fetched
        return ERR_NONE;
    enum err_code code = expect_kind(v, JSON_STRING, field, &r->call->err);
    if (code == ERR_NONE)
        add(r, section, json_key(v))->text = json_string(v);
    return code;
}

static enum err_code read_score(const struct run_reading *r, enum run_section section, const struct json *v, const char *field)
{
    if (text_length(json_key(v)) > FEATURE_MAX_LENGTH)
        return call_error(r->call, ERR_INVALID, field, "%s: the name of a feature has at most %d characters", field,
                          FEATURE_MAX_LENGTH);
    return expect_number(v, field, &add(r, section, json_key(v))->number, &r->call->err);
}

// ------------------------------------------------------------------ whole maps

// A map that is there and no object: null empties it, anything else is refused.
static enum err_code read_kind(const struct run_reading *r, const struct json *v, const char *field)
{
    return json_kind(v) == JSON_NULL ? ERR_NONE : expect_kind(v, JSON_OBJECT, field, &r->call->err);
}

// `null_keys`: a key may be null.
static enum err_code read_keys(const struct run_reading *r, enum run_section section, const struct json *map, const char *field,
                               bool null_keys, bool objects, read_value_fn *read)
{
    enum err_code code = ERR_NONE;
    for (const struct json *v = json_first(map); code == ERR_NONE && v != NULL; v = json_next(v)) {
        char path[EXPECT_FIELD_MAX];
        expect_path(path, field, json_key(v));
        if (json_kind(v) == JSON_NULL && null_keys)
            take(r, section, json_key(v));
        else if (objects && (code = expect_kind(v, JSON_OBJECT, path, &r->call->err)) != ERR_NONE)
            break;
        else
            code = read(r, section, v, path);
    }
    return code;
}

static const struct map {
    enum run_section section;
    bool is_metadata;        // metadata_check knows its rules
    bool null_keys, objects; // keys may be null; values are objects
    read_value_fn *read;
    const char *const *known; // the only keys; NULL: any
} maps[] = {
    {RUN_ASSIGNMENTS, true, true, false, read_scalar, NULL},
    {RUN_METADATA, true, true, false, read_scalar, NULL},
    {RUN_DEV_METADATA, true, true, false, read_scalar, NULL},
    {RUN_ASSIGNMENTS_META, false, true, true, read_meta, NULL},
    {RUN_ASSIGNMENTS_SOURCES, false, true, true, read_source, NULL},
    {RUN_VALUES, false, false, true, read_value, NULL},
    {RUN_LOGS, false, false, true, read_log, NULL},
    {RUN_DATASETS, false, false, true, read_dataset, NULL},
    {RUN_SOURCE_CODE, false, true, false, read_text, (const char *const[]){"content", "hash", "object", NULL}},
    {RUN_MODEL, false, true, false, read_text, (const char *const[]){"type", "object", NULL}},
};

static enum err_code read_map(const struct run_reading *r, const struct map *map)
{
    const char *name = section_names[map->section];
    const struct json *v = json_member(r->object, name);
    char field[EXPECT_FIELD_MAX];
    if (v == NULL)
        return ERR_NONE;
    expect_path(field, r->field, name);
    r->change->cleared[map->section] = r->verb != RUN_MERGE || json_kind(v) == JSON_NULL;
    if (map->section == RUN_METADATA)
        r->change->metadata = json_kind(v) != JSON_NULL;
    enum err_code code = map->is_metadata ? metadata_check(v, field, &r->call->err) : read_kind(r, v, field);
    if (code == ERR_NONE && map->known != NULL)
        code = expect_keys(v, map->known, field, &r->call->err);
    return code == ERR_NONE ? read_keys(r, map->section, v, field, map->null_keys, map->objects, map->read) : code;
}

static enum err_code read_importances(const struct run_reading *r, const struct json *v, const char *field)
{
    static const char *const known[] = {"type", "scores", NULL};
    const struct json *type = json_member(v, "type"), *scores = json_member(v, "scores");
    struct err *err = &r->call->err;
    char path[EXPECT_FIELD_MAX];
    if (read_kind(r, v, field) != ERR_NONE || expect_keys(v, known, field, err) != ERR_NONE)
        return ERR_INVALID;
    if (json_kind(type) != JSON_NULL &&
        expect_string(type, FEATURE_MAX_LENGTH, expect_path(path, field, "type"),
                      &add(r, RUN_IMPORTANCES_TYPE, "type")->text, err) != ERR_NONE)
        return ERR_INVALID;
    if (type != NULL && json_kind(type) == JSON_NULL)
        take(r, RUN_IMPORTANCES_TYPE, "type");
    if (scores != NULL && json_kind(scores) == JSON_NULL)
        r->change->cleared[RUN_IMPORTANCES] = true;
    expect_path(path, field, "scores");
    return read_kind(r, scores, path) != ERR_NONE ? ERR_INVALID
                                                  : read_keys(r, RUN_IMPORTANCES, scores, path, true, false, read_score);
}

static enum err_code read_system(const struct run_reading *r)
{
    static const char *const known[] = {"feature_importances", NULL};
    const struct json *v = json_member(r->object, "sys_metadata"), *importances = json_member(v, "feature_importances");
    char field[EXPECT_FIELD_MAX], path[EXPECT_FIELD_MAX];
    if (v == NULL)
        return ERR_NONE;
    expect_path(field, r->field, "sys_metadata");
    bool cleared = r->verb != RUN_MERGE || json_kind(v) == JSON_NULL || (importances != NULL && json_kind(importances) == JSON_NULL);
    r->change->cleared[RUN_IMPORTANCES] = r->change->cleared[RUN_IMPORTANCES_TYPE] = cleared;
    if (read_kind(r, v, field) != ERR_NONE || expect_keys(v, known, field, &r->call->err) != ERR_NONE)
        return ERR_INVALID;
    return read_importances(r, importances, expect_path(path, field, "feature_importances"));
}

enum err_code run_maps_read(const struct run_reading *r)
{
    size_t n = 1; // the type of importances
    for (const struct json *m = json_first(r->object); m != NULL; m = json_next(m))
        n += json_size(m);
    const struct json *importances = json_member(json_member(r->object, "sys_metadata"), "feature_importances");
    n += json_size(json_member(importances, "scores"));
    r->change->edits = arena_alloc(r->call->arena, n, sizeof *r->change->edits);
    enum err_code code = read_system(r);
    for (size_t i = 0; code == ERR_NONE && i < sizeof maps / sizeof *maps; i++)
        code = read_map(r, &maps[i]);
    return code;
}
