// Parameters of experiments, cell by cell. Each row is one item of the list, or a list, in an experiment that is otherwise fine.
#include <stdlib.h>

#include "base/memory.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define TEAM "/v1/clients/1/experiments"

// ------------------------------------------------------------------ one item

struct item_case {
    const char *item;
    int status;
    const char *want; // of the item in the reply; of a refusal the text of the message
};

static void check_items(struct harness *h, bool is_list, const struct item_case *cases, size_t n)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < n; i++) {
        const struct item_case *c = &cases[i];
        const char *open = is_list ? "" : "[", *close = is_list ? "" : "]";
        const char *body = arena_printf(arena, "{\"name\":\"e\",\"parameters\":%s%s%s}", open, c->item, close);
        const char *want = c->status == 200 ? arena_printf(arena, "{\"parameters\":%s%s%s}", open, c->want, close)
                                            : arena_printf(arena, "{\"message\":\"%s\"}", c->want);
        int64_t version = harness_version(h);
        CHECK(h, "POST", EXPERIMENTS, body, c->status, want);
        ok((harness_version(h) == version) == (c->status != 200), "%.200s: %s", c->item,
           c->status == 200 ? "stored" : "nothing is stored");
    }
    arena_destroy(arena);
}

#define CHECK_ITEMS(h, is_list, cases) check_items((h), (is_list), (cases), sizeof(cases) / sizeof *(cases))

