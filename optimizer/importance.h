// Importance: which parameters decide whether an evaluation fails, and which move a metric: read off the models.
//
// Total effect of a parameter: how much f varies when this parameter alone is drawn anew, averaged over the space,
//
//     T_i = 1 / (2 N) sum_j (f(a_j) - f(a_j with coordinate i of b_j))^2
//
// with N points a and N points b, which are the two halves of the coordinates of one scrambled Sobol sequence (as Saltelli advises; above
// 20 parameters they are uniform); then scaled to sum 1. A parameter that matters only together with others counts. Under linear
// constraints a fills what they leave, and coordinate i is drawn anew *given the others*: b_j says where on the chord of what is left
// through a_j (chord.h), so that no other coordinate moves. f is the probability of feasibility that is told (calibration.h), or the
// posterior mean of a metric in standardised units, of the full evaluation: values of cheap ones (tasks) are aligned and have their own
// kernel column (fidelity.h).
//
// Source: M. Jansen, "Analysis of variance designs for model output", Computer Physics Communications 117, 1999, equation 9;
// A. Saltelli and others, "Variance based sensitivity analysis of model output", same journal 181, 2010, table 2; for inputs that
// depend on each other S. Kucherenko, S. Tarantola, P. Annoni, "Estimation of global sensitivity indices for models with dependent
// variables", same journal 183, 2012; for Gaussian processes J. Oakley, A. O'Hagan, "Probabilistic sensitivity analysis of complex
// models: a Bayesian approach", J. R. Statist. Soc. B 66, 2004.
// Cost: (p + 1) N predictions. Pure; one thread at a time, as the models. For metrics see metric_importance in suggest.h.
#pragma once

#include <stdint.h>

#include "optimizer/calibration.h"
#include "optimizer/space.h"

#define IMPORTANCE_POINTS 1024
// Metrics: at most so many successes, drawn by (seed, number of them), and evaluations of the fit.
#define IMPORTANCE_SUCCESSES 300
#define IMPORTANCE_EVALUATIONS 60

// share [p] of each parameter, >= 0, sum 1; 1/p each where the probability is the same everywhere.
void importance_of_failure(const struct space *space, struct calibration *calibration, uint32_t seed, double *share);
