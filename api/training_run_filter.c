#include "api/training_run_filter.h"

#include <string.h>

#include "api/expect.h"
#include "api/training_run_write.h"

// What a field is compared with.
enum field_type { FIELD_ID, FIELD_TIME, FIELD_BOOLEAN, FIELD_STATE, FIELD_TEXT, FIELD_NUMBER, FIELD_ANY };

// ------------------------------------------------------------------ fields

// A map's key is between start and end.
static const struct {
    const char *start, *end; // end NULL: start is the whole name
    enum field_type type;
    struct run_field field; // key NULL: as said
} fields[] = {
    {"id", NULL, FIELD_ID, {.column = RUN_COLUMN_ID}},
    {"client", NULL, FIELD_ID, {.column = RUN_COLUMN_CLIENT}},
    {"experiment", NULL, FIELD_ID, {.column = RUN_COLUMN_EXPERIMENT}},
    {"suggestion", NULL, FIELD_ID, {.column = RUN_COLUMN_SUGGESTION}},
    {"observation", NULL, FIELD_ID, {.column = RUN_COLUMN_OBSERVATION}},
    {"user", NULL, FIELD_ID, {.column = RUN_COLUMN_USER}},
    {"created", NULL, FIELD_TIME, {.column = RUN_COLUMN_CREATED}},
    {"updated", NULL, FIELD_TIME, {.column = RUN_COLUMN_UPDATED}},
    {"completed", NULL, FIELD_TIME, {.column = RUN_COLUMN_COMPLETED}},
    {"finished", NULL, FIELD_TIME, {.column = RUN_COLUMN_COMPLETED}},
    {"deleted", NULL, FIELD_BOOLEAN, {.column = RUN_COLUMN_DELETED}},
    {"favorite", NULL, FIELD_BOOLEAN, {.column = RUN_COLUMN_FAVORITE}},
    {"optimized_suggestion", NULL, FIELD_BOOLEAN, {.column = RUN_COLUMN_OPTIMIZED}},
    {"state", NULL, FIELD_STATE, {.column = RUN_COLUMN_STATE}},
    {"name", NULL, FIELD_TEXT, {.column = RUN_COLUMN_NAME}},
    {"model.type", NULL, FIELD_TEXT, {RUN_COLUMN_ENTRY, RUN_MODEL, "type"}},
    {"source_code.content", NULL, FIELD_TEXT, {RUN_COLUMN_ENTRY, RUN_SOURCE_CODE, "content"}},
    {"source_code.hash", NULL, FIELD_TEXT, {RUN_COLUMN_ENTRY, RUN_SOURCE_CODE, "hash"}},
    {"assignments.", "", FIELD_ANY, {RUN_COLUMN_ENTRY, RUN_ASSIGNMENTS, NULL}},
    {"metadata.", "", FIELD_ANY, {RUN_COLUMN_ENTRY, RUN_METADATA, NULL}},
    {"logs.", ".content", FIELD_TEXT, {RUN_COLUMN_ENTRY, RUN_LOGS, NULL}},
    {"values.", ".value", FIELD_NUMBER, {RUN_COLUMN_ENTRY, RUN_VALUES, NULL}},
    {"values.", ".value_stddev", FIELD_NUMBER, {RUN_COLUMN_EXTRA, RUN_VALUES, NULL}},
};

// The key that name has between start and end, or NULL.
static const char *key_between(struct arena *arena, const char *name, const char *start, const char *end)
{
    size_t n = strlen(start), n_end = strlen(end), len = strlen(name);
    if (len < n + n_end || strncmp(name, start, n) != 0 || strcmp(name + len - n_end, end) != 0)
        return NULL;
    char *key = arena_strndup(arena, name + n, len - n - n_end);
    return strchr(key, '.') == NULL ? key : NULL;
}

// False: there is no such field.
static bool find_field(struct arena *arena, const char *name, struct run_field *field, enum field_type *type)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *key = fields[i].field.key;
        if (fields[i].end == NULL ? strcmp(name, fields[i].start) != 0
                                  : (key = key_between(arena, name, fields[i].start, fields[i].end)) == NULL)
            continue;
        *field = fields[i].field;
        field->key = key;
        *type = fields[i].type;
        return true;
    }
    return false;
}

// ------------------------------------------------------------------ conditions

static const char *const operators[] = {
    [RUN_EQUAL] = "==",     [RUN_NOT_EQUAL] = "!=", [RUN_GREATER] = ">",       [RUN_GREATER_EQUAL] = ">=",
    [RUN_LESS] = "<",       [RUN_LESS_EQUAL] = "<=", [RUN_IS_NULL] = "isnull", NULL,
};

static bool is_ordering(enum run_operator operator)
{
    return operator != RUN_EQUAL && operator != RUN_NOT_EQUAL && operator != RUN_IS_NULL;
}

static enum err_code read_integer(struct call *call, const struct json *v, const char *path, enum field_type type, int64_t *integer)
{
    bool yes = false;
    size_t state = 0;
    enum err_code code = ERR_NONE;
    if (type == FIELD_ID)
        return json_id(v, integer) ? ERR_NONE : expect_type(v, path, "id", &call->err);
    if (type == FIELD_TIME)
        return expect_integer(v, path, integer, &call->err);
    if (type == FIELD_BOOLEAN) {
        code = expect_bool(v, path, &yes, &call->err);
        *integer = yes;
    } else {
        code = expect_one_of(v, run_states, path, &state, &call->err);
        *integer = RUN_ACTIVE + (int64_t)state;
    }
    return code;
}