static void test_parameter(void)
{
    struct harness h;
    harness_open(&h);
    static const struct item_case cases[] = {
        {"1", 400, "~Invalid type for .parameters[0]: 1, expected object"},
        {"null", 400, "~.parameters[0]"},
        {"\"x\"", 400, "~Invalid type for .parameters[0]"},
        {"{}", 400, "~.parameters[0]"},
        {"{\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400,
         "~Missing required json key \\\"name\\\" in .parameters[0]"},
        {"{\"name\":null,\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~\\\"name\\\" in .parameters[0]"},
        {"{\"name\":\"\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].name"},
        {"{\"name\":\"\xc2\xa0 \",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].name"},
        {"{\"name\":\"a\\u0001\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].name"},
        {"{\"name\":\"\\n\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].name"},
        {"{\"name\":\"a\\u0000\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~Malformed json in request body"},
        {"{\"name\":\"\\ud800\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~Malformed json in request body"},
        {"{\"name\":3,\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~Invalid type for .parameters[0].name"},
        {"{\"name\":\" a b\\u2003\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 200, "{\"name\":\"a b\"}"},
        {"{\"name\":\".[0]\\\"\\\\%s\\u007f\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", 200,
         "{\"name\":\".[0]\\\"\\\\%s\\u007f\"}"},
        {"{\"name\":\"x\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~Missing required json key \\\"type\\\" in .parameters[0]"},
        {"{\"name\":\"x\",\"type\":null,\"bounds\":{\"min\":0,\"max\":1}}", 400, "~\\\"type\\\" in .parameters[0]"},
        {"{\"name\":\"x\",\"type\":\"float\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].type"},
        {"{\"name\":\"x\",\"type\":\"Double\",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].type"},
        {"{\"name\":\"x\",\"type\":1,\"bounds\":{\"min\":0,\"max\":1}}", 400, "~Invalid type for .parameters[0].type"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1,\"object\":\"bounds\"},\"object\":\"parameter\","
         "\"foo\":[[]],"
         "\"precision\":3,\"tunable\":true,\"constraints\":[],\"conditions\":{},\"prior\":null,\"grid_\":null}", 200,
         "{\"object\":\"parameter\",\"name\":\"x\",\"foo\":\"<absent>\",\"precision\":\"<absent>\",\"bounds\":{\"min\":0,"
         "\"max\":1}}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"transformation\":null}", 200,
         "{\"transformation\":null}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"transformation\":\"none\"}", 200,
         "{\"transformation\":null}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0.1,\"max\":1},\"transformation\":\"log\"}", 200,
         "{\"transformation\":\"log\"}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"transformation\":\"log\"}", 400,
         "~.parameters[0].bounds.min must be greater than 0 for a parameter with a log-transformation"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":-1,\"max\":1},\"transformation\":\"log\"}", 400,
         "~.parameters[0].bounds.min"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":2},\"transformation\":\"ln\"}", 400,
         "~.parameters[0].transformation"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":2},\"transformation\":1}", 400,
         "~.parameters[0].transformation"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":2},\"transformation\":\"\"}", 400,
         "~.parameters[0].transformation"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":2},\"transformation\":\"log\"}", 400,
         "~.parameters[0].transformation"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":2},\"transformation\":\"none\"}", 400,
         "~.parameters[0].transformation"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":2},\"transformation\":null}", 200,
         "{\"transformation\":null}"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"],\"transformation\":\"log\"}", 400,
         "~.parameters[0].transformation"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"prior\":{}}", 200, "{\"prior\":null}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"prior\":[]}", 200, "{\"prior\":null}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"prior\":\"normal\"}", 400,
         "~.parameters[0].prior"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":1},\"prior\":{\"name\":\"beta\"}}", 400,
         "~.parameters[0].prior"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"conditions\":null}", 200, "{\"conditions\":{}}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"conditions\":[]}", 200, "{\"conditions\":{}}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"conditions\":{\"c\":[\"a\"]}}", 400,
         "~.parameters[0].conditions.c: the experiment has no such conditional"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"conditions\":\"c\"}", 400,
         "~.parameters[0].conditions"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"],\"conditions\":{\"c\":\"a\"}}", 400,
         "~.parameters[0].conditions"},
    };
    CHECK_ITEMS(&h, false, cases);
    harness_close(&h);
}

static void test_bounds(void)
{
    struct harness h;
    harness_open(&h);
    static const struct item_case cases[] = {
        {"{\"name\":\"x\",\"type\":\"double\"}", 400, "~Missing required json key \\\"bounds\\\" in .parameters[0]"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":null}", 400, "~\\\"bounds\\\" in .parameters[0]"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":[0,1]}", 400, "~Invalid type for .parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{}}", 400, "~\\\"min\\\" in .parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"max\":1}}", 400, "~\\\"min\\\" in .parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0}}", 400, "~\\\"max\\\" in .parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":null,\"max\":1}}", 400,
         "~\\\"min\\\" in .parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":null}}", 400,
         "~\\\"max\\\" in .parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":\"0\",\"max\":1}}", 400,
         "~Invalid type for .parameters[0].bounds.min"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":true}}", 400,
         "~Invalid type for .parameters[0].bounds.max"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":0}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0.5,\"max\":0.5}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":-0.0}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1e-400}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":9.9e-9}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1e-8}}", 200,
         "{\"bounds\":{\"min\":0,\"max\":1e-8}}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":-3,\"max\":-2.5,\"foo\":1}}", 200,
         "{\"bounds\":{\"object\":\"bounds\",\"min\":-3,\"max\":-2.5,\"foo\":\"<absent>\"}}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1.7976931348623157e308}}", 200,
         "{\"bounds\":{\"max\":1.7976931348623157e308}}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":-1e308,\"max\":1e308}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":-1e309,\"max\":0}}", 400, "~Malformed json in request body"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":5e-324,\"max\":1e308},\"transformation\":\"log\"}", 200,
         "{\"bounds\":{\"min\":5e-324,\"max\":1e308}}"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":3.0}}", 200,
         "{\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":3}}"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":-0.0,\"max\":1}}", 200, "{\"bounds\":{\"min\":0}}"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":0.5}}", 400,
         "~Invalid type for .parameters[0].bounds.max: 0.5"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0.5,\"max\":3}}", 400,
         "~Invalid type for .parameters[0].bounds.min"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":2,\"max\":2}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":3,\"max\":2}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9007199254740992}}", 200,
         "{\"bounds\":{\"max\":9007199254740992}}"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":-2,\"max\":9007199254740992}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":1e16}}", 400, "~.parameters[0].bounds.max"},
        {"{\"name\":\"x\",\"type\":\"int\"}", 400, "~\\\"bounds\\\" in .parameters[0]"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"categorical_values\":[\"a\",\"b\"]}", 400,
         "~.parameters[0].categorical_values"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"categorical_values\":[]}", 400,
         "~.parameters[0].categorical_values"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":1},\"categorical_values\":[\"a\",\"b\"]}", 400,
         "~.parameters[0].categorical_values"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":1},\"categorical_values\":null}", 200,
         "{\"categorical_values\":null}"},
    };
    CHECK_ITEMS(&h, false, cases);
    struct answer answer = harness_request(&h, "POST", TEAM,
        "{\"name\":\"e\",\"parameters\":[{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":3},"
        "\"default_value\":2.0}]}");
    ok(answer.text != NULL && strstr(answer.text, "\"min\":1.0,\"max\":3.0") != NULL, "bounds of an int are doubles");
    ok(answer.text != NULL && strstr(answer.text, "\"default_value\":2,") != NULL, "its default is an integer");
    answer_clear(&answer);
    harness_close(&h);
}

