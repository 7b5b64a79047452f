// How good the suggestions are: one CSV row a run on the problems of tests/problems/.
//
//     bench_problems [--seeds FIRST-LAST] [--workers N] [--tolerance cautious|balanced|bold] [--all] [PROBLEM...]
//
// Without problems: those on which something fails; --all adds the others. The last column but one is CPU time of the whole loop.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "optimizer/runtime.h"
#include "tests/problems/loop.h"

struct options {
    unsigned first, last;
    size_t workers;
    enum tolerance tolerance;
    bool all;
    int names; // index of the first problem in argv
};

static bool parse(int argc, char **argv, struct options *options)
{
    static const char *const tolerances[] = {"cautious", "balanced", "bold"};
    *options = (struct options){.first = 1, .last = 8, .workers = 1, .tolerance = TOLERANCE_BALANCED, .names = argc};
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-') {
            options->names = i;
            return true;
        }
        if (strcmp(argv[i], "--all") == 0) {
            options->all = true;
            continue;
        }
        if (i + 1 == argc)
            return false;
        const char *name = argv[i], *value = argv[++i];
        if (strcmp(name, "--seeds") == 0) {
            char *rest;
            options->first = options->last = (unsigned)strtoul(value, &rest, 10);
            if (*rest == '-')
                options->last = (unsigned)strtoul(rest + 1, NULL, 10);
        } else if (strcmp(name, "--workers") == 0) {
            options->workers = strtoul(value, NULL, 10);
        } else if (strcmp(name, "--tolerance") == 0) {
            for (size_t t = 0; t < 3; t++)
                if (strcmp(value, tolerances[t]) == 0)
                    options->tolerance = (enum tolerance)t;
        } else {
            return false;
        }
    }
    return options->workers > 0;
}

static bool wanted(const struct options *options, int argc, char **argv, const struct benchmark *benchmark)
{
    for (int i = options->names; i < argc; i++)
        if (strcmp(argv[i], benchmark->name) == 0)
            return true;
    return options->names == argc && (options->all || strcmp(benchmark->name, "hartmann6") != 0);
}

static void run(const struct options *options, const struct benchmark *benchmark, unsigned seed)
{
    struct run result;
    clock_t began = clock();
    run_benchmark(benchmark, options->tolerance, seed, options->workers, &result);
    double seconds = (double)(clock() - began) / CLOCKS_PER_SEC / (double)benchmark->budget;
    printf("fairway,%s,%u,%zu,%zu,%.6g,%zu,%.5f,%zu,%.3g\n", benchmark->name, seed, result.failures, result.late_failures,
           result.regret, result.repeats, seconds, result.fillers, result.closest);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct options options;
    if (!parse(argc, argv, &options)) {
        fputs("usage: bench_problems [--seeds FIRST-LAST] [--workers N] [--tolerance WORD] [--all] [PROBLEM...]\n", stderr);
        return 2;
    }
    runtime_init();
    puts("method,problem,seed,failures,failures_last_third,regret,repeats,seconds_per_suggestion,fillers,closest_open");
    for (size_t i = 0; i < n_benchmarks; i++)
        for (unsigned seed = options.first; seed <= options.last && wanted(&options, argc, argv, &benchmarks[i]); seed++)
            run(&options, &benchmarks[i], seed);
    return 0;
}
