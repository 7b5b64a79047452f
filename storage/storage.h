// Storage: the one door to the database. Opens it, migrates it, runs units of work.
//
// A unit of work is a function that gets a transaction and calls domain operations (storage/experiment.h, ...). It must have no
// side effect but on *tx and its own argument. Writes run on one writer thread: each unit is a savepoint in a shared
// BEGIN IMMEDIATE, one COMMIT (WAL, synchronous=FULL: on disk before anyone is told), then all completions. Reads run on the
// calling thread with a connection from a pool, on one snapshot. "database is locked" never gets out.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/memory.h"

struct storage;
struct tx; // one transaction; valid during the unit that was given it

struct storage_options {
    const char *path; // database file; created (0600, missing directories 0700) when it does not exist
    size_t n_readers; // reader connections, 0 = 4
    const char *vfs;  // NULL: default; tests name theirs
    bool exclusive;   // take the server's lock on `<path>.lock`; ERR_UNAVAILABLE when another server holds it
};

// Opens, applies missing migrations, creates organization, client, user and projects in a new database.
// ERR_INVALID: not a database, a foreign or a newer one (field "database"); ERR_UNAVAILABLE: locked, no permission, disk full.
enum err_code storage_open(const struct storage_options *options, struct storage **storage, struct err *err);
// Waits for queued writes, checkpoints, closes. NULL is allowed.
void storage_close(struct storage *storage);

// Returns ERR_NONE to keep its writes; anything else undoes them.
typedef enum err_code storage_unit_fn(struct tx *tx, void *arg, struct err *err);
// Told once, on the writer thread, when the outcome is final: ERR_NONE (durable), what the unit returned, or ERR_UNAVAILABLE
// (the disk refused; nothing of the unit is stored). Must be quick and must not call storage_write_wait.
typedef void storage_done_fn(void *arg, const struct err *err);

// Queues a write and returns at once. Any thread.
void storage_write(struct storage *storage, storage_unit_fn *unit, storage_done_fn *done, void *arg);
// Queues a write and waits for its outcome. Any thread but the writer's.
enum err_code storage_write_wait(struct storage *storage, storage_unit_fn *unit, void *arg, struct err *err);
// Runs a read now; waits while all readers are busy. Any thread but the writer's.
enum err_code storage_read(struct storage *storage, storage_unit_fn *unit, void *arg, struct err *err);

// Integrity and foreign keys of the whole database; ERR_CORRUPT with the first finding.
enum err_code storage_check(struct storage *storage, struct err *err);
