// Runs of experiments (API reference 2.8, B.5): what a new run gets, what comes of a finished one, and deletes.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "storage/storage.h"
#include "tests/api/creates.h"

#define E "/v1/experiments"
#define A "/v1/aiexperiments"
#define T "/v1/training_runs"
#define IN "/v1/clients/1/projects/default/aiexperiments"
#define SPACE "'parameters':[{'name':'n','type':'int','bounds':{'min':1,'max':9}},{'name':'x','type':'double','bounds':{'min':0,'max':1}}]"
#define TWO "{'name':'e','budget':9,'metrics':[{'name':'a'},{'name':'b'}]," SPACE "}"
#define ONE "{'name':'e','budget':3,'metrics':[{'name':'m'}]," SPACE "}"
#define POINT "'assignments':{'n':2,'x':0.5}"

// Contradictions that the program's own check finds; and ends.
static void close_checked(struct harness *h)
{
    struct err err = {.code = ERR_NONE};
    ok(storage_check(h->storage, &err) == ERR_NONE, "the database does not contradict itself: %s", err.text);
    harness_close(h);
}

// ------------------------------------------------------------------ create

static void test_suggested(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, ONE, 200, "{'id':'1'}"},
        {"POST", A "/1/training_runs", "{'name':'r','metadata':null}", 200,
         "{'object':'training_run','id':'1','experiment':'1','suggestion':'1','observation':null,'project':'default','state':'active',"
         "'finished':false,'completed':null,'metadata':null,'assignments':{'n':'<any>','x':'<any>'},"
         "'assignments_meta':{'n':{'source':'SigOpt'},'x':{'source':'SigOpt'}},"
         "'assignments_sources':{'SigOpt':{'sort':1,'default_show':true}}}"},
        {"GET", A "/1", NULL, 200, "{'progress':{'active_run_count':1,'finished_run_count':0,'total_run_count':1,'remaining_budget':2}}"},
        {"GET", E "/1/suggestions/1", NULL, 200, "{'state':'open','fairway':{'source':'initial'}}"},
        // what the user has besides; the suggestion wins
        {"POST", A "/1/training_runs",
         "{'name':'r','assignments':{'extra':7,'t':'u'},'assignments_meta':{'extra':{'source':'mine'}},"
         "'assignments_sources':{'SigOpt':{'sort':5,'default_show':false},'mine':{'sort':3,'default_show':true}}}",
         200,
         "{'suggestion':'2','assignments':{'extra':7,'t':'u','n':'<any>','x':'<any>'},'assignments_meta':{'extra':{'source':'mine'},"
         "'n':{'source':'SigOpt'}},'assignments_sources':{'SigOpt':{'sort':1,'default_show':true},'mine':{'sort':3}}}"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'x':null}}", 200, "{'suggestion':'3','assignments':{'x':'<any>'}}"},
        // queued ones first, each once
        {"POST", E "/1/queued_suggestions", "{'assignments':{'n':5,'x':0.25}}", 200, "{'id':'1'}"},
        {"POST", E "/1/queued_suggestions", "{'assignments':{'n':6,'x':0.75}}", 200, "{'id':'2'}"},
        {"POST", A "/1/training_runs", "{'name':'r'}", 200, "{'suggestion':'4','assignments':{'n':5,'x':0.25}}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'active'}", 200,
         "{'assignments':{'n':6,'x':0.75},'assignments_meta':{'n':{'source':'SigOpt'}}}"},
        {"GET", E "/1/queued_suggestions", NULL, 200, "{'count':0}"},
        {"GET", E "/1/suggestions/5", NULL, 200, "{'fairway':{'source':'queued'}}"},
        // a point of the user's choice
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'n':3.0,'x':1,'extra':2}}", 200,
         "{'suggestion':'6','assignments':{'n':3,'x':1,'extra':2},'assignments_meta':{'n':{'source':'SigOpt'},'x':{'source':'SigOpt'},"
         "'extra':'<absent>'},'assignments_sources':{'SigOpt':{'sort':1}}}"},
        {"GET", E "/1/suggestions/6", NULL, 200, "{'assignments':{'n':3,'x':1},'fairway':{'source':'explicit'}}"},
        // no point of the space: the run is as it was sent
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'n':3}}", 200,
         "{'suggestion':null,'assignments':{'n':3,'x':'<absent>'},'assignments_meta':{},'assignments_sources':{}}"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'n':3.5,'x':1}}", 200, "{'suggestion':null,'assignments':{'n':3.5}}"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'n':'a','x':1}}", 200, "{'suggestion':null,'assignments':{'n':'a'}}"},
        {"GET", E "/1/suggestions", NULL, 200, "{'count':6}"},
        // the budget is told, not enforced
        {"GET", A "/1", NULL, 200, "{'progress':{'active_run_count':9,'total_run_count':9,'remaining_budget':-6}}"},
        {"GET", "/v1/clients/1/projects/default", NULL, 200, "{'training_run_count':9}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    struct answer answer = harness_request(&h, "GET", T "/1", NULL);
    int64_t n = 0;
    ok(json_integer(json_member(json_member(answer.json, "assignments"), "n"), &n) && strstr(answer.text, "\"n\":1.0") == NULL,
       "an int parameter is an integer");
    is_int(json_size(json_member(answer.json, "assignments")), 2, "each parameter and nothing else");
    answer_clear(&answer);
    close_checked(&h);
}

