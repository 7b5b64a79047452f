// Every member of what defines an experiment and reports on it, with every odd value: answered with 200, or with a 400 that names the
// member and stores nothing; never anything else.
#include <stdlib.h>

#include "base/buffer.h"
#include "tests/api/creates.h"
#include "tests/api/runs.h"

// Where the value goes is an @.
struct place {
    const char *method, *target, *body;
    const char *name; // of the member, as a refusal tells it
};

#define EXPERIMENTS "/v1/experiments"
#define X "{'name':'x','type':'double','bounds':{'min':0,'max':1}}"
#define Y "{'name':'y','type':'double','bounds':{'min':0,'max':1}}"
#define CREATE(members) "POST", EXPERIMENTS, "{'name':'e','observation_budget':9,'parameters':[" X "," Y "]," members "}"
#define ITEM(item) "POST", EXPERIMENTS, "{'name':'e','parameters':[" X "," item "]}"
#define CHANGE(members) "PUT", EXPERIMENTS "/2", "{" members "}"
#define REPORT(members) "POST", EXPERIMENTS "/1/observations", "{" members "}"
#define CONSTRAINT(rest) CREATE("'linear_constraints':[{" rest "}]")
#define TERMS "'terms':[{'name':'x','weight':1},{'name':'y','weight':1}]"

