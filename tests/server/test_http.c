// HTTP shapes, one request at a time, byte by byte over a socket.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/api.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "tests/server/fake_api.h"
#include "tests/server/wire.h"
#include "tests/tap.h"

static struct wire wire;

// The member of a JSON object in text, as text in a static buffer; "" when there is none.
static const char *member(const char *text, const char *name)
{
    static char out[400];
    struct json *root = NULL;
    out[0] = '\0';
    if (text == NULL || json_parse(text, strlen(text), &root, NULL) != ERR_NONE)
        return out;
    const struct json *v = json_member(root, name);
    if (json_kind(v) == JSON_STRING)
        snprintf(out, sizeof out, "%s", json_string(v));
    else if (json_kind(v) == JSON_NUMBER)
        snprintf(out, sizeof out, "%.0f", json_number(v));
    json_free(root);
    return out;
}

// Sends a request, checks status and that the body is an error object with it.
static void refuses(const char *request, int status, const char *name)
{
    int fd = wire_connect(&wire);
    wire_send(fd, request);
    struct wire_reply reply = wire_receive(fd, false);
    is_int(reply.status, status, name);
    char want[16];
    snprintf(want, sizeof want, "%d", status);
    is_text(member(reply.body.data, "status"), want, "  the body is a JSON error");
    ok(reply.close && wire_is_closed(fd), "  the connection is closed");
    wire_reply_clear(&reply);
    close(fd);
}

// ------------------------------------------------------------------ plain requests

static void test_get(void)
{
    char *body;
    is_int(wire_ask(&wire,
                    "GET /echo?a=1&b=x+y%20z%2B HTTP/1.1\r\nHost: h\r\nAuthorization: Basic QQ==\r\nUser-Agent: t/1\r\n"
                    "Content-Type: text/x\r\nX-Request-Id: my-id_1.2\r\n\r\n",
                    &body),
           200, "GET");
    is_text(member(body, "method"), "GET", "method");
    is_text(member(body, "path"), "/echo", "path without query");
    is_text(member(body, "query"), "a=1&b=x+y%20z%2B", "query as sent, plus signs too");
    is_text(member(body, "authorization"), "Basic QQ==", "authorization");
    is_text(member(body, "content_type"), "text/x", "content type");
    is_text(member(body, "user_agent"), "t/1", "user agent");
    is_text(member(body, "request_id"), "my-id_1.2", "request id of the client");
    free(body);
    wire_ask(&wire, "GET /echo HTTP/1.1\r\nHost: h\r\nX-Request-Id: with space\r\n\r\n", &body);
    ok(strchr(member(body, "request_id"), ' ') == NULL && strlen(member(body, "request_id")) > 4, "a bad request id is replaced");
    free(body);
    wire_ask(&wire, "GET /echo? HTTP/1.1\r\nHost: h\r\n\r\n", &body);
    is_text(member(body, "query"), "", "empty query");
    free(body);
}

