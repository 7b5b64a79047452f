// Transform: from the user's metric values to the standardised values that the objective model sees, and back.
//
// Natural values -> minimised (the sign of a maximised metric is flipped here and nowhere else) -> divided by max |y|, so that
// 1e308 and 1e-308 are as good as 1 -> with `squash` and n >= 3 the half above the median is squashed,
// t = med + sc log(1 + (y - med) / sc), sc = med - min (the good half keeps its shape) -> mean 0 and population standard
// deviation 1. Values of a constraint metric are squashed on both sides of the *threshold* instead, t = sign(v) log(1 + |v|) with
// v = (y - threshold) / sc, sc the median distance from it ("bilog", D. Eriksson, M. Poloczek, "Scalable constrained Bayesian
// optimization", AISTATS 2021): what matters is on which side a value is, and one far away says little about where the border is.
// When the median is the minimum (up to rounding) nothing is squashed; values that are all equal become 0.
// Increasing in the minimised value. Only successful evaluations are transformed. Pure, any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct transform {
    double sign;   // -1: the metric is maximised
    double scale;  // max |y|, or 1 when all are 0
    double median; // of the scaled values: origin of what follows
    double unit;   // sc of the scaled values when squashed, else 1: unit of what follows
    bool squash;
    bool both_sides; // of a threshold, in the place of the median
    double mean; // of the squashed values
    double sd;   // their population standard deviation, or 1 when they are all equal
};

// Learns from n >= 1 finite natural values.
void transform_fit(struct transform *transform, const double *y, size_t n, bool maximize, bool squash);

// The same for a constraint metric.
void transform_fit_constraint(struct transform *transform, const double *y, size_t n, bool maximize, double threshold);

// Standardised value of a finite natural value.
double transform_apply(const struct transform *transform, double y);

// |dt/dy| at a natural value: a standard deviation s of y is slope * s in standardised units. May be infinite for tiny scales.
double transform_slope(const struct transform *transform, double y);

// Known noise variance of a value with standard deviation s >= 0 in standardised units, as a gp wants it: (slope s)^2, at most
// 1e10.
double transform_noise(const struct transform *transform, double y, double s);

// Natural mean and standard deviation of a prediction (mu, sd) in standardised units, by the delta method (exact where nothing
// is squashed). Clamped to finite numbers. Either output may be NULL.
void transform_invert(const struct transform *transform, double mu, double sd, double *mean, double *stddev);

// Expected improvement given as its logarithm in standardised units around the standardised value `best`, in natural units (delta
// method at best). Clamped to a finite number.
double transform_improvement(const struct transform *transform, double log_ei, double best);
