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

static void revoke(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct token_record a = token_of(1), found, *all;
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
}

// Prefixes of the tokens of user 1 in team 1, joined.
static const char *own_text(struct tx *tx, struct arena *arena, int64_t now)
{
    struct err err;
    struct token_record *all;
    size_t n = 0;
    if (token_list_of_user(tx, arena, 1, 1, now, &all, &n, &err) != ERR_NONE)
        return arena_strdup(arena, err.text);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(arena, "%s%s%s", text, i > 0 ? " " : "", all[i].prefix);
    return text;
}

static void guests_and_leases(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct token_record a = token_of(1), guest = token_of(10), old = token_of(11), found;
    is_text(own_text(tx, arena, 50), "", "a revoked token and one of no team are not listed");
    a.digest[0] = 77;
    a.prefix = "OWN";
    is_int(token_insert(tx, &a, &err), ERR_NONE, "a token of the user's own");
    guest.kind = old.kind = TOKEN_GUEST;
    guest.user_id = old.user_id = 0;
    guest.creator_id = old.creator_id = 1;
    guest.experiment_id = old.experiment_id = scratch_experiment(tx, "shown", 0);
    guest.lease = 60;
    guest.expires = 90;
    guest.renewable = true;
    guest.prefix = "GUES";
    old.expires = 50;
    is_int(token_insert(tx, &guest, &err), ERR_NONE, "a guest's token");
    is_int(token_insert(tx, &old, &err), ERR_NONE, "and one that has expired");
    is_int(token_find(tx, arena, guest.digest, &found, &err), ERR_NONE, "it is found");
    is_int(found.experiment_id, guest.experiment_id, "its experiment");
    is_int(found.creator_id * 100 + found.user_id, 100, "who made it; it has no user");
    is_int(found.lease * 1000 + found.expires, 60090, "lease and end");
    ok(found.renewable, "renewable");
    is_int(token_find(tx, arena, a.digest, &found, &err), ERR_NONE, "the other one");
    ok(found.experiment_id == 0 && found.creator_id == 0 && found.lease == 0 && !found.renewable, "has nothing of that");

    is_text(own_text(tx, arena, 50), "GUES OWN", "guests first, then the user's own");
    is_text(own_text(tx, arena, 49), "GUES ABCD OWN", "a token works until its last millisecond");
    is_text(own_text(tx, arena, 90), "OWN", "the guest's has expired");
    guest.expires = guest.lease = 0;
    is_int(token_set_lease(tx, &guest, &err), ERR_NONE, "it lasts forever");
    is_text(own_text(tx, arena, 90), "GUES OWN", "now it has not");
    guest.id = 4711;
    is_int(token_set_lease(tx, &guest, &err), ERR_NOT_FOUND, "the lease of nothing");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, insert_and_find);
    scratch_write(&scratch, revoke);
    scratch_write(&scratch, guests_and_leases);
    scratch_remove(&scratch);
    return tap_done();
}
