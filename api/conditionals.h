// Conditionals: choices that decide which parameters are active (API reference 2.1).
//
// A conditional is kept as a categorical parameter: its values are the categories. A parameter is active when each of its
// conditions holds; an inactive one has no value. Everything that is read lives in the arena it was read into.
#pragma once

#include "api/parameters.h"

// Reads the array of an experiment; what says "none" (null, empty) gives none. *list is in the order of the array. ERR_INVALID
// with the JSON path of the first violation.
enum err_code conditionals_read(struct arena *arena, const struct json *array, const char *field, const struct parameter **list,
                                size_t *n, struct err *err);
// Writes the array as the API shows it.
void conditionals_write(struct json_writer *w, const struct parameter *list, size_t n);

// Whether parameters and conditionals have different names, and at least one parameter is active whatever the conditionals are.
// ERR_INVALID: the text tells a combination that leaves none, or that there are too many to check.
enum err_code conditionals_check(struct arena *arena, const struct parameter *conditionals, size_t n,
                                 const struct parameter *parameters, size_t n_parameters, struct err *err);
