// Predictions: requests and what they are answered with.
#include <math.h>

#include "base/buffer.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define ONE EXPERIMENTS "/1"
#define PREDICTIONS ONE "/predictions"
#define OBSERVATIONS ONE "/observations"

#define EXPERIMENT                                                                                                            \
    "{\"name\":\"one\",\"metrics\":[{\"name\":\"kept\",\"strategy\":\"store\"},{\"name\":\"loss\",\"objective\":\"minimize\"}],"\
    "\"parameters\":[{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"]},"                         \
    "{\"name\":\"n\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":100}},"                                                   \
    "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}"
#define AT(c, n, x) "{\"c\":\"" c "\",\"n\":" n ",\"x\":" x "}"

static double number(const struct json *object, const char *name)
{
    const struct json *v = json_member(object, name);
    return json_kind(v) == JSON_NUMBER ? json_number(v) : (double)NAN;
}

// Points on a line, x rising; what is beyond 0.75 fails.
static void observe(struct harness *h)
{
    for (int i = 0; i < 12; i++) {
        char body[300];
        int len = snprintf(body, sizeof body, "{\"assignments\":{\"c\":\"%s\",\"n\":%d,\"x\":%g},", i % 2 == 0 ? "a" : "b",
                           i * 7 % 100, i / 12.0);
        snprintf(body + len, sizeof body - (size_t)len,
                 i > 9 ? "\"failed\":true}" : "\"values\":[{\"name\":\"loss\",\"value\":%g},{\"name\":\"kept\",\"value\":0}]}",
                 10 + i * 2.0);
        harness_make(h, "POST", OBSERVATIONS, body);
    }
}

// ------------------------------------------------------------------ before anything is known

static void test_empty(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, EXPERIMENT);
    static const struct request_case cases[] = {
        {"POST", PREDICTIONS, "{\"assignments\":[]}", 200,
         "{\"object\":\"pagination\",\"count\":0,\"data\":[],\"paging\":{\"before\":null,\"after\":null}}"},
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("a", "3", "0.5") "]}", 200,
         "{\"object\":\"pagination\",\"count\":1,\"data\":[{\"object\":\"prediction\",\"assignments\":" AT("a", "3", "0.5") ","
         "\"metrics\":[{\"name\":\"loss\",\"mean\":null,\"stddev\":null}]}],\"paging\":{\"before\":null,\"after\":null}}"},
        {"POST", OBSERVATIONS, "{\"assignments\":" AT("a", "3", "0.5") ",\"failed\":true}", 200, NULL},
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("a", "3", "0.5") "]}", 200,
         "{\"data\":[{\"metrics\":[{\"mean\":null,\"stddev\":null}]}]}"},
    };
    CHECK_CASES(&h, cases, false);
    harness_make(&h, "POST", EXPERIMENTS,
                 "{\"name\":\"unnamed\",\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}");
    CHECK(&h, "POST", EXPERIMENTS "/2/predictions", "{\"assignments\":[{\"x\":0}]}", 200,
          "{\"data\":[{\"metrics\":[{\"name\":null}]}]}");
    harness_close(&h);
}

// ------------------------------------------------------------------ with models

static void test_known(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, EXPERIMENT);
    observe(&h);
    static const char four[] = "{\"assignments\":[" AT("a", "0", "0.0") "," AT("a", "42", "0.5") "," AT("b", "77", "0.99") ","
                               AT("a", "0", "0.0") "]}";
    int64_t before = harness_version(&h);
    struct answer answer = harness_request(&h, "POST", PREDICTIONS, four);
    ok(harness_version(&h) == before, "a prediction stores nothing");
    const struct json *row[4] = {json_first(json_member(answer.json, "data"))};
    for (size_t i = 1; i < 4; i++)
        row[i] = json_next(row[i - 1]);
    double mean[4] = {0}, stddev[4] = {0}, p[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        const struct json *metric = json_first(json_member(row[i], "metrics"));
        mean[i] = number(metric, "mean");
        stddev[i] = number(metric, "stddev");
        p[i] = number(row[i], "probability_of_feasibility");
        ok(answer_has_keys(row[i], "object assignments probability_of_feasibility probability_of_constraints metrics") &&
               json_size(json_member(row[i], "metrics")) == 1 && answer_has_keys(metric, "name mean stddev"),
           "a prediction has its members and no others: %s", answer.text);
        ok(isfinite(mean[i]) && stddev[i] >= 0 && p[i] >= 0 && p[i] <= 1, "and numbers: %g, %g, %g", mean[i], stddev[i], p[i]);
    }
    ok(mean[0] < mean[1], "the loss rises along the line: %g, %g", mean[0], mean[1]);
    ok(p[2] < p[1], "failures are more probable where there were some: %g, %g", p[2], p[1]);
    is_near(mean[3], mean[0], 0, "the same point, the same mean");
    is_near(p[3], p[0], 0, "and the same probability");
    // As often as one likes, and with `fields`.
    CHECK(&h, "POST", PREDICTIONS, four, 200, answer.text);
    answer_clear(&answer);
    CHECK(&h, "POST", PREDICTIONS, "{\"fields\":\"assignments\",\"assignments\":[" AT("b", "1", "1") "]}", 200,
          "{\"count\":1,\"data\":[{\"assignments\":" AT("b", "1", "1") ",\"metrics\":\"<absent>\",\"object\":\"<absent>\"}]}");
    harness_close(&h);
}

