// Problems: functions to minimise on which a part of the space fails ("hidden constraints"): an evaluation there says that it
// failed and nothing else. Optima are known. Pure functions of natural coordinates (optimizer/problem.h), any thread.
//
// Four families. *tuning*: 18 on which the optimizer's constants were chosen. *further*: others from the literature on hidden
// constraints, never looked at while choosing. *free*: nothing fails. *mixed*: own ones with parameters of all kinds, branches and linear
// constraints.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/problem.h"

struct benchmark {
    const char *name;
    const struct param *params;
    size_t n_params;
    const struct linear_constraint *constraints; // [n_constraints]
    size_t n_constraints;
    bool (*feasible)(const double *x);
    double (*objective)(const double *x);
    double optimum; // the best value of a feasible point
    double share;   // of the space that is feasible, within 0.005 (below 0.02: within a tenth of it), starts not counted
    double random;  // median regret of uniform random search over seeds 1-40: the problem's unit (bench_problems --unit)
    size_t budget;  // evaluations, the starts included
    const double *start; // a working design that the user knows, evaluated first; NULL: none
    const char *source;
};

enum family { FAMILY_TUNING, FAMILY_FURTHER, FAMILY_FREE, FAMILY_MIXED, FAMILY_COUNT };

struct problem_family {
    const struct benchmark *problems;
    size_t n;
};

extern const struct problem_family tuning_problems, further_problems, free_problems, mixed_problems;

#define PARAMS(array, n) .params = (array), .n_params = (n)
#define BENCHMARK_MAX_PARAMS 10

const struct problem_family *problem_family(enum family family);
const char *problem_family_name(enum family family);

// All problems, family by family: number i, or NULL behind the last.
const struct benchmark *benchmark_at(size_t i);
// By name, or NULL.
const struct benchmark *benchmark_find(const char *name);

// What an optimizer is asked: the least value, failure tolerance balanced. Borrows from the benchmark.
struct problem benchmark_problem(const struct benchmark *benchmark);

// False: the evaluation fails. Else *value.
bool benchmark_evaluate(const struct benchmark *benchmark, const double *x, double *value);
