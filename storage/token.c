#include "storage/token.h"

#include "storage/query.h"

#define COLUMNS                                                                                                               \
    "id, digest, prefix, kind, organization_id, client_id, user_id, experiment_id, creator_id, created, expires, lease,"      \
    " renewable, revoked, training_run_id"

static const char taken[] = "This token exists already";

static enum err_code not_found(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, NULL, "No such token");
}

static void read_token(struct query *q, struct arena *arena, void *target)
{
    struct token_record *record = target;
    record->id = query_int(q);
    query_blob(q, record->digest, sizeof record->digest);
    record->prefix = query_text(q, arena);
    record->kind = (enum token_kind)query_int(q);
    record->organization_id = query_int(q);
    record->client_id = query_int(q);
    record->user_id = query_int(q);
    record->experiment_id = query_int(q);
    record->creator_id = query_int(q);
    record->created = query_int(q);
    record->expires = query_int(q);
    record->lease = query_int(q);
    record->renewable = query_bool(q);
    record->revoked = query_bool(q);
    record->training_run_id = query_int(q);
}

enum err_code token_insert(struct tx *tx, struct token_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "INSERT INTO token (digest, prefix, kind, organization_id, client_id, user_id, experiment_id,"
                                 " training_run_id, creator_id, created, expires, lease, renewable, revoked)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                 err);
    q.conflict = taken;
    query_bind_blob(&q, record->digest, sizeof record->digest);
    query_bind_text(&q, record->prefix);
    query_bind_int(&q, record->kind);
    query_bind_int(&q, record->organization_id);
    query_bind_optional(&q, record->client_id);
    query_bind_optional(&q, record->user_id);
    query_bind_optional(&q, record->experiment_id);
    query_bind_optional(&q, record->training_run_id);
    query_bind_optional(&q, record->creator_id);
    query_bind_int(&q, record->created);
    query_bind_optional(&q, record->expires);
    query_bind_optional(&q, record->lease);
    query_bind_int(&q, record->renewable);
    query_bind_int(&q, record->revoked);
    return query_insert(&q, &record->id);
}

enum err_code token_find(struct tx *tx, struct arena *arena, const unsigned char digest[DIGEST_SIZE],
                         struct token_record *record, struct err *err)
{
    struct query q = query_start(tx, "SELECT " COLUMNS " FROM token WHERE digest = ?", err);
    query_bind_blob(&q, digest, DIGEST_SIZE);
    if (!query_step(&q)) {
        enum err_code code = query_end(&q);
        return code != ERR_NONE ? code : not_found(err);
    }
    *record = (struct token_record){.id = 0};
    read_token(&q, arena, record);
    return query_end(&q);
}

enum err_code token_list(struct tx *tx, struct arena *arena, struct token_record **records, size_t *n, struct err *err)
{
    struct query q = query_start(tx, "SELECT " COLUMNS " FROM token ORDER BY id", err);
    *records = query_collect(&q, arena, sizeof **records, read_token, n);
    return query_end(&q);
}

enum err_code token_list_of_user(struct tx *tx, struct arena *arena, int64_t client_id, int64_t user_id, int64_t now,
                                 struct token_record **records, size_t *n, struct err *err)
{
    static const char sql[] =
        "SELECT * FROM (SELECT " COLUMNS " FROM token WHERE creator_id = ?1 AND client_id = ?2 AND revoked = 0"
        " AND (expires IS NULL OR expires > ?3) ORDER BY id)"
        " UNION ALL "
        "SELECT * FROM (SELECT " COLUMNS " FROM token WHERE user_id = ?1 AND client_id = ?2 AND revoked = 0"
        " AND (expires IS NULL OR expires > ?3) ORDER BY id)";
    struct query q = query_start(tx, sql, err);
    query_bind_int(&q, user_id);
    query_bind_int(&q, client_id);
    query_bind_int(&q, now);
    *records = query_collect(&q, arena, sizeof **records, read_token, n);
    return query_end(&q);
}

enum err_code token_set_lease(struct tx *tx, const struct token_record *record, struct err *err)
{
    struct query q = query_start(tx, "UPDATE token SET expires = ?, lease = ? WHERE id = ?", err);
    query_bind_optional(&q, record->expires);
    query_bind_optional(&q, record->lease);
    query_bind_int(&q, record->id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? not_found(err) : code;
}

enum err_code token_revoke(struct tx *tx, int64_t id, struct err *err)
{
    struct query q = query_start(tx, "UPDATE token SET revoked = 1 WHERE id = ?", err);
    query_bind_int(&q, id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? not_found(err) : code;
}
