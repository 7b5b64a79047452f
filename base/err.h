// Errors: one code, the field that is wrong, and a text, without allocation.
//
// A *condition* (invalid, not found, ...) belongs to the contract of the function that returns it and is handled by its caller.
// A *failure* (unavailable, corrupt, bug) travels unchanged to the edge, is logged there once with the request id, and tells a
// client nothing of the internals. One table in `api/` maps codes to HTTP statuses.
#pragma once

#include <stdarg.h>

enum err_code {
    ERR_NONE = 0,

    // conditions
    ERR_INVALID,         // input breaks a rule; `field` names it
    ERR_UNAUTHENTICATED, // no credentials
    ERR_FORBIDDEN,       // credentials do not allow this
    ERR_NOT_FOUND,       // no such thing, or not visible to the caller
    ERR_CONFLICT,        // exists already
    ERR_TOO_LARGE,       // input above a limit of size
    ERR_UNPROCESSABLE,   // valid, but cannot be carried out in the present state
    ERR_NUMERIC,         // a matrix could not be factorised, a value left the finite range
    ERR_STOPPED,         // the caller's stop flag was seen

    // failures
    ERR_UNAVAILABLE, // the disk refuses to write, a lock is held, the server is stopping
    ERR_IO,          // a file or a socket failed
    ERR_CORRUPT,     // stored data contradict themselves
    ERR_BUG,         // our own mistake

    ERR_COUNT
};

struct err {
    enum err_code code;
    char field[128]; // JSON path or option name, "" if none
    char text[512];  // one sentence in English, without final period
};

// Sets *err (which may be NULL) and returns code, so that a function can `return err_set(...)`. field may be NULL.
// A text that does not fit is cut at a character boundary.
enum err_code err_set(struct err *err, enum err_code code, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Makes *err (may be NULL) empty.
void err_clear(struct err *err);

// Stable lower-case word for logs: "invalid", "not_found", ... Never NULL.
const char *err_name(enum err_code code);
