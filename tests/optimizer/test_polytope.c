// What constraints leave of a box: whether there is room, entering it, and uniform points in it.
#include "optimizer/polytope.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/runtime.h"
#include "tests/tap.h"

enum { MAX_N = 20, MAX_M = 6 };

struct scene {
    struct param params[MAX_N];
    double weights[MAX_M][MAX_N];
    struct linear_constraint constraints[MAX_M];
    struct problem problem;
};

static void begin(struct scene *scene, size_t n)
{
    *scene = (struct scene){.problem = {.params = scene->params, .n_params = n, .constraints = scene->constraints}};
    for (size_t i = 0; i < n; i++)
        scene->params[i] = (struct param){.kind = PARAM_DOUBLE, .lo = 0, .hi = 1};
}

static double *add(struct scene *scene, bool greater, double threshold)
{
    size_t c = scene->problem.n_constraints++;
    scene->constraints[c] = (struct linear_constraint){.weight = scene->weights[c], .threshold = threshold, .greater = greater};
    return scene->weights[c];
}

// A random polytope around a random point: n dimensions, m constraints, each at most `room` of its range away from the point.
static void random_scene(struct scene *scene, struct random *random, size_t n, size_t m, double room)
{
    double x[MAX_N];
    begin(scene, n);
    for (size_t i = 0; i < n; i++) {
        scene->params[i].lo = 100 * random_normal(random);
        scene->params[i].hi = scene->params[i].lo + exp(3 * random_normal(random));
        x[i] = scene->params[i].lo + (0.05 + 0.9 * random_uniform(random)) * (scene->params[i].hi - scene->params[i].lo);
    }
    for (size_t c = 0; c < m; c++) {
        double sum = 0, range = 0, *w = add(scene, random_below(random, 2) == 0, 0);
        for (size_t i = 0; i < n; i++) {
            w[i] = random_below(random, 3) == 0 ? 0 : random_normal(random);
            sum += w[i] * x[i];
            range += fabs(w[i]) * (scene->params[i].hi - scene->params[i].lo);
        }
        w[0] += 0.1;
        sum += 0.1 * x[0];
        double slack = room * (0.1 + random_uniform(random)) * (range + 0.1 * (scene->params[0].hi - scene->params[0].lo));
        scene->constraints[c].threshold = sum + (scene->constraints[c].greater ? -slack : slack);
    }
}

static double excess(const struct scene *scene, const struct polytope *polytope, const double *x)
{
    double worst = -HUGE_VAL;
    for (size_t c = 0; c < scene->problem.n_constraints; c++) {
        double sum = 0, sign = scene->constraints[c].greater ? -1 : 1;
        for (size_t j = 0; j < polytope->n; j++)
            sum += scene->weights[c][polytope->axis[j]] * x[j];
        worst = fmax(worst, sign * (sum - scene->constraints[c].threshold));
    }
    for (size_t j = 0; j < polytope->n; j++) {
        const struct param *param = &scene->params[polytope->axis[j]];
        worst = fmax(worst, fmax(param->lo - x[j], x[j] - param->hi));
    }
    return worst;
}

static void test_random(void)
{
    size_t outside = 0, moved = 0, refused = 0;
    for (uint64_t k = 0; k < 400; k++) {
        struct random random = random_stream(k, 1, 1);
        struct scene scene;
        struct polytope polytope;
        struct polytope_walk walk = {0};
        double x[MAX_N], again[MAX_N];
        random_scene(&scene, &random, 2 + random_below(&random, 19), 1 + random_below(&random, MAX_M), k % 2 == 0 ? 0.3 : 0.003);
        if (polytope_init(&polytope, &scene.problem, PARAM_DOUBLE, NULL) != ERR_NONE) {
            refused++;
            continue;
        }
        for (size_t draw = 0; draw < 40; draw++) {
            polytope_draw(&polytope, &walk, &random, x);
            outside += excess(&scene, &polytope, x) > 0;
            for (size_t j = 0; j < polytope.n; j++)
                x[j] += random_normal(&random) * (scene.params[polytope.axis[j]].hi - scene.params[polytope.axis[j]].lo);
            polytope_enter(&polytope, x);
            outside += excess(&scene, &polytope, x) > 0;
            memcpy(again, x, sizeof x);
            polytope_enter(&polytope, again);
            moved += memcmp(again, x, polytope.n * sizeof *x) != 0;
        }
        polytope_walk_clear(&walk);
        polytope_clear(&polytope);
    }
    is_int(refused, 0, "refused, although there is room");
    is_int(outside, 0, "points outside, be it by rounding");
    is_int(moved, 0, "points inside that were moved");
}

