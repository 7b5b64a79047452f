// Problems with hidden constraints on which nothing was tuned.
#include <math.h>

#include "tests/problems/functions.h"
#include "tests/problems/problems.h"

// ------------------------------------------------------------------ Branin with other failures

static const struct param branin_params[] = {DOUBLE(-5, 10), DOUBLE(0, 15)};

// The published failure regions are in the unit square.
static double u0(const double *x)
{
    return (x[0] + 5) / 15;
}

static double u1(const double *x)
{
    return x[1] / 15;
}

static bool outside_mask(const double *x)
{
    return square(u0(x) - 0.5) + square(u1(x) - 0.4) >= 0.09;
}

static bool below_ripples(double a, double b)
{
    double bowl = 4 * (square(a - 0.7) + square(b - 0.7)), ripples = 2 * (cos(4 * PI * (a - 0.7)) + cos(4 * PI * (b - 0.7)));
    return 2.0 / 12 + 0.1 * (bowl - ripples) < 0.25;
}

static bool in_alimo(const double *x)
{
    return below_ripples(u0(x) + 0.15, 1 - u1(x));
}

static bool in_alimo_edge(const double *x)
{
    return below_ripples(u0(x) - 0.05, u1(x) + 0.05);
}

static bool near_walls(const double *x)
{
    return fabs(u0(x) - 0.5) >= 0.5 || fabs(u1(x) - 0.5) >= 0.4;
}

// ------------------------------------------------------------------ two dimensions

static const struct param waves_params[] = {DOUBLE(-2, 2), DOUBLE(-2, 2)};

static double wave(double z)
{
    return exp(-square(z - 1)) + exp(-0.8 * square(z + 1)) - 0.5 * sin(8 * (z + 0.1));
}

static double waves(const double *x)
{
    return -wave(x[0]) * wave(x[1]);
}

static bool outside_ellipse(const double *x)
{
    return square(x[0] + x[1]) / 8 + square(x[0] - x[1]) / 2 >= 1;
}

static const struct param simionescu_params[] = {DOUBLE(-1.25, 1.25), DOUBLE(-1.25, 1.25)};

static double simionescu(const double *x)
{
    return 0.1 * x[0] * x[1];
}

static bool in_flower(const double *x)
{
    return x[0] * x[0] + x[1] * x[1] <= square(1 + 0.2 * cos(8 * atan2(x[0], x[1])));
}

// Three surfaces on the unit square, stretched to [-5, 5].
static const struct param unit_params[] = {DOUBLE(0, 1), DOUBLE(0, 1)};

static double cusp(const double *u)
{
    return sqrt(fabs(10 * u[0] - 5)) + sqrt(fabs(10 * u[1] - 5));
}

static bool off_diagonal_and_ring(const double *u)
{
    double r2 = square(u[0] - 0.5) + square(u[1] - 0.5);
    return fabs(u[0] - u[1]) >= 0.1 && (r2 <= 0.05 || r2 >= 0.15);
}

static double bowl(const double *u)
{
    return square(10 * u[0] - 5) + 2 * square(10 * u[1] - 5);
}

static bool outside_discs(const double *u)
{
    static const double discs[][3] = {
        {0.37454, 0.95071, 0.06220}, {0.73199, 0.59866, 0.09952}, {0.15602, 0.15599, 0.05344}, {0.05808, 0.86618, 0.14093},
        {0.60112, 0.70807, 0.07588}, {0.02058, 0.96991, 0.11625}, {0.83244, 0.21234, 0.08117}, {0.18182, 0.18340, 0.10201},
        {0.30424, 0.52476, 0.10467}, {0.43195, 0.29123, 0.06849}, {0.61185, 0.13949, 0.14696}, {0.29214, 0.36636, 0.12751},
        {0.45607, 0.78518, 0.14395}, {0.19967, 0.51423, 0.13948}, {0.59241, 0.04645, 0.10979}, {0.60754, 0.17052, 0.14219},
        {0.06505, 0.94889, 0.05885}, {0.96563, 0.80840, 0.06960}, {0.30461, 0.09767, 0.05452}, {0.68423, 0.44015, 0.08253}};
    for (size_t i = 0; i < COUNT(discs); i++)
        if (square(u[0] - discs[i][0]) + square(u[1] - discs[i][1]) < square(discs[i][2]))
            return false;
    return true;
}

