// Group commit: what shares a transaction, what is undone alone, in which order the outcomes are told, and what a disk that
// refuses does to a group.

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "storage/query.h"
#include "storage/tx.h"
#include "storage/writer.h"
#include "tests/storage/crash_vfs.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

// One unit of a test: inserts a project, twice if it is to fail by condition.
struct step {
    char reference[16];
    bool conflicts;    // insert it twice: ERR_CONFLICT
    bool keeps_silent; // ... and hide it from the writer
    bool refused;      // the disk refuses while this one runs
    bool writes_nothing;
    int number;  // of a file_unit
    struct order *order;
    // outcome
    enum err_code code;
    int position; // 1, 2, ... in the order of completions; 0: not told
    int times;
    int told_before; // units that had been told when this one ran
};

// Where the units of one test meet.
struct order {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool gate_open;
    bool gate_reached;
    int told;
};

static void order_init(struct order *order)
{
    *order = (struct order){.told = 0};
    pthread_mutex_init(&order->mutex, NULL);
    pthread_cond_init(&order->changed, NULL);
}

static void order_clear(struct order *order)
{
    pthread_cond_destroy(&order->changed);
    pthread_mutex_destroy(&order->mutex);
}

// Holds the writer until the gate is opened, so that what is queued behind forms one group.
static enum err_code gate_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)tx;
    (void)err;
    struct order *order = ((struct step *)arg)->order;
    pthread_mutex_lock(&order->mutex);
    order->gate_reached = true;
    pthread_cond_broadcast(&order->changed);
    while (!order->gate_open)
        pthread_cond_wait(&order->changed, &order->mutex);
    pthread_mutex_unlock(&order->mutex);
    return ERR_NONE;
}

static void open_gate(struct order *order)
{
    pthread_mutex_lock(&order->mutex);
    order->gate_open = true;
    pthread_cond_broadcast(&order->changed);
    pthread_mutex_unlock(&order->mutex);
}

static void wait_for_told(struct order *order, int n)
{
    pthread_mutex_lock(&order->mutex);
    while (order->told < n)
        pthread_cond_wait(&order->changed, &order->mutex);
    pthread_mutex_unlock(&order->mutex);
}

static enum err_code step_unit(struct tx *tx, void *arg, struct err *err)
{
    const struct step *step = arg;
    struct project_record p = {.client_id = 1, .reference = step->reference, .name = "p", .created = 1, .updated = 1};
    if (step->writes_nothing)
        return ERR_NONE;
    if (step->refused)
        tx->db->refusal = SQLITE_FULL; // as db_fail does when SQLite says so
    enum err_code code = project_insert(tx, &p, err);
    if (code == ERR_NONE && step->conflicts)
        code = project_insert(tx, &p, err);
    return step->keeps_silent ? ERR_NONE : code;
}

static void step_done(void *arg, const struct err *err)
{
    struct step *step = arg;
    pthread_mutex_lock(&step->order->mutex);
    step->code = err->code;
    step->times++;
    step->position = ++step->order->told;
    pthread_cond_broadcast(&step->order->changed);
    pthread_mutex_unlock(&step->order->mutex);
}

// Begins an order, and returns when the writer is held at its gate. The gate lives until that has been told.
static void shut_gate(struct storage *storage, struct order *order, struct step *gate)
{
    order_init(order);
    *gate = (struct step){.order = order};
    storage_write(storage, gate_unit, step_done, gate);
    pthread_mutex_lock(&order->mutex);
    while (!order->gate_reached)
        pthread_cond_wait(&order->changed, &order->mutex);
    pthread_mutex_unlock(&order->mutex);
}

// Runs the steps as one group. Returns the number of syncs it took.
static unsigned long run_group(struct scratch *scratch, struct step *steps, int n)
{
    struct order order;
    struct step gate;
    shut_gate(scratch->storage, &order, &gate);
    unsigned long before = crash_vfs_syncs();
    for (int i = 0; i < n; i++) {
        steps[i].order = &order;
        storage_write(scratch->storage, step_unit, step_done, &steps[i]);
    }
    open_gate(&order);
    wait_for_told(&order, n + 1);
    order_clear(&order);
    return crash_vfs_syncs() - before;
}

struct lookup {
    const char *reference;
    bool found;
};

