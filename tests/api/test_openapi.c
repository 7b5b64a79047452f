// The contract (docs/openapi.yaml): it has exactly the operations of the table of routes, and is served without a token.
#include <ctype.h>
#include <stdio.h>

#include "api/route.h"
#include "tests/api/harness.h"

// "GET" as OpenAPI writes it.
static void lower(const char *method, char *out, size_t size)
{
    size_t i = 0;
    for (; method[i] != '\0' && i + 1 < size; i++)
        out[i] = (char)tolower((unsigned char)method[i]);
    out[i] = '\0';
}

static bool is_operation(const char *key)
{
    static const char *const methods[] = {"get", "put", "post", "delete", "options", "head", "patch", "trace"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(key, methods[i]) == 0)
            return true;
    return false;
}

static bool has_route(const char *path, const char *method)
{
    char name[16];
    for (size_t i = 0; i < route_count; i++) {
        lower(route_table[i].method, name, sizeof name);
        if (strcmp(route_table[i].path, path) == 0 && strcmp(name, method) == 0)
            return true;
    }
    return false;
}

// MERGE is no method of OpenAPI: such a route is only named in its path's description.
static void check_route(const struct json *paths, const struct route *route)
{
    char method[16];
    const struct json *path = json_member(paths, route->path);
    lower(route->method, method, sizeof method);
    if (strcmp(route->method, "MERGE") == 0) {
        const struct json *text = path == NULL ? NULL : json_member(path, "description");
        ok(text != NULL && strstr(json_string(text), "MERGE") != NULL, "MERGE %s is described", route->path);
        return;
    }
    const struct json *operation = path == NULL ? NULL : json_member(path, method);
    if (!ok(operation != NULL, "%s %s is in docs/openapi.yaml", route->method, route->path))
        return;
    const struct json *security = json_member(operation, "security");
    bool open = security != NULL && json_size(security) == 0;
    ok(open == (route->auth == AUTH_NONE), "%s %s: whether it needs a token", route->method, route->path);
    bool has_body = json_member(operation, "requestBody") != NULL;
    ok(!has_body || route_method_has_body(route->method), "%s %s: only POST and PUT have a body", route->method, route->path);
}

// Names of operations are those that generated clients use.
static void check_names(const struct json *paths)
{
    size_t n = 0, n_twice = 0;
    const char *names[256];
    for (const struct json *path = json_first(paths); path != NULL; path = json_next(path)) {
        for (const struct json *operation = json_first(path); operation != NULL; operation = json_next(operation)) {
            const struct json *id = is_operation(json_key(operation)) ? json_member(operation, "operationId") : NULL;
            if (id == NULL || n == sizeof names / sizeof *names)
                continue;
            for (size_t i = 0; i < n; i++)
                n_twice += strcmp(names[i], json_string(id)) == 0;
            names[n++] = json_string(id);
        }
    }
    size_t n_merge = 0;
    for (size_t i = 0; i < route_count; i++)
        n_merge += strcmp(route_table[i].method, "MERGE") == 0;
    ok(n + n_merge == route_count, "%zu operations with a name, %zu routes", n, route_count);
    ok(n_twice == 0, "no name stands for two operations");
}

static void test_operations(void)
{
    struct harness h;
    harness_open(&h);
    struct api_request request = {.method = "GET", .path = "/openapi.json"};
    struct answer answer = harness_send(&h, &request);
    ok(answer.status == 200, "served without a token");
    const struct json *paths = json_member(answer.json, "paths");
    for (size_t i = 0; i < route_count; i++)
        check_route(paths, &route_table[i]);
    for (const struct json *path = json_first(paths); path != NULL; path = json_next(path))
        for (const struct json *operation = json_first(path); operation != NULL; operation = json_next(operation))
            if (is_operation(json_key(operation)))
                ok(has_route(json_key(path), json_key(operation)), "%s %s is served", json_key(operation), json_key(path));
    check_names(paths);
    answer_clear(&answer);
    CHECK_SEND(&h, &request, 200, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Fairway\",\"version\":\"~.\"}}");
    harness_close(&h);
}

int main(void)
{
    test_operations();
    return tap_done();
}
