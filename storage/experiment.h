// Experiments. Counters, progress and best ids live on the row and move in the transaction that changes them.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts; sets record->id. The fields that storage keeps start at zero. The project, if any, counts it and gets its updated.
enum err_code experiment_insert(struct tx *tx, struct experiment_record *record, struct err *err);
// Deleted ones too. ERR_NOT_FOUND.
enum err_code experiment_find(struct tx *tx, struct arena *arena, int64_t id, struct experiment_record *record,
                              struct err *err);
// Writes name, project_id, deleted, updated, observation_budget, parallel_bandwidth, metadata, parameters, metrics,
// retired_categories; nothing else of a definition ever changes. Projects left and joined count it and get its updated.
// ERR_NOT_FOUND.
enum err_code experiment_update(struct tx *tx, const struct experiment_record *record, struct err *err);
// Sets updated on the experiment and, if it has one, its project.
enum err_code experiment_touch(struct tx *tx, int64_t id, int64_t updated, struct err *err);
// The past changed: every cached model is void. observation_* operations call it themselves where needed.
enum err_code experiment_raise_epoch(struct tx *tx, int64_t id, struct err *err);
// The same, and the hyperparameters of earlier suggestions are forgotten.
enum err_code experiment_reset_models(struct tx *tx, int64_t id, struct err *err);

struct experiment_filter {
    int64_t client_id;
    int64_t project_id; // 0: any
    int64_t user_id;    // 0: any
    int state;          // 0 active, 1 deleted, 2 all
    int development;    // 0 production only, 1 development only, 2 both
    int runs_only;      // 0 without experiments of runs, 1 only those, 2 both
    const char *search;                // part of its name or of its user's, case-insensitive for A-Z; NULL: any
    int64_t created_from, created_to;  // [from, to) in ms; 0: open end
    bool by_updated;                   // key (updated, id), else id
};
enum err_code experiment_page(struct tx *tx, struct arena *arena, const struct experiment_filter *filter,
                              const struct page_query *page, struct experiment_record **records, size_t *n, int64_t *count,
                              struct err *err);
