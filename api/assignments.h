// Assignments: a value for every parameter of an experiment (API reference 2.4).
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"
#include "storage/record.h"

struct definition;

// Validates an assignments object against the definition: complete, no unknown names, types, categories, grid values; bounds
// are not checked, a log parameter must be > 0. *out is sorted as the parameters. `field` prefixes paths, e.g. ".assignments".
enum err_code assignments_read(struct arena *arena, const struct definition *definition, const struct json *object,
                               const char *field, struct assignment **out, size_t *n, struct err *err);
// Writes the object, one member per parameter of the definition: deleted parameters vanish, added ones show their default.
// Ints and int grids as integers, doubles with ".0".
void assignments_write(struct json_writer *w, const struct definition *definition, const struct assignment *assignments,
                       size_t n);
