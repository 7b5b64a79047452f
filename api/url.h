// URL: percent-decoding, and the query of a request.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "api/call.h"
#include "base/memory.h"

// Decodes n bytes into the arena. '%' without two hex digits stays as it is; with `plus`, '+' is a space. NULL when the result
// holds a NUL or is not UTF-8.
char *url_decode(struct arena *arena, const char *s, size_t n, bool plus);

// Splits "a=1&b=2" and decodes it. Parts without '=' have an empty value, empty parts are left out. False when a name or a
// value cannot be decoded. query may be NULL.
bool url_read_query(struct arena *arena, const char *query, const struct call_parameter **list, size_t *n);
