// Functions: objectives that several problems share. Pure; any thread. Sources: D. Ackley 1987; F. Branin 1972; J. Hartman 1973;
// A. Levy, A. Montalvo 1985; S. Mishra 2006 (bird); H. Rosenbrock 1960.
#pragma once

#include <stddef.h>

#define PI 3.14159265358979323846
#define COUNT(array) (sizeof(array) / sizeof *(array))

// Entries of a table of parameters.
#define DOUBLE(low, high) {.kind = PARAM_DOUBLE, .lo = (low), .hi = (high)}
#define INT(low, high) {.kind = PARAM_INT, .lo = (low), .hi = (high)}
#define DOUBLES4(low, high) DOUBLE(low, high), DOUBLE(low, high), DOUBLE(low, high), DOUBLE(low, high)
#define DOUBLES6(low, high) DOUBLES4(low, high), DOUBLE(low, high), DOUBLE(low, high)
#define DOUBLES10(low, high) DOUBLES6(low, high), DOUBLES4(low, high)

#define BRANIN_OPTIMUM 0.39788735772973816
#define HARTMANN_OPTIMUM -3.322368011415515

double square(double x);
double sum(const double *x, size_t n);
double norm(const double *x, size_t n);

double branin(const double *x);          // [-5, 10] x [0, 15], three equal minima
double hartmann(const double *x);        // [0, 1]^6
double hartmann_biased(const double *x, double less); // all weights of its bells are smaller by `less`
double ackley(const double *x, size_t n); // minimum 0 at 0
double rosenbrock(const double *x, size_t n); // minimum 0 at (1, ..., 1)
double levy(const double *x, size_t n);  // minimum 0 at (1, ..., 1)
double bird(double x, double y);
