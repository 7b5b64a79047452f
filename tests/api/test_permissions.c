// Permissions: every endpoint with every kind of token, and that what is hidden looks like what is not there.
#include <stdlib.h>

#include "api/route.h"
#include "storage/query.h"
#include "tests/api/harness.h"

#define TEAM "/v1/clients/{client}"
#define PROJECT TEAM "/projects/{project}"
#define EXPERIMENT "/v1/experiments/{experiment}"
#define RUN "/v1/training_runs/{training_run}"
#define AIEXPERIMENT "/v1/aiexperiments/{aiexperiment}"

// Experiments that the tests make: two of production, one of development, and one of another organization; the same again of runs.
enum { SHOWN = 1, DEVELOPMENT = 2, OTHER = 3, HIDDEN = 4, OF_RUNS = 4 };
// No such thing; what a path names below an object that is there.
#define NOTHING "9999"

// ------------------------------------------------------------------ who calls

static const char *const callers[] = {"production", "development", "a-user", "of-no-user", "a-guest", "a-stranger", "a-guest-of-runs"};
enum { PRODUCTION, DEVELOP, USER, NO_USER, GUEST, STRANGER, GUEST_OF_RUNS };

static const struct {
    int caller;
    int experiment; // that the path names, if it names one
} columns[] = {
    {PRODUCTION, SHOWN}, {PRODUCTION, DEVELOPMENT}, {DEVELOP, SHOWN}, {DEVELOP, DEVELOPMENT}, {USER, SHOWN},
    {USER, DEVELOPMENT}, {NO_USER, SHOWN},          {GUEST, SHOWN},   {GUEST, OTHER},         {STRANGER, SHOWN},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static void make_experiment(struct harness *h, const char *token, int want_id)
{
    char want[60], body[300];
    snprintf(want, sizeof want, "{\"id\":\"%d\"}", want_id);
    snprintf(body, sizeof body,
             "{\"name\":\"e\",\"project\":\"default\",\"runs_only\":%s,\"metrics\":[{\"name\":\"m\"}],"
             "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}",
             want_id > OF_RUNS ? "true" : "false");
    CHECK_AS(h, token, "POST", "/v1/experiments", body, 200, want);
}

// Of another organization, and its definition.
static void plant_hidden(struct harness *h, int id)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "INSERT INTO experiment (id, client_id, name, type, deleted, development, runs_only, created, updated)"
             " VALUES (%d, 2, 'theirs', 1, 0, 0, %d, 1, 1)",
             id, id > OF_RUNS);
    harness_run_sql(h, sql);
    snprintf(sql, sizeof sql,
             "INSERT INTO experiment_definition (experiment_id, parameters, metrics)"
             " SELECT %d, parameters, metrics FROM experiment_definition WHERE experiment_id = 1",
             id);
    harness_run_sql(h, sql);
}

