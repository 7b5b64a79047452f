#include "server/jobs.h"

#include <pthread.h>
#include <stdatomic.h>

#include "tests/tap.h"

struct work {
    struct job job; // first, so that a job is a work
    unsigned number;
};

static atomic_uint n_done, order_errors;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void count(struct job *job)
{
    (void)job;
    atomic_fetch_add(&n_done, 1);
}

static void count_in_order(struct job *job)
{
    struct work *work = (struct work *)(void *)job;
    if (atomic_fetch_add(&n_done, 1) != work->number)
        atomic_fetch_add(&order_errors, 1);
}

static void wait_at_gate(struct job *job)
{
    (void)job;
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    atomic_fetch_add(&n_done, 1);
}

static void test_all_run_in_order(void)
{
    enum { N = 1000 };
    static struct work works[N];
    atomic_store(&n_done, 0);
    struct jobs *jobs = jobs_create(1, N, "test");
    unsigned n_pushed = 0;
    for (unsigned i = 0; i < N; i++) {
        works[i] = (struct work){.job.run = count_in_order, .number = i};
        n_pushed += jobs_push(jobs, &works[i].job);
    }
    jobs_destroy(jobs);
    is_int(n_pushed, N, "all taken");
    is_int(atomic_load(&n_done), N, "destroy runs what waits");
    is_int(atomic_load(&order_errors), 0, "first in, first out");
}

static void test_bound(void)
{
    struct work works[6] = {0};
    for (int i = 0; i < 6; i++)
        works[i].job.run = wait_at_gate;
    atomic_store(&n_done, 0);
    struct jobs *jobs = jobs_create(2, 3, "test");
    pthread_mutex_lock(&gate); // both threads get stuck with one job each, at most 3 more wait
    int n_taken = 0;
    for (int i = 0; i < 6; i++)
        n_taken += jobs_push(jobs, &works[i].job);
    ok(n_taken >= 3 && n_taken <= 5, "a full queue refuses (%d of 6 taken)", n_taken);
    pthread_mutex_unlock(&gate);
    jobs_destroy(jobs);
    is_int(atomic_load(&n_done), n_taken, "what was taken ran, what was refused did not");
}

enum { N_PUSHERS = 4, N_EACH = 2000 };
static struct jobs *shared_jobs;

static void *push_many(void *arg)
{
    struct work *works = arg;
    for (int i = 0; i < N_EACH; i++) {
        works[i].job.run = count;
        jobs_push(shared_jobs, &works[i].job);
    }
    return NULL;
}

static void test_many_threads(void)
{
    static struct work works[N_PUSHERS][N_EACH];
    pthread_t threads[N_PUSHERS];
    atomic_store(&n_done, 0);
    shared_jobs = jobs_create(4, N_PUSHERS * N_EACH, "a name that is longer than the kernel allows");
    for (int i = 0; i < N_PUSHERS; i++)
        pthread_create(&threads[i], NULL, push_many, works[i]);
    for (int i = 0; i < N_PUSHERS; i++)
        pthread_join(threads[i], NULL);
    jobs_destroy(shared_jobs);
    is_int(atomic_load(&n_done), N_PUSHERS * N_EACH, "nothing lost between threads");
    jobs_destroy(NULL);
}

int main(void)
{
    TAP_RUN(test_all_run_in_order);
    TAP_RUN(test_bound);
    TAP_RUN(test_many_threads);
    return tap_done();
}
