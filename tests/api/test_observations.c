// Observations: requests and what they are answered with.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define ONE EXPERIMENTS "/1"
#define TWO EXPERIMENTS "/2"
#define SUGGESTIONS ONE "/suggestions"
#define OBSERVATIONS ONE "/observations"
#define BATCH OBSERVATIONS "/batch"

#define X_AND_Y                                                                                                               \
    "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"                                  \
    "{\"name\":\"y\",\"type\":\"double\",\"bounds\":{\"min\":-5,\"max\":5}}]"
#define POINT "{\"x\":0.25,\"y\":-1.5}"
#define OTHER "{\"x\":0.75,\"y\":2.5}"
#define AT "\"assignments\":" POINT
#define V1 "\"values\":[{\"value\":1}]"

// Experiment 1 has one metric without a name, experiment 2 one that is minimized and one that is only stored.
static void open_two(struct harness *h)
{
    harness_open(h);
    harness_make(h, "POST", EXPERIMENTS, "{\"name\":\"one\"," X_AND_Y "}");
    harness_make(h, "POST", EXPERIMENTS,
                 "{\"name\":\"two\",\"metrics\":[{\"name\":\"loss\",\"objective\":\"minimize\"},"
                 "{\"name\":\"cost\",\"strategy\":\"store\"}]," X_AND_Y "}");
}

// ------------------------------------------------------------------ create

static void test_create(void)
{
    struct harness h;
    open_two(&h);
    harness_make(&h, "POST", SUGGESTIONS, "{\"assignments\":" OTHER "}");
    struct answer answer = harness_request(&h, "POST", OBSERVATIONS, "{" AT "," V1 "}");
    ok(answer_has_keys(answer.json, "object id experiment suggestion assignments values failed created metadata"),
       "an observation has its members and no others: %s", answer.text);
    ok(answer_has_keys(json_first(json_member(answer.json, "values")), "object name value value_stddev"), "and so has a value");
    CHECK(&h, "GET", OBSERVATIONS "/1", NULL, 200, answer.text);
    answer_clear(&answer);
    static const struct request_case fine[] = {
        {"GET", OBSERVATIONS "/1", NULL, 200,
         "{\"object\":\"observation\",\"id\":\"1\",\"experiment\":\"1\",\"suggestion\":null,\"assignments\":" POINT ",\"values\":"
         "[{\"object\":\"metric_evaluation\",\"name\":null,\"value\":1,\"value_stddev\":null}],"
         "\"failed\":false,\"metadata\":null}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":1," V1 ",\"metadata\":{\"a\":1.0,\"b\":\"c\",\"n\":null}}", 200,
         "{\"suggestion\":\"1\",\"assignments\":" OTHER ",\"metadata\":{\"a\":1,\"b\":\"c\",\"n\":\"<absent>\"}}"},
        {"GET", SUGGESTIONS "/1", NULL, 200, "{\"state\":\"closed\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":\" +1 \",\"assignments\":null,\"failed\":true,\"no_optimize\":true}", 200,
         "{\"suggestion\":\"1\",\"failed\":true,\"values\":[]}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":1.0,\"failed\":true,\"values\":null,\"no_optimize\":null}", 200, NULL},
        {"POST", OBSERVATIONS, "{\"suggestion\":\"1\",\"failed\":true,\"values\":[]}", 200, NULL},
        {"POST", OBSERVATIONS, "{\"suggestion\":null," AT ",\"failed\":true,\"values\":{}}", 200, "{\"values\":[]}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"name\":\"\",\"value\":-2,\"value_stddev\":0.5}],\"failed\":null}", 200,
         "{\"values\":[{\"name\":null,\"value\":-2,\"value_stddev\":0.5}],\"failed\":false}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"name\":null,\"value\":2,\"value_stddev\":null}],\"metadata\":null}", 200,
         NULL},
        {"POST", OBSERVATIONS, "{" AT ",\"value\":3,\"value_stddev\":0.25}", 200, // as old clients say it
         "{\"values\":[{\"name\":null,\"value\":3,\"value_stddev\":0.25}],\"value\":\"<absent>\",\"value_stddev\":\"<absent>\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"value\":3,\"values\":[]}", 200, "{\"values\":[{\"value\":3,\"value_stddev\":null}]}"},
        {"POST", OBSERVATIONS, "{" AT ",\"value\":null,\"value_stddev\":null,\"failed\":true}", 200, "{\"values\":[]}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":true,\"task\":\"ignored\"}", 200, "{\"task\":\"<absent>\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":1,\"task\":null," V1 "}", 200, NULL},
        {"POST", TWO "/observations", "{" AT ",\"values\":[{\"name\":\"loss\",\"value\":1},{\"name\":\"cost\",\"value\":2}]}",
         200,
         "{\"values\":[{\"name\":\"cost\",\"value\":2,\"value_stddev\":null},{\"name\":\"loss\",\"value\":1}],\"failed\":false}"},
        {"POST", TWO "/observations", "{" AT ",\"failed\":true}", 200, "{\"experiment\":\"2\",\"values\":[]}"},
    };
    CHECK_CASES(&h, fine, false);
    // However many observations a suggestion has, it is one suggestion.
    CHECK(&h, "GET", SUGGESTIONS, NULL, 200, "{\"count\":1}");
    harness_close(&h);
}

