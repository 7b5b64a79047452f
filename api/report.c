#include "api/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "api/expect.h"
#include "storage/suggestion.h"

// A member of a request, and whether it is there.
struct given {
    bool present; // perhaps as null
    const struct json *v; // NULL: absent or null
};

// The value of one metric.
struct evaluation {
    double value;
    bool has_stddev; // given, perhaps as null
    double stddev;   // NAN: none
};

struct report {
    struct given suggestion, assignments, values, failed, metadata, task;
    int64_t suggestion_id;         // of a suggestion that is not null
    bool is_failed;                // `failed`, false when it is null or absent
    struct evaluation *evaluations; // one for each metric, in the definition's order; NULL: no values
};

// Where errors are told, and what the report is about.
struct reading {
    struct call *call;
    const struct definition *definition;
    const struct json *object;
    const char *field;
    bool updating;
};

static enum err_code refuse(const struct reading *r, const char *key, const char *text)
{
    char path[EXPECT_FIELD_MAX];
    expect_path(path, r->field, key);
    return call_error(r->call, ERR_INVALID, path, "%s %s", path, text);
}

static struct given member(const struct reading *r, const char *key)
{
    const struct json *v = json_member(r->object, key);
    bool absent = expect_absent(v);
    return (struct given){.present = r->updating ? v != NULL : !absent, .v = absent ? NULL : v};
}

// ------------------------------------------------------------------ values

static enum err_code read_stddev(const struct reading *r, const struct json *object, const char *field,
                                 struct evaluation *evaluation)
{
    evaluation->has_stddev = json_member(object, "value_stddev") != NULL;
    return expect_stddev(object, field, &evaluation->stddev, &r->call->err);
}

// One item of `values`. *name is NULL when it has none.
static enum err_code read_evaluation(const struct reading *r, const struct json *item, const char *field, const char **name,
                                     struct evaluation *evaluation)
{
    static const char *const known[] = {"name", "value", "value_stddev", NULL};
    struct err *err = &r->call->err;
    const struct json *value, *label = json_member(item, "name");
    char path[EXPECT_FIELD_MAX];
    *name = NULL;
    if (expect_kind(item, JSON_OBJECT, field, err) != ERR_NONE || expect_keys(item, known, field, err) != ERR_NONE ||
        expect_member(item, "value", field, &value, err) != ERR_NONE ||
        expect_number(value, expect_path(path, field, "value"), &evaluation->value, err) != ERR_NONE ||
        read_stddev(r, item, field, evaluation) != ERR_NONE)
        return ERR_INVALID;
    if (expect_absent(label))
        return ERR_NONE;
    if (expect_kind(label, JSON_STRING, expect_path(path, field, "name"), err) != ERR_NONE)
        return ERR_INVALID;
    *name = json_string(label);
    return ERR_NONE;
}

// The metric that a name means, or definition->n_metrics. With one metric, no name means it.
static size_t find_metric(const struct definition *definition, const char *name)
{
    if (name == NULL)
        return definition->n_metrics == 1 ? 0 : definition->n_metrics;
    size_t i = 0;
    while (i < definition->n_metrics && strcmp(definition->metrics[i].name, name) != 0)
        i++;
    return i;
}

static enum err_code read_list(const struct reading *r, const struct json *array, struct report *report)
{
    const struct definition *definition = r->definition;
    size_t n = json_size(array), m = definition->n_metrics, i = 0;
    struct evaluation *list = arena_alloc(r->call->arena, n, sizeof *list);
    const char **names = arena_alloc(r->call->arena, n, sizeof *names);
    char path[EXPECT_FIELD_MAX], item_path[EXPECT_FIELD_MAX];
    expect_path(path, r->field, "values");
    for (const struct json *item = json_first(array); item != NULL; item = json_next(item), i++)
        if (read_evaluation(r, item, expect_item_path(item_path, path, i), &names[i], &list[i]) != ERR_NONE)
            return ERR_INVALID;
    if (n != m)
        return call_error(r->call, ERR_INVALID, path,
                          "The number of values and the number of metrics must be equal: %s has %zu, the experiment %zu", path, n,
                          m);
    bool *seen = arena_alloc(r->call->arena, m, sizeof *seen);
    report->evaluations = arena_alloc(r->call->arena, m, sizeof *report->evaluations);
    for (i = 0; i < n; i++) {
        size_t metric = find_metric(definition, names[i]);
        expect_item_path(item_path, path, i);
        if (metric == m && names[i] == NULL)
            return call_error(r->call, ERR_INVALID, item_path, "%s needs the name of a metric: the experiment has %zu", item_path,
                              m);
        if (metric == m)
            return call_error(r->call, ERR_INVALID, item_path, "%s: \"%s\" is not a metric of the experiment", item_path,
                              names[i]);
        if (seen[metric])
            return call_error(r->call, ERR_INVALID, item_path, "%s: the metric \"%s\" has another value already", item_path,
                              names[i]);
        seen[metric] = true;
        report->evaluations[metric] = list[i];
    }
    return ERR_NONE;
}

