// Report: what a request says of an evaluation, read and turned into an observation, or merged with one (API reference 2.6, 2.7).
//
// On create, null is the same as absent. On update it is not: whether a member is there, and whether it is null, decides together
// with the present state (appendix B.2 and B.3 of the reference; observations with several metrics follow the table for one).
#pragma once

#include <stdbool.h>

#include "api/call.h"
#include "api/definition.h"
#include "storage/record.h"

// Fills a new observation of call->experiment from a body or from an item of a batch; everything but the id. `field` is the path
// of the object: "" for a body. ERR_INVALID with call->err.
enum err_code report_create(struct call *call, const struct definition *definition, const struct json *object,
                            const char *field, struct observation_record *record);

// Merges call->body into a stored observation. *changed: something besides the metadata is different now. ERR_INVALID.
enum err_code report_update(struct call *call, const struct definition *definition, struct observation_record *record,
                            bool *changed);