static void test_refused_source(void)
{
    struct harness h;
    open_two(&h);
    harness_make(&h, "POST", SUGGESTIONS, "{}");
    harness_make(&h, "POST", SUGGESTIONS, "{}");
    harness_make(&h, "POST", TWO "/suggestions", "{}");
    CHECK(&h, "DELETE", SUGGESTIONS "/2", NULL, 200, NULL);
    static const struct request_case cases[] = {
        {"POST", OBSERVATIONS, "{" V1 "}", 400, "{\"message\":\"~.suggestion or assignments must be given\"}"},
        {"POST", OBSERVATIONS, NULL, 400, NULL},
        {"POST", OBSERVATIONS, "{\"suggestion\":null," V1 "}", 400, "{\"message\":\"~.suggestion\"}"},
        {"POST", OBSERVATIONS, "{\"assignments\":null," V1 "}", 400, "{\"message\":\"~assignments\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":1," AT "," V1 "}", 400, "{\"message\":\"~.suggestion and assignments\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":0," V1 "}", 400, "{\"message\":\"~suggestion 0\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":-1," V1 "}", 400, "{\"message\":\"~suggestion -1\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":2," V1 "}", 400, "{\"message\":\"~suggestion 2 of experiment 1\"}"}, // deleted
        {"POST", OBSERVATIONS, "{\"suggestion\":3," V1 "}", 400, "{\"message\":\"~suggestion 3 of experiment 1\"}"}, // foreign
        {"POST", OBSERVATIONS, "{\"suggestion\":4," V1 "}", 400, "{\"message\":\"~suggestion 4 of experiment 1\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":\"1.0\"," V1 "}", 400, "{\"message\":\"~Invalid type for .suggestion\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":1.5," V1 "}", 400, "{\"message\":\"~Invalid type for .suggestion\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":true," V1 "}", 400, "{\"message\":\"~Invalid type for .suggestion\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":{\"id\":1}," V1 "}", 400, "{\"message\":\"~Invalid type for .suggestion\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":99999999999999999999," V1 "}", 400, "{\"message\":\"~.suggestion\"}"},
        {"POST", OBSERVATIONS, "{\"suggestion\":1,\"task\":\"t\"," V1 "}", 400, "{\"message\":\"~.task\"}"},
        {"POST", OBSERVATIONS, "{\"assignments\":{}," V1 "}", 400, "{\"message\":\"~.assignments.x\"}"},
        {"POST", OBSERVATIONS, "{\"assignments\":[]," V1 "}", 400, "{\"message\":\"~.assignments\"}"},
        {"POST", OBSERVATIONS, "{\"assignments\":{\"x\":1}," V1 "}", 400, "{\"message\":\"~.assignments.y\"}"},
        {"POST", OBSERVATIONS, "{\"assignments\":{\"y\":1}," V1 "}", 400, "{\"message\":\"~.assignments.x\"}"},
        {"POST", OBSERVATIONS, "{\"assignments\":{\"x\":1,\"y\":1,\"z\":1}," V1 "}", 400, "{\"message\":\"~.assignments.z\"}"},
        {"POST", OBSERVATIONS, "{\"assignments\":{\"x\":1,\"y\":null}," V1 "}", 400, "{\"message\":\"~.assignments.y\"}"},
        {"POST", OBSERVATIONS, "{\"assignments\":{\"x\":1,\"y\":\"1\"}," V1 "}", 400, "{\"message\":\"~.assignments.y\"}"},
        {"POST", EXPERIMENTS "/7/observations", "{}", 404, "{\"message\":\"~experiment 7\"}"},
        {"GET", OBSERVATIONS "?limit=0", NULL, 200, "{\"count\":0}"},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":1}"},
    };
    CHECK_CASES(&h, cases, true);
    CHECK(&h, "POST", TWO "/observations", "{\"suggestion\":3,\"failed\":true}", 200, NULL);
    harness_close(&h);
}

