// Pages of training runs: by columns and entries, what a list costs, and what occurs in it.
#include "storage/training_run_page.h"

#include <math.h>
#include <stdio.h>

#include "storage/query.h"
#include "storage/run_shape.h"
#include "storage/training_run.h"
#include "storage/tx.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

enum { N_RUNS = 400, N_OTHERS = 2000 };

static int64_t experiment;

// Runs 0, 1, ... of an experiment, in project 1: number i / 7 as "n", every third has a deviation, and the others none.
static void fill(struct tx *tx, struct arena *arena)
{
    struct err err;
    experiment = scratch_experiment(tx, "e", 1);
    for (int i = 0; i < N_RUNS + N_OTHERS; i++) {
        struct run_entry entries[] = {{RUN_ASSIGNMENTS, "n", NULL, i / 7, NAN}, {RUN_VALUES, "v", NULL, i, i % 3 == 0 ? 0.5 : (double)NAN},
                                      {RUN_LOGS, "l", i % 2 == 0 ? "even" : "odd", NAN, NAN}};
        struct training_run_record run = {.client_id = 1, .project_id = 1, .user_id = i % 2, .name = arena_printf(arena, "run %d", i % 10),
                                          .state = RUN_ACTIVE, .created = i, .updated = i, .favorite = -1,
                                          .experiment_id = i < N_RUNS ? experiment : 0, .entries = entries, .n_entries = 3};
        is_int(training_run_insert(tx, &run, &err), ERR_NONE, "insert");
    }
}

// ------------------------------------------------------------------ pages

// Walks down the list in pages of 50 and counts the rows; each key must be below the one before it.
static int walk(struct tx *tx, struct arena *arena, const struct training_run_filter *filter)
{
    struct err err = {.code = ERR_NONE};
    struct page_query page = {.limit = 50};
    struct training_run_row *rows, last = {.integer = 0};
    size_t n = 51;
    int total = 0;
    bool is_sorted = true, is_scalar = training_run_sorts_by_scalar(&filter->sort), by_id = filter->sort.column == RUN_COLUMN_ID;
    while (n > 50) {
        is_int(training_run_page(tx, arena, filter, &page, &rows, &n, &err), ERR_NONE, err.text);
        for (size_t i = 0; i < n && i < 50; i++, total++) {
            const struct training_run_row *row = &rows[i];
            is_sorted = is_sorted && row->run.n_entries == 3;
            if (total > 0 && is_scalar && row->scalar.text == NULL)
                is_sorted = is_sorted && (row->scalar.number < last.scalar.number ||
                                          (row->scalar.number <= last.scalar.number && row->run.id < last.run.id));
            else if (total > 0 && !is_scalar)
                is_sorted = is_sorted && (row->integer < last.integer || (row->integer == last.integer && row->run.id < last.run.id));
            last = *row;
        }
        page.has_before = true;
        page.before[0] = by_id ? last.run.id : last.integer;
        page.before[1] = last.run.id;
        page.before_scalar = last.scalar;
    }
    ok(is_sorted, "in order");
    return total;
}

static void pages(struct tx *tx, struct arena *arena)
{
    struct run_condition in_experiment = {.field = {.column = RUN_COLUMN_EXPERIMENT}, .operator = RUN_EQUAL, .integer = experiment};
    struct run_condition even = {.field = {RUN_COLUMN_ENTRY, RUN_LOGS, "l"}, .operator = RUN_EQUAL, .operand = RUN_OPERAND_TEXT, .text = "even"};
    struct run_condition both[] = {in_experiment, even};
    struct training_run_filter filter = {.client_id = 1, .project_id = 1};
    is_int(walk(tx, arena, &filter), N_RUNS + N_OTHERS, "all");
    filter.sort = (struct run_field){RUN_COLUMN_ENTRY, RUN_ASSIGNMENTS, "n"};
    is_int(walk(tx, arena, &filter), N_RUNS + N_OTHERS, "by a number with ties");
    filter.sort = (struct run_field){RUN_COLUMN_ENTRY, RUN_LOGS, "l"};
    is_int(walk(tx, arena, &filter), N_RUNS + N_OTHERS, "by a text with ties");
    filter.sort = (struct run_field){.column = RUN_COLUMN_NAME};
    is_int(walk(tx, arena, &filter), N_RUNS + N_OTHERS, "by name");
    filter.sort = (struct run_field){RUN_COLUMN_EXTRA, RUN_VALUES, "v"};
    is_int(walk(tx, arena, &filter), (N_RUNS + N_OTHERS) / 3, "by a deviation: the others are left out");
    filter.sort = (struct run_field){.column = RUN_COLUMN_USER};
    is_int(walk(tx, arena, &filter), (N_RUNS + N_OTHERS) / 2, "by user: those without are left out");
    filter.sort = (struct run_field){.column = RUN_COLUMN_CREATED};
    filter.conditions = &in_experiment;
    filter.n_conditions = 1;
    is_int(walk(tx, arena, &filter), N_RUNS, "of the experiment");
    filter.conditions = both;
    filter.n_conditions = 2;
    is_int(walk(tx, arena, &filter), N_RUNS / 2, "half of those");
    filter.search = "UN 3";
    is_int(walk(tx, arena, &filter), 0, "an odd name");
    filter.project_id = 2;
    filter.search = NULL;
    is_int(walk(tx, arena, &filter), 0, "another project");
    filter.project_id = 0;
    is_int(walk(tx, arena, &filter), N_RUNS / 2, "any project");
}