// `value` and `value_stddev` beside `values`, as old clients send them: a list of one.
static enum err_code read_single(const struct reading *r, struct report *report)
{
    const struct json *value = json_member(r->object, "value");
    char path[EXPECT_FIELD_MAX];
    if (expect_absent(value)) {
        if (!expect_absent(json_member(r->object, "value_stddev")))
            return refuse(r, "value_stddev", "is given without a value");
        return ERR_NONE;
    }
    if (!expect_unused(report->values.v))
        return refuse(r, "value", "and values are both given; only values is needed");
    if (r->definition->n_metrics != 1)
        return refuse(r, "value", "is for experiments with one metric; give values instead");
    struct evaluation *evaluation = arena_alloc(r->call->arena, 1, sizeof *evaluation);
    enum err_code code = expect_number(value, expect_path(path, r->field, "value"), &evaluation->value, &r->call->err);
    if (code == ERR_NONE)
        code = read_stddev(r, r->object, r->field, evaluation);
    report->evaluations = evaluation;
    report->values = (struct given){.present = true, .v = value};
    return code;
}

static enum err_code read_values(const struct reading *r, struct report *report)
{
    char path[EXPECT_FIELD_MAX];
    const struct json *v = report->values.v;
    enum err_code code = ERR_NONE;
    // The R client writes an empty object for "nothing".
    if (!r->updating && expect_unused(v))
        report->values = (struct given){.present = false};
    else if (v != NULL && (code = expect_kind(v, JSON_ARRAY, expect_path(path, r->field, "values"), &r->call->err)) == ERR_NONE)
        code = read_list(r, v, report);
    return code == ERR_NONE ? read_single(r, report) : code;
}

// ------------------------------------------------------------------ the whole

static enum err_code read_report(const struct reading *r, struct report *report)
{
    static const char *const known[] = {"assignments", "suggestion",  "values", "failed",       "metadata",
                                        "task",        "no_optimize", "value",  "value_stddev", NULL};
    struct err *err = &r->call->err;
    char path[EXPECT_FIELD_MAX];
    bool unused;
    if (expect_kind(r->object, JSON_OBJECT, r->field, err) != ERR_NONE || expect_keys(r->object, known, r->field, err) != ERR_NONE)
        return ERR_INVALID;
    *report = (struct report){
        .suggestion = member(r, "suggestion"),
        .assignments = member(r, "assignments"),
        .values = member(r, "values"),
        .failed = member(r, "failed"),
        .metadata = member(r, "metadata"),
        .task = member(r, "task"),
    };
    const struct json *suggestion = report->suggestion.v, *no_optimize = json_member(r->object, "no_optimize");
    if (suggestion != NULL && !json_id(suggestion, &report->suggestion_id))
        return expect_type(suggestion, expect_path(path, r->field, "suggestion"), "id", err);
    if (report->failed.v != NULL &&
        expect_bool(report->failed.v, expect_path(path, r->field, "failed"), &report->is_failed, err) != ERR_NONE)
        return ERR_INVALID;
    if (!expect_absent(no_optimize) &&
        expect_bool(no_optimize, expect_path(path, r->field, "no_optimize"), &unused, err) != ERR_NONE)
        return ERR_INVALID;
    return read_values(r, report);
}

