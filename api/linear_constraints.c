#include "api/linear_constraints.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/expect.h"

enum {
    INTS_MAX = 10,
    // Ours: whether constraints leave room is found out before an experiment is stored, in cubic time.
    CONSTRAINTS_MAX = 100,
    VARIABLES_MAX = 200,
};

static const double ROUNDING = 1e-12; // of the sum, relative to the sum of its terms' magnitudes

// Words of the protocol, in the order of `greater`.
static const char *const types[] = {"less_than", "greater_than", NULL};

struct reading {
    struct arena *arena;
    const struct parameter *parameters;
    size_t n_parameters;
    struct err *err;
};

// ------------------------------------------------------------------ terms

static int compare_name(const void *key, const void *item)
{
    return strcmp(key, ((const struct parameter *)item)->name);
}

static enum err_code check_parameter(const struct parameter *p, const char *path, struct err *err)
{
    if (p->type == PARAMETER_CATEGORICAL)
        return err_set(err, ERR_INVALID, path, "%s: \"%s\" is not a double or int parameter", path, p->name);
    if (p->n_conditions > 0)
        return err_set(err, ERR_INVALID, path, "%s: the parameter \"%s\" has conditions and cannot be constrained", path, p->name);
    if (p->log)
        return err_set(err, ERR_INVALID, path, "%s: the parameter \"%s\" has a log-transformation and cannot be constrained", path,
                       p->name);
    if (p->grid != NULL)
        return err_set(err, ERR_INVALID, path, "%s: the parameter \"%s\" has a grid and cannot be constrained", path, p->name);
    return ERR_NONE;
}

