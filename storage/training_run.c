#include "storage/training_run.h"

#include "storage/query.h"
#include "storage/run_entry.h"
#include "storage/run_shape.h"
#include "storage/training_run_row.h"

void training_run_read(struct query *q, struct arena *arena, void *target)
{
    struct training_run_record *record = target;
    record->id = query_int(q);
    record->client_id = query_int(q);
    record->project_id = query_int(q);
    record->project_reference = query_text(q, arena);
    record->user_id = query_int(q);
    record->experiment_id = query_int(q);
    record->suggestion_id = query_int(q);
    record->observation_id = query_int(q);
    record->name = query_text(q, arena);
    record->state = (enum run_state)query_int(q);
    record->created = query_int(q);
    record->updated = query_int(q);
    record->completed = query_int(q);
    record->deleted = query_bool(q);
    record->favorite = (int)query_int(q);
    record->has_metadata = query_bool(q);
    record->checkpoint_count = query_int(q);
    record->shape_id = query_int(q);
}

// ------------------------------------------------------------------ counters

// Adds `sign` to what counts the run, which deleted ones are not.
static enum err_code count_run(struct tx *tx, const struct training_run_record *record, int sign, struct err *err)
{
    if (record->deleted)
        return ERR_NONE;
    struct query q = query_start(tx, "UPDATE project SET training_run_count = training_run_count + ? WHERE id = ?", err);
    query_bind_int(&q, sign);
    query_bind_int(&q, record->project_id);
    enum err_code code = query_run(&q);
    if (code != ERR_NONE || record->experiment_id == 0)
        return code;
    q = query_start(tx,
                    record->completed != 0 ? "UPDATE experiment SET finished_run_count = finished_run_count + ? WHERE id = ?"
                                           : "UPDATE experiment SET active_run_count = active_run_count + ? WHERE id = ?",
                    err);
    query_bind_int(&q, sign);
    query_bind_int(&q, record->experiment_id);
    return query_run(&q);
}

// ------------------------------------------------------------------ insert

static enum err_code insert_row(struct tx *tx, struct training_run_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "INSERT INTO training_run (client_id, project_id, user_id, experiment_id, suggestion_id,"
                                 " observation_id, name, state, created, updated, completed, deleted, favorite, has_metadata,"
                                 " shape_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, -1), ?, ?)",
                                 err);
    query_bind_int(&q, record->client_id);
    query_bind_int(&q, record->project_id);
    query_bind_optional(&q, record->user_id);
    query_bind_optional(&q, record->experiment_id);
    query_bind_optional(&q, record->suggestion_id);
    query_bind_optional(&q, record->observation_id);
    query_bind_text(&q, record->name);
    query_bind_int(&q, record->state);
    query_bind_int(&q, record->created);
    query_bind_int(&q, record->updated);
    query_bind_optional(&q, record->completed);
    query_bind_int(&q, record->deleted);
    query_bind_int(&q, record->favorite);
    query_bind_int(&q, record->has_metadata);
    query_bind_int(&q, record->shape_id);
    return query_insert(&q, &record->id);
}

enum err_code training_run_insert(struct tx *tx, struct training_run_record *record, struct err *err)
{
    enum err_code code = run_shape_find(tx, record->entries, record->n_entries, &record->shape_id, err);
    if (code == ERR_NONE)
        code = insert_row(tx, record, err);
    if (code == ERR_NONE)
        code = run_entry_replace(tx, record->id, NULL, 0, record->entries, record->n_entries, err);
    return code == ERR_NONE ? count_run(tx, record, 1, err) : code;
}

// ------------------------------------------------------------------ find

static void read_id(struct query *q, struct arena *arena, void *target)
{
    (void)arena;
    int64_t *id = target;
    *id = query_int(q);
}

static enum err_code load_ids(struct tx *tx, struct arena *arena, const char *sql, int64_t run_id, const int64_t **ids, size_t *n,
                              struct err *err)
{
    struct query q = query_start(tx, sql, err);
    query_bind_int(&q, run_id);
    *ids = query_collect(&q, arena, sizeof **ids, read_id, n);
    return query_end(&q);
}

enum err_code training_run_load(struct tx *tx, struct arena *arena, struct training_run_record *records, size_t n, struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; code == ERR_NONE && i < n; i++) {
        struct training_run_record *record = &records[i];
        code = run_entry_load(tx, arena, record->id, &record->entries, &record->n_entries, err);
        if (code == ERR_NONE)
            code = load_ids(tx, arena, "SELECT tag_id FROM training_run_tag WHERE training_run_id = ? ORDER BY tag_id", record->id,
                            &record->tag_ids, &record->n_tags, err);
        if (code == ERR_NONE)
            code = load_ids(tx, arena, "SELECT id FROM file WHERE training_run_id = ? ORDER BY id", record->id, &record->file_ids,
                            &record->n_files, err);
    }
    return code;
}

