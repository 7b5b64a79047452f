// Updates of observations, cell by cell of the decision tables.
#include <inttypes.h>

#include "storage/storage.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define ONE EXPERIMENTS "/1"
#define TWO EXPERIMENTS "/2"
#define SUGGESTIONS ONE "/suggestions"
#define OBSERVATIONS ONE "/observations"

#define X_AND_Y                                                                                                               \
    "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"                                  \
    "{\"name\":\"y\",\"type\":\"double\",\"bounds\":{\"min\":-5,\"max\":5}}]"
#define POINT "{\"x\":0.25,\"y\":-1.5}"
#define OTHER "{\"x\":0.75,\"y\":2.5}"
#define AT "\"assignments\":" POINT
#define V1 "\"values\":[{\"value\":1}]"
#define LOSS_AND_COST(loss, cost) "\"values\":[{\"name\":\"" loss "\",\"value\":1},{\"name\":\"" cost "\",\"value\":2}]"

// Experiment 1 has one metric without a name, experiment 2 one that is minimized and one that is only stored.
static void open_two(struct harness *h)
{
    harness_open(h);
    harness_make(h, "POST", EXPERIMENTS, "{\"name\":\"one\"," X_AND_Y "}");
    harness_make(h, "POST", EXPERIMENTS,
                 "{\"name\":\"two\",\"metrics\":[{\"name\":\"loss\",\"objective\":\"minimize\"},"
                 "{\"name\":\"cost\",\"strategy\":\"store\"}]," X_AND_Y "}");
}

// ------------------------------------------------------------------ the tables

// One cell of a decision table: a new observation, made by `state`, is updated.
struct cell {
    const char *state, *body;
    int status;
    const char *want; // of the answer, and when it is 200 of a later read
};

// Observations of an experiment. What is refused must change nothing.
static void check_cells(struct harness *h, const char *observations, const struct cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char target[100];
        int64_t id = harness_make(h, "POST", observations, cells[i].state), before = harness_version(h);
        snprintf(target, sizeof target, "%s/%" PRId64, observations, id);
        struct answer old = harness_request(h, "GET", target, NULL);
        CHECK(h, "PUT", target, cells[i].body, cells[i].status, cells[i].want);
        if (cells[i].status == 200)
            CHECK(h, "GET", target, NULL, 200, cells[i].want);
        else
            ok(harness_version(h) == before, "%s: nothing is stored", h->why);
        struct answer now = harness_request(h, "GET", target, NULL);
        bool is_same = strcmp(old.text, now.text) == 0, has_id = json_member(now.json, "id") != NULL;
        ok(has_id && (is_same || cells[i].status == 200), "%s: what is there", cells[i].body);
        answer_clear(&old);
        answer_clear(&now);
    }
}

#define CHECK_CELLS(h, observations, cells) check_cells((h), (observations), (cells), sizeof(cells) / sizeof *(cells))

#define SUCCESS "{" AT ",\"values\":[{\"value\":1,\"value_stddev\":0.1}]}"
#define FAILURE "{" AT ",\"failed\":true}"
#define V26 "\"values\":[{\"value\":2.6}]"
#define IS_ONE "{\"failed\":false,\"values\":[{\"value\":1,\"value_stddev\":0.1}]}"
#define IS_FAILED "{\"failed\":true,\"values\":[]}"

