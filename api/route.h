// Routes: one row per (method, template), one table, matched once.
//
// What belongs to the protocol but not to this release is a second, shorter table: such a request passes the checks up to the
// token and is then told that the endpoint is not part of this version, which is more honest than "not found".
#pragma once

#include "api/call.h"

enum auth { AUTH_NONE, AUTH_TOKEN };

// What a caller must be allowed to do with the object that the path names; with the token's team where it names none.
enum level { LEVEL_READ, LEVEL_WRITE, LEVEL_ADMIN };

// Which tokens a route accepts besides a user's and a team's production tokens, and what a token must belong to. Of an experiment of
// runs, whether the caller is sent to its own path.
enum {
    ACCEPTS_DEVELOPMENT = 1,
    ACCEPTS_GUEST = 2,
    NEEDS_CLIENT = 4, // the team comes from the token: a user's token has none
    NEEDS_USER = 8,
    REDIRECTS_RUNS = 16,
};

// What kind of object the response holds: which names `fields` may select. KIND_NONE: `fields` is not honoured.
enum object_kind {
    KIND_NONE,
    KIND_EXPERIMENT,
    KIND_AIEXPERIMENT,
    KIND_SUGGESTION,
    KIND_QUEUED_SUGGESTION,
    KIND_OBSERVATION,
    KIND_PROJECT,
    KIND_BEST_ASSIGNMENTS,
    KIND_BEST_PRACTICES,
    KIND_METRIC_IMPORTANCES,
    KIND_PREDICTION,
    KIND_PROJECT_NOTE,
    KIND_TAG,
    KIND_TRAINING_RUN,
    KIND_CHECKPOINT,
    KIND_FILE,
};

// Which worker: LANE_DIRECT runs on the calling thread without a transaction (and without a token), LANE_READ on the calling
// thread in a read transaction, LANE_WRITE on the writer thread, LANE_MODEL starts as a read and continues (call->next) on the
// model workers.
enum lane { LANE_DIRECT, LANE_READ, LANE_WRITE, LANE_MODEL };

struct route {
    const char *method;
    // Segments in braces are variables: {project}, {token} and {secret} match any segment, the others digits only. The pipeline loads
    // client, project, experiment, aiexperiment (an experiment of runs), training_run and file.
    const char *path;
    enum auth auth;
    enum level level;
    unsigned tokens; // ACCEPTS_..., NEEDS_..., REDIRECTS_...
    enum lane lane;
    enum object_kind fields;
    size_t body_limit; // bytes
    handler_fn *handler;
    // NULL: all bodies are JSON. Else that of the request, or without one that of the reply, is raw bytes, and this, run first with the
    // headers alone, says whether they may come or go and in n_bytes how many.
    handler_fn *before_bytes;
};

extern const struct route route_table[];
extern const size_t route_count;

// The variables whose values the pipeline needs. Others, in the table of what is not built, match digits only.
enum route_variable {
    VARIABLE_CLIENT,
    VARIABLE_PROJECT,
    VARIABLE_EXPERIMENT,
    VARIABLE_SUGGESTION,
    VARIABLE_QUEUED_SUGGESTION,
    VARIABLE_OBSERVATION,
    VARIABLE_TOKEN,
    VARIABLE_ORGANIZATION,
    VARIABLE_AIEXPERIMENT,
    VARIABLE_TRAINING_RUN,
    VARIABLE_CHECKPOINT,
    VARIABLE_TAG,
    VARIABLE_FILE,
    VARIABLE_SECRET,
    VARIABLE_COUNT
};

// Part of the path, not terminated; s is NULL when the route has no such variable.
struct route_value {
    const char *s;
    size_t n;
};

struct route_match {
    enum err_code code;        // ERR_NONE, or ERR_NOT_FOUND: no such path
    const struct route *route; // NULL: no such path, or the method is not allowed
    char allow[80];            // then: the methods that are, "GET, POST, OPTIONS"
    struct route_value values[VARIABLE_COUNT];
};

// path is as sent: percent-encoded, without query; slashes too many at its start do not matter. Values point into it.
void route_match(const char *method, const char *path, struct route_match *match);

// True for methods whose parameters are a JSON body; those of others are the query.
bool route_method_has_body(const char *method);

// ---- handlers, by room

// api/welcome.c
handler_fn welcome_show, welcome_nothing, welcome_not_built;
// api/openapi.c
handler_fn openapi_show;
// api/tokens.c
handler_fn token_detail, token_change, token_remove, token_list_own, token_create_guest;
// api/clients.c
handler_fn client_detail, client_change, session_detail, organization_detail;
// api/projects.c
handler_fn project_create, project_list, project_detail, project_change;
// api/notes.c
handler_fn note_create, note_list;
// api/tags.c
handler_fn tag_create, tag_list, tag_put_on_run, tag_take_off_run;
// api/experiments.c, experiment_create.c, experiment_change.c, experiment_lists.c
handler_fn experiment_create, experiment_list, experiment_detail, experiment_change, experiment_remove;
handler_fn aiexperiment_create, aiexperiment_list, aiexperiment_detail, aiexperiment_change;
// api/aiexperiment_runs.c, best_runs.c
handler_fn aiexperiment_run_create, best_training_runs_list;
// api/best_assignments.c
handler_fn best_assignments_list;
// api/stopping_criteria.c, api/best_practices.c
handler_fn stopping_criteria_show, best_practices_show;
// api/metric_importances.c, api/hyperparameters.c
handler_fn metric_importances_list, metric_importances_update, hyperparameters_reset;
// api/suggestions.c
handler_fn suggestion_create, suggestion_list, suggestion_detail, suggestion_change, suggestion_remove, suggestion_remove_all;
// api/queued_suggestions.c
handler_fn queued_suggestion_create, queued_suggestion_list, queued_suggestion_detail, queued_suggestion_remove;
// api/observations.c
handler_fn observation_create, observation_create_batch, observation_list, observation_detail, observation_change,
    observation_remove, observation_remove_all;
// api/checkpoints.c
handler_fn checkpoint_create, checkpoint_list, checkpoint_detail;
// api/training_run_list.c
handler_fn training_run_list;
// api/training_runs.c
handler_fn training_run_create, training_run_create_batch, training_run_detail, training_run_put, training_run_merge,
    training_run_remove;
// api/files.c
handler_fn file_create, file_detail;
// api/file_transfer.c
handler_fn file_upload_check, file_upload, file_download_check, file_download;
// api/predictions.c
handler_fn prediction_create;
