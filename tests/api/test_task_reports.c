// Suggestions, queued suggestions and observations of experiments with tasks, cell by cell.
#include <stdlib.h>

#include "tests/api/creates.h"

#define X "'parameters':[{'name':'x','type':'double','bounds':{'min':0,'max':1}}],'observation_budget':9"
#define WITH(tasks) X ",'tasks':" tasks
#define TASK(name, cost) "{'name':'" name "','cost':" cost "}"

#define E1 "/v1/experiments/1"
#define S1 E1 "/suggestions"
#define O1 E1 "/observations"
#define AT(x) "'assignments':{'x':" x "}"
#define FULL "{'object':'task','name':'full','cost':1}"
#define CHEAP "{'object':'task','name':'cheap','cost':0.1}"
#define VALUE(v) "'values':[{'value':" v "}]"

// An experiment of tasks full, half and cheap.
static void open_three(struct harness *h)
{
    char *body = creates_quoted("{'name':'e'," WITH("[" TASK("cheap", "0.1") "," TASK("full", "1") "," TASK("half", "0.5") "]") "}", false);
    harness_open(h);
    is_int(harness_make(h, "POST", "/v1/experiments", body), 1, "an experiment");
    free(body);
}

static void test_suggestions(void)
{
    struct harness h;
    open_three(&h);
    static const struct request_case cases[] = {
        {"POST", S1, "{" AT("0.5") ",'task':'cheap'}", 200, "{'assignments':{'x':0.5},'task':" CHEAP "}"},
        {"POST", S1, "{" AT("0.5") ",'task':" CHEAP "}", 200, "{'id':'2','task':" CHEAP "}"},
        {"POST", S1, "{" AT("0.5") ",'task':{'name':'full'}}", 200, "{'task':" FULL "}"},
        {"GET", S1 "/1", NULL, 200, "{'task':" CHEAP "}"},
        {"GET", S1, NULL, 200, "{'data':[{'task':" FULL "},{},{'task':" CHEAP "}]}"},
        {"PUT", S1 "/1", "{'task':'full','metadata':{'a':1}}", 200, "{'task':" CHEAP ",'metadata':{'a':1}}"},
        {"POST", S1, "{" AT("0.5") "}", 400, ".task must be given together with assignments"},
        {"POST", S1, "{" AT("0.5") ",'task':null}", 400, ".task must be given together with assignments"},
        {"POST", S1, "{'task':'cheap'}", 400, ".task must not be given without assignments"},
        {"POST", S1, "{" AT("0.5") ",'task':'other'}", 400, ".task: 'other' is not a task of the experiment"},
        {"POST", S1, "{" AT("0.5") ",'task':{'name':'other'}}", 400, ".task.name: 'other' is not a task of the experiment"},
        {"POST", S1, "{" AT("0.5") ",'task':{}}", 400, "Missing required json key 'name' in .task"},
        {"POST", S1, "{" AT("0.5") ",'task':{'name':1}}", 400, "Invalid type for .task.name"},
        {"POST", S1, "{" AT("0.5") ",'task':1}", 400, "Invalid type for .task: 1, expected string or object"},
        {"POST", S1, "{" AT("0.5") ",'task':['cheap']}", 400, "Invalid type for .task"},
        {"POST", S1, "{}", 200, "{'task':{'object':'task','name':'<any>','cost':'<any>'}}"},
        {"POST", E1 "/queued_suggestions", "{" AT("0.25") ",'task':'half'}", 200, "{'task':{'name':'half'}}"},
        {"POST", E1 "/queued_suggestions", "{" AT("0.25") "}", 400, "Missing required json key 'task'"},
        {"POST", E1 "/queued_suggestions", "{'task':'half'}", 400, "Missing required json key 'assignments'"},
        {"POST", E1 "/queued_suggestions", "{" AT("0.25") ",'task':'other'}", 400, ".task: 'other' is not a task of the experiment"},
        {"POST", S1, "{}", 200, "{'assignments':{'x':0.25},'task':{'name':'half','cost':0.5},'fairway':{'source':'queued'}}"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_observations(void)
{
    struct harness h;
    open_three(&h);
    static const struct request_case cases[] = {
        {"POST", S1, "{" AT("0.5") ",'task':'half'}", 200, NULL},
        {"POST", O1, "{'suggestion':1," VALUE("100") "}", 200, "{'id':'1','task':{'object':'task','name':'half','cost':0.5}}"},
        {"POST", O1, "{" AT("0.5") ",'task':'cheap'," VALUE("99") "}", 200, "{'task':" CHEAP "}"},
        {"GET", E1 "/best_assignments", NULL, 200, "{'count':0,'data':[]}"},
        {"GET", E1, NULL, 200, "{'progress':{'observation_count':2,'observation_budget_consumed':0.6,'best_observation':null,"
                               "'first_observation':{'task':{'name':'half'}}}}"},
        {"POST", O1, "{" AT("0.5") ",'task':" FULL "," VALUE("1") "}", 200, "{'task':" FULL "}"},
        {"GET", E1 "/best_assignments", NULL, 200, "{'count':1,'data':[{'id':'3','task':'full','values':[{'value':1}]}]}"},
        {"GET", E1, NULL, 200, "{'progress':{'observation_budget_consumed':1.6,'best_observation':{'id':'3'}}}"},
        {"POST", O1, "{" AT("0.5") "," VALUE("1") "}", 400, ".task must be given together with assignments: the experiment has tasks"},
        {"POST", O1, "{" AT("0.5") ",'task':null," VALUE("1") "}", 400, ".task must be given together with assignments"},
        {"POST", O1, "{'task':'cheap'," VALUE("1") "}", 400, ".suggestion or assignments must be given"},
        {"POST", O1, "{" AT("0.5") ",'task':'cheap'}", 400, ".values must be given"},
        {"POST", O1, "{" AT("0.5") ",'task':'other'," VALUE("1") "}", 400, ".task: 'other' is not a task of the experiment"},
        {"POST", O1, "{" AT("0.5") ",'task':3," VALUE("1") "}", 400, "Invalid type for .task"},
        {"POST", O1, "{'suggestion':1,'task':'half'," VALUE("1") "}", 400, ".task must not be given together with a suggestion"},
        {"POST", O1 "/batch", "{'observations':[{" AT("0") ",'task':'full'," VALUE("2") "},{" AT("1") ",'task':'cheap','failed':true}]}", 200,
         "{'data':[{'task':" FULL "},{'task':" CHEAP "}]}"},
        {"POST", O1 "/batch", "{'observations':[{" AT("0") ",'task':'full'," VALUE("2") "},{" AT("1") ",'failed':true}]}", 400,
         "Observation 2 of 2: .observations[1].task must be given together with assignments"},
        {"GET", E1, NULL, 200, "{'progress':{'observation_count':5,'observation_budget_consumed':2.7,'best_observation':{'id':'4'}}}"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

// Observation 1 is of suggestion 1, of task half; observation 2 of assignments, of task cheap.
static void test_updates(void)
{
    struct harness h;
    open_three(&h);
    static const struct request_case cases[] = {
        {"POST", S1, "{" AT("0.5") ",'task':'half'}", 200, NULL},
        {"POST", S1, "{" AT("0.75") ",'task':'full'}", 200, NULL},
        {"POST", O1, "{'suggestion':1," VALUE("100") "}", 200, NULL},
        {"POST", O1, "{" AT("0.5") ",'task':'cheap'," VALUE("99") "}", 200, NULL},
        {"PUT", O1 "/1", "{" VALUE("3") "}", 200, "{'task':{'name':'half'},'values':[{'value':3}]}"},
        {"PUT", O1 "/1", "{'task':'cheap'}", 400, ".task must not be given for an observation of a suggestion"},
        {"PUT", O1 "/1", "{'task':null}", 200, "{'task':{'name':'half'}}"},
        {"PUT", O1 "/1", "{'suggestion':2,'task':'half'}", 400, ".task must not be given for an observation of a suggestion"},
        {"PUT", O1 "/1", "{" AT("0.1") "}", 400, ".suggestion and assignments exclude each other"},
        {"PUT", O1 "/1", "{'suggestion':null," AT("0.1") "}", 400, ".task must be given together with assignments"},
        {"PUT", O1 "/1", "{'suggestion':null," AT("0.1") "," VALUE("3") "}", 400, ".task must be given together with assignments"},
        {"PUT", O1 "/1", "{'suggestion':null,'task':'cheap'}", 400, ".suggestion or assignments must stay"},
        {"GET", E1, NULL, 200, "{'progress':{'observation_budget_consumed':0.6,'best_observation':null}}"},
        {"PUT", O1 "/1", "{'suggestion':2}", 200, "{'suggestion':'2','task':" FULL ",'assignments':{'x':0.75}}"},
        {"GET", E1, NULL, 200, "{'progress':{'observation_budget_consumed':1.1,'best_observation':{'id':'1'}}}"},
        {"PUT", O1 "/1", "{'suggestion':null," AT("58") ",'task':'cheap'," VALUE("4") "}", 200,
         "{'suggestion':null,'task':" CHEAP ",'assignments':{'x':58},'values':[{'value':4}]}"},
        {"GET", E1, NULL, 200, "{'progress':{'best_observation':null}}"},
        {"PUT", O1 "/2", "{'task':'full'}", 200, "{'task':" FULL ",'assignments':{'x':0.5}}"},
        {"GET", E1, NULL, 200, "{'progress':{'observation_budget_consumed':1.1,'best_observation':{'id':'2'}}}"},
        {"PUT", O1 "/2", "{" AT("0.2") "}", 200, "{'task':" FULL ",'assignments':{'x':0.2}}"},
        {"PUT", O1 "/2", "{" AT("0.3") ",'task':'half'}", 200, "{'task':{'name':'half'},'assignments':{'x':0.3}}"},
        {"PUT", O1 "/2", "{'task':'other'}", 400, ".task: 'other' is not a task of the experiment"},
        {"PUT", O1 "/2", "{'suggestion':1,'assignments':null}", 200, "{'suggestion':'1','task':{'name':'half'}}"},
        {"DELETE", O1 "/2", NULL, 200, "{}"},
        {"GET", E1, NULL, 200, "{'progress':{'observation_count':1}}"},
        {"DELETE", O1 "/1", NULL, 200, "{}"},
        {"GET", E1, NULL, 200, "{'progress':{'observation_count':0,'observation_budget_consumed':0}}"},
        {"PUT", E1, "{'observation_budget':30}", 200, "{'observation_budget':30,'tasks':[" FULL ",{},{}]}"},
        {"PUT", E1, "{'tasks':[" FULL "," CHEAP "]}", 400, ".tasks cannot be changed after an experiment was created"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_suggestions);
    TAP_RUN(test_observations);
    TAP_RUN(test_updates);
    return tap_done();
}
