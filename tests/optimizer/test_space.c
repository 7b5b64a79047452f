// Natural values to unit coordinates to kernel columns and back, and counting.
#include "optimizer/space.h"

#include <float.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "reference.h"
#include "tests/tap.h"

static const double grid[] = {1, 5, 25};
static const struct metric metric = {.strategy = METRIC_OPTIMIZE};

static void init(struct space *space, const struct param *params, size_t n)
{
    const struct problem problem = {.params = params, .n_params = n, .metrics = &metric, .n_metrics = 1};
    is_int(problem_check(&problem, NULL), ERR_NONE, "the problem is sound");
    space_init(space, &problem);
}

static const struct param mixed[] = {
    {.kind = PARAM_DOUBLE, .lo = 1e-4, .hi = 1, .log = true},
    {.kind = PARAM_INT, .lo = 3, .hi = 7},
    {.kind = PARAM_GRID, .n_levels = 3, .grid = grid},
    {.kind = PARAM_CATEGORICAL, .n_levels = 3},
};

static void test_reference(void)
{
    struct space space;
    const double x[] = {0.01, 6, 25, 1};
    double u[4], z[6], back[4];
    init(&space, mixed, 4);
    is_int(space.d, 6, "kernel columns");
    is_int(space_locate(&space, x, u, z), PLACE_INSIDE, "a point of the space");
    for (size_t i = 0; i < 4; i++)
        is_near(u[i], reference_unit[i], 1e-12, "unit coordinate");
    for (size_t c = 0; c < 6; c++) {
        is_near(z[c], reference_encoded[c], 1e-12, "kernel column");
        is_int(space.group[c], reference_encoding_group[c], "group");
    }
    space_natural(&space, u, back);
    for (size_t i = 0; i < 4; i++)
        is_near(back[i], x[i], 1e-12, "and back");
    memcpy(u, reference_snap_in, sizeof u);
    space_snap(&space, u);
    for (size_t i = 0; i < 4; i++)
        is_near(u[i], reference_snap_out[i], 1e-12, "snapped");
    double again[6];
    space_encode(&space, u, z);
    space_natural(&space, u, back);
    space_locate(&space, back, u, again);
    for (size_t c = 0; c < 6; c++)
        is_near(again[c], z[c], 1e-12, "the columns of a candidate are those of its natural values");
    space_clear(&space);
}

static void test_outside(void)
{
    struct space space;
    double u[4], z[6];
    init(&space, mixed, 4);
    const double removed[] = {0.01, 6, 25, -1};
    is_int(space_locate(&space, removed, u, z), PLACE_BESIDE, "a removed category still counts");
    ok(z[3] <= 0 && z[4] <= 0 && z[5] <= 0, "as the all-zero one-hot");
    const double beside[] = {1e2, 10, 25, 0};
    is_int(space_locate(&space, beside, u, z), PLACE_BESIDE, "within one range of the bounds");
    is_near(z[0], 1.5, 1e-12, "its column is not clipped");
    is_near(z[1], 1.75, 1e-12, "nor that of an integer");
    ok(u[0] <= 1 && u[1] <= 1, "its unit coordinates are");
    const double far[] = {1e5, 6, 25, 0}, below[] = {-1, 6, 25, 0};
    is_int(space_locate(&space, far, u, z), PLACE_OUTSIDE, "more than one range away");
    is_int(space_locate(&space, below, u, z), PLACE_OUTSIDE, "no logarithm");
    ok(u[0] >= 0 && u[0] <= 1, "unit coordinates are always possible");
    const double between[] = {0.01, 6, 3, 0}, beyond[] = {0.01, 6, 37, 0}, off[] = {0.01, 6, 50, 0};
    is_int(space_locate(&space, between, u, z), PLACE_BESIDE, "a removed grid value");
    is_near(z[2], 0.25, 1e-12, "lies between its neighbours");
    is_int(space_locate(&space, beyond, u, z), PLACE_BESIDE, "above the grid");
    is_near(z[2], 1.5, 1e-12, "in mean steps");
    is_int(space_locate(&space, off, u, z), PLACE_OUTSIDE, "far above the grid");
    space_clear(&space);
}

