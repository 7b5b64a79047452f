#include "optimizer/acquisition.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/special.h"

static const double PENALTY = 50, PENALTY_SLOPE = 20; // below the floor
static const double OPEN_RADIUS = 0.05;               // of the box
static const double VARIANCE_MIN = 1e-12;
static const double TINY = 1e-300;                    // keeps the distance term finite on an open point itself
static const double ISOLATION_FLOOR = 1e-12;
static const double WORTHLESS = -1e300; // for what is not a number
enum { BLOCK = 256 };                   // candidates scored at once

double acquisition_isolation(const double *z, const double *known, size_t n, size_t d)
{
    double nearest = HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t c = 0; c < d; c++)
            sum += (z[c] - known[i * d + c]) * (z[c] - known[i * d + c]);
        nearest = fmin(nearest, sum);
    }
    return nearest;
}

static double distance_term(const struct acquisition *acquisition, const double *u)
{
    if (acquisition->n_open == 0)
        return 0;
    double nearest = HUGE_VAL;
    for (size_t i = 0; i < acquisition->n_open; i++)
        nearest = fmin(nearest, space_distance(acquisition->space, u, acquisition->open + i * acquisition->space->p));
    double ratio = nearest / (OPEN_RADIUS * acquisition->box);
    return log(-expm1(-ratio * ratio) + TINY);
}

static void score_block(const struct acquisition *a, const double *u, size_t m, double *z, struct score *scores)
{
    double mu[BLOCK], var[BLOCK], log_pof[BLOCK], latent[BLOCK];
    size_t p = a->space->p, d = a->space->d;
    for (size_t i = 0; i < m; i++)
        space_encode(a->space, u + i * p, z + i * d);
    if (a->objective != NULL)
        gp_predict(a->objective, z, m, mu, var);
    if (a->feasibility != NULL)
        feasibility_log_pof(a->feasibility, z, m, log_pof, latent);
    for (size_t i = 0; i < m; i++) {
        struct score *score = &scores[i];
        if (a->objective != NULL)
            score->merit = special_log_ei(mu[i], fmax(var[i] - a->noise, VARIANCE_MIN), a->best);
        else if (a->feasibility != NULL)
            score->merit = 0.5 * log(latent[i]);
        else
            score->merit = log(fmin(acquisition_isolation(z + i * d, a->known, a->n_known, d), 1e6) + ISOLATION_FLOOR);
        score->log_pof = a->feasibility != NULL ? log_pof[i] : 0;
        score->distance = distance_term(a, u + i * p) + a->belief * space_log_belief(a->space, u + i * p);
    }
}

void acquisition_score(const struct acquisition *acquisition, const double *u, size_t m, struct score *scores)
{
    double *z = mem_calloc(BLOCK * acquisition->space->d, sizeof *z);
    for (size_t from = 0; from < m; from += BLOCK)
        score_block(acquisition, u + from * acquisition->space->p, m - from < BLOCK ? m - from : BLOCK, z, scores + from);
    free(z);
}

double acquisition_value(const struct acquisition *acquisition, const struct score *score, double floor)
{
    double value = score->merit;
    if (isnan(value))
        return WORTHLESS; // before the sum below takes it for zero improvement
    if (acquisition->objective != NULL && acquisition->feasibility != NULL)
        value = special_log_add_exp(value, log(acquisition->success));
    value += score->log_pof + score->distance;
    if (acquisition->feasibility != NULL && score->log_pof < log(floor))
        value += PENALTY_SLOPE * score->log_pof - PENALTY;
    return value > WORTHLESS ? value : WORTHLESS; // NaN too
}

bool acquisition_is_filler(const struct acquisition *acquisition, const struct score *score)
{
    return acquisition->objective != NULL && !(score->merit >= log(acquisition->success));
}
