// Tags of a team, and on its training runs (API reference 2.11, 3.7).
#include "storage/tag.h"

#include <inttypes.h>
#include <string.h>

#include "api/expect.h"
#include "api/route.h"

enum { NAME_MAX_LENGTH = 100, COLOR_LENGTH = 7 };

static void render_tag(struct call *call, const void *rows, size_t i)
{
    const struct tag_record *tag = (const struct tag_record *)rows + i;
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", "tag");
    json_member_id(w, "id", tag->id);
    json_member_string(w, "name", tag->name);
    json_member_string(w, "color", tag->color);
    json_member_id(w, "client", tag->client_id);
    json_end_object(w);
}

static void key_by_id(const void *rows, size_t i, int64_t key[2])
{
    key[0] = ((const struct tag_record *)rows)[i].id;
}

enum err_code tag_list(struct call *call)
{
    struct paging paging;
    struct tag_record *tags;
    size_t n;
    int64_t count;
    const char *sort = call_query(call, "sort");
    if (sort != NULL && strcmp(sort, "id") != 0)
        return call_error(call, ERR_INVALID, "sort", "Invalid sort: %s, not one of the allowed values id", sort);
    enum err_code code = paging_read(call, 1, true, &paging);
    if (code == ERR_NONE)
        code = tag_page(call->tx, call->arena, call->client.id, &paging.page, &tags, &n, &count, &call->err);
    if (code == ERR_NONE)
        paging_render(call, &paging, tags, n, count, key_by_id, render_tag);
    return code;
}

// "#RRGGBB" in either case; kept in upper case.
static enum err_code read_color(struct call *call, const struct json *v, const char **out)
{
    const char *text;
    if (expect_string(v, COLOR_LENGTH, ".color", &text, &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (strlen(text) != COLOR_LENGTH || text[0] != '#' || strspn(text + 1, "0123456789abcdefABCDEF") != COLOR_LENGTH - 1)
        return call_error(call, ERR_INVALID, ".color", "The value %s of .color does not match the pattern ^#[0-9A-Fa-f]{6}$", text);
    char *color = arena_strdup(call->arena, text);
    for (char *c = color; *c != '\0'; c++)
        if (*c >= 'a' && *c <= 'f')
            *c = (char)(*c - 'a' + 'A');
    *out = color;
    return ERR_NONE;
}

enum err_code tag_create(struct call *call)
{
    static const char *const known[] = {"name", "color", NULL};
    const struct json *name, *color;
    struct tag_record tag = {.client_id = call->client.id};
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE ||
        expect_member(call->body, "name", "", &name, &call->err) != ERR_NONE ||
        expect_member(call->body, "color", "", &color, &call->err) != ERR_NONE ||
        expect_name(call->arena, name, NAME_MAX_LENGTH, ".name", &tag.name, &call->err) != ERR_NONE ||
        read_color(call, color, &tag.color) != ERR_NONE)
        return ERR_INVALID;
    enum err_code code = tag_insert(call->tx, &tag, &call->err);
    if (code == ERR_CONFLICT)
        return call_error(call, code, ".name", "A tag with the name %s exists already", tag.name);
    if (code == ERR_NONE)
        render_tag(call, &tag, 0);
    return code;
}

// ------------------------------------------------------------------ on runs

enum err_code tag_put_on_run(struct call *call)
{
    static const char *const known[] = {"id", NULL};
    struct tag_record tag;
    const struct json *v;
    int64_t id;
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE || expect_member(call->body, "id", "", &v, &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (!json_id(v, &id))
        return expect_type(v, ".id", "id", &call->err);
    enum err_code code = tag_find(call->tx, call->arena, call->run.client_id, id, &tag, &call->err);
    if (code == ERR_NOT_FOUND)
        return call_error(call, ERR_UNPROCESSABLE, ".id", "tag %" PRId64 " does not exist", id);
    if (code == ERR_NONE)
        code = tag_put(call->tx, call->run.id, id, &call->err);
    if (code == ERR_NONE)
        render_tag(call, &tag, 0);
    return code;
}

enum err_code tag_take_off_run(struct call *call)
{
    struct tag_record tag;
    enum err_code code = tag_find(call->tx, call->arena, call->run.client_id, call->tag_id, &tag, &call->err);
    if (code == ERR_NOT_FOUND)
        return call_error(call, code, NULL, "tag %" PRId64 " does not exist", call->tag_id);
    if (code == ERR_NONE)
        code = tag_take(call->tx, call->run.id, tag.id, &call->err);
    if (code == ERR_NONE)
        render_tag(call, &tag, 0);
    return code;
}
