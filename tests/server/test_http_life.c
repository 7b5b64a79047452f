// HTTP over time: many connections, replies from other threads, clients that stall or vanish, the end under load.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "tests/server/fake_api.h"
#include "tests/server/wire.h"
#include "tests/tap.h"

static void sleep_ms(long ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

// ------------------------------------------------------------------ many connections

enum { N_CLIENTS = 8, N_CONNECTIONS = 6, N_ROUNDS = 60 };

struct client {
    pthread_t thread;
    const struct wire *wire;
    unsigned id;
    unsigned n_right, n_wrong;
};

// Sends a request that says who it is; its reply must say the same.
static void client_send(const struct client *c, int fd, unsigned round, unsigned connection)
{
    unsigned mark = c->id * 1000000 + round * 1000 + connection;
    char request[200], body[20];
    if (mark % 3 == 0) {
        snprintf(body, sizeof body, "%u", mark);
        snprintf(request, sizeof request, "POST /bounce HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                 body);
    } else if (mark % 3 == 1) {
        snprintf(request, sizeof request, "GET /echo?%u HTTP/1.1\r\nHost: h\r\n\r\n", mark);
    } else {
        snprintf(request, sizeof request, "GET /slow?%u HTTP/1.1\r\nHost: h\r\n\r\n", mark % 7);
    }
    wire_send(fd, request);
}

static bool client_receive(const struct client *c, int fd, unsigned round, unsigned connection)
{
    unsigned mark = c->id * 1000000 + round * 1000 + connection;
    char want[60];
    if (mark % 3 == 0)
        snprintf(want, sizeof want, "%u", mark);
    else if (mark % 3 == 1)
        snprintf(want, sizeof want, "\"query\":\"%u\"", mark);
    else
        snprintf(want, sizeof want, "{\"slow\":%u}\n", mark % 7);
    struct wire_reply r = wire_receive(fd, false);
    bool right = r.status == 200 && r.body.data != NULL &&
                 (mark % 3 == 1 ? strstr(r.body.data, want) != NULL : strcmp(r.body.data, want) == 0);
    wire_reply_clear(&r);
    return right;
}

static void *client_work(void *arg)
{
    struct client *c = arg;
    int fds[N_CONNECTIONS];
    for (unsigned i = 0; i < N_CONNECTIONS; i++)
        fds[i] = wire_connect(c->wire);
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        for (unsigned i = 0; i < N_CONNECTIONS; i++)
            client_send(c, fds[i], round, i);
        for (unsigned i = 0; i < N_CONNECTIONS; i++) {
            if (client_receive(c, fds[i], round, i))
                c->n_right++;
            else
                c->n_wrong++;
        }
    }
    for (unsigned i = 0; i < N_CONNECTIONS; i++)
        close(fds[i]);
    return NULL;
}

static void test_no_lost_replies(void)
{
    struct wire wire;
    wire_start(&wire, (struct http_options){0});
    struct client clients[N_CLIENTS] = {0};
    unsigned n_right = 0, n_wrong = 0;
    for (unsigned i = 0; i < N_CLIENTS; i++) {
        clients[i].wire = &wire;
        clients[i].id = i;
        pthread_create(&clients[i].thread, NULL, client_work, &clients[i]);
    }
    for (unsigned i = 0; i < N_CLIENTS; i++) {
        pthread_join(clients[i].thread, NULL);
        n_right += clients[i].n_right;
        n_wrong += clients[i].n_wrong;
    }
    is_int(n_right, N_CLIENTS * N_CONNECTIONS * N_ROUNDS, "each connection got each of its replies");
    is_int(n_wrong, 0, "and none of another's");
    ok(wire_stop(&wire, 10000), "the server ends");
}

// The limit is for all I/O threads together and at least 1024.
static void test_many_connections(void)
{
    enum { N = 1024 };
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < 2 * N + 200) {
        ok(true, "too few descriptors are allowed here # SKIP");
        return;
    }
    struct wire wire;
    wire_start(&wire, (struct http_options){0});
    int *fds = mem_calloc(N, sizeof *fds);
    int n_answered = 0;
    for (int i = 0; i < N; i++) {
        fds[i] = wire_connect(&wire);
        wire_send(fds[i], "GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
        struct wire_reply r = wire_receive(fds[i], false);
        n_answered += r.status == 200 && !r.close;
        wire_reply_clear(&r);
    }
    is_int(n_answered, N, "1024 connections are served and stay open");
    is_int(wire_ask(&wire, "GET /health HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 200, "one more too");
    for (int i = 0; i < N; i++)
        close(fds[i]);
    free(fds);
    ok(wire_stop(&wire, 10000), "the server ends");
}

// Above the limit clients wait until another one leaves; none is turned away.
static void test_connection_limit(void)
{
    enum { N = 12 };
    struct wire wire;
    wire_start(&wire, (struct http_options){.max_connections = 4});
    int fds[N], n_answered = 0;
    for (int i = 0; i < N; i++) {
        fds[i] = wire_connect(&wire);
        wire_send(fds[i], "GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    for (int i = 0; i < N; i++) {
        struct wire_reply r = wire_receive(fds[i], false);
        n_answered += r.status == 200;
        wire_reply_clear(&r);
        close(fds[i]);
    }
    is_int(n_answered, N, "12 clients share 4 connections");
    ok(wire_stop(&wire, 10000), "the server ends");
}

// ------------------------------------------------------------------ clients that stall or vanish

static void test_vanished(void)
{
    struct wire wire;
    wire_start(&wire, (struct http_options){0});
    for (int i = 0; i < 20; i++) {
        int fd = wire_connect(&wire);
        wire_send(fd, "GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
        while (fake_n_held(wire.api) <= (size_t)i)
            sleep_ms(1);
        if (i % 2 == 0) { // with a reset instead of a normal end
            struct linger linger = {.l_onoff = 1, .l_linger = 0};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        }
        close(fd);
    }
    is_int(wire_ask(&wire, "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 200, "others are served while 20 requests wait");
    fake_release(wire.api);
    is_int(wire_ask(&wire, "GET /held HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 200, "and after their replies met closed connections");
    for (int i = 0; i < 20; i++) {
        int fd = wire_connect(&wire);
        wire_send(fd, "GET /large?3000000 HTTP/1.1\r\nHost: h\r\n\r\n");
        close(fd); // in the middle of the reply
    }
    is_int(wire_ask(&wire, "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 200, "clients that leave during a long reply");
    ok(wire_stop(&wire, 10000), "the server ends");
}

static void test_stalled(void)
{
    struct wire wire;
    wire_start(&wire, (struct http_options){.upload_timeout_s = 2, .upload_total_s = 5});
    int stalled = wire_connect(&wire), idle = wire_connect(&wire), trickle = wire_connect(&wire);
    wire_send(idle, "POST /bounce HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    struct wire_reply r = wire_receive(idle, false);
    is_int(r.status, 200, "an upload that goes well");
    wire_reply_clear(&r);
    wire_send(stalled, "POST /bounce HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    r = wire_receive(stalled, false);
    is_int(r.status, 0, "an upload that stalls is closed without a reply");
    wire_reply_clear(&r);

    wire_send(trickle, "POST /bounce HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
    int n = 0;
    while (n < 99 && wire_send_bytes(trickle, "x", 1)) {
        sleep_ms(200);
        n++;
    }
    ok(n > 5 && n < 99, "an upload that trickles is closed, but later than one that stalls (%d bytes went through)", n);

    // Far longer than the upload timeout has passed.
    wire_send(idle, "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    r = wire_receive(idle, false);
    is_int(r.status, 200, "a connection that rests between requests has more time");
    wire_reply_clear(&r);
    close(stalled);
    close(idle);
    close(trickle);
    ok(wire_stop(&wire, 10000), "the server ends");
}

static void test_idle(void)
{
    struct wire wire;
    wire_start(&wire, (struct http_options){.idle_timeout_s = 1});
    int idle = wire_connect(&wire), headers = wire_connect(&wire);
    wire_send(headers, "GET /echo HTTP/1.1\r\nHos");
    is_int(wire_ask(&wire, "GET /slow?2500 HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 200,
           "a request that takes longer than the idle timeout");
    ok(wire_is_closed(idle), "a connection that never said anything is closed");
    ok(wire_is_closed(headers), "so is one that stalls in its headers");
    close(idle);
    close(headers);
    ok(wire_stop(&wire, 10000), "the server ends");
}

// ------------------------------------------------------------------ the end

static atomic_int hammer_replies;

// Asks until the server goes away.
static void *hammer_work(void *arg)
{
    const struct client *c = arg;
    int fd = -1;
    for (;;) {
        if (fd < 0)
            fd = wire_connect(c->wire);
        if (fd < 0)
            return NULL;
        wire_send(fd, c->id % 2 == 0 ? "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n" : "GET /slow?3 HTTP/1.1\r\nHost: h\r\n\r\n");
        struct wire_reply r = wire_receive(fd, false);
        if (r.status == 200)
            atomic_fetch_add(&hammer_replies, 1);
        if (r.status != 200 || r.close) {
            close(fd);
            fd = -1;
        }
        wire_reply_clear(&r);
    }
}

static void test_drain_under_load(void)
{
    for (int round = 0; round < 5; round++) {
        struct wire wire;
        wire_start(&wire, (struct http_options){0});
        struct client clients[N_CLIENTS] = {0};
        atomic_store(&hammer_replies, 0);
        for (unsigned i = 0; i < N_CLIENTS; i++) {
            clients[i].wire = &wire;
            clients[i].id = i;
            pthread_create(&clients[i].thread, NULL, hammer_work, &clients[i]);
        }
        while (atomic_load(&hammer_replies) < 200)
            sleep_ms(1);
        http_refuse(wire.http);
        bool drained = http_drain(wire.http, 10000);
        size_t n_requests = fake_n_requests(wire.api);
        ok(drained, "drained under load");
        http_destroy(wire.http);
        for (unsigned i = 0; i < N_CLIENTS; i++)
            pthread_join(clients[i].thread, NULL);
        is_int(atomic_load(&hammer_replies), n_requests, "each request that reached the API has its reply at its client");
        fake_destroy(wire.api);
    }
}

static void test_drain_waits(void)
{
    struct wire wire;
    wire_start(&wire, (struct http_options){0});
    int held = wire_connect(&wire), idle = wire_connect(&wire), upload = wire_connect(&wire);
    wire_send(held, "GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
    wire_send(upload, "POST /bounce HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    wire_send(idle, "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    struct wire_reply r = wire_receive(idle, false);
    ok(r.status == 200 && !r.close, "before");
    wire_reply_clear(&r);
    while (fake_n_held(wire.api) == 0)
        sleep_ms(1);
    http_refuse(wire.http);
    int late = wire_connect(&wire);
    is_int(late, -1, "new connections are refused");
    wire_send(idle, "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    r = wire_receive(idle, false);
    is_int(r.status, 200, "an open connection is still served");
    ok(r.close, "and closed by its reply");
    wire_reply_clear(&r);
    ok(!http_drain(wire.http, 100), "a request without a reply keeps the server from ending");
    fake_release(wire.api);
    r = wire_receive(held, false);
    is_int(r.status, 200, "its reply still comes");
    wire_reply_clear(&r);
    ok(http_drain(wire.http, 100), "an unfinished upload does not");
    http_destroy(wire.http);
    ok(wire_is_closed(upload), "it is cut off");
    fake_destroy(wire.api);
    close(held);
    close(idle);
    close(upload);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    TAP_RUN(test_no_lost_replies);
    TAP_RUN(test_many_connections);
    TAP_RUN(test_connection_limit);
    TAP_RUN(test_vanished);
    TAP_RUN(test_stalled);
    TAP_RUN(test_idle);
    TAP_RUN(test_drain_under_load);
    TAP_RUN(test_drain_waits);
    return tap_done();
}
