// The problems are what they claim: optima, feasible shares; nobody finds anything better. And the judge: the same luck for all.
#include "optimizer/space.h"
#include "tests/problems/judge.h"
#include "tests/tap.h"

struct optimum {
    const char *name;
    double x[BENCHMARK_MAX_PARAMS];
    double within; // of the stored optimum; optima on a border are rounded to its working side
};

static const struct optimum optima[] = {
    {"branin_disk", {3.1415926560041747, 2.274999990449428}, 1e-9},
    {"branin_holes", {-3.1415926437196706, 12.275000002632623}, 1e-9},
    {"gardner1", {4.712388985536234, 0}, 1e-9},
    {"gardner2", {4.71238898961702, 1.253236}, 1e-6},
    {"gramacy", {0.19512268222012363, 0.404666}, 1e-5},
    {"townsend", {2.0052927, 1.1944525}, 1e-5},
    {"mishra_bird", {-3.130246798658799, -1.5821421735116008}, 1e-6},
    {"rosenbrock_disk", {0.999999, 0.999998}, 1e-9},
    {"hartmann6_norm125", {0.2016895, 0.1500107, 0.476874, 0.2753324, 0.3116516, 0.6573005}, 1e-9},
    {"hartmann6_norm1", {0.2016895, 0.1500107, 0.476874, 0.2753324, 0.3116516, 0.6573005}, 1e-9},
    {"ackley5", {0}, 1e-12},
    {"ackley10", {0}, 1e-12},
    {"keane5", {3.0758195, 2.9919953, 1.4757936, 0.2366914, 0.233309}, 1e-5},
    {"welded_beam", {0.20573, 3.4705, 9.0367, 0.205731}, 1e-4},
    {"pressure_vessel", {13, 7, 42.09844, 176.6367}, 0.05},
    {"tension_spring", {0.0516891, 0.35671776, 11.28901}, 1e-6},
    {"speed_reducer", {3.5000001, 0.7, 17, 7.3, 7.71533, 3.350216, 5.286655}, 1e-2},
    {"nn_oom", {7, 850, 128, 0.0008810488, 0.365, 1, 0}, 1e-4},
    {"branin_masked", {9.42477796076938, 2.475}, 1e-9},
    {"alimo", {-3.1415926437196706, 12.275000002632623}, 1e-9},
    {"alimo_edge", {3.1882475, 2.2922398}, 1e-6},
    {"tfaily1", {-1.0762109, 1.2574224}, 1e-6},
    {"tfaily2", {3.250147, 1.5}, 1e-9},
    {"tfaily3", {1, 1, 1, 1}, 1e-12},
    {"tfaily4", {420.968746, 420.968746, 420.968746, 420.968746, 420.968746, 420.968746}, 1e-6},
    {"mueller1", {-3.06727, -0.200001, -0.200001, -0.200001, -0.200001}, 1e-4},
    {"mueller2", {4.70104313, 3.1529385, -4.38165891, 3.52456773}, 1e-6},
    {"mueller8", {-0.3129087, -0.3129087, -0.3129087, -0.3129087, -0.3129087, -0.3129087, -0.3129087, -0.3129087, -0.3129087,
                  -0.3129087}, 1e-9},
    {"simionescu", {0.84852813, -0.84852813}, 1e-8},
    {"hartmann6_sum", {0.2016895, 0.1500107, 0.476874, 0.2753324, 0.3116516, 0.6573005}, 1e-9},
    {"dejong", {0.3999999, 0.5}, 1e-6},
    {"hyperellipsoid", {0.5, 0.5}, 1e-12},
    {"styblinski", {0.2096466, 0.2096466}, 1e-9},
    {"branin", {3.1415926560041747, 2.274999990449428}, 1e-9},
    {"hartmann6", {0.2016895, 0.1500107, 0.476874, 0.2753324, 0.3116516, 0.6573005}, 1e-9},
    {"levy6", {1, 1, 1, 1, 1, 1}, 1e-12},
    {"rosenbrock6", {1, 1, 1, 1, 1, 1}, 1e-12},
    {"ackley6", {0}, 1e-12},
    {"extraction", {1, 7, 80, 5}, 1e-12},
    {"catalysts", {7, 0.4185263157, 0.49768421}, 1e-9},
    {"training", {2, 1, 6, 0.0063095734448, 0.3, 15.848931925, 400, 2}, 1e-9},
    {"learners", {2, NAN, NAN, NAN, NAN, 5, 0.0017782794, 0.6}, 1e-9},
    {"schedule", {0.03, 64, 0.64228787, 6}, 1e-9},
    {"reactors", {4, 0.7, 0.3, 0.5}, 1e-12},
    {"switches", {0, 1, 1, 0, 1, 0, 1, 0, 1, 1}, 1e-12},
    {"alloy", {0.3799999, 0.258, 0.1706667, 0.1206667}, 1e-6},
    {"polymer", {0.4, 0.3, 0.12, 1}, 1e-12},
    {"pipeline", {0.7727272727, 0.7272727272, 0, 0.3727272728}, 1e-9},
};

