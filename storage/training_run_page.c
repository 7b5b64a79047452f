#include "storage/training_run_page.h"

#include "storage/page.h"
#include "storage/query.h"
#include "storage/training_run.h"
#include "storage/training_run_row.h"

#define BEGINNING(column) "substr(" column ", 1, 1124)"
_Static_assert(RUN_KEY_CHARACTERS == 1124, "as in BEGINNING");
#define SECONDS(column) "(" column " - (" column " % 1000 + 1000) % 1000) / 1000"

// ------------------------------------------------------------------ fields

// Expressions over the run r, and over its entry k by which the list is sorted. The plus takes a column's affinity away, so that
// nothing is converted when it is compared.
static const struct column {
    const char *compared;      // NULL: an entry's, see `entry_column`
    const char *integer;       // sort key
    const char *number, *text; // sort key of scalars: number or text or, with both, the one that is there
} columns[] = {
    [RUN_COLUMN_ID] = {"r.id", NULL, NULL, NULL},
    [RUN_COLUMN_CLIENT] = {"r.client_id", "r.client_id", NULL, NULL},
    [RUN_COLUMN_EXPERIMENT] = {"r.experiment_id", "r.experiment_id", NULL, NULL},
    [RUN_COLUMN_SUGGESTION] = {"r.suggestion_id", "r.suggestion_id", NULL, NULL},
    [RUN_COLUMN_OBSERVATION] = {"r.observation_id", "r.observation_id", NULL, NULL},
    [RUN_COLUMN_USER] = {"r.user_id", "r.user_id", NULL, NULL},
    [RUN_COLUMN_CREATED] = {SECONDS("r.created"), "r.created", NULL, NULL},
    [RUN_COLUMN_UPDATED] = {SECONDS("r.updated"), "r.updated", NULL, NULL},
    [RUN_COLUMN_COMPLETED] = {SECONDS("r.completed"), "r.completed", NULL, NULL},
    [RUN_COLUMN_DELETED] = {"r.deleted", "r.deleted", NULL, NULL},
    [RUN_COLUMN_FAVORITE] = {"r.favorite", "r.favorite", NULL, NULL},
#define OPTIMIZED "(SELECT s.source IN (3, 4, 5, 7) FROM suggestion s WHERE s.id = r.suggestion_id)"
    [RUN_COLUMN_OPTIMIZED] = {OPTIMIZED, OPTIMIZED, NULL, NULL},
    [RUN_COLUMN_STATE] = {"r.state", "r.state", NULL, NULL}, // whose numbers are in the order of the names
    [RUN_COLUMN_NAME] = {"r.name", NULL, NULL, BEGINNING("r.name")},
    [RUN_COLUMN_ENTRY] = {NULL, NULL, "+k.number", BEGINNING("k.text")},
    [RUN_COLUMN_EXTRA] = {NULL, NULL, "+k.extra", NULL},
};
_Static_assert(SOURCE_INITIAL == 3 && SOURCE_FILL == 4 && SOURCE_MODEL == 5 && SOURCE_FALLBACK == 7, "as in OPTIMIZED");

static bool is_entry(const struct run_field *field)
{
    return columns[field->column].compared == NULL;
}

bool training_run_sorts_by_scalar(const struct run_field *sort)
{
    return columns[sort->column].number != NULL || columns[sort->column].text != NULL;
}

// NULL: the key is the id alone.
static const char *sort_expression(const struct run_field *sort)
{
    const struct column *column = &columns[sort->column];
    if (column->number != NULL && column->text != NULL)
        return "coalesce(+k.number, " BEGINNING("k.text") ")";
    return column->number != NULL ? column->number : column->text != NULL ? column->text : column->integer;
}

// ------------------------------------------------------------------ conditions

static const char *const signs[] = {
    [RUN_EQUAL] = "=", [RUN_NOT_EQUAL] = "!=", [RUN_GREATER] = ">", [RUN_GREATER_EQUAL] = ">=", [RUN_LESS] = "<", [RUN_LESS_EQUAL] = "<=",
};

