// Training runs: entries, shapes, counters.
#include "storage/training_run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "storage/check.h"
#include "storage/checkpoint.h"
#include "storage/query.h"
#include "storage/run_shape.h"
#include "storage/tag.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

static struct training_run_record new_run(const char *name, int64_t experiment_id)
{
    return (struct training_run_record){.client_id = 1,
                                        .project_id = 1,
                                        .user_id = 1,
                                        .experiment_id = experiment_id,
                                        .name = name,
                                        .state = RUN_ACTIVE,
                                        .created = 10,
                                        .updated = 10,
                                        .favorite = -1};
}

static int64_t insert(struct tx *tx, struct training_run_record *run)
{
    struct err err = {.code = ERR_NONE};
    is_int(training_run_insert(tx, run, &err), ERR_NONE, err.text);
    return run->id;
}

static void update(struct tx *tx, const struct training_run_record *old, struct training_run_record *now)
{
    struct err err = {.code = ERR_NONE};
    is_int(training_run_update(tx, old, now, &err), ERR_NONE, err.text);
}

static void is_consistent(struct tx *tx)
{
    struct err err = {.code = ERR_NONE};
    is_int(check_run(tx, &err), ERR_NONE, err.text);
}

static const struct run_entry few[] = {
    {RUN_ASSIGNMENTS, "a", NULL, 1.5, NAN},
    {RUN_ASSIGNMENTS, "b,2 3 c", "text", NAN, NAN},
    {RUN_VALUES, "", NULL, -0.5, 0.1},
    {RUN_DATASETS, "d", NULL, NAN, NAN},
};

static void entries(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct training_run_record run = new_run("n", 0), found, now;
    run.entries = few;
    run.n_entries = 4;
    insert(tx, &run);
    is_int(training_run_find(tx, arena, run.id, &found, &err), ERR_NONE, "find");
    is_int(found.n_entries, 4, "entries");
    is_text(found.entries[1].key, "b,2 3 c", "a key");
    is_text(found.entries[1].text, "text", "a text");
    ok(isnan(found.entries[1].number) && isnan(found.entries[1].extra), "which is no number");
    is_near(found.entries[0].number, 1.5, 0, "a number");
    is_near(found.entries[2].extra, 0.1, 0, "a deviation");
    is_int(found.favorite, -1, "favorite was never said");
    is_text(found.project_reference, "default", "the project");
    is_int(training_run_find(tx, arena, 77, &found, &err), ERR_NOT_FOUND, "another id");

    // One goes, one comes, one changes: three rows are written and no other.
    is_int(training_run_find(tx, arena, run.id, &found, &err), ERR_NONE, "find");
    struct run_entry changed[] = {few[0], {RUN_ASSIGNMENTS, "c", NULL, 3, NAN}, few[2], few[3]};
    changed[0].number = 2;
    now = found;
    now.entries = changed;
    now.favorite = 1;
    int64_t before = scratch_number(tx, "SELECT total_changes()");
    update(tx, &found, &now);
    // The row of the run and the shapes (one comes, one goes) besides.
    is_int(scratch_number(tx, "SELECT total_changes()") - before, 3 + 1 + 2, "rows written");
    is_int(training_run_find(tx, arena, run.id, &found, &err), ERR_NONE, "find");
    is_text(found.entries[1].key, "c", "the new key");
    is_near(found.entries[0].number, 2, 0, "the new number");
    is_int(found.favorite, 1, "favorite");
    is_consistent(tx);
}

