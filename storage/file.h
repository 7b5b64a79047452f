// Files of training runs (and uploads that were announced): storage/migrations/0008_files.sql.
//
//     announced ──► stored        file, content and the place in the run's list: in one transaction
//         └───────► purged        expired; its bytes are free again
//
// A stored file stays, also when its run is deleted, which is a mark.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Bytes of all files and of all uploads that are announced and not stored.
enum err_code file_space(struct tx *tx, int64_t *bytes, struct err *err);
// Forgets uploads that have expired by `now`.
enum err_code file_purge(struct tx *tx, int64_t now, struct err *err);

// Sets the id of the file to come.
enum err_code file_announce(struct tx *tx, struct file_upload_record *upload, struct err *err);
// By the digest of its secret, also when it has expired. ERR_NOT_FOUND.
enum err_code file_find_upload(struct tx *tx, struct arena *arena, const unsigned char digest[DIGEST_SIZE],
                               struct file_upload_record *upload, struct err *err);
// Makes an upload that is not yet stored a file, with its content of content_length bytes. The run is touched at `now`.
enum err_code file_store(struct tx *tx, const struct file_upload_record *upload, const void *content, int64_t now, struct err *err);

// ERR_NOT_FOUND.
enum err_code file_find(struct tx *tx, struct arena *arena, int64_t id, struct file_record *record, struct err *err);
// The content_length bytes of a file, malloc'ed.
enum err_code file_read(struct tx *tx, const struct file_record *record, char **content, struct err *err);
