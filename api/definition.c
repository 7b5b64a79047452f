#include "api/definition.h"

#include <inttypes.h>
#include <string.h>

#include "api/conditionals.h"
#include "api/expect.h"

#define TOLERANCE_KEY "fairway_failure_tolerance"

// ------------------------------------------------------------------ reading

// The parameters, with the conditionals behind them.
static enum err_code read_parameters(struct arena *arena, const struct definition_source *source, enum parameter_origin origin,
                                     struct definition *out, struct err *err)
{
    struct parameter_context context = {.origin = origin, .grid_search = source->type == EXPERIMENT_GRID};
    const struct parameter *parameters;
    enum err_code code = conditionals_read(arena, source->conditionals, ".conditionals", &context.conditionals,
                                           &context.n_conditionals, err);
    if (code == ERR_NONE && context.n_conditionals > 0 && context.grid_search)
        code = err_set(err, ERR_INVALID, ".conditionals", ".conditionals are not allowed for experiments of type grid");
    if (code == ERR_NONE)
        code = parameters_read(arena, source->parameters, ".parameters", &context, &parameters, &out->n_parameters, err);
    if (code != ERR_NONE)
        return code;
    out->n_conditionals = context.n_conditionals;
    struct parameter *all = arena_alloc(arena, definition_dimension(out), sizeof *all);
    for (size_t i = 0; i < definition_dimension(out); i++)
        all[i] = i < out->n_parameters ? parameters[i] : context.conditionals[i - out->n_parameters];
    out->parameters = all;
    return ERR_NONE;
}

// The default metric: the first optimized one, else the first constraint.
static void find_optimized(struct definition *out)
{
    for (size_t i = out->n_metrics; i-- > 0;) {
        bool is_optimized = out->metrics[i].strategy == STRATEGY_OPTIMIZE;
        out->n_optimized += is_optimized;
        if (is_optimized || (out->metrics[i].strategy == STRATEGY_CONSTRAINT && out->n_optimized == 0))
            out->optimized = i;
    }
}

static enum err_code read_all(struct arena *arena, const struct definition_source *source, enum parameter_origin origin,
                              struct definition *out, struct err *err)
{
    *out = (struct definition){.type = source->type};
    enum err_code code = read_parameters(arena, source, origin, out, err);
    if (code == ERR_NONE)
        code = linear_constraints_read(arena, source->linear_constraints, ".linear_constraints", out->parameters,
                                       out->n_parameters, &out->constraints, &out->n_constraints, err);
    if (code == ERR_NONE)
        code = source->metric != NULL
                   ? metrics_read_single(arena, source->metric, ".metric", &out->metrics, &out->n_metrics, err)
                   : metrics_read(arena, source->metrics, ".metrics", &out->metrics, &out->n_metrics, err);
    if (code == ERR_NONE)
        code = tasks_read(arena, source->tasks, ".tasks", &out->tasks, &out->n_tasks, err);
    if (code == ERR_NONE)
        find_optimized(out);
    return code;
}

enum err_code definition_read(struct arena *arena, const struct definition_source *source, struct definition *out,
                              struct err *err)
{
    enum err_code code = read_all(arena, source, PARAMETERS_REQUESTED, out, err);
    if (code == ERR_NONE)
        code = conditionals_check(arena, definition_conditionals(out), out->n_conditionals, out->parameters, out->n_parameters,
                                  err);
    return code;
}

// text: NULL for what is not stored.
static enum err_code parse(const char *text, struct json **root, struct err *err)
{
    *root = NULL;
    return text == NULL ? ERR_NONE : json_parse(text, strlen(text), root, err);
}

enum err_code definition_load(struct arena *arena, const struct experiment_record *experiment, struct definition *out,
                              struct err *err)
{
    const char *const texts[] = {experiment->parameters, experiment->metrics, experiment->conditionals,
                                 experiment->linear_constraints, experiment->tasks};
    struct json *roots[5] = {NULL};
    struct err why;
    enum err_code code = ERR_NONE;
    for (size_t i = 0; code == ERR_NONE && i < 5; i++)
        code = parse(texts[i], &roots[i], &why);
    const struct definition_source source = {experiment->type, roots[0], roots[1], roots[2], roots[3], roots[4], NULL};
    if (code == ERR_NONE)
        code = read_all(arena, &source, PARAMETERS_STORED, out, &why);
    for (size_t i = 0; i < 5; i++)
        json_free(roots[i]);
    return code == ERR_NONE ? code
                            : err_set(err, ERR_CORRUPT, NULL, "The stored definition of experiment %" PRId64 ": %s",
                                      experiment->id, why.text);
}

