#include "storage/experiment.h"

#include "storage/check.h"
#include "storage/query.h"
#include "storage/storage.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

static int64_t project_id(struct tx *tx, struct arena *arena, const char *reference, struct project_record *record)
{
    struct err err;
    ok(project_find(tx, arena, 1, reference, record, &err) == ERR_NONE, "project %s", reference);
    return record->id;
}

static void insert_and_find(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct project_record project;
    int64_t default_id = project_id(tx, arena, "default", &project);
    struct experiment_record e = {.client_id = 1, .user_id = 1, .project_id = default_id, .name = "E", .type = EXPERIMENT_RANDOM,
                                  .development = true, .created = 10, .updated = 11, .observation_budget = 60,
                                  .parallel_bandwidth = 3, .num_solutions = 2, .metadata = "{}", .parameters = "[{\"p\":1}]",
                                  .metrics = "[{}]",
                                  .conditionals = "[1]",
                                  .linear_constraints = "[2]",
                                  .tasks = "[3]"};
    is_int(experiment_insert(tx, &e, &err), ERR_NONE, "insert");
    ok(e.id > 0, "has an id");
    struct experiment_record found;
    is_int(experiment_find(tx, arena, e.id, &found, &err), ERR_NONE, "find");
    ok(found.id == e.id && found.client_id == 1 && found.user_id == 1 && found.project_id == default_id, "ids");
    is_text(found.project_reference, "default", "project");
    is_text(found.name, "E", "name");
    is_int(found.type, EXPERIMENT_RANDOM, "type");
    ok(!found.deleted && found.development && !found.runs_only, "flags");
    is_int(found.created * 100 + found.updated, 1011, "times");
    is_int(found.observation_budget * 100 + found.parallel_bandwidth * 10 + found.num_solutions, 6032, "settings");
    is_text(found.metadata, "{}", "metadata");
    is_text(found.parameters, "[{\"p\":1}]", "parameters");
    is_text(found.metrics, "[{}]", "metrics");
    is_text(found.conditionals, "[1]", "conditionals");
    is_text(found.linear_constraints, "[2]", "linear constraints");
    is_text(found.tasks, "[3]", "tasks");
    is_text(found.retired_categories, NULL, "no retired categories");
    is_int(found.epoch + found.sequence + found.ordinal + found.n_initial + found.n_model + found.observation_count, 0,
           "counters");
    is_int(found.first_observation_id + found.last_observation_id + found.best_observation_id, 0, "no observation");
    is_near(found.budget_consumed, 0.0, 0, "nothing consumed");
    is_int(experiment_find(tx, arena, 4711, &found, &err), ERR_NOT_FOUND, "find nothing");

    project_id(tx, arena, "default", &project);
    is_int(project.experiment_count, 1, "the project counts it");
    is_int(project.updated, 11, "and was updated with it");
}

