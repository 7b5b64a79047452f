#include "api/sent_back.h"

#include <string.h>

#include "api/expect.h"

// A longer list is left to the checks of an update: no experiment has so many parameters, and each is looked up in turn.
#define LIST_MAX 1000

static bool is_one_of(const char *name, const char *const *list)
{
    while (*list != NULL && strcmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

static bool is_sent_back(const struct json *v, const struct json *shown)
{
    return json_kind(json_member(v, "object")) == JSON_STRING && json_equal(json_member(v, "object"), json_member(shown, "object"));
}

// The item of a list with the same name, or NULL.
static const struct json *find_item(const struct json *list, const struct json *name)
{
    const struct json *item = json_first(list);
    while (item != NULL && !json_equal(json_member(item, "name"), name))
        item = json_next(item);
    return item;
}

// Of each parameter that was fetched, its name and what has changed.
static void write_parameters(struct json_writer *w, const struct json *list, const struct json *shown)
{
    json_begin_array(w);
    for (const struct json *item = json_first(list); item != NULL; item = json_next(item)) {
        const struct json *name = json_member(item, "name"), *now = find_item(shown, name);
        if (json_kind(name) != JSON_STRING || !is_sent_back(item, now)) {
            json_put_value(w, item);
            continue;
        }
        json_begin_object(w);
        for (const struct json *v = json_first(item); v != NULL; v = json_next(v)) {
            if (v == name || !json_equal(v, json_member(now, json_key(v)))) {
                json_put_key(w, json_key(v));
                json_put_value(w, v);
            }
        }
        json_end_object(w);
    }
    json_end_array(w);
}

// A list that replaces the one that is there: its items keep everything but the word that says what they are.
static void write_values(struct json_writer *w, const struct json *list)
{
    json_begin_array(w);
    for (const struct json *item = json_first(list); item != NULL; item = json_next(item)) {
        if (json_kind(item) != JSON_OBJECT) {
            json_put_value(w, item);
            continue;
        }
        json_begin_object(w);
        for (const struct json *v = json_first(item); v != NULL; v = json_next(v)) {
            if (strcmp(json_key(v), "object") != 0) {
                json_put_key(w, json_key(v));
                json_put_value(w, v);
            }
        }
        json_end_object(w);
    }
    json_end_array(w);
}

// Writes the members that are left.
static enum err_code write_changes(struct call *call, const struct json *shown, const char *const *changeable,
                                   const char *const *moving, struct json_writer *w)
{
    bool whole = is_sent_back(call->body, shown);
    char path[EXPECT_FIELD_MAX];
    json_begin_object(w);
    for (const struct json *v = json_first(call->body); v != NULL; v = json_next(v)) {
        const char *key = json_key(v);
        const struct json *now = json_member(shown, key);
        if (whole && now != NULL && (json_equal(v, now) || is_one_of(key, moving)))
            continue;
        if (whole && now != NULL && !is_one_of(key, changeable))
            return call_error(call, ERR_INVALID, expect_path(path, "", key), ".%s cannot be changed", key);
        json_put_key(w, key);
        if (strcmp(key, "parameters") == 0 && json_kind(v) == JSON_ARRAY && json_size(v) <= LIST_MAX)
            write_parameters(w, v, now);
        else if (whole && strcmp(key, "values") == 0 && json_kind(v) == JSON_ARRAY)
            write_values(w, v);
        else
            json_put_value(w, v);
    }
    json_end_object(w);
    return ERR_NONE;
}

enum err_code sent_back_reduce(struct call *call, const char *const *changeable, const char *const *moving)
{
    struct json *shown = NULL, *changes = NULL;
    struct json_writer w = {.depth = 0};
    enum err_code code = json_parse(call->out.out.data, call->out.out.len, &shown, &call->err);
    if (code == ERR_NONE)
        code = write_changes(call, shown, changeable, moving, &w);
    if (code == ERR_NONE)
        code = json_parse(w.out.data, w.out.len, &changes, &call->err);
    json_writer_clear(&w);
    json_writer_clear(&call->out);
    json_free(shown);
    if (code != ERR_NONE)
        return code;
    json_free(call->document);
    call->document = changes;
    call->body = changes;
    return code;
}
