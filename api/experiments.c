// Experiments: what is optimised (API reference 2.1, 2.2, 2.8, 3.2).
#include "storage/experiment.h"

#include <inttypes.h>
#include <string.h>

#include "api/advisor.h"
#include "api/definition.h"
#include "api/experiments.h"
#include "api/route.h"
#include "storage/suggestion.h"
#include "storage/training_run.h"

const char *const experiment_types[] = {"offline", "random", "grid", NULL};

// ------------------------------------------------------------------ showing

// 0 stands for null.
static void write_count(struct json_writer *w, const char *key, int64_t v)
{
    if (v > 0)
        json_member_int(w, key, v);
    else
        json_member_null(w, key);
}

static void write_run_progress(struct json_writer *w, const struct experiment_record *experiment)
{
    int64_t total = experiment->active_run_count + experiment->finished_run_count;
    json_begin_object(w);
    json_member_string(w, "object", "progress");
    json_member_int(w, "active_run_count", experiment->active_run_count);
    json_member_int(w, "finished_run_count", experiment->finished_run_count);
    json_member_int(w, "total_run_count", total);
    if (experiment->observation_budget > 0)
        json_member_int(w, "remaining_budget", experiment->observation_budget - total);
    else
        json_member_null(w, "remaining_budget");
    json_end_object(w);
}

static enum err_code write_progress(struct call *call, const struct experiment_record *experiment)
{
    static const char *const keys[] = {"first_observation", "last_observation", "best_observation"};
    const int64_t ids[] = {experiment->first_observation_id, experiment->last_observation_id, experiment->best_observation_id};
    struct json_writer *w = &call->out;
    struct observation_record records[3];
    struct definition definition;
    if (experiment->runs_only) {
        write_run_progress(w, experiment);
        return ERR_NONE;
    }
    enum err_code code = observation_get(call->tx, call->arena, ids, 3, records, &call->err);
    if (code == ERR_NONE)
        code = definition_load(call->arena, experiment, &definition, &call->err);
    if (code != ERR_NONE)
        return code;
    json_begin_object(w);
    json_member_string(w, "object", "progress");
    json_member_int(w, "observation_count", experiment->observation_count);
    json_member_double(w, "observation_budget_consumed", experiment->budget_consumed);
    for (size_t i = 0; i < 3; i++) {
        json_put_key(w, keys[i]);
        if (records[i].id == 0)
            json_put_null(w);
        else
            observation_write(w, &definition, &records[i]);
    }
    json_end_object(w);
    return ERR_NONE;
}

enum err_code experiment_write(struct call *call, const struct experiment_record *experiment, enum experiment_view view)
{
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", view == VIEW_RUNS ? "aiexperiment" : "experiment");
    json_member_id(w, "id", experiment->id);
    json_member_id(w, "client", experiment->client_id);
    json_member_id(w, "user", experiment->user_id);
    json_member_string(w, "project", experiment->project_reference);
    json_member_string(w, "name", experiment->name);
    json_member_string(w, "type", experiment_types[experiment->type - EXPERIMENT_OFFLINE]);
    json_member_string(w, "state", experiment->deleted ? "deleted" : "active");
    json_member_int(w, "created", experiment->created / 1000);
    json_member_int(w, "updated", experiment->updated / 1000);
    if (view == VIEW_CORE)
        json_member_bool(w, "development", experiment->development);
    json_member_bool(w, "runs_only", experiment->runs_only);
    write_count(w, experiment->runs_only ? "budget" : "observation_budget", experiment->observation_budget);
    write_count(w, "num_solutions", experiment->num_solutions);
    write_count(w, "parallel_bandwidth", experiment->parallel_bandwidth);
    json_member_raw(w, "metadata", experiment->metadata);
    json_member_raw(w, "metrics", experiment->metrics);
    json_member_raw(w, "parameters", experiment->parameters);
    json_member_raw(w, "conditionals", experiment->conditionals != NULL ? experiment->conditionals : "[]");
    json_member_raw(w, "linear_constraints", experiment->linear_constraints != NULL ? experiment->linear_constraints : "[]");
    if (experiment->tasks != NULL)
        json_member_raw(w, "tasks", experiment->tasks);
    json_put_key(w, "progress");
    enum err_code code = write_progress(call, experiment);
    if (code != ERR_NONE)
        json_put_null(w); // nobody will see it
    json_end_object(w);
    return code;
}

enum err_code experiment_show_stored(struct call *call, int64_t id, enum experiment_view view)
{
    struct experiment_record stored;
    enum err_code code = experiment_find(call->tx, call->arena, id, &stored, &call->err);
    return code == ERR_NONE ? experiment_write(call, &stored, view) : code;
}

enum err_code experiment_detail(struct call *call)
{
    return experiment_write(call, &call->experiment, VIEW_CORE);
}

enum err_code aiexperiment_detail(struct call *call)
{
    return experiment_write(call, &call->experiment, VIEW_RUNS);
}

enum err_code experiment_refuse_deleted(struct call *call)
{
    if (!call->experiment.deleted)
        return ERR_NONE;
    return call_error(call, ERR_INVALID, NULL, "experiment %" PRId64 " is deleted", call->experiment.id);
}

enum err_code experiment_refuse_runs(struct call *call)
{
    if (!call->experiment.runs_only)
        return ERR_NONE;
    return call_error(call, ERR_FORBIDDEN, NULL,
                      "experiment %" PRId64 " is evaluated by training runs: use /v1/aiexperiments/%" PRId64 "/training_runs",
                      call->experiment.id, call->experiment.id);
}

// ------------------------------------------------------------------ delete

// Runs, suggestions and observations of the experiment too.
static enum err_code remove_contents(struct call *call)
{
    int64_t id = call->experiment.id;
    enum err_code code = suggestion_delete_all(call->tx, id, false, &call->err);
    if (code == ERR_NONE)
        code = training_run_delete_all(call->tx, id, &call->err);
    call->committed = advisor_committed;
    return code == ERR_NONE ? observation_delete_all(call->tx, id, call->now, &call->err) : code;
}

enum err_code experiment_remove(struct call *call)
{
    struct experiment_record *record = &call->experiment;
    bool include_runs = false;
    enum err_code code = call_query_bool(call, "include_runs", &include_runs);
    record->deleted = true;
    record->updated = call->now;
    if (code == ERR_NONE)
        code = experiment_update(call->tx, record, &call->err);
    return code == ERR_NONE && include_runs ? remove_contents(call) : code;
}
