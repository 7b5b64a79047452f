// Experiments: what is optimised (API reference 2.1, 2.2, 3.2).
#include "storage/experiment.h"

#include <inttypes.h>
#include <string.h>

#include "api/advisor.h"
#include "api/definition.h"
#include "api/expect.h"
#include "api/experiments.h"
#include "api/route.h"
#include "storage/suggestion.h"

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
    json_member_string(w, "type", experiment_types[experiment->type - EXPERIMENT_OFFLINE]);
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

enum err_code experiment_show_stored(struct call *call, int64_t id)
{
    struct experiment_record stored;
    enum err_code code = experiment_find(call->tx, call->arena, id, &stored, &call->err);
    return code == ERR_NONE ? experiment_write(call, &stored) : code;
}

enum err_code experiment_detail(struct call *call)
{
    return experiment_write(call, &call->experiment);
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
    enum { BOTH = 2 };
    bool development = false;
    int64_t user = 0;
    bool has_user = false;
    enum err_code code = call_query_bool(call, "development", &development);
    if (call->token.kind != TOKEN_USER)
        filter->development = call->development; // what the token may see, whatever is asked for
    else
        filter->development = call_query(call, "development") == NULL ? BOTH : development;
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
