// Queued suggestions: points of a user's choice that wait to be handed out, oldest first, each once. They have ids of their own.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts with its assignments; sets record->id.
enum err_code queued_suggestion_insert(struct tx *tx, struct queued_suggestion_record *record, struct err *err);
// ERR_NOT_FOUND when it never was, is of another experiment, or does not wait any more.
enum err_code queued_suggestion_find(struct tx *tx, struct arena *arena, int64_t experiment_id, int64_t id,
                                     struct queued_suggestion_record *record, struct err *err);
// It waits no more. ERR_NOT_FOUND as queued_suggestion_find.
enum err_code queued_suggestion_delete(struct tx *tx, int64_t experiment_id, int64_t id, struct err *err);
// By id.
enum err_code queued_suggestion_page(struct tx *tx, struct arena *arena, int64_t experiment_id, const struct page_query *page,
                                     struct queued_suggestion_record **records, size_t *n, int64_t *count, struct err *err);

// *id is the oldest one that waits, 0 when none does.
enum err_code queued_suggestion_oldest(struct tx *tx, int64_t experiment_id, int64_t *id, struct err *err);
