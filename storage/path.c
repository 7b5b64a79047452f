#define _XOPEN_SOURCE 700 // realpath

#include "storage/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

// Whoever shows the text names the database before it; only other paths are in it.
static enum err_code fail(struct err *err, const char *what, int error)
{
    return err_set(err, ERR_UNAVAILABLE, "database", "It cannot be %s: %s", what, strerror(error));
}

// A new name in a directory is durable when the directory is.
static void sync_directory_of(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return;
    char kept = slash[1];
    slash[1] = '\0';
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    slash[1] = kept;
    if (fd < 0)
        return;
    fsync(fd); // some file systems refuse to sync a directory; then there is nothing more to be done
    close(fd);
}

static enum err_code create_directories(char *path, struct err *err)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int error = mkdir(path, 0700) == 0 ? 0 : errno;
        // A directory that exists may sit below one that cannot be written or even read: those errors do not matter.
        struct stat status;
        if (error == 0)
            sync_directory_of(path);
        else if (error != EEXIST && stat(path, &status) != 0) {
            enum err_code code =
                err_set(err, ERR_UNAVAILABLE, "database", "The directory %s cannot be created: %s", path, strerror(error));
            *slash = '/';
            return code;
        }
        *slash = '/';
    }
    return ERR_NONE;
}

// Never opens a file that exists: closing it would drop the POSIX locks that SQLite may hold on it in this process.
static enum err_code create_file(char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? ERR_NONE : fail(err, "created", errno);
    close(fd);
    sync_directory_of(path);
    return ERR_NONE;
}

enum err_code path_prepare(const char *path, char **resolved, struct err *err)
{
    size_t len = strlen(path);
    if (len == 0 || path[len - 1] == '/')
        return err_set(err, ERR_INVALID, "database", "The database must be the path of a file");
    // With a slash in front SQLite takes no name for something special (":memory:", "file:...").
    char *full = mem_calloc(len + 3, 1);
    memcpy(full, "./", 2);
    memcpy(full + 2, path, len);
    char *start = path[0] == '/' ? full + 2 : full;
    enum err_code code = create_directories(start, err);
    if (code == ERR_NONE)
        code = create_file(start, err);
    if (code == ERR_NONE) {
        *resolved = realpath(start, NULL);
        struct stat status;
        if (*resolved == NULL || stat(*resolved, &status) != 0) {
            code = fail(err, "opened", errno);
        } else if (!S_ISREG(status.st_mode)) {
            code = err_set(err, ERR_INVALID, "database", "It is not a file");
        } else if (status.st_nlink > 1) {
            // The lock and SQLite's log go by the name: two servers would write to one file, each with a log of its own.
            code = err_set(err, ERR_UNAVAILABLE, "database", "It has another name (a hard link); remove one of them");
        } else if (access(*resolved, R_OK | W_OK) != 0) {
            code = fail(err, "written", errno);
        }
        if (code != ERR_NONE) {
            free(*resolved);
            *resolved = NULL;
        }
    }
    free(full);
    return code;
}