enum err_code training_run_find(struct tx *tx, struct arena *arena, int64_t id, struct training_run_record *record,
                                struct err *err)
{
    struct query q = query_start(tx, TRAINING_RUN_SELECT " WHERE r.id = ?", err);
    query_bind_int(&q, id);
    *record = (struct training_run_record){.id = 0};
    bool found = query_step(&q);
    if (found)
        training_run_read(&q, arena, record);
    enum err_code code = query_end(&q);
    if (code == ERR_NONE && !found)
        return err_set(err, ERR_NOT_FOUND, NULL, "No such training run");
    return code == ERR_NONE ? training_run_load(tx, arena, record, 1, err) : code;
}

enum err_code training_run_of_observations(struct tx *tx, struct arena *arena, const int64_t *ids, size_t n_ids,
                                           struct training_run_record **records, size_t *n, struct err *err)
{
    enum err_code code = ERR_NONE;
    *records = arena_alloc(arena, n_ids, sizeof **records);
    *n = 0;
    for (size_t i = 0; code == ERR_NONE && i < n_ids; i++) {
        struct query q = query_start(tx, TRAINING_RUN_SELECT " WHERE r.observation_id = ?", err);
        query_bind_int(&q, ids[i]);
        if (query_step(&q))
            training_run_read(&q, arena, &(*records)[(*n)++]);
        code = query_end(&q);
    }
    return code;
}

// ------------------------------------------------------------------ update

static enum err_code update_row(struct tx *tx, const struct training_run_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE training_run SET project_id = ?, suggestion_id = ?, observation_id = ?, name = ?, state = ?,"
                                 " updated = ?, completed = ?, deleted = ?, favorite = nullif(?, -1), has_metadata = ?, shape_id = ?"
                                 " WHERE id = ?",
                                 err);
    query_bind_int(&q, record->project_id);
    query_bind_optional(&q, record->suggestion_id);
    query_bind_optional(&q, record->observation_id);
    query_bind_text(&q, record->name);
    query_bind_int(&q, record->state);
    query_bind_int(&q, record->updated);
    query_bind_optional(&q, record->completed);
    query_bind_int(&q, record->deleted);
    query_bind_int(&q, record->favorite);
    query_bind_int(&q, record->has_metadata);
    query_bind_int(&q, record->shape_id);
    query_bind_int(&q, record->id);
    return query_run(&q);
}

// Whether both are counted in the same places.
static bool counts_same(const struct training_run_record *a, const struct training_run_record *b)
{
    return a->deleted == b->deleted && a->project_id == b->project_id && (a->completed != 0) == (b->completed != 0);
}

enum err_code training_run_update(struct tx *tx, const struct training_run_record *old, struct training_run_record *now,
                                  struct err *err)
{
    enum err_code code = run_shape_find(tx, now->entries, now->n_entries, &now->shape_id, err);
    if (code == ERR_NONE)
        code = update_row(tx, now, err);
    if (code == ERR_NONE && !counts_same(old, now))
        code = count_run(tx, old, -1, err);
    if (code == ERR_NONE && !counts_same(old, now))
        code = count_run(tx, now, 1, err);
    if (code == ERR_NONE)
        code = run_entry_replace(tx, now->id, old->entries, old->n_entries, now->entries, now->n_entries, err);
    return code == ERR_NONE && now->shape_id != old->shape_id ? run_shape_release(tx, old->shape_id, err) : code;
}

// ------------------------------------------------------------------ delete

static enum err_code run_for(struct tx *tx, const char *sql, int64_t experiment_id, struct err *err)
{
    struct query q = query_start(tx, sql, err);
    query_bind_int(&q, experiment_id);
    return query_run(&q);
}

enum err_code training_run_delete_all(struct tx *tx, int64_t experiment_id, struct err *err)
{
    // Each run counts in the project that it is in now.
    enum err_code code = run_for(tx,
                                 "UPDATE project AS p SET training_run_count = training_run_count - (SELECT count(*)"
                                 " FROM training_run r WHERE r.experiment_id = ?1 AND r.project_id = p.id AND r.deleted = 0)"
                                 " WHERE id IN (SELECT r.project_id FROM training_run r WHERE r.experiment_id = ?1)",
                                 experiment_id, err);
    if (code == ERR_NONE)
        code = run_for(tx, "UPDATE training_run SET deleted = 1 WHERE experiment_id = ? AND deleted = 0", experiment_id, err);
    if (code == ERR_NONE)
        code = run_for(tx, "UPDATE experiment SET active_run_count = 0, finished_run_count = 0 WHERE id = ?", experiment_id, err);
    return code;
}