static void test_grid(void)
{
    struct harness h;
    harness_open(&h);
    static const struct item_case cases[] = {
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[3,1,2.5]}", 200,
         "{\"grid\":[1,2.5,3],\"bounds\":{\"object\":\"bounds\",\"min\":1,\"max\":3},\"default_value\":null}"},
        {"{\"name\":\"x\",\"type\":\"int\",\"grid\":[3.0,-1]}", 200, "{\"grid\":[-1,3],\"bounds\":{\"min\":-1,\"max\":3}}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[0,5e-324]}", 200, "{\"grid\":[0,5e-324]}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1,10],\"bounds\":null}", 200, "{\"grid\":[1,10]}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1,10],\"bounds\":{\"min\":1,\"max\":10}}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":null}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":null,\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[]}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"int\",\"grid\":[],\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1]}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":{\"a\":1}}", 400, "~Invalid type for .parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1,2,1.0]}", 400, "~.parameters[0].grid has the duplicate value 1"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[0,-0.0]}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1,\"2\"]}", 400, "~Invalid type for .parameters[0].grid[1]"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1,null]}", 400, "~Invalid type for .parameters[0].grid[1]"},
        {"{\"name\":\"x\",\"type\":\"int\",\"grid\":[1,2.5]}", 400,
         "~Invalid type for .parameters[0].grid[1]: 2.5, expected integer"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[-1e308,1e308]}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1,10,100],\"transformation\":\"log\"}", 200, "{\"grid\":[1,10,100]}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[0,10],\"transformation\":\"log\"}", 400, "~log-transformation"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[10,-1],\"transformation\":\"log\"}", 400, "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1,10],\"default_value\":10}", 200, "{\"default_value\":10}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"grid\":[1,10],\"default_value\":5}", 400, "~.parameters[0].default_value"},
        {"{\"name\":\"x\",\"type\":\"int\",\"grid\":[1,10],\"default_value\":10.0}", 200, "{\"default_value\":10}"},
        {"{\"name\":\"x\",\"type\":\"int\",\"grid\":[1,10],\"default_value\":2}", 400, "~.parameters[0].default_value"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"],\"grid\":[\"a\",\"b\"]}", 400,
         "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"],\"grid\":\"a\"}", 400,
         "~.parameters[0].grid"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"],\"grid\":[]}", 200,
         "{\"grid\":\"<absent>\"}"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"],\"grid\":null}", 200,
         "{\"grid\":\"<absent>\"}"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"grid\":[\"a\",\"b\"]}", 400, "~.parameters[0].grid"},
    };
    CHECK_ITEMS(&h, false, cases);
    harness_close(&h);
}

#define AB "\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"]"

