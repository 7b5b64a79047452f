#include "api/dispatch.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/auth.h"
#include "api/fields.h"
#include "api/request_body.h"
#include "api/route.h"
#include "api/status.h"
#include "api/url.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

// ------------------------------------------------------------------ life of a call

// Copies what must outlive api_dispatch.
static struct call *call_create(struct api *api, const struct api_request *request, api_reply_fn *reply, void *arg)
{
    struct arena *arena = arena_create();
    struct call *call = arena_alloc(arena, 1, sizeof *call);
    call->arena = arena;
    call->api = api;
    call->storage = api->storage;
    call->advisor = api->advisor;
    snprintf(call->request_id, sizeof call->request_id, "%s", request->request_id == NULL ? "-" : request->request_id);
    call->now = clock_wall_ms();
    call->started_ms = clock_monotonic_ms();
    call->path = arena_strdup(arena, request->path);
    call->client_id = call->experiment_id = call->organization_id = call->training_run_id = call->file_id = -1;
    call->base_url = arena_strdup(arena, request->base_url);
    call->from_python = request->user_agent != NULL && strncmp(request->user_agent, "sigopt-python/", 14) == 0;
    call->skip_content = request->skip_content;
    call->reply = reply;
    call->reply_arg = arg;
    atomic_fetch_add(&api->n_calls, 1);
    return call;
}

static void call_destroy(struct call *call)
{
    json_free(call->document);
    json_writer_clear(&call->out);
    free(call->bytes);
    arena_destroy(call->arena);
}

