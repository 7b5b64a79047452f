// Hyperfit: maximum a posteriori hyperparameters of one model by projected BFGS (minimize.h) from several starts.
//
// Starts, in this order: the warm one if there is one, the default start of the prior (unless a warm one replaces it), and the
// prior means when the trust box is smaller than 1. The best end wins, earlier ones on ties. Deterministic.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "optimizer/hyperprior.h"
#include "optimizer/minimize.h"

struct hyperfit {
    minimize_fn *objective;      // of theta [HYPERPRIOR_SIZE(p)]
    void *arg;                   // passed to objective and restart
    void (*restart)(void *arg);  // called before each start, so that no start knows of another; NULL: nothing to do
    struct minimize_options options; // max_evaluations counts those of all starts together
    const struct hyperprior *prior;
    size_t p;
    double box;
    const double *warm;       // [HYPERPRIOR_SIZE(p)] or NULL
    bool default_beside_warm; // use the default start even when there is a warm one
};

// Writes the best theta [HYPERPRIOR_SIZE(p)]. ERR_STOPPED when the stopper said so. When the objective cannot be computed
// anywhere, theta is the first start.
enum err_code hyperfit_run(const struct hyperfit *fit, double *theta, struct err *err);
