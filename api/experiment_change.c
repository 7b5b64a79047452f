// Experiments: how one is changed (API reference 2.2; experiments of runs: 2.8).
#include "storage/experiment.h"

#include <inttypes.h>
#include <string.h>

#include "api/bridge.h"
#include "api/conditionals.h"
#include "api/expect.h"
#include "api/experiments.h"
#include "api/route.h"
#include "api/sent_back.h"

// ------------------------------------------------------------------ change

// Only a create strips the name; a change keeps it as it is.
static enum err_code change_name(struct call *call, struct experiment_record *record)
{
    const struct json *v = json_member(call->body, "name");
    const char *stripped;
    if (v == NULL)
        return ERR_NONE;
    enum err_code code = expect_name(call->arena, v, EXPERIMENT_NAME_MAX_LENGTH, ".name", &stripped, &call->err);
    if (code == ERR_NONE)
        record->name = json_string(v);
    return code;
}

static enum err_code change_state(struct call *call, struct experiment_record *record)
{
    static const char *const states[] = {"active", "deleted", NULL};
    const struct json *v = json_member(call->body, "state");
    size_t index = 0;
    if (v == NULL)
        return ERR_NONE;
    enum err_code code = expect_one_of(v, states, ".state", &index, &call->err);
    record->deleted = index == 1;
    return code;
}

static enum err_code change_project(struct call *call, struct experiment_record *record)
{
    const struct json *v = json_member(call->body, "project");
    int64_t present = record->project_id;
    if (v == NULL)
        return ERR_NONE;
    enum err_code code = experiment_read_project(call, v, &record->project_id);
    if (code == ERR_NONE && record->runs_only && record->project_id != present)
        return call_error(call, ERR_INVALID, ".project", ".project of an experiment of runs cannot be changed");
    return code;
}

// On the paths of the core a budget cannot be taken away: null keeps it. On those of experiments of runs null is no budget.
static enum err_code change_budget(struct call *call, enum experiment_view view, const struct definition *definition,
                                   struct experiment_record *record)
{
    const char *field = experiment_budget_field(record);
    bool clears = view == VIEW_RUNS && json_member(call->body, field + 1) != NULL;
    int64_t budget;
    enum err_code code = experiment_read_count(call, field + 1, &budget);
    if (code != ERR_NONE || (budget == 0 && !clears))
        return code;
    const char *what = definition->type == EXPERIMENT_GRID ? "of type grid"
                       : definition->n_optimized > 1       ? "with several optimized metrics"
                       : record->num_solutions > 1         ? "with several solutions"
                                                           : NULL;
    if (what != NULL)
        return call_error(call, ERR_INVALID, field, "%s of an experiment %s cannot be changed", field, what);
    record->observation_budget = budget;
    return ERR_NONE;
}

// Null is no bandwidth.
static enum err_code change_counts(struct call *call, enum experiment_view view, const struct definition *definition,
                                   struct experiment_record *record)
{
    enum err_code code = change_budget(call, view, definition, record);
    if (code == ERR_NONE && json_member(call->body, "parallel_bandwidth") != NULL)
        code = experiment_read_count(call, "parallel_bandwidth", &record->parallel_bandwidth);
    return code;
}

static enum err_code change_metrics(struct call *call, struct definition *definition)
{
    const struct json *v = json_member(call->body, "metrics");
    if (v == NULL)
        return ERR_NONE;
    struct metric_definition *list = arena_alloc(call->arena, definition->n_metrics, sizeof *list);
    for (size_t i = 0; i < definition->n_metrics; i++)
        list[i] = definition->metrics[i];
    definition->metrics = list;
    return metrics_update(call->arena, v, ".metrics", list, definition->n_metrics, &call->err);
}

static enum err_code change_parameters(struct call *call, struct definition *definition, struct experiment_record *record)
{
    const struct json *v = json_member(call->body, "parameters");
    size_t n = definition->n_parameters, m = definition->n_conditionals;
    if (v == NULL)
        return ERR_NONE;
    if (definition->type == EXPERIMENT_GRID)
        return call_error(call, ERR_INVALID, ".parameters", ".parameters of an experiment of type grid cannot be changed");
    if (definition->n_constraints > 0)
        return call_error(call, ERR_INVALID, ".parameters",
                          ".parameters of an experiment with linear constraints cannot be changed");
    struct parameter *present = arena_alloc(call->arena, n + m, sizeof *present);
    for (size_t i = 0; i < n + m; i++)
        present[i] = definition->parameters[i];
    parameters_load_retired(call->arena, record->retired_categories, present, n);
    const struct parameter_context context = {.conditionals = present + n, .n_conditionals = m};
    const struct parameter *list;
    enum err_code code = parameters_update(call->arena, v, ".parameters", &context, present, n, &list, &definition->n_parameters,
                                           &call->err);
    if (code == ERR_NONE)
        code = conditionals_check(call->arena, present + n, m, list, definition->n_parameters, &call->err);
    if (code != ERR_NONE)
        return code;
    record->retired_categories = parameters_show_retired(call->arena, list, definition->n_parameters);
    struct parameter *all = arena_alloc(call->arena, definition_dimension(definition), sizeof *all);
    for (size_t i = 0; i < definition_dimension(definition); i++)
        all[i] = i < definition->n_parameters ? list[i] : present[n + i - definition->n_parameters];
    definition->parameters = all;
    return ERR_NONE;
}