static enum err_code use_suggestion(const struct reading *r, int64_t id, struct observation_record *record)
{
    struct suggestion_record suggestion;
    struct call *call = r->call;
    char path[EXPECT_FIELD_MAX];
    enum err_code code = suggestion_find(call->tx, call->arena, call->experiment.id, id, &suggestion, &call->err);
    if (code == ERR_NOT_FOUND)
        return call_error(call, ERR_INVALID, expect_path(path, r->field, "suggestion"),
                          "suggestion %" PRId64 " of experiment %" PRId64 " does not exist", id, call->experiment.id);
    if (code != ERR_NONE)
        return code;
    record->suggestion_id = id;
    record->task = suggestion.task;
    record->assignments = suggestion.assignments;
    record->n_assignments = suggestion.n_assignments;
    return ERR_NONE;
}

static enum err_code use_assignments(const struct reading *r, const struct json *object, struct observation_record *record)
{
    struct assignment *assignments;
    char path[EXPECT_FIELD_MAX];
    enum err_code code = assignments_read(r->call->arena, r->definition, object, expect_path(path, r->field, "assignments"),
                                          &assignments, &record->n_assignments, &r->call->err);
    if (code != ERR_NONE)
        return code;
    record->suggestion_id = 0;
    record->assignments = assignments;
    return ERR_NONE;
}

// The task of an observation of assignments, when its experiment has tasks. What is not given keeps the one it has.
static enum err_code use_task(const struct reading *r, const struct json *v, struct observation_record *record)
{
    const struct definition *definition = r->definition;
    const struct task_definition *task;
    char path[EXPECT_FIELD_MAX];
    if (definition->n_tasks == 0 || (v == NULL && record->task != NULL))
        return ERR_NONE;
    if (v == NULL)
        return refuse(r, "task", "must be given together with assignments: the experiment has tasks");
    enum err_code code = task_read(v, expect_path(path, r->field, "task"), definition->tasks, definition->n_tasks, &task, &r->call->err);
    if (code == ERR_NONE)
        record->task = task->name;
    return code;
}

// Deviation that a metric had before; NAN when it had none.
static double old_stddev(const struct observation_record *record, const char *metric)
{
    for (size_t i = 0; i < record->n_values; i++)
        if (strcmp(record->values[i].name, metric) == 0)
            return record->values[i].stddev;
    return (double)NAN;
}

static void use_values(const struct reading *r, const struct evaluation *evaluations, struct observation_record *record)
{
    size_t m = r->definition->n_metrics;
    struct metric_value *values = arena_alloc(r->call->arena, m, sizeof *values);
    for (size_t i = 0; i < m; i++) {
        const char *name = r->definition->metrics[i].name;
        const struct evaluation *e = &evaluations[i];
        values[i] = (struct metric_value){name, e->value, e->has_stddev ? e->stddev : old_stddev(record, name)};
    }
    record->values = values;
    record->n_values = m;
}

static enum err_code check_outcome(const struct reading *r, const struct observation_record *record)
{
    if (record->failed && record->n_values > 0)
        return refuse(r, "values", "must not be given for an observation that has failed");
    if (!record->failed && record->n_values == 0)
        return refuse(r, "values", "must be given for an observation that has not failed, or failed must be true");
    return ERR_NONE;
}

enum err_code report_create(struct call *call, const struct definition *definition, const struct json *object,
                            const char *field, struct observation_record *record)
{
    struct reading r = {.call = call, .definition = definition, .object = object, .field = field};
    struct report report;
    enum err_code code = read_report(&r, &report);
    if (code != ERR_NONE)
        return code;
    *record = (struct observation_record){
        .experiment_id = call->experiment.id, .created = call->now, .failed = report.is_failed};
    const struct json *suggestion = report.suggestion.v, *assignments = report.assignments.v;
    if (suggestion != NULL && assignments != NULL)
        return refuse(&r, "suggestion", "and assignments are both given; an observation is of one of them");
    if (suggestion == NULL && assignments == NULL)
        return refuse(&r, "suggestion", "or assignments must be given");
    if (suggestion != NULL && !expect_unused(report.task.v))
        return refuse(&r, "task", "must not be given together with a suggestion");
    code = suggestion != NULL ? use_suggestion(&r, report.suggestion_id, record) : use_assignments(&r, assignments, record);
    if (code == ERR_NONE && suggestion == NULL)
        code = use_task(&r, report.task.v, record);
    if (code != ERR_NONE)
        return code;
    if (report.evaluations != NULL)
        use_values(&r, report.evaluations, record);
    code = check_outcome(&r, record);
    if (code != ERR_NONE)
        return code;
    char path[EXPECT_FIELD_MAX];
    return metadata_read(call->arena, report.metadata.v, expect_path(path, field, "metadata"), &record->metadata, &call->err);
}

