// Definitions: from a request, to the stored text and back; assignments read and shown with them; the failure tolerance.
#include <stdlib.h>

#include "api/definition.h"
#include "base/memory.h"
#include "tests/tap.h"

static struct json *parse(const char *text)
{
    struct json *root = NULL;
    struct err err;
    if (text != NULL && json_parse(text, strlen(text), &root, &err) != ERR_NONE)
        ok(false, "%s: %s", text, err.text);
    return root;
}

static enum err_code read_request(struct arena *arena, const char *parameters, const char *metrics, struct definition *out,
                                  struct err *err)
{
    struct json *p = parse(parameters), *m = parse(metrics);
    *err = (struct err){.code = ERR_NONE};
    const struct definition_source source = {.type = EXPERIMENT_OFFLINE, .parameters = p, .metrics = m};
    enum err_code code = definition_read(arena, &source, out, err);
    json_free(p);
    json_free(m);
    return code;
}

static enum err_code load(struct arena *arena, const char *parameters, const char *metrics, struct definition *out,
                          struct err *err)
{
    struct experiment_record record = {.id = 7, .parameters = parameters, .metrics = metrics};
    *err = (struct err){.code = ERR_NONE};
    return definition_load(arena, &record, out, err);
}

#define SHOWN(name, type, bounds, categories, default, rest)                                                                  \
    "{\"object\":\"parameter\",\"name\":\"" name "\",\"type\":\"" type "\",\"bounds\":" bounds ",\"categorical_values\":"     \
    categories ",\"conditions\":{},\"default_value\":" default "," rest "}"
#define BOUNDS(min, max) "{\"object\":\"bounds\",\"min\":" min ",\"max\":" max "}"
#define PLAIN "\"prior\":null,\"transformation\":null"
#define METRIC(name, objective, strategy)                                                                                     \
    "{\"object\":\"metric\",\"name\":" name ",\"objective\":\"" objective "\",\"strategy\":\"" strategy "\",\"threshold\":null}"
#define MAXIMIZE METRIC("null", "maximize", "optimize")

// ------------------------------------------------------------------ there and back

static void test_round_trip(void)
{
    static const struct {
        const char *parameters, *metrics;             // of a request
        const char *shown_parameters, *shown_metrics; // what is stored
    } cases[] = {
        {"[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":-1,\"max\":0.1}}]", NULL,
         "[" SHOWN("x", "double", BOUNDS("-1.0", "0.1"), "null", "null", PLAIN) "]", "[" MAXIMIZE "]"},
        {"[{\"name\":\"b\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9007199254740992},\"default_value\":12345678901},"
         "{\"name\":\"a\",\"type\":\"double\",\"bounds\":{\"min\":5e-324,\"max\":1e308},\"default_value\":-0.1,"
         "\"transformation\":\"none\"}]", "null",
         "[" SHOWN("a", "double", BOUNDS("4.94065645841247e-324", "1e+308"), "null", "-0.1", PLAIN) ","
         SHOWN("b", "int", BOUNDS("0.0", "9007199254740992.0"), "null", "12345678901", PLAIN) "]", "[" MAXIMIZE "]"},
        {"[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":2},\"default_value\":7,\"transformation\":\"log\"}]",
         "[{\"name\":null,\"objective\":\"minimize\"}]",
         "[" SHOWN("x", "double", BOUNDS("1.0", "2.0"), "null", "7.0", "\"prior\":null,\"transformation\":\"log\"") "]",
         "[" METRIC("null", "minimize", "optimize") "]"},
        {"[{\"name\":\"g\",\"type\":\"double\",\"grid\":[3,0.1,2],\"default_value\":2}]", "[\"m\"]",
         "[" SHOWN("g", "double", BOUNDS("0.1", "3.0"), "null", "2.0", "\"grid\":[0.1,2.0,3.0]," PLAIN) "]",
         "[" METRIC("\"m\"", "maximize", "optimize") "]"},
        {"[{\"name\":\"g\",\"type\":\"int\",\"grid\":[3,-1]}]", "[{\"name\":\"z\",\"strategy\":\"optimize\"},{\"name\":\"a\","
         "\"strategy\":\"store\"}]",
         "[" SHOWN("g", "int", BOUNDS("-1.0", "3.0"), "null", "null", "\"grid\":[-1,3]," PLAIN) "]",
         "[" METRIC("\"a\"", "maximize", "store") "," METRIC("\"z\"", "maximize", "optimize") "]"},
        {"[{\"name\":\" c\xc3\xa9\\\"\\\\\\u007f \",\"type\":\"categorical\",\"categorical_values\":[\" b\",\"a\"],"
         "\"default_value\":\"a\"}]", NULL,
         "[" SHOWN("c\xc3\xa9\\\"\\\\\x7f", "categorical", "null",
                   "[{\"object\":\"categorical_value\",\"name\":\"b\",\"enum_index\":1},"
                   "{\"object\":\"categorical_value\",\"name\":\"a\",\"enum_index\":2}]", "\"a\"", PLAIN) "]", "[" MAXIMIZE "]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_create();
        struct definition definition, again;
        struct err err;
        ok(read_request(arena, cases[i].parameters, cases[i].metrics, &definition, &err) == ERR_NONE, "%s: %s",
           cases[i].parameters, err.text);
        struct experiment_record shown = {.id = 0}, reshown = {.id = 0};
        definition_show(arena, &definition, &shown);
        const char *parameters = shown.parameters, *metrics = shown.metrics;
        is_text(parameters, cases[i].shown_parameters, "parameters of a request, shown");
        is_text(metrics, cases[i].shown_metrics, "metrics of a request, shown");
        ok(load(arena, parameters, metrics, &again, &err) == ERR_NONE, "loaded: %s", err.text);
        definition_show(arena, &again, &reshown);
        is_text(reshown.parameters, parameters, "parameters loaded and shown");
        is_text(reshown.metrics, metrics, "metrics loaded and shown");
        is_int(again.optimized, definition.optimized, "the optimized metric");
        arena_destroy(arena);
    }
}

