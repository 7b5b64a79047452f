// Observation keys: by what a list of observations is sorted, of all observations of an experiment.
//
// Only lists by id have an index in their order (storage/observation.h). For the others all keys are read, at the same cost for every
// page: a row of an index or two for each observation.
#pragma once

#include "storage/observation.h"

enum observation_key {
    OBSERVATION_KEY_CREATED,
    OBSERVATION_KEY_VALUE,      // of a metric
    OBSERVATION_KEY_STDDEV,     // of a metric's value
    OBSERVATION_KEY_ASSIGNMENT, // of a parameter
    OBSERVATION_KEY_TASK,       // and the value of a metric
};

struct observation_key_row {
    int64_t id, created; // created: of that key only
    double number;       // value, deviation or assignment; NAN: none
    const char *text;    // categorical value or name of the task; NULL: none
};

// In no particular order. name is that of the metric or parameter; of no use for created.
enum err_code observation_keys(struct tx *tx, struct arena *arena, const struct observation_filter *filter,
                               enum observation_key key, const char *name, struct observation_key_row **rows, size_t *n,
                               struct err *err);
