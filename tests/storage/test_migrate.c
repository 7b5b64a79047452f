// Opening: new databases, old ones, others' and no databases at all.

#define _XOPEN_SOURCE 700

#include "storage/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/log.h"
#include "storage/lock.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

static int64_t number_of(const char *path, const char *sql)
{
    struct db *db = NULL;
    int64_t number = -1;
    if (db_open(path, NULL, false, &db, NULL) == ERR_NONE)
        db_number(db, sql, &number, NULL);
    db_close(db);
    return number;
}

static void run_sql(const char *path, const char *sql)
{
    struct db *db = NULL;
    struct err err;
    ok(db_open(path, NULL, false, &db, &err) == ERR_NONE && db_script(db, sql, &err) == ERR_NONE, "%s", sql);
    db_close(db);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        fputs(text, file);
        fclose(file);
    }
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_mode & 0777 : 0;
}

static void fresh_database(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    char directory[128], inner[160];
    snprintf(directory, sizeof directory, "%s/one", scratch.directory);
    snprintf(inner, sizeof inner, "%s/two", directory);
    char path[200];
    snprintf(path, sizeof path, "%s/x.db", inner);
    struct storage *storage = NULL;
    struct err err;
    is_int(storage_open(&(struct storage_options){.path = path, .exclusive = true}, &storage, &err), ERR_NONE, "open");
    storage_close(storage);
    is_int(mode_of(path), 0600, "the file is its owner's");
    is_int(mode_of(inner), 0700, "so is its directory");
    is_int(mode_of(directory), 0700, "and the one above");
    is_int(number_of(path, "PRAGMA application_id"), MIGRATE_APPLICATION_ID, "application_id");
    is_int(number_of(path, "PRAGMA user_version"), (long long)n_migrations, "user_version");
    is_int(number_of(path, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1, "write-ahead log");
    is_int(number_of(path, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0"
                           " AND name NOT LIKE 'sqlite%'"),
           0, "all tables are STRICT");
    int64_t created = number_of(path, "SELECT created FROM project WHERE reference = 'default'");
    is_int(storage_open(&(struct storage_options){.path = path, .exclusive = true}, &storage, &err), ERR_NONE, "open again");
    storage_close(storage);
    is_int(number_of(path, "SELECT count(*) FROM project"), 2, "the first rows are made once");
    is_int(number_of(path, "SELECT created FROM project WHERE reference = 'default'"), created, "and stay");

    char lock[220];
    snprintf(lock, sizeof lock, "%s.lock", path);
    ok(unlink(lock) == 0, "the lock is a file of its own");
    ok(unlink(path) == 0 && rmdir(inner) == 0 && rmdir(directory) == 0, "a closed database is one file");
    scratch_remove(&scratch);
}

static void constraints_hold(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_close(&scratch);
    run_sql(scratch.path, "INSERT INTO experiment (id, client_id, name, type, deleted, development, runs_only, created, updated)"
                          " VALUES (1, 1, 'e', 1, 0, 0, 0, 1, 1);"
                          "INSERT INTO observation (id, experiment_id, sequence, failed, deleted, created)"
                          " VALUES (1, 1, 1, 0, 0, 1);"
                          "INSERT INTO observation_value (observation_id, name, value, experiment_id, live)"
                          " VALUES (1, 'max', 1.7976931348623157e308, 1, 1)");
    static const char *const refused[] = {
        "INSERT INTO observation_value (observation_id, name, value, experiment_id, live) VALUES (1, 'a', 9e999, 1, 1)",
        "INSERT INTO observation_value (observation_id, name, value, experiment_id, live) VALUES (1, 'a', -9e999, 1, 1)",
        "INSERT INTO observation_value (observation_id, name, value, experiment_id, live) VALUES (1, 'a', 'x', 1, 1)",
        "INSERT INTO observation_value (observation_id, name, value, stddev, experiment_id, live) VALUES (1, 'a', 1, -1, 1, 1)",
        "INSERT INTO observation_value (observation_id, name, value, experiment_id, live) VALUES (2, 'a', 1, 1, 1)",
        "INSERT INTO observation_assignment (observation_id, name, number) VALUES (1, 'a', 9e999)",
        "INSERT INTO observation_assignment (observation_id, name) VALUES (1, 'a')",
        "INSERT INTO observation_assignment (observation_id, name, number, text) VALUES (1, 'a', 1, 'x')",
        "INSERT INTO observation (experiment_id, sequence, failed, deleted, created) VALUES (1, 1, 0, 0, 1)",
        "INSERT INTO observation (experiment_id, sequence, failed, deleted, created) VALUES (2, 1, 0, 0, 1)",
        "INSERT INTO observation (experiment_id, sequence, failed, deleted, created) VALUES (1, 2, 2, 0, 1)",
        "UPDATE experiment SET type = 9",
        "UPDATE experiment SET project_id = 99",
        "UPDATE experiment SET best_observation_id = 99",
        "UPDATE experiment SET budget_consumed = 9e999",
        "UPDATE token SET \"nosuchcolumn\" = 1",
    };
    struct db *db = NULL;
    ok(db_open(scratch.path, NULL, false, &db, NULL) == ERR_NONE, "open");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        is_int(db_script(db, refused[i], NULL), ERR_BUG, refused[i]);
    db_close(db);
    ok(db_open(scratch.path, NULL, true, &db, NULL) == ERR_NONE, "a reader");
    is_int(db_script(db, "UPDATE experiment SET type = 1", NULL), ERR_UNAVAILABLE, "cannot write");
    db_close(db);
    scratch_remove(&scratch);
}

// The schema as text.
static char *schema_of(struct db *db)
{
    struct buffer out = {0};
    sqlite3_stmt *statement = NULL;
    sqlite3_prepare_v2(db->handle,
                       "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1", -1, &statement, NULL);
    while (sqlite3_step(statement) == SQLITE_ROW)
        buffer_printf(&out, "%s\n", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return buffer_take(&out, NULL);
}

static struct db *empty_database(struct scratch *scratch, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", scratch->directory, name);
    write_file(path, "");
    struct db *db = NULL;
    struct err err;
    ok(db_open(path, NULL, false, &db, &err) == ERR_NONE, "open %s", name);
    return db;
}

// The migrations of the program and two of a future one.
enum { MAX_LIST = 64 };

static size_t future_list(struct migration *list)
{
    memcpy(list, migrations, n_migrations * sizeof *list);
    size_t n = n_migrations;
    list[n] = (struct migration){(int)n + 1, "next.sql", "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT;"};
    n++;
    list[n] = (struct migration){(int)n + 1, "after.sql", "ALTER TABLE later ADD COLUMN x TEXT; CREATE INDEX l ON later (x);"};
    return n + 1;
}

static void migrated_equals_fresh(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    struct migration list[MAX_LIST];
    size_t n = future_list(list);
    struct err err;
    struct db *fresh = empty_database(&scratch, "fresh.db");
    is_int(migrate_apply(fresh, list, n, &err), ERR_NONE, "all at once");
    char *want = schema_of(fresh);
    ok(strstr(want, "observation_value") != NULL && strstr(want, "later") != NULL, "there is a schema");
    // From every version that ever was, one step at a time.
    for (size_t start = 1; start < n; start++) {
        char name[32];
        snprintf(name, sizeof name, "from-%zu.db", start);
        struct db *db = empty_database(&scratch, name);
        bool missing = false;
        for (size_t k = start; k <= n; k++) {
            ok(migrate_inspect(db, k, &missing, &err) == ERR_NONE && missing, "version %zu is missing", k);
            is_int(migrate_apply(db, list, k, &err), ERR_NONE, "one step");
            ok(migrate_inspect(db, k, &missing, &err) == ERR_NONE && !missing, "and now it is not");
        }
        char *got = schema_of(db);
        ok(strcmp(got, want) == 0, "migrated from version %zu equals fresh", start);
        free(got);
        db_close(db);
    }
    free(want);
    db_close(fresh);
    scratch_remove(&scratch);
}

static void statistics_go(void)
{
    struct scratch scratch;
    struct err err;
    int64_t tables = -1;
    scratch_create(&scratch);
    struct db *db = empty_database(&scratch, "analyzed.db");
    is_int(migrate_apply(db, migrations, 9, &err), ERR_NONE, "a database of version 9");
    is_int(db_script(db, "ANALYZE", &err), ERR_NONE, "that was closed");
    db_number(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'", &tables, &err);
    is_int(tables, 1, "has statistics");
    is_int(migrate_apply(db, migrations, n_migrations, &err), ERR_NONE, "migrated");
    db_number(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'", &tables, &err);
    is_int(tables, 0, "it has none");
    db_close(db);
    scratch_remove(&scratch);
}

static void failed_migration_leaves_nothing(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    struct migration list[MAX_LIST];
    size_t n = future_list(list);
    list[n - 1].sql = "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nosuchtable VALUES (1);";
    struct db *db = empty_database(&scratch, "half.db");
    struct err err;
    is_int(migrate_apply(db, list, n, &err), ERR_BUG, "a migration with a mistake");
    int64_t version = 0, tables = 0;
    db_number(db, "PRAGMA user_version", &version, &err);
    db_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'", &tables, &err);
    is_int(version, (long long)n - 1, "the ones before are applied");
    is_int(tables, 0, "nothing is left of the failed one");
    n = future_list(list);
    is_int(migrate_apply(db, list, n, &err), ERR_NONE, "repaired, it goes through");
    db_close(db);
    scratch_remove(&scratch);
}

// A table to which others refer is rebuilt; references that dangle afterwards are noticed.
static void referenced_table_is_rebuilt(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_close(&scratch);
    struct migration list[MAX_LIST];
    size_t n = future_list(list) - 1;
    list[n - 1].sql = "CREATE TABLE client_new (id INTEGER PRIMARY KEY AUTOINCREMENT, organization_id INTEGER NOT NULL"
                      " REFERENCES organization (id), name TEXT NOT NULL, created INTEGER NOT NULL, visible INTEGER, extra TEXT) STRICT;"
                      "DROP TABLE client; ALTER TABLE client_new RENAME TO client;";
    struct db *db = NULL;
    struct err err;
    ok(db_open(scratch.path, NULL, false, &db, &err) == ERR_NONE, "open");
    is_int(migrate_apply(db, list, n, &err), ERR_BUG, "a migration that forgets the rows");
    ok(strstr(err.text, "dangling") != NULL, "the text says why: %s", err.text);
    list[n - 1].sql = "CREATE TABLE client_new (id INTEGER PRIMARY KEY AUTOINCREMENT, organization_id INTEGER NOT NULL"
                      " REFERENCES organization (id), name TEXT NOT NULL, created INTEGER NOT NULL, visible INTEGER, extra TEXT) STRICT;"
                      "INSERT INTO client_new SELECT *, NULL FROM client;"
                      "DROP TABLE client; ALTER TABLE client_new RENAME TO client;";
    is_int(migrate_apply(db, list, n, &err), ERR_NONE, "one that keeps them");
    int64_t rows = 0;
    db_number(db, "SELECT count(*) FROM project p JOIN client c ON c.id = p.client_id WHERE c.extra IS NULL", &rows, &err);
    is_int(rows, 2, "all is still there");
    is_int(db_script(db, "INSERT INTO project (client_id, reference, name, created, updated, deleted)"
                         " VALUES (9, 'r', 'n', 1, 1, 0)", &err),
           ERR_BUG, "foreign keys are enforced again");
    db_close(db);
    scratch_remove(&scratch);
}

static void refuses(struct scratch *scratch, enum err_code want, const char *word, const char *name)
{
    struct storage *storage = NULL;
    struct err err;
    err_clear(&err);
    is_int(storage_open(&(struct storage_options){.path = scratch->path}, &storage, &err), want, name);
    is_text(err.field, "database", "the field is named");
    ok(strstr(err.text, word) != NULL, "the text says why: %s", err.text);
    storage_close(storage);
}

static void others_are_refused(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    write_file(scratch.path, "This is a shopping list, long enough to be taken for a page of a database. Milk, eggs, flour, "
                             "butter, sugar, apples, and whatever else one needs for a cake.\n");
    refuses(&scratch, ERR_INVALID, "not a database", "a text file");
    write_file(scratch.path, "short");
    refuses(&scratch, ERR_INVALID, "not a database", "a short text file");
    is_int(mode_of(scratch.path) != 0, 1, "it is still there");

    unlink(scratch.path);
    write_file(scratch.path, "");
    run_sql(scratch.path, "CREATE TABLE recipe (id INTEGER PRIMARY KEY)");
    refuses(&scratch, ERR_INVALID, "another program", "a database without our mark");
    run_sql(scratch.path, "PRAGMA application_id=77; PRAGMA user_version=1");
    refuses(&scratch, ERR_INVALID, "another program", "a database with another mark");
    is_int(number_of(scratch.path, "SELECT count(*) FROM sqlite_schema"), 1, "it was not touched");
    is_int(number_of(scratch.path, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 0, "not even its journal");

    unlink(scratch.path);
    scratch_open(&scratch, NULL);
    scratch_close(&scratch);
    run_sql(scratch.path, "PRAGMA user_version=99");
    refuses(&scratch, ERR_INVALID, "newer", "a newer database");
    scratch_remove(&scratch);
}

static void paths(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    struct storage *storage = NULL;
    struct err err;
    is_int(storage_open(&(struct storage_options){.path = ""}, &storage, &err), ERR_INVALID, "no path");
    is_int(storage_open(&(struct storage_options){.path = scratch.directory}, &storage, &err), ERR_INVALID, "a directory");
    write_file(scratch.path, "");
    char below[128];
    snprintf(below, sizeof below, "%s/x.db", scratch.path);
    is_int(storage_open(&(struct storage_options){.path = below}, &storage, &err), ERR_UNAVAILABLE, "below a file");

    char home[512];
    if (getcwd(home, sizeof home) == NULL || chdir(scratch.directory) != 0)
        abort();
    static const char *const special[] = {":memory:", "file:x?mode=memory", "plain.db"};
    for (int i = 0; i < 3; i++) {
        is_int(storage_open(&(struct storage_options){.path = special[i]}, &storage, &err), ERR_NONE, special[i]);
        storage_close(storage);
        ok(access(special[i], F_OK) == 0, "a name like any other");
    }
    // One database under two names has one lock.
    ok(link("plain.db", "hard.db") == 0, "a hard link");
    is_int(storage_open(&(struct storage_options){.path = "hard.db"}, &storage, &err), ERR_UNAVAILABLE, "would have a log of its own");
    ok(strstr(err.text, "hard link") != NULL && strstr(err.text, ".db") == NULL, "the text says why, the caller which: %s", err.text);
    is_int(storage_open(&(struct storage_options){.path = "plain.db"}, &storage, &err), ERR_UNAVAILABLE, "neither name");
    ok(unlink("hard.db") == 0, "removed");
    ok(symlink("plain.db", "link.db") == 0, "a link");
    is_int(storage_open(&(struct storage_options){.path = "plain.db", .exclusive = true}, &storage, &err), ERR_NONE, "a server");
    struct storage *second = NULL;
    is_int(storage_open(&(struct storage_options){.path = "link.db", .exclusive = true}, &second, &err), ERR_UNAVAILABLE,
           "a second server is refused, by whatever name");
    ok(strstr(err.text, "Another server") != NULL && strstr(err.text, ".db") == NULL, "likewise: %s", err.text);
    is_int(storage_open(&(struct storage_options){.path = "link.db", .n_readers = 1}, &second, &err), ERR_NONE, "a command");
    storage_close(second);
    storage_close(storage);
    if (chdir(home) != 0)
        abort();
    scratch_remove(&scratch);
}

// A command of a newer version must not migrate the database of a server that runs.
static void no_migration_beside_a_server(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    int fd = -1;
    struct err err;
    ok(lock_take(scratch.path, &fd, &err) == ERR_NONE, "a server holds the lock");
    refuses(&scratch, ERR_UNAVAILABLE, "Another server", "a command that would have to migrate");
    lock_release(fd);
    scratch_open(&scratch, NULL);
    scratch_remove(&scratch);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    umask(022);
    TAP_RUN(fresh_database);
    TAP_RUN(constraints_hold);
    TAP_RUN(migrated_equals_fresh);
    TAP_RUN(statistics_go);
    TAP_RUN(failed_migration_leaves_nothing);
    TAP_RUN(referenced_table_is_rebuilt);
    TAP_RUN(others_are_refused);
    TAP_RUN(paths);
    TAP_RUN(no_migration_beside_a_server);
    return tap_done();
}
