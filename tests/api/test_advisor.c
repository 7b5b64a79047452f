// Advisor: what concurrency, deadlines, restarts and odd numbers do to suggestions.
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "storage/storage.h"
#include "storage/suggestion.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define ONE EXPERIMENTS "/1"
#define TWO EXPERIMENTS "/2"
#define SUGGESTIONS ONE "/suggestions"
#define OBSERVATIONS ONE "/observations"

#define PLANE                                                                                                                 \
    "{\"name\":\"plane\",\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"              \
    "{\"name\":\"y\",\"type\":\"double\",\"bounds\":{\"min\":-5,\"max\":5}}]}"
// The integers from 1 to n.
#define LINE(n) "{\"name\":\"line\",\"parameters\":[{\"name\":\"i\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":" n "}}]}"

static double number(const struct json *object, const char *name)
{
    const struct json *v = json_member(object, name);
    return json_kind(v) == JSON_NUMBER ? json_number(v) : (double)NAN;
}

// n observations of the plane, every fifth one failed, in one batch.
static void observe(struct harness *h, const char *experiment, int n)
{
    char target[80];
    struct buffer body = {0};
    snprintf(target, sizeof target, "%s/observations/batch", experiment);
    buffer_puts(&body, "{\"fields\":\"id\",\"observations\":[");
    for (int i = 0; i < n; i++) {
        double x = fmod(i * 0.6180339887498949, 1), y = 10 * (i + 0.5) / n - 5;
        buffer_printf(&body, "%s{\"assignments\":{\"x\":%.9g,\"y\":%.9g},", i == 0 ? "" : ",", x, y);
        if (i % 5 == 4)
            buffer_puts(&body, "\"failed\":true}");
        else
            buffer_printf(&body, "\"values\":[{\"value\":%.9g}]}", sin(5 * x) - 0.1 * y * y);
    }
    buffer_puts(&body, "]}");
    CHECK(h, "POST", target, body.data, 200, NULL);
    buffer_clear(&body);
}

// True when no two suggestions in the list have the same assignments.
static bool all_different(const struct json *list)
{
    for (const struct json *a = json_first(list); a != NULL; a = json_next(a))
        for (const struct json *b = json_next(a); b != NULL; b = json_next(b)) {
            char why[700];
            if (answer_matches(json_member(a, "assignments"), json_member(b, "assignments"), why, sizeof why))
                return false;
        }
    return true;
}

// ------------------------------------------------------------------ deadline

static void test_deadline(void)
{
    struct harness h;
    struct api_options hurried = {.n_model_workers = 1, .model_deadline_ms = 1};
    harness_open_with(&h, &hurried);
    harness_make(&h, "POST", EXPERIMENTS, PLANE);
    CHECK(&h, "POST", SUGGESTIONS, "{}", 200, "{\"fairway\":{\"source\":\"initial\"}}"); // needs no model
    observe(&h, ONE, 150);
    for (int i = 0; i < 3; i++) {
        // No desk has an observation to prepare for: the first fit is the request's own, and takes far longer than it may.
        harness_restart(&h, &hurried);
        CHECK(&h, "POST", SUGGESTIONS, "{\"metadata\":{\"k\":1}}", 200,
              "{\"metadata\":{\"k\":1},\"state\":\"open\",\"fairway\":{\"source\":\"fallback\",\"exploring\":true,"
              "\"probability_of_feasibility\":null,\"expected_improvement\":null,\"metrics\":[{\"mean\":null,\"stddev\":null}],"
              "\"sequence\":150,\"seed\":\"<any>\"}}");
    }
    struct answer answer = harness_request(&h, "GET", SUGGESTIONS "?limit=3", NULL);
    const struct json *list = json_member(answer.json, "data");
    ok(json_size(list) == 3 && all_different(list), "fallbacks know of each other: %s", answer.text);
    answer_clear(&answer);
    // With time enough it is the model again, and after the fallbacks as before.
    harness_restart(&h, NULL);
    CHECK(&h, "POST", SUGGESTIONS, "{}", 200, "{\"fairway\":{\"source\":\"model\",\"sequence\":150}}");
    harness_close(&h);
}

