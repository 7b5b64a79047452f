#include "storage/observation.h"

#include <float.h>
#include <stdlib.h>

#include "tests/storage/scratch.h"
#include "tests/tap.h"

static const struct best_rule highest = {.metric = "", .maximize = true};
static const struct best_rule lowest = {.metric = "", .maximize = false};
static const double missing = (double)NAN;

static void insert_and_find(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "O", 1), s = scratch_suggestion(tx, e);
    const struct assignment point[] = {{.name = "x", .number = -0.0}, {.name = "c", .text = ""}};
    const struct metric_value values[] = {{"a", DBL_MAX, missing}, {"b", -DBL_MIN, 0.1}};
    struct observation_record o = {.experiment_id = e, .suggestion_id = s, .task = "cheap", .created = 99, .metadata = "{}",
                                   .assignments = point, .n_assignments = 2, .values = values, .n_values = 2};
    struct best_rule by_b = {.metric = "b", .maximize = false};
    is_int(observation_insert(tx, &o, &by_b, 0.25, &err), ERR_NONE, "insert");
    ok(o.id > 0 && o.sequence == 1, "id and sequence are given");
    struct observation_record found;
    is_int(observation_find(tx, arena, e, o.id, &found, &err), ERR_NONE, "find");
    ok(found.id == o.id && found.experiment_id == e && found.suggestion_id == s && found.sequence == 1, "ids");
    is_text(found.task, "cheap", "task");
    is_text(found.metadata, "{}", "metadata");
    ok(!found.failed && !found.deleted && found.created == 99 && found.source == SOURCE_EXPLICIT, "state");
    ok(found.n_assignments == 2 && strcmp(found.assignments[0].text, "") == 0, "a text may be empty");
    ok(found.assignments[1].text == NULL && fabs(found.assignments[1].number) < DBL_MIN, "a number");
    ok(found.n_values == 2 && found.values[0].value >= DBL_MAX && isnan(found.values[0].stddev), "the largest double");
    ok(memcmp(&found.values[1].value, &values[1].value, sizeof(double)) == 0, "the smallest double");
    ok(memcmp(&found.values[1].stddev, &values[1].stddev, sizeof(double)) == 0, "the deviation is stored, not its square");

    struct experiment_record row = scratch_find(tx, arena, e);
    ok(row.sequence == 1 && row.observation_count == 1 && row.epoch == 0, "counters; an append is no new epoch");
    ok(row.first_observation_id == o.id && row.last_observation_id == o.id && row.best_observation_id == o.id, "progress");
    is_near(row.budget_consumed, 0.25, 0, "budget");
    is_int(row.suggestion_count * 10 + row.open_suggestion_count, 10, "the suggestion is closed");
    struct project_record project;
    ok(project_find(tx, arena, 1, "default", &project, &err) == ERR_NONE, "project");
    ok(row.updated == 99 && project.updated == 99, "experiment and project are touched");

    is_int(observation_find(tx, arena, e + 1, o.id, &found, &err), ERR_NOT_FOUND, "not in another experiment");
    o.experiment_id = 4711;
    is_int(observation_insert(tx, &o, &highest, 1, &err), ERR_NOT_FOUND, "not into nothing");
    struct observation_record got[3];
    is_int(observation_get(tx, arena, (int64_t[]){o.id, 0, o.id}, 3, got, &err), ERR_NONE, "get by ids");
    ok(got[0].id == o.id && got[0].n_values == 2 && got[1].id == 0 && got[2].id == o.id, "0 is skipped");
}

// What was known of the suggestion comes with the observation that answers it.
static void answers(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "A", 0);
    struct observation_record o = {.experiment_id = e, .created = 1, .failed = true}, found;
    for (int told = 0; told < 2; told++) {
        struct suggestion_record s = {.experiment_id = e, .created = 1, .source = SOURCE_MODEL, .epoch = 0, .ordinal = told,
                                      .floor = 0.5, .box = 1, .probability_of_feasibility = told ? 0.875 : missing,
                                      .expected_improvement = missing, .mean = missing, .stddev = missing, .filler = true,
                                      .inevitable = 0.125, .models = "{}", .probability_of_constraints = missing};
        is_int(suggestion_insert(tx, &s, &err), ERR_NONE, "a suggestion");
        o.suggestion_id = s.id;
        is_int(observation_insert(tx, &o, &highest, 1, &err), ERR_NONE, "an answer");
        is_int(observation_find(tx, arena, e, o.id, &found, &err), ERR_NONE, "find it");
        ok(found.source == SOURCE_MODEL && found.filler, "how it was made");
        is_near(found.inevitable, 0.125, 0, "inevitable share");
        is_near(found.told, told ? 0.875 : 0, 0, "probability, 0 where none was told");
    }
}

