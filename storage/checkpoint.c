#include "storage/checkpoint.h"

#include "storage/page.h"
#include "storage/query.h"

#define SELECT "SELECT id, training_run_id, created, metadata FROM checkpoint"

static enum err_code insert_values(struct tx *tx, const struct checkpoint_record *record, struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; code == ERR_NONE && i < record->n_values; i++) {
        struct query q =
            query_start(tx, "INSERT INTO checkpoint_value (checkpoint_id, name, value, stddev) VALUES (?, ?, ?, ?)", err);
        query_bind_int(&q, record->id);
        query_bind_text(&q, record->values[i].name);
        query_bind_real(&q, record->values[i].value);
        query_bind_real(&q, record->values[i].stddev);
        code = query_run(&q);
    }
    return code;
}

enum err_code checkpoint_insert(struct tx *tx, struct checkpoint_record *record, struct err *err)
{
    struct query q = query_start(tx, "INSERT INTO checkpoint (training_run_id, created, metadata) VALUES (?, ?, ?)", err);
    query_bind_int(&q, record->training_run_id);
    query_bind_int(&q, record->created);
    query_bind_text(&q, record->metadata);
    enum err_code code = query_insert(&q, &record->id);
    if (code == ERR_NONE)
        code = insert_values(tx, record, err);
    if (code != ERR_NONE)
        return code;
    q = query_start(tx, "UPDATE training_run SET checkpoint_count = checkpoint_count + 1, updated = ? WHERE id = ?", err);
    query_bind_int(&q, record->created);
    query_bind_int(&q, record->training_run_id);
    return query_run(&q);
}

static void read_checkpoint(struct query *q, struct arena *arena, void *target)
{
    struct checkpoint_record *record = target;
    record->id = query_int(q);
    record->training_run_id = query_int(q);
    record->created = query_int(q);
    record->metadata = query_text(q, arena);
}

static void read_value(struct query *q, struct arena *arena, void *target)
{
    struct metric_value *value = target;
    value->name = query_text(q, arena);
    value->value = query_real(q);
    value->stddev = query_real(q);
}

static enum err_code load_values(struct tx *tx, struct arena *arena, struct checkpoint_record *records, size_t n, struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; code == ERR_NONE && i < n; i++) {
        struct query q =
            query_start(tx, "SELECT name, value, stddev FROM checkpoint_value WHERE checkpoint_id = ? ORDER BY name", err);
        query_bind_int(&q, records[i].id);
        records[i].values = query_collect(&q, arena, sizeof *records[i].values, read_value, &records[i].n_values);
        code = query_end(&q);
    }
    return code;
}

enum err_code checkpoint_find(struct tx *tx, struct arena *arena, int64_t run_id, int64_t id, struct checkpoint_record *record,
                              struct err *err)
{
    struct query q = query_start(tx, SELECT " WHERE id = ? AND training_run_id = ?", err);
    query_bind_int(&q, id);
    query_bind_int(&q, run_id);
    *record = (struct checkpoint_record){.id = 0};
    bool found = query_step(&q);
    if (found)
        read_checkpoint(&q, arena, record);
    enum err_code code = query_end(&q);
    if (code == ERR_NONE && !found)
        return err_set(err, ERR_NOT_FOUND, NULL, "No such checkpoint");
    return code == ERR_NONE ? load_values(tx, arena, record, 1, err) : code;
}

enum err_code checkpoint_page(struct tx *tx, struct arena *arena, int64_t run_id, const struct page_query *page,
                              struct checkpoint_record **records, size_t *n, int64_t *count, struct err *err)
{
    struct query q = query_start(tx, "SELECT checkpoint_count FROM training_run WHERE id = ?", err);
    query_bind_int(&q, run_id);
    enum err_code code = query_value(&q, count);
    if (code != ERR_NONE)
        return code;
    struct page_key key = {.id = "id"};
    struct buffer sql = {0};
    buffer_puts(&sql, SELECT " WHERE training_run_id = ?");
    page_add(&sql, &key, page);
    q = query_start(tx, sql.data, err);
    query_bind_int(&q, run_id);
    page_bind(&q, &key, page);
    *records = query_collect(&q, arena, sizeof **records, read_checkpoint, n);
    code = query_end(&q);
    buffer_clear(&sql);
    return code == ERR_NONE ? load_values(tx, arena, *records, *n, err) : code;
}
