#include "storage/suggestion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storage/assignment.h"
#include "storage/page.h"
#include "storage/query.h"

#define SELECT                                                                                                                \
    "SELECT id, experiment_id, created, deleted, closed, metadata, source, task, sequence, epoch, ordinal, seed,"             \
    " relaxations, floor, box, probability_of_feasibility, expected_improvement, mean, stddev, exploring, filler, inevitable, models,"\
    " predicted, probability_of_constraints"                                                                                  \
    " FROM suggestion"

static enum err_code not_found(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, NULL, "No such suggestion");
}

// All but the assignments.
static void read_row(struct query *q, struct arena *arena, void *target)
{
    struct suggestion_record *record = target;
    record->id = query_int(q);
    record->experiment_id = query_int(q);
    record->created = query_int(q);
    record->deleted = query_bool(q);
    record->closed = query_bool(q);
    record->metadata = query_text(q, arena);
    record->source = (enum suggestion_source)query_int(q);
    record->task = query_text(q, arena);
    record->sequence = query_int(q);
    record->epoch = query_int(q);
    record->ordinal = query_int(q);
    record->seed = query_int(q);
    record->relaxations = query_int(q);
    record->floor = query_real(q);
    record->box = query_real(q);
    record->probability_of_feasibility = query_real(q);
    record->expected_improvement = query_real(q);
    record->mean = query_real(q);
    record->stddev = query_real(q);
    record->exploring = query_bool(q);
    record->filler = query_bool(q);
    record->inevitable = query_real(q);
    record->models = query_text(q, arena);
    record->predicted = query_text(q, arena);
    record->probability_of_constraints = query_real(q);
}

static enum err_code load_assignments(struct tx *tx, struct arena *arena, struct suggestion_record *records, size_t n,
                                      struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; code == ERR_NONE && i < n; i++)
        code = assignment_load(tx, arena, ASSIGNMENT_OF_SUGGESTION, records[i].id, &records[i].assignments,
                               &records[i].n_assignments, err);
    return code;
}

// Reads the one row of a query, or none (ERR_NOT_FOUND), and ends the query.
static enum err_code read_one(struct query *q, struct tx *tx, struct arena *arena, struct suggestion_record *record,
                              struct err *err)
{
    *record = (struct suggestion_record){.id = 0};
    bool found = query_step(q);
    if (found)
        read_row(q, arena, record);
    enum err_code code = query_end(q);
    if (code != ERR_NONE)
        return code;
    return found ? load_assignments(tx, arena, record, 1, err) : not_found(err);
}

// Reads all rows of a query and ends it.
static enum err_code read_many(struct query *q, struct tx *tx, struct arena *arena, struct suggestion_record **records,
                               size_t *n, struct err *err)
{
    *records = query_collect(q, arena, sizeof **records, read_row, n);
    enum err_code code = query_end(q);
    return code == ERR_NONE ? load_assignments(tx, arena, *records, *n, err) : code;
}

enum err_code suggestion_find(struct tx *tx, struct arena *arena, int64_t experiment_id, int64_t id,
                              struct suggestion_record *record, struct err *err)
{
    struct query q = query_start(tx, SELECT " WHERE id = ? AND experiment_id = ? AND deleted = 0", err);
    query_bind_int(&q, id);
    query_bind_int(&q, experiment_id);
    return read_one(&q, tx, arena, record, err);
}

static enum err_code count_all(struct tx *tx, const struct suggestion_filter *filter, int64_t *count, struct err *err)
{
    const char *sql = filter->only_open ? "SELECT open_suggestion_count FROM experiment WHERE id = ?"
                                        : "SELECT suggestion_count FROM experiment WHERE id = ?";
    if (filter->deleted)
        sql = filter->only_open ? "SELECT count(*) FROM suggestion WHERE experiment_id = ? AND deleted = 1 AND closed = 0"
                                : "SELECT count(*) FROM suggestion WHERE experiment_id = ? AND deleted = 1";
    struct query q = query_start(tx, sql, err);
    query_bind_int(&q, filter->experiment_id);
    return query_value(&q, count);
}

