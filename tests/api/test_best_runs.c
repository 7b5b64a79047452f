// Best training runs: which they are, their pages, and their order.
#include <string.h>

#include "tests/api/creates.h"

#define E "/v1/experiments"
#define A "/v1/aiexperiments"
#define T "/v1/training_runs"
#define IN "/v1/clients/1/projects/default/aiexperiments"
#define SPACE "'parameters':[{'name':'x','type':'double','bounds':{'min':0,'max':1}}]"
#define BEST "/best_training_runs"
#define FINISHED(values) "{'state':'completed','values':" values "}"

static void test_one_metric(void)
{
    static const struct request_case cases[] = {
        {"POST", IN, "{'name':'e','metrics':[{'name':'m'}]," SPACE "}", 200, NULL},
        {"GET", A "/1" BEST, NULL, 200, "{'object':'pagination','count':0,'data':[],'paging':{'before':null,'after':null}}"},
        {"POST", A "/1/training_runs", "{'name':'a'}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'b','metadata':{'k':'v'}}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'c'}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'d'}", 200, NULL},
        {"PUT", T "/1", FINISHED("{'m':{'value':0}}"), 200, NULL},
        {"PUT", T "/2", FINISHED("{'m':{'value':10}}"), 200, NULL},
        {"PUT", T "/3", FINISHED("{'m':{'value':5}}"), 200, NULL},
        {"PUT", T "/4", "{'state':'failed','values':{'m':{'value':99}}}", 200, NULL},
        {"GET", A "/1" BEST, NULL, 200,
         "{'count':1,'data':[{'object':'training_run','id':'2','values':{'m':{'value':10}},'metadata':{'k':'v'},'assignments':{'x':'<any>'}}],"
         "'paging':{'before':null,'after':'<any>'}}"},
        {"GET", A "/1" BEST "?fields=id,name", NULL, 200, "{'data':[{'id':'2','name':'b','values':'<absent>'}]}"},
        {"GET", A "/1" BEST "?limit=0", NULL, 200, "{'count':1,'data':[],'paging':{'before':'<any>','after':null}}"},
        // what the run says later changes nothing; the observation is what counts
        {"MERGE", T "/1", "{'values':{'m':{'value':1000}}}", 200, NULL},
        {"GET", A "/1" BEST, NULL, 200, "{'data':[{'id':'2'}]}"},
        {"PUT", E "/1/observations/1", "{'values':[{'name':'m','value':11}]}", 200, NULL},
        {"GET", A "/1" BEST, NULL, 200, "{'data':[{'id':'1'}]}"},
        {"DELETE", T "/1", NULL, 200, NULL},
        {"GET", A "/1" BEST, NULL, 200, "{'data':[{'id':'2'}]}"},
        // an observation that is no run's
        {"POST", E "/1/observations/batch", "{'observations':[{'assignments':{'x':0},'values':[{'value':50}]}]}", 200, NULL},
        {"GET", E "/1/best_assignments", NULL, 200, "{'count':1,'data':[{'values':[{'value':50}]}]}"},
        {"GET", A "/1" BEST, NULL, 200, "{'count':0,'data':[]}"},
        {"GET", A "/1" BEST "?sort=id", NULL, 400, "Invalid sort: id"},
        {"GET", A "/1" BEST "?fields=nothing", NULL, 400, "Unknown field 'nothing' for object training_run"},
        {"GET", A "/1" BEST "?limit=-1", NULL, 400, "limit"},
        {"GET", A "/1" BEST "?before=x", NULL, 400, "before"},
        {"GET", A "/9" BEST, NULL, 404, "experiment 9 does not exist"},
        {"GET", E "/1" BEST, NULL, 200, "{'count':0,'data':[]}"}, // where older clients look
    };
    struct harness h;
    harness_open(&h);
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

// Three of six runs are on the front. Runs 1 to 6 were created in this order; 4 was changed last, then 6, then 2.
static void open_front(struct harness *h)
{
    static const struct request_case cases[] = {
        {"POST", IN, "{'name':'e','budget':9,'metrics':[{'name':'a'},{'name':'b'}]," SPACE "}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'1'}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'2'}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'3'}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'4'}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'5'}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'6'}", 200, NULL},
        {"PUT", T "/1", FINISHED("{'a':{'value':1},'b':{'value':1}}"), 200, NULL},
        {"PUT", T "/2", FINISHED("{'a':{'value':1},'b':{'value':9}}"), 200, NULL},
        {"PUT", T "/3", FINISHED("{'a':{'value':2},'b':{'value':3}}"), 200, NULL},
        {"PUT", T "/4", FINISHED("{'a':{'value':5},'b':{'value':5}}"), 200, NULL},
        {"PUT", T "/5", FINISHED("{'a':{'value':4},'b':{'value':5}}"), 200, NULL},
        {"PUT", T "/6", FINISHED("{'a':{'value':9},'b':{'value':1}}"), 200, NULL},
    };
    harness_open(h);
    CHECK_REQUESTS(h, cases);
    harness_run_sql(h, "UPDATE training_run SET created = 1000 * id, updated = CASE id WHEN 2 THEN 61000 WHEN 6 THEN 62000 ELSE 63000 END");
}

static void test_front(void)
{
    static const struct {
        const char *query, *direction, *ids;
    } walks[] = {
        {"limit=1", "before", "4 6 2 "},
        {"limit=1&sort=updated", "before", "4 6 2 "},
        {"limit=1&sort=created", "before", "6 4 2 "},
        {"limit=1&sort=created&ascending=true", "after", "2 4 6 "},
        {"limit=1&ascending=true", "after", "2 6 4 "},
    };
    struct harness h;
    open_front(&h);
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
        char ids[60];
        harness_walk(&h, A "/1" BEST, walks[i].query, walks[i].direction, "id", ids, sizeof ids);
        is_text(ids, walks[i].ids, walks[i].query);
    }
    // In a page they stand as the best assignments do, whatever it is sorted by.
    struct answer best = harness_request(&h, "GET", E "/1/best_assignments", NULL);
    char order[60] = "", first_two[60];
    for (const struct json *v = json_first(json_member(best.json, "data")); v != NULL; v = json_next(v))
        snprintf(order + strlen(order), sizeof order - strlen(order), "%s ", json_string(json_member(v, "id"))); // of runs, too
    is_int(json_size(json_member(best.json, "data")), 3, "three are on the front");
    answer_clear(&best);
    static const char *const queries[] = {"sort=created", "sort=updated", "sort=created&ascending=true", "ascending=1&limit=3"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        char ids[60];
        harness_walk(&h, A "/1" BEST, queries[i], "before", "id", ids, sizeof ids);
        is_text(ids, order, queries[i]);
    }
    harness_walk(&h, A "/1" BEST, "limit=2&sort=created", "before", "id", first_two, sizeof first_two);
    bool of_six_and_four = strcmp(first_two, "4 6 2 ") == 0 || strcmp(first_two, "6 4 2 ") == 0;
    ok(of_six_and_four && (strstr(order, "4 ") < strstr(order, "6 ")) == (first_two[0] == '4'), "a page in its own order: %s of %s",
       first_two, order);
    CHECK(&h, "GET", A "/1" BEST "?limit=2", NULL, 200, "{\"count\":3,\"data\":[{},{}]}");
    harness_close(&h);
}

static void test_solutions(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case cases[] = {
        {"POST", IN, "{'name':'e','budget':9,'num_solutions':2,'metrics':[{'name':'m'}]," SPACE "}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'1','state':'completed','assignments':{'x':0.1},'values':{'m':{'value':5}}}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'2','state':'completed','assignments':{'x':0.11},'values':{'m':{'value':6}}}", 200, NULL},
        {"POST", A "/1/training_runs", "{'name':'3','state':'completed','assignments':{'x':0.9},'values':{'m':{'value':4}}}", 200, NULL},
        {"GET", E "/1/best_assignments", NULL, 200, "{'count':2,'data':[{'id':'2'},{'id':'1'}]}"}, // of observations, as of runs
        {"GET", A "/1" BEST, NULL, 200, "{'count':2,'data':[{'id':'2'},{'id':'1'}]}"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_one_metric);
    TAP_RUN(test_front);
    TAP_RUN(test_solutions);
    return tap_done();
}
