#include "api/training_run_fields.h"

#include <stdlib.h>
#include <string.h>

#include "storage/run_entry.h"
#include "storage/run_shape.h"

// ------------------------------------------------------------------ counting

// An entry, and in how many runs it is, with its second number or without.
struct tally {
    struct run_entry entry;
    size_t key_length;
    int64_t n, n_extra;
};

// One for each entry that occurs. While they are counted, a hash table with linear probing finds them: there may be as many shapes as runs.
struct tallies {
    struct tally *items;
    size_t n;
    uint32_t *slots; // 0, or 1 + the index of a tally
    size_t n_slots;  // 0 or a power of two; at least twice as many as items
};

static int compare_tallies(const void *a, const void *b)
{
    return run_entry_order(&((const struct tally *)a)->entry, &((const struct tally *)b)->entry);
}

// The slot of an entry, or the free one where it would be.
static uint32_t *locate(const struct tallies *tallies, enum run_section section, const char *key, size_t length)
{
    uint64_t hash = (uint64_t)section; // FNV-1a
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)key[i]) * UINT64_C(1099511628211);
    for (size_t i = (size_t)(hash ^ hash >> 32);; i++) {
        uint32_t *slot = &tallies->slots[i & (tallies->n_slots - 1)];
        const struct tally *tally = *slot == 0 ? NULL : &tallies->items[*slot - 1];
        if (tally == NULL || (tally->entry.section == section && tally->key_length == length && memcmp(tally->entry.key, key, length) == 0))
            return slot;
    }
}

static void grow(struct arena *arena, struct tallies *tallies)
{
    struct tally *old = tallies->items;
    tallies->n_slots = tallies->n_slots == 0 ? 256 : 4 * tallies->n_slots;
    tallies->slots = arena_alloc(arena, tallies->n_slots, sizeof *tallies->slots);
    memset(tallies->slots, 0, tallies->n_slots * sizeof *tallies->slots);
    tallies->items = arena_alloc(arena, tallies->n_slots / 2, sizeof *tallies->items);
    for (size_t i = 0; i < tallies->n; i++) {
        tallies->items[i] = old[i];
        *locate(tallies, old[i].entry.section, old[i].entry.key, old[i].key_length) = (uint32_t)i + 1;
    }
}

static void count_entry(struct arena *arena, struct tallies *tallies, const struct shape_entry *entry, int64_t n)
{
    if (tallies->n >= tallies->n_slots / 2)
        grow(arena, tallies);
    uint32_t *slot = locate(tallies, entry->section, entry->key, entry->length);
    if (*slot == 0) {
        struct run_entry copy = {.section = entry->section, .key = arena_strndup(arena, entry->key, entry->length)};
        tallies->items[tallies->n++] = (struct tally){.entry = copy, .key_length = entry->length};
        *slot = (uint32_t)tallies->n;
    }
    struct tally *tally = &tallies->items[*slot - 1];
    tally->n += n;
    tally->n_extra += entry->has_extra ? n : 0;
}

// Sorted.
static enum err_code count_entries(struct call *call, const struct run_group *groups, size_t n, struct tallies *tallies)
{
    *tallies = (struct tallies){.n = 0};
    for (size_t i = 0; i < n; i++) {
        for (const char *text = groups[i].shape; *text != '\0';) {
            struct shape_entry entry;
            enum err_code code = run_shape_next(&text, &entry, &call->err);
            if (code != ERR_NONE)
                return code;
            count_entry(call->arena, tallies, &entry, groups[i].n);
        }
    }
    if (tallies->n > 1)
        qsort(tallies->items, tallies->n, sizeof *tallies->items, compare_tallies);
    return ERR_NONE;
}

static int64_t count_of(const struct tallies *tallies, enum run_section section, const char *key)
{
    struct tally wanted = {.entry = {.section = section, .key = key}};
    const struct tally *found =
        tallies->n == 0 ? NULL : bsearch(&wanted, tallies->items, tallies->n, sizeof wanted, compare_tallies);
    return found == NULL ? 0 : found->n;
}

// ------------------------------------------------------------------ fields

static void add(struct run_defined_fields *fields, const char *key, const char *label, const char *type, int64_t count)
{
    fields->items[fields->n++] =
        (struct run_defined_field){.key = key, .label = label, .type = type, .count = count, .sortable = true};
}

