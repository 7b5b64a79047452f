// Suggestions: requests and what they are answered with.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define ONE EXPERIMENTS "/1"
#define TWO EXPERIMENTS "/2"
#define SUGGESTIONS ONE "/suggestions"
#define OBSERVATIONS ONE "/observations"

#define X_AND_Y                                                                                                               \
    "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"                                  \
    "{\"name\":\"y\",\"type\":\"double\",\"bounds\":{\"min\":-5,\"max\":5}}]"
// One parameter of each kind.
#define ALL_KINDS                                                                                                             \
    "{\"name\":\"all\",\"parameters\":["                                                                                      \
    "{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"red\",\"green\"]},"                                   \
    "{\"name\":\"d\",\"type\":\"double\",\"bounds\":{\"min\":-1,\"max\":1}},"                                                 \
    "{\"name\":\"g\",\"type\":\"double\",\"grid\":[0.5,2,8]},"                                                                \
    "{\"name\":\"i\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":9}},"                                                     \
    "{\"name\":\"l\",\"type\":\"double\",\"bounds\":{\"min\":0.001,\"max\":100},\"transformation\":\"log\"}]}"
#define POINT "{\"x\":0.25,\"y\":-1.5}"

static void open_plain(struct harness *h)
{
    harness_open(h);
    harness_make(h, "POST", EXPERIMENTS, "{\"name\":\"plain\"," X_AND_Y "}");
}

// ------------------------------------------------------------------ generated

static double number(const struct json *object, const char *name)
{
    const struct json *v = json_member(object, name);
    return json_kind(v) == JSON_NUMBER ? json_number(v) : (double)NAN;
}

static bool is_inside(const struct json *point)
{
    const struct json *c = json_member(point, "c");
    double d = number(point, "d"), g = number(point, "g"), i = number(point, "i"), l = number(point, "l");
    return json_kind(c) == JSON_STRING && (strcmp(json_string(c), "red") == 0 || strcmp(json_string(c), "green") == 0) &&
           d >= -1 && d <= 1 && fabs((g - 0.5) * (g - 2) * (g - 8)) <= 0 && i >= 1 && i <= 9 && fabs(i - round(i)) <= 0 &&
           l >= 0.001 && l <= 100;
}

static void test_generated(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, ALL_KINDS);
    for (int i = 1; i <= 8; i++) {
        char target[80];
        struct answer answer = harness_request(&h, "POST", SUGGESTIONS, i % 2 == 0 ? NULL : "{}");
        const struct json *point = json_member(answer.json, "assignments");
        ok(answer.status == 200 &&
               answer_has_keys(answer.json, "object id experiment assignments created state deleted metadata fairway"),
           "a suggestion has its members and no others: %s", answer.text);
        ok(answer_has_keys(point, "c d g i l") && is_inside(point), "every parameter has a value of its own kind and range");
        ok(strstr(answer.text, ".0,\"l\"") == NULL, "an integer is written as one");
        snprintf(target, sizeof target, SUGGESTIONS "/%d", i);
        CHECK(&h, "GET", target, NULL, 200, answer.text);
        answer_clear(&answer);
    }
    CHECK(&h, "POST", SUGGESTIONS, "{}", 200,
          "{\"object\":\"suggestion\",\"id\":\"9\",\"experiment\":\"1\",\"state\":\"open\",\"deleted\":false,"
          "\"metadata\":null,\"task\":\"<absent>\"}");
    struct answer answer = harness_request(&h, "GET", SUGGESTIONS "/9", NULL);
    int64_t created = 0;
    ok(json_integer(json_member(answer.json, "created"), &created) && created > 1600000000 && created < 100000000000,
       "created is in seconds");
    answer_clear(&answer);
    harness_close(&h);
}

