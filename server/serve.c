// The serve command: opens everything in order, waits for a signal, closes everything in the opposite order.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "server/command.h"
#include "server/config.h"
#include "server/http.h"
#include "server/listen.h"
#include "server/token_file.h"
#include "storage/storage.h"

struct serve {
    struct config config;
    int listen_fd; // -1 once http has it
    struct storage *storage;
    struct api *api;
    struct http *http;
};

// ------------------------------------------------------------------ process

// The linear-algebra library chooses its kernels when it is loaded, by the environment. Executes the program again when there
// are better ones for this processor; comes back when not, or when that fails.
static void serve_choose_kernel(char **argv)
{
    const char *kernel = api_runtime_better_kernel();
    char path[4096];
    ssize_t n = kernel == NULL ? -1 : readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return;
    path[n] = '\0';
    setenv("OPENBLAS_CORETYPE", kernel, 1);
    execv(path, argv);
    log_event(LOG_WARN, "kernel_unchanged", "reason=%d", errno);
}

// Connections to the database: handlers, the thread for large bodies and the model workers all read; none should have to wait for one.
static int64_t serve_readers(const struct config *c)
{
    return c->storage_workers + c->model_workers + 1;
}

// Raises the limit of descriptors as far as it may. Where that is not enough fewer connections are accepted: further clients wait, while
// a process without descriptors would try to accept them again and again.
static void serve_prepare_descriptors(struct config *c)
{
    // Two for each connection to the database, three for each I/O thread, the others: log, locks, sockets.
    int64_t own = 2 * (serve_readers(c) + 1) + 3 * c->io_threads + 16;
    rlim_t wanted = (rlim_t)(c->connections + own);
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= wanted ? wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    int64_t room = (int64_t)limit.rlim_cur - own;
    c->connections = room > c->io_threads ? room : c->io_threads;
    log_event(LOG_WARN, "few_descriptors", "limit=%llu wanted=%llu connections=%lld hint=\"raise LimitNOFILE or ulimit -n\"",
              (unsigned long long)limit.rlim_cur, (unsigned long long)wanted, (long long)c->connections);
}

static void serve_signal_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
}

static pthread_t signal_thread; // the one that waits for signals; for the handler, which is given nothing else

static void serve_pass_on(int number)
{
    pthread_kill(signal_thread, number);
}

// Before any thread of ours: all inherit the mask, and only serve_wait_for_signal takes the signals. The linear-algebra library has
// started a thread when it was loaded, which does not block them: what is delivered there is passed on.
static void serve_prepare_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, pass_on = {.sa_handler = serve_pass_on};
    sigaction(SIGPIPE, &ignore, NULL);
    sigset_t set;
    serve_signal_set(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal_thread = pthread_self();
    sigaction(SIGTERM, &pass_on, NULL);
    sigaction(SIGINT, &pass_on, NULL);
}

static void serve_exit_at_once(int number)
{
    _exit(128 + number);
}

static int serve_wait_for_signal(void)
{
    sigset_t set;
    serve_signal_set(&set);
    int number = 0;
    while (sigwait(&set, &number) != 0)
        continue;
    // From now on the same signals end the process, whatever the drain waits for.
    struct sigaction action = {.sa_handler = serve_exit_at_once};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    return number;
}

// ------------------------------------------------------------------ tokens

// FAIRWAY_TOKEN. *active: it works.
static int serve_add_given_token(struct serve *s, bool *active)
{
    struct err err = {0};
    *active = false;
    if (s->config.token == NULL)
        return COMMAND_DONE;
    enum err_code code = api_token_ensure(s->storage, s->config.token, active, &err);
    if (code == ERR_INVALID)
        return command_fail(COMMAND_MISUSED, "FAIRWAY_TOKEN", &err);
    if (code != ERR_NONE)
        return command_fail(COMMAND_FAILED, s->config.database, &err);
    if (!*active)
        log_event(LOG_WARN, "token_revoked",
                  "text=\"the token in FAIRWAY_TOKEN was revoked and stays so; `fairway token create` makes another\"");
    return COMMAND_DONE;
}

// --token-file: what it holds if that works, else FAIRWAY_TOKEN if that works, else a new token.
static int serve_keep_token_file(struct serve *s, bool given_active)
{
    const char *path = s->config.token_file;
    char token[API_TOKEN_MAX + 1];
    struct err err = {0};
    bool active = false;
    enum err_code code = token_file_read(path, token, &err);
    if (code == ERR_NONE)
        code = api_token_ensure(s->storage, token, &active, &err);
    if (code != ERR_NONE && code != ERR_NOT_FOUND)
        return command_fail(COMMAND_FAILED, err.field[0] == '\0' ? s->config.database : NULL, &err);
    if (!active) {
        if (given_active)
            snprintf(token, sizeof token, "%s", s->config.token);
        else if (api_token_create(s->storage, NULL, token, &err) != ERR_NONE)
            return command_fail(COMMAND_FAILED, s->config.database, &err);
        if (token_file_write(path, token, &err) != ERR_NONE)
            return command_fail(COMMAND_FAILED, NULL, &err);
    }
    printf("token: %s\n", token);
    return COMMAND_DONE;
}

