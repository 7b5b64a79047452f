// Best assignments: which observation is best, and how it is shown.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "storage/experiment.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define ONE EXPERIMENTS "/1"
#define OBSERVATIONS ONE "/observations"
#define BEST ONE "/best_assignments"
#define NONE "{\"object\":\"pagination\",\"count\":0,\"data\":[],\"paging\":{\"before\":null,\"after\":null}}"
#define BEST_IS(members)                                                                                                      \
    "{\"object\":\"pagination\",\"count\":1,\"data\":[{" members "}],\"paging\":{\"before\":null,\"after\":null}}"
#define PARAMETERS                                                                                                            \
    "[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"                                                 \
    "{\"name\":\"i\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9}},"                                                     \
    "{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"]}]"
#define VALUE(x, value) "{\"assignments\":{\"x\":" x ",\"i\":3,\"c\":\"b\"},\"values\":[{\"value\":" value "}]}"
#define FAILED(x) "{\"assignments\":{\"x\":" x ",\"i\":3,\"c\":\"b\"},\"failed\":true}"

static void make(struct harness *h, const char *members)
{
    struct arena *arena = arena_create();
    harness_open(h);
    harness_make(h, "POST", EXPERIMENTS, arena_printf(arena, "{\"name\":\"e\",\"parameters\":%s%s}", PARAMETERS, members));
    arena_destroy(arena);
}

// Each row reports something and says what is best afterwards, in the list and in the progress of the experiment.
struct step {
    const char *method, *target, *body;
    int64_t best; // id of the observation, 0: none
};

static void check_steps(struct harness *h, const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char list[200], progress[200];
        CHECK(h, steps[i].method, steps[i].target, steps[i].body, 200, NULL);
        snprintf(list, sizeof list, BEST_IS("\"id\":\"%" PRId64 "\""), steps[i].best);
        snprintf(progress, sizeof progress, "{\"progress\":{\"best_observation\":{\"id\":\"%" PRId64 "\"}}}", steps[i].best);
        CHECK(h, "GET", BEST, NULL, 200, steps[i].best == 0 ? NONE : list);
        CHECK(h, "GET", ONE, NULL, 200, steps[i].best == 0 ? "{\"progress\":{\"best_observation\":null}}" : progress);
    }
}

#define CHECK_STEPS(h, steps) check_steps((h), (steps), sizeof(steps) / sizeof *(steps))

static void test_maximize(void)
{
    struct harness h;
    make(&h, ",\"num_solutions\":1");
    CHECK(&h, "GET", BEST, NULL, 200, NONE);
    static const struct step steps[] = {
        {"POST", OBSERVATIONS, FAILED("0.5"), 0},
        {"POST", OBSERVATIONS, VALUE("0.1", "-3"), 2},
        {"POST", OBSERVATIONS, VALUE("0.2", "2"), 3},
        {"POST", OBSERVATIONS, VALUE("0.3", "1"), 3},
        {"POST", OBSERVATIONS, VALUE("0.4", "2.0"), 5}, // ties: the newest
        {"POST", OBSERVATIONS, FAILED("0.4"), 5},
        {"POST", OBSERVATIONS, VALUE("7", "1e308"), 7}, // outside the bounds
        {"PUT", OBSERVATIONS "/7", "{\"failed\":true,\"values\":null}", 5},
        {"DELETE", OBSERVATIONS "/5", NULL, 3},
        {"PUT", OBSERVATIONS "/4", "{\"values\":[{\"value\":3}]}", 4},
        {"PUT", OBSERVATIONS "/4", "{\"values\":[{\"value\":-1e308}]}", 3},
        {"DELETE", OBSERVATIONS "/3", NULL, 2},
        {"DELETE", OBSERVATIONS "/2", NULL, 4},
        {"PUT", ONE, "{\"state\":\"deleted\"}", 4},
        {"DELETE", OBSERVATIONS, NULL, 0},
    };
    CHECK_STEPS(&h, steps);
    harness_close(&h);
}

