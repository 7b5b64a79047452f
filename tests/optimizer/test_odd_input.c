// Random spaces and histories, with everything that breaks naive code: huge, tiny, equal, tied and contradicting values, data
// outside of the space, points that coincide or nearly do, noise of any size, spaces of one point and exhausted ones. All answers
// have the properties of properties.h; what is not a number is refused.
#include <float.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "optimizer/suggest.h"
#include "tests/optimizer/properties.h"
#include "tests/tap.h"

enum { MAX_P = 6, MAX_N = 40, MAX_METRICS = 7, CASES = 800 };

// What a scene is about, besides chance.
enum size { ANY_SIZE, ONE_PARAMETER, SMALL, ONE_POINT, SIZES };
enum place { ANYWHERE, AT_ONE_POINT, NEARLY_AT_ONE_POINT, PLACES };
enum values { ANY_VALUE, EQUAL, TIED, TIED_AT_BEST, NEARLY_EQUAL, MOSTLY_HUGE, HUGE_AND_TINY, NOISY, VALUES };

struct scene {
    struct random random;
    struct param params[MAX_P];
    double grids[MAX_P][8];
    struct condition conditions[MAX_P][2];
    double weights[2][MAX_P];
    struct linear_constraint constraints[2];
    struct metric metrics[MAX_METRICS];
    struct task tasks[3];
    size_t pending_tasks[MAX_N];
    struct problem problem;
    double x[2 * MAX_N][MAX_P], value[MAX_N][MAX_METRICS], stddev[MAX_N][MAX_METRICS];
    struct trial trials[MAX_N];
    const double *pending[MAX_N];
    struct relaxation relaxations[4];
    struct history history;
};

static size_t below(struct scene *scene, size_t n)
{
    return random_below(&scene->random, n);
}

static double scale(struct scene *scene)
{
    static const double scales[] = {1, 1, 1e-13, 1e-300, 1e308, 1e100, 5e-324};
    return scales[below(scene, sizeof scales / sizeof *scales)];
}

static void make_param(struct scene *scene, size_t i, enum size size)
{
    static const double widths[] = {1, 2, 9, 100, 1e6, 9007199254740992};
    struct param *param = &scene->params[i];
    bool few = size == SMALL || size == ONE_POINT;
    *param = (struct param){.kind = (enum param_kind)(size == ONE_POINT ? PARAM_GRID + below(scene, 2)
                                                      : size == SMALL   ? PARAM_INT + below(scene, 3)
                                                                        : below(scene, 4)),
                            .n_levels = size == ONE_POINT ? 1 : 1 + below(scene, few ? 3 : 8)};
    switch (param->kind) {
    case PARAM_DOUBLE:
        param->log = below(scene, 3) == 0;
        param->lo = param->log ? scale(scene) : (random_uniform(&scene->random) - 0.5) * scale(scene);
        param->hi = param->log ? fmin(param->lo * (2 + scale(scene)), DBL_MAX) : param->lo + scale(scene);
        if (!(param->lo < param->hi))
            param->hi = nextafter(param->lo, INFINITY);
        if (!param->log && below(scene, 4) == 0)
            param->prior = (struct prior){.kind = below(scene, 2) == 0 ? PRIOR_NORMAL : PRIOR_BETA,
                                          .a = fmax(exp(5 * random_normal(&scene->random)), 5e-324),
                                          .b = exp(9 * random_normal(&scene->random))};
        break;
    case PARAM_INT:
        param->lo = -(double)below(scene, 50);
        param->hi = fmin(param->lo + widths[below(scene, few ? 2 : 6)], 9007199254740992);
        break;
    case PARAM_GRID:
        param->grid = scene->grids[i];
        for (size_t j = 0; j < param->n_levels; j++)
            scene->grids[i][j] = (j > 0 ? scene->grids[i][j - 1] : 0) + 0.1 + random_uniform(&scene->random);
        break;
    case PARAM_CATEGORICAL:
    default:
        if (!few && below(scene, 12) == 0)
            param->n_levels = 1000;
        break;
    }
}

