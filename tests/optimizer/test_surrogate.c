// What is told: of more trials than a model is made from, what all of them would tell; and deviations that are as large as errors.
#include "optimizer/surrogate.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "tests/problems/problems.h"
#include "tests/tap.h"

enum { POINTS = 200, P = 2 };

static const struct param params[P] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
static const struct metric smaller = {.strategy = METRIC_OPTIMIZE}, larger = {.strategy = METRIC_OPTIMIZE, .maximize = true};

// Trials at uniform points; the value is the first coordinate and normal noise.
struct scene {
    struct problem problem;
    struct history history;
    struct trial *trials;
    double *x, *value; // [n x P], [n]
};

typedef double share_fn(const double *x); // that fails at x

static double nowhere(const double *x)
{
    (void)x;
    return 0;
}

static double tenth(const double *x)
{
    (void)x;
    return 0.1;
}

static double half_on_the_right(const double *x)
{
    return x[0] > 0.5 ? 0.5 : 0.05;
}

static void begin(struct scene *scene, size_t n, share_fn *fails, double noise, bool maximize, uint32_t seed)
{
    struct random random = random_stream(seed, n, 1);
    *scene = (struct scene){
        .problem = {.params = params, .n_params = P, .metrics = maximize ? &larger : &smaller, .n_metrics = 1},
        .trials = mem_calloc(n, sizeof *scene->trials), .x = mem_calloc(n * P, sizeof(double)), .value = mem_calloc(n, sizeof(double))};
    for (size_t i = 0; i < n; i++) {
        double *x = scene->x + i * P;
        for (size_t k = 0; k < P; k++)
            x[k] = random_uniform(&random);
        scene->value[i] = x[0] + noise * random_normal(&random);
        scene->trials[i] = (struct trial){
            .x = x, .failed = random_uniform(&random) < fails(x), .value = scene->value + i, .sequence = i + 1};
    }
    scene->history = (struct history){.trials = scene->trials, .n_trials = n, .seed = seed};
}

static void end(struct scene *scene)
{
    free(scene->trials);
    free(scene->x);
    free(scene->value);
}

// Mean error of the told probabilities and of the search's own over uniform points.
static void probabilities(size_t n, share_fn *fails, uint32_t seed, double *told_error, double *own_error)
{
    struct scene scene;
    begin(&scene, n, fails, 0, false, seed);
    struct surrogate *surrogate = surrogate_create(&scene.problem, &scene.history, NULL);
    struct calibration *calibration;
    struct feasibility *feasibility;
    double z[POINTS * P], told[POINTS], own[POINTS];
    struct random random = random_stream(seed, n, 2);
    for (size_t i = 0; i < POINTS * P; i++)
        z[i] = random_uniform(&random);
    is_int(surrogate_calibration(surrogate, NULL, &calibration, NULL), ERR_NONE, "the told model");
    is_int(surrogate_feasibility(surrogate, false, NULL, &feasibility, NULL), ERR_NONE, "the search's model");
    calibration_log_pof(calibration, z, POINTS, told);
    feasibility_log_pof(feasibility, z, POINTS, own, NULL);
    *told_error = *own_error = 0;
    for (size_t i = 0; i < POINTS; i++) {
        *told_error += (exp(told[i]) - 1 + fails(z + i * P)) / POINTS;
        *own_error += (exp(own[i]) - 1 + fails(z + i * P)) / POINTS;
    }
    surrogate_destroy(surrogate);
    end(&scene);
}

// Failures are rarer than successes, and the rarer class has more of its trials in a draw.
static void test_rare_failures(void)
{
    static share_fn *const causes[] = {tenth, half_on_the_right};
    for (uint32_t seed = 1; seed <= 2; seed++) {
        double told, own;
        probabilities(1500, causes[seed - 1], seed, &told, &own);
        ok(fabs(told) < 0.05, "told: too large by %g", told);
        ok(fabs(own) < 0.08, "the search's own: too large by %g", own);
    }
}

