#include "storage/observation.h"

#include "storage/assignment.h"
#include "storage/observation_value.h"
#include "storage/page.h"
#include "storage/query.h"

#define SELECT                                                                                                                \
    "SELECT o.id, o.experiment_id, o.sequence, o.suggestion_id, o.task, o.failed, o.deleted, o.created, o.metadata, s.source," \
    " coalesce(s.filler, 0), coalesce(s.inevitable, 0.0), coalesce(s.probability_of_feasibility, 0.0)"                        \
    " FROM observation o LEFT JOIN suggestion s ON s.id = o.suggestion_id"

static enum err_code not_found(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, NULL, "No such observation");
}

// All but assignments and values.
static void read_row(struct query *q, struct arena *arena, void *target)
{
    struct observation_record *record = target;
    record->id = query_int(q);
    record->experiment_id = query_int(q);
    record->sequence = query_int(q);
    record->suggestion_id = query_int(q);
    record->task = query_text(q, arena);
    record->failed = query_bool(q);
    record->deleted = query_bool(q);
    record->created = query_int(q);
    record->metadata = query_text(q, arena);
    record->source = (enum suggestion_source)query_int(q);
    record->filler = query_bool(q);
    record->inevitable = query_real(q);
    record->told = query_real(q);
}

static enum err_code load_details(struct tx *tx, struct arena *arena, struct observation_record *records, size_t n,
                                  struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; code == ERR_NONE && i < n; i++) {
        code = assignment_load(tx, arena, ASSIGNMENT_OF_OBSERVATION, records[i].id, &records[i].assignments,
                               &records[i].n_assignments, err);
        if (code == ERR_NONE)
            code = observation_value_load(tx, arena, records[i].id, &records[i].values, &records[i].n_values, err);
    }
    return code;
}

// Reads the one row of a query, or none (*found), and ends the query.
static enum err_code read_one(struct query *q, struct tx *tx, struct arena *arena, struct observation_record *record,
                              bool *found, struct err *err)
{
    *record = (struct observation_record){.id = 0};
    *found = query_step(q);
    if (*found)
        read_row(q, arena, record);
    enum err_code code = query_end(q);
    return code == ERR_NONE && *found ? load_details(tx, arena, record, 1, err) : code;
}

// Reads all rows of a query and ends it.
static enum err_code read_many(struct query *q, struct tx *tx, struct arena *arena, struct observation_record **records,
                               size_t *n, struct err *err)
{
    *records = query_collect(q, arena, sizeof **records, read_row, n);
    enum err_code code = query_end(q);
    return code == ERR_NONE ? load_details(tx, arena, *records, *n, err) : code;
}

enum err_code observation_find(struct tx *tx, struct arena *arena, int64_t experiment_id, int64_t id,
                               struct observation_record *record, struct err *err)
{
    struct query q = query_start(tx, SELECT " WHERE o.id = ? AND o.experiment_id = ? AND o.deleted = 0", err);
    query_bind_int(&q, id);
    query_bind_int(&q, experiment_id);
    bool found = false;
    enum err_code code = read_one(&q, tx, arena, record, &found, err);
    return code == ERR_NONE && !found ? not_found(err) : code;
}

enum err_code observation_get(struct tx *tx, struct arena *arena, const int64_t *ids, size_t n,
                              struct observation_record *records, struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; code == ERR_NONE && i < n; i++) {
        records[i] = (struct observation_record){.id = 0};
        if (ids[i] == 0)
            continue;
        struct query q = query_start(tx, SELECT " WHERE o.id = ?", err);
        query_bind_int(&q, ids[i]);
        bool found = false;
        code = read_one(&q, tx, arena, &records[i], &found, err);
        if (code == ERR_NONE && !found)
            code = not_found(err);
    }
    return code;
}

// All that were ever reported are numbered without a gap, so both counts follow from the experiment's row.
static enum err_code count_all(struct tx *tx, const struct observation_filter *filter, int64_t *count, struct err *err)
{
    struct query q = query_start(tx,
                                 filter->deleted ? "SELECT sequence - observation_count FROM experiment WHERE id = ?"
                                                 : "SELECT observation_count FROM experiment WHERE id = ?",
                                 err);
    query_bind_int(&q, filter->experiment_id);
    return query_value(&q, count);
}

enum err_code observation_page(struct tx *tx, struct arena *arena, const struct observation_filter *filter,
                               const struct page_query *page, struct observation_record **records, size_t *n, int64_t *count,
                               struct err *err)
{
    enum err_code code = count_all(tx, filter, count, err);
    if (code != ERR_NONE)
        return code;
    struct page_key key = {.id = "o.id"};
    struct buffer sql = {0};
    buffer_puts(&sql, SELECT " WHERE o.experiment_id = ? AND o.deleted = ?");
    page_add(&sql, &key, page);
    struct query q = query_start(tx, sql.data, err);
    query_bind_int(&q, filter->experiment_id);
    query_bind_int(&q, filter->deleted);
    page_bind(&q, &key, page);
    code = read_many(&q, tx, arena, records, n, err);
    buffer_clear(&sql);
    return code;
}

enum err_code observation_since(struct tx *tx, struct arena *arena, int64_t experiment_id, int64_t after,
                                struct observation_record **records, size_t *n, struct err *err)
{
    struct query q =
        query_start(tx, SELECT " WHERE o.experiment_id = ? AND o.sequence > ? AND +o.deleted = 0 ORDER BY o.sequence", err);
    query_bind_int(&q, experiment_id);
    query_bind_int(&q, after);
    return read_many(&q, tx, arena, records, n, err);
}
