// Pages of lists and their markers (API reference 3.1 and appendix A).
//
// A marker is the URL-safe base64 text, without padding, of a protocol-buffer message: field 1, repeated, one symbol per
// component of the sort key, the id last. A symbol is a one-of, of which we need 2 = int64 (ids) and 6 = timestamp (field 1
// seconds, field 2 nanoseconds). So the markers can be exchanged with those of the original server.
#include <inttypes.h>
#include <string.h>

#include "api/call.h"
#include "base/text.h"

enum { LIMIT_MAX = 1000, MARKER_MAX = 64 }; // bytes of a message with two components

enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };
enum { FIELD_SYMBOLS = 1, FIELD_INT = 2, FIELD_TIMESTAMP = 6, FIELD_SECONDS = 1, FIELD_NANOS = 2 };

static const char invalid_marker[] = "Invalid paging marker";

// ------------------------------------------------------------------ writing a marker

struct message {
    unsigned char bytes[MARKER_MAX];
    size_t n;
};

static void put_varint(struct message *m, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        m->bytes[m->n++] = (unsigned char)(v | 0x80);
    m->bytes[m->n++] = (unsigned char)v;
}

static void put_int(struct message *m, unsigned field, int64_t v)
{
    put_varint(m, field << 3 | WIRE_VARINT);
    put_varint(m, (uint64_t)v);
}

static void put_message(struct message *m, unsigned field, const struct message *inner)
{
    put_varint(m, field << 3 | WIRE_BYTES);
    put_varint(m, inner->n);
    memcpy(m->bytes + m->n, inner->bytes, inner->n);
    m->n += inner->n;
}

// Floor division: times before 1970 have positive nanoseconds too.
static void put_time(struct message *m, int64_t ms)
{
    struct message time = {.n = 0};
    int64_t rest = ms % 1000, seconds = ms / 1000;
    if (rest < 0) {
        rest += 1000;
        seconds--;
    }
    put_int(&time, FIELD_SECONDS, seconds);
    if (rest > 0)
        put_int(&time, FIELD_NANOS, rest * 1000000);
    put_message(m, FIELD_TIMESTAMP, &time);
}

static void write_marker(struct json_writer *w, const char *name, const int64_t *key, size_t components)
{
    struct message m = {.n = 0};
    for (size_t i = 0; i < components; i++) {
        struct message symbol = {.n = 0};
        if (i + 1 == components)
            put_int(&symbol, FIELD_INT, key[i]);
        else
            put_time(&symbol, key[i]);
        put_message(&m, FIELD_SYMBOLS, &symbol);
    }
    char text[(MARKER_MAX + 2) / 3 * 4 + 1];
    base64url_encode(m.bytes, m.n, text);
    json_member_string(w, name, text);
}

// ------------------------------------------------------------------ reading a marker

struct cursor {
    const unsigned char *at, *end;
};

