// Walks through lists that change meanwhile: rows come and go between two pages, and many have the same sort key. Nothing is shown
// twice, and nothing is missing that was there all the time.
#include <inttypes.h>
#include <stdlib.h>

#include "tests/api/harness.h"

enum { MAX_ROWS = 200, N_ROWS = 24, N_WALKS = 6 };

// A list to be walked through.
struct subject {
    const char *list, *query;
    // Makes a row with the sort key (where there is one) and returns its id; NULL: numbers in the order of making.
    void (*make)(struct harness *h, int number, int key, char id[16]);
    void (*delete)(struct harness *h, const char *id);
};

struct walk {
    struct harness *h;
    const struct subject *subject;
    uint32_t seed;
    struct {
        char id[16];
        bool deleted;
        int shown;
    } rows[MAX_ROWS];
    int n;
};

static int draw(struct walk *w, int n)
{
    w->seed = w->seed * 1664525u + 1013904223u;
    return (int)((w->seed >> 8) % (unsigned)n);
}

// ------------------------------------------------------------------ kinds of rows

#define SPACE "\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}],\"metrics\":[{\"name\":\"m\"}]"

static void set(struct harness *h, const char *table, const char *column, int value, const char *row, const char *id)
{
    char text[300];
    snprintf(text, sizeof text, "UPDATE %s SET %s = %d WHERE %s = '%s'", table, column, value, row, id);
    harness_run_sql(h, text);
}

static void make_project(struct harness *h, int number, int key, char id[16])
{
    char text[300];
    snprintf(id, 16, "p%d", number);
    snprintf(text, sizeof text,
             "INSERT INTO project (client_id, reference, name, created, updated, deleted) VALUES (1, '%s', 'n', %d, %d, 0)", id, key,
             key);
    harness_run_sql(h, text);
}

static void delete_project(struct harness *h, const char *id)
{
    set(h, "project", "deleted", 1, "reference", id);
}

static void make_by_request(struct harness *h, const char *target, const char *body, char id[16])
{
    snprintf(id, 16, "%" PRId64, harness_make(h, "POST", target, body));
}

static void make_experiment(struct harness *h, int number, int key, char id[16])
{
    (void)number;
    make_by_request(h, "/v1/experiments", "{\"name\":\"e\"," SPACE "}", id);
    set(h, "experiment", "updated", key, "id", id);
}

static void delete_experiment(struct harness *h, const char *id)
{
    set(h, "experiment", "deleted", 1, "id", id);
}

static void make_suggestion(struct harness *h, int number, int key, char id[16])
{
    (void)number;
    (void)key;
    make_by_request(h, "/v1/experiments/1/suggestions", "{\"assignments\":{\"x\":0.5}}", id);
}

static void make_observation(struct harness *h, int number, int key, char id[16])
{
    char body[200];
    if (key == 0)
        snprintf(body, sizeof body, "{\"assignments\":{\"x\":0.%d},\"failed\":true}", number % 10);
    else
        snprintf(body, sizeof body, "{\"assignments\":{\"x\":0.%d},\"values\":[{\"name\":\"m\",\"value\":%d}]}", number % 10, key);
    make_by_request(h, "/v1/experiments/1/observations", body, id);
}

static void delete_below(struct harness *h, const char *kind, const char *id)
{
    char target[100];
    snprintf(target, sizeof target, "/v1/experiments/1/%s/%s", kind, id);
    CHECK(h, "DELETE", target, NULL, 200, NULL);
}

static void delete_suggestion(struct harness *h, const char *id)
{
    delete_below(h, "suggestions", id);
}

static void delete_observation(struct harness *h, const char *id)
{
    delete_below(h, "observations", id);
}

#define ALL_RUNS "/v1/clients/1/projects/default/training_runs"

static void make_tag(struct harness *h, int number, int key, char id[16])
{
    char body[100];
    (void)key;
    snprintf(body, sizeof body, "{\"name\":\"tag %d\",\"color\":\"#000000\"}", number);
    make_by_request(h, "/v1/clients/1/tags", body, id);
}

// Few names, numbers, texts, states and flags, so that there are ties in every order; now and then nothing to be sorted by.
static void make_run(struct harness *h, int number, int key, char id[16])
{
    static const char *const states[] = {"active", "completed", "failed"};
    char body[300];
    snprintf(body, sizeof body,
             "{\"name\":\"n%d\",\"state\":\"%s\",\"favorite\":%s,\"metadata\":{\"mixed\":%s%d%s},"
             "\"values\":{\"m\":{\"value\":%d,\"value_stddev\":%d}},\"logs\":{\"stdout\":{\"content\":\"line %d\"}}}",
             key, states[key % 3], key % 2 == 0 ? "true" : "false", key < 3 ? "" : "\"", key, key < 3 ? "" : "\"", key - 2, key, key);
    make_by_request(h, ALL_RUNS, body, id);
    set(h, "training_run", "created", 1000 * key, "id", id);
    set(h, "training_run", "deleted", number % 2, "id", id);
}

// Runs that are deleted stay in the list; those that move to another project do not.
static void move_run(struct harness *h, const char *id)
{
    char target[100];
    snprintf(target, sizeof target, "/v1/training_runs/%s", id);
    CHECK(h, "PUT", target, "{\"project\":\"sigopt-examples\"}", 200, NULL);
}

// ------------------------------------------------------------------ a walk

static void make(struct walk *w)
{
    if (w->n == MAX_ROWS)
        return;
    w->subject->make(w->h, w->n, draw(w, 5), w->rows[w->n].id);
    w->n++;
}

