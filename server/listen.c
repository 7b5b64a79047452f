#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

#define LISTEN_FIRST_FD 3 // by the protocol of LISTEN_FDS

static enum err_code listen_invalid(const char *address, struct err *err)
{
    return err_set(err, ERR_INVALID, "--listen",
                   "\"%s\" is not an address; write ADDR:PORT, e.g. 127.0.0.1:7741 or [::1]:7741 (port 0 lets the system choose)",
                   address);
}

// Splits "host:port" and "[host]:port"; host and port have n bytes each.
static bool listen_split(const char *address, char *host, char *port, size_t n)
{
    const char *colon = strrchr(address, ':');
    if (colon == NULL || colon == address || strlen(address) >= n)
        return false;
    const char *first = address;
    size_t length = (size_t)(colon - address);
    if (*first == '[') {
        if (length < 3 || colon[-1] != ']')
            return false;
        first++;
        length -= 2;
    } else if (memchr(first, ':', length) != NULL) {
        return false; // IPv6 without brackets
    }
    snprintf(host, n, "%.*s", (int)length, first);
    snprintf(port, n, "%s", colon + 1);
    int64_t number;
    return text_to_id(port, strlen(port), &number) && number <= 65535;
}

static int listen_bind(const struct addrinfo *info)
{
    int fd = socket(info->ai_family, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    int on = 1;
    // A restart must not wait for the connections of the previous process to time out.
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

enum err_code listen_open(const char *address, int *fd, struct err *err)
{
    char host[256], port[256];
    if (!listen_split(address, host, port, sizeof host))
        return listen_invalid(address, err);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list;
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return listen_invalid(address, err);
    *fd = -1;
    int cause = 0;
    for (const struct addrinfo *info = list; info != NULL && *fd < 0; info = info->ai_next) {
        *fd = listen_bind(info);
        cause = errno;
    }
    freeaddrinfo(list);
    if (*fd < 0)
        return err_set(err, ERR_UNAVAILABLE, "--listen", "cannot listen on %s: %s; choose another address or port", address,
                       strerror(cause));
    return ERR_NONE;
}

int listen_inherited(void)
{
    const char *pid = getenv("LISTEN_PID");
    const char *count = getenv("LISTEN_FDS");
    int64_t pid_number, n;
    bool ours = pid != NULL && count != NULL && text_to_int(pid, false, &pid_number) && pid_number == getpid() &&
                text_to_int(count, false, &n) && n >= 1;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    int listening = 0;
    socklen_t size = sizeof listening;
    if (!ours || getsockopt(LISTEN_FIRST_FD, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || !listening)
        return -1;
    fcntl(LISTEN_FIRST_FD, F_SETFD, FD_CLOEXEC);
    return LISTEN_FIRST_FD;
}

void listen_url(int fd, char url[LISTEN_URL_MAX])
{
    struct sockaddr_storage address;
    memset(&address, 0, sizeof address);
    socklen_t size = sizeof address;
    char host[256] = "?", port[32] = "?";
    if (getsockname(fd, (struct sockaddr *)&address, &size) == 0)
        getnameinfo((struct sockaddr *)&address, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    bool v6 = strchr(host, ':') != NULL;
    snprintf(url, LISTEN_URL_MAX, "http://%s%.90s%s:%.10s", v6 ? "[" : "", host, v6 ? "]" : "", port);
}
