// Teams, sessions and the organization.
#include <stdlib.h>

#include "tests/api/harness.h"

#define TEAM "/v1/clients/1"
#define SESSION "/v1/sessions"
#define VISIBLE "\"allow_users_to_see_experiments_by_others\""
#define TEXT_99                                                                                                               \
    "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789"

// ------------------------------------------------------------------ team

static void test_detail(void)
{
    struct harness h;
    harness_open(&h);
    struct answer answer = harness_request(&h, "GET", TEAM, NULL);
    ok(answer_has_keys(answer.json, "object id organization name created client_security"), "its members: %s", answer.text);
    answer_clear(&answer);
    static const struct request_case cases[] = {
        {"GET", "/v1/clients/1", NULL, 200,
         "{\"object\":\"client\",\"id\":\"1\",\"organization\":\"1\",\"name\":\"<any>\",\"created\":\"<any>\","
         "\"client_security\":{\"allow_users_to_see_experiments_by_others\":true},\"deleted\":\"<absent>\"}"},
        {"GET", "/v1/clients/01", NULL, 200, "{\"id\":\"1\"}"},
        {"GET", "/v1/clients/0", NULL, 404, "{\"message\":\"client 0 does not exist\",\"status\":404}"},
        {"GET", "/v1/clients/2", NULL, 404, "{\"message\":\"client 2 does not exist\",\"status\":404}"},
        {"GET", "/v1/clients/99999999999999999999", NULL, 404, "{\"status\":404}"},
        {"GET", "/v1/clients/one", NULL, 404, "{\"message\":\"~/v1/clients/one was not found\"}"},
        {"GET", "/v1/clients/-1", NULL, 404, NULL},
        {"GET", "/v1/clients/+1", NULL, 404, NULL},
        {"GET", "/v1/clients/", NULL, 404, NULL},
        {"GET", "/v1/clients/1/", NULL, 404, NULL},
        {"GET", "/v1/clients/1?fields=nonsense", NULL, 200, "{\"object\":\"client\",\"name\":\"<any>\"}"}, // not honoured here
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

static void test_change(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case wrong[] = {
        {"PUT", TEAM, "{\"name\":\"\"}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", TEAM, "{\"name\":\"  \"}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", TEAM, "{\"name\":null}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", TEAM, "{\"name\":7}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", TEAM, "{\"name\":\"a\\u0007b\"}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", TEAM, "{\"name\":\"" TEXT_99 "x\"}", 400, "{\"message\":\"~at most 99\"}"},
        {"PUT", TEAM, "{\"name\":\"good\",\"created\":1}", 400, "{\"message\":\"~created\"}"},
        {"PUT", TEAM, "{\"name\":\"good\",\"client_security\":true}", 400, "{\"message\":\"~.client_security\"}"},
        {"PUT", TEAM, "{\"name\":\"good\",\"client_security\":[]}", 400, "{\"message\":\"~.client_security\"}"},
        {"PUT", TEAM, "{\"name\":\"good\",\"client_security\":{\"x\":true}}", 400, "{\"message\":\"~x\"}"},
        {"PUT", TEAM, "{\"name\":\"good\",\"client_security\":{" VISIBLE ":1}}", 400, "{\"message\":\"~.client_security.allow\"}"},
        {"PUT", "/v1/clients/2", "{\"name\":\"good\"}", 404, "{\"message\":\"client 2 does not exist\"}"},
    };
    CHECK_CASES(&h, wrong, true);
    static const struct request_case right[] = {
        {"PUT", TEAM, "{\"name\":\"" TEXT_99 "\"}", 200, "{\"name\":\"" TEXT_99 "\",\"client_security\":{" VISIBLE ":true}}"},
        {"PUT", TEAM, "{\"client_security\":{" VISIBLE ":false}}", 200, "{\"client_security\":{" VISIBLE ":false}}"},
        {"PUT", TEAM, "{\"name\":\"Boat people\",\"client_security\":{}}", 200,
         "{\"name\":\"Boat people\",\"client_security\":{" VISIBLE ":false}}"},
        {"PUT", TEAM, "{}", 200, "{\"name\":\"Boat people\",\"client_security\":{" VISIBLE ":false}}"},
        {"GET", TEAM, NULL, 200, "{\"name\":\"Boat people\",\"client_security\":{" VISIBLE ":false}}"},
        {"PUT", TEAM, "{\"client_security\":{" VISIBLE ":true}}", 200, "{\"client_security\":{" VISIBLE ":true}}"},
        {"PUT", TEAM, "{\"client_security\":null}", 200, "{\"client_security\":{" VISIBLE ":true}}"},
    };
    CHECK_CASES(&h, right, false);
    harness_restart(&h, NULL);
    CHECK(&h, "GET", TEAM, NULL, 200, "{\"name\":\"Boat people\",\"client_security\":{" VISIBLE ":true}}");
    harness_close(&h);
}

// ------------------------------------------------------------------ session

static void test_session(void)
{
    struct harness h;
    char want[500];
    harness_open(&h);
    snprintf(want, sizeof want,
             "{\"object\":\"session\",\"api_token\":{\"object\":\"token\",\"token\":\"%s\"},\"client\":{\"object\":\"client\","
             "\"id\":\"1\"},\"user\":{\"object\":\"user\",\"id\":\"1\"},\"code\":null,\"needs_password_reset\":false}",
             h.token);
    CHECK(&h, "GET", SESSION, NULL, 200, want);
    CHECK(&h, "GET", SESSION "?email=somebody&preferred_client_id=7", NULL, 200, want);
    CHECK(&h, "GET", SESSION "?preferred_client_id=x", NULL, 400, "{\"message\":\"~preferred_client_id\"}");
    struct answer answer = harness_request(&h, "GET", SESSION, NULL);
    ok(answer_has_keys(answer.json, "object api_token client user code needs_password_reset"), "members of a session");
    ok(answer_has_keys(json_member(answer.json, "user"), "object id name email created deleted has_verified_email show_welcome "
                                                         "planned_usage"),
       "members of a user: %s", answer.text);
    answer_clear(&answer);

    harness_run_sql(&h, "INSERT INTO client (id, organization_id, name, created) VALUES (5, 1, 'Second', 1)");
    harness_run_sql(&h, "INSERT INTO organization (id, name, created) VALUES (2, 'Others', 1)");
    harness_run_sql(&h, "INSERT INTO client (id, organization_id, name, created) VALUES (6, 2, 'Theirs', 1)");
    harness_plant_token(&h, "user", &(struct token_record){.kind = TOKEN_USER, .user_id = 1});
    harness_plant_token(&h, "nobody's", &(struct token_record){.kind = TOKEN_CLIENT, .client_id = 5});
    static const struct {
        const char *token, *query, *want;
    } cases[] = {
        {"user", "", "{\"client\":{\"id\":\"1\"},\"user\":{\"id\":\"1\"},\"api_token\":{\"client\":null,\"token\":\"user\"}}"},
        {"user", "?preferred_client_id=5", "{\"client\":{\"id\":\"5\"}}"},
        {"user", "?preferred_client_id=6", "{\"client\":{\"id\":\"1\"}}"},
        {"user", "?preferred_client_id=77", "{\"client\":{\"id\":\"1\"}}"},
        {"user", "?preferred_client_id=-1", "{\"client\":{\"id\":\"1\"}}"},
        {"nobody's", "?preferred_client_id=1", "{\"client\":{\"id\":\"5\"},\"user\":null}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char target[100];
        snprintf(target, sizeof target, SESSION "%s", cases[i].query);
        CHECK_AS(&h, cases[i].token, "GET", target, NULL, 200, cases[i].want);
    }
    CHECK_AS(&h, "user", "GET", "/v1/clients/5", NULL, 200, "{\"name\":\"Second\"}");
    CHECK_AS(&h, "user", "PUT", "/v1/clients/5", "{\"name\":\"Third\"}", 200, "{\"id\":\"5\",\"name\":\"Third\"}");
    CHECK_AS(&h, "user", "PUT", "/v1/clients/6", "{\"name\":\"Third\"}", 404, NULL);
    harness_close(&h);
}

// ------------------------------------------------------------------ organization

static void test_organization(void)
{
    struct harness h;
    harness_open(&h);
    struct answer answer = harness_request(&h, "GET", "/v1/organizations/1", NULL);
    ok(answer_has_keys(answer.json, "object id name created academic email_domains client_for_email_signup "
                                    "allow_signup_from_email_domains optimized_runs_in_billing_cycle data_storage_bytes "
                                    "total_runs_in_billing_cycle"),
       "its members: %s", answer.text);
    answer_clear(&answer);
    CHECK(&h, "GET", "/v1/organizations/1", NULL, 200,
          "{\"object\":\"organization\",\"id\":\"1\",\"name\":\"Default organization\",\"email_domains\":[]}");
    CHECK(&h, "GET", "/v1/organizations/2", NULL, 404, "{\"message\":\"organization 2 does not exist\"}");
    CHECK(&h, "GET", "/v1/organizations/x", NULL, 404, "{\"message\":\"~was not found\"}");
    CHECK(&h, "GET", "/v1/organizations/99999999999999999999", NULL, 404, NULL);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_detail);
    TAP_RUN(test_change);
    TAP_RUN(test_session);
    TAP_RUN(test_organization);
    return tap_done();
}
