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

// What assignments are read from, and to where.
struct reading {
    struct arena *arena;
    const struct definition *definition;
    const char *field;
    const struct json **members; // by name
    size_t n_members, n_used;
    struct assignment *list;
    size_t n;
    uint64_t levels[ASSIGNMENTS_CONDITIONALS_MAX];
    struct err *err;
};

static int compare_members(const void *a, const void *b)
{
    const struct json *const *x = a, *const *y = b;
    return strcmp(json_key(*x), json_key(*y));
}

static void sort_members(struct reading *r, const struct json *object)
{
    r->members = arena_alloc(r->arena, json_size(object), sizeof *r->members);
    for (const struct json *v = json_first(object); v != NULL; v = json_next(v))
        r->members[r->n_members++] = v;
    qsort(r->members, r->n_members, sizeof *r->members, compare_members);
}

static int compare_key(const void *key, const void *item)
{
    return strcmp(key, json_key(*(const struct json *const *)item));
}

// The member of that name, which must not be null; *v is NULL when there is none.
static enum err_code take_member(struct reading *r, const char *name, const char *path, const struct json **v)
{
    const struct json **found = bsearch(name, r->members, r->n_members, sizeof *r->members, compare_key);
    *v = found == NULL ? NULL : *found;
    r->n_used += found != NULL;
    if (found != NULL && expect_absent(*v))
        return err_set(r->err, ERR_INVALID, path, "%s is missing: null is no value", path);
    return ERR_NONE;
}