static void test_paths(void)
{
    static const struct {
        const char *target, *path;
    } cases[] = {
        {"//echo", "/echo"}, {"http://h:1/echo", "/echo"}, {"///echo?x", "/echo"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[100], *body;
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", cases[i].target);
        wire_ask(&wire, request, &body);
        is_text(member(body, "path"), cases[i].path, cases[i].target);
        free(body);
    }
    is_int(wire_ask(&wire, "GET /a%2Fb%00c HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 404, "percent signs stay");
    is_int(wire_ask(&wire, "GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 404, "a URL without path is /");
    is_int(wire_ask(&wire, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 404, "the star is no path");
    refuses("GET /echo\x01 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "control character in the target");
    is_int(wire_ask(&wire, "GET /ec ho HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 0, "space in the target: closed");
}

static void test_standard_headers(void)
{
    static const char *const requests[] = {
        "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: h\r\nX-Response-Content: skip\r\n\r\n",
    };
    static const int statuses[] = {200, 404, 413, 204};
    for (size_t i = 0; i < 4; i++) {
        int fd = wire_connect(&wire);
        wire_send(fd, requests[i]);
        struct wire_reply r = wire_receive(fd, false);
        is_int(r.status, statuses[i], "status");
        is_text(wire_header(&r, "Content-Type"), "application/json; charset=utf-8", "Content-Type");
        is_text(wire_header(&r, "Cache-Control"), "no-cache, no-store", "Cache-Control");
        is_text(wire_header(&r, "Expires"), "Thu, 01 Jan 1970 00:00:00 GMT", "Expires");
        is_text(wire_header(&r, "Access-Control-Allow-Headers"), "Authorization, Content-Type", "allowed headers");
        is_text(wire_header(&r, "Access-Control-Allow-Methods"), "GET, POST, PUT, MERGE, DELETE, OPTIONS", "allowed methods");
        is_text(wire_header(&r, "Access-Control-Max-Age"), "300", "Max-Age");
        is_text(wire_header(&r, "Mimetype"), "application/json", "Mimetype");
        ok(wire_header(&r, "X-Request-Id") != NULL, "the request id comes back");
        if (statuses[i] == 204)
            is_int(r.body.len, 0, "204 has no body");
        wire_reply_clear(&r);
        close(fd);
    }
}

static void test_methods(void)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "MERGE", "OPTIONS", "PATCH"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        char request[100], *body;
        snprintf(request, sizeof request, "%s /echo HTTP/1.1\r\nHost: h\r\n\r\n", methods[i]);
        is_int(wire_ask(&wire, request, &body), 200, methods[i]);
        is_text(member(body, "method"), methods[i], "  as sent; no Content-Length is an empty body");
        is_text(member(body, "body_len"), "0", "  no body");
        free(body);
    }
    int fd = wire_connect(&wire);
    wire_send(fd, "HEAD /health HTTP/1.1\r\nHost: h\r\n\r\nHEAD /bounce HTTP/1.1\r\nHost: h\r\n\r\n"
                  "GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
    struct wire_reply r = wire_receive(fd, true);
    is_int(r.status, 200, "HEAD /health");
    is_text(wire_header(&r, "Content-Length"), "3", "HEAD tells the length");
    wire_reply_clear(&r);
    r = wire_receive(fd, true);
    is_int(r.status, 405, "HEAD elsewhere");
    is_text(wire_header(&r, "Allow"), "GET", "Allow");
    wire_reply_clear(&r);
    r = wire_receive(fd, false);
    is_int(r.status, 200, "the connection goes on after HEAD");
    is_text(r.body.data, "{}\n", "health");
    wire_reply_clear(&r);
    close(fd);
}

static void test_bodies(void)
{
    char *body;
    is_int(wire_ask(&wire, "POST /bounce HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe\nlo", &body), 200, "POST");
    is_text(body, "he\nlo", "body");
    free(body);
    is_int(wire_ask(&wire,
                    "POST /bounce HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
                    &body),
           200, "chunked");
    is_text(body, "abcde", "chunks are joined");
    free(body);
    is_int(wire_ask(&wire, "POST /bounce HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", &body), 200, "declared empty");
    is_text(body, "", "empty");
    free(body);

    int fd = wire_connect(&wire);
    wire_send(fd, "GET /ignoring HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcdGET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    struct wire_reply r = wire_receive(fd, false);
    is_int(r.status, 200, "a body where none is expected");
    is_text(member(r.body.data, "body_len"), "0", "  is read and ignored");
    wire_reply_clear(&r);
    r = wire_receive(fd, false);
    is_text(member(r.body.data, "path"), "/echo", "  and the next request is found");
    wire_reply_clear(&r);
    wire_send(fd, "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd");
    r = wire_receive(fd, false);
    is_int(r.status, 404, "body to an unknown path");
    ok(!r.close, "  keeps the connection");
    wire_reply_clear(&r);
    close(fd);
}

static void test_expect(void)
{
    int fd = wire_connect(&wire);
    wire_send(fd, "POST /bounce HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    char line[64] = "";
    ssize_t n = recv(fd, line, 25, MSG_WAITALL);
    ok(n == 25 && strcmp(line, "HTTP/1.1 100 Continue\r\n\r\n") == 0, "100 Continue comes first");
    wire_send(fd, "abc");
    struct wire_reply r = wire_receive(fd, false);
    is_text(r.body.data, "abc", "then the reply");
    wire_reply_clear(&r);
    close(fd);

    fd = wire_connect(&wire);
    wire_send(fd, "POST /batch HTTP/1.1\r\nHost: h\r\nAuthorization: good\r\nExpect: 100-continue\r\n"
                  "Content-Length: 5000000\r\n\r\n");
    n = recv(fd, line, 25, MSG_WAITALL);
    ok(n == 25 && strcmp(line, "HTTP/1.1 100 Continue\r\n\r\n") == 0, "100 Continue also after the token was checked");
    close(fd);
    refuses("POST /batch HTTP/1.1\r\nHost: h\r\nAuthorization: bad\r\nExpect: 100-continue\r\n"
            "Content-Length: 5000000\r\n\r\n",
            401, "and not with a bad one");
    refuses("POST /small HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n", 413,
            "too much is refused instead of 100 Continue");
}

static void test_pipeline(void)
{
    struct buffer all = {0};
    for (int i = 0; i < 50; i++)
        buffer_printf(&all,
                      i % 3 == 0   ? "POST /bounce HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n%02d"
                      : i % 3 == 1 ? "GET /slow?%d HTTP/1.1\r\nHost: h\r\n\r\n"
                                   : "GET /echo?%d HTTP/1.1\r\nHost: h\r\n\r\n",
                      i);
    int fd = wire_connect(&wire);
    wire_send_bytes(fd, all.data, all.len);
    buffer_clear(&all);
    int n_right = 0;
    for (int i = 0; i < 50; i++) {
        struct wire_reply r = wire_receive(fd, false);
        char want[40];
        if (i % 3 == 0)
            snprintf(want, sizeof want, "%02d", i);
        else
            snprintf(want, sizeof want, "{\"slow\":%d}\n", i);
        if (i % 3 == 2)
            n_right += atoi(member(r.body.data, "query")) == i;
        else
            n_right += r.body.data != NULL && strcmp(r.body.data, want) == 0;
        wire_reply_clear(&r);
    }
    is_int(n_right, 50, "50 requests at once on one connection, answered in order");
    close(fd);
}

// ------------------------------------------------------------------ limits

static void test_limits(void)
{
    refuses("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n", 413, "declared length over the limit");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4194305\r\n\r\n", 413, "4 MiB and a byte");
    refuses("GET /ignoring HTTP/1.1\r\nHost: h\r\nContent-Length: 4194305\r\n\r\n", 413, "also where bodies are ignored");
    refuses("POST /batch HTTP/1.1\r\nHost: h\r\nContent-Length: 16777217\r\n\r\n", 413, "16 MiB and a byte");
    refuses("POST /batch HTTP/1.1\r\nHost: h\r\nContent-Length: 4194305\r\n\r\n", 401,
            "more than 4 MiB without a good token is refused before the body");

    struct buffer r = {0};
    buffer_puts(&r, "POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; i++)
        buffer_puts(&r, "a\r\n0123456789\r\n");
    buffer_puts(&r, "0\r\n\r\nGET /health HTTP/1.1\r\nHost: h\r\n\r\n");
    int fd = wire_connect(&wire);
    wire_send_bytes(fd, r.data, r.len);
    struct wire_reply reply = wire_receive(fd, false);
    is_int(reply.status, 413, "chunked body over the limit: answered at its end");
    is_text(member(reply.body.data, "status"), "413", "  as JSON");
    wire_reply_clear(&reply);
    reply = wire_receive(fd, false);
    is_int(reply.status, 200, "  and the connection goes on");
    wire_reply_clear(&reply);
    close(fd);

    r.len = 0;
    buffer_puts(&r, "POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 200; i++)
        buffer_puts(&r, "a\r\n0123456789\r\n");
    fd = wire_connect(&wire);
    wire_send_bytes(fd, r.data, r.len);
    ok(wire_is_closed(fd), "an endless chunked body is cut off");
    close(fd);
    buffer_clear(&r);
}

static void send_large(const char *head, size_t n, int status, const char *name)
{
    char *bytes = mem_calloc(n, 1);
    memset(bytes, 'x', n);
    int fd = wire_connect(&wire);
    wire_send(fd, head);
    wire_send_bytes(fd, bytes, n);
    struct wire_reply reply = wire_receive(fd, false);
    is_int(reply.status, status, name);
    char want[40];
    snprintf(want, sizeof want, "%zu", n);
    if (status == 200)
        is_text(member(reply.body.data, "body_len"), want, "  complete");
    wire_reply_clear(&reply);
    close(fd);
    free(bytes);
}

static void test_large_bodies(void)
{
    send_large("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n", 300000, 200, "300 kB");
    send_large("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4194304\r\n\r\n", 4194304, 200, "exactly 4 MiB");
    send_large("POST /batch HTTP/1.1\r\nHost: h\r\nAuthorization: good\r\nContent-Length: 16777216\r\n\r\n", 16777216, 200,
               "exactly 16 MiB with a token");
    // The client writes the whole body before it reads, as most do: the refusal must not be lost with the connection.
    send_large("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n", 5000000, 413, "5 MB, sent although refused");
    send_large("POST /batch HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n", 5000000, 401, "5 MB without token, sent");

    char *body;
    is_int(wire_ask(&wire, "GET /large?20000000 HTTP/1.1\r\nHost: h\r\n\r\n", &body), 200, "20 MB come back");
    is_int(strlen(body), 20000000, "  complete");
    free(body);
}

static void send_headers(size_t n, int status, bool json, const char *name)
{
    struct buffer r = {0};
    buffer_puts(&r, "GET /echo HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; r.len < n; i++)
        buffer_printf(&r, "X-Filler-%d: %0900d\r\n", i, i);
    buffer_puts(&r, "\r\n");
    int fd = wire_connect(&wire);
    wire_send_bytes(fd, r.data, r.len);
    struct wire_reply reply = wire_receive(fd, false);
    is_int(reply.status, status, name);
    if (status != 200) {
        is_text(member(reply.body.data, "status"), json ? "431" : "", "  body");
        ok(reply.close, "  closes");
    }
    wire_reply_clear(&reply);
    close(fd);
    buffer_clear(&r);
}

static void test_headers_too_large(void)
{
    send_headers(14000, 200, false, "14 kB of headers");
    send_headers(18000, 431, true, "18 kB of headers: our own 431");
    send_headers(60000, 431, true, "60 kB of headers: our own 431");
    send_headers(200000, 431, false, "200 kB of headers: libmicrohttpd's");
    struct buffer r = {0};
    buffer_puts(&r, "GET /echo?");
    for (int i = 0; i < 20000; i++)
        buffer_putc(&r, 'q');
    buffer_puts(&r, " HTTP/1.1\r\nHost: h\r\n\r\n");
    is_int(wire_ask(&wire, r.data, NULL), 200, "a long query is fine");
    buffer_clear(&r);
}

// ------------------------------------------------------------------ smuggling

static void test_smuggling(void)
{
    // Behind each a second request that must never be seen.
#define INNER "GET /echo?smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
    size_t before = fake_n_requests(wire.api);
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" INNER, 400, "two lengths");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab" INNER, 400, "two equal lengths");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" INNER, 400,
            "length and chunked");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" INNER, 400,
            "chunked and length");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" INNER,
            400, "two encodings");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" INNER, 400, "unknown encoding");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" INNER, 400, "listed encodings");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n" INNER, 400, "identity");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length : 3\r\n\r\nabc" INNER, 400, "space before the colon");
    refuses("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" INNER, 400,
            "space before the colon, chunked");
    refuses("GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" INNER, 400, "two hosts");
    refuses("POST /echo HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" INNER, 400, "chunked in HTTP/1.0");
    is_int(fake_n_requests(wire.api) - before, 0, "the API saw none of them");

    // What libmicrohttpd refuses itself while it parses; its own words, but never a second request.
    static const char *const parsed[] = {
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc" INNER,
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n" INNER,
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc" INNER,
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0x3\r\n\r\nabc" INNER,
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\nabc" INNER,
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n" INNER,
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n" INNER,
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc" INNER,
        "GET /echo HTTP/1.1\r\n\r\n" INNER,
        "garbage\r\n\r\n" INNER,
    };
    for (size_t i = 0; i < sizeof parsed / sizeof parsed[0]; i++) {
        before = fake_n_requests(wire.api);
        int fd = wire_connect(&wire);
        wire_send(fd, parsed[i]);
        struct wire_reply r = wire_receive(fd, false);
        ok(r.status == 400 || r.status == 413 || r.status == 0, "refused while it is parsed: shape %zu, status %d", i, r.status);
        if (r.status > 0)
            ok(wire_is_closed(fd), "  and closed");
        is_int(fake_n_requests(wire.api) - before, 0, "  nothing reached the API");
        wire_reply_clear(&r);
        close(fd);
    }
}

int main(void)
{
    log_set_level(LOG_ERROR);
    wire_start(&wire, (struct http_options){0});
    TAP_RUN(test_get);
    TAP_RUN(test_paths);
    TAP_RUN(test_standard_headers);
    TAP_RUN(test_methods);
    TAP_RUN(test_bodies);
    TAP_RUN(test_expect);
    TAP_RUN(test_pipeline);
    TAP_RUN(test_limits);
    TAP_RUN(test_large_bodies);
    TAP_RUN(test_headers_too_large);
    TAP_RUN(test_smuggling);
    ok(wire_stop(&wire, 10000), "the server ends");
    return tap_done();
}
