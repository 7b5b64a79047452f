// Random spaces and histories, with everything that breaks naive code: huge, tiny, equal and contradicting values, data outside of
// the space, noise of any size, exhausted spaces. There is always a point of the space, the numbers are in range, and the same
// input gives the same answer.
#include <float.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "optimizer/space.h"
#include "optimizer/suggest.h"
#include "tests/tap.h"

enum { MAX_P = 6, MAX_N = 40, CASES = 400 };

struct scene {
    struct random random;
    struct param params[MAX_P];
    double grids[MAX_P][8];
    struct metric metric;
    struct problem problem;
    double x[2 * MAX_N][MAX_P], value[MAX_N], stddev[MAX_N];
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
    static const double scales[] = {1, 1, 1e-13, 1e-300, 1e300, 1e100, 5e-324};
    return scales[below(scene, sizeof scales / sizeof *scales)];
}

static void make_param(struct scene *scene, size_t i)
{
    static const double widths[] = {1, 2, 9, 100, 1e6, 9007199254740992};
    struct param *param = &scene->params[i];
    *param = (struct param){.kind = (enum param_kind)below(scene, 4), .n_levels = 1 + below(scene, 8)};
    switch (param->kind) {
    case PARAM_DOUBLE:
        param->log = below(scene, 3) == 0;
        param->lo = param->log ? scale(scene) : (random_uniform(&scene->random) - 0.5) * scale(scene);
        param->hi = param->log ? fmin(param->lo * (2 + scale(scene)), DBL_MAX) : param->lo + scale(scene);
        if (!(param->lo < param->hi))
            param->hi = nextafter(param->lo, INFINITY);
        break;
    case PARAM_INT:
        param->lo = -(double)below(scene, 50);
        param->hi = fmin(param->lo + widths[below(scene, 6)], 9007199254740992);
        break;
    case PARAM_GRID:
        param->grid = scene->grids[i];
        for (size_t j = 0; j < param->n_levels; j++)
            scene->grids[i][j] = (j > 0 ? scene->grids[i][j - 1] : 0) + 0.1 + random_uniform(&scene->random);
        break;
    case PARAM_CATEGORICAL:
    default:
        break;
    }
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

static void make_history(struct scene *scene)
{
    size_t n = below(scene, MAX_N), style = below(scene, 6), failing = below(scene, 4);
    double size = scale(scene);
    struct history *history = &scene->history;
    *history = (struct history){.trials = scene->trials, .n_trials = n, .pending = scene->pending, .n_pending = below(scene, 12),
                                .relaxations = scene->relaxations, .n_relaxations = below(scene, 4), .ordinal = n,
                                .n_initial = below(scene, 20), .n_model = below(scene, 9), .seed = (uint32_t)below(scene, 100)};
    for (size_t i = 0; i < n + history->n_pending; i++) {
        bool again = i > 0 && below(scene, 6) == 0; // duplicates, also with contradicting labels
        for (size_t c = 0; c < scene->problem.n_params; c++)
            scene->x[i][c] = again ? scene->x[i - 1][c] : coordinate(scene, &scene->params[c]);
        if (i >= n) {
            scene->pending[i - n] = scene->x[i];
            continue;
        }
        double value = random_normal(&scene->random) * size;
        scene->value[i] = style == 0 ? 7 : style == 1 ? round(value) : style == 2 && i % 3 > 0 ? DBL_MAX : value;
        scene->value[i] = fmin(fmax(scene->value[i], -DBL_MAX), DBL_MAX);
        scene->stddev[i] = below(scene, 2) == 0 ? 0 : fabs(random_normal(&scene->random)) * scale(scene);
        scene->trials[i] = (struct trial){.x = scene->x[i],
                                          .failed = failing == 0 ? true : below(scene, 4) < failing - 1,
                                          .value = &scene->value[i],
                                          .stddev = style == 3 ? &scene->stddev[i] : NULL,
                                          .phase = (enum phase)below(scene, 6),
                                          .sequence = 2 * i + 1};
    }
    for (size_t i = 0; i < history->n_relaxations; i++)
        scene->relaxations[i] = (struct relaxation){below(scene, 80), below(scene, 9)};
}

static void make_scene(struct scene *scene, uint64_t number)
{
    memset(scene, 0, sizeof *scene);
    scene->random = random_stream(77, number, 1);
    scene->metric = (struct metric){.strategy = METRIC_OPTIMIZE, .maximize = below(scene, 2) == 0};
    scene->problem = (struct problem){.params = scene->params,
                                      .n_params = 1 + below(scene, MAX_P),
                                      .metrics = &scene->metric,
                                      .n_metrics = 1,
                                      .tolerance = (enum tolerance)below(scene, 3),
                                      .random = below(scene, 12) == 0};
    for (size_t i = 0; i < scene->problem.n_params; i++)
        make_param(scene, i);
    make_history(scene);
}

static bool in_range(double p)
{
    return isnan(p) || (p >= 0 && p <= 1);
}

static bool sensible(const struct scene *scene, const struct suggestion *out)
{
    struct space space;
    space_init(&space, &scene->problem);
    bool inside = space_locate(&space, out->x, NULL, NULL) == PLACE_INSIDE;
    space_clear(&space);
    return inside && out->phase > PHASE_NONE && out->floor > 0 && out->floor < 1 && out->box > 0 && out->box <= 1 &&
           in_range(out->probability_of_feasibility) && !isinf(out->mean) && !isinf(out->stddev) && !(out->stddev < 0) &&
           !isinf(out->expected_improvement) && !(out->expected_improvement < 0);
}

// A repeat of a trial or an open suggestion where the space is infinite, or finite and larger than what is known.
static bool needless_repeat(const struct scene *scene, const struct suggestion *out)
{
    struct space space;
    double u[MAX_P], v[MAX_P];
    bool repeat = false;
    size_t n = scene->history.n_trials + scene->history.n_pending;
    space_init(&space, &scene->problem);
    space_locate(&space, out->x, u, NULL);
    for (size_t i = 0; i < n; i++)
        repeat = repeat || (space_locate(&space, scene->x[i], v, NULL) == PLACE_INSIDE && space_same(&space, u, v));
    bool room = !space_is_finite(&space) || space_count(&space) > n;
    for (size_t i = 0; i < space.p; i++) { // two neighbouring doubles are no room
        const struct axis *axis = &space.axes[i];
        room = room && (axis->kind != PARAM_DOUBLE || axis->hi - axis->lo > fmax(1e-9 * fabs(axis->hi), 1e-310));
    }
    space_clear(&space);
    return repeat && room;
}

static void check_predictions(struct scene *scene, struct surrogate *surrogate, size_t *bad)
{
    const double *points[MAX_N];
    struct prediction predictions[MAX_N];
    size_t n = scene->history.n_trials;
    for (size_t i = 0; i < n; i++)
        points[i] = scene->x[i];
    *bad += surrogate_predict(surrogate, points, n, NULL, predictions, NULL) != ERR_NONE;
    for (size_t i = 0; i < n; i++)
        *bad += isnan(predictions[i].probability_of_feasibility) || !in_range(predictions[i].probability_of_feasibility) ||
                isinf(predictions[i].mean) || isinf(predictions[i].stddev) || predictions[i].stddev < 0;
}

static void test_scenes(void)
{
    struct scene *scene = mem_calloc(1, sizeof *scene);
    size_t unsound = 0, odd = 0, repeats = 0, different = 0, predictions = 0, fallbacks = 0;
    for (uint64_t number = 0; number < CASES; number++) {
        double x[MAX_P] = {0}, y[MAX_P] = {0};
        struct suggestion a = {.x = x}, b = {.x = y};
        make_scene(scene, number);
        struct err err = {0};
        if (problem_check(&scene->problem, &err) != ERR_NONE || history_check(&scene->problem, &scene->history, &err) != ERR_NONE) {
            unsound++;
            printf("# scene %d: %s\n", (int)number, err.text);
            continue;
        }
        struct surrogate *surrogate = surrogate_create(&scene->problem, &scene->history, NULL);
        struct surrogate *twin = surrogate_create(&scene->problem, &scene->history, NULL);
        bool bad = suggest(surrogate, &scene->history, NULL, &a, NULL) != ERR_NONE || !sensible(scene, &a);
        bool repeat = needless_repeat(scene, &a);
        if (bad || repeat)
            printf("# scene %d, phase %d: %s\n", (int)number, (int)a.phase, bad ? "not sensible" : "a repeat");
        odd += bad;
        repeats += repeat;
        different += suggest(twin, &scene->history, NULL, &b, NULL) != ERR_NONE || memcmp(x, y, sizeof x) != 0;
        check_predictions(scene, surrogate, &predictions);
        suggest_fallback(&scene->problem, &scene->history, &b);
        fallbacks += !sensible(scene, &b) || needless_repeat(scene, &b);
        surrogate_destroy(surrogate);
        surrogate_destroy(twin);
    }
    is_int(unsound, 0, "every scene passes the checks");
    is_int(odd, 0, "suggestions that are not sensible");
    is_int(repeats, 0, "repeats although there is room");
    is_int(different, 0, "answers that differ for the same input");
    is_int(predictions, 0, "predictions out of range");
    is_int(fallbacks, 0, "fallbacks that are not sensible");
    free(scene);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_scenes);
    return tap_done();
}