// ------------------------------------------------------------------ showing

static const char *take_text(struct arena *arena, struct json_writer *w)
{
    const char *text = arena_strndup(arena, w->out.data, w->out.len);
    json_writer_clear(w);
    return text;
}

void definition_show(struct arena *arena, const struct definition *definition, struct experiment_record *record)
{
    struct json_writer w = {.depth = 0};
    parameters_write(&w, definition->parameters, definition->n_parameters, definition_conditionals(definition));
    record->parameters = take_text(arena, &w);
    metrics_write(&w, definition->metrics, definition->n_metrics);
    record->metrics = take_text(arena, &w);
    record->conditionals = record->linear_constraints = record->tasks = NULL;
    if (definition->n_conditionals > 0) {
        conditionals_write(&w, definition_conditionals(definition), definition->n_conditionals);
        record->conditionals = take_text(arena, &w);
    }
    if (definition->n_constraints > 0) {
        linear_constraints_write(&w, definition->constraints, definition->n_constraints, definition->parameters);
        record->linear_constraints = take_text(arena, &w);
    }
    if (definition->n_tasks > 0) {
        tasks_write(&w, definition->tasks, definition->n_tasks);
        record->tasks = take_text(arena, &w);
    }
}

// ------------------------------------------------------------------ questions

size_t definition_dimension(const struct definition *definition)
{
    return definition->n_parameters + definition->n_conditionals;
}

const struct parameter *definition_conditionals(const struct definition *definition)
{
    return definition->parameters + definition->n_parameters;
}

void definition_write_task(struct json_writer *w, const struct definition *definition, const char *task)
{
    size_t index;
    if (definition->n_tasks == 0 || task == NULL || !tasks_find(definition->tasks, definition->n_tasks, task, &index))
        return;
    json_put_key(w, "task");
    task_write(w, &definition->tasks[index]);
}

double definition_cost(const struct definition *definition, const char *task)
{
    size_t index;
    return task != NULL && tasks_find(definition->tasks, definition->n_tasks, task, &index) ? definition->tasks[index].cost : 1;
}

struct best_rule definition_best_rule(const struct definition *definition)
{
    const struct metric_definition *metric = &definition->metrics[definition->optimized];
    return (struct best_rule){.metric = definition->n_optimized == 1 ? metric->name : NULL,
                              .maximize = metric->maximize,
                              .task = definition->n_tasks > 0 ? definition->tasks[0].name : NULL};
}

// ------------------------------------------------------------------ failure tolerance

enum err_code tolerance_read(const struct json *metadata, const char *field, enum tolerance *out, struct err *err)
{
    static const char *const words[] = {"cautious", "balanced", "bold", NULL};
    static const enum tolerance values[] = {TOLERANCE_CAUTIOUS, TOLERANCE_BALANCED, TOLERANCE_BOLD};
    const struct json *v = json_member(metadata, TOLERANCE_KEY);
    char path[EXPECT_FIELD_MAX];
    size_t index = 0;
    *out = TOLERANCE_BALANCED;
    if (expect_absent(v))
        return ERR_NONE;
    enum err_code code = expect_one_of(v, words, expect_path(path, field, TOLERANCE_KEY), &index, err);
    if (code == ERR_NONE)
        *out = values[index];
    return code;
}

enum tolerance tolerance_load(const char *metadata)
{
    struct json *root = NULL;
    struct err err;
    enum tolerance tolerance = TOLERANCE_BALANCED;
    if (metadata != NULL && json_parse(metadata, strlen(metadata), &root, &err) == ERR_NONE)
        tolerance_read(root, "", &tolerance, &err);
    json_free(root);
    return tolerance;
}
