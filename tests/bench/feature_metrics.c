// Do models of several metrics help? Problems in which evaluations also fail.
//
//     feature_metrics [SEEDS [PROBLEM]]        SEEDS: 12
//
// Three kinds of problems, a row each, medians over the seeds after half of the budget and after all of it:
//
// value     one optimized metric and constraint metrics; the regret of the best value that satisfies them. Against: the same
//           optimizer, to which a violated constraint is reported as a failure; random search.
// area      two optimized metrics; the dominated area below the problem's reference point, as a share of the best possible. Against:
//           the same optimizer on one metric, an augmented Chebyshev scalarisation with new random weights each time (J. Knowles,
//           "ParEGO", IEEE Transactions on Evolutionary Computation 10, 2006); random search.
// ground    constraint metrics only; the share of the satisfying part of the space that is within a distance of a satisfying point
//           that was found, and how many were found. Against: the same optimizer, to which a violated constraint is a failure and
//           everything else is of the same value; random search.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "tests/problems/functions.h"
#include "tests/problems/loop.h"

enum { MOST_SEEDS = 100, MOST_PARAMS = 6, MOST_METRICS = 5, SAMPLE = 100000, GROUND_SAMPLE = 4000 };

enum kind { KIND_VALUE, KIND_AREA, KIND_GROUND };
enum method { METHOD_MODELS, METHOD_REDUCED, METHOD_RANDOM, METHOD_COUNT };

// All metrics are minimised, the optimized ones come first. Constraints: value <= threshold.
struct bench {
    const char *name;
    enum kind kind;
    const struct param *params;
    size_t n_params, n_objectives, n_constraints;
    bool (*evaluate)(const double *x, double *value); // false: it fails
    double threshold[4];
    double reference[2]; // AREA: also thresholds when `bounded`
    bool bounded;
    double best;     // VALUE: the optimum; AREA: the best possible area, or 0: to be estimated
    double distance; // GROUND: of the unit cube
    size_t budget;
};

// ------------------------------------------------------------------ problems

static const struct param unit2[] = {DOUBLE(0, 1), DOUBLE(0, 1)};
static const struct param unit4[] = {DOUBLES4(0, 1)};
static const struct param unit6[] = {DOUBLES6(0, 1)};
static const struct param gardner_params[] = {DOUBLE(0, 6), DOUBLE(0, 6)};
static const struct param spring_params[] = {DOUBLE(2, 15), DOUBLE(0.25, 1.3), DOUBLE(0.05, 2)};
static const struct param branin_params[] = {DOUBLE(-5, 10), DOUBLE(0, 15)};
static const struct param binh_params[] = {DOUBLE(0, 5), DOUBLE(0, 3)};
static const struct param fonseca_params[] = {DOUBLE(-4, 4), DOUBLE(-4, 4), DOUBLE(-4, 4)};

// Fails in a disk away from the optima.
static bool outside(const double *x, double a, double b, double radius)
{
    return hypot(x[0] - a, x[1] - b) > radius;
}

// J. Gardner et al. 2014, simulations 1 and 2.
static bool gardner1(const double *x, double *value)
{
    value[0] = cos(2 * x[0]) * cos(x[1]) + sin(x[0]);
    value[1] = cos(x[0]) * cos(x[1]) - sin(x[0]) * sin(x[1]);
    return outside(x, 3, 3, 1);
}

static bool gardner2(const double *x, double *value)
{
    value[0] = sin(x[0]) + x[1];
    value[1] = sin(x[0]) * sin(x[1]);
    return outside(x, 3, 3, 1);
}

// R. Gramacy et al., "Modeling an augmented Lagrangian for blackbox constrained optimization", Technometrics 58, 2016.
static bool gramacy(const double *x, double *value)
{
    value[0] = x[0] + x[1];
    value[1] = 1.5 - x[0] - 2 * x[1] - 0.5 * sin(2 * PI * (x[0] * x[0] - 2 * x[1]));
    value[2] = x[0] * x[0] + x[1] * x[1] - 1.5;
    return outside(x, 0.35, 0.6, 0.15);
}

static bool hartmann_norm(const double *x, double *value)
{
    value[0] = hartmann(x);
    value[1] = norm(x, 6);
    return x[0] + x[1] < 1.4;
}

// J. Arora 1989: number of coils, mean diameter, wire diameter.
static bool spring(const double *x, double *value)
{
    double n = x[0], d = x[1], w = x[2];
    value[0] = (n + 2) * d * w * w;
    value[1] = 1 - d * d * d * n / (71785 * pow(w, 4));
    value[2] = (4 * d * d - w * d) / (12566 * (d * w * w * w - pow(w, 4))) + 1 / (5108 * w * w) - 1;
    value[3] = 1 - 140.45 * w / (d * d * n);
    value[4] = (d + w) / 1.5 - 1;
    return d > w && n < 14.5;
}