// A term of weight 0 has only its name checked.
static enum err_code read_term(const struct reading *r, const struct json *v, const char *field, struct constraint_term *term)
{
    static const char *const known[] = {"name", "weight", "object", NULL}, *const kinds[] = {"constraint_term", NULL};
    const struct json *name, *weight, *kind = json_member(v, "object");
    char path[EXPECT_FIELD_MAX];
    size_t index;
    if (expect_kind(v, JSON_OBJECT, field, r->err) != ERR_NONE || expect_keys(v, known, field, r->err) != ERR_NONE ||
        expect_member(v, "weight", field, &weight, r->err) != ERR_NONE ||
        expect_number(weight, expect_path(path, field, "weight"), &term->weight, r->err) != ERR_NONE ||
        expect_member(v, "name", field, &name, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (kind != NULL && expect_one_of(kind, kinds, expect_path(path, field, "object"), &index, r->err) != ERR_NONE)
        return ERR_INVALID;
    if (expect_kind(name, JSON_STRING, expect_path(path, field, "name"), r->err) != ERR_NONE)
        return ERR_INVALID;
    const struct parameter *p = bsearch(json_string(name), r->parameters, r->n_parameters, sizeof *p, compare_name);
    if (p == NULL)
        return err_set(r->err, ERR_INVALID, path, "%s: \"%s\" is not a known parameter", path, json_string(name));
    term->parameter = (size_t)(p - r->parameters);
    bool is_zero = !(term->weight < 0 || term->weight > 0);
    return is_zero ? ERR_NONE : check_parameter(p, path, r->err);
}

static int compare_lower(const char *a, const char *b)
{
    for (;; a++, b++) {
        int x = (unsigned char)*a, y = (unsigned char)*b;
        x += x >= 'A' && x <= 'Z' ? 'a' - 'A' : 0;
        y += y >= 'A' && y <= 'Z' ? 'a' - 'A' : 0;
        if (x != y || x == 0)
            return x - y;
    }
}

// A term on its way into the order in which terms are kept.
struct named_term {
    struct constraint_term term;
    const char *name;
};

// By lower-cased name, then by name.
static int compare_terms(const void *a, const void *b)
{
    const struct named_term *x = a, *y = b;
    int order = compare_lower(x->name, y->name);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static void sort_terms(const struct reading *r, struct constraint_term *terms, size_t n)
{
    struct named_term *named = arena_alloc(r->arena, n, sizeof *named);
    for (size_t i = 0; i < n; i++)
        named[i] = (struct named_term){terms[i], r->parameters[terms[i].parameter].name};
    qsort(named, n, sizeof *named, compare_terms);
    for (size_t i = 0; i < n; i++)
        terms[i] = named[i].term;
}

static enum err_code check_terms(const struct reading *r, const struct constraint_term *terms, size_t n, const char *field)
{
    for (size_t i = 1; i < n; i++)
        if (terms[i - 1].parameter == terms[i].parameter)
            return err_set(r->err, ERR_INVALID, field, "%s has the duplicate variable \"%s\"", field,
                           r->parameters[terms[i].parameter].name);
    if (n < 2)
        return err_set(r->err, ERR_INVALID, field, "%s must involve at least two parameters with a weight that is not 0", field);
    for (size_t i = 1; i < n; i++)
        if (r->parameters[terms[i].parameter].type != r->parameters[terms[0].parameter].type)
            return err_set(r->err, ERR_INVALID, field, "%s must not mix integers and doubles", field);
    return ERR_NONE;
}

static enum err_code read_terms(const struct reading *r, const struct json *array, const char *field,
                                struct linear_constraint_definition *out)
{
    if (expect_kind(array, JSON_ARRAY, field, r->err) != ERR_NONE)
        return ERR_INVALID;
    size_t n = 0, i = 0;
    struct constraint_term *terms = arena_alloc(r->arena, json_size(array), sizeof *terms);
    if (json_first(array) == NULL)
        return err_set(r->err, ERR_INVALID, field, "%s must have at least one term", field);
    for (const struct json *v = json_first(array); v != NULL; v = json_next(v), i++) {
        char path[EXPECT_FIELD_MAX];
        if (read_term(r, v, expect_item_path(path, field, i), &terms[n]) != ERR_NONE)
            return ERR_INVALID;
        n += terms[n].weight < 0 || terms[n].weight > 0;
    }
    sort_terms(r, terms, n);
    out->terms = terms;
    out->n_terms = n;
    return check_terms(r, terms, n, field);
}

// ------------------------------------------------------------------ constraints

static enum err_code read_one(const struct reading *r, const struct json *v, const char *field,
                              struct linear_constraint_definition *out)
{
    static const char *const known[] = {"type", "terms", "threshold", "object", NULL}, *const kinds[] = {"linear_constraint", NULL};
    const struct json *type, *terms, *threshold, *kind = json_member(v, "object");
    char path[EXPECT_FIELD_MAX];
    size_t index = 0;
    if (expect_kind(v, JSON_OBJECT, field, r->err) != ERR_NONE || expect_keys(v, known, field, r->err) != ERR_NONE ||
        expect_member(v, "type", field, &type, r->err) != ERR_NONE ||
        expect_one_of(type, types, expect_path(path, field, "type"), &index, r->err) != ERR_NONE ||
        expect_member(v, "threshold", field, &threshold, r->err) != ERR_NONE ||
        expect_number(threshold, expect_path(path, field, "threshold"), &out->threshold, r->err) != ERR_NONE ||
        expect_member(v, "terms", field, &terms, r->err) != ERR_NONE)
        return ERR_INVALID;
    out->greater = index == 1;
    if (kind != NULL && expect_one_of(kind, kinds, expect_path(path, field, "object"), &index, r->err) != ERR_NONE)
        return ERR_INVALID;
    return read_terms(r, terms, expect_path(path, field, "terms"), out);
}

static enum err_code check_count(const struct reading *r, const char *field, const char *kind, size_t count, size_t max)
{
    return count <= max ? ERR_NONE
                        : err_set(r->err, ERR_INVALID, field, "%s involve %zu %sparameters, but the maximum is %zu", field, count, kind,
                                  max);
}

// How many parameters there are in all constraints together.
static enum err_code check_counts(const struct reading *r, const char *field, const struct linear_constraint_definition *list,
                                  size_t n)
{
    bool *seen = arena_alloc(r->arena, r->n_parameters, sizeof *seen);
    size_t all = 0, ints = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < list[i].n_terms; j++) {
            size_t p = list[i].terms[j].parameter;
            all += !seen[p];
            ints += !seen[p] && r->parameters[p].type == PARAMETER_INT;
            seen[p] = true;
        }
    }
    enum err_code code = check_count(r, field, "int ", ints, INTS_MAX);
    return code == ERR_NONE ? check_count(r, field, "", all, VARIABLES_MAX) : code;
}

enum err_code linear_constraints_read(struct arena *arena, const struct json *array, const char *field,
                                      const struct parameter *parameters, size_t n_parameters,
                                      const struct linear_constraint_definition **list, size_t *n, struct err *err)
{
    const struct reading r = {arena, parameters, n_parameters, err};
    *list = NULL;
    *n = 0;
    if (expect_unused(array))
        return ERR_NONE;
    if (expect_kind(array, JSON_ARRAY, field, err) != ERR_NONE)
        return ERR_INVALID;
    if (json_size(array) > CONSTRAINTS_MAX)
        return err_set(err, ERR_INVALID, field, "%s must have at most %d constraints", field, CONSTRAINTS_MAX);
    struct linear_constraint_definition *constraints = arena_alloc(arena, json_size(array), sizeof *constraints);
    for (const struct json *v = json_first(array); v != NULL; v = json_next(v), ++*n) {
        char path[EXPECT_FIELD_MAX];
        if (read_one(&r, v, expect_item_path(path, field, *n), &constraints[*n]) != ERR_NONE)
            return ERR_INVALID;
    }
    *list = constraints;
    return check_counts(&r, field, constraints, *n);
}

bool linear_constraint_holds(const struct linear_constraint_definition *constraint, const double *x)
{
    double sum = -constraint->threshold, size = fabs(constraint->threshold);
    for (size_t i = 0; i < constraint->n_terms; i++) {
        double term = constraint->terms[i].weight * x[constraint->terms[i].parameter];
        sum += term;
        size += fabs(term);
    }
    return constraint->greater ? sum >= -ROUNDING * size : sum <= ROUNDING * size;
}

// ------------------------------------------------------------------ writing

void linear_constraints_write(struct json_writer *w, const struct linear_constraint_definition *list, size_t n,
                              const struct parameter *parameters)
{
    json_begin_array(w);
    for (size_t i = 0; i < n; i++) {
        json_begin_object(w);
        json_member_string(w, "object", "linear_constraint");
        json_member_string(w, "type", types[list[i].greater]);
        json_member_double(w, "threshold", list[i].threshold);
        json_put_key(w, "terms");
        json_begin_array(w);
        for (size_t j = 0; j < list[i].n_terms; j++) {
            json_begin_object(w);
            json_member_string(w, "object", "constraint_term");
            json_member_string(w, "name", parameters[list[i].terms[j].parameter].name);
            json_member_double(w, "weight", list[i].terms[j].weight);
            json_end_object(w);
        }
        json_end_array(w);
        json_end_object(w);
    }
    json_end_array(w);
}