// ------------------------------------------------------------------ the same suggestions

// What is done differently beside the same requests.
struct disturbance {
    const char *name;
    struct api_options options;
    bool restarts, predicts;
};

enum { STEPS = 10 };

// What a suggestion says, without its times.
static void keep(struct buffer *kept, const struct json *suggestion)
{
    struct json_writer w = {.depth = 0};
    json_begin_array(&w);
    json_put_value(&w, json_member(suggestion, "id"));
    json_put_value(&w, json_member(suggestion, "assignments"));
    json_put_value(&w, json_member(suggestion, "fairway"));
    json_end_array(&w);
    buffer_puts(kept, w.out.data);
    json_writer_clear(&w);
}

// Reports suggestion `id`, whose point is given: a third of the plane fails.
static void report(struct harness *h, int id, double x, double y)
{
    char body[200];
    int n = snprintf(body, sizeof body, "{\"suggestion\":%d,", id);
    snprintf(body + n, sizeof body - (size_t)n, x > 0.67 ? "\"failed\":true}" : "\"values\":[{\"value\":%.9g}]}", x - y * y);
    CHECK(h, "POST", OBSERVATIONS, body, 200, NULL);
}

// Ten suggestions, each reported after the next one was made; the past is changed on the way. Takes note of all in kept.
static void run(const struct disturbance *d, struct buffer *kept)
{
    struct harness h;
    harness_open_with(&h, &d->options);
    harness_make(&h, "POST", EXPERIMENTS, PLANE);
    double x = 0, y = 0;
    for (int i = 1; i <= STEPS; i++) {
        if (d->predicts)
            CHECK(&h, "POST", ONE "/predictions", "{\"assignments\":[{\"x\":0.5,\"y\":0}]}", 200, NULL);
        if (d->restarts)
            harness_restart(&h, &d->options);
        struct answer answer = harness_request(&h, "POST", SUGGESTIONS, "{}");
        ok(answer.status == 200, "%s: suggestion %d", d->name, i);
        keep(kept, answer.json);
        if (i > 1)
            report(&h, i - 1, x, y);
        x = number(json_member(answer.json, "assignments"), "x");
        y = number(json_member(answer.json, "assignments"), "y");
        answer_clear(&answer);
        if (i == 7)
            CHECK(&h, "PUT", OBSERVATIONS "/2", "{\"failed\":false,\"values\":[{\"value\":-3}]}", 200, NULL);
        if (i == 8)
            CHECK(&h, "DELETE", OBSERVATIONS "/1", NULL, 200, NULL);
    }
    harness_close(&h);
}

static void test_same(void)
{
    static const struct disturbance undisturbed = {
        "undisturbed", {.n_model_workers = 1, .model_deadline_ms = 600000}, false, false};
    static const struct disturbance others[] = {
        {"restarted", {.n_model_workers = 1, .model_deadline_ms = 600000}, true, false},
        {"forgetful", {.n_model_workers = 2, .model_deadline_ms = 600000, .model_cache_bytes = 1}, false, false},
        {"asked for predictions", {.n_model_workers = 2, .model_deadline_ms = 600000}, false, true},
    };
    struct buffer want = {0};
    run(&undisturbed, &want);
    ok(strstr(want.data, "\"source\":\"model\"") != NULL, "the models were asked");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct buffer got = {0};
        run(&others[i], &got);
        ok(strcmp(got.data, want.data) == 0, "%s: the same suggestions", others[i].name);
        buffer_clear(&got);
    }
    buffer_clear(&want);
}

// ------------------------------------------------------------------ lost machines

static int value_of(const struct json *suggestion)
{
    return (int)number(json_member(suggestion, "assignments"), "i");
}

// A new suggestion on the line.
static int ask(struct harness *h)
{
    struct answer answer = harness_request(h, "POST", SUGGESTIONS, "{}");
    int i = value_of(answer.json);
    ok(answer.status == 200 && i > 0, "a suggestion: %s", answer.text);
    answer_clear(&answer);
    return i;
}

