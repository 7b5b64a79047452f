// Outcomes: all observations of an experiment as the optimizer's trials, without their points: for what compares all of them at once.
#pragma once

#include "api/call.h"
#include "api/definition.h"
#include "optimizer/problem.h"

struct outcomes {
    struct problem problem;
    struct trial *trials; // [n], oldest first; x is NULL
    int64_t *ids;         // [n] of the observations
    size_t n;
};

// Reads them in the call's transaction, into its arena. ERR_CORRUPT.
enum err_code outcomes_load(struct call *call, const struct definition *definition, struct outcomes *outcomes);
