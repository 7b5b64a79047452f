// Queued suggestions: what may be queued, and who gets what.
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "tests/api/harness.h"

#define ONE "/v1/experiments/1"
#define QUEUED ONE "/queued_suggestions"
#define SUGGESTIONS ONE "/suggestions"
#define OBSERVATIONS ONE "/observations"
#define POINT(x) "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":" x "}}"

static void open_plain(struct harness *h)
{
    harness_open(h);
    for (int i = 0; i < 2; i++)
        harness_make(h, "POST", "/v1/experiments",
                     "{\"name\":\"queue\",\"parameters\":["
                     "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"
                     "{\"name\":\"i\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":9}},"
                     "{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"a\",\"b\"]}]}");
}

static void test_create(void)
{
    struct harness h;
    open_plain(&h);
    struct answer answer = harness_request(&h, "POST", QUEUED, POINT("0.25"));
    ok(answer.status == 200 && answer_has_keys(answer.json, "object id experiment assignments created"),
       "its members and no others: %s", answer.text);
    CHECK(&h, "GET", QUEUED "/1", NULL, 200, answer.text);
    answer_clear(&answer);
    CHECK(&h, "GET", QUEUED "/1", NULL, 200,
          "{\"object\":\"queued_suggestion\",\"id\":\"1\",\"experiment\":\"1\",\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":0.25}}");
    static const struct request_case cases[] = {
        {"POST", QUEUED, "{}", 400, "{\"message\":\"~assignments\"}"},
        {"POST", QUEUED, NULL, 400, "{\"message\":\"~assignments\"}"},
        {"POST", QUEUED, "{\"assignments\":null}", 400, "{\"message\":\"~assignments\"}"},
        {"POST", QUEUED, "{\"assignments\":[]}", 400, "{\"message\":\"~.assignments\"}"},
        {"POST", QUEUED, "{\"assignments\":{}}", 400, "{\"message\":\"~.assignments\"}"},
        {"POST", QUEUED, "{\"assignments\":{\"c\":\"a\",\"i\":3}}", 400, "{\"message\":\"~.assignments.x\"}"},
        {"POST", QUEUED, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":0,\"y\":1}}", 400, "{\"message\":\"~.assignments.y\"}"},
        {"POST", QUEUED, "{\"assignments\":{\"c\":\"z\",\"i\":3,\"x\":0}}", 400, "{\"message\":\"~.assignments.c\"}"},
        {"POST", QUEUED, "{\"assignments\":{\"c\":\"a\",\"i\":3.5,\"x\":0}}", 400, "{\"message\":\"~.assignments.i\"}"},
        {"POST", QUEUED, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":\"0\"}}", 400, "{\"message\":\"~.assignments.x\"}"},
        {"POST", QUEUED, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":true}}", 400, "{\"message\":\"~.assignments.x\"}"},
        {"POST", QUEUED, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":null}}", 400, "{\"message\":\"~.assignments.x\"}"},
        {"POST", QUEUED, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":1e999}}", 400, NULL},
        {"POST", "/v1/experiments/99/queued_suggestions", POINT("0"), 404, NULL},
        {"GET", "/v1/experiments/2/queued_suggestions/1", NULL, 404, "{\"message\":\"~queued suggestion 1\"}"},
        {"DELETE", "/v1/experiments/2/queued_suggestions/1", NULL, 404, "{\"message\":\"~queued suggestion 1\"}"},
        {"GET", QUEUED "/2", NULL, 404, "{\"message\":\"~queued suggestion 2\"}"},
        {"GET", QUEUED "/99999999999999999999", NULL, 404, NULL},
        {"GET", QUEUED "/x", NULL, 404, NULL},
        {"GET", QUEUED "?limit=1001", NULL, 400, "{\"message\":\"~limit\"}"},
        {"GET", QUEUED "?before=x", NULL, 400, "{\"message\":\"~before\"}"},
        {"GET", QUEUED "?fields=state", NULL, 400, "{\"message\":\"~state\"}"},
        {"PUT", QUEUED "/1", "{}", 405, NULL},
        {"DELETE", QUEUED, NULL, 405, NULL},
    };
    CHECK_CASES(&h, cases, true);
    // What other endpoints know and this one does not is ignored, and so are bounds.
    CHECK(&h, "POST", QUEUED, "{\"assignments\":{\"c\":\"a\",\"i\":30,\"x\":-7},\"task\":\"t\",\"metadata\":[1],\"nonsense\":1}", 200,
          "{\"id\":\"2\",\"assignments\":{\"c\":\"a\",\"i\":30,\"x\":-7.0},\"metadata\":\"<absent>\",\"task\":\"<absent>\"}");
    CHECK(&h, "GET", QUEUED, NULL, 200, "{\"count\":2,\"data\":[{\"id\":\"2\"},{\"id\":\"1\"}],\"paging\":{\"before\":null}}");
    CHECK(&h, "GET", QUEUED "?limit=1&fields=id", NULL, 200, "{\"count\":2,\"data\":[{\"id\":\"2\",\"object\":\"<absent>\"}]}");
    char text[64];
    harness_walk(&h, QUEUED, "limit=1", "before", "id", text, sizeof text);
    is_text(text, "2 1 ", "page by page");
    CHECK(&h, "DELETE", ONE, NULL, 200, "{}");
    CHECK(&h, "POST", QUEUED, POINT("0"), 400, "{\"message\":\"~deleted\"}");
    CHECK(&h, "POST", SUGGESTIONS, NULL, 400, "{\"message\":\"~deleted\"}");
    CHECK(&h, "GET", QUEUED, NULL, 200, "{\"count\":2}");
    harness_close(&h);
}

