#include "api/bridge.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

// ------------------------------------------------------------------ problem

static struct param read_param(const struct parameter *parameter)
{
    struct param param = {.lo = parameter->lo, .hi = parameter->hi, .log = parameter->log, .prior = parameter->prior};
    if (parameter->type == PARAMETER_CATEGORICAL) {
        param.kind = PARAM_CATEGORICAL;
        param.n_levels = parameter->n_categories;
    } else if (parameter->grid != NULL) {
        param.kind = PARAM_GRID;
        param.n_levels = parameter->n_grid;
        param.grid = parameter->grid;
    } else {
        param.kind = parameter->type == PARAMETER_INT ? PARAM_INT : PARAM_DOUBLE;
    }
    return param;
}

static struct metric read_metric(const struct metric_definition *definition)
{
    static const enum metric_strategy strategies[] = {[STRATEGY_OPTIMIZE] = METRIC_OPTIMIZE,
                                                      [STRATEGY_STORE] = METRIC_STORE,
                                                      [STRATEGY_CONSTRAINT] = METRIC_CONSTRAINT};
    return (struct metric){.strategy = strategies[definition->strategy],
                           .maximize = definition->maximize,
                           .has_threshold = definition->has_threshold,
                           .threshold = definition->threshold};
}

static const struct condition *read_conditions(struct arena *arena, const struct definition *definition,
                                               const struct parameter *parameter)
{
    struct condition *conditions = arena_alloc(arena, parameter->n_conditions, sizeof *conditions);
    for (size_t i = 0; i < parameter->n_conditions; i++)
        conditions[i] = (struct condition){.param = definition->n_parameters + parameter->conditions[i].conditional,
                                           .levels = parameter->conditions[i].values};
    return conditions;
}

static const struct linear_constraint *read_constraints(struct arena *arena, const struct definition *definition)
{
    struct linear_constraint *constraints = arena_alloc(arena, definition->n_constraints, sizeof *constraints);
    for (size_t i = 0; i < definition->n_constraints; i++) {
        const struct linear_constraint_definition *from = &definition->constraints[i];
        double *weight = arena_alloc(arena, definition_dimension(definition), sizeof *weight);
        for (size_t j = 0; j < from->n_terms; j++)
            weight[from->terms[j].parameter] = from->terms[j].weight;
        constraints[i] = (struct linear_constraint){.weight = weight, .threshold = from->threshold, .greater = from->greater};
    }
    return constraints;
}

// Everything but the params.
static struct problem read_rest(struct arena *arena, const struct definition *definition,
                                const struct experiment_record *experiment)
{
    struct metric *metrics = arena_alloc(arena, definition->n_metrics, sizeof *metrics);
    struct task *tasks = arena_alloc(arena, definition->n_tasks, sizeof *tasks);
    for (size_t i = 0; i < definition->n_metrics; i++)
        metrics[i] = read_metric(&definition->metrics[i]);
    for (size_t i = 0; i < definition->n_tasks; i++)
        tasks[i].cost = definition->tasks[i].cost;
    return (struct problem){.metrics = metrics,
                            .n_metrics = definition->n_metrics,
                            .constraints = read_constraints(arena, definition),
                            .n_constraints = definition->n_constraints,
                            .tasks = tasks,
                            .n_tasks = definition->n_tasks,
                            .n_solutions = (size_t)experiment->num_solutions,
                            .tolerance = tolerance_load(experiment->metadata),
                            .random = experiment->type != EXPERIMENT_OFFLINE || experiment->development};
}

void bridge_describe(struct arena *arena, const struct definition *definition, const struct experiment_record *experiment,
                     struct problem *problem)
{
    size_t n = definition_dimension(definition);
    struct param *params = arena_alloc(arena, n, sizeof *params);
    for (size_t i = 0; i < n; i++) {
        params[i] = read_param(&definition->parameters[i]);
        params[i].conditions = read_conditions(arena, definition, &definition->parameters[i]);
        params[i].n_conditions = definition->parameters[i].n_conditions;
    }
    *problem = read_rest(arena, definition, experiment);
    problem->params = params;
    problem->n_params = n;
}