static double styblinski(const double *u)
{
    double result = 0;
    for (size_t i = 0; i < 2; i++) {
        double x = 10 * u[i] - 5;
        result += (x * x * x * x - 16 * x * x + 5 * x) / 2;
    }
    return result;
}

static bool off_corners(const double *u)
{
    return u[0] + u[1] >= 0.4 && !(u[0] > 0.6 && u[1] > 0.6) && !(u[0] < 0.4 && u[1] > 0.6) && !(u[0] > 0.6 && u[1] < 0.4);
}

// ------------------------------------------------------------------ more dimensions

static const struct param rosenbrock_params[] = {DOUBLES4(-2, 2)};

static double rosenbrock4(const double *x)
{
    return rosenbrock(x, 4);
}

static bool between(double low, double x, double high)
{
    return low < x && x < high;
}

static bool outside_bands(const double *x)
{
    return !between(0, x[0], 1) && !between(0, x[1], 1) && !between(1, x[2], 2) && !between(1, x[3], 2);
}

static const struct param schwefel_params[] = {DOUBLES6(-500, 500)};

static double schwefel(const double *x)
{
    double result = 2513.895;
    for (size_t i = 0; i < 6; i++)
        result -= x[i] * sin(sqrt(fabs(x[i])));
    return result;
}

static bool outside_good_band(const double *x)
{
    for (size_t i = 0; i < 6; i++)
        if (between(350, x[i], 420))
            return false;
    return true;
}

static const struct param ackley_params[] = {DOUBLES4(-10, 10), DOUBLE(-10, 10)};

static double ackley5(const double *x)
{
    return ackley(x, 5);
}

static bool in_islands(const double *x)
{
    double total = 0;
    for (size_t i = 0; i < 5; i++) {
        if (fabs(x[i]) <= 0.2)
            return false;
        total += x[i] * (sin(x[i]) + 0.1);
    }
    return total <= 0;
}

static const struct param bird_params[] = {DOUBLES4(-3 * PI, 3 * PI)};

static double bird4(const double *x)
{
    return bird(x[1], x[0]); // the other two only decide whether it works
}

static bool in_bird4(const double *x)
{
    double total = 0;
    for (size_t i = 0; i < 4; i++) {
        double a = sqrt(fabs(x[0] - x[i] + 1)), b = sqrt(fabs(x[0] + x[i] + 1));
        total += x[i] * sin(a) * cos(b) + (x[0] + 1) * sin(b) * cos(a);
    }
    return total <= 5;
}

static const struct param shubert_params[] = {DOUBLES10(-10, 10)};

static double shubert(const double *x)
{
    double result = 0;
    for (size_t i = 0; i < 10; i++)
        for (int j = 1; j <= 5; j++)
            result += j * sin((j + 1) * x[i]) + j;
    return result;
}

static bool in_quartic(const double *x)
{
    double total = 0;
    for (size_t i = 0; i < 10; i++)
        total += x[i] * x[i] * x[i] * x[i] - 16 * x[i] * x[i] + 5 * x[i];
    return total <= 10000;
}

static const struct param hartmann_params[] = {DOUBLES6(0, 1)};

static bool below_half_sum(const double *x)
{
    return sum(x, 6) <= 3;
}

// ------------------------------------------------------------------ table

