#include "tests/server/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "server/listen.h"
#include "tests/server/fake_api.h"

void wire_start(struct wire *wire, struct http_options options)
{
    struct err err = {0};
    memset(wire, 0, sizeof *wire);
    wire->api = fake_create();
    options.api = wire->api;
    char url[LISTEN_URL_MAX];
    if (listen_open("127.0.0.1:0", &options.listen_fd, &err) != ERR_NONE) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    listen_url(options.listen_fd, url);
    wire->port = atoi(strrchr(url, ':') + 1);
    if (http_start(&options, &wire->http, &err) != ERR_NONE) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
}

bool wire_stop(struct wire *wire, int64_t timeout_ms)
{
    http_refuse(wire->http);
    bool done = http_drain(wire->http, timeout_ms);
    if (!done)
        return false;
    http_destroy(wire->http);
    fake_destroy(wire->api);
    return true;
}

int wire_connect(const struct wire *wire)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)wire->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval limit = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool wire_send_bytes(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

void wire_send(int fd, const char *text)
{
    wire_send_bytes(fd, text, strlen(text));
}

// 1: a byte came, 0: closed, -1: time ran out
static int wire_byte(int fd, char *c)
{
    ssize_t n = recv(fd, c, 1, 0);
    return n == 1 ? 1 : n == 0 || errno != EAGAIN ? 0 : -1;
}

const char *wire_header(const struct wire_reply *reply, const char *name)
{
    static _Thread_local char value[300];
    const char *line = reply->head.data;
    while (line != NULL && (line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        size_t n = strlen(name);
        if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
            const char *start = line + n + 1 + strspn(line + n + 1, " ");
            snprintf(value, sizeof value, "%.*s", (int)strcspn(start, "\r"), start);
            return value;
        }
    }
    return NULL;
}

static int wire_receive_head(int fd, struct buffer *head)
{
    for (;;) {
        char c;
        int got = wire_byte(fd, &c);
        if (got <= 0)
            return got;
        buffer_putc(head, c);
        if (head->len >= 4 && memcmp(head->data + head->len - 4, "\r\n\r\n", 4) == 0) {
            int status = atoi(head->data + strlen("HTTP/1.1 "));
            if (status >= 200)
                return status;
            buffer_clear(head);
        }
    }
}

struct wire_reply wire_receive(int fd, bool no_body)
{
    struct wire_reply reply = {0};
    reply.status = wire_receive_head(fd, &reply.head);
    if (reply.status <= 0)
        return reply;
    const char *connection = wire_header(&reply, "Connection");
    reply.close = connection != NULL && strcasecmp(connection, "close") == 0;
    const char *length = wire_header(&reply, "Content-Length");
    size_t left = length == NULL || no_body ? 0 : strtoul(length, NULL, 10);
    char bytes[16384];
    while (left > 0) {
        ssize_t n = recv(fd, bytes, left < sizeof bytes ? left : sizeof bytes, 0);
        if (n <= 0)
            break;
        buffer_append(&reply.body, bytes, (size_t)n);
        left -= (size_t)n;
    }
    if (left > 0)
        reply.status = 0;
    return reply;
}

void wire_reply_clear(struct wire_reply *reply)
{
    buffer_clear(&reply->head);
    buffer_clear(&reply->body);
}

bool wire_is_closed(int fd)
{
    char c;
    int got;
    while ((got = wire_byte(fd, &c)) == 1)
        continue;
    return got == 0;
}

int wire_ask(const struct wire *wire, const char *request, char **body)
{
    int fd = wire_connect(wire);
    wire_send(fd, request);
    struct wire_reply reply = wire_receive(fd, strncmp(request, "HEAD", 4) == 0);
    close(fd);
    int status = reply.status;
    if (body != NULL)
        *body = buffer_take(&reply.body, NULL);
    wire_reply_clear(&reply);
    return status;
}
