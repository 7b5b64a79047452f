// What is taken: seen points, crowded points, finite spaces until they are exhausted and after.
#include "optimizer/taken.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tests/tap.h"

enum { MANY = 512 };

struct fixture {
    struct problem problem;
    struct metric metric;
    struct space space;
    struct trial trials[MANY];
    double x[MANY][2], value[MANY];
    const double *pending[MANY];
    struct history history;
    struct evidence evidence;
    struct taken taken;
};

static void fixture_init(struct fixture *f, const struct param *params, size_t p)
{
    memset(f, 0, sizeof *f);
    f->metric = (struct metric){.strategy = METRIC_OPTIMIZE};
    f->problem = (struct problem){.params = params, .n_params = p, .metrics = &f->metric, .n_metrics = 1};
    space_init(&f->space, &f->problem);
    f->history = (struct history){.trials = f->trials, .pending = f->pending};
}

static void add(struct fixture *f, double a, double b, bool failed, double value)
{
    size_t i = f->history.n_trials++;
    f->x[i][0] = a;
    f->x[i][1] = b;
    f->value[i] = value;
    f->trials[i] = (struct trial){.x = f->x[i], .failed = failed, .value = &f->value[i], .sequence = i + 1};
}

static void look(struct fixture *f, double box)
{
    evidence_clear(&f->evidence);
    taken_clear(&f->taken);
    evidence_init(&f->evidence, &f->space, &f->problem, &f->history);
    taken_init(&f->taken, &f->space, &f->evidence, &f->history, box);
}

static void fixture_clear(struct fixture *f)
{
    taken_clear(&f->taken);
    evidence_clear(&f->evidence);
    space_clear(&f->space);
}

