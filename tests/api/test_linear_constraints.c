// Linear constraints of experiments, cell by cell, and assignments that must fulfil them.
#include "base/memory.h"
#include "tests/api/creates.h"

// Doubles a, b; ints i, j; and what cannot be constrained: a category c, a grid g, a log-transformed l.
#define ITEMS                                                                                                                 \
    "{'name':'b','type':'double','bounds':{'min':0,'max':1}},{'name':'a','type':'double','bounds':{'min':0,'max':1}},"        \
    "{'name':'i','type':'int','bounds':{'min':0,'max':9}},{'name':'j','type':'int','bounds':{'min':0,'max':9}},"              \
    "{'name':'c','type':'categorical','categorical_values':['u','v']},{'name':'g','type':'double','grid':[1,2]},"             \
    "{'name':'l','type':'double','bounds':{'min':1,'max':9},'transformation':'log'}"
#define WITH(constraints) "'parameters':[" ITEMS "],'linear_constraints':" constraints
#define TERM(name, weight) "{'name':'" name "','weight':" weight "}"
#define LESS(terms) WITH("[{'type':'less_than','threshold':1,'terms':[" terms "]}]")
#define AB TERM("a", "1") "," TERM("b", "1")
#define FIRST ".linear_constraints[0]"

static void test_create(void)
{
    static const struct create_case cases[] = {
        {WITH("null"), 200, "{'linear_constraints':[]}"},
        {WITH("[]"), 200, "{'linear_constraints':[]}"},
        {WITH("{}"), 200, "{'linear_constraints':[]}"},
        {LESS(TERM("b", "1") "," TERM("a", "-0.5")), 200,
         "{'linear_constraints':[{'object':'linear_constraint','type':'less_than','threshold':1,'terms':"
         "[{'object':'constraint_term','name':'a','weight':-0.5},{'object':'constraint_term','name':'b','weight':1}]}]}"},
        {WITH("[{'object':'linear_constraint','type':'greater_than','threshold':0.5,'terms':"
              "[{'object':'constraint_term','name':'a','weight':2}," TERM("b", "1") "]}]"), 200,
         "{'linear_constraints':[{'type':'greater_than','threshold':0.5}]}"},
        {LESS(AB "," TERM("c", "0") "," TERM("a", "0")), 200, "{'linear_constraints':[{'terms':[{'name':'a'},{'name':'b'}]}]}"},
        {LESS(TERM("i", "1") "," TERM("j", "1")), 200, "{'linear_constraints':[{'terms':[{'name':'i'},{'name':'j'}]}]}"},
        {WITH("1"), 400, "Invalid type for .linear_constraints: 1, expected array"},
        {WITH("'a'"), 400, "Invalid type for .linear_constraints"},
        {WITH("{'type':'less_than'}"), 400, "Invalid type for .linear_constraints"},
        {WITH("[null]"), 400, "Invalid type for .linear_constraints[0]"},
        {WITH("[{}]"), 400, "Missing required json key 'type' in .linear_constraints[0]"},
        {WITH("[{'type':'less_than','terms':[" AB "]}]"), 400, "Missing required json key 'threshold' in " FIRST},
        {WITH("[{'type':'less_than','threshold':null,'terms':[" AB "]}]"), 400, "'threshold' in " FIRST},
        {WITH("[{'type':'less_than','threshold':'1','terms':[" AB "]}]"), 400, "Invalid type for " FIRST ".threshold"},
        {WITH("[{'type':'less_than','threshold':1}]"), 400, "Missing required json key 'terms' in " FIRST},
        {WITH("[{'threshold':1,'terms':[" AB "]}]"), 400, "Missing required json key 'type' in " FIRST},
        {WITH("[{'type':'equal','threshold':1,'terms':[" AB "]}]"), 400, "'equal' is not one of the allowed values for " FIRST ".type"},
        {WITH("[{'type':1,'threshold':1,'terms':[" AB "]}]"), 400, "Invalid type for " FIRST ".type"},
        {WITH("[{'type':'less_than','threshold':1,'terms':[" AB "],'foo':1}]"), 400, "Unknown json keys `foo` in " FIRST},
        {WITH("[{'type':'less_than','threshold':1,'terms':[" AB "],'object':'x'}]"), 400, FIRST ".object"},
        {WITH("[{'type':'less_than','threshold':1,'terms':{}}]"), 400, "Invalid type for " FIRST ".terms"},
        {WITH("[{'type':'less_than','threshold':1,'terms':[]}]"), 400, FIRST ".terms must have at least one term"},
        {LESS("1"), 400, "Invalid type for " FIRST ".terms[0]"},
        {LESS("{'name':'a'}"), 400, "Missing required json key 'weight' in " FIRST ".terms[0]"},
        {LESS("{'weight':1}"), 400, "Missing required json key 'name' in " FIRST ".terms[0]"},
        {LESS("{'name':'a','weight':null}"), 400, "'weight' in " FIRST ".terms[0]"},
        {LESS("{'name':'a','weight':'1'}"), 400, "Invalid type for " FIRST ".terms[0].weight"},
        {LESS("{'name':'a','weight':true}"), 400, "Invalid type for " FIRST ".terms[0].weight"},
        {LESS("{'name':1,'weight':1}"), 400, "Invalid type for " FIRST ".terms[0].name"},
        {LESS("{'name':'a','weight':1,'foo':1}"), 400, "Unknown json keys `foo` in " FIRST ".terms[0]"},
        {LESS("{'name':'a','weight':1,'object':'term'}"), 400, FIRST ".terms[0].object"},
        {LESS(TERM("z", "1") "," TERM("a", "1")), 400, FIRST ".terms[0].name: 'z' is not a known parameter"},
        {LESS(TERM("z", "0") "," AB), 400, FIRST ".terms[0].name: 'z' is not a known parameter"},
        {LESS(TERM("c", "1")), 400, FIRST ".terms[0].name: 'c' is not a double or int parameter"},
        {LESS(TERM("g", "1") "," TERM("a", "1")), 400, "the parameter 'g' has a grid and cannot be constrained"},
        {LESS(TERM("l", "1") "," TERM("a", "1")), 400, "the parameter 'l' has a log-transformation and cannot be constrained"},
        {LESS(AB "," TERM("a", "2")), 400, FIRST ".terms has the duplicate variable 'a'"},
        {LESS(TERM("a", "1")), 400, FIRST ".terms must involve at least two parameters"},
        {LESS(TERM("a", "1") "," TERM("b", "0")), 400, FIRST ".terms must involve at least two parameters"},
        {LESS(TERM("a", "0") "," TERM("b", "0.0")), 400, FIRST ".terms must involve at least two parameters"},
        {LESS(TERM("a", "1") "," TERM("i", "1")), 400, FIRST ".terms must not mix integers and doubles"},
        {"'parameters':[{'name':'a','type':'double','bounds':{'min':0,'max':1},'conditions':{'k':'1'}},"
         "{'name':'b','type':'double','bounds':{'min':0,'max':1}}],'conditionals':[{'name':'k','values':['1','2']}],"
         "'linear_constraints':[{'type':'less_than','threshold':1,'terms':[" AB "]}]", 400,
         FIRST ".terms[0].name: the parameter 'a' has conditions and cannot be constrained"},
    };
    CHECK_CREATES(cases);
}

