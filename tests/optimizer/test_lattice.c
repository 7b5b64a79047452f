// Integer points of polytopes, against looking at all of the box.
#include "optimizer/lattice.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/enumeration.h"
#include "optimizer/runtime.h"
#include "optimizer/space.h"
#include "tests/tap.h"

enum { N = 3, SIDE = 9, ALL = SIDE * SIDE * SIDE };

struct scene {
    struct param params[N];
    double weights[3][N];
    struct linear_constraint constraints[3];
    struct metric metric;
    struct problem problem;
};

static void random_scene(struct scene *scene, struct random *random)
{
    *scene = (struct scene){.metric = {.strategy = METRIC_OPTIMIZE}};
    scene->problem = (struct problem){.params = scene->params,
                                      .n_params = N,
                                      .metrics = &scene->metric,
                                      .n_metrics = 1,
                                      .constraints = scene->constraints,
                                      .n_constraints = 1 + random_below(random, 3)};
    for (size_t i = 0; i < N; i++)
        scene->params[i] = (struct param){.kind = PARAM_INT, .lo = -4, .hi = SIDE - 5};
    for (size_t c = 0; c < scene->problem.n_constraints; c++) {
        for (size_t i = 0; i < N; i++)
            scene->weights[c][i] = random_below(random, 2) == 0 ? 0.1 * (double)(1 + random_below(random, 9)) : random_normal(random);
        scene->constraints[c] = (struct linear_constraint){.weight = scene->weights[c],
                                                           .threshold = 0.1 * round(20 * random_normal(random)),
                                                           .greater = random_below(random, 2) == 0};
    }
}

static void point(size_t number, double *x)
{
    for (size_t i = 0; i < N; i++, number /= SIDE)
        x[i] = (double)(number % SIDE) - 4;
}

static bool satisfies(const struct scene *scene, const double *x)
{
    for (size_t c = 0; c < scene->problem.n_constraints; c++) {
        double sum = 0, sign = scene->constraints[c].greater ? -1 : 1;
        for (size_t i = 0; i < N; i++)
            sum += scene->constraints[c].weight[i] * x[i];
        if (sign * (sum - scene->constraints[c].threshold) > 1e-12)
            return false;
    }
    return true;
}

static size_t count(const struct scene *scene)
{
    size_t n = 0;
    double x[N];
    for (size_t number = 0; number < ALL; number++) {
        point(number, x);
        n += satisfies(scene, x);
    }
    return n;
}

static double distance(const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sqrt(sum);
}

static double nearest(const struct scene *scene, const double *x)
{
    double least = HUGE_VAL, y[N];
    for (size_t number = 0; number < ALL; number++) {
        point(number, y);
        if (satisfies(scene, y))
            least = fmin(least, distance(x, y));
    }
    return least;
}

static void test_all(void)
{
    size_t missed = 0, wrong = 0, miscounted = 0, sound = 0;
    double far = 0, entered = 0;
    for (uint64_t k = 0; k < 300; k++) {
        struct random random = random_stream(k, 3, 3);
        struct scene scene;
        struct polytope polytope;
        struct space space;
        double x[N], near[N];
        random_scene(&scene, &random);
        size_t points = count(&scene);
        if (polytope_init(&polytope, &scene.problem, PARAM_INT, NULL) != ERR_NONE) {
            missed += points > 20; // a few points may leave no room between them
            continue;
        }
        sound++;
        wrong += points == 0;
        for (size_t number = 0; number < ALL; number++) {
            point(number, x);
            wrong += polytope_contains(&polytope, x) != satisfies(&scene, x);
            memcpy(near, x, sizeof x);
            polytope_enter(&polytope, near);
            wrong += !satisfies(&scene, near);
            if (k < 40)
                far += distance(x, near) - nearest(&scene, x);
            entered += k < 40 && !satisfies(&scene, x);
        }
        space_init(&space, &scene.problem);
        miscounted += space_count(&space) != points;
        space_clear(&space);
        polytope_clear(&polytope);
    }
    ok(sound > 150, "%zu polytopes", sound);
    is_int(missed, 0, "refused, although there are many points");
    is_int(wrong, 0, "points that are none, or not seen to be some");
    ok(far < 0.25 * entered, "on the average %.3f farther than the nearest point", far / entered);
    is_int(miscounted, 0, "spaces with another number of points");
}

