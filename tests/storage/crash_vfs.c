#include "tests/storage/crash_vfs.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum { MAX_FILES = 64, SECTOR = 512 };

enum operation { WRITE, SYNC, OTHER };

// A write, or with bytes == NULL a truncation to offset.
struct pending {
    sqlite3_int64 offset;
    size_t n;
    unsigned char *bytes;
};

struct disk_file {
    char *path;
    unsigned char *durable; // what a power cut leaves for sure
    size_t durable_size, durable_room;
    bool durable_name; // its directory entry too
    bool removed;      // and not made again
    struct pending *pending;
    size_t n_pending, pending_room;
};

struct crash_file {
    sqlite3_file base;
    struct disk_file *disk; // NULL: a file that need not survive
    sqlite3_file *real;
};

// SQLite registers a VFS for the whole process, so its state is the process's too.
static struct {
    pthread_mutex_t mutex;
    sqlite3_vfs vfs, *real;
    struct disk_file files[MAX_FILES];
    size_t n_files;
    unsigned long syncs;
    int refusal;
    unsigned long refuse_after;
    unsigned long cut_after; // 0: not
    bool off;
} disk = {.mutex = PTHREAD_MUTEX_INITIALIZER};

// ------------------------------------------------------------------ the model of the disk (mutex held)

// Whether the operation may happen. Counts it.
static int admit(enum operation operation)
{
    if (!disk.off && disk.cut_after > 0 && --disk.cut_after == 0)
        disk.off = true;
    if (disk.off)
        return operation == SYNC ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE;
    bool matches = operation == (disk.refusal == SQLITE_IOERR_FSYNC ? SYNC : WRITE);
    if (disk.refusal == 0 || !matches)
        return SQLITE_OK;
    if (disk.refuse_after > 1) {
        disk.refuse_after--;
        return SQLITE_OK;
    }
    return disk.refusal;
}

static void add_pending(struct disk_file *file, const void *bytes, size_t n, sqlite3_int64 offset)
{
    if (file->n_pending == file->pending_room) {
        file->pending_room = 2 * file->pending_room + 64;
        file->pending = mem_realloc(file->pending, file->pending_room, sizeof *file->pending);
    }
    struct pending *added = &file->pending[file->n_pending++];
    *added = (struct pending){.offset = offset, .n = n};
    if (bytes != NULL) {
        added->bytes = mem_calloc(n, 1);
        memcpy(added->bytes, bytes, n);
    }
}

static void resize(struct disk_file *file, size_t size)
{
    if (size > file->durable_room) {
        file->durable_room = 2 * size;
        file->durable = mem_realloc(file->durable, file->durable_room, 1);
    }
    if (size > file->durable_size)
        memset(file->durable + file->durable_size, 0, size - file->durable_size);
    file->durable_size = size;
}

static void store(struct disk_file *file, sqlite3_int64 offset, const unsigned char *bytes, size_t n)
{
    if (n == 0)
        return;
    if ((size_t)offset + n > file->durable_size)
        resize(file, (size_t)offset + n);
    memcpy(file->durable + offset, bytes, n);
}

static unsigned draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

// Makes what is pending durable; with a random state only a part of it.
static void settle(struct disk_file *file, unsigned *random)
{
    // Once in a while all or nothing, else any sector.
    unsigned keep = random == NULL ? 100 : (unsigned[]){0, 100, 50, 90, 10}[draw(random) % 5];
    for (size_t i = 0; i < file->n_pending; i++) {
        struct pending *p = &file->pending[i];
        if (p->bytes == NULL) {
            if (keep == 100 || draw(random) % 100 < keep)
                resize(file, (size_t)p->offset);
            continue;
        }
        for (size_t at = 0; at < p->n; at += SECTOR) {
            size_t n = p->n - at < SECTOR ? p->n - at : SECTOR;
            if (keep == 100 || draw(random) % 100 < keep)
                store(file, p->offset + (sqlite3_int64)at, p->bytes + at, n);
        }
        free(p->bytes);
    }
    file->n_pending = 0;
}

static struct disk_file *find_file(const char *path)
{
    for (size_t i = 0; i < disk.n_files; i++) {
        if (strcmp(disk.files[i].path, path) == 0)
            return &disk.files[i];
    }
    return NULL;
}

// Starts to watch a file; what it holds now is durable.
static struct disk_file *adopt(const char *path)
{
    assert(disk.n_files < MAX_FILES);
    struct disk_file *file = &disk.files[disk.n_files++];
    *file = (struct disk_file){.path = mem_strdup(path)};
    // A file that SQLite holds open would lose its locks if we opened and closed it here: this is the first time it is opened.
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return file;
    file->durable_name = true;
    unsigned char chunk[4096];
    for (ssize_t n; (n = read(fd, chunk, sizeof chunk)) > 0;)
        store(file, (sqlite3_int64)file->durable_size, chunk, (size_t)n);
    close(fd);
    return file;
}

static void write_back(const struct disk_file *file)
{
    int fd = open(file->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert(fd >= 0);
    for (size_t at = 0; at < file->durable_size;) {
        ssize_t n = write(fd, file->durable + at, file->durable_size - at);
        assert(n > 0);
        at += (size_t)n;
    }
    close(fd);
}

// ------------------------------------------------------------------ SQLite's methods

static int file_close(sqlite3_file *base)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xClose(file->real);
}

static int file_read(sqlite3_file *base, void *bytes, int n, sqlite3_int64 offset)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xRead(file->real, bytes, n, offset);
}

