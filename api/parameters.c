#include "api/parameters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/expect.h"

enum {
    NAME_MAX_LENGTH = 100,
    CATEGORY_MAX_LENGTH = 50,
};

static const double MIN_WIDTH = 1e-8;
static const double MAX_INT_WIDTH = 9007199254740992.0; // 2^53: all integers between the bounds are doubles

static bool same(double a, double b)
{
    return !(a < b) && !(a > b);
}

// ------------------------------------------------------------------ reading the parts of one parameter

// One item on its way from JSON to struct parameter.
struct reading {
    struct arena *arena;
    const struct json *item;
    const char *field;
    enum parameter_origin origin;
    struct parameter *out;
    struct err *err;
};

static const struct json *part(const struct reading *r, const char *key)
{
    return json_member(r->item, key);
}

static enum err_code fail(const struct reading *r, const char *key, const char *text)
{
    char path[EXPECT_FIELD_MAX];
    expect_path(path, r->field, key);
    return err_set(r->err, ERR_INVALID, path, "%s %s", path, text);
}

// A number, integral for int parameters.
static enum err_code read_value(const struct reading *r, const struct json *v, const char *path, double *out)
{
    if (r->out->type != PARAMETER_INT)
        return expect_number(v, path, out, r->err);
    int64_t integer = 0;
    enum err_code code = expect_integer(v, path, &integer, r->err);
    *out = (double)integer;
    return code;
}

static enum err_code read_type(const struct reading *r)
{
    static const char *const types[] = {"double", "int", "categorical", NULL};
    static const enum parameter_type values[] = {PARAMETER_DOUBLE, PARAMETER_INT, PARAMETER_CATEGORICAL};
    const struct json *v;
    size_t index = 0;
    char path[EXPECT_FIELD_MAX];
    if (expect_member(r->item, "type", r->field, &v, r->err) != ERR_NONE ||
        expect_one_of(v, types, expect_path(path, r->field, "type"), &index, r->err) != ERR_NONE)
        return ERR_INVALID;
    r->out->type = values[index];
    return ERR_NONE;
}