static enum err_code lookup_unit(struct tx *tx, void *arg, struct err *err)
{
    struct lookup *lookup = arg;
    struct project_record p;
    struct arena *arena = arena_create();
    enum err_code code = project_find(tx, arena, 1, lookup->reference, &p, err);
    lookup->found = code == ERR_NONE;
    arena_destroy(arena);
    return code == ERR_NOT_FOUND ? ERR_NONE : code;
}

static bool is_stored(struct scratch *scratch, const char *reference)
{
    struct lookup lookup = {.reference = reference};
    return storage_read(scratch->storage, lookup_unit, &lookup, NULL) == ERR_NONE && lookup.found;
}

static void conditions_are_undone_alone(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, &(struct storage_options){.vfs = CRASH_VFS_NAME});
    struct step steps[6] = {{.reference = "a"},
                            {.reference = "b", .conflicts = true},
                            {.reference = "c"},
                            {.reference = "a"}, // exists, inserted by the first of the same group
                            {.reference = "b"}, // does not exist: the second was undone
                            {.reference = "d", .conflicts = true, .keeps_silent = true}};
    is_int(run_group(&scratch, steps, 6), 1, "one sync for the group");
    const enum err_code want[6] = {ERR_NONE, ERR_CONFLICT, ERR_NONE, ERR_CONFLICT, ERR_NONE, ERR_NONE};
    for (int i = 0; i < 6; i++) {
        is_int(steps[i].code, want[i], "outcome");
        is_int(steps[i].position, i + 2, "told in order"); // the gate, of the same group, was first
        is_int(steps[i].times, 1, "once");
    }
    ok(is_stored(&scratch, "a") && is_stored(&scratch, "b") && is_stored(&scratch, "c"), "the successes are stored");
    ok(is_stored(&scratch, "d"), "what a unit wants to keep is kept, also when a statement of it failed by condition");

    struct step idle[3] = {{.reference = "a"}, {.reference = "x", .conflicts = true}, {.writes_nothing = true}};
    is_int(run_group(&scratch, idle, 3), 0, "a group that keeps nothing costs no sync");
    ok(idle[0].code == ERR_CONFLICT && idle[1].code == ERR_CONFLICT && idle[2].code == ERR_NONE, "outcomes");
    ok(!is_stored(&scratch, "x"), "nothing is stored");
    scratch_remove(&scratch);
}

// Writes to a file that nobody would find again are not acknowledged.
static void moved_file_is_noticed(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    char elsewhere[128];
    snprintf(elsewhere, sizeof elsewhere, "%s.moved", scratch.path);
    struct step a = {.reference = "a"}, b = {.reference = "b"}, c = {.reference = "c"};
    struct err err;
    is_int(storage_write_wait(scratch.storage, step_unit, &a, &err), ERR_NONE, "a write");
    ok(rename(scratch.path, elsewhere) == 0, "moved");
    is_int(storage_write_wait(scratch.storage, step_unit, &b, &err), ERR_UNAVAILABLE, "refused");
    ok(strstr(err.text, "moved or deleted") != NULL, "the text says why: %s", err.text);
    ok(is_stored(&scratch, "a") && !is_stored(&scratch, "b"), "reads go on");
    ok(rename(elsewhere, scratch.path) == 0, "put back");
    is_int(storage_write_wait(scratch.storage, step_unit, &b, &err), ERR_NONE, "writes go on");
    ok(remove(scratch.path) == 0, "deleted");
    is_int(storage_write_wait(scratch.storage, step_unit, &c, &err), ERR_UNAVAILABLE, "refused");
    scratch_remove(&scratch);
}

static void refusal_takes_the_group(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, &(struct storage_options){.vfs = CRASH_VFS_NAME});
    struct step steps[5] = {{.reference = "a"},
                            {.reference = "default"}, // a conflict
                            {.reference = "c", .refused = true, .keeps_silent = true},
                            {.reference = "d"}, // runs in the next group
                            {.reference = "e"}};
    run_group(&scratch, steps, 5);
    const enum err_code want[5] = {ERR_UNAVAILABLE, ERR_UNAVAILABLE, ERR_UNAVAILABLE, ERR_NONE, ERR_NONE};
    for (int i = 0; i < 5; i++) {
        is_int(steps[i].code, want[i], "outcome");
        is_int(steps[i].position, i + 2, "told in order");
    }
    ok(!is_stored(&scratch, "a") && !is_stored(&scratch, "c"), "nothing of the group is stored");
    ok(is_stored(&scratch, "d") && is_stored(&scratch, "e"), "the next group is");
    scratch_remove(&scratch);
}

