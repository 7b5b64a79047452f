#include "api/conditionals.h"

#include <string.h>

#include "api/assignments.h"
#include "api/expect.h"
#include "base/buffer.h"

enum {
    NAME_MAX_LENGTH = 100,
    VALUE_MAX_LENGTH = 50,
    CONDITIONALS_MAX = ASSIGNMENTS_CONDITIONALS_MAX, // ours: names are compared in pairs
    VALUES_MAX = CONDITIONAL_LEVELS, // ours: bits of a set of values
    VISITS_MAX = 2000000, // parameters looked at before the search for an uncovered combination is given up
};

// ------------------------------------------------------------------ reading

static enum err_code read_values(struct arena *arena, const struct json *array, const char *field, struct parameter *out,
                                 struct err *err)
{
    char path[EXPECT_FIELD_MAX];
    if (expect_kind(array, JSON_ARRAY, field, err) != ERR_NONE)
        return ERR_INVALID;
    size_t n = json_size(array), i = 0;
    if (n < 2)
        return err_set(err, ERR_INVALID, field, "%s must have at least 2 values", field);
    if (n > VALUES_MAX)
        return err_set(err, ERR_INVALID, field, "%s must have at most %d values", field, VALUES_MAX);
    struct category *values = arena_alloc(arena, n, sizeof *values);
    for (const struct json *v = json_first(array); v != NULL; v = json_next(v), i++) {
        if (expect_stripped(arena, v, VALUE_MAX_LENGTH, expect_item_path(path, field, i), &values[i].name, err) != ERR_NONE)
            return ERR_INVALID;
        values[i].enum_index = (int64_t)i + 1;
        for (size_t j = 0; j < i; j++)
            if (strcmp(values[i].name, values[j].name) == 0)
                return err_set(err, ERR_INVALID, field, "%s has the duplicate value \"%s\"", field, values[i].name);
    }
    out->categories = values;
    out->n_categories = n;
    return ERR_NONE;
}

static enum err_code read_one(struct arena *arena, const struct json *v, const char *field, struct parameter *out, struct err *err)
{
    static const char *const known[] = {"name", "values", "object", NULL}, *const kinds[] = {"conditional", NULL};
    const struct json *name, *values, *kind = json_member(v, "object");
    char path[EXPECT_FIELD_MAX];
    size_t index;
    *out = (struct parameter){.type = PARAMETER_CATEGORICAL};
    if (expect_kind(v, JSON_OBJECT, field, err) != ERR_NONE || expect_keys(v, known, field, err) != ERR_NONE ||
        expect_member(v, "name", field, &name, err) != ERR_NONE ||
        expect_name(arena, name, NAME_MAX_LENGTH, expect_path(path, field, "name"), &out->name, err) != ERR_NONE ||
        expect_member(v, "values", field, &values, err) != ERR_NONE)
        return ERR_INVALID;
    if (kind != NULL && expect_one_of(kind, kinds, expect_path(path, field, "object"), &index, err) != ERR_NONE)
        return ERR_INVALID;
    return read_values(arena, values, expect_path(path, field, "values"), out, err);
}

enum err_code conditionals_read(struct arena *arena, const struct json *array, const char *field, const struct parameter **list,
                                size_t *n, struct err *err)
{
    *list = NULL;
    *n = 0;
    if (expect_unused(array))
        return ERR_NONE;
    if (expect_kind(array, JSON_ARRAY, field, err) != ERR_NONE)
        return ERR_INVALID;
    if (json_size(array) > CONDITIONALS_MAX)
        return err_set(err, ERR_INVALID, field, "%s must have at most %d conditionals", field, CONDITIONALS_MAX);
    struct parameter *conditionals = arena_alloc(arena, json_size(array), sizeof *conditionals);
    for (const struct json *v = json_first(array); v != NULL; v = json_next(v), ++*n) {
        char path[EXPECT_FIELD_MAX];
        if (read_one(arena, v, expect_item_path(path, field, *n), &conditionals[*n], err) != ERR_NONE)
            return ERR_INVALID;
        for (size_t j = 0; j < *n; j++)
            if (strcmp(conditionals[j].name, conditionals[*n].name) == 0)
                return err_set(err, ERR_INVALID, field, "%s has the duplicate name \"%s\"", field, conditionals[j].name);
    }
    *list = conditionals;
    return ERR_NONE;
}

