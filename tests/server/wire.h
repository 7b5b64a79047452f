// Wire: a server on a free port over the fake API, and a client that sees every byte.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "server/http.h"

struct wire {
    struct api *api;
    struct http *http;
    int port;
};

// Port 0 on loopback; the options' socket and api are filled in. Ends the program when the server does not start.
void wire_start(struct wire *wire, struct http_options options);
// Refuses, drains (true when all was answered) and destroys.
bool wire_stop(struct wire *wire, int64_t timeout_ms);

int wire_connect(const struct wire *wire);
void wire_send(int fd, const char *text);
// False when the peer does not take all n bytes.
bool wire_send_bytes(int fd, const char *bytes, size_t n);

struct wire_reply {
    int status;         // 0: the connection was closed without a reply, -1: nothing came in time
    struct buffer head; // status line and headers
    struct buffer body;
    bool close; // "Connection: close"
};

// Reads one reply; `1xx` replies are skipped. no_body: the reply to a HEAD. Waits at most 20 s. To be cleared.
struct wire_reply wire_receive(int fd, bool no_body);
void wire_reply_clear(struct wire_reply *reply);
// Value of a header of the reply, or NULL, in a static buffer.
const char *wire_header(const struct wire_reply *reply, const char *name);
// True when the peer has closed the connection; waits for that at most 20 s.
bool wire_is_closed(int fd);

// One request on a connection of its own; returns the status and the body (to be freed) unless body is NULL.
int wire_ask(const struct wire *wire, const char *request, char **body);
