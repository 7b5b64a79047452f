#include "optimizer/crashes.h"

#include <math.h>

static const double SURE = 0.8;                      // told of the trials that are counted
static const double EVIDENCE = 4;                    // of the logarithm of the odds
static const double STEP = 0.05, MOST = 0.5;         // rates that are compared
static const double GAIN = 1.4;                      // part of the crashes is in what was told
static const double DOUBT = 0.02, UNKNOWN_TOLD = 0.5; // of what was told; when nothing was
enum { RATES = 10 };

static double doubted(double told)
{
    return DOUBT + (1 - 2 * DOUBT) * told;
}

double crashes_rate(const struct history *history, size_t full)
{
    double log_odds[RATES] = {0}, most = 0, total = 0, mean = 0;
    for (size_t i = 0; i < history->n_trials; i++) {
        const struct trial *trial = &history->trials[i];
        if (trial->phase != PHASE_MODEL || trial->task != full || trial->told < SURE)
            continue;
        double p = doubted(trial->told);
        for (int k = 0; k < RATES; k++) {
            double r = (k + 1) * STEP;
            log_odds[k] += trial->failed ? log1p(p * r / (1 - p)) : log1p(-r);
        }
    }
    for (int k = 0; k < RATES; k++)
        most = fmax(most, log_odds[k]);
    for (int k = 0; k < RATES; k++) {
        double odds = exp(log_odds[k] - most) / RATES;
        total += odds;
        mean += odds * (k + 1) * STEP;
    }
    return log(total) + most > EVIDENCE ? fmin(GAIN * mean / total, MOST) : 0;
}

double crashes_blame(double told, double rate)
{
    double p = told > 0 ? doubted(told) : UNKNOWN_TOLD;
    return (1 - p) / (1 - p * (1 - rate));
}