static void test_contents(void)
{
    struct arena *arena = arena_create();
    struct definition d;
    struct err err;
    ok(read_request(arena,
                    "[{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"u\",\"v\"],\"default_value\":\"v\"},"
                    "{\"name\":\"a\",\"type\":\"int\",\"bounds\":{\"min\":-3,\"max\":5},\"default_value\":9},"
                    "{\"name\":\"b\",\"type\":\"double\",\"grid\":[8,2,4],\"transformation\":\"log\"}]",
                    "[{\"name\":\"y\",\"objective\":\"minimize\"},{\"name\":\"k\",\"strategy\":\"store\"}]", &d,
                    &err) == ERR_NONE, "%s", err.text);
    is_int(d.n_parameters, 3, "parameters");
    const struct parameter *a = &d.parameters[0], *b = &d.parameters[1], *c = &d.parameters[2];
    ok(a->type == PARAMETER_INT && a->lo > -3.5 && a->lo < -2.5 && a->hi > 4.5 && a->hi < 5.5, "bounds of an int");
    ok(a->has_default && a->default_number > 8.5 && a->default_number < 9.5 && a->grid == NULL && !a->log, "and its default");
    ok(b->type == PARAMETER_DOUBLE && b->log && b->n_grid == 3 && b->lo > 1.5 && b->lo < 2.5 && b->hi > 7.5, "a grid's bounds");
    ok(!b->has_default && parameter_on_grid(b, 4) && !parameter_on_grid(b, 3) && !parameter_on_grid(a, 4), "what is on it");
    size_t index = 9;
    ok(c->n_categories == 2 && parameter_find_category(c, "v", &index) && index == 1, "a category's place");
    ok(!parameter_find_category(c, "V", &index) && !parameter_find_category(a, "v", &index), "no such category");
    is_text(c->default_text, "v", "a default category");
    ok(d.n_metrics == 2 && d.optimized == 1 && d.metrics[0].strategy == STRATEGY_STORE, "metrics by name");
    struct best_rule rule = definition_best_rule(&d);
    is_text(rule.metric, "y", "best is decided by the optimized metric");
    ok(!rule.maximize, "the smallest one is best");
    ok(read_request(arena, "[{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":1}}]", NULL, &d, &err) == ERR_NONE,
       "%s", err.text);
    rule = definition_best_rule(&d);
    is_text(rule.metric, "", "the unnamed metric");
    ok(rule.maximize, "is maximized");
    arena_destroy(arena);
}