static void update(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct project_record project;
    int64_t default_id = project_id(tx, arena, "default", &project);
    int64_t examples_id = project_id(tx, arena, "sigopt-examples", &project);
    int64_t id = scratch_experiment(tx, "U", default_id);
    struct experiment_record e = scratch_find(tx, arena, id), found;
    e.name = "V";
    e.project_id = examples_id;
    e.deleted = true;
    e.updated = 5000;
    e.observation_budget = 0;
    e.parallel_bandwidth = 7;
    e.metadata = "{\"k\":2}";
    e.parameters = "[1]";
    e.metrics = "[2]";
    e.retired_categories = "{}";
    is_int(experiment_update(tx, &e, &err), ERR_NONE, "update");
    found = scratch_find(tx, arena, id);
    is_text(found.name, "V", "name");
    is_text(found.project_reference, "sigopt-examples", "project");
    ok(found.deleted, "deleted ones are found");
    is_int(found.updated, 5000, "updated");
    is_int(found.observation_budget * 10 + found.parallel_bandwidth, 7, "settings; 0 is null");
    is_text(found.metadata, "{\"k\":2}", "metadata");
    is_text(found.parameters, "[1]", "parameters");
    is_text(found.metrics, "[2]", "metrics");
    is_text(found.retired_categories, "{}", "retired categories");
    project_id(tx, arena, "default", &project);
    is_int(project.experiment_count, 1, "it left its project");
    is_int(project.updated, 5000, "which was updated");
    project_id(tx, arena, "sigopt-examples", &project);
    is_int(project.experiment_count * 10000 + project.updated, 15000, "and joined another");
    e.project_id = 0;
    e.metadata = NULL;
    is_int(experiment_update(tx, &e, &err), ERR_NONE, "detach");
    found = scratch_find(tx, arena, id);
    ok(found.project_reference == NULL && found.project_id == 0 && found.metadata == NULL, "no project, no metadata");
    is_int(experiment_touch(tx, id, 6000, &err), ERR_NONE, "touch without a project");
    is_int(experiment_raise_epoch(tx, id, &err), ERR_NONE, "raise the epoch");
    found = scratch_find(tx, arena, id);
    is_int(found.updated * 10 + found.epoch, 60001, "both");
    e.id = 4711;
    is_int(experiment_update(tx, &e, &err), ERR_NOT_FOUND, "update nothing");
    is_int(experiment_touch(tx, 4711, 1, &err), ERR_NOT_FOUND, "touch nothing");
    is_int(experiment_raise_epoch(tx, 4711, &err), ERR_NOT_FOUND, "raise nothing");

    int64_t in_project = scratch_experiment(tx, "W", examples_id);
    is_int(experiment_touch(tx, in_project, 7000, &err), ERR_NONE, "touch with a project");
    project_id(tx, arena, "sigopt-examples", &project);
    is_int(project.updated, 7000, "which is updated too");
}

static const char *page_text(struct tx *tx, struct arena *arena, const struct experiment_filter *filter,
                             const struct page_query *page, int64_t *count)
{
    struct err err;
    struct experiment_record *records = NULL;
    size_t n = 0;
    if (experiment_page(tx, arena, filter, page, &records, &n, count, &err) != ERR_NONE)
        return arena_strdup(arena, err.text);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(arena, "%s%s%s", text, i > 0 ? " " : "", records[i].name);
    return text;
}

static void make_page_rows(struct tx *tx, struct arena *arena)
{
    (void)arena;
    struct err err;
    struct project_record project = {.client_id = 1, .reference = "pages", .name = "Pages", .created = 1, .updated = 1};
    ok(project_insert(tx, &project, &err) == ERR_NONE, "project");
    for (int i = 0; i < 6; i++) {
        char name[8];
        snprintf(name, sizeof name, "n%d%s", i, i == 4 ? "Foo" : "");
        struct experiment_record e = {.client_id = 1, .user_id = i == 5 ? 0 : 1, .project_id = project.id, .name = name,
                                      .type = EXPERIMENT_OFFLINE, .deleted = i == 1, .development = i == 2, .runs_only = i == 3,
                                      .created = 100 + i, .updated = 200 - i / 2, .parameters = "[]", .metrics = "[]"};
        if (experiment_insert(tx, &e, &err) != ERR_NONE)
            ok(false, "%s", err.text);
    }
}

