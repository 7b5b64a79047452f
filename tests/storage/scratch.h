// Scratch: a temporary directory with a database for one test, and shorthand to make rows in it.
#pragma once

#include <stdbool.h>

#include "storage/experiment.h"
#include "storage/observation.h"
#include "storage/project.h"
#include "storage/suggestion.h"
#include "storage/token.h"

struct scratch {
    char directory[64];
    char path[96]; // of the database
    struct storage *storage;
};

// A new directory, nothing in it.
void scratch_create(struct scratch *scratch);
// Opens the database in it; a failure ends the program.
void scratch_open(struct scratch *scratch, const struct storage_options *options);
// Closes the storage.
void scratch_close(struct scratch *scratch);
// Closes the storage and removes the directory.
void scratch_remove(struct scratch *scratch);

// The body of a test, run as one unit of work. The arena is gone afterwards.
typedef void scratch_body(struct tx *tx, struct arena *arena);
// Runs it as a write or as a read and expects success.
void scratch_write(struct scratch *scratch, scratch_body *body);
void scratch_read(struct scratch *scratch, scratch_body *body);

// Rows that follow the rules; a failure ends the program. All return the id.
int64_t scratch_experiment(struct tx *tx, const char *name, int64_t project_id);
int64_t scratch_suggestion(struct tx *tx, int64_t experiment_id);
int64_t scratch_observation(struct tx *tx, int64_t experiment_id, int64_t suggestion_id, double value, bool maximize);
struct experiment_record scratch_find(struct tx *tx, struct arena *arena, int64_t experiment_id);

// The one number that a statement without parameters gives; a failure ends the program.
int64_t scratch_number(struct tx *tx, const char *sql);