// A disk that refuses while the COMMIT writes or syncs, or in the middle of a group that is too large for the cache.
static void disk_refuses(int rc, const char *name)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, &(struct storage_options){.vfs = CRASH_VFS_NAME});
    struct step before[1] = {{.reference = "before"}};
    run_group(&scratch, before, 1);
    is_int(before[0].code, ERR_NONE, "a healthy disk");
    for (unsigned after = 1; after <= 3; after++) {
        if (rc == SQLITE_IOERR_FSYNC && after > 1)
            break; // one sync is all there is
        struct step steps[3] = {{.reference = "a"}, {.reference = "default"}, {.reference = "c"}};
        crash_vfs_refuse(rc, after);
        run_group(&scratch, steps, 3);
        for (int i = 0; i < 3; i++)
            is_int(steps[i].code, ERR_UNAVAILABLE, name);
        ok(is_stored(&scratch, "before") && !is_stored(&scratch, "a"), "%s: readers go on and see the old state", name);
        crash_vfs_refuse(0, 0);
    }
    struct step later[2] = {{.reference = "a"}, {.reference = "default"}};
    run_group(&scratch, later, 2);
    is_int(later[0].code, ERR_NONE, "the disk has recovered, and so has the storage");
    is_int(later[1].code, ERR_CONFLICT, "conditions are conditions again");
    struct err err;
    is_int(storage_check(scratch.storage, &err), ERR_NONE, "the database is whole");
    scratch_close(&scratch);
    scratch_open(&scratch, NULL);
    ok(is_stored(&scratch, "a") && is_stored(&scratch, "before"), "and stays so");
    scratch_remove(&scratch);
}

static void disks_that_refuse(void)
{
    disk_refuses(SQLITE_FULL, "full");
    disk_refuses(SQLITE_IOERR_WRITE, "write error");
    disk_refuses(SQLITE_IOERR_FSYNC, "sync error");
}

// Larger than the page cache: SQLite writes to the log before the COMMIT, and fails in the middle of the unit.
static enum err_code large_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)arg;
    char *text = mem_calloc(1 << 20, 1);
    memset(text, 'x', (1 << 20) - 1);
    enum err_code code = ERR_NONE;
    for (int i = 0; code == ERR_NONE && i < 24; i++) {
        char reference[16];
        snprintf(reference, sizeof reference, "large-%d", i);
        struct project_record p = {.client_id = 1, .reference = reference, .name = "p", .metadata = text, .created = 1,
                                   .updated = 1};
        code = project_insert(tx, &p, err);
    }
    free(text);
    return code;
}

static void refusal_in_the_middle_of_a_unit(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, &(struct storage_options){.vfs = CRASH_VFS_NAME});
    struct err err;
    crash_vfs_refuse(SQLITE_FULL, 100);
    is_int(storage_write_wait(scratch.storage, large_unit, NULL, &err), ERR_UNAVAILABLE, "a full disk inside a unit");
    ok(strstr(err.text, "full") != NULL, "says so: %s", err.text);
    crash_vfs_refuse(0, 0);
    ok(!is_stored(&scratch, "large-0"), "nothing is stored");
    is_int(storage_write_wait(scratch.storage, large_unit, NULL, &err), ERR_NONE, "with space it works");
    ok(is_stored(&scratch, "large-23"), "all is stored");
    is_int(storage_check(scratch.storage, &err), ERR_NONE, "the database is whole");
    scratch_remove(&scratch);
}

enum { N_THREADS = 64, N_WRITES = 20 };

struct client {
    pthread_t thread;
    struct scratch *scratch;
    int number;
    int failures;
};

static void *client_run(void *arg)
{
    struct client *client = arg;
    struct order order;
    order_init(&order);
    for (int i = 0; i < N_WRITES; i++) {
        struct step step = {.order = &order};
        snprintf(step.reference, sizeof step.reference, "c%d-%d", client->number, i);
        if (storage_write_wait(client->scratch->storage, step_unit, &step, NULL) != ERR_NONE)
            client->failures++;
        // What was acknowledged is seen by any read that begins afterwards.
        if (!is_stored(client->scratch, step.reference))
            client->failures++;
    }
    order_clear(&order);
    return NULL;
}

