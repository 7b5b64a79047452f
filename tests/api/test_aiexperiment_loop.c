// The loop of a program that trains networks, some of which do not fit into memory: runs that fail teach where runs fail.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storage/storage.h"
#include "tests/api/creates.h"

#define IN "/v1/clients/1/projects/default/aiexperiments"

enum { N_RUNS = 40, N_LAST = 13, N_EXPERIMENTS = 4 };

// width, depth, learning rate
typedef double accuracy_fn(double width, double depth, double rate);

// A network of that shape needs more than there is.
static bool runs_out_of_memory(double width, double depth)
{
    return width * width * depth > 2e6;
}

static double rate_term(double rate)
{
    double off = log10(rate) + 2.5;
    return 0.05 * off * off;
}

// More weights help until they are too many for the data: the best network fits into memory.
static double accuracy_with_little_data(double width, double depth, double rate)
{
    double off = log10(width * width * depth) - 6;
    return 0.95 - 0.08 * off * off - rate_term(rate);
}

// Larger is better: the best network that works is next to those that fail.
static double accuracy_with_much_data(double width, double depth, double rate)
{
    return 1 - exp(-(log2(width) + 1.5 * log2(depth)) / 8) - rate_term(rate);
}

static double assigned(const struct json *run, const char *name)
{
    return json_number(json_member(json_member(run, "assignments"), name));
}

// One turn of the loop as the Python client makes it. Returns whether the run failed; *best grows.
static bool run_once(struct harness *h, int64_t experiment, accuracy_fn *accuracy, double *best)
{
    char path[80], body[100];
    snprintf(path, sizeof path, "/v1/aiexperiments/%lld/training_runs", (long long)experiment);
    struct answer run = harness_request(h, "POST", path, "{\"name\":\"r\",\"metadata\":null}");
    if (!ok(run.status == 200, "a run: %s", run.text))
        exit(1);
    double width = assigned(run.json, "width"), depth = assigned(run.json, "depth"), rate = assigned(run.json, "rate");
    bool fails = runs_out_of_memory(width, depth);
    double value = accuracy(width, depth, rate);
    snprintf(path, sizeof path, "/v1/training_runs/%s", json_string(json_member(run.json, "id")));
    snprintf(body, sizeof body, "{\"values\":{\"accuracy\":{\"value\":%.17g}}}", value);
    if (!fails)
        CHECK(h, "MERGE", path, body, 200, NULL);
    CHECK(h, "MERGE", path, fails ? "{\"state\":\"failed\"}" : "{\"state\":\"completed\"}", 200, "{\"finished\":true}");
    answer_clear(&run);
    if (!fails && value > *best)
        *best = value;
    return fails;
}

static void run_loop(struct harness *h, accuracy_fn *accuracy, int failures_at_most, double accuracy_at_least)
{
    char *create = creates_quoted("{'name':'networks','budget':40,'metrics':[{'name':'accuracy','objective':'maximize'}],'parameters':["
                                  "{'name':'width','type':'int','bounds':{'min':32,'max':1024}},"
                                  "{'name':'depth','type':'int','bounds':{'min':1,'max':12}},"
                                  "{'name':'rate','type':'double','bounds':{'min':0.0001,'max':0.1},'transformation':'log'}]}", false);
    int64_t id = harness_make(h, "POST", IN, create);
    free(create);
    int n_failed = 0, n_last = 0;
    double best = 0;
    for (int i = 0; i < N_RUNS; i++) {
        bool failed = run_once(h, id, accuracy, &best);
        n_failed += failed;
        n_last += failed && i >= N_RUNS - N_LAST;
    }
    char path[80], want[200];
    ok(n_last <= failures_at_most && best >= accuracy_at_least, "experiment %lld: %d of %d runs failed, %d of the last %d; the best is %.4f", (long long)id, n_failed,
       N_RUNS, n_last, N_LAST, best);
    snprintf(path, sizeof path, "/v1/aiexperiments/%lld", (long long)id);
    snprintf(want, sizeof want, "{\"progress\":{\"active_run_count\":0,\"finished_run_count\":%d,\"remaining_budget\":0}}", N_RUNS);
    CHECK(h, "GET", path, NULL, 200, want);
}

// Each experiment has suggestions of its own.
static void test_experiments(void)
{
    struct harness h;
    harness_open(&h);
    for (int i = 0; i < N_EXPERIMENTS; i++)
        run_loop(&h, accuracy_with_little_data, 4, 0.94);
    // Each gain is a step over the border or along it.
    for (int i = 0; i < N_EXPERIMENTS; i++)
        run_loop(&h, accuracy_with_much_data, 4, 0.82);
    struct err err = {.code = ERR_NONE};
    ok(storage_check(h.storage, &err) == ERR_NONE, "the database does not contradict itself: %s", err.text);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_experiments);
    return tap_done();
}
