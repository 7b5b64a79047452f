// Run shapes: which entries a training run has, stored once for all runs that have the same.
//
// The text lists the entries in order, each as its section, the number of bytes of its key, the key, and a comma, or a semicolon when the
// entry has an `extra` number: "1 5 alpha,4 8 accuracy;".
#pragma once

#include "storage/record.h"
#include "storage/tx.h"

// The shape of those entries, which are sorted; stored when there is none yet.
enum err_code run_shape_find(struct tx *tx, const struct run_entry *entries, size_t n, int64_t *id, struct err *err);
// Forgets a shape that no run has any more. id 0: nothing.
enum err_code run_shape_release(struct tx *tx, int64_t id, struct err *err);
// One entry of a stored text.
struct shape_entry {
    enum run_section section;
    const char *key; // `length` bytes in the text
    size_t length;
    bool has_extra;
};

// Reads the entry at *text, which is not at its end, and moves on behind it. ERR_CORRUPT.
enum err_code run_shape_next(const char **text, struct shape_entry *entry, struct err *err);
