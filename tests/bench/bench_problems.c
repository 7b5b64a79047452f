// How good the suggestions are: one CSV row a run on the problems of tests/problems/.
//
//     bench_problems [--method fairway|random] [--family tuning|further|free|mixed|all] [--seeds FIRST-LAST] [--workers N]
//                    [--tolerance cautious|balanced|bold] [--noise SD] [--crash RATE] [--results FILE] [--trace FILE]
//                    [PROBLEM...]
//     bench_problems --unit [...]
//
// Without problems: those of the family (tuning). SD is in units of the problem, see tests/problems/judge.h, which also says what
// the columns mean. --results: appends, and leaves out runs that are there already. --trace: appends what happened in each run.
// --unit: the median regret of uniform random search over the seeds for each problem, the constant `random` of its table.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "optimizer/runtime.h"
#include "tests/problems/run.h"

static const char COLUMNS[] = "method,problem,seed,variant,evaluations,failures,failures_last_third,regret,repeats,"
                              "repeats_before,evaluations_before,clones,seconds_per_suggestion,fillers,closest_open";

struct options {
    unsigned first, last;
    struct variant variant;
    bool families[FAMILY_COUNT];
    bool unit;
    const char *results, *trace;
    char **names; // of problems
    int n_names;
};

struct output {
    FILE *rows, *trace; // trace may be NULL
    char *known;        // the rows that were there before, or NULL
};

// ------------------------------------------------------------------ the command line

static bool number(const char *text, double limit, double *out)
{
    char *rest;
    errno = 0;
    *out = strtod(text, &rest);
    return errno == 0 && rest != text && *rest == '\0' && *out >= 0 && *out <= limit;
}

static bool parse_seeds(const char *text, struct options *options)
{
    char *rest;
    options->first = options->last = (unsigned)strtoul(text, &rest, 10);
    if (*rest == '-')
        options->last = (unsigned)strtoul(rest + 1, &rest, 10);
    return *rest == '\0';
}

static bool parse_family(const char *text, struct options *options)
{
    bool found = false;
    for (enum family f = 0; f < FAMILY_COUNT; f++) {
        options->families[f] = strcmp(text, "all") == 0 || strcmp(text, problem_family_name(f)) == 0;
        found = found || options->families[f];
    }
    return found;
}

static const char *const tolerances[] = {"cautious", "balanced", "bold"};

static bool parse_tolerance(const char *text, struct variant *variant)
{
    for (size_t t = 0; t < 3; t++)
        if (strcmp(text, tolerances[t]) == 0) {
            variant->tolerance = (enum tolerance)t;
            return true;
        }
    return false;
}

static bool parse_option(const char *name, const char *value, struct options *options)
{
    struct variant *variant = &options->variant;
    double n;
    if (strcmp(name, "--seeds") == 0)
        return parse_seeds(value, options);
    if (strcmp(name, "--family") == 0)
        return parse_family(value, options);
    if (strcmp(name, "--tolerance") == 0)
        return parse_tolerance(value, variant);
    if (strcmp(name, "--noise") == 0)
        return number(value, 1e6, &variant->noise);
    if (strcmp(name, "--crash") == 0)
        return number(value, 1, &variant->crash);
    if (strcmp(name, "--workers") == 0) {
        bool good = number(value, 1000, &n) && n >= 1;
        variant->workers = good ? (size_t)n : 1;
        return good;
    }
    if (strcmp(name, "--method") == 0) {
        variant->random = strcmp(value, "random") == 0;
        return variant->random || strcmp(value, "fairway") == 0;
    }
    if (strcmp(name, "--results") == 0) {
        options->results = value;
        return true;
    }
    options->trace = value;
    return strcmp(name, "--trace") == 0;
}

static bool parse(int argc, char **argv, struct options *options)
{
    *options = (struct options){.first = 1, .last = 8, .variant = {.tolerance = TOLERANCE_BALANCED, .workers = 1}};
    options->families[FAMILY_TUNING] = true;
    options->names = argv + 1; // those kept are moved to the front
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-') {
            if (benchmark_find(argv[i]) == NULL)
                return false;
            options->names[options->n_names++] = argv[i];
        } else if (strcmp(argv[i], "--unit") == 0) {
            options->unit = true;
        } else if (i + 1 == argc || !parse_option(argv[i], argv[i + 1], options)) {
            return false;
        } else {
            i++;
        }
    }
    return true;
}

static bool wanted(const struct options *options, enum family family, const struct benchmark *benchmark)
{
    for (int i = 0; i < options->n_names; i++)
        if (strcmp(options->names[i], benchmark->name) == 0)
            return true;
    return options->n_names == 0 && options->families[family];
}

// ------------------------------------------------------------------ files

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t n = 0, size = 0;
    while (file != NULL && !feof(file) && !ferror(file)) {
        if (n + 1 >= size)
            text = mem_realloc(text, size = 2 * size + 65536, 1);
        n += fread(text + n, 1, size - n - 1, file);
    }
    if (file != NULL)
        fclose(file);
    if (text != NULL)
        text[n] = '\0';
    return text;
}

