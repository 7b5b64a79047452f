#include "api/expect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"

enum {
    ECHO_MAX = 120, // bytes of a request's value that an error text repeats
    KEYS_MAX = 300, // bytes of the list of unknown keys
};

// At most max bytes of s, cut between characters.
static int fit(const char *s, size_t max)
{
    size_t n = strnlen(s, max + 1);
    if (n > max)
        for (n = max; n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80;)
            n--;
    return (int)n;
}

// Keys are the user's text: what does not fit is cut between characters, because the path goes into the reply.
const char *expect_path(char *text, const char *field, const char *key)
{
    size_t used = strlen(field) + 2; // the dot and the end
    int n = used < EXPECT_FIELD_MAX ? fit(key, EXPECT_FIELD_MAX - used) : 0;
    snprintf(text, EXPECT_FIELD_MAX, "%s.%.*s", field, n, key);
    return text;
}

const char *expect_item_path(char *text, const char *field, size_t index)
{
    snprintf(text, EXPECT_FIELD_MAX, "%s[%zu]", field, index);
    return text;
}

bool expect_absent(const struct json *v)
{
    return json_kind(v) == JSON_NULL;
}

bool expect_unused(const struct json *v)
{
    enum json_kind kind = json_kind(v);
    return kind == JSON_NULL || ((kind == JSON_ARRAY || kind == JSON_OBJECT) && json_first(v) == NULL);
}

// The value as compact JSON, cut to what a reader needs to recognise it. Free it.
static char *echo(const struct json *v)
{
    struct json_writer w = {0};
    json_put_value(&w, v);
    char *text = buffer_take(&w.out, NULL);
    size_t n = (size_t)fit(text, ECHO_MAX);
    if (text[n] != '\0')
        memcpy(text + n, "", 1);
    return text;
}

static const char *shown(const char *field)
{
    return *field != '\0' ? field : ".";
}

enum err_code expect_type(const struct json *v, const char *field, const char *expected, struct err *err)
{
    char *value = echo(v);
    enum err_code code =
        err_set(err, ERR_INVALID, field, "Invalid type for %s: %s, expected %s", shown(field), value, expected);
    free(value);
    return code;
}

enum err_code expect_kind(const struct json *v, enum json_kind kind, const char *field, struct err *err)
{
    return json_kind(v) == kind ? ERR_NONE : expect_type(v, field, json_kind_name(kind), err);
}

static bool is_listed(const char *const *list, const char *word)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

enum err_code expect_keys(const struct json *object, const char *const *known, const char *field, struct err *err)
{
    struct buffer names = {0};
    for (const struct json *m = json_first(object); m != NULL && names.len < KEYS_MAX; m = json_next(m))
        if (!is_listed(known, json_key(m)))
            buffer_printf(&names, "%s`%.*s`", names.len > 0 ? ", " : "", fit(json_key(m), ECHO_MAX), json_key(m));
    enum err_code code = ERR_NONE;
    if (names.len > 0)
        code = err_set(err, ERR_INVALID, field, "Unknown json keys %s in %s", names.data, shown(field));
    buffer_clear(&names);
    return code;
}

enum err_code expect_member(const struct json *object, const char *key, const char *field, const struct json **v,
                            struct err *err)
{
    *v = json_member(object, key);
    if (!expect_absent(*v))
        return ERR_NONE;
    char path[EXPECT_FIELD_MAX];
    char *value = echo(object);
    enum err_code code = err_set(err, ERR_INVALID, expect_path(path, field, key),
                                 "Missing required json key \"%s\" in %s: %s", key, shown(field), value);
    free(value);
    return code;
}

enum err_code expect_bool(const struct json *v, const char *field, bool *out, struct err *err)
{
    if (json_kind(v) != JSON_BOOL)
        return expect_type(v, field, "boolean", err);
    *out = json_bool(v);
    return ERR_NONE;
}

enum err_code expect_number(const struct json *v, const char *field, double *out, struct err *err)
{
    if (json_kind(v) != JSON_NUMBER)
        return expect_type(v, field, "number", err);
    *out = json_number(v);
    return ERR_NONE;
}

