// Training runs: create, one and many; read, PUT, MERGE, DELETE; what is refused.
#include <pthread.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "tests/api/harness.h"

#define PROJECT "/v1/clients/1/projects/default"
#define RUNS PROJECT "/training_runs"
#define RUN "/v1/training_runs/1"

static int64_t make(struct harness *h, const char *body)
{
    return harness_make(h, "POST", RUNS, body);
}

static void test_create(void)
{
    struct harness h;
    harness_open(&h);
    CHECK(&h, "POST", RUNS, "{\"name\":\"  first \"}", 200,
          "{\"object\":\"training_run\",\"id\":\"1\",\"client\":\"1\",\"project\":\"default\",\"user\":\"1\",\"experiment\":null,"
          "\"suggestion\":null,\"observation\":null,\"name\":\"first\",\"state\":\"active\",\"finished\":false,\"completed\":null,"
          "\"deleted\":false,\"favorite\":false,\"checkpoint_count\":0,\"assignments\":{},\"assignments_meta\":{},"
          "\"assignments_sources\":{},\"values\":{},\"metadata\":null,\"dev_metadata\":{},\"sys_metadata\":{},\"datasets\":{},"
          "\"logs\":{},\"model\":{\"object\":\"model\",\"type\":null},"
          "\"source_code\":{\"object\":\"source_code\",\"content\":null,\"hash\":null},\"tags\":[],\"files\":[]}");
    struct answer answer = harness_request(&h, "GET", RUN, NULL);
    ok(answer_has_keys(answer.json,
                       "object id client project user experiment suggestion observation name state finished created updated "
                       "completed deleted favorite checkpoint_count assignments assignments_meta assignments_sources values "
                       "metadata dev_metadata sys_metadata datasets logs model source_code tags files"),
       "the members of a run: %s", answer.text);
    ok(json_equal(json_member(answer.json, "created"), json_member(answer.json, "updated")), "updated as it was created");
    answer_clear(&answer);
    CHECK(&h, "GET", PROJECT, NULL, 200, "{\"training_run_count\":1}");
    CHECK(&h, "GET", RUN "?fields=id,state", NULL, 200, "{\"id\":\"1\",\"state\":\"active\",\"name\":\"<absent>\"}");
    harness_close(&h);
}

static void test_create_whole(void)
{
    static const char body[] =
        "{\"name\":\"whole\",\"state\":\"completed\",\"assignments\":{\"x\":0.9,\"n\":3.0,\"t\":\"a\",\"gone\":null},"
        "\"assignments_meta\":{\"x\":{\"source\":\"mine\"}},\"assignments_sources\":{\"mine\":{\"sort\":88,\"default_show\":false}},"
        "\"values\":{\"acc\":{\"value\":1,\"value_stddev\":0.1},\"loss\":{\"value\":-2.5,\"value_stddev\":null}},"
        "\"metadata\":{\"k\":1.0,\"s\":\"text\",\"n\":null},\"dev_metadata\":{\"d\":2},"
        "\"sys_metadata\":{\"feature_importances\":{\"type\":\"gain\",\"scores\":{\"f\":0.5}}},\"logs\":{\"stdout\":{\"content\":\"\"}},"
        "\"source_code\":{\"content\":\"print()\",\"hash\":\"abc\"},\"model\":{\"type\":\"tree\"},\"datasets\":{\"iris\":{\"a\":[1]}},"
        "\"favorite\":true,\"deleted\":true}";
    static const char want[] =
        "{\"state\":\"completed\",\"finished\":true,\"completed\":\"<any>\",\"assignments\":{\"x\":0.9,\"n\":3,\"t\":\"a\","
        "\"gone\":\"<absent>\"},\"assignments_meta\":{\"x\":{\"object\":\"assignments_meta\",\"source\":\"mine\"}},"
        "\"assignments_sources\":{\"mine\":{\"object\":\"assignments_sources\",\"sort\":88,\"default_show\":false}},"
        "\"values\":{\"acc\":{\"object\":\"metric_evaluation\",\"name\":\"acc\",\"value\":1.0,\"value_stddev\":0.1},"
        "\"loss\":{\"name\":\"loss\",\"value\":-2.5,\"value_stddev\":null}},\"metadata\":{\"k\":1,\"s\":\"text\",\"n\":\"<absent>\"},"
        "\"dev_metadata\":{\"d\":2},\"sys_metadata\":{\"feature_importances\":{\"type\":\"gain\",\"scores\":{\"f\":0.5}}},"
        "\"logs\":{\"stdout\":{\"object\":\"log\",\"content\":\"\"}},"
        "\"source_code\":{\"object\":\"source_code\",\"content\":\"print()\",\"hash\":\"abc\"},\"model\":{\"type\":\"tree\"},"
        "\"datasets\":{\"iris\":{\"object\":\"dataset\"}},\"favorite\":true,\"deleted\":false}";
    struct harness h;
    harness_open(&h);
    CHECK(&h, "POST", RUNS, body, 200, want);
    CHECK(&h, "GET", RUN, NULL, 200, want);
    struct answer answer = harness_request(&h, "GET", RUN, NULL);
    ok(json_equal(json_member(answer.json, "created"), json_member(answer.json, "completed")), "completed as it was created");
    ok(strstr(answer.text, "\"n\":3,") != NULL && strstr(answer.text, "\"value\":1.0,") != NULL, "ints and floats: %s", answer.text);
    answer_clear(&answer);
    // Every member by itself may be null; then it is as if it were not there.
    static const char *const optional[] = {"assignments", "assignments_meta", "assignments_sources", "values",   "metadata",
                                           "dev_metadata", "sys_metadata",     "logs",                "favorite", "model",
                                           "source_code",  "datasets",         "deleted"};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        char text[100];
        snprintf(text, sizeof text, "{\"name\":\"n\",\"%s\":null}", optional[i]);
        CHECK(&h, "POST", RUNS, text, 200, "{\"assignments\":{},\"values\":{},\"metadata\":null,\"favorite\":false,\"deleted\":false}");
    }
    CHECK(&h, "POST", RUNS, "{\"name\":\"n\",\"metadata\":{}}", 200, "{\"metadata\":{}}");
    harness_close(&h);
}

