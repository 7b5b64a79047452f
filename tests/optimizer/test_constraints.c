// Suggestions under linear constraints: hundreds of random polytopes, with evaluations that fail in a part of them, and finite spaces
// to the last point.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/design.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "tests/problems/loop.h"
#include "tests/tap.h"

enum { MAX_P = 20, MAX_M = 4, SCENES = 200, ROUNDS = 18 };

struct scene {
    struct param params[MAX_P];
    double weights[MAX_M][MAX_P], inside[MAX_P];
    struct linear_constraint constraints[MAX_M];
    struct metric metric;
    struct problem problem;
};

// Doubles, ints (up to four) and a category; constraints around a random point.
static void random_scene(struct scene *scene, struct random *random, size_t p, size_t m, double room)
{
    *scene = (struct scene){.metric = {.strategy = METRIC_OPTIMIZE}};
    scene->problem = (struct problem){.params = scene->params, .n_params = p, .metrics = &scene->metric, .n_metrics = 1,
                                      .constraints = scene->constraints, .n_constraints = m, .tolerance = TOLERANCE_BALANCED};
    for (size_t i = 0; i < p; i++) {
        scene->params[i] = i % 5 == 3   ? (struct param){.kind = PARAM_INT, .lo = -3, .hi = (double)random_below(random, 1000)}
                           : i % 9 == 7 ? (struct param){.kind = PARAM_CATEGORICAL, .n_levels = 3}
                                        : (struct param){.kind = PARAM_DOUBLE, .lo = -1, .hi = exp(random_normal(random))};
        double u = 0.1 + 0.8 * random_uniform(random), lo = scene->params[i].lo, hi = scene->params[i].hi;
        scene->inside[i] = scene->params[i].kind == PARAM_INT ? round(lo + u * (hi - lo)) : lo + u * (hi - lo);
    }
    for (size_t c = 0; c < m; c++) {
        enum param_kind kind = p > 3 && c == 1 ? PARAM_INT : PARAM_DOUBLE;
        double sum = 0, range = 0;
        for (size_t i = 0; i < p; i++) {
            if (scene->params[i].kind != kind)
                continue;
            double w = scene->weights[c][i] = random_normal(random);
            sum += w * scene->inside[i];
            range += fabs(w) * (scene->params[i].hi - scene->params[i].lo);
        }
        bool greater = random_below(random, 2) == 0;
        double slack = room * (0.1 + random_uniform(random)) * range;
        scene->constraints[c] = (struct linear_constraint){
            .weight = scene->weights[c], .threshold = sum + (greater ? -slack : slack), .greater = greater};
    }
}

static bool satisfies(const struct problem *problem, const double *x)
{
    for (size_t c = 0; c < problem->n_constraints; c++) {
        const struct linear_constraint *constraint = &problem->constraints[c];
        double sum = 0, terms = fabs(constraint->threshold), sign = constraint->greater ? -1 : 1;
        for (size_t i = 0; i < problem->n_params; i++) {
            sum += constraint->weight[i] * x[i];
            terms += fabs(constraint->weight[i] * x[i]);
        }
        if (sign * (sum - constraint->threshold) > 1e-9 * terms)
            return false;
    }
    return true;
}

// Distance to the point that the constraints were made around, in ranges; a third of the space fails, which side of that point.
static double value(const struct scene *scene, const double *x, bool *failed)
{
    double sum = 0;
    *failed = scene->problem.n_params > 1 && x[1] < scene->inside[1] - 0.2 * (scene->params[1].hi - scene->params[1].lo);
    for (size_t i = 0; i < scene->problem.n_params; i++) {
        double range = fmax(scene->params[i].hi - scene->params[i].lo, 1);
        sum += (x[i] - scene->inside[i]) * (x[i] - scene->inside[i]) / (range * range);
    }
    return sum;
}

static void test_scenes(void)
{
    size_t broken = 0, repeated = 0, failures = 0, models = 0;
    double improved = 0;
    for (uint64_t k = 0; k < SCENES; k++) {
        struct random random = random_stream(k, 8, 8);
        struct scene scene;
        struct loop loop;
        double x[MAX_P], best = HUGE_VAL, first = HUGE_VAL;
        random_scene(&scene, &random, 2 + k % 19, 1 + random_below(&random, MAX_M), k % 3 == 0 ? 0.01 : 0.3);
        if (problem_check(&scene.problem, NULL) != ERR_NONE) {
            ok(false, "scene %d has room, but is refused", (int)k);
            continue;
        }
        loop_init(&loop, &scene.problem, (uint32_t)k, ROUNDS + 2);
        for (size_t round = 0; round < ROUNDS; round++) {
            struct suggestion out = {.x = x};
            bool failed;
            loop_suggest(&loop, &out);
            broken += !satisfies(&scene.problem, x);
            models += out.phase == PHASE_MODEL;
            for (size_t i = 0; i < loop.history.n_trials; i++)
                repeated += memcmp(loop.history.trials[i].x, x, scene.problem.n_params * sizeof *x) == 0;
            double y = value(&scene, x, &failed);
            if (!failed && round < 8)
                first = fmin(first, y);
            best = failed ? best : fmin(best, y);
            failures += failed;
            if (round % 4 == 0)
                continue; // one more is open now and then
            y = value(&scene, loop.open, &failed);
            loop_report(&loop, failed, y);
        }
        improved += best < first;
        loop_clear(&loop);
    }
    is_int(broken, 0, "suggestions that break a constraint");
    is_int(repeated, 0, "repetitions");
    ok(failures > SCENES && models > SCENES, "%zu failures, %zu suggestions by models", failures, models);
    ok(improved > 0.6 * SCENES, "and models improve on the initial points in %.0f of %d", improved, SCENES);
}

