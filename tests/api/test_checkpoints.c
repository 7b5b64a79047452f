// Checkpoints of training runs, tags on them, and guests who see one run.
#include <stdlib.h>

#include "base/buffer.h"
#include "tests/api/harness.h"

#define PROJECT "/v1/clients/1/projects/default"
#define RUN "/v1/training_runs/1"
#define CHECKPOINTS RUN "/checkpoints"

static void open_with_run(struct harness *h)
{
    harness_open(h);
    harness_make(h, "POST", PROJECT "/training_runs", "{\"name\":\"n\"}");
}

static void test_create(void)
{
    struct harness h;
    open_with_run(&h);
    harness_run_sql(&h, "UPDATE training_run SET updated = 5000");
    CHECK(&h, "POST", CHECKPOINTS,
          "{\"values\":[{\"name\":\"b\",\"value\":2},{\"name\":\"a\",\"value\":1,\"value_stddev\":0.5}],\"metadata\":{\"epoch\":3}}", 200,
          "{\"object\":\"checkpoint\",\"id\":\"1\",\"training_run\":\"1\",\"created\":\"<any>\",\"values\":["
          "{\"object\":\"metric_evaluation\",\"name\":\"a\",\"value\":1.0,\"value_stddev\":0.5},"
          "{\"object\":\"metric_evaluation\",\"name\":\"b\",\"value\":2.0,\"value_stddev\":null}],\"metadata\":{\"epoch\":3}}");
    struct answer answer = harness_request(&h, "GET", CHECKPOINTS "/1", NULL);
    ok(answer_has_keys(answer.json, "object id training_run created values metadata"), "the members: %s", answer.text);
    answer_clear(&answer);
    answer = harness_request(&h, "GET", RUN, NULL);
    ok(json_number(json_member(answer.json, "updated")) > 5, "the run was touched");
    answer_clear(&answer);
    CHECK(&h, "GET", RUN, NULL, 200, "{\"checkpoint_count\":1}");
    CHECK(&h, "POST", CHECKPOINTS, "{\"values\":[]}", 200, "{\"id\":\"2\",\"values\":[],\"metadata\":null}");
    CHECK(&h, "GET", CHECKPOINTS "/2?fields=id", NULL, 200, "{\"id\":\"2\",\"values\":\"<absent>\"}");
    harness_make(&h, "POST", PROJECT "/training_runs", "{\"name\":\"other\"}");
    CHECK(&h, "GET", "/v1/training_runs/2/checkpoints/1", NULL, 404, "{\"message\":\"checkpoint 1 does not exist\"}");
    CHECK(&h, "GET", CHECKPOINTS "/3", NULL, 404, NULL);
    harness_close(&h);
}

