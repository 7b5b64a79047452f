// Assignments: the rows that say which value each parameter has, of a suggestion (handed out or
// queued) or of an observation.
#pragma once

#include "storage/record.h"
#include "storage/tx.h"

enum assignment_owner { ASSIGNMENT_OF_SUGGESTION, ASSIGNMENT_OF_QUEUED_SUGGESTION, ASSIGNMENT_OF_OBSERVATION };

enum err_code assignment_insert_all(struct tx *tx, enum assignment_owner owner, int64_t owner_id,
                                    const struct assignment *assignments, size_t n, struct err *err);
// Sorted by name.
enum err_code assignment_load(struct tx *tx, struct arena *arena, enum assignment_owner owner, int64_t owner_id,
                              const struct assignment **assignments, size_t *n, struct err *err);
enum err_code assignment_delete_all(struct tx *tx, enum assignment_owner owner, int64_t owner_id, struct err *err);