// As many suggestions as there are points, all different, also while others are open; then repetitions that satisfy the constraints.
static void exhaust(const struct problem *problem, size_t open)
{
    size_t p = problem->n_params, points = 0, all = 1, repeated = 0, broken = 0;
    double x[4];
    for (size_t i = 0; i < p; i++)
        all *= (size_t)(problem->params[i].hi - problem->params[i].lo) + 1;
    for (size_t number = 0; number < all; number++) {
        for (size_t i = 0, rest = number; i < p; i++) {
            size_t levels = (size_t)(problem->params[i].hi - problem->params[i].lo) + 1;
            x[i] = problem->params[i].lo + (double)(rest % levels);
            rest /= levels;
        }
        points += satisfies(problem, x);
    }
    struct loop loop;
    double *seen = mem_calloc(points * p, sizeof *seen);
    loop_init(&loop, problem, 5, points + 4);
    for (size_t n = 0; n < points + 3; n++) {
        struct suggestion out = {.x = x};
        loop_suggest(&loop, &out);
        broken += !satisfies(problem, x);
        for (size_t i = 0; i < n && n < points; i++)
            repeated += memcmp(seen + i * p, x, p * sizeof *x) == 0;
        if (n < points)
            memcpy(seen + n * p, x, p * sizeof *x);
        if (n >= open)
            loop_report(&loop, (size_t)loop.open[0] % 2 == 0, loop.open[0] - loop.open[p - 1]);
    }
    ok(points > 4 && repeated == 0 && broken == 0, "%zu points, each once, then again: %zu repeated, %zu broken", points, repeated,
       broken);
    loop_clear(&loop);
    free(seen);
}

static void test_finite(void)
{
    const struct metric metric = {.strategy = METRIC_OPTIMIZE};
    struct param params[4] = {{.kind = PARAM_INT, .lo = 0, .hi = 5}, {.kind = PARAM_INT, .lo = -2, .hi = 3},
                              {.kind = PARAM_INT, .lo = 0, .hi = 4}, {.kind = PARAM_INT, .lo = 1, .hi = 2}};
    const double one[] = {1, 1, 1, 0}, other[] = {0.1, -0.1, 0.3, 0}, two[] = {1, 1, 0, 0};
    struct linear_constraint constraints[] = {{.weight = one, .threshold = 4}, {.weight = other, .threshold = 0.3, .greater = true}};
    struct problem problem = {.params = params, .n_params = 4, .metrics = &metric, .n_metrics = 1, .constraints = constraints,
                              .n_constraints = 2, .tolerance = TOLERANCE_BALANCED};
    exhaust(&problem, 0);
    exhaust(&problem, 3);
    problem.random = true;
    exhaust(&problem, 0);
    // More points in the box than are ever listed, few that satisfy the constraint.
    problem.random = false;
    problem.n_params = 2;
    problem.n_constraints = 1;
    params[0].hi = params[1].hi = 1000;
    constraints[0] = (struct linear_constraint){.weight = two, .threshold = 3};
    exhaust(&problem, 0);
}

// Points that give way to a constraint come from numbers of their own, not from those of which the others are made. So many
// dimensions that all of them are uniform: x0 <= 0.1 leaves every tenth where it is.
static void test_anywhere(void)
{
    enum { P = 45, POINTS = 64, PURPOSE = 77 };
    const struct metric metric = {.strategy = METRIC_OPTIMIZE};
    const double weight[P] = {1, 1e-9};
    const struct linear_constraint constraint = {.weight = weight, .threshold = 0.1};
    struct param params[P];
    struct problem problem = {.params = params, .n_params = P, .metrics = &metric, .n_metrics = 1, .constraints = &constraint,
                              .n_constraints = 1};
    struct space space;
    double u[POINTS * P], drawn[POINTS * P];
    for (size_t i = 0; i < P; i++)
        params[i] = (struct param){.kind = PARAM_DOUBLE, .hi = 1};
    space_init(&space, &problem);
    for (uint32_t seed = 1; seed <= 20; seed++) {
        size_t repeated = 0;
        uniform_points(random_key(seed, 0, PURPOSE), P, 0, POINTS, drawn);
        design_anywhere(&space, seed, PURPOSE, POINTS, u);
        for (size_t i = 0; i < POINTS; i++)
            for (size_t k = 0; k < POINTS * P && drawn[i * P] > 0.1; k++)
                repeated += fabs(u[i * P] - 0.1 * drawn[k]) < 1e-8 && fabs(u[i * P + 1] - drawn[k + 1 < POINTS * P ? k + 1 : k]) < 1e-8;
        ok(repeated == 0, "seed %u: %zu of %d points repeat numbers of the set", seed, repeated, POINTS);
    }
    space_clear(&space);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_scenes);
    TAP_RUN(test_finite);
    TAP_RUN(test_anywhere);
    return tap_done();
}
