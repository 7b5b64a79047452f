// Dispatch: the order of checks, and what all endpoints have in common.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "api/route.h"
#include "api/status.h"
#include "base/buffer.h"
#include "storage/experiment.h"
#include "storage/query.h"
#include "storage/storage.h"
#include "tests/api/harness.h"

#define PROJECTS "/v1/clients/1/projects"
#define MALFORMED "{\"message\":\"~Malformed json in request body\",\"status\":400}"
#define PARAMETER "{\"message\":\"~Invalid string parameter\",\"status\":400}"

// ------------------------------------------------------------------ order of checks

enum credentials { WITHOUT, UNREADABLE, UNKNOWN, GOOD };

// Each row breaks one rule and all rules behind it; the first one decides.
static void test_order(void)
{
    static const struct {
        const char *method, *path, *query, *body;
        enum credentials credentials;
        int status;
        const char *want;
    } cases[] = {
        {"POST", "/v1/clients/one/projects", "fields=zzz", "{", WITHOUT, 404, "{\"message\":\"~was not found\"}"},
        {"POST", "/v1/nonsense%00", "fields=zzz", "{", WITHOUT, 400, PARAMETER},
        {"DELETE", "/v1/clients/9/projects", "a=%00", "{", WITHOUT, 405, "{\"message\":\"~GET, POST, OPTIONS\"}"},
        {"POST", "/v1/clients/9/projects", "a=%00", "{", WITHOUT, 400, MALFORMED},
        {"GET", "/v1/clients/9/projects", "a=%00", "{", WITHOUT, 400, PARAMETER},
        {"PUT", "/v1/clients/9/projects/a%00", NULL, "{", WITHOUT, 400, MALFORMED},
        {"PUT", "/v1/clients/9/projects/a%00", NULL, "{}", WITHOUT, 400, PARAMETER},
        {"GET", "/v1/clients/9/projects/none", "fields=zzz", NULL, WITHOUT, 401, "{\"message\":\"~No API token\"}"},
        {"GET", "/v1/clients/9/projects/none", "fields=zzz", NULL, UNREADABLE, 400, "{\"message\":\"~could not be parsed\"}"},
        {"GET", "/v1/clients/9/projects/none", "fields=zzz", NULL, UNKNOWN, 403, "{\"token_status\":\"revoked\"}"},
        {"GET", "/v1/clients/99999999999999999999/projects/none", "fields=zzz", NULL, WITHOUT, 401, NULL},
        {"GET", "/v1/clients/9/projects/none", "fields=zzz", NULL, GOOD, 404, "{\"message\":\"client 9 does not exist\"}"},
        {"GET", "/v1/clients/1/projects/none", "fields=zzz", NULL, GOOD, 404, "{\"message\":\"project none does not exist\"}"},
        {"GET", "/v1/clients/1/projects", "fields=zzz&limit=-1", NULL, GOOD, 400, "{\"message\":\"~Unknown field\"}"},
        {"GET", "/v1/clients/1/projects", "fields=id&limit=-1", NULL, GOOD, 400, "{\"message\":\"~limit\"}"},
        {"POST", "/v1/clients/9/projects", NULL, "{\"nonsense\":1}", WITHOUT, 401, NULL},
        {"POST", "/v1/clients/9/projects", NULL, "{\"nonsense\":1}", UNKNOWN, 403, NULL},
        {"POST", "/v1/clients/9/projects", NULL, "{\"nonsense\":1}", GOOD, 404, NULL},
        {"POST", "/v1/clients/1/projects", NULL, "{\"nonsense\":1}", GOOD, 400, "{\"message\":\"~Unknown json keys\"}"},
        {"GET", "/v1/experiments/5", "fields=zzz", NULL, GOOD, 404, "{\"message\":\"experiment 5 does not exist\"}"},
        {"PUT", "/v1/experiments/5", NULL, "{\"nonsense\":1}", GOOD, 404, NULL},
        {"GET", "/v1/experiments/99999999999999999999", NULL, NULL, GOOD, 404, NULL},
        {"GET", "/v1/experiments/5/suggestions/x", NULL, NULL, GOOD, 404, "{\"message\":\"~was not found\"}"},
        {"GET", "/v1/tokens/%00", NULL, NULL, GOOD, 400, PARAMETER},
        {"GET", "/v1/tokens/%FF", NULL, NULL, GOOD, 400, PARAMETER},
        {"GET", "/v1/%00", NULL, NULL, GOOD, 400, PARAMETER},
        {"GET", "/v1/\xff", NULL, NULL, GOOD, 400, PARAMETER},
    };
    struct harness h;
    harness_open(&h);
    char unknown[64];
    harness_basic("unknown-to-all", unknown, sizeof unknown);
    const char *const headers[] = {[WITHOUT] = NULL, [UNREADABLE] = "Basic", [UNKNOWN] = unknown, [GOOD] = h.authorization};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct api_request request = {.method = cases[i].method,
                                      .path = cases[i].path,
                                      .query = cases[i].query,
                                      .authorization = headers[cases[i].credentials],
                                      .body = cases[i].body,
                                      .body_len = cases[i].body == NULL ? 0 : strlen(cases[i].body)};
        int64_t before = harness_version(&h);
        CHECK_SEND(&h, &request, cases[i].status, cases[i].want);
        ok(harness_version(&h) == before, "nothing is stored");
    }
    harness_close(&h);
}

