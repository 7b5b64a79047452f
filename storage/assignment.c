#include "storage/assignment.h"

#include <math.h>

#include "storage/query.h"

struct statements {
    const char *insert, *load, *delete;
};

static const struct statements statements[] = {
    [ASSIGNMENT_OF_SUGGESTION] = {"INSERT INTO suggestion_assignment (suggestion_id, name, number, text) VALUES (?, ?, ?, ?)",
                                  "SELECT name, number, text FROM suggestion_assignment WHERE suggestion_id = ? ORDER BY name",
                                  "DELETE FROM suggestion_assignment WHERE suggestion_id = ?"},
    [ASSIGNMENT_OF_QUEUED_SUGGESTION] =
        {"INSERT INTO queued_suggestion_assignment (queued_suggestion_id, name, number, text) VALUES (?, ?, ?, ?)",
         "SELECT name, number, text FROM queued_suggestion_assignment WHERE queued_suggestion_id = ? ORDER BY name",
         "DELETE FROM queued_suggestion_assignment WHERE queued_suggestion_id = ?"},
    [ASSIGNMENT_OF_OBSERVATION] = {"INSERT INTO observation_assignment (observation_id, name, number, text) VALUES (?, ?, ?, ?)",
                                   "SELECT name, number, text FROM observation_assignment WHERE observation_id = ? ORDER BY name",
                                   "DELETE FROM observation_assignment WHERE observation_id = ?"},
};

enum err_code assignment_insert_all(struct tx *tx, enum assignment_owner owner, int64_t owner_id,
                                    const struct assignment *assignments, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        struct query q = query_start(tx, statements[owner].insert, err);
        query_bind_int(&q, owner_id);
        query_bind_text(&q, assignments[i].name);
        query_bind_real(&q, assignments[i].text == NULL ? assignments[i].number : (double)NAN);
        query_bind_text(&q, assignments[i].text);
        enum err_code code = query_run(&q);
        if (code != ERR_NONE)
            return code;
    }
    return ERR_NONE;
}

static void read_assignment(struct query *q, struct arena *arena, void *target)
{
    struct assignment *assignment = target;
    assignment->name = query_text(q, arena);
    assignment->number = query_real(q);
    assignment->text = query_text(q, arena);
    if (assignment->text != NULL)
        assignment->number = 0;
}

enum err_code assignment_load(struct tx *tx, struct arena *arena, enum assignment_owner owner, int64_t owner_id,
                              const struct assignment **assignments, size_t *n, struct err *err)
{
    struct query q = query_start(tx, statements[owner].load, err);
    query_bind_int(&q, owner_id);
    *assignments = query_collect(&q, arena, sizeof **assignments, read_assignment, n);
    return query_end(&q);
}

enum err_code assignment_delete_all(struct tx *tx, enum assignment_owner owner, int64_t owner_id, struct err *err)
{
    struct query q = query_start(tx, statements[owner].delete, err);
    query_bind_int(&q, owner_id);
    return query_run(&q);
}
