// Projects of a client (a team).
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts; sets record->id. ERR_CONFLICT when the client has a project of that reference.
enum err_code project_insert(struct tx *tx, struct project_record *record, struct err *err);
// By reference within a client; deleted ones too. ERR_NOT_FOUND.
enum err_code project_find(struct tx *tx, struct arena *arena, int64_t client_id, const char *reference,
                           struct project_record *record, struct err *err);
// Writes name, metadata, deleted, updated. ERR_NOT_FOUND.
enum err_code project_update(struct tx *tx, const struct project_record *record, struct err *err);
// Sets updated; project_id 0 does nothing.
enum err_code project_touch(struct tx *tx, int64_t project_id, int64_t updated, struct err *err);

struct project_filter {
    int64_t client_id;
    int64_t user_id;      // 0: any
    bool include_deleted; // else only those that are not
    bool by_created;      // key (created, id), else (updated, id)
};
// A page of projects and the number of all that match.
enum err_code project_page(struct tx *tx, struct arena *arena, const struct project_filter *filter,
                           const struct page_query *page, struct project_record **records, size_t *n, int64_t *count,
                           struct err *err);