// What each member refuses, on create, PUT and MERGE alike; the texts name the member.
static const struct {
    const char *member, *value, *want;
} refused[] = {
    {"name", "null", "~Missing required json key \\\"name\\\""},
    {"name", "\"\"", "~The length of .name must be at least 1"},
    {"name", "1", "~Invalid type for .name"},
    {"name", "\"a\\u0001\"", "~.name must not contain control characters"},
    {"state", "null", "~Invalid type for .state"},
    {"state", "\"broken\"", "~not one of the allowed values for .state"},
    {"state", "1", "~Invalid type for .state"},
    {"favorite", "\"nope\"", "~Invalid type for .favorite"},
    {"favorite", "1", "~Invalid type for .favorite"},
    {"favorite", "{}", "~Invalid type for .favorite"},
    {"deleted", "1", "~Invalid type for .deleted"},
    {"deleted", "\"1\"", "~Invalid type for .deleted"},
    {"deleted", "[]", "~Invalid type for .deleted"},
    {"assignments", "\"1\"", "~Invalid type for .assignments"},
    {"assignments", "1", "~Invalid type for .assignments"},
    {"assignments", "[]", "~Invalid type for .assignments"},
    {"assignments", "{\"x\":true}", "~Invalid type for .assignments.x"},
    {"assignments", "{\"x\":{}}", "~Invalid type for .assignments.x"},
    {"assignments_meta", "{\"x\":{\"source\":\"s\"}}", "~.assignments_meta.x: the run has no assignment of that name"},
    {"assignments_meta", "{\"x\":{}}", "~Missing required json key \\\"source\\\""},
    {"assignments_meta", "{\"x\":1}", "~Invalid type for .assignments_meta.x"},
    {"assignments_meta", "{\"x\":{\"source\":\"SigOpt\"}}", "~.assignments_meta.x.source must not be \\\"SigOpt\\\": that marks what was suggested"},
    {"assignments_meta", "{\"x\":{\"source\":\"0123456789012345678901234567890\"}}", "~must be at most 30"},
    {"assignments_meta", "{\"x\":{\"source\":\"s\",\"y\":1}}", "~Unknown json keys `y`"},
    {"assignments_sources", "{\"0123456789012345678901234567890\":{\"sort\":1,\"default_show\":true}}",
     "~: a source has at most 30 characters"},
    {"assignments_sources", "{\"s\":{\"sort\":1}}", "~\\\"default_show\\\""},
    {"assignments_sources", "{\"s\":{\"default_show\":true}}", "~\\\"sort\\\""},
    {"assignments_sources", "{\"s\":{\"default_show\":1,\"sort\":1}}", "~Invalid type for .assignments_sources.s.default_show"},
    {"assignments_sources", "[]", "~Invalid type for .assignments_sources"},
    {"values", "[]", "~Invalid type for .values"},
    {"values", "[{\"name\":\"a\",\"value\":1}]", "~Invalid type for .values"},
    {"values", "\"1\"", "~Invalid type for .values"},
    {"values", "{\"x\":null}", "~Invalid type for .values.x"},
    {"values", "{\"x\":1}", "~Invalid type for .values.x"},
    {"values", "{\"x\":{}}", "~\\\"value\\\""},
    {"values", "{\"x\":{\"value\":\"1\"}}", "~Invalid type for .values.x.value"},
    {"values", "{\"x\":{\"value\":1,\"value_stddev\":-1}}", "~.values.x.value_stddev must be greater than or equal to 0"},
    {"values", "{\"x\":{\"value\":1,\"stddev\":1}}", "~Unknown json keys `stddev`"},
    {"metadata", "\"1\"", "~Invalid type for .metadata"},
    {"metadata", "[]", "~Invalid type for .metadata"},
    {"metadata", "{\"a\":[]}", "~Invalid type for .metadata.a"},
    {"dev_metadata", "1", "~Invalid type for .dev_metadata"},
    {"sys_metadata", "1", "~Invalid type for .sys_metadata"},
    {"sys_metadata", "{\"x\":1}", "~Unknown json keys `x` in .sys_metadata"},
    {"sys_metadata", "{\"feature_importances\":1}", "~Invalid type for .sys_metadata.feature_importances"},
    {"sys_metadata", "{\"feature_importances\":{\"y\":1}}", "~Unknown json keys `y`"},
    {"sys_metadata", "{\"feature_importances\":{\"type\":1}}", "~Invalid type for .sys_metadata.feature_importances.type"},
    {"sys_metadata", "{\"feature_importances\":{\"scores\":[]}}", "~Invalid type for .sys_metadata.feature_importances.scores"},
    {"sys_metadata", "{\"feature_importances\":{\"scores\":{\"a\":\"b\"}}}", "~scores.a"},
    {"logs", "[]", "~Invalid type for .logs"},
    {"logs", "{\"stdout\":{}}", "~\\\"content\\\""},
    {"logs", "{\"stdout\":{\"content\":\"a\",\"x\":1}}", "~Unknown json keys `x`"},
    {"logs", "{\"stdout\":null}", "~Invalid type for .logs.stdout"},
    {"logs", "{\"stdout\":{\"content\":1}}", "~Invalid type for .logs.stdout.content"},
    {"model", "\"1\"", "~Invalid type for .model"},
    {"model", "[]", "~Invalid type for .model"},
    {"model", "{\"type\":1}", "~Invalid type for .model.type"},
    {"model", "{\"kind\":\"a\"}", "~Unknown json keys `kind`"},
    {"source_code", "[]", "~Invalid type for .source_code"},
    {"source_code", "{\"hash\":1}", "~Invalid type for .source_code.hash"},
    {"source_code", "{\"content\":1}", "~Invalid type for .source_code.content"},
    {"source_code", "{\"file\":\"a\"}", "~Unknown json keys `file`"},
    {"datasets", "[]", "~Invalid type for .datasets"},
    {"datasets", "{\"a\":null}", "~Invalid type for .datasets.a"},
    {"datasets", "{\"a\":1}", "~Invalid type for .datasets.a"},
    {"project", "null", "~.project must not be "},
    {"experiment", "\"1\"", "~Unknown json keys `experiment`"},
    {"finished", "true", "~Unknown json keys `finished`"},
    {"completed", "0", "~Unknown json keys `completed`"},
    {"updated", "0", "~Unknown json keys `updated`"},
    {"user", "\"1\"", "~Unknown json keys `user`"},
    {"suggestion", "null", "~Unknown json keys `suggestion`"},
    {"observation", "\"1\"", "~Unknown json keys `observation`"},
    {"id", "\"1\"", "~Unknown json keys `id`"},
    {"tags", "[]", "~Unknown json keys `tags`"},
    {"fields", "\"id\"", "~Unknown json keys `fields`"},
};