enum err_code bridge_problem(struct arena *arena, const struct definition *definition, const struct experiment_record *experiment,
                             struct problem *problem, struct err *err)
{
    struct err why;
    bridge_describe(arena, definition, experiment, problem);
    if (problem_check(problem, &why) != ERR_NONE)
        return err_set(err, ERR_CORRUPT, NULL, "The optimizer refuses the stored experiment: %s", why.text);
    return ERR_NONE;
}

enum err_code bridge_check(struct arena *arena, const struct definition *definition, const struct experiment_record *experiment,
                           struct err *err)
{
    static const struct {
        const char *optimizers, *ours;
    } fields[] = {{"params", ".parameters"}, {"metrics", ".metrics"}, {"constraints", ".linear_constraints"}, {"tasks", ".tasks"}};
    struct problem problem;
    struct err why;
    err_clear(&why);
    bridge_describe(arena, definition, experiment, &problem);
    if (problem_check(&problem, &why) == ERR_NONE)
        return ERR_NONE;
    const char *field = "the experiment";
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(why.field, fields[i].optimizers) == 0)
            field = fields[i].ours;
    // What else can be wrong with constraints has been told before.
    const char *infeasible = strcmp(why.field, "constraints") == 0 ? "infeasible or empty: " : "";
    return err_set(err, ERR_INVALID, field, "%s cannot be optimized: %s%s", field, infeasible, why.text);
}

