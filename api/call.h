// Call: one request on its way through the pipeline (api/dispatch.c), and what a handler may use.
//
// A handler is a plain function run inside one transaction. It reads the call, writes one JSON value to call->out and returns
// ERR_NONE, or returns an error set in call->err; then everything it wrote to the database is undone and out is dropped. A
// handler that writes nothing answers `{}`. Everything a handler allocates goes into call->arena.
//
// A call has one owner at a time: the thread that dispatches it, then the writer's or a model worker's. Handing it over
// (call_write, storage, advisor) and call_finish end the owner's right to touch it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "api/api.h"
#include "api/marker.h"
#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"
#include "storage/record.h"
#include "storage/storage.h"

struct route;
struct advisor;
struct call;

// A query parameter, decoded.
struct call_parameter {
    const char *name, *value;
};

typedef enum err_code handler_fn(struct call *call);
typedef void call_fn(struct call *call);

struct call {
    struct api *api;
    struct storage *storage;
    struct advisor *advisor;
    const struct route *route;
    struct arena *arena;
    char request_id[64];
    int64_t now;         // wall clock when the request arrived, ms; the time of everything it creates
    int64_t started_ms;  // monotonic
    bool development;    // the token is a development token

    // input
    const struct json *body; // always an object; {} when the method or the route has no body
    const char *base_url;    // of the server, without final slash; NULL: not known
    const char *secret;      // {secret}: the path segment as sent
    const char *raw;         // of a route whose body is raw: raw_len bytes, NULL while only the headers are there
    size_t raw_len;
    const char *content_type, *content_md5; // headers of such a body, or NULL

    // objects that the route's path names, loaded and permitted before the handler runs
    struct tx *tx;
    struct token_record token;
    struct client_record client;         // {client}, the {experiment}'s, or else the token's; id 0: a user's token without those
    struct project_record project;       // {project}
    struct experiment_record experiment; // {experiment}, {aiexperiment}
    struct training_run_record run;      // {training_run}
    int64_t suggestion_id;               // {suggestion}: digits only, not loaded
    int64_t queued_suggestion_id;        // {queued_suggestion}: digits only, not loaded
    int64_t observation_id;              // {observation}: digits only, not loaded
    struct file_record file;             // {file}
    int64_t checkpoint_id, tag_id;       // {checkpoint}, {tag}: digits only, not loaded
    const char *token_text;              // {token}: the path segment; "self" or the text of a token

    // output
    struct json_writer out; // out.select is set from `fields` before the handler runs
    struct err err;
    char *bytes; // malloc'ed: the body of the reply instead of `out`, with bytes_headers (as in struct api_response); NULL: none
    size_t n_bytes; // of `bytes`, or of what route->before_bytes has allowed
    const char *bytes_headers;

    // A handler may leave work for after its transaction (a write: after the commit, on the writer thread, so quick): run
    // instead of the reply, must end in call_finish or call_write. NULL: reply now.
    call_fn *next;
    // Run on the writer thread after the commit of a write handler, before the reply. Quick; NULL: nothing.
    call_fn *committed;
    void *state; // the handlers' own, between handler, next and committed; arena memory

    // ---- the pipeline's own
    const char *path;              // as sent, valid UTF-8
    const char *credential;        // text of the caller's token; NULL: none was sent
    const char *token_status;      // for the error body of a 403; NULL: none
    char allow[80];                // not "": the method is not allowed (405)
    char location[80];             // not "": the object has another path (301)
    const char *project_reference; // path variables, decoded; NULL and -1: not in the path
    int64_t client_id, experiment_id, organization_id, training_run_id, file_id;
    bool needs_runs; // the experiment must be one of runs
    bool from_python; // the official Python client sent it
    const struct call_parameter *parameters; // of the query
    size_t n_parameters;
    struct json *document; // owned; body points into it
    bool skip_content;
    handler_fn *handler; // what the transaction runs
    bool checked;        // the checks before the handler have passed
    api_reply_fn *reply;
    void *reply_arg;
};

// Sets call->err. Use: return call_error(call, ERR_INVALID, ".name", "...").
enum err_code call_error(struct call *call, enum err_code code, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Says in call->err, which is set, which of n things it was: "Observation 3 of 20: ...". Returns its code.
enum err_code call_blame(struct call *call, const char *what, size_t i, size_t n);

// First value of a query parameter, percent-decoded ('+' is a space), or NULL. Empty values are "". A POST, PUT or MERGE has
// no query: its parameters are in the body.
const char *call_query(const struct call *call, const char *name);
// Query booleans: 1/true/0/false in any case. Absent: *out keeps its value. Else ERR_INVALID.
enum err_code call_query_bool(struct call *call, const char *name, bool *out);
// Query integers. Absent: *present false, *out keeps its value.
enum err_code call_query_int(struct call *call, const char *name, int64_t *out, bool *present);
// One of some words, which NULL ends. Absent: *index keeps its value. Else ERR_INVALID.
enum err_code call_query_word(struct call *call, const char *name, const char *const *words, int *index);

// Replies with call->out or call->err, logs a failure, frees the call. Any thread; the call is gone afterwards.
void call_finish(struct call *call);
// Runs handler in a write transaction, then `committed`, then call_finish. Any thread but the writer's; returns at once.
void call_write(struct call *call, handler_fn *handler);

// ---- paging (api/paging.c; markers: API reference 3.1)

// The scalar of row i.
typedef void paging_scalar_fn(const void *rows, size_t i, struct scalar *scalar);
// The sort key is the id, or components of one kind (marker.h) and then the id.
struct paging {
    struct page_query page; // to be given to storage
    bool ascending;
    size_t components; // of the sort key: 1 to PAGE_KEY_MAX
    enum marker_kind kind;
    paging_scalar_fn *scalar; // of MARKER_SCALAR; set by the caller
};
// Reads limit, before, after and, when `may_ascend`, ascending. Everything wrong with them is ERR_INVALID.
enum err_code paging_read(struct call *call, size_t components, bool may_ascend, struct paging *paging);
// The same for keys of that kind; paging_read is for times.
enum err_code paging_read_kind(struct call *call, size_t components, enum marker_kind kind, bool may_ascend,
                               struct paging *paging);

// key[0 .. components-1] of row i, in the order in which storage returned the rows.
typedef void paging_key_fn(const void *rows, size_t i, int64_t *key);
typedef void paging_render_fn(struct call *call, const void *rows, size_t i);
// Writes the whole pagination object from the n rows that storage returned (perhaps one more than the limit).
void paging_render(struct call *call, const struct paging *paging, const void *rows, size_t n, int64_t count,
                   paging_key_fn *key, paging_render_fn *render);
// The same, with members of our own at the end of the pagination object: extra writes them to call->out.
void paging_render_with(struct call *call, const struct paging *paging, const void *rows, size_t n, int64_t count,
                        paging_key_fn *key, paging_render_fn *render, call_fn *extra);
// A list that is not paged: count = n, both markers null.
void paging_render_all(struct call *call, const void *rows, size_t n, paging_render_fn *render);
// The same with members of our own.
void paging_render_all_with(struct call *call, const void *rows, size_t n, paging_render_fn *render, call_fn *extra);

// ---- metadata (api/metadata.c): object of strings, numbers and nulls (API reference 4)

// ERR_INVALID naming `field` when v breaks the rules; absent and null keep them.
enum err_code metadata_check(const struct json *v, const char *field, struct err *err);
// The same, and *out: canonical JSON text without null members, or NULL when v is absent or null.
enum err_code metadata_read(struct arena *arena, const struct json *v, const char *field, const char **out, struct err *err);