// ------------------------------------------------------------------ what is active

// The search for a combination of values that leaves no parameter active: of each conditional, the values that are possible here.
struct search {
    const struct parameter *parameters;
    size_t n_parameters;
    uint64_t *possible;
    size_t visits;
};

// The first condition that some possible values fulfil and others do not, or NULL: then *holds says whether all are fulfilled.
static const struct parameter_condition *undecided(const struct search *search, const struct parameter *p, bool *holds)
{
    const struct parameter_condition *found = NULL;
    *holds = true;
    for (size_t i = 0; i < p->n_conditions; i++) {
        const struct parameter_condition *c = &p->conditions[i];
        uint64_t possible = search->possible[c->conditional];
        if ((possible & c->values) == 0) {
            *holds = false;
            return NULL;
        }
        if ((possible & ~c->values) != 0 && found == NULL)
            found = c;
    }
    return found;
}

// Leaves in search->possible what is not covered when there is such a thing. Each step splits the possible values of one
// conditional at a condition that is undecided, so that values which no condition tells apart stay together.
static bool is_covered(struct search *search)
{
    const struct parameter_condition *split = NULL;
    for (size_t i = 0; i < search->n_parameters; i++) {
        bool holds;
        const struct parameter_condition *c = undecided(search, &search->parameters[i], &holds);
        search->visits++;
        if (c == NULL && holds)
            return true;
        if (split == NULL)
            split = c;
    }
    if (split == NULL || search->visits > VISITS_MAX)
        return false;
    uint64_t before = search->possible[split->conditional];
    search->possible[split->conditional] = before & split->values;
    if (!is_covered(search))
        return false;
    search->possible[split->conditional] = before & ~split->values;
    if (!is_covered(search))
        return false;
    search->possible[split->conditional] = before;
    return true;
}

static enum err_code tell_uncovered(const struct search *search, const struct parameter *conditionals, size_t n, struct err *err)
{
    struct buffer text = {0};
    for (size_t i = 0; i < n; i++) {
        size_t value = 0;
        while ((search->possible[i] >> value & 1) == 0)
            value++;
        buffer_printf(&text, "%s%s = \"%s\"", i > 0 ? ", " : "", conditionals[i].name, conditionals[i].categories[value].name);
    }
    enum err_code code = err_set(err, ERR_INVALID, ".conditionals",
                                 ".conditionals: every combination of values needs an active parameter, but none is active for %s",
                                 text.data);
    buffer_clear(&text);
    return code;
}

enum err_code conditionals_check(struct arena *arena, const struct parameter *conditionals, size_t n,
                                 const struct parameter *parameters, size_t n_parameters, struct err *err)
{
    struct search search = {parameters, n_parameters, arena_alloc(arena, n, sizeof *search.possible), 0};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n_parameters; j++)
            if (strcmp(conditionals[i].name, parameters[j].name) == 0)
                return err_set(err, ERR_INVALID, ".conditionals", ".conditionals[%zu].name: \"%s\" is the name of a parameter too", i,
                               conditionals[i].name);
        search.possible[i] = UINT64_MAX >> (VALUES_MAX - conditionals[i].n_categories);
    }
    if (n == 0 || is_covered(&search))
        return ERR_NONE;
    if (search.visits > VISITS_MAX)
        return err_set(err, ERR_INVALID, ".conditionals", ".conditionals have too many combinations of values to check");
    return tell_uncovered(&search, conditionals, n, err);
}

// ------------------------------------------------------------------ writing

void conditionals_write(struct json_writer *w, const struct parameter *list, size_t n)
{
    json_begin_array(w);
    for (size_t i = 0; i < n; i++) {
        json_begin_object(w);
        json_member_string(w, "object", "conditional");
        json_member_string(w, "name", list[i].name);
        json_put_key(w, "values");
        json_begin_array(w);
        for (size_t j = 0; j < list[i].n_categories; j++)
            json_put_string(w, list[i].categories[j].name);
        json_end_array(w);
        json_end_object(w);
    }
    json_end_array(w);
}
