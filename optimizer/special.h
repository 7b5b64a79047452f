// Special: functions of the standard normal distribution that stay accurate in the tails, and sums of exponentials in log space.
//
// Pure functions, any thread. Relative accuracy 1e-10 or better over the whole finite range (absolute where the value passes
// zero). Sources: gsl_sf_erfc, gsl_sf_log_erfc, gsl_sf_hazard (GSL manual, "Error functions"); log_h after S. Ament et al.,
// "Unexpected improvements to expected improvement for Bayesian optimization", NeurIPS 2023, with our own branches.
#pragma once

// phi(z), Phi(z), log Phi(z).
double special_pdf(double z);
double special_cdf(double z);
double special_log_cdf(double z);

// Hazard (inverse Mills ratio) phi(t) / (1 - Phi(t)); 0 where it underflows, about t for large t.
double special_hazard(double t);

// log h(z), h(z) = phi(z) + z Phi(z): the logarithm of the expected improvement of a standard normal. Three branches:
//   z > -1         directly
//   -50 < z <= -1  -z^2/2 - log(2 pi)/2 + log(1 - t / H(t)), t = -z, H the hazard
//   z <= -50       -z^2/2 - log(2 pi)/2 + log((1 - 3/t^2 (1 - 5/t^2)) / t^2)
double special_log_h(double z);

// log of the expected improvement below `best` of N(mu, var + 1e-9).
double special_log_ei(double mu, double var, double best);

// Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1.
double special_incomplete_beta(double a, double b, double x);

// log(exp(a) + exp(b)); -infinity counts as nothing.
double special_log_add_exp(double a, double b);

// log(1 - exp(-x)) for x >= 0; -infinity at 0.
double special_log1mexp(double x);

// Probability that a beta variable with shapes a, b > 0 is below x in [0, 1], to 1e-10 (absolute); for shapes that the series cannot do
// (above 1e5), that of the normal variable with its mean and variance, rough when the other shape is small. Source: gsl_cdf_beta_P.
double special_beta_cdf(double x, double a, double b);
