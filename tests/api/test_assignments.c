// Assignments with conditionals and linear constraints: what is accepted, what is shown, and the way to the optimizer and back.
#include <math.h>
#include <stdlib.h>

#include "api/bridge.h"
#include "tests/api/creates.h"

// Always active: a, z. With k = 5 or 10: b, by default 0.25. With k = 10 and m = on: c.
#define PARAMETERS                                                                                                            \
    "[{'name':'z','type':'int','bounds':{'min':0,'max':9}},{'name':'a','type':'double','bounds':{'min':0,'max':1}},"          \
    "{'name':'b','type':'double','bounds':{'min':0,'max':1},'conditions':{'k':['5','10']},'default_value':0.25},"             \
    "{'name':'c','type':'categorical','categorical_values':['u','v'],'conditions':{'k':'10','m':'on'}}]"
#define CONDITIONALS "[{'name':'m','values':['on','off']},{'name':'k','values':['1','5','10']}]"

static struct json *parse(const char *text)
{
    struct json *root = NULL;
    struct err err;
    char *quoted = creates_quoted(text, false);
    if (quoted != NULL && json_parse(quoted, strlen(quoted), &root, &err) != ERR_NONE)
        ok(false, "%s: %s", text, err.text);
    free(quoted);
    return root;
}

static bool define(struct arena *arena, const char *parameters, const char *conditionals, const char *constraints,
                   struct definition *definition)
{
    struct json *roots[] = {parse(parameters), parse(conditionals), parse(constraints)};
    const struct definition_source source = {
        .type = EXPERIMENT_OFFLINE, .parameters = roots[0], .conditionals = roots[1], .linear_constraints = roots[2]};
    struct err err;
    err_clear(&err);
    enum err_code code = definition_read(arena, &source, definition, &err);
    for (size_t i = 0; i < 3; i++)
        json_free(roots[i]);
    return ok(code == ERR_NONE, "a definition %s", err.text);
}

// Reads assignments; the text shown of them, or "!" and the text of the refusal.
static const char *read_and_show(struct arena *arena, const struct definition *definition, const char *text,
                                 struct assignment **list, size_t *n)
{
    struct json *object = parse(text);
    struct json_writer w = {.depth = 0};
    struct err err;
    enum err_code code = assignments_read(arena, definition, object, ".a", list, n, &err);
    json_free(object);
    if (code != ERR_NONE)
        return arena_printf(arena, "!%s", err.text);
    assignments_write(&w, definition, *list, *n);
    const char *shown = arena_strndup(arena, w.out.data, w.out.len);
    json_writer_clear(&w);
    return shown;
}

struct row {
    const char *in, *out; // out: what is shown; or, behind "!", a text that the refusal has
};

static void check_rows(struct arena *arena, const struct definition *definition, const struct row *rows, size_t n_rows)
{
    for (size_t i = 0; i < n_rows; i++) {
        struct assignment *list;
        size_t n;
        char *want = creates_quoted(rows[i].out, false);
        const char *got = read_and_show(arena, definition, rows[i].in, &list, &n);
        bool fine = *want == '!' ? *got == '!' && strstr(got, want + 1) != NULL : strcmp(got, want) == 0;
        ok(fine, "%s: %s", rows[i].in, got);
        free(want);
    }
}

