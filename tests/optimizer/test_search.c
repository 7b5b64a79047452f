// The search: candidates stay in the box, the best is found, exploration keeps away from what is known and from risk.
#include "optimizer/search.h"

#include <math.h>

#include "optimizer/runtime.h"
#include "tests/tap.h"

enum { N = 6 };

static const struct param square[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};
static const struct metric metric = {.strategy = METRIC_OPTIMIZE};
static const struct problem problem = {.params = square, .n_params = 2, .metrics = &metric, .n_metrics = 1};

// The left half works, and the value falls towards x = 0.4.
static const double points[N][2] = {{0.1, 0.5}, {0.3, 0.2}, {0.35, 0.8}, {0.7, 0.3}, {0.9, 0.6}, {0.75, 0.9}};
static const bool success[N] = {true, true, true, false, false, false};

struct fixture {
    struct space space;
    struct trial trials[N];
    double value[N];
    struct history history;
    struct evidence evidence;
    struct taken taken;
    struct gp *gp;
    struct feasibility *feasibility;
    struct acquisition acquisition;
    double top[2];
    struct search search;
};

static void condition(struct fixture *f)
{
    double y[3];
    for (size_t i = 0; i < 3; i++)
        y[i] = f->value[i];
    f->gp = gp_create(
        &(struct gp_data){.x = f->evidence.z, .n = 3, .d = 2, .group = f->space.group, .n_groups = 2, .y = y});
    f->feasibility = feasibility_create(&(struct feasibility_data){.x = f->evidence.z,
                                                                   .n = N,
                                                                   .d = 2,
                                                                   .group = f->space.group,
                                                                   .n_groups = 2,
                                                                   .success = success,
                                                                   .lapse = FEASIBILITY_LAPSE});
    const double theta[] = {log(0.4), log(0.4), 0, log(1e-6)}, theta_c[] = {log(0.6), log(0.6), log(400), 0.5};
    is_int(gp_condition(f->gp, theta, NULL), ERR_NONE, "a model of the value");
    is_int(feasibility_condition(f->feasibility, theta_c, NULL), ERR_NONE, "a model of feasibility");
}

static void fixture_init(struct fixture *f, double box)
{
    *f = (struct fixture){.top = {0.35, 0.8}};
    space_init(&f->space, &problem);
    for (size_t i = 0; i < N; i++) {
        f->value[i] = fabs(points[i][0] - 0.4) * 4 - 1;
        f->trials[i] = (struct trial){.x = points[i], .failed = !success[i], .value = &f->value[i], .sequence = i + 1};
    }
    f->history = (struct history){.trials = f->trials, .n_trials = N};
    evidence_init(&f->evidence, &f->space, &problem, &f->history);
    taken_init(&f->taken, &f->space, &f->evidence, &f->history, box);
    condition(f);
    f->acquisition = (struct acquisition){.space = &f->space,
                                          .objectives = {{.gp = f->gp}},
                                          .feasibility = f->feasibility,
                                          .success = ACQUISITION_SUCCESS,
                                          .best = f->value[2],
                                          .box = box};
    f->search = (struct search){.acquisition = &f->acquisition,
                                .taken = &f->taken,
                                .tops = f->top,
                                .n_tops = 1,
                                .random = random_stream(1, 2, 3),
                                .key = random_key(1, 2, 4)};
    is_int(search_begin(&f->search, NULL), ERR_NONE, "a pool");
}

static void fixture_clear(struct fixture *f)
{
    search_clear(&f->search);
    gp_destroy(f->gp);
    feasibility_destroy(f->feasibility);
    taken_clear(&f->taken);
    evidence_clear(&f->evidence);
    space_clear(&f->space);
}

static void test_box(void)
{
    struct fixture f;
    fixture_init(&f, 0.2);
    is_int(search_improve(&f.search, 0.5, NULL), ERR_NONE, "improve");
    bool inside = true;
    for (size_t i = 0; i < f.search.n; i++)
        for (size_t k = 0; k < 2; k++)
            inside = inside && fabs(f.search.u[2 * i + k] - f.top[k]) <= 0.1 + 1e-12;
    ok(f.search.n > 512 && inside, "%zu candidates, all in the box", f.search.n);
    fixture_clear(&f);
}

