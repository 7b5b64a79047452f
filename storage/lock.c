#define _DEFAULT_SOURCE // flock

#include "storage/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"

#define TRIES 50
#define PAUSE_NS 20000000L

enum err_code lock_take(const char *database, int *fd, struct err *err)
{
    struct buffer path = {0};
    buffer_printf(&path, "%s.lock", database);
    int opened = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (opened < 0) {
        enum err_code code = err_set(err, ERR_UNAVAILABLE, "database", "Cannot open %s: %s", path.data, strerror(errno));
        buffer_clear(&path);
        return code;
    }
    buffer_clear(&path);
    int error = 0;
    for (int i = 0; i < TRIES; i++) {
        error = flock(opened, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
        if (error != EWOULDBLOCK && error != EINTR)
            break;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    if (error == 0) {
        *fd = opened;
        return ERR_NONE;
    }
    close(opened);
    if (error == EWOULDBLOCK)
        return err_set(err, ERR_UNAVAILABLE, "database", "Another server is using it");
    return err_set(err, ERR_UNAVAILABLE, "database", "Cannot lock %s.lock: %s", database, strerror(error));
}

void lock_release(int fd)
{
    if (fd >= 0)
        close(fd);
}
