#include "api/training_run_write.h"

#include <math.h>
#include <string.h>

const char *const run_states[] = {"active", "completed", "failed", NULL};

// ------------------------------------------------------------------ entries

static void write_scalar(struct json_writer *w, const struct run_entry *entry)
{
    if (entry->text != NULL)
        json_put_string(w, entry->text);
    else
        json_put_number(w, entry->number);
}

static void write_meta(struct json_writer *w, const struct run_entry *entry)
{
    json_begin_object(w);
    json_member_string(w, "object", "assignments_meta");
    json_member_string(w, "source", entry->text);
    json_end_object(w);
}

static void write_source(struct json_writer *w, const struct run_entry *entry)
{
    json_begin_object(w);
    json_member_string(w, "object", "assignments_sources");
    json_member_bool(w, "default_show", entry->extra > 0);
    json_member_number(w, "sort", entry->number);
    json_end_object(w);
}

static void write_value(struct json_writer *w, const struct run_entry *entry)
{
    json_begin_object(w);
    json_member_string(w, "object", "metric_evaluation");
    json_member_string(w, "name", entry->key);
    json_member_double(w, "value", entry->number);
    if (isnan(entry->extra))
        json_member_null(w, "value_stddev");
    else
        json_member_double(w, "value_stddev", entry->extra);
    json_end_object(w);
}

static void write_log(struct json_writer *w, const struct run_entry *entry)
{
    json_begin_object(w);
    json_member_string(w, "object", "log");
    json_member_string(w, "content", entry->text);
    json_end_object(w);
}

static void write_dataset(struct json_writer *w, const struct run_entry *entry)
{
    (void)entry;
    json_begin_object(w);
    json_member_string(w, "object", "dataset");
    json_end_object(w);
}

// ------------------------------------------------------------------ maps

typedef void write_entry_fn(struct json_writer *w, const struct run_entry *entry);

// The entries of one section.
struct part {
    const struct run_entry *entries;
    size_t n;
};

static struct part find_part(const struct training_run_record *run, enum run_section section)
{
    size_t first = 0, end;
    while (first < run->n_entries && run->entries[first].section < section)
        first++;
    for (end = first; end < run->n_entries && run->entries[end].section == section;)
        end++;
    return (struct part){run->entries + first, end - first};
}

static void write_map(struct json_writer *w, const char *key, const struct part *part, write_entry_fn *write)
{
    json_put_key(w, key);
    json_begin_object(w);
    for (size_t i = 0; i < part->n; i++) {
        json_put_key(w, part->entries[i].key);
        write(w, &part->entries[i]);
    }
    json_end_object(w);
}

static void write_section(struct json_writer *w, const struct training_run_record *run, const char *key,
                          enum run_section section, write_entry_fn *write)
{
    struct part part = find_part(run, section);
    write_map(w, key, &part, write);
}

// A member of an object that always has it: text or null.
static void write_fixed(struct json_writer *w, const struct part *part, const char *key)
{
    const char *text = NULL;
    for (size_t i = 0; i < part->n; i++)
        if (strcmp(part->entries[i].key, key) == 0)
            text = part->entries[i].text;
    json_member_string(w, key, text);
}

static void write_model(struct json_writer *w, const struct training_run_record *run)
{
    struct part part = find_part(run, RUN_MODEL);
    json_put_key(w, "model");
    json_begin_object(w);
    json_member_string(w, "object", "model");
    write_fixed(w, &part, "type");
    json_end_object(w);
}

static void write_source_code(struct json_writer *w, const struct training_run_record *run)
{
    struct part part = find_part(run, RUN_SOURCE_CODE);
    json_put_key(w, "source_code");
    json_begin_object(w);
    json_member_string(w, "object", "source_code");
    write_fixed(w, &part, "content");
    write_fixed(w, &part, "hash");
    json_end_object(w);
}

static void write_system(struct json_writer *w, const struct training_run_record *run)
{
    struct part scores = find_part(run, RUN_IMPORTANCES), type = find_part(run, RUN_IMPORTANCES_TYPE);
    json_put_key(w, "sys_metadata");
    json_begin_object(w);
    if (scores.n + type.n > 0) {
        json_put_key(w, "feature_importances");
        json_begin_object(w);
        write_map(w, "scores", &scores, write_scalar);
        write_fixed(w, &type, "type");
        json_end_object(w);
    }
    json_end_object(w);
}

static void write_maps(struct json_writer *w, const struct training_run_record *run)
{
    write_section(w, run, "assignments", RUN_ASSIGNMENTS, write_scalar);
    write_section(w, run, "assignments_meta", RUN_ASSIGNMENTS_META, write_meta);
    write_section(w, run, "assignments_sources", RUN_ASSIGNMENTS_SOURCES, write_source);
    write_section(w, run, "values", RUN_VALUES, write_value);
    if (run->has_metadata)
        write_section(w, run, "metadata", RUN_METADATA, write_scalar);
    else
        json_member_null(w, "metadata");
    write_section(w, run, "dev_metadata", RUN_DEV_METADATA, write_scalar);
    write_system(w, run);
    write_section(w, run, "datasets", RUN_DATASETS, write_dataset);
    write_section(w, run, "logs", RUN_LOGS, write_log);
    write_model(w, run);
    write_source_code(w, run);
}

// ------------------------------------------------------------------ the whole

static void write_ids(struct json_writer *w, const char *key, const int64_t *ids, size_t n)
{
    json_put_key(w, key);
    json_begin_array(w);
    for (size_t i = 0; i < n; i++)
        json_put_id(w, ids[i]);
    json_end_array(w);
}

void training_run_write(struct json_writer *w, const struct training_run_record *run)
{
    json_begin_selected(w);
    json_member_string(w, "object", "training_run");
    json_member_id(w, "id", run->id);
    json_member_id(w, "client", run->client_id);
    json_member_string(w, "project", run->project_reference);
    json_member_id(w, "user", run->user_id);
    json_member_id(w, "experiment", run->experiment_id);
    json_member_id(w, "suggestion", run->suggestion_id);
    json_member_id(w, "observation", run->observation_id);
    json_member_string(w, "name", run->name);
    json_member_string(w, "state", run_states[run->state - RUN_ACTIVE]);
    json_member_bool(w, "finished", run->observation_id != 0 || run->completed != 0);
    json_member_int(w, "created", run->created / 1000);
    json_member_int(w, "updated", run->updated / 1000);
    if (run->completed != 0)
        json_member_int(w, "completed", run->completed / 1000);
    else
        json_member_null(w, "completed");
    json_member_bool(w, "deleted", run->deleted);
    json_member_bool(w, "favorite", run->favorite == 1);
    json_member_int(w, "checkpoint_count", run->checkpoint_count);
    write_maps(w, run);
    write_ids(w, "tags", run->tag_ids, run->n_tags);
    write_ids(w, "files", run->file_ids, run->n_files);
    json_end_object(w);
}
