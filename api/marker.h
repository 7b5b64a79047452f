// Paging markers: where a page of a list begins or ends, as opaque text (API reference, appendix A).
//
// A marker holds a whole sort key: its last component is the id, those before it are of one kind. It is the URL-safe base64 of a
// protocol buffer message: field 1, repeated, one symbol for each component. A symbol is a one-of: 1 double, 2 integer, 3 null, 4 text,
// 5 boolean, 6 time (field 1 seconds, field 2 nanoseconds). So markers can be exchanged with those of the original server.
//
// In memory every component is an integer that sorts as what it stands for; a scalar, which only comes first, is beside the key.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/memory.h"
#include "storage/record.h"

// What the components before the id are.
enum marker_kind {
    MARKER_TIME,  // milliseconds
    MARKER_VALUE, // marker_of_value
    MARKER_INTEGER,
    MARKER_BOOLEAN,
    MARKER_SCALAR, // a text or a number that is not null
};

// Sorts as the values do; NAN stands for null, which is the greatest.
int64_t marker_of_value(double value);
double marker_value(int64_t key);

// Writes a member whose value is the marker of key [components], at most PAGE_KEY_MAX; scalar: of MARKER_SCALAR.
void marker_write(struct json_writer *w, const char *name, const int64_t *key, const struct scalar *scalar, size_t components,
                  enum marker_kind kind);
// False: not a marker of such a key.
bool marker_read(struct arena *arena, const char *text, size_t components, enum marker_kind kind, int64_t *key,
                 struct scalar *scalar);
