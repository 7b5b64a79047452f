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
#include "optimizer/problem.h"

enum parameter_type { PARAMETER_DOUBLE, PARAMETER_INT, PARAMETER_CATEGORICAL };

struct category {
    const char *name;
    int64_t enum_index; // 1, 2, ... in the order of creation
};

// Holds when a conditional (by its number in the experiment's list) has one of the values whose bit is set.
struct parameter_condition {
    size_t conditional;
    uint64_t values;
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
    bool gridded;                      // a categorical one of a grid search: it shows its values as its grid too
    const struct category *retired;    // no longer in use, see parameters_load_retired
    size_t n_retired;
    struct prior prior;
    const struct parameter_condition *conditions; // all must hold; at most one of each conditional
    size_t n_conditions;
    bool has_default;
    double default_number;    // numeric parameters
    const char *default_text; // categorical ones
};

// Where a text comes from: requests follow the rules of creation; stored text is what parameters_write wrote, which shows the
// bounds of a grid and numbers its categories.
enum parameter_origin { PARAMETERS_REQUESTED, PARAMETERS_STORED };

// What parameters are read for.
struct parameter_context {
    enum parameter_origin origin;
    bool grid_search;                     // the experiment is of type grid
    const struct parameter *conditionals; // what conditions may name (api/conditionals.h)
    size_t n_conditionals;
};

// Reads the array. *list is sorted by name (code points). ERR_INVALID with the JSON path of the first violation.
enum err_code parameters_read(struct arena *arena, const struct json *array, const char *field,
                              const struct parameter_context *context, const struct parameter **list, size_t *n, struct err *err);
// Reads the array of an experiment update: the whole new set. Parameters that are in `present` (with their retired values) keep what
// an item leaves out; the rules are those of API reference 2.2. As parameters_read otherwise.
enum err_code parameters_update(struct arena *arena, const struct json *array, const char *field,
                                const struct parameter_context *context, const struct parameter *present, size_t n_present,
                                const struct parameter **list, size_t *n, struct err *err);
// Writes the array as the API shows it.
void parameters_write(struct json_writer *w, const struct parameter *list, size_t n, const struct parameter *conditionals);

// Categorical values that are no longer in use keep their numbers. Their text is stored beside the parameters, as an object from
// parameters to arrays of {name, enum_index}, NULL when there are none. What is not understood is dropped.
void parameters_load_retired(struct arena *arena, const char *text, struct parameter *list, size_t n);
const char *parameters_show_retired(struct arena *arena, const struct parameter *list, size_t n);

// The category's place in the list, or false when it is none of the parameter's.
bool parameter_find_category(const struct parameter *parameter, const char *name, size_t *index);
// True when value is one of the grid's.
bool parameter_on_grid(const struct parameter *parameter, double value);
// True when all its conditions hold; levels[i] has the bit of the value that conditional i has.
bool parameter_is_active(const struct parameter *parameter, const uint64_t *levels);
