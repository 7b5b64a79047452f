// Suggestions: points handed out. Open until an observation refers to them; soft-deleted.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

// Inserts with its assignments; sets record->id. For generated ones (source INITIAL ... FALLBACK) raises the experiment's
// ordinal, n_initial and n_model; ERR_CONFLICT when record->ordinal is not the experiment's (someone else was faster).
enum err_code suggestion_insert(struct tx *tx, struct suggestion_record *record, struct err *err);
// ERR_NOT_FOUND when missing, deleted or of another experiment.
enum err_code suggestion_find(struct tx *tx, struct arena *arena, int64_t experiment_id, int64_t id,
                              struct suggestion_record *record, struct err *err);
// ERR_NOT_FOUND only for an id that was never given.
enum err_code suggestion_set_metadata(struct tx *tx, int64_t id, const char *metadata, struct err *err);
// Soft delete. ERR_NOT_FOUND as suggestion_find.
enum err_code suggestion_delete(struct tx *tx, int64_t experiment_id, int64_t id, struct err *err);
// Undoes a delete. ERR_NOT_FOUND when missing, not deleted or of another experiment.
enum err_code suggestion_restore(struct tx *tx, int64_t experiment_id, int64_t id, struct err *err);
// All of an experiment, or only the open ones.
enum err_code suggestion_delete_all(struct tx *tx, int64_t experiment_id, bool only_open, struct err *err);

struct suggestion_filter {
    int64_t experiment_id;
    bool only_open;
    bool deleted;       // true: only deleted ones, false: only others
    const int64_t *ids; // NULL: any
    size_t n_ids;
};
enum err_code suggestion_page(struct tx *tx, struct arena *arena, const struct suggestion_filter *filter,
                              const struct page_query *page, struct suggestion_record **records, size_t *n, int64_t *count,
                              struct err *err);

// Open, not deleted suggestions of an experiment, oldest first: what is pending.
enum err_code suggestion_open(struct tx *tx, struct arena *arena, int64_t experiment_id, struct suggestion_record **records,
                              size_t *n, struct err *err);
// The newest generated suggestion, deleted or not: where `models` continues. ERR_NOT_FOUND when there is none.
enum err_code suggestion_newest_generated(struct tx *tx, struct arena *arena, int64_t experiment_id,
                                          struct suggestion_record *record, struct err *err);
// What the models expected of the newest `limit` generated suggestions, deleted or not.
struct suggestion_forecast {
    int64_t n, n_filler;         // made by the models; of those without any improvement to expect
    double expected_improvement; // of the newest of them; NAN: unknown
};
enum err_code suggestion_forecast(struct tx *tx, int64_t experiment_id, size_t limit, struct suggestion_forecast *forecast,
                                  struct err *err);
// (sequence, relaxations) of all model-phase suggestions with relaxations > 0, deleted or not, in order of their making.
// Only sequence, ordinal and relaxations of the records are filled.
enum err_code suggestion_relaxations(struct tx *tx, struct arena *arena, int64_t experiment_id,
                                     struct suggestion_record **records, size_t *n, struct err *err);
