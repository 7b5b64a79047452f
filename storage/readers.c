#include "storage/readers.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "storage/tx.h"

struct readers {
    pthread_mutex_t mutex;
    pthread_cond_t returned;
    size_t n;      // connections
    size_t n_free; // of those not borrowed, in free[0 ... n_free)
    struct db *free[];
};

enum err_code readers_open(const char *path, const char *vfs, size_t n, struct readers **readers, struct err *err)
{
    struct readers *made = mem_calloc(1, sizeof *made + n * sizeof *made->free);
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->returned, NULL);
    for (size_t i = 0; i < n; i++) {
        enum err_code code = db_open(path, vfs, true, &made->free[i], err);
        if (code != ERR_NONE) {
            readers_close(made);
            return code;
        }
        made->n_free = made->n = i + 1;
    }
    *readers = made;
    return ERR_NONE;
}

void readers_close(struct readers *readers)
{
    if (readers == NULL)
        return;
    assert(readers->n_free == readers->n);
    for (size_t i = 0; i < readers->n; i++)
        db_close(readers->free[i]);
    pthread_cond_destroy(&readers->returned);
    pthread_mutex_destroy(&readers->mutex);
    free(readers);
}

static struct db *borrow(struct readers *readers)
{
    pthread_mutex_lock(&readers->mutex);
    while (readers->n_free == 0)
        pthread_cond_wait(&readers->returned, &readers->mutex);
    struct db *db = readers->free[--readers->n_free];
    pthread_mutex_unlock(&readers->mutex);
    return db;
}

static void give_back(struct readers *readers, struct db *db)
{
    pthread_mutex_lock(&readers->mutex);
    readers->free[readers->n_free++] = db;
    pthread_cond_signal(&readers->returned);
    pthread_mutex_unlock(&readers->mutex);
}

// Begins a transaction and takes its snapshot, which SQLite does at the first read. Once it has one, no read can be refused
// because of another connection.
static enum err_code begin_snapshot(struct db *db, struct err *err)
{
    enum err_code code = db_run(db, "BEGIN", err);
    return code == ERR_NONE ? db_run(db, "SELECT id FROM organization WHERE id = 0", err) : code;
}

enum err_code readers_run(struct readers *readers, storage_unit_fn *unit, void *arg, struct err *err)
{
    struct db *db = borrow(readers);
    enum err_code code = begin_snapshot(db, err);
    if (code == ERR_NONE)
        code = unit(&(struct tx){.db = db}, arg, err);
    if (db_in_transaction(db))
        db_run(db, "ROLLBACK", NULL);
    give_back(readers, db);
    return code;
}