static bool take_varint(struct cursor *c, uint64_t *v)
{
    *v = 0;
    for (unsigned shift = 0; shift < 64 && c->at < c->end; shift += 7) {
        unsigned char byte = *c->at++;
        *v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool take_tag(struct cursor *c, unsigned field, unsigned wire)
{
    uint64_t tag;
    return take_varint(c, &tag) && tag == (field << 3 | wire);
}

static bool take_int(struct cursor *c, unsigned field, int64_t *v)
{
    uint64_t bits;
    if (!take_tag(c, field, WIRE_VARINT) || !take_varint(c, &bits))
        return false;
    *v = (int64_t)bits;
    return true;
}

static bool take_message(struct cursor *c, unsigned field, struct cursor *inner)
{
    uint64_t n;
    if (!take_tag(c, field, WIRE_BYTES) || !take_varint(c, &n) || n > (uint64_t)(c->end - c->at))
        return false;
    *inner = (struct cursor){c->at, c->at + n};
    c->at += n;
    return true;
}

// Both members may be missing: then they are 0.
static bool take_time(struct cursor *c, int64_t *ms)
{
    struct cursor time;
    int64_t seconds = 0, nanos = 0;
    const int64_t limit = INT64_MAX / 1000 - 1;
    if (!take_message(c, FIELD_TIMESTAMP, &time))
        return false;
    if (time.at < time.end && *time.at == FIELD_SECONDS << 3 && !take_int(&time, FIELD_SECONDS, &seconds))
        return false;
    if (time.at < time.end && !take_int(&time, FIELD_NANOS, &nanos))
        return false;
    *ms = seconds * (seconds > -limit && seconds < limit ? 1000 : 0) + nanos / 1000000;
    return time.at == time.end && seconds > -limit && seconds < limit && nanos >= 0 && nanos < 1000000000;
}

static bool read_marker(struct arena *arena, const char *text, size_t components, int64_t key[2])
{
    size_t n = strlen(text), len;
    unsigned char *bytes = arena_alloc(arena, n + 4, 1);
    if (n == 0 || !base64url_decode(text, n, bytes, &len))
        return false;
    struct cursor c = {bytes, bytes + len}, symbol;
    for (size_t i = 0; i < components; i++) {
        bool last = i + 1 == components;
        if (!take_message(&c, FIELD_SYMBOLS, &symbol) ||
            !(last ? take_int(&symbol, FIELD_INT, &key[i]) : take_time(&symbol, &key[i])) || symbol.at != symbol.end)
            return false;
    }
    return c.at == c.end;
}

static enum err_code query_marker(struct call *call, const char *name, size_t components, bool *present, int64_t key[2])
{
    const char *text = call_query(call, name);
    *present = text != NULL;
    if (text != NULL && !read_marker(call->arena, text, components, key))
        return call_error(call, ERR_INVALID, name, "%s: %s", invalid_marker, name);
    return ERR_NONE;
}

// ------------------------------------------------------------------ request

enum err_code paging_read(struct call *call, size_t components, bool may_ascend, struct paging *paging)
{
    *paging = (struct paging){.components = components};
    struct page_query *page = &paging->page;
    int64_t limit = LIMIT_MAX;
    bool present;
    enum err_code code = call_query_int(call, "limit", &limit, &present);
    if (code == ERR_NONE && (limit < 0 || limit > LIMIT_MAX))
        code = call_error(call, ERR_INVALID, "limit", "limit is %" PRId64 " but must be between 0 and %d", limit, LIMIT_MAX);
    if (code == ERR_NONE)
        code = query_marker(call, "before", components, &page->has_before, page->before);
    if (code == ERR_NONE)
        code = query_marker(call, "after", components, &page->has_after, page->after);
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
    int64_t before[2], after[2];
};

// A copy of the key whose id is moved by one. Ids at the end of the range stay.
static void copy_key(int64_t to[2], const int64_t from[2], size_t components, int64_t step)
{
    to[0] = from[0];
    to[1] = from[1];
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
        int64_t next[2] = {0, 0};
        key(rows, 0, next);
        m->has_before = !page->up;
        m->has_after = page->up;
        copy_key(page->up ? m->after : m->before, next, components, page->up ? -1 : 1);
    } else if (page->limit > 0 && !page->up && page->has_before) {
        m->has_before = m->has_after = true;
        copy_key(m->before, page->before, components, 0);
        copy_key(m->after, page->before, components, 1);
    } else if (page->limit > 0 && page->up && page->has_after) {
        m->has_before = m->has_after = true;
        copy_key(m->before, page->after, components, -1);
        copy_key(m->after, page->after, components, 0);
    }
}

static void mark_rows(const struct paging *paging, const void *rows, size_t shown, bool more, paging_key_fn *key,
                      struct markers *m)
{
    bool up = paging->page.up;
    key(rows, up ? 0 : shown - 1, m->before); // rows come in the order of selection
    key(rows, up ? shown - 1 : 0, m->after);
    m->has_before = up || more;
    m->has_after = !up || more;
}

static void write_paging(struct json_writer *w, const struct markers *m, size_t components)
{
    json_put_key(w, "paging");
    json_begin_object(w);
    if (m->has_before)
        write_marker(w, "before", m->before, components);
    else
        json_member_null(w, "before");
    if (m->has_after)
        write_marker(w, "after", m->after, components);
    else
        json_member_null(w, "after");
    json_end_object(w);
}

static void write_page(struct call *call, const void *rows, size_t n, bool reversed, int64_t count, paging_render_fn *render,
                       const struct markers *m, size_t components, call_fn *extra)
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
    write_paging(w, m, components);
    if (extra != NULL)
        extra(call);
    json_end_object(w);
}

void paging_render(struct call *call, const struct paging *paging, const void *rows, size_t n, int64_t count,
                   paging_key_fn *key, paging_render_fn *render)
{
    size_t limit = paging->page.limit, shown = n < limit ? n : limit;
    struct markers m = {.has_before = false};
    if (shown == 0)
        mark_empty(paging, rows, n, key, &m);
    else
        mark_rows(paging, rows, shown, n > limit, key, &m);
    write_page(call, rows, shown, paging->page.up != paging->ascending, count, render, &m, paging->components, NULL);
}

void paging_render_all(struct call *call, const void *rows, size_t n, paging_render_fn *render)
{
    paging_render_all_with(call, rows, n, render, NULL);
}

void paging_render_all_with(struct call *call, const void *rows, size_t n, paging_render_fn *render, call_fn *extra)
{
    struct markers none = {.has_before = false};
    write_page(call, rows, n, false, (int64_t)n, render, &none, 1, extra);
}