static void test_conditionals(void)
{
    static const struct row rows[] = {
        {"{'k':'1','m':'on','a':0.5,'z':1}", "{'a':0.5,'z':1,'m':'on','k':'1'}"},
        {"{'z':1,'a':0.5,'b':0,'k':'5','m':'off'}", "{'a':0.5,'b':0.0,'z':1,'m':'off','k':'5'}"},
        {"{'z':1,'a':0.5,'b':0,'c':'v','k':'10','m':'on'}", "{'a':0.5,'b':0.0,'c':'v','z':1,'m':'on','k':'10'}"},
        {"{'z':1,'a':0.5,'b':0,'k':'10','m':'off'}", "{'a':0.5,'b':0.0,'z':1,'m':'off','k':'10'}"},
        {"{'m':'on','a':0.5,'z':1}", "!.a.k is missing: every conditional needs a value"},
        {"{'k':null,'m':'on','a':0.5,'z':1}", "!.a.k is missing: null is no value"},
        {"{'k':'3','m':'on','a':0.5,'z':1}", "!.a.k is invalid: '3' is not a value of the conditional"},
        {"{'k':1,'m':'on','a':0.5,'z':1}", "!Invalid type for .a.k: 1, expected string"},
        {"{'k':'1','m':'on','a':0.5,'z':1,'b':0}", "!.a.b must not be given: the conditions of the parameter are unsatisfied"},
        {"{'k':'10','m':'off','a':0.5,'z':1,'b':0,'c':'u'}", "!.a.c must not be given: the conditions of the parameter are unsatisfied"},
        {"{'k':'1','m':'on','a':0.5,'z':1,'b':null}", "!.a.b is missing: null is no value"},
        {"{'k':'5','m':'on','a':0.5,'z':1}", "!.a.b is missing: every active parameter needs an assignment"},
        {"{'k':'5','m':'on','a':0.5,'z':1,'b':null}", "!.a.b is missing: null is no value"},
        {"{'k':'10','m':'on','a':0.5,'z':1,'b':0}", "!.a.c is missing: every active parameter needs an assignment"},
        {"{'k':'1','m':'on','a':0.5}", "!.a.z is missing"},
        {"{'k':'1','m':'on','a':0.5,'z':1,'y':2}", "!.a.y: the experiment has no such parameter"},
        {"{'k':'1','m':'on','a':0.5,'z':1,'K':'1'}", "!.a.K: the experiment has no such parameter"},
        {"{}", "!.a.m is missing"},
        {"[]", "!Invalid type for .a"},
    };
    struct arena *arena = arena_create();
    struct definition definition;
    if (define(arena, PARAMETERS, CONDITIONALS, NULL, &definition))
        check_rows(arena, &definition, rows, sizeof rows / sizeof *rows);
    arena_destroy(arena);
}

// A point has a coordinate for each parameter and behind them for each conditional; inactive ones have none.
static void test_bridge(void)
{
    struct arena *arena = arena_create();
    struct definition d;
    struct assignment *list;
    size_t n;
    double x[6];
    if (!define(arena, PARAMETERS, CONDITIONALS, NULL, &d))
        return;
    read_and_show(arena, &d, "{'k':'5','m':'off','a':0.5,'z':1,'b':0.75}", &list, &n);
    is_int(n, 5, "active ones and conditionals");
    bridge_point(&d, list, n, x);
    ok(fabs(x[0] - 0.5) <= 0 && fabs(x[1] - 0.75) <= 0 && isnan(x[2]) && fabs(x[3] - 1) <= 0 && fabs(x[4] - 1) <= 0 &&
           fabs(x[5] - 1) <= 0,
       "a, b, no c, z; m, k");
    size_t n_back;
    struct assignment *back = bridge_assignments(arena, &d, x, &n_back);
    bool same = n == n_back;
    for (size_t i = 0; same && i < n; i++)
        same = strcmp(list[i].name, back[i].name) == 0 && fabs(list[i].number - back[i].number) <= 0 &&
               (list[i].text == NULL ? back[i].text == NULL : strcmp(list[i].text, back[i].text) == 0);
    ok(same, "and back, by name");
    const struct assignment old[] = {{.name = "k", .text = "10"}, {.name = "m", .text = "gone"}};
    bridge_point(&d, old, 2, x);
    ok(fabs(x[1] - 0.25) <= 0 && isnan(x[2]) && fabs(x[4] + 1) <= 0 && fabs(x[5] - 2) <= 0,
       "what is missing has its default; what depends on a value that is gone is inactive");
    arena_destroy(arena);
}

