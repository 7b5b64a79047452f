// The probabilities that are told: what they must be by symmetry and order, and that they can be trusted on a known border.
#include "optimizer/calibration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "tests/tap.h"

enum { D = 2, MAX_D = 5, MAX = 45, POINTS = 400 };
static const size_t group[MAX_D] = {0, 1, 2, 3, 4};

static struct feasibility_data data_of(const double *x, const bool *success, size_t n, size_t d)
{
    return (struct feasibility_data){
        .x = x, .n = n, .d = d, .group = group, .n_groups = d, .success = success, .lapse = FEASIBILITY_LAPSE};
}

// Shares of n <= MAX trials that all stand for the same.
static const double *equal(size_t n)
{
    static double cells[MAX];
    for (size_t i = 0; i < n; i++)
        cells[i] = 1 / (double)n;
    return cells;
}

static struct calibration *model_of(const double *x, const bool *success, size_t n, size_t d)
{
    struct feasibility_data data = data_of(x, success, n, d);
    struct calibration *model;
    is_int(calibration_create(&data, equal(n), &data, NULL, &model, NULL), ERR_NONE, "create");
    ok(model != NULL, "there is a model");
    return model;
}

// Probability at one point.
static double told(const double *x, const bool *success, size_t n, size_t d, const double *at)
{
    struct calibration *model = model_of(x, success, n, d);
    double log_pof;
    calibration_log_pof(model, at, 1, &log_pof);
    calibration_destroy(model);
    return exp(log_pof);
}

static void draw(double *x, size_t n, uint64_t seed)
{
    struct random random = random_stream(seed, 1, 1);
    for (size_t i = 0; i < n; i++)
        x[i] = random_uniform(&random);
}

static void test_symmetry(void)
{
    double x[12 * D], at[D] = {0.9, 0.2};
    bool success[12], opposite[12];
    draw(x, 12 * D, 1);
    for (size_t i = 0; i < 12; i++) {
        success[i] = x[D * i] > 0.4;
        opposite[i] = !success[i];
    }
    is_near(told(x, success, 12, D, at) + told(x, opposite, 12, D, at), 1, 1e-6, "what works and what fails change places");
    const double pair[] = {0.25, 0.75};
    const bool labels[] = {true, false};
    is_near(told(pair, labels, 2, 1, (double[]){0.5}), 0.5, 1e-6, "between a success and a failure");
}

static void test_order(void)
{
    double x[12 * D], before, at[D] = {0.5, 0.5};
    bool success[12];
    draw(x, 12 * D, 2);
    memcpy(x + 11 * D, at, sizeof at);
    for (size_t i = 0; i < 12; i++)
        success[i] = i % 2 == 0;
    before = told(x, success, 11, D, at);
    success[11] = true;
    ok(told(x, success, 12, D, at) > before, "a success makes its place more likely to work");
    success[11] = false;
    ok(told(x, success, 12, D, at) < before, "a failure less");
    before = 0.5;
    memset(success, false, sizeof success);
    for (size_t n = 1; n <= 9; n += 4) {
        double now = told(x, success, n, D, at);
        ok(now > 0 && now < before, "all %zu failed: %g", n, now);
        before = now;
    }
}

// At the data, far outside of the space, in blocks.
static void test_predictions(void)
{
    double x[20 * D], many[300 * D], all[300];
    bool success[20];
    size_t wrong = 0, different = 0;
    draw(x, 20 * D, 3);
    for (size_t i = 0; i < 20; i++)
        success[i] = x[D * i] > x[D * i + 1];
    struct calibration *model = model_of(x, success, 20, D);
    calibration_log_pof(model, x, 20, all);
    for (size_t i = 0; i < 20; i++)
        wrong += (exp(all[i]) > 0.5) != success[i];
    is_int((long)wrong, 0, "trials on the side where they fell");
    draw(many, 300 * D, 4);
    many[0] = 50;
    many[1] = -50;
    calibration_log_pof(model, many, 300, all);
    for (size_t i = 0; i < 300; i++) {
        double one;
        calibration_log_pof(model, many + D * i, 1, &one);
        different += fabs(one - all[i]) > 1e-9 || !(all[i] <= 0);
    }
    is_int((long)different, 0, "many at once as one by one, and probabilities");
    ok(calibration_slope(model) >= 0.4 && calibration_slope(model) <= 3, "slope %g", calibration_slope(model));
    ok(calibration_bytes(model) > 20 * 20 * sizeof(double), "bytes");
    calibration_destroy(model);
}

