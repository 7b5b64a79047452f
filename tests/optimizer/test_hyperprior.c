// Priors of the three models against the reference and the tables of the design.
#include "optimizer/hyperprior.h"

#include "optimizer/feasibility.h"
#include "optimizer/gp.h"
#include "optimizer/runtime.h"
#include "reference.h"
#include "tests/tap.h"

enum { SIZE = HYPERPRIOR_SIZE(2) };

static void test_reference(void)
{
    double gp_theta[SIZE], cls_theta[SIZE];
    for (size_t i = 0; i < SIZE; i++) {
        gp_theta[i] = log(reference_gp_natural[i]);
        cls_theta[i] = i < 3 ? log(reference_cls_natural[i]) : reference_cls_mean;
    }
    for (size_t b = 0; b < 2; b++) {
        double loc[SIZE], sd[SIZE], gradient[SIZE] = {0};
        const struct hyperprior *gp = &gp_priors[MODEL_OBJECTIVE_SQUASHED];
        hyperprior_fill(gp, 2, reference_box[b], loc, sd, NULL, NULL, NULL);
        is_near(hyperprior_add(gp, 2, reference_box[b], gp_theta, gradient), reference_gp_prior[b], 1e-12, "objective prior");
        for (size_t i = 0; i < SIZE; i++) {
            is_near(loc[i], reference_gp_loc[b][i], 1e-12, "location");
            is_near(sd[i], reference_gp_sd[b][i], 1e-12, "standard deviation");
            is_near(gradient[i], reference_gp_prior_gradient[b][i], 1e-12, "gradient");
        }
        memset(gradient, 0, sizeof gradient);
        hyperprior_fill(&feasibility_prior, 2, reference_box[b], loc, sd, NULL, NULL, NULL);
        double value = hyperprior_add(&feasibility_prior, 2, reference_box[b], cls_theta, gradient);
        is_near(value, reference_cls_prior[b], 1e-12, "feasibility prior");
        for (size_t i = 0; i < SIZE; i++) {
            is_near(loc[i], reference_cls_loc[b][i], 1e-12, "location");
            is_near(sd[i], reference_cls_sd[b][i], 1e-12, "standard deviation");
            is_near(gradient[i], reference_cls_prior_gradient[b][i], 1e-12, "gradient");
        }
    }
}

static void test_bounds_and_starts(void)
{
    double lo[SIZE], hi[SIZE], start[SIZE], loc[SIZE], sd[SIZE];
    hyperprior_fill(&gp_priors[MODEL_OBJECTIVE_PLAIN], 2, 0.5, loc, sd, lo, hi, start);
    is_near(loc[0], sqrt(2) + log(2) / 2 + log(0.5), 1e-14, "plain model: sqrt 2 + log(p) / 2, shifted by the box");
    is_near(sd[1], sqrt(3), 1e-14, "plain model: sd sqrt 3");
    is_near(exp(lo[0]), 0.005, 1e-13, "shortest length");
    is_near(exp(hi[1]), 50, 1e-13, "longest length");
    ok(fabs(lo[2] + 4) < 1e-14 && fabs(hi[2] - 4) < 1e-14, "signal variance");
    is_near(exp(lo[3]), 1e-6, 1e-12, "least noise");
    is_near(exp(hi[3]), 1, 1e-12, "most noise");
    is_near(exp(start[0]), 0.5, 1e-14, "start: length 0.5");
    is_near(exp(start[3]), 1e-3, 1e-12, "start: noise 1e-3");
    hyperprior_fill(&feasibility_prior, 2, 1, NULL, NULL, lo, hi, start);
    ok(fabs(lo[2] + 2) < 1e-14 && fabs(hi[2] - 6) < 1e-14 && fabs(lo[3] + 3) < 1e-14 && fabs(hi[3] - 3) < 1e-14, "feasibility");
    ok(fabs(start[2] - log(16)) < 1e-14 && fabs(start[3]) < 1e-14, "start: variance 16, mean 0");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_reference);
    TAP_RUN(test_bounds_and_starts);
    return tap_done();
}
