// Tokens: who may call. Looked up on every request by the digest of the text, so that a revocation works at once.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts; sets record->id. ERR_CONFLICT when the digest exists (revoked or not).
enum err_code token_insert(struct tx *tx, struct token_record *record, struct err *err);
// ERR_NOT_FOUND when the digest was never stored; a revoked token is found.
enum err_code token_find(struct tx *tx, struct arena *arena, const unsigned char digest[DIGEST_SIZE],
                         struct token_record *record, struct err *err);
// All tokens by id.
enum err_code token_list(struct tx *tx, struct arena *arena, struct token_record **records, size_t *n, struct err *err);
// What works at `now` of a user in a team: the guests' tokens that the user has made, then the user's own; each by id.
enum err_code token_list_of_user(struct tx *tx, struct arena *arena, int64_t client_id, int64_t user_id, int64_t now,
                                 struct token_record **records, size_t *n, struct err *err);
// Writes expires and lease. ERR_NOT_FOUND.
enum err_code token_set_lease(struct tx *tx, const struct token_record *record, struct err *err);
// ERR_NOT_FOUND; revoking twice is fine.
enum err_code token_revoke(struct tx *tx, int64_t id, struct err *err);