static void test_handed_out(void)
{
    struct harness h;
    open_plain(&h);
    CHECK(&h, "POST", SUGGESTIONS, NULL, 200, "{\"id\":\"1\",\"fairway\":{\"source\":\"initial\"}}");
    CHECK(&h, "POST", QUEUED, POINT("0.125"), 200, "{\"id\":\"1\"}");
    CHECK(&h, "POST", QUEUED, POINT("0.25"), 200, "{\"id\":\"2\"}");
    CHECK(&h, "POST", QUEUED, POINT("0.5"), 200, "{\"id\":\"3\"}");
    CHECK(&h, "POST", QUEUED, POINT("0.5"), 200, "{\"id\":\"4\"}");
    CHECK(&h, "DELETE", QUEUED "/1", NULL, 200, "{}");
    CHECK(&h, "DELETE", QUEUED "/1", NULL, 404, NULL);
    harness_restart(&h, NULL);
    CHECK(&h, "POST", SUGGESTIONS, "{\"assignments\":{\"c\":\"b\",\"i\":1,\"x\":0}}", 200,
          "{\"id\":\"2\",\"fairway\":{\"source\":\"explicit\"}}");
    CHECK(&h, "POST", SUGGESTIONS, "{\"metadata\":{\"host\":\"a\"}}", 200,
          "{\"id\":\"3\",\"state\":\"open\",\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":0.25},\"metadata\":{\"host\":\"a\"},"
          "\"fairway\":{\"source\":\"queued\",\"seed\":null,\"sequence\":null}}");
    CHECK(&h, "GET", QUEUED "/2", NULL, 404, NULL);
    CHECK(&h, "GET", QUEUED, NULL, 200, "{\"count\":2}");
    CHECK(&h, "POST", "/v1/experiments/2/suggestions", NULL, 200, "{\"fairway\":{\"source\":\"initial\"}}");
    CHECK(&h, "POST", SUGGESTIONS, "{\"metadata\":1}", 400, NULL);
    CHECK(&h, "GET", QUEUED, NULL, 200, "{\"count\":2}");
    // A point that was evaluated, even one that failed, is handed out all the same.
    CHECK(&h, "POST", OBSERVATIONS, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":0.5},\"failed\":true}", 200, NULL);
    for (int i = 0; i < 2; i++)
        CHECK(&h, "POST", SUGGESTIONS, NULL, 200, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":0.5},\"fairway\":{\"source\":\"queued\"}}");
    CHECK(&h, "GET", QUEUED, NULL, 200, "{\"count\":0,\"data\":[]}");
    CHECK(&h, "POST", SUGGESTIONS, NULL, 200, "{\"fairway\":{\"source\":\"initial\"}}");
    CHECK(&h, "GET", SUGGESTIONS "?state=open&limit=0", NULL, 200, "{\"count\":6}");
    harness_close(&h);
}

