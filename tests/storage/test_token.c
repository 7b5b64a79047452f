#include "storage/token.h"

#include "tests/storage/scratch.h"
#include "tests/tap.h"

static struct token_record token_of(unsigned char fill)
{
    struct token_record record = {.prefix = "ABCD", .kind = TOKEN_CLIENT, .organization_id = 1, .client_id = 1, .user_id = 1,
                                  .created = 5, .expires = 0};
    memset(record.digest, fill, sizeof record.digest);
    return record;
}

static void insert_and_find(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct token_record a = token_of(1), b = token_of(2), found;
    b.kind = TOKEN_USER;
    b.client_id = 0;
    b.expires = 77;
    is_int(token_insert(tx, &a, &err), ERR_NONE, "a token is inserted");
    is_int(token_insert(tx, &b, &err), ERR_NONE, "another one too");
    ok(a.id > 0 && b.id > a.id, "ids rise");

    is_int(token_find(tx, arena, a.digest, &found, &err), ERR_NONE, "it is found by its digest");
    is_int(found.id, a.id, "id");
    ok(memcmp(found.digest, a.digest, DIGEST_SIZE) == 0, "digest");
    is_text(found.prefix, "ABCD", "prefix");
    is_int(found.kind, TOKEN_CLIENT, "kind");
    is_int(found.organization_id * 100 + found.client_id * 10 + found.user_id, 111, "owners");
    is_int(found.created, 5, "created");
    is_int(found.expires, 0, "never expires");
    ok(!found.revoked, "not revoked");
    is_int(token_find(tx, arena, b.digest, &found, &err), ERR_NONE, "the other one");
    is_int(found.client_id, 0, "without a client");
    is_int(found.expires, 77, "expires");

    unsigned char unknown[DIGEST_SIZE] = {9};
    is_int(token_find(tx, arena, unknown, &found, &err), ERR_NOT_FOUND, "an unknown digest");
    struct token_record again = token_of(1);
    is_int(token_insert(tx, &again, &err), ERR_CONFLICT, "the same digest again");
}

static void revoke_and_replace(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct token_record a = token_of(1), b = token_of(2), found, *all;
    size_t n = 0;
    is_int(token_list(tx, arena, &all, &n, &err), ERR_NONE, "list");
    is_int(n, 2, "both are listed");
    ok(n == 2 && all[0].id < all[1].id, "by id");

    is_int(token_revoke(tx, all[0].id, &err), ERR_NONE, "revoke");
    is_int(token_revoke(tx, all[0].id, &err), ERR_NONE, "revoke twice");
    is_int(token_revoke(tx, 4711, &err), ERR_NOT_FOUND, "revoke nothing");
    is_int(token_find(tx, arena, a.digest, &found, &err), ERR_NONE, "a revoked token is found");
    ok(found.revoked, "and says so");
    is_int(token_insert(tx, &a, &err), ERR_CONFLICT, "a revoked digest cannot come back");

    struct token_record rotated = token_of(3);
    rotated.id = all[1].id;
    rotated.prefix = "WXYZ";
    is_int(token_replace(tx, &rotated, &err), ERR_NONE, "rotate");
    is_int(token_find(tx, arena, b.digest, &found, &err), ERR_NOT_FOUND, "the old digest is gone");
    is_int(token_find(tx, arena, rotated.digest, &found, &err), ERR_NONE, "the new one works");
    is_text(found.prefix, "WXYZ", "with its prefix");
    is_int(found.kind, TOKEN_USER, "and the old kind");
    memset(rotated.digest, 1, sizeof rotated.digest);
    is_int(token_replace(tx, &rotated, &err), ERR_CONFLICT, "rotate to a digest that exists");
    rotated.id = 4711;
    memset(rotated.digest, 8, sizeof rotated.digest);
    is_int(token_replace(tx, &rotated, &err), ERR_NOT_FOUND, "rotate nothing");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, insert_and_find);
    scratch_write(&scratch, revoke_and_replace);
    scratch_remove(&scratch);
    return tap_done();
}