// Points outside of the bounds are answered, at the ends of the numbers too.
static void test_outside(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, EXPERIMENT);
    observe(&h);
    static const struct request_case cases[] = {
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("a", "-7", "1.5") "]}", 200,
         "{\"data\":[{\"assignments\":" AT("a", "-7", "1.5") "}]}"},
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("a", "9007199254740992", "1.7976931348623157e308") "]}", 200, NULL},
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("b", "-9007199254740992", "-1.7976931348623157e308") "]}", 200, NULL},
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("b", "0", "5e-324") "]}", 200, NULL},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// ------------------------------------------------------------------ refused

static void test_refused(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, EXPERIMENT);
    static const struct request_case cases[] = {
        {"POST", PREDICTIONS, NULL, 400, "{\"message\":\"~\\\"assignments\\\"\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":null}", 400, "{\"message\":\"~\\\"assignments\\\"\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":" AT("a", "1", "1") "}", 400, "{\"message\":\"~Invalid type for .assignments\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[],\"points\":[]}", 400, "{\"message\":\"~`points`\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[7]}", 400, "{\"message\":\"~Invalid type for .assignments[0]\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[null]}", 400, "{\"message\":\"~Invalid type for .assignments[0]\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[{}]}", 400, "{\"message\":\"~.assignments[0].c\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("a", "1", "1") "," AT("d", "1", "1") "]}", 400,
         "{\"message\":\"~.assignments[1].c\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("a", "1.5", "1") "]}", 400, "{\"message\":\"~.assignments[0].n\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[" AT("a", "1", "\"1\"") "]}", 400, "{\"message\":\"~.assignments[0].x\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[{\"c\":\"a\",\"n\":1,\"x\":1,\"z\":1}]}", 400,
         "{\"message\":\"~.assignments[0].z\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[],\"fields\":\"source\"}", 400,
         "{\"message\":\"Unknown field \\\"source\\\" for object prediction\"}"},
        {"POST", PREDICTIONS, "{\"assignments\":[],\"fields\":7}", 400, "{\"message\":\"~.fields\"}"},
        {"POST", EXPERIMENTS "/2/predictions", "{\"assignments\":[]}", 404, "{\"message\":\"~experiment 2\"}"},
        {"GET", PREDICTIONS, NULL, 405, NULL},
    };
    CHECK_CASES(&h, cases, true);
    for (int n = 1000; n <= 1001; n++) {
        struct buffer body = {0};
        buffer_puts(&body, "{\"assignments\":[");
        for (int i = 0; i < n; i++)
            buffer_printf(&body, "%s" AT("a", "%d", "0.5"), i == 0 ? "" : ",", i);
        buffer_puts(&body, "]}");
        CHECK(&h, "POST", PREDICTIONS, body.data, n == 1000 ? 200 : 400,
              n == 1000 ? "{\"count\":1000}" : "{\"message\":\"~The length of .assignments is 1001 but must be at most 1000\"}");
        buffer_clear(&body);
    }
    CHECK(&h, "DELETE", ONE, NULL, 200, NULL);
    CHECK(&h, "POST", PREDICTIONS, "{\"assignments\":[]}", 400, "{\"message\":\"experiment 1 is deleted\"}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_empty);
    TAP_RUN(test_known);
    TAP_RUN(test_outside);
    TAP_RUN(test_refused);
    return tap_done();
}