static void open_house(struct harness *h)
{
    harness_open(h);
    harness_run_sql(h, "INSERT INTO organization (id, name, created) VALUES (2, 'Others', 1)");
    harness_run_sql(h, "INSERT INTO client (id, organization_id, name, created) VALUES (2, 2, 'Others', 1)");
    harness_run_sql(h, "INSERT INTO user_account (id, organization_id, name, created) VALUES (2, 2, 'Other', 1)");
    harness_run_sql(h, "INSERT INTO project (client_id, reference, name, created, updated, deleted) VALUES (2, 'theirs', 'T', 1, 1, 0)");
    struct token_record token = {.kind = TOKEN_CLIENT, .client_id = 1, .user_id = 1};
    harness_plant_token(h, callers[PRODUCTION], &token);
    token.kind = TOKEN_CLIENT_DEVELOPMENT;
    harness_plant_token(h, callers[DEVELOP], &token);
    harness_plant_token(h, callers[USER], &(struct token_record){.kind = TOKEN_USER, .user_id = 1});
    harness_plant_token(h, callers[NO_USER], &(struct token_record){.kind = TOKEN_CLIENT, .client_id = 1});
    token = (struct token_record){.kind = TOKEN_CLIENT, .organization_id = 2, .client_id = 2, .user_id = 2};
    harness_plant_token(h, callers[STRANGER], &token);
    make_experiment(h, callers[PRODUCTION], SHOWN);
    make_experiment(h, callers[DEVELOP], DEVELOPMENT);
    make_experiment(h, callers[PRODUCTION], OTHER);
    harness_run_sql(h, "UPDATE experiment SET project_id = NULL WHERE id = 3");
    harness_run_sql(h, "UPDATE project SET experiment_count = 2 WHERE reference = 'default'");
    harness_make(h, "POST", "/v1/clients/1/projects/default/training_runs", "{\"name\":\"r\"}");
    harness_run_sql(h, "INSERT INTO training_run (id, client_id, project_id, name, state, created, updated, deleted, has_metadata, shape_id)"
                       " SELECT 4, 2, id, 'theirs', 1, 1, 1, 0, 0, 1 FROM project WHERE reference = 'theirs'");
    harness_run_sql(h, "INSERT INTO file (id, training_run_id, created, name, content_type, content_length, content_md5)"
                       " VALUES (1, 1, 1, 'f', 'image/png', 1, zeroblob(16)), (2, 4, 1, 'theirs', 'image/png', 1, zeroblob(16))");
    plant_hidden(h, HIDDEN);
    make_experiment(h, callers[PRODUCTION], OF_RUNS + SHOWN);
    make_experiment(h, callers[DEVELOP], OF_RUNS + DEVELOPMENT);
    make_experiment(h, callers[PRODUCTION], OF_RUNS + OTHER);
    plant_hidden(h, OF_RUNS + HIDDEN);
    token = (struct token_record){.kind = TOKEN_GUEST, .client_id = 1, .creator_id = 1, .experiment_id = SHOWN};
    harness_plant_token(h, callers[GUEST], &token);
    token.experiment_id = OF_RUNS + SHOWN;
    harness_plant_token(h, callers[GUEST_OF_RUNS], &token);
}

struct places {
    const char *client, *project, *experiment, *organization, *run, *file;
};

// The path of a route with its variables filled in.
static void fill(char *path, size_t size, const char *template, const struct places *p)
{
    size_t n = 0;
    for (const char *c = template; *c != '\0' && n + 1 < size; c++) {
        if (*c != '{') {
            path[n++] = *c;
            continue;
        }
        const char *value = strncmp(c, "{client}", 8) == 0          ? p->client
                            : strncmp(c, "{project}", 9) == 0       ? p->project
                            : strncmp(c, "{experiment}", 12) == 0   ? p->experiment
                            : strncmp(c, "{aiexperiment}", 14) == 0 ? p->experiment
                            : strncmp(c, "{organization}", 14) == 0 ? p->organization
                            : strncmp(c, "{training_run}", 14) == 0 ? p->run
                            : strncmp(c, "{file}", 6) == 0          ? p->file
                            : strncmp(c, "{token}", 7) == 0         ? "self"
                                                                    : NOTHING;
        n += (size_t)snprintf(path + n, size - n, "%s", value);
        c = strchr(c, '}');
    }
    path[n] = '\0';
}

// ------------------------------------------------------------------ the table

