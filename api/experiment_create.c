// Experiments: how one is created (API reference 2.1; experiments of runs: 2.8).
#include "storage/experiment.h"

#include <inttypes.h>
#include <string.h>

#include "api/bridge.h"
#include "api/expect.h"
#include "api/experiments.h"
#include "api/grid.h"
#include "api/route.h"
#include "storage/project.h"

enum { REFERENCE_MAX_LENGTH = 32 };

// ------------------------------------------------------------------ members of create and change

enum err_code experiment_read_count(struct call *call, const char *key, int64_t *out)
{
    const struct json *v = json_member(call->body, key);
    char path[EXPECT_FIELD_MAX];
    *out = 0;
    return expect_absent(v) ? ERR_NONE : expect_positive(v, expect_path(path, "", key), out, &call->err);
}

enum err_code experiment_read_project(struct call *call, const struct json *v, int64_t *id)
{
    struct project_record project;
    const char *reference;
    *id = 0;
    if (expect_absent(v))
        return ERR_NONE;
    if (expect_string(v, REFERENCE_MAX_LENGTH, ".project", &reference, &call->err) != ERR_NONE)
        return ERR_INVALID;
    enum err_code code = project_find(call->tx, call->arena, call->client.id, reference, &project, &call->err);
    if (code == ERR_NOT_FOUND)
        return call_error(call, ERR_INVALID, ".project", ".project: the project %s does not exist", reference);
    *id = project.id;
    return code;
}

enum err_code experiment_read_metadata(struct call *call, const char **metadata, enum tolerance *tolerance)
{
    const struct json *v = json_member(call->body, "metadata");
    enum err_code code = metadata_read(call->arena, v, ".metadata", metadata, &call->err);
    return code == ERR_NONE ? tolerance_read(v, ".metadata", tolerance, &call->err) : code;
}

const char *experiment_budget_field(const struct experiment_record *experiment)
{
    return experiment->runs_only ? ".budget" : ".observation_budget";
}

// ------------------------------------------------------------------ create