static FILE *append_to(const char *path)
{
    FILE *file = fopen(path, "a");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

static void output_open(struct output *output, const struct options *options)
{
    *output = (struct output){.rows = stdout};
    if (options->results != NULL) {
        output->known = read_all(options->results);
        output->rows = append_to(options->results);
    }
    if (options->trace != NULL)
        output->trace = append_to(options->trace);
    if (output->known == NULL || output->known[0] == '\0')
        fprintf(output->rows, "%s\n", COLUMNS);
}

static void output_close(struct output *output)
{
    if (output->rows != stdout)
        fclose(output->rows);
    if (output->trace != NULL)
        fclose(output->trace);
    free(output->known);
}

// True when a line begins with key.
static bool is_known(const struct output *output, const char *key)
{
    size_t n = strlen(key);
    for (const char *line = output->known; line != NULL && *line != '\0';) {
        if (strncmp(line, key, n) == 0)
            return true;
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return false;
}

// ------------------------------------------------------------------ runs

// "plain", or what is unusual, joined by +.
static void name_variant(const struct variant *variant, char *out, size_t size)
{
    char noise[40] = "", crash[40] = "", workers[40] = "", tolerance[40] = "";
    if (variant->noise > 0)
        snprintf(noise, sizeof noise, "+noise%g", variant->noise);
    if (variant->crash > 0)
        snprintf(crash, sizeof crash, "+crash%g", variant->crash);
    if (variant->workers > 1)
        snprintf(workers, sizeof workers, "+workers%zu", variant->workers);
    if (variant->tolerance != TOLERANCE_BALANCED)
        snprintf(tolerance, sizeof tolerance, "+%s", tolerances[variant->tolerance]);
    snprintf(out, size, "%s%s%s%s", noise, crash, workers, tolerance);
    if (out[0] == '\0')
        snprintf(out, size, "+plain");
    memmove(out, out + 1, strlen(out));
}

static void run(const struct options *options, struct output *output, const struct benchmark *benchmark, unsigned seed)
{
    char variant[200], key[300];
    struct run result;
    const struct score *score = &result.score;
    name_variant(&options->variant, variant, sizeof variant);
    snprintf(key, sizeof key, "%s,%s,%u,%s,", options->variant.random ? "random" : "fairway", benchmark->name, seed, variant);
    if (is_known(output, key))
        return;
    clock_t began = clock();
    run_benchmark(benchmark, &options->variant, seed, &result);
    double seconds = (double)(clock() - began) / CLOCKS_PER_SEC / (double)benchmark->budget;
    fprintf(output->rows, "%s%zu,%zu,%zu,%.6g,%zu,%zu,%zu,%zu,%.5f,%zu,%.3g\n", key, score->evaluations, score->failures,
            score->late_failures, score->regret, score->repeats, score->repeats_before, score->evaluations_before, score->clones,
            seconds, result.fillers, result.closest);
    fflush(output->rows);
    if (output->trace != NULL) {
        fprintf(output->trace, "%s%s\n", key, result.trace);
        fflush(output->trace);
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_unit(const struct options *options, const struct benchmark *benchmark)
{
    struct variant variant = {.random = true};
    struct run result;
    size_t n = options->last - options->first + 1;
    double *regrets = mem_calloc(n, sizeof *regrets);
    for (size_t i = 0; i < n; i++) {
        run_benchmark(benchmark, &variant, options->first + (unsigned)i, &result);
        regrets[i] = result.score.regret;
    }
    qsort(regrets, n, sizeof *regrets, ascending);
    printf("%s,%.3g\n", benchmark->name, (regrets[(n - 1) / 2] + regrets[n / 2]) / 2);
    free(regrets);
}

int main(int argc, char **argv)
{
    struct options options;
    struct output output;
    if (!parse(argc, argv, &options) || options.first > options.last) {
        fputs("usage: bench_problems [--method fairway|random] [--family tuning|further|free|mixed|all] [--seeds FIRST-LAST]\n"
              "       [--workers N] [--tolerance WORD] [--noise SD] [--crash RATE] [--results FILE] [--trace FILE] [--unit]\n"
              "       [PROBLEM...]\n",
              stderr);
        return 2;
    }
    runtime_init();
    if (!options.unit)
        output_open(&output, &options);
    for (enum family f = 0; f < FAMILY_COUNT; f++)
        for (size_t i = 0; i < problem_family(f)->n; i++) {
            const struct benchmark *benchmark = &problem_family(f)->problems[i];
            if (!wanted(&options, f, benchmark))
                continue;
            if (options.unit)
                print_unit(&options, benchmark);
            for (unsigned seed = options.first; seed <= options.last && !options.unit; seed++)
                run(&options, &output, benchmark, seed);
        }
    if (!options.unit)
        output_close(&output);
    return 0;
}