static void test_minimize(void)
{
    struct harness h;
    make(&h, ",\"metrics\":[{\"objective\":\"minimize\"}]");
    static const struct step steps[] = {
        {"POST", OBSERVATIONS, VALUE("0.1", "3"), 1},
        {"POST", OBSERVATIONS, VALUE("0.2", "4"), 1},
        {"POST", OBSERVATIONS, VALUE("0.3", "-1e308"), 3},
        {"POST", OBSERVATIONS, VALUE("0.4", "-1e308"), 4},
        {"POST", OBSERVATIONS, FAILED("0.4"), 4},
        {"DELETE", OBSERVATIONS "/4", NULL, 3},
        {"DELETE", OBSERVATIONS "/3", NULL, 1},
    };
    CHECK_STEPS(&h, steps);
    harness_close(&h);
}

#define TWO(x, cost, drag)                                                                                                    \
    "{\"assignments\":{\"x\":" x ",\"i\":3,\"c\":\"b\"},"                                                                     \
    "\"values\":[{\"name\":\"drag\",\"value\":" drag "},{\"name\":\"cost\",\"value\":" cost "}]}"

// A stored metric does not decide, wherever its name sorts; it is shown.
static void test_stored_metric(void)
{
    struct harness h;
    make(&h, ",\"metrics\":[{\"name\":\"drag\",\"objective\":\"minimize\"},{\"name\":\"cost\",\"strategy\":\"store\"}]");
    static const struct step steps[] = {
        {"POST", OBSERVATIONS, TWO("0.1", "5", "2"), 1},
        {"POST", OBSERVATIONS, TWO("0.2", "9", "3"), 1},
        {"POST", OBSERVATIONS, TWO("0.3", "-9", "3"), 1},
        {"POST", OBSERVATIONS, TWO("0.4", "0", "1"), 4},
    };
    CHECK_STEPS(&h, steps);
    CHECK(&h, "GET", BEST, NULL, 200,
          BEST_IS("\"id\":\"4\",\"assignments\":{\"x\":0.4},\"values\":[{\"object\":\"metric_evaluation\",\"name\":\"cost\","
          "\"value\":0,"
                  "\"value_stddev\":null},{\"name\":\"drag\",\"value\":1}]"));
    harness_close(&h);
}