// Projection: onto the border of x + y <= 1 straight down, and nearly so where two constraints meet.
static void test_enter(void)
{
    struct scene scene;
    struct polytope polytope;
    begin(&scene, 2);
    double *w = add(&scene, false, 1);
    w[0] = w[1] = 1;
    is_int(polytope_init(&polytope, &scene.problem, PARAM_DOUBLE, NULL), ERR_NONE, "a triangle");
    double x[] = {0.9, 0.5}, far[] = {INFINITY, NAN};
    polytope_enter(&polytope, x);
    ok(fabs(x[0] - 0.7) < 1e-9 && fabs(x[1] - 0.3) < 1e-9, "the nearest point of the border");
    polytope_enter(&polytope, far);
    ok(polytope_contains(&polytope, far), "from nowhere");
    polytope_clear(&polytope);
}

// Mean and variance of the coordinates, which all have the same, of many points.
static void moments(const struct polytope *polytope, uint64_t seed, size_t draws, double *mean, double *variance)
{
    struct random random = random_stream(seed, 2, 2);
    struct polytope_walk walk = {0};
    double x[MAX_N], sum = 0, squares = 0, n = (double)(draws * polytope->n);
    for (size_t draw = 0; draw < draws; draw++) {
        polytope_draw(polytope, &walk, &random, x);
        for (size_t i = 0; i < polytope->n; i++) {
            sum += x[i];
            squares += x[i] * x[i];
        }
    }
    *mean = sum / n;
    *variance = squares / n - *mean * *mean;
    polytope_walk_clear(&walk);
}

// The corner sum <= 1 of the unit cube has uniform marginals Beta(1, n): mean 1 / (n + 1), variance n / ((n + 1)^2 (n + 2)).
static void test_uniform_corner(void)
{
    for (size_t n = 2; n <= 20; n += 6) {
        struct scene scene;
        struct polytope polytope;
        double mean, variance, d = (double)n, *w;
        begin(&scene, n);
        w = add(&scene, false, 1);
        for (size_t i = 0; i < n; i++)
            w[i] = 1;
        is_int(polytope_init(&polytope, &scene.problem, PARAM_DOUBLE, NULL), ERR_NONE, "a corner");
        moments(&polytope, n, 4000, &mean, &variance);
        is_near(mean, 1 / (d + 1), 0.03, "mean");
        is_near(variance, d / ((d + 1) * (d + 1) * (d + 2)), 0.1, "variance");
        polytope_clear(&polytope);
    }
}

// The same corner in many dimensions, where the centre is far from most points: the first points of many walks have these marginals too.
static void test_first_points(void)
{
    enum { WIDE = 60, DRAWS = 200 };
    struct param params[WIDE];
    double weight[WIDE], x[WIDE], slice[10] = {0}, worst = 0;
    for (size_t i = 0; i < WIDE; i++) {
        params[i] = (struct param){.kind = PARAM_DOUBLE, .lo = 0, .hi = 1};
        weight[i] = 1;
    }
    const struct linear_constraint constraint = {.weight = weight, .threshold = 1};
    const struct problem problem = {.params = params, .n_params = WIDE, .constraints = &constraint, .n_constraints = 1};
    struct polytope polytope;
    is_int(polytope_init(&polytope, &problem, PARAM_DOUBLE, NULL), ERR_NONE, "a corner of many dimensions");
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        struct random random = random_stream(seed, 1, 1);
        struct polytope_walk walk = {0};
        polytope_draw(&polytope, &walk, &random, x);
        for (size_t i = 0; i < WIDE; i++)
            slice[(size_t)(10 * (1 - pow(1 - x[i], WIDE)))] += 1.0 / (WIDE * DRAWS);
        polytope_walk_clear(&walk);
    }
    for (size_t k = 0; k < 10; k++)
        worst = fmax(worst, fabs(slice[k] - 0.1));
    ok(worst < 0.009, "tenths of a marginal are hit equally often: at worst %.4f more or less", worst);
    polytope_clear(&polytope);
}

