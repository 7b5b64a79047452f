#include "tests/api/creates.h"

#include <stdlib.h>

#include "base/buffer.h"

char *creates_quoted(const char *text, bool inside)
{
    struct buffer out = {0};
    if (text == NULL)
        return NULL;
    buffer_puts(&out, "");
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buffer_puts(&out, inside ? "\\\"" : "\"");
        else
            buffer_append(&out, text, 1);
    }
    return buffer_take(&out, NULL);
}

static void check(struct harness *h, const struct request_case *c, creates_tell_fn *tell)
{
    struct buffer want = {0};
    char *body = creates_quoted(c->body, false), *text = creates_quoted(c->want, c->status >= 400);
    if (c->status >= 400)
        buffer_printf(&want, "{\"message\":\"~%s\"}", text);
    int64_t version = harness_version(h);
    tell(harness_check(h, c->method, c->target, body, c->status, c->status >= 400 ? want.data : text), h->why);
    if (c->status >= 400)
        tell(harness_version(h) == version, "nothing is stored");
    buffer_clear(&want);
    free(body);
    free(text);
}

void creates_check_requests(struct harness *h, const struct request_case *cases, size_t n, creates_tell_fn *tell)
{
    for (size_t i = 0; i < n; i++)
        check(h, &cases[i], tell);
}

void creates_check(const struct create_case *cases, size_t n, creates_tell_fn *tell)
{
    struct harness h;
    harness_open(&h);
    for (size_t i = 0; i < n; i++) {
        struct buffer body = {0};
        buffer_printf(&body, "{'name':'e',%s}", cases[i].members);
        check(&h, &(struct request_case){"POST", "/v1/experiments", body.data, cases[i].status, cases[i].want}, tell);
        buffer_clear(&body);
    }
    harness_close(&h);
}