static void test_conditionals(void)
{
    static const struct request_case cases[] = {
        {"POST", IN,
         "{'name':'e','metrics':[{'name':'m'}],'conditionals':[{'name':'z','values':['p','q']}],"
         "'parameters':[{'name':'a','type':'double','bounds':{'min':0,'max':1},'conditions':{'z':'p'}},"
         "{'name':'b','type':'int','bounds':{'min':1,'max':5}}]}",
         200, NULL},
        {"POST", A "/1/training_runs", "{'name':'r'}", 200,
         "{'assignments':{'z':'<any>','b':'<any>'},'assignments_meta':{'z':{'source':'SigOpt'},'b':{'source':'SigOpt'}}}"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'z':'q','b':4}}", 200,
         "{'suggestion':'2','assignments':{'z':'q','b':4,'a':'<absent>'},'assignments_meta':{'z':{'source':'SigOpt'}}}"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'z':'p','b':4}}", 200, "{'suggestion':null}"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'b':4}}", 200, "{'suggestion':null}"},
        // a conditional alone says nothing of a point
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'z':'q'}}", 200, "{'suggestion':'3','assignments':{'z':'<any>'}}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'failed','assignments':{'z':'q','b':4}}", 200, "{'observation':'1'}"},
        {"GET", E "/1/observations/1", NULL, 200, "{'assignments':{'z':'q','b':4},'suggestion':null,'failed':true}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    close_checked(&h);
}

// A suggestion that was queued before a parameter was added.
static void test_added_parameter(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, ONE, 200, NULL},
        {"POST", E "/1/queued_suggestions", "{'assignments':{'n':5,'x':0.25}}", 200, NULL},
        {"PUT", A "/1",
         "{'parameters':[{'name':'n'},{'name':'c','type':'categorical','categorical_values':['u','v'],'default_value':'v'},"
         "{'name':'y','type':'double','bounds':{'min':0,'max':1},'default_value':0.5}]}",
         200, NULL},
        {"POST", A "/1/training_runs", "{'name':'r'}", 200,
         "{'suggestion':'1','assignments':{'n':5,'c':'v','y':0.5,'x':'<absent>'},'assignments_meta':{'c':{'source':'SigOpt'}}}"},
        {"MERGE", T "/1", "{'state':'failed'}", 200, "{'observation':'1'}"},
        {"GET", E "/1/observations/1", NULL, 200, "{'assignments':{'n':5,'c':'v','y':0.5,'x':'<absent>'}}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    close_checked(&h);
}

