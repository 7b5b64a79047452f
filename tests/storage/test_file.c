// Files of training runs: announced, stored, purged; the space that they take.
#include "storage/file.h"

#include <stdlib.h>
#include <string.h>

#include "storage/check.h"
#include "storage/query.h"
#include "storage/training_run.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

static int64_t new_run(struct tx *tx)
{
    struct err err = {.code = ERR_NONE};
    struct training_run_record run = {
        .client_id = 1, .project_id = 1, .user_id = 1, .name = "n", .state = RUN_ACTIVE, .created = 10, .updated = 10, .favorite = -1};
    is_int(training_run_insert(tx, &run, &err), ERR_NONE, err.text);
    return run.id;
}

static struct file_upload_record announce_bytes(struct tx *tx, int64_t run_id, const char *secret, const char *content, size_t n,
                                                int64_t expires)
{
    struct err err = {.code = ERR_NONE};
    struct file_upload_record upload = {.expires = expires,
                                        .file = {.training_run_id = run_id,
                                                 .created = 20,
                                                 .name = "n",
                                                 .content_type = "image/png",
                                                 .content_length = (int64_t)n}};
    digest_sha256(secret, strlen(secret), upload.digest);
    digest_md5(content, n, upload.file.md5);
    is_int(file_announce(tx, &upload, &err), ERR_NONE, err.text);
    return upload;
}

static struct file_upload_record announce(struct tx *tx, int64_t run_id, const char *secret, const char *content, int64_t expires)
{
    return announce_bytes(tx, run_id, secret, content, strlen(content), expires);
}

// Stores a whole upload and returns how many transactions that takes.
static int store(struct tx *tx, const struct file_upload_record *upload, const char *content, int64_t now)
{
    struct err err = {.code = ERR_NONE};
    bool complete = false;
    int n = 0;
    for (; !complete && n < 100; n++)
        is_int(file_store(tx, upload, content, now, &complete, &err), ERR_NONE, err.text);
    return n;
}

static int64_t space(struct tx *tx)
{
    struct err err;
    int64_t bytes = -1;
    is_int(file_space(tx, &bytes, &err), ERR_NONE, "space");
    return bytes;
}

static void is_consistent(struct tx *tx)
{
    struct err err = {.code = ERR_NONE};
    is_int(check_run(tx, &err), ERR_NONE, err.text);
}

static void life(struct tx *tx, struct arena *arena)
{
    struct err err = {.code = ERR_NONE};
    struct file_record file;
    struct file_upload_record found;
    struct training_run_record run;
    int64_t run_id = new_run(tx);
    struct file_upload_record late = announce(tx, run_id, "late", "late content", 100);
    struct file_upload_record upload = announce(tx, run_id, "secret", "content", 50);
    struct file_upload_record never = announce(tx, run_id, "never", "nothing comes", 60);
    is_int(space(tx), 12 + 7 + 13, "announced uploads take space");
    is_int(file_find(tx, arena, upload.file.id, &file, &err), ERR_NOT_FOUND, "there is no file yet");
    is_int(training_run_find(tx, arena, run_id, &run, &err), ERR_NONE, "the run");
    is_int(run.n_files, 0, "knows no file");
    is_consistent(tx);

    is_int(file_find_upload(tx, arena, upload.digest, &found, &err), ERR_NONE, "found by its digest");
    ok(found.file.id == upload.file.id && found.file.client_id == 1 && found.expires == 50 && !found.stored, "as announced");
    is_text(found.file.name, "n", "name");
    ok(found.file.filename == NULL && found.file.user_id == 0, "what is not there");
    ok(memcmp(found.file.md5, upload.file.md5, DIGEST_MD5_SIZE) == 0, "MD5");
    found.digest[0] ^= 1;
    is_int(file_find_upload(tx, arena, found.digest, &found, &err), ERR_NOT_FOUND, "another digest");

    is_int(store(tx, &upload, "content", 30), 1, "one transaction");
    is_int(store(tx, &late, "late content", 40), 1, "one transaction");
    is_int(space(tx), 12 + 7 + 13, "stored, they take the same");
    is_int(file_find(tx, arena, upload.file.id, &file, &err), ERR_NONE, "a file");
    is_int(file.training_run_id, run_id, "of the run");
    char *content = NULL;
    is_int(file_read(tx, &file, &content, &err), ERR_NONE, "its content");
    ok(content != NULL && memcmp(content, "content", 7) == 0, "is what was sent");
    free(content);
    is_int(training_run_find(tx, arena, run_id, &run, &err), ERR_NONE, "the run");
    ok(run.n_files == 2 && run.file_ids[0] == late.file.id && run.file_ids[1] == upload.file.id, "lists both by id");
    is_int(run.updated, 40, "was touched");
    is_int(file_find_upload(tx, arena, upload.digest, &found, &err), ERR_NONE, "the upload");
    ok(found.stored, "knows that it was stored");
    is_consistent(tx);

    is_int(file_purge(tx, 59, &err), ERR_NONE, "purge");
    is_int(file_find_upload(tx, arena, upload.digest, &found, &err), ERR_NOT_FOUND, "an expired upload is gone");
    is_int(file_find(tx, arena, upload.file.id, &file, &err), ERR_NONE, "its file is not");
    is_int(space(tx), 12 + 7 + 13, "its bytes neither");
    is_int(file_purge(tx, 60, &err), ERR_NONE, "purge what expires now");
    is_int(file_find_upload(tx, arena, never.digest, &found, &err), ERR_NOT_FOUND, "never stored");
    is_int(space(tx), 12 + 7, "its bytes are free");
    is_int(file_purge(tx, 1000, &err), ERR_NONE, "purge all");
    is_int(space(tx), 12 + 7, "what is stored stays");
    struct file_upload_record next = announce(tx, run_id, "next", "x", 2000);
    ok(next.file.id > never.file.id, "ids are not used again");
    is_consistent(tx);
}

