#include "optimizer/hyperprior.h"

#include <assert.h>
#include <math.h>

struct row {
    double loc, sd, lo, hi, start;
};

static struct row row_of(const struct hyperprior *prior, size_t p, double box, size_t i)
{
    assert(p >= 1 && box > 0 && box <= 1);
    if (i < p)
        return (struct row){log(prior->length.scale) + 0.5 * log((double)p) + log(box), prior->length.sd, log(prior->length.lo),
                            log(prior->length.hi), log(prior->length.start)};
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
