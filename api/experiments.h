// Experiments: what the handlers of create, change and the others share. Only for those rooms.
//
// An experiment of runs (runs_only, "AI experiment") is an experiment whose evaluations are training runs. Both kinds share their
// ids and most of their rules; each kind has paths of its own, and the paths of the core also know experiments of runs. Its budget
// is stored as observation_budget and shown as `budget`.
#pragma once

#include "api/call.h"
#include "api/definition.h"

// Words of the protocol for enum experiment_type, from EXPERIMENT_OFFLINE on; NULL ends.
extern const char *const experiment_types[];

enum { EXPERIMENT_NAME_MAX_LENGTH = 100 };

// Whose paths are asked: /experiments, or /aiexperiments, which know only experiments of runs.
enum experiment_view { VIEW_CORE, VIEW_RUNS };

// Members of a create and of a change. Each reads its member of the body; ERR_INVALID names it.
// A positive number; 0 when it is absent or null.
enum err_code experiment_read_count(struct call *call, const char *key, int64_t *out);
// The project whose reference v is; null is none, id 0.
enum err_code experiment_read_project(struct call *call, const struct json *v, int64_t *id);
enum err_code experiment_read_metadata(struct call *call, const char **metadata, enum tolerance *tolerance);
// Path of the member that gives an experiment its budget.
const char *experiment_budget_field(const struct experiment_record *experiment);

// ERR_INVALID when the call's experiment is deleted.
enum err_code experiment_refuse_deleted(struct call *call);
// Refuses what experiments of runs leave to their runs: ERR_FORBIDDEN.
enum err_code experiment_refuse_runs(struct call *call);

// Writes the object as that view shows it; reads its progress in the call's transaction.
enum err_code experiment_write(struct call *call, const struct experiment_record *experiment, enum experiment_view view);
// Writes an experiment as it is stored now.
enum err_code experiment_show_stored(struct call *call, int64_t id, enum experiment_view view);