static void shapes(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t n = scratch_number(tx, "SELECT count(*) FROM training_run_shape");
    struct training_run_record a = new_run("a", 0), b = new_run("b", 0);
    a.entries = b.entries = few;
    a.n_entries = b.n_entries = 4;
    insert(tx, &a);
    insert(tx, &b);
    is_int(a.shape_id, b.shape_id, "runs with the same entries share a shape");
    is_int(scratch_number(tx, "SELECT count(*) FROM training_run_shape"), n + 1, "which is stored once");
    struct shape_entry read;
    struct query q = query_start(tx, "SELECT entries FROM training_run_shape WHERE id = ?", &err);
    query_bind_int(&q, a.shape_id);
    ok(query_step(&q), "the shape is there");
    const char *text = query_text(&q, arena);
    query_end(&q);
    for (size_t i = 0; i < 4; i++) {
        is_int(run_shape_next(&text, &read, &err), ERR_NONE, "is read");
        is_text(arena_strndup(arena, read.key, read.length), few[i].key, "key");
        is_int(read.section, few[i].section, "section");
    }
    is_text(text, "", "nothing else");
    static const char *const broken[] = {"1", "1 5 a,", "0 1 a,", "13 1 a,", "1 1 ab,", "1 1 a", "1 18446744073709551615 a,", "x"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        text = broken[i];
        is_int(run_shape_next(&text, &read, &err), ERR_CORRUPT, broken[i]);
    }

    struct training_run_record now = a;
    now.n_entries = 3;
    update(tx, &a, &now);
    is_int(scratch_number(tx, "SELECT count(*) FROM training_run_shape"), n + 2, "a new shape, and the old one for the other run");
    now = b;
    now.n_entries = 3;
    update(tx, &b, &now);
    is_int(scratch_number(tx, "SELECT count(*) FROM training_run_shape"), n + 1, "the old one is forgotten with its last run");
    is_consistent(tx);
}

static void counters(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t experiment = scratch_experiment(tx, "e", 1), n = scratch_number(tx, "SELECT training_run_count FROM project WHERE id = 1");
    struct training_run_record run = new_run("r", experiment), now;
    insert(tx, &run);
    struct experiment_record e = scratch_find(tx, arena, experiment);
    ok(e.active_run_count == 1 && e.finished_run_count == 0, "active");
    now = run;
    now.state = RUN_FAILED;
    now.completed = 20;
    update(tx, &run, &now);
    e = scratch_find(tx, arena, experiment);
    ok(e.active_run_count == 0 && e.finished_run_count == 1, "finished");
    is_int(scratch_number(tx, "SELECT training_run_count FROM project WHERE id = 1"), n + 1, "of the project");
    run = now;
    now.deleted = true;
    update(tx, &run, &now);
    e = scratch_find(tx, arena, experiment);
    ok(e.active_run_count == 0 && e.finished_run_count == 0, "deleted");
    is_int(scratch_number(tx, "SELECT training_run_count FROM project WHERE id = 1"), n, "of the project");
    run = now;
    now.deleted = false;
    now.project_id = 2;
    update(tx, &run, &now);
    is_int(scratch_number(tx, "SELECT training_run_count FROM project WHERE id = 2"), 1, "of the project it has moved to");
    is_consistent(tx);

    // The check sees each counter that is wrong.
    static const char *const harm[] = {"UPDATE project SET training_run_count = training_run_count + ? WHERE id = 2",
                                       "UPDATE experiment SET active_run_count = active_run_count + ?",
                                       "UPDATE experiment SET finished_run_count = finished_run_count + ?",
                                       "UPDATE training_run SET checkpoint_count = checkpoint_count + ?"};
    for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
        for (int sign = 1; sign >= -1; sign -= 2) {
            struct query q = query_start(tx, harm[i], &err);
            query_bind_int(&q, sign);
            is_int(query_run(&q), ERR_NONE, "harm");
            if (sign > 0)
                is_int(check_run(tx, &err), ERR_CORRUPT, harm[i]);
        }
    }
    is_consistent(tx);
}

// Runs of an experiment in two projects, one of them deleted already, and one of another experiment.
static void delete_all(struct tx *tx, struct arena *arena)
{
    struct err err;
    int64_t experiment = scratch_experiment(tx, "d", 1), other = scratch_experiment(tx, "o", 1);
    struct training_run_record run = new_run("a", experiment), moved = new_run("b", experiment), gone = new_run("c", experiment),
                               stays = new_run("d", other);
    moved.project_id = 2;
    moved.state = RUN_FAILED;
    moved.completed = 20;
    gone.deleted = true;
    insert(tx, &run);
    insert(tx, &moved);
    insert(tx, &gone);
    insert(tx, &stays);
    int64_t n = scratch_number(tx, "SELECT training_run_count FROM project WHERE id = 1"),
            n_moved = scratch_number(tx, "SELECT training_run_count FROM project WHERE id = 2");
    for (int i = 0; i < 2; i++)
        is_int(training_run_delete_all(tx, experiment, &err), ERR_NONE, "delete all");
    struct experiment_record e = scratch_find(tx, arena, experiment);
    ok(e.active_run_count == 0 && e.finished_run_count == 0, "none is left");
    is_int(scratch_find(tx, arena, other).active_run_count, 1, "of another experiment");
    is_int(scratch_number(tx, "SELECT training_run_count FROM project WHERE id = 1"), n - 1, "of the project");
    is_int(scratch_number(tx, "SELECT training_run_count FROM project WHERE id = 2"), n_moved - 1, "of the other project");
    struct training_run_record found;
    is_int(training_run_find(tx, arena, moved.id, &found, &err), ERR_NONE, "it can still be read");
    ok(found.deleted && found.completed == 20 && found.updated == 10, "nothing else of it changes");
    is_consistent(tx);
}