static void test_refused(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "{\"name\":\"n\"}");
    int64_t before = harness_version(&h);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char body[300], want[300];
        const char *member = refused[i].member;
        bool is_name = strcmp(member, "name") == 0;
        snprintf(want, sizeof want, "{\"message\":\"%s\"}", strcmp(member, "project") == 0 ? "~.project must not be given" : refused[i].want);
        snprintf(body, sizeof body, "{%s\"%s\":%s}", is_name ? "" : "\"name\":\"n\",", member, refused[i].value);
        CHECK(&h, "POST", RUNS, body, 400, want);
        snprintf(want, sizeof want, "{\"message\":\"%s\"}", strcmp(member, "project") == 0 ? "~.project must not be null" : refused[i].want);
        snprintf(body, sizeof body, "{\"%s\":%s}", member, refused[i].value);
        CHECK(&h, "PUT", RUN, body, 400, want);
        CHECK(&h, "MERGE", RUN, body, 400, want);
    }
    CHECK(&h, "POST", RUNS, "{}", 400, "{\"message\":\"~\\\"name\\\"\"}");
    CHECK(&h, "POST", RUNS, "{\"name\":\"n\",\"project\":\"default\"}", 400, "{\"message\":\".project must not be given: a run is created in the project of the path, or in its experiment's\"}");
    CHECK(&h, "PUT", RUN, "{\"project\":null}", 400, "{\"message\":\".project must not be null: a run belongs to a project\"}");
    CHECK(&h, "PUT", RUN, "{\"project\":\"none\"}", 400, "{\"message\":\"~the project none does not exist\"}");
    CHECK(&h, "POST", "/v1/clients/1/projects/none/training_runs", "{\"name\":\"n\"}", 404, NULL);
    CHECK(&h, "POST", "/v1/clients/0/projects/default/training_runs", "{\"name\":\"n\"}", 404, NULL);
    CHECK(&h, "POST", "/v1/clients/1/projects/a%20b/training_runs", "{\"name\":\"n\"}", 404, NULL);
    ok(harness_version(&h) == before, "nothing is stored");
    harness_close(&h);
}