static const char *entry_column(const struct run_condition *c)
{
    return c->field.column == RUN_COLUMN_EXTRA ? "e.extra" : c->operand == RUN_OPERAND_TEXT ? "e.text" : "e.number";
}

// What is asked of an entry that is there; "" when that is all.
static void add_entry_test(struct buffer *sql, const struct run_condition *c)
{
    bool is_extra = c->field.column == RUN_COLUMN_EXTRA;
    if (c->operator == RUN_IS_NULL || c->operand == RUN_OPERAND_OTHER)
        buffer_puts(sql, is_extra ? " AND e.extra IS NOT NULL" : "");
    else if (c->operator == RUN_NOT_EQUAL && !is_extra)
        buffer_printf(sql, " AND %s IS NOT ?", entry_column(c)); // a text is unequal to every number
    else
        buffer_printf(sql, " AND %s %s ?", entry_column(c), signs[c->operator]);
}

static void add_condition(struct buffer *sql, const struct run_condition *c)
{
    if (is_entry(&c->field)) {
        buffer_printf(sql, " AND %sEXISTS (SELECT 1 FROM training_run_entry e WHERE e.training_run_id = r.id AND e.section = ?"
                           " AND e.key = ?", c->operator == RUN_IS_NULL ? "NOT " : "");
        add_entry_test(sql, c);
        buffer_puts(sql, ")");
        if (c->operand == RUN_OPERAND_OTHER && c->operator != RUN_NOT_EQUAL && c->operator != RUN_IS_NULL)
            buffer_puts(sql, " AND 0");
    } else if (c->operator == RUN_IS_NULL) {
        buffer_printf(sql, " AND %s IS NULL", columns[c->field.column].compared);
    } else {
        buffer_printf(sql, " AND %s %s ?", columns[c->field.column].compared, signs[c->operator]);
    }
}

static void bind_condition(struct query *q, const struct run_condition *c)
{
    if (is_entry(&c->field)) {
        query_bind_int(q, c->field.section);
        query_bind_text(q, c->field.key);
    }
    if (c->operator == RUN_IS_NULL || c->operand == RUN_OPERAND_OTHER)
        return;
    if (c->operand == RUN_OPERAND_INTEGER)
        query_bind_int(q, c->integer);
    else if (c->operand == RUN_OPERAND_NUMBER)
        query_bind_real(q, c->number);
    else
        query_bind_text(q, c->text);
}

// ------------------------------------------------------------------ the list

// True when a condition leaves so few runs that its index is the one to use: the plus keeps the planner from the others.
static bool is_narrow(const struct training_run_filter *f)
{
    for (size_t i = 0; i < f->n_conditions; i++) {
        enum run_column column = f->conditions[i].field.column;
        bool is_indexed = column == RUN_COLUMN_ID || column == RUN_COLUMN_EXPERIMENT || column == RUN_COLUMN_SUGGESTION ||
                          column == RUN_COLUMN_OBSERVATION;
        if (is_indexed && f->conditions[i].operator == RUN_EQUAL)
            return true;
    }
    return false;
}

// FROM and WHERE; the entry by which the list is sorted is joined as k.
static void add_list(struct buffer *sql, const struct training_run_filter *f, const char *more)
{
    bool is_narrowed = is_narrow(f);
    buffer_printf(sql, " FROM training_run r%s", more);
    if (is_entry(&f->sort))
        buffer_puts(sql, " CROSS JOIN training_run_entry k ON k.training_run_id = r.id AND k.section = ? AND k.key = ?");
    buffer_printf(sql, " WHERE %sr.client_id = ?", is_narrowed || f->project_id != 0 ? "+" : "");
    if (f->project_id != 0)
        buffer_printf(sql, " AND %sr.project_id = ?", is_narrowed ? "+" : "");
    if (f->search != NULL)
        buffer_puts(sql, " AND instr(lower(r.name), lower(?)) > 0");
    for (size_t i = 0; i < f->n_conditions; i++)
        add_condition(sql, &f->conditions[i]);
    if (f->sort.column == RUN_COLUMN_ENTRY)
        buffer_puts(sql, " AND (k.number IS NOT NULL OR k.text IS NOT NULL)"); // looks at no text
    else if (sort_expression(&f->sort) != NULL)
        buffer_printf(sql, " AND %s IS NOT NULL", sort_expression(&f->sort));
}

