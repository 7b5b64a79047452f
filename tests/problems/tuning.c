#include "tests/problems/problems.h"

#include <math.h>

#include "tests/problems/functions.h"

// ------------------------------------------------------------------ two dimensions

static const struct param branin_params[] = {DOUBLE(-5, 10), DOUBLE(0, 15)};

static bool in_branin_disk(const double *x)
{
    return square(x[0] - 2.5) + square(x[1] - 7.5) <= 50;
}

static bool outside_branin_holes(const double *x)
{
    return square(x[0] - PI) + square(x[1] - 2.275) >= 9 && square(x[0] - 9.42478) + square(x[1] - 2.475) >= 9;
}

static const struct param gardner_params[] = {DOUBLE(0, 6), DOUBLE(0, 6)};

static double gardner1(const double *x)
{
    return cos(2 * x[0]) * cos(x[1]) + sin(x[0]);
}

static bool in_gardner1(const double *x)
{
    return cos(x[0]) * cos(x[1]) - sin(x[0]) * sin(x[1]) <= 0.5;
}

static double gardner2(const double *x)
{
    return sin(x[0]) + x[1];
}

static bool in_gardner2(const double *x)
{
    return sin(x[0]) * sin(x[1]) + 0.95 <= 0;
}

static const struct param gramacy_params[] = {DOUBLE(0, 1), DOUBLE(0, 1)};

static double gramacy(const double *x)
{
    return x[0] + x[1];
}

static bool in_gramacy(const double *x)
{
    return 1.5 - x[0] - 2 * x[1] - 0.5 * sin(2 * PI * (x[0] * x[0] - 2 * x[1])) <= 0 && x[0] * x[0] + x[1] * x[1] <= 1.5;
}

static const struct param townsend_params[] = {DOUBLE(-2.25, 2.5), DOUBLE(-2.5, 1.75)};

static double townsend(const double *x)
{
    return -square(cos((x[0] - 0.1) * x[1])) - x[0] * sin(3 * x[0] + x[1]);
}

static bool in_townsend(const double *x)
{
    double t = atan2(x[0], x[1]);
    double r = 2 * cos(t) - 0.5 * cos(2 * t) - 0.25 * cos(3 * t) - 0.125 * cos(4 * t);
    return x[0] * x[0] + x[1] * x[1] <= r * r + square(2 * sin(t));
}

static const struct param bird_params[] = {DOUBLE(-10, 0), DOUBLE(-6.5, 0)};

static double constrained_bird(const double *x)
{
    return bird(x[0], x[1]);
}

static bool in_bird(const double *x)
{
    return square(x[0] + 5) + square(x[1] + 5) <= 25;
}

static const struct param rosenbrock_params[] = {DOUBLE(-1.5, 1.5), DOUBLE(-1.5, 1.5)};

static double rosenbrock2(const double *x)
{
    return rosenbrock(x, 2);
}

static bool in_rosenbrock(const double *x)
{
    return x[0] * x[0] + x[1] * x[1] <= 2;
}

// ------------------------------------------------------------------ more dimensions

static const struct param hartmann_params[] = {DOUBLES6(0, 1)};

static bool in_norm125(const double *x)
{
    return norm(x, 6) <= 1.25;
}

static bool in_norm1(const double *x)
{
    return norm(x, 6) <= 1;
}

static const struct param ackley_params[] = {DOUBLES10(-5, 10)};

static double ackley5(const double *x)
{
    return ackley(x, 5);
}

static double ackley10(const double *x)
{
    return ackley(x, 10);
}

static bool in_ackley5(const double *x)
{
    return sum(x, 5) <= 5 && norm(x, 5) <= 12;
}

static bool in_ackley10(const double *x)
{
    return sum(x, 10) <= 20 && norm(x, 10) <= 18;
}

static const struct param keane_params[] = {DOUBLES4(0, 10), DOUBLE(0, 10)};

static double keane(const double *x)
{
    double fourth = 0, product = 1, weighted = 0;
    for (size_t i = 0; i < 5; i++) {
        double c = square(cos(x[i]));
        fourth += c * c;
        product *= c;
        weighted += (double)(i + 1) * x[i] * x[i];
    }
    return -fabs(fourth - 2 * product) / sqrt(weighted);
}

