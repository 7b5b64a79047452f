#include "storage/observation.h"

#include <string.h>

#include "storage/assignment.h"
#include "storage/experiment.h"
#include "storage/observation_value.h"
#include "storage/progress.h"
#include "storage/query.h"

static enum err_code not_found(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, NULL, "No such observation");
}

static enum err_code insert_row(struct tx *tx, struct observation_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "INSERT INTO observation (experiment_id, sequence, suggestion_id, task, failed, deleted,"
                                 " created, metadata) VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
                                 err);
    query_bind_int(&q, record->experiment_id);
    query_bind_int(&q, record->sequence);
    query_bind_optional(&q, record->suggestion_id);
    query_bind_text(&q, record->task);
    query_bind_int(&q, record->failed);
    query_bind_int(&q, record->created);
    query_bind_text(&q, record->metadata);
    return query_insert(&q, &record->id);
}

static enum err_code insert_details(struct tx *tx, const struct observation_record *record, struct err *err)
{
    enum err_code code = assignment_insert_all(tx, ASSIGNMENT_OF_OBSERVATION, record->id, record->assignments,
                                               record->n_assignments, err);
    return code == ERR_NONE ? observation_value_insert_all(tx, record, err) : code;
}

static enum err_code count_open(struct tx *tx, int64_t experiment_id, int64_t by, struct err *err)
{
    struct query q = query_start(tx, "UPDATE experiment SET open_suggestion_count = open_suggestion_count + ? WHERE id = ?", err);
    query_bind_int(&q, by);
    query_bind_int(&q, experiment_id);
    return query_run(&q);
}

// Closes the suggestion that the observation names, and takes it out of the count of open ones.
static enum err_code close_suggestion(struct tx *tx, const struct observation_record *record, struct err *err)
{
    if (record->suggestion_id == 0)
        return ERR_NONE;
    struct query q = query_start(
        tx, "UPDATE suggestion SET closed = 1 WHERE id = ? AND experiment_id = ? AND closed = 0 RETURNING deleted", err);
    query_bind_int(&q, record->suggestion_id);
    query_bind_int(&q, record->experiment_id);
    bool was_open = query_step(&q) && !query_bool(&q);
    enum err_code code = query_end(&q);
    return code == ERR_NONE && was_open ? count_open(tx, record->experiment_id, -1, err) : code;
}

// Opens a suggestion again when no observation names it any more; deleted ones count.
static enum err_code reopen_suggestion(struct tx *tx, int64_t experiment_id, int64_t id, struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE suggestion SET closed = 0 WHERE id = ?1 AND closed = 1 AND NOT EXISTS"
                                 " (SELECT 1 FROM observation WHERE suggestion_id = ?1) RETURNING deleted",
                                 err);
    query_bind_int(&q, id);
    bool is_open = query_step(&q) && !query_bool(&q);
    enum err_code code = query_end(&q);
    return code == ERR_NONE && is_open ? count_open(tx, experiment_id, 1, err) : code;
}

static const struct metric_value *find_value(const struct observation_record *record, const char *name)
{
    for (size_t i = 0; name != NULL && i < record->n_values; i++) {
        if (strcmp(record->values[i].name, name) == 0)
            return &record->values[i];
    }
    return NULL;
}

// The best observation after the newest one, `record`, was added.
static enum err_code choose_best(struct tx *tx, const struct observation_record *record, const struct best_rule *rule,
                                 int64_t old_best_id, int64_t *best_id, struct err *err)
{
    bool counts = rule->task == NULL || (record->task != NULL && strcmp(record->task, rule->task) == 0);
    const struct metric_value *value = counts ? find_value(record, rule->metric) : NULL;
    *best_id = old_best_id;
    if (value == NULL || old_best_id == 0) {
        *best_id = value != NULL ? record->id : old_best_id;
        return ERR_NONE;
    }
    struct query q =
        query_start(tx, "SELECT value FROM observation_value WHERE observation_id = ? AND name = ?", err);
    query_bind_int(&q, old_best_id);
    query_bind_text(&q, rule->metric);
    if (query_step(&q)) {
        double best = query_real(&q);
        if (rule->maximize ? value->value >= best : value->value <= best)
            *best_id = record->id;
    }
    return query_end(&q);
}

enum err_code observation_insert(struct tx *tx, struct observation_record *record, const struct best_rule *rule, double cost,
                                 struct err *err)
{
    struct progress_state state = {.sequence = 0};
    enum err_code code = progress_load(tx, record->experiment_id, &state, err);
    if (code != ERR_NONE)
        return code;
    record->sequence = state.sequence + 1;
    code = insert_row(tx, record, err);
    if (code == ERR_NONE)
        code = insert_details(tx, record, err);
    if (code == ERR_NONE)
        code = close_suggestion(tx, record, err);
    int64_t best_id = 0;
    if (code == ERR_NONE)
        code = choose_best(tx, record, rule, state.best_observation_id, &best_id, err);
    if (code == ERR_NONE)
        code = progress_append(tx, record, best_id, cost, err);
    return code == ERR_NONE ? experiment_touch(tx, record->experiment_id, record->created, err) : code;
}