// S. Belakaria et al., "Max-value entropy search for multi-objective Bayesian optimization", NeurIPS 2019: Branin and Currin.
static bool branin_currin(const double *x, double *value)
{
    double a = (x[0] + 5) / 15, b = x[1] / 15, head = b > 0 ? 1 - exp(-1 / (2 * b)) : 1;
    value[0] = branin(x);
    value[1] = head * (((2300 * a + 1900) * a + 2092) * a + 60) / (((100 * a + 500) * a + 4) * a + 20);
    return outside(x, 5, 5, 2.5);
}

// T. Binh, U. Korn 1997.
static bool binh_korn(const double *x, double *value)
{
    value[0] = 4 * (x[0] * x[0] + x[1] * x[1]);
    value[1] = square(x[0] - 5) + square(x[1] - 5);
    value[2] = square(x[0] - 5) + x[1] * x[1];
    value[3] = -square(x[0] - 8) - square(x[1] + 3);
    return outside(x, 2, 0.5, 0.8);
}

// C. Fonseca, P. Fleming 1995.
static bool fonseca(const double *x, double *value)
{
    double first = 0, second = 0, shift = 1 / sqrt(3);
    for (size_t i = 0; i < 3; i++) {
        first += square(x[i] - shift);
        second += square(x[i] + shift);
    }
    value[0] = 1 - exp(-first);
    value[1] = 1 - exp(-second);
    return x[0] - x[1] < 2;
}

// E. Zitzler, K. Deb, L. Thiele 2000: ZDT1 and ZDT2. The best areas by integration, without the strip that fails.
static bool zdt(const double *x, double *value, double power)
{
    double g = 1 + 9 * sum(x + 1, 3) / 3;
    value[0] = x[0];
    value[1] = g * (1 - pow(x[0] / g, power));
    return x[1] + x[2] < 1.5 && !(x[0] > 0.4 && x[0] < 0.5);
}

static bool zdt1(const double *x, double *value)
{
    return zdt(x, value, 0.5);
}

static bool zdt2(const double *x, double *value)
{
    return zdt(x, value, 2);
}

static bool gramacy_ground(const double *x, double *value)
{
    double all[3];
    bool works = gramacy(x, all);
    value[0] = all[1];
    value[1] = all[2];
    return works;
}

static bool rings(const double *x, double *value)
{
    value[0] = -cos(12 * hypot(x[0] - 0.5, x[1] - 0.5)) - 2 * (x[0] - 0.5);
    return x[1] < 0.8;
}

static bool hartmann_ground(const double *x, double *value)
{
    value[0] = hartmann(x);
    return x[0] + x[1] < 1.4;
}

#define SPACE(list) .params = (list), .n_params = COUNT(list)
static const struct bench benches[] = {
    {.name = "gardner1", .kind = KIND_VALUE, SPACE(gardner_params), .n_objectives = 1, .n_constraints = 1, .evaluate = gardner1,
     .threshold = {0.5}, .best = -2, .budget = 40},
    {.name = "gardner2", .kind = KIND_VALUE, SPACE(gardner_params), .n_objectives = 1, .n_constraints = 1, .evaluate = gardner2,
     .threshold = {-0.95}, .best = 0.2532358975033788, .budget = 40},
    {.name = "gramacy", .kind = KIND_VALUE, SPACE(unit2), .n_objectives = 1, .n_constraints = 2, .evaluate = gramacy,
     .best = 0.5997880, .budget = 40},
    {.name = "hartmann_norm", .kind = KIND_VALUE, SPACE(unit6), .n_objectives = 1, .n_constraints = 1, .evaluate = hartmann_norm,
     .threshold = {1}, .best = HARTMANN_OPTIMUM, .budget = 60},
    {.name = "spring", .kind = KIND_VALUE, SPACE(spring_params), .n_objectives = 1, .n_constraints = 4, .evaluate = spring,
     .best = 0.01266523278831969, .budget = 60},
    {.name = "branin_currin", .kind = KIND_AREA, SPACE(branin_params), .n_objectives = 2, .evaluate = branin_currin,
     .reference = {18, 6}, .budget = 40},
    {.name = "branin_currin_bounded", .kind = KIND_AREA, SPACE(branin_params), .n_objectives = 2, .evaluate = branin_currin,
     .reference = {10, 5}, .bounded = true, .budget = 40},
    {.name = "binh_korn", .kind = KIND_AREA, SPACE(binh_params), .n_objectives = 2, .n_constraints = 2, .evaluate = binh_korn,
     .threshold = {25, -7.7}, .reference = {140, 50}, .budget = 40},
    {.name = "fonseca", .kind = KIND_AREA, SPACE(fonseca_params), .n_objectives = 2, .evaluate = fonseca,
     .reference = {1, 1}, .budget = 50},
    {.name = "zdt1", .kind = KIND_AREA, SPACE(unit4), .n_objectives = 2, .evaluate = zdt1, .reference = {1.1, 1.1},
     .best = 0.872865, .budget = 50},
    {.name = "zdt2", .kind = KIND_AREA, SPACE(unit4), .n_objectives = 2, .evaluate = zdt2, .reference = {1.1, 1.1},
     .best = 0.539, .budget = 50},
    {.name = "gramacy_ground", .kind = KIND_GROUND, SPACE(unit2), .n_constraints = 2, .evaluate = gramacy_ground, .distance = 0.1,
     .budget = 40},
    {.name = "rings", .kind = KIND_GROUND, SPACE(unit2), .n_constraints = 1, .evaluate = rings, .threshold = {-0.7}, .distance = 0.1,
     .budget = 50},
    {.name = "hartmann_ground", .kind = KIND_GROUND, SPACE(unit6), .n_constraints = 1, .evaluate = hartmann_ground,
     .threshold = {-1.5}, .distance = 0.35, .budget = 60},
};