static void test_lost(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, LINE("6"));
    bool seen[7] = {false};
    int points[6];
    for (int i = 0; i < 5; i++) {
        points[i] = ask(&h);
        ok(!seen[points[i]], "%d is new", points[i]);
        seen[points[i]] = true;
    }
    // Four are under way, one machine is lost: its point and the one never asked for are left, in whatever order.
    CHECK(&h, "DELETE", SUGGESTIONS "/2", NULL, 200, NULL);
    CHECK(&h, "DELETE", SUGGESTIONS "/4", NULL, 200, NULL);
    // One of the two was evaluated all the same, and is reported by what was tried.
    char body[100];
    snprintf(body, sizeof body, "{\"assignments\":{\"i\":%d},\"values\":[{\"value\":1}]}", points[3]);
    CHECK(&h, "POST", OBSERVATIONS, body, 200, NULL);
    seen[points[1]] = false;
    for (int i = 0; i < 2; i++) {
        int point = ask(&h);
        ok(!seen[point], "%d was neither evaluated nor is it under way", point);
        seen[point] = true;
    }
    ok(seen[points[1]], "the lost point came again");
    harness_close(&h);
}

// ------------------------------------------------------------------ tolerance

static enum err_code newest_unit(struct tx *tx, void *arg, struct err *err)
{
    struct arena *arena = arena_create();
    enum err_code code = suggestion_newest_generated(tx, arena, 1, arg, err);
    arena_destroy(arena);
    return code;
}

// Changes the tolerance, and looks at the floor that the next suggestion starts from.
static void check_floor(struct harness *h, const char *metadata, double floor)
{
    struct suggestion_record record = {.floor = 0};
    struct err err;
    CHECK(h, "PUT", ONE, metadata, 200, NULL);
    CHECK(h, "POST", SUGGESTIONS, "{}", 200, "{\"fairway\":{\"source\":\"model\"}}");
    ok(storage_read(h->storage, newest_unit, &record, &err) == ERR_NONE, "what is stored");
    is_int(record.relaxations, 0, "nothing had to be relaxed");
    is_near(record.floor, floor, 1e-12, metadata);
    CHECK(h, "DELETE", SUGGESTIONS "?state=open", NULL, 200, "{}"); // what is open counts as found, and may leave only fillers
}

static void test_tolerance(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", EXPERIMENTS, PLANE);
    observe(&h, ONE, 20);
    check_floor(&h, "{}", 0.6);
    check_floor(&h, "{\"metadata\":{\"fairway_failure_tolerance\":\"cautious\"}}", 0.8);
    check_floor(&h, "{\"metadata\":{\"fairway_failure_tolerance\":\"bold\",\"other\":1}}", 0.5);
    int64_t before = harness_version(&h);
    CHECK(&h, "PUT", ONE, "{\"metadata\":{\"fairway_failure_tolerance\":\"brave\"}}", 400,
          "{\"message\":\"~.metadata.fairway_failure_tolerance\"}");
    ok(harness_version(&h) == before, "nothing is stored");
    check_floor(&h, "{}", 0.5);
    check_floor(&h, "{\"metadata\":null}", 0.6);
    harness_close(&h);
}

// ------------------------------------------------------------------ many at once

enum { CLIENTS = 4, EACH = 6 };

struct client {
    struct harness *h;
    int number, points[EACH];
    unsigned n_refused;
    pthread_t thread;
};

// Asks for points, and reports every second one while the others are asking.
static void *work(void *arg)
{
    struct client *client = arg;
    for (int k = 0; k < EACH; k++) {
        char body[100];
        struct answer answer = harness_request(client->h, "POST", SUGGESTIONS, "{}");
        int64_t id = 0;
        client->n_refused += answer.status != 200 || !json_id(json_member(answer.json, "id"), &id);
        client->points[k] = value_of(answer.json);
        answer_clear(&answer);
        if ((k + client->number) % 2 == 0)
            continue;
        snprintf(body, sizeof body, "{\"suggestion\":%" PRId64 ",%s}", id, k % 3 == 0 ? "\"failed\":true" : "\"value\":1");
        answer = harness_request(client->h, "POST", OBSERVATIONS, body);
        client->n_refused += answer.status != 200;
        answer_clear(&answer);
    }
    return NULL;
}

