// Tokens that change: rotated, renewed, made for guests, deleted; and the list of one's own.
#include <stdlib.h>

#include "tests/api/harness.h"

#define SELF "/v1/tokens/self"
#define OWN "/v1/clients/1/tokens"
#define EXPERIMENT                                                                                                            \
    "{\"name\":\"e\",\"metrics\":[{\"name\":\"m\"}],"                                                                          \
    "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}"

enum { DAY_S = 86400 };

static int64_t member_int(const struct json *object, const char *name)
{
    const struct json *v = json_member(object, name);
    return v == NULL || json_kind(v) != JSON_NUMBER ? -1 : (int64_t)json_number(v);
}

// Sends a request that answers with a token, and keeps its text. Returns when it ends: -1 for never, seconds.
static int64_t take(struct harness *h, const char *as, const char *method, const char *target, const char *body, char text[200])
{
    struct answer answer = harness_request_as(h, as, method, target, body);
    ok(answer.status == 200, "%s %s %s: %d %s", method, target, body == NULL ? "" : body, answer.status, answer.text);
    snprintf(text, 200, "%s", answer.status == 200 ? json_string(json_member(answer.json, "token")) : "none");
    int64_t expires = answer.status == 200 ? member_int(answer.json, "expires") : 0;
    answer_clear(&answer);
    return expires;
}

static bool is_whole(const char *text)
{
    return strlen(text) == 48 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 48 && strstr(text, "XXXXXXXX") == NULL;
}

// ------------------------------------------------------------------ one's own

static void test_rotate(void)
{
    struct harness h;
    char first[200], second[200], target[250];
    harness_open(&h);
    take(&h, h.token, "PUT", SELF, "{\"token\":\"rotate\"}", first);
    ok(is_whole(first) && strcmp(first, h.token) != 0, "a new text, shown whole");
    CHECK_AS(&h, h.token, "GET", SELF, NULL, 403, "{\"token_status\":\"revoked\"}");
    CHECK_AS(&h, first, "GET", SELF, NULL, 200, "{\"token_type\":\"client-api\",\"client\":\"1\",\"user\":\"1\",\"expires\":null}");
    snprintf(target, sizeof target, "/v1/tokens/%s", first);
    take(&h, first, "PUT", target, "{\"token\":\"rotate\",\"unknown\":1}", second);
    ok(is_whole(second) && strcmp(second, first) != 0, "and again, by its own text");
    CHECK_AS(&h, first, "GET", SELF, NULL, 403, NULL);
    CHECK_AS(&h, second, "GET", target, NULL, 404, NULL);

    // What was rotated away cannot come back, whoever still has it in a file or a variable.
    struct err err;
    bool active = true;
    ok(api_token_ensure(h.storage, h.token, &active, &err) == ERR_NONE && !active, "the old text stays revoked");
    harness_restart(&h, NULL);
    CHECK_AS(&h, second, "GET", SELF, NULL, 200, NULL);
    CHECK_AS(&h, first, "GET", SELF, NULL, 403, "{\"token_status\":\"revoked\"}");
    harness_close(&h);
}

static void test_wrong_change(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case cases[] = {
        {"PUT", SELF, "{\"token\":\"turn\"}", 400, "{\"message\":\"~.token\"}"},
        {"PUT", SELF, "{\"token\":1}", 400, "{\"message\":\"~.token\"}"},
        {"PUT", SELF, "{\"token\":\"rotate\",\"lasts_forever\":1}", 400, "{\"message\":\"~.lasts_forever\"}"},
        {"PUT", SELF, "{\"token\":\"rotate\",\"lasts_forever\":\"true\"}", 400, "{\"message\":\"~.lasts_forever\"}"},
        {"PUT", SELF, "{\"token\":\"rotate\",\"lasts_forever\":false}", 400, "{\"message\":\"~.lasts_forever\"}"},
        {"PUT", SELF, "{\"token\":\"rotate\",\"expires\":\"never\"}", 400, "{\"message\":\"~.expires\"}"},
        {"PUT", SELF, "{\"token\":\"rotate\",\"expires\":5}", 400, "{\"message\":\"~.expires\"}"},
        {"PUT", SELF, "{\"token\":\"rotate\",\"expires\":\"renew\"}", 403, "{\"message\":\"~cannot be renewed\"}"},
        {"PUT", "/v1/tokens/unknown", "{}", 404, "{\"message\":\"This token does not exist\"}"},
        {"PUT", "/v1/tokens/unknown", "{\"token\":\"turn\"}", 404, "{\"message\":\"This token does not exist\"}"},
        {"PUT", "/v1/tokens/unknown", "{\"token\":\"rotate\"}", 404, NULL},
        {"PUT", "/v1/tokens/unknown", "{\"lasts_forever\":true}", 404, NULL},
        {"PUT", "/v1/tokens/unknown", "{\"expires\":\"renew\"}", 404, NULL},
        {"DELETE", "/v1/tokens/unknown", NULL, 404, NULL},
        {"DELETE", SELF, NULL, 403, "{\"message\":\"~lasts forever\"}"},
    };
    CHECK_CASES(&h, cases, true);
    static const struct request_case empty[] = {
        {"PUT", SELF, NULL, 200, "{\"token_type\":\"client-api\"}"},
        {"PUT", SELF, "{\"token\":null,\"lasts_forever\":null,\"expires\":null}", 200, "{\"expires\":null}"},
        {"PUT", SELF, "{\"lasts_forever\":true}", 200, "{\"expires\":null,\"lease_length\":null}"},
    };
    CHECK_CASES(&h, empty, false);
    CHECK(&h, "GET", SELF, NULL, 200, NULL); // the same token as before all this
    harness_close(&h);
}

