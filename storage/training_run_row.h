// How a row of the training_run table becomes a record. For the rooms of runs only.
#pragma once

#include "storage/query.h"
#include "storage/record.h"

#define TRAINING_RUN_COLUMNS                                                                                                  \
    "r.id, r.client_id, r.project_id, p.reference, r.user_id, r.experiment_id, r.suggestion_id, r.observation_id, r.name,"    \
    " r.state, r.created, r.updated, r.completed, r.deleted, coalesce(r.favorite, -1), r.has_metadata, r.checkpoint_count,"   \
    " r.shape_id"
#define TRAINING_RUN_SELECT "SELECT " TRAINING_RUN_COLUMNS " FROM training_run r JOIN project p ON p.id = r.project_id"

// Reads TRAINING_RUN_COLUMNS into a struct training_run_record. Entries, tags and files: training_run_load.
void training_run_read(struct query *q, struct arena *arena, void *target);
