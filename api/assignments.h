// Assignments: a value for every conditional and every active parameter of an experiment (API reference 2.4).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"
#include "storage/record.h"

struct definition;

// Validates an assignments object against the definition: complete, no unknown names, types, categories, grid values, conditions,
// linear constraints; bounds are not checked, a log parameter must be > 0. *out is sorted by name. `field` prefixes paths, e.g.
// ".assignments".
enum err_code assignments_read(struct arena *arena, const struct definition *definition, const struct json *object,
                               const char *field, struct assignment **out, size_t *n, struct err *err);
// Writes the object, one member per conditional and active parameter of the definition: deleted parameters vanish, added ones show
// their default. Ints and int grids as integers, doubles with ".0".
void assignments_write(struct json_writer *w, const struct definition *definition, const struct assignment *assignments,
                       size_t n);

// What assignments_write shows, as a list in the definition's order; text belongs to the definition or to the assignments.
void assignments_shown(struct arena *arena, const struct definition *definition, const struct assignment *assignments, size_t n,
                       const struct assignment **out, size_t *n_out);

// The assignment of that name in a list sorted by name, or NULL.
const struct assignment *assignments_find(const struct assignment *assignments, size_t n, const char *name);
enum { ASSIGNMENTS_CONDITIONALS_MAX = 100 }; // as many conditionals as an experiment can have
// What the conditionals are in a list sorted by name: levels[i] has the bit of the value of conditional i, or none.
void assignments_levels(const struct definition *definition, const struct assignment *assignments, size_t n,
                        uint64_t levels[ASSIGNMENTS_CONDITIONALS_MAX]);