static void test_refused(void)
{
    static const struct request_case cases[] = {
        {"POST", A "/1/training_runs", NULL, 400, "Missing required json key 'name'"},
        {"POST", A "/1/training_runs", "{'name':null}", 400, "'name'"},
        {"POST", A "/1/training_runs", "{'name':'r','project':null}", 400, ".project must not be given"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':'1'}", 400, "Invalid type for .assignments"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':[]}", 400, "Invalid type for .assignments"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'x':true}}", 400, ".assignments.x"},
        {"POST", A "/1/training_runs", "{'name':'r','assignments':{'x':1},'assignments_meta':{'x':{'source':'SigOpt'}}}", 400, "SigOpt"},
        {"POST", A "/1/training_runs", "{'name':'r','completed':0}", 400, "`completed`"},
        {"POST", A "/1/training_runs", "{'name':'r','deleted':1}", 400, "Invalid type for .deleted"},
        {"POST", A "/1/training_runs", "{'name':'r','finished':true}", 400, "`finished`"},
        {"POST", A "/1/training_runs", "{'name':'r','logs':{'stdout':{}}}", 400, "content"},
        {"POST", A "/1/training_runs", "{'name':'r','observation':'1'}", 400, "`observation`"},
        {"POST", A "/1/training_runs", "{'name':'r','suggestion':'1'}", 400, "`suggestion`"},
        {"POST", A "/1/training_runs", "{'name':'r','experiment':'1'}", 400, "`experiment`"},
        {"POST", A "/1/training_runs", "{'name':'r','unknown':null}", 400, "`unknown`"},
        {"POST", A "/1/training_runs", "{'name':'r','state':null}", 400, ".state"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'1'}", 400, ".state"},
        {"POST", A "/1/training_runs", "{'name':'r','values':[]}", 400, "Invalid type for .values"},
        {"POST", A "/1/training_runs", "{'name':'r','fields':'id'}", 400, "`fields`"},
        {"POST", A "/2/training_runs", "{'name':'r'}", 400, "experiment 2 is deleted"},
        {"POST", A "/2/training_runs", "{'name':'r','state':'failed'}", 400, "experiment 2 is deleted"},
        {"POST", A "/3/training_runs", "{'name':'r'}", 404, "experiment 3 does not exist"},
        {"POST", A "/77/training_runs", "{'name':'r'}", 404, "experiment 77 does not exist"},
    };
    static const struct request_case made[] = {
        {"POST", IN, ONE, 200, NULL},
        {"POST", IN, ONE, 200, NULL},
        {"POST", E, "{'name':'core'," SPACE "}", 200, NULL},
        {"DELETE", A "/2", NULL, 200, NULL},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, made);
    CHECK_REQUESTS(&h, cases);
    CHECK(&h, "GET", A "/1", NULL, 200, "{\"progress\":{\"total_run_count\":0}}");
    close_checked(&h);
}

// Every member alone, as SigOpt's own tests send them.
static void test_members(void)
{
    static const char *const members[] = {
        "'assignments':null", "'assignments':{'unoptimized':1}", "'assignments':{}", "'deleted':null", "'dev_metadata':null",
        "'dev_metadata':{'x':1}", "'dev_metadata':{}", "'favorite':false", "'favorite':null", "'favorite':true", "'logs':null",
        "'logs':{'stdout':{'content':'c'}}", "'logs':{}", "'metadata':null", "'metadata':{'x':1}", "'metadata':{}", "'model':null",
        "'model':{}", "'model':{'type':'t'}", "'source_code':null", "'source_code':{'content':'c'}", "'source_code':{'hash':'h'}",
        "'state':'active'", "'state':'completed'", "'state':'failed'", "'values':null", "'values':{'other':{'value':1}}",
        "'values':{'other':{'value':1,'value_stddev':2}}", "'values':{'m':{'value':1}}", "'values':{'m':{'value':1,'value_stddev':2}}",
        "'values':{}",
    };
    struct harness h;
    harness_open(&h);
    char *create = creates_quoted(ONE, false);
    harness_make(&h, "POST", IN, create);
    free(create);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        char text[200], path[60];
        snprintf(text, sizeof text, "{'name':'r',%s}", members[i]);
        char *body = creates_quoted(text, false);
        struct answer made = harness_request(&h, "POST", A "/1/training_runs", body);
        is_int(made.status, 200, body);
        const struct json *id = json_member(made.json, "id");
        snprintf(path, sizeof path, T "/%s", id == NULL ? "0" : json_string(id));
        struct answer fetched = harness_request(&h, "GET", path, NULL);
        ok(json_equal(made.json, fetched.json), "what was answered is what is stored: %s", made.text);
        answer_clear(&made);
        answer_clear(&fetched);
        free(body);
    }
    close_checked(&h);
}

