// Every distinct point of a finite space once, from wherever one begins.
#include "optimizer/enumeration.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tests/tap.h"

static const struct metric metric = {.strategy = METRIC_OPTIMIZE};
static const double grid[] = {1, 5, 25};

static void init(struct space *space, const struct param *params, size_t n)
{
    const struct problem problem = {.params = params, .n_params = n, .metrics = &metric, .n_metrics = 1};
    is_int(problem_check(&problem, NULL), ERR_NONE, "the problem is sound");
    space_init(space, &problem);
}

// The number of points, each checked to be a point, and different from all others.
static size_t count(const struct space *space, struct random *random)
{
    struct enumeration enumeration;
    size_t n = 0, wrong = 0, p = space->p, capacity = 4096;
    double *seen = mem_calloc(capacity * p, sizeof *seen), *u = mem_calloc(p, sizeof *u);
    enumeration_init(&enumeration, space, random);
    while (n < capacity && enumeration_next(&enumeration, u)) {
        memcpy(seen + n * p, u, p * sizeof *u);
        space_snap(space, u);
        wrong += memcmp(seen + n * p, u, p * sizeof *u) != 0;
        for (size_t i = 0; i < n; i++)
            wrong += space_same(space, seen + i * p, u);
        n++;
    }
    ok(!enumeration_next(&enumeration, u), "and no more");
    is_int(wrong, 0, "points that are none, or were before");
    enumeration_clear(&enumeration);
    free(u);
    free(seen);
    return n;
}

static void count_both(const struct space *space, size_t expected)
{
    is_int(count(space, NULL), expected, "points in ascending order");
    for (uint64_t i = 0; i < 20; i++) {
        struct random random = random_stream(i, 1, 2);
        is_int(count(space, &random), expected, "points from a random one on");
    }
}

static void test_plain(void)
{
    struct space space;
    static const struct param params[] = {{.kind = PARAM_INT, .lo = -3, .hi = 3},
                                          {.kind = PARAM_GRID, .n_levels = 3, .grid = grid},
                                          {.kind = PARAM_CATEGORICAL, .n_levels = 4},
                                          {.kind = PARAM_GRID, .n_levels = 1, .grid = grid}};
    init(&space, params, 4);
    count_both(&space, 7 * 3 * 4);
    space_clear(&space);
}

static void test_huge(void)
{
    struct space space;
    static const struct param params[] = {{.kind = PARAM_INT, .lo = 0, .hi = 9007199254740992},
                                          {.kind = PARAM_INT, .lo = 0, .hi = 9007199254740992}};
    init(&space, params, 2);
    struct random random = random_stream(1, 1, 1);
    struct enumeration enumeration;
    double u[2], v[2] = {-1, -1};
    bool ordered = true;
    enumeration_init(&enumeration, &space, &random);
    for (size_t i = 0; i < 1000; i++) {
        ordered = ordered && enumeration_next(&enumeration, u) && (u[0] < v[0] || u[0] > v[0] || u[1] < v[1] || u[1] > v[1]);
        memcpy(v, u, sizeof v);
    }
    ok(ordered, "neighbours differ, also where numbers are hardly apart");
    enumeration_clear(&enumeration);
    space_clear(&space);
}

// A parameter that decides about others stands behind them. Two of its three levels make one active, one makes two active.
static void test_conditions(void)
{
    struct space space;
    static const struct condition first = {3, 3}, both[] = {{3, 2}, {4, 1}};
    static const struct param params[] = {{.kind = PARAM_INT, .lo = 1, .hi = 5, .conditions = &first, .n_conditions = 1},
                                          {.kind = PARAM_GRID, .n_levels = 3, .grid = grid, .conditions = both, .n_conditions = 2},
                                          {.kind = PARAM_CATEGORICAL, .n_levels = 2, .conditions = both, .n_conditions = 1},
                                          {.kind = PARAM_CATEGORICAL, .n_levels = 3},
                                          {.kind = PARAM_CATEGORICAL, .n_levels = 2}};
    init(&space, params, 5);
    size_t expected = 2 * 5 + (5 * 3 * 2 + 5 * 2) + 2;
    count_both(&space, expected);
    is_int(space_count(&space), expected, "which is what the space counts");
    bool same = true;
    for (uint64_t i = 0; i < expected; i++) {
        double u[5];
        space_point(&space, i, u);
        same = same && space_index(&space, u) == i;
    }
    ok(same, "and the numbers of the points are theirs");
    space_clear(&space);
}

// Ten families with a number each: a product without end, but few points.
static void test_families(void)
{
    struct space space;
    struct condition conditions[10];
    struct param params[11] = {[10] = {.kind = PARAM_CATEGORICAL, .n_levels = 10}};
    for (size_t i = 0; i < 10; i++) {
        conditions[i] = (struct condition){10, (uint64_t)1 << i};
        params[i] = (struct param){.kind = PARAM_INT, .lo = 1, .hi = 100, .conditions = &conditions[i], .n_conditions = 1};
    }
    init(&space, params, 11);
    is_int(space_count(&space), 1000, "points");
    space_clear(&space);
    params[0].hi = 9102;
    init(&space, params, 11);
    ok(space_count(&space) == SPACE_UNCOUNTED && space_is_finite(&space), "above %d it is not counted", SPACE_LISTED);
    space_clear(&space);
}

int main(void)
{
    TAP_RUN(test_plain);
    TAP_RUN(test_huge);
    TAP_RUN(test_conditions);
    TAP_RUN(test_families);
    return tap_done();
}
