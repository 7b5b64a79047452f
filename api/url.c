#include "api/url.h"

#include <string.h>

#include "base/text.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *url_decode(struct arena *arena, const char *s, size_t n, bool plus)
{
    char *out = arena_alloc(arena, n + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        if (c == '%' && n - i > 2 && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
            c = (char)(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0')
            return NULL;
        out[len++] = c;
    }
    return text_is_utf8(out, len) ? out : NULL;
}

static size_t count_parts(const char *query)
{
    size_t n = 1;
    for (const char *c = query; *c != '\0'; c++)
        n += *c == '&';
    return n;
}

bool url_read_query(struct arena *arena, const char *query, const struct call_parameter **list, size_t *n)
{
    *list = NULL;
    *n = 0;
    if (query == NULL)
        return true;
    struct call_parameter *parameters = arena_alloc(arena, count_parts(query), sizeof *parameters);
    for (const char *part = query;; part++) {
        size_t len = strcspn(part, "&"), name = strcspn(part, "&=");
        if (len > 0) {
            size_t value = name < len ? name + 1 : len;
            struct call_parameter *p = &parameters[(*n)++];
            p->name = url_decode(arena, part, name, true);
            p->value = url_decode(arena, part + value, len - value, true);
            if (p->name == NULL || p->value == NULL)
                return false;
        }
        part += len;
        if (*part == '\0')
            break;
    }
    *list = parameters;
    return true;
}