static void test_batch(void)
{
    struct harness h;
    harness_open(&h);
    CHECK(&h, "POST", RUNS "/batch",
          "{\"runs\":[{\"name\":\"a\",\"state\":\"completed\",\"values\":{\"m\":{\"value\":1}}},{\"name\":\"b\",\"state\":\"failed\"}]}", 200,
          "{\"object\":\"pagination\",\"count\":2,\"data\":[{\"name\":\"a\",\"values\":{\"m\":{\"value\":1.0}}},"
          "{\"name\":\"b\",\"state\":\"failed\"}],\"paging\":{\"before\":null,\"after\":null}}");
    CHECK(&h, "POST", RUNS "/batch", "{\"runs\":[{\"name\":\"c\"}],\"fields\":\"id,state\",\"whatever\":1}", 200,
          "{\"data\":[{\"id\":\"3\",\"state\":\"active\",\"name\":\"<absent>\"}]}");
    CHECK(&h, "POST", RUNS "/batch", "{}", 200, "{\"count\":0,\"data\":[]}");
    CHECK(&h, "POST", RUNS "/batch", "{\"runs\":null}", 200, "{\"count\":0}");
    CHECK(&h, "GET", PROJECT, NULL, 200, "{\"training_run_count\":3}");
    static const struct request_case cases[] = {
        {"POST", RUNS "/batch", "{\"runs\":{}}", 400, "{\"message\":\"~Invalid type for .runs\"}"},
        {"POST", RUNS "/batch", "{\"runs\":[1]}", 400, "{\"message\":\"~Run 1 of 1: Invalid type for .runs[0]\"}"},
        {"POST", RUNS "/batch", "{\"runs\":[{\"name\":\"a\"},{\"name\":1}]}", 400,
         "{\"message\":\"~Run 2 of 2: Invalid type for .runs[1].name\"}"},
        {"POST", RUNS "/batch", "{\"runs\":[{\"name\":\"a\"}],\"fields\":\"nonsense\"}", 400, NULL},
    };
    CHECK_CASES(&h, cases, true);
    struct buffer body = {0};
    buffer_puts(&body, "{\"runs\":[");
    for (int i = 0; i < 10001; i++)
        buffer_printf(&body, "%s{\"name\":\"r\"}", i > 0 ? "," : "");
    buffer_puts(&body, "]}");
    CHECK(&h, "POST", RUNS "/batch", body.data, 400, "{\"message\":\"~The length of .runs is 10001 but must be at most 10000\"}");
    buffer_clear(&body);
    harness_close(&h);
}

