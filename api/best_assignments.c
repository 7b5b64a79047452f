// With one optimized metric and nothing else that decides, the best one is that of the experiment's progress; otherwise all outcomes
// are compared (optimizer/ranking.h).
#include "api/best_assignments.h"

#include "api/bridge.h"
#include "api/outcomes.h"
#include "api/route.h"
#include "optimizer/ranking.h"
#include "optimizer/solutions.h"

static void render_row(struct call *call, const void *rows, size_t i)
{
    const struct observation_record *record = (const struct observation_record *)rows + i;
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", "best_assignments");
    json_member_id(w, "id", record->id);
    json_put_key(w, "assignments");
    assignments_write(w, call->state, record->assignments, record->n_assignments);
    json_put_key(w, "values");
    values_write(w, record->values, record->n_values);
    if (record->task != NULL)
        json_member_string(w, "task", record->task);
    json_member_raw(w, "metadata", record->metadata);
    json_end_object(w);
}

// Observations found, best first.
struct found {
    struct observation_record *records;
    size_t n;
};

static enum err_code load_records(struct call *call, const struct outcomes *outcomes, const size_t *ranked, size_t n,
                                  struct found *found)
{
    int64_t *ids = arena_alloc(call->arena, n, sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = outcomes->ids[ranked[i]];
    *found = (struct found){arena_alloc(call->arena, n, sizeof *found->records), n};
    return observation_get(call->tx, call->arena, ids, n, found->records, &call->err);
}

// Several good points that differ.
static enum err_code choose_solutions(struct call *call, const struct definition *definition, const struct outcomes *outcomes,
                                      const size_t *ranked, size_t n, struct found *found)
{
    size_t k = outcomes->problem.n_solutions, p = outcomes->problem.n_params;
    struct found candidates;
    enum err_code code = load_records(call, outcomes, ranked, n, &candidates);
    if (code != ERR_NONE)
        return code;
    const double **x = arena_alloc(call->arena, n, sizeof *x);
    double *points = arena_alloc(call->arena, n * p, sizeof *points);
    size_t *chosen = arena_alloc(call->arena, n < k ? n : k, sizeof *chosen);
    for (size_t i = 0; i < n; i++) {
        const struct observation_record *record = &candidates.records[i];
        bridge_point(definition, record->assignments, record->n_assignments, points + i * p);
        x[i] = points + i * p;
    }
    found->n = solutions_select(&outcomes->problem, x, n, outcomes->n, k, chosen);
    found->records = arena_alloc(call->arena, found->n, sizeof *found->records);
    for (size_t i = 0; i < found->n; i++)
        found->records[i] = candidates.records[chosen[i]];
    return ERR_NONE;
}

static enum err_code compare_all(struct call *call, const struct definition *definition, struct found *found)
{
    struct outcomes outcomes;
    *found = (struct found){.n = 0};
    enum err_code code = outcomes_load(call, definition, &outcomes);
    if (code != ERR_NONE)
        return code;
    size_t *ranked = arena_alloc(call->arena, outcomes.n, sizeof *ranked);
    size_t n = ranking_best(&outcomes.problem, outcomes.trials, outcomes.n, ranked);
    if (definition->n_optimized == 1 && outcomes.problem.n_solutions > 1)
        return choose_solutions(call, definition, &outcomes, ranked, n, found);
    if (definition->n_optimized == 1 && n > 1)
        n = 1;
    return load_records(call, &outcomes, ranked, n, found);
}

// True when the value of one metric is all that decides.
static bool is_plain(const struct definition *definition, const struct experiment_record *experiment)
{
    bool plain = definition->n_optimized == 1 && experiment->num_solutions <= 1;
    for (size_t i = 0; i < definition->n_metrics; i++)
        plain = plain && !definition->metrics[i].has_threshold;
    return plain;
}

enum err_code best_assignments_find(struct call *call, const struct definition *definition, struct observation_record **records,
                                    size_t *n)
{
    const struct experiment_record *experiment = &call->experiment;
    struct found found;
    if (is_plain(definition, experiment)) {
        *n = experiment->best_observation_id != 0;
        *records = arena_alloc(call->arena, 1, sizeof **records);
        return observation_get(call->tx, call->arena, &experiment->best_observation_id, *n, *records, &call->err);
    }
    enum err_code code = compare_all(call, definition, &found);
    *records = found.records;
    *n = found.n;
    return code;
}

enum err_code best_assignments_list(struct call *call)
{
    struct definition *definition = arena_alloc(call->arena, 1, sizeof *definition);
    struct observation_record *records;
    size_t n;
    call->state = definition;
    enum err_code code = definition_load(call->arena, &call->experiment, definition, &call->err);
    if (code == ERR_NONE)
        code = best_assignments_find(call, definition, &records, &n);
    if (code == ERR_NONE)
        paging_render_all(call, records, n, render_row);
    return code;
}