// ------------------------------------------------------------------ evaluating

static bool satisfies(const struct bench *b, const double *value)
{
    for (size_t k = 0; k < b->n_constraints; k++)
        if (value[b->n_objectives + k] > b->threshold[k])
            return false;
    return true;
}

static void draw(const struct bench *b, struct random *random, double *x)
{
    for (size_t i = 0; i < b->n_params; i++)
        x[i] = b->params[i].lo + random_uniform(random) * (b->params[i].hi - b->params[i].lo);
}

static size_t metrics_of(const struct bench *b, struct metric *metrics)
{
    for (size_t k = 0; k < b->n_objectives; k++)
        metrics[k] = (struct metric){
            .strategy = METRIC_OPTIMIZE, .has_threshold = b->bounded, .threshold = b->bounded ? b->reference[k] : 0};
    for (size_t k = 0; k < b->n_constraints; k++)
        metrics[b->n_objectives + k] =
            (struct metric){.strategy = METRIC_CONSTRAINT, .has_threshold = true, .threshold = b->threshold[k]};
    return b->n_objectives + b->n_constraints;
}

// What was found, in order: points that worked and satisfied the constraints.
struct log {
    size_t n, failures, violations;
    size_t *at; // number of the evaluation
    double *x, *value;
};

static void log_init(struct log *log, const struct bench *b)
{
    *log = (struct log){.at = mem_calloc(b->budget, sizeof(size_t)),
                        .x = mem_calloc(b->budget * b->n_params, sizeof(double)),
                        .value = mem_calloc(b->budget * MOST_METRICS, sizeof(double))};
}

static void log_clear(struct log *log)
{
    free(log->at);
    free(log->x);
    free(log->value);
}

static void note(struct log *log, const struct bench *b, size_t at, const double *x, const double *value, bool works)
{
    log->failures += !works;
    log->violations += works && !satisfies(b, value);
    if (!works || !satisfies(b, value))
        return;
    log->at[log->n] = at;
    memcpy(log->x + log->n * b->n_params, x, b->n_params * sizeof *x);
    memcpy(log->value + log->n * MOST_METRICS, value, (b->n_objectives + b->n_constraints) * sizeof *value);
    log->n++;
}

// ------------------------------------------------------------------ methods

static void run_models(const struct bench *b, uint32_t seed, struct log *log)
{
    struct metric metrics[MOST_METRICS];
    struct problem problem = {.params = b->params, .n_params = b->n_params, .metrics = metrics, .tolerance = TOLERANCE_BALANCED};
    problem.n_metrics = metrics_of(b, metrics);
    struct loop loop;
    double x[MOST_PARAMS], value[MOST_METRICS];
    struct suggestion suggestion = {.x = x};
    loop_init(&loop, &problem, seed, b->budget);
    for (size_t i = 0; i < b->budget; i++) {
        loop_suggest(&loop, &suggestion);
        bool works = b->evaluate(x, value);
        loop_report_all(&loop, !works, value);
        note(log, b, i, x, value, works);
    }
    loop_clear(&loop);
}

