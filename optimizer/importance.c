#include "optimizer/importance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/design.h"

enum { N = IMPORTANCE_POINTS };
static const uint64_t FIRST = 0x696d7061, SECOND = 0x696d7062; // purposes of random streams
static const double FLAT = 1e-12; // variances below are rounding

// u [N x p] need not be snapped.
static void probabilities(const struct space *space, struct calibration *calibration, const double *u, double *p)
{
    double *z = mem_calloc(N * space->d + space->p, sizeof *z), *point = z + N * space->d;
    for (size_t j = 0; j < N; j++) {
        memcpy(point, u + j * space->p, space->p * sizeof *point);
        space_snap(space, point);
        space_encode(space, point, z + j * space->d);
    }
    calibration_log_pof(calibration, z, N, p);
    for (size_t j = 0; j < N; j++)
        p[j] = exp(p[j]);
    free(z);
}

static double *design(const struct space *space, uint32_t seed, uint64_t purpose)
{
    double *u = mem_calloc(N * space->p, sizeof *u);
    candidate_points(random_key(seed, 0, purpose), space->p, N, u);
    return u;
}

void importance_of_failure(const struct space *space, struct calibration *calibration, uint32_t seed, double *share)
{
    size_t p = space->p;
    double *a = design(space, seed, FIRST), *b = design(space, seed, SECOND), *mixed = mem_calloc(N * p, sizeof *mixed);
    double before[N], after[N], sum = 0;
    probabilities(space, calibration, a, before);
    for (size_t i = 0; i < p; i++) {
        memcpy(mixed, a, N * p * sizeof *mixed);
        for (size_t j = 0; j < N; j++)
            mixed[j * p + i] = b[j * p + i];
        probabilities(space, calibration, mixed, after);
        share[i] = 0;
        for (size_t j = 0; j < N; j++)
            share[i] += (before[j] - after[j]) * (before[j] - after[j]) / (2 * N);
        sum += share[i];
    }
    for (size_t i = 0; i < p; i++)
        share[i] = sum > FLAT ? share[i] / sum : 1 / (double)p;
    free(a);
    free(b);
    free(mixed);
}
