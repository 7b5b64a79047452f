// Hyperparameters: what the models have learnt about themselves, to be forgotten (API reference 2.3).
#include "api/advisor.h"
#include "api/call.h"
#include "api/route.h"
#include "storage/experiment.h"

static void tell_advisor(struct call *call)
{
    advisor_observed(call->advisor, call->experiment.id);
}

enum err_code hyperparameters_reset(struct call *call)
{
    call->committed = tell_advisor;
    return experiment_reset_models(call->tx, call->experiment.id, &call->err);
}
