// Accounts: who works here. An organization has clients (teams) and users.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// ERR_NOT_FOUND, each of the three.
enum err_code organization_find(struct tx *tx, struct arena *arena, int64_t id, struct organization_record *record,
                                struct err *err);
enum err_code user_find(struct tx *tx, struct arena *arena, int64_t id, struct user_record *record, struct err *err);
enum err_code client_find(struct tx *tx, struct arena *arena, int64_t id, struct client_record *record, struct err *err);

// The organization's client of the lowest id. ERR_NOT_FOUND.
enum err_code client_find_first(struct tx *tx, struct arena *arena, int64_t organization_id, struct client_record *record,
                                struct err *err);
// Writes name and experiments_visible. ERR_NOT_FOUND.
enum err_code client_update(struct tx *tx, const struct client_record *record, struct err *err);