// ------------------------------------------------------------------ cost

// Steps of SQLite's machine since the last call.
static int take_steps(struct tx *tx)
{
    int steps = 0;
    for (size_t i = 0; i < DB_BUCKETS; i++)
        for (struct statement *s = tx->db->buckets[i]; s != NULL; s = s->next)
            steps += sqlite3_stmt_status(s->handle, SQLITE_STMTSTATUS_VM_STEP, 1);
    return steps;
}

static void cost(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct run_condition condition = {.field = {.column = RUN_COLUMN_EXPERIMENT}, .operator = RUN_EQUAL, .integer = experiment};
    struct training_run_filter filter = {.client_id = 1, .project_id = 1};
    struct page_query page = {.limit = 10, .has_before = true, .before = {1000}};
    struct training_run_row *rows;
    struct run_group *groups;
    size_t n;
    take_steps(tx);
    is_int(training_run_page(tx, arena, &filter, &page, &rows, &n, &err), ERR_NONE, "a page in the middle");
    int by_id = take_steps(tx);
    ok(by_id < 3000, "costs what is on it: %d steps", by_id);
    is_int(training_run_groups(tx, arena, &filter, &groups, &n, &err), ERR_NONE, "groups of all");
    int all = take_steps(tx);
    ok(all < 60 * (N_RUNS + N_OTHERS), "one pass over the runs, none over entries: %d steps", all);
    filter.conditions = &condition;
    filter.n_conditions = 1;
    is_int(training_run_groups(tx, arena, &filter, &groups, &n, &err), ERR_NONE, "groups of an experiment");
    int some = take_steps(tx);
    ok(some < 60 * N_RUNS, "by its index: %d steps", some);
}

// ------------------------------------------------------------------ groups

static void groups(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct training_run_filter filter = {.client_id = 1, .project_id = 1};
    struct run_group *found;
    size_t n;
    is_int(training_run_groups(tx, arena, &filter, &found, &n, &err), ERR_NONE, "groups");
    is_int(n, 2, "with a deviation and without");
    int64_t n_runs = 0, n_extra = 0, n_experiments = 0, n_users = 0;
    for (size_t i = 0; i < n; i++) {
        struct shape_entry entries[3];
        const char *text = found[i].shape;
        for (size_t k = 0; k < 3; k++)
            is_int(run_shape_next(&text, &entries[k], &err), ERR_NONE, "an entry is read");
        is_text(text, "", "three entries");
        n_runs += found[i].n;
        n_experiments += found[i].n_experiments;
        n_users += found[i].n_users;
        n_extra += entries[1].has_extra ? found[i].n : 0;
        ok(found[i].n_suggestions + found[i].n_observations + found[i].n_completed + found[i].n_favorites == 0, "what nobody has");
    }
    is_int(n_runs, N_RUNS + N_OTHERS, "all runs");
    is_int(n_extra, (N_RUNS + N_OTHERS) / 3, "with a deviation");
    is_int(n_experiments, N_RUNS, "of an experiment");
    is_int(n_users, (N_RUNS + N_OTHERS) / 2, "of a user");
    filter.sort = (struct run_field){RUN_COLUMN_EXTRA, RUN_VALUES, "v"};
    is_int(training_run_groups(tx, arena, &filter, &found, &n, &err), ERR_NONE, "groups");
    ok(n == 1 && found[0].n == n_extra, "of those that have what the list is sorted by");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, fill);
    scratch_read(&scratch, pages);
    scratch_read(&scratch, cost);
    scratch_read(&scratch, groups);
    scratch_remove(&scratch);
    return tap_done();
}
