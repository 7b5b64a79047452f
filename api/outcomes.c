#include "api/outcomes.h"

#include <inttypes.h>
#include <math.h>

#include "api/bridge.h"
#include "storage/outcome.h"

enum err_code outcomes_load(struct call *call, const struct definition *definition, struct outcomes *outcomes)
{
    size_t m = definition->n_metrics;
    const char **names = arena_alloc(call->arena, m, sizeof *names);
    for (size_t i = 0; i < m; i++)
        names[i] = definition->metrics[i].name;
    *outcomes = (struct outcomes){.n = 0};
    struct outcome *rows;
    bridge_describe(call->arena, definition, &call->experiment, &outcomes->problem);
    enum err_code code =
        outcome_list(call->tx, call->arena, call->experiment.id, names, m, &rows, &outcomes->n, &call->err);
    if (code != ERR_NONE)
        return code;
    outcomes->trials = arena_alloc(call->arena, outcomes->n, sizeof *outcomes->trials);
    outcomes->ids = arena_alloc(call->arena, outcomes->n, sizeof *outcomes->ids);
    for (size_t i = 0; i < outcomes->n; i++) {
        for (size_t k = 0; !rows[i].failed && k < m; k++)
            if (isnan(rows[i].values[k]))
                return err_set(&call->err, ERR_CORRUPT, NULL, "Observation %" PRId64 " has no value for the metric \"%s\"",
                               rows[i].id, names[k]);
        size_t task = 0;
        if (definition->n_tasks > 0 &&
            (rows[i].task == NULL || !tasks_find(definition->tasks, definition->n_tasks, rows[i].task, &task)))
            return err_set(&call->err, ERR_CORRUPT, NULL, "Observation %" PRId64 " is of no task of its experiment", rows[i].id);
        outcomes->ids[i] = rows[i].id;
        outcomes->trials[i] = (struct trial){.failed = rows[i].failed,
                                             .value = rows[i].values,
                                             .task = task,
                                             .sequence = (uint64_t)i + 1};
    }
    return ERR_NONE;
}