static void test_refused(void)
{
    static const struct request_case cases[] = {
        {"POST", CHECKPOINTS, "{}", 400, "{\"message\":\"~\\\"values\\\"\"}"},
        {"POST", CHECKPOINTS, "{\"values\":null}", 400, NULL},
        {"POST", CHECKPOINTS, "{\"values\":{}}", 400, "{\"message\":\"~Invalid type for .values\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[1]}", 400, "{\"message\":\"~Invalid type for .values[0]\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[{\"value\":1}]}", 400, "{\"message\":\"~\\\"name\\\"\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[{\"name\":1,\"value\":1}]}", 400, "{\"message\":\"~Invalid type for .values[0].name\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[{\"name\":\"a\"}]}", 400, "{\"message\":\"~\\\"value\\\"\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[{\"name\":\"a\",\"value\":null}]}", 400, NULL},
        {"POST", CHECKPOINTS, "{\"values\":[{\"name\":\"a\",\"value\":\"1\"}]}", 400, "{\"message\":\"~Invalid type for .values[0].value\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[{\"name\":\"a\",\"value\":1,\"value_stddev\":-1}]}", 400,
         "{\"message\":\".values[0].value_stddev must be greater than or equal to 0\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[{\"name\":\"a\",\"value\":1,\"stddev\":1}]}", 400, "{\"message\":\"~Unknown json keys `stddev`\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[{\"name\":\"a\",\"value\":1},{\"name\":\"a\",\"value\":2}]}", 400,
         "{\"message\":\".values has two values with the name \\\"a\\\"\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[],\"fields\":\"id\"}", 400, "{\"message\":\"~Unknown json keys `fields`\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[],\"metadata\":{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1}}", 400,
         "{\"message\":\".metadata has too many keys: a checkpoint has at most 5\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[],\"metadata\":[]}", 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {"PUT", CHECKPOINTS "/1", "{}", 405, NULL},
        {"DELETE", CHECKPOINTS, NULL, 405, NULL},
    };
    struct harness h;
    open_with_run(&h);
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

static void test_maximum(void)
{
    struct harness h;
    open_with_run(&h);
    for (int i = 0; i < 200; i++)
        CHECK(&h, "POST", CHECKPOINTS, "{\"values\":[{\"name\":\"m\",\"value\":1}]}", 200, NULL);
    CHECK(&h, "POST", CHECKPOINTS, "{\"values\":[]}", 403, "{\"message\":\"training run 1 has 200 checkpoints, which is the maximum\"}");
    CHECK(&h, "GET", RUN, NULL, 200, "{\"checkpoint_count\":200}");
    CHECK(&h, "GET", CHECKPOINTS "?limit=2", NULL, 200, "{\"count\":200,\"data\":[{\"id\":\"200\"},{\"id\":\"199\"}]}");
    CHECK(&h, "GET", CHECKPOINTS "?limit=1&ascending=true", NULL, 200, "{\"count\":200,\"data\":[{\"id\":\"1\"}]}");
    static char ids[2000];
    harness_walk(&h, CHECKPOINTS, "limit=7", "before", "id", ids, sizeof ids);
    is_int(strncmp(ids, "200 199 198 ", 12), 0, "newest first");
    size_t n = 0;
    for (const char *c = ids; *c != '\0'; c++)
        n += *c == ' ';
    is_int(n, 200, "a walk finds each once");
    harness_close(&h);
}

// A run that has become an observation is finished, and a deleted experiment takes nothing.
static void test_closed(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", PROJECT "/aiexperiments",
                 "{\"name\":\"e\",\"budget\":5,\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}],"
                 "\"metrics\":[{\"name\":\"m\",\"strategy\":\"optimize\"}]}");
    harness_make(&h, "POST", "/v1/aiexperiments/1/training_runs", "{\"name\":\"n\"}");
    CHECK(&h, "POST", CHECKPOINTS, "{\"values\":[]}", 200, NULL);
    CHECK(&h, "MERGE", RUN, "{\"values\":{\"m\":{\"value\":1}},\"state\":\"completed\"}", 200, NULL);
    CHECK(&h, "POST", CHECKPOINTS, "{\"values\":[]}", 403, "{\"message\":\"training run 1 has an observation already\"}");
    harness_make(&h, "POST", "/v1/aiexperiments/1/training_runs", "{\"name\":\"n\"}");
    CHECK(&h, "DELETE", "/v1/aiexperiments/1", NULL, 200, NULL);
    CHECK(&h, "POST", "/v1/training_runs/2/checkpoints", "{\"values\":[]}", 400, "{\"message\":\"experiment 1 is deleted\"}");
    CHECK(&h, "GET", "/v1/training_runs/2", NULL, 200, "{\"checkpoint_count\":0}");
    harness_close(&h);
}

static void test_tags(void)
{
    struct harness h;
    open_with_run(&h);
    harness_make(&h, "POST", "/v1/clients/1/tags", "{\"name\":\"good\",\"color\":\"#010203\"}");
    harness_make(&h, "POST", "/v1/clients/1/tags", "{\"name\":\"bad\",\"color\":\"#abcdef\"}");
    CHECK(&h, "POST", RUN "/tags", "{\"id\":\"2\"}", 200, "{\"object\":\"tag\",\"id\":\"2\",\"name\":\"bad\",\"color\":\"#ABCDEF\"}");
    CHECK(&h, "POST", RUN "/tags", "{\"id\":1}", 200, "{\"id\":\"1\",\"color\":\"#010203\"}");
    CHECK(&h, "POST", RUN "/tags", "{\"id\":\"1\"}", 200, "{\"id\":\"1\"}");
    CHECK(&h, "GET", RUN, NULL, 200, "{\"tags\":[\"1\",\"2\"]}");
    static const struct request_case cases[] = {
        {"POST", RUN "/tags", "{\"id\":\"0\"}", 422, "{\"message\":\"tag 0 does not exist\"}"},
        {"POST", RUN "/tags", "{\"id\":\"77\"}", 422, NULL},
        {"POST", RUN "/tags", "{\"id\":\"x\"}", 400, "{\"message\":\"~Invalid type for .id\"}"},
        {"POST", RUN "/tags", "{}", 400, "{\"message\":\"~\\\"id\\\"\"}"},
        {"POST", RUN "/tags", "{\"id\":1,\"name\":\"a\"}", 400, "{\"message\":\"~Unknown json keys `name`\"}"},
        {"DELETE", RUN "/tags/0", NULL, 404, "{\"message\":\"tag 0 does not exist\"}"},
    };
    CHECK_CASES(&h, cases, true);
    CHECK(&h, "DELETE", RUN "/tags/1", NULL, 200, "{\"object\":\"tag\",\"id\":\"1\"}");
    CHECK(&h, "DELETE", RUN "/tags/1", NULL, 200, "{\"id\":\"1\"}");
    CHECK(&h, "GET", RUN, NULL, 200, "{\"tags\":[\"2\"]}");
    harness_close(&h);
}

// A guest of a run sees it, what is below it, its project and its own token; nothing else.
static void test_guest(void)
{
    struct harness h;
    open_with_run(&h);
    harness_make(&h, "POST", PROJECT "/training_runs", "{\"name\":\"other\"}");
    harness_make(&h, "POST", "/v1/clients/1/projects", "{\"id\":\"b\",\"name\":\"B\"}");
    struct answer answer = harness_request(&h, "POST", RUN "/tokens", "{}");
    is_int(answer.status, 200, "a token for a guest");
    ok(answer_has_keys(answer.json, "object token token_type client organization user development all_experiments experiment training_run "
                                    "permissions scope expires lease_length"),
       "its members: %s", answer.text);
    const char *guest = json_string(json_member(answer.json, "token"));
    static const struct request_case cases[] = {
        {"GET", "/v1/tokens/self", NULL, 200,
         "{\"token_type\":\"guest\",\"training_run\":\"1\",\"experiment\":null,\"permissions\":\"read\",\"all_experiments\":false,"
         "\"scope\":\"shared_experiment\",\"lease_length\":2592000}"},
        {"GET", RUN, NULL, 200, "{\"id\":\"1\"}"},
        {"GET", CHECKPOINTS, NULL, 200, "{\"count\":0}"},
        {"GET", PROJECT, NULL, 200, "{\"id\":\"default\"}"},
        {"GET", "/v1/clients/1/projects/b", NULL, 404, NULL},
        {"GET", "/v1/training_runs/2", NULL, 404, "{\"message\":\"training run 2 does not exist\"}"},
        {"MERGE", RUN, "{\"name\":\"mine\"}", 403, "{\"message\":\"~A guest's token may only read\"}"},
        {"POST", CHECKPOINTS, "{\"values\":[]}", 403, NULL},
        {"POST", RUN "/tokens", "{}", 403, NULL},
        {"GET", "/v1/experiments", NULL, 403, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_AS(&h, guest, cases[i].method, cases[i].target, cases[i].body, cases[i].status, cases[i].want);
    CHECK(&h, "POST", RUN "/tokens", "{\"days\":1}", 400, "{\"message\":\"~Unknown json keys `days`\"}");
    answer_clear(&answer);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_refused);
    TAP_RUN(test_maximum);
    TAP_RUN(test_closed);
    TAP_RUN(test_tags);
    TAP_RUN(test_guest);
    return tap_done();
}
