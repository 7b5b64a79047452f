#include "storage/progress.h"

#include "storage/observation_value.h"
#include "storage/query.h"

enum err_code progress_load(struct tx *tx, int64_t experiment_id, struct progress_state *state, struct err *err)
{
    struct query q = query_start(tx, "SELECT sequence, best_observation_id FROM experiment WHERE id = ?", err);
    query_bind_int(&q, experiment_id);
    if (!query_step(&q)) {
        enum err_code code = query_end(&q);
        return code != ERR_NONE ? code : err_set(err, ERR_NOT_FOUND, NULL, "No such experiment");
    }
    state->sequence = query_int(&q);
    state->best_observation_id = query_int(&q);
    return query_end(&q);
}

enum err_code progress_append(struct tx *tx, const struct observation_record *record, int64_t best_id, double cost,
                              struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE experiment SET sequence = ?, observation_count = observation_count + 1,"
                                 " budget_consumed = budget_consumed + ?,"
                                 " first_observation_id = coalesce(first_observation_id, ?), last_observation_id = ?,"
                                 " best_observation_id = ? WHERE id = ?",
                                 err);
    query_bind_int(&q, record->sequence);
    query_bind_real(&q, cost);
    query_bind_int(&q, record->id);
    query_bind_int(&q, record->id);
    query_bind_optional(&q, best_id);
    query_bind_int(&q, record->experiment_id);
    return query_run(&q);
}

enum err_code progress_add_cost(struct tx *tx, int64_t experiment_id, double cost, struct err *err)
{
    struct query q = query_start(tx, "UPDATE experiment SET budget_consumed = budget_consumed + ? WHERE id = ?", err);
    query_bind_real(&q, cost);
    query_bind_int(&q, experiment_id);
    return query_run(&q);
}

enum err_code progress_find_best(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, struct err *err)
{
    int64_t best_id = 0;
    enum err_code code = observation_value_best(tx, experiment_id, rule, &best_id, err);
    if (code != ERR_NONE)
        return code;
    struct query q = query_start(tx, "UPDATE experiment SET best_observation_id = ? WHERE id = ?", err);
    query_bind_optional(&q, best_id);
    query_bind_int(&q, experiment_id);
    return query_run(&q);
}

enum err_code progress_recount(struct tx *tx, int64_t experiment_id, int by, const struct best_rule *rule, double cost,
                               struct err *err)
{
    // Exactly 0 when nothing is left, whatever rounding has gathered.
    struct query q = query_start(tx,
                                 "UPDATE experiment AS e SET epoch = epoch + 1, observation_count = observation_count + ?1,"
                                 " budget_consumed = CASE observation_count + ?1 WHEN 0 THEN 0.0 ELSE budget_consumed + ?2 END,"
                                 " first_observation_id ="
                                 " (SELECT min(o.id) FROM observation o WHERE o.experiment_id = e.id AND o.deleted = 0),"
                                 " last_observation_id ="
                                 " (SELECT max(o.id) FROM observation o WHERE o.experiment_id = e.id AND o.deleted = 0)"
                                 " WHERE id = ?3",
                                 err);
    query_bind_int(&q, by);
    query_bind_real(&q, by * cost);
    query_bind_int(&q, experiment_id);
    enum err_code code = query_run(&q);
    return code == ERR_NONE ? progress_find_best(tx, experiment_id, rule, err) : code;
}

enum err_code progress_remove_all(struct tx *tx, int64_t experiment_id, struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE experiment SET epoch = epoch + 1, cold_ordinal = ordinal, observation_count = 0,"
                                 " budget_consumed = 0,"
                                 " first_observation_id = NULL, last_observation_id = NULL, best_observation_id = NULL"
                                 " WHERE id = ?",
                                 err);
    query_bind_int(&q, experiment_id);
    return query_run(&q);
}