static enum err_code read_conditional(struct reading *r, size_t i)
{
    const struct parameter *conditional = &definition_conditionals(r->definition)[i];
    struct assignment *out = &r->list[r->n++];
    const struct json *v;
    size_t index;
    char path[EXPECT_FIELD_MAX];
    if (take_member(r, conditional->name, expect_path(path, r->field, conditional->name), &v) != ERR_NONE)
        return ERR_INVALID;
    if (v == NULL)
        return err_set(r->err, ERR_INVALID, path, "%s is missing: every conditional needs a value", path);
    if (expect_kind(v, JSON_STRING, path, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (!parameter_find_category(conditional, json_string(v), &index))
        return err_set(r->err, ERR_INVALID, path, "%s is invalid: \"%s\" is not a value of the conditional", path, json_string(v));
    out->name = conditional->name;
    out->text = conditional->categories[index].name;
    r->levels[i] = (uint64_t)1 << index;
    return ERR_NONE;
}

static enum err_code read_parameter(struct reading *r, const struct parameter *p)
{
    const struct json *v;
    char path[EXPECT_FIELD_MAX];
    bool active = parameter_is_active(p, r->levels);
    if (take_member(r, p->name, expect_path(path, r->field, p->name), &v) != ERR_NONE)
        return ERR_INVALID;
    if (v == NULL && !active)
        return ERR_NONE;
    if (v == NULL)
        return err_set(r->err, ERR_INVALID, path, "%s is missing: every active parameter needs an assignment", path);
    if (!active)
        return err_set(r->err, ERR_INVALID, path, "%s must not be given: the conditions of the parameter are unsatisfied", path);
    struct assignment *out = &r->list[r->n++];
    out->name = p->name;
    return p->type == PARAMETER_CATEGORICAL ? read_category(p, v, path, out, r->err) : read_number(p, v, path, &out->number, r->err);
}

static int compare_name(const void *key, const void *item)
{
    return strcmp(key, ((const struct parameter *)item)->name);
}

// Of a member that is neither a parameter nor a conditional.
static enum err_code refuse_unknown(const struct reading *r)
{
    const struct definition *d = r->definition;
    for (size_t i = 0; i < r->n_members; i++) {
        const char *name = json_key(r->members[i]);
        bool known = bsearch(name, d->parameters, d->n_parameters, sizeof *d->parameters, compare_name) != NULL;
        for (size_t j = 0; !known && j < d->n_conditionals; j++)
            known = strcmp(definition_conditionals(d)[j].name, name) == 0;
        char path[EXPECT_FIELD_MAX];
        if (!known)
            return err_set(r->err, ERR_INVALID, expect_path(path, r->field, name), "%s: the experiment has no such parameter", path);
    }
    return ERR_NONE;
}

static int compare_assignments(const void *a, const void *b)
{
    const struct assignment *x = a, *y = b;
    return strcmp(x->name, y->name);
}

// The list is sorted by name. Parameters of constraints have no conditions: they are all there.
static enum err_code check_constraints(const struct reading *r)
{
    const struct definition *d = r->definition;
    double *x = d->n_constraints == 0 ? NULL : arena_alloc(r->arena, d->n_parameters, sizeof *x);
    for (size_t i = 0; i < d->n_constraints; i++) {
        const struct linear_constraint_definition *constraint = &d->constraints[i];
        for (size_t j = 0; j < constraint->n_terms; j++) {
            size_t parameter = constraint->terms[j].parameter;
            x[parameter] = assignments_find(r->list, r->n, d->parameters[parameter].name)->number;
        }
        if (!linear_constraint_holds(constraint, x))
            return err_set(r->err, ERR_INVALID, r->field, "%s do not fulfil .linear_constraints[%zu] of the experiment", r->field, i);
    }
    return ERR_NONE;
}

enum err_code assignments_read(struct arena *arena, const struct definition *definition, const struct json *object,
                               const char *field, struct assignment **out, size_t *n, struct err *err)
{
    struct reading r = {.arena = arena, .definition = definition, .field = field, .err = err};
    enum err_code code = expect_kind(object, JSON_OBJECT, field, err);
    if (code != ERR_NONE)
        return code;
    sort_members(&r, object);
    r.list = arena_alloc(arena, definition_dimension(definition), sizeof *r.list);
    for (size_t i = 0; code == ERR_NONE && i < definition->n_conditionals; i++)
        code = read_conditional(&r, i);
    for (size_t i = 0; code == ERR_NONE && i < definition->n_parameters; i++)
        code = read_parameter(&r, &definition->parameters[i]);
    if (code == ERR_NONE && r.n_used < r.n_members)
        code = refuse_unknown(&r);
    if (code != ERR_NONE)
        return code;
    qsort(r.list, r.n, sizeof *r.list, compare_assignments);
    *out = r.list;
    *n = r.n;
    return check_constraints(&r);
}

// ------------------------------------------------------------------ looking up

static int compare_assignment_name(const void *key, const void *item)
{
    return strcmp(key, ((const struct assignment *)item)->name);
}

const struct assignment *assignments_find(const struct assignment *assignments, size_t n, const char *name)
{
    return n == 0 ? NULL : bsearch(name, assignments, n, sizeof *assignments, compare_assignment_name);
}

void assignments_levels(const struct definition *definition, const struct assignment *assignments, size_t n,
                        uint64_t levels[ASSIGNMENTS_CONDITIONALS_MAX])
{
    for (size_t i = 0; i < definition->n_conditionals; i++) {
        const struct parameter *conditional = &definition_conditionals(definition)[i];
        const struct assignment *found = assignments_find(assignments, n, conditional->name);
        size_t index;
        bool known = found != NULL && found->text != NULL && parameter_find_category(conditional, found->text, &index);
        levels[i] = known ? (uint64_t)1 << index : 0;
    }
}

// ------------------------------------------------------------------ writing

// What is stored of an active parameter, else its default; false when there is neither.
static bool find_shown(const struct parameter *p, const struct assignment *stored, struct assignment *shown)
{
    bool is_text = p->type == PARAMETER_CATEGORICAL, fits = stored != NULL && (stored->text != NULL) == is_text;
    *shown = (struct assignment){.name = p->name};
    if (is_text)
        shown->text = fits ? stored->text : p->default_text;
    else
        shown->number = fits ? stored->number : p->default_number;
    return fits || p->has_default;
}

static void write_one(struct json_writer *w, const struct parameter *p, const struct assignment *shown)
{
    if (shown->text != NULL)
        json_member_string(w, p->name, shown->text);
    else if (p->type == PARAMETER_INT)
        json_member_number(w, p->name, shown->number);
    else
        json_member_double(w, p->name, shown->number);
}

void assignments_write(struct json_writer *w, const struct definition *definition, const struct assignment *assignments, size_t n)
{
    uint64_t levels[ASSIGNMENTS_CONDITIONALS_MAX];
    assignments_levels(definition, assignments, n, levels);
    json_begin_object(w);
    for (size_t i = 0; i < definition_dimension(definition); i++) {
        const struct parameter *p = &definition->parameters[i];
        struct assignment shown;
        if (parameter_is_active(p, levels) && find_shown(p, assignments_find(assignments, n, p->name), &shown))
            write_one(w, p, &shown);
    }
    json_end_object(w);
}

void assignments_shown(struct arena *arena, const struct definition *definition, const struct assignment *assignments, size_t n,
                       const struct assignment **out, size_t *n_out)
{
    uint64_t levels[ASSIGNMENTS_CONDITIONALS_MAX];
    struct assignment *list = arena_alloc(arena, definition_dimension(definition), sizeof *list);
    assignments_levels(definition, assignments, n, levels);
    *out = list;
    *n_out = 0;
    for (size_t i = 0; i < definition_dimension(definition); i++) {
        const struct parameter *p = &definition->parameters[i];
        if (parameter_is_active(p, levels) && find_shown(p, assignments_find(assignments, n, p->name), &list[*n_out]))
            (*n_out)++;
    }
}
