// Rules whose text no other table has in full: one request for each. tests/rules.py checks that every rule of api/ has a case.
#include <stdlib.h>

#include "base/memory.h"
#include "tests/api/creates.h"

#define E "/v1/experiments"
#define X "{'name':'x','type':'double','bounds':{'min':0,'max':1}}"
#define WITH(members) "{'name':'e','parameters':[" X "]," members "}"
#define ITEM(item) "{'name':'e','parameters':[" item "]}"
#define POINT "'assignments':{'x':0.5}"

// 1: one metric. 2: a metric m and a stored s. 3: suggestion 1 of it, observation 1 of that. 4: l is log-transformed, g has a grid.
static void open_four(struct harness *h)
{
    static const char *const made[][2] = {
        {E, WITH("'metrics':null")},
        {E, WITH("'metrics':['m',{'name':'s','strategy':'store'}]")},
        {E, WITH("'metrics':['m']")},
        {E, "{'name':'e','parameters':[{'name':'l','type':'double','bounds':{'min':1,'max':2},'transformation':'log'},"
            "{'name':'g','type':'double','grid':[1,2]}]}"},
        {E "/3/suggestions", "{" POINT "}"},
        {E "/3/observations", "{'suggestion':1,'values':[{'value':1}]}"},
    };
    harness_open(h);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char *body = creates_quoted(made[i][1], false);
        harness_make(h, "POST", made[i][0], body);
        free(body);
    }
}

