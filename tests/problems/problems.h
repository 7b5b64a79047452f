// Problems: 18 functions to minimise on which a part of the space fails ("hidden constraints"): an evaluation there says that it
// failed and nothing else. Optima are known. Pure functions of natural coordinates (optimizer/problem.h), any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/problem.h"

struct benchmark {
    const char *name;
    const struct param *params;
    size_t n_params;
    bool (*feasible)(const double *x);
    double (*objective)(const double *x);
    double optimum; // the best value of a feasible point
    size_t budget;  // evaluations, the starts included
    const double *start; // a working design that the user knows, evaluated first; NULL: none
    const char *source;
};

extern const struct benchmark benchmarks[];
extern const size_t n_benchmarks;

#define BENCHMARK_MAX_PARAMS 10

// By name, or NULL.
const struct benchmark *benchmark_find(const char *name);

// False: the evaluation fails. Else *value.
bool benchmark_evaluate(const struct benchmark *benchmark, const double *x, double *value);
