#include "api/observation_sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storage/observation.h"

// ------------------------------------------------------------------ which order

static enum err_code refuse(struct call *call, const char *text)
{
    return call_error(call, ERR_INVALID, "sort", "Invalid sort: %s", text);
}

// The rest of s behind start, or NULL.
static const char *behind(const char *s, const char *start)
{
    size_t n = strlen(start);
    return strncmp(s, start, n) == 0 ? s + n : NULL;
}

// "word" is the first metric, "word-METRIC" that one. NULL: neither.
static const char *read_metric(const struct definition *definition, const char *text, const char *word)
{
    const char *rest = behind(text, word);
    if (rest != NULL && *rest == '\0')
        return definition->metrics[0].name;
    for (size_t i = 0; rest != NULL && *rest == '-' && i < definition->n_metrics; i++)
        if (strcmp(definition->metrics[i].name, rest + 1) == 0)
            return definition->metrics[i].name;
    return NULL;
}

// With the categorical values that are no longer in use.
static const struct parameter *read_parameter(struct call *call, const struct definition *definition, const char *text)
{
    const char *name = behind(text, "parameter-");
    for (size_t i = 0; name != NULL && i < definition_dimension(definition); i++) {
        if (strcmp(definition->parameters[i].name, name) != 0)
            continue;
        struct parameter *parameter = arena_alloc(call->arena, 1, sizeof *parameter);
        *parameter = definition->parameters[i];
        parameters_load_retired(call->arena, call->experiment.retired_categories, parameter, 1);
        return parameter;
    }
    return NULL;
}

enum err_code observation_sort_read(struct call *call, const struct definition *definition, bool *by_id,
                                    struct observation_sort *sort)
{
    const char *text = call_query(call, "sort"), *name;
    *by_id = text == NULL || strcmp(text, "id") == 0;
    *sort = (struct observation_sort){.components = 2};
    if (*by_id)
        return ERR_NONE;
    if (strcmp(text, "timestamp") == 0) {
        sort->key = OBSERVATION_KEY_CREATED;
    } else if (strcmp(text, "task") == 0) {
        sort->key = OBSERVATION_KEY_TASK;
        sort->name = definition->metrics[definition->optimized].name;
        sort->components = 3;
    } else if ((name = read_metric(definition, text, "value")) != NULL) {
        sort->key = OBSERVATION_KEY_VALUE;
        sort->name = name;
    } else if ((name = read_metric(definition, text, "value_stddev")) != NULL) {
        sort->key = OBSERVATION_KEY_STDDEV;
        sort->name = name;
    } else if ((sort->parameter = read_parameter(call, definition, text)) != NULL) {
        sort->key = OBSERVATION_KEY_ASSIGNMENT;
        sort->name = sort->parameter->name;
    } else {
        return refuse(call, text);
    }
    return ERR_NONE;
}

// ------------------------------------------------------------------ keys

// The number of a categorical value, of those in use or not.
static double category_number(const struct parameter *parameter, const char *text)
{
    for (size_t i = 0; i < parameter->n_categories; i++)
        if (strcmp(parameter->categories[i].name, text) == 0)
            return (double)parameter->categories[i].enum_index;
    for (size_t i = 0; i < parameter->n_retired; i++)
        if (strcmp(parameter->retired[i].name, text) == 0)
            return (double)parameter->retired[i].enum_index;
    return (double)NAN;
}

// As the assignment is shown: a parameter that was added later has its default.
static double assigned(const struct parameter *parameter, const struct observation_key_row *row)
{
    bool is_missing = row->text == NULL && isnan(row->number), is_text = parameter->type == PARAMETER_CATEGORICAL;
    const char *text = row->text;
    double number = row->number;
    if (is_missing && parameter->has_default && parameter->n_conditions == 0) {
        text = parameter->default_text;
        number = parameter->default_number;
    }
    if (is_text)
        return text == NULL ? (double)NAN : category_number(parameter, text);
    return number;
}

