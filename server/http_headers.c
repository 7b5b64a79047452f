#include "server/http_headers.h"

#include <microhttpd.h>
#include <string.h>
#include <strings.h>

static bool http_is_token(const char *s)
{
    if (*s == '\0')
        return false;
    for (; *s != '\0'; s++) {
        bool alnum = (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z');
        if (!alnum && strchr("!#$%&'*+-.^_`|~", *s) == NULL)
            return false;
    }
    return true;
}

static void http_read_length(struct http_headers *h, const char *value)
{
    h->n_content_length++;
    h->has_length = true;
    h->length = 0;
    if (*value == '\0')
        h->bad_length = true;
    for (const char *c = value; *c != '\0'; c++) {
        if (*c < '0' || *c > '9') {
            h->bad_length = true;
            return;
        }
        h->length = h->length > UINT64_MAX / 20 ? UINT64_MAX / 2 : h->length * 10 + (uint64_t)(*c - '0');
    }
}

static enum MHD_Result http_headers_visit(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct http_headers *h = arg;
    if (value == NULL)
        value = "";
    h->bytes += strlen(name) + strlen(value) + 4; // ": " and the end of the line
    if (!http_is_token(name))
        h->bad_name = true;

    if (strcasecmp(name, "Content-Length") == 0) {
        http_read_length(h, value);
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        h->n_transfer_encoding++;
        h->chunked = true;
        h->bad_encoding |= strcasecmp(value, "chunked") != 0;
    } else if (strcasecmp(name, "Host") == 0) {
        h->n_host++;
        h->host = value;
    } else if (strcasecmp(name, "X-Response-Content") == 0) {
        h->skip_content = strcasecmp(value, "skip") == 0;
    } else if (strcasecmp(name, "Authorization") == 0 && h->authorization == NULL) {
        h->authorization = value;
    } else if (strcasecmp(name, "Content-Type") == 0 && h->content_type == NULL) {
        h->content_type = value;
    } else if (strcasecmp(name, "Content-MD5") == 0 && h->content_md5 == NULL) {
        h->content_md5 = value;
    } else if (strcasecmp(name, "User-Agent") == 0 && h->user_agent == NULL) {
        h->user_agent = value;
    } else if (strcasecmp(name, "X-Request-Id") == 0 && h->request_id == NULL) {
        h->request_id = value;
    }
    return MHD_YES;
}

void http_headers_read(struct MHD_Connection *connection, struct http_headers *headers)
{
    memset(headers, 0, sizeof *headers);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, http_headers_visit, headers);
}

int http_headers_check(const struct http_headers *h, const char *version, const char **why)
{
    if (h->bytes > HTTP_HEADER_BYTES_MAX) {
        *why = "The headers of the request are too large: at most 16 KiB are accepted.";
        return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
    }
    *why = NULL;
    if (h->bad_name)
        *why = "A header name contains a character that is not allowed.";
    else if (h->n_host > 1)
        *why = "More than one Host header.";
    else if (h->n_content_length > 1)
        *why = "More than one Content-Length header.";
    else if (h->n_transfer_encoding > 1)
        *why = "More than one Transfer-Encoding header.";
    else if (h->n_content_length > 0 && h->n_transfer_encoding > 0)
        *why = "Content-Length and Transfer-Encoding exclude each other.";
    else if (h->bad_length)
        *why = "Content-Length must be a number.";
    else if (h->bad_encoding)
        *why = "The only Transfer-Encoding that is accepted is chunked.";
    else if (h->n_transfer_encoding > 0 && strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
        *why = "Transfer-Encoding needs HTTP/1.1.";
    return *why == NULL ? 0 : MHD_HTTP_BAD_REQUEST;
}

bool http_is_host(const char *text)
{
    static const char digits[] = "0123456789";
    static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
    bool bracketed = *text == '[';
    size_t n = strspn(text + bracketed, bracketed ? "0123456789abcdefABCDEF:." : name);
    if (n == 0 || n > HTTP_HOST_MAX || (bracketed && text[1 + n] != ']'))
        return false;
    text += bracketed ? n + 2 : n;
    if (*text == '\0')
        return true;
    size_t port = *text == ':' ? strspn(text + 1, digits) : 0;
    return port > 0 && port <= 5 && text[1 + port] == '\0';
}
