#include "storage/file.h"

#include <stdlib.h>
#include <string.h>

#include "storage/query.h"

// Columns that files and uploads have in common, in the order of read_common.
#define COMMON(table)                                                                                                         \
    table ".id, r.client_id, " table ".training_run_id, " table ".user_id, " table ".created, " table ".name, " table            \
          ".filename, " table ".content_type, " table ".content_length, " table ".content_md5"
#define OWN "training_run_id, user_id, created, name, filename, content_type, content_length, content_md5"

static void read_common(struct query *q, struct arena *arena, struct file_record *record)
{
    record->id = query_int(q);
    record->client_id = query_int(q);
    record->training_run_id = query_int(q);
    record->user_id = query_int(q);
    record->created = query_int(q);
    record->name = query_text(q, arena);
    record->filename = query_text(q, arena);
    record->content_type = query_text(q, arena);
    record->content_length = query_int(q);
    query_blob(q, record->md5, sizeof record->md5);
}

// ------------------------------------------------------------------ space

enum err_code file_space(struct tx *tx, int64_t *bytes, struct err *err)
{
    struct query q = query_start(tx, "SELECT bytes FROM file_space WHERE id = 1", err);
    return query_value(&q, bytes);
}

static enum err_code add_space(struct tx *tx, int64_t bytes, struct err *err)
{
    struct query q = query_start(tx, "UPDATE file_space SET bytes = bytes + ? WHERE id = 1", err);
    query_bind_int(&q, bytes);
    return query_run(&q);
}

enum err_code file_purge(struct tx *tx, int64_t now, struct err *err)
{
    struct query q = query_start(tx, "SELECT count(*), coalesce(sum(content_length) FILTER (WHERE stored = 0), 0)"
                                     " FROM file_upload WHERE expires <= ?", err);
    query_bind_int(&q, now);
    int64_t n = 0, bytes = 0;
    if (query_step(&q)) {
        n = query_int(&q);
        bytes = query_int(&q);
    }
    enum err_code code = query_end(&q);
    if (code != ERR_NONE || n == 0)
        return code;
    q = query_start(tx, "DELETE FROM file_piece WHERE file_id IN (SELECT id FROM file_upload WHERE expires <= ? AND stored = 0)", err);
    query_bind_int(&q, now);
    code = query_run(&q);
    if (code != ERR_NONE)
        return code;
    q = query_start(tx, "DELETE FROM file_upload WHERE expires <= ?", err);
    query_bind_int(&q, now);
    code = query_run(&q);
    return code == ERR_NONE ? add_space(tx, -bytes, err) : code;
}

// ------------------------------------------------------------------ uploads

enum err_code file_announce(struct tx *tx, struct file_upload_record *upload, struct err *err)
{
    struct file_record *file = &upload->file;
    struct query q = query_start(tx, "INSERT INTO file_upload (" OWN ", expires, secret_digest, stored)"
                                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)", err);
    query_bind_int(&q, file->training_run_id);
    query_bind_optional(&q, file->user_id);
    query_bind_int(&q, file->created);
    query_bind_text(&q, file->name);
    query_bind_text(&q, file->filename);
    query_bind_text(&q, file->content_type);
    query_bind_int(&q, file->content_length);
    query_bind_blob(&q, file->md5, sizeof file->md5);
    query_bind_int(&q, upload->expires);
    query_bind_blob(&q, upload->digest, sizeof upload->digest);
    enum err_code code = query_insert(&q, &file->id);
    return code == ERR_NONE ? add_space(tx, file->content_length, err) : code;
}

enum err_code file_find_upload(struct tx *tx, struct arena *arena, const unsigned char digest[DIGEST_SIZE],
                               struct file_upload_record *upload, struct err *err)
{
    struct query q = query_start(tx, "SELECT " COMMON("u") ", u.expires, u.stored FROM file_upload u"
                                     " JOIN training_run r ON r.id = u.training_run_id WHERE u.secret_digest = ?", err);
    query_bind_blob(&q, digest, DIGEST_SIZE);
    *upload = (struct file_upload_record){.stored = false};
    bool found = query_step(&q);
    if (found) {
        read_common(&q, arena, &upload->file);
        upload->expires = query_int(&q);
        upload->stored = query_bool(&q);
        memcpy(upload->digest, digest, DIGEST_SIZE);
    }
    enum err_code code = query_end(&q);
    return code == ERR_NONE && !found ? err_set(err, ERR_NOT_FOUND, NULL, "No such upload") : code;
}

