#include "storage/writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "storage/tx.h"

struct job {
    struct job *next;
    storage_unit_fn *unit;
    storage_done_fn *done;
    void *arg;
    struct err result; // once it has run
};

struct writer {
    pthread_mutex_t mutex; // for the queue and stopping
    pthread_cond_t changed;
    struct job *first, **end;
    bool stopping;
    struct db *db; // the thread's
    pthread_t thread;
};

// One transaction and the jobs that ran in it, in order.
struct group {
    struct job *jobs[WRITER_MAX_UNITS];
    size_t n;
    bool written; // a unit that stays has changed a row
};

// The next job, or NULL: when the queue is empty and `wait` is not set, or when the writer stops and the queue is empty.
static struct job *take(struct writer *writer, bool wait)
{
    pthread_mutex_lock(&writer->mutex);
    while (wait && writer->first == NULL && !writer->stopping)
        pthread_cond_wait(&writer->changed, &writer->mutex);
    struct job *job = writer->first;
    if (job != NULL) {
        writer->first = job->next;
        if (writer->first == NULL)
            writer->end = &writer->first;
    }
    pthread_mutex_unlock(&writer->mutex);
    return job;
}

// Ends the transaction without its writes, if SQLite has not done so already.
static void roll_back(struct db *db)
{
    if (db_in_transaction(db))
        db_run(db, "ROLLBACK", NULL);
    assert(!db_in_transaction(db));
}

// True when nothing of the transaction can be trusted any more.
static bool is_lost(const struct db *db)
{
    return db->refusal != 0 || !db_in_transaction(db);
}

// Runs one unit in its savepoint. False: the transaction is lost.
static bool run_unit(struct db *db, struct job *job, bool *written)
{
    int64_t before = db_changes(db);
    enum err_code code = db_run(db, "SAVEPOINT unit", &job->result);
    if (code != ERR_NONE)
        return false;
    code = job->unit(&(struct tx){.db = db}, job->arg, &job->result);
    if (is_lost(db))
        return false;
    if (code == ERR_NONE) {
        err_clear(&job->result);
        *written |= db_changes(db) > before;
    } else {
        job->result.code = code;
        if (db_run(db, "ROLLBACK TO unit", NULL) != ERR_NONE)
            return false;
    }
    return db_run(db, "RELEASE unit", NULL) == ERR_NONE && !is_lost(db);
}

// Fills the group from the queue, which `first` heads. False: the transaction is lost.
static bool run_units(struct writer *writer, struct group *group, struct job *first)
{
    int64_t rows = db_changes(writer->db), bytes = writer->db->n_blob_bytes;
    for (struct job *job = first; job != NULL; job = take(writer, false)) {
        group->jobs[group->n++] = job;
        if (!run_unit(writer->db, job, &group->written))
            return false;
        if (group->n == WRITER_MAX_UNITS || db_changes(writer->db) - rows >= WRITER_MAX_ROWS ||
            writer->db->n_blob_bytes - bytes >= WRITER_MAX_BYTES)
            break;
    }
    return true;
}

// Takes the whole queue without running anything.
static void take_all(struct writer *writer, struct group *group, struct job *first)
{
    group->jobs[group->n++] = first;
    for (struct job *job; group->n < WRITER_MAX_UNITS && (job = take(writer, false)) != NULL;)
        group->jobs[group->n++] = job;
}

// Runs the transaction. ERR_NONE: what the units wrote is on disk, and each result stands.
static enum err_code run_transaction(struct writer *writer, struct group *group, struct job *first, struct err *err)
{
    struct db *db = writer->db;
    db->refusal = 0;
    enum err_code code = db_has_moved(db) ? err_set(err, ERR_UNAVAILABLE, NULL, "The file of the database was moved or deleted")
                                          : db_run(db, "BEGIN IMMEDIATE", err);
    if (code != ERR_NONE) {
        // Those behind would wait as long again, one after the other.
        take_all(writer, group, first);
        return code;
    }
    if (!run_units(writer, group, first))
        code = err_set(err, ERR_UNAVAILABLE, NULL, "The database refused to write: %s", sqlite3_errstr(db->refusal));
    else if (group->written)
        code = db_run(db, "COMMIT", err);
    roll_back(db);
    return code;
}

