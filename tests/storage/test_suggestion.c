#include "storage/suggestion.h"

#include "tests/storage/scratch.h"
#include "tests/tap.h"

static const struct assignment point[] = {{.name = "lr", .number = 1e-300}, {.name = "act", .text = "r\xc3\xa9lu"}};

static struct suggestion_record generated(int64_t experiment_id, int64_t ordinal, enum suggestion_source source)
{
    return (struct suggestion_record){.experiment_id = experiment_id, .created = 7, .source = source, .assignments = point,
                                      .n_assignments = 2, .sequence = 4, .epoch = 1, .ordinal = ordinal, .seed = 123456,
                                      .relaxations = ordinal % 2, .floor = 0.6, .box = 0.8, .probability_of_feasibility = 0.9,
                                      .expected_improvement = 1e-5, .mean = -3.5, .stddev = (double)NAN, .exploring = true,
                                      .filler = true, .models = "{\"m\":[]}", .task = "t",
                                      .predicted = "[{\"name\":null}]", .probability_of_constraints = 0.25};
}

static void insert_and_find(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "S", 0), other = scratch_experiment(tx, "T", 0);
    struct suggestion_record s = generated(e, 0, SOURCE_INITIAL), found;
    is_int(suggestion_newest_generated(tx, arena, e, &found, &err), ERR_NOT_FOUND, "no generated suggestion yet");
    is_int(suggestion_insert(tx, &s, &err), ERR_NONE, "insert a generated one");
    is_int(suggestion_find(tx, arena, e, s.id, &found, &err), ERR_NONE, "find");
    ok(found.id == s.id && found.experiment_id == e && found.created == 7, "ids and time");
    ok(!found.deleted && !found.closed && found.metadata == NULL && found.source == SOURCE_INITIAL, "state");
    is_int(found.n_assignments, 2, "assignments");
    is_text(found.assignments[0].name, "act", "sorted by name");
    is_text(found.assignments[0].text, "r\xc3\xa9lu", "a text");
    ok(found.assignments[1].text == NULL, "a number has no text");
    is_near(found.assignments[1].number * 1e300, 1.0, 0, "a number");
    ok(found.sequence == 4 && found.epoch == 1 && found.ordinal == 0 && found.seed == 123456 && found.relaxations == 0,
       "what is needed to repeat it");
    ok(fabs(found.floor - 0.6) < 1e-15 && fabs(found.box - 0.8) < 1e-15, "floor and box");
    ok(fabs(found.probability_of_feasibility - 0.9) < 1e-15 && fabs(found.mean + 3.5) < 1e-15 &&
           fabs(found.probability_of_constraints - 0.25) < 1e-15,
       "forecast");
    is_text(found.predicted, "[{\"name\":null}]", "of the metrics");
    ok(isnan(found.stddev), "an unknown number is NAN");
    ok(found.exploring && found.filler, "flags");
    is_text(found.models, "{\"m\":[]}", "models");
    is_text(found.task, "t", "task");
    is_int(suggestion_find(tx, arena, other, s.id, &found, &err), ERR_NOT_FOUND, "not in another experiment");

    struct suggestion_record late = generated(e, 0, SOURCE_MODEL);
    is_int(suggestion_insert(tx, &late, &err), ERR_CONFLICT, "an ordinal is given once");
    late = generated(e, 2, SOURCE_MODEL);
    is_int(suggestion_insert(tx, &late, &err), ERR_CONFLICT, "and without gaps");
    late = generated(e, 1, SOURCE_MODEL);
    is_int(suggestion_insert(tx, &late, &err), ERR_NONE, "the next one");
    struct suggestion_record fallback = generated(e, 2, SOURCE_FALLBACK);
    is_int(suggestion_insert(tx, &fallback, &err), ERR_NONE, "a fallback");
    int64_t explicit_id = scratch_suggestion(tx, e);
    struct experiment_record row = scratch_find(tx, arena, e);
    is_int(row.ordinal * 100 + row.n_initial * 10 + row.n_model, 311, "ordinal, initial and model suggestions");
    is_int(row.suggestion_count * 10 + row.open_suggestion_count, 44, "counts");
    is_int(suggestion_find(tx, arena, e, explicit_id, &found, &err), ERR_NONE, "an explicit one");
    ok(found.ordinal == 0 && found.seed == 0 && isnan(found.floor) && found.models == NULL, "has no origin");
    is_int(suggestion_newest_generated(tx, arena, e, &found, &err), ERR_NONE, "the newest generated");
    is_int(found.id, fallback.id, "is the fallback");

    is_int(suggestion_set_metadata(tx, s.id, "{\"a\":1}", &err), ERR_NONE, "set metadata");
    suggestion_find(tx, arena, e, s.id, &found, &err);
    is_text(found.metadata, "{\"a\":1}", "metadata");
    is_int(suggestion_set_metadata(tx, 4711, NULL, &err), ERR_NOT_FOUND, "of nothing");
}