// ------------------------------------------------------------------ finished from the start

static void test_created_finished(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, TWO, 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'r','state':'completed'," POINT ",'values':{'a':{'value':1,'value_stddev':0.5},'b':{'value':2},"
         "'c':{'value':3}}}", 200,
         "{'state':'completed','finished':true,'completed':'<any>','suggestion':null,'observation':'1','assignments_meta':{}}"},
        {"GET", E "/1/observations/1", NULL, 200,
         "{'suggestion':null,'failed':false,'assignments':{'n':2,'x':0.5},'values':[{'name':'a','value':1,'value_stddev':0.5},"
         "{'name':'b','value':2,'value_stddev':null}]}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'completed'," POINT ",'values':{'a':{'value':1}}}", 200, "{'observation':'2'}"},
        {"GET", E "/1/observations/2", NULL, 200, "{'failed':true,'values':[]}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'completed'," POINT "}", 200, "{'observation':'3'}"},
        {"GET", E "/1/observations/3", NULL, 200, "{'failed':true}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'failed'," POINT ",'values':{'a':{'value':1},'b':{'value':2}}}", 200,
         "{'observation':'4'}"},
        {"GET", E "/1/observations/4", NULL, 200, "{'failed':true,'values':[]}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'failed','assignments':{'n':2,'x':0.5,'extra':1}}", 200, "{'observation':'5'}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'failed','assignments':{'n':2}}", 200, "{'observation':null,'finished':true}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'failed'}", 200, "{'observation':null,'suggestion':null,'assignments':{}}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'completed','assignments':{'n':2.5,'x':1}}", 200, "{'observation':null}"},
        {"POST", A "/1/training_runs", "{'name':'r','state':'completed','assignments':{'n':2,'x':null}}", 200, "{'observation':null}"},
        {"GET", E "/1/suggestions", NULL, 200, "{'count':0}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':5}"},
        {"GET", A "/1", NULL, 200, "{'progress':{'active_run_count':0,'finished_run_count':9,'total_run_count':9,'remaining_budget':0}}"},
        // later nothing comes of them any more
        {"PUT", T "/6", "{'assignments':{'n':2,'x':0.5},'state':'failed'}", 200, "{'observation':null}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    close_checked(&h);
}

// ------------------------------------------------------------------ finished later

static void test_outcomes(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, TWO, 200, NULL},
        // active: nothing, whatever is known
        {"POST", A "/1/training_runs", "{'name':'1'}", 200, "{'id':'1'}"},
        {"MERGE", T "/1", "{'values':{'a':{'value':1},'b':{'value':2}}}", 200, "{'observation':null,'finished':false}"},
        {"MERGE", T "/1", "{'values':{'b':{'value':3,'value_stddev':0.5},'c':{'value':4}}}", 200, NULL},
        {"MERGE", T "/1", "{'state':'completed'}", 200, "{'state':'completed','finished':true,'observation':'1','completed':'<any>'}"},
        {"GET", E "/1/observations/1", NULL, 200,
         "{'suggestion':'1','failed':false,'values':[{'name':'a','value':1,'value_stddev':null},{'name':'b','value':3,'value_stddev':0.5}]}"},
        {"GET", E "/1/suggestions/1", NULL, 200, "{'state':'closed'}"},
        // once: later changes are the run's alone
        {"MERGE", T "/1", "{'values':{'a':{'value':9}},'state':'failed'}", 200, "{'state':'failed','observation':'1'}"},
        {"PUT", T "/1", "{'state':'completed','values':{}}", 200, "{'observation':'1','values':{}}"},
        {"GET", E "/1/observations/1", NULL, 200, "{'failed':false,'values':[{'value':1},{'value':3}]}"},
        // completed, but a metric is missing
        {"POST", A "/1/training_runs", "{'name':'2'}", 200, "{'id':'2'}"},
        {"PUT", T "/2", "{'values':{'a':{'value':1}},'state':'completed'}", 200, "{'observation':'2'}"},
        {"GET", E "/1/observations/2", NULL, 200, "{'failed':true,'values':[],'suggestion':'2'}"},
        {"MERGE", T "/2", "{'values':{'b':{'value':1}}}", 200, "{'observation':'2'}"},
        {"GET", E "/1/observations/2", NULL, 200, "{'failed':true}"},
        {"POST", A "/1/training_runs", "{'name':'3'}", 200, "{'id':'3'}"},
        {"MERGE", T "/3", "{'state':'completed'}", 200, "{'observation':'3'}"},
        {"GET", E "/1/observations/3", NULL, 200, "{'failed':true}"},
        // failed, with and without values
        {"POST", A "/1/training_runs", "{'name':'4','values':{'a':{'value':1},'b':{'value':1}}}", 200, "{'id':'4','observation':null}"},
        {"MERGE", T "/4", "{'state':'failed'}", 200, "{'observation':'4','finished':true}"},
        {"GET", E "/1/observations/4", NULL, 200, "{'failed':true,'values':[]}"},
        // a point of the user's choice, a queued one, and one that is none
        {"POST", A "/1/training_runs", "{'name':'5'," POINT "}", 200, "{'id':'5','suggestion':'5'}"},
        {"MERGE", T "/5", "{'state':'failed','assignments':{'x':0.9}}", 200, "{'observation':'5','assignments':{'x':0.9}}"},
        {"GET", E "/1/observations/5", NULL, 200, "{'assignments':{'n':2,'x':0.5}}"},
        {"POST", A "/1/training_runs", "{'name':'6','assignments':{'x':0.5}}", 200, "{'id':'6','suggestion':null}"},
        {"MERGE", T "/6", "{'assignments':{'n':3},'values':{'a':{'value':1},'b':{'value':1}},'state':'completed'}", 200,
         "{'observation':null,'finished':true}"},
        // a run of no experiment
        {"POST", "/v1/clients/1/projects/default/training_runs", "{'name':'7'}", 200, "{'id':'7'}"},
        {"MERGE", T "/7", "{'state':'failed'}", 200, "{'observation':null,'experiment':null}"},
        {"GET", A "/1", NULL, 200, "{'progress':{'active_run_count':0,'finished_run_count':6,'total_run_count':6,'remaining_budget':3}}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':5}"},
        // a deleted experiment still learns
        {"POST", A "/1/training_runs", "{'name':'8'}", 200, "{'id':'8'}"},
        {"DELETE", A "/1", NULL, 200, NULL},
        {"MERGE", T "/8", "{'state':'failed'}", 200, "{'observation':'6'}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    close_checked(&h);
}

// What the optimizer is told of failures is the same for a run as for an observation.
static void test_feasibility(void)
{
    struct harness h;
    harness_open(&h);
    char *ai = creates_quoted("{'name':'e','metrics':[{'name':'m'}],'parameters':[{'name':'x','type':'double','bounds':{'min':0,'max':1}}]}", false);
    harness_make(&h, "POST", IN, ai);
    harness_make(&h, "POST", E, ai);
    free(ai);
    for (int i = 0; i < 12; i++) {
        double x = i / 11.0;
        char body[300], run[300];
        snprintf(body, sizeof body,
                 x > 0.6 ? "{\"assignments\":{\"x\":%.17g},\"failed\":true}"
                         : "{\"assignments\":{\"x\":%.17g},\"values\":[{\"name\":\"m\",\"value\":1}]}", x);
        snprintf(run, sizeof run,
                 x > 0.6 ? "{\"name\":\"r\",\"state\":\"failed\",\"assignments\":{\"x\":%.17g}}"
                         : "{\"name\":\"r\",\"state\":\"completed\",\"values\":{\"m\":{\"value\":1}},\"assignments\":{\"x\":%.17g}}", x);
        harness_make(&h, "POST", E "/2/observations", body);
        harness_make(&h, "POST", A "/1/training_runs", run);
    }
    struct answer of_runs = harness_request(&h, "POST", E "/1/predictions", "{\"assignments\":[{\"x\":0.1},{\"x\":0.9}]}");
    struct answer of_core = harness_request(&h, "POST", E "/2/predictions", "{\"assignments\":[{\"x\":0.1},{\"x\":0.9}]}");
    const struct json *works = json_first(json_member(of_runs.json, "data"));
    double p = works == NULL ? 0 : json_number(json_member(works, "probability_of_feasibility"));
    double q = works == NULL ? 1 : json_number(json_member(json_next(works), "probability_of_feasibility"));
    ok(p > 0.8 && q < 0.3, "runs that failed are learnt from: %g %g", p, q);
    ok(json_equal(of_runs.json, of_core.json), "as much as from observations: %s %s", of_runs.text, of_core.text);
    answer_clear(&of_runs);
    answer_clear(&of_core);
    close_checked(&h);
}

// ------------------------------------------------------------------ deletes

static void test_deletes(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, ONE, 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'1'}", 200, NULL},
        {"MERGE", T "/1", "{'state':'completed','values':{'m':{'value':7}}}", 200, "{'observation':'1'}"},
        {"POST", A "/1/training_runs", "{'name':'2'}", 200, NULL},
        {"MERGE", T "/2", "{'state':'failed'}", 200, "{'observation':'2'}"},
        {"POST", A "/1/training_runs", "{'name':'3'}", 200, NULL},
        {"DELETE", T "/1", NULL, 200, "{'deleted':true,'suggestion':'1','observation':'1'}"},
        {"GET", E "/1/suggestions/1", NULL, 404, "suggestion 1 does not exist"},
        {"GET", E "/1/observations/1", NULL, 404, "observation 1 does not exist"},
        {"GET", E "/1/best_assignments", NULL, 200, "{'count':0}"},
        {"GET", A "/1", NULL, 200, "{'progress':{'active_run_count':1,'finished_run_count':1,'total_run_count':2,'remaining_budget':1}}"},
        {"DELETE", T "/1", NULL, 200, "{'deleted':true}"},
        {"PUT", T "/1", "{'deleted':false}", 200, "{'deleted':false,'observation':'1'}"},
        {"GET", E "/1/suggestions/1", NULL, 200, "{'state':'closed','deleted':false}"},
        {"GET", E "/1/observations/1", NULL, 200, "{'values':[{'value':7}]}"},
        {"GET", E "/1/best_assignments", NULL, 200, "{'count':1,'data':[{'id':'1'}]}"},
        {"MERGE", T "/2", "{'deleted':true}", 200, "{'deleted':true}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':1}"},
        {"MERGE", T "/2", "{'deleted':null}", 200, "{'deleted':false}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':2}"},
        // an active run: its suggestion is open again
        {"DELETE", T "/3", NULL, 200, NULL},
        {"GET", E "/1/suggestions?state=open", NULL, 200, "{'count':0}"},
        {"PUT", T "/3", "{'deleted':false}", 200, NULL},
        {"GET", E "/1/suggestions?state=open", NULL, 200, "{'count':1}"},
        // finished while it is deleted: the observation comes with the run
        {"DELETE", T "/3", NULL, 200, NULL},
        {"MERGE", T "/3", "{'state':'completed','values':{'m':{'value':9}}}", 200, "{'observation':null,'finished':true}"},
        {"PUT", T "/3", "{'deleted':false}", 200, "{'observation':'3'}"},
        {"GET", E "/1/best_assignments", NULL, 200, "{'data':[{'id':'3','values':[{'value':9}]}]}"},
        // deleted beforehand by the paths of the core
        {"DELETE", E "/1/observations/3", NULL, 200, NULL},
        {"DELETE", E "/1/suggestions/3", NULL, 200, NULL},
        {"DELETE", T "/3", NULL, 200, "{'deleted':true}"},
        {"PUT", T "/3", "{'deleted':false}", 200, "{'observation':'3'}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':3}"},
        // all of an experiment
        {"PUT", T "/2", "{'project':'sigopt-examples'}", 200, NULL},
        {"DELETE", A "/1", NULL, 200, "{}"},
        {"GET", T "/1", NULL, 200, "{'deleted':false}"},
        {"DELETE", A "/1?include_runs=True", NULL, 200, "{}"},
        {"GET", T "/1", NULL, 200, "{'deleted':true}"},
        {"GET", T "/2", NULL, 200, "{'deleted':true}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':0}"},
        {"GET", E "/1/suggestions", NULL, 200, "{'count':0}"},
        {"GET", A "/1", NULL, 200, "{'state':'deleted','progress':{'total_run_count':0,'remaining_budget':3}}"},
        {"GET", "/v1/clients/1/projects/default", NULL, 200, "{'training_run_count':0}"},
        {"GET", "/v1/clients/1/projects/sigopt-examples", NULL, 200, "{'training_run_count':0}"},
        {"PUT", A "/1", "{'state':'active'}", 200, NULL},
        {"PUT", T "/1", "{'deleted':false}", 200, NULL},
        {"GET", A "/1", NULL, 200, "{'progress':{'finished_run_count':1,'total_run_count':1}}"},
        {"GET", E "/1/best_assignments", NULL, 200, "{'count':1,'data':[{'id':'1'}]}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    close_checked(&h);
}

// ------------------------------------------------------------------ two at once

struct request {
    struct harness *h;
    const char *method, *body;
    char path[80];
    int status;
};

static void *send_one(void *arg)
{
    struct request *r = arg;
    struct answer answer = harness_request(r->h, r->method, r->path, r->body);
    r->status = answer.status;
    answer_clear(&answer);
    return NULL;
}

static void send_two(struct request *a, struct request *b)
{
    pthread_t threads[2];
    if (pthread_create(&threads[0], NULL, send_one, a) != 0 || pthread_create(&threads[1], NULL, send_one, b) != 0)
        abort();
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
}

#define COMPLETE "{\"state\":\"completed\",\"values\":{\"m\":{\"value\":1}}}"

// In this order or in that, a run is completed and its suggestion is deleted: it is observed or not, and everything agrees on it.
static void test_suggestion_deleted(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, ONE, 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'1'}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'2'}", 200, NULL},
        {"DELETE", E "/1/suggestions/1", NULL, 200, NULL},
        {"MERGE", T "/1", "{'state':'completed','values':{'m':{'value':1}}}", 200,
         "{'state':'completed','finished':true,'suggestion':'1','observation':null}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':0}"},
        {"MERGE", T "/2", "{'state':'completed','values':{'m':{'value':1}}}", 200, "{'observation':'1'}"},
        {"DELETE", E "/1/suggestions/2", NULL, 200, NULL},
        {"GET", T "/2", NULL, 200, "{'suggestion':'2','observation':'1'}"},
        {"GET", E "/1/observations", NULL, 200, "{'count':1}"},
        {"GET", A "/1" "/best_training_runs", NULL, 200, "{'count':1}"},
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    close_checked(&h);
}

