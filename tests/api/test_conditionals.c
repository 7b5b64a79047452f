// Conditionals of experiments, cell by cell, and what assignments must say of them.
#include "base/memory.h"
#include "tests/api/creates.h"

#define ITEM(name, conditions) "{'name':'" name "','type':'double','bounds':{'min':0,'max':1},'conditions':" conditions "}"
#define ONE(conditions) "'parameters':[" ITEM("p", conditions) "]"
#define TWO(first, second) "'parameters':[" ITEM("p", first) "," ITEM("q", second) "]"
#define FREE ONE("{}")
#define C "'conditionals':[{'name':'c','values':['1','5','10']}]"
#define C_AND_D "'conditionals':[{'name':'c','values':['1','5']},{'name':'d','values':['u','v']}]"
#define TEN "nnnnnnnnnn"

static void test_create(void)
{
    static const struct create_case cases[] = {
        {FREE ",'conditionals':null", 200, "{'conditionals':[]}"},
        {FREE ",'conditionals':[]", 200, "{'conditionals':[]}"},
        {FREE ",'conditionals':{}", 200, "{'conditionals':[]}"},
        {FREE "," C, 200,
         "{'conditionals':[{'object':'conditional','name':'c','values':['1','5','10']}],'parameters':[{'conditions':{}}]}"},
        {FREE ",'conditionals':[{'name':' c ','values':[' b','a '],'object':'conditional'}]", 200,
         "{'conditionals':[{'name':'c','values':['b','a']}]}"},
        {TWO("null", "{'c':['5','10']}") "," C, 200, "{'parameters':[{'conditions':{}},{'conditions':{'c':['5','10']}}]}"},
        {TWO("[]", "{'c':'10'}") "," C, 200, "{'parameters':[{'conditions':{}},{'conditions':{'c':['10']}}]}"},
        {TWO("{'c':['10','1','10']}", "{'c':['5']}") "," C, 200,
         "{'parameters':[{'conditions':{'c':['1','10']}},{'conditions':{'c':['5']}}]}"},
        {TWO("{'c':'1'}", "{'c':'5'}") "," C_AND_D, 200, "{'parameters':[{'conditions':{'c':['1']}},{}]}"},
        {FREE ",'conditionals':'c'", 400, "Invalid type for .conditionals: 'c', expected array"},
        {FREE ",'conditionals':1", 400, "Invalid type for .conditionals"},
        {FREE ",'conditionals':{'name':'c'}", 400, "Invalid type for .conditionals"},
        {FREE ",'conditionals':[1]", 400, "Invalid type for .conditionals[0]: 1, expected object"},
        {FREE ",'conditionals':[null]", 400, "Invalid type for .conditionals[0]"},
        {FREE ",'conditionals':[{}]", 400, "Missing required json key 'name' in .conditionals[0]"},
        {FREE ",'conditionals':[{'name':null,'values':['a','b']}]", 400, "'name' in .conditionals[0]"},
        {FREE ",'conditionals':[{'name':'c'}]", 400, "Missing required json key 'values' in .conditionals[0]"},
        {FREE ",'conditionals':[{'name':'c','values':null}]", 400, "'values' in .conditionals[0]"},
        {FREE ",'conditionals':[{'name':'c','values':['a','b'],'foo':1}]", 400, "Unknown json keys `foo` in .conditionals[0]"},
        {FREE ",'conditionals':[{'name':'c','values':['a','b'],'object':'task'}]", 400, ".conditionals[0].object"},
        {FREE ",'conditionals':[{'name':'','values':['a','b']}]", 400, "The length of .conditionals[0].name must be at least 1"},
        {FREE ",'conditionals':[{'name':1,'values':['a','b']}]", 400, "Invalid type for .conditionals[0].name"},
        {FREE ",'conditionals':[{'name':'a\\u0001','values':['a','b']}]", 400,
         ".conditionals[0].name must not contain control characters"},
        {FREE ",'conditionals':[{'name':'a\\u0000','values':['a','b']}]", 400, "Malformed json in request body"},
        {FREE ",'conditionals':[{'name':'" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "n','values':['a','b']}]", 400,
         "The length of .conditionals[0].name must be at most 100"},
        {FREE ",'conditionals':[{'name':'c','values':'a'}]", 400, "Invalid type for .conditionals[0].values"},
        {FREE ",'conditionals':[{'name':'c','values':{'a':1,'b':2}}]", 400, "Invalid type for .conditionals[0].values"},
        {FREE ",'conditionals':[{'name':'c','values':[]}]", 400, ".conditionals[0].values must have at least 2 values"},
        {FREE ",'conditionals':[{'name':'c','values':['a']}]", 400, ".conditionals[0].values must have at least 2 values"},
        {FREE ",'conditionals':[{'name':'c','values':['a','a']}]", 400, ".conditionals[0].values has the duplicate value 'a'"},
        {FREE ",'conditionals':[{'name':'c','values':['a',' a']}]", 400, ".conditionals[0].values has the duplicate value 'a'"},
        {FREE ",'conditionals':[{'name':'c','values':['a',1]}]", 400, "Invalid type for .conditionals[0].values[1]"},
        {FREE ",'conditionals':[{'name':'c','values':['a',null]}]", 400, "Invalid type for .conditionals[0].values[1]"},
        {FREE ",'conditionals':[{'name':'c','values':['a','']}]", 400, "The length of .conditionals[0].values[1]"},
        {FREE ",'conditionals':[{'name':'c','values':['a',' ']}]", 400,
         ".conditionals[0].values[1] must not consist of white space only"},
        {FREE ",'conditionals':[{'name':'c','values':['a','" TEN TEN TEN TEN TEN "n']}]", 400,
         "The length of .conditionals[0].values[1] must be at most 50"},
        {FREE ",'conditionals':[{'name':'c','values':['a','b']},{'name':'c','values':['a','b']}]", 400,
         ".conditionals has the duplicate name 'c'"},
        {FREE ",'conditionals':[{'name':'p','values':['a','b']}]", 400,
         ".conditionals[0].name: 'p' is the name of a parameter too"},
        {FREE ",'type':'grid'," C, 400, ".conditionals are not allowed for experiments of type grid"},
        {TWO("{}", "{'c':'2'}") "," C, 400, ".parameters[1].conditions.c: '2' is not a value of the conditional"},
        {TWO("{}", "{'c':['1','2']}") "," C, 400, ".parameters[1].conditions.c[1]: '2' is not a value of the conditional"},
        {TWO("{}", "{'c':1}") "," C, 400, "Invalid type for .parameters[1].conditions.c: 1, expected string or array"},
        {TWO("{}", "{'c':[1]}") "," C, 400, "Invalid type for .parameters[1].conditions.c[0]"},
        {TWO("{}", "{'c':[]}") "," C, 400, ".parameters[1].conditions.c must have at least 1 value"},
        {TWO("{}", "{'c':null}") "," C, 400, "Invalid type for .parameters[1].conditions.c"},
        {TWO("{}", "{'d':'1'}") "," C, 400, ".parameters[1].conditions.d: the experiment has no such conditional"},
        {TWO("{}", "['c']") "," C, 400, "Invalid type for .parameters[1].conditions"},
        {TWO("{}", "'c'") "," C, 400, "Invalid type for .parameters[1].conditions"},
        {ONE("{'c':'1'}") "," C, 400,
         ".conditionals: every combination of values needs an active parameter, but none is active for c = '5'"},
        {ONE("{'c':['1','10']}") "," C, 400, "none is active for c = '5'"},
        {TWO("{'c':'1'}", "{'d':'u'}") "," C_AND_D, 400, "none is active for c = '5', d = 'v'"},
        {TWO("{'c':'1','d':'u'}", "{'c':'5'}") "," C_AND_D, 400, "none is active for c = '1', d = 'v'"},
    };
    CHECK_CREATES(cases);
}