// One letter for each column above: + the handler decides, s 403 with token_status, 3 403 without, 4 404.
static const struct {
    const char *method, *path, *outcomes;
} rows[] = {
    {"GET", "/", "++++++++++"},
    {"GET", "/v1/tokens/{token}", "++++++++++"},
    {"PUT", "/v1/tokens/{token}", "++33+++33+"},
    {"DELETE", "/v1/tokens/{token}", "++33+++33+"},
    {"GET", TEAM "/tokens", "++33++3334"},
    {"POST", EXPERIMENT "/tokens", "+s33+++334"},
    {"GET", TEAM, "+++++++334"},
    {"PUT", TEAM, "++33++3334"},
    {"GET", "/v1/sessions", "+++++++33+"},
    {"GET", "/v1/organizations/{organization}", "+++++++334"},
    {"GET", TEAM "/tags", "++33+++334"},
    {"POST", TEAM "/tags", "++33+++334"},
    {"GET", TEAM "/projects", "+++++++334"},
    {"POST", TEAM "/projects", "+++++++334"},
    {"GET", PROJECT, "+++++++++4"},
    {"PUT", PROJECT, "+++++++334"},
    {"GET", PROJECT "/notes", "+++++++334"},
    {"POST", PROJECT "/notes", "+++++++334"},
    {"GET", "/v1/experiments", "++++33+33+"},
    {"POST", "/v1/experiments", "++++33+33+"},
    {"GET", TEAM "/experiments", "+++++++334"},
    {"POST", TEAM "/experiments", "+++++++334"},
    {"GET", PROJECT "/experiments", "+++++++334"},
    {"GET", EXPERIMENT, "+ss+++++44"},
    {"PUT", EXPERIMENT, "+ss++++334"},
    {"DELETE", EXPERIMENT, "+ss++++334"},
    {"GET", EXPERIMENT "/best_assignments", "+ss+++++44"},
    {"GET", EXPERIMENT "/stopping_criteria", "+ss+++++44"},
    {"GET", EXPERIMENT "/best_practices", "+ss+++++44"},
    {"GET", EXPERIMENT "/metric_importances", "+ss+++++44"},
    {"PUT", EXPERIMENT "/metric_importances", "+ss++++334"},
    {"DELETE", EXPERIMENT "/hyperparameters", "+ss++++334"},
    {"POST", EXPERIMENT "/predictions", "+ss++++334"},
    {"POST", EXPERIMENT "/suggestions", "+ss++++334"},
    {"GET", EXPERIMENT "/suggestions", "+ss+++++44"},
    {"DELETE", EXPERIMENT "/suggestions", "+ss++++334"},
    {"GET", EXPERIMENT "/suggestions/{suggestion}", "+ss+++++44"},
    {"PUT", EXPERIMENT "/suggestions/{suggestion}", "+ss++++334"},
    {"DELETE", EXPERIMENT "/suggestions/{suggestion}", "+ss++++334"},
    {"POST", EXPERIMENT "/queued_suggestions", "+ss++++334"},
    {"GET", EXPERIMENT "/queued_suggestions", "+ss+++++44"},
    {"GET", EXPERIMENT "/queued_suggestions/{queued_suggestion}", "+ss+++++44"},
    {"DELETE", EXPERIMENT "/queued_suggestions/{queued_suggestion}", "+ss++++334"},
    {"POST", EXPERIMENT "/observations", "+ss++++334"},
    {"POST", EXPERIMENT "/observations/batch", "+ss++++334"},
    {"GET", EXPERIMENT "/observations", "+ss+++++44"},
    {"DELETE", EXPERIMENT "/observations", "+ss++++334"},
    {"GET", EXPERIMENT "/observations/{observation}", "+ss+++++44"},
    {"PUT", EXPERIMENT "/observations/{observation}", "+ss++++334"},
    {"DELETE", EXPERIMENT "/observations/{observation}", "+ss++++334"},
    {"POST", PROJECT "/aiexperiments", "++33+++334"},
    {"GET", PROJECT "/aiexperiments", "+++++++334"},
    {"GET", TEAM "/aiexperiments", "++33+++334"},
    {"GET", "/v1/aiexperiments", "++3333+33+"},
    {"GET", AIEXPERIMENT, "++33++++44"},
    {"PUT", AIEXPERIMENT, "++33+++334"},
    {"DELETE", AIEXPERIMENT, "++33+++334"},
    {"POST", AIEXPERIMENT "/training_runs", "++33+++334"},
    {"GET", AIEXPERIMENT "/best_training_runs", "++33++++44"},
    {"POST", "/v1/experiments/{aiexperiment}/training_runs", "++33+++334"},
    {"GET", "/v1/experiments/{aiexperiment}/best_training_runs", "++33++++44"},
    {"POST", PROJECT "/training_runs", "+++++++334"},
    {"GET", PROJECT "/training_runs", "+++++++334"},
    {"GET", TEAM "/training_runs", "++33+++334"},
    {"POST", PROJECT "/training_runs/batch", "+++++++334"},
    {"GET", RUN, "+++++++444"},
    {"PUT", RUN, "+++++++334"},
    {"MERGE", RUN, "+++++++334"},
    {"DELETE", RUN, "+++++++334"},
    {"POST", RUN "/checkpoints", "+++++++334"},
    {"GET", RUN "/checkpoints", "+++++++444"},
    {"GET", RUN "/checkpoints/{checkpoint}", "+++++++444"},
    {"POST", RUN "/tags", "+++++++334"},
    {"DELETE", RUN "/tags/{tag}", "+++++++334"},
    {"POST", RUN "/tokens", "++33+++334"},
    {"POST", RUN "/files", "+++++++334"},
    {"GET", "/v1/files/{file}", "++33+++334"},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static bool is_outcome(char outcome, const struct answer *answer)
{
    const struct json *message = json_member(answer->json, "message"), *status = json_member(answer->json, "token_status");
    const char *text = message == NULL ? "" : json_string(message);
    // What the handler has not found is not what the path's objects are.
    bool below = strstr(text, NOTHING) != NULL;
    switch (outcome) {
    case '+': // a token that lasts forever is not deleted; its kind would have been refused in other words
        return answer->status == 200 || answer->status == 400 || answer->status == 422 || (answer->status == 404 && below) ||
               (answer->status == 403 && strstr(text, "only rotated") != NULL);
    case 's':
        return answer->status == 403 && status != NULL && strcmp(json_string(status), "invalid_permissions") == 0;
    case '3':
        return answer->status == 403 && status == NULL;
    default:
        return answer->status == 404 && status == NULL && !below;
    }
}

// A body that no handler takes: what is asked here is how far a request gets.
static const char *body_of(const char *method)
{
    return route_method_has_body(method) ? "{\"token\":\"spin\",\"nonsense\":1}" : NULL;
}

static void test_table(void)
{
    struct harness h;
    open_house(&h);
    for (size_t i = 0; i < N_ROWS; i++) {
        is_int(strlen(rows[i].outcomes), N_COLUMNS, "an outcome for each column");
        for (size_t k = 0; k < N_COLUMNS; k++) {
            char path[200], experiment[4];
            bool of_runs = strstr(rows[i].path, "{aiexperiment}") != NULL;
            snprintf(experiment, sizeof experiment, "%d", columns[k].experiment + (of_runs ? OF_RUNS : 0));
            fill(path, sizeof path, rows[i].path, &(struct places){"1", "default", experiment, "1", "1", "1"});
            const char *caller = callers[of_runs && columns[k].caller == GUEST ? GUEST_OF_RUNS : columns[k].caller];
            struct answer answer = harness_request_as(&h, caller, rows[i].method, path, body_of(rows[i].method));
            ok(is_outcome(rows[i].outcomes[k], &answer), "%s: %s %s is %c: %d %.200s", caller, rows[i].method, path,
               rows[i].outcomes[k], answer.status, answer.text);
            answer_clear(&answer);
        }
    }
    harness_close(&h);
}

// Every row of the program's table is in ours.
static void test_table_is_complete(void)
{
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];
        size_t k = 0;
        while (k < N_ROWS && (strcmp(rows[k].method, route->method) != 0 || strcmp(rows[k].path, route->path) != 0))
            k++;
        ok(k < N_ROWS || route->auth == AUTH_NONE, "%s %s has its outcomes here", route->method, route->path);
    }
}

