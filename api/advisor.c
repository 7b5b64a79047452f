#include "api/advisor.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "api/model_cache.h"
#include "api/turns.h"
#include "base/clock.h"
#include "base/memory.h"

static const struct api_options defaults = {
    .n_model_workers = 2, .model_deadline_ms = 6000, .model_cache_bytes = (size_t)256 << 20, .model_cache_idle_ms = 600000};

enum { SWEEP_MS = 60000 }; // how often idle workers look for what has not been used

struct worker {
    struct advisor *advisor;
    pthread_t thread;
    struct desk *desk;            // whose turn it is; NULL: none
    bool preparing;               // for nobody yet
    atomic_bool stop;             // give up now
    _Atomic int64_t deadline_ms;  // give up then
};

struct advisor {
    struct storage *storage;
    int64_t deadline_ms, idle_ms;
    struct model_cache *cache;
    pthread_mutex_t mutex;  // for all that follows, and for `desk` and `preparing` of the workers
    pthread_cond_t changed; // a desk has become ready or later, or draining
    struct turns turns;
    size_t n_asleep;
    bool draining, drained;
    size_t n_workers;
    struct worker *workers;
};

// ------------------------------------------------------------------ one turn

// The stop_fn of a worker.
static bool is_stopped(void *arg)
{
    struct worker *worker = arg;
    return atomic_load(&worker->stop) || clock_monotonic_ms() >= atomic_load(&worker->deadline_ms);
}

// Does what the turn is for. Returns the call that is to be answered, or NULL.
static struct call *run_turn(struct worker *worker, struct ticket *ticket, bool together, bool *again)
{
    struct advisor *advisor = worker->advisor;
    struct stopper stopper = {is_stopped, worker};
    int64_t id = worker->desk->experiment_id;
    struct study *study = model_cache_take(advisor->cache, id);
    if (study == NULL)
        study = study_create(id);
    struct advice *advice = (struct advice *)ticket;
    *again = false;
    if (advice == NULL)
        *again = !advice_prepare(advisor->storage, study, &stopper);
    else if (advice->show != NULL)
        *again = !advice_importances(advice, study, together, &stopper);
    else if (advice->render == NULL)
        advice_suggest(advice, study, together, &stopper);
    else
        *again = !advice_predict(advice, study, together, &stopper);
    model_cache_put(advisor->cache, study, clock_monotonic_ms());
    return advice == NULL || *again ? NULL : advice->call;
}

// A turn was stopped before its end. Returns a call that nobody will ever serve, or NULL.
static struct call *give_up(struct advisor *advisor, struct desk *desk, struct ticket *ticket)
{
    if (ticket == NULL) {
        turns_prepare_again(desk);
    } else if (!advisor->draining) {
        turns_return(desk, ticket);
    } else {
        struct call *call = ((struct advice *)ticket)->call;
        call_error(call, ERR_UNAVAILABLE, NULL, "The server is stopping");
        return call;
    }
    return NULL;
}

// With the lock.
static void begin(struct worker *worker, struct desk *desk, const struct ticket *ticket)
{
    int64_t deadline = turns_deadline(desk);
    if (ticket != NULL && ticket->deadline_ms < deadline)
        deadline = ticket->deadline_ms;
    worker->desk = desk;
    worker->preparing = ticket == NULL;
    atomic_store(&worker->stop, worker->advisor->draining);
    atomic_store(&worker->deadline_ms, deadline);
}

// Until something changes. When nothing does for long, cleans up. With the lock, which is given up meanwhile.
static void sleep_until_changed(struct advisor *advisor)
{
    int64_t wait = advisor->idle_ms < SWEEP_MS ? advisor->idle_ms : SWEEP_MS, end = clock_monotonic_ms() + wait;
    struct timespec until = {.tv_sec = (time_t)(end / 1000), .tv_nsec = (long)(end % 1000) * 1000000};
    advisor->n_asleep++;
    bool timeout = pthread_cond_timedwait(&advisor->changed, &advisor->mutex, &until) == ETIMEDOUT;
    advisor->n_asleep--;
    if (!timeout)
        return;
    int64_t now = clock_monotonic_ms();
    turns_sweep(&advisor->turns, now - advisor->idle_ms);
    pthread_mutex_unlock(&advisor->mutex); // freeing models takes time
    model_cache_sweep(advisor->cache, now);
    pthread_mutex_lock(&advisor->mutex);
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct advisor *advisor = worker->advisor;
    pthread_mutex_lock(&advisor->mutex);
    for (;;) {
        struct ticket *ticket;
        bool together, again;
        struct desk *desk = turns_take(&advisor->turns, !advisor->draining, &ticket, &together);
        if (desk == NULL && advisor->draining)
            break;
        if (desk == NULL) {
            sleep_until_changed(advisor);
            continue;
        }
        begin(worker, desk, ticket);
        pthread_mutex_unlock(&advisor->mutex);
        struct call *call = run_turn(worker, ticket, together, &again);
        pthread_mutex_lock(&advisor->mutex);
        if (again)
            call = give_up(advisor, desk, ticket);
        worker->desk = NULL;
        turns_finish(&advisor->turns, desk);
        pthread_mutex_unlock(&advisor->mutex);
        if (call != NULL)
            call_finish(call);
        pthread_mutex_lock(&advisor->mutex);
    }
    pthread_mutex_unlock(&advisor->mutex);
    return NULL;
}