static void test_bounds(void)
{
    static const struct param params[] = {
        {.kind = PARAM_DOUBLE, .lo = -DBL_MAX, .hi = DBL_MAX},
        {.kind = PARAM_DOUBLE, .lo = 1e-5, .hi = 0.1, .log = true},
        {.kind = PARAM_DOUBLE, .lo = 1, .hi = 1 + DBL_EPSILON},
        {.kind = PARAM_INT, .lo = -4503599627370496, .hi = 4503599627370496},
        {.kind = PARAM_DOUBLE, .lo = 0, .hi = 5e-324},
    };
    enum { P = sizeof params / sizeof *params };
    struct space space;
    struct random random = random_stream(1, 2, 3);
    init(&space, params, P);
    bool in = true, stable = true;
    for (size_t k = 0; k < 2000; k++) {
        double u[P], x[P], v[P], z[P];
        for (size_t i = 0; i < P; i++)
            u[i] = k == 0 ? 0 : k == 1 ? 1 : random_uniform(&random);
        space_snap(&space, u);
        space_natural(&space, u, x);
        for (size_t i = 0; i < P; i++)
            in = in && x[i] >= params[i].lo && x[i] <= params[i].hi;
        stable = stable && space_locate(&space, x, v, z) == PLACE_INSIDE;
        for (size_t i = 0; i < P; i++)
            stable = stable && isfinite(v[i]) && isfinite(z[i]) && (i == 2 || i == 4 || fabs(v[i] - u[i]) < 1e-9);
    }
    ok(in, "natural values are inside their bounds to the last bit");
    ok(stable, "and are points of the space again");
    space_clear(&space);
}

static void test_snap(void)
{
    struct space space;
    init(&space, mixed, 4);
    double u[] = {NAN, -INFINITY, INFINITY, NAN};
    space_snap(&space, u);
    ok(u[0] >= 0 && u[1] > 0 && u[2] < 1 && u[3] > 0, "what is no number becomes possible");
    double a[] = {0.3, 0.7, 0.5, 0.5}, b[] = {0.3 + 5e-7, 0.7, 0.5, 0.5}, c[] = {0.3, 0.9, 0.5, 0.5};
    space_snap(&space, a);
    space_snap(&space, b);
    space_snap(&space, c);
    ok(space_same(&space, a, b), "the same point");
    ok(!space_same(&space, a, c), "another level is another point");
    is_near(space_distance(&space, a, c), 0.2, 1e-12, "distance");
    space_clear(&space);
}

static void test_count(void)
{
    struct space space;
    static const struct param small[] = {
        {.kind = PARAM_INT, .lo = -1, .hi = 1}, {.kind = PARAM_GRID, .n_levels = 1, .grid = grid}, {.kind = PARAM_CATEGORICAL, .n_levels = 4}};
    init(&space, small, 3);
    is_int(space_count(&space), 12, "number of points");
    ok(space_is_finite(&space), "finite");
    double u[3];
    bool same = true;
    for (uint64_t i = 0; i < 12; i++) {
        space_point(&space, i, u);
        same = same && space_index(&space, u) == i;
    }
    ok(same, "the numbers of the points are theirs");
    space_clear(&space);
    init(&space, mixed, 4);
    ok(space_count(&space) == SPACE_UNCOUNTED && !space_is_finite(&space), "a double makes it infinite");
    space_clear(&space);
    static const struct param huge[] = {{.kind = PARAM_INT, .lo = 0, .hi = 9007199254740992}, {.kind = PARAM_INT, .lo = 0, .hi = 9007199254740992}};
    init(&space, huge, 2);
    ok(space_count(&space) == SPACE_UNCOUNTED && space_is_finite(&space), "finite, but the number does not fit");
    space_clear(&space);
}

static double distance(const struct space *space, const double *x, const double *y)
{
    double a[8], b[8], sum = 0;
    space_locate(space, x, NULL, a);
    space_locate(space, y, NULL, b);
    for (size_t c = 0; c < space->d; c++)
        sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sqrt(sum);
}