// Only evaluations in full can be best; each costs what its task costs.
static void tasks(struct tx *tx, struct arena *arena)
{
    static const struct {
        const char *task;
        double value, cost;
        int best_after;
    } steps[] = {{"cheap", 1, 0.1, -1}, {"full", 5, 1, 1}, {"cheap", 0, 0.1, 1}, {"full", 3, 1, 3}, {"full", 4, 1, 3}};
    const struct best_rule rule = {.metric = "", .maximize = false, .task = "full"};
    const struct assignment point[] = {{.name = "x", .number = 1}};
    struct err err;
    int64_t e = scratch_experiment(tx, "T", 0), ids[5];
    for (int i = 0; i < 5; i++) {
        const struct metric_value value = {"", steps[i].value, missing};
        struct observation_record o = {.experiment_id = e, .task = steps[i].task, .created = 1, .assignments = point,
                                       .n_assignments = 1, .values = &value, .n_values = 1};
        ok(observation_insert(tx, &o, &rule, steps[i].cost, &err) == ERR_NONE, "insert");
        ids[i] = o.id;
        int64_t want = steps[i].best_after < 0 ? 0 : ids[steps[i].best_after];
        is_int(scratch_find(tx, arena, e).best_observation_id, want, "the best evaluation in full");
    }
    is_near(scratch_find(tx, arena, e).budget_consumed, 3.2, 1e-12, "the costs of the tasks");
    struct observation_record o;
    is_int(observation_find(tx, arena, e, ids[3], &o, &err), ERR_NONE, "find");
    o.task = "cheap";
    is_int(observation_update(tx, &o, &rule, 0.1 - 1, false, &err), ERR_NONE, "it was a cheap one");
    is_int(scratch_find(tx, arena, e).best_observation_id, ids[4], "the next one is best");
    is_near(scratch_find(tx, arena, e).budget_consumed, 2.3, 1e-12, "and less is consumed");
    is_int(observation_delete(tx, e, ids[0], &rule, 0.1, 3, &err), ERR_NONE, "delete");
    is_near(scratch_find(tx, arena, e).budget_consumed, 2.2, 1e-12, "the cost of its task comes back");
}

static void best(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "B", 0), ids[8];
    const double values[8] = {3, missing, 5, 5, 1, missing, 4, 2};
    const int best_after[8] = {0, 0, 2, 3, 3, 3, 3, 3};
    for (int i = 0; i < 8; i++) {
        ids[i] = scratch_observation(tx, e, 0, values[i], true);
        struct experiment_record row = scratch_find(tx, arena, e);
        is_int(row.best_observation_id, ids[best_after[i]], "the best so far, the newest of equals");
    }
    ok(observation_delete(tx, e, ids[3], &highest, 1, 3000, &err) == ERR_NONE, "delete the best");
    struct experiment_record row = scratch_find(tx, arena, e);
    is_int(row.best_observation_id, ids[2], "the next one is best");
    is_int(row.epoch * 10 + row.observation_count, 17, "the past changed");
    is_int(row.updated, 3000, "touched");
    is_near(row.budget_consumed, 7, 0, "budget");
    ok(observation_delete(tx, e, ids[0], &highest, 1, 3000, &err) == ERR_NONE, "delete the first");
    ok(observation_delete(tx, e, ids[7], &highest, 1, 3000, &err) == ERR_NONE, "delete the last");
    row = scratch_find(tx, arena, e);
    ok(row.first_observation_id == ids[1] && row.last_observation_id == ids[6], "first and last move, failed ones count");
    struct observation_record gone;
    is_int(observation_delete(tx, e, ids[0], &highest, 1, 3000, &err), ERR_NOT_FOUND, "delete twice");
    is_int(observation_find(tx, arena, e, ids[0], &gone, &err), ERR_NOT_FOUND, "a deleted one is not found");

    ok(observation_delete_all(tx, e, 4000, &err) == ERR_NONE, "delete all");
    row = scratch_find(tx, arena, e);
    is_int(row.observation_count + row.first_observation_id + row.last_observation_id + row.best_observation_id, 0, "empty");
    is_int(row.sequence, 8, "the sequence goes on");
    is_int(row.epoch, 4, "another epoch");
    scratch_observation(tx, e, 0, -1, true);
    row = scratch_find(tx, arena, e);
    ok(row.sequence == 9 && row.best_observation_id == row.last_observation_id, "a new beginning");
    is_near(row.budget_consumed, 1, 0, "budget");
}

