// Best assignments: the best observations, whatever "best" means in an experiment (API reference 2.3, appendix E).
#pragma once

#include "api/call.h"
#include "api/definition.h"

// Of the call's experiment, best first; in the call's arena.
enum err_code best_assignments_find(struct call *call, const struct definition *definition, struct observation_record **records,
                                    size_t *n);
