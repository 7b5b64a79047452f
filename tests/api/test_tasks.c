// Tasks of experiments, cell by cell.
#include "tests/api/creates.h"

#define X "'parameters':[{'name':'x','type':'double','bounds':{'min':0,'max':1}}],'observation_budget':9"
#define WITH(tasks) X ",'tasks':" tasks
#define TASK(name, cost) "{'name':'" name "','cost':" cost "}"

static void test_create(void)
{
    static const struct create_case cases[] = {
        {WITH("null"), 200, "{'tasks':'<absent>'}"},
        {WITH("[]"), 200, "{'tasks':'<absent>'}"},
        {WITH("{}"), 200, "{'tasks':'<absent>'}"},
        {WITH("[" TASK("cheap", "0.1") "," TASK("full", "1") "," TASK("half", "0.5") "]"), 200,
         "{'tasks':[{'object':'task','name':'full','cost':1},{'name':'half','cost':0.5},{'name':'cheap','cost':0.1}]}"},
        {WITH("[{'object':'task','name':' a ','cost':1.0}," TASK("b", "1e-9") "]"), 200, "{'tasks':[{'name':'a'},{'cost':1e-9}]}"},
        {WITH("1"), 400, "Invalid type for .tasks: 1, expected array"},
        {WITH("{'name':'a'}"), 400, "Invalid type for .tasks"},
        {WITH("[" TASK("a", "1") "]"), 400, ".tasks must have at least 2 tasks"},
        {WITH("[1,2]"), 400, "Invalid type for .tasks[0]"},
        {WITH("[" TASK("a", "1") ",{'name':'b'}]"), 400, "Missing required json key 'cost' in .tasks[1]"},
        {WITH("[" TASK("a", "1") ",{'cost':0.5}]"), 400, "Missing required json key 'name' in .tasks[1]"},
        {WITH("[" TASK("a", "1") ",{'name':null,'cost':0.5}]"), 400, "'name' in .tasks[1]"},
        {WITH("[" TASK("a", "1") ",{'name':2,'cost':0.5}]"), 400, "Invalid type for .tasks[1].name"},
        {WITH("[" TASK("a", "1") ",{'name':'','cost':0.5}]"), 400, "The length of .tasks[1].name"},
        {WITH("[" TASK("a", "1") ",{'name':'\\n','cost':0.5}]"), 400, ".tasks[1].name must not contain control characters"},
        {WITH("[" TASK("a", "1") ",{'name':'b','cost':0.5,'foo':1}]"), 400, "Unknown json keys `foo` in .tasks[1]"},
        {WITH("[" TASK("a", "1") ",{'name':'b','cost':0.5,'object':'metric'}]"), 400, ".tasks[1].object"},
        {WITH("[" TASK("a", "1") "," TASK("b", "null") "]"), 400, "'cost' in .tasks[1]"},
        {WITH("[" TASK("a", "1") "," TASK("b", "'0.5'") "]"), 400, "Invalid type for .tasks[1].cost"},
        {WITH("[" TASK("a", "1") "," TASK("b", "0") "]"), 400, ".tasks[1].cost must be greater than 0 and at most 1"},
        {WITH("[" TASK("a", "1") "," TASK("b", "-0.5") "]"), 400, ".tasks[1].cost must be greater than 0 and at most 1"},
        {WITH("[" TASK("a", "1") "," TASK("b", "1.5") "]"), 400, ".tasks[1].cost must be greater than 0 and at most 1"},
        {WITH("[" TASK("a", "1") "," TASK("a", "0.5") "]"), 400, ".tasks has the duplicate name 'a'"},
        {WITH("[" TASK("a", "1") "," TASK(" a", "0.5") "]"), 400, ".tasks has the duplicate name 'a'"},
        {WITH("[" TASK("a", "1") "," TASK("b", "0.5") "," TASK("c", "0.5") "]"), 400, ".tasks has the duplicate cost 0.5"},
        {WITH("[" TASK("a", "1") "," TASK("b", "1") "]"), 400, ".tasks has the duplicate cost 1"},
        {WITH("[" TASK("a", "0.9") "," TASK("b", "0.5") "]"), 400, ".tasks must have exactly one task with a cost of 1"},
    };
    CHECK_CREATES(cases);
}

int main(void)
{
    TAP_RUN(test_create);
    return tap_done();
}
