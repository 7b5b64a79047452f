// Kernel columns of a categorical parameter with very many levels.
#include "optimizer/levels.h"

#include "base/memory.h"
#include "optimizer/space.h"
#include "tests/tap.h"

enum { MANY = 10000, TRIALS = 300 };

static const struct metric metric = {.strategy = METRIC_OPTIMIZE};

static void test_few_tried(void)
{
    static size_t column[MANY];
    const double x[][2] = {{0, 7}, {0, 9000}, {0, -1}, {0, 7}, {0, NAN}};
    struct trial trials[5] = {{.x = x[0]}, {.x = x[1]}, {.x = x[2]}, {.x = x[3]}, {.x = x[4]}};
    const struct history history = {.trials = trials, .n_trials = 5};
    is_int(levels_assign(&history, 1, MANY, column), 2 + LEVELS_SHARED, "a column for each level tried, and the shared ones");
    is_int(column[7], 0, "the level tried most");
    is_int(column[9000], 1, "the other one");
    size_t wrong = 0;
    for (size_t j = 0; j < MANY; j++)
        wrong += j != 7 && j != 9000 && column[j] != 2 + j % LEVELS_SHARED;
    is_int(wrong, 0, "the rest by their number");
}

static void test_many_tried(void)
{
    static size_t column[MANY];
    static double x[TRIALS + 1];
    static struct trial trials[TRIALS + 1];
    for (size_t i = 0; i <= TRIALS; i++) {
        x[i] = i == TRIALS ? TRIALS - 1 : (double)i; // the last level twice
        trials[i].x = &x[i];
    }
    const struct history history = {.trials = trials, .n_trials = TRIALS + 1};
    is_int(levels_assign(&history, 0, MANY, column), LEVELS_MANY, "never more columns than that");
    is_int(column[TRIALS - 1], 0, "what was tried more often comes first");
    is_int(column[0], 1, "then the lower levels");
    ok(column[TRIALS - 2] >= LEVELS_OWN, "there is no room for all");
}

static double distance(const struct space *space, double a, double b)
{
    double za[2 + LEVELS_MANY] = {0}, zb[2 + LEVELS_MANY] = {0}, sum = 0;
    const double xa[] = {0.5, a, 0.5}, xb[] = {0.5, b, 0.5};
    double ua[3], direct[2 + LEVELS_MANY] = {0}, off = 0;
    space_locate(space, xa, ua, za);
    space_encode(space, ua, direct);
    space_locate(space, xb, NULL, zb);
    for (size_t c = 0; c < space->d; c++) {
        sum += (za[c] - zb[c]) * (za[c] - zb[c]);
        off += fabs(za[c] - direct[c]);
    }
    ok(off < 1e-12, "a candidate has the columns of its natural values");
    return sqrt(sum);
}

static void test_space(void)
{
    const struct param params[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1},
                                   {.kind = PARAM_CATEGORICAL, .n_levels = MANY},
                                   {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
    const struct problem problem = {.params = params, .n_params = 3, .metrics = &metric, .n_metrics = 1};
    const double x[][3] = {{0.1, 7, 0.2}, {0.3, 9000, 0.4}};
    const struct trial trials[] = {{.x = x[0]}, {.x = x[1]}};
    const struct history history = {.trials = trials, .n_trials = 2};
    struct space space;
    space_init(&space, &problem);
    is_int(space.d, MANY + 2, "a column for each level");
    space_share(&space, &history);
    is_int(space.d, 2 + 2 + LEVELS_SHARED, "or only for those that matter");
    is_int(space.group[space.d - 1], 2, "what follows has moved");
    is_int(space.group[space.d - 2], 1, "all of them belong to the parameter");
    is_near(distance(&space, 7, 9000), 1, 1e-12, "levels tried are 1 apart");
    is_near(distance(&space, 7, 8), 1, 1e-12, "so are a level tried and another");
    is_near(distance(&space, 8, 9), 1, 1e-12, "and two others");
    is_near(distance(&space, 8, 8 + LEVELS_SHARED), 0, 1e-12, "but for those that share a column");
    space_clear(&space);
    const struct param few[] = {params[0], {.kind = PARAM_CATEGORICAL, .n_levels = LEVELS_MANY}};
    const struct problem small = {.params = few, .n_params = 2, .metrics = &metric, .n_metrics = 1};
    space_init(&space, &small);
    space_share(&space, &history);
    is_int(space.d, 1 + LEVELS_MANY, "up to here each level keeps its column");
    space_clear(&space);
}

int main(void)
{
    TAP_RUN(test_few_tried);
    TAP_RUN(test_many_tried);
    TAP_RUN(test_space);
    return tap_done();
}
