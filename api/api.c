// The api as a whole: its life, what the server asks before a body has arrived, and errors that the server meets itself.
#include "api/api.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "api/advisor.h"
#include "api/dispatch.h"
#include "api/file_links.h"
#include "api/route.h"
#include "api/status.h"
#include "base/json.h"
#include "base/memory.h"

struct api *api_create(const struct api_options *options)
{
    struct api *api = mem_calloc(1, sizeof *api);
    api->storage = options->storage;
    atomic_init(&api->n_calls, 0);
    api->advisor = advisor_create(options);
    api->file_links = file_links_create(options);
    return api;
}

void api_drain(struct api *api)
{
    advisor_drain(api->advisor);
}

void api_destroy(struct api *api)
{
    if (api == NULL)
        return;
    advisor_destroy(api->advisor);
    file_links_destroy(api->file_links);
    assert(atomic_load(&api->n_calls) == 0);
    free(api);
}

struct api_route_info api_route(const char *method, const char *path)
{
    struct route_match match;
    route_match(method, path, &match);
    struct api_route_info info = {.code = match.code, .method_known = match.route != NULL, .logged = true};
    if (match.route == NULL)
        return info;
    if (route_method_has_body(method))
        info.body = match.route->before_bytes == NULL ? API_BODY_JSON : API_BODY_RAW;
    else if (match.route->before_bytes != NULL)
        info.body = API_BODY_RAW_REPLY;
    info.body_limit = match.route->body_limit;
    info.logged = strcmp(match.route->path, "/health") != 0;
    return info;
}

void api_error_response(int status, const char *message, struct api_response *response)
{
    struct json_writer w = {.depth = 0};
    status_write_error(&w, status, message, NULL, NULL);
    buffer_putc(&w.out, '\n');
    *response = (struct api_response){.status = status};
    response->body = buffer_take(&w.out, &response->body_len);
}
