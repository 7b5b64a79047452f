// Training run filter: which runs a list has and in which order, as its query says (API reference 2.9, Lists).
//
// A field is "name", "map.KEY" or "map.KEY.member": a key with a dot cannot be said.
#pragma once

#include "api/call.h"
#include "storage/training_run_page.h"

// Reads `filters`, `search` and `sort`; of a call for a client or for one of its projects. *kind: of the first component of the sort
// key, if there is one besides the id. ERR_INVALID.
enum err_code training_run_filter_read(struct call *call, struct training_run_filter *filter, enum marker_kind *kind);
