// Status: the one table from error codes to HTTP statuses, and the error body of the protocol (API reference 1.5).
#pragma once

#include "base/err.h"
#include "base/json.h"

// 400 ... 503; ERR_NONE is 200.
int status_of(enum err_code code);

// Writes {"message": ..., "status": ...} and, unless NULL or "", "token_status" and "location".
void status_write_error(struct json_writer *w, int status, const char *message, const char *token_status, const char *location);
