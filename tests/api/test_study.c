// Study: what is remembered between two jobs is used as long as it is true, and no longer.
#include "api/study.h"

#include <math.h>

#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define ONE EXPERIMENTS "/1"
#define SUGGESTIONS ONE "/suggestions"
#define OBSERVATIONS ONE "/observations"

// The study of experiment 1, as one worker has it.
struct job {
    struct harness h;
    struct study *study;
    struct arena *arena;
    struct snapshot snapshot;
    bool keep_horizon;
};

static enum err_code load_unit(struct tx *tx, void *arg, struct err *err)
{
    struct job *job = arg;
    return study_load(job->study, tx, job->arena, job->keep_horizon, &job->snapshot, err);
}

static enum err_code load(struct job *job, bool keep_horizon)
{
    struct err err;
    job->keep_horizon = keep_horizon;
    return storage_read(job->h.storage, load_unit, job, &err);
}

// Experiment 1 with twelve observations of the user's, two of them failed. Nobody has asked for anything: no worker prepares.
static void job_init(struct job *job)
{
    harness_open(&job->h);
    job->study = study_create(1);
    job->arena = arena_create();
    harness_make(&job->h, "POST", EXPERIMENTS,
                 "{\"name\":\"plane\",\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"
                 "{\"name\":\"y\",\"type\":\"double\",\"bounds\":{\"min\":-5,\"max\":5}}]}");
    for (int i = 0; i < 12; i++) {
        char body[200];
        double x = fmod(i * 0.6180339887498949, 1), y = i * 0.8 - 4.5;
        int n = snprintf(body, sizeof body, "{\"assignments\":{\"x\":%.9g,\"y\":%.9g},", x, y);
        snprintf(body + n, sizeof body - (size_t)n, i % 6 == 5 ? "\"failed\":true}" : "\"values\":[{\"value\":%.9g}]}",
                 x - y * y);
        harness_make(&job->h, "POST", OBSERVATIONS, body);
    }
}

static void job_clear(struct job *job)
{
    study_destroy(job->study);
    arena_destroy(job->arena);
    harness_close(&job->h);
}

static const struct stopper never = {.stopped = NULL};

static bool is_prepared(struct job *job)
{
    struct err err;
    return ok(load(job, false) == ERR_NONE && study_prepare(job->study, &job->snapshot, &never, &err) == ERR_NONE, "prepared");
}

static bool same_answer(const struct study_answer *a, const struct study_answer *b)
{
    return memcmp(a->suggestion.x, b->suggestion.x, 2 * sizeof(double)) == 0 && a->suggestion.phase == b->suggestion.phase &&
           strcmp(a->models, b->models) == 0;
}

// ------------------------------------------------------------------ prepared in advance

static void test_prepared(void)
{
    struct job job;
    struct study_answer answer, anew;
    struct err err;
    job_init(&job);
    ok(load(&job, false) == ERR_NONE, "loaded");
    is_int(job.snapshot.history.n_trials, 12, "all are known");
    ok(!study_take_prepared(job.study, &job.snapshot, job.arena, &answer), "nothing is prepared at first");
    is_prepared(&job);
    ok(load(&job, true) == ERR_NONE && study_take_prepared(job.study, &job.snapshot, job.arena, &answer), "nothing has changed");
    ok(!study_take_prepared(job.study, &job.snapshot, job.arena, &anew), "it can be taken once");
    ok(answer.suggestion.phase == PHASE_MODEL, "it is the model's");
    size_t with_models = study_bytes(job.study);

    // A study that knows nothing comes to the same.
    study_destroy(job.study);
    job.study = study_create(1);
    ok(study_bytes(job.study) < with_models, "models count");
    ok(load(&job, false) == ERR_NONE && study_suggest(job.study, &job.snapshot, &never, job.arena, &anew, &err) == ERR_NONE,
       "a new study");
    ok(same_answer(&answer, &anew), "what was prepared is what comes next");
    job_clear(&job);
}