// Lets parameters depend on a categorical one, or on two.
static void make_conditions(struct scene *scene)
{
    size_t on[2], n_on = 0, n = scene->problem.n_params;
    for (size_t i = 0; i < n && n_on < 2; i++)
        if (scene->params[i].kind == PARAM_CATEGORICAL && scene->params[i].n_levels <= 8)
            on[n_on++] = i;
    for (size_t i = 0; i < n && n_on > 0; i++) {
        bool is_conditional = i == on[0] || (n_on == 2 && i == on[1]);
        for (size_t c = 0; c < n_on && !is_conditional; c++)
            if (below(scene, 2) == 0)
                scene->conditions[i][scene->params[i].n_conditions++] =
                    (struct condition){on[c], 1 + below(scene, ((size_t)1 << scene->params[on[c]].n_levels) - 1)};
        scene->params[i].conditions = scene->conditions[i];
    }
}

static double coordinate(struct scene *scene, const struct param *param);

// Constraints that a random point satisfies, one or two, each on doubles or on ints; none where numbers are too odd for them.
static void make_constraints(struct scene *scene)
{
    struct problem *problem = &scene->problem;
    double x[MAX_P];
    for (size_t i = 0; i < problem->n_params; i++)
        x[i] = coordinate(scene, &scene->params[i]);
    problem->constraints = scene->constraints;
    problem->n_constraints = 1 + below(scene, 2);
    for (size_t c = 0; c < problem->n_constraints; c++) {
        enum param_kind kind = below(scene, 2) == 0 ? PARAM_DOUBLE : PARAM_INT;
        double sum = 0, range = 0;
        for (size_t i = 0; i < problem->n_params; i++) {
            const struct param *param = &scene->params[i];
            bool fits = param->kind == kind && !param->log && param->n_conditions == 0;
            double w = below(scene, 2) == 0 ? round(3 * random_normal(&scene->random)) : random_normal(&scene->random);
            scene->weights[c][i] = fits ? w : 0;
            sum += scene->weights[c][i] * (fits ? fmin(fmax(x[i], param->lo), param->hi) : 0);
            range += fits ? fabs(w) * (param->hi - param->lo) : 0;
        }
        bool greater = below(scene, 2) == 0;
        double threshold = sum + (greater ? -1 : 1) * random_uniform(&scene->random) * range * (below(scene, 2) == 0 ? 1 : 0.01);
        scene->constraints[c] = (struct linear_constraint){.weight = scene->weights[c], .threshold = threshold, .greater = greater};
    }
    if (problem_check(problem, NULL) != ERR_NONE)
        problem->n_constraints = 0;
}

static double coordinate(struct scene *scene, const struct param *param)
{
    double u = random_uniform(&scene->random);
    switch (param->kind) {
    case PARAM_DOUBLE:
        u = below(scene, 20) == 0 ? 3 * u - 1 : below(scene, 10) == 0 ? round(u) : u;
        return fmin(fmax(param->lo * (1 - u) + param->hi * u, -DBL_MAX), DBL_MAX);
    case PARAM_INT:
        return floor(param->lo + u * (param->hi - param->lo)) + (below(scene, 30) == 0 ? 1000 : 0);
    case PARAM_GRID:
        return below(scene, 20) == 0 ? 10 * u : param->grid[below(scene, param->n_levels)];
    case PARAM_CATEGORICAL:
    default:
        return below(scene, 20) == 0 ? -1 : (double)below(scene, param->n_levels);
    }
}

