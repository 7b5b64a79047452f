#include "optimizer/acquisition.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/special.h"

static const double PENALTY = 50, PENALTY_SLOPE = 20; // below the floor
static const double OUT_OF_TURN = 1000;               // another region's candidates: only where there are no others
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

// log of the share of a ball around z that is not in the ball of the nearest covered point.
static double log_new_ground(const struct acquisition *a, const double *z)
{
    double ratio = sqrt(acquisition_isolation(z, a->covered, a->n_covered, a->space->d)) / (2 * a->radius);
    if (ratio >= 1)
        return 0;
    return log(special_incomplete_beta(0.5, 0.5 * ((double)a->space->p + 1), ratio * ratio) + TINY);
}

// Predictions of the optimized metrics for a block of candidates, without the noise.
struct forecast {
    double mu[2][BLOCK], var[2][BLOCK];
};

static double merit_of(const struct acquisition *a, const struct forecast *f, size_t i, const double *z, double latent)
{
    switch (a->aim) {
    case AIM_FRONT:
        return front_log_improvement(a->front, (double[]){f->mu[0][i], f->mu[1][i]}, (double[]){f->var[0][i], f->var[1][i]});
    case AIM_SATISFYING:
        return 0;
    case AIM_GROUND:
        return log_new_ground(a, z);
    case AIM_VALUE:
    default:
        if (a->objectives[0].gp != NULL)
            return special_log_ei(f->mu[0][i], f->var[0][i], a->best);
        if (a->feasibility != NULL)
            return 0.5 * log(latent);
        return log(fmin(acquisition_isolation(z, a->known, a->n_known, a->space->d), 1e6) + ISOLATION_FLOOR);
    }
}

// Adds the probability that the bound holds.
static void add_bound(const struct bound *bound, const double *z, size_t m, struct score *scores)
{
    double mu[BLOCK], var[BLOCK];
    gp_predict(bound->gp, z, m, mu, var);
    for (size_t i = 0; i < m; i++)
        scores[i].log_constraints += special_log_cdf((bound->threshold - mu[i]) / sqrt(var[i] + bound->noise));
}

// log PoF, and the variance of the search's own classifier; both 0 without one.
static void ask_feasibility(const struct acquisition *a, const double *z, size_t m, double *log_pof, double *latent)
{
    double told[BLOCK];
    for (size_t i = 0; i < m; i++)
        log_pof[i] = latent[i] = 0;
    if (a->feasibility != NULL)
        feasibility_log_pof(a->feasibility, z, m, log_pof, latent);
    if (a->calibration != NULL)
        calibration_log_caution(a->calibration, z, m, told);
    for (size_t i = 0; i < m && a->calibration != NULL; i++)
        log_pof[i] = fmin(log_pof[i], told[i] - a->told_most);
}

static void score_block(const struct acquisition *a, const double *u, size_t m, double *z, struct score *scores)
{
    struct forecast f;
    double log_pof[BLOCK], latent[BLOCK];
    size_t p = a->space->p, d = a->space->d, n_asked = a->aim == AIM_FRONT ? 2 : a->aim == AIM_VALUE ? 1 : 0;
    for (size_t i = 0; i < m; i++)
        space_encode(a->space, u + i * p, z + i * d);
    for (size_t k = 0; k < n_asked && a->objectives[k].gp != NULL; k++) {
        gp_predict(a->objectives[k].gp, z, m, f.mu[k], f.var[k]);
        for (size_t i = 0; i < m; i++)
            f.var[k][i] = fmax(f.var[k][i] - a->objectives[k].noise, VARIANCE_MIN);
    }
    ask_feasibility(a, z, m, log_pof, latent);
    for (size_t i = 0; i < m; i++)
        scores[i] = (struct score){.merit = merit_of(a, &f, i, z + i * d, latent[i]),
                                   .log_pof = log_pof[i],
                                   .distance = distance_term(a, u + i * p) + a->belief * space_log_belief(a->space, u + i * p)};
    for (size_t i = 0; i < m && a->regions != NULL; i++)
        if (!regions_hold(a->regions, u + i * p))
            scores[i].distance -= OUT_OF_TURN;
    for (size_t k = 0; k < a->n_bounds; k++)
        add_bound(&a->bounds[k], z, m, scores);
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
    if (acquisition->objectives[0].gp != NULL && acquisition->feasibility != NULL)
        value = special_log_add_exp(value, log(acquisition->success));
    value += score->log_pof + score->log_constraints + score->distance;
    if (acquisition->feasibility != NULL && score->log_pof < log(floor))
        value += PENALTY_SLOPE * score->log_pof - PENALTY;
    return value > WORTHLESS ? value : WORTHLESS; // NaN too
}

bool acquisition_is_filler(const struct acquisition *acquisition, const struct score *score)
{
    return acquisition->objectives[0].gp != NULL && !(score->merit >= log(acquisition->success));
}

bool acquisition_is_blind(const struct acquisition *acquisition)
{
    return acquisition->aim == AIM_VALUE && acquisition->objectives[0].gp == NULL;
}