static void test_lease(void)
{
    struct harness h;
    struct err err;
    char user[API_TOKEN_MAX + 1], short_lived[API_TOKEN_MAX + 1], text[200];
    harness_open(&h);
    ok(api_token_create(h.storage, &(struct api_token_options){.kind = API_TOKEN_USER}, user, &err) == ERR_NONE, "a user's token");
    struct api_token_options options = {.days = 2};
    ok(api_token_create(h.storage, &options, short_lived, &err) == ERR_NONE, "one for two days");
    CHECK_AS(&h, user, "GET", SELF, NULL, 200, "{\"token_type\":\"user\",\"lease_length\":604800}");
    CHECK_AS(&h, short_lived, "GET", SELF, NULL, 200, "{\"token_type\":\"client-api\",\"lease_length\":172800}");

    harness_run_sql(&h, "UPDATE token SET expires = expires - 86400000 WHERE kind = 3");
    int64_t before = take(&h, user, "GET", SELF, NULL, text);
    int64_t after = take(&h, user, "PUT", SELF, "{\"expires\":\"renew\"}", text);
    ok(after >= before + DAY_S && after <= before + DAY_S + 60, "renewed for a whole lease from now");
    is_text(text, user, "it is still the same");
    ok(take(&h, user, "PUT", SELF, "{\"expires\":\"renew\"}", text) >= after, "renewing is never a loss");
    CHECK_AS(&h, user, "PUT", SELF, "{\"lasts_forever\":true}", 200, "{\"expires\":null,\"lease_length\":null}");
    CHECK_AS(&h, user, "PUT", SELF, "{\"expires\":\"renew\"}", 400, "{\"message\":\"This token lasts forever: there is nothing to renew\"}");
    CHECK_AS(&h, user, "DELETE", SELF, NULL, 403, NULL);
    CHECK_AS(&h, user, "PUT", SELF, "{\"lasts_forever\":false,\"expires\":\"renew\"}", 200, "{\"lease_length\":604800}");
    CHECK_AS(&h, user, "PUT", SELF, "{\"token\":\"rotate\",\"lasts_forever\":false}", 200, "{\"lease_length\":604800}");
    CHECK_AS(&h, user, "GET", SELF, NULL, 403, "{\"token_status\":\"revoked\"}");

    harness_run_sql(&h, "UPDATE token SET expires = 1000 WHERE lease = 172800000");
    CHECK_AS(&h, short_lived, "PUT", SELF, "{\"expires\":\"renew\"}", 403, "{\"token_status\":\"expired\"}");
    harness_run_sql(&h, "UPDATE token SET expires = 253402300799000 WHERE lease = 172800000");
    CHECK_AS(&h, short_lived, "DELETE", SELF, NULL, 200, NULL);
    CHECK_AS(&h, short_lived, "GET", SELF, NULL, 403, "{\"token_status\":\"revoked\"}");
    harness_close(&h);
}

// ------------------------------------------------------------------ guests

