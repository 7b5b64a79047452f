#include "api/route.h"

#include <stdio.h>
#include <string.h>

enum { BODY_LIMIT = 4 << 20, BATCH_BODY_LIMIT = 16 << 20, RUN_BATCH_BODY_LIMIT = 50 << 20 };

#define EXPERIMENTS "/v1/experiments"
#define EXPERIMENT EXPERIMENTS "/{experiment}"
#define SUGGESTIONS EXPERIMENT "/suggestions"
#define SUGGESTION SUGGESTIONS "/{suggestion}"
#define QUEUED_SUGGESTIONS EXPERIMENT "/queued_suggestions"
#define QUEUED_SUGGESTION QUEUED_SUGGESTIONS "/{queued_suggestion}"
#define OBSERVATIONS EXPERIMENT "/observations"
#define OBSERVATION OBSERVATIONS "/{observation}"
#define CLIENT "/v1/clients/{client}"
#define PROJECTS CLIENT "/projects"
#define PROJECT PROJECTS "/{project}"
#define TOKEN "/v1/tokens/{token}"
#define RUNS PROJECT "/training_runs"
#define RUN "/v1/training_runs/{training_run}"
#define AIEXPERIMENTS "/v1/aiexperiments"
#define AIEXPERIMENT AIEXPERIMENTS "/{aiexperiment}"

// The columns of a row: what the caller must be allowed to do (R read, W write, A administer), and the tokens (D development and
// G guests' tokens are accepted, C the token must belong to a team, U to a user; X of an experiment of runs the
// caller is sent to its own path).
enum {
    R = LEVEL_READ,
    W = LEVEL_WRITE,
    A = LEVEL_ADMIN,
    D = ACCEPTS_DEVELOPMENT,
    G = ACCEPTS_GUEST,
    C = NEEDS_CLIENT,
    U = NEEDS_USER,
    X = REDIRECTS_RUNS,
};

// A row with a token and the usual limit of the body.
#define ROW(method, path, needs, tokens, lane, fields, handler)                                                               \
    {                                                                                                                          \
        method, path, AUTH_TOKEN, (enum level)(needs), tokens, LANE_##lane, KIND_##fields, BODY_LIMIT, handler, NULL           \
    }
// A row without a token.
#define OPEN(method, path, handler)                                                                                           \
    {                                                                                                                          \
        method, path, AUTH_NONE, LEVEL_READ, 0, LANE_DIRECT, KIND_NONE, BODY_LIMIT, handler, NULL                              \
    }

