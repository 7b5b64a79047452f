#include "server/listen.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

static void test_open(void)
{
    struct err err = {0};
    int fd = -1, second = -1;
    char url[LISTEN_URL_MAX];
    if (!ok(listen_open("127.0.0.1:0", &fd, &err) == ERR_NONE, "a port of the system's choice"))
        return;
    listen_url(fd, url);
    ok(strncmp(url, "http://127.0.0.1:", 17) == 0 && atoi(url + 17) > 0, "its address: %s", url);
    is_int(listen_open(url + 7, &second, &err), ERR_UNAVAILABLE, "the same port again is taken");
    is_text(err.field, "--listen", "  names the option");
    ok(strstr(err.text, "choose another") != NULL, "  says the way out: %s", err.text);
    close(fd);
    is_int(listen_open(url + 7, &second, &err), ERR_NONE, "free again");
    close(second);
    if (listen_open("[::1]:0", &fd, &err) == ERR_NONE) {
        listen_url(fd, url);
        ok(strncmp(url, "http://[::1]:", 13) == 0 && atoi(url + 13) > 0, "IPv6: %s", url);
        close(fd);
    } else {
        ok(true, "IPv6 # SKIP not on this machine");
    }
}

static void test_wrong(void)
{
    static const char *const wrong[] = {"", ":", "7741", ":7741", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                                        "127.0.0.1:-1", "::1:7741", "[::1]", "[]:1", "[::1:5", "300.0.0.1:5", "127.0.0.1:80 "};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err err = {0};
        int fd = -1;
        is_int(listen_open(wrong[i], &fd, &err), ERR_INVALID, wrong[i]);
        ok(strcmp(err.field, "--listen") == 0 && strstr(err.text, "ADDR:PORT") != NULL, "  %s", err.text);
    }
}

static void set_inherited(pid_t pid)
{
    char text[20];
    snprintf(text, sizeof text, "%ld", (long)pid);
    setenv("LISTEN_PID", text, 1);
    setenv("LISTEN_FDS", "1", 1);
}

static void test_inherited(void)
{
    struct err err = {0};
    is_int(listen_inherited(), -1, "nothing inherited");
    int fd = -1;
    if (listen_open("127.0.0.1:0", &fd, &err) != ERR_NONE)
        return;
    // The tests' own descriptor 3 must not be lost, so another process tries.
    pid_t child = fork();
    if (child == 0) {
        dup2(fd, 3);
        set_inherited(getpid() + 1);
        if (listen_inherited() != -1 || getenv("LISTEN_FDS") != NULL)
            _exit(1); // meant for another process
        set_inherited(getpid());
        if (listen_inherited() != 3)
            _exit(2);
        dup2(STDERR_FILENO, 3);
        set_inherited(getpid());
        _exit(listen_inherited() == -1 ? 0 : 3); // not a listening socket
    }
    int status = -1;
    waitpid(child, &status, 0);
    is_int(status, 0, "the socket of a supervisor is taken, and only that");
    close(fd);
}

int main(void)
{
    TAP_RUN(test_open);
    TAP_RUN(test_wrong);
    TAP_RUN(test_inherited);
    return tap_done();
}