static void test_outdated(void)
{
    static const struct {
        const char *method, *target, *body, *what;
    } changes[] = {
        {"POST", OBSERVATIONS, "{\"assignments\":{\"x\":0.5,\"y\":0},\"failed\":true}", "an observation"},
        {"POST", SUGGESTIONS, "{\"assignments\":{\"x\":0.5,\"y\":0}}", "an open suggestion"},
        {"DELETE", SUGGESTIONS "/1", NULL, "one less"},
        {"PUT", OBSERVATIONS "/2", "{\"values\":[{\"value\":9}]}", "another value"},
        {"DELETE", OBSERVATIONS "/3", NULL, "an observation less"},
        {"PUT", ONE, "{\"metadata\":{\"fairway_failure_tolerance\":\"bold\"}}", "another tolerance"},
    };
    struct job job;
    struct study_answer answer;
    job_init(&job);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        is_prepared(&job);
        CHECK(&job.h, changes[i].method, changes[i].target, changes[i].body, 200, NULL);
        ok(load(&job, false) == ERR_NONE && !study_take_prepared(job.study, &job.snapshot, job.arena, &answer),
           "%s is another past", changes[i].what);
    }
    // As many open suggestions as before, but not the same.
    CHECK(&job.h, "POST", SUGGESTIONS, "{\"assignments\":{\"x\":0.25,\"y\":1}}", 200, NULL);
    is_prepared(&job);
    CHECK(&job.h, "DELETE", SUGGESTIONS "/2", NULL, 200, NULL);
    CHECK(&job.h, "POST", SUGGESTIONS, "{\"assignments\":{\"x\":0.75,\"y\":1}}", 200, NULL);
    ok(load(&job, false) == ERR_NONE && !study_take_prepared(job.study, &job.snapshot, job.arena, &answer), "another open one");
    // What the optimizer does not see changes nothing.
    is_prepared(&job);
    CHECK(&job.h, "PUT", ONE, "{\"name\":\"renamed\"}", 200, NULL);
    CHECK(&job.h, "PUT", OBSERVATIONS "/2", "{\"metadata\":{\"k\":1}}", 200, NULL);
    CHECK(&job.h, "PUT", SUGGESTIONS "/3", "{\"metadata\":{\"k\":1}}", 200, NULL);
    ok(load(&job, false) == ERR_NONE && study_take_prepared(job.study, &job.snapshot, job.arena, &answer), "names are no past");
    job_clear(&job);
}

// ------------------------------------------------------------------ horizon

static void test_horizon(void)
{
    struct job job;
    job_init(&job);
    ok(load(&job, false) == ERR_NONE, "loaded");
    CHECK(&job.h, "POST", OBSERVATIONS, "{\"assignments\":{\"x\":0.5,\"y\":0.125},\"failed\":true}", 200, NULL);
    CHECK(&job.h, "POST", SUGGESTIONS, "{\"assignments\":{\"x\":0.5,\"y\":2.5}}", 200, NULL);
    ok(load(&job, true) == ERR_NONE, "loaded, the horizon kept");
    const struct history *history = &job.snapshot.history;
    ok(history->n_trials == 12 && job.snapshot.sequence == 12, "the models know what they knew");
    ok(history->n_pending == 2 && job.snapshot.n_open == 1, "what came later is under way to them, and so is what is open");
    ok(fabs(history->pending[0][1] - 0.125) <= 0 && fabs(history->pending[1][1] - 2.5) <= 0, "each at its point");
    ok(load(&job, false) == ERR_NONE && history->n_trials == 13 && job.snapshot.sequence == 13 && history->n_pending == 1,
       "the horizon moved");
    CHECK(&job.h, "DELETE", OBSERVATIONS "/13", NULL, 200, NULL);
    ok(load(&job, true) == ERR_NONE && history->n_trials == 12 && job.snapshot.sequence == 13 && history->n_pending == 1,
       "a changed past has no horizon to keep");
    job_clear(&job);
}

// ------------------------------------------------------------------ hyperparameters