static void test_categorical(void)
{
    struct harness h;
    harness_open(&h);
    static const struct item_case cases[] = {
        {"{" AB "}", 200,
         "{\"bounds\":null,\"categorical_values\":[{\"object\":\"categorical_value\",\"name\":\"a\",\"enum_index\":1},"
         "{\"object\":\"categorical_value\",\"name\":\"b\",\"enum_index\":2}],\"grid\":\"<absent>\",\"transformation\":null}"},
        {"{" AB ",\"bounds\":null}", 200, "{\"bounds\":null}"},
        {"{" AB ",\"bounds\":{\"min\":0,\"max\":1}}", 400, "~.parameters[0].bounds"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[{\"name\":\"b\",\"enum_index\":7,"
         "\"object\":\"categorical_value\"},"
         "{\"name\":\" a \",\"deleted\":false,\"foo\":1},\"c\"]}", 200,
         "{\"categorical_values\":[{\"name\":\"b\",\"enum_index\":1},{\"name\":\"a\",\"enum_index\":2,\"foo\":\"<absent>\"},"
         "{\"name\":\"c\","
         "\"enum_index\":3}]}"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"A\",\"a\",\"\xc3\xa9\",\"e\"]}", 200,
         "{\"categorical_values\":[{\"name\":\"A\"},{\"name\":\"a\"},{\"name\":\"\xc3\xa9\"},{\"name\":\"e\","
         "\"enum_index\":4}]}"},
        {"{\"name\":\"x\",\"type\":\"categorical\"}", 400, "~\\\"categorical_values\\\" in .parameters[0]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":null}", 400,
         "~\\\"categorical_values\\\" in .parameters[0]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[]}", 400, "~.parameters[0].categorical_values"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\"]}", 400, "~.parameters[0].categorical_values"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":{\"a\":1}}", 400, "~.parameters[0].categorical_values"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"\"]}", 400,
         "~.parameters[0].categorical_values[1]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\" \"]}", 400,
         "~.parameters[0].categorical_values[1]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",1]}", 400,
         "~Invalid type for .parameters[0].categorical_values[1]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",null]}", 400,
         "~.parameters[0].categorical_values[1]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",{}]}", 400,
         "~.parameters[0].categorical_values[1]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",{\"name\":null}]}", 400,
         "~.parameters[0].categorical_values[1]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",{\"name\":2}]}", 400,
         "~.parameters[0].categorical_values[1].name"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",{\"name\":\"b\",\"deleted\":true}]}", 400,
         "~.parameters[0].categorical_values[1]"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",{\"name\":\"b\",\"deleted\":1}]}", 400,
         "~.parameters[0].categorical_values[1].deleted"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",{\"name\":\"b\",\"deleted\":null}]}", 200,
         "{\"name\":\"x\"}"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\",\"a\"]}", 400,
         "~.parameters[0].categorical_values has the duplicate value \\\"a\\\""},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\",\" a\"]}", 400,
         "~.parameters[0].categorical_values"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",{\"name\":\"a\xc2\xa0\"}]}", 400,
         "~.parameters[0].categorical_values"},
        {"{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\\u0000\"]}", 400,
         "~Malformed json in request body"},
        {"{" AB ",\"default_value\":\"b\"}", 200, "{\"default_value\":\"b\"}"},
        {"{" AB ",\"default_value\":null}", 200, "{\"default_value\":null}"},
        {"{" AB ",\"default_value\":\"c\"}", 400, "~.parameters[0].default_value"},
        {"{" AB ",\"default_value\":\"\"}", 400, "~.parameters[0].default_value"},
        {"{" AB ",\"default_value\":1}", 400, "~Invalid type for .parameters[0].default_value"},
        {"{" AB ",\"default_value\":{\"name\":\"a\"}}", 400, "~Invalid type for .parameters[0].default_value"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"default_value\":0.5}", 200,
         "{\"default_value\":0.5}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"default_value\":-7}", 200,
         "{\"default_value\":-7}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"default_value\":\"0.5\"}", 400,
         "~.parameters[0].default_value"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"default_value\":true}", 400,
         "~.parameters[0].default_value"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"default_value\":[0]}", 400,
         "~.parameters[0].default_value"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9},\"default_value\":12}", 200,
         "{\"default_value\":12}"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9},\"default_value\":1.5}", 400,
         "~.parameters[0].default_value"},
        {"{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9},\"default_value\":1e18}", 400,
         "~.parameters[0].default_value"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":9},\"transformation\":\"log\","
         "\"default_value\":0.5}", 200,
         "{\"default_value\":0.5}"},
        {"{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":9},\"transformation\":\"log\",\"default_value\":0}",
         400,
         "~.parameters[0].default_value"},
    };
    CHECK_ITEMS(&h, false, cases);
    harness_close(&h);
}

