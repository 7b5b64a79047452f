// Training runs: what the rooms that create and change runs share.
#pragma once

#include "api/call.h"
#include "api/training_run_body.h"

// A run that is about to be created: the caller's, in that project, of that experiment (0: none), active and empty.
struct training_run_record training_run_new(const struct call *call, int64_t project_id, const char *project_reference,
                                            int64_t experiment_id);
