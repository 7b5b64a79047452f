// Linear constraints: half-spaces in which suggestions must lie (API reference 2.1).
//
// Everything that is read lives in the arena it was read into.
#pragma once

#include "api/parameters.h"

struct constraint_term {
    size_t parameter; // index in the experiment's parameters
    double weight;    // not 0
};

// sum of weight * value >= threshold, or <= when not `greater`.
struct linear_constraint_definition {
    bool greater;
    double threshold;
    const struct constraint_term *terms; // by lower-cased name
    size_t n_terms;
};

// Reads the array of an experiment with these parameters (sorted by name); what says "none" (null, empty) gives none. Whether any
// point is left is not checked here. ERR_INVALID with the JSON path of the first violation.
enum err_code linear_constraints_read(struct arena *arena, const struct json *array, const char *field,
                                      const struct parameter *parameters, size_t n_parameters,
                                      const struct linear_constraint_definition **list, size_t *n, struct err *err);
// Writes the array as the API shows it.
void linear_constraints_write(struct json_writer *w, const struct linear_constraint_definition *list, size_t n,
                              const struct parameter *parameters);
// Whether the values x of the parameters fulfil it. The rounding of the sum is forgiven: a point of the boundary that the optimizer
// suggested is fulfilled when it is sent back.
bool linear_constraint_holds(const struct linear_constraint_definition *constraint, const double *x);
