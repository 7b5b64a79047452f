#include "storage/account.h"

#include "storage/query.h"

#define CLIENT_COLUMNS "id, organization_id, name, created, experiments_visible"

// Reads the one row that the query finds and ends it.
static enum err_code find_one(struct query *q, struct arena *arena, query_reader *read, void *record, const char *missing)
{
    struct err *err = q->err;
    bool found = query_step(q);
    if (found)
        read(q, arena, record);
    enum err_code code = query_end(q);
    return code == ERR_NONE && !found ? err_set(err, ERR_NOT_FOUND, NULL, "%s", missing) : code;
}

static void read_organization(struct query *q, struct arena *arena, void *target)
{
    struct organization_record *record = target;
    record->id = query_int(q);
    record->name = query_text(q, arena);
    record->created = query_int(q);
}

enum err_code organization_find(struct tx *tx, struct arena *arena, int64_t id, struct organization_record *record,
                                struct err *err)
{
    struct query q = query_start(tx, "SELECT id, name, created FROM organization WHERE id = ?", err);
    query_bind_int(&q, id);
    return find_one(&q, arena, read_organization, record, "No such organization");
}

static void read_user(struct query *q, struct arena *arena, void *target)
{
    struct user_record *record = target;
    record->id = query_int(q);
    record->organization_id = query_int(q);
    record->name = query_text(q, arena);
    record->created = query_int(q);
}

enum err_code user_find(struct tx *tx, struct arena *arena, int64_t id, struct user_record *record, struct err *err)
{
    struct query q = query_start(tx, "SELECT id, organization_id, name, created FROM user_account WHERE id = ?", err);
    query_bind_int(&q, id);
    return find_one(&q, arena, read_user, record, "No such user");
}

static void read_client(struct query *q, struct arena *arena, void *target)
{
    struct client_record *record = target;
    record->id = query_int(q);
    record->organization_id = query_int(q);
    record->name = query_text(q, arena);
    record->created = query_int(q);
    record->experiments_visible = query_bool(q);
}

enum err_code client_find(struct tx *tx, struct arena *arena, int64_t id, struct client_record *record, struct err *err)
{
    struct query q = query_start(tx, "SELECT " CLIENT_COLUMNS " FROM client WHERE id = ?", err);
    query_bind_int(&q, id);
    return find_one(&q, arena, read_client, record, "No such client");
}

enum err_code client_find_first(struct tx *tx, struct arena *arena, int64_t organization_id, struct client_record *record,
                                struct err *err)
{
    struct query q =
        query_start(tx, "SELECT " CLIENT_COLUMNS " FROM client WHERE organization_id = ? ORDER BY id LIMIT 1", err);
    query_bind_int(&q, organization_id);
    return find_one(&q, arena, read_client, record, "No such client");
}

enum err_code client_update(struct tx *tx, const struct client_record *record, struct err *err)
{
    struct query q = query_start(tx, "UPDATE client SET name = ?, experiments_visible = ? WHERE id = ?", err);
    query_bind_text(&q, record->name);
    query_bind_int(&q, record->experiments_visible);
    query_bind_int(&q, record->id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? err_set(err, ERR_NOT_FOUND, NULL, "No such client") : code;
}