// The suggestion that a stored observation names; 0: none.
static enum err_code find_suggestion(struct tx *tx, int64_t id, int64_t *suggestion_id, struct err *err)
{
    struct query q = query_start(tx, "SELECT suggestion_id FROM observation WHERE id = ?", err);
    query_bind_int(&q, id);
    *suggestion_id = query_step(&q) ? query_int(&q) : 0;
    return query_end(&q);
}

static enum err_code update_row(struct tx *tx, const struct observation_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE observation SET suggestion_id = ?, task = ?, failed = ?, metadata = ?"
                                 " WHERE id = ? AND experiment_id = ? AND deleted = 0",
                                 err);
    query_bind_optional(&q, record->suggestion_id);
    query_bind_text(&q, record->task);
    query_bind_int(&q, record->failed);
    query_bind_text(&q, record->metadata);
    query_bind_int(&q, record->id);
    query_bind_int(&q, record->experiment_id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? not_found(err) : code;
}

enum err_code observation_update(struct tx *tx, const struct observation_record *record, const struct best_rule *rule,
                                 double extra_cost, bool metadata_only, struct err *err)
{
    int64_t old_suggestion_id = 0;
    enum err_code code = find_suggestion(tx, record->id, &old_suggestion_id, err);
    if (code == ERR_NONE)
        code = update_row(tx, record, err);
    if (code != ERR_NONE || metadata_only)
        return code;
    code = assignment_delete_all(tx, ASSIGNMENT_OF_OBSERVATION, record->id, err);
    if (code == ERR_NONE)
        code = observation_value_delete_all(tx, record->id, err);
    if (code == ERR_NONE)
        code = insert_details(tx, record, err);
    if (code == ERR_NONE)
        code = close_suggestion(tx, record, err);
    if (code == ERR_NONE && old_suggestion_id != 0 && old_suggestion_id != record->suggestion_id)
        code = reopen_suggestion(tx, record->experiment_id, old_suggestion_id, err);
    if (code == ERR_NONE)
        code = progress_add_cost(tx, record->experiment_id, extra_cost, err);
    if (code == ERR_NONE)
        code = progress_find_best(tx, record->experiment_id, rule, err);
    return code == ERR_NONE ? experiment_raise_epoch(tx, record->experiment_id, err) : code;
}

// Deletes or restores one that is not what it is to be.
static enum err_code set_deleted(struct tx *tx, int64_t experiment_id, int64_t id, bool deleted, struct err *err)
{
    struct query q = query_start(
        tx, "UPDATE observation SET deleted = ?1 WHERE id = ?2 AND experiment_id = ?3 AND deleted <> ?1", err);
    query_bind_int(&q, deleted);
    query_bind_int(&q, id);
    query_bind_int(&q, experiment_id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    if (code == ERR_NONE && changed == 0)
        return not_found(err);
    return code == ERR_NONE ? observation_value_set_live(tx, id, !deleted, err) : code;
}

enum err_code observation_delete(struct tx *tx, int64_t experiment_id, int64_t id, const struct best_rule *rule, double cost,
                                 int64_t now, struct err *err)
{
    enum err_code code = set_deleted(tx, experiment_id, id, true, err);
    if (code == ERR_NONE)
        code = progress_recount(tx, experiment_id, -1, rule, cost, err);
    return code == ERR_NONE ? experiment_touch(tx, experiment_id, now, err) : code;
}

enum err_code observation_restore(struct tx *tx, int64_t experiment_id, int64_t id, const struct best_rule *rule, double cost,
                                  int64_t now, struct err *err)
{
    enum err_code code = set_deleted(tx, experiment_id, id, false, err);
    if (code == ERR_NONE)
        code = progress_recount(tx, experiment_id, 1, rule, cost, err);
    return code == ERR_NONE ? experiment_touch(tx, experiment_id, now, err) : code;
}

enum err_code observation_delete_all(struct tx *tx, int64_t experiment_id, int64_t now, struct err *err)
{
    struct query q = query_start(tx, "UPDATE observation SET deleted = 1 WHERE experiment_id = ? AND deleted = 0", err);
    query_bind_int(&q, experiment_id);
    enum err_code code = query_run(&q);
    if (code == ERR_NONE)
        code = observation_value_retire_all(tx, experiment_id, err);
    if (code == ERR_NONE)
        code = progress_remove_all(tx, experiment_id, err);
    return code == ERR_NONE ? experiment_touch(tx, experiment_id, now, err) : code;
}