enum err_code expect_stddev(const struct json *object, const char *field, double *out, struct err *err)
{
    const struct json *v = json_member(object, "value_stddev");
    char path[EXPECT_FIELD_MAX];
    *out = (double)NAN;
    if (expect_absent(v))
        return ERR_NONE;
    enum err_code code = expect_number(v, expect_path(path, field, "value_stddev"), out, err);
    return code == ERR_NONE && *out < 0 ? err_set(err, ERR_INVALID, path, "%s must be greater than or equal to 0", path) : code;
}

enum err_code expect_integer(const struct json *v, const char *field, int64_t *out, struct err *err)
{
    return json_integer(v, out) ? ERR_NONE : expect_type(v, field, "integer", err);
}

enum err_code expect_positive(const struct json *v, const char *field, int64_t *out, struct err *err)
{
    if (expect_integer(v, field, out, err) != ERR_NONE)
        return ERR_INVALID;
    if (*out < 1)
        return err_set(err, ERR_INVALID, field, "%s must be greater than or equal to 1, got %lld", field, (long long)*out);
    return ERR_NONE;
}

enum err_code expect_string(const struct json *v, size_t max, const char *field, const char **out, struct err *err)
{
    if (json_kind(v) != JSON_STRING)
        return expect_type(v, field, "string", err);
    size_t n = text_length(json_string(v));
    if (n < 1)
        return err_set(err, ERR_INVALID, field, "The length of %s must be at least 1", field);
    if (n > max)
        return err_set(err, ERR_INVALID, field, "The length of %s must be at most %zu", field, max);
    *out = json_string(v);
    return ERR_NONE;
}

enum err_code expect_stripped(struct arena *arena, const struct json *v, size_t max, const char *field, const char **out,
                              struct err *err)
{
    if (expect_string(v, max, field, out, err) != ERR_NONE)
        return ERR_INVALID;
    *out = expect_strip(arena, *out);
    if (**out == '\0')
        return err_set(err, ERR_INVALID, field, "%s must not consist of white space only", field);
    return ERR_NONE;
}

enum err_code expect_name(struct arena *arena, const struct json *v, size_t max, const char *field, const char **out,
                          struct err *err)
{
    if (json_kind(v) == JSON_STRING && text_has_control(json_string(v)))
        return err_set(err, ERR_INVALID, field, "%s must not contain control characters", field);
    return expect_stripped(arena, v, max, field, out, err);
}

enum err_code expect_one_of(const struct json *v, const char *const *words, const char *field, size_t *index, struct err *err)
{
    if (json_kind(v) != JSON_STRING)
        return expect_type(v, field, "string", err);
    struct buffer list = {0};
    for (*index = 0; words[*index] != NULL; ++*index) {
        if (strcmp(words[*index], json_string(v)) == 0) {
            buffer_clear(&list);
            return ERR_NONE;
        }
        buffer_printf(&list, "%s\"%s\"", list.len > 0 ? ", " : "", words[*index]);
    }
    char *value = echo(v);
    enum err_code code =
        err_set(err, ERR_INVALID, field, "%s is not one of the allowed values for %s: %s", value, field, list.data);
    free(value);
    buffer_clear(&list);
    return code;
}

// Bytes of the white space that s begins with, 0 when it begins with something else.
static size_t space_at(const char *s)
{
    static const char *const wide[] = {
        "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
        "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
        "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
    };
    unsigned char c = (unsigned char)*s;
    if (c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(s, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

char *expect_strip(struct arena *arena, const char *s)
{
    for (size_t n = space_at(s); n > 0; n = space_at(s))
        s += n;
    size_t end = 0; // behind the last character that is not white space
    for (size_t i = 0; s[i] != '\0';) {
        size_t n = space_at(s + i);
        if (n > 0) {
            i += n;
        } else {
            i++;
            end = i;
        }
    }
    return arena_strndup(arena, s, end);
}