static enum err_code plant_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)arg;
    struct experiment_record record = {.client_id = 1,
                                       .user_id = 1,
                                       .name = "for development",
                                       .type = EXPERIMENT_OFFLINE,
                                       .development = true,
                                       .parameters = "[]",
                                       .metrics = "[]"};
    return experiment_insert(tx, &record, err);
}

static void test_development_experiment(void)
{
    struct harness h;
    struct err err;
    harness_open(&h);
    ok(storage_write_wait(h.storage, plant_unit, NULL, &err) == ERR_NONE, "an experiment of a development token");
    static const struct request_case cases[] = {
        {"GET", "/v1/experiments/1?fields=zzz", NULL, 403, "{\"status\":403,\"token_status\":\"invalid_permissions\"}"},
        {"PUT", "/v1/experiments/1", "{\"nonsense\":1}", 403, "{\"token_status\":\"invalid_permissions\"}"},
        {"DELETE", "/v1/experiments/1", NULL, 403, NULL},
        {"POST", "/v1/experiments/1/suggestions", NULL, 403, NULL},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// ------------------------------------------------------------------ routes and methods

static void test_routes(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case cases[] = {
        {"GET", "/", NULL, 200, "{\"message\":\"~Welcome\"}"},
        {"POST", "/", "{}", 404, "{\"message\":\"~/v1\"}"},
        {"HEAD", "/", NULL, 404, NULL},
        {"GET", "", NULL, 404, NULL},
        {"GET", "/health", NULL, 200, NULL},
        {"HEAD", "/health", NULL, 200, NULL},
        {"POST", "/health", NULL, 200, NULL},
        {"PUT", "/health", NULL, 404, NULL},
        {"OPTIONS", "/health", NULL, 200, NULL},
        {"OPTIONS", "/", NULL, 200, NULL},
        {"OPTIONS", PROJECTS, NULL, 200, NULL},
        {"OPTIONS", "/v1/experiments/77", NULL, 200, NULL},
        {"OPTIONS", "/v1/nonsense", NULL, 404, NULL},
        {"HEAD", "/v1/clients/1", NULL, 405, "{\"message\":\"~GET, PUT, OPTIONS\"}"},
        {"PATCH", PROJECTS, NULL, 405, NULL},
        {"MERGE", "/v1/experiments/1", "{}", 405, "{\"message\":\"~GET, PUT, DELETE, OPTIONS\"}"},
        {"get", "/v1/clients/1", NULL, 405, NULL},
        {"GET", "//v1/clients/1", NULL, 200, NULL},
        {"GET", "///v1/clients/1", NULL, 200, NULL},
        {"GET", "/v1//clients/1", NULL, 404, NULL},
        {"GET", "/v1", NULL, 404, NULL},
        {"GET", "/clients/1", NULL, 404,
         "{\"message\":\"The endpoint /clients/1 was not found; paths of the API begin with /v1\"}"},
        {"GET", "/v1/foo", NULL, 404, "{\"message\":\"The endpoint /v1/foo was not found\"}"},
        {"GET", "/v1/experiments/", NULL, 404, NULL},
        {"GET", "/v1/experiments/+1", NULL, 404, "{\"message\":\"~was not found\"}"},
        {"GET", "/v1/experiments/1a", NULL, 404, "{\"message\":\"~was not found\"}"},
        {"GET", "/v1/experiments/{experiment}", NULL, 404, "{\"message\":\"~was not found\"}"},
        {"GET", "/v1/experiments/1/importances", NULL, 404, "{\"message\":\"~was not found\"}"},
        {"GET", "/v1/clients/1/plan", NULL, 404, "{\"message\":\"~was not found\"}"},
        {"POST", "/v1/pki_sessions", "{}", 404, "{\"message\":\"~was not found\"}"},
        // of later releases
        {"GET", "/v1/web_data", NULL, 404, "{\"message\":\"The endpoint /v1/web_data is not part of this version\"}"},
        {"POST", "/v1/sessions", "{}", 404, "{\"message\":\"The endpoint /v1/sessions is not part of this version\"}"},
        {"PUT", "/v1/organizations/1", "{}", 404, "{\"message\":\"~not part of this version\"}"},
        {"PUT", "/v1/organizations/9", "{}", 404, "{\"message\":\"organization 9 does not exist\"}"},
        {"POST", "/v1/clients/1/tokens", "{}", 404, "{\"message\":\"~not part of this version\"}"},
        {"MERGE", "/v1/training_runs/7", "{}", 404, "{\"message\":\"training run 7 does not exist\"}"},
        {"POST", PROJECTS "/none/training_runs", "{}", 404, "{\"message\":\"project none does not exist\"}"},
        {"DELETE", "/v1/clients/1", NULL, 404, "{\"message\":\"~not part of this version\"}"},
        {"POST", "/v1/clients/1", "{}", 405, "{\"message\":\"~GET, PUT, OPTIONS\"}"},
        {"GET", "/v1/training_runs/x", NULL, 404, "{\"message\":\"~was not found\"}"},
    };
    CHECK_CASES(&h, cases, true);
    struct answer answer = harness_request(&h, "DELETE", PROJECTS "/default", NULL);
    is_int(answer.status, 405, "DELETE of a project");
    is_text(answer.allow, "GET, PUT, OPTIONS", "what is allowed is a header, too");
    answer_clear(&answer);
    struct api_request open[] = {{.method = "GET", .path = "/"},
                                 {.method = "OPTIONS", .path = "/v1/experiments/1/suggestions"},
                                 {.method = "GET", .path = "/health", .authorization = "nonsense"},
                                 {.method = "GET", .path = "/v1/sessions"}};
    CHECK_SEND(&h, &open[0], 401, NULL);
    CHECK_SEND(&h, &open[1], 200, NULL);
    CHECK_SEND(&h, &open[2], 200, NULL);
    CHECK_SEND(&h, &open[3], 401, NULL);
    harness_close(&h);
}

// Every row is found by its own template, and no row hides another.
static void test_table(void)
{
    for (size_t i = 0; i < route_count; i++) {
        char path[200];
        size_t n = 0;
        for (const char *c = route_table[i].path; *c != '\0'; c++) {
            if (*c == '{')
                c = strchr(c, '}');
            path[n++] = '7';
            if (*c != '}')
                path[n - 1] = *c;
        }
        path[n] = '\0';
        struct route_match match;
        route_match(route_table[i].method, path, &match);
        ok(match.route == &route_table[i], "%s %s", route_table[i].method, path);
    }
}

static void test_route_info(void)
{
    struct api_route_info info = api_route("POST", "/v1/experiments/1/observations/batch");
    ok(info.code == ERR_NONE && info.method_known && info.body == API_BODY_JSON && info.logged, "the batch route");
    is_int(info.body_limit, 16 << 20, "takes 16 MiB");
    info = api_route("PUT", "/v1/experiments/1");
    is_int(info.body_limit, 4 << 20, "others 4 MiB");
    info = api_route("GET", "/v1/experiments");
    ok(info.method_known && info.body == API_BODY_NONE, "a GET has no body");
    info = api_route("OPTIONS", "/v1/experiments");
    ok(info.code == ERR_NONE && info.method_known && info.body == API_BODY_NONE && info.logged, "nor has OPTIONS");
    info = api_route("HEAD", "/v1/experiments");
    ok(info.code == ERR_NONE && !info.method_known, "HEAD is not known there");
    ok(api_route("GET", "/v1/nothing").code == ERR_NOT_FOUND, "a path that is not there");
    ok(api_route("POST", "/").code == ERR_NOT_FOUND, "outside of /v1 a wrong method is a wrong path");
    ok(!api_route("GET", "/health").logged, "/health is not logged");
    info = api_route("MERGE", "/v1/training_runs/7");
    ok(info.method_known && info.body == API_BODY_JSON, "MERGE has a body");
    ok(api_route("PUT", "/v1/uploads/x").body == API_BODY_RAW, "a raw one");
    ok(api_route("GET", "/v1/downloads/x").body == API_BODY_RAW_REPLY, "a raw reply");
    ok(api_route("PUT", "/v1/downloads/x").body == API_BODY_NONE, "not of another method");
}

// ------------------------------------------------------------------ bodies

static void test_bodies(void)
{
    static const struct {
        const char *body;
        int status;
        const char *want;
    } cases[] = {
        {"", 200, NULL},
        {"{}", 200, NULL},
        {" {\"a\":[1,2,{\"b\":null}]} \n", 200, NULL},
        {"{", 400, MALFORMED},
        {" ", 400, MALFORMED},
        {"{}x", 400, MALFORMED},
        {"{'a':1}", 400, MALFORMED},
        {"{\"a\":1,}", 400, MALFORMED},
        {"{\"a\":01}", 400, MALFORMED},
        {"{\"name\":inf}", 400, MALFORMED},
        {"{\"name\":nan}", 400, MALFORMED},
        {"{\"name\":NaN}", 400, MALFORMED},
        {"{\"name\":-Infinity}", 400, MALFORMED},
        {"{\"name\":1e999}", 400, MALFORMED},
        {"{\"a\":1,\"a\":1}", 400, MALFORMED},
        {"{\"a\":{\"b\":1,\"\\u0062\":2}}", 400, MALFORMED},
        {"{\"a\":\"\\u0000\"}", 400, MALFORMED},
        {"{\"\\u0000\":1}", 400, MALFORMED},
        {"{\"a\":\"\xff\"}", 400, MALFORMED},
        {"{\"a\":\"\xed\xa0\x80\"}", 400, MALFORMED},
        {"{\"a\":\"\t\"}", 400, MALFORMED},
        {"\xef\xbb\xbf{}", 400, MALFORMED},
        {"a=1&b=2", 400, MALFORMED},
        {"[]", 400, "{\"message\":\"The request body must be a JSON object\"}"},
        {"null", 400, "{\"message\":\"~must be a JSON object\"}"},
        {"\"x\"", 400, "{\"message\":\"~must be a JSON object\"}"},
        {"7", 400, "{\"message\":\"~must be a JSON object\"}"},
    };
    static const char *const types[] = {NULL,
                                        "",
                                        "application/json",
                                        "application/x-www-form-urlencoded",
                                        "Application/JSON ; charset=UTF-8",
                                        "application/json;charset=\"utf-8\"; x=y"};
    struct harness h;
    harness_open(&h);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct api_request request = {.method = "POST",
                                      .path = "/health",
                                      .body = cases[i].body,
                                      .body_len = strlen(cases[i].body),
                                      .content_type = types[i % 6]};
        CHECK_SEND(&h, &request, cases[i].status, cases[i].want);
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct api_request request = {.method = "POST", .path = "/health", .content_type = types[i]};
        struct answer answer = harness_send(&h, &request);
        is_text(answer.text, "{}\n", "the empty object");
        answer_clear(&answer);
        request.body = "{";
        request.body_len = 1;
        CHECK_SEND(&h, &request, 400, MALFORMED);
    }
    static const char body_with_nul[] = "{\"a\":\"\0\"}";
    struct api_request request = {
        .method = "POST", .path = "/health", .body = body_with_nul, .body_len = sizeof body_with_nul - 1};
    CHECK_SEND(&h, &request, 400, MALFORMED);
    request.path = PROJECTS;
    CHECK_SEND(&h, &request, 400, MALFORMED); // without a token
    request = (struct api_request){.method = "GET", .path = "/health", .body = "{", .body_len = 1};
    CHECK_SEND(&h, &request, 200, NULL);
    harness_close(&h);
}

static void test_other_types(void)
{
    static const char *const ignored[] = {"text/plain", "multipart/form-data; boundary=x", "application/jsonp",
                                          "application/json-patch+json", "image/png;charset=utf-8"};
    struct harness h;
    harness_open(&h);
    struct api_request request = {
        .method = "POST", .path = PROJECTS, .authorization = h.authorization, .body = "{\"id\":\"a\",", .body_len = 10};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        request.content_type = ignored[i];
        CHECK_SEND(&h, &request, 400, "{\"message\":\"~Missing\"}"); // as if it was {}
    }
    request.body = "{\"id\":\"a\",\"name\":\"A\"}";
    request.body_len = strlen(request.body);
    request.content_type = "application/json; charset=iso-8859-1";
    CHECK_SEND(&h, &request, 400,
               "{\"message\":\"Malformed json in request body: its charset is not supported, use UTF-8\"}");
    request.content_type = "application/x-www-form-urlencoded; charset=utf8";
    request.query = "id=b&fields=zzz&a=%00"; // of no meaning to a POST
    CHECK_SEND(&h, &request, 200, "{\"id\":\"a\"}");
    harness_close(&h);
}