// Scalarises the values [i][MOST_METRICS] of what has worked so far into trials.
static void scalarise(struct loop *loop, const double *values, struct random *random)
{
    double weight = random_uniform(random), lo[2] = {HUGE_VAL, HUGE_VAL}, hi[2] = {-HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < loop->history.n_trials; i++)
        for (size_t k = 0; k < 2 && !loop->trials[i].failed; k++) {
            lo[k] = fmin(lo[k], values[i * MOST_METRICS + k]);
            hi[k] = fmax(hi[k], values[i * MOST_METRICS + k]);
        }
    for (size_t i = 0; i < loop->history.n_trials; i++) {
        double first = weight * (values[i * MOST_METRICS] - lo[0]) / fmax(hi[0] - lo[0], 1e-12);
        double second = (1 - weight) * (values[i * MOST_METRICS + 1] - lo[1]) / fmax(hi[1] - lo[1], 1e-12);
        if (!loop->trials[i].failed)
            loop->values[i] = fmax(first, second) + 0.05 * (first + second);
    }
}

// One optimized metric and nothing else: what violates has failed, two values are scalarised, and no value is the same for all.
static void run_reduced(const struct bench *b, uint32_t seed, struct log *log)
{
    struct metric metric = {.strategy = METRIC_OPTIMIZE};
    struct problem problem = {.params = b->params, .n_params = b->n_params, .metrics = &metric, .n_metrics = 1,
                              .tolerance = TOLERANCE_BALANCED};
    struct loop loop;
    struct random random = random_stream(seed, 0, 1);
    double x[MOST_PARAMS], *values = mem_calloc(b->budget * MOST_METRICS, sizeof *values);
    struct suggestion suggestion = {.x = x};
    loop_init(&loop, &problem, seed, b->budget);
    for (size_t i = 0; i < b->budget; i++) {
        double *value = values + i * MOST_METRICS;
        if (b->kind == KIND_AREA)
            scalarise(&loop, values, &random);
        loop_suggest(&loop, &suggestion);
        bool works = b->evaluate(x, value), reported = works && satisfies(b, value);
        for (size_t k = 0; k < 2 && b->bounded; k++)
            reported = reported && value[k] <= b->reference[k];
        loop_report(&loop, !reported, b->kind == KIND_GROUND ? 0 : value[0]);
        note(log, b, i, x, value, works);
    }
    loop_clear(&loop);
    free(values);
}

static void run_random(const struct bench *b, uint32_t seed, struct log *log)
{
    struct random random = random_stream(seed, 0, 2);
    double x[MOST_PARAMS], value[MOST_METRICS];
    for (size_t i = 0; i < b->budget; i++) {
        draw(b, &random, x);
        bool works = b->evaluate(x, value);
        note(log, b, i, x, value, works);
    }
}

// ------------------------------------------------------------------ scores

struct corner {
    double a, b;
};

static int by_first(const void *x, const void *y)
{
    const struct corner *p = x, *q = y;
    return (p->a > q->a) - (p->a < q->a);
}

// Area below the reference that n points dominate; they are sorted.
static double area_of(struct corner *points, size_t n, const double *reference)
{
    double area = 0, above = reference[1];
    qsort(points, n, sizeof *points, by_first);
    for (size_t i = 0; i < n; i++)
        if (points[i].a < reference[0] && points[i].b < above) {
            area += (reference[0] - points[i].a) * (above - points[i].b);
            above = points[i].b;
        }
    return area;
}

static double area_found(const struct bench *b, const struct log *log, size_t until)
{
    struct corner *points = mem_calloc(log->n + 1, sizeof *points);
    size_t n = 0;
    for (; n < log->n && log->at[n] < until; n++)
        points[n] = (struct corner){log->value[n * MOST_METRICS], log->value[n * MOST_METRICS + 1]};
    double area = area_of(points, n, b->reference);
    free(points);
    return area;
}

