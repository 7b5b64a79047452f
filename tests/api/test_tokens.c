// Tokens: what a request may carry, what a token shows, and what the command line does.
#include <stdlib.h>

#include "tests/api/harness.h"

#define SELF "/v1/tokens/self"

static struct api_request get(const char *path, const char *authorization)
{
    return (struct api_request){.method = "GET", .path = path, .authorization = authorization};
}

// ------------------------------------------------------------------ the Authorization header

static void test_header(void)
{
    struct harness h;
    harness_open(&h);
    char header[600], bearer[256];
    snprintf(bearer, sizeof bearer, "Bearer %s", h.token);
    struct api_request request = get(SELF, h.authorization);
    CHECK_SEND(&h, &request, 200, "{\"token_type\":\"client-api\"}");
    request = get(SELF, bearer);
    CHECK_SEND(&h, &request, 200, "{\"token_type\":\"client-api\"}");
    snprintf(header, sizeof header, "bAsIc   %.500s  ", h.authorization + 6);
    request = get(SELF, header);
    CHECK_SEND(&h, &request, 200, NULL);
    snprintf(header, sizeof header, "%.*s", (int)strcspn(h.authorization, "="), h.authorization);
    request = get(SELF, header);
    CHECK_SEND(&h, &request, 200, NULL); // without padding

    request = get(SELF, NULL);
    CHECK_SEND(&h, &request, 401, "{\"message\":\"~No API token was provided\",\"status\":401,\"token_status\":\"<absent>\"}");
    static const char *const unreadable[] = {
        "",
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic QUJD",             // ABC, without a colon
        "Basic OnBhc3N3b3Jk",     // :password
        "Basic QQBCOg==",         // A NUL B colon
        "Basic AAo6",             // NUL
        "Basic /zo=",             // not UTF-8
        "Basic QUJD OkFC",        // a space in it
        "Bearer",
        "Bearer ",
        "Bearer \xff",
        "Digest QUJDOg==",
        "QUJDOg==",
        "Basic\tQUJDOg==",
    };
    for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
        request = get(SELF, unreadable[i]);
        CHECK_SEND(&h, &request, 400, "{\"message\":\"The API token could not be parsed: send it as the user name of HTTP Basic authentication\",\"status\":400,\"token_status\":\"<absent>\"}");
    }
    harness_basic("nobody", header, sizeof header);
    request = get(SELF, header);
    CHECK_SEND(&h, &request, 403, "{\"status\":403,\"token_status\":\"revoked\"}");
    request = get("/v1/tokens/other", header);
    CHECK_SEND(&h, &request, 403, "{\"token_status\":\"revoked\"}");
    request = get(SELF, "Basic QUJDOnBhc3N3b3Jk"); // ABC:password
    CHECK_SEND(&h, &request, 403, "{\"token_status\":\"revoked\"}");
    harness_close(&h);
}

static void test_password_is_ignored(void)
{
    struct harness h;
    struct err err;
    bool active;
    harness_open(&h);
    ok(api_token_ensure(h.storage, "0123456789abcdef", &active, &err) == ERR_NONE && active, "a token of 16 characters");
    struct api_request request = get(SELF, "Basic MDEyMzQ1Njc4OWFiY2RlZjpwOnEAAf8="); // 0123456789abcdef:p:q NUL and so on
    CHECK_SEND(&h, &request, 200, "{\"token\":\"0123456789abcdef\"}");
    harness_close(&h);
}

// ------------------------------------------------------------------ kinds and states

