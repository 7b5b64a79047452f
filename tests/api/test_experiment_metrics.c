// Metrics of experiments, cell by cell: create and change.
#include <stdlib.h>

#include "base/memory.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define TEAM "/v1/clients/1/experiments"
#define X "[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]"
#define METRICS(list) "{\"name\":\"e\",\"parameters\":" X ",\"metrics\":" list "}"

static void test_create(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case fine[] = {
        {"POST", TEAM, METRICS("null"), 200, "{\"metrics\":[{\"name\":null,\"objective\":\"maximize\",\"strategy\":\"optimize\","
         "\"threshold\":null}]}"},
        {"POST", TEAM, METRICS("[{}]"), 200, "{\"metrics\":[{\"object\":\"metric\",\"name\":null,\"objective\":\"maximize\","
         "\"strategy\":\"optimize\",\"threshold\":null}]}"},
        {"POST", TEAM, METRICS("[\"m\"]"), 200, "{\"metrics\":[{\"name\":\"m\",\"objective\":\"maximize\","
         "\"strategy\":\"optimize\"}]}"},
        {"POST", TEAM, METRICS("[\" m \"]"), 200, "{\"metrics\":[{\"name\":\"m\"}]}"},
        {"POST", TEAM, METRICS("[{\"name\":null}]"), 200, "{\"metrics\":[{\"name\":null}]}"},
        {"POST", TEAM, METRICS("[{\"name\":null,\"objective\":\"minimize\"}]"), 200,
         "{\"metrics\":[{\"name\":null,\"objective\":\"minimize\"}]}"},
        {"POST", TEAM, METRICS("[{\"name\":\" \xc3\xa9 \",\"object\":\"metric\"}]"), 200,
         "{\"metrics\":[{\"name\":\"\xc3\xa9\"}]}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"objective\":\"maximize\"}]"), 200,
         "{\"metrics\":[{\"objective\":\"maximize\"}]}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"objective\":\"minimize\"}]"), 200,
         "{\"metrics\":[{\"objective\":\"minimize\"}]}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"strategy\":\"optimize\"}]"), 200,
         "{\"metrics\":[{\"strategy\":\"optimize\"}]}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"threshold\":null}]"), 200, "{\"metrics\":[{\"threshold\":null}]}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":\"a\",\"strategy\":\"store\"}]"), 200,
         "{\"metrics\":[{\"name\":\"a\",\"strategy\":\"store\"},{\"name\":\"m\",\"strategy\":\"optimize\"}]}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":\"a\",\"strategy\":\"store\",\"objective\":\"minimize\",\"threshold\":null}]"),
         200, "{\"metrics\":[{\"objective\":\"minimize\"},{}]}"},
    };
    CHECK_CASES(&h, fine, false);
    static const struct request_case wrong[] = {
        {"POST", TEAM, METRICS("[]"), 400, "{\"message\":\"~.metrics must contain at least one metric\"}"},
        {"POST", TEAM, METRICS("{}"), 400, "{\"message\":\"~Invalid type for .metrics\"}"},
        {"POST", TEAM, METRICS("\"m\""), 400, "{\"message\":\"~Invalid type for .metrics\"}"},
        {"POST", TEAM, METRICS("1"), 400, "{\"message\":\"~Invalid type for .metrics\"}"},
        {"POST", TEAM, METRICS("[null]"), 400,
         "{\"message\":\"~Invalid type for .metrics[0]: null, expected string or object\"}"},
        {"POST", TEAM, METRICS("[1]"), 400, "{\"message\":\"~Invalid type for .metrics[0]\"}"},
        {"POST", TEAM, METRICS("[[\"m\"]]"), 400, "{\"message\":\"~Invalid type for .metrics[0]\"}"},
        {"POST", TEAM, METRICS("[\"\"]"), 400, "{\"message\":\"~.metrics[0]\"}"},
        {"POST", TEAM, METRICS("[\" \"]"), 400, "{\"message\":\"~.metrics[0]\"}"},
        {"POST", TEAM, METRICS("[\"a\\u0007\"]"), 400, "{\"message\":\"~.metrics[0]\"}"},
        {"POST", TEAM, METRICS("[\"a\\u0000\"]"), 400, "{\"message\":\"~Malformed json in request body\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"\"}]"), 400, "{\"message\":\"~.metrics[0].name\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"\\t\"}]"), 400, "{\"message\":\"~.metrics[0].name\"}"},
        {"POST", TEAM, METRICS("[{\"name\":1}]"), 400, "{\"message\":\"~Invalid type for .metrics[0].name\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"foo\":1}]"), 400, "{\"message\":\"~Unknown json keys `foo` in .metrics[0]\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"object\":\"metrics\"}]"), 400, "{\"message\":\"~.metrics[0].object\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"object\":1}]"), 400, "{\"message\":\"~.metrics[0].object\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"objective\":\"\"}]"), 400, "{\"message\":\"~.metrics[0].objective\"}"},
        {"POST", TEAM, METRICS("[{\"objective\":\"\"}]"), 400, "{\"message\":\"~.metrics[0].objective\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"objective\":\"invalid objective\"}]"), 400,
         "{\"message\":\"~.metrics[0].objective\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"objective\":null}]"), 400, "{\"message\":\"~.metrics[0].objective\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"objective\":1}]"), 400, "{\"message\":\"~.metrics[0].objective\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"strategy\":\"\"}]"), 400, "{\"message\":\"~.metrics[0].strategy\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"strategy\":\"Store\"}]"), 400, "{\"message\":\"~.metrics[0].strategy\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"strategy\":null}]"), 400, "{\"message\":\"~.metrics[0].strategy\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"strategy\":true}]"), 400, "{\"message\":\"~.metrics[0].strategy\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"strategy\":\"store\"}]"), 400,
         "{\"message\":\"~.metrics must have a metric whose strategy is \\\"optimize\\\"\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"strategy\":\"store\"},{\"name\":\"n\",\"strategy\":\"store\"}]"), 400,
         "{\"message\":\"~.metrics\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"threshold\":1}]"), 400,
         "{\"message\":\"~.metrics: a threshold of the metric \\\"m\\\"\"}"},
        {"POST", TEAM, METRICS("[{\"threshold\":0.0}]"), 400, "{\"message\":\"~.metrics: a threshold\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"threshold\":\"1\"}]"), 400,
         "{\"message\":\"~Invalid type for .metrics[0].threshold\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"threshold\":false}]"), 400,
         "{\"message\":\"~Invalid type for .metrics[0].threshold\"}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":\"a\",\"strategy\":\"store\",\"threshold\":1}]"), 400,
         "{\"message\":\"~.metrics: the stored metric \\\"a\\\"\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"threshold\":1},{\"name\":\"a\",\"strategy\":\"store\"}]"), 400,
         "{\"message\":\"~.metrics: a threshold\"}"},
        {"POST", TEAM, METRICS("[{},{}]"), 400, "{\"message\":\"~.metrics[0] has no name: unnamed metrics are not supported\"}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":null,\"strategy\":\"store\"}]"), 400,
         "{\"message\":\"~.metrics[1] has no name\"}"},
        {"POST", TEAM, METRICS("[\"m\",{\"strategy\":\"store\"}]"), 400, "{\"message\":\"~.metrics[1] has no name\"}"},
        {"POST", TEAM, METRICS("[\"m\",\"m\"]"), 400, "{\"message\":\"~.metrics has the duplicate name \\\"m\\\"\"}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":\" m\",\"strategy\":\"store\"}]"), 400,
         "{\"message\":\"~.metrics has the duplicate name \\\"m\\\"\"}"},
        {"POST", TEAM, METRICS("[\"m\",\"n\"]"), 400,
         "{\"message\":\"~.observation_budget must be given for an experiment with several optimized metrics\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"m\",\"threshold\":1},{\"name\":\"n\",\"objective\":\"minimize\","
         "\"threshold\":-0.5}]"), 400, "{\"message\":\"~.observation_budget must be given\"}"},
        {"POST", TEAM, METRICS("[\"m\",\"n\",\"o\"]"), 400,
         "{\"message\":\"~.metrics has 3 optimized metrics, but the maximum is 2\"}"},
        {"POST", TEAM, METRICS("[{\"name\":\"c\",\"strategy\":\"constraint\",\"threshold\":1}]"), 400,
         "{\"message\":\"~.observation_budget must be given for an experiment with constraint metrics\"}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":\"c\",\"strategy\":\"constraint\",\"threshold\":1}]"), 400,
         "{\"message\":\"~.observation_budget must be given for an experiment with constraint metrics\"}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":\"c\",\"strategy\":\"constraint\"}]"), 400,
         "{\"message\":\"~.metrics: the constraint metric \\\"c\\\" needs a threshold\"}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":\"c\",\"strategy\":\"constraint\",\"threshold\":null}]"), 400,
         "{\"message\":\"~needs a threshold\"}"},
        {"POST", TEAM, METRICS("[\"m\",{\"name\":\"c1\",\"strategy\":\"constraint\",\"threshold\":1},{\"name\":\"c2\","
         "\"strategy\":\"constraint\",\"threshold\":1},"
         "{\"name\":\"c3\",\"strategy\":\"constraint\",\"threshold\":1},{\"name\":\"c4\",\"strategy\":\"constraint\","
         "\"threshold\":1},"
         "{\"name\":\"c5\",\"strategy\":\"constraint\",\"threshold\":1}]"), 400,
         "{\"message\":\"~.metrics has 5 constraint metrics, but the maximum is 4\"}"},
    };
    CHECK_CASES(&h, wrong, true);
    harness_close(&h);
}

