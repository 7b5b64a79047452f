// Belief: what the user's prior says of one double parameter, on its unit coordinate u in [0, 1].
//
// normal: mean and standard deviation, truncated to the bounds; beta: its shapes on the scaled interval. Initial points are quantiles
// of evenly spread numbers. Later the acquisition is multiplied by the density to a power that falls with the number of model-phase
// suggestions n: prior^(BELIEF_STRENGTH / n), in logarithms a sum (C. Hvarfner, D. Stoll, A. Souza, M. Lindauer, F. Hutter, L. Nardi,
// "piBO: augmenting acquisition functions with user beliefs for Bayesian optimization", ICLR 2022, equation 6). The density is mixed
// with the uniform one, so that a belief makes nothing impossible, however wrong it is. The strength is below the paper's 10: with
// failures, and budgets of some ten evaluations, a wrong prior cost more than a right one gained (docs/algorithms/spaces.md).
//
// A belief is a value, read only; any thread.
#pragma once

#include "optimizer/problem.h"

struct belief {
    enum prior_kind kind;  // PRIOR_NONE: uniform
    double a, b;           // normal: mean and standard deviation of u before truncation; beta: shapes
    double low, high;      // normal: tail probabilities at the bounds, taken on the side where they keep their digits
    bool upper;            // those are upper tails
    double log_mass;       // logarithm of the constant that makes the density one
};

#define BELIEF_STRENGTH 3

// Of a double parameter on a linear scale. A normal one whose mass lies outside the bounds altogether is no belief.
void belief_init(struct belief *belief, const struct param *param);

// The u below which a share q of the belief lies.
double belief_quantile(const struct belief *belief, double q);

// Logarithm of the density, mixed with the uniform one and cut where it is extreme: between BELIEF_LEAST and BELIEF_MOST.
#define BELIEF_LEAST (-3.0)
#define BELIEF_MOST 7.0
double belief_log_density(const struct belief *belief, double u);