static void test_guest(void)
{
    struct harness h;
    char guest[200], other[200], named[250], text[200];
    harness_open(&h);
    harness_make(&h, "POST", "/v1/experiments", EXPERIMENT);
    harness_make(&h, "POST", "/v1/experiments", EXPERIMENT);
    int64_t expires = take(&h, h.token, "POST", "/v1/experiments/1/tokens", NULL, guest);
    ok(is_whole(guest), "shown whole");
    snprintf(named, sizeof named, "/v1/tokens/%s", guest);
    CHECK_AS(&h, guest, "GET", SELF, NULL, 200,
             "{\"token_type\":\"guest\",\"permissions\":\"read\",\"development\":false,\"all_experiments\":false,\"user\":null,"
             "\"client\":\"1\",\"organization\":\"1\",\"experiment\":\"1\",\"training_run\":null,\"scope\":\"shared_experiment\","
             "\"lease_length\":2592000}");
    struct answer self = harness_request(&h, "GET", named, NULL);
    is_int(json_size(self.json), 14, "14 members");
    ok(member_int(self.json, "expires") == expires, "when it ends");
    ok(strncmp(json_string(json_member(self.json, "token")), guest, 4) == 0 &&
           strstr(json_string(json_member(self.json, "token")) + 4, "XXXXXXXX") != NULL,
       "its maker is shown no more than the first letters");
    answer_clear(&self);

    static const struct request_case wrong[] = {
        {"POST", "/v1/experiments/1/tokens", "{\"lasts_forever\":true}", 400, "{\"message\":\"~Unknown json keys\"}"},
        {"POST", "/v1/experiments/9/tokens", NULL, 404, "{\"message\":\"experiment 9 does not exist\"}"},
        {"GET", "/v1/experiments/1/tokens", NULL, 405, NULL},
    };
    CHECK_CASES(&h, wrong, true);
    take(&h, h.token, "POST", "/v1/experiments/2/tokens", "{}", other);
    int64_t before = harness_version(&h);
    CHECK_AS(&h, guest, "GET", "/v1/experiments/1", NULL, 200, "{\"id\":\"1\"}");
    CHECK_AS(&h, guest, "GET", "/v1/experiments/2", NULL, 404, NULL);
    CHECK_AS(&h, other, "GET", "/v1/experiments/1", NULL, 404, NULL);
    CHECK_AS(&h, other, "GET", named, NULL, 404, NULL);
    CHECK_AS(&h, guest, "PUT", SELF, "{}", 403, NULL);
    CHECK_AS(&h, guest, "PUT", SELF, "{\"lasts_forever\":true}", 403, NULL);
    CHECK_AS(&h, guest, "PUT", SELF, "{\"token\":\"rotate\"}", 403, NULL);
    CHECK_AS(&h, guest, "DELETE", SELF, NULL, 403, NULL);
    ok(harness_version(&h) == before, "nothing is stored");

    harness_restart(&h, NULL);
    CHECK_AS(&h, guest, "GET", "/v1/experiments/1", NULL, 200, "{\"id\":\"1\"}");
    ok(take(&h, h.token, "PUT", named, "{\"lasts_forever\":true}", text) == -1, "without an end");
    CHECK_AS(&h, guest, "GET", SELF, NULL, 200, "{\"expires\":null,\"lease_length\":null}");
    ok(take(&h, h.token, "PUT", named, "{\"lasts_forever\":false}", text) >= expires, "with one again");
    CHECK(&h, "PUT", named, "{\"expires\":\"renew\"}", 403, "{\"message\":\"~cannot be renewed\"}");
    CHECK(&h, "DELETE", named, NULL, 200, "{}");
    CHECK(&h, "GET", named, NULL, 404, NULL);
    CHECK_AS(&h, guest, "GET", "/v1/experiments/1", NULL, 403, "{\"token_status\":\"revoked\"}");
    CHECK_AS(&h, other, "GET", "/v1/experiments/2", NULL, 200, NULL);
    harness_run_sql(&h, "UPDATE token SET expires = 1000 WHERE experiment_id = 2");
    CHECK_AS(&h, other, "GET", "/v1/experiments/2", NULL, 403, "{\"token_status\":\"expired\"}");
    harness_close(&h);
}

// A guest does not stay longer than the one who has let it in; a guest shown a development experiment sees it.
static void test_guests_of_users(void)
{
    struct harness h;
    struct err err;
    char user[API_TOKEN_MAX + 1], dev[API_TOKEN_MAX + 1], guest[200], text[200];
    harness_open(&h);
    api_token_create(h.storage, &(struct api_token_options){.kind = API_TOKEN_USER}, user, &err);
    api_token_create(h.storage, &(struct api_token_options){.kind = API_TOKEN_DEVELOPMENT}, dev, &err);
    CHECK_AS(&h, dev, "POST", "/v1/experiments", EXPERIMENT, 200, "{\"id\":\"1\",\"development\":true}");
    CHECK_AS(&h, dev, "POST", "/v1/experiments/1/tokens", NULL, 403, "{\"message\":\"~Development tokens\"}");
    CHECK_AS(&h, h.token, "POST", "/v1/experiments/1/tokens", NULL, 403, "{\"token_status\":\"invalid_permissions\"}");
    int64_t end = take(&h, user, "GET", SELF, NULL, text);
    ok(take(&h, user, "POST", "/v1/experiments/1/tokens", NULL, guest) == end, "it ends with the user's token");
    CHECK_AS(&h, guest, "GET", SELF, NULL, 200, "{\"development\":false,\"client\":\"1\",\"lease_length\":2592000}");
    CHECK_AS(&h, guest, "GET", "/v1/experiments/1", NULL, 200, "{\"development\":true}");
    CHECK_AS(&h, guest, "POST", "/v1/experiments/1/suggestions", NULL, 403, NULL);
    harness_close(&h);
}