// What a run has made goes with it: the check sees when it does not.
static void cascade(struct tx *tx, struct arena *arena)
{
    struct err err;
    (void)arena;
    int64_t experiment = scratch_experiment(tx, "c", 1), other = scratch_experiment(tx, "o", 1);
    struct training_run_record run = new_run("r", experiment), now;
    run.suggestion_id = scratch_suggestion(tx, experiment);
    insert(tx, &run);
    now = run;
    now.state = RUN_COMPLETED;
    now.completed = 20;
    now.observation_id = scratch_observation(tx, experiment, run.suggestion_id, 1, true);
    update(tx, &run, &now);
    is_consistent(tx);
    run = now;
    now.deleted = true;
    update(tx, &run, &now);
    is_int(check_run(tx, &err), ERR_CORRUPT, "suggestion and observation are still there");
    is_int(suggestion_delete(tx, experiment, run.suggestion_id, &err), ERR_NONE, "the suggestion is deleted");
    is_int(check_run(tx, &err), ERR_CORRUPT, "the observation is still there");
    const struct best_rule rule = {.metric = "", .maximize = true};
    is_int(observation_delete(tx, experiment, run.observation_id, &rule, 1, 30, &err), ERR_NONE, "the observation is deleted");
    is_consistent(tx);
    run = now;
    now.suggestion_id = scratch_suggestion(tx, other);
    now.deleted = false;
    update(tx, &run, &now);
    is_int(check_run(tx, &err), ERR_CORRUPT, "a suggestion of another experiment");
    update(tx, &now, &run);
    is_consistent(tx);
}

static void below(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct training_run_record run = new_run("r", 0), found;
    struct tag_record tag = {.client_id = 1, .name = "t", .color = "#000000"};
    insert(tx, &run);
    is_int(tag_insert(tx, &tag, &err), ERR_NONE, "a tag");
    for (int i = 0; i < 2; i++)
        is_int(tag_put(tx, run.id, tag.id, &err), ERR_NONE, "is put on the run");
    struct metric_value values[] = {{"a", 1, NAN}, {"b", 2, 0.5}};
    struct checkpoint_record checkpoint = {.training_run_id = run.id, .created = 30, .values = values, .n_values = 2}, read;
    is_int(checkpoint_insert(tx, &checkpoint, &err), ERR_NONE, "a checkpoint");
    is_int(checkpoint_find(tx, arena, run.id, checkpoint.id, &read, &err), ERR_NONE, "is found");
    ok(read.n_values == 2 && isnan(read.values[0].stddev), "with its values");
    is_near(read.values[1].stddev, 0.5, 0, "and a deviation");
    is_int(checkpoint_find(tx, arena, run.id + 1, checkpoint.id, &read, &err), ERR_NOT_FOUND, "of another run");
    is_int(training_run_find(tx, arena, run.id, &found, &err), ERR_NONE, "the run");
    ok(found.n_tags == 1 && found.tag_ids[0] == tag.id && found.checkpoint_count == 1 && found.updated == 30, "knows them");
    for (int i = 0; i < 2; i++)
        is_int(tag_take(tx, run.id, tag.id, &err), ERR_NONE, "the tag is taken off");
    is_int(training_run_find(tx, arena, run.id, &found, &err), ERR_NONE, "the run");
    is_int(found.n_tags, 0, "has no tag");
    is_consistent(tx);
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, entries);
    scratch_write(&scratch, shapes);
    scratch_write(&scratch, counters);
    scratch_write(&scratch, below);
    scratch_write(&scratch, delete_all);
    scratch_write(&scratch, cascade);
    scratch_remove(&scratch);
    return tap_done();
}
