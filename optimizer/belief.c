#include "optimizer/belief.h"

#include <math.h>

#include "optimizer/special.h"

static const double UNIFORM_SHARE = 0.05;     // of the mixture
static const double HALF_LOG_2PI = 0.91893853320467274178;
static const double EDGE = 1e-12;             // nearer to a bound a density that is infinite there is not asked for
enum { HALVINGS = 60 };

// Probability of the tail of a standard normal: the upper one from z on, or the lower one up to z.
static double tail(const struct belief *belief, double z)
{
    return special_cdf(belief->upper ? -z : z);
}

void belief_init(struct belief *belief, const struct param *param)
{
    double range = param->hi - param->lo;
    *belief = (struct belief){.kind = param->prior.kind, .a = param->prior.a, .b = param->prior.b};
    if (belief->kind == PRIOR_BETA)
        belief->log_mass = lgamma(belief->a) + lgamma(belief->b) - lgamma(belief->a + belief->b);
    if (belief->kind == PRIOR_NORMAL) {
        belief->a = (param->prior.a - param->lo) / range;
        belief->b = param->prior.b / range;
        belief->upper = belief->a < 0.5;
        belief->low = tail(belief, -belief->a / belief->b);
        belief->high = tail(belief, (1 - belief->a) / belief->b);
        belief->log_mass = log(fabs(belief->high - belief->low)) + log(belief->b) + HALF_LOG_2PI;
    }
    if (!isfinite(belief->log_mass))
        belief->kind = PRIOR_NONE;
}

// Probability below u.
static double cdf(const struct belief *belief, double u)
{
    if (belief->kind == PRIOR_BETA)
        return special_beta_cdf(u, belief->a, belief->b);
    return (tail(belief, (u - belief->a) / belief->b) - belief->low) / (belief->high - belief->low);
}

double belief_quantile(const struct belief *belief, double q)
{
    double low = 0, high = 1;
    if (belief->kind == PRIOR_NONE)
        return q;
    for (size_t i = 0; i < HALVINGS; i++) {
        double middle = 0.5 * (low + high);
        if (cdf(belief, middle) < q)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

double belief_log_density(const struct belief *belief, double u)
{
    double value, z = (u - belief->a) / belief->b;
    if (belief->kind == PRIOR_NONE)
        return 0;
    u = fmin(fmax(u, EDGE), 1 - EDGE);
    if (belief->kind == PRIOR_BETA)
        value = (belief->a - 1) * log(u) + (belief->b - 1) * log1p(-u) - belief->log_mass;
    else
        value = -0.5 * z * z - belief->log_mass;
    value = special_log_add_exp(log1p(-UNIFORM_SHARE) + value, log(UNIFORM_SHARE));
    return fmin(fmax(value, BELIEF_LEAST), BELIEF_MOST);
}
