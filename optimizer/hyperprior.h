// Hyperprior: what is believed about the hyperparameters of a model before data, and in which range they are searched.
//
// theta = [log length scale of each of p parameters (the fidelity among them), log signal variance, last]; last is the log noise
// variance of an objective model or the latent mean of the feasibility model. Priors are independent Gaussians in theta (constants
// dropped). The length scales are believed to be length_scale * sqrt(p) * box: they grow with the diagonal of the unit cube and
// shrink with the trust box, without which the box would not help. The tables of all models stand in their rooms (gp.c,
// feasibility.c).
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct hyperprior {
    struct {
        double scale; // exp(location) for one parameter and box 1
        double sd;
        double lo, hi; // bounds of exp(theta)
        double start;  // exp(theta) of the default start
    } length;
    struct {
        double loc, sd;
        double lo, hi; // bounds of theta
        double start;  // theta of the default start
    } variance, last;
    bool fidelity; // the last length scale is that of the fidelity (fidelity.h), which knows neither box nor dimension
};

// Number of hyperparameters for p length scales.
#define HYPERPRIOR_SIZE(p) ((p) + 2)

// Location, standard deviation, bounds and default start of each theta; arrays of HYPERPRIOR_SIZE(p), any may be NULL.
// 0 < box <= 1.
void hyperprior_fill(const struct hyperprior *prior, size_t p, double box, double *loc, double *sd, double *lo, double *hi,
                     double *start);

// -log prior at theta [HYPERPRIOR_SIZE(p)], and its derivative added to gradient (may be NULL).
double hyperprior_add(const struct hyperprior *prior, size_t p, double box, const double *theta, double *gradient);
