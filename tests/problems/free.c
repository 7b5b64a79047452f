// Functions on which nothing fails: what learning failures costs where there are none.
#include "tests/problems/functions.h"
#include "tests/problems/problems.h"

static const struct param branin_params[] = {DOUBLE(-5, 10), DOUBLE(0, 15)};
static const struct param hartmann_params[] = {DOUBLES6(0, 1)};
static const struct param levy_params[] = {DOUBLES6(-10, 10)};
static const struct param rosenbrock_params[] = {DOUBLES6(-2, 2)};
static const struct param ackley_params[] = {DOUBLES6(-5, 10)};

static double levy6(const double *x)
{
    return levy(x, 6);
}

static double rosenbrock6(const double *x)
{
    return rosenbrock(x, 6);
}

static double ackley6(const double *x)
{
    return ackley(x, 6);
}

static const struct benchmark table[] = {
    {.name = "branin", PARAMS(branin_params, 2), .objective = branin, .optimum = BRANIN_OPTIMUM, .share = 1, .random = 1.14,
     .budget = 40, .source = "F. Branin 1972"},
    {.name = "hartmann6", PARAMS(hartmann_params, 6), .objective = hartmann, .optimum = HARTMANN_OPTIMUM, .share = 1,
     .random = 1.7, .budget = 60, .source = "J. Hartman 1973"},
    {.name = "levy6", PARAMS(levy_params, 6), .objective = levy6, .optimum = 0, .share = 1, .random = 11.9, .budget = 60,
     .source = "A. Levy, A. Montalvo 1985"},
    {.name = "rosenbrock6", PARAMS(rosenbrock_params, 6), .objective = rosenbrock6, .optimum = 0, .share = 1, .random = 197,
     .budget = 60, .source = "H. Rosenbrock 1960"},
    {.name = "ackley6", PARAMS(ackley_params, 6), .objective = ackley6, .optimum = 0, .share = 1, .random = 8.81, .budget = 60,
     .source = "D. Ackley 1987"},
};
const struct problem_family free_problems = {table, COUNT(table)};
