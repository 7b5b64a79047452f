#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool muted(const struct json_writer *w)
{
    return w->muted_depth > 0;
}

// Before a value: the comma that separates it from its predecessor (a member's comma was written with its key).
static void begin_value(struct json_writer *w)
{
    if (!muted(w) && !w->has_key && w->depth > 0) {
        if (w->needs_comma[w->depth])
            buffer_putc(&w->out, ',');
        w->needs_comma[w->depth] = true;
    }
    w->has_key = false;
}

// After a value: a member that was not selected ends here.
static void end_value(struct json_writer *w)
{
    if (w->muted_depth == w->depth + 1)
        w->muted_depth = 0;
}

static void put_text(struct json_writer *w, const char *text)
{
    begin_value(w);
    if (!muted(w))
        buffer_puts(&w->out, text);
    end_value(w);
}

static void open_container(struct json_writer *w, char c, bool selected)
{
    begin_value(w);
    if (!muted(w))
        buffer_putc(&w->out, c);
    w->depth++;
    assert(w->depth <= JSON_MAX_DEPTH);
    w->needs_comma[w->depth] = false;
    w->selected[w->depth] = selected;
}

static void close_container(struct json_writer *w, char c)
{
    assert(w->depth > 0 && !w->has_key);
    w->depth--;
    if (!muted(w))
        buffer_putc(&w->out, c);
    end_value(w);
}

void json_begin_object(struct json_writer *w)
{
    open_container(w, '{', false);
}

void json_begin_selected(struct json_writer *w)
{
    bool inside = false;
    for (unsigned depth = 1; depth <= w->depth; depth++)
        inside |= w->selected[depth];
    open_container(w, '{', w->select != NULL && !inside);
}

void json_end_object(struct json_writer *w)
{
    close_container(w, '}');
}

void json_begin_array(struct json_writer *w)
{
    open_container(w, '[', false);
}

void json_end_array(struct json_writer *w)
{
    close_container(w, ']');
}

static bool is_selected(const struct json_writer *w, const char *key)
{
    for (const char *const *name = w->select; *name != NULL; name++)
        if (strcmp(*name, key) == 0)
            return true;
    return false;
}

static void append_quoted(struct buffer *out, const char *s)
{
    buffer_putc(out, '"');
    for (const char *run = s;; s++) {
        unsigned char c = (unsigned char)*s;
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_append(out, run, (size_t)(s - run));
        if (c == '\0')
            break;
        run = s + 1;
        if (c == '"' || c == '\\') {
            buffer_putc(out, '\\');
            buffer_putc(out, (char)c);
        } else if (c == '\n') {
            buffer_puts(out, "\\n");
        } else {
            buffer_printf(out, "\\u%04x", (unsigned)c);
        }
    }
    buffer_putc(out, '"');
}

void json_put_key(struct json_writer *w, const char *key)
{
    assert(w->depth > 0 && !w->has_key);
    w->has_key = true;
    if (muted(w))
        return;
    if (w->selected[w->depth] && !is_selected(w, key)) {
        w->muted_depth = w->depth + 1;
        return;
    }
    if (w->needs_comma[w->depth])
        buffer_putc(&w->out, ',');
    w->needs_comma[w->depth] = true;
    append_quoted(&w->out, key);
    buffer_putc(&w->out, ':');
}

void json_put_null(struct json_writer *w)
{
    put_text(w, "null");
}

void json_put_bool(struct json_writer *w, bool v)
{
    put_text(w, v ? "true" : "false");
}

void json_put_int(struct json_writer *w, int64_t v)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, v);
    put_text(w, text);
}

char *json_format_double(double v, char *text)
{
    assert(isfinite(v));
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, v);
        double back = strtod(text, NULL);
        if (memcmp(&back, &v, sizeof v) == 0)
            break;
    }
    if (strpbrk(text, ".e") == NULL)
        strcat(text, ".0"); // at most 17 digits and a sign: there is room
    return text;
}

void json_put_double(struct json_writer *w, double v)
{
    char text[32];
    put_text(w, json_format_double(v + 0.0, text)); // -0.0 + 0.0 is 0.0
}

void json_put_number(struct json_writer *w, double v)
{
    const double exact = 9007199254740992.0; // 2^53
    if (v >= -exact && v <= exact && !(v < floor(v)) && !(v > floor(v)))
        json_put_int(w, (int64_t)v);
    else
        json_put_double(w, v);
}

void json_put_string(struct json_writer *w, const char *s)
{
    if (s == NULL) {
        json_put_null(w);
        return;
    }
    begin_value(w);
    if (!muted(w))
        append_quoted(&w->out, s);
    end_value(w);
}

void json_put_id(struct json_writer *w, int64_t id)
{
    char text[24];
    snprintf(text, sizeof text, "\"%" PRId64 "\"", id);
    put_text(w, id > 0 ? text : "null");
}

void json_put_raw(struct json_writer *w, const char *text)
{
    put_text(w, text != NULL ? text : "null");
}

void json_put_value(struct json_writer *w, const struct json *v)
{
    switch (json_kind(v)) {
    case JSON_NULL:
        json_put_null(w);
        break;
    case JSON_BOOL:
        json_put_bool(w, json_bool(v));
        break;
    case JSON_NUMBER:
        json_put_number(w, json_number(v));
        break;
    case JSON_STRING:
        json_put_string(w, json_string(v));
        break;
    case JSON_ARRAY:
        json_begin_array(w);
        for (const struct json *c = json_first(v); c != NULL; c = json_next(c))
            json_put_value(w, c);
        json_end_array(w);
        break;
    case JSON_OBJECT:
        json_begin_object(w);
        for (const struct json *c = json_first(v); c != NULL; c = json_next(c)) {
            json_put_key(w, json_key(c));
            json_put_value(w, c);
        }
        json_end_object(w);
        break;
    }
}

void json_member_null(struct json_writer *w, const char *key)
{
    json_put_key(w, key);
    json_put_null(w);
}

void json_member_bool(struct json_writer *w, const char *key, bool v)
{
    json_put_key(w, key);
    json_put_bool(w, v);
}

void json_member_int(struct json_writer *w, const char *key, int64_t v)
{
    json_put_key(w, key);
    json_put_int(w, v);
}

void json_member_double(struct json_writer *w, const char *key, double v)
{
    json_put_key(w, key);
    json_put_double(w, v);
}

void json_member_number(struct json_writer *w, const char *key, double v)
{
    json_put_key(w, key);
    json_put_number(w, v);
}

void json_member_string(struct json_writer *w, const char *key, const char *s)
{
    json_put_key(w, key);
    json_put_string(w, s);
}

void json_member_id(struct json_writer *w, const char *key, int64_t id)
{
    json_put_key(w, key);
    json_put_id(w, id);
}

void json_member_raw(struct json_writer *w, const char *key, const char *text)
{
    json_put_key(w, key);
    json_put_raw(w, text);
}

void json_writer_clear(struct json_writer *w)
{
    if (w == NULL)
        return;
    buffer_clear(&w->out);
    *w = (struct json_writer){.select = w->select};
}