static const struct place places[] = {
    {"POST", EXPERIMENTS, "{'name':@,'parameters':[" X "]}", "name"},
    {"POST", EXPERIMENTS, "{'name':'e','parameters':@}", "parameters"},
    {"POST", EXPERIMENTS, "{'name':'e','parameters':[@]}", ".parameters[0]"},
    {"POST", EXPERIMENTS, "{'name':'e','parameters':[" X "],'observation_budget':@}", ".observation_budget"},
    {CREATE("'type':@"), "."},
    {CREATE("'metrics':@"), ".metrics"},
    {CREATE("'metric':@"), ".metric"},
    {CREATE("'num_solutions':@"), ".num_solutions"},
    {CREATE("'parallel_bandwidth':@"), ".parallel_bandwidth"},
    {CREATE("'conditionals':@"), ".conditionals"},
    {CREATE("'linear_constraints':@"), ".linear_constraints"},
    {CREATE("'tasks':@"), ".tasks"},
    {CREATE("'metadata':@"), ".metadata"},
    {CREATE("'metadata':{'a':@}"), ".metadata.a"},
    {CREATE("'project':@"), ".project"},
    {CREATE("'runs_only':@"), "runs"},
    {CREATE("'budget':@"), ".budget"},
    {CREATE("'odd':@"), "`odd`"},
    {ITEM("{'name':@,'type':'int','bounds':{'min':0,'max':9}}"), "name"},
    {ITEM("{'name':'z','type':@,'bounds':{'min':0,'max':9}}"), "."},
    {ITEM("{'name':'z','type':'int','bounds':@}"), "bounds"},
    {ITEM("{'name':'z','type':'int','bounds':{'min':@,'max':9}}"), ".parameters[1].bounds"},
    {ITEM("{'name':'z','type':'double','bounds':{'min':-5,'max':@}}"), ".parameters[1].bounds"},
    {ITEM("{'name':'z','type':'double','grid':@}"), ".parameters[1].grid"},
    {ITEM("{'name':'z','type':'int','grid':[1,2,@]}"), ".parameters[1].grid"},
    {ITEM("{'name':'z','type':'categorical','categorical_values':@}"), "categorical_values"},
    {ITEM("{'name':'z','type':'categorical','categorical_values':['a','b',@]}"), ".parameters[1].categorical_values"},
    {ITEM("{'name':'z','type':'categorical','categorical_values':['a','b',{'name':@}]}"), ".parameters[1].categorical_values"},
    {ITEM("{'name':'z','type':'double','bounds':{'min':1,'max':9},'transformation':@}"), ".parameters[1].transformation"},
    {ITEM("{'name':'z','type':'double','bounds':{'min':1,'max':9},'default_value':@}"), ".parameters[1].default_value"},
    {ITEM("{'name':'z','type':'double','bounds':{'min':1,'max':9},'prior':@}"), ".parameters[1].prior"},
    {ITEM("{'name':'z','type':'double','bounds':{'min':1,'max':9},'prior':{'name':@,'mean':1,'scale':1}}"), ".parameters[1].prior"},
    {ITEM("{'name':'z','type':'double','bounds':{'min':1,'max':9},'prior':{'name':'normal','mean':@,'scale':1}}"),
     ".parameters[1].prior"},
    {ITEM("{'name':'z','type':'double','bounds':{'min':1,'max':9},'prior':{'name':'beta','shape_a':2,'shape_b':@}}"),
     ".parameters[1].prior"},
    {ITEM("{'name':'z','type':'double','bounds':{'min':1,'max':9},'conditions':@}"), ".parameters[1].conditions"},
    {CREATE("'metrics':['a',@]"), "."},
    {CREATE("'metrics':[{'name':@}]"), ".metrics[0].name"},
    {CREATE("'metrics':[{'name':'m','objective':@}]"), ".metrics[0].objective"},
    {CREATE("'metrics':[{'name':'m','strategy':@}]"), ".metrics[0].strategy"},
    {CREATE("'metrics':[{'name':'m','strategy':'constraint','threshold':@}]"), ".metrics"},
    {CREATE("'conditionals':[@]"), ".conditionals[0]"},
    {CREATE("'conditionals':[{'name':@,'values':['a','b']}]"), "."},
    {CREATE("'conditionals':[{'name':'k','values':@}]"), ".conditionals[0]"},
    {CREATE("'conditionals':[{'name':'k','values':['a','b',@]}]"), ".conditionals[0].values"},
    {CREATE("'linear_constraints':[@]"), ".linear_constraints[0]"},
    {CONSTRAINT("'type':@,'threshold':1," TERMS), ".linear_constraints[0]"},
    {CONSTRAINT("'type':'less_than','threshold':@," TERMS), ".linear_constraints"},
    {CONSTRAINT("'type':'less_than','threshold':1,'terms':@"), ".linear_constraints[0]"},
    {CONSTRAINT("'type':'less_than','threshold':1,'terms':[@,{'name':'y','weight':1}]"), ".linear_constraints[0].terms[0]"},
    {CONSTRAINT("'type':'less_than','threshold':1,'terms':[{'name':@,'weight':1},{'name':'y','weight':1}]"),
     ".linear_constraints[0].terms[0]"},
    {CONSTRAINT("'type':'less_than','threshold':1,'terms':[{'name':'x','weight':@},{'name':'y','weight':1}]"), ".linear_constraints"},
    {CREATE("'tasks':[{'name':'a','cost':1},@]"), ".tasks[1]"},
    {CREATE("'tasks':[{'name':'a','cost':1},{'name':@,'cost':0.5}]"), ".tasks[1]"},
    {CREATE("'tasks':[{'name':'a','cost':1},{'name':'b','cost':@}]"), ".tasks"},
    {CHANGE("'name':@"), ".name"},
    {CHANGE("'state':@"), ".state"},
    {CHANGE("'project':@"), ".project"},
    {CHANGE("'observation_budget':@"), ".observation_budget"},
    {CHANGE("'budget':@"), ".budget"},
    {CHANGE("'parallel_bandwidth':@"), ".parallel_bandwidth"},
    {CHANGE("'metadata':@"), ".metadata"},
    {CHANGE("'metrics':@"), ".metrics"},
    {CHANGE("'metrics':[@]"), ".metrics[0]"},
    {CHANGE("'parameters':@"), ".parameters"},
    {CHANGE("'parameters':[@]"), ".parameters[0]"},
    {CHANGE("'parameters':[{'name':@}]"), ".parameters[0]"},
    {CHANGE("'parameters':[{'name':'x','bounds':@}]"), ".parameters[0].bounds"},
    {CHANGE("'parameters':[{'name':'x','default_value':@}]"), ".parameters[0].default_value"},
    {CHANGE("'parameters':[{'name':'x','prior':@}]"), ".parameters[0].prior"},
    {CHANGE("'no_optimize':@"), ".no_optimize"},
    {CHANGE("'tasks':@"), ".tasks"},
    {"POST", EXPERIMENTS "/1/suggestions", "{'assignments':@}", ".assignments"},
    {"POST", EXPERIMENTS "/1/suggestions", "{'assignments':{'x':@}}", ".assignments.x"},
    {"POST", EXPERIMENTS "/1/suggestions", "{'assignments':{'x':1},'task':@}", "task"},
    {"POST", EXPERIMENTS "/1/suggestions", "{'assignments':{'x':1},'metadata':@}", ".metadata"},
    {"POST", EXPERIMENTS "/1/queued_suggestions", "{'assignments':@}", "assignments"},
    {"POST", EXPERIMENTS "/1/queued_suggestions", "{'assignments':{'x':@}}", ".assignments.x"},
    {REPORT("'suggestion':@,'failed':true"), "suggestion"},
    {REPORT("'assignments':@,'failed':true"), "assignments"},
    {REPORT("'assignments':{'x':@},'failed':true"), ".assignments.x"},
    {REPORT("'assignments':{'x':1},'failed':@"), "."},
    {REPORT("'assignments':{'x':1},'values':@"), ".values"},
    {REPORT("'assignments':{'x':1},'values':[@]"), ".values[0]"},
    {REPORT("'assignments':{'x':1},'values':[{'value':@}]"), ".values"},
    {REPORT("'assignments':{'x':1},'values':[{'value':1,'value_stddev':@}]"), ".values[0].value_stddev"},
    {REPORT("'assignments':{'x':1},'values':[{'value':1,'name':@}]"), ".values[0]"},
    {REPORT("'assignments':{'x':1},'value':@"), "."},
    {REPORT("'assignments':{'x':1},'failed':true,'metadata':@"), ".metadata"},
    {REPORT("'assignments':{'x':1},'failed':true,'no_optimize':@"), ".no_optimize"},
    {REPORT("'assignments':{'x':1},'failed':true,'odd':@"), "`odd`"},
    {"POST", EXPERIMENTS "/1/observations/batch", "{'observations':@}", "observations"},
    {"POST", EXPERIMENTS "/1/observations/batch", "{'observations':[@]}", ".observations[0]"},
    {"PUT", EXPERIMENTS "/1/observations/1", "{'values':@}", ".values"},
    {"PUT", EXPERIMENTS "/1/observations/1", "{'failed':@}", "."},
    {"PUT", EXPERIMENTS "/1/observations/1", "{'assignments':@}", "."},
    {"PUT", EXPERIMENTS "/1/observations/1", "{'suggestion':@}", "."},
    {"PUT", EXPERIMENTS "/1/observations/1", "{'task':@}", ".task"},
    {"PUT", EXPERIMENTS "/1/observations/1", "{'metadata':@}", ".metadata"},
};

