// Linear programs whose solution is known, and random ones against their dual.
#include "optimizer/simplex.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "tests/tap.h"

static void test_known(void)
{
    // V. Chvatal, "Linear Programming", page 13: maximum 13 at (2, 0, 1)
    double t[] = {2, 3, 1, 5, 4, 1, 2, 11, 3, 4, 2, 8, -5, -4, -3, 0}, x[3], value;
    is_int(simplex_maximize(t, 3, 3, x, &value), ERR_NONE, "solved");
    is_near(value, 13, 1e-12, "maximum");
    ok(fabs(x[0] - 2) < 1e-12 && fabs(x[1]) < 1e-12 && fabs(x[2] - 1) < 1e-12, "at its point");
    double open[] = {1, -1, 1, -1, -1, 0};
    is_int(simplex_maximize(open, 1, 2, x, &value), ERR_NUMERIC, "unbounded");
    double zero[] = {1, 1, 0, -1, -2, 0};
    is_int(simplex_maximize(zero, 1, 2, x, &value), ERR_NONE, "nothing is allowed");
    is_near(value, 0, 0, "and nothing gained");
}

// E. Beale's example cycles under the largest coefficient alone: maximum 1/20.
static void test_cycling(void)
{
    double t[] = {0.25, -60, -1.0 / 25, 9,   0, //
                  0.5,  -90, -1.0 / 50, 3,   0, //
                  0,    0,   1,         0,   1, //
                  -0.75, 150, -0.02,    6,   0};
    double x[4], value;
    is_int(simplex_maximize(t, 3, 4, x, &value), ERR_NONE, "it ends");
    is_near(value, 0.05, 1e-12, "at the maximum");
}

static void test_random(void)
{
    enum { M = 12, N = 8 };
    size_t wrong = 0;
    for (uint64_t k = 0; k < 300; k++) {
        struct random random = random_stream(k, 5, 5);
        double a[M][N], b[M], c[N], t[(M + 1) * (N + 1)], x[N], value, sum = 0;
        for (size_t i = 0; i < M; i++) {
            b[i] = random_below(&random, 4) == 0 ? 0 : random_uniform(&random);
            for (size_t j = 0; j < N; j++)
                a[i][j] = i == 0 ? 1 : random_normal(&random);
        }
        b[0] = 1;
        for (size_t j = 0; j < N; j++)
            c[j] = random_normal(&random);
        for (size_t i = 0; i <= M; i++)
            for (size_t j = 0; j <= N; j++)
                t[i * (N + 1) + j] = i < M ? (j < N ? a[i][j] : b[i]) : (j < N ? -c[j] : 0);
        wrong += simplex_maximize(t, M, N, x, &value) != ERR_NONE;
        for (size_t i = 0; i < M; i++) {
            double row = 0;
            for (size_t j = 0; j < N; j++)
                row += a[i][j] * x[j];
            wrong += row > b[i] + 1e-9;
        }
        for (size_t j = 0; j < N; j++) {
            wrong += x[j] < 0;
            sum += c[j] * x[j];
        }
        wrong += fabs(sum - value) > 1e-9;
        // Nothing found by chance is better.
        for (size_t draw = 0; draw < 200; draw++) {
            double y[N], share = 1, gain = 0;
            for (size_t j = 0; j < N; j++)
                y[j] = -log(1 - random_uniform(&random));
            for (size_t i = 0; i < M; i++) {
                double row = 0;
                for (size_t j = 0; j < N; j++)
                    row += a[i][j] * y[j];
                if (row > 0)
                    share = fmin(share, b[i] / row);
            }
            for (size_t j = 0; j < N; j++)
                gain += c[j] * share * y[j];
            wrong += gain > value + 1e-9;
        }
    }
    is_int(wrong, 0, "solutions that are infeasible, or not the best");
}

int main(void)
{
    TAP_RUN(test_known);
    TAP_RUN(test_cycling);
    TAP_RUN(test_random);
    return tap_done();
}
