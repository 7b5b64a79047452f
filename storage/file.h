// Files of training runs (and uploads that were announced): storage/migrations/0008_files.sql.
//
//     announced ──► pieces ──► stored     file, its first bytes and the place in the run's list: in one transaction
//         └───────────┴──────► purged     expired; its bytes are free again
//
// Content above FILE_PIECE_BYTES is written in pieces, one transaction each, so that other writes come between them; nobody sees them
// before the file is there. A stored file stays, also when its run is deleted, which is a mark.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

enum { FILE_PIECE_BYTES = 1 << 20 };

// Bytes of all files and of all uploads that are announced and not stored.
enum err_code file_space(struct tx *tx, int64_t *bytes, struct err *err);
// Forgets uploads that have expired by `now`.
enum err_code file_purge(struct tx *tx, int64_t now, struct err *err);

// Sets the id of the file to come.
enum err_code file_announce(struct tx *tx, struct file_upload_record *upload, struct err *err);
// By the digest of its secret, also when it has expired. ERR_NOT_FOUND.
enum err_code file_find_upload(struct tx *tx, struct arena *arena, const unsigned char digest[DIGEST_SIZE],
                               struct file_upload_record *upload, struct err *err);
// Stores the next piece of an upload that is not yet stored and whose content has content_length bytes, always the same ones; or, when
// all pieces are there, makes it a file (*complete), and touches the run at `now`. To be called in a transaction of its own until then.
enum err_code file_store(struct tx *tx, const struct file_upload_record *upload, const char *content, int64_t now, bool *complete,
                         struct err *err);

// ERR_NOT_FOUND.
enum err_code file_find(struct tx *tx, struct arena *arena, int64_t id, struct file_record *record, struct err *err);
// The content_length bytes of a file, malloc'ed.
enum err_code file_read(struct tx *tx, const struct file_record *record, char **content, struct err *err);