static bool has_content(struct tx *tx, struct arena *arena, int64_t id, const char *want, size_t n)
{
    struct err err = {.code = ERR_NONE};
    struct file_record file;
    char *content = NULL;
    bool same = file_find(tx, arena, id, &file, &err) == ERR_NONE && file_read(tx, &file, &content, &err) == ERR_NONE &&
                (size_t)file.content_length == n && memcmp(content, want, n) == 0;
    free(content);
    return same;
}

// Large content comes in pieces, and is nothing until the last one is there.
static void pieces(struct tx *tx, struct arena *arena)
{
    enum { PIECE = FILE_PIECE_BYTES, LONG = 2 * PIECE + 77 };
    struct err err = {.code = ERR_NONE};
    struct file_record file;
    bool complete = false;
    is_int(file_purge(tx, 3000, &err), ERR_NONE, "purge");
    int64_t run_id = new_run(tx), before = space(tx);
    char *content = arena_alloc(arena, LONG, 1);
    for (size_t i = 0; i < LONG; i++)
        content[i] = (char)(i * 2654435761u >> 13);
    static const struct {
        size_t length;
        int transactions;
    } cases[] = {{PIECE - 1, 1}, {PIECE, 1}, {PIECE + 1, 2}, {2 * PIECE, 2}, {LONG, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct file_upload_record upload = announce_bytes(tx, run_id, arena_printf(arena, "%zu", i), content, cases[i].length, 5000);
        is_int(store(tx, &upload, content, 30), cases[i].transactions, "transactions");
        ok(has_content(tx, arena, upload.file.id, content, cases[i].length), "%zu bytes are what was sent", cases[i].length);
    }
    int64_t n_pieces = scratch_number(tx, "SELECT count(*) FROM file_piece");
    is_int(n_pieces, 0 + 0 + 1 + 1 + 2, "pieces");
    is_int(scratch_number(tx, "SELECT max(length(content)) FROM file_piece"), PIECE, "none is larger");
    is_consistent(tx);

    struct file_upload_record cut = announce_bytes(tx, run_id, "cut", content, LONG, 4000);
    is_int(file_store(tx, &cut, content, 30, &complete, &err), ERR_NONE, err.text);
    ok(!complete && file_find(tx, arena, cut.file.id, &file, &err) == ERR_NOT_FOUND, "a piece is no file");
    is_consistent(tx);
    is_int(file_purge(tx, 4000, &err), ERR_NONE, "purge");
    is_int(scratch_number(tx, "SELECT count(*) FROM file_piece"), n_pieces, "what was not completed is gone, what was stays");
    is_int(file_purge(tx, 5000, &err), ERR_NONE, "purge the uploads of files");
    is_int(scratch_number(tx, "SELECT count(*) FROM file_piece"), n_pieces, "their pieces stay");
    is_int(space(tx) - before, PIECE - 1 + PIECE + PIECE + 1 + 2 * PIECE + LONG, "space");
    is_consistent(tx);

    announce(tx, run_id, "open", "to come", 9000);

    int64_t last = scratch_number(tx, "SELECT max(id) FROM file");
    struct query q = query_start(tx, "SAVEPOINT whole", &err);
    query_run(&q);
    q = query_start(tx, "UPDATE file_content SET content = ? WHERE file_id = ?", &err);
    query_bind_blob(&q, content, LONG);
    query_bind_int(&q, last);
    is_int(query_run(&q), ERR_NONE, "whole");
    ok(!has_content(tx, arena, last, content, LONG), "content that is there twice is refused");
    q = query_start(tx, "DELETE FROM file_piece WHERE file_id = ?", &err);
    query_bind_int(&q, last);
    is_int(query_run(&q), ERR_NONE, "no pieces");
    ok(has_content(tx, arena, last, content, LONG), "a file from before, which has no pieces, is read");
    is_consistent(tx);
    q = query_start(tx, "ROLLBACK TO whole", &err);
    query_run(&q);
}

static void contradictions(struct tx *tx, struct arena *arena)
{
    (void)arena;
    static const char *const harm[] = {
        "UPDATE file_content SET content = x'00'",
        "DELETE FROM file_content",
        "DELETE FROM file_piece WHERE start = (SELECT max(start) FROM file_piece)",
        "INSERT INTO file_piece (file_id, start, content) VALUES (77, 1048576, x'00')",
        "UPDATE file_space SET bytes = bytes + 1",
        "UPDATE file_upload SET stored = 1",
    };
    struct err err;
    is_consistent(tx);
    for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
        struct query q = query_start(tx, "SAVEPOINT harm", &err);
        query_run(&q);
        q = query_start(tx, harm[i], &err);
        is_int(query_run(&q), ERR_NONE, harm[i]);
        is_int(check_run(tx, &err), ERR_CORRUPT, "is noticed");
        ok(strstr(err.text, "file") != NULL, "by the rules for files: %s", err.text);
        q = query_start(tx, "ROLLBACK TO harm", &err);
        query_run(&q);
    }
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, life);
    scratch_write(&scratch, pieces);
    scratch_write(&scratch, contradictions);
    scratch_remove(&scratch);
    return tap_done();
}
