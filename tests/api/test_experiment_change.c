// Changes of experiments: parameters, thresholds, budgets, cell by cell; what older rows look like afterwards.
#include <stdlib.h>

#include "tests/api/creates.h"

#define E1 "/v1/experiments/1"
#define D "'name':'d','type':'double','bounds':{'min':0,'max':1}"
#define PUT(items) "{'parameters':[" items "]}"

static void make(struct harness *h, const char *text)
{
    char *body = creates_quoted(text, false);
    harness_make(h, "POST", "/v1/experiments", body);
    free(body);
}

// d in [0,1], i in 1..9 on bounds, c of u v w, g on a grid, l log.
static void open_five(struct harness *h)
{
    harness_open(h);
    make(h, "{'name':'e','parameters':[{" D "},{'name':'i','type':'int','bounds':{'min':1,'max':9},'default_value':3},"
            "{'name':'c','type':'categorical','categorical_values':['u','v','w']},"
            "{'name':'g','type':'double','grid':[1,2,4]},"
            "{'name':'l','type':'double','bounds':{'min':1,'max':9},'transformation':'log'}]}");
}

#define REST ",{'name':'i'},{'name':'c'},{'name':'g'},{'name':'l'}"

static void test_present(void)
{
    struct harness h;
    open_five(&h);
    static const struct request_case cases[] = {
        {"PUT", E1, PUT("{'name':'d'}" REST), 200,
         "{'parameters':[{'name':'c'},{'name':'d'},{'name':'g'},{'name':'i'},{'name':'l'}]}"},
        {"PUT", E1, PUT("{" D ",'foo':1,'object':'parameter'}" REST), 200,
         "{'parameters':[{},{'bounds':{'min':0,'max':1}},{},{},{}]}"},
        {"PUT", E1, PUT("{'name':' d ','bounds':{'min':-1,'max':2}}" REST), 200,
         "{'parameters':[{},{'bounds':{'min':-1,'max':2}},{},{},{}]}"},
        {"PUT", E1, PUT("{'name':'d','default_value':0.5}" REST), 200,
         "{'parameters':[{},{'default_value':0.5},{},{'default_value':3},{}]}"},
        {"PUT", E1, PUT("{'name':'d','default_value':null}" REST), 200, "{'parameters':[{},{'default_value':0.5},{},{},{}]}"},
        {"PUT", E1, PUT("{'name':'d','transformation':'none','type':'double'}" REST), 200, NULL},
        {"PUT", E1, PUT("{'name':'d'},{'name':'i'},{'name':'c','bounds':null,'grid':[],'categorical_values':null},"
         "{'name':'g'},{'name':'l','transformation':'log'}"),
         200, "{'parameters':[{'categorical_values':[{'name':'u'},{},{}]},{},{},{},{'transformation':'log'}]}"},
        {"PUT", E1, PUT("{'name':'d'},{'name':'i'},{'name':'c'},{'name':'g','grid':[8,2]},{'name':'l'}"), 200,
         "{'parameters':[{},{},{'grid':[2,8],'bounds':{'min':2,'max':8}},{},{}]}"},
        {"PUT", E1, "{'parameters':null}", 400, ".parameters"},
        {"PUT", E1, "{'parameters':[]}", 400, ".parameters must have at least 1 item"},
        {"PUT", E1, "{'parameters':{'name':'d'}}", 400, "Invalid type for .parameters"},
        {"PUT", E1, PUT("1"), 400, "Invalid type for .parameters[0]"},
        {"PUT", E1, PUT("{}"), 400, "Missing required json key 'name' in .parameters[0]"},
        {"PUT", E1, PUT("{'name':null}"), 400, "'name' in .parameters[0]"},
        {"PUT", E1, PUT("{'name':1}"), 400, "Invalid type for .parameters[0].name"},
        {"PUT", E1, PUT("{'name':'d'},{'name':'d'}"), 400, ".parameters has the duplicate name 'd'"},
        {"PUT", E1, PUT("{'name':'d','type':'int'}"), 400, ".parameters[0].type cannot be changed"},
        {"PUT", E1, PUT("{'name':'d','type':'float'}"), 400, "not one of the allowed values for .parameters[0].type"},
        {"PUT", E1, PUT("{'name':'d','type':null}"), 400, "'type' in .parameters[0]"},
        {"PUT", E1, PUT("{'name':'d','transformation':'log'}"), 400, ".parameters[0].transformation cannot be changed"},
        {"PUT", E1, PUT("{'name':'l','transformation':'none'}"), 400, ".parameters[0].transformation cannot be changed"},
        {"PUT", E1, PUT("{'name':'l','transformation':1}"), 400, "Invalid type for .parameters[0].transformation"},
        {"PUT", E1, PUT("{'name':'d','conditions':{}}"), 400, ".parameters[0].conditions cannot be changed"},
        {"PUT", E1, PUT("{'name':'d','conditions':{'k':'1'}}"), 400, ".parameters[0].conditions cannot be changed"},
        {"PUT", E1, PUT("{'name':'d','bounds':null}"), 400, ".parameters[0].bounds must not be null"},
        {"PUT", E1, PUT("{'name':'d','bounds':{'min':0}}"), 400, "'max' in .parameters[0].bounds"},
        {"PUT", E1, PUT("{'name':'d','bounds':{'min':1,'max':0}}"), 400,
         ".parameters[0].bounds must have a max greater than or equal"},
        {"PUT", E1, PUT("{'name':'d','bounds':{'min':1,'max':1}}"), 400, ".parameters[0].bounds must be at least 1e-08 wide"},
        {"PUT", E1, PUT("{'name':'i','bounds':{'min':1,'max':2.5}}"), 400, "Invalid type for .parameters[0].bounds.max"},
        {"PUT", E1, PUT("{'name':'l','bounds':{'min':0,'max':1}}"), 400, ".parameters[0].bounds.min must be greater than 0"},
        {"PUT", E1, PUT("{'name':'c','bounds':{'min':0,'max':1}}"), 400,
         ".parameters[0].bounds is not allowed for parameters of type categorical"},
        {"PUT", E1, PUT("{'name':'c','grid':['u']}"), 400,
         ".parameters[0].grid is not allowed for parameters of type categorical"},
        {"PUT", E1, PUT("{'name':'c','grid':1}"), 400, "Invalid type for .parameters[0].grid"},
        {"PUT", E1, PUT("{'name':'d','categorical_values':['a','b']}"), 400, ".parameters[0].categorical_values is only allowed"},
        {"PUT", E1, PUT("{'name':'g','bounds':{'min':0,'max':1}}"), 400,
         ".parameters[0].bounds cannot be set for a parameter with a grid"},
        {"PUT", E1, PUT("{'name':'g','grid':[1,2],'bounds':{'min':1,'max':2}}"), 400,
         ".parameters[0].grid cannot be combined with bounds"},
        {"PUT", E1, PUT("{'name':'d','grid':null}" REST), 200, NULL},
        {"PUT", E1, PUT("{'name':'g','grid':null}"), 400, "Invalid type for .parameters[0].grid"},
        {"PUT", E1, PUT("{'name':'g','grid':[1]}"), 400, ".parameters[0].grid must have at least 2 values"},
        {"PUT", E1, PUT("{'name':'g','grid':[1,'2']}"), 400, "Invalid type for .parameters[0].grid[1]"},
        {"PUT", E1, PUT("{'name':'d','prior':{'name':'normal','mean':9,'scale':1}}"), 400,
         ".parameters[0].prior.mean must lie within the bounds"},
        {"PUT", E1, PUT("{'name':'i','prior':{'name':'normal','mean':2,'scale':1}}"), 400,
         ".parameters[0].prior is only allowed"},
        {"PUT", E1, PUT("{'name':'d','default_value':'0'}"), 400, "Invalid type for .parameters[0].default_value"},
        {"PUT", E1, PUT("{'name':'d','default_value':2.5}"), 400, ".parameters[0].default_value must lie within the bounds"},
        {"PUT", E1, PUT("{'name':'d','default_value':-1.5}"), 400, ".parameters[0].default_value must lie within the bounds"},
        {"PUT", E1, PUT("{'name':'d','bounds':{'min':0.8,'max':1}}"), 400,
         ".parameters[0].default_value must lie within the bounds"},
        {"PUT", E1, PUT("{'name':'d','bounds':{'min':0.8,'max':1},'default_value':0.5}"), 400,
         ".parameters[0].default_value must lie"},
        {"PUT", E1, PUT("{'name':'d','bounds':{'min':0,'max':0.2}}"), 400,
         ".parameters[0].default_value must lie within the bounds"},
        {"PUT", E1, PUT("{'name':'d','bounds':{'min':0.8,'max':1},'default_value':0.9}" REST), 200,
         "{'parameters':[{},{'default_value':0.9},{},{},{}]}"},
        {"PUT", E1, PUT("{'name':'g','default_value':3}"), 400, ".parameters[0].default_value is not one of the grid values"},
        {"PUT", E1, PUT("{'name':'l','default_value':0}"), 400, ".parameters[0].default_value must be greater than 0"},
        {"PUT", E1, PUT("{'name':'c','default_value':'x'}"), 400,
         ".parameters[0].default_value is not one of the categorical values"},
        {"PUT", E1, PUT("{'name':'g','default_value':8}" ",{'name':'c','default_value':'u'}"), 200,
         "{'parameters':[{'default_value':'u'},{'default_value':8}]}"},
        {"PUT", E1, PUT("{'name':'g','grid':[1,2]}"), 400, ".parameters[0].default_value is not one of the grid values"},
        {"PUT", E1, PUT("{'name':'c','categorical_values':['v','w']}"), 400,
         ".parameters[0].default_value is not one of the categorical values"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_new(void)
{
    struct harness h;
    open_five(&h);
    static const struct request_case cases[] = {
        {"POST", E1 "/observations", "{'assignments':{'d':0.5,'i':2,'c':'w','g':2,'l':3},'values':[{'value':1}]}", 200, NULL},
        {"POST", E1 "/suggestions", "{'assignments':{'d':0.25,'i':4,'c':'u','g':1,'l':2}}", 200, NULL},
        {"PUT", E1, PUT("{'name':'n'}"), 400, "Missing required json key 'type' in .parameters[0]"},
        {"PUT", E1, PUT("{'name':'n','type':'double'}"), 400, "Missing required json key 'bounds' in .parameters[0]"},
        {"PUT", E1, PUT("{'name':'n','type':'double','bounds':{'min':0,'max':1}}"), 400,
         ".parameters[0].default_value must be given for a new parameter"},
        {"PUT", E1, PUT("{'name':'n','type':'double','bounds':{'min':0,'max':1},'default_value':null}"), 400,
         ".parameters[0].default_value must be given for a new parameter"},
        {"PUT", E1, PUT("{'name':'n','type':'double','bounds':{'min':0,'max':1},'default_value':2,'transform':1}"), 400,
         ".parameters[0].default_value must lie within the bounds"},
        {"PUT", E1, PUT("{'name':'n','type':'double','bounds':{'min':0,'max':1},'default_value':1,'transformation':'log'}"), 400,
         ".parameters[0].bounds.min must be greater than 0"},
        {"PUT", E1, PUT("{'name':'n','type':'categorical','categorical_values':['a'],'default_value':'a'}"), 400,
         ".parameters[0].categorical_values must have at least 2 values"},
        // d, i, c, g stay, l goes, n and k come
        {"PUT", E1, PUT("{'name':'d'},{'name':'i'},{'name':'c'},{'name':'g'},"
         "{'name':'n','type':'int','bounds':{'min':0,'max':5},'default_value':4},"
                        "{'name':'k','type':'categorical','categorical_values':['a','b'],'default_value':'b'}"), 200,
         "{'parameters':[{'name':'c'},{'name':'d'},{'name':'g'},{'name':'i'},{'name':'k'},{'name':'n','default_value':4}]}"},
        {"GET", E1 "/observations/1", NULL, 200,
         "{'assignments':{'c':'w','d':0.5,'g':2,'i':2,'k':'b','n':4,'l':'<absent>'}}"},
        {"GET", E1 "/suggestions/1", NULL, 200, "{'assignments':{'c':'u','k':'b','n':4,'l':'<absent>'}}"},
        {"GET", E1 "/best_assignments", NULL, 200, "{'data':[{'assignments':{'k':'b','n':4,'l':'<absent>'}}]}"},
        {"POST", E1 "/suggestions", "{}", 200,
         "{'assignments':{'c':'<any>','d':'<any>','g':'<any>','i':'<any>','k':'<any>','n':'<any>','l':'<absent>'}}"},
        {"POST", E1 "/observations", "{'suggestion':1,'failed':true}", 200, "{'assignments':{'n':4}}"},
        // the one that went comes back: what was stored of it is shown again
        {"PUT", E1, PUT("{'name':'l','type':'double','bounds':{'min':1,'max':9}}"), 400,
         ".parameters[0].default_value must be given"},
        {"PUT", E1, PUT("{'name':'l','type':'double','bounds':{'min':1,'max':9},'default_value':1}"), 200,
         "{'parameters':[{'name':'l','transformation':null,'default_value':1}]}"},
        {"GET", E1 "/observations/1", NULL, 200, "{'assignments':{'l':3,'d':'<absent>'}}"},
        {"POST", E1 "/suggestions", "{}", 200, "{'assignments':{'l':'<any>','d':'<absent>'}}"},
        // and as something else, its old values are no longer used
        {"PUT", E1, PUT("{'name':'d','type':'categorical','categorical_values':['a','b'],'default_value':'a'}"), 200, NULL},
        {"GET", E1 "/observations/1", NULL, 200, "{'assignments':{'d':'a','l':'<absent>'}}"},
        {"POST", E1 "/suggestions", "{}", 200, "{'assignments':{'d':'<any>'}}"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

#define CATEGORIES(values) PUT("{'name':'c','categorical_values':" values "}")
#define SHOWN(values) "{'parameters':[{'categorical_values':[" values "]}]}"

static void test_categories(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "{'name':'e','parameters':[{'name':'c','type':'categorical','categorical_values':['d','f']}]}");
    static const struct request_case cases[] = {
        {"POST", E1 "/observations", "{'assignments':{'c':'f'},'values':[{'value':4}]}", 200, NULL},
        {"PUT", E1, CATEGORIES("['d']"), 400, ".parameters[0].categorical_values must have at least 2 values"},
        {"PUT", E1, CATEGORIES("['d','d']"), 400, ".parameters[0].categorical_values has the duplicate value 'd'"},
        {"PUT", E1, CATEGORIES("['d',{'name':'e','deleted':true}]"), 400,
         ".parameters[0].categorical_values[1] must not be deleted"},
        {"PUT", E1, CATEGORIES("['d',1]"), 400, "Invalid type for .parameters[0].categorical_values[1]"},
        {"PUT", E1, CATEGORIES("'d'"), 400, "Invalid type for .parameters[0].categorical_values"},
        {"PUT", E1, CATEGORIES("['e','d']"), 200, SHOWN("{'name':'d','enum_index':1},{'name':'e','enum_index':3}")},
        {"GET", E1 "/observations/1", NULL, 200, "{'assignments':{'c':'f'}}"},
        {"POST", E1 "/observations", "{'assignments':{'c':'f'},'values':[{'value':4}]}", 400,
         ".assignments.c: 'f' is not one of the categorical values"},
        {"POST", E1 "/suggestions", "{}", 200, NULL},
        {"POST", E1 "/suggestions", "{}", 200, NULL},
        {"POST", E1 "/suggestions", "{}", 200, NULL},
        {"PUT", E1, CATEGORIES("[{'name':'g'},{'name':'f','enum_index':77,'object':'categorical_value'}]"), 200,
         SHOWN("{'name':'f','enum_index':2},{'name':'g','enum_index':4}")},
        {"PUT", E1, "{'name':'other'}", 200, SHOWN("{'name':'f','enum_index':2},{'name':'g','enum_index':4}")},
        {"PUT", E1, CATEGORIES("['h','g','f','e','d']"), 200,
         SHOWN("{'name':'d','enum_index':1},{'name':'f','enum_index':2},{'name':'e','enum_index':3},{'name':'g','enum_index':4},"
               "{'name':'h','enum_index':5}")},
        {"PUT", E1, PUT("{'name':'c','categorical_values':['3','4'],'default_value':'4'}"), 200,
         "{'parameters':[{'default_value':'4'}]}"},
        {"POST", E1 "/suggestions", "{}", 200, NULL},
        {"GET", E1 "/best_assignments", NULL, 200, "{'data':[{'assignments':{'c':'f'}}]}"},
    };
    CHECK_REQUESTS(&h, cases);
    harness_close(&h);
}

static void test_epoch(void)
{
    struct harness h;
    open_five(&h);
    static const struct {
        const char *body;
        bool rises;
    } cases[] = {
        {"{'name':'other'}", false},
        {"{'observation_budget':9,'parallel_bandwidth':2}", false},
        {"{'metadata':{'a':1}}", false},
        {"{'metadata':{'fairway_failure_tolerance':'bold'}}", true},
        {PUT("{'name':'d'}" REST), false},
        {PUT("{'name':'d','bounds':{'min':0,'max':2}}" REST), true},
        {PUT("{'name':'d'},{'name':'i'}"), true},
        {PUT("{'name':'d'},{'name':'i'},{'name':'n','type':'int','bounds':{'min':0,'max':5},'default_value':4}"), true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t before = harness_epoch(&h, 1);
        char *body = creates_quoted(cases[i].body, false);
        CHECK(&h, "PUT", E1, body, 200, NULL);
        is_int(harness_epoch(&h, 1) - before, cases[i].rises, "the epoch rises when the problem is another one");
        free(body);
    }
    harness_close(&h);
}

// 1: a, b optimized, s stored. 2: c a constraint, s stored. 3: one optimized, one stored.
static void test_thresholds(void)
{
    struct harness h;
    harness_open(&h);
#define THREE(metrics) "{'name':'e','observation_budget':9,'parameters':[{" D "}],'metrics':" metrics "}"
    make(&h, THREE("['a',{'name':'b','objective':'minimize','threshold':5},{'name':'s','strategy':'store'}]"));
    make(&h, THREE("[{'name':'c','strategy':'constraint','threshold':1},{'name':'s','strategy':'store'}]"));
    make(&h, THREE("['a',{'name':'s','strategy':'store'}]"));
#define E2 "/v1/experiments/2"
#define E3 "/v1/experiments/3"
#define METRICS(list) "{'metrics':" list "}"
    static const struct request_case cases[] = {
        {"PUT", E1, METRICS("['s','b','a']"), 200, "{'metrics':[{'threshold':null},{'threshold':5},{'threshold':null}]}"},
        {"PUT", E1, METRICS("['s',{'name':'b','threshold':0.0},{'name':'a','threshold':-2.5}]"), 200,
         "{'metrics':[{'name':'a','threshold':-2.5},{'name':'b','threshold':0},{'name':'s','threshold':null}]}"},
        {"PUT", E1, METRICS("[{'name':'a','threshold':null},'b',{'name':'s','threshold':null}]"), 200,
         "{'metrics':[{'threshold':null},{'threshold':0},{'threshold':null}]}"},
        {"PUT", E1, METRICS("['a','b',{'name':'s','threshold':1}]"), 400,
         ".metrics[2].threshold: the stored metric 's' must not have a threshold"},
        {"PUT", E1, METRICS("[{'name':'a','threshold':'1'},'b','s']"), 400, "Invalid type for .metrics[0].threshold"},
        {"PUT", E1, METRICS("[{'name':'a','threshold':true},'b','s']"), 400, "Invalid type for .metrics[0].threshold"},
        {"PUT", E1, METRICS("[{'name':'a','strategy':'constraint','threshold':1},'b','s']"), 400, ".metrics[0].strategy cannot be changed"},
        {"PUT", E1, METRICS("['a',{'name':'b','objective':'maximize'},'s']"), 400, ".metrics[1].objective cannot be changed"},
        {"PUT", E1, "{'observation_budget':10}", 400, ".observation_budget of an experiment with several optimized metrics cannot be changed"},
        {"PUT", E1, "{'observation_budget':null}", 200, "{'observation_budget':9}"},
        {"PUT", E2, METRICS("['s',{'name':'c','threshold':-5.2}]"), 200, "{'metrics':[{'name':'c','threshold':-5.2},{}]}"},
        {"PUT", E2, METRICS("['s','c']"), 400, ".metrics[1].threshold: the constraint metric 'c' needs a threshold"},
        {"PUT", E2, METRICS("['s',{'name':'c','threshold':null}]"), 400, ".metrics[1].threshold: the constraint metric 'c' needs a threshold"},
        {"PUT", E2, "{'observation_budget':10}", 200, "{'observation_budget':10}"},
        {"PUT", E3, METRICS("[{'name':'a','threshold':1},'s']"), 400,
         ".metrics[0].threshold: a threshold of the metric 'a' needs several optimized metrics"},
        {"PUT", E3, METRICS("[{'name':'a','threshold':null},'s']"), 200, NULL},
    };
    CHECK_REQUESTS(&h, cases);
    int64_t before = harness_epoch(&h, 1);
    CHECK(&h, "PUT", E1, "{\"metrics\":[\"a\",\"b\",\"s\"]}", 200, NULL);
    is_int(harness_epoch(&h, 1), before, "nothing has changed");
    CHECK(&h, "PUT", E1, "{\"metrics\":[\"a\",{\"name\":\"b\",\"threshold\":7},\"s\"]}", 200, NULL);
    is_int(harness_epoch(&h, 1), before + 1, "a threshold has");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_thresholds);
    TAP_RUN(test_present);
    TAP_RUN(test_new);
    TAP_RUN(test_categories);
    TAP_RUN(test_epoch);
    return tap_done();
}