// |x_i - x_(i+1)| <= 1e-4 along a chain: a needle along the diagonal, which steps in the directions of the axes would hardly leave.
static void test_uniform_needle(void)
{
    struct scene scene;
    struct polytope polytope;
    double mean, variance;
    begin(&scene, 4);
    for (size_t i = 0; i + 1 < 4; i++)
        for (size_t side = 0; side < 2; side++) {
            double *w = add(&scene, side == 0, side == 0 ? -1e-4 : 1e-4);
            w[i] = 1;
            w[i + 1] = -1;
        }
    is_int(polytope_init(&polytope, &scene.problem, PARAM_DOUBLE, NULL), ERR_NONE, "a needle");
    moments(&polytope, 3, 4000, &mean, &variance);
    is_near(mean, 0.5, 0.05, "its middle");
    is_near(variance, 1.0 / 12, 0.1, "its length");
    polytope_clear(&polytope);
}

static enum err_code with(bool greater, double threshold, double w0, double w1, bool also, double other)
{
    struct scene scene;
    struct polytope polytope;
    begin(&scene, 2);
    double *w = add(&scene, greater, threshold);
    w[0] = w0;
    w[1] = w1;
    if (also) {
        w = add(&scene, !greater, other);
        w[0] = w0;
        w[1] = w1;
    }
    enum err_code code = polytope_init(&polytope, &scene.problem, PARAM_DOUBLE, NULL);
    if (code == ERR_NONE)
        polytope_clear(&polytope);
    return code;
}

static void test_room(void)
{
    is_int(with(true, 1.9, 1, 1, false, 0), ERR_NONE, "a small corner");
    is_int(with(true, 2, 1, 1, false, 0), ERR_INVALID, "a corner point only");
    is_int(with(true, 2.1, 1, 1, false, 0), ERR_INVALID, "nothing");
    is_int(with(true, 0, 1, 1, true, 0), ERR_INVALID, "a corner between two");
    is_int(with(true, 0.5, 1, 1, true, 0.5), ERR_INVALID, "a line");
    is_int(with(true, 0.5, 1, 1, true, 0.6), ERR_NONE, "a band");
    is_int(with(true, 0.6, 1, 1, true, 0.5), ERR_INVALID, "a band from the outside");
    is_int(with(false, 1e-3, 1e6, 1, false, 0), ERR_NONE, "weights of different size");
    is_int(with(true, 1e300, 1e307, 1e307, false, 0), ERR_NONE, "huge numbers, but a sum that is one");
    is_int(with(true, 1, 1.7e308, 1.7e308, false, 0), ERR_INVALID, "a sum that is none");
    is_int(with(true, 1e-300, 1e-300, 1e-300, false, 0), ERR_NONE, "tiny numbers");
}

static void test_none(void)
{
    struct scene scene;
    struct polytope polytope;
    begin(&scene, 2);
    scene.params[1].kind = PARAM_INT;
    double *w = add(&scene, false, 0.5);
    w[0] = 1;
    is_int(polytope_init(&polytope, &scene.problem, PARAM_INT, NULL), ERR_NONE, "no constraint on ints");
    is_int(polytope.n, 0, "nothing is constrained");
    polytope_clear(&polytope);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_random);
    TAP_RUN(test_enter);
    TAP_RUN(test_uniform_corner);
    TAP_RUN(test_first_points);
    TAP_RUN(test_uniform_needle);
    TAP_RUN(test_room);
    TAP_RUN(test_none);
    return tap_done();
}
