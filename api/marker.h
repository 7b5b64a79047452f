// Paging markers: where a page of a list begins or ends, as opaque text (API reference, appendix A).
//
// A marker holds a whole sort key: its last component is the id, those before it are times or values. It is the URL-safe base64 of a
// protocol buffer message: field 1, repeated, one symbol for each component. A symbol is a one-of: 1 double, 2 integer, 3 null, 6 time
// (field 1 seconds, field 2 nanoseconds). So markers can be exchanged with those of the original server.
//
// In memory every component is an integer that sorts as what it stands for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/memory.h"

// What the components before the id are.
enum marker_kind {
    MARKER_TIME,  // milliseconds
    MARKER_VALUE, // marker_of_value
};

// Sorts as the values do; NAN stands for null, which is the greatest.
int64_t marker_of_value(double value);
double marker_value(int64_t key);

// Writes a member whose value is the marker of key [components], at most PAGE_KEY_MAX.
void marker_write(struct json_writer *w, const char *name, const int64_t *key, size_t components, enum marker_kind kind);
// False: not a marker of such a key.
bool marker_read(struct arena *arena, const char *text, size_t components, enum marker_kind kind, int64_t *key);
