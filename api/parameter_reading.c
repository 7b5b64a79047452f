#include "api/parameter_reading.h"

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

const struct json *parameter_part(const struct parameter_reading *r, const char *key)
{
    return json_member(r->item, key);
}

enum err_code parameter_fail(const struct parameter_reading *r, const char *key, const char *text)
{
    char path[EXPECT_FIELD_MAX];
    expect_path(path, r->field, key);
    return err_set(r->err, ERR_INVALID, path, "%s %s", path, text);
}

// A number, integral for int parameters.
static enum err_code read_value(const struct parameter_reading *r, const struct json *v, const char *path, double *out)
{
    if (r->out->type != PARAMETER_INT)
        return expect_number(v, path, out, r->err);
    int64_t integer = 0;
    enum err_code code = expect_integer(v, path, &integer, r->err);
    *out = (double)integer;
    return code;
}

enum err_code parameter_read_type(const struct parameter_reading *r)
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

enum err_code parameter_read_transformation(const struct parameter_reading *r)
{
    static const char *const transformations[] = {"none", "log", NULL};
    const struct json *v = parameter_part(r, "transformation");
    if (expect_absent(v))
        return ERR_NONE;
    size_t index = 0;
    char path[EXPECT_FIELD_MAX];
    if (expect_one_of(v, transformations, expect_path(path, r->field, "transformation"), &index, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (r->out->type != PARAMETER_DOUBLE)
        return parameter_fail(r, "transformation", "is only allowed for parameters of type double");
    r->out->log = index == 1;
    return ERR_NONE;
}

enum err_code parameter_read_bounds(const struct parameter_reading *r)
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
        return parameter_fail(r, "bounds", "must have a max greater than or equal to its min");
    if (width < MIN_WIDTH)
        return parameter_fail(r, "bounds", "must be at least 1e-08 wide");
    if (!isfinite(width) || (r->out->type == PARAMETER_INT && width > MAX_INT_WIDTH))
        return parameter_fail(r, "bounds", "are too far apart");
    if (r->out->log && r->out->lo <= 0)
        return parameter_fail(r, "bounds.min", "must be greater than 0 for a parameter with a log-transformation");
    return ERR_NONE;
}

int parameter_compare_numbers(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

enum err_code parameter_read_grid(const struct parameter_reading *r, const struct json *v)
{
    char path[EXPECT_FIELD_MAX], item[EXPECT_FIELD_MAX];
    expect_path(path, r->field, "grid");
    if (expect_kind(v, JSON_ARRAY, path, r->err) != ERR_NONE)
        return ERR_INVALID;
    size_t n = json_size(v), i = 0;
    if (n < 2)
        return parameter_fail(r, "grid", "must have at least 2 values");
    double *grid = arena_alloc(r->arena, n, sizeof *grid);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c), i++)
        if (read_value(r, c, expect_item_path(item, path, i), &grid[i]) != ERR_NONE)
            return ERR_INVALID;
    qsort(grid, n, sizeof *grid, parameter_compare_numbers);
    for (i = 1; i < n; i++)
        if (same(grid[i - 1], grid[i]))
            return err_set(r->err, ERR_INVALID, path, "%s has the duplicate value %g", path, grid[i]);
    if (!isfinite(grid[n - 1] - grid[0]))
        return parameter_fail(r, "grid", "has values that are too far apart");
    if (r->out->log && grid[0] <= 0)
        return parameter_fail(r, "grid", "must have only values greater than 0 for a parameter with a log-transformation");
    r->out->grid = grid;
    r->out->n_grid = n;
    r->out->lo = grid[0];
    r->out->hi = grid[n - 1];
    return ERR_NONE;
}

enum err_code parameter_check_numeric(const struct parameter_reading *r)
{
    if (!expect_absent(parameter_part(r, "categorical_values")))
        return parameter_fail(r, "categorical_values", "is only allowed for parameters of type categorical");
    return ERR_NONE;
}

// Where a numeric parameter's values lie: bounds, or a grid instead of them.
static enum err_code read_range(const struct parameter_reading *r)
{
    const struct json *grid = parameter_part(r, "grid");
    if (parameter_check_numeric(r) != ERR_NONE)
        return ERR_INVALID;
    if (grid == NULL && r->context->grid_search)
        return parameter_fail(r, "grid", "must be given for every numeric parameter of an experiment of type grid");
    if (grid == NULL)
        return parameter_read_bounds(r);
    if (r->context->origin == PARAMETERS_REQUESTED && !expect_absent(parameter_part(r, "bounds")))
        return parameter_fail(r, "grid", "cannot be combined with bounds");
    return parameter_read_grid(r, grid);
}

static enum err_code read_category(const struct parameter_reading *r, const struct json *item, const char *path, struct category *out)
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
    if (r->context->origin == PARAMETERS_STORED)
        return expect_positive(index, expect_path(inner, path, "enum_index"), &out->enum_index, r->err);
    return ERR_NONE;
}