static void test_showing(void)
{
    struct harness h;
    make(&h, "");
    harness_make(&h, "POST", ONE "/suggestions", "{\"assignments\":{\"x\":1,\"i\":3.0,\"c\":\"b\"}}");
    harness_make(&h, "POST", OBSERVATIONS, "{\"suggestion\":1,\"values\":[{\"value\":1,\"value_stddev\":0.5}],"
                 "\"metadata\":{\"a\":1}}");
    static const char whole[] = "{\"object\":\"pagination\",\"count\":1,\"data\":[{\"object\":\"best_assignments\",\"id\":\"1\","
                                "\"assignments\":{\"c\":\"b\",\"i\":3,\"x\":1.0},\"values\":[{\"object\":\"metric_evaluation\","
                                "\"name\":null,"
                                "\"value\":1.0,\"value_stddev\":0.5}],\"metadata\":{\"a\":1}}],\"paging\":{\"before\":null,"
                                "\"after\":null}}" "\n";
    struct answer answer = harness_request(&h, "GET", BEST, NULL);
    is_text(answer.text, whole, "the whole reply");
    answer_clear(&answer);
    // A suggestion may be observed twice.
    harness_make(&h, "POST", OBSERVATIONS, "{\"suggestion\":1,\"values\":[{\"value\":4}]}");
    static const struct request_case cases[] = {
        {"GET", BEST, NULL, 200, BEST_IS("\"id\":\"2\",\"metadata\":null,\"values\":[{\"value\":4,\"value_stddev\":null}],"
         "\"task\":\"<absent>\"")},
        {"GET", BEST "?fields=id", NULL, 200, BEST_IS("\"id\":\"2\",\"object\":\"<absent>\",\"assignments\":\"<absent>\"")},
        {"GET", BEST "?fields=assignments,values,task", NULL, 200, BEST_IS("\"id\":\"<absent>\",\"assignments\":{\"x\":1,"
         "\"c\":\"b\"}")},
        {"GET", BEST "?fields=failed", NULL, 400, "{\"message\":\"Unknown field \\\"failed\\\" for object best_assignments\"}"},
        {"GET", BEST "?limit=0&before=x&unknown=1", NULL, 200, BEST_IS("\"id\":\"2\"")}, // it is not paged
        {"GET", EXPERIMENTS "/2/best_assignments", NULL, 404, "{\"message\":\"experiment 2 does not exist\"}"},
        {"GET", EXPERIMENTS "/x/best_assignments", NULL, 404, NULL},
        {"GET", BEST "/2", NULL, 404, NULL},
        {"POST", BEST, "{}", 405, "{\"message\":\"~GET, OPTIONS\"}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// ------------------------------------------------------------------ several metrics, thresholds, tasks, several solutions

#define TWO_E EXPERIMENTS "/2"
#define TWO_OPTIMIZED(first, second)                                                                                         \
    "[" METRIC("a", first, "optimize", "null") "," METRIC("b", second, "optimize", "null") "]"
#define METRIC(name, objective, strategy, threshold)                                                                           \
    "{\"object\":\"metric\",\"name\":\"" name "\",\"objective\":\"" objective "\",\"strategy\":\"" strategy                    \
    "\",\"threshold\":" threshold "}"

// What experiment 1 is not: stored as it is, whether the optimizer can work on it or not.
struct kind {
    const char *metrics, *tasks;
    int64_t num_solutions, budget;
};

static enum err_code insert_kind(struct tx *tx, void *arg, struct err *err)
{
    const struct kind *kind = arg;
    struct arena *arena = arena_create();
    struct experiment_record record;
    enum err_code code = experiment_find(tx, arena, 1, &record, err);
    record.metrics = kind->metrics;
    record.tasks = kind->tasks;
    record.num_solutions = kind->num_solutions;
    record.observation_budget = kind->budget;
    if (code == ERR_NONE)
        code = experiment_insert(tx, &record, err);
    arena_destroy(arena);
    return code;
}

// Experiment 2 is of that kind.
static void make_kind(struct harness *h, struct kind kind)
{
    struct err err;
    make(h, "");
    ok(storage_write_wait(h->storage, insert_kind, &kind, &err) == ERR_NONE, "stored");
}

// One observation: x, and the values of the metrics a and b, NAN for a failure; ends with what stands in `more`.
static void observe(struct harness *h, double x, double a, double b, const char *more)
{
    char body[300];
    int n = snprintf(body, sizeof body, "{\"assignments\":{\"x\":%.9g,\"i\":3,\"c\":\"b\"}%s,", x, more);
    if (isnan(a))
        n += snprintf(body + n, sizeof body - (size_t)n, "\"failed\":true}");
    else if (isnan(b))
        n += snprintf(body + n, sizeof body - (size_t)n, "\"values\":[{\"value\":%.17g}]}", a);
    else
        n += snprintf(body + n, sizeof body - (size_t)n,
                      "\"values\":[{\"name\":\"b\",\"value\":%.17g},{\"name\":\"a\",\"value\":%.17g}]}", b, a);
    CHECK(h, "POST", TWO_E "/observations", body, 200, NULL);
}

// The ids of what is best, in order.
static void best_is(struct harness *h, const char *want, const char *name)
{
    char text[300];
    harness_walk(h, TWO_E "/best_assignments", "", "before", "id", text, sizeof text);
    is_text(text, want, name);
    int n = 0;
    for (const char *c = want; *c != '\0'; c++)
        n += *c == ' ';
    snprintf(text, sizeof text, "{\"count\":%d,\"paging\":{\"before\":null,\"after\":null}}", n);
    CHECK(h, "GET", TWO_E "/best_assignments", NULL, 200, text);
}

static const double none = (double)NAN;

static void test_front(void)
{
    struct harness h;
    make_kind(&h, (struct kind){.metrics = TWO_OPTIMIZED("maximize", "minimize")});
    best_is(&h, "", "nothing yet");
    observe(&h, 0.1, none, none, "");
    best_is(&h, "", "only failures");
    observe(&h, 0.2, 1, 1, "");
    observe(&h, 0.3, 2, 2, "");
    observe(&h, 0.4, 2, 3, ""); // beaten by the one before
    observe(&h, 0.5, 0, 0, "");
    observe(&h, 0.6, 2, 2, ""); // the same again
    best_is(&h, "6 3 2 5 ", "the front, by the first metric, the newest of equals first");
    CHECK(&h, "GET", TWO_E, NULL, 200, "{\"progress\":{\"best_observation\":null,\"observation_count\":6}}");
    CHECK(&h, "GET", TWO_E "/best_assignments?fields=values", NULL, 200,
          "{\"data\":[{\"values\":[{\"name\":\"a\",\"value\":2},{\"name\":\"b\",\"value\":2}]},\"<any>\",\"<any>\",\"<any>\"]}");
    CHECK(&h, "DELETE", TWO_E "/observations/3", NULL, 200, NULL);
    CHECK(&h, "DELETE", TWO_E "/observations/6", NULL, 200, NULL);
    best_is(&h, "4 2 5 ", "what was beaten comes back");
    CHECK(&h, "DELETE", TWO_E "/observations", NULL, 200, NULL);
    best_is(&h, "", "all deleted");
    harness_close(&h);
}

static void test_front_with_thresholds(void)
{
    struct harness h;
    make_kind(&h, (struct kind){.metrics = "[" METRIC("a", "maximize", "optimize", "1.0")
                                           "," METRIC("b", "maximize", "optimize", "5.0") "]"});
    observe(&h, 0.1, 9, 4.9, "");
    observe(&h, 0.2, 1, 5, "");
    observe(&h, 0.3, 0, 9, "");
    best_is(&h, "2 ", "points below a threshold are dropped before the front, inclusively");
    harness_close(&h);
}

static void test_constraint(void)
{
    struct harness h;
    make_kind(&h, (struct kind){.metrics = "[" METRIC("a", "minimize", "optimize", "null")
                                           "," METRIC("b", "minimize", "constraint", "3.0") "]"});
    observe(&h, 0.1, 1, 4, "");
    best_is(&h, "", "none satisfies the constraint");
    observe(&h, 0.2, 2, 3, "");
    observe(&h, 0.3, 2, -3, "");
    observe(&h, 0.4, 3, 0, "");
    observe(&h, 0.5, none, none, "");
    best_is(&h, "3 ", "one, the newest of equals");
    // The progress does not look at thresholds.
    CHECK(&h, "GET", TWO_E, NULL, 200, "{\"progress\":{\"best_observation\":{\"id\":\"1\"}}}");
    harness_close(&h);
}

static void test_search(void)
{
    struct harness h;
    make_kind(&h, (struct kind){.metrics = "[" METRIC("a", "maximize", "constraint", "11.0")
                                           "," METRIC("b", "minimize", "constraint", "30.0") "]"});
    for (int i = 0; i <= 20; i++)
        observe(&h, i / 20.0, i, -i, "");
    best_is(&h, "21 20 19 18 17 16 15 14 13 12 ", "all that satisfy the thresholds");
    observe(&h, 0.5, 50, 31, "");
    observe(&h, 0.5, none, none, "");
    best_is(&h, "21 20 19 18 17 16 15 14 13 12 ", "not what violates one, nor failures");
    CHECK(&h, "GET", TWO_E, NULL, 200, "{\"progress\":{\"best_observation\":null}}");
    CHECK(&h, "GET", TWO_E "/stopping_criteria", NULL, 200, "{\"should_stop\":false}");
    harness_close(&h);
}

static void test_tasks(void)
{
    struct harness h;
    make_kind(&h, (struct kind){.metrics = "[" METRIC("a", "maximize", "optimize", "null") "]",
                                .tasks = "[{\"object\":\"task\",\"name\":\"full\",\"cost\":1.0},"
                                         "{\"object\":\"task\",\"name\":\"cheap\",\"cost\":0.25}]"});
    observe(&h, 0.1, 9, none, ",\"task\":\"cheap\"");
    best_is(&h, "", "a cheap task does not count");
    observe(&h, 0.2, 2, none, ",\"task\":\"full\"");
    observe(&h, 0.3, 3, none, ",\"task\":{\"name\":\"cheap\"}");
    best_is(&h, "2 ", "only the full one");
    CHECK(&h, "GET", TWO_E "/best_assignments", NULL, 200, "{\"data\":[{\"task\":\"full\"}]}");
    CHECK(&h, "GET", TWO_E, NULL, 200, "{\"progress\":{\"best_observation\":{\"id\":\"2\"},\"observation_budget_consumed\":1.5}}");
    harness_close(&h);
}

static void test_solutions(void)
{
    struct harness h;
    make_kind(&h, (struct kind){.metrics = "[" METRIC("a", "minimize", "optimize", "null") "]", .num_solutions = 2});
    for (int i = 0; i < 9; i++)
        observe(&h, 0.4 + i * 0.01, 5 + i, none, "");
    best_is(&h, "1 2 ", "of near points the best two");
    observe(&h, 0.1, 1, none, "");
    observe(&h, 0.1, 1, none, "");
    observe(&h, 0.9, 1, none, "");
    observe(&h, 0.5, none, none, "");
    best_is(&h, "12 11 ", "two different ones, the newest first");
    CHECK(&h, "DELETE", TWO_E "/observations/12", NULL, 200, NULL);
    best_is(&h, "11 1 ", "a repetition is no second solution");
    CHECK(&h, "DELETE", TWO_E "/observations", NULL, 200, NULL);
    observe(&h, 0.9, 1, none, "");
    best_is(&h, "14 ", "fewer than wanted");
    harness_close(&h);
}

// Stagnation of a front, which counts only beyond the budget.
static void test_front_stagnates(void)
{
    static const char both[] = "{\"reasons\":[\"possible_stagnation\",\"observation_budget_reached\"]}";
    static const char budget[] = "{\"reasons\":[\"observation_budget_reached\"]}";
    struct harness h;
    make_kind(&h, (struct kind){.metrics = TWO_OPTIMIZED("maximize", "maximize"),
                                .budget = 20});
    for (int i = 0; i < 20; i++)
        observe(&h, i / 20.0, 0, 0, "");
    CHECK(&h, "GET", TWO_E "/stopping_criteria", NULL, 200, "{\"reasons\":[]}");
    observe(&h, 0.5, 0, 0, "");
    CHECK(&h, "GET", TWO_E "/stopping_criteria", NULL, 200, both);
    observe(&h, 0.5, 1, -1, "");
    CHECK(&h, "GET", TWO_E "/stopping_criteria", NULL, 200, budget);
    for (int i = 0; i < 14; i++)
        observe(&h, 0.5, none, none, "");
    CHECK(&h, "GET", TWO_E "/stopping_criteria", NULL, 200, budget);
    observe(&h, 0.5, none, none, "");
    CHECK(&h, "GET", TWO_E "/stopping_criteria", NULL, 200, both);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_maximize);
    TAP_RUN(test_minimize);
    TAP_RUN(test_stored_metric);
    TAP_RUN(test_showing);
    TAP_RUN(test_front);
    TAP_RUN(test_front_with_thresholds);
    TAP_RUN(test_constraint);
    TAP_RUN(test_search);
    TAP_RUN(test_tasks);
    TAP_RUN(test_solutions);
    TAP_RUN(test_front_stagnates);
    return tap_done();
}
