// Properties: what holds of every answer of the optimizer, whatever it was asked; for random scenes and for fuzzing.
#pragma once

#include "optimizer/suggest.h"

// Asks everything that can be asked of a problem and a history, which have passed their checks; given as in surrogate_create.
// NULL, or what is wrong with an answer:
//
//   - a suggestion and a fallback are points of the space, satisfy the linear constraints, and repeat nothing while there is something
//     else to try;
//   - the task is one of the problem's, and "repeats" means in the same task;
//   - every number is in its range, and NaN only where suggest.h says so;
//   - the same question has the same answer, bit for bit, also from a surrogate that is rebuilt from stored hyperparameters.
const char *properties_broken(const struct problem *problem, const struct history *history,
                              const struct hyperparameters given[MODEL_COUNT]);
