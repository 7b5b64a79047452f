// Stopping criteria: when each reason comes and when it goes; and the advice of best practices.
#include <inttypes.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define ONE EXPERIMENTS "/1"
#define OBSERVATIONS ONE "/observations"
#define CRITERIA ONE "/stopping_criteria"
#define PRACTICES ONE "/best_practices"
#define TWO_PARAMETERS                                                                                                        \
    "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"                                  \
    "{\"name\":\"y\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]"
#define GO_ON "{\"object\":\"stopping_criteria\",\"should_stop\":false,\"reasons\":[]}"
#define STAGNATION "{\"should_stop\":true,\"reasons\":[\"possible_stagnation\"]}"
#define BUDGET "{\"should_stop\":true,\"reasons\":[\"observation_budget_reached\"]}"
#define BOTH "{\"should_stop\":true,\"reasons\":[\"possible_stagnation\",\"observation_budget_reached\"]}"

enum { D = 2 };

static void make(struct harness *h, const char *members)
{
    char body[500];
    harness_open(h);
    snprintf(body, sizeof body, "{\"name\":\"e\"," TWO_PARAMETERS "%s}", members);
    harness_make(h, "POST", EXPERIMENTS, body);
}

// n observations of one task (NULL: none) and value each; NAN: failed.
static void observe_task(struct harness *h, int n, const char *task, double value)
{
    struct buffer body = {0};
    buffer_puts(&body, "{\"observations\":[");
    for (int i = 0; i < n; i++) {
        buffer_puts(&body, i == 0 ? "" : ",");
        buffer_puts(&body, "{\"assignments\":{\"x\":0.5,\"y\":0.5},");
        if (task != NULL)
            buffer_printf(&body, "\"task\":\"%s\",", task);
        if (isnan(value))
            buffer_puts(&body, "\"failed\":true}");
        else
            buffer_printf(&body, "\"values\":[{\"value\":%.17g}]}", value);
    }
    buffer_puts(&body, "]}");
    CHECK(h, "POST", OBSERVATIONS "/batch", body.data, 200, NULL);
    buffer_clear(&body);
}

static void observe(struct harness *h, int n, double value)
{
    observe_task(h, n, NULL, value);
}

static void criteria(struct harness *h, const char *want)
{
    CHECK(h, "GET", CRITERIA, NULL, 200, want);
}

static void test_members(void)
{
    struct harness h;
    make(&h, "");
    struct answer answer = harness_request(&h, "GET", CRITERIA, NULL);
    ok(answer_has_keys(answer.json, "object should_stop reasons fairway"), "its members: %s", answer.text);
    answer_clear(&answer);
    CHECK(&h, "GET", CRITERIA "?fields=nonsense", NULL, 200, GO_ON); // it is given as it is
    static const struct request_case cases[] = {
        {"GET", EXPERIMENTS "/9/stopping_criteria", NULL, 404, NULL},
        {"POST", CRITERIA, "{}", 405, NULL},
        {"GET", CRITERIA "/1", NULL, 404, NULL},
        {"GET", EXPERIMENTS "/9/best_practices", NULL, 404, NULL},
        {"GET", PRACTICES "?fields=violations", NULL, 200, "{\"object\":\"<absent>\",\"violations\":[]}"},
        {"GET", PRACTICES "?fields=nonsense", NULL, 400, "{\"message\":\"~nonsense\"}"},
        {"PUT", PRACTICES, "{}", 405, NULL},
    };
    CHECK_CASES(&h, cases, true);
    CHECK(&h, "DELETE", ONE, NULL, 200, NULL);
    criteria(&h, GO_ON);
    CHECK(&h, "GET", PRACTICES, NULL, 200, "{\"object\":\"best_practices\",\"violations\":[]}");
    harness_close(&h);
}

// Five good ones, then bad ones: at 5 d + 5.
static void test_stagnation(void)
{
    struct harness h;
    make(&h, ",\"observation_budget\":499");
    criteria(&h, GO_ON);
    observe(&h, 5, 7);
    observe(&h, 5 * D - 1, -1);
    criteria(&h, GO_ON);
    observe(&h, 1, -1);
    criteria(&h, STAGNATION);
    observe(&h, 1, 8);
    criteria(&h, GO_ON);
    observe(&h, 4, 8);
    criteria(&h, GO_ON);
    observe(&h, 5 * D - 1, 8); // equal ones stop when five of them are old
    criteria(&h, GO_ON);
    observe(&h, 1, 8);
    criteria(&h, STAGNATION);
    CHECK(&h, "DELETE", OBSERVATIONS, NULL, 200, NULL);
    criteria(&h, GO_ON);
    harness_close(&h);
}