// ------------------------------------------------------------------ several, long, many

#define DOUBLE(name) "{\"name\":\"" name "\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}"

static void test_parameter_list(void)
{
    struct harness h;
    harness_open(&h);
    static const struct item_case cases[] = {
        {"[" DOUBLE("b") "," DOUBLE("a") "," DOUBLE("B") "," DOUBLE("\xc3\xa9") "," DOUBLE("z") "," DOUBLE("a1") "]", 200,
         "[{\"name\":\"B\"},{\"name\":\"a\"},{\"name\":\"a1\"},{\"name\":\"b\"},{\"name\":\"z\"},{\"name\":\"\xc3\xa9\"}]"},
        {"[" DOUBLE("a") "," DOUBLE("b") "," DOUBLE("a") "]", 400, "~.parameters has the duplicate name \\\"a\\\""},
        {"[" DOUBLE("a") "," DOUBLE(" a") "]", 400, "~.parameters has the duplicate name \\\"a\\\""},
        {"[" DOUBLE("a") "," DOUBLE("a\xe2\x80\xaf") "]", 400, "~.parameters has the duplicate name"},
        {"[" DOUBLE("a") ",{" AB "},7]", 400, "~.parameters[2]"},
        {"[" DOUBLE("a") ",[]]", 400, "~.parameters[1]"},
    };
    CHECK_ITEMS(&h, true, cases);

    struct arena *arena = arena_create();
    char name[4 * 101 + 1] = "";
    for (int i = 0; i < 101; i++)
        strcat(name, "\xf0\x9f\x9a\xa2");
    static const char one[] = "{\"name\":\"e\",\"parameters\":[{\"name\":\"%s\",\"type\":\"%s\",\"bounds\":{\"min\":0,"
    "\"max\":1}}]}";
    CHECK(&h, "POST", TEAM, arena_printf(arena, one, name, "double"), 400, "{\"message\":\"~.parameters[0].name\"}");
    CHECK(&h, "POST", TEAM, arena_printf(arena, one, name + 4, "double"), 200, arena_printf(arena,
          "{\"parameters\":[{\"name\":\"%s\"}]}", name + 4));
    int64_t id = harness_make(&h, "POST", TEAM, arena_printf(arena, one, name + 4, "double"));
    const char *target = arena_printf(arena, EXPERIMENTS "/%d/suggestions", (int)id);
    CHECK(&h, "POST", target, "{\"assignments\":{}}", 400, "{\"message\":\"~.assignments.\"}");
    CHECK(&h, "POST", target, arena_printf(arena, "{\"assignments\":{\"%s\":\"a\"}}", name + 4), 400,
          "{\"message\":\"~.assignments.\"}");
    CHECK(&h, "POST", target, arena_printf(arena, "{\"assignments\":{\"%s\":1,\"%s\":2}}", name + 4, name), 400,
          "{\"message\":\"~.assignments.\"}");
    CHECK(&h, "POST", target, arena_printf(arena, "{\"assignments\":{\"%s\":1}}", name + 4), 200, NULL);

    static const char categories[] = "{\"name\":\"e\",\"parameters\":[{\"name\":\"x\",\"type\":\"categorical\","
    "\"categorical_values\":[\"a\",\"%s\"]}]}";
    CHECK(&h, "POST", TEAM, arena_printf(arena, categories, name + 4 * 50), 400,
          "{\"message\":\"~.parameters[0].categorical_values[1]\"}");
    CHECK(&h, "POST", TEAM, arena_printf(arena, categories, name + 4 * 51), 200, NULL);

    char *list = arena_strdup(arena, DOUBLE("p0"));
    for (int i = 1; i < 300; i++)
        list = arena_printf(arena, "%s,{\"name\":\"p%d\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}", list, i);
    struct answer answer = harness_request(&h, "POST", TEAM, arena_printf(arena,
    "{\"name\":\"e\",\"observation_budget\":500,\"parameters\":[%s]}", list));
    is_int(answer.status, 200, "300 parameters");
    is_int(json_size(json_member(answer.json, "parameters")), 300, "are all there");
    answer_clear(&answer);

    // JSON may be 32 deep; what is ignored may be too.
    char deep[2 * 40 + 1];
    for (int depth = 29; depth <= 30; depth++) {
        memset(deep, '[', (size_t)depth);
        memset(deep + depth, ']', (size_t)depth);
        deep[2 * depth] = '\0';
        CHECK(&h, "POST", TEAM, arena_printf(arena, "{\"name\":\"e\",\"parameters\":[{\"name\":\"x\",\"foo\":%s,\"type\":\"int\","
              "\"bounds\":{\"min\":0,\"max\":1}}]}", deep), depth == 29 ? 200 : 400, NULL);
        CHECK(&h, "POST", TEAM, arena_printf(arena, "{\"name\":\"e\",\"parameters\":[{\"foo\":%s}]}", deep), 400, NULL);
    }
    arena_destroy(arena);
    harness_close(&h);
}

