#include "storage/queued_suggestion.h"

#include "tests/storage/scratch.h"
#include "tests/tap.h"

static const struct assignment point[] = {{.name = "lr", .number = 1e-300}, {.name = "act", .text = "r\xc3\xa9lu"}};

static int64_t queue(struct tx *tx, int64_t experiment_id, const char *task)
{
    struct queued_suggestion_record record = {
        .experiment_id = experiment_id, .created = 7, .task = task, .assignments = point, .n_assignments = 2};
    struct err err;
    is_int(queued_suggestion_insert(tx, &record, &err), ERR_NONE, "insert");
    return record.id;
}

static int64_t oldest(struct tx *tx, int64_t experiment_id)
{
    int64_t id = -1;
    struct err err;
    is_int(queued_suggestion_oldest(tx, experiment_id, &id, &err), ERR_NONE, "oldest");
    return id;
}

static void life(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct queued_suggestion_record found;
    int64_t e = scratch_experiment(tx, "Q", 0), other = scratch_experiment(tx, "R", 0);
    is_int(oldest(tx, e), 0, "none waits");
    int64_t first = queue(tx, e, "cheap"), foreign = queue(tx, other, NULL), second = queue(tx, e, NULL);
    is_int(oldest(tx, e), first, "the oldest");
    is_int(oldest(tx, other), foreign, "of its experiment");
    is_int(queued_suggestion_find(tx, arena, e, first, &found, &err), ERR_NONE, "find");
    ok(found.id == first && found.experiment_id == e && found.created == 7, "ids and time");
    is_text(found.task, "cheap", "task");
    is_int(found.n_assignments, 2, "assignments");
    is_text(found.assignments[0].text, "r\xc3\xa9lu", "sorted by name");
    is_near(found.assignments[1].number * 1e300, 1.0, 0, "a number");
    is_int(queued_suggestion_find(tx, arena, e, foreign, &found, &err), ERR_NOT_FOUND, "not in another experiment");
    is_int(queued_suggestion_delete(tx, e, foreign, &err), ERR_NOT_FOUND, "nor deleted there");
    is_int(queued_suggestion_delete(tx, e, first, &err), ERR_NONE, "delete");
    is_int(queued_suggestion_delete(tx, e, first, &err), ERR_NOT_FOUND, "once");
    is_int(queued_suggestion_find(tx, arena, e, first, &found, &err), ERR_NOT_FOUND, "then it is not found");
    is_int(oldest(tx, e), second, "the next one");
    struct experiment_record row = scratch_find(tx, arena, e);
    is_int(row.suggestion_count + row.open_suggestion_count + row.ordinal + row.epoch, 0, "the experiment's counters stay");
}

static void pages(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "P", 0), ids[5], count;
    for (int i = 0; i < 5; i++)
        ids[i] = queue(tx, e, NULL);
    queued_suggestion_delete(tx, e, ids[1], &err);
    struct queued_suggestion_record *records;
    size_t n;
    struct page_query page = {.limit = 2};
    is_int(queued_suggestion_page(tx, arena, e, &page, &records, &n, &count, &err), ERR_NONE, "a page");
    ok(n == 3 && count == 4 && records[0].id == ids[4] && records[1].id == ids[3], "newest first, and one more");
    is_int(records[0].n_assignments, 2, "with assignments");
    page = (struct page_query){.limit = 2, .has_before = true, .before = {ids[3]}};
    is_int(queued_suggestion_page(tx, arena, e, &page, &records, &n, &count, &err), ERR_NONE, "the next page");
    ok(n == 2 && records[0].id == ids[2] && records[1].id == ids[0], "without the deleted one");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, life);
    scratch_write(&scratch, pages);
    scratch_remove(&scratch);
    return tap_done();
}
