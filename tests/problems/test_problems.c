// The problems are what they claim: their optima are feasible and have the value that is stored.
#include "tests/problems/problems.h"

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
    {"hartmann6", {0.2016895, 0.1500107, 0.476874, 0.2753324, 0.3116516, 0.6573005}, 1e-9},
};

static void test_optima(void)
{
    is_int(sizeof optima / sizeof *optima, n_benchmarks, "an optimum for every problem");
    for (size_t i = 0; i < sizeof optima / sizeof *optima; i++) {
        const struct benchmark *benchmark = benchmark_find(optima[i].name);
        double value = NAN;
        if (!ok(benchmark != NULL, "%s exists", optima[i].name))
            continue;
        ok(benchmark_evaluate(benchmark, optima[i].x, &value), "%s: the optimum works", benchmark->name);
        ok(value >= benchmark->optimum - 1e-9 && value <= benchmark->optimum + optima[i].within, "%s: its value %.10g is %.10g",
           benchmark->name, value, benchmark->optimum);
    }
}

static void test_failures(void)
{
    double value;
    ok(!benchmark_evaluate(benchmark_find("branin_disk"), (double[]){-5, 0}, &value), "outside the disk");
    ok(!benchmark_evaluate(benchmark_find("keane5"), (double[]){0, 0, 0, 0, 0}, &value), "keane5 at the origin");
    ok(!benchmark_evaluate(benchmark_find("nn_oom"), (double[]){12, 2048, 1024, 1e-3, 0.1, 1, 0}, &value), "out of memory");
    ok(benchmark_find("nothing") == NULL, "no such problem");
    for (size_t i = 0; i < n_benchmarks; i++)
        if (benchmarks[i].start != NULL)
            ok(benchmark_evaluate(&benchmarks[i], benchmarks[i].start, &value), "%s: the known design works", benchmarks[i].name);
}

int main(void)
{
    TAP_RUN(test_optima);
    TAP_RUN(test_failures);
    return tap_done();
}
