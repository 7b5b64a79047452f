// Regions: summits among the successes, whose turn it is, and what belongs to it.
#include "optimizer/regions.h"

#include "tests/problems/functions.h"
#include "tests/problems/loop.h"
#include "tests/optimizer/properties.h"
#include "tests/tap.h"

enum { N = 6 };

static const struct param params[] = {DOUBLE(0, 1), {.kind = PARAM_CATEGORICAL, .n_levels = 2}};
static const struct metric metric = {.strategy = METRIC_OPTIMIZE};

struct fixture {
    struct space space;
    struct evidence evidence;
};

// Two hills on the line in category 0, one in category 1; order is that of the trials.
static void fixture_init(struct fixture *f)
{
    static const double x[N][2] = {{0.1, 0}, {0.15, 0}, {0.12, 1}, {0.9, 0}, {0.3, 0}, {0.8, 0}}, value[N] = {1, 2, 3, 4, 5, 6};
    static struct trial trials[N];
    const struct problem problem = {.params = params, .n_params = 2, .metrics = &metric, .n_metrics = 1};
    for (size_t i = 0; i < N; i++)
        trials[i] = (struct trial){.x = x[i], .value = &value[i], .sequence = i + 1};
    space_init(&f->space, &problem);
    evidence_init(&f->evidence, &f->space, &problem, &(struct history){.trials = trials, .n_trials = N});
}

static void fixture_clear(struct fixture *f)
{
    evidence_clear(&f->evidence);
    space_clear(&f->space);
}

// Whether a point near the first, in the other category, and far away is open, in each turn of everywhere and three regions.
static void check_turns(const struct fixture *f, const size_t *order, const bool want[4][3], const char *name)
{
    static const double near_first[] = {0.2, 0.25}, other_category[] = {0.2, 0.75}, far[] = {0.7, 0.25};
    struct regions regions;
    for (size_t n_model = 0; n_model < 16; n_model++) {
        regions_init(&regions, &f->space, &f->evidence, order, N, 3, n_model);
        const bool *turn = want[n_model / 2 % 4];
        ok(regions_hold(&regions, near_first) == turn[0] && regions_hold(&regions, other_category) == turn[1] &&
               regions_hold(&regions, far) == turn[2], "%s: turn %zu", name, n_model);
        regions_clear(&regions);
    }
}

static void test_regions(void)
{
    static const double near_first[] = {0.2, 0.25}, far[] = {0.7, 0.25};
    static const size_t one_each[N] = {0, 2, 3, 1, 4, 5}, crowded[N] = {0, 1, 2, 3, 4, 5};
    struct fixture f;
    struct regions regions;
    fixture_init(&f);
    check_turns(&f, one_each, (const bool[][3]){{1, 1, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, "one of the best three in each");
    check_turns(&f, crowded, (const bool[][3]){{0, 1, 1}, {0, 0, 1}, {0, 1, 0}, {0, 0, 1}}, "two in the first, none in the last");
    regions_init(&regions, &f.space, &f.evidence, crowded, N, 5, 2 * 4);
    ok(regions_hold(&regions, far) && !regions_hold(&regions, near_first), "a region that does not exist yet: all that are not crowded");
    regions_clear(&regions);
    regions_init(&regions, &f.space, &f.evidence, crowded, 1, 5, 2 * 1);
    ok(regions_hold(&regions, far) && regions_hold(&regions, near_first), "a single region: everywhere");
    regions_clear(&regions);
    regions_init(&regions, &f.space, &f.evidence, crowded, N, 1, 2);
    is_int(regions.n, 0, "one solution: everywhere");
    regions_clear(&regions);
    regions_init(&regions, &f.space, &f.evidence, one_each, N, INT64_MAX, 2);
    is_int(regions.n, 3, "as many as anybody asks for: those there are");
    regions_clear(&regions);
    fixture_clear(&f);
}

static double two_hills(double x)
{
    return fmin(square(x - 0.2), square(x - 0.8) + 0.02); // the second one is worse
}

// Evaluations within 0.01 of the worse of two minima.
static size_t visits(size_t n_solutions, const char **broken)
{
    static const struct param line[] = {DOUBLE(0, 1)};
    const struct problem problem = {.params = line, .n_params = 1, .metrics = &metric, .n_metrics = 1, .n_solutions = n_solutions,
                                    .tolerance = TOLERANCE_BALANCED};
    struct loop loop;
    size_t near = 0;
    loop_init(&loop, &problem, 1, 40);
    *broken = NULL;
    for (size_t i = 0; i < 36; i++) {
        double x;
        struct suggestion suggestion = {.x = &x};
        if (i % 6 == 5 && *broken == NULL)
            *broken = properties_broken(&problem, &loop.history, NULL);
        loop_suggest(&loop, &suggestion);
        near += fabs(x - 0.8) < 0.01;
        loop_report(&loop, fabs(x - 0.5) < 0.1, two_hills(x));
    }
    loop_clear(&loop);
    return near;
}

static void test_visits(void)
{
    const char *broken;
    size_t plain = visits(1, &broken), several = visits(2, &broken);
    ok(broken == NULL, "all answers have their properties: %s", broken != NULL ? broken : "yes");
    ok(several >= 3 && several > plain, "the worse minimum is looked at: %zu times, else %zu", several, plain);
}

int main(void)
{
    TAP_RUN(test_regions);
    TAP_RUN(test_visits);
    return tap_done();
}