static void many_threads(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, &(struct storage_options){.vfs = CRASH_VFS_NAME, .n_readers = 3});
    static struct client clients[N_THREADS];
    unsigned long before = crash_vfs_syncs();
    for (int i = 0; i < N_THREADS; i++) {
        clients[i] = (struct client){.scratch = &scratch, .number = i};
        pthread_create(&clients[i].thread, NULL, client_run, &clients[i]);
    }
    int failures = 0;
    for (int i = 0; i < N_THREADS; i++) {
        pthread_join(clients[i].thread, NULL);
        failures += clients[i].failures;
    }
    is_int(failures, 0, "every write is acknowledged and seen at once");
    unsigned long syncs = crash_vfs_syncs() - before;
    ok(syncs <= N_THREADS * N_WRITES, "%lu syncs for %d writes", syncs, N_THREADS * N_WRITES);
    struct err err;
    is_int(storage_check(scratch.storage, &err), ERR_NONE, "the database is whole");
    scratch_remove(&scratch);
}

// Writes a mebibyte.
static enum err_code file_unit(struct tx *tx, void *arg, struct err *err)
{
    struct step *step = arg;
    static const char content[1 << 20];
    pthread_mutex_lock(&step->order->mutex);
    step->told_before = step->order->told;
    pthread_mutex_unlock(&step->order->mutex);
    struct query q = query_start(tx, "INSERT INTO file_piece (file_id, start, content) VALUES (1, ?, ?)", err);
    query_bind_int(&q, 1 + step->number);
    query_bind_blob(&q, content, sizeof content);
    return query_run(&q);
}

// Contents of files are many bytes and few rows: they fill a group too.
static void bytes_fill_a_group(void)
{
    enum { PER_GROUP = WRITER_MAX_BYTES >> 20, N = 2 * PER_GROUP + 1 };
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    struct step steps[N];
    struct order order;
    struct step gate;
    shut_gate(scratch.storage, &order, &gate);
    for (int i = 0; i < N; i++) {
        steps[i] = (struct step){.order = &order, .number = i};
        storage_write(scratch.storage, file_unit, step_done, &steps[i]);
    }
    open_gate(&order);
    wait_for_told(&order, N + 1);
    for (int i = 0; i < N; i++) {
        is_int(steps[i].code, ERR_NONE, "stored");
        // The gate was the first unit of the first group.
        is_int(steps[i].told_before, i < PER_GROUP ? 0 : i / PER_GROUP * PER_GROUP + 1, "the groups before its own are told");
    }
    order_clear(&order);
    scratch_remove(&scratch);
}

// A flood longer than a group, and a storage that is closed while it waits in the queue.
static void flood_and_close(void)
{
    enum { N = 3 * WRITER_MAX_UNITS };
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, &(struct storage_options){.vfs = CRASH_VFS_NAME});
    static struct step steps[N];
    struct order order;
    struct step gate;
    shut_gate(scratch.storage, &order, &gate);
    for (int i = 0; i < N; i++) {
        steps[i] = (struct step){.order = &order};
        snprintf(steps[i].reference, sizeof steps[i].reference, "f%d", i);
        storage_write(scratch.storage, step_unit, step_done, &steps[i]);
    }
    unsigned long before = crash_vfs_syncs();
    open_gate(&order);
    scratch_close(&scratch);
    // Closing syncs log and database for the checkpoint: a few more.
    unsigned long syncs = crash_vfs_syncs() - before;
    ok(syncs >= 4 && syncs <= 8, "%lu syncs for %d writes in a flood", syncs, N);
    bool told = true;
    for (int i = 0; i < N; i++)
        told = told && steps[i].code == ERR_NONE && steps[i].position == i + 2;
    ok(told, "closing waits for all that was queued, in order");
    order_clear(&order);
    scratch_open(&scratch, NULL);
    ok(is_stored(&scratch, "f0") && is_stored(&scratch, "f767"), "all is stored");
    scratch_remove(&scratch);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    crash_vfs_register();
    TAP_RUN(conditions_are_undone_alone);
    TAP_RUN(refusal_takes_the_group);
    TAP_RUN(moved_file_is_noticed);
    TAP_RUN(disks_that_refuse);
    TAP_RUN(refusal_in_the_middle_of_a_unit);
    TAP_RUN(many_threads);
    TAP_RUN(bytes_fill_a_group);
    TAP_RUN(flood_and_close);
    return tap_done();
}
