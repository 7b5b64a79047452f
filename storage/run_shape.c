#include "storage/run_shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "storage/query.h"

static enum err_code find(struct tx *tx, const unsigned char digest[DIGEST_SIZE], int64_t *id, struct err *err)
{
    struct query q = query_start(tx, "SELECT id FROM training_run_shape WHERE digest = ?", err);
    query_bind_blob(&q, digest, DIGEST_SIZE);
    return query_value(&q, id);
}

static enum err_code insert(struct tx *tx, const unsigned char digest[DIGEST_SIZE], const char *text, int64_t *id, struct err *err)
{
    struct query q = query_start(tx, "INSERT INTO training_run_shape (digest, entries) VALUES (?, ?)", err);
    query_bind_blob(&q, digest, DIGEST_SIZE);
    query_bind_text(&q, text);
    return query_insert(&q, id);
}

enum err_code run_shape_find(struct tx *tx, const struct run_entry *entries, size_t n, int64_t *id, struct err *err)
{
    struct buffer text = {0};
    unsigned char digest[DIGEST_SIZE];
    buffer_puts(&text, "");
    for (size_t i = 0; i < n; i++)
        buffer_printf(&text, "%d %zu %s%c", (int)entries[i].section, strlen(entries[i].key), entries[i].key,
                      isnan(entries[i].extra) ? ',' : ';');
    digest_sha256(text.data, text.len, digest);
    enum err_code code = find(tx, digest, id, err);
    if (code == ERR_NONE && *id == 0)
        code = insert(tx, digest, text.data, id, err);
    buffer_clear(&text);
    return code;
}

enum err_code run_shape_release(struct tx *tx, int64_t id, struct err *err)
{
    struct query q = query_start(tx,
                                 "DELETE FROM training_run_shape WHERE id = ?1"
                                 " AND NOT EXISTS (SELECT 1 FROM training_run WHERE shape_id = ?1)",
                                 err);
    query_bind_int(&q, id);
    return query_run(&q);
}

// "SECTION LENGTH KEY," or "SECTION LENGTH KEY;". False: it is something else.
static bool read_entry(const char **text, struct shape_entry *entry)
{
    char *after;
    long section = strtol(*text, &after, 10);
    if (after == *text || *after != ' ' || section < RUN_ASSIGNMENTS || section >= RUN_SECTION_END)
        return false;
    const char *digits = after + 1;
    size_t length = strtoul(digits, &after, 10);
    if (after == digits || *after != ' ')
        return false;
    const char *key = after + 1;
    if (strnlen(key, length) < length || (key[length] != ',' && key[length] != ';'))
        return false;
    *entry = (struct shape_entry){(enum run_section)section, key, length, key[length] == ';'};
    *text = key + length + 1;
    return true;
}

enum err_code run_shape_next(const char **text, struct shape_entry *entry, struct err *err)
{
    return read_entry(text, entry) ? ERR_NONE : err_set(err, ERR_CORRUPT, NULL, "A stored shape of runs cannot be read");
}
