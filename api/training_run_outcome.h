// Training run outcome: what the optimizer learns from the runs of an experiment (API reference 2.8, appendix B.5).
//
// A run that is completed or has failed becomes an observation, once: of the suggestion that was made for it; or of its own
// assignments, when it is created finished. It is a failed observation when the run has failed, or lacks the value of a metric. A run
// takes its suggestion and its observation along when it is deleted and when it comes back.
//
// All in the write transaction of the call; whoever asks stores the run.
#pragma once

#include "api/call.h"
#include "api/definition.h"

// Observes a run of an experiment in its new state: sets run->observation_id when something came of it. Nothing does when it is active,
// was observed before, has no suggestion, or its suggestion is deleted.
enum err_code run_outcome_apply(struct call *call, struct training_run_record *run);
// The same for a run that is created finished, of assignments that are valid in its experiment.
enum err_code run_outcome_create(struct call *call, const struct definition *definition, const struct assignment *assignments,
                                 size_t n_assignments, struct training_run_record *run);
// Passes a change of run->deleted on to its suggestion and its observation.
enum err_code run_outcome_delete(struct call *call, const struct training_run_record *run);