// A value of trial i.
static double make_value(struct scene *scene, enum values style, double size, size_t i)
{
    double value = random_normal(&scene->random) * size;
    switch (style) {
    case EQUAL:
        return 7;
    case TIED:
        return round(value);
    case TIED_AT_BEST:
        return i % 3 > 0 ? fabs(value) * (scene->metrics[0].maximize ? -1 : 1) : 0;
    case NEARLY_EQUAL:
        return 1 + 1e-13 * random_normal(&scene->random);
    case MOSTLY_HUGE:
        return i % 3 > 0 ? DBL_MAX : value;
    case HUGE_AND_TINY:
        return (i % 2 > 0 ? 1e308 : 1e-13) * (2 * random_uniform(&scene->random) - 1);
    case ANY_VALUE:
    case NOISY:
    case VALUES:
    default:
        return value;
    }
}

static void make_point(struct scene *scene, size_t i, enum place place)
{
    bool again = i > 0 && (place == AT_ONE_POINT || below(scene, 6) == 0); // duplicates, also with contradicting labels
    for (size_t c = 0; c < scene->problem.n_params; c++) {
        const struct param *param = &scene->params[c];
        if (again || (i > 0 && place == NEARLY_AT_ONE_POINT && param->kind != PARAM_DOUBLE && !isnan(scene->x[i - 1][c])))
            scene->x[i][c] = scene->x[i - 1][c];
        else if (i > 0 && place == NEARLY_AT_ONE_POINT)
            scene->x[i][c] = scene->x[0][c] * (1 - 1e-12 * random_uniform(&scene->random));
        else
            scene->x[i][c] = coordinate(scene, param);
    }
    for (size_t c = 0; c < scene->problem.n_params; c++)
        if (!param_active(&scene->params[c], scene->x[i]) && below(scene, 8) > 0)
            scene->x[i][c] = NAN; // or else something that is not read
}

static void make_trial(struct scene *scene, size_t i, enum values style, double size, size_t failing)
{
    bool failed = failing == 0 || below(scene, 4) < failing - 1;
    double value = fmin(fmax(make_value(scene, style, size, i), -DBL_MAX), DBL_MAX);
    scene->value[i][0] = failed ? (double)NAN : value; // that of a failure is not read
    scene->stddev[i][0] = below(scene, 2) == 0 ? 0 : fmin(fabs(random_normal(&scene->random)) * scale(scene), DBL_MAX);
    scene->trials[i] = (struct trial){.x = scene->x[i],
                                      .failed = failed,
                                      .value = scene->value[i],
                                      .stddev = style == NOISY ? scene->stddev[i] : NULL,
                                      .phase = (enum phase)below(scene, 6),
                                      .filler = below(scene, 5) == 0,
                                      .inevitable = below(scene, 3) == 0 ? random_uniform(&scene->random) : 0,
                                      .told = below(scene, 3) > 0 ? 1 - 0.3 * random_uniform(&scene->random) : 0,
                                      .sequence = 2 * i + 1};
}

static void make_history(struct scene *scene)
{
    size_t n = below(scene, 8) == 0 ? 1 : below(scene, MAX_N), failing = below(scene, 4);
    enum values style = (enum values)below(scene, VALUES);
    enum place place = below(scene, 3) == 0 ? (enum place)below(scene, PLACES) : ANYWHERE;
    double size = scale(scene);
    struct history *history = &scene->history;
    *history = (struct history){.trials = scene->trials, .n_trials = n, .pending = scene->pending, .n_pending = below(scene, 12),
                                .relaxations = scene->relaxations, .n_relaxations = below(scene, 4), .ordinal = n,
                                .n_initial = below(scene, 20), .n_model = below(scene, 9), .seed = (uint32_t)below(scene, 100)};
    for (size_t i = 0; i < n + history->n_pending; i++) {
        make_point(scene, i, place);
        if (i < n)
            make_trial(scene, i, style, size, failing);
        else
            scene->pending[i - n] = scene->x[i];
    }
    for (size_t i = 0; i < history->n_relaxations; i++)
        scene->relaxations[i] = (struct relaxation){below(scene, 80), below(scene, 9)};
}