static void run_group(struct writer *writer, struct job *first)
{
    struct group group = {.n = 0};
    struct err refusal = {.code = ERR_NONE};
    bool stored = run_transaction(writer, &group, first, &refusal) == ERR_NONE;
    refusal.code = ERR_UNAVAILABLE;
    for (size_t i = 0; i < group.n; i++) {
        struct job *job = group.jobs[i];
        job->done(job->arg, stored ? &job->result : &refusal);
        free(job);
    }
}

static void *run(void *arg)
{
    struct writer *writer = arg;
    for (struct job *job; (job = take(writer, true)) != NULL;)
        run_group(writer, job);
    return NULL;
}

struct writer *writer_start(struct db *db)
{
    struct writer *writer = mem_calloc(1, sizeof *writer);
    writer->db = db;
    writer->end = &writer->first;
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->changed, NULL);
    // Held until the thread's id is stored: a unit may ask for it at once.
    pthread_mutex_lock(&writer->mutex);
    int error = pthread_create(&writer->thread, NULL, run, writer);
    assert(error == 0);
    pthread_mutex_unlock(&writer->mutex);
    return writer;
}

struct db *writer_stop(struct writer *writer)
{
    if (writer == NULL)
        return NULL;
    pthread_mutex_lock(&writer->mutex);
    writer->stopping = true;
    pthread_cond_signal(&writer->changed);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    struct db *db = writer->db;
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->mutex);
    free(writer);
    return db;
}

void writer_put(struct writer *writer, storage_unit_fn *unit, storage_done_fn *done, void *arg)
{
    struct job *job = mem_calloc(1, sizeof *job);
    *job = (struct job){.unit = unit, .done = done, .arg = arg};
    pthread_mutex_lock(&writer->mutex);
    *writer->end = job;
    writer->end = &job->next;
    pthread_cond_signal(&writer->changed);
    pthread_mutex_unlock(&writer->mutex);
}

// A caller that waits.
struct waiting {
    storage_unit_fn *unit;
    void *arg;
    pthread_mutex_t mutex;
    pthread_cond_t told;
    bool is_done;
    struct err result;
};

static enum err_code waiting_unit(struct tx *tx, void *arg, struct err *err)
{
    struct waiting *waiting = arg;
    return waiting->unit(tx, waiting->arg, err);
}

static void waiting_done(void *arg, const struct err *err)
{
    struct waiting *waiting = arg;
    pthread_mutex_lock(&waiting->mutex);
    waiting->result = *err;
    waiting->is_done = true;
    pthread_cond_signal(&waiting->told);
    pthread_mutex_unlock(&waiting->mutex);
}

enum err_code writer_put_wait(struct writer *writer, storage_unit_fn *unit, void *arg, struct err *err)
{
    assert(!writer_is_current_thread(writer));
    struct waiting waiting = {.unit = unit, .arg = arg};
    pthread_mutex_init(&waiting.mutex, NULL);
    pthread_cond_init(&waiting.told, NULL);
    writer_put(writer, waiting_unit, waiting_done, &waiting);
    pthread_mutex_lock(&waiting.mutex);
    while (!waiting.is_done)
        pthread_cond_wait(&waiting.told, &waiting.mutex);
    pthread_mutex_unlock(&waiting.mutex);
    pthread_cond_destroy(&waiting.told);
    pthread_mutex_destroy(&waiting.mutex);
    if (err != NULL)
        *err = waiting.result;
    return waiting.result.code;
}

bool writer_is_current_thread(const struct writer *writer)
{
    return pthread_equal(pthread_self(), writer->thread) != 0;
}
