// The readers: a fixed number of connections that cannot write. A read borrows one, runs on the caller's thread on one snapshot
// of the database, and gives it back. Thread-safe.
#pragma once

#include <stddef.h>

#include "storage/storage.h"

struct readers;

enum err_code readers_open(const char *path, const char *vfs, size_t n, struct readers **readers, struct err *err);
// No read may be running. NULL is allowed.
void readers_close(struct readers *readers);

// Runs the unit on a snapshot that holds everything committed before the call. Waits while all connections are busy.
enum err_code readers_run(struct readers *readers, storage_unit_fn *unit, void *arg, struct err *err);
