#include "storage/queued_suggestion.h"

#include "storage/assignment.h"
#include "storage/page.h"
#include "storage/query.h"

#define SELECT "SELECT id, experiment_id, created, task FROM queued_suggestion"

static enum err_code not_found(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, NULL, "No such queued suggestion");
}

// All but the assignments.
static void read_row(struct query *q, struct arena *arena, void *target)
{
    struct queued_suggestion_record *record = target;
    record->id = query_int(q);
    record->experiment_id = query_int(q);
    record->created = query_int(q);
    record->task = query_text(q, arena);
}

static enum err_code load_assignments(struct tx *tx, struct arena *arena, struct queued_suggestion_record *records, size_t n,
                                      struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; code == ERR_NONE && i < n; i++)
        code = assignment_load(tx, arena, ASSIGNMENT_OF_QUEUED_SUGGESTION, records[i].id, &records[i].assignments,
                               &records[i].n_assignments, err);
    return code;
}

enum err_code queued_suggestion_insert(struct tx *tx, struct queued_suggestion_record *record, struct err *err)
{
    struct query q = query_start(
        tx, "INSERT INTO queued_suggestion (experiment_id, created, deleted, task) VALUES (?, ?, 0, ?)", err);
    query_bind_int(&q, record->experiment_id);
    query_bind_int(&q, record->created);
    query_bind_text(&q, record->task);
    enum err_code code = query_insert(&q, &record->id);
    if (code == ERR_NONE)
        code = assignment_insert_all(tx, ASSIGNMENT_OF_QUEUED_SUGGESTION, record->id, record->assignments,
                                     record->n_assignments, err);
    return code;
}

enum err_code queued_suggestion_find(struct tx *tx, struct arena *arena, int64_t experiment_id, int64_t id,
                                     struct queued_suggestion_record *record, struct err *err)
{
    struct query q = query_start(tx, SELECT " WHERE id = ? AND experiment_id = ? AND deleted = 0", err);
    query_bind_int(&q, id);
    query_bind_int(&q, experiment_id);
    *record = (struct queued_suggestion_record){.id = 0};
    bool found = query_step(&q);
    if (found)
        read_row(&q, arena, record);
    enum err_code code = query_end(&q);
    if (code != ERR_NONE)
        return code;
    return found ? load_assignments(tx, arena, record, 1, err) : not_found(err);
}

enum err_code queued_suggestion_delete(struct tx *tx, int64_t experiment_id, int64_t id, struct err *err)
{
    struct query q =
        query_start(tx, "UPDATE queued_suggestion SET deleted = 1 WHERE id = ? AND experiment_id = ? AND deleted = 0", err);
    query_bind_int(&q, id);
    query_bind_int(&q, experiment_id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? not_found(err) : code;
}

enum err_code queued_suggestion_page(struct tx *tx, struct arena *arena, int64_t experiment_id, const struct page_query *page,
                                     struct queued_suggestion_record **records, size_t *n, int64_t *count, struct err *err)
{
    // Queues are short: a handful that a user has thought of.
    struct query q = query_start(tx, "SELECT count(*) FROM queued_suggestion WHERE experiment_id = ? AND deleted = 0", err);
    query_bind_int(&q, experiment_id);
    enum err_code code = query_value(&q, count);
    if (code != ERR_NONE)
        return code;
    struct page_key key = {.id = "id"};
    struct buffer sql = {0};
    buffer_puts(&sql, SELECT " WHERE experiment_id = ? AND deleted = 0");
    page_add(&sql, &key, page);
    q = query_start(tx, sql.data, err);
    query_bind_int(&q, experiment_id);
    page_bind(&q, &key, page);
    *records = query_collect(&q, arena, sizeof **records, read_row, n);
    code = query_end(&q);
    buffer_clear(&sql);
    return code == ERR_NONE ? load_assignments(tx, arena, *records, *n, err) : code;
}

enum err_code queued_suggestion_oldest(struct tx *tx, int64_t experiment_id, int64_t *id, struct err *err)
{
    struct query q = query_start(tx, "SELECT min(id) FROM queued_suggestion WHERE experiment_id = ? AND deleted = 0", err);
    query_bind_int(&q, experiment_id);
    return query_value(&q, id);
}
