#include "storage/bootstrap.h"

#include "storage/project.h"
#include "storage/query.h"

static enum err_code insert_named(struct tx *tx, const char *sql, int64_t now, struct err *err)
{
    struct query q = query_start(tx, sql, err);
    query_bind_int(&q, now);
    return query_run(&q);
}

static enum err_code insert_all(struct tx *tx, int64_t now, struct err *err)
{
    static const char *const rows[] = {
        "INSERT INTO organization (id, name, created) VALUES (1, 'Default organization', ?)",
        "INSERT INTO client (id, organization_id, name, created) VALUES (1, 1, 'Default team', ?)",
        "INSERT INTO user_account (id, organization_id, name, created) VALUES (1, 1, 'Default user', ?)",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum err_code code = insert_named(tx, rows[i], now, err);
        if (code != ERR_NONE)
            return code;
    }
    struct project_record first = {.client_id = 1, .user_id = 1, .reference = "default", .name = "Default", .created = now,
                                   .updated = now};
    // The official Python client uses this project when none is named.
    struct project_record examples = {.client_id = 1, .reference = "sigopt-examples", .name = "Examples", .created = now,
                                      .updated = now};
    enum err_code code = project_insert(tx, &first, err);
    return code == ERR_NONE ? project_insert(tx, &examples, err) : code;
}

enum err_code bootstrap_run(struct db *db, int64_t now, struct err *err)
{
    static const char count[] = "SELECT count(*) FROM organization";
    int64_t organizations = 0;
    enum err_code code = db_number(db, count, &organizations, err);
    if (code != ERR_NONE || organizations > 0)
        return code;
    code = db_run(db, "BEGIN IMMEDIATE", err);
    if (code == ERR_NONE)
        code = db_number(db, count, &organizations, err); // another process may have been faster
    if (code == ERR_NONE && organizations == 0)
        code = insert_all(&(struct tx){.db = db}, now, err);
    if (code == ERR_NONE)
        code = db_run(db, "COMMIT", err);
    if (db_in_transaction(db))
        db_run(db, "ROLLBACK", NULL);
    return code;
}
