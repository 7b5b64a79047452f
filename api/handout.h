// Handout: how a suggestion is handed out: the oldest queued one, else one that the advisor makes. For suggestions that are asked for
// by themselves and for those that training runs ask for.
#pragma once

#include "api/advice.h"
#include "api/call.h"

// What is asked for; lives in the call's arena.
struct handout {
    const char *metadata;   // of the suggestion; NULL: none
    advice_store_fn *store; // stores it and answers
};

// In a handler that reads, as its last step: sets call->next and call->state.
enum err_code handout_begin(struct call *call, const struct handout *handout);

// A suggestion of the call's experiment that a user has chosen: all that only generated ones have is unknown.
struct suggestion_record handout_chosen(const struct call *call, enum suggestion_source source);
// In a write transaction: the call's experiment as it is now, which must not be deleted, and its definition.
enum err_code handout_reload(struct call *call, struct definition *definition);