static void test_given(void)
{
    struct job job;
    job_init(&job);
    ok(load(&job, false) == ERR_NONE && job.snapshot.given[MODEL_OBJECTIVE_PLAIN].n_theta == 0, "nothing was ever fitted");
    CHECK(&job.h, "POST", SUGGESTIONS, "{}", 200, "{\"fairway\":{\"source\":\"model\"}}");
    ok(load(&job, false) == ERR_NONE && job.snapshot.ordinal == 1, "a suggestion later");
    const struct hyperparameters *plain = &job.snapshot.given[MODEL_OBJECTIVE_PLAIN];
    ok(plain->n_theta == 4 && plain->n_fit == 12, "fitted at all there is");
    CHECK(&job.h, "DELETE", SUGGESTIONS "/1", NULL, 200, NULL);
    ok(load(&job, false) == ERR_NONE && plain->n_fit == 12 && job.snapshot.n_open == 0,
       "it stays known when the suggestion is deleted");
    CHECK(&job.h, "PUT", OBSERVATIONS "/2", "{\"values\":[{\"value\":9}]}", 200, NULL);
    ok(load(&job, false) == ERR_NONE && plain->n_theta == 4 && plain->n_fit == 0,
       "after an edit it is where the next fit begins");
    CHECK(&job.h, "DELETE", ONE "/hyperparameters", NULL, 200, "{}");
    ok(load(&job, false) == ERR_NONE && plain->n_theta == 0 && job.snapshot.ordinal == 1, "after a reset nothing is known");
    CHECK(&job.h, "POST", SUGGESTIONS, "{}", 200, "{\"fairway\":{\"source\":\"model\"}}");
    ok(load(&job, false) == ERR_NONE && plain->n_theta == 4 && plain->n_fit == 12, "but after the next suggestion");
    CHECK(&job.h, "DELETE", OBSERVATIONS, NULL, 200, NULL);
    ok(load(&job, false) == ERR_NONE && plain->n_theta == 0, "without observations nothing is known either");
    job_clear(&job);
}

// ------------------------------------------------------------------ stopped, deleted

static bool at_once(void *arg)
{
    (void)arg;
    return true;
}

static void test_stopped(void)
{
    struct job job;
    struct study_answer answer, other;
    struct err err;
    const struct stopper now = {.stopped = at_once};
    job_init(&job);
    ok(load(&job, false) == ERR_NONE, "loaded");
    is_int(study_suggest(job.study, &job.snapshot, &now, job.arena, &answer, &err), ERR_STOPPED, "stopped");
    is_int(study_prepare(job.study, &job.snapshot, &now, &err), ERR_STOPPED, "so is a preparation");
    ok(!study_take_prepared(job.study, &job.snapshot, job.arena, &answer), "of which nothing is left");
    study_fall_back(job.study, &job.snapshot, job.arena, &answer);
    ok(answer.suggestion.phase == PHASE_FALLBACK && answer.suggestion.x[0] >= 0 && answer.suggestion.x[0] <= 1, "a fallback");
    // Having been stopped changes nothing later.
    ok(study_suggest(job.study, &job.snapshot, &never, job.arena, &answer, &err) == ERR_NONE, "with time enough");
    study_destroy(job.study);
    job.study = study_create(1);
    ok(load(&job, false) == ERR_NONE && study_suggest(job.study, &job.snapshot, &never, job.arena, &other, &err) == ERR_NONE &&
           same_answer(&answer, &other),
       "it is the same as from a study that was never stopped");
    CHECK(&job.h, "DELETE", ONE, NULL, 200, NULL);
    is_int(load(&job, false), ERR_INVALID, "a deleted experiment");
    study_destroy(job.study);
    job.study = study_create(2);
    is_int(load(&job, false), ERR_NOT_FOUND, "one that never was");
    is_int(study_experiment(job.study), 2, "and is as good as new");
    job_clear(&job);
}

int main(void)
{
    TAP_RUN(test_prepared);
    TAP_RUN(test_outdated);
    TAP_RUN(test_horizon);
    TAP_RUN(test_given);
    TAP_RUN(test_stopped);
    return tap_done();
}