static void restore(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct observation_record found;
    int64_t e = scratch_experiment(tx, "R", 0), s = scratch_suggestion(tx, e);
    int64_t first = scratch_observation(tx, e, 0, 9, true), second = scratch_observation(tx, e, s, missing, true),
            third = scratch_observation(tx, e, 0, 4, true);
    const int64_t ids[] = {first, second, third};
    for (size_t i = 0; i < 3; i++)
        is_int(observation_delete(tx, e, ids[i], &highest, 0.25, 10, &err), ERR_NONE, "delete");
    is_int(observation_restore(tx, e, third, &highest, 0.25, 20, &err), ERR_NONE, "the last one comes back");
    struct experiment_record row = scratch_find(tx, arena, e);
    ok(row.first_observation_id == third && row.last_observation_id == third && row.best_observation_id == third, "and is all");
    ok(row.observation_count == 1 && row.updated == 20 && row.epoch == 4, "counts, touched, another epoch");
    is_near(row.budget_consumed, 0.25, 0, "its cost");
    is_int(observation_restore(tx, e, second, &highest, 0.25, 30, &err), ERR_NONE, "a failed one comes back");
    row = scratch_find(tx, arena, e);
    ok(row.first_observation_id == second && row.last_observation_id == third && row.best_observation_id == third, "and is the first");
    is_int(observation_restore(tx, e, first, &highest, 0.25, 30, &err), ERR_NONE, "the best one comes back");
    row = scratch_find(tx, arena, e);
    ok(row.first_observation_id == first && row.best_observation_id == first && row.observation_count == 3, "first and best");
    is_near(row.budget_consumed, 0.75, 0, "the cost of all");
    is_int(row.open_suggestion_count, 0, "its suggestion is still closed");
    is_int(observation_find(tx, arena, e, first, &found, &err), ERR_NONE, "it is found");
    ok(found.n_values == 1 && found.sequence == 1, "as it was");
    is_near(found.values[0].value, 9, 0, "with its value");
    is_int(observation_restore(tx, e, first, &highest, 0.25, 30, &err), ERR_NOT_FOUND, "one that is not deleted");
    is_int(observation_restore(tx, e + 1, first, &highest, 0.25, 30, &err), ERR_NOT_FOUND, "of another experiment");
    is_int(observation_restore(tx, e, 4711, &highest, 0.25, 30, &err), ERR_NOT_FOUND, "one that never was");
}

static void update(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "U", 0), s = scratch_suggestion(tx, e);
    int64_t id = scratch_observation(tx, e, 0, 1, false), second = scratch_observation(tx, e, 0, 2, false);
    struct observation_record o, found;
    ok(observation_find(tx, arena, e, id, &o, &err) == ERR_NONE, "find");
    o.metadata = "{\"m\":1}";
    is_int(observation_update(tx, &o, &lowest, 0, true, &err), ERR_NONE, "metadata only");
    struct experiment_record row = scratch_find(tx, arena, e);
    is_int(row.epoch, 0, "is no new epoch");
    observation_find(tx, arena, e, id, &found, &err);
    is_text(found.metadata, "{\"m\":1}", "metadata");
    is_int(found.n_assignments * 10 + found.n_values, 21, "the rest stays");

    o.suggestion_id = s;
    o.failed = true;
    o.n_values = 0;
    is_int(observation_update(tx, &o, &lowest, 0, false, &err), ERR_NONE, "it failed after all");
    row = scratch_find(tx, arena, e);
    is_int(row.best_observation_id, second, "another one is best");
    is_int(row.epoch * 10 + row.open_suggestion_count, 10, "new epoch; the suggestion it names is closed");
    observation_find(tx, arena, e, id, &found, &err);
    ok(found.failed && found.n_values == 0 && found.suggestion_id == s && found.sequence == 1, "failed, same place");
    const struct metric_value values[] = {{"", -7, 0.5}};
    o.failed = false;
    o.values = values;
    o.n_values = 1;
    is_int(observation_update(tx, &o, &lowest, 0, false, &err), ERR_NONE, "a success again");
    row = scratch_find(tx, arena, e);
    is_int(row.best_observation_id, id, "and the best");
    is_int(row.observation_count * 10 + row.sequence, 22, "counts stay");
    o.suggestion_id = 0;
    is_int(observation_update(tx, &o, &lowest, 0, false, &err), ERR_NONE, "it was another point");
    row = scratch_find(tx, arena, e);
    is_int(row.epoch * 10 + row.open_suggestion_count, 31, "the suggestion is open again");
    o.id = 4711;
    is_int(observation_update(tx, &o, &lowest, 0, false, &err), ERR_NOT_FOUND, "update nothing");
    ok(observation_delete(tx, e, id, &lowest, 1, 1, &err) == ERR_NONE, "delete");
    o.id = id;
    is_int(observation_update(tx, &o, &lowest, 0, false, &err), ERR_NOT_FOUND, "update a deleted one");
}