// A queue that was made for other parameters, before an epoch of the models ended.
static void test_changed_parameters(void)
{
    struct harness h;
    open_plain(&h);
    CHECK(&h, "POST", QUEUED, POINT("0.125"), 200, NULL);
    CHECK(&h, "POST", QUEUED, POINT("0.25"), 200, NULL);
    CHECK(&h, "POST", OBSERVATIONS, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":0.5},\"values\":[{\"value\":1}]}", 200, NULL);
    CHECK(&h, "DELETE", OBSERVATIONS "/1", NULL, 200, NULL);
    CHECK(&h, "POST", SUGGESTIONS, NULL, 200, "{\"assignments\":{\"x\":0.125,\"i\":3},\"fairway\":{\"source\":\"queued\"}}");
    CHECK(&h, "PUT", ONE,
          "{\"parameters\":[{\"name\":\"x\",\"bounds\":{\"min\":5,\"max\":6}},{\"name\":\"c\"},"
          "{\"name\":\"new\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9},\"default_value\":4}]}",
          200, NULL);
    static const char is_now[] = "{\"assignments\":{\"c\":\"a\",\"x\":0.25,\"new\":4,\"i\":\"<absent>\"}}";
    CHECK(&h, "GET", QUEUED "/2", NULL, 200, is_now);
    CHECK(&h, "POST", SUGGESTIONS, NULL, 200, is_now);
    CHECK(&h, "POST", SUGGESTIONS, NULL, 200, "{\"fairway\":{\"source\":\"initial\"},\"assignments\":{\"i\":\"<absent>\"}}");
    CHECK(&h, "POST", QUEUED, POINT("0.125"), 400, "{\"message\":\"~.assignments\"}");
    harness_close(&h);
}

// ------------------------------------------------------------------ many at once

enum { N_CLIENTS = 8, N_EACH = 6, N_QUEUED = 30 };

struct client {
    struct harness *h;
    int seen[N_QUEUED]; // how often each queued point was handed out to it
    int n_other, n_wrong;
    pthread_t thread;
};

static void *take(void *arg)
{
    struct client *client = arg;
    for (int i = 0; i < N_EACH; i++) {
        struct answer answer = harness_request(client->h, "POST", SUGGESTIONS, NULL);
        const struct json *source = json_member(json_member(answer.json, "fairway"), "source");
        const struct json *x = json_member(json_member(answer.json, "assignments"), "x");
        if (answer.status != 200)
            client->n_wrong++;
        else if (strcmp(json_string(source), "queued") == 0)
            client->seen[(int)json_number(x)]++;
        else
            client->n_other++;
        answer_clear(&answer);
    }
    return NULL;
}

static void test_parallel(void)
{
    struct harness h;
    open_plain(&h);
    for (int i = 0; i < N_QUEUED; i++) {
        char body[80];
        snprintf(body, sizeof body, "{\"assignments\":{\"c\":\"a\",\"i\":3,\"x\":%d}}", i);
        harness_make(&h, "POST", QUEUED, body);
    }
    static struct client clients[N_CLIENTS];
    for (int c = 0; c < N_CLIENTS; c++) {
        clients[c].h = &h;
        ok(pthread_create(&clients[c].thread, NULL, take, &clients[c]) == 0, "client %d", c);
    }
    int seen[N_QUEUED] = {0}, n_other = 0, n_wrong = 0, n_once = 0;
    for (int c = 0; c < N_CLIENTS; c++) {
        pthread_join(clients[c].thread, NULL);
        n_other += clients[c].n_other;
        n_wrong += clients[c].n_wrong;
        for (int i = 0; i < N_QUEUED; i++)
            seen[i] += clients[c].seen[i];
    }
    for (int i = 0; i < N_QUEUED; i++)
        n_once += seen[i] == 1;
    is_int(n_wrong, 0, "every request is answered");
    is_int(n_once, N_QUEUED, "each queued suggestion is handed out once");
    is_int(n_other, N_CLIENTS * N_EACH - N_QUEUED, "the others got generated ones");
    // In their order: the ids of suggestions rise with those of the queue.
    struct answer answer = harness_request(&h, "GET", SUGGESTIONS "?limit=1000", NULL);
    int last = N_QUEUED, n_rising = 0;
    for (const struct json *s = json_first(json_member(answer.json, "data")); s != NULL; s = json_next(s)) {
        if (strcmp(json_string(json_member(json_member(s, "fairway"), "source")), "queued") != 0)
            continue;
        int x = (int)json_number(json_member(json_member(s, "assignments"), "x"));
        n_rising += x < last;
        last = x;
    }
    is_int(n_rising, N_QUEUED, "first in, first out");
    answer_clear(&answer);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_handed_out);
    TAP_RUN(test_changed_parameters);
    TAP_RUN(test_parallel);
    return tap_done();
}