static int serve_make_first_token(struct serve *s, bool given_active)
{
    struct api_token_info *list = NULL;
    size_t n = 0, n_active = 0;
    struct err err = {0};
    if (api_token_list(s->storage, &list, &n, &err) != ERR_NONE)
        return command_fail(COMMAND_FAILED, s->config.database, &err);
    for (size_t i = 0; i < n; i++)
        n_active += list[i].active;
    free(list);
    if (n == 0 && !given_active) {
        char token[API_TOKEN_MAX + 1];
        if (api_token_create(s->storage, NULL, token, &err) != ERR_NONE)
            return command_fail(COMMAND_FAILED, s->config.database, &err);
        printf("token: %s\n", token);
    } else if (n_active == 0) {
        log_event(LOG_WARN, "no_token",
                  "text=\"no token of this database works any more; `fairway token create` makes another\"");
    }
    return COMMAND_DONE;
}

static int serve_prepare_tokens(struct serve *s)
{
    bool given_active;
    int status = serve_add_given_token(s, &given_active);
    if (status != COMMAND_DONE)
        return status;
    return s->config.token_file != NULL ? serve_keep_token_file(s, given_active) : serve_make_first_token(s, given_active);
}

// ------------------------------------------------------------------ start and end

static int serve_open(struct serve *s)
{
    struct err err = {0};
    s->listen_fd = listen_inherited();
    if (s->listen_fd < 0) {
        enum err_code code = listen_open(s->config.listen, &s->listen_fd, &err);
        if (code != ERR_NONE)
            return command_fail(code == ERR_INVALID ? COMMAND_MISUSED : COMMAND_FAILED, NULL, &err);
    }
    struct storage_options options = {
        .path = s->config.database,
        .n_readers = (size_t)serve_readers(&s->config),
        .exclusive = true,
    };
    if (storage_open(&options, &s->storage, &err) != ERR_NONE)
        return command_fail(COMMAND_FAILED, s->config.database, &err);
    return serve_prepare_tokens(s);
}

// As the API takes it, where 0 stands for the default.
static int64_t serve_file_bytes(int64_t mib)
{
    return mib == 0 ? -1 : mib << 20;
}

static int serve_start(struct serve *s)
{
    const struct config *c = &s->config;
    struct api_options options = {
        .storage = s->storage,
        .n_model_workers = (size_t)c->model_workers,
        .model_deadline_ms = c->model_deadline_ms,
        .model_cache_bytes = (size_t)c->model_cache_mib << 20,
        .model_cache_idle_ms = c->model_cache_idle_s * 1000,
        .file_limit = serve_file_bytes(c->file_limit_mib),
        .file_quota = serve_file_bytes(c->file_quota_mib),
    };
    s->api = api_create(&options);
    char url[LISTEN_URL_MAX];
    listen_url(s->listen_fd, url);
    struct http_options http_options = {
        .listen_fd = s->listen_fd,
        .api = s->api,
        .max_connections = (unsigned)c->connections,
        .n_io_threads = (unsigned)c->io_threads,
        .n_workers = (unsigned)c->storage_workers,
        .idle_timeout_s = (unsigned)c->idle_timeout_s,
        .upload_timeout_s = (unsigned)c->upload_timeout_s,
        .upload_total_s = (unsigned)c->upload_total_s,
        .public_url = c->public_url,
        .raw_memory = (size_t)c->file_memory_mib << 20,
    };
    s->listen_fd = -1;
    struct err err = {0};
    if (http_start(&http_options, &s->http, &err) != ERR_NONE)
        return command_fail(COMMAND_FAILED, NULL, &err);
    char path[1024];
    log_event(LOG_INFO, "started", "version=%s pid=%ld blas_kernel=%s database=%s address=%s", command_version(), (long)getpid(),
              api_runtime_kernel(), log_quote(c->database, path, sizeof path), url);
    printf("listening on %s\n", url);
    fflush(stdout);
    return COMMAND_DONE;
}

// What was accepted is answered; then everything is closed.
static int serve_end(struct serve *s)
{
    if (s->http != NULL) {
        http_refuse(s->http);
        api_drain(s->api);
        if (!http_drain(s->http, s->config.drain_timeout_s * 1000)) {
            // Threads still work on requests, so nothing can be taken away from them. What they store is safe.
            log_event(LOG_ERROR, "ended_with_open_requests", "%s", "");
            _exit(COMMAND_FAILED);
        }
        http_destroy(s->http);
    }
    if (s->listen_fd >= 0)
        close(s->listen_fd);
    api_destroy(s->api);
    storage_close(s->storage);
    config_clear(&s->config);
    return COMMAND_DONE;
}

int serve_command(int argc, char **argv)
{
    struct serve serve = {.listen_fd = -1};
    struct err err = {0};
    int n_rest = 0;
    serve_choose_kernel(argv - 2); // before config_read changes argv
    if (config_read(&serve.config, CONFIG_SERVE, argc, argv, &n_rest, &err) != ERR_NONE) {
        config_clear(&serve.config);
        return command_fail(COMMAND_MISUSED, NULL, &err);
    }
    if (n_rest > 0) {
        fprintf(stderr, "fairway: serve: \"%s\" is no option; `fairway --help` lists them\n", argv[0]);
        config_clear(&serve.config);
        return COMMAND_MISUSED;
    }
    log_set_level((enum log_level)serve.config.log_level);
    serve_prepare_signals();
    api_runtime_init();
    serve_prepare_descriptors(&serve.config);
    int status = serve_open(&serve);
    if (status == COMMAND_DONE)
        status = serve_start(&serve);
    if (status == COMMAND_DONE) {
        int number = serve_wait_for_signal();
        log_event(LOG_INFO, "draining", "signal=%d", number);
    }
    serve_end(&serve);
    if (status == COMMAND_DONE)
        log_event(LOG_INFO, "ended", "%s", "");
    return status;
}
