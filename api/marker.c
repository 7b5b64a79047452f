#include "api/marker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, DOUBLE_SIZE = 8 };
enum { FIELD_SYMBOLS = 1, FIELD_SECONDS = 1, FIELD_NANOS = 2 };
enum { FIELD_DOUBLE = 1, FIELD_INT = 2, FIELD_NULL = 3, FIELD_TEXT = 4, FIELD_BOOLEAN = 5, FIELD_TIMESTAMP = 6 };

int64_t marker_of_value(double value)
{
    if (isnan(value))
        return INT64_MAX;
    int64_t bits;
    value += 0.0; // -0 is 0
    memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? bits ^ INT64_MAX : bits;
}

double marker_value(int64_t key)
{
    int64_t bits = key < 0 ? key ^ INT64_MAX : key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return key == INT64_MAX ? (double)NAN : value;
}

// ------------------------------------------------------------------ writing a marker

static void put_varint(struct buffer *m, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        buffer_putc(m, (char)(v | 0x80));
    buffer_putc(m, (char)v);
}

static void put_int(struct buffer *m, unsigned field, int64_t v)
{
    put_varint(m, field << 3 | WIRE_VARINT);
    put_varint(m, (uint64_t)v);
}

static void put_bytes(struct buffer *m, unsigned field, const char *bytes, size_t n)
{
    put_varint(m, field << 3 | WIRE_BYTES);
    put_varint(m, n);
    buffer_append(m, bytes, n);
}

// Floor division: times before 1970 have positive nanoseconds too.
static void put_time(struct buffer *m, int64_t ms)
{
    struct buffer time = {0};
    int64_t rest = ms % 1000, seconds = ms / 1000;
    if (rest < 0) {
        rest += 1000;
        seconds--;
    }
    put_int(&time, FIELD_SECONDS, seconds);
    if (rest > 0)
        put_int(&time, FIELD_NANOS, rest * 1000000);
    put_bytes(m, FIELD_TIMESTAMP, time.data, time.len);
    buffer_clear(&time);
}

// Little-endian, on whatever machine.
static void put_double(struct buffer *m, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_varint(m, FIELD_DOUBLE << 3 | WIRE_FIXED64);
    for (int i = 0; i < DOUBLE_SIZE; i++)
        buffer_putc(m, (char)(bits >> 8 * i & 0xff));
}

static void put_value(struct buffer *m, int64_t key)
{
    double value = marker_value(key);
    if (isnan(value))
        put_int(m, FIELD_NULL, 0);
    else
        put_double(m, value);
}

static void put_scalar(struct buffer *m, const struct scalar *scalar)
{
    if (scalar->text != NULL)
        put_bytes(m, FIELD_TEXT, scalar->text, strlen(scalar->text));
    else
        put_double(m, scalar->number);
}

static void put_symbol(struct buffer *m, enum marker_kind kind, int64_t key, const struct scalar *scalar)
{
    switch (kind) {
    case MARKER_TIME:
        put_time(m, key);
        break;
    case MARKER_VALUE:
        put_value(m, key);
        break;
    case MARKER_INTEGER:
        put_int(m, FIELD_INT, key);
        break;
    case MARKER_BOOLEAN:
        put_int(m, FIELD_BOOLEAN, key);
        break;
    case MARKER_SCALAR:
        put_scalar(m, scalar);
        break;
    }
}

void marker_write(struct json_writer *w, const char *name, const int64_t *key, const struct scalar *scalar, size_t components,
                  enum marker_kind kind)
{
    struct buffer m = {0}, symbol = {0};
    for (size_t i = 0; i < components; i++) {
        put_symbol(&symbol, i + 1 == components ? MARKER_INTEGER : kind, key[i], scalar);
        put_bytes(&m, FIELD_SYMBOLS, symbol.data, symbol.len);
        buffer_clear(&symbol);
    }
    char *text = mem_calloc((m.len + 2) / 3 * 4 + 1, 1);
    base64url_encode((const unsigned char *)m.data, m.len, text);
    json_member_string(w, name, text);
    free(text);
    buffer_clear(&m);
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
    if (time.at != time.end || seconds <= -limit || seconds >= limit || nanos < 0 || nanos >= 1000000000)
        return false;
    *ms = seconds * 1000 + nanos / 1000000;
    return true;
}

static bool take_double(struct cursor *c, double *value)
{
    uint64_t bits = 0;
    if (!take_tag(c, FIELD_DOUBLE, WIRE_FIXED64) || c->end - c->at < DOUBLE_SIZE)
        return false;
    for (int i = 0; i < DOUBLE_SIZE; i++)
        bits |= (uint64_t)*c->at++ << 8 * i;
    memcpy(value, &bits, sizeof bits);
    return isfinite(*value);
}

// A double, an integer, or null.
static bool take_value(struct cursor *c, int64_t *key)
{
    struct cursor start = *c;
    double value = (double)NAN;
    int64_t integer;
    if (!take_double(c, &value)) {
        *c = start;
        if (take_int(c, FIELD_INT, &integer)) {
            value = (double)integer;
        } else {
            *c = start;
            if (!take_int(c, FIELD_NULL, &integer))
                return false;
        }
    }
    *key = marker_of_value(value);
    return true;
}

static bool take_boolean(struct cursor *c, int64_t *key)
{
    return take_int(c, FIELD_BOOLEAN, key) && (*key == 0 || *key == 1);
}

static bool take_text(struct cursor *c, struct arena *arena, struct scalar *scalar)
{
    struct cursor text;
    if (!take_message(c, FIELD_TEXT, &text))
        return false;
    size_t n = (size_t)(text.end - text.at);
    if (memchr(text.at, 0, n) != NULL || !text_is_utf8((const char *)text.at, n))
        return false;
    scalar->text = arena_strndup(arena, (const char *)text.at, n);
    return true;
}

static bool take_scalar(struct cursor *c, struct arena *arena, struct scalar *scalar)
{
    struct cursor start = *c;
    int64_t key;
    *scalar = (struct scalar){.text = NULL};
    if (take_text(c, arena, scalar))
        return true;
    *c = start;
    if (!take_value(c, &key))
        return false;
    scalar->number = marker_value(key);
    return !isnan(scalar->number);
}

static bool take_symbol(struct cursor *c, struct arena *arena, enum marker_kind kind, int64_t *key, struct scalar *scalar)
{
    switch (kind) {
    case MARKER_TIME:
        return take_time(c, key);
    case MARKER_VALUE:
        return take_value(c, key);
    case MARKER_INTEGER:
        return take_int(c, FIELD_INT, key);
    case MARKER_BOOLEAN:
        return take_boolean(c, key);
    case MARKER_SCALAR:
        return take_scalar(c, arena, scalar);
    }
    return false;
}

bool marker_read(struct arena *arena, const char *text, size_t components, enum marker_kind kind, int64_t *key,
                 struct scalar *scalar)
{
    size_t n = strlen(text), len;
    unsigned char *bytes = arena_alloc(arena, n + 4, 1);
    if (n == 0 || !base64url_decode(text, n, bytes, &len))
        return false;
    struct cursor c = {bytes, bytes + len}, symbol;
    for (size_t i = 0; i < components; i++) {
        if (!take_message(&c, FIELD_SYMBOLS, &symbol))
            return false;
        bool taken = take_symbol(&symbol, arena, i + 1 == components ? MARKER_INTEGER : kind, &key[i], scalar);
        if (!taken || symbol.at != symbol.end)
            return false;
    }
    return c.at == c.end;
}