static void test_generated_body(void)
{
    struct harness h;
    open_plain(&h);
    static const struct request_case fine[] = {
        {"POST", SUGGESTIONS, "{\"nonsense\":1,\"id\":7}", 200, "{\"state\":\"open\",\"id\":\"1\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":null,\"metadata\":null,\"task\":null}", 200,
         "{\"fairway\":{\"source\":\"initial\"}}"},
        {"POST", SUGGESTIONS, "{\"task\":{}}", 200, NULL}, // as the R client says nothing
        {"POST", SUGGESTIONS, "{\"metadata\":{\"a\":1.0,\"b\":\"\xc3\xa9\",\"n\":null}}", 200,
         "{\"metadata\":{\"a\":1,\"b\":\"\xc3\xa9\",\"n\":\"<absent>\"}}"},
        {"POST", SUGGESTIONS, "{\"fields\":\"id,fairway\"}", 200,
         "{\"id\":\"5\",\"fairway\":{\"source\":\"fill\"},\"object\":\"<absent>\",\"assignments\":\"<absent>\"}"},
        {"POST", SUGGESTIONS, "{\"fields\":\"id,task\"}", 200, "{\"id\":\"6\",\"task\":\"<absent>\"}"},
        {"POST", SUGGESTIONS, "{\"fields\":\"\"}", 200, "{\"object\":\"suggestion\"}"},
    };
    CHECK_CASES(&h, fine, false);
    static const struct request_case wrong[] = {
        {"POST", SUGGESTIONS, "{\"fields\":\"id,nonsense\"}", 400,
         "{\"message\":\"Unknown field \\\"nonsense\\\" for object suggestion\"}"},
        {"POST", SUGGESTIONS, "{\"fields\":[\"id\"]}", 400, "{\"message\":\"~.fields\"}"},
        {"POST", SUGGESTIONS, "{\"task\":\"t\"}", 400, "{\"message\":\"~task\"}"},
        {"POST", SUGGESTIONS, "{\"task\":{\"name\":\"t\"},\"assignments\":" POINT "}", 400, "{\"message\":\"~task\"}"},
        {"POST", SUGGESTIONS, "{\"metadata\":[]}", 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {"POST", SUGGESTIONS, "{\"metadata\":\"text\"}", 400, "{\"message\":\"~.metadata\"}"},
        {"POST", SUGGESTIONS, "{\"metadata\":{\"a\":[]}}", 400, "{\"message\":\"~.metadata.a\"}"},
        {"POST", SUGGESTIONS, "{\"metadata\":{\"a\":false}}", 400, "{\"message\":\"~.metadata.a\"}"},
        {"POST", SUGGESTIONS, "[]", 400, "{\"message\":\"~JSON object\"}"},
        {"POST", SUGGESTIONS, "{", 400, "{\"message\":\"~Malformed json in request body\"}"},
        {"POST", EXPERIMENTS "/7/suggestions", "{\"metadata\":[]}", 404, "{\"message\":\"~experiment 7\"}"},
    };
    CHECK_CASES(&h, wrong, true);
    CHECK(&h, "GET", SUGGESTIONS "?limit=0", NULL, 200, "{\"count\":7}");
    harness_close(&h);
}

// ------------------------------------------------------------------ explicit

static void test_explicit(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, ALL_KINDS);
    static const struct request_case fine[] = {
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0.1,\"g\":2,\"i\":3.0,\"l\":5},\"metadata\":{\"k\":\"v\"}}",
         200,
         "{\"id\":\"1\",\"assignments\":{\"c\":\"red\",\"d\":0.1,\"g\":2.0,\"i\":3,\"l\":5.0},\"state\":\"open\","
         "\"metadata\":{\"k\":\"v\"}}"},
        // Outside of the bounds, but of the kind.
        {"POST", SUGGESTIONS, "{\"assignments\":{\"l\":1e-300,\"i\":-70,\"g\":0.5,\"d\":1e300,\"c\":\"green\"}}", 200,
         "{\"id\":\"2\",\"assignments\":{\"c\":\"green\",\"d\":1e300,\"g\":0.5,\"i\":-70,\"l\":1e-300}}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":8,\"i\":1,\"l\":1},\"fields\":\"state\"}", 200,
         "{\"state\":\"open\",\"id\":\"<absent>\"}"},
    };
    CHECK_CASES(&h, fine, false);
    static const struct request_case wrong[] = {
        {"POST", SUGGESTIONS, "{\"assignments\":{}}", 400, "{\"message\":\"~.assignments.c is missing\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":[]}", 400, "{\"message\":\"~Invalid type for .assignments\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":\"x\"}", 400, "{\"message\":\"~Invalid type for .assignments\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2,\"i\":1}}", 400,
         "{\"message\":\"~.assignments.l is missing\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2,\"i\":1,\"l\":1,\"m\":1}}", 400,
         "{\"message\":\"~.assignments.m\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"blue\",\"d\":0,\"g\":2,\"i\":1,\"l\":1}}", 400,
         "{\"message\":\"~.assignments.c: \\\"blue\\\"\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":1,\"d\":0,\"g\":2,\"i\":1,\"l\":1}}", 400,
         "{\"message\":\"~Invalid type for .assignments.c\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":\"0\",\"g\":2,\"i\":1,\"l\":1}}", 400,
         "{\"message\":\"~Invalid type for .assignments.d\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":null,\"g\":2,\"i\":1,\"l\":1}}", 400,
         "{\"message\":\"~.assignments.d\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2.5,\"i\":1,\"l\":1}}", 400,
         "{\"message\":\"~.assignments.g\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2,\"i\":1.5,\"l\":1}}", 400,
         "{\"message\":\"~Invalid type for .assignments.i\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2,\"i\":true,\"l\":1}}", 400,
         "{\"message\":\"~Invalid type for .assignments.i\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2,\"i\":1e19,\"l\":1}}", 400,
         "{\"message\":\"~Invalid type for .assignments.i\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2,\"i\":1,\"l\":0}}", 400,
         "{\"message\":\"~.assignments.l\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2,\"i\":1,\"l\":1},\"metadata\":{\"a\":[]}}", 400,
         "{\"message\":\"~.metadata.a\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"red\",\"d\":0,\"g\":2,\"i\":1,\"l\":1},\"task\":\"t\"}", 400,
         "{\"message\":\"~task\"}"},
    };
    CHECK_CASES(&h, wrong, true);
    CHECK(&h, "GET", SUGGESTIONS "/2", NULL, 200, fine[1].want);
    harness_close(&h);
}