static void test_crowd(void)
{
    struct harness h;
    struct client clients[CLIENTS];
    // There are as many points as questions: each has to come once.
    harness_open_with(&h, &(struct api_options){.n_model_workers = 2, .model_deadline_ms = 600000});
    harness_make(&h, "POST", EXPERIMENTS, LINE("24"));
    for (int c = 0; c < CLIENTS; c++) {
        clients[c] = (struct client){.h = &h, .number = c};
        ok(pthread_create(&clients[c].thread, NULL, work, &clients[c]) == 0, "client %d", c);
    }
    int times[CLIENTS * EACH + 1] = {0}, n_missing = 0;
    for (int c = 0; c < CLIENTS; c++) {
        pthread_join(clients[c].thread, NULL);
        is_int(clients[c].n_refused, 0, "nothing was refused");
        for (int k = 0; k < EACH; k++)
            if (clients[c].points[k] >= 1 && clients[c].points[k] <= CLIENTS * EACH)
                times[clients[c].points[k]]++;
    }
    for (int i = 1; i <= CLIENTS * EACH; i++)
        n_missing += times[i] != 1;
    is_int(n_missing, 0, "each point was given to one client");
    CHECK(&h, "GET", SUGGESTIONS "?limit=0", NULL, 200, "{\"count\":24}");
    CHECK(&h, "GET", ONE, NULL, 200, "{\"progress\":{\"observation_count\":12}}");
    harness_close(&h);
}

// ------------------------------------------------------------------ requests that nobody waits for

enum { SENT_MAX = 8 };

// Requests under way, and the order in which they were answered.
struct desk_log {
    pthread_mutex_t mutex;
    pthread_cond_t told;
    struct sent {
        struct desk_log *log;
        char tag;
        int status;
    } sent[SENT_MAX];
    size_t n_sent, n_answered;
    char order[SENT_MAX + 1]; // tags
};

static void log_init(struct desk_log *log)
{
    *log = (struct desk_log){.n_sent = 0};
    pthread_mutex_init(&log->mutex, NULL);
    pthread_cond_init(&log->told, NULL);
}

static void on_reply(void *arg, struct api_response *response)
{
    struct sent *sent = arg;
    struct desk_log *log = sent->log;
    pthread_mutex_lock(&log->mutex);
    sent->status = response->status;
    log->order[log->n_answered++] = sent->tag;
    pthread_cond_signal(&log->told);
    pthread_mutex_unlock(&log->mutex);
    free(response->body);
}

static void send(struct desk_log *log, struct harness *h, char tag, const char *path, const char *body)
{
    struct api_request request = {.method = "POST",
                                  .path = path,
                                  .authorization = h->authorization,
                                  .request_id = "test",
                                  .body = body,
                                  .body_len = strlen(body)};
    struct sent *sent = &log->sent[log->n_sent++];
    *sent = (struct sent){.log = log, .tag = tag};
    api_dispatch(h->api, &request, on_reply, sent);
}

static size_t n_answered(struct desk_log *log)
{
    pthread_mutex_lock(&log->mutex);
    size_t n = log->n_answered;
    pthread_mutex_unlock(&log->mutex);
    return n;
}

// Until all have been answered; then nobody writes any more.
static void log_wait(struct desk_log *log)
{
    pthread_mutex_lock(&log->mutex);
    while (log->n_answered < log->n_sent)
        pthread_cond_wait(&log->told, &log->mutex);
    pthread_mutex_unlock(&log->mutex);
}

static void log_clear(struct desk_log *log)
{
    pthread_cond_destroy(&log->told);
    pthread_mutex_destroy(&log->mutex);
}

// Holds the writer, so that no suggestion can be stored until it is opened.
struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool open, passed;
};

static enum err_code gate_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)tx;
    (void)err;
    struct gate *gate = arg;
    pthread_mutex_lock(&gate->mutex);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
    return ERR_NONE;
}

static void gate_done(void *arg, const struct err *err)
{
    (void)err;
    struct gate *gate = arg;
    pthread_mutex_lock(&gate->mutex);
    gate->passed = true;
    pthread_cond_signal(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}

static void gate_close(struct gate *gate, struct harness *h)
{
    *gate = (struct gate){.open = false};
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->changed, NULL);
    storage_write(h->storage, gate_unit, gate_done, gate);
}

