#include "api/request_body.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool is_type(const char *type, size_t n, const char *name)
{
    return n == strlen(name) && strncasecmp(type, name, n) == 0;
}

// Without surrounding white space and quotes.
static const char *trim(const char *s, size_t *n)
{
    while (*n > 0 && strchr(" \t\"", *s) != NULL) {
        s++;
        --*n;
    }
    while (*n > 0 && strchr(" \t\"", s[*n - 1]) != NULL)
        --*n;
    return s;
}

static bool holds_json(const char *content_type)
{
    if (content_type == NULL)
        return true;
    size_t n = strcspn(content_type, ";");
    const char *type = trim(content_type, &n);
    return n == 0 || is_type(type, n, "application/json") || is_type(type, n, "application/x-www-form-urlencoded");
}

// True when the text is UTF-8 by its own word, or says nothing.
static bool is_utf8_charset(const char *content_type)
{
    static const char name[] = "charset=";
    for (const char *c = content_type == NULL ? "" : strchr(content_type, ';'); c != NULL && *c != '\0'; c = strchr(c, ';')) {
        c += 1 + strspn(c + 1, " \t");
        if (strncasecmp(c, name, sizeof name - 1) != 0)
            continue;
        size_t n = strcspn(c, ";") - (sizeof name - 1);
        const char *charset = trim(c + sizeof name - 1, &n);
        return n == 0 || is_type(charset, n, "utf-8") || is_type(charset, n, "utf8") || is_type(charset, n, "us-ascii");
    }
    return true;
}

enum err_code request_body_read(const char *content_type, const char *body, size_t len, struct json **document, struct err *err)
{
    *document = NULL;
    if (len == 0 || !holds_json(content_type)) {
        body = "{}";
        len = 2;
    } else if (!is_utf8_charset(content_type)) {
        return err_set(err, ERR_INVALID, NULL, "Malformed json in request body: its charset is not supported, use UTF-8");
    }
    struct err why;
    if (json_parse(body, len, document, &why) != ERR_NONE)
        return err_set(err, ERR_INVALID, NULL, "Malformed json in request body: %s", why.text);
    if (json_kind(*document) != JSON_OBJECT) {
        json_free(*document);
        *document = NULL;
        return err_set(err, ERR_INVALID, NULL, "The request body must be a JSON object");
    }
    return ERR_NONE;
}