static void pages(struct tx *tx, struct arena *arena)
{
    struct project_record project;
    int64_t count = 0, id = project_id(tx, arena, "pages", &project);
    struct experiment_filter all = {.client_id = 1, .project_id = id, .state = 2, .development = 2, .runs_only = 2};
    struct page_query page = {.limit = 10};
    is_text(page_text(tx, arena, &all, &page, &count), "n5 n4Foo n3 n2 n1 n0", "all, newest first");
    is_int(count, 6, "count");
    struct experiment_filter f = all;
    f.state = 0;
    is_text(page_text(tx, arena, &f, &page, &count), "n5 n4Foo n3 n2 n0", "active");
    f.state = 1;
    is_text(page_text(tx, arena, &f, &page, &count), "n1", "deleted");
    f = all;
    f.development = 0;
    is_text(page_text(tx, arena, &f, &page, &count), "n5 n4Foo n3 n1 n0", "production");
    f.development = 1;
    is_text(page_text(tx, arena, &f, &page, &count), "n2", "development");
    f = all;
    f.runs_only = 0;
    is_text(page_text(tx, arena, &f, &page, &count), "n5 n4Foo n2 n1 n0", "without those of runs");
    f.runs_only = 1;
    is_text(page_text(tx, arena, &f, &page, &count), "n3", "only those of runs");
    f = all;
    f.user_id = 1;
    is_text(page_text(tx, arena, &f, &page, &count), "n4Foo n3 n2 n1 n0", "of a user");
    f = all;
    f.search = "fOO";
    is_text(page_text(tx, arena, &f, &page, &count), "n4Foo", "search");
    is_int(count, 1, "count of a search");
    f.search = "T USER"; // of Default user, who made all but n5
    is_text(page_text(tx, arena, &f, &page, &count), "n4Foo n3 n2 n1 n0", "search by the user's name");
    f.search = "%";
    is_text(page_text(tx, arena, &f, &page, &count), "", "search knows no wildcards");
    f = all;
    f.created_from = 102;
    f.created_to = 104;
    is_text(page_text(tx, arena, &f, &page, &count), "n3 n2", "period");
    f = all;
    f.project_id = 0;
    f.client_id = 2;
    is_text(page_text(tx, arena, &f, &page, &count), "", "another client's");
    f.client_id = 1;
    page_text(tx, arena, &f, &page, &count);
    is_int(count, 9, "of all projects");

    page.limit = 2;
    is_text(page_text(tx, arena, &all, &page, &count), "n5 n4Foo n3", "one more than the limit");
    f = all;
    f.by_updated = true; // n0 n1: 200, n2 n3: 199, n4 n5: 198
    page.limit = 10;
    is_text(page_text(tx, arena, &f, &page, &count), "n1 n0 n3 n2 n5 n4Foo", "by updated");
    page.up = true;
    is_text(page_text(tx, arena, &f, &page, &count), "n4Foo n5 n2 n3 n0 n1", "by updated, upwards");
}

// The check sees a row that refers to nothing; what the constraints of the schema would refuse at the commit.
static void lose_reference(struct tx *tx, struct arena *arena)
{
    static const char *const steps[] = {"PRAGMA defer_foreign_keys = ON", "SAVEPOINT harm", "UPDATE experiment SET project_id = 77"};
    (void)arena;
    struct err err;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct query q = query_start(tx, steps[i], &err);
        is_int(query_run(&q), ERR_NONE, steps[i]);
    }
    is_int(check_run(tx, &err), ERR_CORRUPT, "is noticed");
    is_text(err.text, "A row of table experiment refers to a row that does not exist", "as what it is");
    struct query q = query_start(tx, "ROLLBACK TO harm", &err);
    is_int(query_run(&q), ERR_NONE, "undone");
}

static long index_at;

static void find_index(struct tx *tx, struct arena *arena)
{
    (void)arena;
    int64_t page = scratch_number(tx, "SELECT max(rootpage) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'experiment'");
    index_at = (long)((page - 1) * scratch_number(tx, "PRAGMA page_size"));
}

// ... and a page of an index that was overwritten.
static void test_damage(struct scratch *scratch)
{
    static const char zeros[512];
    struct err err;
    scratch_read(scratch, find_index);
    scratch_close(scratch);
    FILE *file = fopen(scratch->path, "r+b");
    if (!ok(file != NULL && index_at > 0 && fseek(file, index_at, SEEK_SET) == 0, "the index begins at %ld", index_at))
        return;
    is_int(fwrite(zeros, 1, sizeof zeros, file), sizeof zeros, "overwritten");
    is_int(fclose(file), 0, "closed");
    scratch_open(scratch, NULL);
    is_int(storage_check(scratch->storage, &err), ERR_CORRUPT, "is noticed");
    ok(strstr(err.text, "The database file is damaged: ") == err.text, "as what it is: %s", err.text);
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, insert_and_find);
    scratch_write(&scratch, update);
    scratch_write(&scratch, make_page_rows);
    scratch_read(&scratch, pages);
    struct err err;
    scratch_write(&scratch, lose_reference);
    is_int(storage_check(scratch.storage, &err), ERR_NONE, "the database agrees with itself");
    test_damage(&scratch);
    scratch_remove(&scratch);
    return tap_done();
}
