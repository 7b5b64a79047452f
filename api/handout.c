#include "api/handout.h"

#include <math.h>

#include "api/advisor.h"
#include "api/experiments.h"
#include "storage/experiment.h"
#include "storage/queued_suggestion.h"

enum err_code handout_reload(struct call *call, struct definition *definition)
{
    enum err_code code = experiment_find(call->tx, call->arena, call->experiment.id, &call->experiment, &call->err);
    if (code == ERR_NONE)
        code = experiment_refuse_deleted(call);
    return code == ERR_NONE ? definition_load(call->arena, &call->experiment, definition, &call->err) : code;
}

struct suggestion_record handout_chosen(const struct call *call, enum suggestion_source source)
{
    double unknown = (double)NAN;
    return (struct suggestion_record){
        .experiment_id = call->experiment.id,
        .created = call->now,
        .source = source,
        .floor = unknown,
        .box = unknown,
        .probability_of_feasibility = unknown,
        .probability_of_constraints = unknown,
        .expected_improvement = unknown,
        .mean = unknown,
        .stddev = unknown,
    };
}

static void make_one(struct call *call)
{
    const struct handout *handout = call->state;
    advisor_suggest(call->advisor, call, handout->metadata, handout->store);
}

// In the write transaction, so that each queued suggestion is handed out once: the oldest one, or one that is made when somebody
// was faster.
static enum err_code hand_out_queued(struct call *call)
{
    const struct handout *handout = call->state;
    struct queued_suggestion_record queued;
    struct definition definition;
    int64_t id = 0;
    enum err_code code = handout_reload(call, &definition);
    if (code == ERR_NONE)
        code = queued_suggestion_oldest(call->tx, call->experiment.id, &id, &call->err);
    if (code != ERR_NONE || id == 0) {
        call->next = make_one;
        return code;
    }
    code = queued_suggestion_find(call->tx, call->arena, call->experiment.id, id, &queued, &call->err);
    if (code == ERR_NONE)
        code = queued_suggestion_delete(call->tx, call->experiment.id, id, &call->err);
    if (code != ERR_NONE)
        return code;
    struct suggestion_record record = handout_chosen(call, SOURCE_QUEUED);
    record.metadata = handout->metadata;
    record.task = queued.task;
    record.assignments = queued.assignments;
    record.n_assignments = queued.n_assignments;
    return handout->store(call, &definition, &record);
}

static void take_queued(struct call *call)
{
    call_write(call, hand_out_queued);
}

enum err_code handout_begin(struct call *call, const struct handout *handout)
{
    struct handout *kept = arena_alloc(call->arena, 1, sizeof *kept);
    int64_t queued_id = 0;
    enum err_code code = queued_suggestion_oldest(call->tx, call->experiment.id, &queued_id, &call->err);
    *kept = *handout;
    call->state = kept;
    call->next = queued_id != 0 ? take_queued : make_one;
    return code;
}
