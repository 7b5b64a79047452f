#include "storage/observation_key.h"

#include "storage/query.h"

#define OF_EXPERIMENT " WHERE o.experiment_id = ?1 AND o.deleted = ?2"
#define WITH_VALUE                                                                                                            \
    " FROM observation o LEFT JOIN observation_value v ON v.observation_id = o.id AND v.name = ?3" OF_EXPERIMENT
#define WITH_ASSIGNMENT                                                                                                       \
    " FROM observation o LEFT JOIN observation_assignment a ON a.observation_id = o.id AND a.name = ?3" OF_EXPERIMENT

static const char *const statements[] = {
    [OBSERVATION_KEY_CREATED] = "SELECT o.id, o.created, NULL, NULL FROM observation o" OF_EXPERIMENT,
    [OBSERVATION_KEY_VALUE] = "SELECT o.id, 0, v.value, NULL" WITH_VALUE,
    [OBSERVATION_KEY_STDDEV] = "SELECT o.id, 0, v.stddev, NULL" WITH_VALUE,
    [OBSERVATION_KEY_ASSIGNMENT] = "SELECT o.id, 0, a.number, a.text" WITH_ASSIGNMENT,
    [OBSERVATION_KEY_TASK] = "SELECT o.id, 0, v.value, o.task" WITH_VALUE,
};

static void read_row(struct query *q, struct arena *arena, void *target)
{
    struct observation_key_row *row = target;
    row->id = query_int(q);
    row->created = query_int(q);
    row->number = query_real(q);
    row->text = query_text(q, arena);
}

enum err_code observation_keys(struct tx *tx, struct arena *arena, const struct observation_filter *filter,
                               enum observation_key key, const char *name, struct observation_key_row **rows, size_t *n,
                               struct err *err)
{
    struct query q = query_start(tx, statements[key], err);
    query_bind_int(&q, filter->experiment_id);
    query_bind_int(&q, filter->deleted);
    if (key != OBSERVATION_KEY_CREATED)
        query_bind_text(&q, name);
    *rows = query_collect(&q, arena, sizeof **rows, read_row, n);
    return query_end(&q);
}