static void test_minimized(void)
{
    struct harness h;
    make(&h, ",\"metrics\":[{\"name\":\"loss\",\"objective\":\"minimize\"}]");
    for (int i = 0; i < 5 * D + 8; i++) {
        observe(&h, 1, -i);
        criteria(&h, GO_ON);
    }
    observe(&h, 5 * D - 1, 100);
    criteria(&h, GO_ON);
    observe(&h, 4, 100);
    observe(&h, 1, 100);
    criteria(&h, STAGNATION);
    harness_close(&h);
}

// A failure is worse than anything.
static void test_failures(void)
{
    struct harness h;
    make(&h, "");
    observe(&h, 4, 1);
    observe(&h, 5 * D, (double)NAN);
    criteria(&h, GO_ON);
    observe(&h, 1, (double)NAN); // five older ones, one of them failed
    criteria(&h, STAGNATION);
    observe(&h, 1, -100);
    criteria(&h, GO_ON);
    CHECK(&h, "DELETE", OBSERVATIONS, NULL, 200, NULL);
    observe(&h, 5 * D + 4, (double)NAN);
    criteria(&h, GO_ON);
    observe(&h, 1, (double)NAN);
    criteria(&h, STAGNATION);
    harness_close(&h);
}

#define TASKS ",\"tasks\":[{\"name\":\"full\",\"cost\":1},{\"name\":\"cheap\",\"cost\":0.1}]"

// Full values get better all the time, or do not; cheap ones say nothing, whatever they are and wherever they come.
static void test_tasks(void)
{
    static const double cheap[] = {0, 1000, -1000, (double)NAN};
    for (int c = 0; c < 4; c++) {
        struct harness h;
        make(&h, ",\"observation_budget\":499,\"metrics\":[{\"name\":null,\"objective\":\"minimize\"}]" TASKS);
        observe_task(&h, 5 * D + 5, "cheap", cheap[c]);
        criteria(&h, GO_ON); // no full evaluation at all
        for (int i = 0; i < 5 * D + 8; i++) {
            observe_task(&h, 1, "full", 100 - 5 * i);
            criteria(&h, GO_ON);
        }
        observe_task(&h, 5 * D, "cheap", cheap[c]);
        criteria(&h, GO_ON); // nor are they the newest
        observe_task(&h, 5 * D - 1, "full", 100);
        criteria(&h, GO_ON);
        observe_task(&h, 2, "cheap", cheap[c]);
        criteria(&h, GO_ON);
        observe_task(&h, 1, "full", 100);
        criteria(&h, STAGNATION);
        observe_task(&h, 5 * D, "cheap", cheap[c]);
        criteria(&h, STAGNATION);
        harness_close(&h);
    }
}

static void test_budget(void)
{
    struct harness h;
    make(&h, ",\"observation_budget\":5");
    observe(&h, 5, 7);
    criteria(&h, GO_ON);
    observe(&h, 1, -1);
    criteria(&h, BUDGET);
    observe(&h, 5 * D - 1, -1);
    criteria(&h, BOTH);
    CHECK(&h, "DELETE", OBSERVATIONS "/1", NULL, 200, NULL);
    criteria(&h, BUDGET);
    CHECK(&h, "DELETE", OBSERVATIONS, NULL, 200, NULL);
    criteria(&h, GO_ON);
    harness_close(&h);
}

static void test_random(void)
{
    struct harness h;
    make(&h, ",\"type\":\"random\"");
    for (int i = 0; i < 3; i++)
        harness_make(&h, "POST", ONE "/suggestions", NULL);
    criteria(&h, "{\"fairway\":{\"recent_suggestions\":0,\"without_improvement\":0,\"expected_improvement\":null}}");
    harness_close(&h);
}

// What the models said of their suggestions is counted.
static void test_forecast(void)
{
    struct harness h;
    make(&h, "");
    observe(&h, 12, 1);
    for (int i = 0; i < 12; i++) {
        char body[100];
        double x = i / 12.0;
        snprintf(body, sizeof body, "{\"assignments\":{\"x\":%g,\"y\":0.5},\"values\":[{\"value\":%g}]}", x, x * (1 - x));
        harness_make(&h, "POST", OBSERVATIONS, body);
    }
    for (int i = 0; i < 3; i++)
        harness_make(&h, "POST", ONE "/suggestions", NULL);
    struct answer newest = harness_request(&h, "GET", ONE "/suggestions?limit=1", NULL);
    struct answer answer = harness_request(&h, "GET", CRITERIA, NULL);
    const struct json *told = json_member(json_first(json_member(newest.json, "data")), "fairway");
    const struct json *ours = json_member(answer.json, "fairway");
    is_text(json_string(json_member(told, "source")), "model", "the models have made it");
    ok(json_number(json_member(ours, "recent_suggestions")) >= 3, "three recent ones");
    const struct json *a = json_member(told, "expected_improvement"), *b = json_member(ours, "expected_improvement");
    ok(json_kind(a) == JSON_NUMBER && json_kind(b) == JSON_NUMBER && fabs(json_number(a) - json_number(b)) <= 0,
       "the improvement expected of the newest");
    answer_clear(&newest);
    answer_clear(&answer);
    harness_close(&h);
}

