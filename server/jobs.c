#define _GNU_SOURCE // pthread_setname_np
#include "server/jobs.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"

struct jobs {
    pthread_mutex_t lock; // guards everything below but the threads
    pthread_cond_t filled;
    struct job *first;
    struct job **last; // where the next job is linked in
    size_t n_waiting;
    size_t capacity;
    bool stopping;

    pthread_t *threads;
    size_t n_threads;
    char name[16];
};

static struct job *jobs_pop(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    while (jobs->first == NULL && !jobs->stopping)
        pthread_cond_wait(&jobs->filled, &jobs->lock);
    struct job *job = jobs->first;
    if (job != NULL) {
        jobs->first = job->next;
        if (jobs->first == NULL)
            jobs->last = &jobs->first;
        jobs->n_waiting--;
    }
    pthread_mutex_unlock(&jobs->lock);
    return job;
}

static void *jobs_work(void *arg)
{
    struct jobs *jobs = arg;
    pthread_setname_np(pthread_self(), jobs->name);
    struct job *job;
    while ((job = jobs_pop(jobs)) != NULL)
        job->run(job);
    return NULL;
}

struct jobs *jobs_create(size_t n_threads, size_t capacity, const char *name)
{
    assert(n_threads > 0 && capacity > 0);
    struct jobs *jobs = mem_calloc(1, sizeof *jobs);
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_cond_init(&jobs->filled, NULL);
    jobs->last = &jobs->first;
    jobs->capacity = capacity;
    strncpy(jobs->name, name, sizeof jobs->name - 1);
    jobs->threads = mem_calloc(n_threads, sizeof *jobs->threads);
    for (size_t i = 0; i < n_threads; i++) {
        if (pthread_create(&jobs->threads[i], NULL, jobs_work, jobs) != 0) {
            // As for memory: the process cannot do its work, and nothing is lost by starting it again.
            log_event(LOG_ERROR, "thread_refused", "pool=%s", name);
            abort();
        }
        jobs->n_threads++;
    }
    return jobs;
}

void jobs_destroy(struct jobs *jobs)
{
    if (jobs == NULL)
        return;
    pthread_mutex_lock(&jobs->lock);
    jobs->stopping = true;
    pthread_cond_broadcast(&jobs->filled);
    pthread_mutex_unlock(&jobs->lock);
    for (size_t i = 0; i < jobs->n_threads; i++)
        pthread_join(jobs->threads[i], NULL);
    assert(jobs->first == NULL);
    pthread_cond_destroy(&jobs->filled);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs->threads);
    free(jobs);
}

bool jobs_push(struct jobs *jobs, struct job *job)
{
    pthread_mutex_lock(&jobs->lock);
    assert(!jobs->stopping);
    bool room = jobs->n_waiting < jobs->capacity;
    if (room) {
        job->next = NULL;
        *jobs->last = job;
        jobs->last = &job->next;
        jobs->n_waiting++;
        pthread_cond_signal(&jobs->filled);
    }
    pthread_mutex_unlock(&jobs->lock);
    return room;
}