// What leaves no room between its bounds and its constraints.
static void test_room(void)
{
#define SUM(type, threshold) "{'type':'" type "','threshold':" threshold ",'terms':[" AB "]}"
#define INFEASIBLE ".linear_constraints cannot be optimized: infeasible or empty: "
    static const struct create_case cases[] = {
        {WITH("[" SUM("greater_than", "0") "," SUM("less_than", "2") "]"), 200, NULL},
        {WITH("[" SUM("greater_than", "0.5") "," SUM("less_than", "0.500001") "]"), 200, NULL},
        {WITH("[" SUM("greater_than", "2.1") "]"), 400, INFEASIBLE},
        {WITH("[" SUM("greater_than", "2") "]"), 400, INFEASIBLE},
        {WITH("[" SUM("less_than", "0") "]"), 400, INFEASIBLE},
        {WITH("[" SUM("greater_than", "0.5") "," SUM("less_than", "0.5") "]"), 400,
         INFEASIBLE "the linear constraints leave no room between the bounds; of parameters with a fixed sum, leave one out"},
        {WITH("[" SUM("greater_than", "0.7") "," SUM("less_than", "0.5") "]"), 400, INFEASIBLE},
        {WITH("[{'type':'greater_than','threshold':18.5,'terms':[" TERM("i", "1") "," TERM("j", "1") "]}]"), 400, INFEASIBLE},
    };
    CHECK_CREATES(cases);
}

#define E1 "/v1/experiments/1"
#define POINT(a, b, i, j) "'assignments':{'a':" a ",'b':" b ",'i':" i ",'j':" j ",'c':'u','g':1,'l':2}"
#define BROKEN(k) ".assignments do not fulfil .linear_constraints[" k "] of the experiment"