static void test_huge_number(void)
{
    enum { DIGITS = 2000000 };
    struct harness h;
    harness_open(&h);
    struct buffer body = {0};
    buffer_puts(&body, "{\"name\":");
    for (int i = 0; i < DIGITS; i++)
        buffer_putc(&body, '7');
    buffer_putc(&body, '}');
    struct api_request request = {.method = "POST", .path = "/", .body = body.data, .body_len = body.len};
    struct answer answer = harness_send(&h, &request);
    is_int(answer.status, 404, "2,000,000 digits where no POST is");
    answer_clear(&answer);
    request.path = "/v1/clients"; // no token either
    answer = harness_send(&h, &request);
    is_int(answer.status, 400, "2,000,000 digits");
    ok(strstr(answer.text, "Malformed json in request body") != NULL, "malformed: %s", answer.text);
    answer_clear(&answer);
    buffer_clear(&body);
    harness_close(&h);
}

// ------------------------------------------------------------------ queries, fields, skip

static void test_queries(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case cases[] = {
        {"GET", "/v1/clients/1?", NULL, 200, NULL},
        {"GET", "/v1/clients/1?a&&b=&=c&%=%zz", NULL, 200, NULL},
        {"GET", "/v1/clients/1?%00=1", NULL, 400, PARAMETER},
        {"GET", "/v1/clients/1?a=b%00", NULL, 400, PARAMETER},
        {"GET", "/v1/clients/1?a=%ff", NULL, 400, PARAMETER},
        {"GET", "/v1/clients/1?a=%e2%82%ac+%20", NULL, 200, NULL},
        {"GET", PROJECTS "?limit=1&limit=x", NULL, 200, "{\"data\":[{}]}"},
        {"GET", PROJECTS "?lim%69t=1", NULL, 200, "{\"data\":[{}]}"},
        {"GET", PROJECTS "?limit=+1", NULL, 200, "{\"data\":[{}]}"},
        {"GET", PROJECTS "?limit=%2B1", NULL, 200, "{\"data\":[{}]}"},
        {"GET", PROJECTS "?limit=%zz", NULL, 400, "{\"message\":\"Invalid type for limit: %zz, expected integer\"}"},
        {"GET", PROJECTS "?deleted=TRUE", NULL, 200, NULL},
        {"GET", PROJECTS "?deleted=False", NULL, 200, NULL},
        {"GET", PROJECTS "?deleted=2", NULL, 400, NULL},
        {"DELETE", "/v1/experiments/1?include_runs=%00", NULL, 400, PARAMETER},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

static void test_fields(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case cases[] = {
        {"GET", PROJECTS "/default?fields=id", NULL, 200, "{\"id\":\"default\",\"object\":\"<absent>\",\"name\":\"<absent>\"}"},
        {"GET", PROJECTS "/default?fields=name,object,name", NULL, 200, "{\"object\":\"project\",\"id\":\"<absent>\"}"},
        {"GET", PROJECTS "/default?fields=", NULL, 200, "{\"object\":\"project\",\"id\":\"default\"}"},
        {"GET", PROJECTS "/default?fields=id,", NULL, 400, "{\"message\":\"Unknown field \\\"\\\" for object project\"}"},
        {"GET", PROJECTS "/default?fields=ID", NULL, 400, "{\"message\":\"~Unknown field \\\"ID\\\" for object project\"}"},
        {"GET", PROJECTS "/default?fields=a%22b", NULL, 400, "{\"message\":\"~\\\"a\\\"b\\\"\"}"},
        {"GET", PROJECTS "/default?fields=id&fields=zzz", NULL, 200, NULL},
        {"GET", "/v1/clients/1?fields=zzz", NULL, 200, NULL},
        {"PUT", PROJECTS "/default?fields=zzz", "{}", 200, "{\"object\":\"project\",\"name\":\"<any>\"}"},
    };
    CHECK_CASES(&h, cases, false);
    harness_close(&h);
}

static void test_skip(void)
{
    struct harness h;
    harness_open(&h);
    const char *body = "{\"id\":\"quiet\",\"name\":\"Q\"}";
    struct api_request request = {.method = "POST",
                                  .path = PROJECTS,
                                  .authorization = h.authorization,
                                  .body = body,
                                  .body_len = strlen(body),
                                  .skip_content = true};
    struct answer answer = harness_send(&h, &request);
    ok(answer.status == 204 && answer.text == NULL && answer.len == 0, "204 without a body");
    answer_clear(&answer);
    CHECK(&h, "GET", PROJECTS "/quiet", NULL, 200, NULL);
    CHECK_SEND(&h, &request, 409, "{\"message\":\"~exists already\",\"status\":409}");
    request = (struct api_request){.method = "GET", .path = "/health", .skip_content = true};
    answer = harness_send(&h, &request);
    ok(answer.status == 204 && answer.text == NULL, "everywhere");
    answer_clear(&answer);
    harness_close(&h);
}

// ------------------------------------------------------------------ failures

// A statement, and a change of a row: without one there would be nothing to commit.
static enum err_code run_sql(struct tx *tx, void *arg, struct err *err)
{
    int64_t ignored;
    struct query q = query_start(tx, arg, err);
    enum err_code code = query_value(&q, &ignored);
    if (code != ERR_NONE)
        return code;
    q = query_start(tx, "UPDATE organization SET name = name", err);
    return query_run(&q);
}

static void test_broken_database(void)
{
    struct harness h;
    struct err err;
    harness_open(&h);
    static char sql[] = "ALTER TABLE project RENAME TO lost";
    ok(storage_write_wait(h.storage, run_sql, sql, &err) == ERR_NONE, "%s", sql);
    CHECK(&h, "GET", PROJECTS, NULL, 500, "{\"message\":\"~request test\",\"status\":500,\"token_status\":\"<absent>\"}");
    CHECK(&h, "POST", PROJECTS, "{\"id\":\"a\",\"name\":\"A\"}", 500, "{\"message\":\"~request test\",\"status\":500}");
    struct answer answer = harness_request(&h, "GET", PROJECTS, NULL);
    ok(strstr(answer.text, "table") == NULL && strstr(answer.text, "project") == NULL, "nothing of the inside is told: %s",
       answer.text);
    answer_clear(&answer);
    harness_close(&h);
}

static void test_full_disk(void)
{
    struct harness h;
    struct err err;
    harness_open(&h);
    static char limit[] = "PRAGMA max_page_count = 1", lift[] = "PRAGMA max_page_count = 1000000"; // 1: as many as there are
    ok(storage_write_wait(h.storage, run_sql, limit, &err) == ERR_NONE, "no more pages");
    char name[101], body[300];
    memset(name, 'n', 100);
    name[100] = '\0';
    int status = 200, i;
    for (i = 0; i < 1000 && status == 200; i++) {
        snprintf(body, sizeof body, "{\"id\":\"p%d\",\"name\":\"%s\"}", i, name);
        struct answer answer = harness_request(&h, "POST", PROJECTS, body);
        status = answer.status;
        if (status != 200)
            ok(status == 503 && strstr(answer.text, "is full. The server cannot") != NULL, "%d: %s", status, answer.text);
        answer_clear(&answer);
    }
    is_int(status, 503, "when the disk is full, that is said");
    CHECK(&h, "GET", PROJECTS "?limit=1", NULL, 200, NULL);
    snprintf(body, sizeof body, PROJECTS "/p%d", i - 1);
    CHECK(&h, "GET", body, NULL, 404, NULL);
    ok(storage_write_wait(h.storage, run_sql, lift, &err) == ERR_NONE, "there is room again");
    CHECK(&h, "POST", PROJECTS, "{\"id\":\"after\",\"name\":\"A\"}", 200, NULL);
    harness_close(&h);
}

static void test_statuses(void)
{
    static const int wants[ERR_COUNT] = {200, 400, 401, 403, 404, 409, 413, 422, 500, 500, 503, 503, 500, 500};
    for (int code = 0; code < ERR_COUNT; code++)
        is_int(status_of((enum err_code)code), wants[code], err_name((enum err_code)code));
    struct api_response response;
    api_error_response(413, "Too \"large\"", &response);
    ok(response.status == 413 && response.body_len == strlen(response.body), "an error of the server's own");
    is_text(response.body, "{\"message\":\"Too \\\"large\\\"\",\"status\":413}\n", "its body");
    free(response.body);
}

// ------------------------------------------------------------------ many at once

struct crowd {
    struct harness *h;
    int number;
    int errors;
};

static void *crowd_run(void *arg)
{
    struct crowd *crowd = arg;
    for (int i = 0; i < 25; i++) {
        char body[100], target[100];
        snprintf(body, sizeof body, "{\"id\":\"c%d-%d\",\"name\":\"C\"}", crowd->number, i);
        snprintf(target, sizeof target, PROJECTS "/c%d-%d", crowd->number, i);
        struct answer made = harness_request(crowd->h, "POST", PROJECTS, body);
        struct answer again = harness_request(crowd->h, "POST", PROJECTS, body);
        struct answer read = harness_request(crowd->h, "GET", target, NULL);
        struct answer list = harness_request(crowd->h, "GET", PROJECTS "?limit=3", NULL);
        crowd->errors += made.status != 200 || again.status != 409 || read.status != 200 || list.status != 200;
        answer_clear(&made);
        answer_clear(&again);
        answer_clear(&read);
        answer_clear(&list);
    }
    return NULL;
}

static void test_crowd(void)
{
    enum { THREADS = 8 };
    struct harness h;
    harness_open(&h);
    pthread_t threads[THREADS];
    struct crowd crowds[THREADS];
    for (int i = 0; i < THREADS; i++) {
        crowds[i] = (struct crowd){.h = &h, .number = i};
        ok(pthread_create(&threads[i], NULL, crowd_run, &crowds[i]) == 0, "thread %d", i);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        is_int(crowds[i].errors, 0, "all requests were answered, each once");
    }
    CHECK(&h, "GET", PROJECTS "?limit=0", NULL, 200, "{\"count\":202}");
    harness_close(&h);
}

// Requests whose replies nobody waits for one by one, as the server sends them.
static void count_reply(void *arg, struct api_response *response)
{
    atomic_int *left = arg;
    free(response->body);
    atomic_fetch_sub(left, 1);
}

static void test_replies(void)
{
    struct harness h;
    harness_open(&h);
    atomic_int left = 200;
    for (int i = 0; i < 200; i++) {
        char body[100], header[300], query[20];
        snprintf(body, sizeof body, "{\"id\":\"r%d\",\"name\":\"R\"}", i % 50);
        snprintf(header, sizeof header, "%s", h.authorization);
        snprintf(query, sizeof query, "limit=%d", i);
        struct api_request request = {.method = i % 2 == 0 ? "POST" : "GET",
                                      .path = PROJECTS,
                                      .query = query,
                                      .authorization = header,
                                      .body = body,
                                      .body_len = strlen(body)};
        api_dispatch(h.api, &request, count_reply, &left);
        memset(body, 'x', sizeof body); // the request is ours again
        memset(header, 'x', sizeof header);
        memset(query, 'x', sizeof query);
    }
    CHECK(&h, "POST", PROJECTS, "{\"id\":\"last\",\"name\":\"L\"}", 200, NULL); // behind all the others
    is_int(atomic_load(&left), 0, "every request has its one reply");
    CHECK(&h, "GET", PROJECTS "?limit=0", NULL, 200, "{\"count\":28}"); // r0, r2, ... r48
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_order);
    TAP_RUN(test_development_experiment);
    TAP_RUN(test_routes);
    TAP_RUN(test_table);
    TAP_RUN(test_route_info);
    TAP_RUN(test_bodies);
    TAP_RUN(test_other_types);
    TAP_RUN(test_huge_number);
    TAP_RUN(test_queries);
    TAP_RUN(test_fields);
    TAP_RUN(test_skip);
    TAP_RUN(test_broken_database);
    TAP_RUN(test_full_disk);
    TAP_RUN(test_statuses);
    TAP_RUN(test_crowd);
    TAP_RUN(test_replies);
    return tap_done();
}
