// Solutions: which good points are different ones.
#include "optimizer/solutions.h"

#include "tests/tap.h"

enum { MOST = 64 };

static const struct param line[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 10}};
static const struct param mixed[] = {{.kind = PARAM_DOUBLE, .lo = 1e-4, .hi = 1, .log = true},
                                     {.kind = PARAM_CATEGORICAL, .n_levels = 3}};

// Chooses k of n points of one coordinate, and compares.
static void check_line(const double *at, size_t n, size_t n_all, size_t k, const size_t *want, size_t n_want, const char *name)
{
    struct problem problem = {.params = line, .n_params = 1};
    const double *x[MOST];
    size_t chosen[MOST] = {0};
    for (size_t i = 0; i < n; i++)
        x[i] = at + i;
    size_t count = solutions_select(&problem, x, n, n_all, k, chosen);
    bool same = count == n_want;
    for (size_t i = 0; i < n_want && same; i++)
        same = chosen[i] == want[i];
    ok(same, "%s", name);
}

static void test_few(void)
{
    check_line(NULL, 0, 5, 3, NULL, 0, "nothing has worked: no solutions");
    check_line((const double[]){4, 2}, 2, 5, 3, (const size_t[]){0, 1}, 2, "fewer points than solutions: all of them");
    check_line((const double[]){4, 4.01, 9}, 3, 10, 2, (const size_t[]){0, 1}, 2, "the upper part are the solutions, near or not");
    check_line((const double[]){4, 4.01, 9}, 3, 12, 1, (const size_t[]){0}, 1, "a single solution is the best point");
}

static void test_rounding(void)
{
    const double at[] = {4, 4.1, 4.2, 9, 0};
    check_line(at, 5, 12, 2, (const size_t[]){0, 1}, 2, "2.4 points are two");
    check_line(at, 5, 13, 2, (const size_t[]){0, 2}, 2, "2.6 points are three: the centres are 4 and 4.2");
    check_line((const double[]){4, 4.1, 9}, 3, 12, 2, (const size_t[]){0, 1}, 2, "a third point is not in the upper part");
}

static void test_clusters(void)
{
    const double at[] = {5, 5.1, 0.3, 4.9, 0.1, 9.9, 0.2, 9.5};
    check_line(at, 8, 40, 3, (const size_t[]){0, 2, 5}, 3, "the best of each of three heaps");
    check_line(at, 8, 40, 2, (const size_t[]){0, 2}, 2, "the farthest point is a centre, and its heap's best the solution");
    check_line(at, 8, 25, 3, (const size_t[]){0, 2, 4}, 3, "only the upper five: a heap far away is not among them");
}

static void test_repeats(void)
{
    check_line((const double[]){3, 3, 8, 1}, 4, 12, 2, (const size_t[]){0, 2}, 2, "a repetition is no other solution");
    check_line((const double[]){3, 3, 3, 8}, 4, 4, 3, (const size_t[]){0, 1, 3}, 3, "unless there is nothing else");
    check_line((const double[]){3, 3, 3, 3}, 4, 40, 2, (const size_t[]){0, 1}, 2, "one point again and again");
}

static void test_kinds(void)
{
    struct problem problem = {.params = mixed, .n_params = 2};
    const double points[][2] = {{1e-2, 0}, {1e-4, 0}, {1, 0}, {1.1e-2, 2}, {1, 2}, {1e-2, -1}};
    const double *x[6];
    size_t chosen[3];
    for (size_t i = 0; i < 6; i++)
        x[i] = points[i];
    is_int(solutions_select(&problem, x, 6, 30, 3, chosen), 3, "three of six");
    ok(chosen[0] == 0 && chosen[1] == 3 && chosen[2] == 5, "each category is a solution before a second one of the same");
    is_int(solutions_select(&problem, x, 3, 30, 2, chosen), 2, "two of three");
    ok(chosen[0] == 0 && chosen[1] == 1, "equally far on the logarithmic scale: the better one");
}

static void test_beside(void)
{
    struct problem problem = {.params = line, .n_params = 1};
    const double *x[] = {(const double[]){5}, (const double[]){6}, (const double[]){NAN}, (const double[]){NAN}};
    size_t chosen[4];
    is_int(solutions_select(&problem, x, 4, 20, 2, chosen), 2, "with inactive parameters");
    ok(chosen[0] == 0 && chosen[1] == 2, "inactive is a value far from the others");
    is_int(solutions_select(&problem, x, 4, 20, 4, chosen), 4, "as many as there are");
    ok(chosen[0] == 0 && chosen[1] == 1 && chosen[2] == 2 && chosen[3] == 3, "in their order, with the repetition");
}

int main(void)
{
    TAP_RUN(test_few);
    TAP_RUN(test_rounding);
    TAP_RUN(test_clusters);
    TAP_RUN(test_repeats);
    TAP_RUN(test_kinds);
    TAP_RUN(test_beside);
    return tap_done();
}