enum { N_RACES = 60 };

static void test_races(void)
{
    struct harness h;
    harness_open(&h);
    char *create = creates_quoted(ONE, false), path[80], want[100];
    harness_make(&h, "POST", IN, create);
    free(create);
    int n_observed = 0;
    for (int i = 1; i <= N_RACES; i++) {
        struct request completes = {.h = &h, .method = "MERGE", .body = COMPLETE}, deletes = {.h = &h, .method = "DELETE"};
        harness_make(&h, "POST", A "/1/training_runs", "{\"name\":\"r\"}");
        snprintf(completes.path, sizeof completes.path, T "/%d", i);
        bool of_run = i % 2 == 0; // else of its suggestion
        snprintf(deletes.path, sizeof deletes.path, of_run ? T "/%d" : E "/1/suggestions/%d", i);
        send_two(i % 4 < 2 ? &completes : &deletes, i % 4 < 2 ? &deletes : &completes);
        ok(completes.status == 200 && deletes.status == 200, "both are done: %d %d", completes.status, deletes.status);
        struct answer run = harness_request(&h, "GET", completes.path, NULL);
        const struct json *observation = json_member(run.json, "observation");
        bool observed = json_kind(observation) == JSON_STRING;
        ok(json_bool(json_member(run.json, "finished")) && json_bool(json_member(run.json, "deleted")) == of_run, "%s", run.text);
        if (observed) {
            snprintf(path, sizeof path, E "/1/observations/%s", json_string(observation));
            CHECK(&h, "GET", path, NULL, of_run ? 404 : 200, NULL); // deleted with its run
        }
        n_observed += observed && !of_run;
        answer_clear(&run);
    }
    snprintf(want, sizeof want, "{\"count\":%d}", n_observed);
    CHECK(&h, "GET", E "/1/observations", NULL, 200, want);
    CHECK(&h, "GET", E "/1/suggestions", NULL, 200, "{\"count\":0}");
    snprintf(want, sizeof want, "{\"progress\":{\"active_run_count\":0,\"finished_run_count\":%d}}", N_RACES / 2);
    CHECK(&h, "GET", A "/1", NULL, 200, want);
    close_checked(&h);
}