static void test_states(void)
{
    static const struct {
        const char *text;
        struct token_record token;
        int status;
        const char *want;
    } cases[] = {
        {"revoked", {.kind = TOKEN_CLIENT, .client_id = 1, .user_id = 1, .revoked = true}, 403, "{\"token_status\":\"revoked\"}"},
        {"expired", {.kind = TOKEN_CLIENT, .client_id = 1, .user_id = 1, .expires = 1000}, 403,
         "{\"token_status\":\"expired\",\"message\":\"~expired\"}"},
        {"both", {.kind = TOKEN_CLIENT, .client_id = 1, .user_id = 1, .expires = 1000, .revoked = true}, 403,
         "{\"token_status\":\"revoked\"}"},
        {"lasting", {.kind = TOKEN_CLIENT, .client_id = 1, .user_id = 1, .expires = 253402300799000, .lease = 86400000}, 200,
         "{\"token\":\"lasting\",\"expires\":253402300799,\"lease_length\":86400}"},
        {"develop", {.kind = TOKEN_CLIENT_DEVELOPMENT, .client_id = 1, .user_id = 1}, 200,
         "{\"token_type\":\"client-dev\",\"development\":true,\"all_experiments\":true,\"permissions\":\"write\"}"},
        {"guest", {.kind = TOKEN_GUEST, .client_id = 1, .creator_id = 1}, 200,
         "{\"token_type\":\"guest\",\"client\":\"1\",\"user\":null,\"scope\":\"shared_experiment\",\"permissions\":\"read\","
         "\"all_experiments\":false,\"training_run\":null}"},
        {"user", {.kind = TOKEN_USER, .user_id = 1}, 200,
         "{\"token_type\":\"user\",\"client\":null,\"organization\":\"1\",\"user\":\"1\",\"scope\":\"all_endpoints\"}"},
        {"nobody's", {.kind = TOKEN_CLIENT, .client_id = 1}, 200,
         "{\"token_type\":\"client-api\",\"client\":\"1\",\"user\":null}"},
    };
    struct harness h;
    harness_open(&h);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness_plant_token(&h, cases[i].text, &cases[i].token);
        CHECK_AS(&h, cases[i].text, "GET", SELF, NULL, cases[i].status, cases[i].want);
    }
    static const struct request_case named[] = {
        {"GET", "/v1/tokens/lasting", NULL, 200, "{\"token\":\"prefXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX\"}"},
        {"GET", "/v1/tokens/l%61sting", NULL, 200, "{\"expires\":253402300799}"},
        {"GET", "/v1/tokens/develop", NULL, 200, "{\"token_type\":\"client-dev\"}"},
        {"GET", "/v1/tokens/guest", NULL, 200, "{\"token_type\":\"guest\"}"},
        {"GET", "/v1/tokens/user", NULL, 404, NULL},
        {"GET", "/v1/tokens/revoked", NULL, 404, NULL},
        {"GET", "/v1/tokens/expired", NULL, 404, NULL},
        {"GET", "/v1/tokens/nobody's", NULL, 404, NULL},
        {"GET", "/v1/tokens/unknown", NULL, 404, "{\"message\":\"This token does not exist\"}"},
        {"GET", "/v1/tokens/", NULL, 404, NULL},
        {"POST", SELF, NULL, 405, "{\"message\":\"~GET, PUT, DELETE, OPTIONS\"}"},
    };
    CHECK_CASES(&h, named, true);
    CHECK_AS(&h, "user", "GET", "/v1/tokens/lasting", NULL, 200, NULL); // a user has the tokens of all teams
    CHECK_AS(&h, "user", "GET", "/v1/tokens/guest", NULL, 200, NULL);
    CHECK_AS(&h, "nobody's", "GET", "/v1/tokens/lasting", NULL, 404, NULL);
    CHECK_AS(&h, "nobody's", "GET", "/v1/tokens/guest", NULL, 404, NULL);
    CHECK_AS(&h, "guest", "GET", "/v1/tokens/guest", NULL, 200, "{\"token\":\"guest\"}");
    CHECK_AS(&h, "guest", "GET", "/v1/tokens/nobody's", NULL, 404, "{\"message\":\"This token does not exist\"}");
    CHECK_AS(&h, "guest", "GET", "/v1/tokens/lasting", NULL, 404, NULL);
    harness_close(&h);
}