static void test_states(void)
{
    struct harness h;
    open_house(&h);
    harness_plant_token(&h, "expired", &(struct token_record){.kind = TOKEN_CLIENT, .client_id = 1, .user_id = 1, .expires = 1});
    harness_plant_token(&h, "revoked", &(struct token_record){.kind = TOKEN_CLIENT, .client_id = 1, .user_id = 1, .revoked = true});
    for (size_t i = 0; i < N_ROWS; i++) {
        char path[200];
        fill(path, sizeof path, rows[i].path, &(struct places){"1", "default", "1", "1", "1", "1"});
        const char *method = rows[i].method, *body = body_of(method);
        CHECK_AS(&h, "expired", method, path, body, 403, "{\"token_status\":\"expired\"}");
        CHECK_AS(&h, "revoked", method, path, body, 403, "{\"token_status\":\"revoked\"}");
        CHECK_AS(&h, "unheard-of", method, path, body, 403, "{\"token_status\":\"revoked\"}");
        CHECK_AS(&h, NULL, method, path, body, 401, "{\"token_status\":\"<absent>\"}");
    }
    harness_close(&h);
}

// ------------------------------------------------------------------ hidden and missing

// Cuts the word out of a text, so that two of them can be compared.
static void without(char *text, const char *id)
{
    char word[40];
    snprintf(word, sizeof word, " %s ", id);
    char *at = strstr(text, word);
    if (at != NULL)
        memmove(at, at + strlen(word), strlen(at + strlen(word)) + 1);
}