// PUT replaces the members that it names.
static void test_put(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "{\"name\":\"n\",\"assignments\":{\"a\":1,\"b\":2},\"metadata\":{\"k\":1},\"values\":{\"m\":{\"value\":1,\"value_stddev\":2}},"
             "\"source_code\":{\"content\":\"c\",\"hash\":\"h\"},\"logs\":{\"o\":{\"content\":\"x\"}}}");
    CHECK(&h, "PUT", RUN, "{\"assignments\":{\"b\":3}}", 200, "{\"assignments\":{\"a\":\"<absent>\",\"b\":3},\"metadata\":{\"k\":1}}");
    CHECK(&h, "PUT", RUN, "{\"values\":{\"m\":{\"value\":5}}}", 200, "{\"values\":{\"m\":{\"value\":5.0,\"value_stddev\":null}}}");
    CHECK(&h, "PUT", RUN, "{\"source_code\":{\"content\":\"d\"}}", 200, "{\"source_code\":{\"content\":\"d\",\"hash\":null}}");
    CHECK(&h, "PUT", RUN, "{\"source_code\":{\"content\":null,\"hash\":\"g\"}}", 200, "{\"source_code\":{\"content\":null,\"hash\":\"g\"}}");
    CHECK(&h, "PUT", RUN, "{\"metadata\":null,\"logs\":null,\"assignments\":null,\"values\":null,\"source_code\":null}", 200,
          "{\"metadata\":null,\"logs\":{},\"assignments\":{},\"values\":{},\"source_code\":{\"content\":null,\"hash\":null}}");
    CHECK(&h, "PUT", RUN, "{\"name\":\"other\",\"favorite\":true}", 200, "{\"name\":\"other\",\"favorite\":true,\"state\":\"active\"}");
    CHECK(&h, "PUT", RUN, "{\"favorite\":null}", 200, "{\"favorite\":false}");
    CHECK(&h, "PUT", RUN, "{\"metadata\":{\"a\":1,\"b\":null}}", 200, "{\"metadata\":{\"a\":1,\"b\":\"<absent>\"}}");
    CHECK(&h, "PUT", RUN, "{}", 200, "{\"name\":\"other\"}");
    harness_close(&h);
}