// ------------------------------------------------------------------ our own key

// The key `fairway` of a suggestion: its members, and which of them are known.
static void check_fairway(const struct json *suggestion, const char *source, bool exploring, bool generated, bool has_model,
                          bool has_failures)
{
    const struct json *fairway = json_member(suggestion, "fairway"), *metrics = json_member(fairway, "metrics");
    const struct json *metric = json_first(metrics), *v = json_member(fairway, "source");
    is_text(json_kind(v) == JSON_STRING ? json_string(v) : NULL, source, source);
    ok(answer_has_keys(fairway, "source probability_of_feasibility probability_of_constraints expected_improvement metrics exploring "
                                "filler seed sequence"),
       "%s: the members", source);
    ok(json_size(metrics) == 1 && answer_has_keys(metric, "name mean stddev"), "%s: one metric with its members", source);
    v = json_member(fairway, "exploring");
    ok(json_kind(v) == JSON_BOOL && json_bool(v) == exploring, "%s: exploring", source);
    double seed = number(fairway, "seed"), sequence = number(fairway, "sequence"), stddev = number(metric, "stddev");
    double p = number(fairway, "probability_of_feasibility"), improvement = number(fairway, "expected_improvement");
    ok(generated ? seed >= 0 && seed < 4294967296 && sequence >= 0 : isnan(seed) && isnan(sequence), "%s: seed, sequence",
       source);
    ok(has_model ? isfinite(number(metric, "mean")) && stddev >= 0 && improvement >= 0
                 : isnan(number(metric, "mean")) && isnan(stddev) && isnan(improvement),
       "%s: what the model says", source);
    ok(has_failures ? p >= 0 && p <= 1 : isnan(p), "%s: probability of feasibility", source);
}

// A suggestion of experiment `id`, checked.
static void check_source(struct harness *h, int id, const char *body, const char *source, bool has_model, bool has_failures)
{
    char target[80];
    bool generated = strcmp(source, "explicit") != 0;
    snprintf(target, sizeof target, EXPERIMENTS "/%d/suggestions", id);
    struct answer answer = harness_request(h, "POST", target, body);
    if (ok(answer.status == 200, "%s: %s", source, answer.text))
        check_fairway(answer.json, source, generated && !has_model, generated, has_model, has_failures);
    answer_clear(&answer);
}

// Ten observations of points on a diagonal; the first n of them failed.
static void observe_ten(struct harness *h, int id, int n)
{
    char target[80], body[200];
    snprintf(target, sizeof target, EXPERIMENTS "/%d/observations", id);
    for (int i = 0; i < 10; i++) {
        int len = snprintf(body, sizeof body, "{\"assignments\":{\"x\":%g,\"y\":%g},", i * 0.1 + 0.03, 4 - i * 0.8);
        snprintf(body + len, sizeof body - (size_t)len, i < n ? "\"failed\":true}" : "\"values\":[{\"value\":%d}]}", i * (8 - i));
        CHECK(h, "POST", target, body, 200, NULL);
    }
}

