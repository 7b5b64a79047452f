#include "storage/observation_value.h"

#include "base/buffer.h"
#include "storage/query.h"

enum err_code observation_value_insert_all(struct tx *tx, const struct observation_record *record, struct err *err)
{
    for (size_t i = 0; i < record->n_values; i++) {
        struct query q = query_start(tx,
                                     "INSERT INTO observation_value (observation_id, name, value, stddev, experiment_id, live)"
                                     " VALUES (?, ?, ?, ?, ?, 1)",
                                     err);
        query_bind_int(&q, record->id);
        query_bind_text(&q, record->values[i].name);
        query_bind_real(&q, record->values[i].value);
        query_bind_real(&q, record->values[i].stddev);
        query_bind_int(&q, record->experiment_id);
        enum err_code code = query_run(&q);
        if (code != ERR_NONE)
            return code;
    }
    return ERR_NONE;
}

static void read_value(struct query *q, struct arena *arena, void *target)
{
    struct metric_value *value = target;
    value->name = query_text(q, arena);
    value->value = query_real(q);
    value->stddev = query_real(q);
}

enum err_code observation_value_load(struct tx *tx, struct arena *arena, int64_t observation_id,
                                     const struct metric_value **values, size_t *n, struct err *err)
{
    struct query q =
        query_start(tx, "SELECT name, value, stddev FROM observation_value WHERE observation_id = ? ORDER BY name", err);
    query_bind_int(&q, observation_id);
    *values = query_collect(&q, arena, sizeof **values, read_value, n);
    return query_end(&q);
}

static enum err_code run_for(struct tx *tx, const char *sql, int64_t id, struct err *err)
{
    struct query q = query_start(tx, sql, err);
    query_bind_int(&q, id);
    return query_run(&q);
}

enum err_code observation_value_delete_all(struct tx *tx, int64_t observation_id, struct err *err)
{
    return run_for(tx, "DELETE FROM observation_value WHERE observation_id = ?", observation_id, err);
}

enum err_code observation_value_set_live(struct tx *tx, int64_t observation_id, bool live, struct err *err)
{
    return run_for(tx, live ? "UPDATE observation_value SET live = 1 WHERE observation_id = ?"
                            : "UPDATE observation_value SET live = 0 WHERE observation_id = ?",
                   observation_id, err);
}

enum err_code observation_value_retire_all(struct tx *tx, int64_t experiment_id, struct err *err)
{
    return run_for(tx, "UPDATE observation_value SET live = 0 WHERE experiment_id = ? AND live = 1", experiment_id, err);
}

// What two queries of the best have in common: live values of the rule's metric, of its task alone where it has one.
static struct query start_of_rule(struct tx *tx, const char *what, const char *and_order, int64_t experiment_id,
                                  const struct best_rule *rule, struct err *err)
{
    struct buffer sql = {0};
    buffer_printf(&sql, "SELECT %s FROM observation_value v WHERE v.experiment_id = ? AND v.name = ? AND v.live = 1%s%s LIMIT 1", what,
                  rule->task == NULL ? "" : " AND ? = (SELECT o.task FROM observation o WHERE o.id = v.observation_id)", and_order);
    struct query q = query_start(tx, sql.data, err);
    buffer_clear(&sql);
    query_bind_int(&q, experiment_id);
    query_bind_text(&q, rule->metric);
    if (rule->task != NULL)
        query_bind_text(&q, rule->task);
    return q;
}

enum err_code observation_value_best(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, int64_t *observation_id,
                                     struct err *err)
{
    *observation_id = 0;
    if (rule->metric == NULL)
        return ERR_NONE;
    // First the extreme value, then the newest observation that has it: the index ends where each is.
    const char *order = rule->maximize ? " ORDER BY v.value DESC" : " ORDER BY v.value";
    struct query q = start_of_rule(tx, "v.value", order, experiment_id, rule, err);
    bool found = query_step(&q);
    double value = found ? query_real(&q) : 0;
    enum err_code code = query_end(&q);
    if (code != ERR_NONE || !found)
        return code;
    q = start_of_rule(tx, "v.observation_id", " AND v.value = ? ORDER BY v.observation_id DESC", experiment_id, rule, err);
    query_bind_real(&q, value);
    return query_value(&q, observation_id);
}
