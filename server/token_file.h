// Token file: one API token in a file that only its owner can read, so that a script finds it at the next start again.
#pragma once

#include "api/api.h"

// ERR_NOT_FOUND: no such file; ERR_INVALID: it holds something else than one line with a token; ERR_IO.
enum err_code token_file_read(const char *path, char token[API_TOKEN_MAX + 1], struct err *err);
// Replaces the file in one step, mode 0600. ERR_IO.
enum err_code token_file_write(const char *path, const char *token, struct err *err);
