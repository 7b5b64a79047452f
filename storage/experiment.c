#include "storage/experiment.h"

#include "storage/experiment_row.h"
#include "storage/project.h"

static enum err_code not_found(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, NULL, "No such experiment");
}

void experiment_read(struct query *q, struct arena *arena, void *target)
{
    struct experiment_record *record = target;
    record->id = query_int(q);
    record->client_id = query_int(q);
    record->user_id = query_int(q);
    record->project_id = query_int(q);
    record->project_reference = query_text(q, arena);
    record->name = query_text(q, arena);
    record->type = (enum experiment_type)query_int(q);
    record->deleted = query_bool(q);
    record->development = query_bool(q);
    record->runs_only = query_bool(q);
    record->created = query_int(q);
    record->updated = query_int(q);
    record->observation_budget = query_int(q);
    record->parallel_bandwidth = query_int(q);
    record->num_solutions = query_int(q);
    record->metadata = query_text(q, arena);
    record->parameters = query_text(q, arena);
    record->metrics = query_text(q, arena);
    record->conditionals = query_text(q, arena);
    record->linear_constraints = query_text(q, arena);
    record->tasks = query_text(q, arena);
    record->retired_categories = query_text(q, arena);
    record->epoch = query_int(q);
    record->sequence = query_int(q);
    record->ordinal = query_int(q);
    record->n_initial = query_int(q);
    record->n_model = query_int(q);
    record->observation_count = query_int(q);
    record->budget_consumed = query_real(q);
    record->first_observation_id = query_int(q);
    record->last_observation_id = query_int(q);
    record->best_observation_id = query_int(q);
    record->suggestion_count = query_int(q);
    record->open_suggestion_count = query_int(q);
    record->cold_ordinal = query_int(q);
    record->active_run_count = query_int(q);
    record->finished_run_count = query_int(q);
}

static enum err_code insert_row(struct tx *tx, struct experiment_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "INSERT INTO experiment (client_id, user_id, project_id, name, type, deleted, development,"
                                 " runs_only, created, updated, observation_budget, parallel_bandwidth, num_solutions)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                 err);
    query_bind_int(&q, record->client_id);
    query_bind_optional(&q, record->user_id);
    query_bind_optional(&q, record->project_id);
    query_bind_text(&q, record->name);
    query_bind_int(&q, record->type);
    query_bind_int(&q, record->deleted);
    query_bind_int(&q, record->development);
    query_bind_int(&q, record->runs_only);
    query_bind_int(&q, record->created);
    query_bind_int(&q, record->updated);
    query_bind_optional(&q, record->observation_budget);
    query_bind_optional(&q, record->parallel_bandwidth);
    query_bind_optional(&q, record->num_solutions);
    return query_insert(&q, &record->id);
}

static enum err_code insert_definition(struct tx *tx, const struct experiment_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "INSERT INTO experiment_definition (experiment_id, metadata, parameters, metrics, conditionals,"
                                 " linear_constraints, tasks, retired_categories) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                 err);
    query_bind_int(&q, record->id);
    query_bind_text(&q, record->metadata);
    query_bind_text(&q, record->parameters);
    query_bind_text(&q, record->metrics);
    query_bind_text(&q, record->conditionals);
    query_bind_text(&q, record->linear_constraints);
    query_bind_text(&q, record->tasks);
    query_bind_text(&q, record->retired_categories);
    return query_run(&q);
}

// Moves the project's count of experiments by `change`, and its `updated`. project_id 0 does nothing.
static enum err_code count_in_project(struct tx *tx, int64_t project_id, int change, int64_t updated, struct err *err)
{
    if (project_id == 0)
        return ERR_NONE;
    struct query q =
        query_start(tx, "UPDATE project SET experiment_count = experiment_count + ?, updated = ? WHERE id = ?", err);
    query_bind_int(&q, change);
    query_bind_int(&q, updated);
    query_bind_int(&q, project_id);
    return query_run(&q);
}

enum err_code experiment_insert(struct tx *tx, struct experiment_record *record, struct err *err)
{
    enum err_code code = insert_row(tx, record, err);
    if (code == ERR_NONE)
        code = insert_definition(tx, record, err);
    return code == ERR_NONE ? count_in_project(tx, record->project_id, 1, record->updated, err) : code;
}

