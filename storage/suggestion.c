#include "storage/suggestion.h"

#include "storage/assignment.h"
#include "storage/query.h"

static enum err_code not_found(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, NULL, "No such suggestion");
}

static bool is_generated(const struct suggestion_record *record)
{
    return record->source >= SOURCE_INITIAL;
}

// Claims the ordinal for a generated suggestion. The row is written only when nobody was faster.
static enum err_code claim_ordinal(struct tx *tx, const struct suggestion_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE experiment SET ordinal = ordinal + 1, n_initial = n_initial + ?, n_model = n_model + ?"
                                 " WHERE id = ? AND ordinal = ?",
                                 err);
    query_bind_int(&q, record->source == SOURCE_INITIAL);
    query_bind_int(&q, record->source == SOURCE_MODEL);
    query_bind_int(&q, record->experiment_id);
    query_bind_int(&q, record->ordinal);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    if (code == ERR_NONE && changed == 0)
        return err_set(err, ERR_CONFLICT, NULL, "Another suggestion was made in the meantime");
    return code;
}

// The columns that only a generated suggestion has; NULL for the others.
static void bind_origin(struct query *q, const struct suggestion_record *record)
{
    const int64_t numbers[] = {record->sequence, record->epoch, record->ordinal, record->seed, record->relaxations};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (is_generated(record))
            query_bind_int(q, numbers[i]);
        else
            query_bind_optional(q, 0);
    }
    query_bind_real(q, record->floor);
    query_bind_real(q, record->box);
    query_bind_real(q, record->probability_of_feasibility);
    query_bind_real(q, record->expected_improvement);
    query_bind_real(q, record->mean);
    query_bind_real(q, record->stddev);
    query_bind_int(q, record->exploring);
    query_bind_int(q, record->filler);
    query_bind_real(q, record->inevitable);
    query_bind_text(q, record->models);
    query_bind_text(q, record->predicted);
    query_bind_real(q, record->probability_of_constraints);
}

static enum err_code insert_row(struct tx *tx, struct suggestion_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "INSERT INTO suggestion (experiment_id, created, deleted, closed, metadata, source, task, sequence,"
                                 " epoch, ordinal, seed, relaxations, floor, box, probability_of_feasibility,"
                                 " expected_improvement, mean, stddev, exploring, filler, inevitable, models, predicted,"
                                 " probability_of_constraints)"
                                 " VALUES (?, ?, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                 err);
    query_bind_int(&q, record->experiment_id);
    query_bind_int(&q, record->created);
    query_bind_text(&q, record->metadata);
    query_bind_int(&q, record->source);
    query_bind_text(&q, record->task);
    bind_origin(&q, record);
    return query_insert(&q, &record->id);
}

// Moves the experiment's counts of suggestions that are not deleted and of open ones.
static enum err_code count(struct tx *tx, int64_t experiment_id, int64_t all, int64_t open, struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE experiment SET suggestion_count = suggestion_count + ?,"
                                 " open_suggestion_count = open_suggestion_count + ? WHERE id = ?",
                                 err);
    query_bind_int(&q, all);
    query_bind_int(&q, open);
    query_bind_int(&q, experiment_id);
    return query_run(&q);
}

enum err_code suggestion_insert(struct tx *tx, struct suggestion_record *record, struct err *err)
{
    enum err_code code = is_generated(record) ? claim_ordinal(tx, record, err) : ERR_NONE;
    if (code == ERR_NONE)
        code = insert_row(tx, record, err);
    if (code == ERR_NONE)
        code = assignment_insert_all(tx, ASSIGNMENT_OF_SUGGESTION, record->id, record->assignments, record->n_assignments, err);
    return code == ERR_NONE ? count(tx, record->experiment_id, 1, 1, err) : code;
}

enum err_code suggestion_set_metadata(struct tx *tx, int64_t id, const char *metadata, struct err *err)
{
    struct query q = query_start(tx, "UPDATE suggestion SET metadata = ? WHERE id = ?", err);
    query_bind_text(&q, metadata);
    query_bind_int(&q, id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? not_found(err) : code;
}

static enum err_code set_deleted(struct tx *tx, int64_t experiment_id, int64_t id, bool deleted, struct err *err)
{
    struct query q = query_start(
        tx, "UPDATE suggestion SET deleted = ?1 WHERE id = ?2 AND experiment_id = ?3 AND deleted <> ?1 RETURNING closed", err);
    query_bind_int(&q, deleted);
    query_bind_int(&q, id);
    query_bind_int(&q, experiment_id);
    bool found = query_step(&q);
    bool is_open = found && !query_bool(&q);
    enum err_code code = query_end(&q);
    if (code != ERR_NONE)
        return code;
    int64_t by = deleted ? -1 : 1;
    return found ? count(tx, experiment_id, by, is_open ? by : 0, err) : not_found(err);
}

enum err_code suggestion_delete(struct tx *tx, int64_t experiment_id, int64_t id, struct err *err)
{
    return set_deleted(tx, experiment_id, id, true, err);
}

enum err_code suggestion_restore(struct tx *tx, int64_t experiment_id, int64_t id, struct err *err)
{
    return set_deleted(tx, experiment_id, id, false, err);
}

enum err_code suggestion_delete_all(struct tx *tx, int64_t experiment_id, bool only_open, struct err *err)
{
    // The open ones first: each statement then tells how many it took.
    struct query q =
        query_start(tx, "UPDATE suggestion SET deleted = 1 WHERE experiment_id = ? AND closed = 0 AND deleted = 0", err);
    query_bind_int(&q, experiment_id);
    int64_t open = 0, closed = 0;
    enum err_code code = query_change(&q, &open);
    if (code == ERR_NONE && !only_open) {
        q = query_start(tx, "UPDATE suggestion SET deleted = 1 WHERE experiment_id = ? AND deleted = 0", err);
        query_bind_int(&q, experiment_id);
        code = query_change(&q, &closed);
    }
    return code == ERR_NONE ? count(tx, experiment_id, -open - closed, -open, err) : code;
}