static void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    gate->open = true;
    pthread_cond_signal(&gate->changed);
    while (!gate->passed)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
    pthread_cond_destroy(&gate->changed);
    pthread_mutex_destroy(&gate->mutex);
}

static void test_turns(void)
{
    struct harness h;
    struct desk_log log;
    struct gate gate;
    harness_open_with(&h, &(struct api_options){.n_model_workers = 1, .model_deadline_ms = 600000});
    harness_make(&h, "POST", EXPERIMENTS, PLANE);
    harness_make(&h, "POST", EXPERIMENTS, LINE("9"));
    log_init(&log);
    gate_close(&gate, &h);
    for (int i = 0; i < 4; i++)
        send(&log, &h, 'a', SUGGESTIONS, "{}");
    send(&log, &h, 'b', TWO "/suggestions", "{}");
    send(&log, &h, 'b', TWO "/predictions", "{\"assignments\":[{\"i\":3}]}");
    is_int(n_answered(&log), 0, "all wait for the first");
    gate_open(&gate);
    log_wait(&log);
    is_text(log.order, "ababaa", "experiments take turns");
    for (size_t i = 0; i < log.n_sent; i++)
        is_int(log.sent[i].status, 200, "answered");
    log_clear(&log);
    harness_close(&h);
}

static void test_busy(void)
{
    struct harness h;
    struct desk_log log;
    struct gate gate;
    harness_open_with(&h, &(struct api_options){.n_model_workers = 2, .model_deadline_ms = 600000});
    harness_make(&h, "POST", EXPERIMENTS, PLANE);
    harness_make(&h, "POST", EXPERIMENTS, PLANE);
    observe(&h, TWO, 12);
    log_init(&log);
    gate_close(&gate, &h);
    // More questions about one experiment than there are workers: they hold one of them only.
    for (int i = 0; i < 4; i++)
        send(&log, &h, 'a', SUGGESTIONS, "{}");
    CHECK(&h, "POST", TWO "/predictions", "{\"assignments\":[{\"x\":0.5,\"y\":0}]}", 200, "{\"count\":1}");
    is_int(n_answered(&log), 0, "another experiment is served while one is busy");
    gate_open(&gate);
    log_wait(&log);
    is_text(log.order, "aaaa", "then the others");
    log_clear(&log);
    harness_close(&h);
}

// ------------------------------------------------------------------ drain

static void *drain(void *arg)
{
    api_drain(arg);
    return NULL;
}

static void test_drain(void)
{
    struct harness h;
    struct desk_log log;
    struct gate gate;
    pthread_t thread;
    harness_open_with(&h, &(struct api_options){.n_model_workers = 1, .model_deadline_ms = 600000});
    harness_make(&h, "POST", EXPERIMENTS, PLANE);
    harness_make(&h, "POST", EXPERIMENTS, PLANE);
    observe(&h, ONE, 12);
    log_init(&log);
    gate_close(&gate, &h);
    for (int i = 0; i < 4; i++)
        send(&log, &h, 'a', SUGGESTIONS, "{}");
    send(&log, &h, 'b', TWO "/suggestions", "{}");
    ok(pthread_create(&thread, NULL, drain, h.api) == 0, "a thread that drains");
    gate_open(&gate);
    pthread_join(thread, NULL);
    is_int(n_answered(&log), 5, "when it has drained, nobody waits");
    for (size_t i = 0; i < log.n_sent; i++)
        is_int(log.sent[i].status, 200, "what waited has its suggestion");
    CHECK(&h, "POST", SUGGESTIONS, "{}", 503, "{\"status\":503}");
    CHECK(&h, "POST", ONE "/predictions", "{\"assignments\":[{\"x\":0.5,\"y\":0}]}", 503, NULL);
    CHECK(&h, "POST", SUGGESTIONS, "{\"assignments\":{\"x\":0.5,\"y\":0}}", 200, "{\"fairway\":{\"source\":\"explicit\"}}");
    CHECK(&h, "POST", OBSERVATIONS, "{\"suggestion\":1,\"failed\":true}", 200, NULL);
    CHECK(&h, "GET", SUGGESTIONS, NULL, 200, "{\"count\":5}");
    api_drain(h.api); // once more is nothing
    struct answer answer = harness_request(&h, "GET", SUGGESTIONS, NULL);
    ok(all_different(json_member(answer.json, "data")), "and no two are the same");
    answer_clear(&answer);
    log_clear(&log);
    harness_close(&h);
}

