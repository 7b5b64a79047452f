// What goes together in an experiment: budgets, strategies, solutions, tasks, types; and priors.
#include "tests/api/creates.h"

#define X "{'name':'x','type':'double','bounds':{'min':0,'max':1}}"
#define GIVEN "'parameters':[" X "],'metrics':"
#define TWO GIVEN "['a',{'name':'b','objective':'minimize'}]"
#define SEARCH GIVEN "[{'name':'a','strategy':'constraint','threshold':1}]"
#define MIXED GIVEN "['a',{'name':'b','strategy':'constraint','threshold':-5.2},{'name':'c','strategy':'store'}]"
#define TASKS "'tasks':[{'name':'full','cost':1},{'name':'cheap','cost':0.1}]"
#define CONDITIONALS "'conditionals':[{'name':'k','values':['1','2']}]"
#define BUDGET ",'observation_budget':20"
#define NEEDED ".observation_budget must be given for an experiment with "

static void test_together(void)
{
    static const struct create_case cases[] = {
        {TWO BUDGET, 200, "{'metrics':[{'name':'a','objective':'maximize'},{'name':'b','objective':'minimize','threshold':null}]}"},
        {TWO, 400, NEEDED "several optimized metrics"},
        {TWO ",'observation_budget':null", 400, NEEDED "several optimized metrics"},
        {TWO ",'observation_budget':-1000", 400, ".observation_budget must be greater than or equal to 1"},
        {GIVEN "['a','b',{'name':'c','strategy':'store'}]" BUDGET, 200, "{'metrics':[{},{},{'strategy':'store'}]}"},
        {GIVEN "[{'name':'b','threshold':0.0},{'name':'a','threshold':-0.5}]" BUDGET, 200,
         "{'metrics':[{'name':'a','threshold':-0.5},{'name':'b','threshold':0}]}"},
        {GIVEN "['a','b','c']" BUDGET, 400, ".metrics has 3 optimized metrics, but the maximum is 2"},
        {SEARCH BUDGET, 200, "{'metrics':[{'name':'a','strategy':'constraint','threshold':1}]}"},
        {SEARCH, 400, NEEDED "constraint metrics"},
        {GIVEN "[{'name':'b','strategy':'constraint','threshold':2.1},{'name':'a','strategy':'constraint','threshold':0}]" BUDGET, 200,
         "{'metrics':[{'name':'a'},{'name':'b'}]}"},
        {MIXED BUDGET, 200, "{'metrics':[{'strategy':'optimize'},{'strategy':'constraint'},{'strategy':'store'}]}"},
        {MIXED, 400, NEEDED "constraint metrics"},
        {GIVEN "['a'],'num_solutions':2" BUDGET, 200, "{'num_solutions':2}"},
        {GIVEN "['a'],'num_solutions':20" BUDGET, 200, "{'num_solutions':20}"},
        {GIVEN "['a'],'num_solutions':1", 200, "{'num_solutions':1,'observation_budget':null}"},
        {GIVEN "['a',{'name':'s','strategy':'store'}],'num_solutions':2" BUDGET, 200, "{'num_solutions':2}"},
        {MIXED ",'num_solutions':2" BUDGET, 200, "{'num_solutions':2}"},
        {GIVEN "['a'],'num_solutions':2", 400, NEEDED "several solutions"},
        {GIVEN "['a'],'num_solutions':21" BUDGET, 400, ".num_solutions must be at most the budget: 20"},
        {GIVEN "['a'],'num_solutions':-1" BUDGET, 400, ".num_solutions must be greater than or equal to 1"},
        {GIVEN "['a'],'num_solutions':'a'" BUDGET, 400, "Invalid type for .num_solutions"},
        {TWO ",'num_solutions':2" BUDGET, 400, ".num_solutions greater than 1 needs exactly one optimized metric"},
        {SEARCH ",'num_solutions':2" BUDGET, 400, ".num_solutions greater than 1 needs exactly one optimized metric"},
        {GIVEN "['a'],'num_solutions':2," CONDITIONALS BUDGET, 400, ".num_solutions greater than 1 cannot be combined with conditionals"},
        {GIVEN "['a'],'num_solutions':2," TASKS BUDGET, 400, ".num_solutions greater than 1 cannot be combined with tasks"},
        {GIVEN "[{'name':'a','threshold':1}],'num_solutions':2" BUDGET, 400,
         ".metrics: a threshold of the metric 'a' needs several optimized metrics"},
        {GIVEN "['a']," TASKS BUDGET, 200, "{'tasks':[{'name':'full'},{'name':'cheap'}]}"},
        {GIVEN "['a',{'name':'s','strategy':'store'}]," TASKS "," CONDITIONALS BUDGET, 200, "{'tasks':[{},{}],'conditionals':[{}]}"},
        {GIVEN "['a']," TASKS, 400, NEEDED "tasks"},
        {TWO "," TASKS BUDGET, 400, ".tasks cannot be combined with several optimized metrics"},
        {SEARCH "," TASKS BUDGET, 400, ".tasks cannot be combined with constraint metrics"},
        {MIXED "," TASKS BUDGET, 400, ".tasks cannot be combined with constraint metrics"},
        {TWO "," CONDITIONALS BUDGET, 200, NULL},
        {MIXED "," CONDITIONALS BUDGET, 200, NULL},
        {GIVEN "['a']," CONDITIONALS ",'type':'random'", 200, "{'type':'random'}"},
        {"'parameters':[" X "],'metric':{'name':'m','objective':'minimize'}", 200,
         "{'metrics':[{'name':'m','objective':'minimize'}]}"},
        {"'parameters':[" X "],'metric':'m'", 200, "{'metrics':[{'name':'m'}]}"},
        {"'parameters':[" X "],'metric':{}", 200, "{'metrics':[{'name':null,'objective':'maximize'}]}"},
        {"'parameters':[" X "],'metric':null", 200, "{'metrics':[{'name':null}]}"},
        {"'parameters':[" X "],'metric':{'name':'m'},'metrics':null", 200, "{'metrics':[{'name':'m'}]}"},
        {"'parameters':[" X "],'metric':{'name':'m'},'metrics':['m']", 400,
         ".metric and .metrics are both given; only metrics is needed"},
        {"'parameters':[" X "],'metric':['m']", 400, "Invalid type for .metric"},
        {"'parameters':[" X "],'metric':{'name':'m','strategy':'store'}", 400,
         ".metric must have a metric whose strategy is 'optimize' or 'constraint'"},
        {"'parameters':[" X "],'metric':{'name':'m','threshold':1}", 400, ".metric: a threshold of the metric 'm'"},
        {"'parameters':[" X "],'metric':{'name':'m','foo':1}", 400, "Unknown json keys `foo` in .metric"},
    };
    CHECK_CREATES(cases);
}