static void make_key(const struct definition *definition, const struct observation_sort *sort,
                     const struct observation_key_row *row, int64_t *key)
{
    key[sort->components - 1] = row->id;
    key[0] = sort->key == OBSERVATION_KEY_CREATED      ? row->created
             : sort->key == OBSERVATION_KEY_ASSIGNMENT ? marker_of_value(assigned(sort->parameter, row))
                                                       : marker_of_value(row->number);
    if (sort->key == OBSERVATION_KEY_TASK) {
        key[1] = key[0];
        key[0] = marker_of_value(definition_cost(definition, row->text));
    }
}

static int compare_keys(const int64_t *a, const int64_t *b)
{
    for (size_t i = 0; i < PAGE_KEY_MAX; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

// The key of one observation; components that are not in use are 0.
struct sort_key {
    int64_t c[PAGE_KEY_MAX];
};

static int compare(const void *a, const void *b)
{
    return compare_keys(((const struct sort_key *)a)->c, ((const struct sort_key *)b)->c);
}

// ------------------------------------------------------------------ the page

// Where in the n sorted keys (ascending) the page is, and one row more than asked when there is one.
static size_t cut(const struct sort_key *keys, size_t n, const struct page_query *page, size_t *start)
{
    size_t from = 0, to = n, most = page->limit + 1;
    while (page->has_after && from < n && compare_keys(keys[from].c, page->after) <= 0)
        from++;
    while (page->has_before && to > from && compare_keys(keys[to - 1].c, page->before) >= 0)
        to--;
    if (to - from > most && page->up)
        to = from + most;
    if (to - from > most)
        from = to - most;
    *start = from;
    return to - from;
}

static enum err_code load_records(struct call *call, struct observation_sorted *rows, size_t n, size_t components)
{
    int64_t *ids = arena_alloc(call->arena, n, sizeof *ids);
    struct observation_record *records = arena_alloc(call->arena, n, sizeof *records);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].key[components - 1];
    enum err_code code = observation_get(call->tx, call->arena, ids, n, records, &call->err);
    for (size_t i = 0; code == ERR_NONE && i < n; i++)
        rows[i].record = records[i];
    return code;
}

static void key_of(const void *rows, size_t i, int64_t *key)
{
    memcpy(key, ((const struct observation_sorted *)rows)[i].key, PAGE_KEY_MAX * sizeof *key);
}

enum err_code observation_sort_list(struct call *call, const struct definition *definition, const struct observation_sort *sort,
                                    const struct observation_filter *filter, paging_render_fn *render)
{
    struct paging paging;
    struct observation_key_row *found;
    size_t n, start;
    enum marker_kind kind = sort->key == OBSERVATION_KEY_CREATED ? MARKER_TIME : MARKER_VALUE;
    enum err_code code = paging_read_kind(call, sort->components, kind, true, &paging);
    if (code == ERR_NONE)
        code = observation_keys(call->tx, call->arena, filter, sort->key, sort->name, &found, &n, &call->err);
    if (code != ERR_NONE)
        return code;
    struct sort_key *keys = arena_alloc(call->arena, n, sizeof *keys);
    for (size_t i = 0; i < n; i++)
        make_key(definition, sort, &found[i], keys[i].c);
    qsort(keys, n, sizeof *keys, compare);
    size_t n_page = cut(keys, n, &paging.page, &start);
    struct observation_sorted *page = arena_alloc(call->arena, n_page, sizeof *page);
    // In the order of selection: the largest first, or with `up` the smallest.
    for (size_t i = 0; i < n_page; i++)
        memcpy(page[i].key, keys[start + (paging.page.up ? i : n_page - 1 - i)].c, sizeof page[i].key);
    code = load_records(call, page, n_page, sort->components);
    if (code == ERR_NONE)
        paging_render(call, &paging, page, n_page, (int64_t)n, key_of, render);
    return code;
}
