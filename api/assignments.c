#include "api/assignments.h"

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

static enum err_code read_one(const struct parameter *p, const struct json *object, const char *field, struct assignment *out,
                              struct err *err)
{
    char path[EXPECT_FIELD_MAX];
    const struct json *v = json_member(object, p->name);
    expect_path(path, field, p->name);
    if (v == NULL)
        return err_set(err, ERR_INVALID, path, "%s is missing: every parameter needs an assignment", path);
    out->name = p->name;
    return p->type == PARAMETER_CATEGORICAL ? read_category(p, v, path, out, err) : read_number(p, v, path, &out->number, err);
}

static enum err_code refuse_unknown(const struct definition *definition, const struct json *object, const char *field,
                                    struct err *err)
{
    for (const struct json *v = json_first(object); v != NULL; v = json_next(v)) {
        size_t i = 0;
        while (i < definition->n_parameters && strcmp(definition->parameters[i].name, json_key(v)) != 0)
            i++;
        char path[EXPECT_FIELD_MAX];
        if (i == definition->n_parameters)
            return err_set(err, ERR_INVALID, expect_path(path, field, json_key(v)),
                           "%s: the experiment has no such parameter", path);
    }
    return ERR_NONE;
}

enum err_code assignments_read(struct arena *arena, const struct definition *definition, const struct json *object,
                               const char *field, struct assignment **out, size_t *n, struct err *err)
{
    enum err_code code = expect_kind(object, JSON_OBJECT, field, err);
    struct assignment *list = arena_alloc(arena, definition->n_parameters, sizeof *list);
    for (size_t i = 0; code == ERR_NONE && i < definition->n_parameters; i++)
        code = read_one(&definition->parameters[i], object, field, &list[i], err);
    // All are there, so what is too much is found by counting.
    if (code == ERR_NONE && json_size(object) != definition->n_parameters)
        code = refuse_unknown(definition, object, field, err);
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