static double mean_error(size_t n, bool maximize, uint32_t seed)
{
    struct scene scene;
    begin(&scene, n, nowhere, 1, maximize, seed);
    struct surrogate *surrogate = surrogate_create(&scene.problem, &scene.history, NULL);
    static double x[POINTS][P], mean[POINTS];
    const double *rows[POINTS];
    struct prediction out[POINTS];
    struct random random = random_stream(seed, n, 2);
    for (size_t i = 0; i < POINTS; i++) {
        for (size_t k = 0; k < P; k++)
            x[i][k] = random_uniform(&random);
        rows[i] = x[i];
        out[i] = (struct prediction){.mean = &mean[i]};
    }
    is_int(surrogate_predict(surrogate, rows, POINTS, NULL, out, NULL), ERR_NONE, "predictions");
    double sum = 0;
    for (size_t i = 0; i < POINTS; i++)
        sum += (mean[i] - x[i][0]) / POINTS;
    surrogate_destroy(surrogate);
    end(&scene);
    return sum;
}

// The luckiest of many noisy values say nothing of the mean.
static void test_noisy_values(void)
{
    double few = mean_error(400, false, 1), down = mean_error(1600, false, 2), up = mean_error(1600, true, 3);
    ok(fabs(few) < 0.15, "all of few: wrong by %g", few);
    ok(fabs(down) < 0.1, "minimized: wrong by %g", down);
    ok(fabs(up) < 0.1, "maximized: wrong by %g", up);
}

// ------------------------------------------------------------------ deviations

enum { AT = 40, MOST = 40 };

// A working point of the problem.
static void draw_working(const struct benchmark *benchmark, const struct space *space, struct random *random, double *x, double *value)
{
    double u[BENCHMARK_MAX_PARAMS];
    do {
        space_draw(space, random, u);
        space_natural(space, u, x);
    } while (!benchmark_evaluate(benchmark, x, value));
}

// Shares of the values at AT working points that are within one and two told deviations of the mean, from n others; added to within [2].
static void count_within(const struct benchmark *benchmark, size_t n, uint32_t seed, double *within)
{
    const struct problem problem = {.params = benchmark->params, .n_params = benchmark->n_params, .metrics = &smaller, .n_metrics = 1};
    struct space space;
    struct trial trials[MOST];
    double x[MOST][BENCHMARK_MAX_PARAMS], at[AT][BENCHMARK_MAX_PARAMS], value[MOST], truth[AT], mean[AT], stddev[AT];
    const double *rows[AT];
    struct prediction out[AT];
    struct random random = random_stream(seed, n, 3);
    space_init(&space, &problem);
    for (size_t i = 0; i < n; i++) {
        draw_working(benchmark, &space, &random, x[i], &value[i]);
        trials[i] = (struct trial){.x = x[i], .value = &value[i], .sequence = i + 1};
    }
    for (size_t i = 0; i < AT; i++) {
        draw_working(benchmark, &space, &random, at[i], &truth[i]);
        rows[i] = at[i];
        out[i] = (struct prediction){.mean = &mean[i], .stddev = &stddev[i]};
    }
    struct history history = {.trials = trials, .n_trials = n, .seed = seed};
    struct surrogate *surrogate = surrogate_create(&problem, &history, NULL);
    is_int(surrogate_predict(surrogate, rows, AT, NULL, out, NULL), ERR_NONE, "predictions");
    for (size_t i = 0; i < AT; i++)
        for (size_t k = 0; k < 2; k++)
            within[k] += fabs(truth[i] - mean[i]) <= (double)(k + 1) * stddev[i] ? 1.0 / AT : 0;
    surrogate_destroy(surrogate);
    space_clear(&space);
}

// Whether there are few values or many: about as many lie within the told deviations as those of a normal distribution would.
static void test_deviations(void)
{
    static const size_t sizes[] = {3, 6, 12, 40};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        double within[2] = {0};
        size_t n = 0;
        for (const struct benchmark *benchmark; (benchmark = benchmark_at(n / 2)) != NULL; n++)
            count_within(benchmark, sizes[s], (uint32_t)(n % 2 + 1), within);
        ok(within[0] > 0.6 * (double)n && within[0] < 0.85 * (double)n, "%zu values: %g within one", sizes[s], within[0] / (double)n);
        ok(within[1] > 0.8 * (double)n, "%zu values: %g within two", sizes[s], within[1] / (double)n);
    }
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_rare_failures);
    TAP_RUN(test_noisy_values);
    TAP_RUN(test_deviations);
    return tap_done();
}
