// Bridge: records to the optimizer's terms and back, also when the definition has changed since.
#include "api/bridge.h"

#include <math.h>

#include "tests/tap.h"

#define PARAMETERS                                                                                                            \
    "[{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"red\",\"green\",\"blue\"],"                          \
    "\"default_value\":\"green\"},"                                                                                           \
    "{\"name\":\"d\",\"type\":\"double\",\"bounds\":{\"min\":-1,\"max\":1}},"                                                 \
    "{\"name\":\"g\",\"type\":\"double\",\"grid\":[8,0.5,2],\"transformation\":\"log\"},"                                     \
    "{\"name\":\"i\",\"type\":\"int\",\"bounds\":{\"min\":1,\"max\":9},\"default_value\":4},"                                 \
    "{\"name\":\"l\",\"type\":\"double\",\"bounds\":{\"min\":0.1,\"max\":100},\"transformation\":\"log\"}]"
#define METRICS "[{\"name\":\"kept\",\"strategy\":\"store\"},{\"name\":\"loss\",\"objective\":\"minimize\"}]"

// A definition with parameters c, d, g, i, l and metrics kept, loss.
struct setting {
    struct arena *arena;
    struct definition definition;
};

static bool setting_init(struct setting *s)
{
    struct json *parameters = NULL, *metrics = NULL;
    struct err err = {.code = ERR_NONE};
    s->arena = arena_create();
    bool fine = json_parse(PARAMETERS, strlen(PARAMETERS), &parameters, &err) == ERR_NONE &&
                json_parse(METRICS, strlen(METRICS), &metrics, &err) == ERR_NONE &&
                definition_read(s->arena,
                                &(struct definition_source){.type = EXPERIMENT_OFFLINE, .parameters = parameters, .metrics = metrics},
                                &s->definition, &err) == ERR_NONE;
    ok(fine, "a definition: %s", fine ? "" : err.text);
    json_free(parameters);
    json_free(metrics);
    return fine;
}

// ------------------------------------------------------------------ problem

static void test_problem(void)
{
    struct setting s;
    struct problem problem;
    struct err err;
    struct experiment_record experiment = {.id = 1, .type = EXPERIMENT_OFFLINE, .num_solutions = 1};
    if (!setting_init(&s))
        return;
    ok(bridge_problem(s.arena, &s.definition, &experiment, &problem, &err) == ERR_NONE, "a problem");
    const struct param *p = problem.params;
    is_int(problem.n_params, 5, "parameters");
    ok(p[0].kind == PARAM_CATEGORICAL && p[0].n_levels == 3, "a category");
    ok(p[1].kind == PARAM_DOUBLE && fabs(p[1].lo + 1) <= 0 && fabs(p[1].hi - 1) <= 0 && !p[1].log, "a double");
    ok(p[2].kind == PARAM_GRID && p[2].n_levels == 3 && p[2].log && p[2].grid[0] < p[2].grid[1], "a grid, ascending");
    ok(p[3].kind == PARAM_INT && fabs(p[3].hi - 9) <= 0, "an integer");
    ok(p[4].kind == PARAM_DOUBLE && p[4].log, "a logarithmic double");
    ok(problem.n_metrics == 2 && problem.metrics[0].strategy == METRIC_STORE &&
           problem.metrics[1].strategy == METRIC_OPTIMIZE && !problem.metrics[1].maximize,
       "metrics");
    ok(!problem.random && problem.tolerance == TOLERANCE_BALANCED && problem.n_solutions == 1, "what is usual");

    experiment.metadata = "{\"fairway_failure_tolerance\":\"cautious\"}";
    experiment.development = true;
    ok(bridge_problem(s.arena, &s.definition, &experiment, &problem, &err) == ERR_NONE && problem.random &&
           problem.tolerance == TOLERANCE_CAUTIOUS,
       "one of a development token is random; the tolerance is in the metadata");
    experiment = (struct experiment_record){.id = 1, .type = EXPERIMENT_RANDOM};
    ok(bridge_problem(s.arena, &s.definition, &experiment, &problem, &err) == ERR_NONE && problem.random, "and one that says so");
    experiment.num_solutions = 3;
    ok(bridge_problem(s.arena, &s.definition, &experiment, &problem, &err) == ERR_NONE && problem.n_solutions == 3, "several solutions");
    const struct task_definition cheap = {.name = "cheap", .cost = 0.5};
    s.definition.tasks = &cheap;
    s.definition.n_tasks = 1;
    is_int(bridge_problem(s.arena, &s.definition, &experiment, &problem, &err), ERR_CORRUPT, "what cannot be created");
    arena_destroy(s.arena);
}

static void test_seed(void)
{
    // Fixed for ever: databases hold suggestions made with them.
    is_int(bridge_seed(1), 4049329250, "the first four bytes of SHA-256 of \"experiment 1\"");
    is_int(bridge_seed(2), 454199550, "of \"experiment 2\"");
    is_int(bridge_seed(INT64_C(1) << 40), 3214684025, "of a large one");
}