static void test_optima(void)
{
    ok(benchmark_at(sizeof optima / sizeof *optima) == NULL && benchmark_at(sizeof optima / sizeof *optima - 1) != NULL,
       "an optimum for every problem");
    for (size_t i = 0; i < sizeof optima / sizeof *optima; i++) {
        const struct benchmark *benchmark = benchmark_find(optima[i].name);
        double value = NAN;
        if (!ok(benchmark != NULL, "%s exists", optima[i].name))
            continue;
        ok(benchmark_evaluate(benchmark, optima[i].x, &value), "%s: the optimum works", benchmark->name);
        ok(value >= benchmark->optimum - 1e-9 && value <= benchmark->optimum + optima[i].within, "%s: its value %.12g is %.12g",
           benchmark->name, value, benchmark->optimum);
    }
}

static void test_failures(void)
{
    const struct benchmark *benchmark;
    double value;
    ok(!benchmark_evaluate(benchmark_find("branin_disk"), (double[]){-5, 0}, &value), "outside the disk");
    ok(!benchmark_evaluate(benchmark_find("keane5"), (double[]){0, 0, 0, 0, 0}, &value), "keane5 at the origin");
    ok(!benchmark_evaluate(benchmark_find("nn_oom"), (double[]){12, 2048, 1024, 1e-3, 0.1, 1, 0}, &value), "out of memory");
    ok(!benchmark_evaluate(benchmark_find("mueller1"), (double[]){0, -1, -1, -4, -1}, &value), "mueller1: no coordinate is 0");
    ok(!benchmark_evaluate(benchmark_find("tfaily4"), (double[]){0, 0, 0, 0, 0, 400}, &value), "tfaily4 in a band");
    ok(benchmark_find("nothing") == NULL, "no such problem");
    for (size_t i = 0; (benchmark = benchmark_at(i)) != NULL; i++)
        if (benchmark->start != NULL)
            ok(benchmark_evaluate(benchmark, benchmark->start, &value), "%s: the known design works", benchmark->name);
}

// ------------------------------------------------------------------ search

enum { DRAWS = 20000, STARTS = 5, STEPS = 2000 };

struct found {
    double u[BENCHMARK_MAX_PARAMS], value;
};

static double value_at(const struct benchmark *benchmark, const struct space *space, double *u)
{
    double x[BENCHMARK_MAX_PARAMS], value;
    if (!space_allows(space, u))
        return HUGE_VAL;
    space_snap(space, u);
    space_natural(space, u, x);
    return benchmark_evaluate(benchmark, x, &value) ? value : HUGE_VAL;
}

// Keeps the best few, best first.
static void keep(struct found *best, const double *u, size_t p, double value)
{
    size_t place = STARTS;
    while (place > 0 && value < best[place - 1].value)
        place--;
    if (place == STARTS)
        return;
    memmove(best + place + 1, best + place, (STARTS - 1 - place) * sizeof *best);
    memcpy(best[place].u, u, p * sizeof *u);
    best[place].value = value;
}

// Random steps that grow with success and shrink without.
static void climb(const struct benchmark *benchmark, const struct space *space, struct random *random, struct found *from)
{
    double step = 0.1, u[BENCHMARK_MAX_PARAMS];
    for (size_t k = 0; k < STEPS; k++) {
        for (size_t i = 0; i < space->p; i++)
            u[i] = from->u[i] + (random_below(random, 2) > 0 ? step * random_normal(random) : 0);
        double value = value_at(benchmark, space, u);
        bool better = value < from->value;
        if (better) {
            memcpy(from->u, u, sizeof u);
            from->value = value;
        }
        step = better ? fmin(0.3, 2 * step) : fmax(1e-10, 0.97 * step);
    }
}

static void test_search(void)
{
    const struct benchmark *benchmark;
    for (size_t i = 0; (benchmark = benchmark_at(i)) != NULL; i++) {
        struct problem problem = benchmark_problem(benchmark);
        struct random random = random_stream(1, i, 0);
        struct found best[STARTS + 1];
        struct space space;
        size_t working = 0;
        double u[BENCHMARK_MAX_PARAMS] = {0}, lowest = HUGE_VAL;
        space_init(&space, &problem);
        for (size_t k = 0; k < STARTS + 1; k++)
            best[k].value = HUGE_VAL;
        for (size_t k = 0; k < DRAWS; k++) {
            space_draw(&space, &random, u);
            double value = value_at(benchmark, &space, u);
            working += value < HUGE_VAL;
            keep(best, u, space.p, value);
        }
        for (size_t k = 0; k < STARTS && best[k].value < HUGE_VAL; k++) {
            climb(benchmark, &space, &random, &best[k]);
            lowest = fmin(lowest, best[k].value);
        }
        double share = (double)working / DRAWS, error = sqrt(benchmark->share * (1 - benchmark->share) / DRAWS);
        ok(fabs(share - benchmark->share) <= fmin(0.005, 0.1 * benchmark->share) + 4 * error, "%s: %.4g works, documented %.4g",
           benchmark->name, share, benchmark->share);
        ok(lowest >= benchmark->optimum - 1e-9 * fmax(1, fabs(benchmark->optimum)), "%s: nothing better than %.10g: %.10g",
           benchmark->name, benchmark->optimum, lowest);
        space_clear(&space);
    }
}

