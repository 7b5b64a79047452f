// Run entries: the rows of a training run's maps, one for each key.
#pragma once

#include "storage/record.h"
#include "storage/tx.h"

// By section, then by the bytes of the key: negative, 0, positive.
int run_entry_order(const struct run_entry *a, const struct run_entry *b);

// The entry of that key in a sorted list, or NULL.
const struct run_entry *run_entry_find(const struct run_entry *entries, size_t n, enum run_section section, const char *key);

// Sorted.
enum err_code run_entry_load(struct tx *tx, struct arena *arena, int64_t run_id, const struct run_entry **entries, size_t *n,
                             struct err *err);
// Makes the rows of a run, which are `old`, those of `now`; both sorted. Only what differs is written.
enum err_code run_entry_replace(struct tx *tx, int64_t run_id, const struct run_entry *old, size_t n_old,
                                const struct run_entry *now, size_t n_now, struct err *err);