static const struct benchmark table[] = {
    {.name = "branin_masked", PARAMS(branin_params, 2), .feasible = outside_mask, .objective = branin, .optimum = BRANIN_OPTIMUM,
     .share = 0.718, .random = 1.46, .budget = 50, .source = "Branin, a disc in the middle fails (manual of Trieste)"},
    {.name = "alimo", PARAMS(branin_params, 2), .feasible = in_alimo, .objective = branin, .optimum = BRANIN_OPTIMUM,
     .share = 0.494, .random = 0.933, .budget = 50, .source = "Branin where A. Alimo et al. 2018 works"},
    {.name = "alimo_edge", PARAMS(branin_params, 2), .feasible = in_alimo_edge, .objective = branin, .optimum = 0.41118122056,
     .share = 0.473, .random = 3.16, .budget = 50, .source = "the same, moved: the optimum lies on its border"},
    {.name = "tfaily1", PARAMS(waves_params, 2), .feasible = outside_ellipse, .objective = waves, .optimum = -2.184338890987,
     .share = 0.607, .random = 0.425, .budget = 50, .source = "A. Tfaily et al. 2023, problem 1"},
    {.name = "tfaily2", PARAMS(branin_params, 2), .feasible = near_walls, .objective = branin, .optimum = 0.933085157238809,
     .share = 0.2, .random = 3.44, .budget = 50, .source = "A. Tfaily et al. 2023, problem 2: Branin, only a rim works"},
    {.name = "tfaily3", PARAMS(rosenbrock_params, 4), .feasible = outside_bands, .objective = rosenbrock4, .optimum = 0,
     .share = 0.317, .random = 124, .budget = 80,
     .source = "A. Tfaily et al. 2023, problem 3: Rosenbrock, the optimum in a corner of what works"},
    {.name = "tfaily4", PARAMS(schwefel_params, 6), .feasible = outside_good_band, .objective = schwefel,
     .optimum = -0.00232363460236, .share = 0.647, .random = 1710, .budget = 80,
     .source = "A. Tfaily et al. 2023, problem 4: Schwefel"},
    {.name = "mueller1", PARAMS(ackley_params, 5), .feasible = in_islands, .objective = ackley5, .optimum = 6.0154709413,
     .share = 0.296, .random = 4.76, .budget = 80, .source = "J. Mueller, M. Day 2019, problem 1: Ackley on islands"},
    {.name = "mueller2", PARAMS(bird_params, 4), .feasible = in_bird4, .objective = bird4, .optimum = -106.76453674926476,
     .share = 0.635, .random = 42.2, .budget = 80, .source = "J. Mueller, M. Day 2019, problem 2: bird"},
    {.name = "mueller8", PARAMS(shubert_params, 10), .feasible = in_quartic, .objective = shubert, .optimum = 11.854674995378,
     .share = 0.273, .random = 103, .budget = 100, .source = "J. Mueller, M. Day 2019, problem 8 with a wider border"},
    {.name = "simionescu", PARAMS(simionescu_params, 2), .feasible = in_flower, .objective = simionescu, .optimum = -0.072,
     .share = 0.513, .random = 0.0258, .budget = 50, .source = "P. Simionescu 2014"},
    {.name = "hartmann6_sum", PARAMS(hartmann_params, 6), .feasible = below_half_sum, .objective = hartmann,
     .optimum = HARTMANN_OPTIMUM, .share = 0.5, .random = 1.46, .budget = 80,
     .source = "Hartmann, works where the sum is at most 3"},
    {.name = "dejong", PARAMS(unit_params, 2), .feasible = off_diagonal_and_ring, .objective = cusp, .optimum = 1,
     .share = 0.543, .random = 0.504, .budget = 50, .source = "R. Hickman et al. 2025: a cusp, the optimum on a border"},
    {.name = "hyperellipsoid", PARAMS(unit_params, 2), .feasible = outside_discs, .objective = bowl, .optimum = 0,
     .share = 0.541, .random = 0.461, .budget = 50, .source = "R. Hickman et al. 2025: a bowl with twenty holes"},
    {.name = "styblinski", PARAMS(unit_params, 2), .feasible = off_corners, .objective = styblinski,
     .optimum = -78.3323314075429, .share = 0.439, .random = 9.07, .budget = 50,
     .source = "R. Hickman et al. 2025: Styblinski-Tang"},
};
const struct problem_family further_problems = {table, COUNT(table)};
