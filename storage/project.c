#include "storage/project.h"

#include "storage/page.h"
#include "storage/query.h"

#define COLUMNS                                                                                                               \
    "id, client_id, user_id, reference, name, metadata, created, updated, deleted, experiment_count, training_run_count"

static void read_project(struct query *q, struct arena *arena, void *target)
{
    struct project_record *record = target;
    record->id = query_int(q);
    record->client_id = query_int(q);
    record->user_id = query_int(q);
    record->reference = query_text(q, arena);
    record->name = query_text(q, arena);
    record->metadata = query_text(q, arena);
    record->created = query_int(q);
    record->updated = query_int(q);
    record->deleted = query_bool(q);
    record->experiment_count = query_int(q);
    record->training_run_count = query_int(q);
}

enum err_code project_insert(struct tx *tx, struct project_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "INSERT INTO project (client_id, user_id, reference, name, metadata, created, updated, deleted)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                 err);
    q.conflict = "A project with this id exists already";
    query_bind_int(&q, record->client_id);
    query_bind_optional(&q, record->user_id);
    query_bind_text(&q, record->reference);
    query_bind_text(&q, record->name);
    query_bind_text(&q, record->metadata);
    query_bind_int(&q, record->created);
    query_bind_int(&q, record->updated);
    query_bind_int(&q, record->deleted);
    return query_insert(&q, &record->id);
}

enum err_code project_find(struct tx *tx, struct arena *arena, int64_t client_id, const char *reference,
                           struct project_record *record, struct err *err)
{
    struct query q = query_start(tx, "SELECT " COLUMNS " FROM project WHERE client_id = ? AND reference = ?", err);
    query_bind_int(&q, client_id);
    query_bind_text(&q, reference);
    if (!query_step(&q)) {
        enum err_code code = query_end(&q);
        return code != ERR_NONE ? code : err_set(err, ERR_NOT_FOUND, NULL, "No such project");
    }
    *record = (struct project_record){.id = 0};
    read_project(&q, arena, record);
    return query_end(&q);
}

enum err_code project_update(struct tx *tx, const struct project_record *record, struct err *err)
{
    struct query q =
        query_start(tx, "UPDATE project SET name = ?, metadata = ?, deleted = ?, updated = ? WHERE id = ?", err);
    query_bind_text(&q, record->name);
    query_bind_text(&q, record->metadata);
    query_bind_int(&q, record->deleted);
    query_bind_int(&q, record->updated);
    query_bind_int(&q, record->id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? err_set(err, ERR_NOT_FOUND, NULL, "No such project") : code;
}

enum err_code project_touch(struct tx *tx, int64_t project_id, int64_t updated, struct err *err)
{
    if (project_id == 0)
        return ERR_NONE;
    struct query q = query_start(tx, "UPDATE project SET updated = ? WHERE id = ?", err);
    query_bind_int(&q, updated);
    query_bind_int(&q, project_id);
    return query_run(&q);
}

static void add_filter(struct buffer *sql, const struct project_filter *filter)
{
    buffer_puts(sql, " FROM project WHERE client_id = ?");
    if (filter->user_id != 0)
        buffer_puts(sql, " AND user_id = ?");
    if (!filter->include_deleted)
        buffer_puts(sql, " AND deleted = 0");
}

static void bind_filter(struct query *q, const struct project_filter *filter)
{
    query_bind_int(q, filter->client_id);
    if (filter->user_id != 0)
        query_bind_int(q, filter->user_id);
}

enum err_code project_page(struct tx *tx, struct arena *arena, const struct project_filter *filter,
                           const struct page_query *page, struct project_record **records, size_t *n, int64_t *count,
                           struct err *err)
{
    struct buffer sql = {0};
    buffer_puts(&sql, "SELECT count(*)");
    add_filter(&sql, filter);
    struct query q = query_start(tx, sql.data, err);
    bind_filter(&q, filter);
    enum err_code code = query_value(&q, count);
    buffer_clear(&sql);
    if (code != ERR_NONE)
        return code;

    struct page_key key = {.first = filter->by_created ? "created" : "updated", .id = "id"};
    buffer_puts(&sql, "SELECT " COLUMNS);
    add_filter(&sql, filter);
    page_add(&sql, &key, page);
    q = query_start(tx, sql.data, err);
    bind_filter(&q, filter);
    page_bind(&q, &key, page);
    *records = query_collect(&q, arena, sizeof **records, read_project, n);
    code = query_end(&q);
    buffer_clear(&sql);
    return code;
}