enum err_code experiment_find(struct tx *tx, struct arena *arena, int64_t id, struct experiment_record *record,
                              struct err *err)
{
    struct query q = query_start(tx, EXPERIMENT_SELECT " WHERE e.id = ?", err);
    query_bind_int(&q, id);
    if (!query_step(&q)) {
        enum err_code code = query_end(&q);
        return code != ERR_NONE ? code : not_found(err);
    }
    *record = (struct experiment_record){.id = 0};
    experiment_read(&q, arena, record);
    return query_end(&q);
}

static enum err_code update_row(struct tx *tx, const struct experiment_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE experiment SET name = ?, project_id = ?, deleted = ?, updated = ?,"
                                 " observation_budget = ?, parallel_bandwidth = ? WHERE id = ?",
                                 err);
    query_bind_text(&q, record->name);
    query_bind_optional(&q, record->project_id);
    query_bind_int(&q, record->deleted);
    query_bind_int(&q, record->updated);
    query_bind_optional(&q, record->observation_budget);
    query_bind_optional(&q, record->parallel_bandwidth);
    query_bind_int(&q, record->id);
    return query_run(&q);
}

static enum err_code update_definition(struct tx *tx, const struct experiment_record *record, struct err *err)
{
    struct query q = query_start(tx,
                                 "UPDATE experiment_definition SET metadata = ?, parameters = ?, metrics = ?,"
                                 " retired_categories = ? WHERE experiment_id = ?",
                                 err);
    query_bind_text(&q, record->metadata);
    query_bind_text(&q, record->parameters);
    query_bind_text(&q, record->metrics);
    query_bind_text(&q, record->retired_categories);
    query_bind_int(&q, record->id);
    return query_run(&q);
}

// The project of a stored experiment, 0 for none.
static enum err_code find_project(struct tx *tx, int64_t id, int64_t *project_id, struct err *err)
{
    struct query q = query_start(tx, "SELECT project_id FROM experiment WHERE id = ?", err);
    query_bind_int(&q, id);
    bool found = query_step(&q);
    *project_id = found ? query_int(&q) : 0;
    enum err_code code = query_end(&q);
    return code == ERR_NONE && !found ? not_found(err) : code;
}

enum err_code experiment_update(struct tx *tx, const struct experiment_record *record, struct err *err)
{
    int64_t old_project = 0;
    enum err_code code = find_project(tx, record->id, &old_project, err);
    if (code == ERR_NONE)
        code = update_row(tx, record, err);
    if (code == ERR_NONE)
        code = update_definition(tx, record, err);
    if (code == ERR_NONE)
        code = count_in_project(tx, old_project, -1, record->updated, err);
    return code == ERR_NONE ? count_in_project(tx, record->project_id, 1, record->updated, err) : code;
}

enum err_code experiment_touch(struct tx *tx, int64_t id, int64_t updated, struct err *err)
{
    int64_t project_id = 0;
    enum err_code code = find_project(tx, id, &project_id, err);
    if (code != ERR_NONE)
        return code;
    struct query q = query_start(tx, "UPDATE experiment SET updated = ? WHERE id = ?", err);
    query_bind_int(&q, updated);
    query_bind_int(&q, id);
    code = query_run(&q);
    return code == ERR_NONE ? project_touch(tx, project_id, updated, err) : code;
}

enum err_code experiment_raise_epoch(struct tx *tx, int64_t id, struct err *err)
{
    struct query q = query_start(tx, "UPDATE experiment SET epoch = epoch + 1 WHERE id = ?", err);
    query_bind_int(&q, id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? not_found(err) : code;
}

enum err_code experiment_reset_models(struct tx *tx, int64_t id, struct err *err)
{
    struct query q = query_start(tx, "UPDATE experiment SET epoch = epoch + 1, cold_ordinal = ordinal WHERE id = ?", err);
    query_bind_int(&q, id);
    int64_t changed = 0;
    enum err_code code = query_change(&q, &changed);
    return code == ERR_NONE && changed == 0 ? not_found(err) : code;
}
