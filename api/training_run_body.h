// Training run body: what a request says of a run, read into a change, and changes applied to runs (API reference 2.9).
//
// A run's maps are lists of entries (storage/record.h), so a change is: which sections are emptied first, which entries are put, and
// which are taken. PUT empties every section that it names; MERGE empties those that are null, and takes the keys that are null.
#pragma once

#include <stdbool.h>

#include "api/call.h"
#include "storage/record.h"

enum run_verb { RUN_CREATE, RUN_PUT, RUN_MERGE };

struct run_edit {
    struct run_entry entry;
    bool takes; // the entry goes, if it is there
    bool keeps_extra; // `extra` stays as it was, if there was one
};

struct run_change {
    bool cleared[RUN_SECTION_END];
    struct run_edit *edits; // sorted as entries are, no two of one key
    size_t n_edits;
    const char *name;      // NULL: stays
    enum run_state state;  // 0: stays
    int favorite;          // -1: unsaid from now on, -2: stays
    int deleted;           // -1: stays
    int metadata;          // 1: an object from now on, 0: null, -1: stays
    int64_t project_id;    // 0: stays
    const char *project_reference; // of project_id
    bool touches;          // says anything besides `deleted`
};

// Reads an object: a body, or an item of a batch (`field` is its path, "" for a body). `old` is the run that is changed; for a create
// a run without entries. ERR_INVALID with call->err.
enum err_code run_change_read(struct call *call, const struct json *object, const char *field, enum run_verb verb,
                              const struct training_run_record *old, struct run_change *change);

// A change of nothing.
struct run_change run_change_none(void);
// Sorts its edits.
void run_change_sort(struct run_change *change);

// *run becomes what the change makes of it, at the time call->now. ERR_INVALID when a map has too many keys then.
enum err_code run_change_apply(struct call *call, const struct run_change *change, struct training_run_record *run);
