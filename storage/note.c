#include "storage/note.h"

#include "storage/query.h"

enum err_code note_insert(struct tx *tx, struct note_record *record, struct err *err)
{
    struct query q =
        query_start(tx, "INSERT INTO project_note (project_id, user_id, contents, created) VALUES (?, ?, ?, ?)", err);
    query_bind_int(&q, record->project_id);
    query_bind_optional(&q, record->user_id);
    query_bind_text(&q, record->contents);
    query_bind_int(&q, record->created);
    return query_insert(&q, &record->id);
}

enum err_code note_newest(struct tx *tx, struct arena *arena, int64_t project_id, struct note_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "SELECT id, user_id, contents, created FROM project_note WHERE project_id = ?"
                                 " ORDER BY id DESC LIMIT 1",
                                 err);
    query_bind_int(&q, project_id);
    if (!query_step(&q)) {
        enum err_code code = query_end(&q);
        return code != ERR_NONE ? code : err_set(err, ERR_NOT_FOUND, NULL, "The project has no note");
    }
    *record = (struct note_record){.id = query_int(&q), .project_id = project_id};
    record->user_id = query_int(&q);
    record->contents = query_text(&q, arena);
    record->created = query_int(&q);
    return query_end(&q);
}
