#include "api/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/expect.h"

enum { METRICS_MAX = 50, OPTIMIZED_MAX = 2, CONSTRAINT_MAX = 4, NAME_MAX_LENGTH = 100 };

// Words of the protocol, in the order of the enumeration and of `maximize`.
static const char *const strategies[] = {"optimize", "store", "constraint", NULL};
static const char *const objectives[] = {"minimize", "maximize", NULL};

// ------------------------------------------------------------------ one item of a request

// What an item says; what it leaves out has the value of a create.
struct item {
    const char *name; // NULL: none
    bool has_objective, has_strategy;
    bool says_threshold; // perhaps null
    struct metric_definition metric;
};

static enum err_code read_threshold(const struct json *object, const char *field, struct metric_definition *metric,
                                    struct err *err)
{
    const struct json *v = json_member(object, "threshold");
    char path[EXPECT_FIELD_MAX];
    metric->has_threshold = !expect_absent(v);
    return metric->has_threshold ? expect_number(v, expect_path(path, field, "threshold"), &metric->threshold, err) : ERR_NONE;
}

static enum err_code read_words(const struct json *object, const char *field, struct item *item, struct err *err)
{
    static const char *const kinds[] = {"metric", NULL};
    const struct json *kind = json_member(object, "object"), *objective = json_member(object, "objective"),
                      *strategy = json_member(object, "strategy");
    char path[EXPECT_FIELD_MAX];
    size_t index = 0;
    if (kind != NULL && expect_one_of(kind, kinds, expect_path(path, field, "object"), &index, err) != ERR_NONE)
        return ERR_INVALID;
    item->has_objective = objective != NULL;
    if (objective != NULL && expect_one_of(objective, objectives, expect_path(path, field, "objective"), &index, err) != ERR_NONE)
        return ERR_INVALID;
    item->metric.maximize = objective == NULL || index == 1;
    item->has_strategy = strategy != NULL;
    if (strategy != NULL && expect_one_of(strategy, strategies, expect_path(path, field, "strategy"), &index, err) != ERR_NONE)
        return ERR_INVALID;
    item->metric.strategy = strategy == NULL ? STRATEGY_OPTIMIZE : (enum strategy)index;
    return ERR_NONE;
}

// A string is short for an object with only a name.
static enum err_code read_item(struct arena *arena, const struct json *v, const char *field, struct item *item, struct err *err)
{
    static const char *const known[] = {"name", "objective", "strategy", "threshold", "object", NULL};
    *item = (struct item){.metric = {.maximize = true, .strategy = STRATEGY_OPTIMIZE}};
    if (json_kind(v) == JSON_STRING)
        return expect_name(arena, v, NAME_MAX_LENGTH, field, &item->name, err);
    if (json_kind(v) != JSON_OBJECT)
        return expect_type(v, field, "string or object", err);
    const struct json *name = json_member(v, "name");
    char path[EXPECT_FIELD_MAX];
    if (expect_keys(v, known, field, err) != ERR_NONE)
        return ERR_INVALID;
    if (!expect_absent(name) &&
        expect_name(arena, name, NAME_MAX_LENGTH, expect_path(path, field, "name"), &item->name, err) != ERR_NONE)
        return ERR_INVALID;
    item->says_threshold = json_member(v, "threshold") != NULL;
    return read_words(v, field, item, err) == ERR_NONE ? read_threshold(v, field, &item->metric, err) : ERR_INVALID;
}

// ------------------------------------------------------------------ create

static enum err_code check_thresholds(const char *field, const struct metric_definition *list, size_t n, size_t n_optimized,
                                      struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct metric_definition *m = &list[i];
        if (m->strategy == STRATEGY_CONSTRAINT && !m->has_threshold)
            return err_set(err, ERR_INVALID, field, "%s: the constraint metric \"%s\" needs a threshold", field, m->name);
        if (m->strategy == STRATEGY_STORE && m->has_threshold)
            return err_set(err, ERR_INVALID, field, "%s: the stored metric \"%s\" must not have a threshold", field, m->name);
        if (m->strategy == STRATEGY_OPTIMIZE && m->has_threshold && n_optimized < 2)
            return err_set(err, ERR_INVALID, field,
                           "%s: a threshold of the metric \"%s\" needs several optimized metrics", field, m->name);
    }
    return ERR_NONE;
}

