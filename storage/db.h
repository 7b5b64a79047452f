// One connection to the database file and its prepared statements.
//
// A connection is used by one thread at a time; who that is, is for the owner to arrange (the writer thread, the readers' pool).
// Every connection gets the same pragmas: foreign keys, synchronous=FULL, a busy timeout; a reader cannot write.
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define DB_BUSY_TIMEOUT_MS 10000
#define DB_MAX_STATEMENTS 128
#define DB_BUCKETS 64

// A prepared statement, kept for the life of the connection or until the cache is full.
struct statement {
    struct statement *next; // in its bucket
    sqlite3_stmt *handle;
    uint64_t hash;
    bool in_use;
};

struct db {
    sqlite3 *handle;
    bool read_only;
    // Result code of a failure after which SQLite may have rolled the whole transaction back (disk full, I/O, no memory), or 0.
    // Set by db_fail; whoever begins a transaction clears it.
    int refusal;
    int64_t n_blob_bytes; // bound to statements since the connection was opened
    struct statement *buckets[DB_BUCKETS];
    unsigned n_statements;
};

// Opens an existing file. ERR_UNAVAILABLE; ERR_INVALID (field "database") when it is not a database.
enum err_code db_open(const char *path, const char *vfs, bool read_only, struct db **db, struct err *err);
// No statement may be in use. NULL is allowed.
void db_close(struct db *db);

// The statement of that text, prepared at its first use. Marked as in use until db_release.
enum err_code db_prepare(struct db *db, const char *sql, struct statement **statement, struct err *err);
void db_release(struct statement *statement);

// Runs one statement without parameters and ignores its rows. Prepared once, like any other.
enum err_code db_run(struct db *db, const char *sql, struct err *err);
// Runs a text of many statements once.
enum err_code db_script(struct db *db, const char *sql, struct err *err);
// Runs one statement once and gives the first column of its first row (0 without a row).
enum err_code db_number(struct db *db, const char *sql, int64_t *number, struct err *err);

// True while a transaction is open. SQLite may end one by itself when a statement fails.
bool db_in_transaction(const struct db *db);
// True when the file has another name than at opening, or none: what is written to it would be found by nobody.
bool db_has_moved(const struct db *db);
// Rows written since the connection was opened.
int64_t db_changes(const struct db *db);

// Turns the result code of a failed call into an error and returns it. Names of files and SQL stay out of the text.
enum err_code db_fail(struct db *db, int rc, struct err *err);