// Several tasks, the full one anywhere; data of any, or of one alone.
static void make_tasks(struct scene *scene)
{
    size_t n = 1 + below(scene, 3), full = below(scene, n), only = below(scene, 2 * n);
    for (size_t i = 0; i < n; i++)
        scene->tasks[i].cost = i == full ? 1 : (1 + (double)i) * fmin(scale(scene), 0.3);
    scene->problem.tasks = scene->tasks;
    scene->problem.n_tasks = n;
    for (size_t i = 0; i < scene->history.n_trials; i++)
        scene->trials[i].task = only < n ? only : below(scene, n);
    for (size_t i = 0; i < scene->history.n_pending; i++)
        scene->pending_tasks[i] = below(scene, n);
    scene->history.pending_tasks = n > 1 && below(scene, 4) == 0 ? NULL : scene->pending_tasks;
}

// Several metrics in any order, at least one of them optimized or a constraint; each with values of a style of its own.
static void make_metrics(struct scene *scene)
{
    static const enum metric_strategy all[MAX_METRICS] = {METRIC_OPTIMIZE,   METRIC_CONSTRAINT, METRIC_STORE,     METRIC_OPTIMIZE,
                                                          METRIC_CONSTRAINT, METRIC_CONSTRAINT, METRIC_CONSTRAINT};
    size_t first = below(scene, 2) == 0 ? below(scene, 2) : below(scene, MAX_METRICS), n = 1 + below(scene, MAX_METRICS - 1);
    scene->problem.n_metrics = n;
    for (size_t m = 0; m < n; m++) {
        enum values style = (enum values)below(scene, VALUES);
        double size = scale(scene);
        struct metric *metric = &scene->metrics[m];
        *metric = (struct metric){.strategy = n == 1 ? METRIC_CONSTRAINT : all[(first + m) % MAX_METRICS], .maximize = below(scene, 2) == 0};
        metric->has_threshold = metric->strategy == METRIC_CONSTRAINT || below(scene, 3) == 0;
        metric->threshold = fmin(fmax(make_value(scene, style, size, 0), -DBL_MAX), DBL_MAX);
        for (size_t i = 0; i < scene->history.n_trials; i++) {
            double value = fmin(fmax(make_value(scene, style, size, i), -DBL_MAX), DBL_MAX);
            scene->value[i][m] = scene->trials[i].failed ? (double)NAN : value;
            scene->stddev[i][m] = below(scene, 2) == 0 ? 0 : fmin(fabs(random_normal(&scene->random)) * scale(scene), DBL_MAX);
        }
    }
}

static void make_scene(struct scene *scene, uint64_t number)
{
    memset(scene, 0, sizeof *scene);
    scene->random = random_stream(77, number, 1);
    enum size size = below(scene, 2) == 0 ? (enum size)below(scene, SIZES) : ANY_SIZE;
    scene->metrics[0] = (struct metric){.strategy = METRIC_OPTIMIZE, .maximize = below(scene, 2) == 0};
    scene->problem = (struct problem){.params = scene->params,
                                      .n_params = size == ONE_PARAMETER ? 1 : 1 + below(scene, size == SMALL ? 3 : MAX_P),
                                      .metrics = scene->metrics,
                                      .n_metrics = 1,
                                      .tolerance = (enum tolerance)below(scene, 3),
                                      .random = below(scene, 12) == 0};
    for (size_t i = 0; i < scene->problem.n_params; i++)
        make_param(scene, i, size);
    if (below(scene, 3) == 0)
        make_conditions(scene);
    if (below(scene, 3) == 0)
        make_constraints(scene);
    make_history(scene);
    if (below(scene, 3) == 0)
        make_tasks(scene);
    else
        scene->problem.n_solutions = below(scene, 5);
    if (below(scene, 2) == 0)
        make_metrics(scene);
}

static enum err_code check(const struct scene *scene, struct err *err)
{
    enum err_code code = problem_check(&scene->problem, err);
    return code == ERR_NONE ? history_check(&scene->problem, &scene->history, err) : code;
}

