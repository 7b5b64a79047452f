// Best assignments: which observation is best, and how it is shown.
#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
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

int main(void)
{
    TAP_RUN(test_maximize);
    TAP_RUN(test_minimize);
    TAP_RUN(test_stored_metric);
    TAP_RUN(test_showing);
    return tap_done();
}