static const struct param square[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
static const struct param board[] = {{.kind = PARAM_INT, .lo = 1, .hi = 3}, {.kind = PARAM_CATEGORICAL, .n_levels = 4}};
static const struct param large[] = {{.kind = PARAM_INT, .lo = 0, .hi = 199}, {.kind = PARAM_INT, .lo = 0, .hi = 99}};

static void test_near(void)
{
    struct fixture f;
    fixture_init(&f, square, 2);
    look(&f, 1);
    is_near(taken_near_share(&f.taken), 0, 0, "nothing was tried: nothing was near");
    add(&f, 0.2, 0.2, false, 1);
    add(&f, 0.2, 0.209, true, 0);
    add(&f, 0.8, 0.2, false, 2);
    add(&f, 0.209, 0.2, false, 3);
    look(&f, 1);
    ok(taken_near(&f.taken, (const double[]){0.805, 0.195}), "near a success");
    ok(taken_near(&f.taken, (const double[]){0.2, 0.218}), "near a failure");
    ok(!taken_near(&f.taken, (const double[]){0.2, 0.22}), "not near");
    is_near(taken_near_share(&f.taken), 0.5, 1e-12, "two of four trials were near an earlier one");
    fixture_clear(&f);
}

static void test_continuous(void)
{
    struct fixture f;
    const double open[] = {0.7, 0.7};
    fixture_init(&f, square, 2);
    add(&f, 0.2, 0.3, true, 0);
    add(&f, 2.5, 0.3, false, 1); // outside of today's space
    f.pending[0] = open;
    f.history.n_pending = 1;
    look(&f, 0.5);
    ok(taken_seen(&f.taken, (double[]){0.2, 0.3}), "a trial");
    ok(taken_seen(&f.taken, (double[]){0.2 + 5e-7, 0.3}), "or nearly so");
    ok(!taken_seen(&f.taken, (double[]){0.2 + 5e-6, 0.3}), "but not this near it");
    ok(!taken_seen(&f.taken, (double[]){1, 0.3}), "a trial outside the space blocks nothing");
    ok(taken_seen(&f.taken, (double[]){0.7, 0.7}), "an open suggestion");
    ok(taken_crowded(&f.taken, (double[]){0.7, 0.7049}), "near an open suggestion: 0.01 of the box");
    ok(!taken_crowded(&f.taken, (double[]){0.7, 0.7051}), "farther away");
    is_near(taken_distance(&f.taken, (double[]){0.2, 0.6}), 0.5, 1e-12, "largest coordinate distance");
    fixture_clear(&f);
}

static void test_crowded_everywhere(void)
{
    static const struct param line[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
    struct fixture f;
    struct random random = random_stream(1, 1, 1);
    double u[1] = {-1};
    fixture_init(&f, line, 1);
    for (size_t i = 0; i < 120; i++) {
        f.x[i][0] = (double)i / 119;
        f.pending[i] = f.x[i];
    }
    f.history.n_pending = 120;
    look(&f, 1);
    ok(taken_draw_unseen(&f.taken, &random, u), "there is still a point that nobody has seen");
    ok(taken_distance(&f.taken, u) > 0.003, "and as far from the others as chance brings: %g", taken_distance(&f.taken, u));
    fixture_clear(&f);
}

// Draws unseen points until there are none; returns how many, or 0 when one was a repeat.
static size_t exhaust(struct fixture *f, size_t limit)
{
    for (size_t k = 0; k < limit; k++) {
        double u[2], x[2];
        struct random random = random_stream(5, k, 0);
        look(f, 1);
        if (!taken_draw_unseen(&f->taken, &random, u))
            return k;
        if (taken_seen(&f->taken, u))
            return 0;
        space_natural(&f->space, u, x);
        add(f, x[0], x[1], k % 3 != 0, (double)k);
    }
    return limit;
}

static void test_small(void)
{
    struct fixture f;
    double u[2], x[2], *list;
    struct random random = random_stream(5, 99, 0);
    fixture_init(&f, board, 2);
    look(&f, 1);
    is_int(taken_list_unseen(&f.taken, &list), 12, "nothing is seen at first");
    free(list);
    is_int(exhaust(&f, 100), 12, "every point once");
    is_int(taken_list_unseen(&f.taken, &list), 0, "all are seen");
    free(list);
    ok(!taken_draw_unseen(&f.taken, &random, u), "and now a repeat");
    space_natural(&f.space, u, x);
    is_near(x[0], f.x[0][0], 0, "of the best success");
    is_near(x[1], f.x[0][1], 0, "of the best success");
    f.pending[0] = f.x[0];
    f.history.n_pending = 1;
    look(&f, 1);
    taken_draw_unseen(&f.taken, &random, u);
    space_natural(&f.space, u, x);
    ok(fabs(x[0] - f.x[3][0]) + fabs(x[1] - f.x[3][1]) < 1e-12, "while that is open, of the next one");
    fixture_clear(&f);
}

static void test_failed_last(void)
{
    static const struct param coin[] = {{.kind = PARAM_CATEGORICAL, .n_levels = 2}};
    struct fixture f;
    double u[1], x[1];
    struct random random = random_stream(1, 1, 1);
    fixture_init(&f, coin, 1);
    add(&f, 0, 0, true, 0);
    add(&f, 1, 0, false, 5);
    look(&f, 1);
    ok(!taken_draw_unseen(&f.taken, &random, u), "both seen");
    space_natural(&f.space, u, x);
    is_near(x[0], 1, 0, "the success is repeated");
    const double one[] = {1};
    for (size_t i = 0; i < 50; i++)
        f.pending[i] = one;
    f.history.n_pending = 50;
    look(&f, 1);
    taken_draw_unseen(&f.taken, &random, u);
    space_natural(&f.space, u, x);
    is_near(x[0], 1, 0, "even when it is open many times");
    add(&f, 1, 0, true, 0);
    add(&f, 1, 0, true, 0);
    look(&f, 1);
    taken_draw_unseen(&f.taken, &random, u);
    space_natural(&f.space, u, x);
    is_near(x[0], 0, 0, "labels contradict: what failed least often");
    fixture_clear(&f);
}

// What worked three times of four is repeated before what never worked, whatever the value.
static void test_failed_has_no_value(void)
{
    static const struct param coin[] = {{.kind = PARAM_CATEGORICAL, .n_levels = 2}};
    size_t wrong = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct fixture f;
        double u[1], x[1], never = (double)(seed % 2);
        struct random random = random_stream(seed, 1, 1);
        fixture_init(&f, coin, 1);
        f.metric.maximize = seed % 4 >= 2;
        add(&f, never, 0, true, 0);
        for (size_t i = 0; i < 4; i++)
            add(&f, 1 - never, 0, i == seed % 3, f.metric.maximize ? -5 : 5);
        look(&f, 1);
        taken_draw_unseen(&f.taken, &random, u);
        space_natural(&f.space, u, x);
        wrong += fabs(x[0] - never) < 0.5;
        fixture_clear(&f);
    }
    is_int(wrong, 0, "of 50: as many failures, but no success");
}

static void test_large(void)
{
    struct fixture *f = mem_calloc(1, sizeof *f);
    fixture_init(f, large, 2);
    is_int(space_count(&f->space), 20000, "too many to enumerate");
    is_int(exhaust(f, 300), 300, "300 unseen points");
    fixture_clear(f);
    free(f);
}

// More points than can be listed, and open suggestions within reach of each: some point that nobody has seen is found all the same.
static void test_large_and_crowded(void)
{
    static const struct param fine[] = {{.kind = PARAM_INT, .lo = 0, .hi = 20000}};
    struct fixture f;
    size_t wrong = 0;
    fixture_init(&f, fine, 1);
    for (size_t i = 0; i <= 200; i++) {
        f.x[i][0] = (double)(100 * i);
        f.pending[i] = f.x[i];
    }
    f.history.n_pending = 201;
    look(&f, 1);
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct random random = random_stream(5, seed, 0);
        double u[1] = {-1}, x[1];
        bool found = taken_draw_unseen(&f.taken, &random, u);
        space_natural(&f.space, u, x);
        wrong += !found || taken_seen(&f.taken, u) || !taken_crowded(&f.taken, u) || x[0] < 0 || x[0] > 20000 || floor(x[0]) < x[0];
    }
    is_int(wrong, 0, "of 50 streams without an unseen point");
    fixture_clear(&f);
}

