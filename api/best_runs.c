// Best training runs: those whose observations are the best ones of their experiment (API reference 2.8).
//
// A page is cut out in the order of a time, as any list; the runs of a page stand in it best first. There are few best ones, so that
// pages are made here.
#include <stdlib.h>
#include <string.h>

#include "api/best_assignments.h"
#include "api/route.h"
#include "api/training_run_write.h"
#include "storage/training_run.h"

struct ranked_run {
    struct training_run_record run;
    int64_t time; // that the list is sorted by
};

// ------------------------------------------------------------------ the page

static void key_of(const void *rows, size_t i, int64_t key[2])
{
    const struct ranked_run *runs = rows;
    key[0] = runs[i].time;
    key[1] = runs[i].run.id;
}

static int compare_keys(const int64_t a[2], const int64_t b[2])
{
    size_t i = a[0] != b[0] ? 0 : 1;
    return (a[i] > b[i]) - (a[i] < b[i]);
}

static int ascending(const void *a, const void *b)
{
    int64_t x[2], y[2];
    key_of(a, 0, x);
    key_of(b, 0, y);
    return compare_keys(x, y);
}

static int descending(const void *a, const void *b)
{
    return ascending(b, a);
}

// Leaves the rows of the page, in the order of selection, and one more when there is one.
static size_t cut_page(const struct page_query *page, struct ranked_run *runs, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t key[2];
        key_of(runs, i, key);
        if ((!page->has_before || compare_keys(key, page->before) < 0) && (!page->has_after || compare_keys(key, page->after) > 0))
            runs[kept++] = runs[i];
    }
    if (kept > 0)
        qsort(runs, kept, sizeof *runs, page->up ? ascending : descending);
    return kept <= page->limit ? kept : page->limit + 1;
}

// ------------------------------------------------------------------ showing

// Best first, in call->state; each is written once.
struct showing {
    struct training_run_record *runs;
    size_t next;
};

static void render_next(struct call *call, const void *rows, size_t i)
{
    struct showing *showing = call->state;
    (void)rows;
    (void)i;
    training_run_write(&call->out, &showing->runs[showing->next++]);
}

// Of the best runs, those that are among the rows of the page, with their entries.
static enum err_code load_shown(struct call *call, const struct training_run_record *best, size_t n_best, const struct ranked_run *rows,
                                size_t n)
{
    struct showing *showing = arena_alloc(call->arena, 1, sizeof *showing);
    size_t n_shown = 0;
    showing->runs = arena_alloc(call->arena, n, sizeof *showing->runs);
    for (size_t i = 0; i < n_best; i++)
        for (size_t k = 0; k < n; k++)
            if (rows[k].run.id == best[i].id)
                showing->runs[n_shown++] = best[i];
    call->state = showing;
    return training_run_load(call->tx, call->arena, showing->runs, n_shown, &call->err);
}

// ------------------------------------------------------------------ the list

static enum err_code find_best(struct call *call, struct training_run_record **runs, size_t *n)
{
    struct definition definition;
    struct observation_record *records;
    size_t n_records = 0;
    enum err_code code = definition_load(call->arena, &call->experiment, &definition, &call->err);
    if (code == ERR_NONE)
        code = best_assignments_find(call, &definition, &records, &n_records);
    if (code != ERR_NONE)
        return code;
    int64_t *ids = arena_alloc(call->arena, n_records, sizeof *ids);
    for (size_t i = 0; i < n_records; i++)
        ids[i] = records[i].id;
    return training_run_of_observations(call->tx, call->arena, ids, n_records, runs, n, &call->err);
}

enum err_code best_training_runs_list(struct call *call)
{
    static const char *const sorts[] = {"updated", "created", NULL};
    struct training_run_record *best;
    struct paging paging;
    size_t n_best;
    int sort = 0;
    enum err_code code = call_query_word(call, "sort", sorts, &sort);
    if (code == ERR_NONE)
        code = paging_read(call, 2, true, &paging);
    if (code == ERR_NONE)
        code = find_best(call, &best, &n_best);
    if (code != ERR_NONE)
        return code;
    struct ranked_run *rows = arena_alloc(call->arena, n_best, sizeof *rows);
    for (size_t i = 0; i < n_best; i++)
        rows[i] = (struct ranked_run){best[i], sort == 0 ? best[i].updated : best[i].created};
    size_t n = cut_page(&paging.page, rows, n_best);
    code = load_shown(call, best, n_best, rows, n < paging.page.limit ? n : paging.page.limit);
    if (code == ERR_NONE)
        paging_render(call, &paging, rows, n, (int64_t)n_best, key_of, render_next);
    return code;
}
