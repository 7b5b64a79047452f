// Metric importances: when there are any, and what they say; the reset of hyperparameters.
#include <math.h>

#include "base/buffer.h"
#include "tests/api/harness.h"

#define ONE "/v1/experiments/1"
#define IMPORTANCES ONE "/metric_importances"
#define OBSERVATIONS ONE "/observations"
#define RESET ONE "/hyperparameters"
#define DOUBLE(name) "{\"name\":\"" name "\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}"
#define A_B_G "\"parameters\":[" DOUBLE("a") "," DOUBLE("b") "," DOUBLE("g") "]"
#define METRICS "\"metrics\":[{\"name\":\"sum\"},{\"name\":\"part\",\"strategy\":\"store\"}]"

static void make(struct harness *h, const char *members)
{
    char body[600];
    harness_open(h);
    snprintf(body, sizeof body, "{\"name\":\"e\",%s}", members);
    harness_make(h, "POST", "/v1/experiments", body);
}

// Observations from..to-1 of a + b and of b; those with a > limit fail.
static void observe(struct harness *h, int from, int to, double limit)
{
    struct buffer body = {0};
    buffer_puts(&body, "{\"observations\":[");
    for (int i = from; i < to; i++) {
        double a = fmod(i * 0.7548776662466927, 1), b = fmod(i * 0.5698402909980532, 1), g = fmod(i * 0.3819660112501051, 1);
        buffer_printf(&body, "%s{\"assignments\":{\"a\":%.9g,\"b\":%.9g,\"g\":%.9g},", i == from ? "" : ",", a, b, g);
        if (a > limit)
            buffer_puts(&body, "\"failed\":true}");
        else
            buffer_printf(&body, "\"values\":[{\"name\":\"sum\",\"value\":%.9g},{\"name\":\"part\",\"value\":%.9g}]}", a + b, b);
    }
    buffer_puts(&body, "]}");
    CHECK(h, "POST", OBSERVATIONS "/batch", body.data, 200, NULL);
    buffer_clear(&body);
}

static double share(const struct json *shares, const char *name)
{
    return json_number(json_member(shares, name));
}

static void check_sum(const struct json *shares)
{
    double sum = 0;
    for (const struct json *v = json_first(shares); v != NULL; v = json_next(v))
        sum += json_number(v);
    is_near(sum, 1, 1e-9, "the shares sum to 1");
}

static void test_shares(void)
{
    struct harness h;
    make(&h, A_B_G "," METRICS);
    CHECK(&h, "GET", IMPORTANCES, NULL, 422, "{\"status\":422,\"message\":\"~15\"}");
    CHECK(&h, "PUT", IMPORTANCES, "{}", 422, "{\"message\":\"~five for each parameter\"}");
    observe(&h, 0, 14, 2);
    CHECK(&h, "GET", IMPORTANCES, NULL, 422, "{\"message\":\"~there are 14\"}");
    observe(&h, 14, 15, -1);
    CHECK(&h, "GET", IMPORTANCES, NULL, 422, "{\"message\":\"~there are 14\"}"); // a failure does not count
    observe(&h, 15, 16, 2);
    struct answer answer = harness_request(&h, "GET", IMPORTANCES, NULL);
    ok(answer.status == 200 && answer_has_keys(answer.json, "object count data paging fairway"), "a list: %s", answer.text);
    const struct json *part = json_first(json_member(answer.json, "data")), *sum = json_next(part);
    ok(answer_has_keys(part, "object metric importances"), "its members");
    const struct json *of_part = json_member(part, "importances"), *of_sum = json_member(sum, "importances");
    ok(share(of_part, "b") > 0.8, "b is all that matters for the stored metric: %g", share(of_part, "b"));
    ok(share(of_sum, "a") > share(of_sum, "g") && share(of_sum, "b") > share(of_sum, "g"), "a and b for the other");
    check_sum(of_part);
    check_sum(of_sum);
    CHECK(&h, "GET", IMPORTANCES, NULL, 200, answer.text);
    CHECK(&h, "PUT", IMPORTANCES, "{}", 200, "{}");
    CHECK(&h, "GET", IMPORTANCES, NULL, 200, answer.text);
    harness_restart(&h, NULL);
    CHECK(&h, "GET", IMPORTANCES, NULL, 200, answer.text);
    CHECK(&h, "GET", IMPORTANCES "?fields=metric", NULL, 200,
          "{\"count\":2,\"data\":[{\"metric\":\"part\",\"importances\":\"<absent>\"},{\"metric\":\"sum\",\"object\":\"<absent>\"}]}");
    CHECK(&h, "GET", IMPORTANCES "?fields=nonsense", NULL, 400, "{\"message\":\"~nonsense\"}");
    // More is known, other numbers.
    observe(&h, 16, 21, 2);
    CHECK(&h, "PUT", IMPORTANCES, NULL, 200, "{}");
    struct answer later = harness_request(&h, "GET", IMPORTANCES, NULL);
    ok(later.status == 200 && strcmp(later.text, answer.text) != 0, "five observations later they have changed");
    answer_clear(&later);
    answer_clear(&answer);
    CHECK(&h, "DELETE", OBSERVATIONS, NULL, 200, NULL);
    CHECK(&h, "GET", IMPORTANCES, NULL, 422, "{\"message\":\"~there are 0\"}");
    CHECK(&h, "DELETE", ONE, NULL, 200, NULL);
    CHECK(&h, "GET", IMPORTANCES, NULL, 422, "{\"message\":\"~deleted\"}");
    CHECK(&h, "GET", "/v1/experiments/9/metric_importances", NULL, 404, NULL);
    CHECK(&h, "POST", IMPORTANCES, "{}", 405, NULL);
    harness_close(&h);
}