// Of an assignment or metadata: any type.
static void read_any(struct call *call, const struct json *v, struct run_condition *c)
{
    c->operand = json_kind(v) == JSON_NUMBER ? RUN_OPERAND_NUMBER : json_kind(v) == JSON_STRING ? RUN_OPERAND_TEXT : RUN_OPERAND_OTHER;
    if (c->operand == RUN_OPERAND_NUMBER)
        c->number = json_number(v);
    else if (c->operand == RUN_OPERAND_TEXT)
        c->text = arena_strdup(call->arena, json_string(v));
}

static enum err_code read_value(struct call *call, const struct json *v, const char *path, enum field_type type,
                                struct run_condition *c)
{
    enum err_code code = ERR_NONE;
    if (type == FIELD_NUMBER)
        code = expect_kind(v, JSON_NUMBER, path, &call->err);
    else if (type == FIELD_TEXT)
        code = expect_kind(v, JSON_STRING, path, &call->err);
    if (type == FIELD_ANY || type == FIELD_NUMBER || type == FIELD_TEXT)
        read_any(call, v, c);
    else
        code = read_integer(call, v, path, type, &c->integer);
    if (code == ERR_NONE && json_kind(v) == JSON_BOOL && is_ordering(c->operator))
        return call_error(call, ERR_INVALID, path, "%s is a boolean, which is neither smaller nor greater than another", path);
    return code;
}

static enum err_code read_condition(struct call *call, const struct json *item, const char *path, struct run_condition *c)
{
    const struct json *name, *operator, *value;
    char inner[EXPECT_FIELD_MAX];
    enum field_type type = FIELD_ID;
    size_t index = 0;
    *c = (struct run_condition){.operand = RUN_OPERAND_INTEGER};
    if (expect_kind(item, JSON_OBJECT, path, &call->err) != ERR_NONE || expect_member(item, "field", path, &name, &call->err) != ERR_NONE ||
        expect_kind(name, JSON_STRING, expect_path(inner, path, "field"), &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (!find_field(call->arena, json_string(name), &c->field, &type))
        return call_error(call, ERR_INVALID, inner, "%s: runs have no field \"%s\"", inner, json_string(name));
    if (expect_member(item, "operator", path, &operator, &call->err) != ERR_NONE ||
        expect_one_of(operator, operators, expect_path(inner, path, "operator"), &index, &call->err) != ERR_NONE)
        return ERR_INVALID;
    c->operator = (enum run_operator)index;
    if (type == FIELD_STATE && c->operator != RUN_EQUAL)
        return call_error(call, ERR_INVALID, inner, "%s: a state can only be compared by ==", inner);
    if (c->operator == RUN_IS_NULL)
        return ERR_NONE;
    enum err_code code = expect_member(item, "value", path, &value, &call->err);
    return code == ERR_NONE ? read_value(call, value, expect_path(inner, path, "value"), type, c) : code;
}

static enum err_code read_conditions(struct call *call, const struct json *items, struct training_run_filter *filter)
{
    if (json_kind(items) != JSON_ARRAY)
        return expect_type(items, "filters", "array", &call->err);
    size_t n = json_size(items), i = 0;
    if (n > RUN_CONDITIONS_MAX)
        return call_error(call, ERR_INVALID, "filters", "The length of filters is %zu but must be at most %d", n, RUN_CONDITIONS_MAX);
    struct run_condition *conditions = arena_alloc(call->arena, n, sizeof *conditions);
    enum err_code code = ERR_NONE;
    for (const struct json *item = json_first(items); code == ERR_NONE && item != NULL; item = json_next(item), i++) {
        char path[EXPECT_FIELD_MAX];
        code = read_condition(call, item, expect_item_path(path, ".filters", i), &conditions[i]);
    }
    filter->conditions = conditions;
    filter->n_conditions = n;
    return code;
}

static enum err_code read_filters(struct call *call, struct training_run_filter *filter)
{
    const char *text = call_query(call, "filters");
    struct json *document = NULL;
    struct err why;
    if (text == NULL)
        return ERR_NONE;
    if (json_parse(text, strlen(text), &document, &why) != ERR_NONE)
        return call_error(call, ERR_INVALID, "filters", "Malformed json in filters: %s", why.text);
    enum err_code code = read_conditions(call, document, filter);
    json_free(document);
    return code;
}

// ------------------------------------------------------------------ the whole

static enum err_code read_sort(struct call *call, struct training_run_filter *filter, enum marker_kind *kind)
{
    const char *name = call_query(call, "sort");
    enum field_type type = FIELD_ID;
    filter->sort = (struct run_field){.column = RUN_COLUMN_ID};
    if (name != NULL && !find_field(call->arena, name, &filter->sort, &type))
        return call_error(call, ERR_INVALID, "sort", "Invalid sort: runs have no field \"%s\"", name);
    *kind = type == FIELD_TIME                               ? MARKER_TIME
            : type == FIELD_BOOLEAN                          ? MARKER_BOOLEAN
            : training_run_sorts_by_scalar(&filter->sort) ? MARKER_SCALAR
                                                             : MARKER_INTEGER;
    return ERR_NONE;
}

enum err_code training_run_filter_read(struct call *call, struct training_run_filter *filter, enum marker_kind *kind)
{
    *filter = (struct training_run_filter){.client_id = call->client.id, .project_id = call->project.id};
    const char *search = call_query(call, "search");
    if (search != NULL && *search != '\0')
        filter->search = search;
    enum err_code code = read_filters(call, filter);
    return code == ERR_NONE ? read_sort(call, filter, kind) : code;
}
