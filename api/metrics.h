// Metrics: what an experiment measures, read from requests and from stored text, and shown (API reference 2.1, 2.2, 3.2).
//
// Everything that is read lives in the arena it was read into.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"
#include "storage/record.h"

enum strategy { STRATEGY_OPTIMIZE, STRATEGY_STORE, STRATEGY_CONSTRAINT };

struct metric_definition {
    const char *name; // "" for the unnamed metric
    bool maximize;
    enum strategy strategy;
    bool has_threshold;
    double threshold;
};

// Reads the array of an experiment create; NULL or null is one unnamed maximized metric. *list is sorted by name (code points).
// ERR_INVALID with the JSON path of the first violation.
enum err_code metrics_read(struct arena *arena, const struct json *array, const char *field,
                           const struct metric_definition **list, size_t *n, struct err *err);
// Reads a single metric as if it were a list of one.
enum err_code metrics_read_single(struct arena *arena, const struct json *v, const char *field,
                                  const struct metric_definition **list, size_t *n, struct err *err);
// Reads the array of an experiment update: the same metrics in any order, of which only thresholds may change. Changes the list.
enum err_code metrics_update(struct arena *arena, const struct json *array, const char *field, struct metric_definition *list,
                             size_t n, struct err *err);
// Writes the array as the API shows it.
void metrics_write(struct json_writer *w, const struct metric_definition *list, size_t n);

// The `values` of an observation as the API shows them: an array of metric_evaluation in the order given (by name).
void values_write(struct json_writer *w, const struct metric_value *values, size_t n);

// What models say of the metrics that they know, those that are optimized or constraints: an array of {"name", "mean", "stddev"}.
// mean and stddev [n] in the order of the list, null where not finite; NULL: all unknown.
void metrics_write_predicted(struct json_writer *w, const struct metric_definition *list, size_t n, const double *mean,
                             const double *stddev);
