// Exchange: one request and its reply on their way through libmicrohttpd. Part of server/http.
//
//     NEW ──► RECEIVING ──► RUNNING ──► ANSWERED
//      │  ▲                                ▲
//      │  └─ CHECKING ─────────────────────┤      CHECKING and RUNNING: the connection is suspended, a job works
//      └───────────────────────────────────┘      refused by its headers alone
//
// CHECKING happens to bodies of more than 4 MiB: whether the token is good is asked before the body is accepted. To raw ones, also of
// replies, it happens always, and whether this body would be accepted or sent is asked.
//
// Memory. Raw bodies, in either direction, take their whole length from one budget before they are in memory. Where that is used up they
// wait for their turn, in order; after raw_wait_ms the answer is 503 with Retry-After. Bodies of JSON are bounded by the number of
// connections.
//
// Threads: libmicrohttpd's thread owns an exchange, but while the connection is suspended the job does. Two parties hold a
// reference: libmicrohttpd until the request is completed, and the job until api_dispatch has returned, because the reply may
// be sent and the request be completed before that.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/api.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "server/http_headers.h"
#include "server/jobs.h"

struct MHD_Connection;

enum {
    HTTP_BODY_CHUNKED_MAX = 4 * 1024 * 1024, // also the most of a body that is read only to be ignored
    HTTP_BODY_LARGE = 256 * 1024,            // above this the body is parsed by a thread of its own
};

// What the exchanges of one server share.
struct http_shared {
    struct api *api;
    struct jobs *jobs;
    struct jobs *large_jobs;
    struct jobs *raw_jobs; // raw bodies that wait for memory: one thread, so that they have their turns
    unsigned idle_timeout_s;
    unsigned upload_timeout_s;
    unsigned upload_total_s;
    const char *public_url;   // where clients see the server; NULL: as their Host header says
    size_t raw_memory;        // bytes for raw bodies
    int64_t raw_wait_ms;
    char id_prefix[8];        // of the request ids made here
    atomic_ullong id_counter;
    atomic_bool refusing;     // replies close their connection

    pthread_mutex_t lock;     // guards the rest
    pthread_cond_t changed;
    unsigned n_active;        // requests whose headers are complete, until their reply is sent or the client is gone
    unsigned n_running;       // suspended connections
    unsigned n_resuming;      // threads inside of MHD_resume_connection
    size_t raw_reserved;      // of raw_memory
    unsigned n_raw_waiting;   // in raw_jobs
    bool closing;             // no connection may be suspended any more
};

enum exchange_state { EXCHANGE_NEW, EXCHANGE_CHECKING, EXCHANGE_RECEIVING, EXCHANGE_RUNNING, EXCHANGE_ANSWERED };

struct exchange {
    struct job job;
    struct http_shared *shared;
    struct MHD_Connection *connection;
    atomic_int references;
    enum exchange_state state;
    bool counted; // in n_active
    int64_t started; // clock_monotonic_ms

    // The request, in memory of its own: libmicrohttpd's may be used for the next one while the job still reads.
    struct arena *arena;
    char *target; // as sent
    const char *path;
    const char *query;
    const char *method;
    const char *authorization;
    const char *content_type;
    const char *content_md5;
    const char *base_url; // NULL: the Host header cannot be used
    const char *user_agent;
    char request_id[HTTP_REQUEST_ID_MAX + 1];
    bool skip_content;
    struct api_route_info route;

    bool keep_body; // false: it is read and forgotten
    size_t body_limit;
    uint64_t declared; // Content-Length
    uint64_t received;
    size_t reserved; // of raw_memory
    struct buffer body;

    struct api_response response;
    bool close; // the connection is closed after the reply
    int status; // of the reply that was queued, 0: none
};

// With the lock held: waits until something has changed. False when that was not before `deadline` (clock_monotonic_ms).
bool exchange_wait_changed(struct http_shared *shared, int64_t deadline);

// Starts with the request line; target is the raw request target.
struct exchange *exchange_create(struct http_shared *shared, struct MHD_Connection *connection, const char *target);
// What libmicrohttpd's access handler does: each call moves the exchange on. False: drop the connection.
bool exchange_step(struct exchange *exchange, const char *method, const char *version, const char *data, size_t *size);
// libmicrohttpd is done with the request; how is its word for the log, NULL when all went well.
void exchange_complete(struct exchange *exchange, const char *how);
