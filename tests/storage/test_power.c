// Power loss: whatever the disk has lost, what was acknowledged is there and the database is whole.

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "storage/db.h"
#include "tests/storage/crash_vfs.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

enum { N_CYCLES = 120, N_WRITERS = 3, MAX_ACKNOWLEDGED = 400000 };

// A database that does not sync must lose something here, else the test proves nothing.
static void careless_database_loses(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    int lost = 0;
    for (unsigned seed = 0; seed < 20; seed++) {
        scratch_open(&scratch, &(struct storage_options){.vfs = CRASH_VFS_NAME});
        scratch_close(&scratch);
        struct db *db = NULL;
        struct err err;
        ok(db_open(scratch.path, CRASH_VFS_NAME, false, &db, &err) == ERR_NONE, "open");
        db_script(db, "PRAGMA synchronous=NORMAL", NULL);
        bool stored = db_script(db, "INSERT INTO client (organization_id, name, created) VALUES (1, 'n', 1)", NULL) == ERR_NONE;
        crash_vfs_cut_power(1);
        db_close(db);
        crash_vfs_restart(seed);
        scratch_open(&scratch, NULL);
        scratch_close(&scratch);
        ok(db_open(scratch.path, NULL, false, &db, &err) == ERR_NONE, "open again");
        int64_t n = 0;
        db_number(db, "SELECT count(*) - 1 FROM client", &n, NULL);
        lost += stored && n == 0;
        db_script(db, "DELETE FROM client WHERE id > 1", NULL);
        db_close(db);
    }
    ok(lost > 0, "without synchronous=FULL, %d of 20 committed rows are lost", lost);
    scratch_remove(&scratch);
}

// What the threads that write share.
struct load {
    struct storage *storage;
    int64_t experiment_id;
    pthread_mutex_t mutex;
    int64_t *acknowledged; // ids of observations
    size_t n;
};

struct one_write {
    int64_t experiment_id, observation_id;
};

static enum err_code write_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)err;
    struct one_write *one = arg;
    int64_t suggestion = scratch_suggestion(tx, one->experiment_id);
    one->observation_id = scratch_observation(tx, one->experiment_id, suggestion, 1.5, true);
    return ERR_NONE;
}

static void *write_until_dark(void *arg)
{
    struct load *load = arg;
    struct one_write one = {.experiment_id = load->experiment_id};
    while (storage_write_wait(load->storage, write_unit, &one, NULL) == ERR_NONE) {
        pthread_mutex_lock(&load->mutex);
        if (load->n < MAX_ACKNOWLEDGED)
            load->acknowledged[load->n++] = one.observation_id;
        pthread_mutex_unlock(&load->mutex);
    }
    return NULL;
}

// Writes until the power fails, if the storage could be opened at all.
static void run_load(struct load *load, const struct scratch *scratch)
{
    struct err err;
    if (storage_open(&(struct storage_options){.path = scratch->path, .vfs = CRASH_VFS_NAME}, &load->storage, &err) != ERR_NONE)
        return;
    pthread_t threads[N_WRITERS];
    for (int i = 0; i < N_WRITERS; i++)
        pthread_create(&threads[i], NULL, write_until_dark, load);
    for (int i = 0; i < N_WRITERS; i++)
        pthread_join(threads[i], NULL);
    storage_close(load->storage);
}

static enum err_code count_missing(struct tx *tx, void *arg, struct err *err)
{
    const struct load *load = arg;
    struct arena *arena = arena_create();
    int missing = 0;
    for (size_t i = 0; i < load->n; i++) {
        struct observation_record o;
        if (observation_find(tx, arena, load->experiment_id, load->acknowledged[i], &o, err) != ERR_NONE || o.n_values != 1 ||
            o.n_assignments != 2)
            missing++;
        arena_reset(arena);
    }
    arena_destroy(arena);
    return missing == 0 ? ERR_NONE : err_set(err, ERR_CORRUPT, NULL, "%d acknowledged observations are gone", missing);
}

static int64_t experiment_id;

static void make_experiment(struct tx *tx, struct arena *arena)
{
    (void)arena;
    experiment_id = scratch_experiment(tx, "load", 1);
}

static void careful_database_keeps(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, make_experiment);
    scratch_close(&scratch);
    struct load load = {.experiment_id = experiment_id, .acknowledged = mem_calloc(MAX_ACKNOWLEDGED, sizeof(int64_t))};
    pthread_mutex_init(&load.mutex, NULL);
    unsigned state = 7;
    bool sound = true;
    for (unsigned cycle = 0; cycle < N_CYCLES && sound; cycle++) {
        state = state * 1664525u + 1013904223u;
        crash_vfs_cut_power(1 + (state >> 10) % (cycle % 4 == 0 ? 60 : cycle % 4 == 1 ? 6000 : 600));
        run_load(&load, &scratch);
        sound = crash_vfs_is_off();
        crash_vfs_restart(cycle);
        struct err err;
        scratch_open(&scratch, NULL);
        if (!sound || storage_check(scratch.storage, &err) != ERR_NONE ||
            storage_read(scratch.storage, count_missing, &load, &err) != ERR_NONE) {
            ok(false, "cycle %u: %s", cycle, sound ? err.text : "the power did not fail");
            sound = false;
        }
        scratch_close(&scratch);
    }
    ok(sound, "after %d power cuts all of %zu acknowledged observations are there", N_CYCLES, load.n);
    ok(load.n > N_CYCLES, "enough was written");
    pthread_mutex_destroy(&load.mutex);
    free(load.acknowledged);
    scratch_remove(&scratch);
}

int main(void)
{
    log_set_level(LOG_ERROR); // a checkpoint that fails without power is no news here
    crash_vfs_register();
    TAP_RUN(careless_database_loses);
    TAP_RUN(careful_database_keeps);
    return tap_done();
}