static void compare(struct harness *h, const char *caller, const struct route *route, const char *hidden, const char *hidden_id,
                    const char *missing, const char *missing_id)
{
    struct answer there = harness_request_as(h, caller, route->method, hidden, body_of(route->method));
    struct answer gone = harness_request_as(h, caller, route->method, missing, body_of(route->method));
    ok(there.status == gone.status && (there.status == 404 || there.status == 403), "%s: %s %s and %s: %d %d", caller,
       route->method, hidden, missing, there.status, gone.status);
    without(there.text, hidden_id);
    without(gone.text, missing_id);
    ok(strcmp(there.text, gone.text) == 0, "in the same words: %s", there.text);
    answer_clear(&there);
    answer_clear(&gone);
}

// A route on an object of others and on one that is not there.
static void test_hidden_as_missing(void)
{
    static const struct {
        const char *variable, *hidden, *missing;
    } objects[] = {
        {"{client}", "2", "77"},        {"{experiment}", "4", "77"},   {"{organization}", "2", "77"},
        {"{project}", "theirs", "none"}, {"{training_run}", "4", "77"}, {"{file}", "2", "77"}, {"{aiexperiment}", "8", "77"}};
    struct harness h;
    open_house(&h);
    int64_t before = harness_version(&h);
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];
        for (size_t k = 0; k < sizeof objects / sizeof *objects; k++) {
            const char *hid = objects[k].hidden, *mis = objects[k].missing;
            if (strstr(route->path, objects[k].variable) == NULL)
                continue;
            char hidden[200], missing[200];
            fill(hidden, sizeof hidden, route->path,
                 &(struct places){k == 0 ? hid : "1", k == 3 ? hid : "default", hid, hid, hid, hid});
            fill(missing, sizeof missing, route->path,
                 &(struct places){k == 0 ? mis : "1", k == 3 ? mis : "default", mis, mis, mis, mis});
            for (int caller = PRODUCTION; caller <= GUEST; caller++)
                compare(&h, callers[caller], route, hidden, hid, missing, mis);
        }
    }
    ok(harness_version(&h) == before, "nothing is stored");
    harness_close(&h);
}

// ------------------------------------------------------------------ order of checks