static void test_refused_outcome(void)
{
    struct harness h;
    open_two(&h);
    static const struct request_case cases[] = {
        {"POST", OBSERVATIONS, "{" AT "}", 400, "{\"message\":\"~.values must be given\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[]}", 400, "{\"message\":\"~.values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":false}", 400, "{\"message\":\"~.values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":false,\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":false,\"values\":[]}", 400, "{\"message\":\"~.values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":null}", 400, "{\"message\":\"~.values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":true," V1 "}", 400, "{\"message\":\"~.values must not be given\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":true,\"value\":1}", 400, "{\"message\":\"~.value\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":1}", 400, "{\"message\":\"~Invalid type for .failed\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"failed\":\"true\"}", 400, "{\"message\":\"~Invalid type for .failed\"}"},
        {"POST", OBSERVATIONS, "{" AT "," V1 ",\"no_optimize\":1}", 400, "{\"message\":\"~Invalid type for .no_optimize\"}"},
        {"POST", OBSERVATIONS, "{" AT "," V1 ",\"fields\":\"id\"}", 400, "{\"message\":\"~`fields`\"}"},
        {"POST", OBSERVATIONS, "{" AT "," V1 ",\"id\":\"1\",\"created\":1}", 400, "{\"message\":\"~`id`, `created`\"}"},
        {"POST", OBSERVATIONS, "{" AT "," V1 ",\"metadata\":[]}", 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {"POST", OBSERVATIONS, "{" AT "," V1 ",\"metadata\":{\"a\":[]}}", 400, "{\"message\":\"~.metadata.a\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":1}", 400, "{\"message\":\"~Invalid type for .values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":{\"value\":1}}", 400, "{\"message\":\"~Invalid type for .values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[1]}", 400, "{\"message\":\"~Invalid type for .values[0]\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{}]}", 400, "{\"message\":\"~\\\"value\\\" in .values[0]\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":null}]}", 400, "{\"message\":\"~.values[0]\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":\"1\"}]}", 400,
         "{\"message\":\"~Invalid type for .values[0].value\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":true}]}", 400,
         "{\"message\":\"~Invalid type for .values[0].value\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"values\":1}]}", 400, "{\"message\":\"~`values` in .values[0]\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":1,\"object\":\"metric_evaluation\"}]}", 400,
         "{\"message\":\"~`object` in .values[0]\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":1,\"value_stddev\":-0.1}]}", 400,
         "{\"message\":\"~.values[0].value_stddev\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":1,\"value_stddev\":\"0\"}]}", 400,
         "{\"message\":\"~.values[0].value_stddev\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":1,\"name\":7}]}", 400, "{\"message\":\"~.values[0].name\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":1,\"name\":\"loss\"}]}", 400, "{\"message\":\"~.values[0]\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":1},{\"value\":2}]}", 400, "{\"message\":\"~must be equal\"}"},
        {"POST", OBSERVATIONS, "{" AT "," V1 ",\"value\":1}", 400, "{\"message\":\"~.value and values\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"value\":\"1\"}", 400, "{\"message\":\"~Invalid type for .value\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"value\":1,\"value_stddev\":-1}", 400, "{\"message\":\"~.value_stddev\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"value_stddev\":1}", 400, "{\"message\":\"~.value_stddev\"}"},
        {"POST", OBSERVATIONS, "{" AT "," V1 ",\"value_stddev\":1}", 400, "{\"message\":\"~.value_stddev\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":1e999}]}", 400, "{\"message\":\"~Malformed json\"}"},
        {"POST", OBSERVATIONS, "{" AT ",\"values\":[{\"value\":NaN}]}", 400, "{\"message\":\"~Malformed json\"}"},
        {"GET", OBSERVATIONS "?limit=0", NULL, 200, "{\"count\":0}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

#define LOSS_AND_COST(loss, cost) "\"values\":[{\"name\":\"" loss "\",\"value\":1},{\"name\":\"" cost "\",\"value\":2}]"

static void test_refused_metrics(void)
{
    struct harness h;
    open_two(&h);
    static const struct request_case cases[] = {
        {"POST", TWO "/observations", "{" AT ",\"value\":1}", 400, "{\"message\":\"~.value\"}"},
        {"POST", TWO "/observations", "{" AT "," V1 "}", 400, "{\"message\":\"~must be equal\"}"},
        {"POST", TWO "/observations", "{" AT ",\"values\":[{\"name\":\"loss\",\"value\":1}]}", 400,
         "{\"message\":\"~must be equal\"}"},
        {"POST", TWO "/observations", "{" AT ",\"values\":[{\"name\":\"cost\",\"value\":1}]}", 400,
         "{\"message\":\"~must be equal\"}"},
        {"POST", TWO "/observations", "{" AT ",\"values\":[1,2]}", 400, "{\"message\":\"~Invalid type for .values[0]\"}"},
        {"POST", TWO "/observations", "{" AT ",\"values\":[{\"value\":1},{\"value\":2}]}", 400, "{\"message\":\"~.values[0]\"}"},
        {"POST", TWO "/observations", "{" AT "," LOSS_AND_COST("loss", "loss") "}", 400, "{\"message\":\"~.values[1]\"}"},
        {"POST", TWO "/observations", "{" AT "," LOSS_AND_COST("loss", "") "}", 400, "{\"message\":\"~.values[1]\"}"},
        {"POST", TWO "/observations", "{" AT "," LOSS_AND_COST("Loss", "cost") "}", 400,
         "{\"message\":\"~.values[0]: \\\"Loss\\\"\"}"},
        {"POST", TWO "/observations", "{" AT ",\"values\":[{\"name\":\"loss\",\"value\":1},{\"name\":null,\"value\":2}]}", 400,
         "{\"message\":\"~.values[1]\"}"},
        {"POST", TWO "/observations", "{" AT ",\"values\":[{\"name\":\"loss\",\"value\":1},{\"name\":\"cost\",\"value\":null}]}",
         400,
         "{\"message\":\"~.values[1]\"}"},
        {"POST", TWO "/observations",
         "{" AT ",\"values\":[{\"name\":\"loss\",\"value\":1},{\"name\":\"cost\",\"value\":2},{\"name\":\"more\",\"value\":3}]}",
         400,
         "{\"message\":\"~must be equal\"}"},
        {"POST", TWO "/observations", "{" AT ",\"failed\":true," LOSS_AND_COST("loss", "cost") "}", 400,
         "{\"message\":\"~.values\"}"},
        {"GET", TWO "/observations", NULL, 200, "{\"count\":0}"},
    };
    CHECK_CASES(&h, cases, true);
    // One metric with a name: the name may be left out, and is shown.
    harness_make(&h, "POST", EXPERIMENTS, "{\"name\":\"three\",\"metrics\":[\"score\"]," X_AND_Y "}");
    static const struct request_case named[] = {
        {"POST", EXPERIMENTS "/3/observations", "{" AT "," V1 "}", 200, "{\"values\":[{\"name\":\"score\",\"value\":1}]}"},
        {"POST", EXPERIMENTS "/3/observations", "{" AT ",\"value\":1}", 200, "{\"values\":[{\"name\":\"score\"}]}"},
        {"POST", EXPERIMENTS "/3/observations", "{" AT ",\"values\":[{\"name\":null,\"value\":1}]}", 200, NULL},
        {"POST", EXPERIMENTS "/3/observations", "{" AT ",\"values\":[{\"name\":\"score\",\"value\":1}]}", 200, NULL},
        {"POST", EXPERIMENTS "/3/observations", "{" AT ",\"values\":[{\"name\":\"\",\"value\":1}]}", 400,
         "{\"message\":\"~.values[0]\"}"},
        {"POST", EXPERIMENTS "/3/observations", "{" AT ",\"values\":[{\"name\":\"s\",\"value\":1}]}", 400,
         "{\"message\":\"~.values[0]\"}"},
    };
    CHECK_CASES(&h, named, false);
    harness_close(&h);
}

// ------------------------------------------------------------------ numbers

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

// Sends a number as value, deviation (without its sign) and assignment, and compares what is read later.
static void check_number(struct harness *h, const char *text, const char *shown)
{
    char body[400], target[80];
    double v = strtod(text, NULL);
    const char *bare = *text == '-' ? text + 1 : text;
    snprintf(body, sizeof body, "{\"assignments\":{\"x\":%s,\"y\":0.5},\"values\":[{\"value\":%s,\"value_stddev\":%s}]}", text,
             text, bare);
    int64_t id = harness_make(h, "POST", OBSERVATIONS, body);
    snprintf(target, sizeof target, OBSERVATIONS "/%" PRId64, id);
    struct answer answer = harness_request(h, "GET", target, NULL);
    const struct json *value = json_first(json_member(answer.json, "values"));
    ok(same_bits(json_number(json_member(value, "value")), v) &&
           same_bits(json_number(json_member(value, "value_stddev")), strtod(bare, NULL)) &&
           same_bits(json_number(json_member(json_member(answer.json, "assignments"), "x")), v),
       "%s comes back: %s", text, answer.text);
    snprintf(body, sizeof body, "\"value\":%s,", shown);
    ok(strstr(answer.text, body) != NULL, "%s is shown as %s", text, shown);
    answer_clear(&answer);
}

static void test_numbers(void)
{
    struct harness h;
    open_two(&h);
    static const struct {
        const char *text, *shown;
    } numbers[] = {
        {"0", "0.0"},
        {"5.1", "5.1"},
        {"0.1", "0.1"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
        {"-1.7976931348623157e308", "-1.7976931348623157e+308"},
        {"2.2250738585072014e-308", "2.2250738585072014e-308"},
        {"-2.2250738585072014e-308", "-2.2250738585072014e-308"},
        {"9007199254740991", "9007199254740991.0"},
        {"-123456789.12345679", "-123456789.12345679"},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        check_number(&h, numbers[i].text, numbers[i].shown);
    // A point of any size may be followed by another suggestion, at the extremes too.
    for (int i = 0; i < 3; i++)
        CHECK(&h, "POST", SUGGESTIONS, "{}", 200, NULL);
    harness_close(&h);
}

// ------------------------------------------------------------------ batch

static void test_batch(void)
{
    struct harness h;
    open_two(&h);
    harness_make(&h, "POST", SUGGESTIONS, "{\"assignments\":" OTHER "}");
    harness_make(&h, "POST", SUGGESTIONS, "{}");
    static const struct request_case nothing[] = {
        {"POST", BATCH, "{\"observations\":[]}", 200,
         "{\"object\":\"pagination\",\"count\":0,\"data\":[],\"paging\":{\"before\":null,\"after\":null}}"},
        {"POST", BATCH, "{\"dry_run\":true,\"observations\":[{\"suggestion\":1," V1 "},{" AT ",\"failed\":true}]}", 200,
         "{\"object\":\"pagination\",\"count\":2,\"data\":[{\"object\":\"observation\",\"id\":null,\"suggestion\":\"1\","
         "\"assignments\":" OTHER ",\"values\":[{\"value\":1}],\"failed\":false,\"experiment\":\"1\"},"
         "{\"id\":null,\"suggestion\":null,\"assignments\":" POINT ",\"failed\":true,\"values\":[]}]}"},
        {"POST", BATCH, "{\"dry_run\":true,\"observations\":[{" AT "}]}", 400, "{\"message\":\"~.observations[0].values\"}"},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":2}"},
        {"GET", OBSERVATIONS, NULL, 200, "{\"count\":0}"},
    };
    CHECK_CASES(&h, nothing, true);
    static const struct request_case fine[] = {
        {"POST", BATCH,
         "{\"no_optimize\":true,\"dry_run\":null,\"unknown\":1,\"observations\":[{\"suggestion\":1,\"assignments\":null," V1
         ",\"no_optimize\":false},{\"suggestion\":null," AT ",\"failed\":true,\"values\":null,\"metadata\":{\"k\":2}},"
         "{\"suggestion\":\"1\",\"value\":4,\"no_optimize\":true}]}",
         200,
         "{\"count\":3,\"data\":[{\"id\":\"1\",\"suggestion\":\"1\"},{\"id\":\"2\",\"failed\":true,\"metadata\":{\"k\":2}},"
         "{\"id\":\"3\",\"values\":[{\"value\":4}]}],\"paging\":{\"before\":null,\"after\":null}}"},
        {"POST", BATCH, "{\"fields\":\"id,failed\",\"observations\":[{" AT "," V1 "},{" AT ",\"failed\":true}]}", 200,
         "{\"object\":\"pagination\",\"count\":2,\"data\":[{\"id\":\"4\",\"failed\":false,"
         "\"values\":\"<absent>\"},{\"id\":\"5\"}]}"},
        {"GET", OBSERVATIONS "?fields=id", NULL, 200,
         "{\"count\":5,\"data\":[{\"id\":\"5\"},{\"id\":\"4\"},{\"id\":\"3\"},{\"id\":\"2\"},{\"id\":\"1\"}]}"},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":1}"},
        {"GET", ONE, NULL, 200, "{\"progress\":{\"observation_count\":5,\"best_observation\":{\"id\":\"3\"}}}"},
    };
    CHECK_CASES(&h, fine, false);
    harness_close(&h);
}

static void test_batch_refused(void)
{
    struct harness h;
    open_two(&h);
    harness_make(&h, "POST", SUGGESTIONS, "{}");
    harness_make(&h, "POST", TWO "/suggestions", "{}");
    static const struct request_case cases[] = {
        {"POST", BATCH, NULL, 400, "{\"message\":\"~\\\"observations\\\"\"}"},
        {"POST", BATCH, "{\"observations\":null}", 400, "{\"message\":\"~\\\"observations\\\"\"}"},
        {"POST", BATCH, "{\"observations\":{}}", 400, "{\"message\":\"~Invalid type for .observations\"}"},
        {"POST", BATCH, "{\"observations\":[1]}", 400,
         "{\"message\":\"~Observation 1 of 1: Invalid type for .observations[0]\"}"},
        {"POST", BATCH, "{\"observations\":[null]}", 400, "{\"message\":\"~.observations[0]\"}"},
        {"POST", BATCH, "{\"observations\":[],\"dry_run\":1}", 400, "{\"message\":\"~Invalid type for .dry_run\"}"},
        {"POST", BATCH, "{\"observations\":[],\"no_optimize\":\"x\"}", 400, "{\"message\":\"~Invalid type for .no_optimize\"}"},
        {"POST", BATCH, "{\"observations\":[{" AT "," V1 "}],\"fields\":\"nonsense\"}", 400, "{\"message\":\"~nonsense\"}"},
        {"POST", BATCH, "{\"observations\":[{" AT "," V1 "}],\"fields\":[\"id\"]}", 400, "{\"message\":\"~.fields\"}"},
        // All or nothing: the bad one is told by its place.
        {"POST", BATCH, "{\"observations\":[{" AT "," V1 "},{\"suggestion\":1," V1 "},{" AT "}]}", 400,
         "{\"message\":\"~Observation 3 of 3: .observations[2].values\"}"},
        {"POST", BATCH, "{\"observations\":[{" AT "," V1 "},{\"suggestion\":1,\"failed\":true," V1 "}]}", 400,
         "{\"message\":\"~Observation 2 of 2: .observations[1].values\"}"},
        {"POST", BATCH, "{\"observations\":[{" AT "," V1 "},{" AT "," V1 ",\"extra\":1}]}", 400,
         "{\"message\":\"~`extra` in .observations[1]\"}"},
        {"POST", BATCH, "{\"observations\":[{" AT "," V1 "},{\"suggestion\":2," V1 "}]}", 400,
         "{\"message\":\"~suggestion 2 of\"}"},
        {"POST", BATCH, "{\"observations\":[{" AT "," V1 "},{\"assignments\":{\"x\":1}," V1 "}]}", 400,
         "{\"message\":\"~.observations[1].assignments.y\"}"},
        {"POST", BATCH, "{\"observations\":[{" AT ",\"values\":[{\"value\":\"1\"}]}]}", 400,
         "{\"message\":\"~.observations[0].values[0].value\"}"},
        {"POST", BATCH, "{\"observations\":[{" AT "," V1 ",\"metadata\":{\"a\":[]}}]}", 400,
         "{\"message\":\"~.observations[0].metadata.a\"}"},
        {"GET", BATCH, NULL, 405, NULL},
        {"GET", OBSERVATIONS, NULL, 200, "{\"count\":0}"},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":1}"},
        {"GET", ONE, NULL, 200, "{\"progress\":{\"observation_count\":0,\"first_observation\":null}}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// As many as one batch may have, and one more.
static void test_batch_limit(void)
{
    struct harness h;
    open_two(&h);
    for (int n = 2501; n >= 2500; n--) {
        struct buffer body = {0};
        buffer_puts(&body, "{\"fields\":\"id\",\"observations\":[");
        for (int i = 0; i < n; i++)
            buffer_printf(&body, "%s{" AT ",\"values\":[{\"value\":%d}]}", i == 0 ? "" : ",", i);
        buffer_puts(&body, "]}");
        int64_t before = harness_version(&h);
        CHECK(&h, "POST", BATCH, body.data, n == 2500 ? 200 : 400,
              n == 2500 ? "{\"count\":2500}" : "{\"message\":\"~The length of .observations is 2501 but must be at most 2500\"}");
        ok((harness_version(&h) == before) == (n == 2501), "%d: stored or not", n);
        buffer_clear(&body);
    }
    CHECK(&h, "GET", OBSERVATIONS "?limit=1", NULL, 200, "{\"count\":2500,\"data\":[{\"id\":\"2500\"}]}");
    CHECK(&h, "GET", ONE, NULL, 200, "{\"progress\":{\"observation_count\":2500,\"best_observation\":{\"id\":\"2500\"}}}");
    harness_close(&h);
}

// ------------------------------------------------------------------ read

static void test_list(void)
{
    struct harness h;
    open_two(&h);
    for (int i = 0; i < 5; i++) {
        char body[100];
        snprintf(body, sizeof body, "{" AT ",\"values\":[{\"value\":%d}]}", -i);
        harness_make(&h, "POST", OBSERVATIONS, body);
    }
    CHECK(&h, "DELETE", OBSERVATIONS "/1", NULL, 200, "{}");
    CHECK(&h, "DELETE", OBSERVATIONS "/5?no_optimize=True", NULL, 200, "{}");
    static const struct request_case cases[] = {
        {"GET", OBSERVATIONS, NULL, 200,
         "{\"object\":\"pagination\",\"count\":3,\"data\":[{\"id\":\"4\",\"values\":[{\"value\":-3}]},"
         "{\"id\":\"3\"},{\"id\":\"2\"}],"
         "\"paging\":{\"before\":null,\"after\":\"CgIQBA\"}}"},
        {"GET", OBSERVATIONS "?deleted=False", NULL, 200,
         "{\"count\":3,\"data\":[{\"id\":\"4\"},{\"id\":\"3\"},{\"id\":\"2\"}]}"},
        {"GET", OBSERVATIONS "?deleted=True", NULL, 200,
         "{\"count\":2,\"data\":[{\"id\":\"5\",\"deleted\":\"<absent>\",\"values\":[{\"value\":-4}]},{\"id\":\"1\"}]}"},
        {"GET", OBSERVATIONS "?sort=id&ascending=True", NULL, 200, "{\"data\":[{\"id\":\"2\"},{\"id\":\"3\"},{\"id\":\"4\"}]}"},
        {"GET", OBSERVATIONS "?sort=id&ascending=False", NULL, 200, "{\"data\":[{\"id\":\"4\"},{\"id\":\"3\"},{\"id\":\"2\"}]}"},
        {"GET", OBSERVATIONS "?limit=2", NULL, 200,
         "{\"count\":3,\"data\":[{\"id\":\"4\"},{\"id\":\"3\"}],\"paging\":{\"before\":\"CgIQAw\",\"after\":\"CgIQBA\"}}"},
        {"GET", OBSERVATIONS "?limit=2&before=CgIQAw", NULL, 200,
         "{\"count\":3,\"data\":[{\"id\":\"2\"}],\"paging\":{\"before\":null,\"after\":\"CgIQAg\"}}"},
        {"GET", OBSERVATIONS "?limit=2&ascending=1&after=CgIQAg", NULL, 200,
         "{\"data\":[{\"id\":\"3\"},{\"id\":\"4\"}],\"paging\":{\"before\":\"CgIQAw\",\"after\":null}}"},
        {"GET", OBSERVATIONS "?fields=values&limit=1", NULL, 200,
         "{\"data\":[{\"values\":[{\"value\":-3}],\"id\":\"<absent>\"}]}"},
        {"GET", OBSERVATIONS "/4?fields=failed,task", NULL, 200, "{\"failed\":false,\"id\":\"<absent>\",\"task\":\"<absent>\"}"},
        {"GET", OBSERVATIONS "/4?fields=nonsense", NULL, 400, "{\"message\":\"~nonsense\"}"},
        {"GET", OBSERVATIONS "/5", NULL, 404, "{\"message\":\"observation 5 does not exist\"}"},
        {"GET", OBSERVATIONS "/6", NULL, 404, NULL},
        {"GET", OBSERVATIONS "/0", NULL, 404, NULL},
        {"GET", OBSERVATIONS "/99999999999999999999", NULL, 404, NULL},
        {"GET", OBSERVATIONS "/one", NULL, 404, NULL},
        {"GET", TWO "/observations/3", NULL, 404, "{\"message\":\"observation 3 does not exist\"}"},
        {"GET", OBSERVATIONS "?sort=nonsense", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", OBSERVATIONS "?sort=", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", OBSERVATIONS "?deleted=2", NULL, 400, "{\"message\":\"~deleted\"}"},
        {"GET", OBSERVATIONS "?ascending=up", NULL, 400, "{\"message\":\"~ascending\"}"},
        {"GET", OBSERVATIONS "?limit=x", NULL, 400, "{\"message\":\"~limit\"}"},
        {"GET", OBSERVATIONS "?after=!", NULL, 400, "{\"message\":\"~Invalid paging marker\"}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// ------------------------------------------------------------------ what the experiment shows

#define PROGRESS(count, consumed, first, last, best)                                                                          \
    "{\"progress\":{\"object\":\"progress\",\"observation_count\":" count ",\"observation_budget_consumed\":" consumed        \
    ",\"first_observation\":" first ",\"last_observation\":" last ",\"best_observation\":" best "}}"
#define FAILURE "{" AT ",\"failed\":true}"
#define BOTH(loss, cost) "\"values\":[{\"name\":\"loss\",\"value\":" loss "},{\"name\":\"cost\",\"value\":" cost "}]"
#define ID(id) "{\"object\":\"observation\",\"id\":\"" id "\"}"
#define OF(v) "{" AT ",\"values\":[{\"value\":" v "}]}"

static void test_progress(void)
{
    struct harness h;
    open_two(&h);
    static const struct request_case cases[] = {
        {"GET", ONE, NULL, 200, PROGRESS("0", "0", "null", "null", "null")},
        {"POST", OBSERVATIONS, FAILURE, 200, NULL},
        {"GET", ONE, NULL, 200, PROGRESS("1", "1", ID("1"), ID("1"), "null")},
        {"POST", OBSERVATIONS, OF("-1"), 200, NULL},
        {"GET", ONE, NULL, 200, PROGRESS("2", "2", ID("1"), ID("2"), ID("2"))},
        {"POST", OBSERVATIONS, OF("-2"), 200, NULL},
        {"POST", OBSERVATIONS, OF("3"), 200, NULL},
        {"POST", OBSERVATIONS, FAILURE, 200, NULL},
        {"GET", ONE, NULL, 200, PROGRESS("5", "5", ID("1"), ID("5"), ID("4"))},
        {"PUT", OBSERVATIONS "/4", "{\"values\":[{\"value\":-3}]}", 200, NULL},
        {"GET", ONE, NULL, 200, PROGRESS("5", "5", ID("1"), ID("5"), ID("2"))},
        {"PUT", OBSERVATIONS "/1", "{\"failed\":false,\"values\":[{\"value\":7}]}", 200, NULL},
        {"GET", ONE, NULL, 200, PROGRESS("5", "5", ID("1"), ID("5"), ID("1"))},
        {"PUT", OBSERVATIONS "/1", "{\"failed\":true,\"values\":null}", 200, NULL},
        {"GET", ONE, NULL, 200, PROGRESS("5", "5", "{\"id\":\"1\",\"failed\":true,\"values\":[]}", ID("5"), ID("2"))},
        {"DELETE", OBSERVATIONS "/2", NULL, 200, "{}"},
        {"GET", ONE, NULL, 200, PROGRESS("4", "4", ID("1"), ID("5"), ID("3"))},
        {"DELETE", OBSERVATIONS "/1", NULL, 200, "{}"},
        {"DELETE", OBSERVATIONS "/5", NULL, 200, "{}"},
        {"GET", ONE, NULL, 200, PROGRESS("2", "2", ID("3"), ID("4"), ID("3"))},
        {"PUT", OBSERVATIONS "/3", "{\"metadata\":{\"k\":1}}", 200, NULL},
        {"GET", ONE, NULL, 200, PROGRESS("2", "2", "{\"id\":\"3\",\"metadata\":{\"k\":1}}", ID("4"), ID("3"))},
        {"DELETE", OBSERVATIONS, NULL, 200, "{}"},
        {"GET", ONE, NULL, 200, PROGRESS("0", "0", "null", "null", "null")},
        {"GET", OBSERVATIONS, NULL, 200, "{\"count\":0,\"data\":[]}"},
        {"GET", OBSERVATIONS "?deleted=true", NULL, 200, "{\"count\":5}"},
        {"POST", OBSERVATIONS, OF("0"), 200, "{\"id\":\"6\"}"},
        {"GET", ONE, NULL, 200, PROGRESS("1", "1", ID("6"), ID("6"), ID("6"))},
        // Minimized, and not disturbed by the metric that is only stored.
        {"POST", TWO "/observations", "{" AT "," BOTH("3", "1") "}", 200, NULL},
        {"POST", TWO "/observations", "{" AT "," BOTH("2", "9") "}", 200, NULL},
        {"POST", TWO "/observations", "{" AT "," BOTH("4", "0") "}", 200, NULL},
        {"GET", TWO, NULL, 200, PROGRESS("3", "3", ID("7"), ID("9"), ID("8"))},
    };
    CHECK_CASES(&h, cases, false);
    harness_close(&h);
}

static void test_delete(void)
{
    struct harness h;
    open_two(&h);
    harness_make(&h, "POST", OBSERVATIONS, OF("1"));
    harness_make(&h, "POST", OBSERVATIONS, OF("2"));
    CHECK(&h, "DELETE", OBSERVATIONS "/1?no_optimize=True", NULL, 200, "{}");
    static const struct request_case gone[] = {
        {"GET", OBSERVATIONS, NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"2\"}]}"},
        {"GET", OBSERVATIONS "/1", NULL, 404, NULL},
        {"PUT", OBSERVATIONS "/1", "{\"metadata\":{}}", 404, NULL},
        {"DELETE", OBSERVATIONS "/1", NULL, 404, "{\"message\":\"observation 1 does not exist\",\"status\":404}"},
        {"DELETE", OBSERVATIONS "/2?no_optimize=maybe", NULL, 400, "{\"message\":\"~no_optimize\"}"},
        {"DELETE", OBSERVATIONS "?no_optimize=maybe", NULL, 400, "{\"message\":\"~no_optimize\"}"},
        {"DELETE", EXPERIMENTS "/9/observations", NULL, 404, NULL},
    };
    CHECK_CASES(&h, gone, true);
    CHECK(&h, "DELETE", TWO "/observations", NULL, 200, "{}");
    CHECK(&h, "GET", OBSERVATIONS, NULL, 200, "{\"count\":1}");
    CHECK(&h, "DELETE", OBSERVATIONS "?no_optimize=1", NULL, 200, "{}");
    CHECK(&h, "GET", OBSERVATIONS, NULL, 200, "{\"count\":0}");
    harness_close(&h);
}

static void test_deleted_experiment(void)
{
    struct harness h;
    open_two(&h);
    harness_make(&h, "POST", OBSERVATIONS, OF("1"));
    CHECK(&h, "DELETE", ONE, NULL, 200, NULL);
    static const struct request_case cases[] = {
        {"POST", OBSERVATIONS, OF("1"), 400, "{\"message\":\"experiment 1 is deleted\"}"},
        {"POST", OBSERVATIONS, "{}", 400, "{\"message\":\"experiment 1 is deleted\"}"},
        {"POST", BATCH, "{\"observations\":[]}", 400, "{\"message\":\"experiment 1 is deleted\"}"},
        {"POST", BATCH, "{\"observations\":[" OF("1") "],\"dry_run\":true}", 400, "{\"message\":\"experiment 1 is deleted\"}"},
        {"GET", OBSERVATIONS, NULL, 200, "{\"count\":1}"},
        {"GET", OBSERVATIONS "/1", NULL, 200, "{\"id\":\"1\"}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_refused_source);
    TAP_RUN(test_refused_outcome);
    TAP_RUN(test_refused_metrics);
    TAP_RUN(test_numbers);
    TAP_RUN(test_batch);
    TAP_RUN(test_batch_refused);
    TAP_RUN(test_batch_limit);
    TAP_RUN(test_list);
    TAP_RUN(test_progress);
    TAP_RUN(test_delete);
    TAP_RUN(test_deleted_experiment);
    return tap_done();
}