static enum err_code read_transformation(const struct reading *r)
{
    static const char *const transformations[] = {"none", "log", NULL};
    const struct json *v = part(r, "transformation");
    if (expect_absent(v))
        return ERR_NONE;
    size_t index = 0;
    char path[EXPECT_FIELD_MAX];
    if (expect_one_of(v, transformations, expect_path(path, r->field, "transformation"), &index, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (r->out->type != PARAMETER_DOUBLE)
        return fail(r, "transformation", "is only allowed for parameters of type double");
    r->out->log = index == 1;
    return ERR_NONE;
}

static enum err_code read_bounds(const struct reading *r)
{
    const struct json *v, *min, *max;
    char path[EXPECT_FIELD_MAX], end[EXPECT_FIELD_MAX];
    if (expect_member(r->item, "bounds", r->field, &v, r->err) != ERR_NONE ||
        expect_kind(v, JSON_OBJECT, expect_path(path, r->field, "bounds"), r->err) != ERR_NONE ||
        expect_member(v, "min", path, &min, r->err) != ERR_NONE ||
        read_value(r, min, expect_path(end, path, "min"), &r->out->lo) != ERR_NONE ||
        expect_member(v, "max", path, &max, r->err) != ERR_NONE ||
        read_value(r, max, expect_path(end, path, "max"), &r->out->hi) != ERR_NONE)
        return ERR_INVALID;
    double width = r->out->hi - r->out->lo;
    if (width < 0)
        return fail(r, "bounds", "must have a max greater than or equal to its min");
    if (width < MIN_WIDTH)
        return fail(r, "bounds", "must be at least 1e-08 wide");
    if (!isfinite(width) || (r->out->type == PARAMETER_INT && width > MAX_INT_WIDTH))
        return fail(r, "bounds", "are too far apart");
    if (r->out->log && r->out->lo <= 0)
        return fail(r, "bounds.min", "must be greater than 0 for a parameter with a log-transformation");
    return ERR_NONE;
}

static int compare_numbers(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static enum err_code read_grid(const struct reading *r, const struct json *v)
{
    char path[EXPECT_FIELD_MAX], item[EXPECT_FIELD_MAX];
    expect_path(path, r->field, "grid");
    if (expect_kind(v, JSON_ARRAY, path, r->err) != ERR_NONE)
        return ERR_INVALID;
    size_t n = json_size(v), i = 0;
    if (n < 2)
        return fail(r, "grid", "must have at least 2 values");
    double *grid = arena_alloc(r->arena, n, sizeof *grid);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c), i++)
        if (read_value(r, c, expect_item_path(item, path, i), &grid[i]) != ERR_NONE)
            return ERR_INVALID;
    qsort(grid, n, sizeof *grid, compare_numbers);
    for (i = 1; i < n; i++)
        if (same(grid[i - 1], grid[i]))
            return err_set(r->err, ERR_INVALID, path, "%s has the duplicate value %g", path, grid[i]);
    if (!isfinite(grid[n - 1] - grid[0]))
        return fail(r, "grid", "has values that are too far apart");
    if (r->out->log && grid[0] <= 0)
        return fail(r, "grid", "must have only values greater than 0 for a parameter with a log-transformation");
    r->out->grid = grid;
    r->out->n_grid = n;
    r->out->lo = grid[0];
    r->out->hi = grid[n - 1];
    return ERR_NONE;
}

// Where a numeric parameter's values lie: bounds, or a grid instead of them.
static enum err_code read_range(const struct reading *r)
{
    const struct json *grid = part(r, "grid");
    if (!expect_absent(part(r, "categorical_values")))
        return fail(r, "categorical_values", "is only allowed for parameters of type categorical");
    if (grid == NULL)
        return read_bounds(r);
    if (r->origin == PARAMETERS_REQUESTED && !expect_absent(part(r, "bounds")))
        return fail(r, "grid", "cannot be combined with bounds");
    return read_grid(r, grid);
}

static enum err_code read_category(const struct reading *r, const struct json *item, const char *path, struct category *out)
{
    char inner[EXPECT_FIELD_MAX];
    if (json_kind(item) == JSON_STRING)
        return expect_stripped(r->arena, item, CATEGORY_MAX_LENGTH, path, &out->name, r->err);
    if (json_kind(item) != JSON_OBJECT)
        return expect_type(item, path, "string or object", r->err);
    const struct json *name, *deleted = json_member(item, "deleted"), *index = json_member(item, "enum_index");
    bool is_deleted = false;
    if (expect_member(item, "name", path, &name, r->err) != ERR_NONE ||
        expect_stripped(r->arena, name, CATEGORY_MAX_LENGTH, expect_path(inner, path, "name"), &out->name, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (!expect_absent(deleted) && expect_bool(deleted, expect_path(inner, path, "deleted"), &is_deleted, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (is_deleted)
        return err_set(r->err, ERR_INVALID, path, "%s must not be deleted", path);
    if (r->origin == PARAMETERS_STORED)
        return expect_positive(index, expect_path(inner, path, "enum_index"), &out->enum_index, r->err);
    return ERR_NONE;
}

static int compare_categories(const void *a, const void *b)
{
    const struct category *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static enum err_code check_categories(const struct reading *r, const char *path, const struct category *list, size_t n)
{
    const struct category **sorted = arena_alloc(r->arena, n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &list[i];
    qsort(sorted, n, sizeof *sorted, compare_categories);
    for (size_t i = 1; i < n; i++)
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            return err_set(r->err, ERR_INVALID, path, "%s has the duplicate value \"%s\"", path, sorted[i]->name);
    for (size_t i = 1; r->origin == PARAMETERS_STORED && i < n; i++)
        if (list[i - 1].enum_index >= list[i].enum_index)
            return err_set(r->err, ERR_INVALID, path, "%s is not in the order of enum_index", path);
    return ERR_NONE;
}

static enum err_code read_categories(const struct reading *r)
{
    const struct json *v;
    char path[EXPECT_FIELD_MAX], item[EXPECT_FIELD_MAX];
    expect_path(path, r->field, "categorical_values");
    if (!expect_absent(part(r, "bounds")))
        return fail(r, "bounds", "is not allowed for parameters of type categorical");
    if (!expect_absent(part(r, "grid"))) {
        if (expect_kind(part(r, "grid"), JSON_ARRAY, expect_path(item, r->field, "grid"), r->err) != ERR_NONE)
            return ERR_INVALID;
        if (json_first(part(r, "grid")) != NULL)
            return fail(r, "grid", "is not allowed for parameters of type categorical");
    }
    if (expect_member(r->item, "categorical_values", r->field, &v, r->err) != ERR_NONE ||
        expect_kind(v, JSON_ARRAY, path, r->err) != ERR_NONE)
        return ERR_INVALID;
    size_t n = json_size(v), i = 0;
    if (n < 2)
        return fail(r, "categorical_values", "must have at least 2 values");
    struct category *list = arena_alloc(r->arena, n, sizeof *list);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c), i++) {
        list[i].enum_index = (int64_t)i + 1;
        if (read_category(r, c, expect_item_path(item, path, i), &list[i]) != ERR_NONE)
            return ERR_INVALID;
    }
    r->out->categories = list;
    r->out->n_categories = n;
    return check_categories(r, path, list, n);
}

static enum err_code read_default(const struct reading *r)
{
    const struct json *v = part(r, "default_value");
    if (expect_absent(v))
        return ERR_NONE;
    struct parameter *p = r->out;
    char path[EXPECT_FIELD_MAX];
    expect_path(path, r->field, "default_value");
    p->has_default = true;
    if (p->type == PARAMETER_CATEGORICAL) {
        size_t index;
        if (expect_kind(v, JSON_STRING, path, r->err) != ERR_NONE)
            return ERR_INVALID;
        if (!parameter_find_category(p, json_string(v), &index))
            return fail(r, "default_value", "is not one of the categorical values");
        p->default_text = p->categories[index].name;
        return ERR_NONE;
    }
    if (read_value(r, v, path, &p->default_number) != ERR_NONE)
        return ERR_INVALID;
    if (p->log && p->default_number <= 0)
        return fail(r, "default_value", "must be greater than 0 for a parameter with a log-transformation");
    if (p->grid != NULL && !parameter_on_grid(p, p->default_number))
        return fail(r, "default_value", "is not one of the grid values");
    return ERR_NONE;
}

// What later releases bring.
static enum err_code refuse_features(const struct reading *r)
{
    char path[EXPECT_FIELD_MAX];
    const struct json *prior = part(r, "prior"), *conditions = part(r, "conditions");
    if (!expect_unused(prior)) {
        if (expect_kind(prior, JSON_OBJECT, expect_path(path, r->field, "prior"), r->err) != ERR_NONE)
            return ERR_INVALID;
        return fail(r, "prior", "is given, but parameter priors are not supported yet");
    }
    if (!expect_unused(conditions)) {
        if (expect_kind(conditions, JSON_OBJECT, expect_path(path, r->field, "conditions"), r->err) != ERR_NONE)
            return ERR_INVALID;
        return fail(r, "conditions", "is given, but conditionals and conditions are not supported yet");
    }
    return ERR_NONE;
}

static enum err_code read_parameter(const struct reading *r)
{
    char path[EXPECT_FIELD_MAX];
    const struct json *name;
    enum err_code code = expect_kind(r->item, JSON_OBJECT, r->field, r->err);
    if (code == ERR_NONE)
        code = expect_member(r->item, "name", r->field, &name, r->err);
    if (code == ERR_NONE)
        code = expect_name(r->arena, name, NAME_MAX_LENGTH, expect_path(path, r->field, "name"), &r->out->name, r->err);
    if (code == ERR_NONE)
        code = read_type(r);
    if (code == ERR_NONE)
        code = read_transformation(r);
    if (code == ERR_NONE)
        code = r->out->type == PARAMETER_CATEGORICAL ? read_categories(r) : read_range(r);
    if (code == ERR_NONE)
        code = read_default(r);
    if (code == ERR_NONE)
        code = refuse_features(r);
    return code;
}

// ------------------------------------------------------------------ the list

static int compare_parameters(const void *a, const void *b)
{
    const struct parameter *x = a, *y = b;
    return strcmp(x->name, y->name);
}

enum err_code parameters_read(struct arena *arena, const struct json *array, const char *field, enum parameter_origin origin,
                              const struct parameter **list, size_t *n, struct err *err)
{
    if (expect_kind(array, JSON_ARRAY, field, err) != ERR_NONE)
        return ERR_INVALID;
    *n = json_size(array);
    if (*n < 1)
        return err_set(err, ERR_INVALID, field, "%s must have at least 1 item", field);
    struct parameter *parameters = arena_alloc(arena, *n, sizeof *parameters);
    size_t i = 0;
    for (const struct json *item = json_first(array); item != NULL; item = json_next(item), i++) {
        char path[EXPECT_FIELD_MAX];
        struct reading r = {arena, item, expect_item_path(path, field, i), origin, &parameters[i], err};
        if (read_parameter(&r) != ERR_NONE)
            return ERR_INVALID;
    }
    qsort(parameters, *n, sizeof *parameters, compare_parameters);
    for (i = 1; i < *n; i++)
        if (strcmp(parameters[i - 1].name, parameters[i].name) == 0)
            return err_set(err, ERR_INVALID, field, "%s has the duplicate name \"%s\"", field, parameters[i].name);
    *list = parameters;
    return ERR_NONE;
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
           bsearch(&value, parameter->grid, parameter->n_grid, sizeof value, compare_numbers) != NULL;
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

static void write_parameter(struct json_writer *w, const struct parameter *p)
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
    json_put_key(w, "conditions");
    json_begin_object(w);
    json_end_object(w);
    json_put_key(w, "default_value");
    if (!p->has_default)
        json_put_null(w);
    else if (p->type == PARAMETER_CATEGORICAL)
        json_put_string(w, p->default_text);
    else
        write_value(w, p, p->default_number);
    if (p->grid != NULL) {
        json_put_key(w, "grid");
        json_begin_array(w);
        for (size_t i = 0; i < p->n_grid; i++)
            write_value(w, p, p->grid[i]);
        json_end_array(w);
    }
    json_member_null(w, "prior");
    json_member_string(w, "transformation", p->log ? "log" : NULL);
    json_end_object(w);
}

void parameters_write(struct json_writer *w, const struct parameter *list, size_t n)
{
    json_begin_array(w);
    for (size_t i = 0; i < n; i++)
        write_parameter(w, &list[i]);
    json_end_array(w);
}
