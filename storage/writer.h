// The writer: one thread that owns the only connection that writes, and a queue of units of work.
//
// Group commit. What waits in the queue runs in one transaction: each unit in a savepoint of its own, then one COMMIT (one
// fsync), then all completions in the order of the queue. A group is closed when the queue is empty, after WRITER_MAX_UNITS
// units, WRITER_MAX_ROWS written rows (some 20 ms) or WRITER_MAX_BYTES of files' contents, so that a lone write is not delayed, a flood
// shares the cost and the log stays short.
//
//  - A unit that returns an error is undone alone; the others stay.
//  - When the disk refuses or memory runs out, SQLite may have undone the whole transaction. Then every unit of the group that
//    has run gets ERR_UNAVAILABLE, also those that had returned another error: they may have seen what is gone now. The same
//    holds when the COMMIT fails. Units that had not yet run go into the next group.
//  - A group in which nothing was written is rolled back: no fsync.
#pragma once

#include "storage/db.h"
#include "storage/storage.h"

#define WRITER_MAX_UNITS 256
#define WRITER_MAX_ROWS 5000
#define WRITER_MAX_BYTES (8 << 20)

struct writer;

// Starts the thread, which owns db from now on until writer_stop.
struct writer *writer_start(struct db *db);
// Runs what is queued, ends the thread and returns the connection. NULL is allowed.
struct db *writer_stop(struct writer *writer);

// As storage_write and storage_write_wait.
void writer_put(struct writer *writer, storage_unit_fn *unit, storage_done_fn *done, void *arg);
enum err_code writer_put_wait(struct writer *writer, storage_unit_fn *unit, void *arg, struct err *err);
// True on the writer's thread, which must not wait for itself.
bool writer_is_current_thread(const struct writer *writer);
