// Training run maps: the members of a run that are objects, read into edits of entries. For the body's room (training_run_body.h).
#pragma once

#include "api/training_run_body.h"

// What is read, where errors are told, and where it goes.
struct run_reading {
    struct call *call;
    const struct json *object;
    const char *field;
    enum run_verb verb;
    struct run_change *change;
};

// Adds the edits of all maps that the object has, in no order. ERR_INVALID.
enum err_code run_maps_read(const struct run_reading *r);

// The member of the run object that shows a section.
const char *run_section_name(enum run_section section);
// How many keys it may have, where the protocol knows a limit, else `otherwise`.
size_t run_section_max(enum run_section section, size_t otherwise);