// ------------------------------------------------------------------ points

static void check_point(const struct setting *s, const struct assignment *assignments, size_t n, const double *want,
                        const char *name)
{
    double x[5] = {99, 99, 99, 99, 99};
    bool same = true;
    bridge_point(&s->definition, assignments, n, x);
    for (size_t i = 0; i < 5; i++)
        same = same && fabs(x[i] - want[i]) <= 0;
    ok(same, "%s: %g %g %g %g %g", name, x[0], x[1], x[2], x[3], x[4]);
}

static void test_point(void)
{
    struct setting s;
    if (!setting_init(&s))
        return;
    const struct assignment whole[] = {{.name = "c", .text = "blue"},
                                       {.name = "d", .number = -0.5},
                                       {.name = "g", .number = 2},
                                       {.name = "i", .number = 7},
                                       {.name = "l", .number = 1000}};
    check_point(&s, whole, 5, (double[]){2, -0.5, 2, 7, 1000}, "a whole one");
    check_point(&s, NULL, 0, (double[]){1, -1, 0.5, 4, 0.1}, "nothing: defaults, or the lower bound");
    const struct assignment old[] = {{.name = "a", .number = 3},   // removed since
                                     {.name = "c", .text = "pink"}, // a category that is no more
                                     {.name = "f", .text = "x"},
                                     {.name = "i", .number = 2},
                                     {.name = "z", .number = 1}};
    check_point(&s, old, 5, (double[]){-1, -1, 0.5, 2, 0.1}, "an old one");
    const struct assignment turned[] = {{.name = "c", .number = 1}, {.name = "d", .text = "one"}, {.name = "i", .text = "3"}};
    check_point(&s, turned, 3, (double[]){1, -1, 0.5, 4, 0.1}, "of other types than now");

    const double x[] = {2, 0.25, 8, 9, 0.1};
    size_t n;
    struct assignment *back = bridge_assignments(s.arena, &s.definition, x, &n);
    ok(n == 5 && strcmp(back[0].name, "c") == 0 && strcmp(back[0].text, "blue") == 0 && back[1].text == NULL &&
           strcmp(back[4].name, "l") == 0,
       "a point as assignments");
    check_point(&s, back, 5, x, "and back");
    arena_destroy(s.arena);
}

static void test_trial(void)
{
    struct setting s;
    struct trial trial;
    struct err err;
    if (!setting_init(&s))
        return;
    const struct assignment assignments[] = {{.name = "d", .number = 0.5}};
    struct metric_value values[] = {{"kept", 1, 0.5}, {"loss", 2, (double)NAN}};
    struct observation_record record = {.id = 3,
                                        .sequence = 9,
                                        .source = SOURCE_MODEL,
                                        .assignments = assignments,
                                        .n_assignments = 1,
                                        .values = values,
                                        .n_values = 2,
                                        .inevitable = 0.25,
                                        .told = 0.75};
    ok(bridge_trial(s.arena, &s.definition, &record, &trial, &err) == ERR_NONE && !trial.failed && trial.sequence == 9 &&
           trial.phase == PHASE_MODEL,
       "a trial");
    ok(fabs(trial.inevitable - 0.25) <= 0 && fabs(trial.told - 0.75) <= 0, "what was known of its suggestion");
    ok(fabs(trial.x[1] - 0.5) <= 0 && fabs(trial.value[0] - 1) <= 0 && fabs(trial.value[1] - 2) <= 0, "its point and values");
    ok(trial.stddev == NULL, "the deviation of a metric that is only stored is nobody's business");
    values[1].stddev = 0.25;
    ok(bridge_trial(s.arena, &s.definition, &record, &trial, &err) == ERR_NONE && fabs(trial.stddev[1] - 0.25) <= 0,
       "the deviation of the optimized one");
    values[1].name = "other";
    is_int(bridge_trial(s.arena, &s.definition, &record, &trial, &err), ERR_CORRUPT, "a success without a value");
    ok(strstr(err.text, "Observation 3") != NULL && strstr(err.text, "loss") != NULL, "it says which: %s", err.text);
    record.failed = true;
    record.n_values = 0;
    record.source = 0;
    ok(bridge_trial(s.arena, &s.definition, &record, &trial, &err) == ERR_NONE && trial.failed && trial.phase == PHASE_NONE,
       "a failure of a point that a user chose");
    arena_destroy(s.arena);
}

// ------------------------------------------------------------------ suggestions

static void test_phases(void)
{
    for (int phase = PHASE_INITIAL; phase <= PHASE_FALLBACK; phase++)
        is_int(bridge_phase(bridge_source((enum phase)phase)), phase, "there and back");
    is_int(bridge_phase(SOURCE_EXPLICIT), PHASE_NONE, "a user's point");
    is_int(bridge_phase(SOURCE_QUEUED), PHASE_NONE, "a queued one");
    is_int(bridge_phase((enum suggestion_source)0), PHASE_NONE, "no suggestion");
}