static void test_limits(void)
{
    struct harness h;
    harness_open(&h);
    struct arena *arena = arena_create();
    char name[4 * 101 + 1] = "";
    for (int i = 0; i < 101; i++)
        strcat(name, "\xf0\x9f\x9a\xa2");
    CHECK(&h, "POST", TEAM, arena_printf(arena, METRICS("[\"%s\"]"), name), 400, "{\"message\":\"~.metrics[0]\"}");
    CHECK(&h, "POST", TEAM, arena_printf(arena, METRICS("[\"%s\"]"), name + 4), 200, NULL);
    CHECK(&h, "POST", TEAM, arena_printf(arena, METRICS("[\"%s\",\"%s\"]"), name + 4, name + 4), 400,
          "{\"message\":\"~.metrics\"}");
    const char *list = "\"m\"";
    for (int i = 1; i < 50; i++)
        list = arena_printf(arena, "%s,{\"name\":\"s%d\",\"strategy\":\"store\"}", list, i);
    CHECK(&h, "POST", TEAM, arena_printf(arena, METRICS("[%s]"), list), 200, NULL);
    CHECK(&h, "POST", TEAM, arena_printf(arena, METRICS("[%s,{\"name\":\"t\",\"strategy\":\"store\"}]"), list), 400,
          "{\"message\":\"~.metrics has 51 metrics, but the maximum is 50\"}");
    arena_destroy(arena);
    harness_close(&h);
}

