// Chords: one coordinate moves, within what linear constraints leave.
#include "optimizer/chord.h"

#include <math.h>
#include <string.h>

#include "optimizer/runtime.h"
#include "tests/tap.h"

enum { P = 6 };

// x0 + x1 <= 1 and x0 - 2 x1 <= 0.5 of doubles, 2 x2 + 3 x3 <= 12 of ints; x4 is free, x5 a choice.
static const struct param params[P] = {
    {.kind = PARAM_DOUBLE, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = -1, .hi = 3}, {.kind = PARAM_INT, .hi = 5},
    {.kind = PARAM_INT, .hi = 9},    {.kind = PARAM_DOUBLE, .lo = 1, .hi = 9, .log = true}, {.kind = PARAM_CATEGORICAL, .n_levels = 3}};
static const double weights[3][P] = {{1, 1}, {1, -2}, {0, 0, 2, 3}};
static const struct linear_constraint constraints[3] = {{weights[0], 1, false}, {weights[1], 0.5, false}, {weights[2], 12, false}};
static const struct metric metric = {.strategy = METRIC_OPTIMIZE};
static const struct problem problem = {.params = params, .n_params = P, .metrics = &metric, .n_metrics = 1, .constraints = constraints,
                                       .n_constraints = 3};

static double moved(const struct space *space, const double *u, size_t i, double share)
{
    double v[P], x[P];
    memcpy(v, u, sizeof v);
    chord_move(space, i, share, v);
    space_natural(space, v, x);
    return x[i];
}

static void test_places(void)
{
    struct space space;
    double u[P];
    const double at[P] = {0.3, 0.2, 1, 2, 3, 1};
    space_init(&space, &problem);
    ok(space_locate(&space, at, u, NULL) == PLACE_INSIDE, "a point");
    is_near(moved(&space, u, 0, 0), 0, 1e-9, "from the bound");
    is_near(moved(&space, u, 0, 0.5), 0.4, 1e-9, "half way");
    is_near(moved(&space, u, 0, 1), 0.8, 1e-9, "to the constraint");
    is_near(moved(&space, u, 1, 0), -0.1, 1e-9, "from one constraint");
    is_near(moved(&space, u, 1, 1), 0.7, 1e-9, "to the other");
    for (int k = 0; k < 4; k++)
        is_near(moved(&space, u, 2, (k + 0.5) / 4), k, 0, "one of four integers");
    is_near(moved(&space, u, 2, 1), 3, 0, "the last of them");
    is_near(moved(&space, u, 3, 0.99), 3, 0, "of the other");
    is_near(moved(&space, u, 4, 0.5), 3, 1e-12, "no constraint");
    is_near(moved(&space, u, 5, 0.9), 2, 0, "a level");
    space_clear(&space);
}

// Whatever the point: it stays a point, and snapping has nothing to move.
static void test_random(void)
{
    struct space space;
    space_init(&space, &problem);
    for (uint32_t seed = 1; seed <= 20; seed++) {
        struct random random = random_stream(seed, 0, 1);
        size_t astray = 0, others = 0;
        for (size_t k = 0; k < 300; k++) {
            double u[P], v[P];
            size_t i = k % P;
            space_draw(&space, &random, u);
            memcpy(v, u, sizeof v);
            chord_move(&space, i, k % 5 == 4 ? 1 : random_uniform(&random), v);
            for (size_t c = 0; c < P; c++)
                others += c != i && (v[c] < u[c] || v[c] > u[c]);
            memcpy(u, v, sizeof u);
            space_snap(&space, u);
            for (size_t c = 0; c < 4; c++)
                astray += !(fabs(u[c] - v[c]) < 1e-9);
        }
        ok(others == 0, "seed %u: no other coordinate moves", seed);
        ok(astray == 0, "seed %u: all are points", seed);
    }
    space_clear(&space);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_places);
    TAP_RUN(test_random);
    return tap_done();
}
