// Training runs: soft-deleted. Each operation keeps the counters of the project and of the experiment.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts with its entries; sets record->id and record->shape_id. Tags, files and checkpoints are none.
enum err_code training_run_insert(struct tx *tx, struct training_run_record *record, struct err *err);
// With entries, tags and files; deleted ones too. ERR_NOT_FOUND.
enum err_code training_run_find(struct tx *tx, struct arena *arena, int64_t id, struct training_run_record *record,
                                struct err *err);
// Entries, tags and files of records whose other members were read. For the rooms of runs.
enum err_code training_run_load(struct tx *tx, struct arena *arena, struct training_run_record *records, size_t n, struct err *err);
// Writes what `now` says differently from `old`, which was found in this transaction: project, suggestion, observation, name, state,
// updated, completed, deleted, favorite, has_metadata and the entries.
enum err_code training_run_update(struct tx *tx, const struct training_run_record *old, struct training_run_record *now,
                                  struct err *err);
// The runs of those observations, in their order, without entries, tags and files (training_run_load); an observation may have none.
enum err_code training_run_of_observations(struct tx *tx, struct arena *arena, const int64_t *ids, size_t n_ids,
                                           struct training_run_record **records, size_t *n, struct err *err);
// Soft delete of all runs of an experiment; nothing else of them changes.
enum err_code training_run_delete_all(struct tx *tx, int64_t experiment_id, struct err *err);