static bool in_keane(const double *x)
{
    return x[0] * x[1] * x[2] * x[3] * x[4] >= 0.75 && sum(x, 5) <= 37.5;
}

// ------------------------------------------------------------------ engineering

static const struct param beam_params[] = {DOUBLE(0.125, 2), DOUBLE(0.1, 10), DOUBLE(0.1, 10), DOUBLE(0.1, 2)};

static double beam(const double *x)
{
    return 1.10471 * x[0] * x[0] * x[1] + 0.04811 * x[2] * x[3] * (14 + x[1]);
}

static bool in_beam(const double *x)
{
    const double h = x[0], l = x[1], t = x[2], b = x[3], load = 6000, length = 14, e = 30e6, g = 12e6;
    double shear = load / (sqrt(2) * h * l), moment = load * (length + l / 2);
    double radius = sqrt(l * l / 4 + square((h + t) / 2));
    double inertia = 2 * sqrt(2) * h * l * (l * l / 12 + square((h + t) / 2));
    double torsion = moment * radius / inertia;
    double stress = sqrt(shear * shear + shear * torsion * l / radius + torsion * torsion);
    double bending = 6 * load * length / (b * t * t), deflection = 4 * load * pow(length, 3) / (e * t * t * t * b);
    double buckling = 4.013 * e * sqrt(t * t * pow(b, 6) / 36) / (length * length) * (1 - t / (2 * length) * sqrt(e / (4 * g)));
    return stress <= 13600 && bending <= 30000 && h <= b && deflection <= 0.25 && load <= buckling;
}

static const struct param vessel_params[] = {INT(1, 99), INT(1, 99), DOUBLE(10, 200), DOUBLE(10, 200)};

static double vessel(const double *x)
{
    double shell = x[0] * 0.0625, head = x[1] * 0.0625, r = x[2], l = x[3];
    return 0.6224 * shell * r * l + 1.7781 * head * r * r + 3.1661 * shell * shell * l + 19.84 * shell * shell * r;
}

static bool in_vessel(const double *x)
{
    double shell = x[0] * 0.0625, head = x[1] * 0.0625, r = x[2], l = x[3];
    return 0.0193 * r <= shell && 0.00954 * r <= head && PI * r * r * l + 4.0 / 3 * PI * r * r * r >= 1296000 && l <= 240;
}

static const struct param spring_params[] = {DOUBLE(0.05, 2), DOUBLE(0.25, 1.3), DOUBLE(2, 15)};
static const double spring_start[] = {0.07, 0.9, 8};

static double spring(const double *x)
{
    return (x[2] + 2) * x[1] * x[0] * x[0];
}

static bool in_spring(const double *x)
{
    const double w = x[0], d = x[1], n = x[2];
    return 1 - d * d * d * n / (71785 * pow(w, 4)) <= 0 &&
           (4 * d * d - w * d) / (12566 * (d * w * w * w - pow(w, 4))) + 1 / (5108 * w * w) <= 1 &&
           1 - 140.45 * w / (d * d * n) <= 0 && (w + d) / 1.5 <= 1;
}

static const struct param reducer_params[] = {DOUBLE(2.6, 3.6), DOUBLE(0.7, 0.8), INT(17, 28),    DOUBLE(7.3, 8.3),
                                              DOUBLE(7.3, 8.3), DOUBLE(2.9, 3.9), DOUBLE(5, 5.5)};
static const double reducer_start[] = {3.55, 0.7, 18, 7.9, 8.1, 3.6, 5.45};

static double reducer(const double *x)
{
    return 0.7854 * x[0] * x[1] * x[1] * (3.3333 * x[2] * x[2] + 14.9334 * x[2] - 43.0934) -
           1.508 * x[0] * (x[5] * x[5] + x[6] * x[6]) + 7.4777 * (pow(x[5], 3) + pow(x[6], 3)) +
           0.7854 * (x[3] * x[5] * x[5] + x[4] * x[6] * x[6]);
}

