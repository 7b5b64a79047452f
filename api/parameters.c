#include "api/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "api/expect.h"
#include "api/parameter_reading.h"

// ------------------------------------------------------------------ the list

static int compare_parameters(const void *a, const void *b)
{
    const struct parameter *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static enum err_code read_list(const struct parameter_reading *whole, const struct json *array, const struct parameter *present,
                               size_t n_present, const struct parameter **list, size_t *n)
{
    const char *field = whole->field;
    if (expect_kind(array, JSON_ARRAY, field, whole->err) != ERR_NONE)
        return ERR_INVALID;
    *n = json_size(array);
    if (*n < 1)
        return err_set(whole->err, ERR_INVALID, field, "%s must have at least 1 item", field);
    struct parameter *parameters = arena_alloc(whole->arena, *n, sizeof *parameters);
    size_t i = 0;
    for (const struct json *item = json_first(array); item != NULL; item = json_next(item), i++) {
        char path[EXPECT_FIELD_MAX];
        struct parameter_reading r = *whole;
        r.item = item;
        r.field = expect_item_path(path, field, i);
        r.out = &parameters[i];
        if (parameter_read_name(&r) != ERR_NONE)
            return ERR_INVALID;
        const struct parameter *before =
            present == NULL ? NULL : bsearch(r.out, present, n_present, sizeof *present, compare_parameters);
        if ((before != NULL ? parameter_read_change(&r, before) : parameter_read_new(&r)) != ERR_NONE)
            return ERR_INVALID;
        if (present != NULL && parameter_check_default(&r, before == NULL) != ERR_NONE)
            return ERR_INVALID;
    }
    qsort(parameters, *n, sizeof *parameters, compare_parameters);
    for (i = 1; i < *n; i++)
        if (strcmp(parameters[i - 1].name, parameters[i].name) == 0)
            return err_set(whole->err, ERR_INVALID, field, "%s has the duplicate name \"%s\"", field, parameters[i].name);
    *list = parameters;
    return ERR_NONE;
}

enum err_code parameters_read(struct arena *arena, const struct json *array, const char *field,
                              const struct parameter_context *context, const struct parameter **list, size_t *n, struct err *err)
{
    const struct parameter_reading r = {.arena = arena, .field = field, .context = context, .err = err};
    return read_list(&r, array, NULL, 0, list, n);
}

enum err_code parameters_update(struct arena *arena, const struct json *array, const char *field,
                                const struct parameter_context *context, const struct parameter *present, size_t n_present,
                                const struct parameter **list, size_t *n, struct err *err)
{
    const struct parameter_reading r = {.arena = arena, .field = field, .context = context, .err = err};
    return read_list(&r, array, present, n_present, list, n);
}

bool parameter_find_category(const struct parameter *parameter, const char *name, size_t *index)
{
    for (size_t i = 0; i < parameter->n_categories; i++) {
        if (strcmp(parameter->categories[i].name, name) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool parameter_on_grid(const struct parameter *parameter, double value)
{
    return parameter->grid != NULL &&
           bsearch(&value, parameter->grid, parameter->n_grid, sizeof value, parameter_compare_numbers) != NULL;
}

bool parameter_is_active(const struct parameter *parameter, const uint64_t *levels)
{
    for (size_t i = 0; i < parameter->n_conditions; i++)
        if ((levels[parameter->conditions[i].conditional] & parameter->conditions[i].values) == 0)
            return false;
    return true;
}

// ------------------------------------------------------------------ writing

static void write_value(struct json_writer *w, const struct parameter *p, double value)
{
    if (p->type == PARAMETER_INT)
        json_put_number(w, value);
    else
        json_put_double(w, value);
}

static void write_bounds(struct json_writer *w, const struct parameter *p)
{
    json_put_key(w, "bounds");
    json_begin_object(w);
    json_member_string(w, "object", "bounds");
    json_member_double(w, "min", p->lo);
    json_member_double(w, "max", p->hi);
    json_end_object(w);
}

static void write_categories(struct json_writer *w, const struct parameter *p)
{
    json_put_key(w, "categorical_values");
    json_begin_array(w);
    for (size_t i = 0; i < p->n_categories; i++) {
        json_begin_object(w);
        json_member_string(w, "object", "categorical_value");
        json_member_string(w, "name", p->categories[i].name);
        json_member_int(w, "enum_index", p->categories[i].enum_index);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_grid(struct json_writer *w, const struct parameter *p)
{
    if (p->grid == NULL && !p->gridded)
        return;
    json_put_key(w, "grid");
    json_begin_array(w);
    for (size_t i = 0; i < p->n_grid; i++)
        write_value(w, p, p->grid[i]);
    for (size_t i = 0; i < p->n_categories; i++)
        json_put_string(w, p->categories[i].name);
    json_end_array(w);
}

static void write_conditions(struct json_writer *w, const struct parameter *p, const struct parameter *conditionals)
{
    json_put_key(w, "conditions");
    json_begin_object(w);
    for (size_t i = 0; i < p->n_conditions; i++) {
        const struct parameter *conditional = &conditionals[p->conditions[i].conditional];
        json_put_key(w, conditional->name);
        json_begin_array(w);
        for (size_t j = 0; j < conditional->n_categories; j++)
            if ((p->conditions[i].values >> j & 1) != 0)
                json_put_string(w, conditional->categories[j].name);
        json_end_array(w);
    }
    json_end_object(w);
}

static void write_prior(struct json_writer *w, const struct prior *prior)
{
    bool normal = prior->kind == PRIOR_NORMAL;
    json_put_key(w, "prior");
    if (prior->kind == PRIOR_NONE) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    json_member_string(w, "object", normal ? "normal_prior" : "beta_prior");
    json_member_string(w, "name", normal ? "normal" : "beta");
    json_member_double(w, normal ? "mean" : "shape_a", prior->a);
    json_member_double(w, normal ? "scale" : "shape_b", prior->b);
    json_end_object(w);
}

static void write_default(struct json_writer *w, const struct parameter *p)
{
    json_put_key(w, "default_value");
    if (!p->has_default)
        json_put_null(w);
    else if (p->type == PARAMETER_CATEGORICAL)
        json_put_string(w, p->default_text);
    else
        write_value(w, p, p->default_number);
}

static void write_parameter(struct json_writer *w, const struct parameter *p, const struct parameter *conditionals)
{
    static const char *const types[] = {
        [PARAMETER_DOUBLE] = "double", [PARAMETER_INT] = "int", [PARAMETER_CATEGORICAL] = "categorical"};
    json_begin_object(w);
    json_member_string(w, "object", "parameter");
    json_member_string(w, "name", p->name);
    json_member_string(w, "type", types[p->type]);
    if (p->type == PARAMETER_CATEGORICAL) {
        json_member_null(w, "bounds");
        write_categories(w, p);
    } else {
        write_bounds(w, p);
        json_member_null(w, "categorical_values");
    }
    write_conditions(w, p, conditionals);
    write_default(w, p);
    write_grid(w, p);
    write_prior(w, &p->prior);
    json_member_string(w, "transformation", p->log ? "log" : NULL);
    json_end_object(w);
}

void parameters_write(struct json_writer *w, const struct parameter *list, size_t n, const struct parameter *conditionals)
{
    json_begin_array(w);
    for (size_t i = 0; i < n; i++)
        write_parameter(w, &list[i], conditionals);
    json_end_array(w);
}

// ------------------------------------------------------------------ retired categories

static void load_retired(struct arena *arena, const struct json *array, struct parameter *p)
{
    struct category *retired = arena_alloc(arena, json_size(array), sizeof *retired);
    size_t n = 0;
    for (const struct json *v = json_first(array); v != NULL; v = json_next(v)) {
        const struct json *name = json_member(v, "name");
        if (json_kind(name) != JSON_STRING || !json_integer(json_member(v, "enum_index"), &retired[n].enum_index))
            continue;
        retired[n++].name = arena_strdup(arena, json_string(name));
    }
    p->retired = retired;
    p->n_retired = n;
}

void parameters_load_retired(struct arena *arena, const char *text, struct parameter *list, size_t n)
{
    struct json *root = NULL;
    struct err err;
    if (text == NULL || json_parse(text, strlen(text), &root, &err) != ERR_NONE)
        return;
    for (size_t i = 0; i < n; i++)
        if (list[i].type == PARAMETER_CATEGORICAL)
            load_retired(arena, json_member(root, list[i].name), &list[i]);
    json_free(root);
}

const char *parameters_show_retired(struct arena *arena, const struct parameter *list, size_t n)
{
    struct json_writer w = {.depth = 0};
    size_t count = 0;
    json_begin_object(&w);
    for (size_t i = 0; i < n; i++) {
        if (list[i].n_retired == 0)
            continue;
        json_put_key(&w, list[i].name);
        json_begin_array(&w);
        for (size_t j = 0; j < list[i].n_retired; j++, count++) {
            json_begin_object(&w);
            json_member_string(&w, "name", list[i].retired[j].name);
            json_member_int(&w, "enum_index", list[i].retired[j].enum_index);
            json_end_object(&w);
        }
        json_end_array(&w);
    }
    json_end_object(&w);
    const char *text = count == 0 ? NULL : arena_strndup(arena, w.out.data, w.out.len);
    json_writer_clear(&w);
    return text;
}