static void test_best(void)
{
    struct fixture f;
    struct score score, other;
    double u[2];
    fixture_init(&f, 1);
    size_t n = f.search.n;
    is_int(search_improve(&f.search, 0.5, NULL), ERR_NONE, "improve");
    search_choose(&f.search, 0.5, u, &score);
    double value = acquisition_value(&f.acquisition, &score, 0.5);
    bool best = true;
    for (size_t i = 0; i < n; i++)
        best = best && acquisition_value(&f.acquisition, &f.search.scores[i], 0.5) <= value;
    ok(best, "better than everything in the pool");
    acquisition_score(&f.acquisition, u, 1, &other);
    is_near(other.merit, score.merit, 1e-9, "the score is that of the point");
    ok(exp(score.log_pof) >= 0.5, "above the floor: %g", exp(score.log_pof));
    ok(search_safest(&f.search) >= score.log_pof && search_safest(&f.search) <= 0, "nothing is safer than the safest");
    fixture_clear(&f);
}

static void test_explore(void)
{
    struct fixture f;
    struct score score;
    double u[2] = {-1, -1};
    fixture_init(&f, 1);
    ok(search_explore(&f.search, f.evidence.z, N, u, &score), "there is something to learn");
    ok(!taken_near(&f.taken, u), "apart from all trials");
    double safe = 0, farthest = 0; // the required probability, and the distance that it allows
    for (size_t i = 0; i < f.search.n; i++)
        if (!taken_near(&f.taken, f.search.u + 2 * i))
            safe = fmax(safe, exp(f.search.scores[i].log_pof));
    safe = fmin(safe, SEARCH_SAFE);
    for (size_t i = 0; i < f.search.n; i++)
        if (exp(f.search.scores[i].log_pof) >= safe && !taken_near(&f.taken, f.search.u + 2 * i))
            farthest = fmax(farthest, acquisition_isolation(f.search.u + 2 * i, f.evidence.z, N, 2));
    ok(exp(score.log_pof) >= safe && safe > 0.7, "at little risk: %g", exp(score.log_pof));
    double isolation = acquisition_isolation(u, f.evidence.z, N, 2);
    is_near(isolation, farthest, 1e-12, "as far from what is known as the safe part allows");
    fixture_clear(&f);
}

// In a box in which everything is near the incumbent.
static void test_explore_around_the_box(void)
{
    struct fixture f;
    struct score score;
    double u[2] = {-1, -1};
    fixture_init(&f, 0.01);
    bool near = true;
    for (size_t i = 0; i < f.search.n; i++)
        near = near && taken_near(&f.taken, f.search.u + 2 * i);
    ok(near, "all of the pool is near a trial");
    ok(search_explore(&f.search, f.evidence.z, N, u, &score), "the box' surroundings are looked through");
    ok(!taken_near(&f.taken, u), "for a point apart from all trials");
    ok(fabs(u[0] - f.top[0]) <= 0.08 && fabs(u[1] - f.top[1]) <= 0.08, "and not far away: %g %g", u[0], u[1]);
    fixture_clear(&f);
}

static void test_nothing_to_explore(void)
{
    struct fixture f;
    struct score score;
    double u[2] = {-1, -1};
    fixture_init(&f, 0.01);
    f.search.enumerated = true; // as if the pool were all there is
    ok(!search_explore(&f.search, f.evidence.z, N, u, &score), "all there is is near the incumbent");
    is_near(u[0], -1, 0, "nothing is written");
    fixture_clear(&f);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_box);
    TAP_RUN(test_best);
    TAP_RUN(test_explore);
    TAP_RUN(test_explore_around_the_box);
    TAP_RUN(test_nothing_to_explore);
    return tap_done();
}