// Parameters, metrics and what depends on them. *changed: the optimizer sees another problem.
static enum err_code change_definition(struct call *call, enum experiment_view view, struct experiment_record *record,
                                       bool *changed)
{
    struct definition definition;
    const char *parameters = record->parameters, *metrics = record->metrics;
    enum err_code code = definition_load(call->arena, record, &definition, &call->err);
    if (code == ERR_NONE)
        code = change_counts(call, view, &definition, record);
    if (code == ERR_NONE)
        code = change_parameters(call, &definition, record);
    if (code == ERR_NONE)
        code = change_metrics(call, &definition);
    if (code != ERR_NONE)
        return code;
    definition_show(call->arena, &definition, record);
    *changed = strcmp(parameters, record->parameters) != 0 || strcmp(metrics, record->metrics) != 0;
    return *changed ? bridge_check(call->arena, &definition, record, &call->err) : ERR_NONE;
}

// A changed tolerance replays the controllers: every cached model is void.
static enum err_code change_metadata(struct call *call, struct experiment_record *record, bool *tolerance_changed)
{
    enum tolerance before = tolerance_load(record->metadata), after;
    if (json_member(call->body, "metadata") == NULL)
        return ERR_NONE;
    enum err_code code = experiment_read_metadata(call, &record->metadata, &after);
    *tolerance_changed = code == ERR_NONE && after != before;
    return code;
}

// What cannot be changed.
static enum err_code refuse_members(struct call *call, const struct experiment_record *record)
{
    const struct json *no_optimize = json_member(call->body, "no_optimize");
    bool unused;
    if (json_member(call->body, "tasks") != NULL)
        return call_error(call, ERR_INVALID, ".tasks", ".tasks cannot be changed after an experiment was created");
    if (!record->runs_only && json_member(call->body, "budget") != NULL)
        return call_error(call, ERR_INVALID, ".budget", ".budget is for experiments of runs; use observation_budget");
    if (record->runs_only && json_member(call->body, "observation_budget") != NULL)
        return call_error(call, ERR_INVALID, ".observation_budget",
                          ".observation_budget is not for experiments of runs; use budget");
    return expect_absent(no_optimize) ? ERR_NONE : expect_bool(no_optimize, ".no_optimize", &unused, &call->err);
}

// *changed: every model of the experiment is void.
static enum err_code read_change(struct call *call, enum experiment_view view, struct experiment_record *record, bool *changed)
{
    bool definition_changed = false, tolerance_changed = false;
    static const char *const core[] = {"project", "observation_budget", "budget",   "state",              "name", "metrics",
                                       "tasks",   "parameters",         "metadata", "parallel_bandwidth", "no_optimize", NULL};
    static const char *const runs[] = {"budget",   "state",              "name",        "metrics", "parameters",
                                       "metadata", "parallel_bandwidth", "no_optimize", NULL};
    static const char *const moving[] = {"created", "updated", "progress", NULL};
    const char *const *known = view == VIEW_RUNS ? runs : core;
    enum err_code code = experiment_write(call, record, view);
    if (code == ERR_NONE)
        code = sent_back_reduce(call, known, moving);
    if (code == ERR_NONE)
        code = expect_keys(call->body, known, "", &call->err);
    if (code == ERR_NONE)
        code = refuse_members(call, record);
    if (code == ERR_NONE)
        code = change_name(call, record);
    if (code == ERR_NONE)
        code = change_state(call, record);
    if (code == ERR_NONE)
        code = change_project(call, record);
    if (code == ERR_NONE)
        code = change_definition(call, view, record, &definition_changed);
    if (code == ERR_NONE)
        code = change_metadata(call, record, &tolerance_changed);
    *changed = definition_changed || tolerance_changed;
    return code;
}

static enum err_code change(struct call *call, enum experiment_view view)
{
    struct experiment_record *record = &call->experiment;
    bool changed = false;
    enum err_code code = read_change(call, view, record, &changed);
    record->updated = call->now;
    if (code == ERR_NONE)
        code = experiment_update(call->tx, record, &call->err);
    if (code == ERR_NONE && changed)
        code = experiment_raise_epoch(call->tx, record->id, &call->err);
    return code == ERR_NONE ? experiment_show_stored(call, record->id, view) : code;
}

enum err_code experiment_change(struct call *call)
{
    return change(call, VIEW_CORE);
}

enum err_code aiexperiment_change(struct call *call)
{
    return change(call, VIEW_RUNS);
}