// Halves that work and fail, and in each a few trials that contradict it: the more these stand for, the less sure is what is told,
// and what the search hears is the same.
static void test_cells(void)
{
    double x[20], cells[2][20], slope[2], at = 0.05, caution[2];
    bool success[20];
    for (size_t i = 0; i < 20; i++) {
        bool odd = i == 4 || i == 14;
        x[i] = ((double)i + 0.5) / 20;
        success[i] = (x[i] < 0.5) != odd;
        cells[0][i] = odd ? 0.01 : 0.98 / 18;
        cells[1][i] = odd ? 0.2 : 0.6 / 18;
    }
    struct feasibility_data data = data_of(x, success, 20, 1);
    for (size_t k = 0; k < 2; k++) {
        struct calibration *model;
        is_int(calibration_create(&data, cells[k], &data, NULL, &model, NULL), ERR_NONE, "create");
        slope[k] = calibration_slope(model);
        calibration_log_caution(model, &at, 1, &caution[k]);
        calibration_destroy(model);
    }
    ok(slope[1] < 0.8 * slope[0], "slopes %g and %g", slope[0], slope[1]);
    is_near(caution[0], caution[1], 1e-12, "the search's own slope");
}

// Sum of squared errors over POINTS, and calibration error in ten bins.
static void judge(const double *log_pof, const bool *truth, double *brier, double *error)
{
    double told_sum[10] = {0}, true_sum[10] = {0};
    *brier = *error = 0;
    for (size_t i = 0; i < POINTS; i++) {
        double p = exp(log_pof[i]);
        size_t bin = p < 1 ? (size_t)(10 * p) : 9;
        *brier += (p - truth[i]) * (p - truth[i]) / POINTS;
        told_sum[bin] += p / POINTS;
        true_sum[bin] += (double)truth[i] / POINTS;
    }
    for (size_t b = 0; b < 10; b++)
        *error += fabs(told_sum[b] - true_sum[b]);
}

// A disk that works in the square, and uniform trials: means over draws.
static void test_trust(void)
{
    enum { RUNS = 10 };
    double x[40 * D], at[POINTS * D], log_pof[POINTS], sums[3] = {0}, share = 0;
    bool success[40], truth[POINTS];
    for (uint64_t run = 0; run < RUNS; run++) {
        double brier, error;
        draw(x, 40 * D, 10 + run);
        draw(at, POINTS * D, 100 + run);
        for (size_t i = 0; i < 40; i++)
            success[i] = hypot(x[D * i] - 0.6, x[D * i + 1] - 0.45) < 0.3;
        for (size_t i = 0; i < POINTS; i++) {
            truth[i] = hypot(at[D * i] - 0.6, at[D * i + 1] - 0.45) < 0.3;
            share += truth[i] / (double)(POINTS * RUNS);
        }
        struct calibration *model = model_of(x, success, 40, D);
        calibration_log_pof(model, at, POINTS, log_pof);
        judge(log_pof, truth, &brier, &error);
        sums[0] += brier / RUNS;
        sums[1] += error / RUNS;
        calibration_destroy(model);
        struct feasibility_data data = data_of(x, success, 40, D);
        struct feasibility *search = feasibility_create(&data);
        feasibility_fit(search, &feasibility_prior, 1, NULL, 0, NULL, NULL);
        feasibility_log_pof(search, at, POINTS, log_pof, NULL);
        judge(log_pof, truth, &brier, &error);
        sums[2] += brier / RUNS;
        feasibility_destroy(search);
    }
    ok(sums[0] <= 0.4 * share * (1 - share), "Brier score %g, of a constant %g", sums[0], share * (1 - share));
    ok(sums[1] <= 0.08, "calibration error %g", sums[1]);
    ok(sums[0] < sums[2], "better than what steers the search: %g", sums[2]);
}