// Those that every list names.
static void add_fixed(struct run_defined_fields *fields, const struct run_group *sum, const struct tallies *tallies)
{
    add(fields, "id", "ID", "id", sum->n);
    add(fields, "experiment", "Experiment", "id", sum->n_experiments);
    add(fields, "suggestion", "Suggestion", "id", sum->n_suggestions);
    add(fields, "observation", "Observation", "id", sum->n_observations);
    add(fields, "user", "Created By", "id", sum->n_users);
    add(fields, "created", "Created", "timestamp", sum->n);
    add(fields, "updated", "Updated", "timestamp", sum->n);
    add(fields, "completed", "Completed", "timestamp", sum->n_completed);
    add(fields, "deleted", "Archived", "boolean", sum->n);
    add(fields, "name", "Name", "string", sum->n);
    add(fields, "favorite", "Favorite", "boolean", sum->n_favorites);
    add(fields, "source_code.content", "Source Code", "string", count_of(tallies, RUN_SOURCE_CODE, "content"));
    add(fields, "source_code.hash", "Source Hash", "string", count_of(tallies, RUN_SOURCE_CODE, "hash"));
    add(fields, "model.type", "Model Type", "string", count_of(tallies, RUN_MODEL, "type"));
    add(fields, "state", "State", "string", sum->n);
    add(fields, "checkpoint_count", "Checkpoint Count", "numeric", sum->n);
    fields->items[fields->n - 1].sortable = false;
    add(fields, "optimized_suggestion", "Optimized Suggestion", "boolean", sum->n);
}

static void add_entry(struct arena *arena, struct run_defined_fields *fields, const struct tally *tally)
{
    const char *key = tally->entry.key;
    enum run_section section = tally->entry.section;
    size_t first = fields->n;
    if (section == RUN_ASSIGNMENTS)
        add(fields, arena_printf(arena, "assignments.%s", key), key, "unknown", tally->n);
    if (section == RUN_METADATA)
        add(fields, arena_printf(arena, "metadata.%s", key), key, "unknown", tally->n);
    if (section == RUN_LOGS) {
        bool is_output = strcmp(key, "stdout") == 0, is_error = strcmp(key, "stderr") == 0;
        const char *label = is_output ? "Output Logs" : is_error ? "Error Logs" : arena_printf(arena, "%s Logs", key);
        add(fields, arena_printf(arena, "logs.%s.content", key), label, "string", tally->n);
    }
    if (section == RUN_VALUES)
        add(fields, arena_printf(arena, "values.%s.value", key), key, "numeric", tally->n);
    if (section == RUN_VALUES && tally->n_extra > 0)
        add(fields, arena_printf(arena, "values.%s.value_stddev", key), arena_printf(arena, "%s Std. Dev", key), "numeric",
            tally->n_extra);
    for (size_t i = first; i < fields->n; i++)
        fields->items[i].sortable = strchr(key, '.') == NULL; // else its name says something else
}

static int compare_labels(const void *a, const void *b)
{
    return strcmp((*(struct run_defined_field *const *)a)->label, (*(struct run_defined_field *const *)b)->label);
}

// Labels that several fields have become their keys.
static void part_labels(struct arena *arena, struct run_defined_fields *fields)
{
    struct run_defined_field **order = arena_alloc(arena, fields->n, sizeof *order);
    for (size_t i = 0; i < fields->n; i++)
        order[i] = &fields->items[i];
    qsort(order, fields->n, sizeof *order, compare_labels);
    for (size_t i = 0, end; i < fields->n; i = end) {
        for (end = i + 1; end < fields->n && compare_labels(&order[i], &order[end]) == 0;)
            end++;
        for (size_t k = i; end > i + 1 && k < end; k++)
            order[k]->label = order[k]->key;
    }
}

enum err_code training_run_fields_find(struct call *call, const struct run_group *groups, size_t n, struct run_defined_fields *fields)
{
    enum { N_FIXED = 17 };
    struct run_group sum = {.n = 0};
    struct tallies tallies;
    enum err_code code = count_entries(call, groups, n, &tallies);
    if (code != ERR_NONE)
        return code;
    for (size_t i = 0; i < n; i++) {
        sum.n += groups[i].n;
        sum.n_experiments += groups[i].n_experiments;
        sum.n_suggestions += groups[i].n_suggestions;
        sum.n_observations += groups[i].n_observations;
        sum.n_users += groups[i].n_users;
        sum.n_completed += groups[i].n_completed;
        sum.n_favorites += groups[i].n_favorites;
    }
    *fields = (struct run_defined_fields){.n_runs = sum.n};
    fields->items = arena_alloc(call->arena, N_FIXED + 2 * tallies.n, sizeof *fields->items);
    add_fixed(fields, &sum, &tallies);
    for (size_t i = 0; i < tallies.n; i++)
        add_entry(call->arena, fields, &tallies.items[i]);
    part_labels(call->arena, fields);
    return ERR_NONE;
}

void training_run_fields_write(struct json_writer *w, const struct run_defined_fields *fields)
{
    json_put_key(w, "defined_fields");
    json_begin_array(w);
    for (size_t i = 0; i < fields->n; i++) {
        const struct run_defined_field *field = &fields->items[i];
        json_begin_object(w);
        json_member_string(w, "object", "field");
        json_member_string(w, "key", field->key);
        json_member_string(w, "name", field->label);
        json_member_int(w, "count", field->count);
        json_member_bool(w, "sortable", field->sortable);
        json_member_string(w, "type", field->type);
        json_end_object(w);
    }
    json_end_array(w);
}
