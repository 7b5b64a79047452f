// Own problems with parameters of all kinds: categories, integers, grids, branches, mixtures, linear constraints. On each the best
// category, branch or level fails on a part of the space, so that first impressions of it mislead.
#include <math.h>

#include "tests/problems/functions.h"
#include "tests/problems/problems.h"

#define UNIT DOUBLE(0, 1)
#define LOG(low, high) {.kind = PARAM_DOUBLE, .lo = (low), .hi = (high), .log = true}
#define CATEGORY(n) {.kind = PARAM_CATEGORICAL, .n_levels = (n)}
#define GRID(values) {.kind = PARAM_GRID, .n_levels = COUNT(values), .grid = (values), .log = true}

static bool is(double level, int number)
{
    return (int)level == number;
}

// ------------------------------------------------------------------ categories

// Solvent, stages, temperature, pH. The best solvent boils over and forms an emulsion in many stages.
static const struct param extraction_params[] = {CATEGORY(3), INT(1, 16), DOUBLE(20, 120), DOUBLE(2, 10)};

static bool extracts(const double *x)
{
    return is(x[0], 1) ? x[1] <= 7 && x[2] <= 90 : !is(x[0], 0) || x[3] <= 8;
}

static double extraction(const double *x)
{
    static const double worse[] = {0.25, 0, 0.4}, stages[] = {12, 9, 6};
    size_t solvent = (size_t)x[0];
    double t = (x[2] - 80) / 60, ph = (x[3] - 5) / 4;
    return worse[solvent] + 0.5 * square((x[1] - stages[solvent]) / 8) + square(t) + square(ph) + 0.3 * t * ph;
}

// Fifteen catalysts of which seven never work, the best of the others in between; temperature and pressure.
static const struct param catalysts_params[] = {CATEGORY(15), UNIT, UNIT};

static bool catalyses(const double *x)
{
    static const bool never[] = {[2] = true, [3] = true, [6] = true, [8] = true, [9] = true, [12] = true, [14] = true};
    return !never[(size_t)x[0]];
}

static double catalysts(const double *x)
{
    static const double worse[] = {0.62, 0.4, 0.1, 0.3, 0.55, 0.2, 0.05, 0, 0.7, 0.9, 0.35, 0.08, 0.25, 0.5, 0.15};
    return worse[(size_t)x[0]] + 1.5 * square(x[1] - 0.25 - 0.03 * x[0]) + square(x[2] - 0.55) + 0.25 * x[1] * x[2];
}

// A network: optimiser, mixed precision, layers, learning rate, dropout, weight of a penalty, width, activation.
static const struct param training_params[] = {CATEGORY(3),     CATEGORY(2), INT(1, 10),   LOG(1e-5, 1),
                                               DOUBLE(0, 0.9), LOG(1, 1000), INT(16, 512), CATEGORY(5)};

static bool trains(const double *x)
{
    bool fits = x[2] * x[6] < (is(x[1], 1) ? 2600 : 1500), converges = !(is(x[0], 2) && log10(x[3]) > -2.2);
    return fits && converges && !is(x[7], 3);
}

static double training(const double *x)
{
    static const double optimiser[] = {0.12, 0.2, 0}, activation[] = {0.15, 0.25, 0, 0.1, 0.05};
    double rate = log10(x[3]), penalty = log10(x[5]);
    return optimiser[(size_t)x[0]] + activation[(size_t)x[7]] + 0.02 * square(x[2] - 6) + 0.12 * square(rate + 2) +
           0.8 * square(x[4] - 0.3) + 0.08 * square(penalty - 1.2) + square((x[6] - 400) / 300) + (is(x[1], 1) ? 0.03 : 0);
}

// ------------------------------------------------------------------ branches

// Three kinds of learner with two parameters each, and the share of features. The best kind diverges where it would be best.
static const struct condition is_forest = {0, 1}, is_machine = {0, 2}, is_network = {0, 4};
static const struct param learners_params[] = {
    CATEGORY(3),
    {.kind = PARAM_INT, .lo = 1, .hi = 12, .conditions = &is_forest, .n_conditions = 1},                  // depth
    {.kind = PARAM_DOUBLE, .lo = 1e-3, .hi = 1, .log = true, .conditions = &is_forest, .n_conditions = 1}, // shrinkage
    {.kind = PARAM_DOUBLE, .lo = 1e-2, .hi = 1e3, .log = true, .conditions = &is_machine, .n_conditions = 1}, // C
    {.kind = PARAM_DOUBLE, .lo = 1e-4, .hi = 10, .log = true, .conditions = &is_machine, .n_conditions = 1},  // gamma
    {.kind = PARAM_INT, .lo = 1, .hi = 8, .conditions = &is_network, .n_conditions = 1},                  // layers
    {.kind = PARAM_DOUBLE, .lo = 1e-5, .hi = 1, .log = true, .conditions = &is_network, .n_conditions = 1}, // rate
    DOUBLE(0.1, 1)};

