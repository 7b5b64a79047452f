#include "optimizer/hyperfit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { MAX_STARTS = 3 };

// Runs one start, which becomes the point it ends at, and lowers the budget (when there is one).
static enum err_code run_start(const struct hyperfit *fit, double *t, const double *lo, const double *hi, size_t *budget,
                               double *value, struct err *err)
{
    struct minimize_options options = fit->options;
    struct minimize_result result;
    options.max_evaluations = *budget;
    if (fit->restart != NULL)
        fit->restart(fit->arg);
    enum err_code code = minimize(fit->objective, fit->arg, HYPERPRIOR_SIZE(fit->p), t, lo, hi, &options, &result, err);
    *budget -= *budget > 0 ? result.evaluations : 0;
    *value = result.value;
    return code;
}

enum err_code hyperfit_run(const struct hyperfit *fit, double *theta, struct err *err)
{
    size_t size = HYPERPRIOR_SIZE(fit->p), n_starts = 0;
    double *memory = mem_calloc(5 * size, sizeof *memory);
    double *loc = memory, *lo = loc + size, *hi = lo + size, *start = hi + size, *t = start + size;
    hyperprior_fill(fit->prior, fit->p, fit->box, loc, NULL, lo, hi, start);
    const double *starts[MAX_STARTS];
    if (fit->warm != NULL)
        starts[n_starts++] = fit->warm;
    if (fit->warm == NULL || fit->default_beside_warm)
        starts[n_starts++] = start;
    if (fit->box < 1)
        starts[n_starts++] = loc;
    double best = HUGE_VAL;
    size_t budget = fit->options.max_evaluations;
    enum err_code code = ERR_NONE;
    for (size_t i = 0; i < n_starts && code == ERR_NONE; i++) {
        double value;
        memcpy(t, starts[i], size * sizeof *t);
        code = run_start(fit, t, lo, hi, &budget, &value, err);
        if (code == ERR_NONE && value < best) {
            best = value;
            memcpy(theta, t, size * sizeof *t);
        }
        if (fit->options.max_evaluations > 0 && budget == 0)
            break;
    }
    free(memory);
    return code;
}
