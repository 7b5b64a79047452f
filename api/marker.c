#include "api/marker.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { MARKER_MAX = 96 }; // bytes of a message with all components

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, DOUBLE_SIZE = 8 };
enum { FIELD_SYMBOLS = 1, FIELD_DOUBLE = 1, FIELD_INT = 2, FIELD_NULL = 3, FIELD_TIMESTAMP = 6, FIELD_SECONDS = 1, FIELD_NANOS = 2 };

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

// Little-endian, on whatever machine.
static void put_value(struct message *m, int64_t key)
{
    double value = marker_value(key);
    uint64_t bits;
    if (isnan(value)) {
        put_int(m, FIELD_NULL, 0);
        return;
    }
    memcpy(&bits, &value, sizeof bits);
    put_varint(m, FIELD_DOUBLE << 3 | WIRE_FIXED64);
    for (int i = 0; i < DOUBLE_SIZE; i++)
        m->bytes[m->n++] = (unsigned char)(bits >> 8 * i);
}

void marker_write(struct json_writer *w, const char *name, const int64_t *key, size_t components, enum marker_kind kind)
{
    struct message m = {.n = 0};
    for (size_t i = 0; i < components; i++) {
        struct message symbol = {.n = 0};
        if (i + 1 == components)
            put_int(&symbol, FIELD_INT, key[i]);
        else if (kind == MARKER_TIME)
            put_time(&symbol, key[i]);
        else
            put_value(&symbol, key[i]);
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

bool marker_read(struct arena *arena, const char *text, size_t components, enum marker_kind kind, int64_t *key)
{
    size_t n = strlen(text), len;
    unsigned char *bytes = arena_alloc(arena, n + 4, 1);
    if (n == 0 || !base64url_decode(text, n, bytes, &len))
        return false;
    struct cursor c = {bytes, bytes + len}, symbol;
    for (size_t i = 0; i < components; i++) {
        if (!take_message(&c, FIELD_SYMBOLS, &symbol))
            return false;
        bool taken = i + 1 == components  ? take_int(&symbol, FIELD_INT, &key[i])
                     : kind == MARKER_TIME ? take_time(&symbol, &key[i])
                                           : take_value(&symbol, &key[i]);
        if (!taken || symbol.at != symbol.end)
            return false;
    }
    return c.at == c.end;
}