static bool learns(const double *x)
{
    return is(x[0], 0) || (is(x[0], 1) ? log10(x[3]) + log10(x[4]) <= 2 : log10(x[6]) + 0.25 * x[5] <= -1.5);
}

static double learners(const double *x)
{
    double features = 0.4 * square(x[7] - 0.6);
    if (is(x[0], 0))
        return features + 0.12 + 0.004 * square(x[1] - 8) + 0.1 * square(log10(x[2]) + 1);
    if (is(x[0], 2))
        return features + 0.02 * square(x[5] - 5) + 0.08 * square(log10(x[6]) + 2.5);
    double c = log10(x[3]) - 1, gamma = log10(x[4]) + 1.5;
    return features + 0.06 + 0.04 * square(c) + 0.06 * square(gamma) + 0.03 * c * gamma;
}

// ------------------------------------------------------------------ steps

// Learning rate, batch size, momentum, layers.
static const double rates[] = {1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1}, batches[] = {8, 16, 32, 64, 128, 256};
static const struct param schedule_params[] = {GRID(rates), GRID(batches), UNIT, INT(1, 8)};

static bool is_stable(const double *x)
{
    double rate = log10(x[0]), batch = log2(x[1]);
    return rate - 0.3 * batch + 0.25 * x[3] < -1.6 && batch + x[3] < 12.5;
}

static double schedule(const double *x)
{
    double rate = log10(x[0]) + 1.6, momentum = x[2] - 0.65;
    return square(rate / 2) + 0.1 * square(log2(x[1]) - 5.8) + square(momentum) + 0.03 * square(x[3] - 6) + 0.2 * rate * momentum;
}

// More reactors in a row are better and work in a smaller part of the space.
static const struct param reactors_params[] = {INT(1, 4), UNIT, UNIT, UNIT};

static bool reacts(const double *x)
{
    double n = x[0] - 1;
    return x[1] > 0.22 * n && x[3] < 1 - 0.15 * n && x[2] > 0.1 * n - 0.2;
}

static double reactors(const double *x)
{
    double a = x[1] - 0.7, b = x[2] - 0.3;
    return 0.2 * (4 - x[0]) + 2 * square(a) + 2 * square(b) + square(x[3] - 0.5) + 0.6 * a * b;
}

// Ten switches, two of which do not go together although each is good.
static const struct param switches_params[] = {CATEGORY(2), CATEGORY(2), CATEGORY(2), CATEGORY(2), CATEGORY(2),
                                               CATEGORY(2), CATEGORY(2), CATEGORY(2), CATEGORY(2), CATEGORY(2)};

static bool starts(const double *x)
{
    return !(is(x[3], 1) && is(x[8], 1)) && !(is(x[0], 0) && is(x[6], 1) && is(x[9], 0));
}

static double switches(const double *x)
{
    static const double gain[] = {0.3, -0.6, 0.2, -0.7, 0.15, -0.25, -0.45, 0.4, -0.8, 0.1};
    double result = 0;
    for (size_t i = 0; i < COUNT(gain); i++)
        result += gain[i] * x[i];
    return result + 0.5 * x[1] * x[5] - 0.55 * x[2] * x[6] + 0.35 * x[3] * x[7] - 0.2 * x[4] * x[9];
}

// ------------------------------------------------------------------ linear constraints

static const double all_four[] = {1, 1, 1, 1}, first_three[] = {1, 1, 1, 0}, last_before_first[] = {-1, 0, 0, 1};

// Four metals, the rest is iron; too much of the first and too little iron do not melt together.
static const struct linear_constraint at_most_whole[] = {{all_four, 1, false}};
static const struct param fractions_params[] = {UNIT, UNIT, UNIT, UNIT};

static bool melts(const double *x)
{
    return x[0] < 0.38 && 1 - sum(x, 4) > 0.06;
}