static void test_failure(void)
{
    struct harness h;
    make(&h, A_B_G "," METRICS);
    observe(&h, 0, 16, 2);
    CHECK(&h, "GET", IMPORTANCES, NULL, 200, "{\"fairway\":{\"failure_importances\":null}}");
    observe(&h, 16, 56, 0.5);
    struct answer answer = harness_request(&h, "GET", IMPORTANCES, NULL);
    const struct json *shares = json_member(json_member(answer.json, "fairway"), "failure_importances");
    ok(answer.status == 200 && answer_has_keys(shares, "a b g"), "every parameter has a share");
    ok(share(shares, "a") > share(shares, "b") && share(shares, "a") > share(shares, "g"), "a decides: %g", share(shares, "a"));
    check_sum(shares);
    answer_clear(&answer);
    harness_close(&h);
}

static void test_single(void)
{
    struct harness h;
    make(&h, "\"parameters\":[" DOUBLE("x") "]");
    CHECK(&h, "GET", IMPORTANCES, NULL, 200,
          "{\"object\":\"pagination\",\"count\":1,\"data\":[{\"object\":\"metric_importances\",\"metric\":null,"
          "\"importances\":{\"x\":1.0}}],\"paging\":{\"before\":null,\"after\":null},\"fairway\":{\"failure_importances\":null}}");
    CHECK(&h, "PUT", IMPORTANCES, NULL, 422, "{\"message\":\"~single parameter\"}");
    CHECK(&h, "POST", OBSERVATIONS, "{\"assignments\":{\"x\":0.2},\"failed\":true}", 200, NULL);
    CHECK(&h, "GET", IMPORTANCES, NULL, 200, "{\"fairway\":{\"failure_importances\":null}}"); // nothing has worked
    CHECK(&h, "POST", OBSERVATIONS, "{\"assignments\":{\"x\":0.3},\"values\":[{\"value\":1}]}", 200, NULL);
    CHECK(&h, "GET", IMPORTANCES, NULL, 200, "{\"fairway\":{\"failure_importances\":{\"x\":1.0}}}");
    harness_close(&h);
}

// Kinds of experiments that have none.
static void test_none(void)
{
    struct harness h;
    make(&h, A_B_G ",\"conditionals\":[{\"name\":\"c\",\"values\":[\"1\",\"2\"]}]");
    CHECK(&h, "GET", IMPORTANCES, NULL, 422, "{\"message\":\"Experiments with conditionals have no importances\"}");
    CHECK(&h, "PUT", IMPORTANCES, "{}", 422, "{\"message\":\"Experiments with conditionals have no importances\"}");
    harness_close(&h);
    make(&h, A_B_G);
    harness_run_sql(&h, "UPDATE experiment SET development = 1");
    harness_plant_token(&h, "develop", &(struct token_record){.kind = TOKEN_CLIENT_DEVELOPMENT, .client_id = 1, .user_id = 1});
    CHECK_AS(&h, "develop", "GET", IMPORTANCES, NULL, 422,
             "{\"message\":\"Experiments made with a development token have no importances\"}");
    harness_close(&h);
}

static void test_reset(void)
{
    struct harness h;
    make(&h, A_B_G "," METRICS);
    observe(&h, 0, 16, 0.8);
    CHECK(&h, "DELETE", RESET, NULL, 200, "{}");
    CHECK(&h, "POST", ONE "/suggestions", NULL, 200, NULL);
    CHECK(&h, "DELETE", RESET, NULL, 200, "{}");
    CHECK(&h, "POST", ONE "/suggestions", NULL, 200, NULL);
    CHECK(&h, "GET", ONE, NULL, 200, "{\"progress\":{\"observation_count\":16}}");
    CHECK(&h, "DELETE", "/v1/experiments/9/hyperparameters", NULL, 404, NULL);
    CHECK(&h, "GET", RESET, NULL, 405, "{\"message\":\"~DELETE, OPTIONS\"}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_shares);
    TAP_RUN(test_failure);
    TAP_RUN(test_single);
    TAP_RUN(test_none);
    TAP_RUN(test_reset);
    return tap_done();
}