// Of metrics nothing can change yet; what says the same is accepted.
static void test_change(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", TEAM, METRICS("null"));
    harness_make(&h, "POST", TEAM, METRICS("[{\"name\":\"m\",\"objective\":\"minimize\"},{\"name\":\"s\","
                 "\"strategy\":\"store\"}]"));
    harness_make(&h, "POST", TEAM, METRICS("[\"n\"]"));
    static const char two[] = "{\"metrics\":[{\"name\":\"m\",\"objective\":\"minimize\",\"strategy\":\"optimize\","
    "\"threshold\":null},"
                              "{\"name\":\"s\",\"objective\":\"maximize\",\"strategy\":\"store\"}]}";
    static const struct request_case fine[] = {
        {"PUT", EXPERIMENTS "/1", "{\"metrics\":[{}]}", 200, "{\"metrics\":[{\"name\":null,\"objective\":\"maximize\"}]}"},
        {"PUT", EXPERIMENTS "/1", "{\"metrics\":[{\"name\":null,\"objective\":\"maximize\",\"strategy\":\"optimize\","
         "\"threshold\":null}]}",
         200, NULL},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"objective\":\"maximize\"}]}", 200, "{\"metrics\":[{\"name\":\"n\"}]}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[\"n\"]}", 200, NULL},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"object\":\"metric\",\"name\":\"n\"}]}", 200, NULL},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[\"s\",\"m\"]}", 200, two},
        {"PUT", EXPERIMENTS "/2", two, 200, two},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[{\"name\":\"s\",\"threshold\":null},{\"name\":\"m\"}]}", 200, two},
    };
    CHECK_CASES(&h, fine, false);
    static const struct request_case wrong[] = {
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":null}", 400, "{\"message\":\"~.metrics\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":\"string\"}", 400, "{\"message\":\"~Invalid type for .metrics\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":1}", 400, "{\"message\":\"~.metrics\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":{}}", 400, "{\"message\":\"~.metrics\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[]}", 400, "{\"message\":\"~.metrics\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[null]}", 400, "{\"message\":\"~.metrics[0]\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[\"n\",\"n\"]}", 400, "{\"message\":\"~.metrics\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[\"other\"]}", 400, "{\"message\":\"~.metrics[0]\"}"},
        {"PUT", EXPERIMENTS "/1", "{\"metrics\":[\"other\"]}", 400, "{\"message\":\"~.metrics[0]\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[\"\"]}", 400, "{\"message\":\"~.metrics[0]\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"foo\":1}]}", 400, "{\"message\":\"~`foo`\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"objective\":\"minimize\"}]}", 400,
         "{\"message\":\"~.metrics[0].objective\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"objective\":null}]}", 400, "{\"message\":\"~.metrics[0].objective\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"objective\":0}]}", 400, "{\"message\":\"~.metrics[0].objective\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"objective\":true}]}", 400, "{\"message\":\"~.metrics[0].objective\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"objective\":\"min\"}]}", 400, "{\"message\":\"~.metrics[0].objective\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"strategy\":\"store\"}]}", 400, "{\"message\":\"~.metrics[0].strategy\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"strategy\":null}]}", 400, "{\"message\":\"~.metrics[0].strategy\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"threshold\":0}]}", 400, "{\"message\":\"~.metrics[0].threshold\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"threshold\":\"100.0\"}]}", 400, "{\"message\":\"~.metrics[0].threshold\"}"},
        {"PUT", EXPERIMENTS "/3", "{\"metrics\":[{\"threshold\":true}]}", 400, "{\"message\":\"~.metrics[0].threshold\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[\"m\"]}", 400, "{\"message\":\"~.metrics\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[\"m\",\"m\"]}", 400, "{\"message\":\"~.metrics[1]\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[\"m\",\"o\"]}", 400, "{\"message\":\"~.metrics[1]\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[\"m\",{\"strategy\":\"store\"}]}", 400, "{\"message\":\"~.metrics[1]\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[\"m\",{\"name\":null}]}", 400, "{\"message\":\"~.metrics[1]\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[\"m\",{\"name\":\"s\",\"threshold\":1}]}", 400,
         "{\"message\":\"~.metrics[1].threshold\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[{\"name\":\"m\",\"threshold\":1},\"s\"]}", 400,
         "{\"message\":\"~.metrics[0].threshold\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metrics\":[{\"name\":\"m\",\"strategy\":\"store\"},{\"name\":\"s\","
         "\"strategy\":\"optimize\"}]}", 400,
         "{\"message\":\"~.metrics[0].strategy\"}"},
        {"GET", EXPERIMENTS "/2", NULL, 200, two},
    };
    CHECK_CASES(&h, wrong, true);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_limits);
    TAP_RUN(test_change);
    return tap_done();
}