static bool in_reducer(const double *x)
{
    double teeth = x[1] * x[2];
    return 27 / (x[0] * x[1] * teeth) <= 1 && 397.5 / (x[0] * teeth * teeth) <= 1 &&
           1.93 * pow(x[3], 3) / (teeth * pow(x[5], 4)) <= 1 && 1.93 * pow(x[4], 3) / (teeth * pow(x[6], 4)) <= 1 &&
           sqrt(square(745 * x[3] / teeth) + 16.9e6) / (110 * pow(x[5], 3)) <= 1 &&
           sqrt(square(745 * x[4] / teeth) + 157.5e6) / (85 * pow(x[6], 3)) <= 1 && teeth / 40 <= 1 && 5 * x[1] / x[0] <= 1 &&
           x[0] / (12 * x[1]) <= 1 && (1.5 * x[5] + 1.9) / x[3] <= 1 && (1.1 * x[6] + 1.9) / x[4] <= 1;
}

// ------------------------------------------------------------------ training of a network, imitated

enum { LAYERS, WIDTH, BATCH, RATE, DROPOUT, OPTIMIZER, ACTIVATION };
static const double batches[] = {8, 16, 32, 64, 128, 256, 512, 1024};
static const struct param network_params[] = {
    INT(1, 12),
    INT(16, 2048),
    {.kind = PARAM_GRID, .n_levels = COUNT(batches), .grid = batches},
    {.kind = PARAM_DOUBLE, .lo = 1e-5, .hi = 1, .log = true},
    DOUBLE(0, 0.8),
    {.kind = PARAM_CATEGORICAL, .n_levels = 3}, // sgd, adam, rmsprop
    {.kind = PARAM_CATEGORICAL, .n_levels = 2}, // relu, tanh
};
static const double best_log_rate[3] = {-0.6, -2.8, -3.2};

static double network(const double *x)
{
    static const double offset[3] = {0.35, 0, 0.1};
    double best = best_log_rate[(size_t)x[OPTIMIZER]] + 0.35 * 0.3 * log2(x[BATCH] / 64) - 0.12 * (x[LAYERS] - 4);
    double capacity = log2(x[WIDTH]) + 1.3 * log2(x[LAYERS]);
    double bias = 2.2 * exp(-0.33 * (capacity - 4));
    double excess = fmax(0, capacity - 12.5), drop = fmax(0, x[DROPOUT] - 0.35);
    double overfit = 0.018 * excess * excess * (1 + 2 * square(0.5 - x[DROPOUT])) + 0.25 * drop * drop;
    double activation = x[ACTIVATION] > 0.5 ? 0.12 * (1 + 0.15 * x[LAYERS]) : 0;
    return 0.2 + offset[(size_t)x[OPTIMIZER]] + activation + bias + overfit + 0.11 * square(log10(x[RATE]) - best) +
           0.04 * fabs(log2(x[BATCH] / 128));
}

static bool fits_in_memory(const double *x)
{
    double weights = x[LAYERS] * x[WIDTH] * x[WIDTH] * 4 / 1048576;
    double memory = 3 * weights + 14 * x[BATCH] * x[LAYERS] * x[WIDTH] * 4 / 1048576;
    memory += x[OPTIMIZER] > 0.5 ? 2 * weights : 0;
    double limit = best_log_rate[(size_t)x[OPTIMIZER]] + 1.1 - 0.1 * (x[LAYERS] - 1);
    return memory <= 180 && log10(x[RATE]) <= limit;
}

// ------------------------------------------------------------------ table

