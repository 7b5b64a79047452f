#include "storage/page.h"

static void add_bound(struct buffer *sql, const struct page_key *key, char sign)
{
    if (key->first != NULL)
        buffer_printf(sql, " AND (%s, %s) %c (?, ?)", key->first, key->id, sign);
    else
        buffer_printf(sql, " AND %s %c ?", key->id, sign);
}

void page_add(struct buffer *sql, const struct page_key *key, const struct page_query *page)
{
    if (page->has_before)
        add_bound(sql, key, '<');
    if (page->has_after)
        add_bound(sql, key, '>');
    const char *direction = page->up ? "ASC" : "DESC";
    buffer_puts(sql, " ORDER BY ");
    if (key->first != NULL)
        buffer_printf(sql, "%s %s, ", key->first, direction);
    buffer_printf(sql, "%s %s LIMIT ?", key->id, direction);
}

static void bind_bound(struct query *q, const struct page_key *key, const int64_t values[2], const struct scalar *scalar)
{
    if (key->is_scalar)
        query_bind_scalar(q, scalar);
    else
        query_bind_int(q, values[0]);
    if (key->first != NULL)
        query_bind_int(q, values[1]);
}

void page_bind(struct query *q, const struct page_key *key, const struct page_query *page)
{
    if (page->has_before)
        bind_bound(q, key, page->before, &page->before_scalar);
    if (page->has_after)
        bind_bound(q, key, page->after, &page->after_scalar);
    query_bind_int(q, (int64_t)page->limit + 1);
}
