// Advice: what a model worker does in one turn: makes and stores a suggestion, predicts, or prepares the next suggestion.
//
// A suggestion is: snapshot (one read) -> suggest, or what was prepared -> insert (one write, committed) -> the answer in the
// call. Turns of one experiment never overlap, so each snapshot knows the suggestions before it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "api/call.h"
#include "api/definition.h"
#include "api/study.h"
#include "api/turns.h"
#include "optimizer/suggest.h"

// Assignments of one point, as assignments_read made them.
struct advice_point {
    const struct assignment *assignments;
    size_t n;
};

// Writes predictions [n] of the call's points to call->out.
typedef void advice_render_fn(struct call *call, const struct definition *definition, const struct prediction *predictions);

// Writes them to call->out.
typedef void advice_importances_fn(struct call *call, const struct definition *definition, const struct importances *importances);

// Stores a suggestion that was made, and what comes with it, in the write transaction call->tx; writes the answer to call->out.
typedef enum err_code advice_store_fn(struct call *call, const struct definition *definition, struct suggestion_record *record);

// What a call waits for. Lives in the call's arena.
struct advice {
    struct ticket ticket; // must be first
    struct call *call;
    const char *metadata;   // of the suggestion that is to be made; NULL: none
    advice_store_fn *store; // stores it

    // A prediction when render is set, importances when show is, else a suggestion.
    advice_importances_fn *show;
    advice_render_fn *render;
    const struct advice_point *points;
    size_t n_points;
};

// Answers: writes call->out or call->err. With `together` the models of the turn before are used if they are still valid.
void advice_suggest(struct advice *advice, struct study *study, bool together, const struct stopper *stopper);
// The same for predictions. False: stopped, nothing was written.
bool advice_predict(struct advice *advice, struct study *study, bool together, const struct stopper *stopper);
// The same for importances.
bool advice_importances(struct advice *advice, struct study *study, bool together, const struct stopper *stopper);
// Makes the next suggestion and keeps it in the study. False: stopped.
bool advice_prepare(struct storage *storage, struct study *study, const struct stopper *stopper);