static int file_write(sqlite3_file *base, const void *bytes, int n, sqlite3_int64 offset)
{
    struct crash_file *file = (struct crash_file *)base;
    pthread_mutex_lock(&disk.mutex);
    int rc = file->disk != NULL ? admit(WRITE) : SQLITE_OK;
    if (rc == SQLITE_OK) {
        rc = file->real->pMethods->xWrite(file->real, bytes, n, offset);
        if (file->disk != NULL)
            add_pending(file->disk, bytes, (size_t)n, offset);
    }
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct crash_file *file = (struct crash_file *)base;
    pthread_mutex_lock(&disk.mutex);
    int rc = file->disk != NULL ? admit(OTHER) : SQLITE_OK;
    if (rc == SQLITE_OK) {
        rc = file->real->pMethods->xTruncate(file->real, size);
        if (file->disk != NULL)
            add_pending(file->disk, NULL, 0, size);
    }
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

static int file_sync(sqlite3_file *base, int flags)
{
    (void)flags;
    struct crash_file *file = (struct crash_file *)base;
    if (file->disk == NULL)
        return SQLITE_OK;
    pthread_mutex_lock(&disk.mutex);
    int rc = admit(SYNC);
    if (rc == SQLITE_OK) {
        disk.syncs++;
        settle(file->disk, NULL);
        file->disk->durable_name = true; // SQLite syncs the directory of a new log with it
    }
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xFileSize(file->real, size);
}

static int file_lock(sqlite3_file *base, int level)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xLock(file->real, level);
}

static int file_unlock(sqlite3_file *base, int level)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xUnlock(file->real, level);
}

static int file_check_lock(sqlite3_file *base, int *out)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xCheckReservedLock(file->real, out);
}

static int file_control(sqlite3_file *base, int op, void *arg)
{
    struct crash_file *file = (struct crash_file *)base;
    // Growing a file ahead of its writes would go around the model.
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK;
    return file->real->pMethods->xFileControl(file->real, op, arg);
}

static int file_sector_size(sqlite3_file *base)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xSectorSize(file->real);
}

static int file_characteristics(sqlite3_file *base)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xDeviceCharacteristics(file->real);
}

static int file_shm_map(sqlite3_file *base, int page, int size, int extend, void volatile **out)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xShmMap(file->real, page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xShmLock(file->real, offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *base)
{
    struct crash_file *file = (struct crash_file *)base;
    file->real->pMethods->xShmBarrier(file->real);
}

static int file_shm_unmap(sqlite3_file *base, int remove)
{
    struct crash_file *file = (struct crash_file *)base;
    return file->real->pMethods->xShmUnmap(file->real, remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out_flags)
{
    (void)vfs;
    struct crash_file *file = (struct crash_file *)base;
    *file = (struct crash_file){.real = (sqlite3_file *)(file + 1)};
    pthread_mutex_lock(&disk.mutex);
    if (name != NULL && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))) {
        file->disk = find_file(name);
        if (file->disk == NULL)
            file->disk = adopt(name);
        file->disk->removed = false;
    }
    int rc = disk.real->xOpen(disk.real, name, file->real, flags, out_flags);
    pthread_mutex_unlock(&disk.mutex);
    if (file->real->pMethods != NULL)
        file->base.pMethods = &methods;
    return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    (void)vfs;
    pthread_mutex_lock(&disk.mutex);
    struct disk_file *file = find_file(name);
    int rc = file != NULL ? admit(OTHER) : SQLITE_OK;
    if (rc == SQLITE_OK)
        rc = disk.real->xDelete(disk.real, name, sync_directory);
    if (rc == SQLITE_OK && file != NULL) {
        file->removed = true;
        add_pending(file, NULL, 0, 0);
        if (sync_directory) {
            settle(file, NULL);
            file->durable_name = false;
        }
    }
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

void crash_vfs_register(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.zName = CRASH_VFS_NAME;
    disk.vfs.pNext = NULL;
    disk.vfs.szOsFile = (int)sizeof(struct crash_file) + disk.real->szOsFile;
    disk.vfs.xOpen = vfs_open;
    disk.vfs.xDelete = vfs_delete;
    int rc = sqlite3_vfs_register(&disk.vfs, 0);
    assert(rc == SQLITE_OK);
}

unsigned long crash_vfs_syncs(void)
{
    pthread_mutex_lock(&disk.mutex);
    unsigned long syncs = disk.syncs;
    pthread_mutex_unlock(&disk.mutex);
    return syncs;
}

void crash_vfs_refuse(int rc, unsigned long after)
{
    pthread_mutex_lock(&disk.mutex);
    disk.refusal = rc;
    disk.refuse_after = after;
    pthread_mutex_unlock(&disk.mutex);
}

void crash_vfs_cut_power(unsigned long after)
{
    pthread_mutex_lock(&disk.mutex);
    disk.cut_after = after;
    pthread_mutex_unlock(&disk.mutex);
}

bool crash_vfs_is_off(void)
{
    pthread_mutex_lock(&disk.mutex);
    bool off = disk.off;
    pthread_mutex_unlock(&disk.mutex);
    return off;
}

void crash_vfs_restart(unsigned seed)
{
    pthread_mutex_lock(&disk.mutex);
    unsigned random = seed * 2654435761u + 1;
    for (size_t i = 0; i < disk.n_files; i++) {
        struct disk_file *file = &disk.files[i];
        bool may_be_gone = file->removed || !file->durable_name;
        settle(file, &random);
        char shm[512];
        snprintf(shm, sizeof shm, "%s-shm", file->path);
        unlink(shm);
        if (may_be_gone && draw(&random) % 2 == 0)
            unlink(file->path);
        else
            write_back(file);
        free(file->path);
        free(file->durable);
        free(file->pending);
    }
    disk.n_files = 0;
    disk.off = false;
    disk.cut_after = 0;
    pthread_mutex_unlock(&disk.mutex);
}