static void test_refusals(void)
{
    static const char x[] = "[{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":1}}]";
    static const struct {
        const char *parameters, *metrics, *field;
    } cases[] = {
        {"[]", NULL, ".parameters"},
        {"{}", NULL, ".parameters"},
        {"[1]", NULL, ".parameters[0]"},
        {"[{\"name\":\"x\",\"type\":\"int\",\"bounds\":0}]", NULL, ".parameters[0].bounds"},
        {"[{\"name\":\"x\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":true}}]", NULL, ".parameters[0].bounds.max"},
        {"[{\"name\":\"x\",\"type\":\"double\",\"grid\":[0,1,\"2\"]}]", NULL, ".parameters[0].grid[2]"},
        {"[{\"name\":\"x\",\"type\":\"categorical\",\"categorical_values\":[\"a\",{\"name\":1}]}]", NULL,
         ".parameters[0].categorical_values[1].name"},
        {x, "[]", ".metrics"},
        {x, "[{\"name\":\"m\",\"threshold\":\"1\"}]", ".metrics[0].threshold"},
        {x, "[\"m\",\"n\",\"o\"]", ".metrics"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_create();
        struct definition definition;
        struct err err;
        ok(read_request(arena, cases[i].parameters, cases[i].metrics, &definition, &err) == ERR_INVALID, "refused: %s %s",
           cases[i].parameters, cases[i].metrics == NULL ? "" : cases[i].metrics);
        is_text(err.field, cases[i].field, "the field");
        ok(strstr(err.text, cases[i].field) != NULL, "the text names it: %s", err.text);
        arena_destroy(arena);
    }
}

// What was not written by us is corrupt, never a request's mistake.
static void test_corrupt(void)
{
    static const char fine[] = "[" SHOWN("x", "double", BOUNDS("0.0", "1.0"), "null", "null", PLAIN) "]";
    static const char metrics[] = "[" MAXIMIZE "]";
    static const struct {
        const char *parameters, *metrics;
    } cases[] = {
        {"", metrics},
        {"[", metrics},
        {"[]", metrics},
        {"null", metrics},
        {fine, ""},
        {fine, "[]"},
        {fine, "{}"},
        {fine, "[" METRIC("null", "maximize", "store") "]"},
        {"[" SHOWN("x", "double", "null", "null", "null", PLAIN) "]", metrics},
        {"[" SHOWN("x", "double", BOUNDS("1.0", "0.0"), "null", "null", PLAIN) "]", metrics},
        {"[" SHOWN("x", "categorical", "null", "[{\"name\":\"a\"},{\"name\":\"b\"}]", "null", PLAIN) "]", metrics},
        {"[" SHOWN("x", "categorical", "null", "[{\"name\":\"a\",\"enum_index\":2},{\"name\":\"b\",\"enum_index\":1}]", "null",
         PLAIN) "]",
         metrics},
        {"[" SHOWN("x", "categorical", "null", "[{\"name\":\"a\",\"enum_index\":1},{\"name\":\"b\",\"enum_index\":1}]", "null",
         PLAIN) "]",
         metrics},
    };
    struct arena *arena = arena_create();
    struct definition definition;
    struct err err;
    ok(load(arena, fine, metrics, &definition, &err) == ERR_NONE, "the text that the others differ from: %s", err.text);
    ok(load(arena, "[" SHOWN("x", "categorical", "null", "[{\"name\":\"a\",\"enum_index\":2},{\"name\":\"b\","
       "\"enum_index\":5}]", "null", PLAIN) "]",
            metrics, &definition, &err) == ERR_NONE, "numbers of categories may have gaps");
    is_int(definition.parameters[0].categories[1].enum_index, 5, "and are kept");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ok(load(arena, cases[i].parameters, cases[i].metrics, &definition, &err) == ERR_CORRUPT, "corrupt: %s %s",
           cases[i].parameters, cases[i].metrics);
        ok(strstr(err.text, "experiment 7") != NULL, "the text says whose: %s", err.text);
    }
    ok(strstr(err.text, ".categorical_values is not in the order of enum_index") != NULL, "and why: %s", err.text);
    arena_destroy(arena);
}

// ------------------------------------------------------------------ assignments

static const char three[] = "[{\"name\":\"d\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1},\"default_value\":0.5},"
                            "{\"name\":\"i\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9}},"
                            "{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"u\",\"v\"],"
                            "\"default_value\":\"v\"},"
                            "{\"name\":\"g\",\"type\":\"int\",\"grid\":[1,10]},"
                            "{\"name\":\"l\",\"type\":\"double\",\"bounds\":{\"min\":1,\"max\":9},\"transformation\":\"log\"}]";

