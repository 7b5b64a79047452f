#include "server/http.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/memory.h"
#include "server/http_exchange.h"

// Our own 431 needs room for a header block above HTTP_HEADER_BYTES_MAX.
#define HTTP_CONNECTION_MEMORY ((size_t)128 * 1024)

struct http {
    struct MHD_Daemon *daemon;
    int quiesced_fd; // -1 until http_refuse
    struct http_shared shared;
};

// ------------------------------------------------------------------ callbacks of libmicrohttpd

static void *http_seen_target(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct http *http = cls;
    return exchange_create(&http->shared, connection, uri);
}

static enum MHD_Result http_access(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                   const char *version, const char *data, size_t *size, void **context)
{
    (void)cls;
    (void)connection;
    (void)url; // the raw target is in the exchange; here a '+' has become a space already
    return exchange_step(*context, method, version, data, size) ? MHD_YES : MHD_NO;
}

static void http_completed(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code)
{
    (void)cls;
    (void)connection;
    if (*context == NULL)
        return;
    const char *how = NULL;
    switch (code) {
    case MHD_REQUEST_TERMINATED_COMPLETED_OK:
        break;
    case MHD_REQUEST_TERMINATED_TIMEOUT_REACHED:
        how = "timeout";
        break;
    case MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN:
        how = "shutdown";
        break;
    case MHD_REQUEST_TERMINATED_READ_ERROR:
    case MHD_REQUEST_TERMINATED_CLIENT_ABORT:
        how = "client_gone";
        break;
    case MHD_REQUEST_TERMINATED_WITH_ERROR:
        how = "error";
        break;
    }
    exchange_complete(*context, how);
    *context = NULL;
}

// Paths and queries stay as they were sent: the API decodes segment by segment.
static size_t http_unescape_nothing(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

__attribute__((format(printf, 2, 0))) static void http_log(void *cls, const char *format, va_list args)
{
    (void)cls;
    char text[300], quoted[640];
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = '\0';
    // Mostly a client's doing: a connection that was reset, a request that could not be parsed.
    log_event(LOG_DEBUG, "http_library", "text=%s", log_quote(text, quoted, sizeof quoted));
}

// ------------------------------------------------------------------ life

static unsigned http_or(unsigned value, unsigned otherwise)
{
    return value > 0 ? value : otherwise;
}

static void http_init_shared(struct http_shared *shared, const struct http_options *options, unsigned max_connections)
{
    shared->api = options->api;
    shared->idle_timeout_s = http_or(options->idle_timeout_s, 75);
    shared->upload_timeout_s = http_or(options->upload_timeout_s, 15);
    shared->upload_total_s = http_or(options->upload_total_s, 300);
    shared->public_url = options->public_url;
    shared->raw_memory = options->raw_memory > 0 ? options->raw_memory : (size_t)256 << 20;
    shared->raw_wait_ms = options->raw_wait_ms > 0 ? options->raw_wait_ms : 30000;
    digest_random_letters(shared->id_prefix, sizeof shared->id_prefix - 1);
    atomic_init(&shared->id_counter, 0);
    atomic_init(&shared->refusing, false);
    pthread_mutex_init(&shared->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&shared->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    shared->jobs = jobs_create(http_or(options->n_workers, 4), max_connections, "request");
    shared->large_jobs = jobs_create(1, max_connections, "request-large");
    shared->raw_jobs = jobs_create(1, max_connections, "request-raw");
}

enum err_code http_start(const struct http_options *options, struct http **out, struct err *err)
{
    struct http *http = mem_calloc(1, sizeof *http);
    http->quiesced_fd = -1;
    unsigned max_connections = http_or(options->max_connections, 2048);
    unsigned n_io_threads = http_or(options->n_io_threads, 2);
    http_init_shared(&http->shared, options, max_connections);

    // libmicrohttpd accepts in a loop until there is nothing more; that must not block.
    int flags = fcntl(options->listen_fd, F_GETFL);
    if (flags >= 0)
        fcntl(options->listen_fd, F_SETFL, flags | O_NONBLOCK);
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, http_access, http,
        MHD_OPTION_EXTERNAL_LOGGER, http_log, http, // first, so that it hears about the others
        MHD_OPTION_LISTEN_SOCKET, options->listen_fd,
        MHD_OPTION_THREAD_POOL_SIZE, n_io_threads,
        MHD_OPTION_CONNECTION_LIMIT, max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, http->shared.idle_timeout_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_CONNECTION_MEMORY,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_URI_LOG_CALLBACK, http_seen_target, http,
        MHD_OPTION_UNESCAPE_CALLBACK, http_unescape_nothing, http,
        MHD_OPTION_NOTIFY_COMPLETED, http_completed, http,
        MHD_OPTION_END);
    if (http->daemon == NULL) {
        int cause = errno;
        http_destroy(http);
        return err_set(err, ERR_IO, NULL, "The HTTP server could not be started: %s", strerror(cause));
    }
    *out = http;
    return ERR_NONE;
}

void http_refuse(struct http *http)
{
    atomic_store(&http->shared.refusing, true);
    http->quiesced_fd = MHD_quiesce_daemon(http->daemon);
    // The socket must stay open until the daemon has stopped, but connections must not queue up in it unanswered.
    if (http->quiesced_fd >= 0)
        shutdown(http->quiesced_fd, SHUT_RDWR);
}

// Waits, with the lock held, until *n is 0 or the time has come. False in the latter case.
static bool http_wait_zero(struct http_shared *shared, const unsigned *n, int64_t deadline)
{
    while (*n > 0)
        if (!exchange_wait_changed(shared, deadline))
            return false;
    return true;
}

bool http_drain(struct http *http, int64_t timeout_ms)
{
    struct http_shared *shared = &http->shared;
    int64_t deadline = clock_monotonic_ms() + timeout_ms;
    // What lies in the sockets already is given the time to be read: idle has to mean idle twice.
    struct timespec moment = {.tv_nsec = 30000000};
    bool idle = true;
    for (int i = 0; i < 2 && idle; i++) {
        pthread_mutex_lock(&shared->lock);
        idle = http_wait_zero(shared, &shared->n_active, deadline);
        pthread_mutex_unlock(&shared->lock);
        if (idle && i == 0)
            nanosleep(&moment, NULL);
    }
    pthread_mutex_lock(&shared->lock);
    shared->closing = true;
    pthread_cond_broadcast(&shared->changed);
    unsigned n_cut = shared->n_active;
    bool answered = http_wait_zero(shared, &shared->n_running, deadline + 1000);
    answered = answered && http_wait_zero(shared, &shared->n_resuming, deadline + 1000);
    pthread_mutex_unlock(&shared->lock);
    if (n_cut > 0)
        log_event(LOG_WARN, "drain_incomplete", "requests=%u answered=%s", n_cut, answered ? "true" : "false");
    return answered;
}

void http_destroy(struct http *http)
{
    if (http == NULL)
        return;
    if (http->daemon != NULL)
        MHD_stop_daemon(http->daemon);
    if (http->quiesced_fd >= 0)
        close(http->quiesced_fd);
    jobs_destroy(http->shared.jobs);
    jobs_destroy(http->shared.large_jobs);
    jobs_destroy(http->shared.raw_jobs);
    pthread_cond_destroy(&http->shared.changed);
    pthread_mutex_destroy(&http->shared.lock);
    free(http);
}