#define PRIOR(prior) "'parameters':[{'name':'x','type':'double','bounds':{'min':-1,'max':1},'prior':" prior "}]"
#define NORMAL "{'name':'normal','mean':0,'scale':1}"

static void test_priors(void)
{
    static const struct create_case cases[] = {
        {PRIOR(NORMAL), 200, "{'parameters':[{'prior':{'object':'normal_prior','name':'normal','mean':0,'scale':1}}]}"},
        {PRIOR("{'object':'normal_prior','name':'normal','mean':1,'scale':1e-9,'foo':2}"), 200,
         "{'parameters':[{'prior':{'mean':1,'scale':1e-9,'foo':'<absent>'}}]}"},
        {PRIOR("{'name':'beta','shape_a':1,'shape_b':2.5}"), 200,
         "{'parameters':[{'prior':{'object':'beta_prior','name':'beta','shape_a':1,'shape_b':2.5}}]}"},
        {PRIOR("null"), 200, "{'parameters':[{'prior':null}]}"},
        {PRIOR("'normal'"), 400, "Invalid type for .parameters[0].prior"},
        {PRIOR("[1]"), 400, "Invalid type for .parameters[0].prior"},
        {PRIOR("{'mean':0,'scale':1}"), 400, "Missing required json key 'name' in .parameters[0].prior"},
        {PRIOR("{'name':'laplace','mean':0,'scale':1}"), 400, "'laplace' is not one of the allowed values for .parameters[0].prior.name"},
        {PRIOR("{'name':1}"), 400, "Invalid type for .parameters[0].prior.name"},
        {PRIOR("{'name':'normal','scale':1}"), 400, "Missing required json key 'mean' in .parameters[0].prior"},
        {PRIOR("{'name':'normal','mean':0}"), 400, "Missing required json key 'scale' in .parameters[0].prior"},
        {PRIOR("{'name':'normal','mean':null,'scale':1}"), 400, "'mean' in .parameters[0].prior"},
        {PRIOR("{'name':'normal','mean':'0','scale':1}"), 400, "Invalid type for .parameters[0].prior.mean"},
        {PRIOR("{'name':'normal','mean':0,'scale':0}"), 400, ".parameters[0].prior.scale must be greater than 0"},
        {PRIOR("{'name':'normal','mean':0,'scale':-1}"), 400, ".parameters[0].prior.scale must be greater than 0"},
        {PRIOR("{'name':'normal','mean':0,'scale':true}"), 400, "Invalid type for .parameters[0].prior.scale"},
        {PRIOR("{'name':'normal','mean':1.1,'scale':1}"), 400, ".parameters[0].prior.mean must lie within the bounds"},
        {PRIOR("{'name':'normal','mean':-1.1,'scale':1}"), 400, ".parameters[0].prior.mean must lie within the bounds"},
        {PRIOR("{'name':'beta','shape_b':1}"), 400, "Missing required json key 'shape_a' in .parameters[0].prior"},
        {PRIOR("{'name':'beta','shape_a':1}"), 400, "Missing required json key 'shape_b' in .parameters[0].prior"},
        {PRIOR("{'name':'beta','shape_a':0,'shape_b':1}"), 400, ".parameters[0].prior.shape_a must be greater than 0"},
        {PRIOR("{'name':'beta','shape_a':1,'shape_b':-1}"), 400, ".parameters[0].prior.shape_b must be greater than 0"},
        {"'parameters':[{'name':'x','type':'int','bounds':{'min':-1,'max':1},'prior':" NORMAL "}]", 400,
         ".parameters[0].prior is only allowed for parameters of type double"},
        {"'parameters':[{'name':'x','type':'categorical','categorical_values':['a','b'],'prior':" NORMAL "}]", 400,
         ".parameters[0].prior is only allowed for parameters of type double"},
        {"'parameters':[{'name':'x','type':'double','bounds':{'min':1,'max':2},'transformation':'log','prior':"
         "{'name':'normal','mean':1,'scale':1}}]", 400, ".parameters[0].prior is not allowed for a parameter with a log-transformation"},
        {"'parameters':[{'name':'x','type':'double','grid':[0,1],'prior':" NORMAL "}]", 400,
         ".parameters[0].prior is not allowed for a parameter with a grid"},
    };
    CHECK_CREATES(cases);
}

int main(void)
{
    TAP_RUN(test_together);
    TAP_RUN(test_priors);
    return tap_done();
}
