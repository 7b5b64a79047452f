#include "base/err.h"

#include <stdio.h>
#include <string.h>

static const char *const err_names[ERR_COUNT] = {
    [ERR_NONE] = "none",
    [ERR_INVALID] = "invalid",
    [ERR_UNAUTHENTICATED] = "unauthenticated",
    [ERR_FORBIDDEN] = "forbidden",
    [ERR_NOT_FOUND] = "not_found",
    [ERR_CONFLICT] = "conflict",
    [ERR_TOO_LARGE] = "too_large",
    [ERR_UNPROCESSABLE] = "unprocessable",
    [ERR_NUMERIC] = "numeric",
    [ERR_STOPPED] = "stopped",
    [ERR_UNAVAILABLE] = "unavailable",
    [ERR_IO] = "io",
    [ERR_CORRUPT] = "corrupt",
    [ERR_BUG] = "bug",
};

// Removes a UTF-8 sequence that was cut in the middle: the text goes into JSON later.
static void trim_cut_character(char *text, size_t size)
{
    size_t n = strlen(text);
    if (n + 1 < size)
        return;
    size_t start = n;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (n - (start - 1) < want)
        text[start - 1] = '\0';
}

enum err_code err_set(struct err *err, enum err_code code, const char *field, const char *format, ...)
{
    if (err == NULL)
        return code;
    err->code = code;
    snprintf(err->field, sizeof err->field, "%s", field != NULL ? field : "");
    trim_cut_character(err->field, sizeof err->field);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    trim_cut_character(err->text, sizeof err->text);
    return code;
}

void err_clear(struct err *err)
{
    if (err == NULL)
        return;
    err->code = ERR_NONE;
    err->field[0] = '\0';
    err->text[0] = '\0';
}

const char *err_name(enum err_code code)
{
    return code >= 0 && code < ERR_COUNT ? err_names[code] : "unknown";
}
