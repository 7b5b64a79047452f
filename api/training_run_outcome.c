#include "api/training_run_outcome.h"

#include "storage/experiment.h"
#include "storage/observation.h"
#include "storage/run_entry.h"
#include "storage/suggestion.h"

// ------------------------------------------------------------------ observing

// False when the run lacks the value of a metric. What a run does not say of its deviation is not known.
static bool read_values(struct arena *arena, const struct definition *definition, const struct training_run_record *run,
                        struct observation_record *record)
{
    size_t m = definition->n_metrics;
    struct metric_value *values = arena_alloc(arena, m, sizeof *values);
    for (size_t i = 0; i < m; i++) {
        const char *name = definition->metrics[i].name;
        const struct run_entry *entry = run_entry_find(run->entries, run->n_entries, RUN_VALUES, name);
        if (entry == NULL)
            return false;
        values[i] = (struct metric_value){.name = name, .value = entry->number, .stddev = entry->extra};
    }
    record->values = values;
    record->n_values = m;
    return true;
}

// Of the record, suggestion or assignments, and the task, are filled.
static enum err_code observe(struct call *call, const struct definition *definition, struct observation_record *record,
                             struct training_run_record *run)
{
    struct best_rule rule = definition_best_rule(definition);
    record->experiment_id = run->experiment_id;
    record->created = call->now;
    record->failed = run->state == RUN_FAILED || !read_values(call->arena, definition, run, record);
    enum err_code code = observation_insert(call->tx, record, &rule, definition_cost(definition, record->task), &call->err);
    if (code == ERR_NONE)
        run->observation_id = record->id;
    return code;
}

static enum err_code load_definition(struct call *call, int64_t experiment_id, struct definition *definition)
{
    struct experiment_record experiment;
    enum err_code code = experiment_find(call->tx, call->arena, experiment_id, &experiment, &call->err);
    return code == ERR_NONE ? definition_load(call->arena, &experiment, definition, &call->err) : code;
}

enum err_code run_outcome_apply(struct call *call, struct training_run_record *run)
{
    struct suggestion_record suggestion;
    struct definition definition;
    if (run->state == RUN_ACTIVE || run->observation_id != 0 || run->suggestion_id == 0)
        return ERR_NONE;
    enum err_code code =
        suggestion_find(call->tx, call->arena, run->experiment_id, run->suggestion_id, &suggestion, &call->err);
    if (code == ERR_NOT_FOUND)
        return ERR_NONE;
    if (code == ERR_NONE)
        code = load_definition(call, run->experiment_id, &definition);
    if (code != ERR_NONE)
        return code;
    struct observation_record record = {.suggestion_id = suggestion.id,
                                        .task = suggestion.task,
                                        .assignments = suggestion.assignments,
                                        .n_assignments = suggestion.n_assignments};
    return observe(call, &definition, &record, run);
}

enum err_code run_outcome_create(struct call *call, const struct definition *definition, const struct assignment *assignments,
                                 size_t n_assignments, struct training_run_record *run)
{
    struct observation_record record = {.assignments = assignments, .n_assignments = n_assignments};
    return observe(call, definition, &record, run);
}

// ------------------------------------------------------------------ deleting

static enum err_code delete_suggestion(struct call *call, const struct training_run_record *run)
{
    enum err_code code = run->deleted
                             ? suggestion_delete(call->tx, run->experiment_id, run->suggestion_id, &call->err)
                             : suggestion_restore(call->tx, run->experiment_id, run->suggestion_id, &call->err);
    return code == ERR_NOT_FOUND ? ERR_NONE : code; // it is so already
}

static enum err_code delete_observation(struct call *call, const struct training_run_record *run)
{
    struct definition definition;
    enum err_code code = load_definition(call, run->experiment_id, &definition);
    if (code != ERR_NONE)
        return code;
    struct best_rule rule = definition_best_rule(&definition);
    double cost = definition_cost(&definition, NULL); // experiments of runs have no tasks
    code = run->deleted ? observation_delete(call->tx, run->experiment_id, run->observation_id, &rule, cost, call->now, &call->err)
                        : observation_restore(call->tx, run->experiment_id, run->observation_id, &rule, cost, call->now, &call->err);
    return code == ERR_NOT_FOUND ? ERR_NONE : code;
}

enum err_code run_outcome_delete(struct call *call, const struct training_run_record *run)
{
    enum err_code code = run->suggestion_id != 0 ? delete_suggestion(call, run) : ERR_NONE;
    return code == ERR_NONE && run->observation_id != 0 ? delete_observation(call, run) : code;
}