static int compare_categories(const void *a, const void *b)
{
    const struct category *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static enum err_code check_categories(const struct parameter_reading *r, const char *path, const struct category *list, size_t n)
{
    const struct category **sorted = arena_alloc(r->arena, n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &list[i];
    qsort(sorted, n, sizeof *sorted, compare_categories);
    for (size_t i = 1; i < n; i++)
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            return err_set(r->err, ERR_INVALID, path, "%s has the duplicate value \"%s\"", path, sorted[i]->name);
    for (size_t i = 1; r->context->origin == PARAMETERS_STORED && i < n; i++)
        if (list[i - 1].enum_index >= list[i].enum_index)
            return err_set(r->err, ERR_INVALID, path, "%s is not in the order of enum_index", path);
    return ERR_NONE;
}

enum err_code parameter_check_categorical(const struct parameter_reading *r)
{
    const struct json *grid = parameter_part(r, "grid");
    char path[EXPECT_FIELD_MAX];
    if (!expect_absent(parameter_part(r, "bounds")))
        return parameter_fail(r, "bounds", "is not allowed for parameters of type categorical");
    if (expect_absent(grid))
        return ERR_NONE;
    if (expect_kind(grid, JSON_ARRAY, expect_path(path, r->field, "grid"), r->err) != ERR_NONE)
        return ERR_INVALID;
    bool shown = r->context->origin == PARAMETERS_STORED && r->context->grid_search;
    if (json_first(grid) != NULL && !shown)
        return parameter_fail(r, "grid", "is not allowed for parameters of type categorical");
    return ERR_NONE;
}

enum err_code parameter_read_categories(const struct parameter_reading *r)
{
    const struct json *v;
    char path[EXPECT_FIELD_MAX], item[EXPECT_FIELD_MAX];
    expect_path(path, r->field, "categorical_values");
    if (expect_member(r->item, "categorical_values", r->field, &v, r->err) != ERR_NONE ||
        expect_kind(v, JSON_ARRAY, path, r->err) != ERR_NONE)
        return ERR_INVALID;
    size_t n = json_size(v), i = 0;
    if (n < 2)
        return parameter_fail(r, "categorical_values", "must have at least 2 values");
    struct category *list = arena_alloc(r->arena, n, sizeof *list);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c), i++) {
        list[i].enum_index = (int64_t)i + 1;
        if (read_category(r, c, expect_item_path(item, path, i), &list[i]) != ERR_NONE)
            return ERR_INVALID;
    }
    r->out->categories = list;
    r->out->n_categories = n;
    r->out->gridded = r->context->grid_search;
    return check_categories(r, path, list, n);
}

enum err_code parameter_read_default(const struct parameter_reading *r)
{
    const struct json *v = parameter_part(r, "default_value");
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
            return parameter_fail(r, "default_value", "is not one of the categorical values");
        p->default_text = p->categories[index].name;
        return ERR_NONE;
    }
    if (read_value(r, v, path, &p->default_number) != ERR_NONE)
        return ERR_INVALID;
    if (p->log && p->default_number <= 0)
        return parameter_fail(r, "default_value", "must be greater than 0 for a parameter with a log-transformation");
    if (p->grid != NULL && !parameter_on_grid(p, p->default_number))
        return parameter_fail(r, "default_value", "is not one of the grid values");
    return ERR_NONE;
}

// ------------------------------------------------------------------ prior and conditions

enum err_code parameter_check_prior(const struct parameter_reading *r)
{
    const struct parameter *p = r->out;
    if (p->prior.kind == PRIOR_NONE)
        return ERR_NONE;
    if (p->type != PARAMETER_DOUBLE)
        return parameter_fail(r, "prior", "is only allowed for parameters of type double");
    if (p->log)
        return parameter_fail(r, "prior", "is not allowed for a parameter with a log-transformation");
    if (p->grid != NULL)
        return parameter_fail(r, "prior", "is not allowed for a parameter with a grid");
    if (p->prior.kind == PRIOR_NORMAL && !(p->prior.a >= p->lo && p->prior.a <= p->hi))
        return parameter_fail(r, "prior.mean", "must lie within the bounds");
    return ERR_NONE;
}