// ------------------------------------------------------------------ update

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_outcome(const struct observation_record *a, const struct observation_record *b)
{
    if (a->failed != b->failed || a->n_values != b->n_values)
        return false;
    for (size_t i = 0; i < a->n_values; i++) {
        const struct metric_value *v = &a->values[i], *w = &b->values[i];
        if (!same_text(v->name, w->name) || !same_number(v->value, w->value) || isnan(v->stddev) != isnan(w->stddev) ||
            (!isnan(v->stddev) && !same_number(v->stddev, w->stddev)))
            return false;
    }
    return true;
}

static bool same_point(const struct observation_record *a, const struct observation_record *b)
{
    if (a->suggestion_id != b->suggestion_id || a->n_assignments != b->n_assignments || !same_text(a->task, b->task))
        return false;
    for (size_t i = 0; i < a->n_assignments; i++) {
        const struct assignment *v = &a->assignments[i], *w = &b->assignments[i];
        if (!same_text(v->name, w->name) || !same_text(v->text, w->text) || !same_number(v->number, w->number))
            return false;
    }
    return true;
}

// What the observation is of, in the state after the update: exactly one of a suggestion and assignments.
static enum err_code merge_source(const struct reading *r, const struct report *report, struct observation_record *record)
{
    bool has_suggestion = report->suggestion.present ? report->suggestion.v != NULL : record->suggestion_id != 0;
    bool has_assignments = report->assignments.present ? report->assignments.v != NULL : record->suggestion_id == 0;
    if (has_suggestion && has_assignments)
        return refuse(r, "suggestion", "and assignments exclude each other: set the other one to null to change between them");
    if (!has_suggestion && !has_assignments)
        return refuse(r, "suggestion", "or assignments must stay: an observation is of one of them");
    if (has_suggestion && !expect_unused(report->task.v))
        return refuse(r, "task", "must not be given for an observation of a suggestion");
    if (has_assignments) {
        if (record->suggestion_id != 0)
            record->task = NULL; // it was the suggestion's
        enum err_code code = report->assignments.v == NULL ? ERR_NONE : use_assignments(r, report->assignments.v, record);
        return code == ERR_NONE ? use_task(r, report->task.v, record) : code;
    }
    bool is_same = record->suggestion_id != 0 && report->suggestion_id == record->suggestion_id;
    if (report->suggestion.v != NULL && !is_same)
        return use_suggestion(r, report->suggestion_id, record);
    return ERR_NONE;
}

enum err_code report_update(struct call *call, const struct definition *definition, struct observation_record *record,
                            bool *changed)
{
    struct reading r = {.call = call, .definition = definition, .object = call->body, .field = "", .updating = true};
    struct observation_record old = *record;
    struct report report;
    enum err_code code = read_report(&r, &report);
    if (code != ERR_NONE)
        return code;
    if (definition->n_tasks == 0 && !expect_unused(report.task.v))
        return call_error(call, ERR_INVALID, ".task", ".task is given, but experiment %" PRId64 " has no tasks",
                          call->experiment.id);
    code = merge_source(&r, &report, record);
    if (code != ERR_NONE)
        return code;
    if (report.failed.present)
        record->failed = report.is_failed;
    if (report.evaluations != NULL)
        use_values(&r, report.evaluations, record);
    else if (report.values.present)
        record->n_values = 0;
    code = check_outcome(&r, record);
    if (code == ERR_NONE && report.metadata.present)
        code = metadata_read(call->arena, report.metadata.v, ".metadata", &record->metadata, &call->err);
    *changed = code == ERR_NONE && !(same_outcome(record, &old) && same_point(record, &old));
    return code;
}
