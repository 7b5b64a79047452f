// Centres that can be told by hand.
#include "optimizer/ball.h"

#include <math.h>

#include "optimizer/linalg.h"
#include "optimizer/runtime.h"
#include "tests/tap.h"

static const double HALF = 0.70710678118654752440; // sqrt(1/2)

static void test_inscribe(void)
{
    double y[2], a[] = {HALF, HALF, -HALF, -HALF};
    is_near(ball_inscribe(a, NULL, 0, 2, y), 0.5, 1e-12, "in the box");
    double triangle[] = {HALF}; // y0 + y1 <= 1: the incircle has radius 1 - sqrt(1/2)
    is_near(ball_inscribe(a, triangle, 1, 2, y), 1 - HALF, 1e-12, "in a triangle");
    ok(fabs(y[0] - (1 - HALF)) < 1e-12 && fabs(y[1] - (1 - HALF)) < 1e-12, "its centre");
    double band[] = {HALF + 0.001, 0.001 - HALF};
    is_near(ball_inscribe(a, band, 2, 2, y), 0.001, 1e-10, "in a band across the box");
    double line[] = {HALF, -HALF};
    is_near(ball_inscribe(a, line, 2, 2, y), 0, 1e-10, "a line has no room");
    double apart[] = {HALF - 0.1, -HALF - 0.1};
    is_near(ball_inscribe(a, apart, 2, 2, y), -0.1, 1e-10, "half-spaces that do not meet");
    double far[] = {-1};
    ok(ball_inscribe(a, far, 1, 2, y) < -0.5, "a half-space that the box does not meet");
}

static void test_centre(void)
{
    double y[] = {0.9, 0.1}, root[4], a[] = {HALF, HALF}, b[] = {HALF};
    is_int(ball_centre(NULL, NULL, 0, 2, y, root), ERR_NONE, "of the box");
    ok(fabs(y[0] - 0.5) < 1e-3 && fabs(y[1] - 0.5) < 1e-3, "its middle");
    is_near(root[0], sqrt(8), 1e-3, "two borders at distance 1/2 have the curvature 8");
    y[0] = y[1] = 0.3;
    is_int(ball_centre(a, b, 1, 2, y, root), ERR_NONE, "of a triangle");
    // -2/y + 2/(1 - y) + 2/(1 - 2 y) = 0 for y0 = y1 = y
    ok(fabs(-1 / y[0] + 1 / (1 - y[0]) + 1 / (1 - 2 * y[0])) < 0.01, "where the gradient vanishes");
    y[0] = y[1] = 0.6;
    is_int(ball_centre(a, b, 1, 2, y, root), ERR_NUMERIC, "not from outside");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_inscribe);
    TAP_RUN(test_centre);
    return tap_done();
}
