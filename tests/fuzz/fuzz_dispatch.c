// Requests against an api on a new database: whatever is sent, there is one answer, it is JSON, and it is not the server's fault.
//
// The bytes are requests, separated by lines of four dashes:
//
//     METHOD TARGET
//     AUTHORIZATION       "T" stands for a valid header, "-" for none
//     CONTENT-TYPE
//     BODY
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/api/harness.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_REQUESTS = 100 };

static const char separator[] = "\n----\n";

// Cuts a line off the front; without a line end, all of it.
static char *take_line(struct arena *arena, const char **at, const char *end)
{
    size_t left = (size_t)(end - *at);
    const char *line = *at, *stop = left > 0 ? memchr(line, '\n', left) : NULL;
    size_t n = stop == NULL ? left : (size_t)(stop - line);
    *at += stop == NULL ? n : n + 1;
    return arena_strndup(arena, line, n);
}

static void send_request(struct harness *h, struct arena *arena, const char *at, const char *end)
{
    char *method = take_line(arena, &at, end), *authorization = take_line(arena, &at, end);
    char *content_type = take_line(arena, &at, end), *target = strchr(method, ' ');
    if (target == NULL)
        return;
    *target++ = '\0';
    char *query = strchr(target, '?');
    if (query != NULL)
        *query++ = '\0';
    struct api_request request = {.method = method,
                                  .path = target,
                                  .query = query,
                                  .authorization = strcmp(authorization, "T") == 0   ? h->authorization
                                                   : strcmp(authorization, "-") == 0 ? NULL
                                                                                     : authorization,
                                  .content_type = content_type,
                                  .base_url = "http://fairway.test",
                                  .body = at,
                                  .body_len = (size_t)(end - at)};
    struct answer answer = harness_send(h, &request);
    if (answer.status < 200 || answer.status >= 500) {
        printf("%s %s: %d %s\n", method, target, answer.status, answer.text);
        abort();
    }
    answer_clear(&answer);
}

static const char *find_separator(const char *at, const char *end)
{
    const size_t n = sizeof separator - 1;
    for (; (size_t)(end - at) >= n; at++)
        if (memcmp(at, separator, n) == 0)
            return at;
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct harness h;
    harness_open(&h);
    struct arena *arena = arena_create();
    char *bytes = arena_alloc(arena, size + 1, 1); // text ends with a NUL
    if (size > 0)
        memcpy(bytes, data, size);
    const char *at = bytes, *end = bytes + size;
    for (int i = 0; i < MAX_REQUESTS && at < end; i++) {
        const char *stop = find_separator(at, end);
        send_request(&h, arena, at, stop == NULL ? end : stop);
        at = stop == NULL ? end : stop + sizeof separator - 1;
    }
    arena_destroy(arena);
    harness_close(&h);
    return 0;
}
