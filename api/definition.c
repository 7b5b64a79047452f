#include "api/definition.h"

#include <inttypes.h>
#include <string.h>

#include "api/expect.h"

#define TOLERANCE_KEY "fairway_failure_tolerance"

// ------------------------------------------------------------------ reading

static enum err_code read_both(struct arena *arena, const struct json *parameters, const struct json *metrics,
                               enum parameter_origin origin, struct definition *out, struct err *err)
{
    *out = (struct definition){.n_parameters = 0};
    enum err_code code =
        parameters_read(arena, parameters, ".parameters", origin, &out->parameters, &out->n_parameters, err);
    if (code == ERR_NONE)
        code = metrics_read(arena, metrics, ".metrics", &out->metrics, &out->n_metrics, err);
    while (code == ERR_NONE && out->metrics[out->optimized].strategy != STRATEGY_OPTIMIZE)
        out->optimized++; // metrics_read has seen that there is one
    return code;
}

enum err_code definition_read(struct arena *arena, const struct json *parameters, const struct json *metrics,
                              struct definition *out, struct err *err)
{
    return read_both(arena, parameters, metrics, PARAMETERS_REQUESTED, out, err);
}

enum err_code definition_load(struct arena *arena, const struct experiment_record *experiment, struct definition *out,
                              struct err *err)
{
    struct json *parameters = NULL, *metrics = NULL;
    struct err why;
    enum err_code code = json_parse(experiment->parameters, strlen(experiment->parameters), &parameters, &why);
    if (code == ERR_NONE)
        code = json_parse(experiment->metrics, strlen(experiment->metrics), &metrics, &why);
    if (code == ERR_NONE)
        code = read_both(arena, parameters, metrics, PARAMETERS_STORED, out, &why);
    json_free(parameters);
    json_free(metrics);
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

const char *definition_show_parameters(struct arena *arena, const struct definition *definition)
{
    struct json_writer w = {.depth = 0};
    parameters_write(&w, definition->parameters, definition->n_parameters);
    return take_text(arena, &w);
}

const char *definition_show_metrics(struct arena *arena, const struct definition *definition)
{
    struct json_writer w = {.depth = 0};
    metrics_write(&w, definition->metrics, definition->n_metrics);
    return take_text(arena, &w);
}

struct best_rule definition_best_rule(const struct definition *definition)
{
    const struct metric_definition *metric = &definition->metrics[definition->optimized];
    return (struct best_rule){.metric = metric->name, .maximize = metric->maximize};
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
