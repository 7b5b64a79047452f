// Raw bodies over a socket: asked about by their headers first, bounded in memory, sent back with headers of their own.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "server/http_headers.h"
#include "tests/server/fake_api.h"
#include "tests/server/wire.h"
#include "tests/tap.h"

#define PUT "PUT /upload HTTP/1.1\r\nHost: h\r\n"
#define PUT_NO "PUT /upload?no HTTP/1.1\r\nHost: h\r\n"

static struct wire wire;

static void wait_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static bool says(const struct wire_reply *reply, const char *text)
{
    return reply->body.data != NULL && strstr(reply->body.data, text) != NULL;
}

// One request and the status of its reply; then the connection is closed.
static int ask(const char *head, const char *bytes, size_t n, const char *want)
{
    int fd = wire_connect(&wire);
    wire_send(fd, head);
    if (n > 0)
        wire_send_bytes(fd, bytes, n);
    struct wire_reply reply = wire_receive(fd, false);
    int status = reply.status;
    if (want != NULL)
        ok(says(&reply, want), "%.40s: %s", head, reply.body.data);
    wire_reply_clear(&reply);
    close(fd);
    return status;
}

static void test_complete(void)
{
    size_t before = fake_n_uploads(wire.api);
    is_int(ask(PUT "Content-Length: 5\r\nContent-MD5: abc=\r\nContent-Type: image/png\r\n\r\n", "a\0b\nc", 5,
               "\"content_type\":\"image/png\",\"content_md5\":\"abc=\""),
           200, "five bytes");
    size_t n = 20 << 20;
    char *bytes = mem_calloc(n, 1);
    is_int(ask(PUT "Content-Length: 20971520\r\n\r\n", bytes, n, "\"body_len\":20971520"), 200, "20 MiB");
    free(bytes);
    is_int(ask(PUT "Content-Length: 0\r\n\r\n", "", 0, "\"body_len\":0"), 200, "nothing");
    is_int((long long)(fake_n_uploads(wire.api) - before), 3, "three arrived");

    // The next request of the connection is found behind the bytes.
    int fd = wire_connect(&wire);
    wire_send(fd, PUT "Content-Length: 5\r\n\r\nhelloGET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    struct wire_reply reply = wire_receive(fd, false);
    ok(reply.status == 200 && says(&reply, "\"body_len\":5"), "the first of two");
    wire_reply_clear(&reply);
    reply = wire_receive(fd, false);
    ok(reply.status == 200 && says(&reply, "/echo"), "and the second");
    wire_reply_clear(&reply);
    close(fd);
}

static void test_slow(void)
{
    int fd = wire_connect(&wire);
    wire_send(fd, PUT "Content-Length: 6\r\n\r\n");
    for (int i = 0; i < 6; i++) {
        wait_ms(30);
        wire_send(fd, "x");
    }
    struct wire_reply reply = wire_receive(fd, false);
    ok(reply.status == 200 && says(&reply, "\"body_len\":6"), "byte by byte");
    wire_reply_clear(&reply);
    close(fd);
}

static void test_refused(void)
{
    size_t before = fake_n_uploads(wire.api);
    is_int(ask(PUT_NO "Content-Length: 5\r\n\r\n", "", 0, "Not announced"), 400, "before any byte is sent");
    is_int(ask(PUT_NO "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", "", 0, NULL), 400, "instead of 100 Continue");
    is_int(ask(PUT "Content-Length: 20971521\r\n\r\n", "", 0, "20971520"), 413, "over the limit");
    is_int(ask(PUT "Content-Length: 99999999999999\r\n\r\n", "", 0, "20971520"), 413, "far over the limit");
    is_int(ask(PUT "Transfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", 15, "Content-Length"), 411, "chunked");
    is_int(ask(PUT "\r\n", "", 0, "Content-Length"), 411, "no length");
    size_t n = 5 << 20;
    char *bytes = mem_calloc(n, 1);
    is_int(ask(PUT_NO "Content-Length: 5242880\r\n\r\n", bytes, n, "Not announced"), 400, "sent although refused");
    free(bytes);
    // Cut off in the middle.
    int fd = wire_connect(&wire);
    wire_send(fd, PUT "Content-Length: 1000\r\n\r\nhalf of it");
    wait_ms(50);
    close(fd);
    wait_ms(100);
    is_int((long long)(fake_n_uploads(wire.api) - before), 0, "none of them arrived");
}

static void test_download(void)
{
    int fd = wire_connect(&wire);
    wire_send(fd, "GET /download?1000 HTTP/1.1\r\nHost: h\r\n\r\n");
    struct wire_reply reply = wire_receive(fd, false);
    is_int(reply.status, 200, "bytes");
    is_int((long long)reply.body.len, 1000, "all of them");
    is_text(wire_header(&reply, "Content-Type"), "image/png", "their type");
    is_text(wire_header(&reply, "X-Content-Type-Options"), "nosniff", "their other header");
    ok(wire_header(&reply, "Cache-Control") == NULL && wire_header(&reply, "Mimetype") == NULL, "none of those of JSON");
    ok(wire_header(&reply, "X-Request-Id") != NULL, "but the id of the request");
    wire_reply_clear(&reply);
    close(fd);
}

static void wants(int fd, const char *name)
{
    struct wire_reply reply = wire_receive(fd, false);
    is_int(reply.status, 200, name);
    wire_reply_clear(&reply);
    close(fd);
}

static int send_on(const char *head)
{
    int fd = wire_connect(&wire);
    wire_send(fd, head);
    return fd;
}

static bool is_silent(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

// 1 MiB of memory: what does not fit waits until it does, in order.
static void test_memory(void)
{
    struct wire usual = wire;
    wire_start(&wire, (struct http_options){.raw_memory = 1 << 20});
    static const char head[] = PUT "Content-Length: 600000\r\n\r\n";
    char *bytes = mem_calloc(3 << 20, 1);
    int first = send_on(head);
    wait_ms(200);
    int second = send_on(head);
    wait_ms(100);
    int third = send_on("GET /download?600000 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_ms(100);
    int small = send_on("GET /download?100000 HTTP/1.1\r\nHost: h\r\n\r\n");
    is_int(ask("GET /large?600000 HTTP/1.1\r\nHost: h\r\n\r\n", "", 0, NULL), 200, "JSON is another matter");
    wait_ms(100);
    ok(is_silent(second) && is_silent(third) && is_silent(small), "the others wait, also one that would fit");
    wire_send_bytes(first, bytes, 600000);
    wants(first, "the first arrives");
    wait_ms(100);
    ok(is_silent(third), "after it comes the second");
    wire_send_bytes(second, bytes, 600000);
    wants(second, "which arrives");
    wants(third, "then a download");
    wants(small, "then the small one");
    // A client that leaves gives its memory back.
    first = send_on(head);
    wait_ms(200);
    second = send_on(head);
    close(first);
    wire_send_bytes(second, bytes, 600000);
    wants(second, "after one that was cut off");
    // One that leaves while it waits takes no turn for long.
    first = send_on(head);
    wait_ms(200);
    close(send_on(head));
    third = send_on(PUT "Content-Length: 3145728\r\n\r\n");
    wire_send_bytes(first, bytes, 600000);
    wants(first, "the first arrives");
    wire_send_bytes(third, bytes, 3 << 20);
    wants(third, "more than all of the memory, alone");
    free(bytes);
    ok(wire_stop(&wire, 10000), "the server ends");
    wire = usual;
}

static void is_refused(int fd)
{
    struct wire_reply reply = wire_receive(fd, false);
    is_int(reply.status, 503, "refused");
    is_text(wire_header(&reply, "Retry-After"), "1", "and told to try again");
    ok(reply.close && says(&reply, "\"status\":503"), "in JSON, and closed");
    wire_reply_clear(&reply);
    close(fd);
}

static void test_no_memory(void)
{
    struct wire usual = wire;
    static const char head[] = PUT "Content-Length: 600000\r\n\r\n", get[] = "GET /download?600000 HTTP/1.1\r\nHost: h\r\n\r\n";
    wire_start(&wire, (struct http_options){.raw_memory = 1 << 20, .raw_wait_ms = 300});
    int first = send_on(head);
    wait_ms(200);
    int second = send_on(head), third = send_on(get);
    is_refused(second);
    is_refused(third);
    close(first);
    ok(wire_stop(&wire, 10000), "the server ends");

    wire_start(&wire, (struct http_options){.raw_memory = 1 << 20});
    first = send_on(head);
    wait_ms(200);
    second = send_on(head);
    third = send_on(get);
    wait_ms(200);
    ok(wire_stop(&wire, 100), "the server ends, whoever waits");
    close(first);
    close(second);
    close(third);
    wire = usual;
}

static void test_base_url(void)
{
    static const char *const good[][2] = {{"h", "http://h"},
                                          {"h.example:7741", "http://h.example:7741"},
                                          {"127.0.0.1:1", "http://127.0.0.1:1"},
                                          {"[::1]:7741", "http://[::1]:7741"},
                                          {"[2001:db8::1]", "http://[2001:db8::1]"}};
    static const char *const bad[] = {"",       "a b",     "h:",       "h:x",   "h:123456", "h/../x", "h?x",   "h#",    "u@h",
                                      "[::1",   "[::1]x",  "[]",       "::1",   "h\"x",     "<h>",    "h:1:2", "\xc3\xa9", "h,i", "h%00"};
    char request[200], want[80];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(request, sizeof request, "GET /echo HTTP/1.1\r\nHost: %s\r\n\r\n", good[i][0]);
        snprintf(want, sizeof want, "\"base_url\":\"%s\"", good[i][1]);
        is_int(ask(request, "", 0, want), 200, good[i][0]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ok(!http_is_host(bad[i]), "no host: %s", bad[i]);
        snprintf(request, sizeof request, "GET /echo HTTP/1.1\r\nHost: %s\r\n\r\n", bad[i]);
        int fd = wire_connect(&wire);
        wire_send(fd, request);
        struct wire_reply reply = wire_receive(fd, false);
        ok(reply.status == 400 || says(&reply, "\"base_url\":null"), "and no address is made of it");
        wire_reply_clear(&reply);
        close(fd);
    }
    struct wire usual = wire;
    wire_start(&wire, (struct http_options){.public_url = "https://fairway.example.org"});
    is_int(ask("GET /echo HTTP/1.1\r\nHost: elsewhere\r\nX-Forwarded-Host: evil\r\n\r\n", "", 0,
               "\"base_url\":\"https://fairway.example.org\""), 200,
           "the address that was given");
    ok(wire_stop(&wire, 10000), "the server ends");
    wire = usual;
}

int main(void)
{
    log_set_level(LOG_ERROR);
    wire_start(&wire, (struct http_options){0});
    TAP_RUN(test_complete);
    TAP_RUN(test_slow);
    TAP_RUN(test_refused);
    TAP_RUN(test_download);
    TAP_RUN(test_memory);
    TAP_RUN(test_no_memory);
    TAP_RUN(test_base_url);
    ok(wire_stop(&wire, 10000), "the server ends");
    return tap_done();
}