// ------------------------------------------------------------------ list

static void test_own(void)
{
    struct harness h;
    char guest[200], dev[200] = "";
    harness_open(&h);
    harness_make(&h, "POST", "/v1/experiments", EXPERIMENT);
    struct answer answer = harness_request(&h, "GET", OWN, NULL);
    ok(answer.status == 200 && member_int(answer.json, "count") == 2, "two: %s", answer.text);
    const struct json *first = json_first(json_member(answer.json, "data")), *second = first == NULL ? NULL : json_next(first);
    if (second != NULL)
        snprintf(dev, sizeof dev, "%s", json_string(json_member(second, "token")));
    ok(is_whole(dev), "the development token was made and is shown whole");
    answer_clear(&answer);
    CHECK_AS(&h, dev, "GET", SELF, NULL, 200,
             "{\"token_type\":\"client-dev\",\"development\":true,\"client\":\"1\",\"user\":\"1\",\"expires\":null}");

    take(&h, h.token, "POST", "/v1/experiments/1/tokens", NULL, guest);
    int64_t before = harness_version(&h);
    char want[600];
    snprintf(want, sizeof want,
             "{\"object\":\"pagination\",\"count\":3,\"paging\":{\"before\":null,\"after\":null},\"data\":["
             "{\"token_type\":\"guest\",\"token\":\"~%.4sXXXX\",\"experiment\":\"1\"},"
             "{\"token_type\":\"client-api\",\"token\":\"~%.4sXXXX\"},{\"token_type\":\"client-dev\",\"token\":\"~%.4sXXXX\"}]}",
             guest, h.token, dev);
    CHECK(&h, "GET", OWN, NULL, 200, want);
    ok(harness_version(&h) == before, "the second time nothing is made");
    harness_run_sql(&h, "UPDATE token SET expires = 1000 WHERE experiment_id = 1");
    CHECK(&h, "GET", OWN, NULL, 200, "{\"count\":2}");

    // A user who has no tokens in the team yet gets both.
    harness_run_sql(&h, "INSERT INTO user_account (id, organization_id, name, created) VALUES (2, 1, 'Second', 1)");
    harness_plant_token(&h, "second", &(struct token_record){.kind = TOKEN_USER, .user_id = 2});
    CHECK_AS(&h, "second", "GET", OWN, NULL, 200,
             "{\"count\":2,\"data\":[{\"token_type\":\"client-api\",\"user\":\"2\"},{\"token_type\":\"client-dev\",\"user\":\"2\"}]}");
    CHECK_AS(&h, "second", "GET", "/v1/clients/9/tokens", NULL, 404, NULL);
    CHECK(&h, "GET", OWN, NULL, 200, "{\"count\":2}");
    harness_close(&h);
}

// ------------------------------------------------------------------ development

// Random suggestions only, whatever has been observed; all the rest works as in production.
static void test_development(void)
{
    struct harness h;
    struct err err;
    char dev[API_TOKEN_MAX + 1];
    harness_open(&h);
    api_token_create(h.storage, &(struct api_token_options){.kind = API_TOKEN_DEVELOPMENT}, dev, &err);
    CHECK_AS(&h, dev, "POST", "/v1/experiments",
             "{\"name\":\"d\",\"observation_budget\":30,\"metrics\":[{\"objective\":\"maximize\"}],"
             "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}",
             200, "{\"development\":true,\"id\":\"1\"}");
    for (int i = 1; i <= 12; i++) {
        char body[100];
        CHECK_AS(&h, dev, "POST", "/v1/experiments/1/suggestions", NULL, 200, "{\"fairway\":{\"source\":\"random\"}}");
        snprintf(body, sizeof body, "{\"suggestion\":\"%d\",\"values\":[{\"value\":%d}]}", i, i);
        CHECK_AS(&h, dev, "POST", "/v1/experiments/1/observations", body, 200, NULL);
    }
    CHECK_AS(&h, dev, "GET", "/v1/experiments/1", NULL, 200, "{\"development\":true,\"progress\":{\"observation_count\":12}}");
    CHECK_AS(&h, dev, "GET", "/v1/experiments", NULL, 200, "{\"count\":1}");
    CHECK(&h, "GET", "/v1/experiments", NULL, 200, "{\"count\":0}");
    CHECK(&h, "GET", "/v1/experiments/1", NULL, 403, NULL);
    CHECK_AS(&h, dev, "DELETE", "/v1/experiments/1", NULL, 200, "{}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_rotate);
    TAP_RUN(test_wrong_change);
    TAP_RUN(test_lease);
    TAP_RUN(test_guest);
    TAP_RUN(test_guests_of_users);
    TAP_RUN(test_own);
    TAP_RUN(test_development);
    return tap_done();
}
