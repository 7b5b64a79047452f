#include "storage/experiment.h"

#include "storage/experiment_row.h"
#include "storage/page.h"

// With a project the index by project is the better one: the plus keeps the planner from the index by client.
static void add_filter(struct buffer *sql, const struct experiment_filter *f)
{
    buffer_puts(sql, f->project_id != 0 ? " WHERE +e.client_id = ? AND e.project_id = ?" : " WHERE e.client_id = ?");
    if (f->user_id != 0)
        buffer_puts(sql, " AND e.user_id = ?");
    if (f->state != 2)
        buffer_puts(sql, " AND e.deleted = ?");
    if (f->development != 2)
        buffer_puts(sql, " AND e.development = ?");
    if (f->runs_only != 2)
        buffer_puts(sql, " AND e.runs_only = ?");
    if (f->search != NULL)
        buffer_puts(sql, " AND (instr(lower(e.name), lower(?)) > 0 OR e.user_id IN"
                         " (SELECT id FROM user_account WHERE instr(lower(name), lower(?)) > 0))");
    if (f->created_from != 0)
        buffer_puts(sql, " AND e.created >= ?");
    if (f->created_to != 0)
        buffer_puts(sql, " AND e.created < ?");
}

static void bind_filter(struct query *q, const struct experiment_filter *f)
{
    query_bind_int(q, f->client_id);
    if (f->project_id != 0)
        query_bind_int(q, f->project_id);
    if (f->user_id != 0)
        query_bind_int(q, f->user_id);
    if (f->state != 2)
        query_bind_int(q, f->state);
    if (f->development != 2)
        query_bind_int(q, f->development);
    if (f->runs_only != 2)
        query_bind_int(q, f->runs_only);
    for (int i = 0; i < 2 && f->search != NULL; i++) // the experiment's name, and its user's
        query_bind_text(q, f->search);
    if (f->created_from != 0)
        query_bind_int(q, f->created_from);
    if (f->created_to != 0)
        query_bind_int(q, f->created_to);
}

enum err_code experiment_page(struct tx *tx, struct arena *arena, const struct experiment_filter *filter,
                              const struct page_query *page, struct experiment_record **records, size_t *n, int64_t *count,
                              struct err *err)
{
    struct buffer sql = {0};
    buffer_puts(&sql, "SELECT count(*) FROM experiment e");
    add_filter(&sql, filter);
    struct query q = query_start(tx, sql.data, err);
    bind_filter(&q, filter);
    enum err_code code = query_value(&q, count);
    buffer_clear(&sql);
    if (code != ERR_NONE)
        return code;

    struct page_key key = {.first = filter->by_updated ? "e.updated" : NULL, .id = "e.id"};
    buffer_puts(&sql, EXPERIMENT_SELECT);
    add_filter(&sql, filter);
    page_add(&sql, &key, page);
    q = query_start(tx, sql.data, err);
    bind_filter(&q, filter);
    page_bind(&q, &key, page);
    *records = query_collect(&q, arena, sizeof **records, experiment_read, n);
    code = query_end(&q);
    buffer_clear(&sql);
    return code;
}
