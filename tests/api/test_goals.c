// Experiments of each kind of goal through the API alone: created, worked on with suggestions and observations, some of which fail,
// with a restart in between, to the best assignments, which the test finds for itself.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/api/creates.h"

#define E1 "/v1/experiments/1"

enum { ROUNDS = 16 };

// One observation; its id is its number, from 1 on.
struct seen {
    bool failed;
    double x, y, a, b;
};

// The metrics a and b everywhere.
static struct seen evaluate(double x, double y)
{
    return (struct seen){.failed = y < 0.2, .x = x, .y = y, .a = (x - 0.3) * (x - 0.3) + y, .b = x + y * y};
}

struct goal_case {
    const char *name, *members;
    bool stores_b;                                        // whether b is reported
    bool (*is_best)(const struct seen *seen, size_t i); // of the ROUNDS observations
    size_t n_best;                                        // how many of these; 0: all
};

// a and b are minimized, b must be at most 0.9.
static bool in_front(const struct seen *seen, size_t i)
{
    if (seen[i].failed || seen[i].b > 0.9)
        return false;
    for (size_t k = 0; k < ROUNDS; k++)
        if (!seen[k].failed && seen[k].a <= seen[i].a && seen[k].b <= seen[i].b &&
            (seen[k].a < seen[i].a || seen[k].b < seen[i].b))
            return false;
    return true;
}

// a is minimized, b must be at least 0.6.
static bool is_allowed_least(const struct seen *seen, size_t i)
{
    if (seen[i].failed || seen[i].b < 0.6)
        return false;
    for (size_t k = 0; k < ROUNDS; k++)
        if (!seen[k].failed && seen[k].b >= 0.6 && seen[k].a < seen[i].a)
            return false;
    return true;
}

// a must be at most 0.5, b at least 0.6.
static bool satisfies(const struct seen *seen, size_t i)
{
    return !seen[i].failed && seen[i].a <= 0.5 && seen[i].b >= 0.6;
}

// a is minimized, two solutions are wanted: they are among the best fifth.
static bool in_best_fifth(const struct seen *seen, size_t i)
{
    size_t n_better = 0;
    for (size_t k = 0; k < ROUNDS; k++)
        n_better += !seen[k].failed && seen[k].a < seen[i].a;
    return !seen[i].failed && n_better < 3;
}

#define METRIC(name, objective, strategy, threshold)                                                                           \
    "{'name':'" name "','objective':'" objective "','strategy':'" strategy "','threshold':" threshold "}"

static const struct goal_case cases[] = {
    {"two optimized metrics",
     "'metrics':[" METRIC("a", "minimize", "optimize", "null") "," METRIC("b", "minimize", "optimize", "0.9") "]", true, in_front, 0},
    {"a constraint metric",
     "'metrics':[" METRIC("a", "minimize", "optimize", "null") "," METRIC("b", "maximize", "constraint", "0.6") "]", true,
     is_allowed_least, 0},
    {"constraint metrics only",
     "'metrics':[" METRIC("a", "minimize", "constraint", "0.5") "," METRIC("b", "maximize", "constraint", "0.6") "]", true, satisfies, 0},
    {"two solutions", "'num_solutions':2,'metrics':[{'name':'a','objective':'minimize'}]", false, in_best_fifth, 2},
};

static const struct api_options patient = {.n_model_workers = 1, .model_deadline_ms = 600000};

static double number(const struct json *object, const char *name)
{
    const struct json *member = json_member(object, name);
    return json_kind(member) == JSON_NUMBER ? json_number(member) : (double)NAN;
}

static const char *text(const struct json *object, const char *name)
{
    const struct json *member = json_member(object, name);
    return json_kind(member) == JSON_STRING ? json_string(member) : "";
}

// Makes a suggestion and reports it. Returns whether the models chose it.
static bool work(struct harness *h, const struct goal_case *goal, struct seen *seen)
{
    char body[240], b[60] = "";
    struct answer answer = harness_request(h, "POST", E1 "/suggestions", "{}");
    const struct json *assignments = json_member(answer.json, "assignments");
    bool by_models = strcmp(text(json_member(answer.json, "fairway"), "source"), "model") == 0;
    *seen = evaluate(number(assignments, "x"), number(assignments, "y"));
    ok(answer.status == 200 && !isnan(seen->a), "%s: %s", goal->name, answer.text);
    if (goal->stores_b)
        snprintf(b, sizeof b, ",{\"name\":\"b\",\"value\":%.17g}", seen->b);
    if (seen->failed)
        snprintf(body, sizeof body, "{\"suggestion\":\"%s\",\"failed\":true}", text(answer.json, "id"));
    else
        snprintf(body, sizeof body, "{\"suggestion\":\"%s\",\"values\":[{\"name\":\"a\",\"value\":%.17g}%s]}", text(answer.json, "id"),
                 seen->a, b);
    answer_clear(&answer);
    CHECK(h, "POST", E1 "/observations", body, 200, seen->failed ? "{\"failed\":true}" : "{\"failed\":false}");
    return by_models;
}

// The best assignments are those that the rule names, all of them or as many as are wanted.
static void check_best(struct harness *h, const struct goal_case *goal, const struct seen *seen)
{
    size_t n_want = 0, n_got = 0, n_right = 0;
    struct answer answer = harness_request(h, "GET", E1 "/best_assignments", NULL);
    for (size_t i = 0; i < ROUNDS; i++)
        n_want += goal->is_best(seen, i);
    n_want = goal->n_best > 0 ? goal->n_best : n_want;
    for (const struct json *item = json_first(json_member(answer.json, "data")); item != NULL; item = json_next(item), n_got++) {
        size_t i = (size_t)strtoul(text(item, "id"), NULL, 10) - 1;
        n_right += i < ROUNDS && goal->is_best(seen, i) && !(fabs(number(json_member(item, "assignments"), "x") - seen[i].x) > 0);
    }
    ok(n_want > 0 && n_got == n_want && n_right == n_want, "%s: %zu best, wanted %zu, right %zu: %s", goal->name, n_got, n_want,
       n_right, answer.text);
    answer_clear(&answer);
}

static void run(const struct goal_case *goal)
{
    struct harness h;
    struct seen seen[ROUNDS];
    char body[1000];
    size_t by_models = 0, failures = 0;
    harness_open_with(&h, &patient);
    snprintf(body, sizeof body,
             "{'name':'e','observation_budget':%d,'parameters':[{'name':'x','type':'double','bounds':{'min':0,'max':1}},"
             "{'name':'y','type':'double','bounds':{'min':0,'max':1}}],%s}",
             ROUNDS, goal->members);
    char *create = creates_quoted(body, false);
    harness_make(&h, "POST", "/v1/experiments", create);
    free(create);
    for (size_t i = 0; i < ROUNDS; i++) {
        by_models += work(&h, goal, &seen[i]);
        failures += seen[i].failed;
        if (i == ROUNDS - 2)
            harness_restart(&h, &patient);
    }
    ok(by_models >= 4 && failures > 0, "%s: %zu suggestions of models, %zu failures", goal->name, by_models, failures);
    check_best(&h, goal, seen);
    harness_close(&h);
}

static void test_goals(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run(&cases[i]);
}

int main(void)
{
    TAP_RUN(test_goals);
    return tap_done();
}
