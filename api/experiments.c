// Experiments: what is optimised (API reference 2.1, 2.2, 3.2).
#include "storage/experiment.h"

#include <inttypes.h>
#include <string.h>

#include "api/advisor.h"
#include "api/definition.h"
#include "api/expect.h"
#include "api/route.h"
#include "base/text.h"
#include "storage/project.h"
#include "storage/suggestion.h"

enum { NAME_MAX_LENGTH = 100, REFERENCE_MAX_LENGTH = 32 };

static const char *const types[] = {"offline", "random", "grid", NULL}; // EXPERIMENT_OFFLINE ... in this order

// ------------------------------------------------------------------ showing

// 0 stands for null.
static void write_count(struct json_writer *w, const char *key, int64_t v)
{
    if (v > 0)
        json_member_int(w, key, v);
    else
        json_member_null(w, key);
}

static void write_empty_array(struct json_writer *w, const char *key)
{
    json_put_key(w, key);
    json_begin_array(w);
    json_end_array(w);
}

static enum err_code write_progress(struct call *call, const struct experiment_record *experiment)
{
    static const char *const keys[] = {"first_observation", "last_observation", "best_observation"};
    const int64_t ids[] = {experiment->first_observation_id, experiment->last_observation_id, experiment->best_observation_id};
    struct json_writer *w = &call->out;
    struct observation_record records[3];
    struct definition definition;
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

enum err_code experiment_write(struct call *call, const struct experiment_record *experiment)
{
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", "experiment");
    json_member_id(w, "id", experiment->id);
    json_member_id(w, "client", experiment->client_id);
    json_member_id(w, "user", experiment->user_id);
    json_member_string(w, "project", experiment->project_reference);
    json_member_string(w, "name", experiment->name);
    json_member_string(w, "type", types[experiment->type - EXPERIMENT_OFFLINE]);
    json_member_string(w, "state", experiment->deleted ? "deleted" : "active");
    json_member_int(w, "created", experiment->created / 1000);
    json_member_int(w, "updated", experiment->updated / 1000);
    json_member_bool(w, "development", experiment->development);
    json_member_bool(w, "runs_only", experiment->runs_only);
    write_count(w, "observation_budget", experiment->observation_budget);
    write_count(w, "num_solutions", experiment->num_solutions);
    write_count(w, "parallel_bandwidth", experiment->parallel_bandwidth);
    json_member_raw(w, "metadata", experiment->metadata);
    json_member_raw(w, "metrics", experiment->metrics);
    json_member_raw(w, "parameters", experiment->parameters);
    write_empty_array(w, "conditionals");
    write_empty_array(w, "linear_constraints");
    json_put_key(w, "progress");
    enum err_code code = write_progress(call, experiment);
    if (code != ERR_NONE)
        json_put_null(w); // nobody will see it
    json_end_object(w);
    return code;
}

enum err_code experiment_detail(struct call *call)
{
    return experiment_write(call, &call->experiment);
}

// Shows an experiment as it is stored now.
static enum err_code show_stored(struct call *call, int64_t id)
{
    struct experiment_record stored;
    enum err_code code = experiment_find(call->tx, call->arena, id, &stored, &call->err);
    return code == ERR_NONE ? experiment_write(call, &stored) : code;
}

// ------------------------------------------------------------------ members of create and change

// An absent or null member is 0.
static enum err_code read_count(struct call *call, const char *key, int64_t *out)
{
    const struct json *v = json_member(call->body, key);
    char path[EXPECT_FIELD_MAX];
    *out = 0;
    return expect_absent(v) ? ERR_NONE : expect_positive(v, expect_path(path, "", key), out, &call->err);
}

// The project whose reference v is; null is none.
static enum err_code read_project(struct call *call, const struct json *v, int64_t *id)
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

static enum err_code read_metadata(struct call *call, const char **metadata, enum tolerance *tolerance)
{
    const struct json *v = json_member(call->body, "metadata");
    enum err_code code = metadata_read(call->arena, v, ".metadata", metadata, &call->err);
    return code == ERR_NONE ? tolerance_read(v, ".metadata", tolerance, &call->err) : code;
}

// ------------------------------------------------------------------ create

// Lists whose features a later release brings: only the ways to say "none" are accepted.
static enum err_code refuse_lists(struct call *call)
{
    static const char *const keys[] = {"conditionals", "linear_constraints", "tasks"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *v = json_member(call->body, keys[i]);
        char path[EXPECT_FIELD_MAX];
        expect_path(path, "", keys[i]);
        if (expect_unused(v))
            continue;
        if (expect_kind(v, JSON_ARRAY, path, &call->err) != ERR_NONE)
            return ERR_INVALID;
        return call_error(call, ERR_INVALID, path, "%s is given, but %s are not supported yet", path, keys[i]);
    }
    return ERR_NONE;
}

static enum err_code refuse_runs(struct call *call)
{
    const struct json *v = json_member(call->body, "runs_only");
    bool runs_only = false;
    if (!expect_absent(v) && expect_bool(v, ".runs_only", &runs_only, &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (runs_only)
        return call_error(call, ERR_INVALID, ".runs_only", ".runs_only is true, but experiments of runs are not supported yet");
    if (json_member(call->body, "budget") != NULL)
        return call_error(call, ERR_INVALID, ".budget", ".budget is for experiments of runs; use observation_budget");
    return ERR_NONE;
}

static enum err_code read_type(struct call *call, enum experiment_type *type)
{
    const struct json *v = json_member(call->body, "type");
    size_t index = 0;
    if (!expect_absent(v) && expect_one_of(v, types, ".type", &index, &call->err) != ERR_NONE)
        return ERR_INVALID;
    *type = (enum experiment_type)(EXPERIMENT_OFFLINE + index);
    if (*type == EXPERIMENT_GRID)
        return call_error(call, ERR_INVALID, ".type", ".type is \"grid\", but grid search is not supported yet");
    return ERR_NONE;
}

static enum err_code read_counts(struct call *call, struct experiment_record *record)
{
    if (read_count(call, "num_solutions", &record->num_solutions) != ERR_NONE ||
        read_count(call, "parallel_bandwidth", &record->parallel_bandwidth) != ERR_NONE ||
        read_count(call, "observation_budget", &record->observation_budget) != ERR_NONE)
        return ERR_INVALID;
    if (record->num_solutions > 1)
        return call_error(call, ERR_INVALID, ".num_solutions",
                          ".num_solutions is %" PRId64 ", but several solutions are not supported yet", record->num_solutions);
    return ERR_NONE;
}

static enum err_code read_definition(struct call *call, struct experiment_record *record)
{
    struct definition definition;
    const struct json *parameters;
    enum err_code code = expect_member(call->body, "parameters", "", &parameters, &call->err);
    if (code == ERR_NONE)
        code = definition_read(call->arena, parameters, json_member(call->body, "metrics"), &definition, &call->err);
    if (code != ERR_NONE)
        return code;
    record->parameters = definition_show_parameters(call->arena, &definition);
    record->metrics = definition_show_metrics(call->arena, &definition);
    return ERR_NONE;
}

static enum err_code read_create(struct call *call, struct experiment_record *record)
{
    static const char *const known[] = {"name",     "type",          "parameters",         "metrics",      "observation_budget",
                                        "budget",   "num_solutions", "parallel_bandwidth", "conditionals", "linear_constraints",
                                        "tasks",    "metadata",      "project",            "runs_only",    NULL};
    const struct json *name;
    enum tolerance tolerance;
    enum err_code code = expect_keys(call->body, known, "", &call->err);
    if (code == ERR_NONE)
        code = expect_member(call->body, "name", "", &name, &call->err);
    if (code == ERR_NONE)
        code = expect_name(call->arena, name, NAME_MAX_LENGTH, ".name", &record->name, &call->err);
    if (code == ERR_NONE)
        code = read_type(call, &record->type);
    if (code == ERR_NONE)
        code = refuse_runs(call);
    if (code == ERR_NONE)
        code = read_project(call, json_member(call->body, "project"), &record->project_id);
    if (code == ERR_NONE)
        code = refuse_lists(call);
    if (code == ERR_NONE)
        code = read_definition(call, record);
    if (code == ERR_NONE)
        code = read_counts(call, record);
    if (code == ERR_NONE)
        code = read_metadata(call, &record->metadata, &tolerance);
    return code;
}

enum err_code experiment_create(struct call *call)
{
    struct experiment_record record = {.client_id = call->client.id,
                                       .user_id = call->token.user_id,
                                       .created = call->now,
                                       .updated = call->now,
                                       .development = call->development};
    enum err_code code = read_create(call, &record);
    if (code == ERR_NONE)
        code = experiment_insert(call->tx, &record, &call->err);
    return code == ERR_NONE ? show_stored(call, record.id) : code;
}

// ------------------------------------------------------------------ change

// Only a create strips the name; a change keeps it as it is.
static enum err_code change_name(struct call *call, struct experiment_record *record)
{
    const struct json *v = json_member(call->body, "name");
    const char *stripped;
    if (v == NULL)
        return ERR_NONE;
    enum err_code code = expect_name(call->arena, v, NAME_MAX_LENGTH, ".name", &stripped, &call->err);
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
    return v == NULL ? ERR_NONE : read_project(call, v, &record->project_id);
}

// A budget cannot be taken away: null keeps it. Of the bandwidth, null is no bandwidth.
static enum err_code change_counts(struct call *call, struct experiment_record *record)
{
    int64_t budget;
    enum err_code code = read_count(call, "observation_budget", &budget);
    if (code == ERR_NONE && budget > 0)
        record->observation_budget = budget;
    if (code == ERR_NONE && json_member(call->body, "parallel_bandwidth") != NULL)
        code = read_count(call, "parallel_bandwidth", &record->parallel_bandwidth);
    return code;
}

static enum err_code change_metrics(struct call *call, const struct experiment_record *record)
{
    const struct json *v = json_member(call->body, "metrics");
    struct definition definition;
    if (v == NULL)
        return ERR_NONE;
    enum err_code code = definition_load(call->arena, record, &definition, &call->err);
    if (code == ERR_NONE)
        code = metrics_check_update(call->arena, v, ".metrics", definition.metrics, definition.n_metrics, &call->err);
    return code;
}

// A changed tolerance replays the controllers: every cached model is void.
static enum err_code change_metadata(struct call *call, struct experiment_record *record, bool *tolerance_changed)
{
    enum tolerance before = tolerance_load(record->metadata), after;
    if (json_member(call->body, "metadata") == NULL)
        return ERR_NONE;
    enum err_code code = read_metadata(call, &record->metadata, &after);
    *tolerance_changed = code == ERR_NONE && after != before;
    return code;
}

// What cannot be changed, or not yet.
static enum err_code refuse_members(struct call *call)
{
    const struct json *no_optimize = json_member(call->body, "no_optimize");
    bool unused;
    if (json_member(call->body, "tasks") != NULL)
        return call_error(call, ERR_INVALID, ".tasks", ".tasks cannot be changed after an experiment was created");
    if (json_member(call->body, "budget") != NULL)
        return call_error(call, ERR_INVALID, ".budget", ".budget is for experiments of runs; use observation_budget");
    if (json_member(call->body, "parameters") != NULL)
        return call_error(call, ERR_INVALID, ".parameters",
                          ".parameters is given, but changing the parameters of an experiment is not supported yet");
    return expect_absent(no_optimize) ? ERR_NONE : expect_bool(no_optimize, ".no_optimize", &unused, &call->err);
}

static enum err_code read_change(struct call *call, struct experiment_record *record, bool *tolerance_changed)
{
    static const char *const known[] = {"project", "observation_budget", "budget",   "state",              "name", "metrics",
                                        "tasks",   "parameters",         "metadata", "parallel_bandwidth", "no_optimize", NULL};
    enum err_code code = expect_keys(call->body, known, "", &call->err);
    if (code == ERR_NONE)
        code = refuse_members(call);
    if (code == ERR_NONE)
        code = change_name(call, record);
    if (code == ERR_NONE)
        code = change_state(call, record);
    if (code == ERR_NONE)
        code = change_project(call, record);
    if (code == ERR_NONE)
        code = change_counts(call, record);
    if (code == ERR_NONE)
        code = change_metrics(call, record);
    if (code == ERR_NONE)
        code = change_metadata(call, record, tolerance_changed);
    return code;
}

enum err_code experiment_change(struct call *call)
{
    struct experiment_record *record = &call->experiment;
    bool tolerance_changed = false;
    enum err_code code = read_change(call, record, &tolerance_changed);
    record->updated = call->now;
    if (code == ERR_NONE)
        code = experiment_update(call->tx, record, &call->err);
    if (code == ERR_NONE && tolerance_changed)
        code = experiment_raise_epoch(call->tx, record->id, &call->err);
    return code == ERR_NONE ? show_stored(call, record->id) : code;
}

// ------------------------------------------------------------------ delete

static void tell_advisor(struct call *call)
{
    advisor_observed(call->advisor, call->experiment.id);
}

// Suggestions and observations of the experiment too.
static enum err_code remove_contents(struct call *call)
{
    int64_t id = call->experiment.id;
    enum err_code code = suggestion_delete_all(call->tx, id, false, &call->err);
    call->committed = tell_advisor;
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

// ------------------------------------------------------------------ list

static enum err_code query_word(struct call *call, const char *name, const char *const *words, int *index)
{
    const char *text = call_query(call, name);
    if (text == NULL)
        return ERR_NONE;
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *index = i;
            return ERR_NONE;
        }
    }
    return call_error(call, ERR_INVALID, name, "Invalid %s: %s", name, text);
}

static enum err_code query_seconds(struct call *call, const char *name, int64_t *ms, bool *present)
{
    int64_t seconds = 0;
    enum err_code code = call_query_int(call, name, &seconds, present);
    if (code == ERR_NONE && seconds < 0)
        return call_error(call, ERR_INVALID, name, "%s must be greater than or equal to 0", name);
    *ms = seconds > INT64_MAX / 1000 ? INT64_MAX : seconds * 1000;
    return code;
}

static enum err_code read_period(struct call *call, struct experiment_filter *filter)
{
    bool has_start, has_end;
    enum err_code code = query_seconds(call, "period_start", &filter->created_from, &has_start);
    if (code == ERR_NONE)
        code = query_seconds(call, "period_end", &filter->created_to, &has_end);
    if (code == ERR_NONE && has_start && has_end && filter->created_to < filter->created_from)
        code = call_error(call, ERR_INVALID, "period_end", "period_end must not be before period_start");
    if (code == ERR_NONE && has_end && filter->created_to == 0)
        filter->created_to = 1; // 0 would be any time; nothing was created before 1970
    return code;
}

static enum err_code read_flags(struct call *call, struct experiment_filter *filter)
{
    bool unused;
    int64_t user = 0;
    bool has_user = false;
    filter->development = call->development; // what the token may see, whatever `development` asks for
    enum err_code code = call_query_bool(call, "development", &unused);
    if (code == ERR_NONE)
        code = call_query_bool(call, "include_ai", &filter->include_runs_only);
    if (code == ERR_NONE)
        code = call_query_int(call, "user", &user, &has_user);
    if (has_user)
        filter->user_id = user > 0 ? user : -1; // 0 would be any user, and is nobody's id
    return code;
}

static enum err_code read_filter(struct call *call, struct experiment_filter *filter)
{
    static const char *const states[] = {"active", "deleted", "all", NULL}, *const sorts[] = {"id", "recent", NULL};
    int sort = 0;
    *filter = (struct experiment_filter){.client_id = call->client.id, .project_id = call->project.id};
    enum err_code code = query_word(call, "state", states, &filter->state);
    if (code == ERR_NONE)
        code = query_word(call, "sort", sorts, &sort);
    filter->by_updated = sort == 1;
    if (code == ERR_NONE)
        code = read_period(call, filter);
    if (code == ERR_NONE)
        code = read_flags(call, filter);
    const char *search = call_query(call, "search");
    if (search != NULL && *(search = expect_strip(call->arena, search)) != '\0')
        filter->search = search;
    return code;
}

static void key_by_id(const void *rows, size_t i, int64_t key[2])
{
    key[0] = ((const struct experiment_record *)rows)[i].id;
}

static void key_by_updated(const void *rows, size_t i, int64_t key[2])
{
    key[0] = ((const struct experiment_record *)rows)[i].updated;
    key[1] = ((const struct experiment_record *)rows)[i].id;
}

// The first failure of a row is the list's; it is in call->err.
static void render_experiment(struct call *call, const void *rows, size_t i)
{
    enum err_code *first = call->state;
    if (*first == ERR_NONE)
        *first = experiment_write(call, (const struct experiment_record *)rows + i);
}

enum err_code experiment_list(struct call *call)
{
    struct experiment_filter filter;
    struct paging paging;
    struct experiment_record *records;
    size_t n;
    int64_t count;
    enum err_code rendered = ERR_NONE, code = read_filter(call, &filter);
    if (code == ERR_NONE)
        code = paging_read(call, filter.by_updated ? 2 : 1, true, &paging);
    if (code == ERR_NONE)
        code = experiment_page(call->tx, call->arena, &filter, &paging.page, &records, &n, &count, &call->err);
    if (code != ERR_NONE)
        return code;
    call->state = &rendered;
    paging_render(call, &paging, records, n, count, filter.by_updated ? key_by_updated : key_by_id, render_experiment);
    call->state = NULL;
    return rendered;
}
