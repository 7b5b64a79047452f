#include "optimizer/hyperprior.h"

#include <assert.h>
#include <math.h>

struct row {
    double loc, sd, lo, hi, start;
};

// At length scale 1 the correlation of the cheapest and the full evaluation of a point is 0.52, at 2 it is 0.83, at 0.5 it is 0.14.
static const struct row FIDELITY = {.loc = 0.40546510810816438 /* log 1.5 */, .sd = 1, .lo = -2.3, .hi = 4.6,
                                    .start = 0.40546510810816438};

static struct row row_of(const struct hyperprior *prior, size_t p, double box, size_t i)
{
    assert(p >= 1 && box > 0 && box <= 1);
    size_t axes = prior->fidelity ? p - 1 : p;
    if (i < axes)
        return (struct row){log(prior->length.scale) + 0.5 * log((double)axes) + log(box), prior->length.sd, log(prior->length.lo),
                            log(prior->length.hi), log(prior->length.start)};
    if (i < p)
        return FIDELITY;
    if (i == p)
        return (struct row){prior->variance.loc, prior->variance.sd, prior->variance.lo, prior->variance.hi,
                            prior->variance.start};
    return (struct row){prior->last.loc, prior->last.sd, prior->last.lo, prior->last.hi, prior->last.start};
}

void hyperprior_fill(const struct hyperprior *prior, size_t p, double box, double *loc, double *sd, double *lo, double *hi,
                     double *start)
{
    for (size_t i = 0; i < HYPERPRIOR_SIZE(p); i++) {
        struct row row = row_of(prior, p, box, i);
        if (loc != NULL)
            loc[i] = row.loc;
        if (sd != NULL)
            sd[i] = row.sd;
        if (lo != NULL)
            lo[i] = row.lo;
        if (hi != NULL)
            hi[i] = row.hi;
        if (start != NULL)
            start[i] = row.start;
    }
}

double hyperprior_add(const struct hyperprior *prior, size_t p, double box, const double *theta, double *gradient)
{
    double value = 0;
    for (size_t i = 0; i < HYPERPRIOR_SIZE(p); i++) {
        struct row row = row_of(prior, p, box, i);
        double z = (theta[i] - row.loc) / row.sd;
        value += 0.5 * z * z;
        if (gradient != NULL)
            gradient[i] += z / row.sd;
    }
    return value;
}