static double alloy(const double *x)
{
    double iron = 1 - sum(x, 4);
    return 3 * (square(x[0] - 0.45) + square(x[1] - 0.25) + square(x[2] - 0.15) + square(x[3] - 0.1) + square(iron - 0.05)) +
           0.2 * x[0] * x[1];
}

// Three monomers, the rest is solvent; an initiator. The best initiator works with few of the recipes.
static const struct linear_constraint at_most_three[] = {{first_three, 1, false}};
static const struct param polymer_params[] = {UNIT, UNIT, UNIT, CATEGORY(3)};

static bool polymerises(const double *x)
{
    double solvent = 1 - x[0] - x[1] - x[2];
    return is(x[3], 1) ? x[0] < 0.42 && solvent > 0.12 : x[0] < 0.65;
}

static double polymer(const double *x)
{
    static const double worse[] = {0.12, 0, 0.22};
    double solvent = 1 - x[0] - x[1] - x[2];
    return worse[(size_t)x[3]] + 3 * (square(x[0] - 0.4) + square(x[1] - 0.3) + square(x[2] - 0.12) + square(solvent - 0.18));
}

// Flows with a limit for their sum and one that must not exceed another too much; pumps trip in the middle.
static const struct linear_constraint flows[] = {{first_three, 1.5, false}, {last_before_first, -0.4, true}};

static bool pumps(const double *x)
{
    return square(x[0] - 0.75) + square(x[1] - 0.5) > 0.05 && x[1] + x[3] < 1.25;
}

static double pipeline(const double *x)
{
    return 2 - x[0] - 0.8 * x[1] - 0.6 * x[2] + 1.2 * square(x[3] - 0.35) + 0.8 * square(x[0] - x[1]);
}

// ------------------------------------------------------------------ table

static const struct benchmark table[] = {
    {.name = "extraction", PARAMS(extraction_params, 4), .feasible = extracts, .objective = extraction, .optimum = 0.03125,
     .share = 0.685, .random = 0.245, .budget = 60, .source = "own: the best solvent boils over"},
    {.name = "catalysts", PARAMS(catalysts_params, 3), .feasible = catalyses, .objective = catalysts, .optimum = 0.0573905263157,
     .share = 0.533, .random = 0.048, .budget = 60, .source = "own: seven catalysts of fifteen never work"},
    {.name = "training", PARAMS(training_params, 8), .feasible = trains, .objective = training, .optimum = 0.0348,
     .share = 0.487, .random = 0.427, .budget = 80, .source = "own: out of memory, divergence, an activation that is not there"},
    {.name = "learners", PARAMS(learners_params, 8), .feasible = learns, .objective = learners, .optimum = 0.005,
     .share = 0.798, .random = 0.0623, .budget = 60, .source = "own: three branches, the best one diverges where it would be best"},
    {.name = "schedule", PARAMS(schedule_params, 4), .feasible = is_stable, .objective = schedule, .optimum = 0.005427445103,
     .share = 0.607, .random = 0.215, .budget = 60, .source = "own: grids and an integer, unstable in a half"},
    {.name = "reactors", PARAMS(reactors_params, 4), .feasible = reacts, .objective = reactors, .optimum = 0,
     .share = 0.556, .random = 0.184, .budget = 60, .source = "own: the best number works in a small part"},
    {.name = "switches", PARAMS(switches_params, 10), .feasible = starts, .objective = switches, .optimum = -2.15,
     .share = 0.656, .random = 0.375, .budget = 60, .source = "own: 1024 points, two switches do not go together"},
    {.name = "alloy", PARAMS(fractions_params, 4), .constraints = at_most_whole, .n_constraints = COUNT(at_most_whole),
     .feasible = melts, .objective = alloy, .optimum = 0.038344, .share = 0.681, .random = 0.11, .budget = 60,
     .source = "own: fractions of a whole, the optimum on a border"},
    {.name = "polymer", PARAMS(polymer_params, 4), .constraints = at_most_three, .n_constraints = COUNT(at_most_three),
     .feasible = polymerises, .objective = polymer, .optimum = 0, .share = 0.834, .random = 0.0919, .budget = 60,
     .source = "own: a mixture and a category, the best one works with few"},
    {.name = "pipeline", PARAMS(fractions_params, 4), .constraints = flows, .n_constraints = COUNT(flows), .feasible = pumps,
     .objective = pipeline, .optimum = 0.6477272727272, .share = 0.773, .random = 0.266, .budget = 60,
     .source = "own: two linear constraints"},
};
const struct problem_family mixed_problems = {table, COUNT(table)};
