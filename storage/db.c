#include "storage/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static enum err_code code_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_INTERRUPT:
        return ERR_UNAVAILABLE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    default:
        return ERR_BUG;
    }
}

enum err_code db_fail(struct db *db, int rc, struct err *err)
{
    switch (rc & 0xff) {
    case SQLITE_FULL:
        db->refusal = rc;
        return err_set(err, ERR_UNAVAILABLE, NULL, "The disk of the database is full");
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
        db->refusal = rc;
        break;
    case SQLITE_BUSY:
        return err_set(err, ERR_UNAVAILABLE, NULL, "Another program has been writing to the database for too long");
    default:
        break;
    }
    return err_set(err, code_of(rc), NULL, "SQLite: %s (code %d, %s)", sqlite3_errstr(rc), rc,
                   sqlite3_extended_errcode(db->handle) == rc ? sqlite3_errmsg(db->handle) : "no details");
}

static enum err_code set_options(struct db *db, struct err *err)
{
    static const int off[] = {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                              SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION};
    static const int on[] = {SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_ENABLE_FKEY};
    int rc = sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS);
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof off / sizeof *off; i++)
        rc = sqlite3_db_config(db->handle, off[i], 0, (int *)NULL);
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof on / sizeof *on; i++)
        rc = sqlite3_db_config(db->handle, on[i], 1, (int *)NULL);
    if (rc != SQLITE_OK)
        return db_fail(db, rc, err);
    return db_script(db,
                     "PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8000;"
                     "PRAGMA journal_size_limit=16777216;",
                     err);
}

enum err_code db_open(const char *path, const char *vfs, bool read_only, struct db **db, struct err *err)
{
    struct db *opened = mem_calloc(1, sizeof *opened);
    opened->read_only = read_only;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(path, &opened->handle, flags, vfs);
    enum err_code code = rc == SQLITE_OK ? ERR_NONE : db_fail(opened, rc, err);
    if (code == ERR_NONE)
        code = set_options(opened, err); // reads the file for the first time
    if (code == ERR_CORRUPT && sqlite3_errcode(opened->handle) % 256 == SQLITE_NOTADB)
        code = err_set(err, ERR_INVALID, "database", "The file is not a database");
    if (code == ERR_NONE && read_only)
        code = db_script(opened, "PRAGMA query_only=ON", err);
    if (code != ERR_NONE) {
        db_close(opened);
        return code;
    }
    *db = opened;
    return ERR_NONE;
}

// Frees the statements that are not in use.
static void drop_statements(struct db *db)
{
    for (size_t i = 0; i < DB_BUCKETS; i++) {
        struct statement **link = &db->buckets[i];
        while (*link != NULL) {
            struct statement *statement = *link;
            if (statement->in_use) {
                link = &statement->next;
                continue;
            }
            *link = statement->next;
            sqlite3_finalize(statement->handle);
            free(statement);
            db->n_statements--;
        }
    }
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    drop_statements(db);
    int rc = sqlite3_close(db->handle);
    assert(rc == SQLITE_OK);
    free(db);
}

// FNV-1a. A collision costs one strcmp.
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

enum err_code db_prepare(struct db *db, const char *sql, struct statement **statement, struct err *err)
{
    uint64_t hash = hash_of(sql);
    struct statement **bucket = &db->buckets[hash % DB_BUCKETS];
    for (struct statement *s = *bucket; s != NULL; s = s->next) {
        if (s->hash == hash && !s->in_use && strcmp(sqlite3_sql(s->handle), sql) == 0) {
            s->in_use = true;
            *statement = s;
            return ERR_NONE;
        }
    }
    if (db->n_statements >= DB_MAX_STATEMENTS)
        drop_statements(db);
    sqlite3_stmt *handle = NULL;
    int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (rc != SQLITE_OK)
        return db_fail(db, rc, err);
    struct statement *made = mem_calloc(1, sizeof *made);
    *made = (struct statement){.next = *bucket, .handle = handle, .hash = hash, .in_use = true};
    *bucket = made;
    db->n_statements++;
    *statement = made;
    return ERR_NONE;
}

void db_release(struct statement *statement)
{
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
    statement->in_use = false;
}

enum err_code db_run(struct db *db, const char *sql, struct err *err)
{
    struct statement *statement = NULL;
    enum err_code code = db_prepare(db, sql, &statement, err);
    if (code != ERR_NONE)
        return code;
    int rc = sqlite3_step(statement->handle);
    while (rc == SQLITE_ROW)
        rc = sqlite3_step(statement->handle);
    if (rc != SQLITE_DONE)
        code = db_fail(db, rc, err);
    db_release(statement);
    return code;
}

enum err_code db_script(struct db *db, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_NONE : db_fail(db, rc, err);
}

enum err_code db_number(struct db *db, const char *sql, int64_t *number, struct err *err)
{
    *number = 0;
    sqlite3_stmt *handle = NULL;
    int rc = sqlite3_prepare_v2(db->handle, sql, -1, &handle, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(handle);
        if (rc == SQLITE_ROW) {
            *number = sqlite3_column_int64(handle, 0);
            rc = SQLITE_DONE;
        }
    }
    enum err_code code = rc == SQLITE_DONE ? ERR_NONE : db_fail(db, rc, err);
    sqlite3_finalize(handle);
    return code;
}

bool db_in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

bool db_has_moved(const struct db *db)
{
    int moved = 0;
    return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_total_changes64(db->handle);
}
