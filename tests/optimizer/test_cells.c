// Shares that can be told by hand.
#include "optimizer/cells.h"

#include <math.h>

#include "optimizer/runtime.h"
#include "tests/tap.h"

static const struct metric metric = {.strategy = METRIC_OPTIMIZE};

// Space of the problem; its parameters and constraints must live as long.
static void open_space(struct space *space, const struct param *params, size_t n, const struct linear_constraint *constraint)
{
    struct problem problem = {.params = params,
                                    .n_params = n,
                                    .metrics = &metric,
                                    .n_metrics = 1,
                                    .constraints = constraint,
                                    .n_constraints = constraint != NULL ? 1 : 0};
    space_init(space, &problem);
}

static void test_line(void)
{
    const struct param line = {.kind = PARAM_DOUBLE, .lo = -5, .hi = 5};
    const double three[] = {0.1, 0.3, 0.9}, same[] = {0.25, 0.75, 0.25, 0.25}, outside[] = {-0.5, 0.5};
    double share[4], other[4];
    struct space space;
    open_space(&space, &line, 1, NULL);
    cells_shares(&space, three, 3, 1, share);
    is_near(share[0], 0.2, 0.002, "from the border to the middle of two");
    is_near(share[1], 0.4, 0.002, "from middle to middle");
    is_near(share[2], 0.4, 0.002, "to the other border");
    cells_shares(&space, three, 3, 1, other);
    ok(share[0] <= other[0] && share[0] >= other[0], "the same again");
    cells_shares(&space, same, 4, 2, share);
    is_near(share[1], 0.5, 0.002, "one for itself");
    is_near(share[0], 0.5 / 3, 0.001, "three at one place");
    ok(fabs(share[0] - share[2]) < 1e-12 && fabs(share[0] - share[3]) < 1e-12, "have equal parts");
    cells_shares(&space, outside, 2, 3, share);
    ok(share[0] <= 0, "outside of the space, nothing is nearer");
    is_near(share[1], 1, 1e-9, "all of it");
    space_clear(&space);
}

static void test_categories(void)
{
    const double half = sqrt(0.5);
    const struct param category = {.kind = PARAM_CATEGORICAL, .n_levels = 4};
    const double x[] = {half, 0, 0, 0, 0, half, 0, 0};
    double share[2];
    struct space space;
    open_space(&space, &category, 1, NULL);
    cells_shares(&space, x, 2, 1, share);
    is_near(share[0], 0.5, 0.002, "its own category, and half of the two that are equally far from both");
    is_near(share[0] + share[1], 1, 1e-9, "sum");
    space_clear(&space);
}

// What constraints forbid belongs to nobody: of the triangle x + y <= 1 three quarters are nearer to the first point.
static void test_constraints(void)
{
    const struct param square[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
    const double weight[] = {1, 1};
    const struct linear_constraint below = {.weight = weight, .threshold = 1};
    const double x[] = {0.25, 0.25, 0.75, 0.25};
    double share[2];
    struct space space;
    open_space(&space, square, 2, &below);
    cells_shares(&space, x, 2, 1, share);
    is_near(share[0], 0.75, 0.04, "the wide end of a triangle");
    space_clear(&space);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_line);
    TAP_RUN(test_categories);
    TAP_RUN(test_constraints);
    return tap_done();
}
