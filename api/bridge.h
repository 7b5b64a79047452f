// Bridge: stored records on one side, the optimizer's problem and history on the other. The only room that knows both.
//
// By name and value, never by position: a category that no longer exists is level -1, a parameter that was added later takes its
// default in older records, one that was removed is dropped. Pure functions; what they make lives in the arena given, text in
// problems and trials none.
#pragma once

#include <stdint.h>

#include "api/definition.h"
#include "base/err.h"
#include "base/memory.h"
#include "optimizer/problem.h"
#include "optimizer/suggest.h"
#include "storage/record.h"

// What an experiment says, whether the optimizer can work on it or not. Its metrics are in the definition's order.
void bridge_describe(struct arena *arena, const struct definition *definition, const struct experiment_record *experiment,
                     struct problem *problem);
// The problem that an experiment poses. Its metrics are in the definition's order. ERR_CORRUPT when the optimizer cannot work on
// it: no such experiment can be created.
enum err_code bridge_problem(struct arena *arena, const struct definition *definition, const struct experiment_record *experiment,
                             struct problem *problem, struct err *err);
// Whether the optimizer can work on what is to be stored. ERR_INVALID naming what it cannot.
enum err_code bridge_check(struct arena *arena, const struct definition *definition, const struct experiment_record *experiment,
                           struct err *err);
// 32-bit hash of an experiment's id. Stored in databases: never change it.
uint32_t bridge_seed(int64_t experiment_id);

// Natural units of a stored point (assignments sorted by name) into x [definition_dimension]: the parameters, then the
// conditionals. Inactive parameters are NaN.
void bridge_point(const struct definition *definition, const struct assignment *assignments, size_t n, double *x);
// The n assignments of a point that the optimizer made, sorted by name. Text belongs to the definition.
struct assignment *bridge_assignments(struct arena *arena, const struct definition *definition, const double *x, size_t *n);
// Number of the task with a name; the full one when there is none, as in experiments without tasks.
size_t bridge_task(const struct definition *definition, const char *name);
// An observation as a trial. ERR_CORRUPT when it succeeded and has no value for a metric, or when it is of no task
// of an experiment that has tasks.
enum err_code bridge_trial(struct arena *arena, const struct definition *definition, const struct observation_record *record,
                           struct trial *trial, struct err *err);

enum suggestion_source bridge_source(enum phase phase);   // phase is one of a suggestion that was made
enum phase bridge_phase(enum suggestion_source source);   // PHASE_NONE for points that a user chose, and for 0

// Writes what the optimizer says of a suggestion into a record; assignments and models too. Numbers that are not finite are unknown.
void bridge_suggestion(struct arena *arena, const struct definition *definition, const struct suggestion *suggestion,
                       struct suggestion_record *record);

// Hyperparameters as JSON text: {"<model>":{"theta":[...],"n_fit":n,"s_fit":sequence of the last of the n trials},...}. Doubles
// come back bit for bit. trials are those the models know.
const char *bridge_write_models(struct arena *arena, const struct hyperparameters models[MODEL_COUNT], const struct trial *trials);
// Reads it back. What is missing or of another size was never fitted; text may be NULL. With !valid the trials have changed since:
// theta only warm-starts the next fit.
void bridge_read_models(struct arena *arena, const char *text, const struct problem *problem, bool valid,
                        struct hyperparameters models[MODEL_COUNT]);
