#include "tests/server/fake_api.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"

struct delayed {
    struct delayed *next;
    api_reply_fn *reply;
    void *arg;
    int64_t due; // clock_monotonic_ms; INT64_MAX: held
    long ms;
};

struct api {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    struct delayed *delayed;
    size_t n_requests;
    size_t n_uploads;
    size_t n_held;
    bool released;
    bool stopping;
};

static const struct fake_route {
    const char *path;
    const char *methods; // with spaces around each; NULL: any
    enum api_body_kind body;
    size_t body_limit;
    bool logged;
} fake_routes[] = {
    {"/echo", NULL, API_BODY_JSON, 4 << 20, true},          {"/bounce", " POST ", API_BODY_JSON, 4 << 20, true},
    {"/slow", NULL, API_BODY_JSON, 4 << 20, true},          {"/held", NULL, API_BODY_JSON, 4 << 20, true},
    {"/large", " GET ", API_BODY_NONE, 0, true},            {"/small", " POST ", API_BODY_JSON, 100, true},
    {"/batch", " POST ", API_BODY_JSON, 16 << 20, true},    {"/v1/tokens/self", " GET ", API_BODY_NONE, 0, true},
    {"/health", " GET HEAD POST ", API_BODY_NONE, 0, false}, {"/ignoring", NULL, API_BODY_NONE, 0, true},
    {"/upload", " PUT ", API_BODY_RAW, 20 << 20, true},     {"/download", " GET ", API_BODY_RAW_REPLY, 0, true},
};

struct api_route_info api_route(const char *method, const char *path)
{
    struct api_route_info info = {.code = ERR_NOT_FOUND, .logged = true};
    for (size_t i = 0; i < sizeof fake_routes / sizeof fake_routes[0]; i++) {
        const struct fake_route *r = &fake_routes[i];
        if (strcmp(r->path, path) != 0)
            continue;
        char word[40];
        snprintf(word, sizeof word, " %.30s ", method);
        info.code = ERR_NONE;
        info.method_known = r->methods == NULL || strstr(r->methods, word) != NULL;
        info.body = info.method_known ? r->body : API_BODY_NONE;
        info.body_limit = r->body_limit;
        info.logged = r->logged;
    }
    return info;
}

void api_error_response(int status, const char *message, struct api_response *response)
{
    memset(response, 0, sizeof *response);
    struct json_writer w = {0};
    json_begin_object(&w);
    json_member_string(&w, "message", message);
    json_member_int(&w, "status", status);
    json_end_object(&w);
    buffer_putc(&w.out, '\n');
    response->status = status;
    response->body = buffer_take(&w.out, &response->body_len);
}

static void fake_text(struct api_response *response, int status, const char *text)
{
    memset(response, 0, sizeof *response);
    response->status = status;
    response->body = mem_strdup(text);
    response->body_len = strlen(text);
}

static void fake_echo(const struct api_request *q, struct api_response *response)
{
    memset(response, 0, sizeof *response);
    response->status = 200;
    if (q->skip_content) {
        response->status = 204;
        return;
    }
    unsigned long sum = 0;
    for (size_t i = 0; i < q->body_len && !q->headers_only; i++)
        sum = sum * 31 + (unsigned char)q->body[i];
    struct json_writer w = {0};
    json_begin_object(&w);
    json_member_string(&w, "method", q->method);
    json_member_string(&w, "path", q->path);
    json_member_string(&w, "query", q->query);
    json_member_string(&w, "authorization", q->authorization);
    json_member_string(&w, "content_type", q->content_type);
    json_member_string(&w, "content_md5", q->content_md5);
    json_member_string(&w, "base_url", q->base_url);
    json_member_string(&w, "user_agent", q->user_agent);
    json_member_string(&w, "request_id", q->request_id);
    json_member_int(&w, "body_len", (int64_t)q->body_len);
    json_member_int(&w, "body_sum", (int64_t)(sum & 0xffffffff));
    json_end_object(&w);
    buffer_putc(&w.out, '\n');
    response->body = buffer_take(&w.out, &response->body_len);
}

// The query "no" is refused by the headers.
static void fake_upload(struct api *api, const struct api_request *q, struct api_response *response)
{
    if (q->headers_only && q->query != NULL && strcmp(q->query, "no") == 0) {
        api_error_response(400, "Not announced", response);
        return;
    }
    pthread_mutex_lock(&api->lock);
    api->n_uploads += !q->headers_only;
    pthread_mutex_unlock(&api->lock);
    fake_echo(q, response);
    response->raw_len = q->body_len;
}

static void fake_download(const struct api_request *q, struct api_response *response)
{
    memset(response, 0, sizeof *response);
    response->status = 200;
    response->raw_len = strtoul(q->query, NULL, 10);
    if (q->headers_only)
        return;
    response->body_len = response->raw_len;
    response->body = mem_calloc(response->body_len, 1);
    response->headers = mem_strdup("Content-Type: image/png\nX-Content-Type-Options: nosniff\n");
}

static void fake_delay(struct api *api, const struct api_request *q, bool held, api_reply_fn *reply, void *arg)
{
    struct delayed *d = mem_calloc(1, sizeof *d);
    d->reply = reply;
    d->arg = arg;
    d->ms = q->query == NULL ? 0 : strtol(q->query, NULL, 10);
    d->due = held ? INT64_MAX : clock_monotonic_ms() + d->ms;
    pthread_mutex_lock(&api->lock);
    if (held && api->released)
        d->due = 0;
    else if (held)
        api->n_held++;
    d->next = api->delayed;
    api->delayed = d;
    pthread_cond_broadcast(&api->changed);
    pthread_mutex_unlock(&api->lock);
}

