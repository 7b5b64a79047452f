// Objects that are fetched, changed and sent back whole.
#include <stdlib.h>

#include "tests/api/harness.h"

#define EXPERIMENT "/v1/experiments/1"
#define OBSERVATION EXPERIMENT "/observations/1"

static const char definition[] =
    "{\"name\":\"e\",\"observation_budget\":9,\"metadata\":{\"k\":1},\"conditionals\":[{\"name\":\"c\",\"values\":[\"a\",\"b\"]}],"
    "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"
    "{\"name\":\"y\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9},\"conditions\":{\"c\":[\"a\"]}},"
    "{\"name\":\"z\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"]}]}";

// Text of what `target` shows, with the first `from` in it replaced by `to`; free it.
static char *changed(struct harness *h, const char *target, const char *from, const char *to)
{
    struct answer shown = harness_request(h, "GET", target, NULL);
    const char *at = strstr(shown.text, from);
    ok(at != NULL, "%s shows %s", target, from);
    if (at == NULL)
        abort();
    size_t len = strlen(shown.text) + strlen(to) + 1;
    char *text = malloc(len);
    snprintf(text, len, "%.*s%s%s", (int)(at - shown.text), shown.text, to, at + strlen(from));
    answer_clear(&shown);
    return text;
}

// The whole object is sent back with one change; the answer must be `status` with `want` in it, and a refusal changes nothing.
static void send_back(struct harness *h, const char *target, const char *from, const char *to, int status, const char *want)
{
    char *body = changed(h, target, from, to);
    int64_t before = harness_version(h);
    CHECK(h, "PUT", target, body, status, want);
    ok(status == 200 || harness_version(h) == before, "%s: nothing is stored", h->why);
    free(body);
}

static void test_experiment(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", "/v1/experiments", definition);
    send_back(&h, EXPERIMENT, "\"name\":\"e\"", "\"name\":\"e\"", 200, "{\"name\":\"e\"}");
    send_back(&h, EXPERIMENT, "\"name\":\"e\"", "\"name\":\"f\"", 200, "{\"name\":\"f\",\"observation_budget\":9,\"metadata\":{\"k\":1}}");
    send_back(&h, EXPERIMENT, "\"observation_budget\":9", "\"observation_budget\":1.2E1", 200, "{\"observation_budget\":12}");
    send_back(&h, EXPERIMENT, "\"metadata\":{\"k\":1}", "\"metadata\":null", 200, "{\"metadata\":null}");
    send_back(&h, EXPERIMENT, "\"observation_count\":0", "\"observation_count\":7", 200, "{\"progress\":{\"observation_count\":0}}");

    send_back(&h, EXPERIMENT, "\"max\":1.0", "\"max\":2", 200, 
              "{\"parameters\":[{\"bounds\":{\"max\":2.0}},{\"conditions\":{\"c\":[\"a\"]}},{\"name\":\"z\"}]}");

    send_back(&h, EXPERIMENT, "\"id\":\"1\"", "\"id\":\"2\"", 400, "{\"message\":\"~.id cannot be changed\"}");
    send_back(&h, EXPERIMENT, "\"type\":\"offline\"", "\"type\":\"random\"", 400, "{\"message\":\"~.type cannot be changed\"}");
    send_back(&h, EXPERIMENT, "\"values\":[\"a\",\"b\"]", "\"values\":[\"a\",\"d\"]", 400,
              "{\"message\":\"~.conditionals cannot be changed\"}");
    send_back(&h, EXPERIMENT, "\"max\":2.0", "\"max\":-2.0", 400, "{\"message\":\"~.parameters[0].bounds\"}");
    send_back(&h, EXPERIMENT, "\"object\":\"experiment\"", "\"object\":\"observation\"", 400, "{\"message\":\"~Unknown json keys\"}");
    send_back(&h, EXPERIMENT, "\"object\":\"experiment\"", "\"object\":\"experiment\",\"colour\":1", 400,
              "{\"message\":\"~Unknown json keys `colour`\"}");
    CHECK(&h, "PUT", EXPERIMENT, "{\"object\":\"experiment\",\"name\":\"g\"}", 200, "{\"name\":\"g\"}");
    CHECK(&h, "PUT", EXPERIMENT, "{\"object\":\"experiment\",\"budget\":3}", 400, "{\"message\":\"~.budget\"}");
    // A parameter that was fetched, in an update by hand: what is repeated is no change, of conditions neither.
    CHECK(&h, "PUT", EXPERIMENT,
          "{\"parameters\":[{\"object\":\"parameter\",\"name\":\"x\",\"conditions\":{},\"bounds\":{\"min\":0,\"max\":3}},"
          "{\"name\":\"y\"},{\"name\":\"z\"}]}",
          200, "{\"parameters\":[{\"name\":\"x\",\"bounds\":{\"max\":3.0}},{\"name\":\"y\"},{\"name\":\"z\"}]}");
    CHECK(&h, "PUT", EXPERIMENT, "{\"parameters\":[{\"name\":\"x\",\"conditions\":{}},{\"name\":\"y\"},{\"name\":\"z\"}]}", 400,
          "{\"message\":\"~.parameters[0].conditions cannot be changed\"}");
    CHECK(&h, "PUT", EXPERIMENT,
          "{\"parameters\":[{\"object\":\"parameter\",\"name\":\"x\",\"conditions\":{\"c\":[\"a\"]}},{\"name\":\"y\"},"
          "{\"name\":\"z\"}]}",
          400, "{\"message\":\"~.parameters[0].conditions cannot be changed\"}");
    harness_close(&h);
}

static void test_observation(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", "/v1/experiments", definition);
    harness_make(&h, "POST", EXPERIMENT "/suggestions", NULL);
    harness_make(&h, "POST", EXPERIMENT "/observations", "{\"suggestion\":1,\"values\":[{\"value\":1.5,\"value_stddev\":0.5}]}");
    send_back(&h, OBSERVATION, "\"failed\":false", "\"failed\":false", 200, "{\"suggestion\":\"1\",\"values\":[{\"value\":1.5}]}");
    send_back(&h, OBSERVATION, "\"value\":1.5", "\"value\":2.5E0", 200,
              "{\"suggestion\":\"1\",\"values\":[{\"value\":2.5,\"value_stddev\":0.5}]}");
    send_back(&h, OBSERVATION, "\"metadata\":null", "\"metadata\":{\"a\":\"b\"}", 200, "{\"metadata\":{\"a\":\"b\"}}");
    send_back(&h, OBSERVATION, "\"failed\":false", "\"failed\":false,\"value\":null", 200, "{\"values\":[{\"value\":2.5}]}");

    send_back(&h, OBSERVATION, "\"id\":\"1\"", "\"id\":\"2\"", 400, "{\"message\":\"~.id cannot be changed\"}");
    send_back(&h, OBSERVATION, "\"experiment\":\"1\"", "\"experiment\":\"2\"", 400, "{\"message\":\"~.experiment cannot be changed\"}");
    send_back(&h, OBSERVATION, "\"object\":\"observation\"", "\"object\":\"experiment\"", 400, "{\"message\":\"~Unknown\"}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_experiment);
    TAP_RUN(test_observation);
    return tap_done();
}
