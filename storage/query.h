// A query: one run of one statement. Bind its parameters in order, step through its rows, read their columns in order, end it.
//
//     struct query q = query_start(tx, "SELECT name FROM client WHERE id = ?", err);
//     query_bind_int(&q, id);
//     if (query_step(&q))
//         name = query_text(&q, arena);
//     return query_end(&q);
//
// Errors stick: after the first one everything but query_end does nothing, and query_end returns it. Every query that was
// started must be ended, before the unit returns.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/record.h"
#include "storage/tx.h"

struct query {
    struct db *db;
    struct statement *statement;
    struct err *err;
    enum err_code code;
    int parameter;        // the last one bound
    int column;           // the last one read
    const char *conflict; // text of ERR_CONFLICT when a UNIQUE constraint fails; NULL: that would be our mistake
};

struct query query_start(struct tx *tx, const char *sql, struct err *err);

void query_bind_int(struct query *q, int64_t value);
void query_bind_optional(struct query *q, int64_t value);    // 0 becomes NULL
void query_bind_real(struct query *q, double value);         // NAN becomes NULL
void query_bind_text(struct query *q, const char *value);    // NULL stays NULL; must live until query_end
void query_bind_scalar(struct query *q, const struct scalar *value); // likewise
void query_bind_blob(struct query *q, const void *bytes, size_t n); // likewise

// True: there is a row, and the next column read is its first.
bool query_step(struct query *q);

int64_t query_int(struct query *q); // NULL reads as 0
bool query_bool(struct query *q);
double query_real(struct query *q);                           // NULL reads as NAN
const char *query_text(struct query *q, struct arena *arena); // a copy; NULL stays NULL
void query_blob(struct query *q, void *bytes, size_t n);      // exactly n bytes, else ERR_CORRUPT

enum err_code query_end(struct query *q);
// Steps a statement that gives no rows and ends it.
enum err_code query_run(struct query *q);
// As query_run; *id is the id of the inserted row.
enum err_code query_insert(struct query *q, int64_t *id);
// As query_run; *changed is the number of rows written.
enum err_code query_change(struct query *q, int64_t *changed);
// Steps once, ends the query, *value is the first column (0 without a row).
enum err_code query_value(struct query *q, int64_t *value);

// Reads the columns of a row into a zeroed record.
typedef void query_reader(struct query *q, struct arena *arena, void *record);
// Steps to the end and reads every row. Returns an array of *n records in the arena, never NULL. Does
// not end the query.
void *query_collect(struct query *q, struct arena *arena, size_t record_size, query_reader *read, size_t *n);
