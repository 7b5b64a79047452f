#include "storage/outcome.h"

#include <math.h>
#include <string.h>

#include "storage/query.h"

// One row for each value, one for an observation without any.
struct row {
    int64_t id;
    bool failed;
    const char *task, *metric;
    double value;
};

static void read_row(struct query *q, struct arena *arena, void *target)
{
    struct row *row = target;
    row->id = query_int(q);
    row->failed = query_bool(q);
    row->task = query_text(q, arena);
    row->metric = query_text(q, arena);
    row->value = query_real(q);
}

enum err_code outcome_list(struct tx *tx, struct arena *arena, int64_t experiment_id, const char *const *metrics,
                           size_t n_metrics, struct outcome **outcomes, size_t *n, struct err *err)
{
    struct query q = query_start(tx,
                                 "SELECT o.id, o.failed, o.task, v.name, v.value FROM observation o"
                                 " LEFT JOIN observation_value v ON v.observation_id = o.id"
                                 " WHERE o.experiment_id = ? AND o.deleted = 0 ORDER BY o.id, v.name",
                                 err);
    query_bind_int(&q, experiment_id);
    size_t n_rows, count = 0, metric = 0;
    const struct row *rows = query_collect(&q, arena, sizeof *rows, read_row, &n_rows);
    enum err_code code = query_end(&q);
    for (size_t i = 0; i < n_rows; i++)
        count += i == 0 || rows[i].id != rows[i - 1].id;
    struct outcome *list = arena_alloc(arena, count, sizeof *list);
    double *values = arena_alloc(arena, count * n_metrics, sizeof *values);
    for (size_t i = 0; i < count * n_metrics; i++)
        values[i] = (double)NAN;
    *outcomes = list;
    *n = 0;
    for (size_t i = 0; i < n_rows; i++) {
        const struct row *row = &rows[i];
        if (i == 0 || row->id != rows[i - 1].id) {
            list[*n] = (struct outcome){row->id, row->failed, row->task, values + *n * n_metrics};
            (*n)++;
            metric = 0;
        }
        while (row->metric != NULL && metric < n_metrics && strcmp(metrics[metric], row->metric) < 0)
            metric++;
        if (row->metric != NULL && metric < n_metrics && strcmp(metrics[metric], row->metric) == 0)
            values[(*n - 1) * n_metrics + metric] = row->value;
    }
    return code;
}

// The best value among the newest observations, and the id of the oldest of them.
static enum err_code find_recent(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, size_t n_recent, double *best,
                                 int64_t *oldest, struct err *err)
{
    struct query q = query_start(tx,
                                 "SELECT o.id, v.value FROM observation o LEFT JOIN observation_value v"
                                 " ON v.observation_id = o.id AND v.name = ?"
                                 " WHERE o.experiment_id = ? AND o.deleted = 0 AND o.task IS ifnull(?, o.task)"
                                 " ORDER BY o.id DESC LIMIT ?",
                                 err);
    query_bind_text(&q, rule->metric);
    query_bind_int(&q, experiment_id);
    query_bind_text(&q, rule->task);
    query_bind_int(&q, (int64_t)n_recent);
    *best = (double)NAN;
    while (query_step(&q)) {
        *oldest = query_int(&q);
        double value = query_real(&q);
        *best = rule->maximize ? fmax(*best, value) : fmin(*best, value); // NAN gives way
    }
    return query_end(&q);
}

// Observations before one, counted up to most.
static enum err_code count_before(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, int64_t id, size_t most,
                                  size_t *n, struct err *err)
{
    int64_t count = 0;
    struct query q = query_start(tx,
                                 "SELECT count(*) FROM (SELECT 1 FROM observation WHERE experiment_id = ? AND deleted = 0"
                                 " AND id < ? AND task IS ifnull(?, task) LIMIT ?)",
                                 err);
    query_bind_int(&q, experiment_id);
    query_bind_int(&q, id);
    query_bind_text(&q, rule->task);
    query_bind_int(&q, (int64_t)most);
    enum err_code code = query_value(&q, &count);
    *n = (size_t)count;
    return code;
}

enum err_code outcome_trend(struct tx *tx, int64_t experiment_id, const struct best_rule *rule, size_t n_recent, size_t nth,
                            struct outcome_trend *trend, struct err *err)
{
    int64_t oldest = 0;
    *trend = (struct outcome_trend){.before = (double)NAN};
    enum err_code code = find_recent(tx, experiment_id, rule, n_recent, &trend->recent, &oldest, err);
    if (code == ERR_NONE)
        code = count_before(tx, experiment_id, rule, oldest, nth, &trend->n_before, err);
    if (code != ERR_NONE)
        return code;
    // Down the index from the best value: no more than n_recent rows are passed by, and with a task the better ones of others.
    struct query q = query_start(tx,
                                 rule->maximize
                                     ? "SELECT v.value FROM observation_value v CROSS JOIN observation o WHERE v.experiment_id = ?"
                                       " AND v.name = ? AND v.live = 1 AND v.observation_id < ? AND o.id = v.observation_id"
                                       " AND o.task IS ifnull(?, o.task) ORDER BY v.value DESC LIMIT 1 OFFSET ?"
                                     : "SELECT v.value FROM observation_value v CROSS JOIN observation o WHERE v.experiment_id = ?"
                                       " AND v.name = ? AND v.live = 1 AND v.observation_id < ? AND o.id = v.observation_id"
                                       " AND o.task IS ifnull(?, o.task) ORDER BY v.value ASC LIMIT 1 OFFSET ?",
                                 err);
    query_bind_int(&q, experiment_id);
    query_bind_text(&q, rule->metric);
    query_bind_int(&q, oldest);
    query_bind_text(&q, rule->task);
    query_bind_int(&q, (int64_t)nth - 1);
    if (query_step(&q))
        trend->before = query_real(&q);
    return query_end(&q);
}