void api_dispatch(struct api *api, const struct api_request *q, api_reply_fn *reply, void *arg)
{
    pthread_mutex_lock(&api->lock);
    api->n_requests++;
    pthread_mutex_unlock(&api->lock);
    struct api_route_info route = api_route(q->method, q->path);
    struct api_response response;
    if (strcmp(q->path, "/slow") == 0 || strcmp(q->path, "/held") == 0) {
        fake_delay(api, q, strcmp(q->path, "/held") == 0, reply, arg);
        return;
    }
    if (route.code != ERR_NONE) {
        api_error_response(404, "There is no such endpoint", &response);
    } else if (!route.method_known) {
        api_error_response(405, "The method is not allowed", &response);
        snprintf(response.allow, sizeof response.allow, "GET");
    } else if (strcmp(q->path, "/v1/tokens/self") == 0) {
        bool good = q->authorization != NULL && strcmp(q->authorization, "good") == 0;
        if (good)
            fake_text(&response, 200, "{}\n");
        else
            api_error_response(401, "No API token was provided", &response);
    } else if (strcmp(q->path, "/bounce") == 0) {
        memset(&response, 0, sizeof response);
        response.status = 200;
        response.body = mem_calloc(q->body_len + 1, 1);
        if (q->body_len > 0)
            memcpy(response.body, q->body, q->body_len);
        response.body_len = q->body_len;
    } else if (strcmp(q->path, "/large") == 0) {
        memset(&response, 0, sizeof response);
        response.status = 200;
        response.body_len = strtoul(q->query, NULL, 10);
        response.body = mem_calloc(response.body_len, 1);
        memset(response.body, 'x', response.body_len);
    } else if (strcmp(q->path, "/upload") == 0) {
        fake_upload(api, q, &response);
    } else if (strcmp(q->path, "/download") == 0) {
        fake_download(q, &response);
    } else if (strcmp(q->path, "/health") == 0) {
        fake_text(&response, 200, "{}\n");
    } else {
        fake_echo(q, &response);
    }
    reply(arg, &response);
}

// The next request whose time has come, or NULL with *wait the time until the next one is due. With the lock held.
static struct delayed *fake_take_due(struct api *api, int64_t *due)
{
    *due = INT64_MAX;
    int64_t now = clock_monotonic_ms();
    for (struct delayed **d = &api->delayed; *d != NULL; d = &(*d)->next) {
        if ((*d)->due <= now) {
            struct delayed *found = *d;
            *d = found->next;
            return found;
        }
        if ((*d)->due < *due)
            *due = (*d)->due;
    }
    return NULL;
}

static void *fake_work(void *arg)
{
    struct api *api = arg;
    pthread_mutex_lock(&api->lock);
    while (!api->stopping) {
        int64_t due;
        struct delayed *d = fake_take_due(api, &due);
        if (d != NULL) {
            pthread_mutex_unlock(&api->lock);
            char text[40];
            struct api_response response;
            snprintf(text, sizeof text, "{\"slow\":%ld}\n", d->ms);
            fake_text(&response, 200, text);
            d->reply(d->arg, &response);
            free(d);
            pthread_mutex_lock(&api->lock);
        } else if (due == INT64_MAX) {
            pthread_cond_wait(&api->changed, &api->lock);
        } else {
            struct timespec until;
            clock_gettime(CLOCK_MONOTONIC, &until);
            until.tv_nsec += 1000000;
            if (until.tv_nsec >= 1000000000) {
                until.tv_sec++;
                until.tv_nsec -= 1000000000;
            }
            pthread_cond_timedwait(&api->changed, &api->lock, &until);
        }
    }
    pthread_mutex_unlock(&api->lock);
    return NULL;
}

struct api *fake_create(void)
{
    struct api *api = mem_calloc(1, sizeof *api);
    pthread_mutex_init(&api->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&api->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&api->thread, NULL, fake_work, api) != 0)
        abort();
    return api;
}

void fake_destroy(struct api *api)
{
    pthread_mutex_lock(&api->lock);
    api->stopping = true;
    pthread_cond_broadcast(&api->changed);
    pthread_mutex_unlock(&api->lock);
    pthread_join(api->thread, NULL);
    pthread_cond_destroy(&api->changed);
    pthread_mutex_destroy(&api->lock);
    free(api);
}

size_t fake_n_requests(struct api *api)
{
    pthread_mutex_lock(&api->lock);
    size_t n = api->n_requests;
    pthread_mutex_unlock(&api->lock);
    return n;
}

size_t fake_n_uploads(struct api *api)
{
    pthread_mutex_lock(&api->lock);
    size_t n = api->n_uploads;
    pthread_mutex_unlock(&api->lock);
    return n;
}

size_t fake_n_held(struct api *api)
{
    pthread_mutex_lock(&api->lock);
    size_t n = api->n_held;
    pthread_mutex_unlock(&api->lock);
    return n;
}

void fake_release(struct api *api)
{
    pthread_mutex_lock(&api->lock);
    api->released = true;
    api->n_held = 0;
    for (struct delayed *d = api->delayed; d != NULL; d = d->next)
        if (d->due == INT64_MAX)
            d->due = 0;
    pthread_cond_broadcast(&api->changed);
    pthread_mutex_unlock(&api->lock);
}