static void test_scenes(void)
{
    struct scene *scene = mem_calloc(1, sizeof *scene);
    size_t unsound = 0, broken = 0, constrained = 0, combined = 0;
    for (uint64_t number = 0; number < CASES; number++) {
        struct err err = {0};
        make_scene(scene, number);
        if (check(scene, &err) != ERR_NONE) {
            unsound++;
            printf("# scene %d: %s\n", (int)number, err.text);
            continue;
        }
        const char *wrong = properties_broken(&scene->problem, &scene->history, NULL);
        constrained += scene->problem.n_constraints > 0;
        combined += scene->problem.n_metrics > 1 && scene->problem.n_tasks > 1;
        broken += wrong != NULL;
        if (wrong != NULL)
            printf("# scene %d: %s\n", (int)number, wrong);
    }
    is_int(unsound, 0, "every scene passes the checks");
    ok(constrained > CASES / 20, "%zu scenes have linear constraints", constrained);
    ok(combined > CASES / 20, "%zu scenes have several metrics and tasks", combined);
    is_int(broken, 0, "scenes with an answer that is not sensible");
    free(scene);
}

static double not_finite(struct scene *scene)
{
    static const double numbers[] = {NAN, INFINITY, -INFINITY};
    return numbers[below(scene, 3)];
}

// Puts one thing into a sound scene that no scene may have.
static void spoil(struct scene *scene)
{
    struct param *param = &scene->params[below(scene, scene->problem.n_params)];
    size_t n = scene->history.n_trials, i = below(scene, n > 0 ? n : 1), c = below(scene, scene->problem.n_params);
    bool continuous = param->kind == PARAM_DOUBLE || param->kind == PARAM_INT;
    size_t how = below(scene, 7);
    if (how == 0 && n > 0 && param_active(&scene->params[c], scene->x[i])) {
        scene->x[i][c] = not_finite(scene);
    } else if (how == 1 && n > 0) {
        scene->trials[i].failed = false;
        scene->value[i][below(scene, scene->problem.n_metrics)] = not_finite(scene);
    } else if (how == 2 && n > 0) {
        scene->trials[i].failed = false;
        for (size_t m = 0; m < scene->problem.n_metrics; m++)
            scene->value[i][m] = 1;
        scene->trials[i].stddev = scene->stddev[i];
        scene->stddev[i][below(scene, scene->problem.n_metrics)] = below(scene, 2) == 0 ? -1e-13 : not_finite(scene);
    } else if (how == 3 && n > 0) {
        *(below(scene, 2) == 0 ? &scene->trials[i].inevitable : &scene->trials[i].told) = below(scene, 2) == 0 ? 1.5 : not_finite(scene);
    } else if (how == 4 && scene->history.n_pending > 0 && param_active(&scene->params[c], scene->x[n])) {
        scene->x[n][c] = not_finite(scene);
    } else if (how == 5 && continuous) {
        param->hi = param->lo; // a range of no width
    } else if (continuous) {
        *(below(scene, 2) == 0 ? &param->lo : &param->hi) = not_finite(scene);
    } else if (param->kind == PARAM_GRID && how == 6) {
        scene->grids[param - scene->params][param->n_levels - 1] = not_finite(scene);
    } else {
        param->n_levels = 0;
    }
}

static void test_refusals(void)
{
    struct scene *scene = mem_calloc(1, sizeof *scene);
    size_t accepted = 0, silent = 0;
    for (uint64_t number = 0; number < CASES; number++) {
        struct err err = {0};
        make_scene(scene, number);
        spoil(scene);
        accepted += check(scene, &err) != ERR_INVALID;
        silent += err.text[0] == '\0' || err.field[0] == '\0';
    }
    is_int(accepted, 0, "scenes with a number that is none, or without room");
    is_int(silent, 0, "refusals without a reason");
    free(scene);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_scenes);
    TAP_RUN(test_refusals);
    return tap_done();
}