// ------------------------------------------------------------------ best practices

static void test_practices(void)
{
    struct harness h;
    make(&h, ",\"observation_budget\":1,\"parallel_bandwidth\":1");
    CHECK(&h, "GET", PRACTICES, NULL, 200, "{\"object\":\"best_practices\",\"violations\":[]}");
    for (int i = 0; i < 3; i++)
        harness_make(&h, "POST", ONE "/suggestions", NULL);
    for (int i = 0; i < 2; i++)
        harness_make(&h, "POST", OBSERVATIONS, "{\"suggestion\":3,\"values\":[{\"value\":1}]}");
    CHECK(&h, "GET", PRACTICES, NULL, 200, "{\"violations\":[\"~parallel_bandwidth\",\"~observation_budget\"]}");
    CHECK(&h, "PUT", ONE, "{\"parallel_bandwidth\":2,\"observation_budget\":2}", 200, NULL);
    CHECK(&h, "GET", PRACTICES, NULL, 200, "{\"violations\":[]}");
    CHECK(&h, "PUT", ONE, "{\"parallel_bandwidth\":null}", 200, NULL);
    CHECK(&h, "GET", PRACTICES, NULL, 200, "{\"violations\":[\"~parallel_bandwidth\"]}");
    harness_close(&h);
}

// Costs of tasks are summed.
static void test_practices_of_tasks(void)
{
    struct harness h;
    make(&h, ",\"observation_budget\":1,\"tasks\":[{\"name\":\"cheap\",\"cost\":0.1},{\"name\":\"full\",\"cost\":1}]");
    for (int i = 0; i < 11; i++) {
        if (i == 10)
            CHECK(&h, "GET", PRACTICES, NULL, 200, "{\"violations\":[]}");
        CHECK(&h, "POST", OBSERVATIONS, "{\"assignments\":{\"x\":0.5,\"y\":0.5},\"task\":\"cheap\",\"failed\":true}", 200, NULL);
    }
    CHECK(&h, "GET", PRACTICES, NULL, 200, "{\"violations\":[\"~observation_budget\"]}");
    harness_close(&h);
}

// Limits of experiments with a feature; the feature is named.
static void test_practices_of_features(void)
{
    static const char constraint[] = "{\"type\":\"less_than\",\"threshold\":1.5,"
                                     "\"terms\":[{\"name\":\"x\",\"weight\":1},{\"name\":\"y\",\"weight\":1}]}";
    struct buffer members = {0};
    struct harness h;
    buffer_printf(&members, ",\"linear_constraints\":[%s],\"observation_budget\":2500,\"parallel_bandwidth\":2", constraint);
    make(&h, members.data);
    CHECK(&h, "GET", PRACTICES, NULL, 200, "{\"violations\":[]}");
    CHECK(&h, "PUT", ONE, "{\"observation_budget\":2501,\"parallel_bandwidth\":3}", 200, NULL);
    for (int i = 0; i < 3; i++)
        CHECK(&h, "POST", ONE "/suggestions", "{\"assignments\":{\"x\":0.5,\"y\":0.5}}", 200, NULL);
    CHECK(&h, "GET", PRACTICES, NULL, 200,
          "{\"violations\":[\"~observation_budget is 2501, more than 2500\",\"~open suggestions is 3, more than 2\","
          "\"~parallel_bandwidth is 3, more than 2\"]}");
    harness_close(&h);
    buffer_clear(&members);

    harness_open(&h);
    buffer_puts(&members, "{\"name\":\"e\",\"conditionals\":["
                          "{\"name\":\"c\",\"values\":[\"a\",\"b\",\"d\"]},{\"name\":\"k\",\"values\":[\"a\",\"b\",\"d\",\"e\"]}],"
                          "\"observation_budget\":601,\"parameters\":[");
    for (int i = 0; i < 21; i++)
        buffer_printf(&members, "%s{\"name\":\"p%d\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", i == 0 ? "" : ",", i);
    buffer_puts(&members, "]}");
    CHECK(&h, "POST", EXPERIMENTS, members.data, 200, NULL);
    CHECK(&h, "GET", PRACTICES, NULL, 200,
          "{\"violations\":[\"~observation_budget is 601, more than 600\",\"~parameters is 21, more than 20\","
          "\"~conditionals is 7, more than 6, which is too much for an experiment with conditionals\"]}");
    harness_close(&h);
    buffer_clear(&members);
}

int main(void)
{
    TAP_RUN(test_members);
    TAP_RUN(test_stagnation);
    TAP_RUN(test_minimized);
    TAP_RUN(test_failures);
    TAP_RUN(test_tasks);
    TAP_RUN(test_budget);
    TAP_RUN(test_random);
    TAP_RUN(test_forecast);
    TAP_RUN(test_practices);
    TAP_RUN(test_practices_of_tasks);
    TAP_RUN(test_practices_of_features);
    return tap_done();
}