static void test_assignments(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case cases[] = {
        {"POST", "/v1/experiments",
         "{'name':'e'," WITH("[{'type':'less_than','threshold':1,'terms':[" AB "]},{'type':'greater_than','threshold':4,'terms':["
                             TERM("i", "2") "," TERM("j", "-1") "]}]") "}", 200, NULL},
        {"POST", E1 "/suggestions", "{}", 200, NULL},
        {"POST", E1 "/observations", "{'suggestion':1,'failed':true}", 200, NULL},
        {"POST", E1 "/suggestions", "{" POINT("0.5", "0.5", "3", "2") "}", 200, NULL},
        {"POST", E1 "/suggestions", "{" POINT("0.5", "0.6", "3", "2") "}", 400, BROKEN("0")},
        {"POST", E1 "/suggestions", "{" POINT("0.5", "0.5", "3", "3") "}", 400, BROKEN("1")},
        {"POST", E1 "/queued_suggestions", "{" POINT("0.5", "0.6", "3", "2") "}", 400, BROKEN("0")},
        {"POST", E1 "/queued_suggestions", "{" POINT("-5", "5", "30", "2") "}", 200, NULL},
        {"POST", E1 "/observations", "{" POINT("0.5", "0.6", "3", "2") ",'failed':true}", 400, BROKEN("0")},
        {"POST", E1 "/observations", "{" POINT("0.5", "0.5", "3", "2") ",'failed':true}", 200, NULL},
        {"PUT", E1 "/observations/2", "{" POINT("1", "1", "3", "2") "}", 400, BROKEN("0")},
        {"POST", E1 "/observations/batch", "{'observations':[{" POINT("1", "1", "3", "2") ",'failed':true}]}", 400,
         "Observation 1 of 1: .observations[0].assignments do not fulfil .linear_constraints[0]"},
        {"POST", E1 "/predictions", "{'assignments':[{'a':1,'b':1,'i':3,'j':2,'c':'u','g':1,'l':2}]}", 400,
         ".assignments[0] do not fulfil .linear_constraints[0]"},
        {"PUT", E1, "{'name':'another'}", 200, NULL},
        {"PUT", E1, "{'parameters':[{'name':'a'}]}", 400, ".parameters of an experiment with linear constraints cannot be changed"},
        {"PUT", E1, "{'linear_constraints':[]}", 400, "Unknown json keys `linear_constraints`"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_limits(void)
{
    struct harness h;
    struct arena *arena = arena_create();
    harness_open(&h);
    const char *parameters = "", *terms = "", *many = "";
    for (int i = 0; i < 101; i++)
        many = arena_printf(arena, "%s%s{'type':'less_than','threshold':1,'terms':[" AB "]}", many, i == 0 ? "" : ",");
    for (int i = 0; i < 11; i++) {
        const char *comma = i == 0 ? "" : ",";
        parameters = arena_printf(arena, "%s%s{'name':'i%02d','type':'int','bounds':{'min':0,'max':1}}", parameters, comma, i);
        terms = arena_printf(arena, "%s%s{'name':'i%02d','weight':1}", terms, comma, i);
    }
    const char *wide = "", *sum = "";
    for (int i = 0; i < 201; i++) {
        const char *comma = i == 0 ? "" : ",";
        wide = arena_printf(arena, "%s%s{'name':'x%d','type':'double','bounds':{'min':0,'max':1}}", wide, comma, i);
        sum = arena_printf(arena, "%s%s{'name':'x%d','weight':1}", sum, comma, i);
    }
    const struct request_case cases[] = {
        {"POST", "/v1/experiments",
         arena_printf(arena,
                      "{'name':'e','parameters':[%s],'linear_constraints':[{'type':'less_than','threshold':5,'terms':[%s]}]}",
                      wide, sum), 400, ".linear_constraints involve 201 parameters, but the maximum is 200"},
        {"POST", "/v1/experiments",
         arena_printf(arena,
                      "{'name':'e','parameters':[%s],'linear_constraints':[{'type':'less_than','threshold':5,'terms':[%s]}]}",
                      parameters, terms), 400, ".linear_constraints involve 11 int parameters, but the maximum is 10"},
        {"POST", "/v1/experiments", arena_printf(arena, "{'name':'e'," WITH("[%s]") "}", many), 400,
         ".linear_constraints must have at most 100 constraints"},
    };
    CHECK_REQUESTS(&h, cases);
    arena_destroy(arena);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_room);
    TAP_RUN(test_assignments);
    TAP_RUN(test_limits);
    return tap_done();
}
