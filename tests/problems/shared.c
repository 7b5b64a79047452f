// The problems and the judge as a library for tests/bench/peers.py: plain C types only.
#include "tests/problems/judge.h"

#define PUBLIC __attribute__((visibility("default")))

PUBLIC const char *fairway_name(size_t i);
PUBLIC const char *fairway_family(size_t i);
PUBLIC size_t fairway_params(size_t i);
PUBLIC size_t fairway_budget(size_t i);
PUBLIC double fairway_unit(size_t i);
PUBLIC int fairway_structured(size_t i);
PUBLIC const double *fairway_start(size_t i);
PUBLIC int fairway_param(size_t i, size_t param, double *lo, double *hi, int *is_log, size_t *levels);
PUBLIC double fairway_grid(size_t i, size_t param, size_t level);
PUBLIC void *fairway_judge(size_t i, unsigned seed, double noise, double crash);
PUBLIC int fairway_evaluate(void *judge, const double *x, double *value);
PUBLIC void fairway_score(const void *judge, double *out);
PUBLIC size_t fairway_trace(const void *judge, char *out, size_t size);
PUBLIC void fairway_release(void *judge);

// Problems are numbered from 0; NULL is behind the last one.
const char *fairway_name(size_t i)
{
    const struct benchmark *benchmark = benchmark_at(i);
    return benchmark != NULL ? benchmark->name : NULL;
}

const char *fairway_family(size_t i)
{
    enum family family = 0;
    for (; i >= problem_family(family)->n; family++)
        i -= problem_family(family)->n;
    return problem_family_name(family);
}

size_t fairway_params(size_t i)
{
    return benchmark_at(i)->n_params;
}

size_t fairway_budget(size_t i)
{
    return benchmark_at(i)->budget;
}

double fairway_unit(size_t i)
{
    return benchmark_at(i)->random;
}

// 1: there are branches or linear constraints.
int fairway_structured(size_t i)
{
    const struct benchmark *benchmark = benchmark_at(i);
    size_t conditions = 0;
    for (size_t k = 0; k < benchmark->n_params; k++)
        conditions += benchmark->params[k].n_conditions;
    return benchmark->n_constraints + conditions > 0;
}

const double *fairway_start(size_t i)
{
    return benchmark_at(i)->start;
}

// The kind: 0 double, 1 integer, 2 grid, 3 categorical (levels are numbers 0, 1, ...).
int fairway_param(size_t i, size_t param, double *lo, double *hi, int *is_log, size_t *levels)
{
    const struct param *p = &benchmark_at(i)->params[param];
    *lo = p->lo;
    *hi = p->hi;
    *is_log = p->log;
    *levels = p->n_levels;
    return (int)p->kind;
}

double fairway_grid(size_t i, size_t param, size_t level)
{
    return benchmark_at(i)->params[param].grid[level];
}

void *fairway_judge(size_t i, unsigned seed, double noise, double crash)
{
    return judge_create(benchmark_at(i), seed, noise, crash, benchmark_at(i)->budget);
}

// 1 and the observed value, or 0: it failed.
int fairway_evaluate(void *judge, const double *x, double *value)
{
    return judge_evaluate(judge, x, value);
}

// In the order of the columns of the results.
void fairway_score(const void *judge, double *out)
{
    struct score score;
    judge_score(judge, &score);
    out[0] = (double)score.evaluations;
    out[1] = (double)score.failures;
    out[2] = (double)score.late_failures;
    out[3] = score.regret;
    out[4] = (double)score.repeats;
    out[5] = (double)score.repeats_before;
    out[6] = (double)score.evaluations_before;
    out[7] = (double)score.clones;
}

size_t fairway_trace(const void *judge, char *out, size_t size)
{
    return judge_trace(judge, out, size);
}

void fairway_release(void *judge)
{
    judge_destroy(judge);
}
