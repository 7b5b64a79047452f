// Definition: what an experiment varies and measures: parameters, conditionals, linear constraints, tasks, metrics; read from a
// request or from the stored text, and shown.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/assignments.h"
#include "api/call.h"
#include "api/linear_constraints.h"
#include "api/metrics.h"
#include "api/parameters.h"
#include "api/tasks.h"
#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"
#include "optimizer/problem.h"
#include "storage/observation.h"
#include "storage/record.h"

// Everything in it lives in the arena it was read into.
struct definition {
    enum experiment_type type;
    // The parameters, sorted by name (code points), and behind them the conditionals in the order of their creation.
    const struct parameter *parameters;
    size_t n_parameters, n_conditionals;
    const struct linear_constraint_definition *constraints;
    size_t n_constraints;
    const struct task_definition *tasks; // the full one first; none: an evaluation is always in full
    size_t n_tasks;
    const struct metric_definition *metrics; // sorted by name
    size_t n_metrics;
    size_t n_optimized;
    size_t optimized; // the first optimized metric; when none is, the first constraint metric
};

// The members of a request or of a stored experiment. NULL, null: not given.
struct definition_source {
    enum experiment_type type;
    const struct json *parameters, *metrics, *conditionals, *linear_constraints, *tasks;
    const struct json *metric; // a single one, instead of metrics
};

// From a request: the members of an experiment create (without metrics: one unnamed metric). ERR_INVALID with the JSON path of the
// first violation.
enum err_code definition_read(struct arena *arena, const struct definition_source *source, struct definition *out,
                              struct err *err);
// From a stored experiment. ERR_CORRUPT when the text is not what definition_show_* wrote.
enum err_code definition_load(struct arena *arena, const struct experiment_record *experiment, struct definition *out,
                              struct err *err);
// Writes the parts of a definition into a record: JSON arrays exactly as the API shows them, in the arena.
void definition_show(struct arena *arena, const struct definition *definition, struct experiment_record *record);

// Parameters and conditionals: what a point has coordinates for.
size_t definition_dimension(const struct definition *definition);
const struct parameter *definition_conditionals(const struct definition *definition);
// Writes the member `task` of a suggestion or observation, when the experiment has tasks.
void definition_write_task(struct json_writer *w, const struct definition *definition, const char *task);
// What an evaluation of a task (NULL: none) takes from the budget.
double definition_cost(const struct definition *definition, const char *task);

// Stored rule for best observations: the optimized metric, when there is just one, of evaluations in full.
struct best_rule definition_best_rule(const struct definition *definition);

// Failure tolerance (metadata.fairway_failure_tolerance: cautious, balanced, bold). Absent is balanced.
// From a request's metadata (may be NULL): ERR_INVALID naming field when it is anything else.
enum err_code tolerance_read(const struct json *metadata, const char *field, enum tolerance *out, struct err *err);
// From stored metadata text (may be NULL); what is not understood is balanced.
enum tolerance tolerance_load(const char *metadata);

// How suggestion and observation objects are written; used by several rooms.
// api/observations.c
void observation_write(struct json_writer *w, const struct definition *definition, const struct observation_record *record);
// api/suggestions.c
void suggestion_write(struct json_writer *w, const struct definition *definition, const struct suggestion_record *record);
