#include "server/http_exchange.h"

#include <assert.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

// Beyond this multiple of its limit an upload is not even read to its end.
#define HTTP_OVERRUN 16

// ------------------------------------------------------------------ life

struct exchange *exchange_create(struct http_shared *shared, struct MHD_Connection *connection, const char *target)
{
    struct exchange *x = mem_calloc(1, sizeof *x);
    x->shared = shared;
    x->connection = connection;
    atomic_init(&x->references, 1);
    x->started = clock_monotonic_ms();
    x->arena = arena_create();
    x->target = arena_strdup(x->arena, target);
    x->path = x->target;
    return x;
}

static void exchange_release(struct exchange *x)
{
    if (atomic_fetch_sub(&x->references, 1) > 1)
        return;
    buffer_clear(&x->body);
    free(x->response.body);
    free(x->response.headers);
    arena_destroy(x->arena);
    free(x);
}

// A token or another secret in the path (GET /v1/tokens/T) must not get into the log.
static void exchange_path_for_log(const char *path, char *out, size_t size)
{
    static const char *const markers[] = {"/tokens/", "/uploads/", "/downloads/"};
    snprintf(out, size, "%s", path);
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
        const char *marker = strstr(path, markers[i]);
        const char *secret = marker == NULL ? NULL : marker + strlen(markers[i]);
        if (secret != NULL && strcmp(secret, "self") != 0)
            snprintf(out, size, "%.*s%.4s...", (int)(secret - path), path, secret);
    }
}

static void exchange_log(const struct exchange *x, const char *how)
{
    char path[200], quoted[440];
    exchange_path_for_log(x->path, path, sizeof path);
    log_quote(path, quoted, sizeof quoted);
    long long duration = (long long)(clock_monotonic_ms() - x->started);
    const char *method = x->method == NULL ? "-" : x->method;
    const char *id = x->request_id[0] == '\0' ? "-" : x->request_id;
    if (x->status != 0 && how == NULL) {
        enum log_level level = x->route.logged || x->status >= 400 ? LOG_INFO : LOG_DEBUG;
        log_event(level, "request", "request_id=%s method=%s path=%s status=%d ms=%lld", id, method, quoted, x->status, duration);
    } else {
        log_event(LOG_INFO, "request_aborted", "request_id=%s method=%s path=%s status=%d ms=%lld reason=%s", id, method, quoted,
                  x->status, duration, how == NULL ? "refused" : how);
    }
}

void exchange_complete(struct exchange *x, const char *how)
{
    exchange_log(x, how);
    struct http_shared *shared = x->shared;
    bool counted = x->counted;
    size_t reserved = x->reserved;
    exchange_release(x);
    if (counted) {
        pthread_mutex_lock(&shared->lock);
        shared->n_active--;
        shared->raw_reserved -= reserved;
        pthread_cond_broadcast(&shared->changed);
        pthread_mutex_unlock(&shared->lock);
    }
}

