// Hyperparameters: what the models have learnt about themselves, to be forgotten (API reference 2.3).
#include "api/advisor.h"
#include "api/call.h"
#include "api/route.h"
#include "storage/experiment.h"

enum err_code hyperparameters_reset(struct call *call)
{
    call->committed = advisor_committed;
    return experiment_reset_models(call->tx, call->experiment.id, &call->err);
}
