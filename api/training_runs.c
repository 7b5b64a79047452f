// Training runs: what programs did, with what and with which result (API reference 2.9, 3.6).
#include "api/training_runs.h"

#include "api/advisor.h"
#include "api/expect.h"
#include "api/route.h"
#include "api/training_run_outcome.h"
#include "api/training_run_write.h"
#include "storage/training_run.h"

enum { BATCH_MAX = 10000 };

static enum err_code show(struct call *call, const struct training_run_record *run)
{
    training_run_write(&call->out, run);
    return ERR_NONE;
}

// ------------------------------------------------------------------ create

struct training_run_record training_run_new(const struct call *call, int64_t project_id, const char *project_reference,
                                            int64_t experiment_id)
{
    return (struct training_run_record){
        .client_id = call->client.id,
        .project_id = project_id,
        .project_reference = project_reference,
        .user_id = call->token.user_id,
        .experiment_id = experiment_id,
        .state = RUN_ACTIVE,
        .created = call->now,
        .updated = call->now,
        .favorite = -1,
    };
}

static enum err_code create_one(struct call *call, const struct json *object, const char *field, struct training_run_record *run)
{
    struct run_change change;
    *run = training_run_new(call, call->project.id, call->project.reference, 0);
    enum err_code code = run_change_read(call, object, field, RUN_CREATE, run, &change);
    if (code == ERR_NONE)
        code = run_change_apply(call, &change, run);
    return code == ERR_NONE ? training_run_insert(call->tx, run, &call->err) : code;
}

enum err_code training_run_create(struct call *call)
{
    struct training_run_record run;
    enum err_code code = create_one(call, call->body, "", &run);
    return code == ERR_NONE ? show(call, &run) : code;
}

static void render_row(struct call *call, const void *rows, size_t i)
{
    training_run_write(&call->out, (const struct training_run_record *)rows + i);
}

enum err_code training_run_create_batch(struct call *call)
{
    const struct json *items = json_member(call->body, "runs");
    char path[EXPECT_FIELD_MAX];
    if (!expect_absent(items) && expect_kind(items, JSON_ARRAY, ".runs", &call->err) != ERR_NONE)
        return ERR_INVALID;
    size_t n = json_size(items), i = 0;
    if (n > BATCH_MAX)
        return call_error(call, ERR_INVALID, ".runs", "The length of .runs is %zu but must be at most %d", n, BATCH_MAX);
    struct training_run_record *runs = arena_alloc(call->arena, n, sizeof *runs);
    for (const struct json *item = json_first(items); item != NULL; item = json_next(item), i++) {
        enum err_code code = create_one(call, item, expect_item_path(path, ".runs", i), &runs[i]);
        if (code != ERR_NONE)
            return code == ERR_INVALID ? call_blame(call, "Run", i, n) : code;
    }
    paging_render_all(call, runs, n, render_row);
    return ERR_NONE;
}

// ------------------------------------------------------------------ read, change, delete

enum err_code training_run_detail(struct call *call)
{
    return show(call, &call->run);
}

static void tell_advisor(struct call *call)
{
    advisor_observed(call->advisor, call->run.experiment_id);
}

// What becomes of the run may be an observation of its experiment.
static enum err_code store(struct call *call, struct training_run_record *now)
{
    const struct training_run_record *old = &call->run;
    enum err_code code = now->deleted != old->deleted ? run_outcome_delete(call, now) : ERR_NONE;
    if (code == ERR_NONE)
        code = run_outcome_apply(call, now);
    if (code == ERR_NONE)
        code = training_run_update(call->tx, old, now, &call->err);
    bool learns = now->observation_id != 0 && (now->deleted != old->deleted || now->observation_id != old->observation_id);
    if (learns)
        call->committed = tell_advisor;
    return code == ERR_NONE ? show(call, now) : code;
}

static enum err_code change(struct call *call, enum run_verb verb)
{
    struct run_change change;
    struct training_run_record now = call->run;
    enum err_code code = run_change_read(call, call->body, "", verb, &call->run, &change);
    if (code == ERR_NONE)
        code = run_change_apply(call, &change, &now);
    return code == ERR_NONE ? store(call, &now) : code;
}

enum err_code training_run_put(struct call *call)
{
    return change(call, RUN_PUT);
}

enum err_code training_run_merge(struct call *call)
{
    return change(call, RUN_MERGE);
}

enum err_code training_run_remove(struct call *call)
{
    struct training_run_record now = call->run;
    now.deleted = true;
    return store(call, &now);
}