// A number of a prior; positive unless it is a mean.
static enum err_code read_prior_number(const struct parameter_reading *r, const struct json *prior, const char *key, double *out)
{
    const struct json *v;
    char field[EXPECT_FIELD_MAX], path[EXPECT_FIELD_MAX];
    if (expect_member(prior, key, expect_path(field, r->field, "prior"), &v, r->err) != ERR_NONE ||
        expect_number(v, expect_path(path, field, key), out, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (strcmp(key, "mean") != 0 && *out <= 0)
        return err_set(r->err, ERR_INVALID, path, "%s must be greater than 0", path);
    return ERR_NONE;
}

enum err_code parameter_read_prior(const struct parameter_reading *r)
{
    static const char *const names[] = {"normal", "beta", NULL};
    static const enum prior_kind kinds[] = {PRIOR_NORMAL, PRIOR_BETA};
    static const char *const numbers[][2] = {{"mean", "scale"}, {"shape_a", "shape_b"}};
    const struct json *v = parameter_part(r, "prior"), *name;
    char path[EXPECT_FIELD_MAX], inner[EXPECT_FIELD_MAX];
    size_t index;
    r->out->prior = (struct prior){.kind = PRIOR_NONE};
    if (expect_unused(v))
        return ERR_NONE;
    if (expect_kind(v, JSON_OBJECT, expect_path(path, r->field, "prior"), r->err) != ERR_NONE ||
        expect_member(v, "name", path, &name, r->err) != ERR_NONE ||
        expect_one_of(name, names, expect_path(inner, path, "name"), &index, r->err) != ERR_NONE ||
        read_prior_number(r, v, numbers[index][0], &r->out->prior.a) != ERR_NONE ||
        read_prior_number(r, v, numbers[index][1], &r->out->prior.b) != ERR_NONE)
        return ERR_INVALID;
    r->out->prior.kind = kinds[index];
    return parameter_check_prior(r);
}

// One value of a condition.
static enum err_code read_condition_value(const struct parameter_reading *r, const struct json *v, const char *field,
                                          struct parameter_condition *condition)
{
    const struct parameter *conditional = &r->context->conditionals[condition->conditional];
    size_t index;
    if (expect_kind(v, JSON_STRING, field, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (!parameter_find_category(conditional, json_string(v), &index))
        return err_set(r->err, ERR_INVALID, field, "%s: \"%s\" is not a value of the conditional", field, json_string(v));
    condition->values |= (uint64_t)1 << index;
    return ERR_NONE;
}

// A string, or an array of strings that is not empty.
static enum err_code read_condition(const struct parameter_reading *r, const struct json *v, const char *field,
                                    struct parameter_condition *condition)
{
    size_t i = 0;
    while (i < r->context->n_conditionals && strcmp(r->context->conditionals[i].name, json_key(v)) != 0)
        i++;
    if (i == r->context->n_conditionals)
        return err_set(r->err, ERR_INVALID, field, "%s: the experiment has no such conditional", field);
    condition->conditional = i;
    if (json_kind(v) == JSON_STRING)
        return read_condition_value(r, v, field, condition);
    if (json_kind(v) != JSON_ARRAY)
        return expect_type(v, field, "string or array", r->err);
    if (json_first(v) == NULL)
        return err_set(r->err, ERR_INVALID, field, "%s must have at least 1 value", field);
    i = 0;
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c), i++) {
        char path[EXPECT_FIELD_MAX];
        if (read_condition_value(r, c, expect_item_path(path, field, i), condition) != ERR_NONE)
            return ERR_INVALID;
    }
    return ERR_NONE;
}

static enum err_code read_conditions(const struct parameter_reading *r)
{
    const struct json *v = parameter_part(r, "conditions");
    char path[EXPECT_FIELD_MAX], inner[EXPECT_FIELD_MAX];
    if (expect_unused(v))
        return ERR_NONE;
    if (expect_kind(v, JSON_OBJECT, expect_path(path, r->field, "conditions"), r->err) != ERR_NONE)
        return ERR_INVALID;
    struct parameter_condition *conditions = arena_alloc(r->arena, json_size(v), sizeof *conditions);
    size_t n = 0;
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c), n++)
        if (read_condition(r, c, expect_path(inner, path, json_key(c)), &conditions[n]) != ERR_NONE)
            return ERR_INVALID;
    r->out->conditions = conditions;
    r->out->n_conditions = n;
    return ERR_NONE;
}

static enum err_code read_categorical(const struct parameter_reading *r)
{
    return parameter_check_categorical(r) == ERR_NONE ? parameter_read_categories(r) : ERR_INVALID;
}

enum err_code parameter_read_name(const struct parameter_reading *r)
{
    char path[EXPECT_FIELD_MAX];
    const struct json *name;
    enum err_code code = expect_kind(r->item, JSON_OBJECT, r->field, r->err);
    if (code == ERR_NONE)
        code = expect_member(r->item, "name", r->field, &name, r->err);
    if (code == ERR_NONE)
        code = expect_name(r->arena, name, NAME_MAX_LENGTH, expect_path(path, r->field, "name"), &r->out->name, r->err);
    return code;
}

enum err_code parameter_read_new(const struct parameter_reading *r)
{
    enum err_code code = parameter_read_type(r);
    if (code == ERR_NONE)
        code = parameter_read_transformation(r);
    if (code == ERR_NONE)
        code = r->out->type == PARAMETER_CATEGORICAL ? read_categorical(r) : read_range(r);
    if (code == ERR_NONE)
        code = parameter_read_default(r);
    if (code == ERR_NONE)
        code = parameter_read_prior(r);
    if (code == ERR_NONE)
        code = read_conditions(r);
    return code;
}
