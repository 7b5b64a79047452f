// The front: by hand, and against the definition on random points with many ties.
#include "optimizer/pareto.h"

#include <math.h>

#include "optimizer/random.h"
#include "tests/tap.h"

static void test_by_hand(void)
{
    static const double two[] = {1, 5, 2, 4, 2, 4, 2, 3, 3, 1, 0, 6, 3, 0, -INFINITY, -INFINITY};
    static const bool want[] = {true, true, true, false, true, true, false, false};
    bool front[8];
    pareto_front(two, 8, 2, front);
    for (size_t i = 0; i < 8; i++)
        ok(front[i] == want[i], "point %zu", i);
    static const double one[] = {1, 3, 2, 3};
    pareto_front(one, 4, 1, front);
    ok(!front[0] && front[1] && !front[2] && front[3], "one objective: all that have the best value");
    static const double failed[] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};
    pareto_front(failed, 2, 2, front);
    ok(front[0] && front[1], "when all have failed they are equal");
    pareto_front(failed, 0, 2, front);
    ok(pareto_unmoved(failed, 0, 0, 2), "no points");
    ok(pareto_unmoved(two, 6, 8, 2), "beaten and failed points move nothing");
    ok(!pareto_unmoved(two, 5, 8, 2), "a new end of the front does");
    ok(pareto_unmoved(two, 2, 3, 2), "an equal point does not");
    ok(!pareto_unmoved(failed, 0, 2, 2), "the first point does");
}

static bool is_beaten(const double *v, size_t n, size_t m, size_t i)
{
    for (size_t j = 0; j < n; j++) {
        bool no_worse = true, better = false;
        for (size_t k = 0; k < m; k++) {
            no_worse = no_worse && v[j * m + k] >= v[i * m + k];
            better = better || v[j * m + k] > v[i * m + k];
        }
        if (no_worse && better)
            return true;
    }
    return false;
}

static void test_definition(void)
{
    enum { N = 60, ROUNDS = 60 };
    struct random random = random_stream(3, 1, 1);
    size_t wrong = 0, moved = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t m = 1 + round % 2, n = round;
        double v[2 * N];
        bool front[N];
        for (size_t i = 0; i < n * m; i++)
            v[i] = floor(random_uniform(&random) * 12);
        pareto_front(v, n, m, front);
        for (size_t i = 0; i < n; i++)
            wrong += front[i] == is_beaten(v, n, m, i);
        // Unmoved: each new point is beaten by an old one or equals one that is not beaten by any.
        size_t old = n / 2;
        bool want = true;
        for (size_t i = old; i < n; i++) {
            bool has_twin = false;
            for (size_t j = 0; j < old; j++)
                has_twin = has_twin || (fabs(v[j * m] - v[i * m]) + fabs(v[j * m + m - 1] - v[i * m + m - 1]) <= 0);
            want = want && (has_twin || is_beaten(v, n, m, i));
        }
        wrong += pareto_unmoved(v, old, n, m) != want;
        moved += !want;
    }
    is_int(wrong, 0, "as the definition says");
    ok(moved > 5 && moved < ROUNDS - 5, "both cases were seen: %zu", moved);
}

int main(void)
{
    TAP_RUN(test_by_hand);
    TAP_RUN(test_definition);
    return tap_done();
}