static void test_transport(void)
{
    struct harness h;
    open_four(&h);
    static const struct request_case cases[] = {
        {"GET", E "/1%00", NULL, 400, "Invalid string parameter in the path"},
        {"GET", E "?search=%00", NULL, 400, "Invalid string parameter in the query"},
        {"MERGE", E "/1", "{}", 405, "Only the methods GET, PUT, DELETE, OPTIONS are allowed for /v1/experiments/1"},
        {"POST", E, "{", 400, "Malformed json in request body: "},
        {"GET", E "?limit=1001", NULL, 400, "limit is 1001 but must be between 0 and 1000"},
        {"GET", E "?ascending=maybe", NULL, 400, "Invalid type for ascending: maybe, expected boolean"},
        {"GET", E "?period_start=-1", NULL, 400, "period_start must be greater than or equal to 0"},
        {"GET", E "?period_start=2&period_end=1", NULL, 400, "period_end must not be before period_start"},
        {"GET", E "/1/observations?sort=nonsense", NULL, 400, "Invalid sort: nonsense"},
        {"GET", "/v1/clients/1/projects?sort=id", NULL, 400, "Invalid sort: id, not one of the allowed values updated, created"},
        {"GET", E "/1/suggestions?state=closed", NULL, 400, "closed is not one of the allowed values for state: 'open'"},
        {"GET", E "/1/suggestions?id=1,x", NULL, 400, "Invalid type for id: x, expected integer"},
        {"POST", "/v1/clients/1/projects", "{'id':'A','name':'a'}", 400,
         "The value A of .id does not match the pattern ^[a-z0-9\\\\-_\\\\.]+$"},
        {"GET", "/v1/clients/1/tags?sort=name", NULL, 400, "Invalid sort: name, not one of the allowed values id"},
        {"POST", "/v1/clients/1/tags", "{'name':'a','color':'red'}", 400,
         "The value red of .color does not match the pattern ^#[0-9A-Fa-f]{6}$"},
        {"PUT", "/v1/tokens/self", "{'lasts_forever':false}", 400,
         "A token of the type client-api has no end: .lasts_forever must be true"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_create(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case cases[] = {
        {"POST", E, WITH("'observation_budget':0"), 400, ".observation_budget must be greater than or equal to 1, got 0"},
        {"POST", E, WITH("'project':'unknown'"), 400, ".project: the project unknown does not exist"},
        {"POST", E, WITH("'budget':1"), 400, ".budget is for experiments of runs; use observation_budget"},
        {"POST", E, WITH("'metrics':['m',{'name':'s','strategy':'store','threshold':1}]"), 400,
         ".metrics: the stored metric 's' must not have a threshold"},
        {"POST", E, WITH("'metrics':['m',{}]"), 400,
         ".metrics[1] has no name: unnamed metrics are not supported with several metrics"},
        {"POST", E, ITEM("{'name':'x','type':'int','bounds':{'min':0,'max':1},'transformation':'log'}"), 400,
         ".parameters[0].transformation is only allowed for parameters of type double"},
        {"POST", E, ITEM("{'name':'x','type':'double','bounds':{'min':1,'max':0}}"), 400,
         ".parameters[0].bounds must have a max greater than or equal to its min"},
        {"POST", E, ITEM("{'name':'x','type':'double','bounds':{'min':-1e308,'max':1e308}}"), 400,
         ".parameters[0].bounds are too far apart"},
        {"POST", E, ITEM("{'name':'x','type':'double','grid':[-1e308,1e308]}"), 400,
         ".parameters[0].grid has values that are too far apart"},
        {"POST", E, ITEM("{'name':'x','type':'double','grid':[0,1],'transformation':'log'}"), 400,
         ".parameters[0].grid must have only values greater than 0 for a parameter with a log-transformation"},
        {"POST", E, ITEM("{'name':'x','type':'double','bounds':{'min':0,'max':1},'categorical_values':['a','b']}"), 400,
         ".parameters[0].categorical_values is only allowed for parameters of type categorical"},
        {"POST", E, ITEM("{'name':'x','type':'double','bounds':{'min':1,'max':2},'transformation':'log','default_value':0}"), 400,
         ".parameters[0].default_value must be greater than 0 for a parameter with a log-transformation"},
        {"POST", E, ITEM(X ",{'name':'y','type':'double','bounds':{'min':0,'max':1}}],'linear_constraints':[{'type':'less_than',"
                         "'threshold':1,'terms':[{'name':'x','weight':1}]}"), 400,
         ".linear_constraints[0].terms must involve at least two parameters with a weight that is not 0"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_change(void)
{
    struct harness h;
    open_four(&h);
    static const struct request_case cases[] = {
        {"PUT", E "/1", "{'tasks':[]}", 400, ".tasks cannot be changed after an experiment was created"},
        {"PUT", E "/1", "{'budget':1}", 400, ".budget is for experiments of runs; use observation_budget"},
        {"PUT", E "/2", "{'metrics':['m']}", 400, ".metrics must have as many items as the experiment has metrics: 2"},
        {"PUT", E "/2", "{'metrics':['m',{}]}", 400, ".metrics[1] needs the name of a metric: the experiment has 2"},
        {"PUT", E "/2", "{'metrics':['m','n']}", 400, ".metrics[1]: 'n' is not a metric of the experiment"},
        {"PUT", E "/2", "{'metrics':['m','m']}", 400, ".metrics[1]: the metric 'm' is there already"},
        {"PUT", E "/1", "{'parameters':[{'name':'x','bounds':null}]}", 400,
         ".parameters[0].bounds must not be null: leave them out to keep them"},
        {"PUT", E "/4", "{'parameters':[{'name':'g','bounds':{'min':0,'max':1}}]}", 400,
         ".parameters[0].bounds cannot be set for a parameter with a grid: give another grid"},
        {"PUT", E "/1", "{'parameters':[{'name':'y','type':'int','bounds':{'min':0,'max':1}}]}", 400,
         ".parameters[0].default_value must be given for a new parameter: older observations get it"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_reports(void)
{
    struct harness h;
    open_four(&h);
    static const struct request_case cases[] = {
        {"POST", E "/1/suggestions", "{" POINT ",'task':'t'}", 400, "task is given, but experiment 1 has no tasks"},
        {"POST", E "/1/observations", "{" POINT ",'values':[{'value':1,'value_stddev':-1}]}", 400,
         ".values[0].value_stddev must be greater than or equal to 0"},
        {"POST", E "/2/observations", "{" POINT ",'values':[{'name':'m','value':1}]}", 400,
         "The number of values and the number of metrics must be equal: .values has 1, the experiment 2"},
        {"POST", E "/2/observations", "{" POINT ",'values':[{'name':'m','value':1},{'value':1}]}", 400,
         ".values[1] needs the name of a metric: the experiment has 2"},
        {"POST", E "/2/observations", "{" POINT ",'values':[{'name':'m','value':1},{'name':'n','value':1}]}", 400,
         ".values[1]: 'n' is not a metric of the experiment"},
        {"POST", E "/2/observations", "{" POINT ",'values':[{'name':'m','value':1},{'name':'m','value':1}]}", 400,
         ".values[1]: the metric 'm' has another value already"},
        {"POST", E "/1/observations", "{" POINT ",'value_stddev':1}", 400, ".value_stddev is given without a value"},
        {"POST", E "/1/observations", "{" POINT ",'value':1,'values':[{'value':1}]}", 400,
         ".value and values are both given; only values is needed"},
        {"POST", E "/2/observations", "{" POINT ",'value':1}", 400, ".value is for experiments with one metric; give values instead"},
        {"POST", E "/1/observations", "{" POINT ",'values':[{'value':1}],'failed':true}", 400,
         ".values must not be given for an observation that has failed"},
        {"POST", E "/1/observations", "{" POINT "}", 400,
         ".values must be given for an observation that has not failed, or failed must be true"},
        {"POST", E "/3/observations", "{" POINT ",'suggestion':1,'failed':true}", 400,
         ".suggestion and assignments are both given; an observation is of one of them"},
        {"POST", E "/3/observations", "{'suggestion':1,'task':'t','failed':true}", 400, ".task must not be given together with a suggestion"},
        {"PUT", E "/3/observations/1", "{" POINT "}", 400,
         ".suggestion and assignments exclude each other: set the other one to null to change between them"},
        {"PUT", E "/3/observations/1", "{'suggestion':null}", 400, ".suggestion or assignments must stay: an observation is of one of them"},
        {"PUT", E "/3/observations/1", "{'task':'t'}", 400, ".task is given, but experiment 3 has no tasks"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_lengths(void)
{
    struct harness h;
    struct arena *arena = arena_create();
    harness_open(&h);
    char many[1024] = "'k0':0", text[502];
    for (int i = 1; i < 101; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), ",'k%d':0", i);
    memset(text, 'x', 501);
    text[501] = '\0';
    const struct request_case cases[] = {
        {"POST", E, arena_printf(arena, WITH("'metadata':{%s}"), many), 400,
         ".metadata has too many keys: the maximum number of keys is 100"},
        {"POST", E, arena_printf(arena, WITH("'metadata':{'%.101s':0}"), text), 400, ".metadata has a key with more than 100 characters"},
        {"POST", E, arena_printf(arena, WITH("'metadata':{'a':'%s'}"), text), 400, ".metadata.a has more than 500 characters"},
    };
    CHECK_REQUESTS(&h, cases);
    char *page = arena_alloc(arena, 1048578, 1);
    memset(page, 'x', 1048577);
    const struct request_case note[] = {{"POST", "/v1/clients/1/projects/default/notes", arena_printf(arena, "{'contents':'%s'}", page),
                                         400, "The length of .contents must be at most 1048576"}};
    CHECK_REQUESTS(&h, note);
    arena_destroy(arena);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_transport);
    TAP_RUN(test_create);
    TAP_RUN(test_change);
    TAP_RUN(test_reports);
    TAP_RUN(test_lengths);
    return tap_done();
}