static void test_merge(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "{\"name\":\"n\"}");
    CHECK(&h, "MERGE", RUN, "{\"metadata\":{}}", 200, "{\"metadata\":{}}");
    CHECK(&h, "MERGE", RUN, "{\"assignments\":{},\"logs\":{},\"values\":{}}", 200, "{\"assignments\":{},\"logs\":{},\"values\":{}}");
    CHECK(&h, "MERGE", RUN, "{\"assignments\":{\"a\":1,\"b\":\"t\"}}", 200, "{\"assignments\":{\"a\":1,\"b\":\"t\"}}");
    CHECK(&h, "MERGE", RUN, "{\"assignments\":{\"c\":2}}", 200, "{\"assignments\":{\"a\":1,\"b\":\"t\",\"c\":2}}");
    CHECK(&h, "MERGE", RUN, "{\"assignments\":{\"c\":2}}", 200, "{\"assignments\":{\"a\":1,\"b\":\"t\",\"c\":2}}");
    CHECK(&h, "MERGE", RUN, "{\"assignments\":{\"a\":null,\"b\":4,\"never\":null}}", 200, "{\"assignments\":{\"a\":\"<absent>\",\"b\":4,\"c\":2}}");
    CHECK(&h, "MERGE", RUN, "{\"assignments_meta\":{\"b\":{\"source\":\"s\"}}}", 200, "{\"assignments_meta\":{\"b\":{\"source\":\"s\"}}}");
    CHECK(&h, "MERGE", RUN, "{\"assignments_meta\":{\"b\":null}}", 200, "{\"assignments_meta\":{\"b\":\"<absent>\"}}");
    CHECK(&h, "MERGE", RUN, "{\"assignments\":{\"c\":null},\"assignments_meta\":{\"c\":{\"source\":\"s\"}}}", 400,
          "{\"message\":\"~.assignments_meta.c: the run has no assignment of that name\"}");
    CHECK(&h, "MERGE", RUN, "{\"assignments\":null,\"assignments_meta\":{\"c\":{\"source\":\"s\"}}}", 400, NULL);
    CHECK(&h, "MERGE", RUN, "{\"values\":{\"m\":{\"value\":1,\"value_stddev\":0.5}}}", 200, NULL);
    CHECK(&h, "MERGE", RUN, "{\"values\":{\"m\":{\"value\":2}}}", 200, "{\"values\":{\"m\":{\"value\":2.0,\"value_stddev\":0.5}}}");
    CHECK(&h, "MERGE", RUN, "{\"values\":{\"m\":{\"value\":2,\"value_stddev\":null}}}", 200, "{\"values\":{\"m\":{\"value_stddev\":null}}}");
    CHECK(&h, "MERGE", RUN, "{\"source_code\":{\"content\":\"c\"}}", 200, "{\"source_code\":{\"content\":\"c\",\"hash\":null}}");
    CHECK(&h, "MERGE", RUN, "{\"source_code\":{\"hash\":\"h\"}}", 200, "{\"source_code\":{\"content\":\"c\",\"hash\":\"h\"}}");
    CHECK(&h, "MERGE", RUN, "{\"source_code\":{\"content\":null}}", 200, "{\"source_code\":{\"content\":null,\"hash\":\"h\"}}");
    CHECK(&h, "MERGE", RUN, "{\"model\":{}}", 200, "{\"model\":{\"type\":null}}");
    CHECK(&h, "MERGE", RUN, "{\"model\":{\"object\":\"model\",\"type\":\"t\"}}", 200, "{\"model\":{\"object\":\"model\",\"type\":\"t\"}}");
    CHECK(&h, "MERGE", RUN, "{\"sys_metadata\":{\"feature_importances\":{\"type\":\"a\",\"scores\":{\"x\":1}}}}", 200, NULL);
    CHECK(&h, "MERGE", RUN, "{\"sys_metadata\":{\"feature_importances\":{\"scores\":{\"y\":2,\"x\":null}}}}", 200,
          "{\"sys_metadata\":{\"feature_importances\":{\"type\":\"a\",\"scores\":{\"x\":\"<absent>\",\"y\":2}}}}");
    CHECK(&h, "MERGE", RUN, "{\"sys_metadata\":{\"feature_importances\":{\"type\":null,\"scores\":null}}}", 200, "{\"sys_metadata\":{}}");
    CHECK(&h, "MERGE", RUN, "{\"sys_metadata\":{\"feature_importances\":null}}", 200, "{\"sys_metadata\":{}}");
    CHECK(&h, "MERGE", RUN, "{\"dev_metadata\":{\"a\":1,\"b\":2}}", 200, NULL);
    CHECK(&h, "MERGE", RUN, "{\"dev_metadata\":{\"a\":null}}", 200, "{\"dev_metadata\":{\"a\":\"<absent>\",\"b\":2}}");
    CHECK(&h, "MERGE", RUN, "{\"dev_metadata\":null,\"metadata\":null,\"assignments\":null}", 200,
          "{\"dev_metadata\":{\"b\":\"<absent>\"},\"metadata\":null,\"assignments\":{\"b\":\"<absent>\"}}");
    CHECK(&h, "MERGE", RUN, "{\"name\":\"renamed\"}", 200, "{\"name\":\"renamed\",\"values\":{\"m\":{\"value\":2.0}}}");
    harness_close(&h);
}

