#include "storage/tag.h"

#include "storage/page.h"
#include "storage/query.h"

enum err_code tag_insert(struct tx *tx, struct tag_record *record, struct err *err)
{
    struct query q = query_start(tx, "INSERT INTO tag (client_id, name, color) VALUES (?, ?, ?)", err);
    q.conflict = "A tag with this name exists already";
    query_bind_int(&q, record->client_id);
    query_bind_text(&q, record->name);
    query_bind_text(&q, record->color);
    return query_insert(&q, &record->id);
}

static void read_tag(struct query *q, struct arena *arena, void *target)
{
    struct tag_record *record = target;
    record->id = query_int(q);
    record->client_id = query_int(q);
    record->name = query_text(q, arena);
    record->color = query_text(q, arena);
}

enum err_code tag_find(struct tx *tx, struct arena *arena, int64_t client_id, int64_t id, struct tag_record *record, struct err *err)
{
    struct query q = query_start(tx, "SELECT id, client_id, name, color FROM tag WHERE id = ? AND client_id = ?", err);
    query_bind_int(&q, id);
    query_bind_int(&q, client_id);
    *record = (struct tag_record){.id = 0};
    bool found = query_step(&q);
    if (found)
        read_tag(&q, arena, record);
    enum err_code code = query_end(&q);
    return code == ERR_NONE && !found ? err_set(err, ERR_NOT_FOUND, NULL, "No such tag") : code;
}

static enum err_code run_with_ids(struct tx *tx, const char *sql, int64_t run_id, int64_t id, struct err *err)
{
    struct query q = query_start(tx, sql, err);
    query_bind_int(&q, run_id);
    query_bind_int(&q, id);
    return query_run(&q);
}

enum err_code tag_put(struct tx *tx, int64_t run_id, int64_t id, struct err *err)
{
    return run_with_ids(tx, "INSERT OR IGNORE INTO training_run_tag (training_run_id, tag_id) VALUES (?, ?)", run_id, id, err);
}

enum err_code tag_take(struct tx *tx, int64_t run_id, int64_t id, struct err *err)
{
    return run_with_ids(tx, "DELETE FROM training_run_tag WHERE training_run_id = ? AND tag_id = ?", run_id, id, err);
}

enum err_code tag_page(struct tx *tx, struct arena *arena, int64_t client_id, const struct page_query *page,
                       struct tag_record **records, size_t *n, int64_t *count, struct err *err)
{
    struct query q = query_start(tx, "SELECT count(*) FROM tag WHERE client_id = ?", err);
    query_bind_int(&q, client_id);
    enum err_code code = query_value(&q, count);
    if (code != ERR_NONE)
        return code;
    struct page_key key = {.id = "id"};
    struct buffer sql = {0};
    buffer_puts(&sql, "SELECT id, client_id, name, color FROM tag WHERE client_id = ?");
    page_add(&sql, &key, page);
    q = query_start(tx, sql.data, err);
    query_bind_int(&q, client_id);
    page_bind(&q, &key, page);
    *records = query_collect(&q, arena, sizeof **records, read_tag, n);
    code = query_end(&q);
    buffer_clear(&sql);
    return code;
}