// Every point equally often.
static void test_uniform(void)
{
    struct random random = random_stream(4, 4, 4);
    struct scene scene;
    struct polytope polytope;
    struct polytope_walk walk = {0};
    random_scene(&scene, &random);
    scene.problem.n_constraints = 2; // x = y or y + 1, now and then also y + 2
    scene.constraints[0] = (struct linear_constraint){.weight = (const double[]){1, -1, 0}, .threshold = -0.5, .greater = true};
    scene.constraints[1] = (struct linear_constraint){.weight = (const double[]){1, -1, 0.2}, .threshold = 1.5};
    size_t points = count(&scene), *hits = mem_calloc(ALL, sizeof *hits), draws = 200 * points, rare = 0;
    double x[N], chi = 0;
    is_int(polytope_init(&polytope, &scene.problem, PARAM_INT, NULL), ERR_NONE, "points in a band");
    for (size_t draw = 0; draw < draws; draw++) {
        polytope_draw(&polytope, &walk, &random, x);
        hits[(size_t)(x[0] + 4 + SIDE * (x[1] + 4) + SIDE * SIDE * (x[2] + 4))]++;
    }
    for (size_t number = 0; number < ALL; number++) {
        point(number, x);
        if (satisfies(&scene, x))
            chi += ((double)hits[number] - 200) * ((double)hits[number] - 200) / 200;
        else
            rare += hits[number];
    }
    is_int(rare, 0, "points outside");
    double freedom = (double)points - 1;
    ok(chi < freedom + 5 * sqrt(2 * freedom), "chi-squared %.1f with %.0f degrees of freedom", chi, freedom);
    polytope_walk_clear(&walk);
    polytope_clear(&polytope);
    free(hits);
}

// Where no draw from the box hits: x0 = x1 = ... up to 1, in ranges of a million.
static void test_thin(void)
{
    struct random random = random_stream(5, 5, 5);
    struct polytope polytope;
    struct polytope_walk walk = {0};
    double weights[2][N] = {{1, -1, 0}, {0, 1, -1}}, x[N], sum = 0, largest = 0;
    struct linear_constraint constraints[4];
    struct param params[N];
    for (size_t i = 0; i < N; i++)
        params[i] = (struct param){.kind = PARAM_INT, .lo = 0, .hi = 1e6};
    for (size_t c = 0; c < 4; c++)
        constraints[c] = (struct linear_constraint){
            .weight = weights[c / 2], .threshold = c % 2 == 0 ? -1 : 1, .greater = c % 2 == 0};
    const struct problem problem = {.params = params, .n_params = N, .constraints = constraints, .n_constraints = 4};
    is_int(polytope_init(&polytope, &problem, PARAM_INT, NULL), ERR_NONE, "a needle of integers");
    for (size_t draw = 0; draw < 2000; draw++) {
        polytope_draw(&polytope, &walk, &random, x);
        sum += x[0] / 1e6 / 2000;
        largest = fmax(largest, fmax(fabs(x[0] - x[1]), fabs(x[1] - x[2])));
    }
    is_near(sum, 0.5, 0.1, "its middle");
    ok(largest <= 1, "all in it");
    polytope_walk_clear(&walk);
    polytope_clear(&polytope);
}

static void test_none(void)
{
    struct param params[2] = {{.kind = PARAM_INT, .lo = 0, .hi = 1e6}, {.kind = PARAM_INT, .lo = 0, .hi = 1e6}};
    const double weight[] = {2, 2};
    const struct linear_constraint constraints[] = {{.weight = weight, .threshold = 1.2, .greater = true},
                                                    {.weight = weight, .threshold = 1.8}};
    const struct problem problem = {.params = params, .n_params = 2, .constraints = constraints, .n_constraints = 2};
    struct polytope polytope;
    struct err err = {0};
    is_int(polytope_init(&polytope, &problem, PARAM_INT, &err), ERR_INVALID, "room, but no integer");
    ok(strstr(err.text, "no integers") != NULL, "it says so");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_all);
    TAP_RUN(test_uniform);
    TAP_RUN(test_thin);
    TAP_RUN(test_none);
    return tap_done();
}
