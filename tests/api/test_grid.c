// Grid search: its definition, its budget, and the order in which it walks.
#include <stdlib.h>

#include "tests/api/creates.h"

#define A "{'name':'a','type':'int','grid':[2,1]}"
#define B "{'name':'b','type':'double','grid':[0,-5.5]}"
#define C "{'name':'c','type':'categorical','categorical_values':['u','v','w']}"
#define GRID "'type':'grid','parameters':[" C "," B "," A "]"

static void test_create(void)
{
    static const struct create_case cases[] = {
        {GRID, 200,
         "{'type':'grid','observation_budget':12,'parameters':[{'name':'a','grid':[1,2],'bounds':{'min':1,'max':2}},"
         "{'name':'b','grid':[-5.5,0],'bounds':{'min':-5.5,'max':0}},{'name':'c','grid':['u','v','w'],'bounds':null}]}"},
        {GRID ",'observation_budget':12", 200, "{'observation_budget':12}"},
        {GRID ",'observation_budget':null", 200, "{'observation_budget':12}"},
        {GRID ",'observation_budget':1", 400,
         ".observation_budget must be left out or be the number of combinations of the grid: 12"},
        {GRID ",'observation_budget':13", 400, "the number of combinations of the grid: 12"},
        {GRID ",'metrics':['m','n']", 200, "{'observation_budget':12}"},
        {GRID ",'num_solutions':2", 200, "{'observation_budget':12,'num_solutions':2}"},
        {GRID ",'num_solutions':13", 400, ".num_solutions must be at most the budget: 12"},
        {"'type':'grid','parameters':[{'name':'x','type':'double','grid':[10,1],'transformation':'log'}]", 200,
         "{'observation_budget':2,'parameters':[{'grid':[1,10],'transformation':'log'}]}"},
        {"'type':'grid','parameters':[{'name':'x','type':'double','bounds':{'min':0,'max':1}}]", 400,
         ".parameters[0].grid must be given for every numeric parameter of an experiment of type grid"},
        {"'type':'grid','parameters':[{'name':'x','type':'double','grid':[0,1],'bounds':{'min':0,'max':1}}]", 400,
         ".parameters[0].grid cannot be combined with bounds"},
        {"'type':'grid','parameters':[{'name':'x','type':'int','grid':[0,1.5]}]", 400, "Invalid type for .parameters[0].grid[1]"},
        {"'type':'grid','parameters':[{'name':'x','type':'int','grid':3}]", 400, "Invalid type for .parameters[0].grid"},
        {"'type':'grid','parameters':[{'name':'x','type':'int','grid':[]}]", 400,
         ".parameters[0].grid must have at least 2 values"},
        {"'type':'grid','parameters':[{'name':'x','type':'int','grid':null}]", 400, "Invalid type for .parameters[0].grid"},
        {"'type':'grid','parameters':[{'name':'x','type':'categorical','categorical_values':['a','b'],'grid':['a','b']}]", 400,
         ".parameters[0].grid is not allowed for parameters of type categorical"},
    };
    CHECK_CREATES(cases);
}

// As many combinations as there are none: counted, not multiplied blindly.
static void test_size(void)
{
    struct harness h;
    harness_open(&h);
    char body[8192] = "{\"name\":\"e\",\"type\":\"grid\",\"parameters\":[";
    for (int i = 0; i < 60; i++) {
        size_t used = strlen(body);
        snprintf(body + used, sizeof body - used, "%s{\"name\":\"x%d\",\"type\":\"int\",\"grid\":[0,1]}", i == 0 ? "" : ",", i);
    }
    strcat(body, "]}");
    const struct request_case cases[] = {{"POST", "/v1/experiments", body, 400, ".parameters have more combinations than can be counted"}};
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void suggest(struct harness *h, int i)
{
    static const char *const b[] = {"-5.5", "0.0"}, *const c[] = {"u", "v", "w"};
    char want[200];
    struct answer answer = harness_request(h, "POST", "/v1/experiments/1/suggestions", "{}");
    snprintf(want, sizeof want, "\"assignments\":{\"a\":%d,\"b\":%s,\"c\":\"%s\"}", 1 + i % 2, b[i / 2 % 2], c[i / 4 % 3]);
    ok(answer.status == 200 && strstr(answer.text, want) != NULL, "suggestion %d has %s", i, want);
    ok(strstr(answer.text, "\"source\":\"grid\"") != NULL, "and says where it comes from");
    answer_clear(&answer);
}

static void test_order(void)
{
    struct harness h;
    harness_open(&h);
    char *body = creates_quoted("{'name':'e'," GRID "}", false), text[200];
    is_int(harness_make(&h, "POST", "/v1/experiments", body), 1, "an experiment");
    free(body);
    for (int i = 0; i < 14; i++) { // two beyond the end
        suggest(&h, i);
        snprintf(text, sizeof text, "{\"suggestion\":%d,\"values\":[{\"value\":%d}]}", i + 1, i);
        CHECK(&h, "POST", "/v1/experiments/1/observations", text, 200, NULL);
    }
    for (int i = 14; i < 18; i++) // the open ones count
        suggest(&h, i);
    CHECK(&h, "DELETE", "/v1/experiments/1/suggestions?state=open", NULL, 200, "{}");
    suggest(&h, 14);
    CHECK(&h, "DELETE", "/v1/experiments/1/observations", NULL, 200, "{}");
    suggest(&h, 1);
    static const struct request_case cases[] = {
        {"PUT", "/v1/experiments/1", "{'name':'another'}", 200, "{'name':'another'}"},
        {"PUT", "/v1/experiments/1", "{'parameters':[" A "]}", 400,
         ".parameters of an experiment of type grid cannot be changed"},
        {"PUT", "/v1/experiments/1", "{'observation_budget':12}", 400,
         ".observation_budget of an experiment of type grid cannot be changed"},
        {"PUT", "/v1/experiments/1", "{'observation_budget':null}", 200, "{'observation_budget':12}"},
        {"POST", "/v1/experiments/1/observations", "{'assignments':{'a':3,'b':0,'c':'u'},'failed':true}", 400,
         ".assignments.a: 3 is not one of the grid values"},
        {"POST", "/v1/experiments/1/observations", "{'assignments':{'a':2,'b':0,'c':'u'},'failed':true}", 200, NULL},
        {"POST", "/v1/experiments/1/predictions", "{'assignments':[{'a':2,'b':0,'c':'u'}]}", 200, "{'count':1}"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_size);
    TAP_RUN(test_order);
    return tap_done();
}