// Nearly the best possible area: of many points, a part of them near those that were good.
static double area_possible(const struct bench *b)
{
    struct random random = random_stream(1, 2, 3);
    struct corner *points = mem_calloc(SAMPLE, sizeof *points);
    double *kept = mem_calloc((size_t)SAMPLE * b->n_params, sizeof *kept), x[MOST_PARAMS], value[MOST_METRICS];
    size_t n = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        double width = i < SAMPLE / 4 || n == 0 ? 1 : pow(0.5, (double)(i % 10));
        size_t parent = n > 0 ? (size_t)random_below(&random, n) : 0;
        draw(b, &random, x);
        for (size_t j = 0; j < b->n_params && width < 1; j++)
            x[j] = fmin(fmax(kept[parent * b->n_params + j] + width * 0.3 * (x[j] - 0.5 * (b->params[j].lo + b->params[j].hi)),
                             b->params[j].lo),
                        b->params[j].hi);
        if (!b->evaluate(x, value) || !satisfies(b, value) || value[0] >= b->reference[0] || value[1] >= b->reference[1])
            continue;
        bool beaten = false;
        size_t left = 0;
        for (size_t k = 0; k < n && !beaten; k++)
            beaten = points[k].a <= value[0] && points[k].b <= value[1];
        if (beaten)
            continue;
        for (size_t k = 0; k < n; k++) {
            if (points[k].a >= value[0] && points[k].b >= value[1])
                continue;
            points[left] = points[k];
            memmove(kept + left++ * b->n_params, kept + k * b->n_params, b->n_params * sizeof *kept);
        }
        points[left] = (struct corner){value[0], value[1]};
        memcpy(kept + left * b->n_params, x, b->n_params * sizeof *kept);
        n = left + 1;
    }
    double area = area_of(points, n, b->reference);
    free(kept);
    free(points);
    return area;
}

static double regret_of(const struct bench *b, const struct log *log, size_t until)
{
    double best = HUGE_VAL;
    for (size_t i = 0; i < log->n && log->at[i] < until; i++)
        best = fmin(best, log->value[i * MOST_METRICS]);
    return best - b->best;
}

static double ground_of(const struct bench *b, const struct log *log, size_t until)
{
    struct random random = random_stream(4, 5, 6);
    double x[MOST_PARAMS], value[MOST_METRICS];
    size_t near = 0, n = 0;
    while (n < GROUND_SAMPLE) {
        draw(b, &random, x);
        if (!b->evaluate(x, value) || !satisfies(b, value))
            continue;
        n++;
        bool is_near = false;
        for (size_t i = 0; i < log->n && log->at[i] < until && !is_near; i++) {
            double sum = 0;
            for (size_t j = 0; j < b->n_params; j++)
                sum += square((x[j] - log->x[i * b->n_params + j]) / (b->params[j].hi - b->params[j].lo));
            is_near = sqrt(sum) <= b->distance;
        }
        near += is_near;
    }
    return (double)near / GROUND_SAMPLE;
}

static double score(const struct bench *b, const struct log *log, size_t until, double possible)
{
    switch (b->kind) {
    case KIND_VALUE:
        return regret_of(b, log, until);
    case KIND_AREA:
        return area_found(b, log, until) / possible;
    case KIND_GROUND:
    default:
        return ground_of(b, log, until);
    }
}

// ------------------------------------------------------------------ the table

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
    return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

static void run(const struct bench *b, enum method method, size_t n_seeds, double possible)
{
    static const char *const names[] = {"models", "reduced", "random"};
    double half[MOST_SEEDS], all[MOST_SEEDS], found[MOST_SEEDS], failures = 0, violations = 0;
    for (size_t s = 0; s < n_seeds; s++) {
        struct log log;
        log_init(&log, b);
        (method == METHOD_MODELS ? run_models : method == METHOD_REDUCED ? run_reduced : run_random)(b, (uint32_t)s + 1, &log);
        half[s] = score(b, &log, b->budget / 2, possible);
        all[s] = score(b, &log, b->budget, possible);
        found[s] = (double)log.n;
        failures += (double)log.failures / (double)n_seeds;
        violations += (double)log.violations / (double)n_seeds;
        log_clear(&log);
    }
    printf("%-22s %-8s %10.3g %10.3g %8.0f %8.1f %8.1f\n", b->name, names[method], median(half, n_seeds), median(all, n_seeds),
           median(found, n_seeds), failures, violations);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    size_t n_seeds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 12;
    static const char *const titles[] = {"regret", "area", "ground"};
    runtime_init();
    if (n_seeds < 1 || n_seeds > MOST_SEEDS)
        return 2;
    for (size_t i = 0; i < COUNT(benches); i++) {
        const struct bench *b = &benches[i];
        if (argc > 2 && strcmp(argv[2], b->name) != 0)
            continue;
        if (i == 0 || argc > 2 || b->kind != benches[i - 1].kind)
            printf("%-22s %-8s %10s %10s %8s %8s %8s\n", titles[b->kind], "", "half", "all", "found", "failed", "violated");
        double possible = b->kind != KIND_AREA ? 1 : b->best > 0 ? b->best : area_possible(b);
        for (enum method method = 0; method < METHOD_COUNT; method++)
            run(b, method, n_seeds, possible);
    }
    return 0;
}