// ------------------------------------------------------------------ asking

// Somebody waits at the desk now. A job that is under way there must be done by the deadline. When all workers are busy, one that
// works for nobody is freed. With the lock.
static void hasten(struct advisor *advisor, const struct desk *desk, int64_t deadline_ms)
{
    struct worker *idler = NULL;
    for (size_t i = 0; i < advisor->n_workers; i++) {
        struct worker *worker = &advisor->workers[i];
        if (worker->desk == desk && deadline_ms < atomic_load(&worker->deadline_ms))
            atomic_store(&worker->deadline_ms, deadline_ms);
        if (worker->desk != NULL && worker->preparing && worker->desk->first == NULL && !atomic_load(&worker->stop))
            idler = worker;
    }
    if (idler != NULL && advisor->turns.ready.n > advisor->n_asleep)
        atomic_store(&idler->stop, true);
}

static void ask(struct advisor *advisor, struct advice *advice)
{
    struct call *call = advice->call;
    pthread_mutex_lock(&advisor->mutex);
    bool refused = advisor->draining;
    if (!refused) {
        struct desk *desk = turns_ask(&advisor->turns, call->experiment.id, &advice->ticket, clock_monotonic_ms());
        hasten(advisor, desk, advice->ticket.deadline_ms);
        pthread_cond_signal(&advisor->changed);
    }
    pthread_mutex_unlock(&advisor->mutex);
    if (refused) {
        call_error(call, ERR_UNAVAILABLE, NULL, "The server is stopping");
        call_finish(call);
    }
}

void advisor_suggest(struct advisor *advisor, struct call *call, const char *metadata, advice_store_fn *store)
{
    struct advice *advice = arena_alloc(call->arena, 1, sizeof *advice);
    *advice = (struct advice){
        .ticket = {.deadline_ms = call->started_ms + advisor->deadline_ms}, .call = call, .metadata = metadata, .store = store};
    ask(advisor, advice);
}

void advisor_predict(struct advisor *advisor, struct call *call, const struct advice_point *points, size_t n,
                     advice_render_fn *render)
{
    struct advice *advice = arena_alloc(call->arena, 1, sizeof *advice);
    *advice = (struct advice){
        .ticket = {.deadline_ms = TURNS_NO_DEADLINE}, .call = call, .render = render, .points = points, .n_points = n};
    ask(advisor, advice);
}

void advisor_importances(struct advisor *advisor, struct call *call, advice_importances_fn *show)
{
    struct advice *advice = arena_alloc(call->arena, 1, sizeof *advice);
    *advice = (struct advice){.ticket = {.deadline_ms = TURNS_NO_DEADLINE}, .call = call, .show = show};
    ask(advisor, advice);
}

void advisor_observed(struct advisor *advisor, int64_t experiment_id)
{
    pthread_mutex_lock(&advisor->mutex);
    turns_prepare(&advisor->turns, experiment_id);
    pthread_cond_signal(&advisor->changed);
    pthread_mutex_unlock(&advisor->mutex);
}

void advisor_committed(struct call *call)
{
    advisor_observed(call->advisor, call->experiment.id);
}

// ------------------------------------------------------------------ life

struct advisor *advisor_create(const struct api_options *options)
{
    struct advisor *advisor = mem_calloc(1, sizeof *advisor);
    size_t cache_bytes = options->model_cache_bytes > 0 ? options->model_cache_bytes : defaults.model_cache_bytes;
    advisor->storage = options->storage;
    advisor->deadline_ms = options->model_deadline_ms > 0 ? options->model_deadline_ms : defaults.model_deadline_ms;
    advisor->idle_ms = options->model_cache_idle_ms > 0 ? options->model_cache_idle_ms : defaults.model_cache_idle_ms;
    advisor->cache = model_cache_create(cache_bytes, advisor->idle_ms);
    pthread_mutex_init(&advisor->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC); // as base/clock
    pthread_cond_init(&advisor->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    turns_init(&advisor->turns);
    advisor->n_workers = options->n_model_workers > 0 ? options->n_model_workers : defaults.n_model_workers;
    advisor->workers = mem_calloc(advisor->n_workers, sizeof *advisor->workers);
    for (size_t i = 0; i < advisor->n_workers; i++) {
        struct worker *worker = &advisor->workers[i];
        worker->advisor = advisor;
        if (pthread_create(&worker->thread, NULL, work, worker) != 0)
            abort(); // as for memory: nothing can be promised without workers
    }
    return advisor;
}

void advisor_drain(struct advisor *advisor)
{
    pthread_mutex_lock(&advisor->mutex);
    advisor->draining = true;
    for (size_t i = 0; i < advisor->n_workers; i++)
        atomic_store(&advisor->workers[i].stop, true);
    pthread_cond_broadcast(&advisor->changed);
    bool drained = advisor->drained;
    advisor->drained = true;
    pthread_mutex_unlock(&advisor->mutex);
    for (size_t i = 0; i < advisor->n_workers && !drained; i++)
        pthread_join(advisor->workers[i].thread, NULL);
}

void advisor_destroy(struct advisor *advisor)
{
    if (advisor == NULL)
        return;
    advisor_drain(advisor);
    model_cache_destroy(advisor->cache);
    turns_clear(&advisor->turns);
    pthread_cond_destroy(&advisor->changed);
    pthread_mutex_destroy(&advisor->mutex);
    free(advisor->workers);
    free(advisor);
}