enum err_code call_error(struct call *call, enum err_code code, const char *field, const char *format, ...)
{
    char text[sizeof call->err.text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(&call->err, code, field, "%s", text);
}

enum err_code call_blame(struct call *call, const char *what, size_t i, size_t n)
{
    struct err why = call->err;
    return call_error(call, why.code, why.field, "%s %zu of %zu: %s", what, i + 1, n, why.text);
}

// What a client may know of an error of ours.
static void hide_failure(struct call *call, int status)
{
    char text[600], field[200];
    struct err why = call->err;
    log_event(LOG_ERROR, "failure", "request_id=%s code=%s field=%s text=%s", call->request_id, err_name(call->err.code),
              log_quote(call->err.field, field, sizeof field), log_quote(call->err.text, text, sizeof text));
    if (status == 503)
        call_error(call, call->err.code, NULL, "%s. The server cannot do this at the moment; try again later", why.text);
    else
        call_error(call, call->err.code, NULL, "The server has failed; its log says more about request %s", call->request_id);
}

static void answer(struct call *call, struct api_response *response)
{
    struct json_writer *w = &call->out;
    bool refused = call->err.code != ERR_NONE;
    response->status = call->allow[0] != '\0' ? 405 : call->location[0] != '\0' ? 301 : status_of(call->err.code);
    if (response->status >= 500)
        hide_failure(call, response->status);
    if (refused) {
        json_writer_clear(w);
        w->select = NULL;
        const char *token_status = response->status == 403 ? call->token_status : NULL;
        status_write_error(w, response->status, call->err.text, token_status, call->location);
        snprintf(response->allow, sizeof response->allow, "%s", call->allow);
        snprintf(response->location, sizeof response->location, "%s", call->location);
    } else if (call->skip_content) {
        response->status = 204;
        return;
    } else if (call->bytes != NULL) {
        response->body = call->bytes;
        response->body_len = call->n_bytes;
        response->headers = mem_strdup(call->bytes_headers);
        call->bytes = NULL;
        return;
    }
    assert(w->depth == 0);
    response->raw_len = call->n_bytes;
    buffer_puts(&w->out, w->out.len == 0 ? "{}\n" : "\n");
    response->body = buffer_take(&w->out, &response->body_len);
}

void call_finish(struct call *call)
{
    struct api_response response = {.status = 0};
    answer(call, &response);
    struct api *api = call->api;
    api_reply_fn *reply = call->reply;
    void *arg = call->reply_arg;
    call_destroy(call);
    atomic_fetch_sub(&api->n_calls, 1);
    reply(arg, &response); // the last: whoever waits for it may destroy the api
}

// ------------------------------------------------------------------ in the transaction

static enum err_code check(struct call *call)
{
    if (call->route->auth == AUTH_NONE)
        return ERR_NONE;
    enum err_code code = auth_check(call);
    if (code == ERR_NONE)
        code = auth_load(call);
    if (code == ERR_NONE)
        code = fields_select(call);
    return code;
}

// What storage runs: the checks, unless they have passed before, and the handler.
static enum err_code run_unit(struct tx *tx, void *arg, struct err *err)
{
    struct call *call = arg;
    call->tx = tx;
    json_writer_clear(&call->out);
    free(call->bytes);
    call->bytes = NULL;
    err_clear(&call->err);
    enum err_code code = call->checked ? ERR_NONE : check(call);
    if (code == ERR_NONE) {
        call->checked = true;
        code = call->handler(call);
    }
    if (code == ERR_NONE)
        err_clear(&call->err); // a condition that the handler has dealt with
    else if (call->err.code != code)
        call_error(call, ERR_BUG, NULL, "%s %s returned \"%s\" without a text", call->route->method, call->route->path,
                   err_name(code));
    call->tx = NULL;
    *err = call->err;
    return call->err.code;
}

// What the handler has left for after its transaction, or the reply.
static void go_on(struct call *call, enum err_code code)
{
    call_fn *next = call->next;
    call->next = NULL;
    if (code == ERR_NONE && next != NULL)
        next(call);
    else
        call_finish(call);
}

static void write_done(void *arg, const struct err *err)
{
    struct call *call = arg;
    call->err = *err;
    if (err->code == ERR_NONE && call->committed != NULL)
        call->committed(call);
    go_on(call, err->code);
}

void call_write(struct call *call, handler_fn *handler)
{
    call->handler = handler;
    storage_write(call->storage, run_unit, write_done, call);
}

static void run_read(struct call *call)
{
    struct err err = {.code = ERR_NONE};
    enum err_code code = storage_read(call->storage, run_unit, call, &err);
    if (code != ERR_NONE) {
        call->err = err;
        call->err.code = code;
    }
    go_on(call, code);
}

static void run_direct(struct call *call)
{
    assert(call->route->auth == AUTH_NONE);
    call->handler(call);
    call_finish(call);
}

static void start(struct call *call)
{
    if (call->handler == NULL)
        call->handler = call->route->handler;
    switch (call->route->lane) {
    case LANE_DIRECT:
        run_direct(call);
        break;
    case LANE_READ:
    case LANE_MODEL:
        run_read(call);
        break;
    case LANE_WRITE:
        call_write(call, call->handler);
        break;
    }
}

// ------------------------------------------------------------------ before the transaction

static enum err_code refuse_path(struct call *call)
{
    return call_error(call, ERR_INVALID, NULL, "Invalid string parameter in the path");
}

// The path without what cannot be shown.
static bool is_clean_path(const char *path)
{
    return strstr(path, "%00") == NULL && text_is_utf8(path, strlen(path));
}

static enum err_code find_route(struct call *call, const char *method, struct route_match *match)
{
    route_match(method, call->path, match);
    call->route = match->route;
    if (match->route != NULL)
        return ERR_NONE;
    if (!is_clean_path(call->path))
        return refuse_path(call);
    if (match->code != ERR_NONE)
        return call_error(call, ERR_NOT_FOUND, NULL, "The endpoint %s was not found%s", call->path,
                          strncmp(call->path, "/v1/", 4) == 0 ? "" : "; paths of the API begin with /v1");
    snprintf(call->allow, sizeof call->allow, "%s", match->allow);
    return call_error(call, ERR_INVALID, NULL, "Only the methods %s are allowed for %s", call->allow, call->path);
}

// A raw body is not copied: the caller keeps it until the reply.
static void take_raw_body(struct call *call, const struct api_request *request)
{
    call->raw = request->headers_only ? NULL : request->body;
    call->raw_len = request->body_len;
    call->content_type = arena_strdup(call->arena, request->content_type);
    call->content_md5 = arena_strdup(call->arena, request->content_md5);
    if (request->headers_only)
        call->handler = call->route->before_bytes;
}

static enum err_code read_parameters(struct call *call, const struct api_request *request)
{
    const char *query = request->query;
    size_t len = 0;
    if (call->route->before_bytes != NULL)
        take_raw_body(call, request);
    else if (route_method_has_body(request->method))
        len = request->body_len;
    if (route_method_has_body(request->method))
        query = NULL;
    enum err_code code = request_body_read(request->content_type, request->body, len, &call->document, &call->err);
    call->body = call->document;
    if (code == ERR_NONE && !url_read_query(call->arena, query, &call->parameters, &call->n_parameters))
        code = call_error(call, ERR_INVALID, NULL, "Invalid string parameter in the query");
    return code;
}

// An id that does not fit into 64 bits belongs to no object, and neither does the largest one.
static void read_id(const struct route_value *value, int64_t *id)
{
    if (value->s != NULL && !text_to_id(value->s, value->n, id))
        *id = INT64_MAX;
}

static enum err_code read_path(struct call *call, const struct route_value *values)
{
    const struct route_value *project = &values[VARIABLE_PROJECT], *token = &values[VARIABLE_TOKEN];
    if (!is_clean_path(call->path))
        return refuse_path(call);
    if (project->s != NULL && (call->project_reference = url_decode(call->arena, project->s, project->n, false)) == NULL)
        return refuse_path(call);
    if (token->s != NULL && (call->token_text = url_decode(call->arena, token->s, token->n, false)) == NULL)
        return refuse_path(call);
    if (values[VARIABLE_SECRET].s != NULL)
        call->secret = arena_strndup(call->arena, values[VARIABLE_SECRET].s, values[VARIABLE_SECRET].n);
    read_id(&values[VARIABLE_CLIENT], &call->client_id);
    read_id(&values[VARIABLE_EXPERIMENT], &call->experiment_id);
    read_id(&values[VARIABLE_AIEXPERIMENT], &call->experiment_id);
    call->needs_runs = values[VARIABLE_AIEXPERIMENT].s != NULL;
    read_id(&values[VARIABLE_TRAINING_RUN], &call->training_run_id);
    read_id(&values[VARIABLE_CHECKPOINT], &call->checkpoint_id);
    read_id(&values[VARIABLE_TAG], &call->tag_id);
    read_id(&values[VARIABLE_FILE], &call->file_id);
    read_id(&values[VARIABLE_ORGANIZATION], &call->organization_id);
    read_id(&values[VARIABLE_SUGGESTION], &call->suggestion_id);
    read_id(&values[VARIABLE_QUEUED_SUGGESTION], &call->queued_suggestion_id);
    read_id(&values[VARIABLE_OBSERVATION], &call->observation_id);
    return ERR_NONE;
}

static enum err_code prepare(struct call *call, const struct api_request *request)
{
    struct route_match match;
    enum err_code code = find_route(call, request->method, &match);
    if (code == ERR_NONE)
        code = read_parameters(call, request);
    if (code == ERR_NONE)
        code = read_path(call, match.values);
    if (code == ERR_NONE && call->route->auth == AUTH_TOKEN)
        code = auth_read(call->arena, request->authorization, &call->credential, &call->err);
    return code;
}

void api_dispatch(struct api *api, const struct api_request *request, api_reply_fn *reply, void *arg)
{
    struct call *call = call_create(api, request, reply, arg);
    if (prepare(call, request) == ERR_NONE)
        start(call);
    else
        call_finish(call);
}
