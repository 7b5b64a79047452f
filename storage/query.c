#include "storage/query.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct query query_start(struct tx *tx, const char *sql, struct err *err)
{
    struct query q = {.db = tx->db, .err = err};
    q.code = db_prepare(tx->db, sql, &q.statement, err);
    if (q.code == ERR_NONE)
        assert(!tx->db->read_only || sqlite3_stmt_readonly(q.statement->handle));
    return q;
}

static void check(struct query *q, int rc)
{
    if (rc != SQLITE_OK)
        q->code = db_fail(q->db, rc, q->err);
}

void query_bind_int(struct query *q, int64_t value)
{
    if (q->code == ERR_NONE)
        check(q, sqlite3_bind_int64(q->statement->handle, ++q->parameter, value));
}

void query_bind_optional(struct query *q, int64_t value)
{
    if (q->code != ERR_NONE)
        return;
    if (value == 0)
        check(q, sqlite3_bind_null(q->statement->handle, ++q->parameter));
    else
        query_bind_int(q, value);
}

void query_bind_real(struct query *q, double value)
{
    if (q->code == ERR_NONE)
        check(q, sqlite3_bind_double(q->statement->handle, ++q->parameter, value));
}

void query_bind_text(struct query *q, const char *value)
{
    if (q->code == ERR_NONE)
        check(q, sqlite3_bind_text(q->statement->handle, ++q->parameter, value, -1, SQLITE_STATIC));
}

void query_bind_scalar(struct query *q, const struct scalar *value)
{
    if (value->text != NULL)
        query_bind_text(q, value->text);
    else
        query_bind_real(q, value->number);
}

void query_bind_blob(struct query *q, const void *bytes, size_t n)
{
    if (q->code != ERR_NONE)
        return;
    check(q, sqlite3_bind_blob64(q->statement->handle, ++q->parameter, bytes, n, SQLITE_STATIC));
    q->db->n_blob_bytes += (int64_t)n;
}

bool query_step(struct query *q)
{
    if (q->code != ERR_NONE)
        return false;
    assert(q->parameter == sqlite3_bind_parameter_count(q->statement->handle));
    q->column = -1;
    int rc = sqlite3_step(q->statement->handle);
    if (rc == SQLITE_ROW)
        return true;
    if (rc == SQLITE_CONSTRAINT_UNIQUE && q->conflict != NULL)
        q->code = err_set(q->err, ERR_CONFLICT, NULL, "%s", q->conflict);
    else if (rc != SQLITE_DONE)
        q->code = db_fail(q->db, rc, q->err);
    return false;
}

static bool next_column(struct query *q)
{
    if (q->code != ERR_NONE)
        return false;
    q->column++;
    assert(q->column < sqlite3_data_count(q->statement->handle));
    return true;
}

int64_t query_int(struct query *q)
{
    return next_column(q) ? sqlite3_column_int64(q->statement->handle, q->column) : 0;
}

bool query_bool(struct query *q)
{
    return query_int(q) != 0;
}

double query_real(struct query *q)
{
    if (!next_column(q) || sqlite3_column_type(q->statement->handle, q->column) == SQLITE_NULL)
        return (double)NAN;
    return sqlite3_column_double(q->statement->handle, q->column);
}

const char *query_text(struct query *q, struct arena *arena)
{
    if (!next_column(q))
        return NULL;
    const unsigned char *text = sqlite3_column_text(q->statement->handle, q->column);
    if (text == NULL) {
        // NULL stands for the value NULL and for memory that ran out while the text was made.
        if (sqlite3_column_type(q->statement->handle, q->column) != SQLITE_NULL)
            q->code = db_fail(q->db, SQLITE_NOMEM, q->err);
        return NULL;
    }
    return arena_strndup(arena, (const char *)text, (size_t)sqlite3_column_bytes(q->statement->handle, q->column));
}

void query_blob(struct query *q, void *bytes, size_t n)
{
    if (!next_column(q))
        return;
    const void *stored = sqlite3_column_blob(q->statement->handle, q->column);
    if (stored == NULL || (size_t)sqlite3_column_bytes(q->statement->handle, q->column) != n)
        q->code = err_set(q->err, ERR_CORRUPT, NULL, "A stored value has the wrong size");
    else
        memcpy(bytes, stored, n);
}

enum err_code query_end(struct query *q)
{
    if (q->statement != NULL)
        db_release(q->statement);
    q->statement = NULL;
    return q->code;
}

enum err_code query_run(struct query *q)
{
    while (query_step(q))
        ;
    return query_end(q);
}

enum err_code query_insert(struct query *q, int64_t *id)
{
    enum err_code code = query_run(q);
    if (code == ERR_NONE)
        *id = sqlite3_last_insert_rowid(q->db->handle);
    return code;
}

enum err_code query_change(struct query *q, int64_t *changed)
{
    enum err_code code = query_run(q);
    *changed = code == ERR_NONE ? sqlite3_changes64(q->db->handle) : 0;
    return code;
}

enum err_code query_value(struct query *q, int64_t *value)
{
    *value = query_step(q) ? query_int(q) : 0;
    return query_end(q);
}

void *query_collect(struct query *q, struct arena *arena, size_t record_size, query_reader *read, size_t *n)
{
    size_t used = 0, room = 0;
    char *records = arena_alloc(arena, 0, record_size);
    while (query_step(q)) {
        if (used == room) {
            room = room == 0 ? 8 : 2 * room;
            char *larger = arena_alloc(arena, room, record_size);
            if (used > 0)
                memcpy(larger, records, used * record_size);
            records = larger;
        }
        read(q, arena, records + used * record_size);
        used++;
    }
    *n = q->code == ERR_NONE ? used : 0;
    return records;
}
