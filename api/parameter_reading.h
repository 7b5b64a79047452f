// Parameter reading: the parts of one item of `parameters`, for the two ways in which a list is read (api/parameters.h). Only for
// those two rooms.
#pragma once

#include "api/parameters.h"

// One item on its way from JSON to struct parameter.
struct parameter_reading {
    struct arena *arena;
    const struct json *item;
    const char *field; // path of the item
    const struct parameter_context *context;
    struct parameter *out;
    struct err *err;
};

// A member of the item, or NULL.
const struct json *parameter_part(const struct parameter_reading *r, const char *key);
// ERR_INVALID with the text "<path of the key> <text>".
enum err_code parameter_fail(const struct parameter_reading *r, const char *key, const char *text);

// The name, which must come first.
enum err_code parameter_read_name(const struct parameter_reading *r);
// The rest of the item by the rules of a create.
enum err_code parameter_read_new(const struct parameter_reading *r);
// The rest of the item as a change of a parameter that is there (api/parameter_change.c).
enum err_code parameter_read_change(const struct parameter_reading *r, const struct parameter *present);
// Of a changed list: whether a new parameter has a default value, and any default value is one of the parameter's values.
enum err_code parameter_check_default(const struct parameter_reading *r, bool is_new);

// Parts. Each reads its member, which must be there where the protocol demands it, into r->out, whose type and transformation
// are known.
enum err_code parameter_read_type(const struct parameter_reading *r);
enum err_code parameter_read_transformation(const struct parameter_reading *r);
enum err_code parameter_read_bounds(const struct parameter_reading *r);
enum err_code parameter_read_grid(const struct parameter_reading *r, const struct json *v);
enum err_code parameter_read_categories(const struct parameter_reading *r);
enum err_code parameter_read_default(const struct parameter_reading *r);
enum err_code parameter_read_prior(const struct parameter_reading *r);
// What the item must not say of a parameter of its type.
enum err_code parameter_check_numeric(const struct parameter_reading *r);
enum err_code parameter_check_categorical(const struct parameter_reading *r);
// Whether r->out may have the prior it has.
enum err_code parameter_check_prior(const struct parameter_reading *r);

// For qsort and bsearch of doubles.
int parameter_compare_numbers(const void *a, const void *b);
