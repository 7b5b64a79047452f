// What an experiment update says of a parameter that is there (API reference 2.2).
#include <stdlib.h>
#include <string.h>

#include "api/expect.h"
#include "api/parameter_reading.h"

// Type and transformation may be repeated, but not changed.
static enum err_code check_kind(const struct parameter_reading *r, const struct parameter *present)
{
    struct parameter said = {.name = NULL};
    struct parameter_reading other = *r;
    other.out = &said;
    if (parameter_part(r, "type") != NULL) {
        if (parameter_read_type(&other) != ERR_NONE)
            return ERR_INVALID;
        if (said.type != present->type)
            return parameter_fail(r, "type", "cannot be changed");
    }
    said.type = present->type;
    if (!expect_absent(parameter_part(r, "transformation"))) {
        if (parameter_read_transformation(&other) != ERR_NONE)
            return ERR_INVALID;
        if (said.log != present->log)
            return parameter_fail(r, "transformation", "cannot be changed");
    }
    if (parameter_part(r, "conditions") != NULL)
        return parameter_fail(r, "conditions", "cannot be changed");
    return ERR_NONE;
}

static enum err_code change_range(const struct parameter_reading *r, const struct parameter *present)
{
    const struct json *bounds = parameter_part(r, "bounds"), *grid = parameter_part(r, "grid");
    if (parameter_check_numeric(r) != ERR_NONE)
        return ERR_INVALID;
    if (bounds != NULL && expect_absent(bounds))
        return parameter_fail(r, "bounds", "must not be null: leave them out to keep them");
    if (expect_absent(grid) && present->grid == NULL)
        grid = NULL; // as clients send back what they fetched
    if (grid != NULL && bounds != NULL)
        return parameter_fail(r, "grid", "cannot be combined with bounds");
    if (grid != NULL)
        return parameter_read_grid(r, grid);
    if (bounds != NULL && present->grid != NULL)
        return parameter_fail(r, "bounds", "cannot be set for a parameter with a grid: give another grid");
    return bounds != NULL ? parameter_read_bounds(r) : ERR_NONE;
}

static int compare_names(const void *a, const void *b)
{
    const struct category *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static int compare_numbers(const void *a, const void *b)
{
    const struct category *x = a, *y = b;
    return (x->enum_index > y->enum_index) - (x->enum_index < y->enum_index);
}

// Both lists in one, by name: there may be very many.
static struct category *sort_all(struct arena *arena, const struct category *a, size_t n_a, const struct category *b, size_t n_b)
{
    struct category *all = arena_alloc(arena, n_a + n_b, sizeof *all);
    for (size_t i = 0; i < n_a + n_b; i++)
        all[i] = i < n_a ? a[i] : b[i - n_a];
    qsort(all, n_a + n_b, sizeof *all, compare_names);
    return all;
}

// A value seen before keeps its number, new ones get numbers that no value ever had, and those left out are retired.
static void number_categories(const struct parameter_reading *r, const struct parameter *present)
{
    size_t n = r->out->n_categories, n_ever = present->n_categories + present->n_retired, n_retired = 0;
    struct category *list = arena_alloc(r->arena, n, sizeof *list), *retired = arena_alloc(r->arena, n_ever, sizeof *retired);
    const struct category *ever =
        sort_all(r->arena, present->categories, present->n_categories, present->retired, present->n_retired);
    int64_t last = 0;
    for (size_t i = 0; i < n_ever; i++)
        last = ever[i].enum_index > last ? ever[i].enum_index : last;
    for (size_t i = 0; i < n; i++) {
        list[i] = r->out->categories[i];
        const struct category *old = bsearch(&list[i], ever, n_ever, sizeof *ever, compare_names);
        list[i].enum_index = old != NULL ? old->enum_index : ++last;
    }
    qsort(list, n, sizeof *list, compare_numbers);
    r->out->categories = list;
    const struct category *active = sort_all(r->arena, list, n, NULL, 0);
    for (size_t i = 0; i < n_ever; i++)
        if (bsearch(&ever[i], active, n, sizeof *active, compare_names) == NULL)
            retired[n_retired++] = ever[i];
    r->out->retired = retired;
    r->out->n_retired = n_retired;
}

static enum err_code change_categories(const struct parameter_reading *r, const struct parameter *present)
{
    if (parameter_check_categorical(r) != ERR_NONE)
        return ERR_INVALID;
    if (expect_absent(parameter_part(r, "categorical_values")))
        return ERR_NONE;
    if (parameter_read_categories(r) != ERR_NONE)
        return ERR_INVALID;
    number_categories(r, present);
    return ERR_NONE;
}

enum err_code parameter_read_change(const struct parameter_reading *r, const struct parameter *present)
{
    *r->out = *present;
    enum err_code code = check_kind(r, present);
    if (code == ERR_NONE)
        code = present->type == PARAMETER_CATEGORICAL ? change_categories(r, present) : change_range(r, present);
    if (code == ERR_NONE)
        code = parameter_read_default(r);
    if (code == ERR_NONE)
        code = parameter_part(r, "prior") != NULL ? parameter_read_prior(r) : parameter_check_prior(r);
    return code;
}

enum err_code parameter_check_default(const struct parameter_reading *r, bool is_new)
{
    const struct parameter *p = r->out;
    size_t index;
    if (!p->has_default)
        return is_new ? parameter_fail(r, "default_value", "must be given for a new parameter: older observations get it") : ERR_NONE;
    if (p->type == PARAMETER_CATEGORICAL)
        return parameter_find_category(p, p->default_text, &index)
                   ? ERR_NONE
                   : parameter_fail(r, "default_value", "is not one of the categorical values");
    if (p->grid != NULL)
        return parameter_on_grid(p, p->default_number) ? ERR_NONE
                                                       : parameter_fail(r, "default_value", "is not one of the grid values");
    if (!(p->default_number >= p->lo && p->default_number <= p->hi))
        return parameter_fail(r, "default_value", "must lie within the bounds");
    return ERR_NONE;
}
