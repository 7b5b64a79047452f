// Notes of a project (API reference 2.13, 3.7).
#include "storage/note.h"

#include "api/expect.h"
#include "api/route.h"
#include "base/text.h"

enum { CONTENTS_MAX_LENGTH = 1 << 20 };

static void render_note(struct call *call, const void *rows, size_t i)
{
    const struct note_record *note = (const struct note_record *)rows + i;
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", "project_note");
    json_member_string(w, "contents", note->contents);
    json_member_int(w, "created", note->created / 1000);
    json_member_id(w, "user", note->user_id);
    json_member_id(w, "client", call->project.client_id);
    json_member_string(w, "project", call->project.reference);
    json_end_object(w);
}

enum err_code note_list(struct call *call)
{
    struct note_record note;
    enum err_code code = note_newest(call->tx, call->arena, call->project.id, &note, &call->err);
    if (code == ERR_NONE || code == ERR_NOT_FOUND)
        paging_render_all(call, &note, code == ERR_NONE, render_note);
    return code == ERR_NOT_FOUND ? ERR_NONE : code;
}

enum err_code note_create(struct call *call)
{
    static const char *const known[] = {"contents", NULL};
    const struct json *contents;
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE ||
        expect_member(call->body, "contents", "", &contents, &call->err) != ERR_NONE ||
        expect_kind(contents, JSON_STRING, ".contents", &call->err) != ERR_NONE)
        return ERR_INVALID;
    struct note_record note = {.project_id = call->project.id,
                               .user_id = call->token.user_id,
                               .contents = json_string(contents),
                               .created = call->now};
    if (text_length(note.contents) > CONTENTS_MAX_LENGTH)
        return call_error(call, ERR_INVALID, ".contents", "The length of .contents must be at most %d", CONTENTS_MAX_LENGTH);
    enum err_code code = note_insert(call->tx, &note, &call->err);
    if (code == ERR_NONE)
        render_note(call, &note, 0);
    return code;
}
