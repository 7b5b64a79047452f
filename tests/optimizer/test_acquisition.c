// The acquisition function against reference values and in its special cases.
#include "optimizer/acquisition.h"

#include "optimizer/runtime.h"
#include "optimizer/special.h"
#include "reference.h"
#include "tests/tap.h"

static const struct param square[] = {{.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}, {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1}};

struct fixture {
    struct space space;
    struct gp *gp;
    struct feasibility *feasibility;
    struct acquisition acquisition;
};

static void fixture_init(struct fixture *f)
{
    const struct metric metric = {.strategy = METRIC_OPTIMIZE};
    const struct problem problem = {.params = square, .n_params = 2, .metrics = &metric, .n_metrics = 1};
    double x[REFERENCE_OK * REFERENCE_D], theta[4];
    space_init(&f->space, &problem);
    for (size_t i = 0; i < REFERENCE_OK; i++)
        memcpy(x + i * REFERENCE_D, reference_x + reference_ok_rows[i] * REFERENCE_D, REFERENCE_D * sizeof *x);
    f->gp = gp_create(&(struct gp_data){
        .x = x, .n = REFERENCE_OK, .d = REFERENCE_D, .group = reference_group, .n_groups = 2, .y = reference_standardised});
    for (size_t i = 0; i < 4; i++)
        theta[i] = log(reference_gp_natural[i]);
    is_int(gp_condition(f->gp, theta, NULL), ERR_NONE, "regression");
    f->feasibility = feasibility_create(&(struct feasibility_data){.x = reference_x,
                                                                   .n = REFERENCE_N,
                                                                   .d = REFERENCE_D,
                                                                   .group = reference_group,
                                                                   .n_groups = 2,
                                                                   .success = reference_success,
                                                                   .lapse = reference_cls_lapse[1]});
    for (size_t i = 0; i < 3; i++)
        theta[i] = log(reference_cls_natural[i]);
    theta[3] = reference_cls_mean;
    is_int(feasibility_condition(f->feasibility, theta, NULL), ERR_NONE, "classification");
    f->acquisition = (struct acquisition){
        .space = &f->space, .objectives = {{.gp = f->gp}}, .feasibility = f->feasibility, .success = 1e-5,
        .best = reference_best, .box = 1}; // c of the reference
}

static void fixture_clear(struct fixture *f)
{
    gp_destroy(f->gp);
    feasibility_destroy(f->feasibility);
    space_clear(&f->space);
}

static void test_reference(void)
{
    static const double floors[] = {0.5, 0.9};
    struct fixture f;
    struct score scores[REFERENCE_TESTS];
    fixture_init(&f);
    acquisition_score(&f.acquisition, reference_points, REFERENCE_TESTS, scores);
    for (size_t i = 0; i < REFERENCE_TESTS; i++) {
        is_near(scores[i].merit, reference_log_ei[i], 1e-9, "log EI");
        is_near(scores[i].log_pof, reference_cls_log_pof[1][i], 1e-9, "log PoF");
        for (size_t k = 0; k < 2; k++)
            is_near(acquisition_value(&f.acquisition, &scores[i], floors[k]), reference_acquisition[k][i], 1e-9, "A");
        ok(acquisition_is_filler(&f.acquisition, &scores[i]) == (reference_ei[i] < 1e-5), "a filler or not");
    }
    fixture_clear(&f);
}

static void test_missing_models(void)
{
    struct fixture f;
    struct score score;
    const double *u = reference_points;
    fixture_init(&f);
    f.acquisition.feasibility = NULL;
    acquisition_score(&f.acquisition, u, 1, &score);
    is_near(acquisition_value(&f.acquisition, &score, 0.9), reference_log_ei[0], 1e-9, "nothing failed: log EI alone");
    f.acquisition.feasibility = f.feasibility;
    f.acquisition.objectives[0].gp = NULL;
    acquisition_score(&f.acquisition, u, 1, &score);
    is_near(acquisition_value(&f.acquisition, &score, 0.5), 0.5 * log(reference_cls_var[1][0]) + reference_cls_log_pof[1][0], 1e-9,
            "one success: uncertainty of the border");
    ok(!acquisition_is_filler(&f.acquisition, &score), "no filler without an objective");
    f.acquisition.feasibility = NULL;
    f.acquisition.known = reference_x;
    f.acquisition.n_known = 1;
    acquisition_score(&f.acquisition, u, 1, &score);
    is_near(acquisition_value(&f.acquisition, &score, 0.5), log(0.16 + 0.09), 1e-9, "no model: distance to what is known");
    f.acquisition.n_known = 0;
    acquisition_score(&f.acquisition, u, 1, &score);
    ok(isfinite(acquisition_value(&f.acquisition, &score, 0.5)), "or nothing known at all");
    fixture_clear(&f);
}

static void test_noise(void)
{
    struct fixture f;
    struct score plain, less;
    fixture_init(&f);
    acquisition_score(&f.acquisition, reference_points, 1, &plain);
    f.acquisition.objectives[0].noise = 0.5 * reference_gp_var[0];
    acquisition_score(&f.acquisition, reference_points, 1, &less);
    is_near(less.merit, special_log_ei(reference_gp_mu[0], 0.5 * reference_gp_var[0], reference_best), 1e-9,
            "noise is taken from the variance");
    f.acquisition.objectives[0].noise = 2 * reference_gp_var[0];
    acquisition_score(&f.acquisition, reference_points, 1, &less);
    ok(less.merit < plain.merit && less.merit > -1e300, "which stays positive");
    fixture_clear(&f);
}

