// Points without a model: whether initial points and those for filling are spread evenly over the priors, over many seeds.
#include "optimizer/design.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/belief.h"
#include "tests/tap.h"

enum { MAX_P = 45, POINTS = 12 };
static const struct prior UPPER = {PRIOR_NORMAL, 0.8, 0.1}, MIDDLE = {PRIOR_NORMAL, 0.5, 0.01};

struct fixture {
    struct param params[MAX_P];
    struct metric metric;
    struct problem problem;
    struct history history;
    struct space space;
    struct evidence evidence;
    struct taken taken;
};

// Doubles between 0 and 1, the first n_believed of them with a prior; nothing was tried.
static void fixture_init(struct fixture *f, size_t p, size_t n_believed, struct prior prior)
{
    *f = (struct fixture){.metric = {.strategy = METRIC_OPTIMIZE}};
    for (size_t i = 0; i < p; i++)
        f->params[i] = (struct param){.kind = PARAM_DOUBLE, .lo = 0, .hi = 1};
    for (size_t i = 0; i < n_believed; i++)
        f->params[i].prior = prior;
    f->problem = (struct problem){.params = f->params, .n_params = p, .metrics = &f->metric, .n_metrics = 1};
    space_init(&f->space, &f->problem);
    evidence_init(&f->evidence, &f->space, &f->problem, &f->history);
    taken_init(&f->taken, &f->space, &f->evidence, &f->history, 1);
}

static void fixture_clear(struct fixture *f)
{
    taken_clear(&f->taken);
    evidence_clear(&f->evidence);
    space_clear(&f->space);
}

// Whether of n numbers as many lie below the middle as above, give or take one if n is odd.
static bool halved(const double *numbers, size_t n, double middle)
{
    size_t below = 0;
    for (size_t i = 0; i < n; i++)
        below += numbers[i] < middle;
    return 2 * below + 1 >= n && 2 * below <= n + 1;
}

// Coordinate c of the initial points of a seed that are spread like the priors, and of the others; the number of the former.
static size_t initial(const struct fixture *f, uint32_t seed, size_t c, double *believed, double *others)
{
    size_t n_believed = 0;
    double u[MAX_P];
    for (size_t i = 0; i < POINTS; i++) {
        design_initial(&f->taken, seed, i, i, u);
        if (i % 4 == 3)
            others[i / 4] = u[c];
        else
            believed[n_believed++] = u[c];
    }
    return n_believed;
}

static void test_initial(void)
{
    enum { SEEDS = 400, P = 6 };
    struct fixture f;
    double believed[POINTS], others[POINTS];
    size_t uneven = 0, uneven_others = 0, uneven_free = 0;
    fixture_init(&f, P, 2, UPPER);
    double median = belief_quantile(&f.space.axes[0].belief, 0.5);
    for (uint32_t seed = 0; seed < SEEDS; seed++)
        for (size_t c = 0; c < P; c++) {
            size_t n = initial(&f, seed, c, believed, others);
            if (c < 2)
                uneven += !halved(believed, n, median);
            else
                uneven_free += !halved(believed, n, 0.5);
            uneven_others += !halved(others, POINTS - n, 0.5);
        }
    is_int(uneven, 0, "of 800: nine points like a prior that are not 4 and 5 around its median");
    is_int(uneven_free, 0, "of 1600: the same nine in a coordinate without a prior");
    is_int(uneven_others, 0, "of 2400: three other points in the same half");
    fixture_clear(&f);
}

// Above 40 dimensions: each ninth of the prior has one of nine points, each third of the cube one of the other three.
static void test_initial_many(void)
{
    struct fixture f;
    double believed[POINTS], others[POINTS];
    size_t missing = 0;
    fixture_init(&f, MAX_P, 1, UPPER);
    for (uint32_t seed = 0; seed < 100; seed++) {
        bool ninth[9] = {0}, third[3] = {0};
        size_t n = initial(&f, seed, 0, believed, others);
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < 9; k++)
                ninth[k] = ninth[k] || (believed[i] >= belief_quantile(&f.space.axes[0].belief, (double)k / 9) &&
                                        believed[i] < belief_quantile(&f.space.axes[0].belief, (double)(k + 1) / 9));
        for (size_t i = 0; i < POINTS - n; i++)
            third[(size_t)(3 * others[i])] = true;
        for (size_t k = 0; k < 9; k++)
            missing += (size_t)(!ninth[k] + (k < 3 && !third[k]));
    }
    is_int(missing, 0, "empty slices");
    fixture_clear(&f);
}

// Without a prior the initial points are one net: of the first eight each quarter of each coordinate has two.
static void test_initial_plain(void)
{
    enum { P = 6 };
    struct fixture f;
    size_t uneven = 0;
    fixture_init(&f, P, 0, UPPER);
    for (uint32_t seed = 0; seed < 100; seed++) {
        size_t count[P][4] = {{0}};
        double u[P];
        for (size_t i = 0; i < 8; i++) {
            design_initial(&f.taken, seed, i, i, u);
            for (size_t c = 0; c < P; c++)
                count[c][(size_t)(4 * u[c])]++;
        }
        for (size_t c = 0; c < P; c++)
            for (size_t k = 0; k < 4; k++)
                uneven += count[c][k] != 2;
    }
    is_int(uneven, 0, "quarters with more or fewer");
    fixture_clear(&f);
}

// Everything is tried but for a hole on the line that the prior points to, and it is found: both halves of the coordinate without a
// prior have candidates like the prior.
static void test_fill(void)
{
    enum { SEEDS = 200, SIDE = 61 };
    struct fixture f;
    double *known = mem_calloc(SIDE * SIDE * 2, sizeof *known), u[2];
    size_t missed = 0;
    fixture_init(&f, 2, 1, MIDDLE);
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        size_t n = 0;
        double hole = seed % 2 == 0 ? 0.25 : 0.75;
        for (size_t i = 0; i < SIDE * SIDE; i++) {
            double x = (double)(i % SIDE) / (SIDE - 1), y = (double)(i / SIDE) / (SIDE - 1);
            if (fabs(x - 0.5) < 0.04 && fabs(y - hole) < 0.06)
                continue;
            known[2 * n] = x;
            known[2 * n++ + 1] = y;
        }
        design_fill(&f.taken, seed, 1, known, n, u);
        missed += !(fabs(u[0] - 0.5) < 0.04 && fabs(u[1] - hole) < 0.06);
    }
    is_int(missed, 0, "of 200 holes that are not found");
    fixture_clear(&f);
    free(known);
}

int main(void)
{
    TAP_RUN(test_initial);
    TAP_RUN(test_initial_many);
    TAP_RUN(test_initial_plain);
    TAP_RUN(test_fill);
    return tap_done();
}
