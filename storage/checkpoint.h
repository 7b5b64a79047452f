// Checkpoints: what a training run measured on its way. Never changed, never deleted.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts with its values, counts it on the run and touches the run; sets record->id.
enum err_code checkpoint_insert(struct tx *tx, struct checkpoint_record *record, struct err *err);
// ERR_NOT_FOUND when missing or of another run.
enum err_code checkpoint_find(struct tx *tx, struct arena *arena, int64_t run_id, int64_t id, struct checkpoint_record *record,
                              struct err *err);
// A page by id, and the number of all checkpoints of the run.
enum err_code checkpoint_page(struct tx *tx, struct arena *arena, int64_t run_id, const struct page_query *page,
                              struct checkpoint_record **records, size_t *n, int64_t *count, struct err *err);