static void test_fairway(void)
{
    struct harness h;
    open_plain(&h);
    check_source(&h, 1, "{}", "initial", false, false);
    check_source(&h, 1, "{\"assignments\":" POINT "}", "explicit", false, false);
    observe_ten(&h, 1, 0);
    check_source(&h, 1, "{}", "model", true, false);
    CHECK(&h, "POST", OBSERVATIONS, "{\"assignments\":" POINT ",\"failed\":true}", 200, NULL);
    check_source(&h, 1, "{}", "model", true, true);
    CHECK(&h, "POST", SUGGESTIONS, "{}", 200, "{\"fairway\":{\"sequence\":11,\"metrics\":[{\"name\":null}]}}");
    CHECK(&h, "GET", SUGGESTIONS "?fields=id,fairway", NULL, 200,
          "{\"data\":[{\"id\":\"5\",\"fairway\":{\"source\":\"model\"},\"state\":\"<absent>\"},{\"id\":\"4\"},{\"id\":\"3\"},"
          "{\"fairway\":{\"source\":\"explicit\",\"seed\":null,\"sequence\":null,\"exploring\":false}},"
          "{\"fairway\":{\"source\":\"initial\",\"sequence\":0}}]}");

    // All have failed: as far as possible from everything.
    harness_make(&h, "POST", EXPERIMENTS,
                 "{\"name\":\"f\",\"metrics\":[{\"name\":\"loss\",\"objective\":\"minimize\"}]," X_AND_Y "}");
    observe_ten(&h, 2, 10);
    check_source(&h, 2, "{}", "fill", false, false);
    CHECK(&h, "POST", TWO "/suggestions", NULL, 200, "{\"fairway\":{\"source\":\"fill\",\"metrics\":[{\"name\":\"loss\"}]}}");

    harness_make(&h, "POST", EXPERIMENTS, "{\"name\":\"r\",\"type\":\"random\"," X_AND_Y "}");
    check_source(&h, 3, "{}", "random", false, false);
    observe_ten(&h, 3, 5);
    check_source(&h, 3, "{}", "random", false, false);
    harness_close(&h);
}

// ------------------------------------------------------------------ list