static enum err_code check_strategies(const char *field, const struct metric_definition *list, size_t n, struct err *err)
{
    size_t count[] = {[STRATEGY_OPTIMIZE] = 0, [STRATEGY_STORE] = 0, [STRATEGY_CONSTRAINT] = 0};
    for (size_t i = 0; i < n; i++)
        count[list[i].strategy]++;
    size_t optimized = count[STRATEGY_OPTIMIZE], constraints = count[STRATEGY_CONSTRAINT];
    if (optimized > OPTIMIZED_MAX)
        return err_set(err, ERR_INVALID, field, "%s has %zu optimized metrics, but the maximum is %d", field, optimized,
                       OPTIMIZED_MAX);
    if (constraints > CONSTRAINT_MAX)
        return err_set(err, ERR_INVALID, field, "%s has %zu constraint metrics, but the maximum is %d", field, constraints,
                       CONSTRAINT_MAX);
    if (optimized + constraints == 0)
        return err_set(err, ERR_INVALID, field, "%s must have a metric whose strategy is \"optimize\" or \"constraint\"", field);
    return check_thresholds(field, list, n, optimized, err);
}

static int compare_metrics(const void *a, const void *b)
{
    const struct metric_definition *x = a, *y = b;
    return strcmp(x->name, y->name);
}

enum err_code metrics_read(struct arena *arena, const struct json *array, const char *field,
                           const struct metric_definition **list, size_t *n, struct err *err)
{
    static const struct metric_definition unnamed = {.name = "", .maximize = true, .strategy = STRATEGY_OPTIMIZE};
    *list = &unnamed;
    *n = 1;
    if (expect_absent(array))
        return ERR_NONE;
    if (expect_kind(array, JSON_ARRAY, field, err) != ERR_NONE)
        return ERR_INVALID;
    size_t size = json_size(array), i = 0;
    if (size < 1)
        return err_set(err, ERR_INVALID, field, "%s must contain at least one metric", field);
    if (size > METRICS_MAX)
        return err_set(err, ERR_INVALID, field, "%s has %zu metrics, but the maximum is %d", field, size, METRICS_MAX);
    struct metric_definition *metrics = arena_alloc(arena, size, sizeof *metrics);
    for (const struct json *v = json_first(array); v != NULL; v = json_next(v), i++) {
        char path[EXPECT_FIELD_MAX];
        struct item item;
        if (read_item(arena, v, expect_item_path(path, field, i), &item, err) != ERR_NONE)
            return ERR_INVALID;
        if (item.name == NULL && size > 1)
            return err_set(err, ERR_INVALID, path, "%s has no name: unnamed metrics are not supported with several metrics",
                           path);
        metrics[i] = item.metric;
        metrics[i].name = item.name == NULL ? "" : item.name;
    }
    qsort(metrics, size, sizeof *metrics, compare_metrics);
    for (i = 1; i < size; i++)
        if (strcmp(metrics[i - 1].name, metrics[i].name) == 0)
            return err_set(err, ERR_INVALID, field, "%s has the duplicate name \"%s\"", field, metrics[i].name);
    *list = metrics;
    *n = size;
    return check_strategies(field, metrics, size, err);
}

enum err_code metrics_read_single(struct arena *arena, const struct json *v, const char *field,
                                  const struct metric_definition **list, size_t *n, struct err *err)
{
    struct metric_definition *metric = arena_alloc(arena, 1, sizeof *metric);
    struct item item;
    if (read_item(arena, v, field, &item, err) != ERR_NONE)
        return ERR_INVALID;
    *metric = item.metric;
    metric->name = item.name == NULL ? "" : item.name;
    *list = metric;
    *n = 1;
    return check_strategies(field, metric, 1, err);
}

// ------------------------------------------------------------------ update

// Index of the metric that an item of an update means, or n. With one metric, no name means it.
static size_t find_present(const struct metric_definition *present, size_t n, const char *name)
{
    if (name == NULL)
        return n == 1 ? 0 : n;
    size_t i = 0;
    while (i < n && strcmp(present[i].name, name) != 0)
        i++;
    return i;
}

static enum err_code check_same(const struct item *item, const char *field, const struct metric_definition *present,
                                struct err *err)
{
    char path[EXPECT_FIELD_MAX];
    if (item->has_objective && item->metric.maximize != present->maximize)
        return err_set(err, ERR_INVALID, expect_path(path, field, "objective"), "%s cannot be changed", path);
    if (item->has_strategy && item->metric.strategy != present->strategy)
        return err_set(err, ERR_INVALID, expect_path(path, field, "strategy"), "%s cannot be changed", path);
    return ERR_NONE;
}

