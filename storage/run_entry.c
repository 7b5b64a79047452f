#include "storage/run_entry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storage/query.h"

int run_entry_order(const struct run_entry *a, const struct run_entry *b)
{
    return a->section != b->section ? (a->section < b->section ? -1 : 1) : strcmp(a->key, b->key);
}

static int order_found(const void *a, const void *b)
{
    return run_entry_order(a, b);
}

const struct run_entry *run_entry_find(const struct run_entry *entries, size_t n, enum run_section section, const char *key)
{
    struct run_entry wanted = {.section = section, .key = key};
    return n == 0 ? NULL : bsearch(&wanted, entries, n, sizeof *entries, order_found);
}

static void read_entry(struct query *q, struct arena *arena, void *target)
{
    struct run_entry *entry = target;
    entry->section = (enum run_section)query_int(q);
    entry->key = query_text(q, arena);
    entry->number = query_real(q);
    entry->text = query_text(q, arena);
    entry->extra = query_real(q);
}

enum err_code run_entry_load(struct tx *tx, struct arena *arena, int64_t run_id, const struct run_entry **entries, size_t *n,
                             struct err *err)
{
    struct query q = query_start(tx,
                                 "SELECT section, key, number, text, extra FROM training_run_entry WHERE training_run_id = ?"
                                 " ORDER BY section, key",
                                 err);
    query_bind_int(&q, run_id);
    *entries = query_collect(&q, arena, sizeof **entries, read_entry, n);
    return query_end(&q);
}

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_entry(const struct run_entry *a, const struct run_entry *b)
{
    return same_number(a->number, b->number) && same_number(a->extra, b->extra) && same_text(a->text, b->text);
}

static enum err_code put(struct tx *tx, int64_t run_id, const struct run_entry *entry, struct err *err)
{
    struct query q = query_start(tx,
                                 "INSERT INTO training_run_entry (training_run_id, section, key, number, text, extra)"
                                 " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number,"
                                 " text = excluded.text, extra = excluded.extra",
                                 err);
    query_bind_int(&q, run_id);
    query_bind_int(&q, entry->section);
    query_bind_text(&q, entry->key);
    query_bind_real(&q, entry->number);
    query_bind_text(&q, entry->text);
    query_bind_real(&q, entry->extra);
    return query_run(&q);
}

static enum err_code take(struct tx *tx, int64_t run_id, const struct run_entry *entry, struct err *err)
{
    struct query q =
        query_start(tx, "DELETE FROM training_run_entry WHERE training_run_id = ? AND section = ? AND key = ?", err);
    query_bind_int(&q, run_id);
    query_bind_int(&q, entry->section);
    query_bind_text(&q, entry->key);
    return query_run(&q);
}

enum err_code run_entry_replace(struct tx *tx, int64_t run_id, const struct run_entry *old, size_t n_old,
                                const struct run_entry *now, size_t n_now, struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0, j = 0; code == ERR_NONE && (i < n_old || j < n_now);) {
        int order = i == n_old ? 1 : j == n_now ? -1 : run_entry_order(&old[i], &now[j]);
        if (order < 0)
            code = take(tx, run_id, &old[i], err);
        else if (order > 0 || !same_entry(&old[i], &now[j]))
            code = put(tx, run_id, &now[j], err);
        i += order <= 0;
        j += order >= 0;
    }
    return code;
}