static void test_matrix(void)
{
    struct harness h;
    open_plain(&h);
    // 1 closed, 2 closed and deleted, 3 open, 4 open and deleted
    for (int i = 0; i < 4; i++)
        harness_make(&h, "POST", SUGGESTIONS, i % 2 == 0 ? "{}" : "{\"assignments\":" POINT "}");
    harness_make(&h, "POST", OBSERVATIONS, "{\"suggestion\":1,\"values\":[{\"value\":1}]}");
    harness_make(&h, "POST", OBSERVATIONS, "{\"suggestion\":\"2\",\"failed\":true}");
    CHECK(&h, "DELETE", SUGGESTIONS "/2", NULL, 200, "{}");
    CHECK(&h, "DELETE", SUGGESTIONS "/4", NULL, 200, "{}");
    static const struct request_case cases[] = {
        {"GET", SUGGESTIONS, NULL, 200,
         "{\"object\":\"pagination\",\"count\":2,\"data\":[{\"id\":\"3\",\"state\":\"open\",\"deleted\":false},"
         "{\"id\":\"1\",\"state\":\"closed\",\"deleted\":false}],\"paging\":{\"before\":null,\"after\":\"CgIQAw\"}}"},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"3\"}]}"},
        {"GET", SUGGESTIONS "?deleted=False", NULL, 200, "{\"count\":2,\"data\":[{\"id\":\"3\"},{\"id\":\"1\"}]}"},
        {"GET", SUGGESTIONS "?deleted=0&state=open", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"3\"}]}"},
        {"GET", SUGGESTIONS "?deleted=True", NULL, 200,
         "{\"count\":2,\"data\":[{\"id\":\"4\",\"state\":\"open\",\"deleted\":true},"
         "{\"id\":\"2\",\"state\":\"closed\",\"deleted\":true}]}"},
        {"GET", SUGGESTIONS "?deleted=1&state=open", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"4\"}]}"},
        {"GET", SUGGESTIONS "?id=1,3", NULL, 200, "{\"count\":2,\"data\":[{\"id\":\"3\"},{\"id\":\"1\"}]}"},
        {"GET", SUGGESTIONS "?id=3", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"3\"}]}"},
        {"GET", SUGGESTIONS "?id=1,2,3,4,5,-6&state=open", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"3\"}]}"},
        {"GET", SUGGESTIONS "?id=2,2,4,1&deleted=true", NULL, 200, "{\"count\":2,\"data\":[{\"id\":\"4\"},{\"id\":\"2\"}]}"},
        {"GET", SUGGESTIONS "?id=9", NULL, 200, "{\"count\":0,\"data\":[],\"paging\":{\"before\":null,\"after\":null}}"},
        {"GET", SUGGESTIONS "?id=", NULL, 200, "{\"count\":2}"},
        {"GET", SUGGESTIONS "?id=%201%20%2C%2B3", NULL, 200, "{\"count\":2}"},
        {"GET", SUGGESTIONS "?sort=nonsense&ascending=nonsense&unknown=1", NULL, 200,
         "{\"data\":[{\"id\":\"3\"},{\"id\":\"1\"}]}"},
        {"GET", SUGGESTIONS "?state=open&state=closed", NULL, 200, "{\"count\":1}"},
        {"GET", SUGGESTIONS "?fields=state", NULL, 200,
         "{\"data\":[{\"state\":\"open\",\"id\":\"<absent>\"},{\"state\":\"closed\"}]}"},
        {"GET", SUGGESTIONS "/1?fields=nonsense", NULL, 200, "{\"state\":\"closed\"}"}, // not honoured here
        {"GET", SUGGESTIONS "/2", NULL, 404, "{\"message\":\"suggestion 2 does not exist\",\"status\":404}"},
        {"GET", SUGGESTIONS "?state=closed", NULL, 400, "{\"message\":\"~state\"}"},
        {"GET", SUGGESTIONS "?state=", NULL, 400, "{\"message\":\"~state\"}"},
        {"GET", SUGGESTIONS "?deleted=yes", NULL, 400, "{\"message\":\"~deleted\"}"},
        {"GET", SUGGESTIONS "?id=1,two", NULL, 400, "{\"message\":\"~Invalid type for id\"}"},
        {"GET", SUGGESTIONS "?id=1,", NULL, 400, "{\"message\":\"~Invalid type for id\"}"},
        {"GET", SUGGESTIONS "?id=99999999999999999999", NULL, 400, "{\"message\":\"~Invalid type for id\"}"},
        {"GET", SUGGESTIONS "?limit=1001", NULL, 400, "{\"message\":\"~1000\"}"},
        {"GET", SUGGESTIONS "?limit=-1", NULL, 400, "{\"message\":\"~limit\"}"},
        {"GET", SUGGESTIONS "?before=", NULL, 400, "{\"message\":\"~before\"}"},
        {"GET", SUGGESTIONS "?fields=nonsense", NULL, 400, "{\"message\":\"~nonsense\"}"},
    };
    CHECK_CASES(&h, cases, true);
    // The suggestion stays closed when its observation goes.
    CHECK(&h, "DELETE", OBSERVATIONS "/1", NULL, 200, "{}");
    CHECK(&h, "GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"3\"}]}");
    CHECK(&h, "GET", SUGGESTIONS "/1", NULL, 200, "{\"state\":\"closed\"}");
    harness_close(&h);
}

struct page_case {
    const char *ids, *count;
    bool has_before, has_after;
};

// Walks down through the pages of a list: what each of them holds, and which markers it has.
static void walk(struct harness *h, const char *query, const struct page_case *pages, size_t n)
{
    char target[200], marker[100] = "";
    for (size_t i = 0; i < n; i++) {
        char ids[100] = "";
        snprintf(target, sizeof target, SUGGESTIONS "?%s%s%s", query, *marker == '\0' ? "" : "&before=", marker);
        struct answer answer = harness_request(h, "GET", target, NULL);
        for (const struct json *v = json_first(json_member(answer.json, "data")); v != NULL; v = json_next(v)) {
            size_t used = strlen(ids);
            snprintf(ids + used, sizeof ids - used, "%s ", json_string(json_member(v, "id")));
        }
        const struct json *paging = json_member(answer.json, "paging");
        const struct json *before = json_member(paging, "before"), *after = json_member(paging, "after");
        is_text(ids, pages[i].ids, target);
        ok(answer.text != NULL && strstr(answer.text, pages[i].count) != NULL, "%s in %s", pages[i].count, target);
        ok((json_kind(before) == JSON_STRING) == pages[i].has_before, "%s: before", target);
        ok((json_kind(after) == JSON_STRING) == pages[i].has_after, "%s: after", target);
        snprintf(marker, sizeof marker, "%s", json_kind(before) == JSON_STRING ? json_string(before) : "");
        answer_clear(&answer);
    }
    is_text(marker, "", "the last page is the last");
}

