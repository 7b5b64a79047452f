// Definition: an experiment's parameters and metrics, read from a request or from the stored text, and shown.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/assignments.h"
#include "api/call.h"
#include "api/metrics.h"
#include "api/parameters.h"
#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"
#include "optimizer/problem.h"
#include "storage/observation.h"
#include "storage/record.h"

// Everything in it lives in the arena it was read into.
struct definition {
    const struct parameter *parameters; // sorted by name (code points)
    size_t n_parameters;
    const struct metric_definition *metrics; // sorted by name
    size_t n_metrics;
    size_t optimized; // index of the optimized metric
};

// From a request: `parameters` and `metrics` members of an experiment create (metrics may be NULL or null: one unnamed metric).
// ERR_INVALID with the JSON path of the first violation. What a later release brings is ERR_INVALID with a text that names it.
enum err_code definition_read(struct arena *arena, const struct json *parameters, const struct json *metrics,
                              struct definition *out, struct err *err);
// From a stored experiment. ERR_CORRUPT when the text is not what definition_show_* wrote.
enum err_code definition_load(struct arena *arena, const struct experiment_record *experiment, struct definition *out,
                              struct err *err);
// JSON arrays exactly as the API shows them (also what is stored), in the arena.
const char *definition_show_parameters(struct arena *arena, const struct definition *definition);
const char *definition_show_metrics(struct arena *arena, const struct definition *definition);

// Stored rule for best observations: the optimized metric.
struct best_rule definition_best_rule(const struct definition *definition);

// Failure tolerance (metadata.fairway_failure_tolerance: cautious, balanced, bold). Absent is balanced.
// From a request's metadata (may be NULL): ERR_INVALID naming field when it is anything else.
enum err_code tolerance_read(const struct json *metadata, const char *field, enum tolerance *out, struct err *err);
// From stored metadata text (may be NULL); what is not understood is balanced.
enum tolerance tolerance_load(const char *metadata);

// How experiment, suggestion and observation objects are written; used by several rooms.
// api/experiments.c: reads progress from tx of the call.
enum err_code experiment_write(struct call *call, const struct experiment_record *experiment);
// api/observations.c
void observation_write(struct json_writer *w, const struct definition *definition, const struct observation_record *record);
// api/suggestions.c
void suggestion_write(struct json_writer *w, const struct definition *definition, const struct suggestion_record *record);