// Keys are texts of their own: nothing in them means anything.
static void test_odd_keys(void)
{
    static const char *const keys[] = {"{}", "{'", "{\\\"", "{'\\\"", "{'\\\"\\\\", "a.b", "$", "", "ä€😀", "\\t", "%s"};
    static const char *const members[] = {"assignments", "metadata", "dev_metadata", "datasets", "values", "logs"};
    static const char *const values[] = {"1", "\"t\"", "2", "{}", "{\"value\":1}", "{\"content\":\"c\"}"};
    struct harness h;
    harness_open(&h);
    make(&h, "{\"name\":\"n\"}");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
            char body[200];
            snprintf(body, sizeof body, "{\"%s\":{\"%s\":%s}}", members[k], keys[i], values[k]);
            CHECK(&h, "MERGE", RUN, body, 200, body);
            CHECK(&h, "GET", RUN, NULL, 200, body);
        }
    }
    struct answer answer = harness_request(&h, "GET", RUN, NULL);
    is_int(json_size(json_member(answer.json, "assignments")), sizeof keys / sizeof *keys, "all keys are there");
    answer_clear(&answer);
    harness_close(&h);
}

static void test_states(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "{\"name\":\"n\"}");
    CHECK(&h, "MERGE", RUN, "{\"state\":\"failed\"}", 200, "{\"state\":\"failed\",\"finished\":true,\"observation\":null}");
    harness_run_sql(&h, "UPDATE training_run SET completed = 5000, updated = 5000");
    CHECK(&h, "MERGE", RUN, "{\"state\":\"completed\"}", 200, "{\"state\":\"completed\",\"completed\":5}");
    CHECK(&h, "PUT", RUN, "{\"state\":\"active\"}", 200, "{\"state\":\"active\",\"completed\":5,\"finished\":true}");
    harness_run_sql(&h, "UPDATE training_run SET updated = 6000");
    CHECK(&h, "PUT", RUN, "{}", 200, "{\"updated\":6}");
    CHECK(&h, "DELETE", RUN, NULL, 200, "{\"deleted\":true,\"updated\":6}");
    CHECK(&h, "DELETE", RUN, NULL, 200, "{\"deleted\":true,\"updated\":6}");
    CHECK(&h, "GET", RUN, NULL, 200, "{\"deleted\":true}");
    CHECK(&h, "GET", PROJECT, NULL, 200, "{\"training_run_count\":0}");
    CHECK(&h, "PUT", RUN, "{\"deleted\":false}", 200, "{\"deleted\":false,\"updated\":6}");
    CHECK(&h, "PUT", RUN, "{\"deleted\":true}", 200, "{\"deleted\":true}");
    CHECK(&h, "MERGE", RUN, "{\"deleted\":null}", 200, "{\"deleted\":false,\"updated\":6}");
    CHECK(&h, "GET", PROJECT, NULL, 200, "{\"training_run_count\":1}");
    struct answer answer = harness_request(&h, "MERGE", RUN, "{\"name\":\"m\"}");
    ok(json_number(json_member(answer.json, "updated")) > 6, "a change moves updated");
    answer_clear(&answer);
    harness_close(&h);
}

static void test_project(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "{\"name\":\"n\"}");
    CHECK(&h, "POST", "/v1/clients/1/projects", "{\"id\":\"b\",\"name\":\"B\"}", 200, "{\"training_run_count\":0}");
    CHECK(&h, "PUT", RUN, "{\"project\":\"b\"}", 200, "{\"project\":\"b\"}");
    CHECK(&h, "GET", RUN, NULL, 200, "{\"project\":\"b\"}");
    CHECK(&h, "GET", PROJECT, NULL, 200, "{\"training_run_count\":0}");
    CHECK(&h, "GET", "/v1/clients/1/projects/b", NULL, 200, "{\"training_run_count\":1}");
    harness_close(&h);
}