static void test_list_prefers_free(void)
{
    static const struct param fine[] = {{.kind = PARAM_INT, .lo = 0, .hi = 999}};
    struct fixture f;
    const double open[] = {500};
    double *list;
    bool all_free = true;
    fixture_init(&f, fine, 1);
    f.pending[0] = open;
    f.history.n_pending = 1;
    look(&f, 1);
    size_t n = taken_list_unseen(&f.taken, &list);
    for (size_t i = 0; i < n; i++)
        all_free = all_free && taken_free(&f.taken, list + i);
    ok(n < 999 && n > 970 && all_free, "only free points are listed while there are any: %zu", n);
    free(list);
    fixture_clear(&f);
}

// x + y <= 1, and x believed to be about 0.8: random points are inside, not on the border, and spread like what the constraint leaves of
// the prior: above 0.7 lies the share 0.722 of it, the integral of (1 - x) n(x) there divided by that over all x.
static void test_prior_under_constraint(void)
{
    static const struct param believed[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1, .prior = {PRIOR_NORMAL, 0.8, 0.1}},
                                            {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
    static const double weight[] = {1, 1};
    static const struct linear_constraint constraint = {.weight = weight, .threshold = 1};
    size_t on_border = 0, outside = 0, near_prior = 0;
    struct fixture f;
    fixture_init(&f, believed, 2);
    space_clear(&f.space);
    f.problem.constraints = &constraint;
    f.problem.n_constraints = 1;
    space_init(&f.space, &f.problem);
    look(&f, 1);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct random random = random_stream(seed, 1, 1);
        double u[2];
        taken_draw_unseen(&f.taken, &random, u);
        on_border += u[0] + u[1] > 1 - 1e-6;
        outside += u[0] + u[1] > 1;
        near_prior += u[0] > 0.7;
    }
    is_int(on_border, 0, "points on the border");
    is_int(outside, 0, "points beyond it");
    is_near((double)near_prior / 2000, 0.722, 0.05, "the prior is heard");
    fixture_clear(&f);
}

int main(void)
{
    TAP_RUN(test_near);
    TAP_RUN(test_continuous);
    TAP_RUN(test_crowded_everywhere);
    TAP_RUN(test_small);
    TAP_RUN(test_failed_last);
    TAP_RUN(test_failed_has_no_value);
    TAP_RUN(test_large);
    TAP_RUN(test_prior_under_constraint);
    TAP_RUN(test_large_and_crowded);
    TAP_RUN(test_list_prefers_free);
    return tap_done();
}
