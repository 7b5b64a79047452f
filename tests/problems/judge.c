#include "tests/problems/judge.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/space.h"

struct outcome {
    bool failed;
    double truth, observed;
    double regret; // after this evaluation
    bool repeat;
};

struct judge {
    const struct benchmark *benchmark;
    struct space space;
    uint64_t name; // of the luck's streams
    double noise, crash;
    size_t n, capacity;
    struct outcome *outcomes; // [capacity]
    double *u;                // [capacity x p] points in unit coordinates
    double best;              // observed
};

enum purpose { PURPOSE_NOISE = 1, PURPOSE_CRASH = 2 };

// FNV-1a (G. Fowler, L. Noll, K. Vo), 32 bits.
static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

struct judge *judge_create(const struct benchmark *benchmark, uint32_t seed, double noise, double crash, size_t capacity)
{
    struct judge *judge = mem_calloc(1, sizeof *judge);
    struct problem problem = benchmark_problem(benchmark);
    *judge = (struct judge){.benchmark = benchmark, .noise = noise, .crash = crash, .capacity = capacity, .best = HUGE_VAL};
    judge->name = (uint64_t)hash_of(benchmark->name) << 32 | seed;
    judge->outcomes = mem_calloc(capacity, sizeof *judge->outcomes);
    judge->u = mem_calloc(capacity * benchmark->n_params, sizeof(double));
    space_init(&judge->space, &problem);
    return judge;
}

void judge_destroy(struct judge *judge)
{
    if (judge == NULL)
        return;
    space_clear(&judge->space);
    free(judge->outcomes);
    free(judge->u);
    free(judge);
}

static bool is_repeat(const struct judge *judge, const double *u)
{
    for (size_t i = 0; i < judge->n; i++)
        if (space_distance(&judge->space, judge->u + i * judge->space.p, u) < 1e-2)
            return true;
    return false;
}

static bool is_start(const struct judge *judge, const double *x)
{
    const struct benchmark *benchmark = judge->benchmark;
    return benchmark->start != NULL && memcmp(x, benchmark->start, benchmark->n_params * sizeof *x) == 0;
}

bool judge_evaluate(struct judge *judge, const double *x, double *value)
{
    assert(judge->n < judge->capacity);
    struct outcome *outcome = &judge->outcomes[judge->n];
    double *u = judge->u + judge->n * judge->space.p;
    struct random noise = random_stream(judge->name, judge->n, PURPOSE_NOISE);
    struct random crash = random_stream(judge->name, judge->n, PURPOSE_CRASH);
    space_locate(&judge->space, x, u, NULL);
    outcome->repeat = is_repeat(judge, u);
    outcome->regret = judge->n > 0 ? judge->outcomes[judge->n - 1].regret : HUGE_VAL;
    outcome->failed = !benchmark_evaluate(judge->benchmark, x, &outcome->truth);
    if (random_uniform(&crash) < judge->crash && !is_start(judge, x))
        outcome->failed = true;
    judge->n++;
    if (outcome->failed)
        return false;
    outcome->observed = outcome->truth + judge->noise * judge->benchmark->random * random_normal(&noise);
    if (outcome->observed < judge->best) {
        judge->best = outcome->observed;
        outcome->regret = outcome->truth - judge->benchmark->optimum;
    }
    *value = outcome->observed;
    return true;
}

static size_t clones_of(const struct judge *judge, size_t i)
{
    size_t clones = 0, p = judge->space.p;
    for (size_t j = 0; j < judge->n; j++)
        clones += j != i && space_distance(&judge->space, judge->u + i * p, judge->u + j * p) < 1e-3;
    return clones;
}

void judge_score(const struct judge *judge, struct score *score)
{
    bool reached = false;
    *score = (struct score){.evaluations = judge->n, .regret = HUGE_VAL};
    for (size_t i = 0; i < judge->n; i++) {
        const struct outcome *outcome = &judge->outcomes[i];
        size_t clones = clones_of(judge, i);
        score->failures += outcome->failed;
        score->late_failures += outcome->failed && 3 * (i + 1) > 2 * judge->benchmark->budget;
        score->repeats += outcome->repeat;
        score->repeats_before += outcome->repeat && !reached;
        score->evaluations_before += !reached;
        score->clones = clones > score->clones ? clones : score->clones;
        score->regret = outcome->regret;
        reached = reached || outcome->regret <= GOAL * judge->benchmark->random;
    }
}

size_t judge_trace(const struct judge *judge, char *out, size_t size)
{
    char word[64];
    size_t length = 0;
    double optimum = judge->benchmark->optimum;
    for (size_t i = 0; i < judge->n; i++) {
        const struct outcome *outcome = &judge->outcomes[i];
        if (outcome->failed)
            snprintf(word, sizeof word, "%sF", i > 0 ? " " : "");
        else if (judge->noise > 0)
            snprintf(word, sizeof word, "%s%.6g@%.6g", i > 0 ? " " : "", outcome->truth - optimum, outcome->observed - optimum);
        else
            snprintf(word, sizeof word, "%s%.6g", i > 0 ? " " : "", outcome->truth - optimum);
        size_t n = strlen(word);
        if (length + n < size)
            memcpy(out + length, word, n + 1);
        length += n;
    }
    return length;
}
