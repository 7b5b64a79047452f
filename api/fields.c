#include "api/fields.h"

#include <string.h>

#include "api/expect.h"
#include "api/route.h"

// Members that not every object of the kind shows (tasks, budget) are known all the same.
static const struct {
    const char *name;
    const char *const *fields;
} kinds[] = {
    [KIND_NONE] = {"", NULL},
    [KIND_EXPERIMENT] = {"experiment",
                         (const char *const[]){"object", "id", "client", "user", "project", "name", "type", "state", "created",
                                               "updated", "development", "runs_only", "observation_budget", "budget",
                                               "num_solutions", "parallel_bandwidth", "metadata", "metrics", "parameters",
                                               "conditionals", "linear_constraints", "tasks", "progress", NULL}},
    [KIND_AIEXPERIMENT] = {"aiexperiment",
                           (const char *const[]){"object", "id", "client", "user", "project", "name", "type", "state", "created",
                                                 "updated", "runs_only", "budget", "num_solutions", "parallel_bandwidth",
                                                 "metadata", "metrics", "parameters", "conditionals", "linear_constraints",
                                                 "progress", NULL}},
    [KIND_SUGGESTION] = {"suggestion",
                         (const char *const[]){"object", "id", "experiment", "assignments", "created", "task", "state", "deleted",
                                               "metadata", "fairway", NULL}},
    [KIND_QUEUED_SUGGESTION] = {"queued_suggestion",
                                (const char *const[]){"object", "id", "experiment", "assignments", "created", "task", NULL}},
    [KIND_OBSERVATION] = {"observation",
                          (const char *const[]){"object", "id", "experiment", "suggestion", "assignments", "values", "task",
                                                "failed", "created", "metadata", NULL}},
    [KIND_PROJECT] = {"project",
                      (const char *const[]){"object", "id", "client", "user", "name", "created", "updated", "metadata",
                                            "experiment_count", "training_run_count", "deleted", NULL}},
    [KIND_BEST_ASSIGNMENTS] = {"best_assignments",
                               (const char *const[]){"object", "id", "assignments", "values", "metadata", "task", NULL}},
    [KIND_PROJECT_NOTE] = {"project_note",
                           (const char *const[]){"object", "contents", "created", "user", "client", "project", NULL}},
    [KIND_TAG] = {"tag", (const char *const[]){"object", "id", "name", "color", "client", NULL}},
    [KIND_TRAINING_RUN] = {"training_run",
                           (const char *const[]){"object", "id", "client", "project", "user", "experiment", "suggestion",
                                                 "observation", "name", "state", "finished", "created", "updated", "completed",
                                                 "deleted", "favorite", "checkpoint_count", "assignments", "assignments_meta",
                                                 "assignments_sources", "values", "metadata", "dev_metadata", "sys_metadata",
                                                 "datasets", "logs", "model", "source_code", "tags", "files", NULL}},
    [KIND_CHECKPOINT] = {"checkpoint",
                         (const char *const[]){"object", "id", "training_run", "created", "values", "metadata", NULL}},
    [KIND_FILE] = {"file", (const char *const[]){"object", "id", "client", "user", "created", "name", "filename", "content_type",
                                                 "content_length", "content_md5", "download", NULL}},
    [KIND_BEST_PRACTICES] = {"best_practices", (const char *const[]){"object", "violations", NULL}},
    [KIND_METRIC_IMPORTANCES] = {"metric_importances", (const char *const[]){"object", "metric", "importances", NULL}},
    [KIND_PREDICTION] = {"prediction",
                         (const char *const[]){"object", "assignments", "probability_of_feasibility", "metrics", NULL}},
};

// The text of `fields`, or NULL.
static enum err_code find_text(struct call *call, const char **text)
{
    *text = NULL;
    if (strcmp(call->route->method, "GET") == 0) {
        *text = call_query(call, "fields");
    } else if (strcmp(call->route->method, "POST") == 0) {
        const struct json *v = json_member(call->body, "fields");
        if (!expect_absent(v)) {
            enum err_code code = expect_kind(v, JSON_STRING, ".fields", &call->err);
            if (code != ERR_NONE)
                return code;
            *text = json_string(v);
        }
    }
    return ERR_NONE;
}

static bool is_known(enum object_kind kind, const char *name)
{
    for (const char *const *field = kinds[kind].fields; *field != NULL; field++)
        if (strcmp(*field, name) == 0)
            return true;
    return false;
}

enum err_code fields_select(struct call *call)
{
    enum object_kind kind = call->route->fields;
    const char *text;
    if (kind == KIND_NONE)
        return ERR_NONE;
    enum err_code code = find_text(call, &text);
    if (code != ERR_NONE || text == NULL || *text == '\0')
        return code;

    size_t n = 2; // names, and the NULL behind them
    for (const char *c = text; *c != '\0'; c++)
        n += *c == ',';
    const char **names = arena_alloc(call->arena, n, sizeof *names);
    for (n = 0;; text++) {
        size_t len = strcspn(text, ",");
        names[n] = arena_strndup(call->arena, text, len);
        if (!is_known(kind, names[n]))
            return call_error(call, ERR_INVALID, "fields", "Unknown field \"%s\" for object %s", names[n], kinds[kind].name);
        n++;
        text += len;
        if (*text == '\0')
            break;
    }
    call->out.select = names;
    return ERR_NONE;
}