static void test_detail(void)
{
    struct harness h;
    char target[200], want[800];
    harness_open(&h);
    is_int(strlen(h.token), 48, "a token has 48 letters");
    is_int(strspn(h.token, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 48, "from A to Z");
    snprintf(want, sizeof want,
             "{\"object\":\"token\",\"token\":\"%s\",\"token_type\":\"client-api\",\"client\":\"1\","
             "\"organization\":\"1\",\"user\":\"1\","
             "\"development\":false,\"all_experiments\":true,\"experiment\":null,\"training_run\":null,"
             "\"permissions\":\"write\",\"scope\":\"all_endpoints\",\"expires\":null,\"lease_length\":null}",
             h.token);
    CHECK(&h, "GET", SELF, NULL, 200, want);
    CHECK(&h, "GET", SELF "?fields=token", NULL, 200, want); // not honoured for tokens
    snprintf(target, sizeof target, "/v1/tokens/%s", h.token);
    CHECK(&h, "GET", target, NULL, 200, want);
    struct answer answer = harness_request(&h, "GET", SELF, NULL);
    is_int(json_size(answer.json), 14, "a token has 14 members");
    answer_clear(&answer);
    harness_close(&h);
}

// ------------------------------------------------------------------ the command line

static void test_ensure(void)
{
    struct harness h;
    struct err err;
    bool active = false;
    harness_open(&h);
    static const char *const wrong[] = {
        "", "fifteen-letters", "with a space in it", "with:colon-in-the-middle", "caf\xc3\xa9-caf\xc3\xa9-caf\xc3\xa9-x", NULL,
    };
    for (size_t i = 0; wrong[i] != NULL; i++)
        ok(api_token_ensure(h.storage, wrong[i], &active, &err) == ERR_INVALID && !active && strcmp(err.field, "token") == 0 &&
               strstr(err.text, " characters out of A-Z, a-z, 0-9, _ and -") != NULL,
           "refused: \"%s\"", wrong[i]);
    char longest[API_TOKEN_MAX + 2];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ok(api_token_ensure(h.storage, longest, &active, &err) == ERR_INVALID, "129 characters are too many");
    longest[API_TOKEN_MAX] = '\0';
    ok(api_token_ensure(h.storage, longest, &active, &err) == ERR_NONE && active, "128 are not");

    char header[400];
    ok(api_token_ensure(h.storage, "my_own-token_16_", &active, &err) == ERR_NONE && active, "a new token");
    int64_t version = harness_version(&h);
    ok(api_token_ensure(h.storage, "my_own-token_16_", &active, &err) == ERR_NONE && active, "a known one");
    ok(harness_version(&h) == version, "is not stored again");
    harness_basic("my_own-token_16_", header, sizeof header);
    struct api_request request = get(SELF, header);
    CHECK_SEND(&h, &request, 200, "{\"token\":\"my_own-token_16_\"}");
    ok(api_token_revoke(h.storage, "my_own-token_16_", &err) == ERR_NONE, "revoked by its text");
    CHECK_SEND(&h, &request, 403, "{\"token_status\":\"revoked\"}");
    ok(api_token_ensure(h.storage, "my_own-token_16_", &active, &err) == ERR_NONE && !active, "it stays revoked");
    CHECK_SEND(&h, &request, 403, "{\"token_status\":\"revoked\"}");
    harness_close(&h);
}

static void test_list_and_revoke(void)
{
    struct harness h;
    struct err err;
    struct api_token_info *list;
    char second[API_TOKEN_MAX + 1];
    size_t n;
    harness_open(&h);
    ok(api_token_create(h.storage, NULL, second, &err) == ERR_NONE && strcmp(second, h.token) != 0, "another token");
    ok(api_token_list(h.storage, &list, &n, &err) == ERR_NONE && n == 2, "two tokens");
    if (n == 2) {
        ok(strncmp(list[0].prefix, h.token, 4) == 0 && strlen(list[0].prefix) == 4, "a prefix has four letters");
        ok(strncmp(list[1].prefix, second, 4) == 0 && list[1].id > list[0].id, "in the order of ids");
        ok(!list[0].revoked && list[0].created > 1600000000000, "when it was made, and that it works");
    }
    free(list);
    static const char *const unknown[] = {"99", "0", "-1", "", "x", "99999999999999999999", "ABCDEFGHIJKLMNOPQRSTUVWX", NULL};
    for (size_t i = 0; unknown[i] != NULL; i++)
        ok(api_token_revoke(h.storage, unknown[i], &err) == ERR_NOT_FOUND, "no token \"%s\"", unknown[i]);
    CHECK(&h, "GET", SELF, NULL, 200, NULL);
    ok(api_token_revoke(h.storage, "1", &err) == ERR_NONE, "revoked by its id");
    ok(api_token_revoke(h.storage, "1", &err) == ERR_NONE, "twice is fine");
    CHECK(&h, "GET", SELF, NULL, 403, "{\"token_status\":\"revoked\"}");
    ok(api_token_list(h.storage, &list, &n, &err) == ERR_NONE && n == 2, "two tokens as before");
    ok(list[0].revoked && !list[1].revoked, "one of them is shown as revoked");
    free(list);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_header);
    TAP_RUN(test_password_is_ignored);
    TAP_RUN(test_states);
    TAP_RUN(test_detail);
    TAP_RUN(test_ensure);
    TAP_RUN(test_list_and_revoke);
    return tap_done();
}