static void test_update_outcome(void)
{
    struct harness h;
    open_two(&h);
    static const struct cell cells[] = {
        {SUCCESS, "{}", 200, IS_ONE},
        {SUCCESS, NULL, 200, IS_ONE},
        {SUCCESS, "{\"failed\":true}", 400, "{\"message\":\"~.values\"}"},
        {SUCCESS, "{\"failed\":false}", 200, IS_ONE},
        {SUCCESS, "{\"failed\":null}", 200, IS_ONE},
        {SUCCESS, "{" V26 "}", 200, "{\"failed\":false,\"values\":[{\"value\":2.6,\"value_stddev\":0.1}]}"},
        {SUCCESS, "{\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        {SUCCESS, "{\"failed\":true,\"values\":null}", 200, IS_FAILED},
        {SUCCESS, "{\"failed\":false," V26 "}", 200, "{\"failed\":false,\"values\":[{\"value\":2.6}]}"},
        {SUCCESS, "{\"failed\":true," V26 "}", 400, "{\"message\":\"~.values\"}"},
        {SUCCESS, "{\"failed\":false,\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        {SUCCESS, "{\"failed\":null,\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{}", 200, IS_FAILED},
        {FAILURE, "{\"failed\":true}", 200, IS_FAILED},
        {FAILURE, "{\"failed\":false}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{\"failed\":null}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{" V26 "}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{\"values\":null}", 200, IS_FAILED},
        {FAILURE, "{\"failed\":true,\"values\":null}", 200, IS_FAILED},
        {FAILURE, "{\"failed\":false," V26 "}", 200, "{\"failed\":false,\"values\":[{\"value\":2.6,\"value_stddev\":null}]}"},
        {FAILURE, "{\"failed\":null," V26 "}", 200, "{\"failed\":false,\"values\":[{\"value\":2.6}]}"},
        {FAILURE, "{\"failed\":true," V26 "}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{\"failed\":false,\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        // What a value may look like.
        {FAILURE, "{\"failed\":false,\"values\":[{\"name\":\"\",\"value\":3,\"value_stddev\":1}]}", 200,
         "{\"values\":[{\"name\":null,\"value\":3,\"value_stddev\":1}]}"},
        {FAILURE, "{\"failed\":false,\"value\":3,\"value_stddev\":1}", 200, "{\"values\":[{\"value\":3,\"value_stddev\":1}]}"},
        {SUCCESS, "{\"value\":3}", 200, "{\"values\":[{\"value\":3,\"value_stddev\":0.1}]}"},
        {SUCCESS, "{\"values\":[{\"name\":null,\"value\":2.6}]}", 200, "{\"values\":[{\"value\":2.6,\"value_stddev\":0.1}]}"},
        {SUCCESS, "{\"values\":[{\"value\":1,\"value_stddev\":0.5}]}", 200, "{\"values\":[{\"value\":1,\"value_stddev\":0.5}]}"},
        {SUCCESS, "{\"values\":[{\"value\":1,\"value_stddev\":0}]}", 200, "{\"values\":[{\"value\":1,\"value_stddev\":0}]}"},
        {SUCCESS, "{\"values\":[{\"value\":1,\"value_stddev\":null}]}", 200,
         "{\"values\":[{\"value\":1,\"value_stddev\":null}]}"},
        {SUCCESS, "{\"values\":[{\"value\":1,\"value_stddev\":-1}]}", 400, "{\"message\":\"~.values[0].value_stddev\"}"},
        {SUCCESS, "{\"values\":[{\"values\":3}]}", 400, "{\"message\":\"~`values` in .values[0]\"}"},
        {SUCCESS, "{\"values\":[{\"value\":null}]}", 400, "{\"message\":\"~.values[0]\"}"},
        {SUCCESS, "{\"values\":[]}", 400, "{\"message\":\"~.values\"}"},
        {SUCCESS, "{\"values\":{}}", 400, "{\"message\":\"~.values\"}"},
        {SUCCESS, "{\"value\":3," V26 "}", 400, "{\"message\":\"~.value\"}"},
        {SUCCESS, "{\"value_stddev\":3}", 400, "{\"message\":\"~.value_stddev\"}"},
        {FAILURE, "{\"failed\":false,\"values\":[{\"name\":\"score\",\"value\":3}]}", 400, "{\"message\":\"~.values[0]\"}"},
        {FAILURE, "{\"failed\":false,\"values\":[{\"value\":3},{\"name\":\"b\",\"value\":3}]}", 400,
         "{\"message\":\"~must be equal\"}"},
    };
    CHECK_CELLS(&h, OBSERVATIONS, cells);
    harness_close(&h);
}

static void test_update_others(void)
{
    struct harness h;
    open_two(&h);
    static const struct cell cells[] = {
        {SUCCESS, "{\"metadata\":{\"a\":1}}", 200, "{\"metadata\":{\"a\":1},\"values\":[{\"value\":1,\"value_stddev\":0.1}]}"},
        {"{" AT ",\"failed\":true,\"metadata\":{\"a\":1}}", "{\"metadata\":{\"b\":2}}", 200,
         "{\"metadata\":{\"b\":2,\"a\":\"<absent>\"},\"failed\":true}"},
        {"{" AT ",\"failed\":true,\"metadata\":{\"a\":1}}", "{\"failed\":true}", 200, "{\"metadata\":{\"a\":1}}"},
        {"{" AT ",\"failed\":true,\"metadata\":{\"a\":1}}", "{\"metadata\":null}", 200, "{\"metadata\":null}"},
        {"{" AT ",\"failed\":true,\"metadata\":{\"a\":1}}", "{\"metadata\":{}}", 200, "{\"metadata\":{}}"},
        {SUCCESS, "{\"no_optimize\":true,\"task\":null}", 200, IS_ONE},
        {SUCCESS, "{\"metadata\":[]}", 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {SUCCESS, "{\"metadata\":{\"a\":true}}", 400, "{\"message\":\"~.metadata.a\"}"},
        {SUCCESS, "{\"no_optimize\":0}", 400, "{\"message\":\"~.no_optimize\"}"},
        {SUCCESS, "{\"failed\":0}", 400, "{\"message\":\"~Invalid type for .failed\"}"},
        {SUCCESS, "{\"task\":\"t\"}", 400, "{\"message\":\"~.task\"}"},
        {SUCCESS, "{\"task\":{\"name\":\"t\"}}", 400, "{\"message\":\"~.task\"}"},
        {SUCCESS, "{\"created\":1}", 400, "{\"message\":\"~`created`\"}"},
        {SUCCESS, "{\"fields\":\"id\"}", 400, "{\"message\":\"~`fields`\"}"},
        {SUCCESS, "{\"deleted\":true}", 400, "{\"message\":\"~`deleted`\"}"},
    };
    CHECK_CELLS(&h, OBSERVATIONS, cells);
    static const struct request_case elsewhere[] = {
        {"PUT", TWO "/observations/1", "{}", 404, "{\"message\":\"observation 1 does not exist\"}"},
        {"PUT", TWO "/observations/1", "{\"nonsense\":1}", 404, NULL},
        {"PUT", OBSERVATIONS "/99", "{}", 404, NULL},
        {"DELETE", TWO "/observations/1", NULL, 404, NULL},
        {"GET", TWO "/observations/1", NULL, 404, NULL},
        {"PUT", OBSERVATIONS, "{}", 405, NULL},
    };
    CHECK_CASES(&h, elsewhere, true);
    // `created` stays, whatever is changed.
    struct answer old = harness_request(&h, "GET", OBSERVATIONS "/1", NULL);
    struct answer now = harness_request(&h, "PUT", OBSERVATIONS "/1", "{\"values\":null,\"failed\":true}");
    int64_t was = -1, is = -2;
    ok(json_integer(json_member(old.json, "created"), &was) && json_integer(json_member(now.json, "created"), &is) && was == is,
       "created stays");
    answer_clear(&old);
    answer_clear(&now);
    harness_close(&h);
}

#define BY_SUGGESTION "{\"suggestion\":1," V1 "}"
#define BY_POINT "{\"assignments\":" POINT "," V1 "}"
#define IS_SUGGESTION_1 "{\"suggestion\":\"1\",\"assignments\":{\"x\":0.1,\"y\":1},\"values\":[{\"value\":1}]}"
#define IS_SUGGESTION_2 "{\"suggestion\":\"2\",\"assignments\":{\"x\":0.2,\"y\":2},\"values\":[{\"value\":1}]}"
#define IS_POINT "{\"suggestion\":null,\"assignments\":" POINT ",\"values\":[{\"value\":1}]}"
#define IS_OTHER "{\"suggestion\":null,\"assignments\":" OTHER ",\"values\":[{\"value\":1}]}"
#define BOTH_OR_NONE "{\"message\":\"~.suggestion\"}"

// 1 and 2 are suggestions of experiment 1; 3 is deleted, 4 is one of experiment 2.
static void make_suggestions(struct harness *h)
{
    harness_make(h, "POST", SUGGESTIONS, "{\"assignments\":{\"x\":0.1,\"y\":1}}");
    harness_make(h, "POST", SUGGESTIONS, "{\"assignments\":{\"x\":0.2,\"y\":2}}");
    harness_make(h, "POST", SUGGESTIONS, "{\"assignments\":{\"x\":0.3,\"y\":3}}");
    harness_make(h, "POST", TWO "/suggestions", "{\"assignments\":{\"x\":0.4,\"y\":4}}");
    CHECK(h, "DELETE", SUGGESTIONS "/3", NULL, 200, NULL);
}

static void test_update_source(void)
{
    struct harness h;
    open_two(&h);
    make_suggestions(&h);
    static const struct cell cells[] = {
        {BY_SUGGESTION, "{\"suggestion\":2}", 200, IS_SUGGESTION_2},
        {BY_SUGGESTION, "{\"suggestion\":1}", 200, IS_SUGGESTION_1},
        {BY_SUGGESTION, "{\"assignments\":" OTHER "}", 400, BOTH_OR_NONE},
        {BY_SUGGESTION, "{\"suggestion\":null}", 400, BOTH_OR_NONE},
        {BY_SUGGESTION, "{\"assignments\":null}", 200, IS_SUGGESTION_1},
        {BY_SUGGESTION, "{\"suggestion\":\"2\",\"assignments\":null}", 200, IS_SUGGESTION_2},
        {BY_SUGGESTION, "{\"suggestion\":null,\"assignments\":" OTHER "}", 200, IS_OTHER},
        {BY_SUGGESTION, "{\"suggestion\":2,\"assignments\":" OTHER "}", 400, BOTH_OR_NONE},
        {BY_SUGGESTION, "{\"suggestion\":null,\"assignments\":null}", 400, BOTH_OR_NONE},
        {BY_POINT, "{\"suggestion\":2}", 400, BOTH_OR_NONE},
        {BY_POINT, "{\"assignments\":" OTHER "}", 200, IS_OTHER},
        {BY_POINT, "{\"suggestion\":null}", 200, IS_POINT},
        {BY_POINT, "{\"assignments\":null}", 400, BOTH_OR_NONE},
        {BY_POINT, "{\"suggestion\":2,\"assignments\":null}", 200, IS_SUGGESTION_2},
        {BY_POINT, "{\"suggestion\":null,\"assignments\":" OTHER "}", 200, IS_OTHER},
        {BY_POINT, "{\"suggestion\":2,\"assignments\":" OTHER "}", 400, BOTH_OR_NONE},
        {BY_POINT, "{\"suggestion\":null,\"assignments\":null}", 400, BOTH_OR_NONE},
        // Only suggestions that can be observed.
        {BY_SUGGESTION, "{\"suggestion\":0}", 400, "{\"message\":\"~suggestion 0\"}"},
        {BY_SUGGESTION, "{\"suggestion\":3}", 400, "{\"message\":\"~suggestion 3 of experiment 1\"}"},
        {BY_SUGGESTION, "{\"suggestion\":4}", 400, "{\"message\":\"~suggestion 4 of experiment 1\"}"},
        {BY_POINT, "{\"suggestion\":0,\"assignments\":null}", 400, "{\"message\":\"~suggestion 0\"}"},
        {BY_POINT, "{\"suggestion\":-1,\"assignments\":null}", 400, "{\"message\":\"~suggestion -1\"}"},
        {BY_POINT, "{\"suggestion\":\"one\",\"assignments\":null}", 400, "{\"message\":\"~Invalid type for .suggestion\"}"},
        {BY_POINT, "{\"assignments\":{}}", 400, "{\"message\":\"~.assignments.x\"}"},
        {BY_POINT, "{\"assignments\":[]}", 400, "{\"message\":\"~Invalid type for .assignments\"}"},
        {BY_POINT, "{\"assignments\":{\"x\":1}}", 400, "{\"message\":\"~.assignments.y\"}"},
        {BY_POINT, "{\"assignments\":{\"x\":1,\"y\":2,\"z\":3}}", 400, "{\"message\":\"~.assignments.z\"}"},
        {BY_SUGGESTION, "{\"suggestion\":2,\"failed\":true,\"values\":null,\"metadata\":{\"m\":1}}", 200,
         "{\"suggestion\":\"2\",\"failed\":true,\"values\":[],\"metadata\":{\"m\":1}}"},
    };
    CHECK_CELLS(&h, OBSERVATIONS, cells);
    harness_close(&h);
}

// A suggestion is open as long as no observation refers to it, also when observations are moved.
static void test_update_closes(void)
{
    struct harness h;
    open_two(&h);
    make_suggestions(&h);
    static const struct request_case cases[] = {
        {"POST", OBSERVATIONS, BY_SUGGESTION, 200, NULL},
        {"POST", OBSERVATIONS, BY_SUGGESTION, 200, NULL},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"2\"}]}"},
        {"PUT", OBSERVATIONS "/1", "{\"suggestion\":2}", 200, IS_SUGGESTION_2},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":0}"}, // 1 has its second observation
        {"PUT", OBSERVATIONS "/2", "{\"suggestion\":2}", 200, IS_SUGGESTION_2},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"1\",\"state\":\"open\"}]}"},
        {"PUT", OBSERVATIONS "/2", "{\"suggestion\":null,\"assignments\":" OTHER "}", 200, IS_OTHER},
        {"GET", SUGGESTIONS "/2", NULL, 200, "{\"state\":\"closed\"}"},
        {"DELETE", OBSERVATIONS "/1", NULL, 200, "{}"}, // deleted ones refer too
        {"PUT", OBSERVATIONS "/2", "{\"suggestion\":1,\"assignments\":null}", 200, IS_SUGGESTION_1},
        {"POST", OBSERVATIONS, "{\"suggestion\":2,\"failed\":true}", 200, NULL},
        {"PUT", OBSERVATIONS "/3", "{\"suggestion\":1}", 200, NULL},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":0}"},
        {"POST", SUGGESTIONS, "{}", 200, "{\"id\":\"5\"}"},
        {"GET", SUGGESTIONS "?state=open", NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"5\"}]}"},
    };
    CHECK_CASES(&h, cases, false);
    struct err err = {.code = ERR_NONE};
    ok(storage_check(h.storage, &err) == ERR_NONE, "the counts are right: %s", err.text);
    harness_close(&h);
}