// ------------------------------------------------------------------ the judge

enum { POINTS = 2000 };

static void test_luck(void)
{
    const struct benchmark *benchmark = benchmark_find("branin");
    struct judge *one = judge_create(benchmark, 7, 0.5, 0.3, POINTS), *two = judge_create(benchmark, 7, 0.5, 0.3, POINTS);
    struct judge *other = judge_create(benchmark, 8, 0.5, 0.3, POINTS);
    const double here[] = {1, 2}, there[] = {3, 4};
    double at_here, at_there, a = 0, b = 0, c = 0, mean = 0, square = 0;
    size_t crashes = 0, same = 0, others = 0;
    benchmark_evaluate(benchmark, here, &at_here);
    benchmark_evaluate(benchmark, there, &at_there);
    for (size_t i = 0; i < POINTS; i++) {
        bool first = judge_evaluate(one, here, &a), second = judge_evaluate(two, there, &b);
        bool third = judge_evaluate(other, here, &c);
        same += first == second && (!first || fabs((a - at_here) - (b - at_there)) < 1e-9);
        others += first == third;
        crashes += !first;
        mean += first ? a - at_here : 0;
        square += first ? (a - at_here) * (a - at_here) : 0;
    }
    double n = (double)(POINTS - crashes), sd = sqrt(square / n) / benchmark->random;
    is_int(same, POINTS, "two methods meet the same noise and the same crashes");
    ok(10 * others < 7 * POINTS, "another seed has other luck");
    ok(fabs((double)crashes / POINTS - 0.3) < 0.04, "crashes: %zu of %d at 30 %%", crashes, POINTS);
    ok(fabs(sd - 0.5) < 0.04 && fabs(mean / n) < 0.06 * benchmark->random, "noise: sd %.3g units of the problem", sd);
    judge_destroy(one);
    judge_destroy(two);
    judge_destroy(other);
}

static void test_score(void)
{
    const struct benchmark *benchmark = benchmark_find("branin_disk");
    const double best[] = {3.14159265, 2.275};
    const double *const points[] = {(double[]){2.5, 7.5}, (double[]){-5, 0},  (double[]){2.5, 7.5}, (double[]){2.55, 7.5},
                                    best,                 best,               (double[]){2.5, 7.5}};
    struct judge *judge = judge_create(benchmark, 1, 0, 0, 50);
    struct score score;
    char trace[200];
    double value;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        judge_evaluate(judge, points[i], &value);
    judge_score(judge, &score);
    is_int(score.evaluations, 7, "evaluations");
    is_int(score.failures, 1, "failures");
    is_int(score.late_failures, 0, "none of them in the last third");
    is_int(score.repeats, 4, "repeats");
    is_int(score.repeats_before, 2, "repeats before the goal");
    is_int(score.evaluations_before, 5, "evaluations until the goal");
    is_int(score.clones, 2, "clones");
    ok(score.regret >= 0 && score.regret < 1e-9, "regret %g", score.regret);
    size_t length = judge_trace(judge, trace, sizeof trace);
    ok(length == strlen(trace) && strncmp(trace, "23.7321 F 23.7321 23.8954 ", 26) == 0, "trace: %s", trace);
    judge_destroy(judge);
}

// The best is the one that was observed to be best, and it is judged by what it is worth.
static void test_noisy_regret(void)
{
    const struct benchmark *benchmark = benchmark_find("branin");
    struct judge *judge = judge_create(benchmark, 3, 2, 0, 20);
    struct score score;
    double best = HUGE_VAL, truth = 0, value, exact;
    for (size_t i = 0; i < 20; i++) {
        double x[] = {(double)i / 2, 3};
        judge_evaluate(judge, x, &value);
        benchmark_evaluate(benchmark, x, &exact);
        truth = value < best ? exact : truth;
        best = fmin(best, value);
    }
    judge_score(judge, &score);
    ok(fabs(score.regret - (truth - benchmark->optimum)) < 1e-12, "the true regret of the observed best: %g", score.regret);
    judge_destroy(judge);
}

static void test_start_never_crashes(void)
{
    const struct benchmark *benchmark = benchmark_find("tension_spring");
    struct judge *judge = judge_create(benchmark, 1, 0, 1, 2);
    double value;
    ok(judge_evaluate(judge, benchmark->start, &value), "the known design works though everything crashes");
    ok(!judge_evaluate(judge, optima[15].x, &value), "the optimum does not");
    judge_destroy(judge);
}

int main(void)
{
    TAP_RUN(test_optima);
    TAP_RUN(test_failures);
    TAP_RUN(test_search);
    TAP_RUN(test_luck);
    TAP_RUN(test_score);
    TAP_RUN(test_noisy_regret);
    TAP_RUN(test_start_never_crashes);
    return tap_done();
}
