#include "storage/check.h"

#include <string.h>

#include "storage/query.h"

// Each gives the ids of what is wrong, and no row when all is well.
struct rule {
    const char *what;
    const char *sql;
};

static const struct rule rules[] = {
    {"the count of observations of experiment",
     "SELECT id FROM experiment e WHERE observation_count <>"
     " (SELECT count(*) FROM observation o WHERE o.experiment_id = e.id AND o.deleted = 0)"},
    {"the sequence of experiment",
     "SELECT id FROM experiment e WHERE sequence <> (SELECT count(*) FROM observation o WHERE o.experiment_id = e.id)"
     " OR sequence <> (SELECT coalesce(max(sequence), 0) FROM observation o WHERE o.experiment_id = e.id)"},
    {"the first or last observation of experiment",
     "SELECT id FROM experiment e WHERE"
     " first_observation_id IS NOT (SELECT min(id) FROM observation o WHERE o.experiment_id = e.id AND o.deleted = 0)"
     " OR last_observation_id IS NOT (SELECT max(id) FROM observation o WHERE o.experiment_id = e.id AND o.deleted = 0)"},
    {"the best observation of experiment",
     "SELECT e.id FROM experiment e JOIN observation o ON o.id = e.best_observation_id"
     " WHERE o.experiment_id <> e.id OR o.deleted = 1 OR o.failed = 1"},
    {"the count of suggestions of experiment",
     "SELECT id FROM experiment e WHERE suggestion_count <>"
     " (SELECT count(*) FROM suggestion s WHERE s.experiment_id = e.id AND s.deleted = 0)"
     " OR open_suggestion_count <>"
     " (SELECT count(*) FROM suggestion s WHERE s.experiment_id = e.id AND s.deleted = 0 AND s.closed = 0)"},
    {"the ordinal of experiment",
     "SELECT id FROM experiment e WHERE ordinal <>"
     " (SELECT coalesce(max(ordinal) + 1, 0) FROM suggestion s WHERE s.experiment_id = e.id)"},
    {"the count of experiments of project",
     "SELECT id FROM project p WHERE experiment_count <> (SELECT count(*) FROM experiment e WHERE e.project_id = p.id)"},
    {"the count of training runs of project",
     "SELECT id FROM project p WHERE training_run_count <>"
     " (SELECT count(*) FROM training_run r WHERE r.project_id = p.id AND r.deleted = 0)"},
    {"the counts of training runs of experiment",
     "SELECT id FROM experiment e WHERE active_run_count <> (SELECT count(*) FROM training_run r WHERE r.experiment_id = e.id"
     " AND r.deleted = 0 AND r.completed IS NULL) OR finished_run_count <> (SELECT count(*) FROM training_run r"
     " WHERE r.experiment_id = e.id AND r.deleted = 0 AND r.completed IS NOT NULL)"},
    {"the count of checkpoints of training run",
     "SELECT id FROM training_run r WHERE checkpoint_count <> (SELECT count(*) FROM checkpoint c WHERE c.training_run_id = r.id)"},
    {"the content of file",
     "SELECT f.id FROM file f LEFT JOIN file_content c ON c.file_id = f.id WHERE length(c.content)"
     " + (SELECT coalesce(sum(length(p.content)), 0) FROM file_piece p WHERE p.file_id = f.id) IS NOT f.content_length"},
    {"the pieces of file",
     "SELECT p.file_id FROM file_piece p WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.id = p.file_id)"
     " AND NOT EXISTS (SELECT 1 FROM file_upload u WHERE u.id = p.file_id)"},
    {"the upload of file",
     "SELECT u.id FROM file_upload u LEFT JOIN file f ON f.id = u.id WHERE u.stored <> (f.id IS NOT NULL)"
     " OR (f.id IS NOT NULL AND (f.training_run_id <> u.training_run_id OR f.content_md5 <> u.content_md5))"},
    {"the space of files, row",
     "SELECT 1 WHERE (SELECT bytes FROM file_space WHERE id = 1) IS NOT (SELECT coalesce(sum(content_length), 0) FROM file)"
     " + (SELECT coalesce(sum(content_length), 0) FROM file_upload WHERE stored = 0)"},
    {"the observation of training run",
     "SELECT r.id FROM training_run r JOIN observation o ON o.id = r.observation_id"
     " WHERE r.experiment_id IS NOT o.experiment_id OR r.completed IS NULL"},
    {"the suggestion of training run",
     "SELECT r.id FROM training_run r JOIN suggestion s ON s.id = r.suggestion_id WHERE r.experiment_id IS NOT s.experiment_id"},
    {"the deletion of training run",
     "SELECT r.id FROM training_run r LEFT JOIN suggestion s ON s.id = r.suggestion_id"
     " LEFT JOIN observation o ON o.id = r.observation_id WHERE r.deleted = 1 AND (s.deleted = 0 OR o.deleted = 0)"},
    {"the state of suggestion",
     "SELECT s.id FROM suggestion s JOIN observation o ON o.suggestion_id = s.id"
     " WHERE s.closed = 0 OR s.experiment_id <> o.experiment_id"},
    {"the values of observation",
     "SELECT o.id FROM observation o LEFT JOIN observation_value v ON v.observation_id = o.id"
     " WHERE (v.observation_id IS NULL) <> (o.failed = 1) OR v.live = o.deleted OR v.experiment_id <> o.experiment_id"},
};

static enum err_code check_pages(struct tx *tx, struct err *err)
{
    struct arena *arena = arena_create();
    struct query q = query_start(tx, "PRAGMA integrity_check(1)", err);
    const char *finding = query_step(&q) ? query_text(&q, arena) : NULL;
    enum err_code code = query_end(&q);
    if (code == ERR_NONE && (finding == NULL || strcmp(finding, "ok") != 0))
        code = err_set(err, ERR_CORRUPT, NULL, "The database file is damaged: %s", finding != NULL ? finding : "no answer");
    arena_destroy(arena);
    return code;
}

static enum err_code check_foreign_keys(struct tx *tx, struct err *err)
{
    struct arena *arena = arena_create();
    struct query q = query_start(tx, "PRAGMA foreign_key_check", err);
    const char *table = query_step(&q) ? query_text(&q, arena) : NULL;
    enum err_code code = query_end(&q);
    if (code == ERR_NONE && table != NULL)
        code = err_set(err, ERR_CORRUPT, NULL, "A row of table %s refers to a row that does not exist", table);
    arena_destroy(arena);
    return code;
}

enum err_code check_run(struct tx *tx, struct err *err)
{
    enum err_code code = check_pages(tx, err);
    if (code == ERR_NONE)
        code = check_foreign_keys(tx, err);
    for (size_t i = 0; code == ERR_NONE && i < sizeof rules / sizeof *rules; i++) {
        struct query q = query_start(tx, rules[i].sql, err);
        int64_t id = 0;
        code = query_value(&q, &id);
        if (code == ERR_NONE && id != 0)
            code = err_set(err, ERR_CORRUPT, NULL, "Contradiction in %s %lld", rules[i].what, (long long)id);
    }
    return code;
}
