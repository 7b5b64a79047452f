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

static struct file_upload_record announce(struct tx *tx, int64_t run_id, const char *secret, const char *content, int64_t expires)
{
    struct err err = {.code = ERR_NONE};
    struct file_upload_record upload = {.expires = expires,
                                        .file = {.training_run_id = run_id,
                                                 .created = 20,
                                                 .name = "n",
                                                 .content_type = "image/png",
                                                 .content_length = (int64_t)strlen(content)}};
    digest_sha256(secret, strlen(secret), upload.digest);
    digest_md5(content, strlen(content), upload.file.md5);
    is_int(file_announce(tx, &upload, &err), ERR_NONE, err.text);
    return upload;
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

    is_int(file_store(tx, &upload, "content", 30, &err), ERR_NONE, err.text);
    is_int(file_store(tx, &late, "late content", 40, &err), ERR_NONE, err.text);
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

static void contradictions(struct tx *tx, struct arena *arena)
{
    (void)arena;
    static const char *const harm[] = {
        "UPDATE file_content SET content = x'00'",
        "DELETE FROM file_content",
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
    scratch_write(&scratch, contradictions);
    scratch_remove(&scratch);
    return tap_done();
}
