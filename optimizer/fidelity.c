#include "optimizer/fidelity.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

static const double ALLOWANCE = 1 + 1e-9; // cost of cheap evaluations in a row; more by the rounding of sums

void fidelity_init(struct fidelity *fidelity, const struct problem *problem)
{
    size_t n = problem->n_tasks > 1 ? problem->n_tasks : 1;
    *fidelity = (struct fidelity){.n = n};
    fidelity->cost = mem_calloc(2 * n, sizeof *fidelity->cost);
    fidelity->level = fidelity->cost + n;
    fidelity->cost[0] = 1;
    for (size_t i = 0; i < n && n > 1; i++) {
        fidelity->cost[i] = problem->tasks[i].cost;
        if (fidelity->cost[i] > fidelity->cost[fidelity->full])
            fidelity->full = i;
        if (fidelity->cost[i] < fidelity->cost[fidelity->cheapest])
            fidelity->cheapest = i;
    }
    double least = fidelity->cost[fidelity->cheapest];
    for (size_t i = 0; i < n; i++)
        fidelity->level[i] = least < 1 ? 1 - log(fidelity->cost[i]) / log(least) : 1;
}

void fidelity_clear(struct fidelity *fidelity)
{
    if (fidelity == NULL)
        return;
    free(fidelity->cost); // level is its second half
    *fidelity = (struct fidelity){0};
}

double fidelity_allowance(const struct fidelity *fidelity, const struct history *history)
{
    double spent = 0;
    for (size_t i = 0; i < history->n_trials; i++) {
        const struct trial *trial = &history->trials[i];
        if (trial->phase != PHASE_NONE)
            spent = trial->task == fidelity->full ? 0 : spent + fidelity->cost[trial->task];
    }
    for (size_t i = 0; i < history->n_pending; i++) {
        size_t task = history->pending_tasks != NULL ? history->pending_tasks[i] : fidelity->full;
        spent = task == fidelity->full ? 0 : spent + fidelity->cost[task];
    }
    return ALLOWANCE - spent;
}

// ------------------------------------------------------------------ alignment

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Median of the first n of scratch, which are sorted; 0 when n is 0.
static double find_median(double *scratch, size_t n)
{
    qsort(scratch, n, sizeof *scratch, compare);
    return n > 0 ? 0.5 * scratch[(n - 1) / 2] + 0.5 * scratch[n / 2] : 0;
}

void fidelity_align(const struct fidelity *fidelity, const size_t *task, const size_t *rows, size_t n, double *y)
{
    if (fidelity->n <= 1)
        return;
    double *scratch = mem_calloc(n + fidelity->n, sizeof *scratch), *medians = scratch + n;
    size_t most = 0, reference = fidelity->full;
    for (size_t t = 0; t < fidelity->n; t++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (task[rows[i]] == t)
                scratch[count++] = y[rows[i]];
        medians[t] = find_median(scratch, count);
        if (count > most || (count > 0 && t == fidelity->full)) {
            most = t == fidelity->full ? SIZE_MAX : count;
            reference = t;
        }
    }
    for (size_t i = 0; i < n; i++) {
        double moved = y[rows[i]] + (medians[reference] - medians[task[rows[i]]]);
        if (task[rows[i]] != reference && isfinite(moved))
            y[rows[i]] = moved;
    }
    free(scratch);
}
