#include "tests/problems/functions.h"

#include <math.h>

double square(double x)
{
    return x * x;
}

double sum(const double *x, size_t n)
{
    double result = 0;
    for (size_t i = 0; i < n; i++)
        result += x[i];
    return result;
}

double norm(const double *x, size_t n)
{
    double result = 0;
    for (size_t i = 0; i < n; i++)
        result += x[i] * x[i];
    return sqrt(result);
}

double branin(const double *x)
{
    double valley = x[1] - 5.1 / (4 * PI * PI) * x[0] * x[0] + 5 / PI * x[0] - 6;
    return valley * valley + 10 * (1 - 1 / (8 * PI)) * cos(x[0]) + 10;
}

double hartmann(const double *x)
{
    return hartmann_biased(x, 0);
}

double hartmann_biased(const double *x, double less)
{
    static const double weight[4] = {1.0, 1.2, 3.0, 3.2};
    static const double scale[4][6] = {
        {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
    static const double centre[4][6] = {{1312, 1696, 5569, 124, 8283, 5886},
                                        {2329, 4135, 8307, 3736, 1004, 9991},
                                        {2348, 1451, 3522, 2883, 3047, 6650},
                                        {4047, 8828, 8732, 5743, 1091, 381}};
    double result = 0;
    for (size_t k = 0; k < 4; k++) {
        double exponent = 0;
        for (size_t i = 0; i < 6; i++)
            exponent += scale[k][i] * square(x[i] - 1e-4 * centre[k][i]);
        result -= (weight[k] - less) * exp(-exponent);
    }
    return result;
}

double ackley(const double *x, size_t n)
{
    double waves = 0;
    for (size_t i = 0; i < n; i++)
        waves += cos(2 * PI * x[i]);
    return -20 * exp(-0.2 * norm(x, n) / sqrt((double)n)) - exp(waves / (double)n) + 20 + exp(1);
}

double rosenbrock(const double *x, size_t n)
{
    double result = 0;
    for (size_t i = 0; i + 1 < n; i++)
        result += square(1 - x[i]) + 100 * square(x[i + 1] - x[i] * x[i]);
    return result;
}

double levy(const double *x, size_t n)
{
    double result = square(sin(PI * (1 + (x[0] - 1) / 4)));
    for (size_t i = 0; i < n; i++) {
        double w = (x[i] - 1) / 4;
        result += w * w * (i + 1 < n ? 1 + 10 * square(sin(PI * (1 + w) + 1)) : 1 + square(sin(2 * PI * (1 + w))));
    }
    return result;
}

double bird(double x, double y)
{
    return sin(y) * exp(square(1 - cos(x))) + cos(x) * exp(square(1 - sin(y))) + square(x - y);
}