const struct route route_table[] = {
    OPEN("GET", "/health", welcome_nothing),
    OPEN("HEAD", "/health", welcome_nothing),
    OPEN("POST", "/health", welcome_nothing),
    OPEN("GET", "/openapi.json", openapi_show),
    ROW("GET", "/", R, D | G, READ, NONE, welcome_show),

    ROW("GET", TOKEN, R, D | G, READ, NONE, token_detail),
    ROW("PUT", TOKEN, W, 0, WRITE, NONE, token_change),
    ROW("DELETE", TOKEN, W, 0, WRITE, NONE, token_remove),
    ROW("GET", CLIENT "/tokens", R, U, WRITE, NONE, token_list_own), // makes what is missing
    ROW("POST", EXPERIMENT "/tokens", W, 0, WRITE, NONE, token_create_guest),
    ROW("GET", CLIENT, R, D, READ, NONE, client_detail),
    ROW("PUT", CLIENT, A, U, WRITE, NONE, client_change),
    ROW("GET", "/v1/sessions", R, D, READ, NONE, session_detail),
    ROW("GET", "/v1/organizations/{organization}", R, D, READ, NONE, organization_detail),
    ROW("GET", CLIENT "/tags", R, 0, READ, TAG, tag_list),
    ROW("POST", CLIENT "/tags", W, 0, WRITE, NONE, tag_create),

    ROW("GET", PROJECTS, R, D, READ, PROJECT, project_list),
    ROW("POST", PROJECTS, W, D, WRITE, NONE, project_create),
    ROW("GET", PROJECT, R, D | G, READ, PROJECT, project_detail),
    ROW("PUT", PROJECT, W, D, WRITE, NONE, project_change),
    ROW("GET", PROJECT "/notes", R, D, READ, PROJECT_NOTE, note_list),
    {"POST", PROJECT "/notes", AUTH_TOKEN, LEVEL_WRITE, D, LANE_WRITE, KIND_NONE, BATCH_BODY_LIMIT, note_create, NULL},

    ROW("GET", EXPERIMENTS, R, D | C, READ, EXPERIMENT, experiment_list),
    ROW("POST", EXPERIMENTS, W, D | C, WRITE, NONE, experiment_create),
    ROW("GET", CLIENT "/experiments", R, D, READ, EXPERIMENT, experiment_list),
    ROW("POST", CLIENT "/experiments", W, D, WRITE, NONE, experiment_create),
    ROW("GET", PROJECT "/experiments", R, D, READ, EXPERIMENT, experiment_list),
    ROW("GET", EXPERIMENT, R, D | G | X, READ, EXPERIMENT, experiment_detail),
    ROW("PUT", EXPERIMENT, W, D, WRITE, NONE, experiment_change),
    ROW("DELETE", EXPERIMENT, W, D, WRITE, NONE, experiment_remove),
    ROW("GET", EXPERIMENT "/best_assignments", R, D | G, READ, BEST_ASSIGNMENTS, best_assignments_list),
    ROW("GET", EXPERIMENT "/stopping_criteria", R, D | G, READ, NONE, stopping_criteria_show),
    ROW("GET", EXPERIMENT "/best_practices", R, D | G, READ, BEST_PRACTICES, best_practices_show),
    ROW("GET", EXPERIMENT "/metric_importances", R, D | G, MODEL, METRIC_IMPORTANCES, metric_importances_list),
    ROW("PUT", EXPERIMENT "/metric_importances", W, D, MODEL, NONE, metric_importances_update),
    ROW("DELETE", EXPERIMENT "/hyperparameters", W, D, WRITE, NONE, hyperparameters_reset),
    ROW("POST", EXPERIMENT "/predictions", R, D, MODEL, PREDICTION, prediction_create),

    ROW("POST", SUGGESTIONS, W, D, MODEL, SUGGESTION, suggestion_create),
    ROW("GET", SUGGESTIONS, R, D | G, READ, SUGGESTION, suggestion_list),
    ROW("DELETE", SUGGESTIONS, W, D, WRITE, NONE, suggestion_remove_all),
    ROW("GET", SUGGESTION, R, D | G, READ, NONE, suggestion_detail),
    ROW("PUT", SUGGESTION, W, D, WRITE, NONE, suggestion_change),
    ROW("DELETE", SUGGESTION, W, D, WRITE, NONE, suggestion_remove),

    ROW("POST", QUEUED_SUGGESTIONS, W, D, WRITE, NONE, queued_suggestion_create),
    ROW("GET", QUEUED_SUGGESTIONS, R, D | G, READ, QUEUED_SUGGESTION, queued_suggestion_list),
    ROW("GET", QUEUED_SUGGESTION, R, D | G, READ, NONE, queued_suggestion_detail),
    ROW("DELETE", QUEUED_SUGGESTION, W, D, WRITE, NONE, queued_suggestion_remove),

    ROW("POST", OBSERVATIONS, W, D, WRITE, NONE, observation_create),
    {"POST", OBSERVATIONS "/batch", AUTH_TOKEN, LEVEL_WRITE, D, LANE_WRITE, KIND_OBSERVATION, BATCH_BODY_LIMIT,
     observation_create_batch, NULL},
    ROW("GET", OBSERVATIONS, R, D | G, READ, OBSERVATION, observation_list),
    ROW("DELETE", OBSERVATIONS, W, D, WRITE, NONE, observation_remove_all),
    ROW("GET", OBSERVATION, R, D | G, READ, OBSERVATION, observation_detail),
    ROW("PUT", OBSERVATION, W, D, WRITE, NONE, observation_change),
    ROW("DELETE", OBSERVATION, W, D, WRITE, NONE, observation_remove),

    ROW("POST", PROJECT "/aiexperiments", W, 0, WRITE, NONE, aiexperiment_create),
    ROW("GET", PROJECT "/aiexperiments", R, D, READ, AIEXPERIMENT, aiexperiment_list),
    ROW("GET", CLIENT "/aiexperiments", R, 0, READ, AIEXPERIMENT, aiexperiment_list),
    ROW("GET", AIEXPERIMENTS, R, C, READ, AIEXPERIMENT, aiexperiment_list),
    ROW("GET", AIEXPERIMENT, R, G, READ, AIEXPERIMENT, aiexperiment_detail),
    ROW("PUT", AIEXPERIMENT, W, 0, WRITE, NONE, aiexperiment_change),
    ROW("DELETE", AIEXPERIMENT, W, 0, WRITE, NONE, experiment_remove),
    ROW("POST", AIEXPERIMENT "/training_runs", W, 0, MODEL, NONE, aiexperiment_run_create),
    ROW("GET", AIEXPERIMENT "/best_training_runs", R, G, READ, TRAINING_RUN, best_training_runs_list),
    // Where the Python clients 8.0 to 8.5 look for both.
    ROW("POST", EXPERIMENTS "/{aiexperiment}/training_runs", W, 0, MODEL, NONE, aiexperiment_run_create),
    ROW("GET", EXPERIMENTS "/{aiexperiment}/best_training_runs", R, G, READ, TRAINING_RUN, best_training_runs_list),

    ROW("POST", RUNS, W, D, WRITE, NONE, training_run_create),
    ROW("GET", RUNS, R, D, READ, TRAINING_RUN, training_run_list),
    ROW("GET", CLIENT "/training_runs", R, 0, READ, TRAINING_RUN, training_run_list),
    {"POST", RUNS "/batch", AUTH_TOKEN, LEVEL_WRITE, D, LANE_WRITE, KIND_TRAINING_RUN, RUN_BATCH_BODY_LIMIT,
     training_run_create_batch, NULL},
    ROW("GET", RUN, R, D | G, READ, TRAINING_RUN, training_run_detail),
    ROW("PUT", RUN, W, D, WRITE, NONE, training_run_put),
    ROW("MERGE", RUN, W, D, WRITE, NONE, training_run_merge),
    ROW("DELETE", RUN, W, D, WRITE, NONE, training_run_remove),
    ROW("POST", RUN "/checkpoints", W, D, WRITE, NONE, checkpoint_create),
    ROW("GET", RUN "/checkpoints", R, D | G, READ, CHECKPOINT, checkpoint_list),
    ROW("GET", RUN "/checkpoints/{checkpoint}", R, D | G, READ, CHECKPOINT, checkpoint_detail),
    ROW("POST", RUN "/tags", W, D, WRITE, NONE, tag_put_on_run),
    ROW("DELETE", RUN "/tags/{tag}", W, D, WRITE, NONE, tag_take_off_run),
    ROW("POST", RUN "/tokens", W, 0, WRITE, NONE, token_create_guest),
    ROW("POST", RUN "/files", W, D, WRITE, NONE, file_create),
    ROW("GET", "/v1/files/{file}", R, 0, READ, FILE, file_detail),
    // The secret in the path says what may be done.
    {"PUT", "/v1/uploads/{secret}", AUTH_NONE, LEVEL_READ, 0, LANE_READ, KIND_NONE, API_FILE_LIMIT_MAX, file_upload, file_upload_check},
    {"GET", "/v1/downloads/{secret}", AUTH_NONE, LEVEL_READ, 0, LANE_READ, KIND_NONE, BODY_LIMIT, file_download, file_download_check},
};
const size_t route_count = sizeof route_table / sizeof *route_table;

