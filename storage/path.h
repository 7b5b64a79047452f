// The path of the database file: made when missing, private to its owner, absolute.
#pragma once

#include "base/err.h"

// Creates missing directories (0700) and an empty file (0600), and gives the path without links (free with free()).
// ERR_INVALID (field "database") for a path that names no file, ERR_UNAVAILABLE. The text does not name the database: whoever shows it
// does.
enum err_code path_prepare(const char *path, char **resolved, struct err *err);
