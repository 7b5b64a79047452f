// Headers of one request: what the server needs of them, and the checks that keep two parties from reading two different
// requests out of the same bytes (request smuggling). Part of server/http.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MHD_Connection;

enum { HTTP_HEADER_BYTES_MAX = 16 * 1024, HTTP_REQUEST_ID_MAX = 64, HTTP_HOST_MAX = 255 };

// Texts are libmicrohttpd's and live until the request is complete.
struct http_headers {
    const char *authorization; // first value, or NULL
    const char *content_type;
    const char *content_md5;
    const char *host;
    const char *user_agent;
    const char *request_id;
    bool skip_content;  // X-Response-Content: skip
    bool chunked;       // the length of the body is not known beforehand
    bool has_length;    // a Content-Length was sent
    uint64_t length;    // its value, saturated

    size_t bytes;       // names and values with their separators
    unsigned n_host;
    unsigned n_content_length;
    unsigned n_transfer_encoding;
    bool bad_name;      // a name that is not a token, e.g. with a space before the colon
    bool bad_length;    // a Content-Length that is not digits only
    bool bad_encoding;  // a Transfer-Encoding that is not exactly "chunked"
};

void http_headers_read(struct MHD_Connection *connection, struct http_headers *headers);

// 0 when the request may go on, else the status to refuse it with and why; the connection must be closed after it.
int http_headers_check(const struct http_headers *headers, const char *version, const char **why);

// True for what may stand in a URL as its host: a name or an address of IPv4, or one of IPv6 in brackets; perhaps a port.
bool http_is_host(const char *text);
