// The server's lock: flock on `<database>.lock`, held as long as the database is open for serving.
//
// It is a file of its own because closing any descriptor of the database file would drop SQLite's own locks in this process.
// The kernel releases it when the process ends, however it ends.
#pragma once

#include <stdbool.h>

#include "base/err.h"

// Takes the lock for the database; *fd is released by lock_release. A lock that is held is waited for up to a second, because
// a migration by another command holds it for a moment. ERR_UNAVAILABLE when a server holds it.
enum err_code lock_take(const char *database, int *fd, struct err *err);
// fd < 0 is allowed.
void lock_release(int fd);
