// Hypervolume: the area that a front of two minimised objectives dominates, below a reference point, and its expected growth.
//
//     HV     area of the union of [a_i, r_1] x [b_i, r_2] over the points (a_i, b_i)
//     EHVI   E[HV(front and Y) - HV(front)] for independent normal Y_1, Y_2
//
// With the front sorted, a_1 < ... < a_n and b_1 > ... > b_n, the area that is not dominated falls into n + 1 strips, strip i between
// a_i and a_(i+1) (a_0 = -infinity, a_(n+1) = r_1) and below b_i (b_0 = r_2), and as Y_1 and Y_2 are independent
//
//     EHVI = sum_i (psi_1(a_(i+1)) - psi_1(a_i)) psi_2(b_i)        psi_j(t) = E[max(t - Y_j, 0)], the expected improvement below t
//
// which is exact. Source: M. Emmerich, K. Yang, A. Deutz, H. Wang, C. Fonseca, "A multicriteria generalization of Bayesian global
// optimization", 2016, and K. Yang, M. Emmerich, A. Deutz, T. Bäck, "Multi-objective Bayesian global optimization using expected
// hypervolume improvement gradient", Swarm and Evolutionary Computation 44, 2019. The sum is taken in log space, with psi from
// special_log_ei, so that it still ranks points where the EHVI itself would be 0 in double precision (the idea of S. Ament et al.,
// "Unexpected improvements to expected improvement for Bayesian optimization", NeurIPS 2023; no smoothing, as no gradients are
// needed). O(n) for a point. Pure.
#pragma once

#include <stddef.h>

// At most this many points are kept: of more, those that add least to the area are left out, one after another (N. Beume, B. Naujoks,
// M. Emmerich, "SMS-EMOA", European Journal of Operational Research 181, 2007).
#define FRONT_MAX 100

struct front {
    double ref[2]; // r
    size_t n;
    double a[FRONT_MAX], b[FRONT_MAX]; // sorted as above; all below r
};

// The front of n points (first[i], second[i]), of which any may be dominated, equal to others or not below ref.
void front_init(struct front *front, const double *first, const double *second, size_t n, const double ref[2]);

// The same with n further points.
void front_add(struct front *front, const double *first, const double *second, size_t n);

double front_area(const struct front *front);

// log EHVI of N(mu, var) with the variances of special_log_ei. -infinity only where a logarithm underflows; never NaN for finite mu
// and var >= 0.
double front_log_improvement(const struct front *front, const double mu[2], const double var[2]);
