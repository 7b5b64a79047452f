// Notes of a project. Old ones stay; the API shows the newest.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts; sets record->id.
enum err_code note_insert(struct tx *tx, struct note_record *record, struct err *err);
// ERR_NOT_FOUND: the project has none.
enum err_code note_newest(struct tx *tx, struct arena *arena, int64_t project_id, struct note_record *record, struct err *err);