uint32_t bridge_seed(int64_t experiment_id)
{
    char text[32];
    unsigned char digest[DIGEST_SIZE];
    int n = snprintf(text, sizeof text, "experiment %" PRId64, experiment_id);
    digest_sha256(text, (size_t)n, digest);
    return (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 | digest[3];
}

// ------------------------------------------------------------------ points

static double level(const struct parameter *parameter, const char *category)
{
    size_t index;
    return category != NULL && parameter_find_category(parameter, category, &index) ? (double)index : -1;
}

static double default_value(const struct parameter *parameter)
{
    if (parameter->type == PARAMETER_CATEGORICAL)
        return level(parameter, parameter->has_default ? parameter->default_text : NULL);
    return parameter->has_default ? parameter->default_number : parameter->lo;
}

// What an older record says of a parameter that has another type now is not used.
static bool fits(const struct parameter *parameter, const struct assignment *assignment)
{
    return (assignment->text != NULL) == (parameter->type == PARAMETER_CATEGORICAL);
}

void bridge_point(const struct definition *definition, const struct assignment *assignments, size_t n, double *x)
{
    uint64_t levels[ASSIGNMENTS_CONDITIONALS_MAX];
    assignments_levels(definition, assignments, n, levels);
    for (size_t i = 0; i < definition_dimension(definition); i++) {
        const struct parameter *parameter = &definition->parameters[i];
        const struct assignment *found = assignments_find(assignments, n, parameter->name);
        if (!parameter_is_active(parameter, levels))
            x[i] = (double)NAN;
        else if (found == NULL || !fits(parameter, found))
            x[i] = default_value(parameter);
        else
            x[i] = found->text != NULL ? level(parameter, found->text) : found->number;
    }
}

static int compare_names(const void *a, const void *b)
{
    const struct assignment *x = a, *y = b;
    return strcmp(x->name, y->name);
}

struct assignment *bridge_assignments(struct arena *arena, const struct definition *definition, const double *x, size_t *n)
{
    struct assignment *assignments = arena_alloc(arena, definition_dimension(definition), sizeof *assignments);
    *n = 0;
    for (size_t i = 0; i < definition_dimension(definition); i++) {
        const struct parameter *parameter = &definition->parameters[i];
        if (isnan(x[i]) && parameter->n_conditions > 0)
            continue;
        assert(isfinite(x[i]));
        struct assignment *assignment = &assignments[(*n)++];
        assignment->name = parameter->name;
        if (parameter->type == PARAMETER_CATEGORICAL) {
            assert(x[i] >= 0 && x[i] < (double)parameter->n_categories);
            assignment->text = parameter->categories[(size_t)x[i]].name;
        } else {
            assignment->number = x[i];
        }
    }
    qsort(assignments, *n, sizeof *assignments, compare_names);
    return assignments;
}

static const struct metric_value *find_value(const struct observation_record *record, const char *name)
{
    for (size_t i = 0; i < record->n_values; i++)
        if (strcmp(record->values[i].name, name) == 0)
            return &record->values[i];
    return NULL;
}

// Values of all metrics; deviations only when a metric that models see has one, 0 for those without.
static enum err_code read_values(struct arena *arena, const struct definition *definition, const struct observation_record *record,
                                 struct trial *trial, struct err *err)
{
    double *value = arena_alloc(arena, definition->n_metrics, sizeof *value), *stddev = NULL;
    for (size_t i = 0; i < definition->n_metrics; i++) {
        const struct metric_value *found = find_value(record, definition->metrics[i].name);
        if (found == NULL)
            return err_set(err, ERR_CORRUPT, NULL, "Observation %" PRId64 " has no value for the metric \"%s\"",
                           record->id, definition->metrics[i].name);
        value[i] = found->value;
        if (definition->metrics[i].strategy == STRATEGY_STORE || !isfinite(found->stddev))
            continue;
        if (stddev == NULL)
            stddev = arena_alloc(arena, definition->n_metrics, sizeof *stddev);
        stddev[i] = found->stddev;
    }
    trial->value = value;
    trial->stddev = stddev;
    return ERR_NONE;
}

size_t bridge_task(const struct definition *definition, const char *name)
{
    size_t task = 0;
    return name != NULL && tasks_find(definition->tasks, definition->n_tasks, name, &task) ? task : 0;
}

enum err_code bridge_trial(struct arena *arena, const struct definition *definition, const struct observation_record *record,
                           struct trial *trial, struct err *err)
{
    size_t task = 0;
    double *x = arena_alloc(arena, definition_dimension(definition), sizeof *x);
    if (definition->n_tasks > 0 &&
        (record->task == NULL || !tasks_find(definition->tasks, definition->n_tasks, record->task, &task)))
        return err_set(err, ERR_CORRUPT, NULL, "Observation %" PRId64 " is of no task of its experiment", record->id);
    bridge_point(definition, record->assignments, record->n_assignments, x);
    *trial = (struct trial){
        .x = x,
        .failed = record->failed,
        .task = task,
        .phase = bridge_phase(record->source),
        .filler = record->filler,
        .inevitable = record->inevitable,
        .told = record->told,
        .sequence = (uint64_t)record->sequence,
    };
    return record->failed ? ERR_NONE : read_values(arena, definition, record, trial, err);
}

// ------------------------------------------------------------------ suggestions

static const enum suggestion_source sources[] = {
    [PHASE_NONE] = SOURCE_EXPLICIT, [PHASE_INITIAL] = SOURCE_INITIAL, [PHASE_FILL] = SOURCE_FILL,
    [PHASE_MODEL] = SOURCE_MODEL,   [PHASE_RANDOM] = SOURCE_RANDOM,   [PHASE_FALLBACK] = SOURCE_FALLBACK,
};

enum suggestion_source bridge_source(enum phase phase)
{
    assert(phase != PHASE_NONE && (size_t)phase < sizeof sources / sizeof *sources);
    return sources[phase];
}

enum phase bridge_phase(enum suggestion_source source)
{
    size_t phase = sizeof sources / sizeof *sources;
    while (phase-- > 1)
        if (sources[phase] == source)
            return (enum phase)phase;
    return PHASE_NONE;
}

static double known(double v)
{
    return isfinite(v) ? v : (double)NAN;
}

static double probability(double v)
{
    return isnan(v) ? (double)NAN : fmin(fmax(v, 0), 1);
}

static const char *write_predicted(struct arena *arena, const struct definition *definition, const struct suggestion *suggestion)
{
    struct json_writer w = {.depth = 0};
    metrics_write_predicted(&w, definition->metrics, definition->n_metrics, suggestion->mean, suggestion->stddev);
    const char *text = arena_strndup(arena, w.out.data, w.out.len);
    json_writer_clear(&w);
    return text;
}

void bridge_suggestion(struct arena *arena, const struct definition *definition, const struct suggestion *suggestion,
                       struct suggestion_record *record)
{
    record->source = bridge_source(suggestion->phase);
    record->assignments = bridge_assignments(arena, definition, suggestion->x, &record->n_assignments);
    record->task = definition->n_tasks > 0 ? definition->tasks[suggestion->task].name : NULL;
    record->relaxations = (int64_t)suggestion->relaxations;
    record->floor = known(suggestion->floor);
    record->box = known(suggestion->box);
    record->probability_of_feasibility = probability(suggestion->probability_of_feasibility);
    record->probability_of_constraints = probability(suggestion->probability_of_constraints);
    record->expected_improvement = known(suggestion->expected_improvement);
    record->predicted = write_predicted(arena, definition, suggestion);
    record->mean = record->stddev = (double)NAN;
    record->exploring = suggestion->exploring;
    record->filler = suggestion->filler;
    record->inevitable = suggestion->inevitable;
}

// ------------------------------------------------------------------ hyperparameters

static const char *const model_names[MODEL_COUNT] = {
    [MODEL_OBJECTIVE_SQUASHED] = "objective_squashed",
    [MODEL_OBJECTIVE_PLAIN] = "objective_plain",
    [MODEL_FEASIBILITY] = "feasibility",
    [MODEL_SECOND_SQUASHED] = "second_squashed",
    [MODEL_SECOND_PLAIN] = "second_plain",
    [MODEL_CONSTRAINT] = "constraint",
    [MODEL_CONSTRAINT + 1] = "constraint_2",
    [MODEL_CONSTRAINT + 2] = "constraint_3",
    [MODEL_CONSTRAINT + 3] = "constraint_4",
};

static bool is_finite(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(v[i]))
            return false;
    return true;
}