static const char *write_assignments(struct arena *arena, const struct definition *definition, const struct assignment *list,
                                     size_t n)
{
    struct json_writer w = {.depth = 0};
    assignments_write(&w, definition, list, n);
    const char *text = arena_strndup(arena, w.out.data, w.out.len);
    json_writer_clear(&w);
    return text;
}

static void test_assignments(void)
{
    static const struct {
        const char *in, *out; // out: what is shown of it; or, behind "!", the field of the error
    } cases[] = {
        {"{\"d\":1,\"i\":2.0,\"c\":\"u\",\"g\":10,\"l\":3}", "{\"c\":\"u\",\"d\":1.0,\"g\":10,\"i\":2,\"l\":3.0}"},
        {"{\"l\":100,\"g\":1,\"c\":\"v\",\"i\":-5,\"d\":-1e300}", "{\"c\":\"v\",\"d\":-1e+300,\"g\":1,\"i\":-5,\"l\":100.0}"},
         // bounds are not checked
        {"{\"d\":1,\"i\":9007199254740992,\"c\":\"u\",\"g\":1,\"l\":5e-324}",
         "{\"c\":\"u\",\"d\":1.0,\"g\":1,\"i\":9007199254740992,\"l\":4.94065645841247e-324}"},
        {"{}", "!.a.c"},
        {"[]", "!.a"},
        {"null", "!.a"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"g\":10}", "!.a.l"},
        {"{\"d\":null,\"i\":2,\"c\":\"u\",\"g\":10,\"l\":3}", "!.a.d"},
        {"{\"d\":\"1\",\"i\":2,\"c\":\"u\",\"g\":10,\"l\":3}", "!.a.d"},
        {"{\"d\":true,\"i\":2,\"c\":\"u\",\"g\":10,\"l\":3}", "!.a.d"},
        {"{\"d\":[1],\"i\":2,\"c\":\"u\",\"g\":10,\"l\":3}", "!.a.d"},
        {"{\"d\":1,\"i\":2.5,\"c\":\"u\",\"g\":10,\"l\":3}", "!.a.i"},
        {"{\"d\":1,\"i\":1e17,\"c\":\"u\",\"g\":10,\"l\":3}", "!.a.i"},
        {"{\"d\":1,\"i\":\"2\",\"c\":\"u\",\"g\":10,\"l\":3}", "!.a.i"},
        {"{\"d\":1,\"i\":2,\"c\":\"w\",\"g\":10,\"l\":3}", "!.a.c"},
        {"{\"d\":1,\"i\":2,\"c\":\"U\",\"g\":10,\"l\":3}", "!.a.c"},
        {"{\"d\":1,\"i\":2,\"c\":1,\"g\":10,\"l\":3}", "!.a.c"},
        {"{\"d\":1,\"i\":2,\"c\":null,\"g\":10,\"l\":3}", "!.a.c"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"g\":5,\"l\":3}", "!.a.g"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"g\":1.5,\"l\":3}", "!.a.g"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"g\":10,\"l\":0}", "!.a.l"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"g\":10,\"l\":-3}", "!.a.l"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"g\":10,\"l\":3,\"x\":1}", "!.a.x"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"g\":10,\"l\":3,\"D\":1}", "!.a.D"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"h\":0,\"g\":10,\"l\":3}", "!.a.h"},
        {"{\"d\":1,\"i\":2,\"c\":\"u\",\"g\":10,\"m\":3}", "!.a.l"},
    };
    struct arena *arena = arena_create();
    struct definition definition;
    struct err err;
    ok(read_request(arena, three, NULL, &definition, &err) == ERR_NONE, "%s", err.text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json *object = parse(cases[i].in);
        struct assignment *list;
        size_t n;
        err = (struct err){.code = ERR_NONE};
        enum err_code code = assignments_read(arena, &definition, object, ".a", &list, &n, &err);
        json_free(object); // nothing that was read lives in it
        bool refused = cases[i].out[0] == '!';
        ok(code == (refused ? ERR_INVALID : ERR_NONE), "%s: %s", cases[i].in, err.text);
        if (refused)
            ok(strcmp(err.field, cases[i].out + 1) == 0 && strstr(err.text, err.field) != NULL, "%s, not %s: %s", err.field,
               cases[i].out, err.text);
        else if (code == ERR_NONE)
            is_text(write_assignments(arena, &definition, list, n), cases[i].out, cases[i].in);
    }
    arena_destroy(arena);
}