// Bytes of the piece that begins at `start`.
static size_t piece_size(const struct file_record *file, int64_t start)
{
    int64_t rest = file->content_length - start;
    return (size_t)(rest < FILE_PIECE_BYTES ? rest : FILE_PIECE_BYTES);
}

// Where the first piece begins that is not there. They are stored in order, perhaps with a restart between them.
static enum err_code next_piece(struct tx *tx, int64_t id, int64_t *start, struct err *err)
{
    struct query q = query_start(tx, "SELECT coalesce(max(start), 0) FROM file_piece WHERE file_id = ?", err);
    query_bind_int(&q, id);
    enum err_code code = query_value(&q, start);
    *start += FILE_PIECE_BYTES;
    return code;
}

static enum err_code insert_piece(struct tx *tx, const struct file_record *file, const char *content, int64_t start, struct err *err)
{
    struct query q = query_start(tx, "INSERT INTO file_piece (file_id, start, content) VALUES (?, ?, ?)", err);
    query_bind_int(&q, file->id);
    query_bind_int(&q, start);
    query_bind_blob(&q, content + start, piece_size(file, start));
    return query_run(&q);
}

static enum err_code insert_file(struct tx *tx, const struct file_record *file, const char *content, int64_t now, struct err *err)
{
    struct query q = query_start(tx, "INSERT INTO file (id, " OWN ") SELECT id, " OWN " FROM file_upload WHERE id = ?", err);
    query_bind_int(&q, file->id);
    enum err_code code = query_run(&q);
    if (code != ERR_NONE)
        return code;
    q = query_start(tx, "INSERT INTO file_content (file_id, content) VALUES (?, ?)", err);
    query_bind_int(&q, file->id);
    query_bind_blob(&q, content, piece_size(file, 0));
    code = query_run(&q);
    if (code != ERR_NONE)
        return code;
    q = query_start(tx, "UPDATE file_upload SET stored = 1 WHERE id = ?", err);
    query_bind_int(&q, file->id);
    code = query_run(&q);
    if (code != ERR_NONE)
        return code;
    q = query_start(tx, "UPDATE training_run SET updated = ? WHERE id = ?", err);
    query_bind_int(&q, now);
    query_bind_int(&q, file->training_run_id);
    return query_run(&q);
}

enum err_code file_store(struct tx *tx, const struct file_upload_record *upload, const char *content, int64_t now, bool *complete,
                         struct err *err)
{
    int64_t start = 0;
    enum err_code code = next_piece(tx, upload->file.id, &start, err);
    if (code != ERR_NONE)
        return code;
    *complete = start >= upload->file.content_length;
    return *complete ? insert_file(tx, &upload->file, content, now, err) : insert_piece(tx, &upload->file, content, start, err);
}

// ------------------------------------------------------------------ files

enum err_code file_find(struct tx *tx, struct arena *arena, int64_t id, struct file_record *record, struct err *err)
{
    struct query q = query_start(tx, "SELECT " COMMON("f") " FROM file f JOIN training_run r ON r.id = f.training_run_id"
                                     " WHERE f.id = ?", err);
    query_bind_int(&q, id);
    *record = (struct file_record){.id = 0};
    bool found = query_step(&q);
    if (found)
        read_common(&q, arena, record);
    enum err_code code = query_end(&q);
    return code == ERR_NONE && !found ? err_set(err, ERR_NOT_FOUND, NULL, "No such file") : code;
}

enum err_code file_read(struct tx *tx, const struct file_record *record, char **content, struct err *err)
{
    struct query q = query_start(tx, "SELECT 0, length(content), content FROM file_content WHERE file_id = ?1 UNION ALL"
                                     " SELECT start, length(content), content FROM file_piece WHERE file_id = ?1", err);
    query_bind_int(&q, record->id);
    size_t length = (size_t)record->content_length, n = 0;
    char *bytes = mem_calloc(length, 1);
    while (query_step(&q)) {
        size_t start = (size_t)query_int(&q), size = (size_t)query_int(&q);
        if (start > length || size > length - start)
            break;
        query_blob(&q, bytes + start, size);
        n += size;
    }
    enum err_code code = query_end(&q);
    if (code == ERR_NONE && n != length)
        code = err_set(err, ERR_CORRUPT, NULL, "Content of file %lld is missing", (long long)record->id);
    if (code != ERR_NONE) {
        free(bytes);
        bytes = NULL;
    }
    *content = bytes;
    return code;
}