bool exchange_wait_changed(struct http_shared *shared, int64_t deadline)
{
    int64_t now = clock_monotonic_ms();
    if (now >= deadline)
        return false;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + (deadline - now) % 1000 * 1000000;
    until.tv_sec += (time_t)((deadline - now) / 1000 + ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    pthread_cond_timedwait(&shared->changed, &shared->lock, &until);
    return true;
}

// ------------------------------------------------------------------ memory for raw bodies

#define EXCHANGE_BUSY "Too many files are on their way; try again."

// With the lock held: takes n bytes from the budget until the exchange is complete. False when there is no room for them.
static bool exchange_reserve(struct exchange *x, size_t n)
{
    struct http_shared *shared = x->shared;
    size_t used = shared->raw_reserved;
    bool fits = used == 0 || (used < shared->raw_memory && n <= shared->raw_memory - used);
    if (fits) {
        shared->raw_reserved += n;
        x->reserved += n;
    }
    return fits;
}

static void exchange_resume(struct exchange *x)
{
    struct http_shared *shared = x->shared;
    pthread_mutex_lock(&shared->lock);
    shared->n_running--;
    shared->n_resuming++;
    pthread_mutex_unlock(&shared->lock);

    MHD_resume_connection(x->connection); // from here on *x is no more ours

    pthread_mutex_lock(&shared->lock);
    shared->n_resuming--;
    pthread_cond_broadcast(&shared->changed);
    pthread_mutex_unlock(&shared->lock);
}

static void exchange_replace(struct exchange *x, int status, const char *message)
{
    free(x->response.body);
    free(x->response.headers);
    api_error_response(status, message, &x->response);
}

// The first of those that wait.
static void exchange_wait_for_room(struct job *job)
{
    struct exchange *x = (struct exchange *)(void *)((char *)job - offsetof(struct exchange, job));
    struct http_shared *shared = x->shared;
    pthread_mutex_lock(&shared->lock);
    bool fits = exchange_reserve(x, x->response.raw_len);
    while (!fits && !shared->closing && exchange_wait_changed(shared, x->started + shared->raw_wait_ms))
        fits = exchange_reserve(x, x->response.raw_len);
    shared->n_raw_waiting--;
    pthread_mutex_unlock(&shared->lock);
    if (!fits)
        exchange_replace(x, MHD_HTTP_SERVICE_UNAVAILABLE, EXCHANGE_BUSY);
    exchange_resume(x);
}

// A raw body may come or go: as soon as there is room for it.
static void exchange_take_turn(struct exchange *x)
{
    struct http_shared *shared = x->shared;
    pthread_mutex_lock(&shared->lock);
    bool fits = shared->n_raw_waiting == 0 && exchange_reserve(x, x->response.raw_len);
    shared->n_raw_waiting += !fits;
    pthread_mutex_unlock(&shared->lock);
    x->job.run = exchange_wait_for_room;
    if (fits) {
        exchange_resume(x);
    } else {
        bool pushed = jobs_push(shared->raw_jobs, &x->job);
        assert(pushed); // there is room for all connections
    }
}

// ------------------------------------------------------------------ reply

static void exchange_put_json_headers(struct MHD_Response *r)
{
    MHD_add_response_header(r, "Content-Type", "application/json; charset=utf-8");
    MHD_add_response_header(r, "Cache-Control", "no-cache, no-store");
    MHD_add_response_header(r, "Expires", "Thu, 01 Jan 1970 00:00:00 GMT");
    MHD_add_response_header(r, "Mimetype", "application/json");
}

// Lines "Name: value\n", which are cut apart.
static void exchange_put_lines(struct MHD_Response *r, char *lines)
{
    for (char *line = lines, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char *colon = strstr(line, ": ");
        assert(colon != NULL && colon < end);
        *colon = *end = '\0';
        MHD_add_response_header(r, line, colon + 2);
    }
}

static void exchange_put_headers(const struct exchange *x, struct MHD_Response *r)
{
    if (x->response.headers != NULL)
        exchange_put_lines(r, x->response.headers);
    else
        exchange_put_json_headers(r);
    MHD_add_response_header(r, "Access-Control-Allow-Headers", "Authorization, Content-Type");
    MHD_add_response_header(r, "Access-Control-Allow-Methods", "GET, POST, PUT, MERGE, DELETE, OPTIONS");
    MHD_add_response_header(r, "Access-Control-Max-Age", "300");
    if (x->response.status == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(r, "Retry-After", "1");
    if (x->request_id[0] != '\0')
        MHD_add_response_header(r, "X-Request-Id", x->request_id);
    if (x->response.allow[0] != '\0')
        MHD_add_response_header(r, "Allow", x->response.allow);
    if (x->response.location[0] != '\0')
        MHD_add_response_header(r, "Location", x->response.location);
    if (x->close || atomic_load(&x->shared->refusing))
        MHD_add_response_header(r, "Connection", "close");
}

// Queues x->response; only inside the access handler.
static bool exchange_send(struct exchange *x)
{
    static char empty[] = "";
    struct MHD_Response *r =
        x->response.body == NULL
            ? MHD_create_response_from_buffer(0, empty, MHD_RESPMEM_PERSISTENT)
            : MHD_create_response_from_buffer(x->response.body_len, x->response.body, MHD_RESPMEM_MUST_FREE);
    if (r == NULL) {
        log_event(LOG_ERROR, "reply_refused", "request_id=%s", x->request_id);
        return false;
    }
    x->response.body = NULL; // the response's now
    exchange_put_headers(x, r);
    bool queued = MHD_queue_response(x->connection, (unsigned)x->response.status, r) == MHD_YES;
    MHD_destroy_response(r);
    x->state = EXCHANGE_ANSWERED;
    if (queued)
        x->status = x->response.status;
    return queued;
}

static bool exchange_refuse(struct exchange *x, int status, const char *message, bool close)
{
    x->close = close;
    api_error_response(status, message, &x->response);
    return exchange_send(x);
}

static bool exchange_too_large(struct exchange *x, bool close)
{
    char message[128];
    snprintf(message, sizeof message, "The body of the request is too large: at most %zu bytes are accepted.", x->body_limit);
    return exchange_refuse(x, MHD_HTTP_CONTENT_TOO_LARGE, message, close);
}

// ------------------------------------------------------------------ job

static bool exchange_is_raw(const struct exchange *x)
{
    return x->route.body == API_BODY_RAW || x->route.body == API_BODY_RAW_REPLY;
}

static void exchange_reply(void *arg, struct api_response *response)
{
    struct exchange *x = arg;
    assert(x->state == EXCHANGE_RUNNING || x->state == EXCHANGE_CHECKING);
    assert(x->response.status == 0 && response->status != 0);
    x->response = *response;
    if (x->state == EXCHANGE_CHECKING && exchange_is_raw(x) && response->status == MHD_HTTP_OK)
        exchange_take_turn(x);
    else
        exchange_resume(x);
}

static void exchange_run(struct job *job)
{
    struct exchange *x = (struct exchange *)(void *)((char *)job - offsetof(struct exchange, job));
    struct api_request request = {
        .method = x->method,
        .path = x->path,
        .query = x->query,
        .authorization = x->authorization,
        .content_type = x->content_type,
        .content_md5 = x->content_md5,
        .base_url = x->base_url,
        .user_agent = x->user_agent,
        .skip_content = x->skip_content,
        .request_id = x->request_id,
        .body = x->body.len > 0 ? x->body.data : NULL,
        .body_len = x->body.len,
    };
    if (x->state == EXCHANGE_CHECKING && exchange_is_raw(x)) {
        request.headers_only = true;
        request.body_len = (size_t)x->declared;
        request.skip_content = false;
    } else if (x->state == EXCHANGE_CHECKING) {
        // Any route that needs a token and nothing else will do.
        request.method = "GET";
        request.path = "/v1/tokens/self";
        request.query = NULL;
        request.skip_content = false;
    }
    api_dispatch(x->shared->api, &request, exchange_reply, x);
    exchange_release(x);
}

// Suspends the connection and hands the request to a worker. False when the server is about to end.
static bool exchange_hand_over(struct exchange *x, enum exchange_state state)
{
    struct http_shared *shared = x->shared;
    pthread_mutex_lock(&shared->lock);
    bool closing = shared->closing;
    if (!closing)
        shared->n_running++;
    pthread_mutex_unlock(&shared->lock);
    if (closing)
        return false;

    x->state = state;
    x->job.run = exchange_run;
    atomic_fetch_add(&x->references, 1);
    MHD_suspend_connection(x->connection); // before a worker can see the job
    struct jobs *jobs = x->body.len > HTTP_BODY_LARGE ? shared->large_jobs : shared->jobs;
    if (!jobs_push(jobs, &x->job)) {
        struct api_response response = {0};
        api_error_response(MHD_HTTP_SERVICE_UNAVAILABLE, "Too many requests are waiting; try again.", &response);
        exchange_reply(x, &response);
        exchange_release(x);
    }
    return true;
}

// ------------------------------------------------------------------ request

static bool exchange_is_sane_id(const char *id)
{
    size_t n = id == NULL ? 0 : strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    return n > 0 && n <= HTTP_REQUEST_ID_MAX && id[n] == '\0';
}

static void exchange_take_headers(struct exchange *x, const char *method, const struct http_headers *h)
{
    x->method = arena_strdup(x->arena, method);
    x->authorization = arena_strdup(x->arena, h->authorization);
    x->content_type = arena_strdup(x->arena, h->content_type);
    x->content_md5 = arena_strdup(x->arena, h->content_md5);
    x->user_agent = arena_strdup(x->arena, h->user_agent);
    if (x->shared->public_url != NULL)
        x->base_url = x->shared->public_url;
    else if (h->host != NULL && http_is_host(h->host))
        x->base_url = arena_printf(x->arena, "http://%s", h->host);
    x->skip_content = h->skip_content;
    if (exchange_is_sane_id(h->request_id))
        snprintf(x->request_id, sizeof x->request_id, "%s", h->request_id);
    else
        snprintf(x->request_id, sizeof x->request_id, "%s-%llu", x->shared->id_prefix,
                 atomic_fetch_add(&x->shared->id_counter, 1) + 1);
}

// Splits the target into path and query. A full URL, as to a proxy, loses its host; of several slashes at the start one stays,
// because clients join a base address that ends in a slash with a path. False when the target is none.
static bool exchange_take_target(struct exchange *x)
{
    char *path = x->target;
    for (const char *c = path; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return false;
    size_t scheme = strncasecmp(path, "http://", 7) == 0 ? 7 : strncasecmp(path, "https://", 8) == 0 ? 8 : 0;
    if (scheme > 0) {
        path += scheme;
        path += strcspn(path, "/?");
    }
    char *question = strchr(path, '?');
    if (question != NULL) {
        *question = '\0';
        x->query = question + 1;
    }
    while (path[0] == '/' && path[1] == '/')
        path++;
    x->path = *path == '\0' ? "/" : path;
    return true;
}

static void exchange_set_timeout(struct exchange *x, unsigned seconds)
{
    MHD_set_connection_option(x->connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

static bool exchange_begin(struct exchange *x, const char *method, const char *version)
{
    pthread_mutex_lock(&x->shared->lock);
    x->shared->n_active++;
    x->counted = true;
    pthread_mutex_unlock(&x->shared->lock);

    struct http_headers headers;
    http_headers_read(x->connection, &headers);
    exchange_take_headers(x, method, &headers);
    bool target_ok = exchange_take_target(x);
    const char *why;
    int status = http_headers_check(&headers, version, &why);
    if (status != 0)
        return exchange_refuse(x, status, why, true);
    if (!target_ok)
        return exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "The request target contains a space or a control character.", true);

    x->route = api_route(x->method, x->path);
    bool raw = x->route.body == API_BODY_RAW;
    x->keep_body = raw || x->route.body == API_BODY_JSON;
    x->body_limit = x->keep_body ? x->route.body_limit : HTTP_BODY_CHUNKED_MAX;
    x->declared = headers.length;
    if (raw && !headers.has_length)
        return exchange_refuse(x, MHD_HTTP_LENGTH_REQUIRED, "The body of this request needs a Content-Length header.", true);
    if (headers.chunked && x->body_limit > HTTP_BODY_CHUNKED_MAX)
        x->body_limit = HTTP_BODY_CHUNKED_MAX;
    if (headers.length > x->body_limit)
        return exchange_too_large(x, true);
    if (headers.chunked || headers.length > 0)
        exchange_set_timeout(x, x->shared->upload_timeout_s);
    if (exchange_is_raw(x) || headers.length > HTTP_BODY_CHUNKED_MAX)
        return exchange_hand_over(x, EXCHANGE_CHECKING);
    x->state = EXCHANGE_RECEIVING;
    return true;
}

static bool exchange_checked(struct exchange *x)
{
    if (x->response.status != MHD_HTTP_OK) {
        x->close = true;
        return exchange_send(x);
    }
    free(x->response.body);
    memset(&x->response, 0, sizeof x->response);
    if (x->route.body == API_BODY_RAW)
        buffer_reserve(&x->body, (size_t)x->declared);
    x->state = EXCHANGE_RECEIVING;
    return true;
}

static bool exchange_receive(struct exchange *x, const char *data, size_t *size)
{
    x->received += *size;
    if (x->received > x->body_limit)
        buffer_clear(&x->body);
    else if (x->keep_body)
        buffer_append(&x->body, data, *size);
    *size = 0;
    // A silent client is cut off by the timeout of the connection, one that sends a byte now and then only here.
    bool slow = clock_monotonic_ms() - x->started > (int64_t)x->shared->upload_total_s * 1000;
    return !slow && x->received <= (uint64_t)x->body_limit * HTTP_OVERRUN;
}

static bool exchange_received(struct exchange *x)
{
    exchange_set_timeout(x, x->shared->idle_timeout_s);
    if (x->received > x->body_limit)
        return exchange_too_large(x, false);
    return exchange_hand_over(x, EXCHANGE_RUNNING);
}

bool exchange_step(struct exchange *x, const char *method, const char *version, const char *data, size_t *size)
{
    switch (x->state) {
    case EXCHANGE_NEW:
        return exchange_begin(x, method, version);
    case EXCHANGE_CHECKING:
        return exchange_checked(x);
    case EXCHANGE_RECEIVING:
        return *size > 0 ? exchange_receive(x, data, size) : exchange_received(x);
    case EXCHANGE_RUNNING:
        return exchange_send(x);
    case EXCHANGE_ANSWERED:
        break;
    }
    *size = 0;
    return true;
}
