// Jobs: a bounded first-in first-out queue and the threads that work it off.
//
// A job is embedded in what it works on, so that queueing allocates nothing and cannot fail but by the bound. The queue never
// owns a job: `run` may end the job's life.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct job {
    struct job *next; // the queue's
    void (*run)(struct job *job);
};

struct jobs;

// Starts n_threads threads; at most capacity jobs wait. The name is the threads' name for debuggers, at most 15 bytes.
struct jobs *jobs_create(size_t n_threads, size_t capacity, const char *name);
// Runs what still waits, then ends the threads. No push may follow. NULL is allowed.
void jobs_destroy(struct jobs *jobs);

// False when the queue is full: the job stays the caller's. Any thread.
bool jobs_push(struct jobs *jobs, struct job *job);