static void test_open(void)
{
    struct fixture f;
    struct score apart, here, near;
    const double open[] = {0.9, 0.9, 0.5, 0.5}, beside[] = {0.5, 0.525};
    fixture_init(&f);
    acquisition_score(&f.acquisition, reference_points, 1, &apart);
    is_near(apart.distance, 0, 0, "no term without open suggestions");
    f.acquisition.open = open;
    f.acquisition.n_open = 2;
    f.acquisition.box = 0.5;
    acquisition_score(&f.acquisition, reference_points, 1, &here);
    is_near(here.distance, log(1e-300), 1e-9, "on an open suggestion");
    acquisition_score(&f.acquisition, beside, 1, &near);
    is_near(near.distance, log(1 - exp(-1.0)), 1e-9, "one radius away, which is 0.05 of the box");
    struct score odd = {.merit = NAN};
    ok(acquisition_value(&f.acquisition, &odd, 0.5) < -1e200, "no number is worth nothing");
    fixture_clear(&f);
}

static void test_many(void)
{
    enum { M = 700 };
    struct fixture f;
    static double u[2 * M];
    static struct score scores[M];
    struct score one;
    fixture_init(&f);
    for (size_t i = 0; i < 2 * M; i++)
        u[i] = (double)((i * 7919) % 1009) / 1009;
    acquisition_score(&f.acquisition, u, M, scores);
    bool same = true;
    for (size_t i = 0; i < M; i += 37) {
        acquisition_score(&f.acquisition, u + 2 * i, 1, &one);
        same = same && fabs(one.merit - scores[i].merit) <= 1e-9 * fabs(one.merit) &&
               fabs(one.log_pof - scores[i].log_pof) <= 1e-9;
    }
    ok(same, "candidates scored together are scored as alone");
    fixture_clear(&f);
}

// The probability of the constraints beside that of success; alone it decides while nothing satisfies them.
static void test_satisfying(void)
{
    struct fixture f;
    struct score scores[REFERENCE_TESTS];
    fixture_init(&f);
    const struct bound bounds[] = {{.gp = f.gp, .threshold = 0.3, .noise = 0.01}, {.gp = f.gp, .threshold = -0.5}};
    f.acquisition.aim = AIM_SATISFYING;
    f.acquisition.objectives[0].gp = NULL;
    f.acquisition.bounds = bounds;
    f.acquisition.n_bounds = 2;
    acquisition_score(&f.acquisition, reference_points, REFERENCE_TESTS, scores);
    for (size_t i = 0; i < REFERENCE_TESTS; i++) {
        double mu = reference_gp_mu[i], var = reference_gp_var[i];
        double log_p = special_log_cdf((0.3 - mu) / sqrt(var + 0.01)) + special_log_cdf((-0.5 - mu) / sqrt(var));
        is_near(scores[i].merit, 0, 0, "nothing else counts");
        is_near(scores[i].log_constraints, log_p, 1e-7, "the probability that both hold, with the noise");
        is_near(acquisition_value(&f.acquisition, &scores[i], 1e-9), scores[i].log_pof + log_p, 1e-7, "and that it works");
        ok(!acquisition_is_filler(&f.acquisition, &scores[i]), "no filler");
    }
    ok(!acquisition_is_blind(&f.acquisition), "there is an aim");
    fixture_clear(&f);
}

static void test_front(void)
{
    struct fixture f;
    struct score scores[REFERENCE_TESTS];
    const double first[] = {-0.5, 0.5}, second[] = {0.5, -0.5}, ref[] = {1, 1};
    struct front front;
    fixture_init(&f);
    front_init(&front, first, second, 2, ref);
    f.acquisition.aim = AIM_FRONT;
    f.acquisition.front = &front;
    f.acquisition.objectives[1] = (struct bound){.gp = f.gp, .noise = 0.01};
    acquisition_score(&f.acquisition, reference_points, REFERENCE_TESTS, scores);
    for (size_t i = 0; i < REFERENCE_TESTS; i++) {
        double mu = reference_gp_mu[i], var = reference_gp_var[i];
        is_near(scores[i].merit, front_log_improvement(&front, (double[]){mu, mu}, (double[]){var, var - 0.01}), 1e-7,
                "growth of the area, each model without its noise");
    }
    fixture_clear(&f);
}

static void test_ground(void)
{
    struct fixture f;
    const double covered[] = {0.9, 0.9, 0.1, 0.1}, u[] = {0.1, 0.1, 0.1, 0.3, 0.1, 0.5, 0.5, 0.5, 0.9, 0.8};
    struct score scores[5];
    fixture_init(&f);
    f.acquisition.aim = AIM_GROUND;
    f.acquisition.objectives[0].gp = NULL;
    f.acquisition.covered = covered;
    f.acquisition.n_covered = 2;
    f.acquisition.radius = 0.2;
    acquisition_score(&f.acquisition, u, 5, scores);
    ok(scores[0].merit < -300, "where it is covered nothing is new");
    for (size_t i = 1; i < 5; i++) { // two discs share r^2 (2 acos h - 2 h sqrt(1 - h^2)) of pi r^2, h = distance / 2r
        double h = (double[]){0, 0.5, 1, 1, 0.25}[i], shared = 2 * (acos(h) - h * sqrt(1 - h * h)) / acos(-1);
        is_near(scores[i].merit, log(1 - shared), 1e-12, "the part of the disc that is not in the nearest covered one");
    }
    f.acquisition.n_covered = 0;
    acquisition_score(&f.acquisition, u, 1, scores);
    is_near(scores[0].merit, 0, 0, "all is new while nothing is covered");
    fixture_clear(&f);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_reference);
    TAP_RUN(test_missing_models);
    TAP_RUN(test_noise);
    TAP_RUN(test_open);
    TAP_RUN(test_many);
    TAP_RUN(test_satisfying);
    TAP_RUN(test_front);
    TAP_RUN(test_ground);
    return tap_done();
}