static bool always(void *arg)
{
    (void)arg;
    return true;
}

static void test_stopped(void)
{
    const double x[] = {0.2, 0.8};
    const bool success[] = {true, false};
    struct feasibility_data data = data_of(x, success, 2, 1);
    struct stopper stopper = {.stopped = always};
    struct calibration *model;
    is_int(calibration_create(&data, equal(2), &data, &stopper, &model, NULL), ERR_STOPPED, "stopped");
    ok(model == NULL, "no model");
    calibration_destroy(model);
}

// A half-space problem with one wrong label: the incumbent somewhere in the feasible part, n other points anywhere, a failure at
// the incumbent beside its own success (or, when that is not `kept`, instead of it), then three successes within 0.02 of it.
// Answers the probability of feasibility at the incumbent, the lower one of what is told and what steers the search.
static double pof_after_wrong_label(size_t d, uint64_t seed, size_t n, bool kept)
{
    enum { AFTER = 3 };
    double x[MAX * MAX_D], normal[MAX_D], log_pof, log_told;
    bool success[MAX];
    size_t m = 0;
    struct random r = random_stream(seed, d, n);
    for (size_t c = 0; c < d; c++)
        normal[c] = random_normal(&r);
    while (m < n + 1) { // the incumbent is the first point, which works
        double side = 0;
        for (size_t c = 0; c < d; c++) {
            x[m * d + c] = random_uniform(&r);
            side += normal[c] * (x[m * d + c] - 0.5);
        }
        success[m] = side > 0;
        m += m > 0 || success[0];
    }
    success[0] = kept;
    memcpy(x + m * d, x, d * sizeof *x);
    success[m] = false;
    m += kept;
    for (size_t i = 0; i < AFTER; i++, m++) {
        for (size_t c = 0; c < d; c++)
            x[m * d + c] = fmin(fmax(x[c] + 0.04 * (random_uniform(&r) - 0.5), 0), 1);
        success[m] = true;
    }
    struct feasibility_data data = data_of(x, success, m, d);
    struct feasibility *search = feasibility_create(&data);
    feasibility_fit(search, &feasibility_prior, 1, NULL, 0, NULL, NULL);
    feasibility_log_pof(search, x, 1, &log_pof, NULL);
    feasibility_destroy(search);
    struct calibration *model;
    calibration_create(&data, equal(m), &data, NULL, &model, NULL);
    calibration_log_pof(model, x, 1, &log_told);
    calibration_destroy(model);
    return exp(fmin(log_pof, log_told));
}

// One odd failure does not close the best place that is known.
static void test_wrong_label(void)
{
    for (int variant = 0; variant < 4; variant++) {
        size_t d = variant % 2 == 0 ? 2 : 5;
        bool kept = variant / 2 == 0;
        double least = 1;
        for (uint64_t seed = 1; seed <= 20; seed++)
            for (size_t n = 20; n <= 40; n += 10)
                least = fmin(least, pof_after_wrong_label(d, seed, n, kept));
        ok(least >= 0.5, "a wrong label %s is outvoted by three successes in %d-D: PoF %g",
           kept ? "beside the right one" : "alone", (int)d, least);
    }
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_symmetry);
    TAP_RUN(test_order);
    TAP_RUN(test_predictions);
    TAP_RUN(test_cells);
    TAP_RUN(test_trust);
    TAP_RUN(test_stopped);
    TAP_RUN(test_wrong_label);
    return tap_done();
}