static void test_conditions(void)
{
    struct space space;
    static const struct condition condition = {2, 3};
    static const struct param params[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 10, .conditions = &condition, .n_conditions = 1},
                                          {.kind = PARAM_CATEGORICAL, .n_levels = 2, .conditions = &condition, .n_conditions = 1},
                                          {.kind = PARAM_CATEGORICAL, .n_levels = 4}};
    init(&space, params, 3);
    is_int(space.d, 2 + 2 + 4, "an active number takes two columns");
    const double low[] = {0, 0, 0}, high[] = {10, 0, 0}, other[] = {10, 1, 0}, elsewhere[] = {10, 1, 1};
    const double none[] = {NAN, NAN, 2}, ignored[] = {7, 1, 2}, also_none[] = {NAN, NAN, 3};
    is_near(distance(&space, low, high), 2 * sin(0.5), 1e-12, "the range of a number, on its arc");
    is_near(distance(&space, high, other), 1, 1e-12, "two categories");
    is_near(distance(&space, none, ignored), 0, 0, "what is not active is not read");
    is_near(distance(&space, none, also_none), 1, 1e-12, "nothing is active at both: only the conditional differs");
    is_near(distance(&space, low, none), distance(&space, other, none), 1e-12, "active and inactive: as far whatever the number");
    is_near(distance(&space, elsewhere, none), sqrt(1 + 0.5 + 1), 1e-12, "which is 1 for a number and a category's distance to none");
    double u[3], v[3], x[3];
    space_locate(&space, ignored, u, NULL);
    space_locate(&space, none, v, NULL);
    ok(space_same(&space, u, v), "points that differ in inactive coordinates are the same");
    double apart[] = {0.9, 0.9, 0.6};
    space_snap(&space, apart);
    ok(space_same(&space, apart, v), "also once they are snapped");
    space_natural(&space, apart, x);
    ok(isnan(x[0]) && isnan(x[1]) && x[2] > 1.5 && x[2] < 2.5, "and inactive coordinates are told as NaN");
    const double removed[] = {3, 1, -1};
    is_int(space_locate(&space, removed, u, NULL), PLACE_BESIDE, "a level that is no more makes nothing active");
    space_clear(&space);
}

// Random points of few: of `params` under low <= weight . x <= high each point equally often. The number of points.
static size_t draw_evenly(const struct param *params, size_t p, const double *weight, double low, double high, size_t draws, double *ratio)
{
    const struct linear_constraint constraints[] = {{.weight = weight, .threshold = low, .greater = true},
                                                    {.weight = weight, .threshold = high}};
    const struct problem problem = {.params = params, .n_params = p, .metrics = &metric, .n_metrics = 1,
                                    .constraints = constraints, .n_constraints = 2};
    struct space space;
    struct random random = random_stream(1, p, 1);
    space_init(&space, &problem);
    size_t points = (size_t)space_count(&space), *hits = mem_calloc(points, sizeof *hits);
    double u[4], chi = 0, expected = (double)draws / (double)points;
    for (size_t draw = 0; draw < draws; draw++) {
        space_draw(&space, &random, u);
        hits[space_index(&space, u)]++;
    }
    for (size_t i = 0; i < points; i++)
        chi += ((double)hits[i] - expected) * ((double)hits[i] - expected) / expected;
    *ratio = chi / (double)(points - 1);
    free(hits);
    space_clear(&space);
    return points;
}

static void test_uniform(void)
{
    static const struct param digits[] = {{.kind = PARAM_INT, .lo = 0, .hi = 9}, {.kind = PARAM_INT, .lo = 0, .hi = 9},
                                          {.kind = PARAM_INT, .lo = 0, .hi = 9}, {.kind = PARAM_INT, .lo = 0, .hi = 9}};
    static const struct param also_category[] = {{.kind = PARAM_INT, .lo = 0, .hi = 60}, {.kind = PARAM_INT, .lo = 0, .hi = 60},
                                                 {.kind = PARAM_CATEGORICAL, .n_levels = 3}};
    double ratio;
    is_int(draw_evenly(digits, 4, (const double[]){3, 5, -2, 1}, 6, 7, 60000, &ratio), 200, "points of a thin slice");
    ok(ratio < 1.5, "equally often: chi-squared %.2f for each degree of freedom", ratio);
    is_int(draw_evenly(also_category, 3, (const double[]){2, -3, 0}, 0, 1, 30000, &ratio), 123, "points of a line and its neighbours");
    ok(ratio < 1.65, "equally often: chi-squared %.2f for each degree of freedom", ratio);
}

int main(void)
{
    TAP_RUN(test_reference);
    TAP_RUN(test_outside);
    TAP_RUN(test_bounds);
    TAP_RUN(test_snap);
    TAP_RUN(test_count);
    TAP_RUN(test_conditions);
    TAP_RUN(test_uniform);
    return tap_done();
}
