// Training run write: runs as the API shows them (API reference 3.6).
#pragma once

#include "base/json.h"
#include "storage/record.h"

extern const char *const run_states[]; // "active", ...: of enum run_state, from RUN_ACTIVE on; NULL ends

// Writes the object, with its selected members only when the writer selects.
void training_run_write(struct json_writer *w, const struct training_run_record *run);