static void change(struct walk *w)
{
    for (int i = draw(w, 4); i > 0; i--) {
        int victim = draw(w, w->n);
        if (draw(w, 2) == 0 || w->subject->delete == NULL)
            make(w);
        else if (!w->rows[victim].deleted) {
            w->subject->delete(w->h, w->rows[victim].id);
            w->rows[victim].deleted = true;
        }
    }
}

static void note_shown(struct walk *w, const char *id)
{
    for (int i = 0; i < w->n; i++)
        w->rows[i].shown += strcmp(w->rows[i].id, id) == 0;
}

// One page; the next one's marker, or false at the end.
static bool take_page(struct walk *w, const char *target, const char *direction, char marker[200])
{
    struct answer answer = harness_request(w->h, "GET", target, NULL);
    ok(answer.status == 200, "%s: %d", target, answer.status);
    const struct json *data = json_member(answer.json, "data");
    for (const struct json *row = json_first(data); row != NULL; row = json_next(row))
        note_shown(w, json_string(json_member(row, "id")));
    const struct json *next = json_member(json_member(answer.json, "paging"), direction);
    bool more = answer.status == 200 && json_first(data) != NULL && json_kind(next) == JSON_STRING;
    if (more)
        snprintf(marker, 200, "%s", json_string(next));
    answer_clear(&answer);
    return more;
}

static void walk_once(struct walk *w, bool up)
{
    const char *direction = up ? "after" : "before";
    char target[700], marker[200] = "";
    int limit = 1 + draw(w, 6), n_before = w->n, n_pages = 0; // rows that come meanwhile may be shown or not
    bool there[MAX_ROWS];
    for (int i = 0; i < w->n; i++) {
        w->rows[i].shown = 0;
        there[i] = !w->rows[i].deleted;
    }
    do {
        snprintf(target, sizeof target, "%s?%slimit=%d%s%s%s%s%s", w->subject->list, w->subject->query, limit,
                 up ? "&ascending=true" : "", *marker == '\0' ? "" : "&", *marker == '\0' ? "" : direction,
                 *marker == '\0' ? "" : "=", marker);
        if (n_pages++ > 0)
            change(w);
    } while (take_page(w, target, direction, marker) && n_pages < MAX_ROWS);
    int twice = 0, missing = 0, ghosts = 0;
    for (int i = 0; i < w->n; i++) {
        twice += w->rows[i].shown > 1;
        missing += i < n_before && !w->rows[i].deleted && w->rows[i].shown == 0;
        ghosts += i < n_before && !there[i] && w->rows[i].shown > 0;
    }
    ok(twice == 0 && missing == 0 && ghosts == 0, "%s?%s %s, pages of %d: %d pages, %d twice, %d missing, %d of the deleted",
       w->subject->list, w->subject->query, direction, limit, n_pages, twice, missing, ghosts);
}

static void walk(const struct subject *subject, uint32_t seed, bool may_ascend)
{
    struct harness h;
    harness_open(&h);
    if (strstr(subject->list, "/1/suggestions") != NULL || strstr(subject->list, "/1/observations") != NULL)
        harness_make(&h, "POST", "/v1/experiments", "{\"name\":\"e\"," SPACE "}");
    struct walk w = {.h = &h, .subject = subject, .seed = seed};
    for (int i = 0; i < N_ROWS; i++)
        make(&w);
    for (int i = 0; i < N_WALKS; i++)
        walk_once(&w, may_ascend && i % 2 == 1);
    harness_close(&h);
}

int main(void)
{
    static const struct subject down_and_up[] = {
        {"/v1/clients/1/projects", "", make_project, delete_project},
        {"/v1/clients/1/projects", "sort=created&", make_project, delete_project},
        {"/v1/experiments", "", make_experiment, delete_experiment},
        {"/v1/clients/1/experiments", "sort=recent&", make_experiment, delete_experiment},
        {"/v1/experiments/1/observations", "", make_observation, delete_observation},
        {"/v1/experiments/1/observations", "sort=value&", make_observation, delete_observation},
        {"/v1/experiments/1/observations", "sort=value-m&", make_observation, delete_observation},
        {"/v1/experiments/1/observations", "sort=value_stddev&", make_observation, delete_observation},
        {"/v1/experiments/1/observations", "sort=parameter-x&", make_observation, delete_observation},
        {"/v1/experiments/1/observations", "sort=timestamp&", make_observation, delete_observation},
        {"/v1/clients/1/tags", "", make_tag, NULL},
        {ALL_RUNS, "", make_run, move_run},
        {ALL_RUNS, "sort=name&", make_run, move_run},
        {ALL_RUNS, "sort=state&", make_run, move_run},
        {ALL_RUNS, "sort=created&", make_run, move_run},
        {ALL_RUNS, "sort=favorite&", make_run, move_run},
        {ALL_RUNS, "sort=metadata.mixed&", make_run, move_run},
        {ALL_RUNS, "sort=values.m.value&", make_run, move_run},
        {ALL_RUNS, "sort=logs.stdout.content&", make_run, move_run},
        {ALL_RUNS, "sort=name&filters=[{\"field\":\"client\",\"operator\":\"==\",\"value\":1}]&search=N&", make_run, move_run},
    };
    static const struct subject down = {"/v1/experiments/1/suggestions", "", make_suggestion, delete_suggestion};
    for (size_t i = 0; i < sizeof down_and_up / sizeof *down_and_up; i++)
        walk(&down_and_up[i], 1 + (uint32_t)i, true);
    walk(&down, 77, false);
    return tap_done();
}
