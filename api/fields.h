// Fields: the names that `fields` may select, per kind of object (API reference 1.4, 3).
#pragma once

#include "api/call.h"

// Reads `fields` where the route honours it (query of a GET, string in the body of a POST) and sets call->out.select. A name that
// the kind of object does not have is ERR_INVALID, before anything was done. Empty is the same as not given.
enum err_code fields_select(struct call *call);
