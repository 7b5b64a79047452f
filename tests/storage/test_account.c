#include "storage/account.h"

#include "storage/query.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

static void bootstrap(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct organization_record organization;
    struct client_record client;
    struct user_record user;
    is_int(organization_find(tx, arena, 1, &organization, &err), ERR_NONE, "a new database has organization 1");
    ok(organization.id == 1 && organization.created > 0 && *organization.name != '\0', "with name and time");
    is_int(organization_find(tx, arena, 2, &organization, &err), ERR_NOT_FOUND, "and no other");
    is_int(client_find(tx, arena, 1, &client, &err), ERR_NONE, "client 1");
    is_int(client.organization_id, 1, "of organization 1");
    ok(client.created > 0 && *client.name != '\0' && client.experiments_visible, "with name and time");
    is_int(client_find(tx, arena, 2, &client, &err), ERR_NOT_FOUND, "and no other");
    is_int(user_find(tx, arena, 1, &user, &err), ERR_NONE, "user 1");
    is_int(user.organization_id, 1, "of organization 1");
    ok(user.created > 0 && *user.name != '\0', "with name and time");
    is_int(user_find(tx, arena, 2, &user, &err), ERR_NOT_FOUND, "and no other");
}

static void insert(struct tx *tx, const char *sql)
{
    struct err err;
    struct query q = query_start(tx, sql, &err);
    is_int(query_run(&q), ERR_NONE, sql);
}

static void change(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct client_record client, found;
    insert(tx, "INSERT INTO organization (id, name, created) VALUES (2, 'Other', 1), (3, 'Empty', 1)");
    insert(tx, "INSERT INTO client (id, organization_id, name, created) VALUES (8, 2, 'late', 1), (7, 2, 'early', 1)");
    is_int(client_find_first(tx, arena, 2, &client, &err), ERR_NONE, "the first client of an organization");
    is_int(client.id, 7, "has the lowest id");
    is_int(client_find_first(tx, arena, 3, &found, &err), ERR_NOT_FOUND, "an organization without clients");

    client.name = "renamed";
    client.experiments_visible = false;
    is_int(client_update(tx, &client, &err), ERR_NONE, "update");
    is_int(client_find(tx, arena, 7, &found, &err), ERR_NONE, "find");
    is_text(found.name, "renamed", "name");
    ok(!found.experiments_visible && found.created == 1, "what it allows");
    is_int(client_find(tx, arena, 8, &found, &err), ERR_NONE, "the other one");
    ok(found.experiments_visible && strcmp(found.name, "late") == 0, "is as before");
    client.id = 4711;
    is_int(client_update(tx, &client, &err), ERR_NOT_FOUND, "update nothing");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_read(&scratch, bootstrap);
    scratch_write(&scratch, change);
    scratch_remove(&scratch);
    return tap_done();
}
