// Training run fields: which fields occur among the runs of a list (API reference 2.9, `defined_fields`).
#pragma once

#include "api/call.h"
#include "storage/training_run_page.h"

struct run_defined_field {
    const char *key;   // as `sort` and `filters` name it
    const char *label; // for people; the key where another field has the same
    const char *type;
    int64_t count; // runs that have it
    bool sortable;
};

struct run_defined_fields {
    struct run_defined_field *items;
    size_t n;
    int64_t n_runs;
};

// ERR_CORRUPT.
enum err_code training_run_fields_find(struct call *call, const struct run_group *groups, size_t n, struct run_defined_fields *fields);
// Writes the member `defined_fields`.
void training_run_fields_write(struct json_writer *w, const struct run_defined_fields *fields);
