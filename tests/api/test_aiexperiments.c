// Experiments of runs (API reference 2.8): create, detail, change, delete, lists, and what the paths of the core do with them.
#include <string.h>

#include "tests/api/creates.h"

#define E "/v1/experiments"
#define A "/v1/aiexperiments"
#define TEAM "/v1/clients/1"
#define IN TEAM "/projects/default/aiexperiments"
#define X "'parameters':[{'name':'x','type':'double','bounds':{'min':0,'max':1}}]"
#define M "'metrics':[{'name':'m'}]"
#define WITH(members) "{'name':'e'," X "," M "," members "}"
#define PLAIN "{'name':'e'," X "," M "}"
#define GIVEN(metrics, members) "{'name':'e'," X ",'metrics':" metrics members "}"
#define TWO "[{'name':'a'},{'name':'b'}]"
#define CORE(members) "{'name':'e','project':'default','runs_only':true," X members "}"

static void test_create(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, WITH("'budget':13,'metadata':{'k':'v'},'parallel_bandwidth':2,'num_solutions':null"), 200,
         "{'object':'aiexperiment','id':'1','client':'1','user':'1','project':'default','name':'e','type':'offline','state':'active',"
         "'created':'<any>','updated':'<any>','development':'<absent>','runs_only':true,'observation_budget':'<absent>','budget':13,"
         "'num_solutions':null,'parallel_bandwidth':2,'metadata':{'k':'v'},'metrics':[{'object':'metric','name':'m'}],"
         "'parameters':[{'object':'parameter','name':'x'}],'conditionals':[],'linear_constraints':[],'tasks':'<absent>',"
         "'progress':{'object':'progress','active_run_count':0,'finished_run_count':0,'total_run_count':0,'remaining_budget':13,"
         "'observation_count':'<absent>'}}"},
        {"GET", A "/1", NULL, 200, "{'object':'aiexperiment','id':'1','budget':13,'progress':{'remaining_budget':13}}"},
        {"POST", IN, PLAIN, 200, "{'budget':null,'progress':{'remaining_budget':null}}"},
        {"POST", IN, WITH("'budget':null"), 200, "{'budget':null}"},
        {"POST", IN, WITH("'budget':1"), 200, "{'budget':1}"},
        {"POST", IN, GIVEN(TWO, ",'budget':100"), 200, "{'metrics':[{'name':'a'},{'name':'b'}]}"},
        {"POST", IN, WITH("'type':'random'"), 200, "{'type':'random'}"},
        {"POST", IN, WITH("'num_solutions':2,'budget':4"), 200, "{'num_solutions':2}"},
        {"POST", IN, WITH("'conditionals':[{'name':'c','values':['p','q']}]"), 200, "{'conditionals':[{'name':'c'}]}"},
        {"POST", IN, WITH("'conditionals':[],'linear_constraints':null"), 200, NULL},
        {"POST", IN, "{'name':'e','type':'grid'," M ",'parameters':[{'name':'x','type':'int','grid':[1,2,3]}]}", 200, "{'budget':3}"},
        {"POST", IN, GIVEN("[]", ""), 400, ".metrics must contain at least one metric"},
        {"POST", IN, GIVEN("null", ""), 400, "Missing required json key 'metrics'"},
        {"POST", IN, GIVEN("{}", ""), 400, "Invalid type for .metrics: {}, expected array"},
        {"POST", IN, GIVEN("['m']", ""), 400, "Invalid type for .metrics[0]: 'm', expected object"},
        {"POST", IN, GIVEN("[{}]", ""), 400, ".metrics must have names: a run reports its values by name"},
        {"POST", IN, GIVEN("[{'name':null}]", ""), 400, ".metrics must have names: a run reports its values by name"},
        {"POST", IN, GIVEN("[{'name':'a'},{}]", ",'budget':9"), 400, ".metrics[1] has no name"},
        {"POST", IN, "{'name':'e'," X "}", 400, "Missing required json key 'metrics'"},
        {"POST", IN, "{'name':'e'," M "}", 400, "Missing required json key 'parameters'"},
        {"POST", IN, "{" X "," M "}", 400, "Missing required json key 'name'"},
        {"POST", IN, NULL, 400, "Missing required json key"},
        {"POST", IN, WITH("'observation_budget':1"), 400, "Unknown json keys `observation_budget`"},
        {"POST", IN, WITH("'project':'default'"), 400, "Unknown json keys `project`"},
        {"POST", IN, WITH("'runs_only':true"), 400, "Unknown json keys `runs_only`"},
        {"POST", IN, WITH("'tasks':null"), 400, "Unknown json keys `tasks`"},
        {"POST", IN, WITH("'metric':null"), 400, "Unknown json keys `metric`"},
        {"POST", IN, WITH("'foo':1"), 400, "Unknown json keys `foo`"},
        {"POST", IN, WITH("'budget':-1"), 400, ".budget must be greater than or equal to 1"},
        {"POST", IN, WITH("'budget':0"), 400, ".budget must be greater than or equal to 1"},
        {"POST", IN, WITH("'budget':'1'"), 400, "Invalid type for .budget"},
        {"POST", IN, WITH("'budget':[]"), 400, "Invalid type for .budget"},
        {"POST", IN, WITH("'budget':{}"), 400, "Invalid type for .budget"},
        {"POST", IN, GIVEN(TWO, ""), 400, ".budget must be given for an experiment with several optimized metrics"},
        {"POST", IN, GIVEN("[{'name':'a'},{'name':'b','strategy':'constraint','threshold':1}]", ""), 400,
         ".budget must be given for an experiment with constraint metrics"},
        {"POST", IN, WITH("'num_solutions':5,'budget':4"), 400, ".num_solutions must be at most the budget: 4"},
        {"POST", IN, "{'name':'e','type':'grid','budget':4," M ",'parameters':[{'name':'x','type':'int','grid':[1,2,3]}]}", 400,
         ".budget must be left out or be the number of combinations of the grid: 3"},
        {"POST", IN, WITH("'metadata':{'fairway_failure_tolerance':'x'}"), 400, ".metadata.fairway_failure_tolerance"},
        {"POST", TEAM "/projects/none/aiexperiments", PLAIN, 404, "project none does not exist"},
        {"POST", "/v1/clients/9/projects/default/aiexperiments", PLAIN, 404, "client 9 does not exist"},
        {"POST", A, PLAIN, 405, "GET, OPTIONS"},
        {"GET", TEAM "/projects/default", NULL, 200, "{'experiment_count':10}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    struct answer answer = harness_request(&h, "GET", A "/1", NULL);
    is_int(json_size(answer.json), 20, "an aiexperiment has 20 members");
    is_int(json_size(json_member(answer.json, "progress")), 5, "its progress 5");
    answer_clear(&answer);
    harness_close(&h);
}

