#include "optimizer/special.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

static const double SQRT_HALF = 0.70710678118654752440;    // sqrt(1/2)
static const double LOG_TWO = 0.69314718055994530942;      // log 2
static const double HALF_LOG_2PI = 0.91893853320467274178; // log(2 pi) / 2

// Beyond this a square overflows; all the functions have long reached their asymptotes.
static const double FAR = 1e150;

double special_pdf(double z)
{
    return exp(-0.5 * z * z - HALF_LOG_2PI);
}

double special_cdf(double z)
{
    return 0.5 * erfc(-z * SQRT_HALF);
}

double special_log_cdf(double z)
{
    if (z > 0) // Phi is near 1: its complement keeps the digits
        return log1p(-0.5 * erfc(z * SQRT_HALF));
    if (z < -1e4) { // the next term of the series, 1 / z^2, no longer shows; GSL's quotient of polynomials overflows far out
        double t = fmin(-z, FAR);
        return -0.5 * t * t - HALF_LOG_2PI - log(t);
    }
    gsl_sf_result result;
    gsl_sf_log_erfc_e(-z * SQRT_HALF, &result);
    return result.val - LOG_TWO;
}

double special_hazard(double t)
{
    gsl_sf_result result;
    if (t > FAR)
        return t;
    int status = gsl_sf_hazard_e(t, &result);
    if (status == GSL_EUNDRFLW || t < -38) // phi(-38.6) is the smallest normal number
        return special_pdf(t);
    return result.val;
}

double special_log_h(double z)
{
    if (z > -1)
        return log(special_pdf(z) + z * special_cdf(z));
    double t = z < -FAR ? FAR : -z;
    double tail = -0.5 * t * t - HALF_LOG_2PI;
    if (t < 50)
        return tail + log(1 - t / special_hazard(t));
    double inverse = 1 / (t * t);
    return tail + log1p(-3 * inverse * (1 - 5 * inverse)) - 2 * log(t);
}

double special_log_ei(double mu, double var, double best)
{
    static const double VARIANCE_FLOOR = 1e-9; // keeps the standardised improvement finite at observed points
    double sd = sqrt(var + VARIANCE_FLOOR);
    return special_log_h((best - mu) / sd) + log(sd);
}

double special_incomplete_beta(double a, double b, double x)
{
    gsl_sf_result result;
    return gsl_sf_beta_inc_e(a, b, x, &result) == GSL_SUCCESS ? result.val : 0;
}

double special_log_add_exp(double a, double b)
{
    double high = fmax(a, b), low = fmin(a, b);
    if (isinf(high))
        return high; // both -infinity, or one +infinity: the difference below would be NaN
    return high + log1p(exp(low - high));
}

double special_log1mexp(double x)
{
    // M. Maechler, "Accurately computing log(1 - exp(-|a|))", 2012: the better form changes at log 2.
    return x < LOG_TWO ? log(-expm1(-x)) : log1p(-exp(-x));
}

double special_beta_cdf(double x, double a, double b)
{
    static const double LARGE = 1e5; // the continued fraction does not converge in time above
    if (!(x > 0))
        return 0;
    if (x >= 1)
        return 1;
    if (a < LARGE && b < LARGE) {
        double p = gsl_cdf_beta_P(x, a, b);
        if (p >= 0 && p <= 1)
            return p;
    }
    double mean = 1 / (1 + b / a), variance = mean * (1 / (1 + a / b)) / (a + b + 1);
    return variance > 0 ? special_cdf((x - mean) / sqrt(variance)) : x < mean ? 0 : 1;
}
