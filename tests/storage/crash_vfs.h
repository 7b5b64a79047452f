// A disk that can fail: an SQLite VFS named "crash" over the system's own. It counts syncs, refuses writes on demand, and loses
// power.
//
// What was written but not synced is remembered as pending. After a power cut every write fails; crash_vfs_restart then leaves
// the files as a disk might hold them: what was synced, and of the pending writes a random part, sector by sector and in any
// order. A file whose removal was not synced may come back. One program has one such disk; all functions are thread-safe.
#pragma once

#include <stdbool.h>

#define CRASH_VFS_NAME "crash"

// Registers the VFS. Once, before the first use.
void crash_vfs_register(void);

// Syncs of database and log files so far.
unsigned long crash_vfs_syncs(void);

// Refuses with the result code from the `after`-th matching operation on: SQLITE_FULL and SQLITE_IOERR_WRITE match writes,
// SQLITE_IOERR_FSYNC syncs. 0: refuses nothing.
void crash_vfs_refuse(int rc, unsigned long after);

// The power fails at the `after`-th write, truncation, removal or sync from now.
void crash_vfs_cut_power(unsigned long after);
bool crash_vfs_is_off(void);
// Power comes back. No file may be open. Equal seeds lose equal parts of equal histories.
void crash_vfs_restart(unsigned seed);