// As the Python client 8.0 to 8.5 makes them.
static void test_create_by_the_core(void)
{
    static const struct request_case cases[] = {
        {"POST", E, CORE("," M ",'budget':7"), 200,
         "{'object':'experiment','runs_only':true,'development':false,'project':'default','budget':7,"
         "'observation_budget':'<absent>','progress':{'active_run_count':0,'remaining_budget':7}}"},
        {"POST", TEAM "/experiments", CORE(",'metrics':['m']"), 200, "{'id':'2','budget':null,'tasks':'<absent>'}"},
        {"POST", E, CORE(",'metric':'m','tasks':[],'budget':null"), 200, "{'metrics':[{'name':'m'}]}"},
        {"GET", A "/1", NULL, 200, "{'object':'aiexperiment','budget':7,'metrics':[{'name':'m'}]}"},
        {"POST", E, "{'name':'e','runs_only':true," X "," M "}", 400, ".project must be given for an experiment of runs"},
        {"POST", E, "{'name':'e','runs_only':true,'project':null," X "," M "}", 400, ".project must be given for an experiment of runs"},
        {"POST", E, CORE("," M ",'observation_budget':7"), 400, ".observation_budget is not for experiments of runs; use budget"},
        {"POST", E, CORE("," M ",'observation_budget':null"), 400, ".observation_budget is not for experiments of runs; use budget"},
        {"POST", E, CORE("," M ",'budget':0"), 400, ".budget must be greater than or equal to 1"},
        {"POST", E, CORE("," M ",'budget':9,'tasks':[{'name':'a','cost':1},{'name':'b','cost':0.1}]"), 400,
         ".tasks cannot be combined with runs: a run is always an evaluation in full"},
        {"POST", E, CORE(""), 400, ".metrics must have names: a run reports its values by name"},
        {"POST", E, CORE(",'metrics':[{}]"), 400, ".metrics must have names: a run reports its values by name"},
        {"POST", E, CORE(",'metrics':['a','b']"), 400, ".budget must be given for an experiment with several optimized metrics"},
        {"POST", E, "{'name':'e','runs_only':false,'budget':1," X "," M "}", 400, ".budget is for experiments of runs"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_change(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, WITH("'budget':13,'metadata':{'k':1}"), 200, NULL},
        {"POST", IN, GIVEN(TWO, ",'budget':9"), 200, NULL},
        {"POST", IN, WITH("'num_solutions':2,'budget':4"), 200, NULL},
        {"POST", IN, "{'name':'e','type':'grid'," M ",'parameters':[{'name':'x','type':'int','grid':[1,2,3]}]}", 200, NULL},
        {"POST", E, "{'name':'core'," X "}", 200, "{'id':'5'}"},
        {"PUT", A "/1", NULL, 200, "{'object':'aiexperiment','name':'e','budget':13,'metadata':{'k':1}}"},
        {"PUT", A "/1", "{'budget':20}", 200, "{'budget':20,'progress':{'remaining_budget':20}}"},
        {"PUT", A "/1", "{'budget':null}", 200, "{'budget':null,'progress':{'remaining_budget':null}}"},
        {"PUT", A "/1", "{'budget':13,'name':'n'}", 200, "{'budget':13,'name':'n'}"},
        {"PUT", A "/1", "{'metadata':null,'parallel_bandwidth':3}", 200, "{'metadata':null,'parallel_bandwidth':3}"},
        {"PUT", A "/1", "{'metadata':{},'parallel_bandwidth':null}", 200, "{'metadata':{},'parallel_bandwidth':null}"},
        {"PUT", A "/1", "{'no_optimize':true}", 200, NULL},
        {"PUT", A "/1", "{'state':'deleted'}", 200, "{'state':'deleted'}"},
        {"PUT", A "/1", "{'name':'while deleted'}", 200, "{'state':'deleted','name':'while deleted'}"},
        {"PUT", A "/1", "{'state':'active'}", 200, "{'state':'active'}"},
        {"PUT", A "/1", "{'metrics':[{'name':'m','objective':'maximize'}]}", 200, NULL},
        // parameters as a client has fetched them, with members of others
        {"PUT", A "/1",
         "{'name':'nn','parameters':[{'object':'parameter','name':'x','type':'double','bounds':{'object':'bounds','min':0,'max':7},"
         "'categorical_values':null,'default_value':null,'prior':null,'precision':null,'transformation':null,'tunable':true}]}",
         200, "{'name':'nn','parameters':[{'bounds':{'max':7}}]}"},
        {"PUT", A "/1", "{'name':null}", 400, "Invalid type for .name"},
        {"PUT", A "/1", "{'project':null}", 400, "Unknown json keys `project`"},
        {"PUT", A "/1", "{'project':'default'}", 400, "Unknown json keys `project`"},
        {"PUT", A "/1", "{'observation_budget':3}", 400, "Unknown json keys `observation_budget`"},
        {"PUT", A "/1", "{'tasks':[]}", 400, "Unknown json keys `tasks`"},
        {"PUT", A "/1", "{'runs_only':true}", 400, "Unknown json keys `runs_only`"},
        {"PUT", A "/1", "{'budget':0}", 400, ".budget must be greater than or equal to 1"},
        {"PUT", A "/2", "{'budget':10}", 400, ".budget of an experiment with several optimized metrics cannot be changed"},
        {"PUT", A "/2", "{'budget':null}", 400, ".budget of an experiment with several optimized metrics cannot be changed"},
        {"PUT", A "/3", "{'budget':null}", 400, ".budget of an experiment with several solutions cannot be changed"},
        {"PUT", A "/4", "{'budget':3}", 400, ".budget of an experiment of type grid cannot be changed"},
        {"PUT", A "/5", "{}", 404, "experiment 5 does not exist"},
        {"GET", A "/5", NULL, 404, "experiment 5 does not exist"},
        {"DELETE", A "/5", NULL, 404, "experiment 5 does not exist"},
        // by the paths of the core
        {"PUT", E "/1", "{}", 200, "{'object':'experiment','runs_only':true,'development':false,'budget':13,'progress':{'remaining_budget':13}}"},
        {"PUT", E "/1", "{'budget':14,'name':'core'}", 200, "{'budget':14,'name':'core'}"},
        {"PUT", E "/1", "{'budget':null}", 200, "{'budget':14}"},
        {"PUT", E "/1", "{'budget':-1}", 400, ".budget must be greater than or equal to 1"},
        {"PUT", E "/1", "{'observation_budget':3}", 400, ".observation_budget is not for experiments of runs; use budget"},
        {"PUT", E "/1", "{'observation_budget':null}", 400, ".observation_budget is not for experiments of runs; use budget"},
        {"PUT", E "/1", "{'project':'default'}", 200, "{'project':'default'}"},
        {"PUT", E "/1", "{'project':'sigopt-examples'}", 400, ".project of an experiment of runs cannot be changed"},
        {"PUT", E "/1", "{'project':null}", 400, ".project of an experiment of runs cannot be changed"},
        {"PUT", E "/1", "{'project':'none'}", 400, ".project: the project none does not exist"},
        {"PUT", E "/2", "{'budget':null}", 200, NULL},
        {"PUT", E "/2", "{'budget':10}", 400, ".budget of an experiment with several optimized metrics cannot be changed"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

// An aiexperiment that was fetched, changed and is sent back whole.
static void test_sent_back(void)
{
    struct harness h;
    harness_open(&h);
    CHECK(&h, "POST", "/v1/clients/1/projects/default/aiexperiments",
          "{\"name\":\"e\",\"budget\":3,\"metrics\":[{\"name\":\"m\"}],"
          "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}", 200, NULL);
    struct answer answer = harness_request(&h, "GET", A "/1", NULL);
    char *budget = strstr(answer.text, "\"budget\":3");
    ok(budget != NULL, "there is a budget to change");
    budget[strlen("\"budget\":")] = '8';
    CHECK(&h, "PUT", A "/1", answer.text, 200, "{\"budget\":8,\"project\":\"default\",\"name\":\"e\"}");
    answer_clear(&answer);
    harness_close(&h);
}

static void test_core_paths(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, WITH("'budget':2"), 200, "{'id':'1'}"},
        {"GET", E "/1", NULL, 301,
         "{'message':'experiment 1 is an AI experiment: see /v1/aiexperiments/1','status':301,'location':'/v1/aiexperiments/1'}"},
        {"POST", E "/1/suggestions", "{}", 403, "experiment 1 is evaluated by training runs: use /v1/aiexperiments/1/training_runs"},
        {"POST", E "/1/suggestions", "{'assignments':{'x':0.5}}", 403, "experiment 1 is evaluated by training runs"},
        {"POST", E "/1/observations", "{'assignments':{'x':0.5},'failed':true}", 403, "experiment 1 is evaluated by training runs"},
        {"POST", E "/1/observations/batch", "{'observations':[{'assignments':{'x':0.5},'failed':true}]}", 200, "{'count':1}"},
        {"POST", E "/1/queued_suggestions", "{'assignments':{'x':0.5}}", 200, "{'id':'1'}"},
        {"GET", E "/1/queued_suggestions", NULL, 200, "{'count':1}"},
        {"GET", E "/1/suggestions", NULL, 200, "{'count':0}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':1}"},
        {"GET", E "/1/observations/1", NULL, 200, "{'failed':true}"},
        {"PUT", E "/1/observations/1", "{'failed':false,'values':[{'name':'m','value':3}]}", 200, "{'failed':false}"},
        {"GET", E "/1/best_assignments", NULL, 200, "{'count':1,'data':[{'values':[{'value':3}]}]}"},
        {"GET", E "/1/stopping_criteria", NULL, 200, "{'should_stop':false}"},
        {"GET", E "/1/best_practices", NULL, 200, "{'violations':[]}"},
        {"PUT", A "/1", "{'budget':1}", 200, NULL},
        {"POST", E "/1/observations/batch", "{'observations':[{'assignments':{'x':0.7},'failed':true}]}", 200, NULL},
        {"GET", E "/1/best_practices", NULL, 200, "{'violations':['The consumed budget is 2, more than budget, which is 1']}"},
        {"DELETE", E "/1/observations/2", NULL, 200, NULL},
        {"PUT", A "/1", "{'budget':2}", 200, NULL},
        {"POST", E "/1/predictions", "{'assignments':[{'x':0.5}]}", 200, "{'count':1}"},
        {"DELETE", E "/1/hyperparameters", NULL, 200, "{}"},
        {"POST", E "/1/tokens", "{}", 200, "{'experiment':'1'}"},
        {"GET", A "/1", NULL, 200, "{'progress':{'total_run_count':0,'remaining_budget':2}}"},
        {"DELETE", E "/1", NULL, 200, "{}"},
        {"GET", A "/1", NULL, 200, "{'state':'deleted'}"},
        {"PUT", E "/1", "{'state':'active'}", 200, "{'state':'active'}"},
        {"DELETE", A "/1?include_runs=True", NULL, 200, "{}"},
        {"DELETE", A "/1", NULL, 200, "{}"},
        {"DELETE", A "/1?include_runs=maybe", NULL, 400, "include_runs"},
        {"GET", A "/1", NULL, 200, "{'state':'deleted'}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':0}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_lists(void)
{
    static const struct {
        const char *list, *query, *direction, *ids;
    } cases[] = {
        {A, "", "before", "7 6 3 2 1 "},
        {A, "sort=id&limit=1", "before", "7 6 3 2 1 "},
        {A, "ascending=true&limit=2", "after", "1 2 3 6 7 "},
        {A, "sort=recent&limit=2", "before", "1 7 6 3 2 "},
        {A, "sort=recent&ascending=true&limit=1", "after", "2 3 6 7 1 "},
        {A, "search=", "before", "7 6 3 2 1 "},
        {A, "search=HELLO", "before", "2 1 "},
        {A, "search=hello%20there", "before", "2 "},
        {A, "search=asdf", "before", ""},
        {A, "state=deleted", "before", "4 "},
        {A, "state=all", "before", "7 6 4 3 2 1 "},
        {A, "user=1", "before", "7 6 3 2 1 "},
        {A, "user=9", "before", ""},
        {A, "development=true&include_ai=false&period_start=99999999999", "before", "7 6 3 2 1 "},
        {TEAM "/aiexperiments", "limit=2", "before", "7 6 3 2 1 "},
        {TEAM "/projects/sigopt-examples/aiexperiments", "", "before", "3 "},
        {TEAM "/projects/default/aiexperiments", "", "before", "7 6 2 1 "},
        {E, "", "before", "5 "},
        {E, "include_ai=true", "before", "6 5 3 2 1 "},
        {TEAM "/projects/default/experiments", "include_ai=true", "before", "6 2 1 "},
    };
    static const struct request_case made[] = {
        {"POST", IN, "{'name':'Hello'," X "," M "}", 200, NULL},
        {"POST", IN, "{'name':'hello there'," X "," M "}", 200, NULL},
        {"POST", TEAM "/projects/sigopt-examples/aiexperiments", PLAIN, 200, NULL},
        {"POST", IN, PLAIN, 200, NULL},
        {"POST", E, "{'name':'core'," X "}", 200, NULL},
        {"POST", IN, PLAIN, 200, NULL},
        {"DELETE", A "/4", NULL, 200, NULL},
    };
    static const struct request_case then[] = {
        {"GET", E "?include_ai=true&search=hello&limit=1", NULL, 200, "{'count':2,'data':[{'object':'aiexperiment','id':'2'}]}"},
        {"GET", E "?fields=id,budget&include_ai=1", NULL, 200,
         "{'data':[{'id':'6','budget':null},{'id':'5','budget':'<absent>'},{},{},{}]}"},
        {"GET", A "?fields=id,progress&search=hello", NULL, 200, "{'data':[{'id':'2','name':'<absent>','progress':{}},{}]}"},
        {"GET", A "?limit=1", NULL, 200, "{'count':5,'data':[{'object':'aiexperiment'}]}"},
        {"GET", A "?fields=development", NULL, 400, "Unknown field 'development' for object aiexperiment"},
        {"GET", A "?state=archived", NULL, 400, "Invalid state: archived"},
        {"GET", A "?sort=name", NULL, 400, "Invalid sort: name"},
        {"GET", A "?ascending=maybe", NULL, 400, "ascending"},
        {"GET", A "?limit=1001", NULL, 400, "limit"},
        {"GET", A "?user=x", NULL, 400, "user"},
        {"GET", A "/1?fields=id,budget", NULL, 200, "{'id':'1','budget':null,'name':'<absent>'}"},
        {"GET", A "/1?fields=observation_budget", NULL, 400, "Unknown field 'observation_budget'"},
    };
    struct harness h;
    harness_open(&h);
    harness_plant_token(&h, "develop", &(struct token_record){.kind = TOKEN_CLIENT_DEVELOPMENT, .client_id = 1, .user_id = 1});
    CHECK_REQUESTS(&h, made);
    CHECK_AS(&h, "develop", "POST", E,
             "{\"name\":\"d\",\"project\":\"default\",\"runs_only\":true,\"metrics\":[\"m\"],"
             "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}", 200, "{\"id\":\"7\"}");
    harness_run_sql(&h, "UPDATE experiment SET updated = CASE id WHEN 1 THEN 9000 ELSE id END");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char ids[100];
        harness_walk(&h, cases[i].list, cases[i].query, cases[i].direction, "id", ids, sizeof ids);
        is_text(ids, cases[i].ids, cases[i].query);
    }
    CHECK_REQUESTS(&h, then);
    CHECK_AS(&h, "develop", "GET", TEAM "/projects/default/aiexperiments", NULL, 200, "{\"count\":4}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_create_by_the_core);
    TAP_RUN(test_change);
    TAP_RUN(test_sent_back);
    TAP_RUN(test_core_paths);
    TAP_RUN(test_lists);
    return tap_done();
}