const char *bridge_write_models(struct arena *arena, const struct hyperparameters models[MODEL_COUNT], const struct trial *trials)
{
    struct json_writer w = {.depth = 0};
    json_begin_object(&w);
    for (size_t m = 0; m < MODEL_COUNT; m++) {
        const struct hyperparameters *model = &models[m];
        if (model->n_theta == 0 || !is_finite(model->theta, model->n_theta))
            continue;
        json_put_key(&w, model_names[m]);
        json_begin_object(&w);
        json_put_key(&w, "theta");
        json_begin_array(&w);
        for (size_t i = 0; i < model->n_theta; i++)
            json_put_double(&w, model->theta[i]);
        json_end_array(&w);
        json_member_int(&w, "n_fit", (int64_t)model->n_fit);
        json_member_int(&w, "s_fit", model->n_fit == 0 ? 0 : (int64_t)trials[model->n_fit - 1].sequence);
        json_end_object(&w);
    }
    json_end_object(&w);
    const char *text = arena_strndup(arena, w.out.data, w.out.len);
    json_writer_clear(&w);
    return text;
}

static void read_model(struct arena *arena, const struct json *v, size_t n_theta, bool valid, struct hyperparameters *model)
{
    const struct json *array = json_member(v, "theta");
    int64_t n_fit;
    if (json_size(array) != n_theta || !json_integer(json_member(v, "n_fit"), &n_fit) || n_fit < 0)
        return;
    double *theta = arena_alloc(arena, n_theta, sizeof *theta);
    size_t i = 0;
    for (const struct json *c = json_first(array); c != NULL; c = json_next(c)) {
        if (json_kind(c) != JSON_NUMBER)
            return;
        theta[i++] = json_number(c);
    }
    *model = (struct hyperparameters){.theta = theta, .n_theta = n_theta, .n_fit = valid ? (size_t)n_fit : 0};
}

void bridge_read_models(struct arena *arena, const char *text, const struct problem *problem, bool valid,
                        struct hyperparameters models[MODEL_COUNT])
{
    struct json *root = NULL;
    struct err err;
    if (text != NULL)
        json_parse(text, strlen(text), &root, &err);
    for (size_t m = 0; m < MODEL_COUNT; m++) {
        models[m] = (struct hyperparameters){.theta = NULL};
        read_model(arena, json_member(root, model_names[m]), hyperparameters_size(problem), valid, &models[m]);
    }
    json_free(root);
}