// Endpoints of the protocol that later releases bring. Methods: NULL where no other row has the path.
static const struct unbuilt {
    const char *path, *methods;
} unbuilt_table[] = {
    {"/v1/sessions", "POST PUT DELETE"},
    {"/v1/organizations/{organization}", "PUT"},
    {"/v1/clients", NULL},
    {CLIENT, "DELETE"},
    {CLIENT "/tokens", "POST"},
    {"/v1/web_data", NULL},
};

// Whatever the method: no route of its own.
static const struct route options_route = {"OPTIONS", "", AUTH_NONE, LEVEL_READ, 0, LANE_DIRECT, KIND_NONE, BODY_LIMIT,
                                           welcome_nothing, NULL};
static const struct route unbuilt_route = {"", "", AUTH_TOKEN, LEVEL_READ, ACCEPTS_DEVELOPMENT, LANE_READ, KIND_NONE, BODY_LIMIT,
                                           welcome_not_built, NULL};

static const struct {
    const char *name;
    bool any; // else digits only
} variables[VARIABLE_COUNT] = {
    [VARIABLE_CLIENT] = {"{client}", false},
    [VARIABLE_PROJECT] = {"{project}", true},
    [VARIABLE_EXPERIMENT] = {"{experiment}", false},
    [VARIABLE_SUGGESTION] = {"{suggestion}", false},
    [VARIABLE_QUEUED_SUGGESTION] = {"{queued_suggestion}", false},
    [VARIABLE_OBSERVATION] = {"{observation}", false},
    [VARIABLE_TOKEN] = {"{token}", true},
    [VARIABLE_ORGANIZATION] = {"{organization}", false},
    [VARIABLE_AIEXPERIMENT] = {"{aiexperiment}", false},
    [VARIABLE_TRAINING_RUN] = {"{training_run}", false},
    [VARIABLE_CHECKPOINT] = {"{checkpoint}", false},
    [VARIABLE_TAG] = {"{tag}", false},
    [VARIABLE_FILE] = {"{file}", false},
    [VARIABLE_SECRET] = {"{secret}", true},
};

