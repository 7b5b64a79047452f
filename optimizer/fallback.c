#include "optimizer/fallback.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/acquisition.h"
#include "optimizer/design.h"
#include "optimizer/search.h"

enum { PER_TOP = 16 };
static const uint64_t AROUND = 0x61726f75;   // purpose of a random stream
static const double SD[] = {0.1, 0.03};      // of the perturbations, times the box
static const double WIDTH = 0.1;             // of the window, times sqrt(p) and the box
static const double PRIOR_WEIGHT = 0.1;      // of the belief that half of everything fails
static const double ISOLATION_WEIGHT = 0.25; // of the logarithm of the squared distance to what is known

// Kernel estimate of the probability of success at z, in whatever task.
static double share_around(const struct space *space, const struct evidence *evidence, double *z, double width)
{
    double success = 0.5 * PRIOR_WEIGHT, all = PRIOR_WEIGHT;
    for (size_t i = 0; i < evidence->n; i++) {
        space_set_task(space, evidence->task[i], z);
        double weight = exp(-0.5 * acquisition_isolation(z, evidence->z + i * evidence->d, 1, evidence->d) / (width * width));
        all += weight;
        success += evidence->success[i] ? weight : 0;
    }
    space_set_task(space, evidence->full, z);
    return success / all;
}

void fallback_choose(const struct taken *taken, double box, uint32_t seed, uint64_t ordinal, const double *known, size_t n_known,
                     double *u)
{
    const struct evidence *evidence = taken->evidence;
    const struct space *space = taken->space;
    size_t p = space->p, n = evidence->n_success, n_tops = n < SEARCH_TOPS ? n : SEARCH_TOPS, n_sd = sizeof SD / sizeof *SD;
    double width = WIDTH * sqrt((double)p) * box, best = -HUGE_VAL;
    double *merit = mem_calloc(n + p + space->d, sizeof *merit), *point = merit + n, *z = point + p;
    size_t *order = mem_calloc(n, sizeof *order);
    struct random random = random_stream(seed, ordinal, AROUND);
    evidence_values(evidence, merit);
    evidence_rank(evidence, merit, order);
    for (size_t i = 0; i < n_tops * n_sd * PER_TOP; i++) {
        const double *top = evidence_success(evidence, order[i % n_tops]);
        search_perturb(space, &random, top, SD[i / n_tops % n_sd] * box, true, point);
        space_snap(space, point);
        space_encode(space, point, z);
        double isolation = acquisition_isolation(z, known, n_known, space->d);
        double value = log(share_around(space, evidence, z, width)) + ISOLATION_WEIGHT * log(fmin(isolation, 1e6) + 1e-12);
        if (value > best && taken_free(taken, point)) {
            best = value;
            memcpy(u, point, p * sizeof *u);
        }
    }
    if (!isfinite(best))
        design_fill(taken, seed, ordinal, known, n_known, u);
    free(order);
    free(merit);
}
