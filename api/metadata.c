// Metadata: what users keep with an object, a flat map from names to strings and numbers (API reference 4).
#include <string.h>

#include "api/call.h"
#include "api/expect.h"
#include "base/text.h"

enum { KEYS_MAX = 100, KEY_MAX_LENGTH = 100, STRING_MAX_LENGTH = 500 };

static enum err_code check_member(const struct json *v, const char *field, struct err *err)
{
    if (text_length(json_key(v)) > KEY_MAX_LENGTH)
        return err_set(err, ERR_INVALID, field, "%s has a key with more than %d characters", field, KEY_MAX_LENGTH);
    char path[EXPECT_FIELD_MAX];
    expect_path(path, field, json_key(v));
    switch (json_kind(v)) {
    case JSON_NULL:
    case JSON_NUMBER:
        return ERR_NONE;
    case JSON_STRING:
        if (text_length(json_string(v)) > STRING_MAX_LENGTH)
            return err_set(err, ERR_INVALID, path, "%s has more than %d characters", path, STRING_MAX_LENGTH);
        return ERR_NONE;
    case JSON_BOOL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return expect_type(v, path, "string, number or null", err);
}

enum err_code metadata_check(const struct json *v, const char *field, struct err *err)
{
    if (expect_absent(v))
        return ERR_NONE;
    enum err_code code = expect_kind(v, JSON_OBJECT, field, err);
    if (code == ERR_NONE && json_size(v) > KEYS_MAX)
        code = err_set(err, ERR_INVALID, field, "%s has too many keys: the maximum number of keys is %d", field, KEYS_MAX);
    for (const struct json *c = json_first(v); code == ERR_NONE && c != NULL; c = json_next(c))
        code = check_member(c, field, err);
    return code;
}

enum err_code metadata_read(struct arena *arena, const struct json *v, const char *field, const char **out, struct err *err)
{
    *out = NULL;
    if (expect_absent(v))
        return ERR_NONE;
    enum err_code code = metadata_check(v, field, err);
    if (code != ERR_NONE)
        return code;
    struct json_writer w = {.depth = 0};
    json_begin_object(&w);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c)) {
        if (json_kind(c) == JSON_NULL)
            continue;
        json_put_key(&w, json_key(c));
        json_put_value(&w, c);
    }
    json_end_object(&w);
    *out = arena_strndup(arena, w.out.data, w.out.len);
    json_writer_clear(&w);
    return ERR_NONE;
}