static const char *page_text(struct tx *tx, struct arena *arena, const struct observation_filter *filter,
                             const struct page_query *page, int64_t first, int64_t *count)
{
    struct err err;
    struct observation_record *records = NULL;
    size_t n = 0;
    if (observation_page(tx, arena, filter, page, &records, &n, count, &err) != ERR_NONE)
        return arena_strdup(arena, err.text);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(arena, "%s%c%s", text, (char)('a' + records[i].id - first),
                            records[i].n_values == 1 && records[i].n_assignments == 2 ? "" : "!");
    return text;
}

static void pages(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "P", 0), a = 0, count = 0;
    for (int i = 0; i < 5; i++) {
        int64_t id = scratch_observation(tx, e, 0, i, true);
        a = i == 0 ? id : a;
    }
    struct observation_filter f = {.experiment_id = e};
    struct page_query page = {.limit = 9};
    is_text(page_text(tx, arena, &f, &page, a, &count), "edcba", "newest first");
    ok(observation_delete(tx, e, a, &highest, 1, 1, &err) == ERR_NONE, "delete the first");
    ok(observation_delete(tx, e, a + 4, &highest, 1, 1, &err) == ERR_NONE, "delete the last");
    is_text(page_text(tx, arena, &f, &page, a, &count), "dcb", "what is left");
    is_int(count, 3, "count");
    f.deleted = true;
    is_text(page_text(tx, arena, &f, &page, a, &count), "ea", "deleted ones keep their values");
    is_int(count, 2, "count of deleted ones");
    f.deleted = false;
    page = (struct page_query){.limit = 1, .has_before = true, .before = {a + 3}};
    is_text(page_text(tx, arena, &f, &page, a, &count), "cb", "before a key");
    page = (struct page_query){.limit = 9, .has_after = true, .after = {a + 1}, .up = true};
    is_text(page_text(tx, arena, &f, &page, a, &count), "cd", "after a key");

    struct observation_record *records = NULL;
    size_t n = 0;
    ok(observation_since(tx, arena, e, 0, &records, &n, &err) == ERR_NONE && n == 3, "all trials");
    ok(n == 3 && records[0].sequence == 2 && records[2].sequence == 4 && records[0].n_values == 1, "in order");
    ok(observation_since(tx, arena, e, 3, &records, &n, &err) == ERR_NONE && n == 1, "trials since");
}

// A long random history, compared with what a plain search over all rows finds.
static void random_history(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t e = scratch_experiment(tx, "H", 0), deleted = 0;
    unsigned state = 12345;
    bool agree = true;
    for (int i = 0; i < 400 && agree; i++) {
        state = state * 1103515245u + 12345u;
        unsigned dice = state >> 16;
        struct observation_record *all = NULL;
        size_t n = 0;
        observation_since(tx, arena, e, 0, &all, &n, &err);
        if (deleted != 0 && dice % 5 == 0) {
            agree = observation_restore(tx, e, deleted, &lowest, 1, 1, &err) == ERR_NONE;
            deleted = 0;
        } else if (n == 0 || dice % 10 < 6) {
            scratch_observation(tx, e, 0, dice % 7 == 0 ? missing : (double)(dice / 16 % 20), false);
        } else if (dice % 10 < 8) {
            deleted = all[dice / 16 % n].id;
            agree = observation_delete(tx, e, deleted, &lowest, 1, 1, &err) == ERR_NONE;
        } else {
            const struct metric_value value[] = {{"", (double)(dice / 64 % 20), missing}};
            struct observation_record o = all[dice / 16 % n];
            o.failed = dice % 3 == 0;
            o.values = value;
            o.n_values = !o.failed;
            agree = observation_update(tx, &o, &lowest, 0, false, &err) == ERR_NONE;
        }
        observation_since(tx, arena, e, 0, &all, &n, &err);
        const struct observation_record *best_one = NULL;
        for (size_t k = 0; k < n; k++) {
            if (!all[k].failed && (best_one == NULL || all[k].values[0].value <= best_one->values[0].value))
                best_one = &all[k];
        }
        struct experiment_record row = scratch_find(tx, arena, e);
        agree = agree && row.observation_count == (int64_t)n && row.best_observation_id == (best_one ? best_one->id : 0) &&
                row.first_observation_id == (n > 0 ? all[0].id : 0) && row.last_observation_id == (n > 0 ? all[n - 1].id : 0);
        if (i % 50 == 0)
            arena_reset(arena);
    }
    ok(agree, "progress equals a search over all rows at every step");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, insert_and_find);
    scratch_write(&scratch, best);
    scratch_write(&scratch, tasks);
    scratch_write(&scratch, answers);
    scratch_write(&scratch, restore);
    scratch_write(&scratch, update);
    scratch_write(&scratch, pages);
    scratch_write(&scratch, random_history);
    struct err err;
    is_int(storage_check(scratch.storage, &err), ERR_NONE, "the database agrees with itself");
    scratch_remove(&scratch);
    return tap_done();
}