static void test_order(void)
{
    static const struct {
        int caller;
        const char *method, *target, *body;
        int status;
        const char *want;
    } cases[] = {
        // syntax before the token, the token's kind before the objects, the objects before the level, the level before the body
        {DEVELOP, "POST", "/v1/clients/9/tags", "{", 400, "{\"message\":\"~Malformed json\"}"},
        {DEVELOP, "POST", "/v1/clients/9/tags", "{}", 403, "{\"message\":\"~Development tokens\",\"token_status\":\"<absent>\"}"},
        {DEVELOP, "POST", "/v1/experiments/9/tokens", "{}", 403, "{\"message\":\"~Development tokens\"}"},
        {DEVELOP, "POST", "/v1/experiments/9/suggestions", "{}", 404, "{\"message\":\"experiment 9 does not exist\"}"},
        {DEVELOP, "GET", "/v1/experiments/4?fields=zzz", NULL, 404, NULL},
        {DEVELOP, "GET", "/v1/experiments/1?fields=zzz", NULL, 403, "{\"token_status\":\"invalid_permissions\"}"},
        {DEVELOP, "GET", "/v1/experiments/2?fields=zzz", NULL, 400, "{\"message\":\"~Unknown field\"}"},
        {GUEST, "PUT", "/v1/experiments/9", "{", 400, NULL},
        {GUEST, "PUT", "/v1/experiments/9", "{}", 403, "{\"message\":\"~guest's token\"}"},
        {GUEST, "GET", "/v1/experiments/9", NULL, 404, NULL},
        {GUEST, "GET", "/v1/experiments/1?fields=zzz", NULL, 400, NULL},
        {GUEST, "GET", "/v1/clients/1/projects/sigopt-examples", NULL, 404, "{\"message\":\"project sigopt-examples does not exist\"}"},
        {GUEST, "GET", "/v1/clients/2/projects/theirs", NULL, 404, "{\"message\":\"client 2 does not exist\"}"},
        {GUEST, "GET", "/v1/aiexperiments", NULL, 403, NULL},
        // an experiment of runs has another path, whatever the token; there its development does not count
        {PRODUCTION, "GET", "/v1/experiments/6?fields=zzz", NULL, 301, "{\"location\":\"/v1/aiexperiments/6\",\"status\":301}"},
        {DEVELOP, "GET", "/v1/experiments/5", NULL, 301, NULL},
        {GUEST, "GET", "/v1/experiments/5", NULL, 404, NULL},
        {GUEST_OF_RUNS, "GET", "/v1/experiments/5", NULL, 301, NULL},
        {GUEST_OF_RUNS, "GET", "/v1/experiments/5/suggestions", NULL, 200, NULL},
        {STRANGER, "GET", "/v1/experiments/5", NULL, 404, NULL},
        {PRODUCTION, "PUT", "/v1/experiments/6", "{}", 403, "{\"token_status\":\"invalid_permissions\"}"},
        {NO_USER, "PUT", "/v1/clients/9", "{}", 403, "{\"message\":\"~belongs to a user\"}"},
        {USER, "POST", "/v1/experiments", "{\"nonsense\":1}", 403, "{\"message\":\"~/v1/clients/CLIENT_ID/experiments\"}"},
        {USER, "GET", "/v1/clients/2", NULL, 404, "{\"message\":\"client 2 does not exist\"}"},
        {USER, "GET", "/v1/clients/2/projects/theirs", NULL, 404, "{\"message\":\"client 2 does not exist\"}"},
        {STRANGER, "GET", "/v1/clients/2", NULL, 200, "{\"id\":\"2\",\"organization\":\"2\"}"},
        {STRANGER, "GET", "/v1/organizations/2", NULL, 200, "{\"name\":\"Others\"}"},
    };
    struct harness h;
    open_house(&h);
    int64_t before = harness_version(&h);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_AS(&h, callers[cases[i].caller], cases[i].method, cases[i].target, cases[i].body, cases[i].status, cases[i].want);
    char header[100];
    harness_basic(callers[USER], header, sizeof header);
    struct api_request request = {.method = "GET", .path = "/v1/experiments", .authorization = header,
                                  .user_agent = "sigopt-python/8.8.3"};
    CHECK_SEND(&h, &request, 403, "{\"message\":\"~conn.clients(CLIENT_ID).experiments()\"}");
    ok(harness_version(&h) == before, "nothing is stored");
    harness_close(&h);
}

// ------------------------------------------------------------------ lists

static void test_lists(void)
{
    static const struct {
        int caller;
        const char *query, *ids;
    } cases[] = {
        {PRODUCTION, "", "3 1 "},
        {PRODUCTION, "development=true", "3 1 "},
        {DEVELOP, "", "2 "},
        {DEVELOP, "development=false", "2 "},
        {USER, "", "3 2 1 "},
        {USER, "development=true", "2 "},
        {USER, "development=False", "3 1 "},
        {NO_USER, "", "3 1 "},
        {STRANGER, "", NULL},
    };
    struct harness h;
    open_house(&h);
    char authorization[sizeof h.authorization];
    snprintf(authorization, sizeof authorization, "%s", h.authorization);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char ids[100] = "";
        const char *caller = callers[cases[i].caller];
        harness_basic(caller, h.authorization, sizeof h.authorization);
        if (cases[i].ids == NULL) {
            CHECK(&h, "GET", "/v1/clients/1/experiments", NULL, 404, NULL);
            continue;
        }
        harness_walk(&h, "/v1/clients/1/experiments", cases[i].query, "before", "id", ids, sizeof ids);
        is_text(ids, cases[i].ids, caller);
    }
    snprintf(h.authorization, sizeof h.authorization, "%s", authorization);
    CHECK(&h, "GET", "/v1/clients/1/experiments?development=maybe", NULL, 400, NULL);
    CHECK_AS(&h, callers[USER], "POST", "/v1/clients/1/experiments",
             "{\"name\":\"u\",\"metrics\":[{\"name\":\"m\"}],"
             "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}",
             200, "{\"development\":false,\"client\":\"1\",\"user\":\"1\"}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_table);
    TAP_RUN(test_table_is_complete);
    TAP_RUN(test_states);
    TAP_RUN(test_hidden_as_missing);
    TAP_RUN(test_order);
    TAP_RUN(test_lists);
    return tap_done();
}