// On the paths of the core a member says whether it is an experiment of runs. Each kind has a budget of its own name.
static enum err_code read_kind(struct call *call, enum experiment_view view, struct experiment_record *record)
{
    const struct json *v = json_member(call->body, "runs_only");
    record->runs_only = view == VIEW_RUNS;
    if (!expect_absent(v) && expect_bool(v, ".runs_only", &record->runs_only, &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (!record->runs_only && json_member(call->body, "budget") != NULL)
        return call_error(call, ERR_INVALID, ".budget", ".budget is for experiments of runs; use observation_budget");
    if (record->runs_only && json_member(call->body, "observation_budget") != NULL)
        return call_error(call, ERR_INVALID, ".observation_budget",
                          ".observation_budget is not for experiments of runs; use budget");
    if (record->runs_only && !expect_unused(json_member(call->body, "tasks")))
        return call_error(call, ERR_INVALID, ".tasks", ".tasks cannot be combined with runs: a run is always an evaluation in full");
    return ERR_NONE;
}

static enum err_code read_project(struct call *call, enum experiment_view view, struct experiment_record *record)
{
    if (view == VIEW_RUNS) {
        record->project_id = call->project.id;
        return ERR_NONE;
    }
    enum err_code code = experiment_read_project(call, json_member(call->body, "project"), &record->project_id);
    if (code == ERR_NONE && record->runs_only && record->project_id == 0)
        return call_error(call, ERR_INVALID, ".project", ".project must be given for an experiment of runs");
    return code;
}

static enum err_code read_type(struct call *call, enum experiment_type *type)
{
    const struct json *v = json_member(call->body, "type");
    size_t index = 0;
    if (!expect_absent(v) && expect_one_of(v, experiment_types, ".type", &index, &call->err) != ERR_NONE)
        return ERR_INVALID;
    *type = (enum experiment_type)(EXPERIMENT_OFFLINE + index);
    return ERR_NONE;
}

// `metric`, as old clients send it, is a list of one.
static enum err_code read_metrics(struct call *call, struct definition_source *source)
{
    const struct json *single = json_member(call->body, "metric");
    source->metrics = json_member(call->body, "metrics");
    if (expect_absent(single))
        return ERR_NONE;
    if (!expect_absent(source->metrics))
        return call_error(call, ERR_INVALID, ".metric", ".metric and .metrics are both given; only metrics is needed");
    source->metric = single;
    return ERR_NONE;
}

// The paths of experiments of runs want a list of objects.
static enum err_code check_metric_objects(struct call *call)
{
    const struct json *metrics;
    char path[EXPECT_FIELD_MAX];
    size_t i = 0;
    if (expect_member(call->body, "metrics", "", &metrics, &call->err) != ERR_NONE ||
        expect_kind(metrics, JSON_ARRAY, ".metrics", &call->err) != ERR_NONE)
        return ERR_INVALID;
    for (const struct json *v = json_first(metrics); v != NULL; v = json_next(v))
        if (expect_kind(v, JSON_OBJECT, expect_item_path(path, ".metrics", i++), &call->err) != ERR_NONE)
            return ERR_INVALID;
    return ERR_NONE;
}

static enum err_code read_definition(struct call *call, struct experiment_record *record, struct definition *definition)
{
    struct definition_source source = {.type = record->type,
                                       .conditionals = json_member(call->body, "conditionals"),
                                       .linear_constraints = json_member(call->body, "linear_constraints"),
                                       .tasks = json_member(call->body, "tasks")};
    enum err_code code = expect_member(call->body, "parameters", "", &source.parameters, &call->err);
    if (code == ERR_NONE)
        code = read_metrics(call, &source);
    if (code == ERR_NONE)
        code = definition_read(call->arena, &source, definition, &call->err);
    if (code != ERR_NONE)
        return code;
    if (record->runs_only && *definition->metrics[0].name == '\0')
        return call_error(call, ERR_INVALID, ".metrics", ".metrics must have names: a run reports its values by name");
    definition_show(call->arena, definition, record);
    return ERR_NONE;
}

// ------------------------------------------------------------------ what goes together

static size_t count_metrics(const struct definition *definition, enum strategy strategy)
{
    size_t n = 0;
    for (size_t i = 0; i < definition->n_metrics; i++)
        n += definition->metrics[i].strategy == strategy;
    return n;
}

// The budget of a grid search is the number of its combinations.
static enum err_code set_grid_budget(struct call *call, const struct definition *definition, struct experiment_record *record)
{
    int64_t size;
    if (definition->type != EXPERIMENT_GRID)
        return ERR_NONE;
    if (!grid_size(definition, &size))
        return call_error(call, ERR_INVALID, ".parameters", ".parameters have more combinations than can be counted");
    if (record->observation_budget != 0 && record->observation_budget != size)
        return call_error(call, ERR_INVALID, experiment_budget_field(record),
                          "%s must be left out or be the number of combinations of the grid: %" PRId64,
                          experiment_budget_field(record), size);
    record->observation_budget = size;
    return ERR_NONE;
}

static enum err_code check_budget(struct call *call, const struct definition *definition, const struct experiment_record *record)
{
    const char *what = NULL;
    if (record->observation_budget != 0)
        return ERR_NONE;
    if (definition->n_optimized > 1)
        what = "several optimized metrics";
    else if (count_metrics(definition, STRATEGY_CONSTRAINT) > 0)
        what = "constraint metrics";
    else if (record->num_solutions > 1)
        what = "several solutions";
    else if (definition->n_tasks > 0)
        what = "tasks";
    return what == NULL ? ERR_NONE
                        : call_error(call, ERR_INVALID, experiment_budget_field(record), "%s must be given for an experiment with %s",
                                     experiment_budget_field(record), what);
}

static enum err_code check_solutions(struct call *call, const struct definition *definition, const struct experiment_record *record)
{
    const char *field = ".num_solutions";
    if (record->num_solutions <= 1)
        return ERR_NONE;
    if (definition->n_optimized != 1)
        return call_error(call, ERR_INVALID, field, ".num_solutions greater than 1 needs exactly one optimized metric");
    if (record->num_solutions > record->observation_budget)
        return call_error(call, ERR_INVALID, field, ".num_solutions must be at most the budget: %" PRId64,
                          record->observation_budget);
    if (definition->n_conditionals > 0)
        return call_error(call, ERR_INVALID, field, ".num_solutions greater than 1 cannot be combined with conditionals");
    if (definition->n_tasks > 0)
        return call_error(call, ERR_INVALID, field, ".num_solutions greater than 1 cannot be combined with tasks");
    return ERR_NONE;
}

static enum err_code check_tasks(struct call *call, const struct definition *definition)
{
    if (definition->n_tasks == 0)
        return ERR_NONE;
    if (definition->n_optimized > 1)
        return call_error(call, ERR_INVALID, ".tasks", ".tasks cannot be combined with several optimized metrics");
    if (count_metrics(definition, STRATEGY_CONSTRAINT) > 0)
        return call_error(call, ERR_INVALID, ".tasks", ".tasks cannot be combined with constraint metrics");
    return ERR_NONE;
}

static enum err_code read_counts(struct call *call, const struct definition *definition, struct experiment_record *record)
{
    enum err_code code = experiment_read_count(call, "num_solutions", &record->num_solutions);
    if (code == ERR_NONE)
        code = experiment_read_count(call, "parallel_bandwidth", &record->parallel_bandwidth);
    if (code == ERR_NONE)
        code = experiment_read_count(call, experiment_budget_field(record) + 1, &record->observation_budget);
    if (code == ERR_NONE)
        code = set_grid_budget(call, definition, record);
    if (code == ERR_NONE)
        code = check_budget(call, definition, record);
    if (code == ERR_NONE)
        code = check_solutions(call, definition, record);
    return code == ERR_NONE ? check_tasks(call, definition) : code;
}

// ------------------------------------------------------------------ the whole

static enum err_code check_members(struct call *call, enum experiment_view view)
{
    static const char *const core[] = {"name",         "type",   "parameters",    "metrics",            "metric",
                                       "observation_budget", "budget", "num_solutions", "parallel_bandwidth", "conditionals",
                                       "linear_constraints", "tasks",  "metadata",      "project",            "runs_only", NULL};
    static const char *const runs[] = {"name", "type", "parameters", "metrics", "budget", "num_solutions", "parallel_bandwidth",
                                       "conditionals", "linear_constraints", "metadata", NULL};
    enum err_code code = expect_keys(call->body, view == VIEW_RUNS ? runs : core, "", &call->err);
    return code == ERR_NONE && view == VIEW_RUNS ? check_metric_objects(call) : code;
}

static enum err_code read_create(struct call *call, enum experiment_view view, struct experiment_record *record)
{
    const struct json *name;
    struct definition definition;
    enum tolerance tolerance;
    enum err_code code = check_members(call, view);
    if (code == ERR_NONE)
        code = expect_member(call->body, "name", "", &name, &call->err);
    if (code == ERR_NONE)
        code = expect_name(call->arena, name, EXPERIMENT_NAME_MAX_LENGTH, ".name", &record->name, &call->err);
    if (code == ERR_NONE)
        code = read_type(call, &record->type);
    if (code == ERR_NONE)
        code = read_kind(call, view, record);
    if (code == ERR_NONE)
        code = read_project(call, view, record);
    if (code == ERR_NONE)
        code = read_definition(call, record, &definition);
    if (code == ERR_NONE)
        code = read_counts(call, &definition, record);
    if (code == ERR_NONE)
        code = experiment_read_metadata(call, &record->metadata, &tolerance);
    return code == ERR_NONE ? bridge_check(call->arena, &definition, record, &call->err) : code;
}

static enum err_code create(struct call *call, enum experiment_view view)
{
    struct experiment_record record = {.client_id = call->client.id,
                                       .user_id = call->token.user_id,
                                       .created = call->now,
                                       .updated = call->now,
                                       .development = call->development};
    enum err_code code = read_create(call, view, &record);
    if (code == ERR_NONE)
        code = experiment_insert(call->tx, &record, &call->err);
    return code == ERR_NONE ? experiment_show_stored(call, record.id, view) : code;
}

enum err_code experiment_create(struct call *call)
{
    return create(call, VIEW_CORE);
}

enum err_code aiexperiment_create(struct call *call)
{
    return create(call, VIEW_RUNS);
}
