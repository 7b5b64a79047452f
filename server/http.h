// HTTP: libmicrohttpd on one side, api_dispatch on the other.
//
// libmicrohttpd's threads (epoll) only read and write bytes. When a request is complete its connection is suspended and the
// request becomes a job; one of the workers hands it to the API; the reply, which may come from any thread, resumes the
// connection. A connection carries one request at a time, so the connection limit bounds every queue.
//
// Order at the end of the process: http_refuse, api_drain, http_drain, http_destroy, api_destroy.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct api;
struct http;

struct http_options {
    int listen_fd;            // a listening socket; http_start takes it over, also when it fails
    struct api *api;          // must outlive the server
    unsigned max_connections; // over all I/O threads; 0 = 2048
    unsigned n_io_threads;    // 0 = 2
    unsigned n_workers;       // threads that call api_dispatch, 0 = 4; bodies above 256 KiB have one more of their own
    unsigned idle_timeout_s;  // a kept-alive connection without a request, 0 = 75
    unsigned upload_timeout_s; // silence in the middle of a request's body, 0 = 15
    unsigned upload_total_s;  // a body must be complete after this time however it trickles, 0 = 300
    const char *public_url;   // "https://host" without final slash, for absolute URLs in replies; NULL: http:// and the Host header
    size_t raw_memory;        // bytes of raw bodies (files) in memory at a time, 0 = 256 MiB; one alone may always pass
    int64_t raw_wait_ms;      // how long others wait for it before they get 503, 0 = 30 s
};

enum err_code http_start(const struct http_options *options, struct http **http, struct err *err);

// Refuses new connections; those that exist may go on, but each further reply closes its connection.
void http_refuse(struct http *http);
// After http_refuse: waits until every accepted request is answered and sent, at most timeout_ms. False when requests are still
// without a reply; then the server cannot be destroyed, and the process should end.
bool http_drain(struct http *http, int64_t timeout_ms);
// After a http_drain that returned true. Unfinished uploads are cut off. NULL is allowed.
void http_destroy(struct http *http);
