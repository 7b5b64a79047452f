// Pages of lists (API reference 3.1 and appendix A).
#include <inttypes.h>
#include <string.h>

#include "api/call.h"
#include "base/text.h"

enum { LIMIT_MAX = 1000 };

static const char invalid_marker[] = "Invalid paging marker";

static enum err_code query_marker(struct call *call, const char *name, const struct paging *paging, bool *present, int64_t *key,
                                  struct scalar *scalar)
{
    const char *text = call_query(call, name);
    *present = text != NULL;
    if (text != NULL && !marker_read(call->arena, text, paging->components, paging->kind, key, scalar))
        return call_error(call, ERR_INVALID, name, "%s: %s", invalid_marker, name);
    return ERR_NONE;
}

// ------------------------------------------------------------------ request

enum err_code paging_read(struct call *call, size_t components, bool may_ascend, struct paging *paging)
{
    return paging_read_kind(call, components, MARKER_TIME, may_ascend, paging);
}

enum err_code paging_read_kind(struct call *call, size_t components, enum marker_kind kind, bool may_ascend, struct paging *paging)
{
    *paging = (struct paging){.components = components, .kind = kind};
    struct page_query *page = &paging->page;
    int64_t limit = LIMIT_MAX;
    bool present;
    enum err_code code = call_query_int(call, "limit", &limit, &present);
    if (code == ERR_NONE && (limit < 0 || limit > LIMIT_MAX))
        code = call_error(call, ERR_INVALID, "limit", "limit is %" PRId64 " but must be between 0 and %d", limit, LIMIT_MAX);
    if (code == ERR_NONE)
        code = query_marker(call, "before", paging, &page->has_before, page->before, &page->before_scalar);
    if (code == ERR_NONE)
        code = query_marker(call, "after", paging, &page->has_after, page->after, &page->after_scalar);
    if (code == ERR_NONE && may_ascend)
        code = call_query_bool(call, "ascending", &paging->ascending);
    if (code != ERR_NONE)
        return code;
    page->limit = (size_t)limit;
    bool down = paging->ascending ? page->has_before && !page->has_after : page->has_before || !page->has_after;
    page->up = !down;
    return ERR_NONE;
}

// ------------------------------------------------------------------ response

// The two markers of a page: key and whether it is there.
struct markers {
    bool has_before, has_after;
    int64_t before[PAGE_KEY_MAX], after[PAGE_KEY_MAX];
    struct scalar before_scalar, after_scalar;
};

static void read_key(const struct paging *paging, const void *rows, size_t i, paging_key_fn *key, int64_t *into, struct scalar *scalar)
{
    key(rows, i, into);
    if (paging->kind == MARKER_SCALAR)
        paging->scalar(rows, i, scalar);
}

// A copy of the key whose id is moved by one. Ids at the end of the range stay.
static void copy_key(int64_t *to, const int64_t *from, size_t components, int64_t step)
{
    for (size_t i = 0; i < components; i++)
        to[i] = from[i];
    int64_t *id = &to[components - 1];
    if (step > 0 ? *id < INT64_MAX : *id > INT64_MIN)
        *id += step;
}

// No row was shown: limit 0, or nothing is left in this direction.
static void mark_empty(const struct paging *paging, const void *rows, size_t n, paging_key_fn *key, struct markers *m)
{
    const struct page_query *page = &paging->page;
    size_t components = paging->components;
    if (page->limit == 0 && n > 0) {
        int64_t next[PAGE_KEY_MAX] = {0};
        read_key(paging, rows, 0, key, next, &m->before_scalar);
        m->after_scalar = m->before_scalar;
        m->has_before = !page->up;
        m->has_after = page->up;
        copy_key(page->up ? m->after : m->before, next, components, page->up ? -1 : 1);
    } else if (page->limit > 0 && !page->up && page->has_before) {
        m->has_before = m->has_after = true;
        m->before_scalar = m->after_scalar = page->before_scalar;
        copy_key(m->before, page->before, components, 0);
        copy_key(m->after, page->before, components, 1);
    } else if (page->limit > 0 && page->up && page->has_after) {
        m->has_before = m->has_after = true;
        m->before_scalar = m->after_scalar = page->after_scalar;
        copy_key(m->before, page->after, components, -1);
        copy_key(m->after, page->after, components, 0);
    }
}

static void mark_rows(const struct paging *paging, const void *rows, size_t shown, bool more, paging_key_fn *key,
                      struct markers *m)
{
    bool up = paging->page.up;
    read_key(paging, rows, up ? 0 : shown - 1, key, m->before, &m->before_scalar); // rows come in the order of selection
    read_key(paging, rows, up ? shown - 1 : 0, key, m->after, &m->after_scalar);
    m->has_before = up || more;
    m->has_after = !up || more;
}

static void write_paging(struct json_writer *w, const struct markers *m, size_t components, enum marker_kind kind)
{
    json_put_key(w, "paging");
    json_begin_object(w);
    if (m->has_before)
        marker_write(w, "before", m->before, &m->before_scalar, components, kind);
    else
        json_member_null(w, "before");
    if (m->has_after)
        marker_write(w, "after", m->after, &m->after_scalar, components, kind);
    else
        json_member_null(w, "after");
    json_end_object(w);
}

static void write_page(struct call *call, const void *rows, size_t n, bool reversed, int64_t count, paging_render_fn *render,
                       const struct markers *m, const struct paging *paging, call_fn *extra)
{
    struct json_writer *w = &call->out;
    json_begin_object(w);
    json_member_string(w, "object", "pagination");
    json_member_int(w, "count", count);
    json_put_key(w, "data");
    json_begin_array(w);
    for (size_t i = 0; i < n; i++)
        render(call, rows, reversed ? n - 1 - i : i);
    json_end_array(w);
    write_paging(w, m, paging->components, paging->kind);
    if (extra != NULL)
        extra(call);
    json_end_object(w);
}

void paging_render(struct call *call, const struct paging *paging, const void *rows, size_t n, int64_t count,
                   paging_key_fn *key, paging_render_fn *render)
{
    paging_render_with(call, paging, rows, n, count, key, render, NULL);
}

void paging_render_with(struct call *call, const struct paging *paging, const void *rows, size_t n, int64_t count,
                        paging_key_fn *key, paging_render_fn *render, call_fn *extra)
{
    size_t limit = paging->page.limit, shown = n < limit ? n : limit;
    struct markers m = {.has_before = false};
    if (shown == 0)
        mark_empty(paging, rows, n, key, &m);
    else
        mark_rows(paging, rows, shown, n > limit, key, &m);
    write_page(call, rows, shown, paging->page.up != paging->ascending, count, render, &m, paging, extra);
}

void paging_render_all(struct call *call, const void *rows, size_t n, paging_render_fn *render)
{
    paging_render_all_with(call, rows, n, render, NULL);
}

void paging_render_all_with(struct call *call, const void *rows, size_t n, paging_render_fn *render, call_fn *extra)
{
    struct markers none = {.has_before = false};
    struct paging all = {.components = 1};
    write_page(call, rows, n, false, (int64_t)n, render, &none, &all, extra);
}
