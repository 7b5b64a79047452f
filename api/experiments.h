// Experiments: what the handlers of create, change and the others share. Only for those rooms.
#pragma once

#include "api/call.h"
#include "api/definition.h"

// Words of the protocol for enum experiment_type, from EXPERIMENT_OFFLINE on; NULL ends.
extern const char *const experiment_types[];

enum { EXPERIMENT_NAME_MAX_LENGTH = 100 };

// Members of a create and of a change. Each reads its member of the body; ERR_INVALID names it.
// A positive number; 0 when it is absent or null.
enum err_code experiment_read_count(struct call *call, const char *key, int64_t *out);
// The project whose reference v is; null is none, id 0.
enum err_code experiment_read_project(struct call *call, const struct json *v, int64_t *id);
enum err_code experiment_read_metadata(struct call *call, const char **metadata, enum tolerance *tolerance);

// Writes an experiment as it is stored now.
enum err_code experiment_show_stored(struct call *call, int64_t id);