static const struct benchmark table[] = {
    {.name = "branin_disk", PARAMS(branin_params, 2), .feasible = in_branin_disk, .objective = branin, .optimum = BRANIN_OPTIMUM,
     .share = 0.698, .random = 1.69, .budget = 50, .source = "M. Gelbart, J. Snoek, R. Adams 2014"},
    {.name = "branin_holes", PARAMS(branin_params, 2), .feasible = outside_branin_holes, .objective = branin,
     .optimum = BRANIN_OPTIMUM, .share = 0.809, .random = 2.48, .budget = 50,
     .source = "own: two of the three basins lie in failing disks"},
    {.name = "gardner1", PARAMS(gardner_params, 2), .feasible = in_gardner1, .objective = gardner1, .optimum = -2,
     .share = 0.666, .random = 0.127, .budget = 50, .source = "J. Gardner et al. 2014, simulation 1"},
    {.name = "gardner2", PARAMS(gardner_params, 2), .feasible = in_gardner2, .objective = gardner2,
     .optimum = 0.2532358975033788, .share = 0.0175, .random = 0.525, .budget = 100,
     .source = "J. Gardner et al. 2014, simulation 2: two tiny islands"},
    {.name = "gramacy", PARAMS(gramacy_params, 2), .feasible = in_gramacy, .objective = gramacy, .optimum = 0.5997880520100736,
     .share = 0.458, .random = 0.185, .budget = 50, .source = "R. Gramacy et al. 2016"},
    {.name = "townsend", PARAMS(townsend_params, 2), .feasible = in_townsend, .objective = townsend,
     .optimum = -2.0239883623257495, .share = 0.648, .random = 0.437, .budget = 50, .source = "A. Townsend 2014, modified"},
    {.name = "mishra_bird", PARAMS(bird_params, 2), .feasible = in_bird, .objective = constrained_bird,
     .optimum = -106.76453674926476, .share = 0.831, .random = 39.1, .budget = 50, .source = "S. Mishra 2006, constrained"},
    {.name = "rosenbrock_disk", PARAMS(rosenbrock_params, 2), .feasible = in_rosenbrock, .objective = rosenbrock2, .optimum = 0,
     .share = 0.698, .random = 0.744, .budget = 60, .source = "Rosenbrock in a disk, optimum on its border"},
    {.name = "hartmann6_norm125", PARAMS(hartmann_params, 6), .feasible = in_norm125, .objective = hartmann,
     .optimum = HARTMANN_OPTIMUM, .share = 0.29, .random = 1.52, .budget = 80, .source = "Hartmann in a ball of radius 1.25"},
    {.name = "hartmann6_norm1", PARAMS(hartmann_params, 6), .feasible = in_norm1, .objective = hartmann,
     .optimum = HARTMANN_OPTIMUM, .share = 0.0807, .random = 2.31, .budget = 80,
     .source = "B. Letham et al. 2019: Hartmann in the unit ball"},
    {.name = "ackley5", PARAMS(ackley_params, 5), .feasible = in_ackley5, .objective = ackley5, .optimum = 0, .share = 0.22,
     .random = 8.22, .budget = 80, .source = "D. Eriksson, M. Poloczek 2021, relaxed"},
    {.name = "ackley10", PARAMS(ackley_params, 10), .feasible = in_ackley10, .objective = ackley10, .optimum = 0, .share = 0.357,
     .random = 10.2, .budget = 100, .source = "D. Eriksson, M. Poloczek 2021, relaxed"},
    {.name = "keane5", PARAMS(keane_params, 5), .feasible = in_keane, .objective = keane, .optimum = -0.6344486869490069,
     .share = 0.966, .random = 0.41, .budget = 80, .source = "A. Keane 1994"},
    {.name = "welded_beam", PARAMS(beam_params, 4), .feasible = in_beam, .objective = beam, .optimum = 1.7248523085973695,
     .share = 0.261, .random = 2.78, .budget = 80, .source = "C. Coello 2000"},
    {.name = "pressure_vessel", PARAMS(vessel_params, 4), .feasible = in_vessel, .objective = vessel,
     .optimum = 6059.714335048512, .share = 0.401, .random = 18800, .budget = 80,
     .source = "E. Sandgren 1990, plates in sixteenths of an inch"},
    {.name = "tension_spring", PARAMS(spring_params, 3), .feasible = in_spring, .objective = spring,
     .optimum = 0.01266523278831969, .share = 0.00749, .random = 0.0314, .budget = 80, .start = spring_start,
     .source = "J. Arora 1989"},
    {.name = "speed_reducer", PARAMS(reducer_params, 7), .feasible = in_reducer, .objective = reducer,
     .optimum = 2994.4710661472077, .share = 0.000982, .random = 390, .budget = 100, .start = reducer_start,
     .source = "J. Golinski 1973"},
    {.name = "nn_oom", PARAMS(network_params, 7), .feasible = fits_in_memory, .objective = network,
     .optimum = 0.31406872509378675, .share = 0.403, .random = 0.13, .budget = 80,
     .source = "own: out-of-memory and divergence fail"},
};
const struct problem_family tuning_problems = {table, COUNT(table)};
