// Keyset pages: the part of a SELECT that cuts a page out of an ordered list, at a cost that does not depend on how far down
// the list the page is.
#pragma once

#include "base/buffer.h"
#include "storage/query.h"
#include "storage/record.h"

struct page_key {
    const char *first; // column or expression of the first component, never NULL in a row; NULL: the key is the id alone
    const char *id;    // column of the id
    bool is_scalar;    // the first component is a text or a number; else an integer
};

// Appends conditions (the text has a WHERE already), ORDER BY and LIMIT.
void page_add(struct buffer *sql, const struct page_key *key, const struct page_query *page);
// Binds the parameters that page_add brought, after those before them.
void page_bind(struct query *q, const struct page_key *key, const struct page_query *page);
