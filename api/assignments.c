#include "api/assignments.h"

#include <stdlib.h>
#include <string.h>

#include "api/definition.h"
#include "api/expect.h"

// ------------------------------------------------------------------ reading

static enum err_code read_category(const struct parameter *p, const struct json *v, const char *field, struct assignment *out,
                                   struct err *err)
{
    size_t index;
    if (expect_kind(v, JSON_STRING, field, err) != ERR_NONE)
        return ERR_INVALID;
    if (!parameter_find_category(p, json_string(v), &index))
        return err_set(err, ERR_INVALID, field, "%s: \"%s\" is not one of the categorical values", field, json_string(v));
    out->text = p->categories[index].name;
    return ERR_NONE;
}

static enum err_code read_number(const struct parameter *p, const struct json *v, const char *field, double *out,
                                 struct err *err)
{
    int64_t integer = 0;
    enum err_code code =
        p->type == PARAMETER_INT ? expect_integer(v, field, &integer, err) : expect_number(v, field, out, err);
    if (code != ERR_NONE)
        return code;
    if (p->type == PARAMETER_INT)
        *out = (double)integer;
    if (p->grid != NULL && !parameter_on_grid(p, *out))
        return err_set(err, ERR_INVALID, field, "%s: %g is not one of the grid values", field, *out);
    if (p->log && *out <= 0)
        return err_set(err, ERR_INVALID, field, "%s must be greater than 0 for a parameter with a log-transformation", field);
    return ERR_NONE;
}

// v: NULL when there is none.
static enum err_code read_one(const struct parameter *p, const struct json *v, const char *field, struct assignment *out,
                              struct err *err)
{
    char path[EXPECT_FIELD_MAX];
    expect_path(path, field, p->name);
    if (v == NULL)
        return err_set(err, ERR_INVALID, path, "%s is missing: every parameter needs an assignment", path);
    out->name = p->name;
    return p->type == PARAMETER_CATEGORICAL ? read_category(p, v, path, out, err) : read_number(p, v, path, &out->number, err);
}

static int compare_members(const void *a, const void *b)
{
    const struct json *const *x = a, *const *y = b;
    return strcmp(json_key(*x), json_key(*y));
}

// The members in the order of the parameters: thousands of both are then matched in one walk.
static const struct json **sort_members(struct arena *arena, const struct json *object, size_t *n)
{
    const struct json **members = arena_alloc(arena, json_size(object), sizeof *members);
    *n = 0;
    for (const struct json *v = json_first(object); v != NULL; v = json_next(v))
        members[(*n)++] = v;
    qsort(members, *n, sizeof *members, compare_members);
    return members;
}

enum err_code assignments_read(struct arena *arena, const struct definition *definition, const struct json *object,
                               const char *field, struct assignment **out, size_t *n, struct err *err)
{
    enum err_code code = expect_kind(object, JSON_OBJECT, field, err);
    if (code != ERR_NONE)
        return code;
    size_t n_members, j = 0;
    const struct json **members = sort_members(arena, object, &n_members), *unknown = NULL;
    struct assignment *list = arena_alloc(arena, definition->n_parameters, sizeof *list);
    for (size_t i = 0; code == ERR_NONE && i < definition->n_parameters; i++) {
        const struct parameter *p = &definition->parameters[i];
        while (j < n_members && strcmp(json_key(members[j]), p->name) < 0)
            unknown = members[j++];
        bool found = j < n_members && strcmp(json_key(members[j]), p->name) == 0;
        code = read_one(p, found ? members[j++] : NULL, field, &list[i], err);
    }
    if (j < n_members)
        unknown = members[j];
    char path[EXPECT_FIELD_MAX];
    if (code == ERR_NONE && unknown != NULL)
        code = err_set(err, ERR_INVALID, expect_path(path, field, json_key(unknown)), "%s: the experiment has no such parameter",
                       path);
    *out = list;
    *n = definition->n_parameters;
    return code;
}

// ------------------------------------------------------------------ writing

static void write_number(struct json_writer *w, const struct parameter *p, double v)
{
    if (p->type == PARAMETER_INT)
        json_member_number(w, p->name, v);
    else
        json_member_double(w, p->name, v);
}

static void write_one(struct json_writer *w, const struct parameter *p, const struct assignment *stored)
{
    bool is_text = p->type == PARAMETER_CATEGORICAL;
    if (stored != NULL && (stored->text != NULL) != is_text)
        stored = NULL;
    if (stored == NULL && !p->has_default)
        return;
    if (is_text)
        json_member_string(w, p->name, stored != NULL ? stored->text : p->default_text);
    else
        write_number(w, p, stored != NULL ? stored->number : p->default_number);
}

void assignments_write(struct json_writer *w, const struct definition *definition, const struct assignment *assignments, size_t n)
{
    size_t j = 0; // both lists are sorted by name
    json_begin_object(w);
    for (size_t i = 0; i < definition->n_parameters; i++) {
        const struct parameter *p = &definition->parameters[i];
        while (j < n && strcmp(assignments[j].name, p->name) < 0)
            j++;
        write_one(w, p, j < n && strcmp(assignments[j].name, p->name) == 0 ? &assignments[j] : NULL);
    }
    json_end_object(w);
}
