// Parameters: what an experiment varies, read from requests and from stored text, and shown (API reference 2.1, 3.2).
//
// Everything that is read lives in the arena it was read into.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"

enum parameter_type { PARAMETER_DOUBLE, PARAMETER_INT, PARAMETER_CATEGORICAL };

struct category {
    const char *name;
    int64_t enum_index; // 1, 2, ... in the order of creation
};

struct parameter {
    const char *name;
    enum parameter_type type;
    double lo, hi;                     // bounds; of a grid: its ends
    bool log;                          // transformation "log"
    const double *grid;                // ascending; NULL: no grid
    size_t n_grid;
    const struct category *categories; // by enum_index
    size_t n_categories;
    bool has_default;
    double default_number;    // numeric parameters
    const char *default_text; // categorical ones
};

// Where a text comes from: requests follow the rules of creation; stored text is what parameters_write wrote, which shows the
// bounds of a grid and numbers its categories.
enum parameter_origin { PARAMETERS_REQUESTED, PARAMETERS_STORED };

// Reads the array. *list is sorted by name (code points). ERR_INVALID with the JSON path of the first violation.
enum err_code parameters_read(struct arena *arena, const struct json *array, const char *field, enum parameter_origin origin,
                              const struct parameter **list, size_t *n, struct err *err);
// Writes the array as the API shows it.
void parameters_write(struct json_writer *w, const struct parameter *list, size_t n);

// The category's place in the list, or false when it is none of the parameter's.
bool parameter_find_category(const struct parameter *parameter, const char *name, size_t *index);
// True when value is one of the grid's.
bool parameter_on_grid(const struct parameter *parameter, double value);
