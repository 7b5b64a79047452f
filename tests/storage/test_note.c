#include "storage/note.h"

#include "tests/storage/scratch.h"
#include "tests/tap.h"

static void notes(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct note_record note = {.project_id = 1, .user_id = 1, .contents = "first", .created = 20}, found;
    is_int(note_newest(tx, arena, 1, &found, &err), ERR_NOT_FOUND, "a project without notes");
    is_int(note_insert(tx, &note, &err), ERR_NONE, "insert");
    note.contents = "";
    note.user_id = 0;
    note.created = 10;
    int64_t first = note.id;
    is_int(note_insert(tx, &note, &err), ERR_NONE, "another one");
    ok(first > 0 && note.id > first, "ids rise");
    is_int(note_newest(tx, arena, 1, &found, &err), ERR_NONE, "the newest");
    is_int(found.id, note.id, "is the last one written");
    is_text(found.contents, "", "empty");
    is_int(found.project_id * 10000 + found.user_id * 100 + found.created, 10010, "project, no user, time");
    is_int(note_newest(tx, arena, 2, &found, &err), ERR_NOT_FOUND, "the other project has none");
}

static void stays(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct note_record note = {.project_id = 2, .user_id = 1, .contents = "line\nline \xc3\xa9", .created = 30}, found;
    is_int(note_insert(tx, &note, &err), ERR_NONE, "insert");
    is_int(note_newest(tx, arena, 2, &found, &err), ERR_NONE, "the newest");
    is_text(found.contents, note.contents, "contents");
    is_int(found.user_id, 1, "user");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, notes);
    scratch_write(&scratch, stays);
    scratch_remove(&scratch);
    return tap_done();
}
