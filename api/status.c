#include "api/status.h"

#include <assert.h>

static const int statuses[ERR_COUNT] = {
    [ERR_NONE] = 200,
    [ERR_INVALID] = 400,
    [ERR_UNAUTHENTICATED] = 401,
    [ERR_FORBIDDEN] = 403,
    [ERR_NOT_FOUND] = 404,
    [ERR_CONFLICT] = 409,
    [ERR_TOO_LARGE] = 413,
    [ERR_UNPROCESSABLE] = 422,
    [ERR_NUMERIC] = 500, // the optimizer keeps these to itself
    [ERR_STOPPED] = 500, // likewise
    [ERR_UNAVAILABLE] = 503,
    [ERR_IO] = 503,
    [ERR_CORRUPT] = 500,
    [ERR_BUG] = 500,
};

int status_of(enum err_code code)
{
    assert((unsigned)code < ERR_COUNT);
    return statuses[code];
}

void status_write_error(struct json_writer *w, int status, const char *message, const char *token_status, const char *location)
{
    json_begin_object(w);
    json_member_string(w, "message", message);
    json_member_int(w, "status", status);
    if (token_status != NULL)
        json_member_string(w, "token_status", token_status);
    if (location != NULL && *location != '\0')
        json_member_string(w, "location", location);
    json_end_object(w);
}