// What is accepted can be optimised: no number is so extreme that a suggestion fails.
static void test_extremes(void)
{
    struct harness h;
    harness_open(&h);
    struct arena *arena = arena_create();
    static const char *const items[] = {
        "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1.7976931348623157e308}}",
        "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":-8e307,\"max\":8e307}}",
        "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1e300,\"max\":1.0000000000000002e300}}",
        "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1e-8}}",
        "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":5e-324,\"max\":1e308},\"transformation\":\"log\"}",
        "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":1.0000001},\"transformation\":\"log\"}",
        ("{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1e300,\"max\":1.0000000000000002e300},"
         "\"transformation\":\"log\"}"),
        "{\"name\":\"x\",\"type\":\"double\",\"grid\":[0,5e-324]}",
        "{\"name\":\"x\",\"type\":\"double\",\"grid\":[-8e307,0,8e307]}",
        "{\"name\":\"x\",\"type\":\"double\",\"grid\":[5e-324,1e-300,1e308],\"transformation\":\"log\"}",
        "{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9007199254740992}}",
        "{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":-1,\"max\":9007199254740992}}",
        "{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":-9007199254740992,\"max\":0}}",
        "{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":9007199254740991,\"max\":9007199254740992}}",
        "{\"name\":\"x\",\"type\":\"int\",\"grid\":[-9007199254740992,9007199254740992]}",
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        int64_t id = harness_make(&h, "POST", TEAM, arena_printf(arena, "{\"name\":\"e\",\"parameters\":[%s]}", items[i]));
        for (int k = 0; k < 12; k++) {
            const char *target = arena_printf(arena, EXPERIMENTS "/%d/suggestions", (int)id);
            int64_t suggestion = harness_make(&h, "POST", target, "{}");
            const char *body = arena_printf(arena, "{\"suggestion\":%d,\"values\":[{\"value\":%d}]}", (int)suggestion, k % 5);
            harness_make(&h, "POST", arena_printf(arena, EXPERIMENTS "/%d/observations", (int)id), body);
        }
        CHECK(&h, "GET", arena_printf(arena, EXPERIMENTS "/%d", (int)id), NULL, 200, "{\"progress\":{\"observation_count\":12}}");
        id = harness_make(&h, "POST", TEAM, arena_printf(arena, "{\"name\":\"e\",\"type\":\"random\",\"parameters\":[%s]}",
        items[i]));
        harness_make(&h, "POST", arena_printf(arena, EXPERIMENTS "/%d/suggestions", (int)id), "{}");
    }
    arena_destroy(arena);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_parameter);
    TAP_RUN(test_bounds);
    TAP_RUN(test_grid);
    TAP_RUN(test_categorical);
    TAP_RUN(test_parameter_list);
    TAP_RUN(test_extremes);
    return tap_done();
}
