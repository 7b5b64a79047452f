#define _XOPEN_SOURCE 700 // mkdtemp

#include "tests/storage/scratch.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/query.h"

static void expect(enum err_code code, const struct err *err, const char *what)
{
    if (code == ERR_NONE)
        return;
    printf("Bail out! %s: %s: %s\n", what, err_name(code), err->text);
    exit(1);
}

void scratch_create(struct scratch *scratch)
{
    *scratch = (struct scratch){.storage = NULL};
    snprintf(scratch->directory, sizeof scratch->directory, "/tmp/fairway-test-XXXXXX");
    if (mkdtemp(scratch->directory) == NULL) {
        printf("Bail out! mkdtemp failed\n");
        exit(1);
    }
    snprintf(scratch->path, sizeof scratch->path, "%s/test.db", scratch->directory);
}

void scratch_open(struct scratch *scratch, const struct storage_options *options)
{
    struct storage_options used = {.n_readers = 0};
    if (options != NULL)
        used = *options;
    used.path = scratch->path;
    struct err err;
    err_clear(&err);
    expect(storage_open(&used, &scratch->storage, &err), &err, "storage_open");
}

void scratch_close(struct scratch *scratch)
{
    storage_close(scratch->storage);
    scratch->storage = NULL;
}

void scratch_remove(struct scratch *scratch)
{
    scratch_close(scratch);
    DIR *directory = opendir(scratch->directory);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", scratch->directory, entry->d_name);
        unlink(path);
    }
    if (directory != NULL)
        closedir(directory);
    rmdir(scratch->directory);
}

static enum err_code run_body(struct tx *tx, void *arg, struct err *err)
{
    (void)err;
    scratch_body *const *body = arg;
    struct arena *arena = arena_create();
    (*body)(tx, arena);
    arena_destroy(arena);
    return ERR_NONE;
}

void scratch_write(struct scratch *scratch, scratch_body *body)
{
    struct err err;
    err_clear(&err);
    expect(storage_write_wait(scratch->storage, run_body, &body, &err), &err, "write");
}

void scratch_read(struct scratch *scratch, scratch_body *body)
{
    struct err err;
    err_clear(&err);
    expect(storage_read(scratch->storage, run_body, &body, &err), &err, "read");
}

int64_t scratch_experiment(struct tx *tx, const char *name, int64_t project_id)
{
    struct experiment_record record = {.client_id = 1,
                                       .user_id = 1,
                                       .project_id = project_id,
                                       .name = name,
                                       .type = EXPERIMENT_OFFLINE,
                                       .created = 1000,
                                       .updated = 1000,
                                       .parameters = "[]",
                                       .metrics = "[]"};
    struct err err;
    expect(experiment_insert(tx, &record, &err), &err, "experiment_insert");
    return record.id;
}

int64_t scratch_suggestion(struct tx *tx, int64_t experiment_id)
{
    const struct assignment assignments[] = {{.name = "x", .number = 0.5}, {.name = "c", .text = "red"}};
    struct suggestion_record record = {.experiment_id = experiment_id,
                                       .created = 1500,
                                       .source = SOURCE_EXPLICIT,
                                       .assignments = assignments,
                                       .n_assignments = 2,
                                       .floor = (double)NAN,
                                       .box = (double)NAN,
                                       .probability_of_feasibility = (double)NAN,
                                       .probability_of_constraints = (double)NAN,
                                       .expected_improvement = (double)NAN,
                                       .mean = (double)NAN,
                                       .stddev = (double)NAN};
    struct err err;
    expect(suggestion_insert(tx, &record, &err), &err, "suggestion_insert");
    return record.id;
}

int64_t scratch_observation(struct tx *tx, int64_t experiment_id, int64_t suggestion_id, double value, bool maximize)
{
    const struct assignment assignments[] = {{.name = "x", .number = 0.5}, {.name = "c", .text = "red"}};
    const struct metric_value values[] = {{.name = "", .value = value, .stddev = (double)NAN}};
    struct observation_record record = {.experiment_id = experiment_id,
                                        .suggestion_id = suggestion_id,
                                        .failed = isnan(value),
                                        .created = 2000,
                                        .assignments = assignments,
                                        .n_assignments = 2,
                                        .values = values,
                                        .n_values = isnan(value) ? 0u : 1u};
    struct err err;
    expect(observation_insert(tx, &record, &(struct best_rule){.metric = "", .maximize = maximize}, 1.0, &err), &err,
           "observation_insert");
    return record.id;
}

struct experiment_record scratch_find(struct tx *tx, struct arena *arena, int64_t experiment_id)
{
    struct experiment_record record = {.id = 0};
    struct err err;
    expect(experiment_find(tx, arena, experiment_id, &record, &err), &err, "experiment_find");
    return record;
}

int64_t scratch_number(struct tx *tx, const char *sql)
{
    struct err err;
    int64_t value = -1;
    struct query q = query_start(tx, sql, &err);
    expect(query_value(&q, &value), &err, sql);
    return value;
}
