// Tags of a client: a name and a colour.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts; sets record->id. ERR_CONFLICT when the client has a tag of that name.
enum err_code tag_insert(struct tx *tx, struct tag_record *record, struct err *err);
// ERR_NOT_FOUND when the client has none of that id.
enum err_code tag_find(struct tx *tx, struct arena *arena, int64_t client_id, int64_t id, struct tag_record *record, struct err *err);
// Puts a tag on a training run, or takes it off; nothing happens when that was done before.
enum err_code tag_put(struct tx *tx, int64_t run_id, int64_t id, struct err *err);
enum err_code tag_take(struct tx *tx, int64_t run_id, int64_t id, struct err *err);
// A page by id, and the number of all tags of the client.
enum err_code tag_page(struct tx *tx, struct arena *arena, int64_t client_id, const struct page_query *page,
                       struct tag_record **records, size_t *n, int64_t *count, struct err *err);
