// Request body: from bytes to parameters (API reference 1.3).
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/json.h"

// Parses a body by its content type: JSON when the type is absent, empty, a form (a bare `curl -d`) or JSON; any other body is
// ignored. Empty and ignored bodies are `{}`. *document is an object, to be freed with json_free; NULL on error. ERR_INVALID.
enum err_code request_body_read(const char *content_type, const char *body, size_t len, struct json **document, struct err *err);
