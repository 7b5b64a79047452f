// Advisor: the model workers, which make suggestions and predictions.
//
// It owns the threads, the queues (api/turns.h) and the model cache (api/model_cache.h); what a worker does in a turn is
// api/advice.h. A suggestion has a deadline, waiting included: when it passes, the optimizer is told to stop, and the answer is a
// labelled fallback. Whoever waits stops a preparation for somebody else when no worker is free.
#pragma once

#include "api/advice.h"
#include "api/api.h"
#include "api/call.h"

struct advisor;

// Starts the workers.
struct advisor *advisor_create(const struct api_options *options);
// Fallbacks for what still waits, then stops the workers. What is asked later is ERR_UNAVAILABLE.
void advisor_drain(struct advisor *advisor);
// Drains first when that was not done. NULL is allowed.
void advisor_destroy(struct advisor *advisor);

// Takes a call over: a suggestion for its experiment is made and stored, which answers. To be used as its `next`. Any thread.
void advisor_suggest(struct advisor *advisor, struct call *call, const char *metadata, advice_store_fn *store);
// Takes a call over: its experiment's models predict at n > 0 points, which live in the call's arena, and render writes the answer.
void advisor_predict(struct advisor *advisor, struct call *call, const struct advice_point *points, size_t n,
                     advice_render_fn *render);
// Takes a call over: which parameters matter is found, and show writes the answer.
void advisor_importances(struct advisor *advisor, struct call *call, advice_importances_fn *show);
// Observations of the experiment were committed: the next suggestion can be prepared. Any thread; quick.
void advisor_observed(struct advisor *advisor, int64_t experiment_id);
// The same of the call's experiment, as its `committed`.
void advisor_committed(struct call *call);
