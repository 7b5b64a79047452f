#include "storage/migrate.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/log.h"

// Number of the last migration applied; 0 for a database without any content.
static enum err_code read_version(struct db *db, size_t n, size_t *version, struct err *err)
{
    int64_t application = 0, number = 0, objects = 0;
    enum err_code code = db_number(db, "PRAGMA application_id", &application, err);
    if (code == ERR_NONE)
        code = db_number(db, "PRAGMA user_version", &number, err);
    if (code == ERR_NONE)
        code = db_number(db, "SELECT count(*) FROM sqlite_schema", &objects, err);
    if (code != ERR_NONE)
        return code;
    if (application == 0 && number == 0 && objects == 0) {
        *version = 0;
        return ERR_NONE;
    }
    if (application != MIGRATE_APPLICATION_ID || number <= 0)
        return err_set(err, ERR_INVALID, "database", "The file is a database of another program, not of Fairway");
    if ((uint64_t)number > n)
        return err_set(err, ERR_INVALID, "database",
                       "The database was written by a newer Fairway: it has version %" PRId64 ", this program knows %zu",
                       number, n);
    *version = (size_t)number;
    return ERR_NONE;
}

enum err_code migrate_inspect(struct db *db, size_t n, bool *missing, struct err *err)
{
    size_t version = 0;
    enum err_code code = read_version(db, n, &version, err);
    *missing = version < n;
    return code;
}

// SQLite does not always wait for others when the journal mode changes.
static enum err_code switch_to_wal(struct db *db, struct err *err)
{
    for (int i = 0;; i++) {
        sqlite3_stmt *handle = NULL;
        int rc = sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode=WAL", -1, &handle, NULL);
        if (rc == SQLITE_OK)
            rc = sqlite3_step(handle);
        bool is_wal = rc == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(handle, 0), "wal") == 0;
        sqlite3_finalize(handle);
        if (is_wal)
            return ERR_NONE;
        if (rc == SQLITE_ROW)
            return err_set(err, ERR_UNAVAILABLE, "database", "The file system of the database cannot hold a write-ahead log");
        if ((rc & 0xff) != SQLITE_BUSY || i == 200)
            return db_fail(db, rc, err);
        nanosleep(&(struct timespec){.tv_nsec = 20000000L}, NULL);
    }
}

static enum err_code apply_one(struct db *db, const struct migration *migration, struct err *err)
{
    assert(db_in_transaction(db));
    char text[96];
    snprintf(text, sizeof text, "PRAGMA application_id=%d; PRAGMA user_version=%d", MIGRATE_APPLICATION_ID, migration->number);
    enum err_code code = db_script(db, migration->sql, err);
    int64_t dangling = 0;
    if (code == ERR_NONE)
        code = db_number(db, "SELECT count(*) FROM pragma_foreign_key_check", &dangling, err);
    if (code == ERR_NONE && dangling > 0)
        return err_set(err, ERR_BUG, NULL, "Migration %s leaves %" PRId64 " dangling references", migration->name, dangling);
    return code == ERR_NONE ? db_script(db, text, err) : code;
}

static enum err_code apply_missing(struct db *db, const struct migration *list, size_t n, struct err *err)
{
    enum err_code code = ERR_NONE;
    bool created = false;
    for (bool more = true; code == ERR_NONE && more;) {
        size_t version = 0;
        code = db_run(db, "BEGIN IMMEDIATE", err);
        if (code != ERR_NONE)
            return code;
        // Only now is it certain: another process may have been faster.
        code = read_version(db, n, &version, err);
        more = code == ERR_NONE && version < n;
        if (more) {
            assert(list[version].number == (int)version + 1);
            code = apply_one(db, &list[version], err);
        }
        if (code == ERR_NONE)
            code = db_run(db, more ? "COMMIT" : "ROLLBACK", err);
        if (db_in_transaction(db))
            db_run(db, "ROLLBACK", NULL);
        created |= version == 0 && more;
        if (code == ERR_NONE && more && !created)
            log_event(LOG_INFO, "migrated", "version=%d", list[version].number);
    }
    if (code == ERR_NONE && created)
        log_event(LOG_INFO, "created", "version=%zu", n);
    return code;
}

enum err_code migrate_apply(struct db *db, const struct migration *list, size_t n, struct err *err)
{
    enum err_code code = switch_to_wal(db, err);
    // A table that others refer to can only be rebuilt while foreign keys are not enforced; each migration is checked as a
    // whole instead. The switch has no effect inside a transaction.
    if (code == ERR_NONE)
        code = db_script(db, "PRAGMA foreign_keys=OFF", err);
    if (code == ERR_NONE)
        code = apply_missing(db, list, n, err);
    enum err_code restored = db_script(db, "PRAGMA foreign_keys=ON", code == ERR_NONE ? err : NULL);
    return code == ERR_NONE ? restored : code;
}