// One item of an update: the thresholds of the present list, which it changes, follow the rules of a create as far as it says them.
static enum err_code change_one(const struct item *item, const char *field, struct metric_definition *present, size_t n_optimized,
                                struct err *err)
{
    struct metric_definition said = *present;
    said.has_threshold = item->metric.has_threshold;
    said.threshold = item->metric.threshold;
    char path[EXPECT_FIELD_MAX];
    enum err_code code = check_same(item, field, present, err);
    if (code == ERR_NONE)
        code = check_thresholds(expect_path(path, field, "threshold"), &said, 1, n_optimized, err);
    if (code == ERR_NONE && item->says_threshold)
        *present = said;
    return code;
}

enum err_code metrics_update(struct arena *arena, const struct json *array, const char *field, struct metric_definition *list,
                             size_t n, struct err *err)
{
    if (expect_kind(array, JSON_ARRAY, field, err) != ERR_NONE)
        return ERR_INVALID;
    if (json_size(array) != n)
        return err_set(err, ERR_INVALID, field, "%s must have as many items as the experiment has metrics: %zu", field, n);
    bool *seen = arena_alloc(arena, n, sizeof *seen);
    size_t i = 0, n_optimized = 0;
    for (size_t j = 0; j < n; j++)
        n_optimized += list[j].strategy == STRATEGY_OPTIMIZE;
    for (const struct json *v = json_first(array); v != NULL; v = json_next(v), i++) {
        char path[EXPECT_FIELD_MAX];
        struct item item;
        if (read_item(arena, v, expect_item_path(path, field, i), &item, err) != ERR_NONE)
            return ERR_INVALID;
        size_t metric = find_present(list, n, item.name);
        if (metric == n && item.name == NULL)
            return err_set(err, ERR_INVALID, path, "%s needs the name of a metric: the experiment has %zu", path, n);
        if (metric == n)
            return err_set(err, ERR_INVALID, path, "%s: \"%s\" is not a metric of the experiment", path, item.name);
        if (seen[metric])
            return err_set(err, ERR_INVALID, path, "%s: the metric \"%s\" is there already", path, list[metric].name);
        seen[metric] = true;
        if (change_one(&item, path, &list[metric], n_optimized, err) != ERR_NONE)
            return ERR_INVALID;
    }
    return ERR_NONE;
}

// ------------------------------------------------------------------ writing

static const char *shown_name(const char *name)
{
    return *name == '\0' ? NULL : name;
}

void metrics_write(struct json_writer *w, const struct metric_definition *list, size_t n)
{
    json_begin_array(w);
    for (size_t i = 0; i < n; i++) {
        const struct metric_definition *m = &list[i];
        json_begin_object(w);
        json_member_string(w, "object", "metric");
        json_member_string(w, "name", shown_name(m->name));
        json_member_string(w, "objective", objectives[m->maximize]);
        json_member_string(w, "strategy", strategies[m->strategy]);
        if (m->has_threshold)
            json_member_double(w, "threshold", m->threshold);
        else
            json_member_null(w, "threshold");
        json_end_object(w);
    }
    json_end_array(w);
}

void values_write(struct json_writer *w, const struct metric_value *values, size_t n)
{
    json_begin_array(w);
    for (size_t i = 0; i < n; i++) {
        json_begin_object(w);
        json_member_string(w, "object", "metric_evaluation");
        json_member_string(w, "name", shown_name(values[i].name));
        json_member_double(w, "value", values[i].value);
        if (isnan(values[i].stddev))
            json_member_null(w, "value_stddev");
        else
            json_member_double(w, "value_stddev", values[i].stddev);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_known(struct json_writer *w, const char *key, const double *v, size_t i)
{
    if (v != NULL && isfinite(v[i]))
        json_member_double(w, key, v[i]);
    else
        json_member_null(w, key);
}

void metrics_write_predicted(struct json_writer *w, const struct metric_definition *list, size_t n, const double *mean,
                             const double *stddev)
{
    json_begin_array(w);
    for (size_t i = 0; i < n; i++) {
        if (list[i].strategy == STRATEGY_STORE)
            continue;
        json_begin_object(w);
        json_member_string(w, "name", *list[i].name == '\0' ? NULL : list[i].name);
        write_known(w, "mean", mean, i);
        write_known(w, "stddev", stddev, i);
        json_end_object(w);
    }
    json_end_array(w);
}