#define BOTH(loss, cost) "\"values\":[{\"name\":\"loss\",\"value\":" loss "},{\"name\":\"cost\",\"value\":" cost "}]"
#define TWO_SUCCESS                                                                                                           \
    "{" AT ",\"values\":[{\"name\":\"loss\",\"value\":1,\"value_stddev\":0.1},"                                               \
    "{\"name\":\"cost\",\"value\":2,\"value_stddev\":0.2}]}"
#define IS_TWO                                                                                                                \
    "{\"failed\":false,\"values\":[{\"name\":\"cost\",\"value\":2,\"value_stddev\":0.2},"                                     \
    "{\"name\":\"loss\",\"value\":1,\"value_stddev\":0.1}]}"

static void test_update_metrics(void)
{
    struct harness h;
    open_two(&h);
    static const struct cell cells[] = {
        {TWO_SUCCESS, "{}", 200, IS_TWO},
        {TWO_SUCCESS, "{\"failed\":true}", 400, "{\"message\":\"~.values\"}"},
        {TWO_SUCCESS, "{\"failed\":false}", 200, IS_TWO},
        {TWO_SUCCESS, "{" BOTH("5", "6") "}", 200,
         "{\"values\":[{\"name\":\"cost\",\"value\":6,\"value_stddev\":0.2},{\"name\":\"loss\",\"value\":5,"
         "\"value_stddev\":0.1}]}"},
        {TWO_SUCCESS, "{\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        {TWO_SUCCESS, "{\"failed\":true,\"values\":null}", 200, IS_FAILED},
        {TWO_SUCCESS, "{\"failed\":false," BOTH("5", "6") "}", 200, NULL},
        {TWO_SUCCESS, "{\"failed\":true," BOTH("5", "6") "}", 400, "{\"message\":\"~.values\"}"},
        {TWO_SUCCESS, "{\"failed\":false,\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{}", 200, IS_FAILED}, // more lenient than the archived server
        {FAILURE, "{\"metadata\":{\"a\":1}}", 200, "{\"metadata\":{\"a\":1},\"failed\":true}"},
        {FAILURE, "{\"failed\":true}", 200, IS_FAILED},
        {FAILURE, "{\"failed\":false}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{" BOTH("5", "6") "}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{\"values\":null}", 200, IS_FAILED},
        {FAILURE, "{\"failed\":true,\"values\":null}", 200, IS_FAILED},
        {FAILURE, "{\"failed\":false," BOTH("5", "6") "}", 200,
         "{\"failed\":false,\"values\":[{\"name\":\"cost\",\"value\":6,\"value_stddev\":null},{\"name\":\"loss\",\"value\":5}]}"},
        {FAILURE, "{\"failed\":true," BOTH("5", "6") "}", 400, "{\"message\":\"~.values\"}"},
        {FAILURE, "{\"failed\":false,\"values\":null}", 400, "{\"message\":\"~.values\"}"},
        // Deviations go by name.
        {TWO_SUCCESS,
         "{\"values\":[{\"name\":\"cost\",\"value\":2,\"value_stddev\":null},"
         "{\"name\":\"loss\",\"value\":1,\"value_stddev\":0.3}]}",
         200,
         "{\"values\":[{\"name\":\"cost\",\"value_stddev\":null},{\"name\":\"loss\",\"value_stddev\":0.3}]}"},
        {TWO_SUCCESS, "{\"value\":1}", 400, "{\"message\":\"~.value\"}"},
        {TWO_SUCCESS, "{\"values\":[{\"value\":1}]}", 400, "{\"message\":\"~must be equal\"}"},
        {TWO_SUCCESS, "{\"values\":[{\"name\":\"loss\",\"value\":1}]}", 400, "{\"message\":\"~must be equal\"}"},
        {TWO_SUCCESS, "{" LOSS_AND_COST("loss", "nonsense") "}", 400, "{\"message\":\"~.values[1]: \\\"nonsense\\\"\"}"},
        {TWO_SUCCESS, "{" BOTH("5", "null") "}", 400, "{\"message\":\"~.values[1]\"}"},
    };
    CHECK_CELLS(&h, TWO "/observations", cells);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_update_outcome);
    TAP_RUN(test_update_others);
    TAP_RUN(test_update_source);
    TAP_RUN(test_update_closes);
    TAP_RUN(test_update_metrics);
    return tap_done();
}