static void relaxations(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "R", 0);
    for (int i = 0; i < 6; i++) {
        struct suggestion_record s = generated(e, i, i == 1 ? SOURCE_FILL : SOURCE_MODEL);
        s.sequence = 10 * i;
        ok(suggestion_insert(tx, &s, &err) == ERR_NONE, "insert");
        if (i == 3)
            ok(suggestion_delete(tx, e, s.id, &err) == ERR_NONE, "delete");
    }
    struct suggestion_record *records = NULL, found;
    size_t n = 0;
    is_int(suggestion_relaxations(tx, arena, e, &records, &n, &err), ERR_NONE, "relaxations");
    is_int(n, 2, "of the model phase only, deleted or not");
    ok(n == 2 && records[0].sequence == 30 && records[0].ordinal == 3 && records[0].relaxations == 1, "the first");
    ok(n == 2 && records[1].sequence == 50 && records[1].ordinal == 5 && records[1].relaxations == 1, "the second");
    ok(suggestion_delete_all(tx, e, false, &err) == ERR_NONE, "delete all");
    is_int(suggestion_newest_generated(tx, arena, e, &found, &err), ERR_NONE, "deleted ones count as generated");
    is_int(found.ordinal, 5, "the newest");
}

static const char *page_text(struct tx *tx, struct arena *arena, const struct suggestion_filter *filter,
                             const struct page_query *page, int64_t first, int64_t *count)
{
    struct err err;
    struct suggestion_record *records = NULL;
    size_t n = 0;
    if (suggestion_page(tx, arena, filter, page, &records, &n, count, &err) != ERR_NONE)
        return arena_strdup(arena, err.text);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(arena, "%s%c%s", text, (char)('a' + records[i].id - first),
                            records[i].n_assignments == 2 ? "" : "!");
    return text;
}

// Suggestions a ... f: b is closed, d is deleted, e is closed and deleted.
static int64_t make_page_rows(struct tx *tx, int64_t e)
{
    struct err err;
    int64_t ids[6];
    for (int i = 0; i < 6; i++)
        ids[i] = scratch_suggestion(tx, e);
    scratch_observation(tx, e, ids[1], 1, true);
    scratch_observation(tx, e, ids[4], 1, true);
    ok(suggestion_delete(tx, e, ids[3], &err) == ERR_NONE, "delete an open one");
    ok(suggestion_delete(tx, e, ids[4], &err) == ERR_NONE, "delete a closed one");
    is_int(suggestion_delete(tx, e, ids[4], &err), ERR_NOT_FOUND, "delete twice");
    is_int(suggestion_delete(tx, e + 1000, ids[0], &err), ERR_NOT_FOUND, "delete by another experiment");
    return ids[0];
}

static void restore(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "R", 0), open = scratch_suggestion(tx, e), closed = scratch_suggestion(tx, e);
    struct suggestion_record found;
    scratch_observation(tx, e, closed, 1, true);
    is_int(suggestion_restore(tx, e, open, &err), ERR_NOT_FOUND, "one that is not deleted");
    ok(suggestion_delete(tx, e, open, &err) == ERR_NONE && suggestion_delete(tx, e, closed, &err) == ERR_NONE, "delete both");
    is_int(suggestion_restore(tx, e + 1, open, &err), ERR_NOT_FOUND, "of another experiment");
    is_int(suggestion_restore(tx, e, closed, &err), ERR_NONE, "the closed one comes back");
    struct experiment_record row = scratch_find(tx, arena, e);
    is_int(row.suggestion_count * 10 + row.open_suggestion_count, 10, "one, closed");
    is_int(suggestion_restore(tx, e, open, &err), ERR_NONE, "the open one comes back");
    row = scratch_find(tx, arena, e);
    is_int(row.suggestion_count * 10 + row.open_suggestion_count, 21, "two, one of them open");
    is_int(suggestion_find(tx, arena, e, open, &found, &err), ERR_NONE, "it is found");
    ok(!found.deleted && !found.closed, "open");
    // Observed while it was deleted, it comes back closed.
    ok(suggestion_delete(tx, e, open, &err) == ERR_NONE, "delete");
    scratch_observation(tx, e, open, 2, true);
    ok(suggestion_restore(tx, e, open, &err) == ERR_NONE, "restore");
    row = scratch_find(tx, arena, e);
    is_int(row.suggestion_count * 10 + row.open_suggestion_count, 20, "two, none of them open");
}