static bool match_variable(const char *name, size_t name_len, struct route_value segment, struct route_value *values)
{
    bool any = false;
    for (size_t i = 0; i < VARIABLE_COUNT; i++) {
        if (strlen(variables[i].name) == name_len && memcmp(variables[i].name, name, name_len) == 0) {
            any = variables[i].any;
            values[i] = segment;
        }
    }
    return segment.n > 0 && (any || strspn(segment.s, "0123456789") >= segment.n);
}

static bool match_path(const char *template, const char *path, struct route_value values[VARIABLE_COUNT])
{
    memset(values, 0, VARIABLE_COUNT * sizeof *values);
    for (;; template++, path++) {
        size_t n = strcspn(template, "/"), len = strcspn(path, "/");
        bool same = *template == '{' ? match_variable(template, n, (struct route_value){path, len}, values)
                                     : n == len && memcmp(template, path, n) == 0;
        if (!same)
            return false;
        template += n;
        path += len;
        if (*template == '\0' || *path == '\0')
            return *template == *path;
    }
}

// True when the word is one of those that spaces separate.
static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *w = words; *w != '\0'; w += *w == ' ') {
        size_t len = strcspn(w, " ");
        if (n == len && memcmp(w, word, n) == 0)
            return true;
        w += len;
    }
    return false;
}

static bool match_unbuilt(const char *method, const char *path, struct route_value values[VARIABLE_COUNT])
{
    for (size_t i = 0; i < sizeof unbuilt_table / sizeof *unbuilt_table; i++) {
        const char *methods = unbuilt_table[i].methods;
        if ((methods == NULL || has_word(methods, method)) && match_path(unbuilt_table[i].path, path, values))
            return true;
    }
    return false;
}

void route_match(const char *method, const char *path, struct route_match *match)
{
    *match = (struct route_match){.code = ERR_NONE};
    while (path[0] == '/' && path[1] == '/')
        path++;
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];
        if (!match_path(route->path, path, match->values))
            continue;
        if (strcmp(route->method, method) == 0) {
            match->route = route;
            return;
        }
        size_t len = strlen(match->allow);
        snprintf(match->allow + len, sizeof match->allow - len, "%s, ", route->method);
    }
    bool exists = match->allow[0] != '\0';
    if (exists && strcmp(method, "OPTIONS") == 0)
        match->route = &options_route;
    else if (match_unbuilt(method, path, match->values))
        match->route = &unbuilt_route;
    else if (exists && strncmp(path, "/v1/", 4) == 0)
        strcat(match->allow, "OPTIONS"); // at most five methods on one path: there is room
    else
        match->code = ERR_NOT_FOUND;
    if (match->route == &options_route)
        memset(match->values, 0, sizeof match->values);
}

bool route_method_has_body(const char *method)
{
    return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "MERGE") == 0;
}