static void test_suggestion(void)
{
    struct setting s;
    struct suggestion_record record = {.id = 5};
    if (!setting_init(&s))
        return;
    struct suggestion suggestion = {.x = (double[]){0, 0.5, 2, 3, 1},
                                    .phase = PHASE_MODEL,
                                    .filler = true,
                                    .relaxations = 2,
                                    .floor = 0.5,
                                    .box = (double)INFINITY,
                                    .probability_of_feasibility = 1 + 1e-15,
                                    .expected_improvement = (double)INFINITY,
                                    .probability_of_constraints = (double)NAN,
                                    .mean = (double[]){3, 4},
                                    .stddev = (double[]){0.5, (double)NAN}};
    bridge_suggestion(s.arena, &s.definition, &suggestion, &record);
    ok(record.id == 5 && record.source == SOURCE_MODEL && record.n_assignments == 5 && record.relaxations == 2 && record.filler &&
           !record.exploring,
       "what it is");
    is_near(record.probability_of_feasibility, 1, 0, "rounding does not leave the range");
    ok(isnan(record.expected_improvement) && isnan(record.box), "what is not finite is unknown");
    ok(isnan(record.probability_of_constraints) && fabs(record.floor - 0.5) <= 0, "the rest is kept");
    is_text(record.predicted, "[{\"name\":\"loss\",\"mean\":4.0,\"stddev\":null}]", "of the metrics that are modelled");
    suggestion.probability_of_feasibility = -1e-15;
    bridge_suggestion(s.arena, &s.definition, &suggestion, &record);
    is_near(record.probability_of_feasibility, 0, 0, "at the other end neither");
    suggestion.probability_of_feasibility = (double)NAN;
    bridge_suggestion(s.arena, &s.definition, &suggestion, &record);
    ok(isnan(record.probability_of_feasibility), "unknown stays unknown");
    arena_destroy(s.arena);
}

// ------------------------------------------------------------------ hyperparameters

static void test_models(void)
{
    struct arena *arena = arena_create();
    const struct problem problem = {.n_params = 2};
    const double theta[4] = {0.1 + 0.2, -1e-300, 5e-324, 123456789.12345679}, broken[4] = {0, 1, (double)NAN, 3};
    const struct trial trials[3] = {{.sequence = 2}, {.sequence = 5}, {.sequence = 9}};
    struct hyperparameters models[MODEL_COUNT] = {{0}}, back[MODEL_COUNT];
    models[MODEL_OBJECTIVE_PLAIN] = (struct hyperparameters){.theta = theta, .n_theta = 4, .n_fit = 2};
    models[MODEL_FEASIBILITY] = (struct hyperparameters){.theta = broken, .n_theta = 4, .n_fit = 3};
    const char *text = bridge_write_models(arena, models, trials);
    ok(strstr(text, "\"n_fit\":2,\"s_fit\":5") != NULL, "fitted at the second trial: %s", text);
    bridge_read_models(arena, text, &problem, true, back);
    ok(back[MODEL_OBJECTIVE_PLAIN].n_theta == 4 && back[MODEL_OBJECTIVE_PLAIN].n_fit == 2 &&
           memcmp(back[MODEL_OBJECTIVE_PLAIN].theta, theta, sizeof theta) == 0,
       "bit for bit");
    ok(back[MODEL_OBJECTIVE_SQUASHED].n_theta == 0 && back[MODEL_FEASIBILITY].n_theta == 0, "never fitted, or no numbers");
    bridge_read_models(arena, text, &problem, false, back);
    ok(back[MODEL_OBJECTIVE_PLAIN].n_theta == 4 && back[MODEL_OBJECTIVE_PLAIN].n_fit == 0, "of another past: where a fit begins");
    bridge_read_models(arena, text, &(struct problem){.n_params = 3}, true, back);
    is_int(back[MODEL_OBJECTIVE_PLAIN].n_theta, 0, "of another size");
    const char *const others[] = {NULL,
                                  "",
                                  "[]",
                                  "{\"objective_plain\":7}",
                                  "{\"objective_plain\":{\"theta\":[1,2,3,\"4\"],\"n_fit\":1}}",
                                  "{\"objective_plain\":{\"theta\":[1,2,3,4],\"n_fit\":-1}}",
                                  "{\"objective_plain\":{\"theta\":[1,2,3,4]}}",
                                  "{\"objective_plain\":{\"theta\":[1,2,3,4],\"n_fit\":1"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        bridge_read_models(arena, others[i], &problem, true, back);
        is_int(back[MODEL_OBJECTIVE_PLAIN].n_theta, 0, others[i] == NULL ? "no text" : others[i]);
    }
    arena_destroy(arena);
}

int main(void)
{
    TAP_RUN(test_problem);
    TAP_RUN(test_seed);
    TAP_RUN(test_point);
    TAP_RUN(test_trial);
    TAP_RUN(test_phases);
    TAP_RUN(test_suggestion);
    TAP_RUN(test_models);
    return tap_done();
}