static void bind_list(struct query *q, const struct training_run_filter *f)
{
    if (is_entry(&f->sort)) {
        query_bind_int(q, f->sort.section);
        query_bind_text(q, f->sort.key);
    }
    query_bind_int(q, f->client_id);
    if (f->project_id != 0)
        query_bind_int(q, f->project_id);
    if (f->search != NULL)
        query_bind_text(q, f->search);
    for (size_t i = 0; i < f->n_conditions; i++)
        bind_condition(q, &f->conditions[i]);
}

static void read_row(struct query *q, struct arena *arena, void *target)
{
    struct training_run_row *row = target;
    training_run_read(q, arena, &row->run);
    row->integer = query_int(q);
    row->scalar.number = query_real(q);
    row->scalar.text = query_text(q, arena);
}

enum err_code training_run_page(struct tx *tx, struct arena *arena, const struct training_run_filter *filter,
                                const struct page_query *page, struct training_run_row **rows, size_t *n, struct err *err)
{
    const struct column *sort = &columns[filter->sort.column];
    struct page_key key = {
        .first = sort_expression(&filter->sort), .id = "r.id", .is_scalar = training_run_sorts_by_scalar(&filter->sort)};
    struct buffer sql = {0};
    buffer_printf(&sql, "SELECT " TRAINING_RUN_COLUMNS ", %s, %s, %s", sort->integer != NULL ? sort->integer : "0",
                  sort->number != NULL ? sort->number : "NULL", sort->text != NULL ? sort->text : "NULL");
    add_list(&sql, filter, " CROSS JOIN project p ON p.id = r.project_id");
    page_add(&sql, &key, page);
    struct query q = query_start(tx, sql.data, err);
    bind_list(&q, filter);
    page_bind(&q, &key, page);
    *rows = query_collect(&q, arena, sizeof **rows, read_row, n);
    enum err_code code = query_end(&q);
    buffer_clear(&sql);
    for (size_t i = 0; code == ERR_NONE && i < *n && i < page->limit; i++)
        code = training_run_load(tx, arena, &(*rows)[i].run, 1, err);
    return code;
}

// ------------------------------------------------------------------ what occurs

static void read_group(struct query *q, struct arena *arena, void *target)
{
    struct run_group *group = target;
    group->shape = query_text(q, arena);
    group->n = query_int(q);
    group->n_experiments = query_int(q);
    group->n_suggestions = query_int(q);
    group->n_observations = query_int(q);
    group->n_users = query_int(q);
    group->n_completed = query_int(q);
    group->n_favorites = query_int(q);
}

enum err_code training_run_groups(struct tx *tx, struct arena *arena, const struct training_run_filter *filter,
                                  struct run_group **groups, size_t *n, struct err *err)
{
    struct buffer sql = {0};
    buffer_puts(&sql, "SELECT shape.entries, g.n, g.experiments, g.suggestions, g.observations, g.users, g.completed, g.favorites"
                      " FROM (SELECT r.shape_id, count(*) AS n, count(r.experiment_id) AS experiments,"
                      " count(r.suggestion_id) AS suggestions, count(r.observation_id) AS observations,"
                      " count(r.user_id) AS users, count(r.completed) AS completed, count(r.favorite) AS favorites");
    add_list(&sql, filter, "");
    buffer_puts(&sql, " GROUP BY +r.shape_id) g JOIN training_run_shape shape ON shape.id = g.shape_id");
    struct query q = query_start(tx, sql.data, err);
    bind_list(&q, filter);
    *groups = query_collect(&q, arena, sizeof **groups, read_group, n);
    enum err_code code = query_end(&q);
    buffer_clear(&sql);
    return code;
}