// ------------------------------------------------------------------ odd numbers

#define BOUNDS(min, max) "\"bounds\":{\"min\":" min ",\"max\":" max "}"
#define MAX "1.7976931348623157e308"

static const char *const odd_parameters[] = {
    "\"type\":\"double\"," BOUNDS("-8e307", "8e307"),
    "\"type\":\"double\"," BOUNDS("0", MAX),
    "\"type\":\"double\"," BOUNDS("0", "1e-8"),
    "\"type\":\"double\"," BOUNDS("1e16", "1.0000000000000002e16"),
    "\"type\":\"double\"," BOUNDS("5e-324", MAX) ",\"transformation\":\"log\"",
    "\"type\":\"double\"," BOUNDS("1", "1.0000001") ",\"transformation\":\"log\"",
    "\"type\":\"double\",\"grid\":[-8e307,0,5e-324,8e307]",
    "\"type\":\"int\"," BOUNDS("-4503599627370496", "4503599627370496"),
    "\"type\":\"int\"," BOUNDS("9007199254740991", "9007199254740992"),
    "\"type\":\"int\",\"grid\":[-9007199254740992,9007199254740992]",
};

// Values and deviations that an evaluation may have.
static const char *const odd_values[] = {
    "{\"value\":" MAX "}",
    "{\"value\":-" MAX "}",
    "{\"value\":0}",
    "{\"value\":5e-324,\"value_stddev\":0}",
    "{\"value\":1,\"value_stddev\":" MAX "}",
    "{\"value\":1,\"value_stddev\":5e-324}",
    "{\"value\":1e200,\"value_stddev\":1e200}",
};

// Suggestions before, between and after observations of them with odd values; none may fail, all must be inside.
static void check_odd(struct harness *h, const char *parameter)
{
    char target[80], body[300];
    snprintf(body, sizeof body, "{\"name\":\"odd\",\"parameters\":[{\"name\":\"p\",%s}]}", parameter);
    struct answer made = harness_request(h, "POST", EXPERIMENTS, body);
    ok(made.status == 200, "%s: %s", parameter, made.text);
    const struct json *id = json_member(made.json, "id");
    for (size_t i = 0; id != NULL && i < 9; i++) {
        snprintf(target, sizeof target, EXPERIMENTS "/%s/suggestions", json_string(id));
        struct answer answer = harness_request(h, "POST", target, "{}");
        bool fine = ok(answer.status == 200, "%s: suggestion %zu: %s", parameter, i, answer.text);
        const char *suggestion = fine ? json_string(json_member(answer.json, "id")) : "0";
        snprintf(body, sizeof body, i % 4 == 3 ? "{\"suggestion\":%s,\"failed\":true}" : "{\"suggestion\":%s,\"values\":[%s]}",
                 suggestion, odd_values[i % (sizeof odd_values / sizeof *odd_values)]);
        snprintf(target, sizeof target, EXPERIMENTS "/%s/observations", json_string(id));
        CHECK(h, "POST", target, body, 200, NULL);
        answer_clear(&answer);
    }
    answer_clear(&made);
}

static void test_odd(void)
{
    struct harness h;
    harness_open(&h);
    for (size_t i = 0; i < sizeof odd_parameters / sizeof *odd_parameters; i++)
        check_odd(&h, odd_parameters[i]);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_deadline);
    TAP_RUN(test_same);
    TAP_RUN(test_lost);
    TAP_RUN(test_tolerance);
    TAP_RUN(test_crowd);
    TAP_RUN(test_turns);
    TAP_RUN(test_busy);
    TAP_RUN(test_drain);
    TAP_RUN(test_odd);
    return tap_done();
}
