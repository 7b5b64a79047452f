// SIGKILL in the middle of a write load: what was acknowledged is stored, and the database is whole. And a second process that
// writes beside a first one.

#define _XOPEN_SOURCE 700

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

enum { N_CYCLES = 60, N_WRITERS = 4, MAX_ACKNOWLEDGED = 200000 };

static int64_t experiment_id;

static void make_experiment(struct tx *tx, struct arena *arena)
{
    (void)arena;
    experiment_id = scratch_experiment(tx, "load", 1);
}

// ------------------------------------------------------------------ the child: writes and reports

struct reporter {
    struct storage *storage;
    int pipe;
};

static enum err_code write_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)err;
    int64_t suggestion = scratch_suggestion(tx, experiment_id);
    *(int64_t *)arg = scratch_observation(tx, experiment_id, suggestion, 0.25, true);
    return ERR_NONE;
}

static void *write_for_ever(void *arg)
{
    const struct reporter *reporter = arg;
    int64_t id = 0;
    while (storage_write_wait(reporter->storage, write_unit, &id, NULL) == ERR_NONE) {
        // Small writes into a pipe are whole.
        if (write(reporter->pipe, &id, sizeof id) != (ssize_t)sizeof id)
            break;
    }
    return NULL;
}

static void run_child(struct scratch *scratch, int pipe)
{
    scratch_open(scratch, &(struct storage_options){.exclusive = true});
    struct reporter reporter = {.storage = scratch->storage, .pipe = pipe};
    pthread_t threads[N_WRITERS];
    for (int i = 0; i < N_WRITERS; i++)
        pthread_create(&threads[i], NULL, write_for_ever, &reporter);
    for (int i = 0; i < N_WRITERS; i++)
        pthread_join(threads[i], NULL);
    _exit(1); // not reached: the parent kills us
}

// ------------------------------------------------------------------ the parent: kills and counts

struct acknowledged {
    int64_t *ids;
    size_t n;
};

// Runs one child until it has reported `n` ids and some time more, and kills it.
static void run_cycle(struct scratch *scratch, struct acknowledged *acknowledged, size_t n, long pause_us)
{
    int ends[2];
    if (pipe(ends) != 0)
        abort();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        run_child(scratch, ends[1]);
    }
    close(ends[1]);
    int64_t id = 0;
    size_t until = acknowledged->n + n;
    bool killed = false;
    while (acknowledged->n < MAX_ACKNOWLEDGED && read(ends[0], &id, sizeof id) == (ssize_t)sizeof id) {
        acknowledged->ids[acknowledged->n++] = id;
        if (acknowledged->n >= until && !killed) {
            nanosleep(&(struct timespec){.tv_nsec = pause_us * 1000}, NULL);
            kill(child, SIGKILL);
            killed = true;
        }
    }
    kill(child, SIGKILL);
    close(ends[0]);
    waitpid(child, NULL, 0);
}

static enum err_code count_missing(struct tx *tx, void *arg, struct err *err)
{
    const struct acknowledged *acknowledged = arg;
    struct arena *arena = arena_create();
    int missing = 0;
    for (size_t i = 0; i < acknowledged->n; i++) {
        struct observation_record o;
        if (observation_find(tx, arena, experiment_id, acknowledged->ids[i], &o, err) != ERR_NONE || o.n_values != 1)
            missing++;
        arena_reset(arena);
    }
    arena_destroy(arena);
    return missing == 0 ? ERR_NONE : err_set(err, ERR_CORRUPT, NULL, "%d acknowledged observations are gone", missing);
}

static void kill_and_restart(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, make_experiment);
    scratch_close(&scratch);
    struct acknowledged acknowledged = {.ids = mem_calloc(MAX_ACKNOWLEDGED, sizeof(int64_t))};
    unsigned state = 3;
    bool sound = true;
    for (int cycle = 0; cycle < N_CYCLES && sound; cycle++) {
        state = state * 1664525u + 1013904223u;
        run_cycle(&scratch, &acknowledged, 1 + (state >> 12) % 60, (long)((state >> 20) % 3000));
        struct err err;
        scratch_open(&scratch, &(struct storage_options){.exclusive = true});
        if (storage_check(scratch.storage, &err) != ERR_NONE ||
            storage_read(scratch.storage, count_missing, &acknowledged, &err) != ERR_NONE) {
            ok(false, "cycle %d: %s", cycle, err.text);
            sound = false;
        }
        scratch_close(&scratch);
    }
    ok(sound, "after %d kills all of %zu acknowledged observations are there", N_CYCLES, acknowledged.n);
    ok(acknowledged.n >= N_CYCLES, "enough was written");
    free(acknowledged.ids);
    scratch_remove(&scratch);
}

// ------------------------------------------------------------------ two processes

enum { N_TOKENS = 150 };

static enum err_code token_unit(struct tx *tx, void *arg, struct err *err)
{
    struct token_record token = {.prefix = "ABCD", .kind = TOKEN_CLIENT, .organization_id = 1, .client_id = 1, .user_id = 1,
                                 .created = 1};
    memcpy(token.digest, arg, sizeof(int));
    return token_insert(tx, &token, err);
}

static int insert_tokens(struct scratch *scratch, int first)
{
    int failures = 0;
    for (int i = first; i < first + N_TOKENS; i++)
        failures += storage_write_wait(scratch->storage, token_unit, &i, NULL) != ERR_NONE;
    return failures;
}

static enum err_code count_tokens(struct tx *tx, void *arg, struct err *err)
{
    struct arena *arena = arena_create();
    struct token_record *records = NULL;
    enum err_code code = token_list(tx, arena, &records, arg, err);
    arena_destroy(arena);
    return code;
}

static void two_processes(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    int go[2];
    if (pipe(go) != 0)
        abort();
    fflush(stdout);
    pid_t child = fork(); // before this process has threads
    if (child == 0) {
        char byte;
        if (read(go[0], &byte, 1) != 1)
            _exit(9);
        int failures = 0;
        // As commands do: open, write a little, close.
        for (int i = 0; i < 3; i++) {
            scratch_open(&scratch, &(struct storage_options){.n_readers = 1});
            failures += insert_tokens(&scratch, 10000 + i * N_TOKENS);
            scratch_close(&scratch);
        }
        struct err err;
        bool refused = storage_open(&(struct storage_options){.path = scratch.path, .exclusive = true}, &scratch.storage,
                                    &err) == ERR_UNAVAILABLE;
        _exit(failures > 0 ? 1 : refused ? 0 : 2);
    }
    scratch_open(&scratch, &(struct storage_options){.exclusive = true});
    if (write(go[1], "x", 1) != 1)
        abort();
    is_int(insert_tokens(&scratch, 0), 0, "the server writes");
    int status = -1;
    waitpid(child, &status, 0);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a command writes beside it, and a second server is refused (%d)",
       WEXITSTATUS(status));
    close(go[0]);
    close(go[1]);
    size_t n = 0;
    struct err err;
    ok(storage_read(scratch.storage, count_tokens, &n, &err) == ERR_NONE && n == 4 * N_TOKENS, "all is stored");
    scratch_close(&scratch);
    scratch_open(&scratch, &(struct storage_options){.exclusive = true});
    is_int(storage_check(scratch.storage, &err), ERR_NONE, "the next server may come");
    scratch_remove(&scratch);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    TAP_RUN(kill_and_restart);
    TAP_RUN(two_processes);
    return tap_done();
}
