// Tasks of experiments, cell by cell.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
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

static void test_too_many(void)
{
    struct harness h;
    struct buffer body = {0};
    buffer_puts(&body, "{\"name\":\"e\",\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}],"
                       "\"observation_budget\":9,\"tasks\":[{\"name\":\"0\",\"cost\":1}");
    for (int i = 1; i <= 1000; i++)
        buffer_printf(&body, ",{\"name\":\"%d\",\"cost\":0.%04d}", i, i);
    buffer_puts(&body, "]}");
    harness_open(&h);
    CHECK(&h, "POST", "/v1/experiments", body.data, 400, "{\"message\":\".tasks must have at most 1000 tasks\"}");
    CHECK(&h, "GET", "/v1/experiments", NULL, 200, "{\"count\":0}");
    harness_close(&h);
    buffer_clear(&body);
}

// A suggestion of the experiment: its answer, which has a task object with the name `want` (NULL: any). Returns the id.
static int64_t suggest_for(struct harness *h, const char *want, char *name, size_t size)
{
    struct answer answer = harness_request(h, "POST", "/v1/experiments/1/suggestions", "{}");
    const struct json *task = json_member(answer.json, "task"), *text = json_member(task, "name");
    bool is_text = answer.status == 200 && json_kind(text) == JSON_STRING;
    snprintf(name, size, "%s", is_text ? json_string(text) : "none");
    const struct json *id = json_member(answer.json, "id");
    int64_t number = json_kind(id) == JSON_STRING ? (int64_t)strtoll(json_string(id), NULL, 10) : 0;
    ok(is_text && answer_has_keys(task, "object name cost") && (want == NULL || strcmp(name, want) == 0), "%s: %s",
       want != NULL ? want : "any task", answer.text);
    answer_clear(&answer);
    return number;
}

static const struct api_options patient = {.n_model_workers = 1, .model_deadline_ms = 600000};

// Ten suggestions and their observations, every third of which failed; the first letters of their tasks into names. Returns what
// one more says, to be freed.
static char *work(bool restarts, char names[11])
{
    char body[200], name[16];
    struct harness h;
    harness_open_with(&h, &patient);
    char *experiment = creates_quoted("{'name':'t'," WITH("[" TASK("full", "1") "," TASK("cheap", "0.2") "]") "}", false);
    harness_make(&h, "POST", "/v1/experiments", experiment);
    free(experiment);
    double consumed = 0;
    for (int i = 0; i < 10; i++) {
        int64_t id = suggest_for(&h, i < 4 ? "cheap" : NULL, name, sizeof name);
        names[i] = name[0];
        consumed += name[0] == 'f' ? 1 : 0.2;
        if (i % 3 == 2)
            snprintf(body, sizeof body, "{\"suggestion\":\"%" PRId64 "\",\"failed\":true}", id);
        else
            snprintf(body, sizeof body, "{\"suggestion\":\"%" PRId64 "\",\"values\":[{\"value\":%d}]}", id, i * (i - 6));
        struct answer answer = harness_request(&h, "POST", "/v1/experiments/1/observations", body);
        const struct json *task = json_member(json_member(answer.json, "task"), "name");
        ok(answer.status == 200 && json_kind(task) == JSON_STRING && strcmp(json_string(task), name) == 0,
           "the observation is of the suggestion's task: %s", answer.text);
        answer_clear(&answer);
        if (restarts)
            harness_restart(&h, &patient);
    }
    names[10] = '\0';
    struct answer answer = harness_request(&h, "GET", "/v1/experiments/1", NULL);
    const struct json *budget = json_member(json_member(answer.json, "progress"), "observation_budget_consumed");
    is_near(json_kind(budget) == JSON_NUMBER ? json_number(budget) : -1, consumed, 1e-9, "the budget is consumed in cost");
    answer_clear(&answer);
    answer = harness_request(&h, "POST", "/v1/experiments/1/suggestions", "{}");
    ok(answer.status == 200, "one more: %s", answer.text);
    struct json_writer w = {.depth = 0};
    json_begin_array(&w);
    json_put_value(&w, json_member(answer.json, "assignments"));
    json_put_value(&w, json_member(answer.json, "fairway"));
    json_end_array(&w);
    char *text = mem_strdup(w.out.data);
    json_writer_clear(&w);
    answer_clear(&answer);
    harness_close(&h);
    return text;
}

static void test_suggestions(void)
{
    char names[11], other_names[11];
    char *one = work(false, names), *other = work(true, other_names);
    ok(strchr(names, 'f') != NULL, "after a while one is in full: %s", names);
    is_text(other_names, names, "the same tasks after restarts");
    is_text(other, one, "the same suggestion after restarts, with the length scale of the fidelity");
    free(one);
    free(other);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_too_many);
    TAP_RUN(test_suggestions);
    return tap_done();
}
