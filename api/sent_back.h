// Sent back: objects that a client has fetched, changed and sends back whole as an update, as the Java client's samples do.
//
// An object says so by its member "object", which nobody writes by hand: an experiment, an observation, or a parameter within the
// list of an experiment. What is as the API shows it asks for nothing; the rest is an ordinary update.
#pragma once

#include "api/call.h"

// Reduces call->body to what it wants changed. call->out holds the object as shown now and is empty afterwards. `moving`: members
// that change by themselves, whatever they say (NULL ends). ERR_INVALID: a member was changed that is shown but is none of
// `changeable` (NULL ends).
enum err_code sent_back_reduce(struct call *call, const char *const *changeable, const char *const *moving);
