#include "storage/storage.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "storage/bootstrap.h"
#include "storage/check.h"
#include "storage/lock.h"
#include "storage/migrate.h"
#include "storage/path.h"
#include "storage/readers.h"
#include "storage/writer.h"

#define DEFAULT_READERS 4

struct storage {
    int lock; // descriptor, or -1
    struct writer *writer;
    struct readers *readers;
};

// A migration changes tables under the feet of a server that runs an older program: it needs the server's lock.
static enum err_code migrate_locked(struct db *db, const char *path, bool locked, struct err *err)
{
    int fd = -1;
    enum err_code code = locked ? ERR_NONE : lock_take(path, &fd, err);
    if (code == ERR_NONE)
        code = migrate_apply(db, migrations, n_migrations, err);
    lock_release(fd);
    return code;
}

static enum err_code prepare_database(struct db *db, const char *path, bool locked, struct err *err)
{
    bool missing = false;
    enum err_code code = migrate_inspect(db, n_migrations, &missing, err);
    if (code == ERR_NONE && missing)
        code = migrate_locked(db, path, locked, err);
    return code == ERR_NONE ? bootstrap_run(db, clock_wall_ms(), err) : code;
}

// Keeps the log file short. That can wait, so an error does not matter.
static void checkpoint_and_close(struct db *db)
{
    if (db_script(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL) != ERR_NONE)
        log_event(LOG_WARN, "checkpoint_failed", "code=%d", sqlite3_extended_errcode(db->handle));
    db_close(db);
}

enum err_code storage_open(const struct storage_options *options, struct storage **storage, struct err *err)
{
    struct storage *opened = mem_calloc(1, sizeof *opened);
    opened->lock = -1;
    char *path = NULL;
    struct db *db = NULL;
    enum err_code code = path_prepare(options->path, &path, err);
    if (code == ERR_NONE && options->exclusive)
        code = lock_take(path, &opened->lock, err);
    if (code == ERR_NONE)
        code = db_open(path, options->vfs, false, &db, err);
    if (code == ERR_NONE)
        code = prepare_database(db, path, options->exclusive, err);
    if (code == ERR_NONE) {
        size_t n = options->n_readers > 0 ? options->n_readers : DEFAULT_READERS;
        code = readers_open(path, options->vfs, n, &opened->readers, err);
    }
    free(path);
    if (code != ERR_NONE) {
        db_close(db);
        lock_release(opened->lock);
        free(opened);
        return code;
    }
    opened->writer = writer_start(db);
    *storage = opened;
    return ERR_NONE;
}

void storage_close(struct storage *storage)
{
    if (storage == NULL)
        return;
    struct db *db = writer_stop(storage->writer);
    readers_close(storage->readers);
    checkpoint_and_close(db);
    lock_release(storage->lock);
    free(storage);
}

void storage_write(struct storage *storage, storage_unit_fn *unit, storage_done_fn *done, void *arg)
{
    writer_put(storage->writer, unit, done, arg);
}

enum err_code storage_write_wait(struct storage *storage, storage_unit_fn *unit, void *arg, struct err *err)
{
    return writer_put_wait(storage->writer, unit, arg, err);
}

enum err_code storage_read(struct storage *storage, storage_unit_fn *unit, void *arg, struct err *err)
{
    assert(!writer_is_current_thread(storage->writer));
    return readers_run(storage->readers, unit, arg, err);
}

static enum err_code check_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)arg;
    return check_run(tx, err);
}

enum err_code storage_check(struct storage *storage, struct err *err)
{
    return storage_read(storage, check_unit, NULL, err);
}