// Eight programs at once: every run has a suggestion of its own, a queued one goes to one of them.
static void test_many_at_once(void)
{
    enum { N = 8 };
    struct harness h;
    harness_open(&h);
    char *create = creates_quoted(ONE, false);
    harness_make(&h, "POST", IN, create);
    free(create);
    harness_make(&h, "POST", E "/1/queued_suggestions", "{\"assignments\":{\"n\":9,\"x\":0.123}}");
    struct request requests[N];
    pthread_t threads[N];
    for (int i = 0; i < N; i++) {
        requests[i] = (struct request){.h = &h, .method = "POST", .body = "{\"name\":\"r\"}", .path = A "/1/training_runs"};
        if (pthread_create(&threads[i], NULL, send_one, &requests[i]) != 0)
            abort();
    }
    int n_queued = 0;
    bool seen[N + 1] = {false};
    for (int i = 0; i < N; i++)
        pthread_join(threads[i], NULL);
    for (int i = 1; i <= N; i++) {
        char path[60];
        int64_t suggestion = 0;
        snprintf(path, sizeof path, T "/%d", i);
        struct answer run = harness_request(&h, "GET", path, NULL);
        ok(requests[i - 1].status == 200 && json_id(json_member(run.json, "suggestion"), &suggestion) && suggestion >= 1 &&
               suggestion <= N && !seen[suggestion], "a suggestion of its own: %s", run.text);
        seen[suggestion >= 1 && suggestion <= N ? suggestion : 0] = true;
        n_queued += strstr(run.text, "\"x\":0.123") != NULL;
        answer_clear(&run);
    }
    is_int(n_queued, 1, "the queued one is handed out once");
    CHECK(&h, "GET", A "/1", NULL, 200, "{\"progress\":{\"active_run_count\":8,\"remaining_budget\":-5}}");
    close_checked(&h);
}

int main(void)
{
    TAP_RUN(test_suggested);
    TAP_RUN(test_conditionals);
    TAP_RUN(test_added_parameter);
    TAP_RUN(test_refused);
    TAP_RUN(test_members);
    TAP_RUN(test_created_finished);
    TAP_RUN(test_outcomes);
    TAP_RUN(test_feasibility);
    TAP_RUN(test_deletes);
    TAP_RUN(test_suggestion_deleted);
    TAP_RUN(test_races);
    TAP_RUN(test_many_at_once);
    return tap_done();
}