static void test_problem(void)
{
    struct arena *arena = arena_create();
    struct definition d;
    struct problem problem = {.n_params = 0};
    struct err err;
    const struct experiment_record record = {.id = 1, .type = EXPERIMENT_OFFLINE};
    if (!define(arena, PARAMETERS, CONDITIONALS, NULL, &d))
        return;
    enum err_code code = bridge_problem(arena, &d, &record, &problem, &err);
    ok(code == ERR_NONE, "a problem: %s", code == ERR_NONE ? "" : err.text);
    is_int(problem.n_params, 6, "parameters and conditionals");
    const struct param *b = &problem.params[1], *c = &problem.params[2], *k = &problem.params[5];
    ok(k->kind == PARAM_CATEGORICAL && k->n_levels == 3 && k->n_conditions == 0, "a conditional is a category");
    ok(b->n_conditions == 1 && b->conditions[0].param == 5 && b->conditions[0].levels == 6, "b with the second and third value of k");
    ok(c->n_conditions == 2 && c->conditions[0].param + c->conditions[1].param == 9, "c depends on both");
    arena_destroy(arena);
}

#define THREE                                                                                                                 \
    "[{'name':'x','type':'double','bounds':{'min':0,'max':1}},{'name':'y','type':'double','bounds':{'min':0,'max':1}},"      \
    "{'name':'i','type':'int','bounds':{'min':0,'max':9}},{'name':'j','type':'int','bounds':{'min':0,'max':9}}]"
#define CONSTRAINTS                                                                                                           \
    "[{'type':'less_than','threshold':0.3,'terms':[{'name':'x','weight':1},{'name':'y','weight':1}]},"                        \
    "{'type':'greater_than','threshold':4,'terms':[{'name':'i','weight':2},{'name':'j','weight':-1}]}]"

static void test_constraints(void)
{
    static const struct row rows[] = {
        {"{'x':0.1,'y':0.1,'i':3,'j':1}", "{'i':3,'j':1,'x':0.1,'y':0.1}"},
        {"{'x':0.1,'y':0.2,'i':3,'j':2}", "{'i':3,'j':2,'x':0.1,'y':0.2}"}, // 0.1 + 0.2 > 0.3 by rounding only
        {"{'x':0.1,'y':0.2000001,'i':3,'j':2}", "!.a do not fulfil .linear_constraints[0] of the experiment"},
        {"{'x':5,'y':-5,'i':3,'j':2}", "{'i':3,'j':2,'x':5.0,'y':-5.0}"},
        {"{'x':0.1,'y':0.2,'i':3,'j':3}", "!.a do not fulfil .linear_constraints[1] of the experiment"},
    };
    struct arena *arena = arena_create();
    struct definition d;
    struct problem problem = {.n_constraints = 0};
    struct err err;
    const struct experiment_record record = {.id = 1, .type = EXPERIMENT_OFFLINE};
    if (define(arena, THREE, NULL, CONSTRAINTS, &d)) {
        check_rows(arena, &d, rows, sizeof rows / sizeof *rows);
        bridge_problem(arena, &d, &record, &problem, &err);
        const struct linear_constraint *c = problem.constraints;
        ok(problem.n_constraints == 2 && !c[0].greater && c[1].greater && fabs(c[1].threshold - 4) <= 0, "for the optimizer");
        ok(fabs(c[1].weight[0] - 2) <= 0 && fabs(c[1].weight[1] + 1) <= 0 && fabs(c[1].weight[2]) <= 0 && fabs(c[0].weight[3] - 1) <= 0,
           "a weight for each parameter");
    }
    arena_destroy(arena);
}

int main(void)
{
    TAP_RUN(test_conditionals);
    TAP_RUN(test_bridge);
    TAP_RUN(test_problem);
    TAP_RUN(test_constraints);
    return tap_done();
}
