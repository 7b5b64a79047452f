// API: the v1 REST protocol without sockets. A request goes in, exactly one response comes out, perhaps on another thread.
//
// The server reads bytes and calls api_dispatch; tests, fuzzers and benchmarks do the same without a server.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct api;
struct storage;

// ---- process start: numerics, before any thread and before api_create

// Once: errors of the numeric library are reported by status, linear algebra uses one thread per call.
void api_runtime_init(void);
// Name of the linear-algebra kernels in use, e.g. "Haswell"; for the log. Static storage.
const char *api_runtime_kernel(void);
// Value for the environment variable OPENBLAS_CORETYPE that would be faster on this CPU, or NULL. The library reads it when it
// is loaded, so the program has to execute itself again.
const char *api_runtime_better_kernel(void);

struct api_options {
    struct storage *storage;   // open; must outlive the api
    size_t n_model_workers;    // threads for model work, 0 = 2
    int64_t model_deadline_ms; // for a suggestion, waiting included; then a fallback answers; 0 = 6000
    size_t model_cache_bytes;  // 0 = 256 MiB
    int64_t model_cache_idle_ms; // 0 = 10 minutes
    int64_t file_limit;   // bytes of one file of a training run, 0 = 16 MiB, at most API_FILE_LIMIT_MAX; -1: uploads are disabled
    int64_t file_quota;   // bytes of all files together, announced ones too, 0 = 2 GiB; -1: uploads are disabled
    int64_t file_link_ms; // how long links to upload and to download work, 0 = 1 hour
};

enum { API_FILE_LIMIT_MAX = 256 << 20 };

// Starts the model workers.
struct api *api_create(const struct api_options *options);
// Fallbacks for suggestions that still wait, then stops the model workers. To be called before the last reply is waited for
// at shutdown; later model requests get 503.
void api_drain(struct api *api);
// After all replies were given. NULL is allowed.
void api_destroy(struct api *api);

// API_BODY_RAW: bytes as they are; API_BODY_RAW_REPLY: no body, but such a reply. Before they are read or asked for, the same request
// with `headers_only` must be answered with 200.
enum api_body_kind { API_BODY_NONE, API_BODY_JSON, API_BODY_RAW, API_BODY_RAW_REPLY };

// What the server must know of a route when only the headers were read.
struct api_route_info {
    enum err_code code;       // ERR_NONE, or ERR_NOT_FOUND (no such path)
    bool method_known;        // false: 405
    enum api_body_kind body;  // API_BODY_NONE: a body is read and ignored
    size_t body_limit;        // bytes; more is 413
    bool logged;              // false for /health
};
// path is raw (percent-encoded), without query. Any thread.
struct api_route_info api_route(const char *method, const char *path);

struct api_request {
    const char *method;        // "GET", ..., "MERGE"
    const char *path;          // raw, without query
    const char *query;         // raw, without '?'; NULL: none
    const char *authorization; // header value or NULL
    const char *content_type;  // header value or NULL
    const char *content_md5;   // header value or NULL
    const char *user_agent;    // header value or NULL
    const char *base_url;      // the server as the client sees it, "http://host:port" without final slash; NULL: not known
    bool skip_content;         // X-Response-Content: skip
    const char *request_id;    // for logs
    bool headers_only;         // of raw bytes: would a body of body_len bytes be accepted, or sent? Nothing is stored
    const char *body;          // body_len bytes; NULL when 0 or not there yet; one of API_BODY_RAW must stay until the reply
    size_t body_len;
};

struct api_response {
    int status;
    char *body; // malloc'ed, JSON with a final newline unless there are headers; NULL when empty (204)
    size_t body_len;
    size_t raw_len;     // to a request with headers_only: how many raw bytes there will be
    char allow[80];     // Allow header of a 405, else ""
    char location[256]; // Location header of a 301, else ""
    // Of a body that is not JSON: its headers instead of those of JSON, malloc'ed, each "Name: value\n"; else NULL.
    char *headers;
};

// Called exactly once per request, on any thread; takes the body and the headers over.
typedef void api_reply_fn(void *arg, struct api_response *response);

// Copies what it needs of the request before it returns. Reads run on the calling thread, which should be one of a pool;
// writes are handed to storage's writer, model work to the model workers.
void api_dispatch(struct api *api, const struct api_request *request, api_reply_fn *reply, void *arg);

// The error response for conditions that the server meets itself (413, 431, 503, ...): status and JSON body.
void api_error_response(int status, const char *message, struct api_response *response);

// ---- tokens for the command line; through the same rules as the API

enum { API_TOKEN_MAX = 128 };
struct api_token_info {
    int64_t id;
    char prefix[8];
    const char *kind; // "client-api" (production), "client-dev" (development), "user" or "guest"
    int64_t created;  // ms
    int64_t expires;  // ms; 0: never
    bool revoked;
    bool active; // neither revoked nor expired
};
enum api_token_kind { API_TOKEN_PRODUCTION, API_TOKEN_DEVELOPMENT, API_TOKEN_USER };
struct api_token_options {
    enum api_token_kind kind;
    int64_t days; // until it expires, unless it is renewed; 0: as usual for its kind (7 for a user's, else forever)
};
// Makes and stores a token; its text is written to token. options NULL: a production token that lasts forever. ERR_UNAVAILABLE.
enum err_code api_token_create(struct storage *storage, const struct api_token_options *options, char token[API_TOKEN_MAX + 1],
                               struct err *err);
// Adds a given token (16-128 of [A-Za-z0-9_-], else ERR_INVALID) unless it was ever known; *active says whether it works.
enum err_code api_token_ensure(struct storage *storage, const char *token, bool *active, struct err *err);
// All tokens; *list is malloc'ed.
enum err_code api_token_list(struct storage *storage, struct api_token_info **list, size_t *n, struct err *err);
// By id, or by the whole token text. ERR_NOT_FOUND.
enum err_code api_token_revoke(struct storage *storage, const char *id_or_token, struct err *err);
