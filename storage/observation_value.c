#include "storage/observation_value.h"

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

// Walks the values from the best one on to the first whose observation is of the task.
static enum err_code best_of_task(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, int64_t *observation_id,
                                  struct err *err)
{
    struct query q = query_start(tx,
                                 rule->maximize ? "SELECT v.observation_id FROM observation_value v CROSS JOIN observation o"
                                                  " WHERE v.experiment_id = ? AND v.name = ? AND v.live = 1"
                                                  " AND o.id = v.observation_id AND o.task = ?"
                                                  " ORDER BY v.value DESC, v.observation_id DESC LIMIT 1"
                                                : "SELECT v.observation_id FROM observation_value v CROSS JOIN observation o"
                                                  " WHERE v.experiment_id = ? AND v.name = ? AND v.live = 1"
                                                  " AND o.id = v.observation_id AND o.task = ?"
                                                  " ORDER BY v.value, v.observation_id DESC LIMIT 1",
                                 err);
    query_bind_int(&q, experiment_id);
    query_bind_text(&q, rule->metric);
    query_bind_text(&q, rule->task);
    return query_value(&q, observation_id);
}

enum err_code observation_value_best(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, int64_t *observation_id,
                                     struct err *err)
{
    *observation_id = 0;
    if (rule->metric == NULL)
        return ERR_NONE;
    if (rule->task != NULL)
        return best_of_task(tx, experiment_id, rule, observation_id, err);
    // First the extreme value, then the newest observation that has it: two steps down the index each way.
    struct query q = query_start(tx,
                                 rule->maximize ? "SELECT max(value) FROM observation_value"
                                                  " WHERE experiment_id = ? AND name = ? AND live = 1"
                                                : "SELECT min(value) FROM observation_value"
                                                  " WHERE experiment_id = ? AND name = ? AND live = 1",
                                 err);
    query_bind_int(&q, experiment_id);
    query_bind_text(&q, rule->metric);
    double value = query_step(&q) ? query_real(&q) : 0;
    enum err_code code = query_end(&q);
    if (code != ERR_NONE)
        return code;
    q = query_start(tx,
                    "SELECT max(observation_id) FROM observation_value"
                    " WHERE experiment_id = ? AND name = ? AND value = ? AND live = 1",
                    err);
    query_bind_int(&q, experiment_id);
    query_bind_text(&q, rule->metric);
    query_bind_real(&q, value); // NAN, which equals nothing, when there was no row
    return query_value(&q, observation_id);
}