static void pages(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "P", 0), count = 0;
    int64_t a = make_page_rows(tx, e);
    struct experiment_record row = scratch_find(tx, arena, e);
    is_int(row.suggestion_count * 10 + row.open_suggestion_count, 43, "counts");

    struct suggestion_filter f = {.experiment_id = e};
    struct page_query page = {.limit = 9};
    is_text(page_text(tx, arena, &f, &page, a, &count), "fcba", "not deleted, newest first");
    is_int(count, 4, "count");
    f.only_open = true;
    is_text(page_text(tx, arena, &f, &page, a, &count), "fca", "open");
    is_int(count, 3, "count of open ones");
    f.deleted = true;
    is_text(page_text(tx, arena, &f, &page, a, &count), "d", "deleted while open");
    is_int(count, 1, "their count");
    f.only_open = false;
    is_text(page_text(tx, arena, &f, &page, a, &count), "ed", "deleted");
    is_int(count, 2, "their count");
    f.deleted = false;
    page = (struct page_query){.limit = 1, .has_before = true, .before = {a + 5}};
    is_text(page_text(tx, arena, &f, &page, a, &count), "cb", "before, one more than the limit");
    page = (struct page_query){.limit = 9, .has_after = true, .after = {a}, .up = true};
    is_text(page_text(tx, arena, &f, &page, a, &count), "bcf", "after, upwards");

    const int64_t ids[] = {a + 5, a + 1, a + 1, a + 3, a, 4711};
    f.ids = ids;
    f.n_ids = 6;
    page = (struct page_query){.limit = 9};
    is_text(page_text(tx, arena, &f, &page, a, &count), "fba", "by ids");
    is_int(count, 3, "count by ids");
    page.limit = 1;
    is_text(page_text(tx, arena, &f, &page, a, &count), "fb", "one more than the limit");
    is_int(count, 3, "the count is of all");
    page = (struct page_query){.limit = 9, .up = true, .has_after = true, .after = {a}};
    is_text(page_text(tx, arena, &f, &page, a, &count), "bf", "by ids, upwards after a key");
    f.only_open = true;
    is_text(page_text(tx, arena, &f, &page, a, &count), "f", "open ones by ids");
    f.n_ids = 0;
    is_text(page_text(tx, arena, &f, &page, a, &count), "", "no ids, no suggestions");

    struct suggestion_record *open = NULL;
    size_t n = 0;
    ok(suggestion_open(tx, arena, e, &open, &n, &err) == ERR_NONE && n == 3, "three are pending");
    ok(n == 3 && open[0].id == a && open[2].id == a + 5 && open[0].n_assignments == 2, "oldest first");
    is_int(suggestion_delete_all(tx, e, true, &err), ERR_NONE, "delete the open ones");
    row = scratch_find(tx, arena, e);
    is_int(row.suggestion_count * 10 + row.open_suggestion_count, 10, "one is left");
    is_int(suggestion_delete_all(tx, e, false, &err), ERR_NONE, "delete the rest");
    row = scratch_find(tx, arena, e);
    is_int(row.suggestion_count * 10 + row.open_suggestion_count, 0, "none is left");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, insert_and_find);
    scratch_write(&scratch, relaxations);
    scratch_write(&scratch, pages);
    scratch_write(&scratch, restore);
    struct err err;
    is_int(storage_check(scratch.storage, &err), ERR_NONE, "the database agrees with itself");
    scratch_remove(&scratch);
    return tap_done();
}
