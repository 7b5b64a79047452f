#include "server/token_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"

enum err_code token_file_read(const char *path, char token[API_TOKEN_MAX + 1], struct err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL && errno == ENOENT)
        return err_set(err, ERR_NOT_FOUND, "--token-file", "%s does not exist", path);
    if (file == NULL)
        return err_set(err, ERR_IO, "--token-file", "%s cannot be read: %s", path, strerror(errno));
    char text[API_TOKEN_MAX + 4];
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    while (n > 0 && strchr("\r\n", text[n - 1]) != NULL)
        n--;
    text[n] = '\0';
    if (n == 0 || n > API_TOKEN_MAX ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != n)
        return err_set(err, ERR_INVALID, "--token-file",
                       "%s does not hold a token and is left alone; remove it, or name another file", path);
    memcpy(token, text, n + 1);
    return ERR_NONE;
}

static bool token_file_put(int fd, const char *token)
{
    struct buffer line = {0};
    buffer_printf(&line, "%s\n", token);
    bool done = write(fd, line.data, line.len) == (ssize_t)line.len && fsync(fd) == 0;
    buffer_clear(&line);
    return done;
}

enum err_code token_file_write(const char *path, const char *token, struct err *err)
{
    struct buffer temporary = {0};
    buffer_printf(&temporary, "%s.XXXXXX", path);
    int fd = mkstemp(temporary.data); // mode 0600
    bool done = fd >= 0 && token_file_put(fd, token);
    int cause = errno;
    if (fd >= 0 && close(fd) != 0 && done) {
        cause = errno;
        done = false;
    }
    if (done && rename(temporary.data, path) != 0) {
        cause = errno;
        done = false;
    }
    if (!done && fd >= 0)
        unlink(temporary.data);
    buffer_clear(&temporary);
    return done ? ERR_NONE : err_set(err, ERR_IO, "--token-file", "%s cannot be written: %s", path, strerror(cause));
}