// What many conditionals cost.
static void test_limits(void)
{
    struct harness h;
    struct arena *arena = arena_create();
    harness_open(&h);
    const char *fifty = "", *many = "", *values = "'v0'", *parameters = "";
    for (int i = 0; i < 101; i++) {
        many = arena_printf(arena, "%s%s{'name':'c%d','values':['a','b']}", many, i == 0 ? "" : ",", i);
        fifty = i == 49 ? many : fifty;
    }
    for (int i = 1; i < 65; i++)
        values = arena_printf(arena, "%s,'v%d'", values, i);
    // Covers everything but one combination out of 2^50: found at once, not by counting.
    for (int i = 0; i < 50; i++)
        parameters = arena_printf(arena, "%s%s{'name':'p%d','type':'int','bounds':{'min':0,'max':1},'conditions':{'c%d':'a'}}",
                                  parameters, i == 0 ? "" : ",", i, i);
    // Twelve pigeons in eleven holes: two always share one, but no search finds that out soon.
    const char *pigeons = "", *holes = "'0'", *shared = "";
    for (int i = 1; i < 11; i++)
        holes = arena_printf(arena, "%s,'%d'", holes, i);
    for (int i = 0; i < 12; i++) {
        pigeons = arena_printf(arena, "%s%s{'name':'c%d','values':[%s]}", pigeons, i == 0 ? "" : ",", i, holes);
        for (int j = 0; j < i; j++)
            for (int k = 0; k < 11; k++)
                shared = arena_printf(arena, "%s%s{'name':'p%d.%d.%d','type':'int','bounds':{'min':0,'max':1},"
                                             "'conditions':{'c%d':'%d','c%d':'%d'}}",
                                      shared, *shared == '\0' ? "" : ",", i, j, k, i, k, j, k);
    }
    static const char whole[] = "{'name':'e','conditionals':[%s],'parameters':[%s]}";
    const struct request_case cases[] = {
        {"POST", "/v1/experiments", arena_printf(arena, "{'name':'e'," FREE ",'conditionals':[%s]}", many), 400,
         ".conditionals must have at most 100 conditionals"},
        {"POST", "/v1/experiments", arena_printf(arena, "{'name':'e'," FREE ",'conditionals':[{'name':'c',"
         "'values':[%s]}]}", values),
         400, ".conditionals[0].values must have at most 64 values"},
        {"POST", "/v1/experiments", arena_printf(arena, whole, fifty, parameters), 400, "none is active for c0 = 'b', c1 = 'b'"},
        {"POST", "/v1/experiments", arena_printf(arena, whole, pigeons, shared), 400,
         ".conditionals have too many combinations of values to check"},
    };
    CHECK_REQUESTS(&h, cases);
    arena_destroy(arena);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_limits);
    return tap_done();
}
