// What a problem and a history must satisfy, and which features are named as not built yet.
#include "optimizer/problem.h"

#include "base/memory.h"
#include "tests/tap.h"

static const double levels[] = {1, 5, 25};

// A problem that is fine, to be spoilt; params and metrics are the caller's.
static struct problem sound(struct param params[4], struct metric metrics[2])
{
    params[0] = (struct param){.kind = PARAM_DOUBLE, .lo = 1e-4, .hi = 1, .log = true};
    params[1] = (struct param){.kind = PARAM_INT, .lo = 3, .hi = 7};
    params[2] = (struct param){.kind = PARAM_GRID, .n_levels = 3, .grid = levels};
    params[3] = (struct param){.kind = PARAM_CATEGORICAL, .n_levels = 3};
    metrics[0] = (struct metric){.strategy = METRIC_STORE};
    metrics[1] = (struct metric){.strategy = METRIC_OPTIMIZE, .maximize = true};
    return (struct problem){.params = params, .n_params = 4, .metrics = metrics, .n_metrics = 2,
                            .tolerance = TOLERANCE_BALANCED};
}

#define SPOIL(change, code, word)                                                                                             \
    do {                                                                                                                       \
        struct param params[4];                                                                                                \
        struct metric metrics[2];                                                                                              \
        struct problem problem = sound(params, metrics);                                                                       \
        struct err err = {0};                                                                                                  \
        change;                                                                                                                \
        is_int(problem_check(&problem, &err), code, #change);                                                                  \
        ok(strstr(err.text, word) != NULL, "it says \"%s\": %s", word, err.text);                                               \
    } while (0)

static void test_problem(void)
{
    SPOIL(problem.n_tasks = 0, ERR_NONE, "");
    SPOIL(problem.n_params = 0, ERR_INVALID, "parameter");
    SPOIL(problem.n_metrics = 0, ERR_INVALID, "metric");
    SPOIL(params[0].lo = 1, ERR_INVALID, "bounds");
    SPOIL(params[0].lo = 2, ERR_INVALID, "bounds");
    SPOIL(params[0].hi = INFINITY, ERR_INVALID, "finite");
    SPOIL(params[0].lo = NAN, ERR_INVALID, "finite");
    SPOIL(params[0].lo = 0, ERR_INVALID, "logarithmic");
    SPOIL(params[1].log = true, ERR_INVALID, "logarithmic");
    SPOIL(params[1].hi = 7.5, ERR_INVALID, "integral");
    SPOIL(params[1].hi = 1e300, ERR_INVALID, "2^53");
    SPOIL(params[2].n_levels = 0, ERR_INVALID, "levels");
    SPOIL(params[3].n_levels = 0, ERR_INVALID, "levels");
    const double falling[] = {1, 0};
    SPOIL((params[2].grid = falling, params[2].n_levels = 2), ERR_INVALID, "ascending");
    SPOIL(metrics[1].strategy = METRIC_STORE, ERR_INVALID, "optimized");
    SPOIL(problem.tolerance = (enum tolerance)7, ERR_INVALID, "tolerance");
}

// All of n metrics.
static struct metric *metrics_of(struct metric *metrics, size_t n, struct metric metric)
{
    for (size_t i = 0; i < n; i++)
        metrics[i] = metric;
    return metrics;
}

static void test_metrics(void)
{
    static const struct metric optimized = {.strategy = METRIC_OPTIMIZE, .has_threshold = true, .threshold = -1};
    static const struct metric constraint = {.strategy = METRIC_CONSTRAINT, .has_threshold = true, .maximize = true};
    struct metric many[5];
    SPOIL(metrics[0].strategy = METRIC_OPTIMIZE, ERR_NONE, "");
    SPOIL((problem.metrics = metrics_of(many, 2, optimized)), ERR_NONE, "");
    SPOIL((problem.metrics = metrics_of(many, 3, optimized), problem.n_metrics = 3), ERR_INVALID, "at most 2");
    SPOIL((problem.metrics = metrics_of(many, 4, constraint), problem.n_metrics = 4), ERR_NONE, "");
    SPOIL((problem.metrics = metrics_of(many, 5, constraint), problem.n_metrics = 5), ERR_INVALID, "4 constraints");
    SPOIL(metrics[0].strategy = METRIC_CONSTRAINT, ERR_INVALID, "no threshold");
    SPOIL((metrics[0] = constraint, metrics[0].threshold = NAN), ERR_INVALID, "not finite");
}

// Parameter 0 under a condition.
#define CONDITION(on, bits) (params[0].conditions = (const struct condition[]){{(on), (bits)}}, params[0].n_conditions = 1)

static void test_conditions(void)
{
    SPOIL(CONDITION(3, 5), ERR_NONE, "");
    SPOIL(CONDITION(4, 1), ERR_INVALID, "none");
    SPOIL(CONDITION(0, 1), ERR_INVALID, "none");
    SPOIL(CONDITION(1, 1), ERR_INVALID, "not a categorical one");
    SPOIL((CONDITION(3, 1), params[3].n_levels = 65), ERR_INVALID, "not a categorical one");
    SPOIL((CONDITION(3, 1), params[3].conditions = (const struct condition[]){{2, 1}}, params[3].n_conditions = 1), ERR_INVALID,
          "not a categorical one");
    SPOIL(CONDITION(3, 0), ERR_INVALID, "no level");
    SPOIL(CONDITION(3, 8), ERR_INVALID, "no level");
    const struct condition two[] = {{0, 5}, {1, 1u << 2}};
    const struct param param = {.conditions = two, .n_conditions = 2};
    const double both[] = {2, 2}, one[] = {2, 1}, other[] = {1, 2}, removed[] = {-1, 2}, none[] = {NAN, 2};
    ok(param_active(&param, both) && !param_active(&param, one) && !param_active(&param, other), "all conditions must hold");
    ok(!param_active(&param, removed) && !param_active(&param, none), "a level that is none makes nothing active");
}

// One constraint on all four parameters: with the weights w it is sum >= threshold.
#define CONSTRAINT(t, ...)                                                                                                     \
    (problem.constraints = (const struct linear_constraint[]){{.weight = (const double[]){__VA_ARGS__}, .threshold = (t), .greater = true}}, \
     problem.n_constraints = 1, params[0].log = false)

static void test_constraints(void)
{
    SPOIL(CONSTRAINT(6, 0, 1, 0, 0), ERR_NONE, "");
    SPOIL(CONSTRAINT(0.5, 1, 0, 0, 0), ERR_NONE, "");
    SPOIL(CONSTRAINT(0.5, 1, 1, 0, 0), ERR_INVALID, "mixes");
    SPOIL(CONSTRAINT(0.5, 0, 0, 0, 0), ERR_INVALID, "no parameter");
    SPOIL(CONSTRAINT(0.5, 1, 0, 1, 0), ERR_INVALID, "no double or int");
    SPOIL(CONSTRAINT(0.5, 0, 0, 0, 1), ERR_INVALID, "no double or int");
    SPOIL((CONSTRAINT(0.5, 1, 0, 0, 0), params[0].log = true), ERR_INVALID, "linear scale");
    SPOIL((CONSTRAINT(0.5, 1, 0, 0, 0), CONDITION(3, 1)), ERR_INVALID, "without conditions");
    SPOIL(CONSTRAINT(NAN, 1, 0, 0, 0), ERR_INVALID, "threshold");
    SPOIL(CONSTRAINT(1, INFINITY, 0, 0, 0), ERR_INVALID, "weight");
    SPOIL(CONSTRAINT(1, 1, 0, 0, 0), ERR_INVALID, "no room");
    SPOIL(CONSTRAINT(2, 1, 0, 0, 0), ERR_INVALID, "no room");
    SPOIL(CONSTRAINT(8, 0, 1, 0, 0), ERR_INVALID, "no room");
}

static void test_priors(void)
{
    SPOIL((params[0].log = false, params[0].prior = (struct prior){PRIOR_NORMAL, 0.5, 0.1}), ERR_NONE, "");
    SPOIL((params[0].log = false, params[0].prior = (struct prior){PRIOR_BETA, 0.5, 3}), ERR_NONE, "");
    SPOIL((params[0].log = false, params[0].prior = (struct prior){PRIOR_NORMAL, NAN, 0.1}), ERR_INVALID, "impossible");
    SPOIL((params[0].log = false, params[0].prior = (struct prior){PRIOR_NORMAL, 0.5, 0}), ERR_INVALID, "impossible");
    SPOIL((params[0].log = false, params[0].prior = (struct prior){PRIOR_BETA, 0, 1}), ERR_INVALID, "impossible");
    SPOIL(params[0].prior = ((struct prior){PRIOR_NORMAL, 0.5, 0.1}), ERR_INVALID, "linear scale");
    SPOIL(params[1].prior = ((struct prior){PRIOR_BETA, 1, 1}), ERR_INVALID, "no double");
}

static void test_solutions(void)
{
    SPOIL(problem.n_solutions = 1, ERR_NONE, "");
    SPOIL(problem.n_solutions = 7, ERR_NONE, "");
}

// Tasks of these costs.
#define TASKS(...) (problem.tasks = (const struct task[]){__VA_ARGS__}, problem.n_tasks = sizeof (struct task[]){__VA_ARGS__} / sizeof(struct task))

static void test_tasks(void)
{
    SPOIL(TASKS({1}), ERR_NONE, "");
    SPOIL(TASKS({0.1}, {1}, {0.5}), ERR_NONE, "");
    SPOIL(TASKS({0.1}, {0.5}), ERR_INVALID, "cost 1");
    SPOIL(TASKS({0.1}, {1}, {0.1}), ERR_INVALID, "cost the same");
    SPOIL(TASKS({1}, {1}), ERR_INVALID, "cost the same");
    SPOIL(TASKS({1}, {0}), ERR_INVALID, "(0, 1]");
    SPOIL(TASKS({1}, {1.5}), ERR_INVALID, "(0, 1]");
    SPOIL(TASKS({1}, {NAN}), ERR_INVALID, "(0, 1]");
}

static enum err_code checked(const struct trial *trials, size_t n, const double *const *pending, size_t n_pending)
{
    struct param params[4];
    struct metric metrics[2];
    struct problem problem = sound(params, metrics);
    struct history history = {.trials = trials, .n_trials = n, .pending = pending, .n_pending = n_pending};
    return history_check(&problem, &history, NULL);
}

// One pending point.
static enum err_code checked_tasks(const double *const *pending, const size_t *tasks)
{
    struct param params[4];
    struct metric metrics[2];
    struct problem problem = sound(params, metrics);
    struct history history = {.pending = pending, .pending_tasks = tasks, .n_pending = 1};
    return history_check(&problem, &history, NULL);
}

static void test_history(void)
{
    const double x[] = {0.1, 4, 5, 2}, removed[] = {0.1, 4, 5, -1}, wrong[] = {0.1, 4, 5, 3}, not_finite[] = {NAN, 4, 5, 2};
    const double value[] = {1, 2}, bad_value[] = {1, INFINITY}, stddev[] = {0, 1}, bad_stddev[] = {0, -1};
    struct trial t = {.x = x, .value = value, .stddev = stddev, .sequence = 4};
    struct trial two[] = {t, t};
    is_int(checked(&t, 1, NULL, 0), ERR_NONE, "sound");
    is_int(checked(two, 2, NULL, 0), ERR_INVALID, "equal sequence numbers");
    two[1].sequence = 5;
    two[1].x = removed;
    is_int(checked(two, 2, NULL, 0), ERR_NONE, "a removed category");
    two[1].x = wrong;
    is_int(checked(two, 2, NULL, 0), ERR_INVALID, "a level that does not exist");
    two[1].x = not_finite;
    is_int(checked(two, 2, NULL, 0), ERR_INVALID, "a coordinate that is no number");
    two[1] = (struct trial){.x = x, .value = bad_value, .sequence = 5};
    is_int(checked(two, 2, NULL, 0), ERR_INVALID, "an infinite value");
    two[1].failed = true;
    is_int(checked(two, 2, NULL, 0), ERR_NONE, "values of a failure are not read");
    two[1] = (struct trial){.x = x, .value = value, .stddev = bad_stddev, .sequence = 5};
    is_int(checked(two, 2, NULL, 0), ERR_INVALID, "a negative standard deviation");
    two[1] = (struct trial){.x = x, .value = value, .task = 1, .sequence = 5};
    is_int(checked(two, 2, NULL, 0), ERR_INVALID, "a task that does not exist");
    const double *pending[] = {x, not_finite};
    const size_t none[] = {1}, full[] = {0};
    is_int(checked(NULL, 0, pending, 1), ERR_NONE, "a pending point");
    is_int(checked(NULL, 0, pending, 2), ERR_INVALID, "a pending point that is none");
    is_int(checked_tasks(pending, full), ERR_NONE, "a pending point of the only task");
    is_int(checked_tasks(pending, none), ERR_INVALID, "a pending point of a task that does not exist");
}

int main(void)
{
    TAP_RUN(test_problem);
    TAP_RUN(test_metrics);
    TAP_RUN(test_conditions);
    TAP_RUN(test_constraints);
    TAP_RUN(test_priors);
    TAP_RUN(test_solutions);
    TAP_RUN(test_tasks);
    TAP_RUN(test_history);
    return tap_done();
}