static void test_paging(void)
{
    struct harness h;
    open_plain(&h);
    for (int i = 0; i < 8; i++)
        harness_make(&h, "POST", SUGGESTIONS, i < 6 ? "{}" : "{\"assignments\":" POINT "}");
    harness_make(&h, "POST", OBSERVATIONS, "{\"suggestion\":2,\"values\":[{\"value\":1}]}");
    harness_make(&h, "POST", OBSERVATIONS, "{\"suggestion\":7,\"values\":[{\"value\":1}]}");
    static const struct page_case open[] = {{"8 6 ", "\"count\":6,", true, true},
                                            {"5 4 ", "\"count\":6,", true, true},
                                            {"3 1 ", "\"count\":6,", false, true}};
    walk(&h, "limit=2&state=open", open, 3);
    static const struct page_case all[] = {{"8 7 ", "\"count\":8,", true, true},
                                           {"6 5 ", "\"count\":8,", true, true},
                                           {"4 3 ", "\"count\":8,", true, true},
                                           {"2 1 ", "\"count\":8,", false, true}};
    walk(&h, "limit=2", all, 4);
    static const struct page_case some[] = {{"8 6 3 ", "\"count\":4,", true, true}, {"1 ", "\"count\":4,", false, true}};
    walk(&h, "id=8,1,2,3,6,7&state=open&limit=3", some, 2);
    static const struct request_case cases[] = {
        {"GET", SUGGESTIONS "?limit=0&state=open", NULL, 200,
         "{\"count\":6,\"data\":[],\"paging\":{\"before\":\"CgIQCQ\",\"after\":null}}"},
        // From below: the two that follow, shown from the newest down.
        {"GET", SUGGESTIONS "?limit=2&state=open&after=CgIQAQ", NULL, 200,
         "{\"count\":6,\"data\":[{\"id\":\"4\"},{\"id\":\"3\"}],\"paging\":{\"before\":\"CgIQAw\",\"after\":\"CgIQBA\"}}"},
        {"GET", SUGGESTIONS "?after=CgIQCA", NULL, 200,
         "{\"count\":8,\"data\":[],\"paging\":{\"before\":\"CgIQBw\",\"after\":\"CgIQCA\"}}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// ------------------------------------------------------------------ change and delete

static void test_change(void)
{
    struct harness h;
    open_plain(&h);
    harness_make(&h, "POST", EXPERIMENTS, "{\"name\":\"other\"," X_AND_Y "}");
    harness_make(&h, "POST", SUGGESTIONS, "{\"assignments\":" POINT ",\"metadata\":{\"a\":1}}");
    static const struct request_case cases[] = {
        {"PUT", SUGGESTIONS "/1", "{}", 200,
         "{\"id\":\"1\",\"experiment\":\"1\",\"assignments\":" POINT ",\"metadata\":{\"a\":1},\"state\":\"open\","
         "\"fairway\":{\"source\":\"explicit\"}}"},
        {"PUT", SUGGESTIONS "/1", NULL, 200, "{\"metadata\":{\"a\":1}}"},
        {"PUT", SUGGESTIONS "/1", "{\"metadata\":{\"b\":\"2\"}}", 200, "{\"metadata\":{\"b\":\"2\",\"a\":\"<absent>\"}}"},
        {"GET", SUGGESTIONS "/1", NULL, 200, "{\"metadata\":{\"b\":\"2\",\"a\":\"<absent>\"}}"},
        // Everything else is ignored.
        {"PUT", SUGGESTIONS "/1", "{\"assignments\":{\"x\":9},\"state\":\"closed\",\"deleted\":true,\"fields\":[1]}", 200,
         "{\"assignments\":" POINT ",\"state\":\"open\",\"deleted\":false,\"metadata\":{\"b\":\"2\"}}"},
        {"PUT", SUGGESTIONS "/1", "{\"metadata\":{}}", 200, "{\"metadata\":{}}"},
        {"PUT", SUGGESTIONS "/1", "{\"metadata\":null}", 200, "{\"metadata\":null}"},
        {"GET", SUGGESTIONS "/1", NULL, 200, "{\"metadata\":null,\"assignments\":" POINT "}"},
    };
    CHECK_CASES(&h, cases, false);
    static const struct request_case wrong[] = {
        {"PUT", SUGGESTIONS "/1", "{\"metadata\":[1]}", 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {"PUT", SUGGESTIONS "/1", "{\"metadata\":{\"a\":{}}}", 400, "{\"message\":\"~.metadata.a\"}"},
        {"PUT", SUGGESTIONS "/2", "{\"metadata\":[1]}", 404, "{\"message\":\"suggestion 2 does not exist\"}"},
        {"GET", SUGGESTIONS "/0", NULL, 404, NULL},
        {"GET", SUGGESTIONS "/99999999999999999999", NULL, 404, NULL},
        {"GET", SUGGESTIONS "/one", NULL, 404, NULL},
        {"GET", TWO "/suggestions/1", NULL, 404, "{\"message\":\"suggestion 1 does not exist\"}"},
        {"PUT", TWO "/suggestions/1", "{}", 404, NULL},
        {"PUT", TWO "/suggestions/1", "{\"metadata\":[1]}", 404, NULL},
        {"DELETE", TWO "/suggestions/1", NULL, 404, NULL},
        {"GET", TWO "/suggestions", NULL, 200, "{\"count\":0,\"data\":[]}"},
        {"GET", TWO "/suggestions?id=1", NULL, 200, "{\"count\":0}"},
        {"POST", SUGGESTIONS "/1", "{}", 405, "{\"message\":\"~GET, PUT, DELETE\"}"},
        {"PUT", SUGGESTIONS, "{}", 405, NULL},
        {"GET", SUGGESTIONS "/1", NULL, 200, "{\"metadata\":null,\"state\":\"open\"}"},
    };
    CHECK_CASES(&h, wrong, true);
    harness_close(&h);
}

static void test_delete(void)
{
    struct harness h;
    open_plain(&h);
    for (int i = 0; i < 6; i++)
        harness_make(&h, "POST", SUGGESTIONS, "{}");
    harness_make(&h, "POST", OBSERVATIONS, "{\"suggestion\":2,\"values\":[{\"value\":1}]}");
    static const struct request_case first[] = {
        {"DELETE", SUGGESTIONS "/1", NULL, 200, "{}"},
        {"GET", SUGGESTIONS, NULL, 200,
         "{\"count\":5,\"data\":[{\"id\":\"6\"},{\"id\":\"5\"},{\"id\":\"4\"},{\"id\":\"3\"},{\"id\":\"2\"}]}"},
    };
    CHECK_CASES(&h, first, false);
    static const struct request_case gone[] = {
        {"DELETE", SUGGESTIONS "/1", NULL, 404, "{\"message\":\"suggestion 1 does not exist\"}"},
        {"GET", SUGGESTIONS "/1", NULL, 404, NULL},
        {"PUT", SUGGESTIONS "/1", "{\"metadata\":{}}", 404, NULL},
        {"POST", OBSERVATIONS, "{\"suggestion\":1,\"values\":[{\"value\":1}]}", 400, "{\"message\":\"~suggestion 1\"}"},
        {"DELETE", SUGGESTIONS "?state=closed", NULL, 400, "{\"message\":\"~state\"}"},
        {"DELETE", EXPERIMENTS "/2/suggestions", NULL, 404, NULL},
    };
    CHECK_CASES(&h, gone, true);
    static const struct request_case rest[] = {
        {"DELETE", SUGGESTIONS "?state=open", NULL, 200, "{}"},
        {"GET", SUGGESTIONS, NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"2\",\"state\":\"closed\"}]}"},
        {"GET", SUGGESTIONS "?deleted=true", NULL, 200, "{\"count\":5}"},
        {"DELETE", SUGGESTIONS "?state=open", NULL, 200, "{}"},
        {"POST", SUGGESTIONS, "{}", 200, "{\"id\":\"7\"}"},
        {"DELETE", SUGGESTIONS, NULL, 200, "{}"},
        {"GET", SUGGESTIONS, NULL, 200, "{\"count\":0,\"data\":[]}"},
        {"GET", SUGGESTIONS "?state=open&limit=0", NULL, 200, "{\"count\":0}"},
        {"DELETE", SUGGESTIONS, NULL, 200, "{}"},
        {"GET", OBSERVATIONS "/1", NULL, 200, "{\"suggestion\":\"2\"}"}, // what was reported stays
        {"PUT", OBSERVATIONS "/1", "{\"values\":[{\"value\":3}]}", 200, "{\"suggestion\":\"2\"}"},
    };
    CHECK_CASES(&h, rest, false);
    harness_close(&h);
}

static void test_deleted_experiment(void)
{
    struct harness h;
    open_plain(&h);
    harness_make(&h, "POST", SUGGESTIONS, "{}");
    CHECK(&h, "DELETE", ONE, NULL, 200, NULL);
    static const struct request_case cases[] = {
        {"POST", SUGGESTIONS, "{}", 400, "{\"message\":\"experiment 1 is deleted\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":" POINT "}", 400, "{\"message\":\"experiment 1 is deleted\"}"},
        {"POST", SUGGESTIONS, "{\"assignments\":{}}", 400, "{\"message\":\"experiment 1 is deleted\"}"},
        {"GET", SUGGESTIONS "/1", NULL, 200, "{\"state\":\"open\"}"},
        {"GET", SUGGESTIONS, NULL, 200, "{\"count\":1}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// ------------------------------------------------------------------ many, and the last ones

// True when no two suggestions in the list have the same assignments.
static bool all_different(const struct json *list)
{
    for (const struct json *a = json_first(list); a != NULL; a = json_next(a))
        for (const struct json *b = json_next(a); b != NULL; b = json_next(b)) {
            char why[700];
            if (answer_matches(json_member(a, "assignments"), json_member(b, "assignments"), why, sizeof why))
                return false;
        }
    return true;
}

static void test_many_open(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, "{\"name\":\"wide\",\"parallel_bandwidth\":2,\"observation_budget\":3," X_AND_Y "}");
    for (int i = 1; i <= 70; i++) {
        char want[60];
        snprintf(want, sizeof want, "{\"id\":\"%d\",\"state\":\"open\"}", i);
        CHECK(&h, "POST", SUGGESTIONS, "{}", 200, want);
        if (i == 5 || i == 70) {
            struct answer answer = harness_request(&h, "GET", SUGGESTIONS "?state=open", NULL);
            ok(json_size(json_member(answer.json, "data")) == (size_t)i && all_different(json_member(answer.json, "data")),
               "%d are open and different", i);
            answer_clear(&answer);
        }
    }
    // The first observation of all arrives late, and after it things go on.
    CHECK(&h, "POST", OBSERVATIONS, "{\"suggestion\":40,\"values\":[{\"value\":1}]}", 200, NULL);
    CHECK(&h, "POST", SUGGESTIONS, "{}", 200, "{\"id\":\"71\"}");
    CHECK(&h, "GET", SUGGESTIONS "?state=open&limit=0", NULL, 200, "{\"count\":70}");
    harness_close(&h);
}

static void test_exhausted(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS,
                 "{\"name\":\"small\",\"parameters\":[{\"name\":\"i\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":2}},"
                 "{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\",\"c\"]}]}");
    for (int i = 1; i <= 6; i++)
        harness_make(&h, "POST", SUGGESTIONS, "{}");
    struct answer answer = harness_request(&h, "GET", SUGGESTIONS, NULL);
    ok(all_different(json_member(answer.json, "data")), "each of the six points came once");
    answer_clear(&answer);
    CHECK(&h, "POST", SUGGESTIONS, "{}", 200, "{\"id\":\"7\"}"); // all are open: one comes again
    for (int i = 1; i <= 6; i++) {
        char body[100];
        snprintf(body, sizeof body, "{\"suggestion\":%d,%s}", i, i == 4 ? "\"values\":[{\"value\":1}]" : "\"failed\":true");
        CHECK(&h, "POST", OBSERVATIONS, body, 200, NULL);
    }
    CHECK(&h, "DELETE", SUGGESTIONS "/7", NULL, 200, NULL);
    // All are known: what has worked is repeated before what has failed.
    struct answer known = harness_request(&h, "GET", SUGGESTIONS "/4", NULL);
    answer = harness_request(&h, "POST", SUGGESTIONS, "{}");
    char why[700] = "";
    const struct json *point = json_member(answer.json, "assignments"), *success = json_member(known.json, "assignments");
    ok(answer.status == 200 && answer_matches(point, success, why, sizeof why), "the success comes again%s", why);
    answer_clear(&known);
    answer_clear(&answer);
    for (int i = 0; i < 8; i++)
        CHECK(&h, "POST", SUGGESTIONS, "{}", 200, "{\"state\":\"open\",\"assignments\":{\"i\":\"<any>\",\"c\":\"<any>\"}}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_generated);
    TAP_RUN(test_generated_body);
    TAP_RUN(test_explicit);
    TAP_RUN(test_fairway);
    TAP_RUN(test_matrix);
    TAP_RUN(test_paging);
    TAP_RUN(test_change);
    TAP_RUN(test_delete);
    TAP_RUN(test_deleted_experiment);
    TAP_RUN(test_many_open);
    TAP_RUN(test_exhausted);
    return tap_done();
}