static enum err_code page_of_all(struct tx *tx, struct arena *arena, const struct suggestion_filter *filter,
                                 const struct page_query *page, struct suggestion_record **records, size_t *n, int64_t *count,
                                 struct err *err)
{
    enum err_code code = count_all(tx, filter, count, err);
    if (code != ERR_NONE)
        return code;
    struct page_key key = {.id = "id"};
    struct buffer sql = {0};
    buffer_puts(&sql, SELECT " WHERE experiment_id = ?");
    // Constants, not parameters: the planner must see that the index of open ones will do.
    buffer_puts(&sql, filter->deleted ? " AND deleted = 1" : " AND deleted = 0");
    if (filter->only_open)
        buffer_puts(&sql, " AND closed = 0");
    page_add(&sql, &key, page);
    struct query q = query_start(tx, sql.data, err);
    query_bind_int(&q, filter->experiment_id);
    page_bind(&q, &key, page);
    code = read_many(&q, tx, arena, records, n, err);
    buffer_clear(&sql);
    return code;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// The filter's ids in the order of the page, each once. Returns their number.
static size_t order_ids(const struct suggestion_filter *filter, bool up, int64_t *ids)
{
    size_t n = 0;
    memcpy(ids, filter->ids, filter->n_ids * sizeof *ids);
    qsort(ids, filter->n_ids, sizeof *ids, compare_ids);
    for (size_t i = 0; i < filter->n_ids; i++) {
        if (n == 0 || ids[n - 1] != ids[i])
            ids[n++] = ids[i];
    }
    for (size_t i = 0; !up && i < n / 2; i++) {
        int64_t kept = ids[i];
        ids[i] = ids[n - 1 - i];
        ids[n - 1 - i] = kept;
    }
    return n;
}

static bool is_on_page(const struct page_query *page, int64_t id)
{
    return (!page->has_before || id < page->before[0]) && (!page->has_after || id > page->after[0]);
}

// A caller who names ids gets them one by one: a list of any length is no part of any statement.
static enum err_code page_of_ids(struct tx *tx, struct arena *arena, const struct suggestion_filter *filter,
                                 const struct page_query *page, struct suggestion_record **records, size_t *n, int64_t *count,
                                 struct err *err)
{
    *n = 0;
    *count = 0;
    *records = arena_alloc(arena, page->limit + 1 < filter->n_ids ? page->limit + 1 : filter->n_ids, sizeof **records);
    if (filter->n_ids == 0)
        return ERR_NONE;
    int64_t *ids = arena_alloc(arena, filter->n_ids, sizeof *ids);
    size_t n_ids = order_ids(filter, page->up, ids);
    for (size_t i = 0; i < n_ids; i++) {
        struct query q = query_start(
            tx, SELECT " WHERE id = ? AND experiment_id = ? AND deleted = ? AND closed <= ?", err);
        query_bind_int(&q, ids[i]);
        query_bind_int(&q, filter->experiment_id);
        query_bind_int(&q, filter->deleted);
        query_bind_int(&q, !filter->only_open);
        bool found = query_step(&q);
        *count += found;
        if (found && *n <= page->limit && is_on_page(page, ids[i]))
            read_row(&q, arena, &(*records)[(*n)++]);
        enum err_code code = query_end(&q);
        if (code != ERR_NONE)
            return code;
    }
    return load_assignments(tx, arena, *records, *n, err);
}

enum err_code suggestion_page(struct tx *tx, struct arena *arena, const struct suggestion_filter *filter,
                              const struct page_query *page, struct suggestion_record **records, size_t *n, int64_t *count,
                              struct err *err)
{
    if (filter->ids != NULL)
        return page_of_ids(tx, arena, filter, page, records, n, count, err);
    return page_of_all(tx, arena, filter, page, records, n, count, err);
}

enum err_code suggestion_open(struct tx *tx, struct arena *arena, int64_t experiment_id, struct suggestion_record **records,
                              size_t *n, struct err *err)
{
    struct query q = query_start(tx, SELECT " WHERE experiment_id = ? AND closed = 0 AND deleted = 0 ORDER BY id", err);
    query_bind_int(&q, experiment_id);
    return read_many(&q, tx, arena, records, n, err);
}

enum err_code suggestion_newest_generated(struct tx *tx, struct arena *arena, int64_t experiment_id,
                                          struct suggestion_record *record, struct err *err)
{
    struct query q =
        query_start(tx, SELECT " WHERE experiment_id = ? AND ordinal IS NOT NULL ORDER BY ordinal DESC LIMIT 1", err);
    query_bind_int(&q, experiment_id);
    return read_one(&q, tx, arena, record, err);
}

static void read_relaxation(struct query *q, struct arena *arena, void *target)
{
    (void)arena;
    struct suggestion_record *record = target;
    record->sequence = query_int(q);
    record->ordinal = query_int(q);
    record->relaxations = query_int(q);
}

enum err_code suggestion_relaxations(struct tx *tx, struct arena *arena, int64_t experiment_id,
                                     struct suggestion_record **records, size_t *n, struct err *err)
{
    struct query q = query_start(tx,
                                 "SELECT sequence, ordinal, relaxations FROM suggestion"
                                 " WHERE experiment_id = ? AND relaxations > 0 AND source = 5 ORDER BY ordinal",
                                 err);
    query_bind_int(&q, experiment_id);
    *records = query_collect(&q, arena, sizeof **records, read_relaxation, n);
    return query_end(&q);
}

enum err_code suggestion_forecast(struct tx *tx, int64_t experiment_id, size_t limit, struct suggestion_forecast *forecast,
                                  struct err *err)
{
    *forecast = (struct suggestion_forecast){.expected_improvement = (double)NAN};
    struct query q = query_start(tx,
                                 "SELECT source, filler, expected_improvement FROM suggestion"
                                 " WHERE experiment_id = ? AND ordinal IS NOT NULL ORDER BY ordinal DESC LIMIT ?",
                                 err);
    query_bind_int(&q, experiment_id);
    query_bind_int(&q, (int64_t)limit);
    while (query_step(&q)) {
        if (query_int(&q) != SOURCE_MODEL)
            continue;
        forecast->n_filler += query_bool(&q);
        double improvement = query_real(&q);
        if (forecast->n++ == 0)
            forecast->expected_improvement = improvement;
    }
    return query_end(&q);
}