static void test_limits(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "{\"name\":\"n\"}");
    // A log is cut to 1124 characters, not bytes.
    struct buffer body = {0};
    buffer_puts(&body, "{\"logs\":{\"stdout\":{\"content\":\"");
    for (int i = 0; i < 1200; i++)
        buffer_puts(&body, "ä");
    buffer_puts(&body, "\"}}}");
    struct answer answer = harness_request(&h, "MERGE", RUN, body.data);
    const struct json *log = json_member(json_member(answer.json, "logs"), "stdout");
    is_int(strlen(json_string(json_member(log, "content"))), 2 * 1124, "characters of a log");
    answer_clear(&answer);
    buffer_clear(&body);
    // Maps grow by many requests, but not without end.
    for (int k = 0; k < 11; k++) {
        buffer_puts(&body, "{\"assignments\":{");
        for (int i = 0; i < 100; i++)
            buffer_printf(&body, "%s\"p%d\":%d", i > 0 ? "," : "", 100 * k + i, i);
        buffer_puts(&body, "}}");
        CHECK(&h, "MERGE", RUN, body.data, k < 10 ? 200 : 400,
              k < 10 ? NULL : "{\"message\":\"~assignments of the run would have too many keys: the maximum number of keys is 1000\"}");
        buffer_clear(&body);
    }
    buffer_puts(&body, "{\"sys_metadata\":{\"feature_importances\":{\"type\":\"t\",\"scores\":{");
    for (int i = 0; i < 51; i++)
        buffer_printf(&body, "%s\"f%d\":1", i > 0 ? "," : "", i);
    buffer_puts(&body, "}}}}");
    CHECK(&h, "MERGE", RUN, body.data, 400, "{\"message\":\"~sys_metadata of the run would have too many keys: the maximum number of keys is 50\"}");
    buffer_clear(&body);
    buffer_puts(&body, "{\"sys_metadata\":{\"feature_importances\":{\"type\":\"t\",\"scores\":{\"");
    for (int i = 0; i < 101; i++)
        buffer_puts(&body, "f");
    buffer_puts(&body, "\":1}}}}");
    CHECK(&h, "PUT", RUN, body.data, 400, "{\"message\":\"~: the name of a feature has at most 100 characters\"}");
    buffer_clear(&body);
    harness_close(&h);
}

static void test_tokens(void)
{
    struct harness h;
    harness_open(&h);
    harness_plant_token(&h, "development", &(struct token_record){.kind = TOKEN_CLIENT_DEVELOPMENT, .client_id = 1, .user_id = 1});
    CHECK_AS(&h, "development", "POST", RUNS, "{\"name\":\"n\"}", 200, "{\"user\":\"1\"}");
    CHECK_AS(&h, "development", "DELETE", RUN, NULL, 200, "{\"deleted\":true}");
    harness_close(&h);
}

// Two writers of different keys: none loses what the other says.
enum { N_MERGES = 200 };

struct merger {
    struct harness *h;
    char letter;
    int n_wrong;
    pthread_t thread;
};

static void *merge(void *arg)
{
    struct merger *merger = arg;
    for (int i = 0; i < N_MERGES; i++) {
        char body[200];
        snprintf(body, sizeof body, "{\"metadata\":{\"%c%d\":%d},\"values\":{\"%c%d\":{\"value\":%d}}}", merger->letter, i % 50, i,
                 merger->letter, i, i);
        struct answer answer = harness_request(merger->h, "MERGE", RUN, body);
        merger->n_wrong += answer.status != 200;
        answer_clear(&answer);
    }
    return NULL;
}

static void test_concurrent_merges(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "{\"name\":\"n\"}");
    struct merger mergers[] = {{.h = &h, .letter = 'a'}, {.h = &h, .letter = 'b'}};
    for (int i = 0; i < 2; i++)
        ok(pthread_create(&mergers[i].thread, NULL, merge, &mergers[i]) == 0, "writer %d", i);
    for (int i = 0; i < 2; i++) {
        pthread_join(mergers[i].thread, NULL);
        is_int(mergers[i].n_wrong, 0, "every MERGE is answered");
    }
    struct answer answer = harness_request(&h, "GET", RUN, NULL);
    const struct json *values = json_member(answer.json, "values");
    is_int(json_size(values), 2 * N_MERGES, "every value is there");
    is_int(json_size(json_member(answer.json, "metadata")), 100, "every key is there");
    int n_right = 0;
    for (const struct json *v = json_first(values); v != NULL; v = json_next(v))
        n_right += (int)json_number(json_member(v, "value")) == atoi(json_key(v) + 1);
    is_int(n_right, 2 * N_MERGES, "as it was said");
    answer_clear(&answer);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_create_whole);
    TAP_RUN(test_refused);
    TAP_RUN(test_batch);
    TAP_RUN(test_put);
    TAP_RUN(test_merge);
    TAP_RUN(test_odd_keys);
    TAP_RUN(test_states);
    TAP_RUN(test_project);
    TAP_RUN(test_limits);
    TAP_RUN(test_tokens);
    TAP_RUN(test_concurrent_merges);
    return tap_done();
}
