// Training run page: lists of runs by any of their fields, a page at a time, and what occurs in them.
//
// A field is a column of the run or an entry of one of its maps. A key of a map is any text: it is bound, never part of a statement.
#pragma once

#include "storage/record.h"
#include "storage/storage.h"

enum run_column {
    RUN_COLUMN_ID,
    RUN_COLUMN_CLIENT,
    RUN_COLUMN_EXPERIMENT,
    RUN_COLUMN_SUGGESTION,
    RUN_COLUMN_OBSERVATION,
    RUN_COLUMN_USER,
    RUN_COLUMN_CREATED, // compared with in whole seconds, sorted by in milliseconds
    RUN_COLUMN_UPDATED,
    RUN_COLUMN_COMPLETED,
    RUN_COLUMN_DELETED,
    RUN_COLUMN_FAVORITE,  // nothing while it was never said
    RUN_COLUMN_OPTIMIZED, // whether the optimizer made its suggestion, which is neither explicit nor queued nor random
    RUN_COLUMN_STATE,
    RUN_COLUMN_NAME,  // the only text of these
    RUN_COLUMN_ENTRY, // of a map: number or text
    RUN_COLUMN_EXTRA, // of a map: the second number
};

struct run_field {
    enum run_column column;
    enum run_section section; // of an entry
    const char *key;          // of an entry
};

enum run_operator { RUN_EQUAL, RUN_NOT_EQUAL, RUN_GREATER, RUN_GREATER_EQUAL, RUN_LESS, RUN_LESS_EQUAL, RUN_IS_NULL };
// RUN_OPERAND_OTHER is a value that no entry ever has. What has another type than the value is neither equal nor smaller nor greater;
// what is not there is not unequal either.
enum run_operand { RUN_OPERAND_INTEGER, RUN_OPERAND_NUMBER, RUN_OPERAND_TEXT, RUN_OPERAND_OTHER };

struct run_condition {
    struct run_field field;
    enum run_operator operator;
    enum run_operand operand; // an integer for columns but the name, a text for it, no integer for entries, a number for RUN_COLUMN_EXTRA
    int64_t integer;
    double number;
    const char *text;
};

enum { RUN_CONDITIONS_MAX = 100 };

struct training_run_filter {
    int64_t client_id;
    int64_t project_id; // 0: any
    const char *search; // NULL: none; else in the name, without regard to case (ASCII)
    const struct run_condition *conditions; // all hold; at most RUN_CONDITIONS_MAX
    size_t n_conditions;
    // The key begins with this field, and runs that do not have it are not in the list. RUN_COLUMN_ID: the key is the id alone.
    struct run_field sort;
};

// Sort keys of texts are their first characters, as many as a log may have: so a marker fits into an address. Longer texts with the
// same beginning are in the order of their ids.
enum { RUN_KEY_CHARACTERS = 1124 };

// True: keys of that field are scalars; else integers.
bool training_run_sorts_by_scalar(const struct run_field *sort);

struct training_run_row {
    struct training_run_record run;
    int64_t integer;      // first component of the key, if it is an integer
    struct scalar scalar; // if it is a scalar
};

// Deleted runs too. Entries, tags and files of the first page->limit rows are loaded: one more has none of them.
enum err_code training_run_page(struct tx *tx, struct arena *arena, const struct training_run_filter *filter,
                                const struct page_query *page, struct training_run_row **rows, size_t *n, struct err *err);

// How many runs of a list there are, and in how many there is what may be missing; for all with the same entries.
struct run_group {
    const char *shape; // for run_shape_next
    int64_t n, n_experiments, n_suggestions, n_observations, n_users, n_completed, n_favorites;
};

// All runs of the list, whatever the page: one pass over them, none over their entries.
enum err_code training_run_groups(struct tx *tx, struct arena *arena, const struct training_run_filter *filter,
                                  struct run_group **groups, size_t *n, struct err *err);