#define TEN(x) x x x x x x x x x x

static const char *const values[] = {
    "null", "true", "false", "0", "-0.0", "1", "-1", "3.0", "1.5", "1e300", "-1e300", "5e-324", "9007199254740993",
    "18446744073709551616", "1e999", "NaN", "''", "' '", "'x'", "'\xf0\x9f\x9a\xa2'", "'a\\u0000'", "'a\\u0001'", "'\\ud800'", "'\xff'",
    "'" TEN(TEN("xxxxx")) "x'", "[]", "[[]]", "[null]", "['x','x']", "{}", "{'x':1}", "{'':null}", "{'x':1,'x':2}", "{'name':'x'}",
    TEN("[[[[") "1" TEN("]]]]"),
};

static void check(struct harness *h, const struct place *place, const char *value)
{
    const char *hole = strchr(place->body, '@');
    struct buffer text = {0};
    buffer_printf(&text, "%.*s%s%s", (int)(hole - place->body), place->body, value, hole + 1);
    char *body = creates_quoted(text.data, false);
    int64_t version = harness_version(h);
    struct answer answer = harness_request(h, place->method, place->target, body);
    const struct json *message = json_member(answer.json, "message");
    const char *said = message == NULL ? "" : json_string(message);
    bool named = strstr(said, place->name) != NULL || strstr(said, "Malformed json in request body") != NULL;
    ok(answer.status == 200 || (answer.status == 400 && named && harness_version(h) == version), "%.150s -> %d %.200s", text.data,
       answer.status, said);
    answer_clear(&answer);
    buffer_clear(&text);
    free(body);
}

// The reply to what stores -0.0 says what a later one can say.
static void test_negative_zero(struct harness *h)
{
    static const char *const cases[][2] = {
        {EXPERIMENTS "/1/observations",
         "{'assignments':{'x':-0.0},'values':[{'value':-0.0,'value_stddev':-0.0}],'metadata':{'a':-0.0}}"},
        {EXPERIMENTS "/1/suggestions", "{'assignments':{'x':-0e0},'metadata':{'a':-0.0}}"},
        {EXPERIMENTS "/1/queued_suggestions", "{'assignments':{'x':-0}}"},
        {EXPERIMENTS, "{'name':'e','parameters':[{'name':'z','type':'double','bounds':{'min':-1,'max':-0.0},'default_value':-0.0}]}"},
        {RUNS, "{'name':'r','assignments':{'x':-0.0},'values':{'m':{'value':-0.0,'value_stddev':-0.0}}}"},
        {"/v1/training_runs/1/checkpoints", "{'values':[{'name':'m','value':-0.0}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *body = creates_quoted(cases[i][1], false);
        struct answer answer = harness_request(h, "POST", cases[i][0], body);
        ok(answer.status == 200 && strstr(answer.text, ":-0") == NULL, "%s has no sign: %s", cases[i][1], answer.text);
        answer_clear(&answer);
        free(body);
    }
}

int main(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, "{\"name\":\"e\",\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":"
                                          "{\"min\":0,\"max\":1}}]}");
    harness_make(&h, "POST", EXPERIMENTS, "{\"name\":\"e\",\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":"
                                          "{\"min\":0,\"max\":1}}]}");
    harness_make(&h, "POST", EXPERIMENTS "/1/observations", "{\"assignments\":{\"x\":1},\"failed\":true}");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (size_t j = 0; j < sizeof values / sizeof *values; j++)
            check(&h, &places[i], values[j]);
    test_negative_zero(&h);
    harness_close(&h);
    return tap_done();
}