// Stored assignments are shown with today's parameters.
static void test_older_assignments(void)
{
    struct arena *arena = arena_create();
    struct definition definition;
    struct err err;
    ok(read_request(arena, three, NULL, &definition, &err) == ERR_NONE, "%s", err.text);
    const struct assignment gone[] = {{.name = "a", .number = 1}, {.name = "g", .number = 10}, {.name = "z", .text = "u"}};
    is_text(write_assignments(arena, &definition, gone, 3), "{\"c\":\"v\",\"d\":0.5,\"g\":10}", "others vanish, defaults appear");
    is_text(write_assignments(arena, &definition, NULL, 0), "{\"c\":\"v\",\"d\":0.5}", "nothing but defaults");
    const struct assignment other[] = {{.name = "c", .number = 1}, {.name = "d", .text = "u"}, {.name = "i", .text = "3"}};
    is_text(write_assignments(arena, &definition, other, 3), "{\"c\":\"v\",\"d\":0.5}", "of another type than today");
    const struct assignment category[] = {{.name = "c", .text = "removed"}};
    is_text(write_assignments(arena, &definition, category, 1), "{\"c\":\"removed\",\"d\":0.5}", "a category that is gone");
    arena_destroy(arena);
}

static void test_values(void)
{
    const struct metric_value values[] = {{.name = "", .value = 2, .stddev = (double)NAN}, {.name = "m", .value = -0.5,
    .stddev = 0}};
    struct json_writer w = {.depth = 0};
    values_write(&w, values, 2);
    is_text(w.out.data,
            "[{\"object\":\"metric_evaluation\",\"name\":null,\"value\":2.0,\"value_stddev\":null},"
            "{\"object\":\"metric_evaluation\",\"name\":\"m\",\"value\":-0.5,\"value_stddev\":0.0}]", "values");
    json_writer_clear(&w);
    values_write(&w, NULL, 0);
    is_text(w.out.data, "[]", "no values");
    json_writer_clear(&w);
}

// ------------------------------------------------------------------ failure tolerance

static void test_tolerance(void)
{
    static const struct {
        const char *metadata;
        bool fine;
        enum tolerance tolerance;
    } cases[] = {
        {NULL, true, TOLERANCE_BALANCED},
        {"null", true, TOLERANCE_BALANCED},
        {"{}", true, TOLERANCE_BALANCED},
        {"{\"a\":\"bold\"}", true, TOLERANCE_BALANCED},
        {"{\"fairway_failure_tolerance\":null}", true, TOLERANCE_BALANCED},
        {"{\"fairway_failure_tolerance\":\"cautious\"}", true, TOLERANCE_CAUTIOUS},
        {"{\"fairway_failure_tolerance\":\"balanced\"}", true, TOLERANCE_BALANCED},
        {"{\"a\":1,\"fairway_failure_tolerance\":\"bold\"}", true, TOLERANCE_BOLD},
        {"{\"fairway_failure_tolerance\":\"BOLD\"}", false, TOLERANCE_BALANCED},
        {"{\"fairway_failure_tolerance\":\"\"}", false, TOLERANCE_BALANCED},
        {"{\"fairway_failure_tolerance\":0.5}", false, TOLERANCE_BALANCED},
        {"{\"fairway_failure_tolerance\":[\"bold\"]}", false, TOLERANCE_BALANCED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json *metadata = parse(cases[i].metadata);
        const char *name = cases[i].metadata == NULL ? "no metadata" : cases[i].metadata;
        struct err err = {.code = ERR_NONE};
        enum tolerance tolerance = TOLERANCE_BOLD;
        is_int(tolerance_read(metadata, ".metadata", &tolerance, &err), cases[i].fine ? ERR_NONE : ERR_INVALID, name);
        is_int(tolerance, cases[i].tolerance, name);
        is_text(err.field, cases[i].fine ? "" : ".metadata.fairway_failure_tolerance", "the field");
        is_int(tolerance_load(cases[i].metadata), cases[i].tolerance, "the stored text");
        json_free(metadata);
    }
    is_int(tolerance_load("not JSON"), TOLERANCE_BALANCED, "a text that is not understood");
}

int main(void)
{
    TAP_RUN(test_round_trip);
    TAP_RUN(test_contents);
    TAP_RUN(test_refusals);
    TAP_RUN(test_corrupt);
    TAP_RUN(test_assignments);
    TAP_RUN(test_older_assignments);
    TAP_RUN(test_values);
    TAP_RUN(test_tolerance);
    return tap_done();
}
