#include "api/training_run_body.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/expect.h"
#include "api/experiments.h"
#include "api/training_run_maps.h"
#include "api/training_run_write.h"
#include "base/text.h"
#include "storage/run_entry.h"


// ------------------------------------------------------------------ members that are not maps

static enum err_code refuse(const struct run_reading *r, const char *key, const char *text)
{
    char path[EXPECT_FIELD_MAX];
    expect_path(path, r->field, key);
    return call_error(r->call, ERR_INVALID, path, "%s %s", path, text);
}

static enum err_code read_name(const struct run_reading *r)
{
    const struct json *v = json_member(r->object, "name");
    char path[EXPECT_FIELD_MAX];
    if (v == NULL && r->verb != RUN_CREATE)
        return ERR_NONE;
    if (expect_member(r->object, "name", r->field, &v, &r->call->err) != ERR_NONE)
        return ERR_INVALID;
    return expect_name(r->call->arena, v, SIZE_MAX, expect_path(path, r->field, "name"), &r->change->name, &r->call->err);
}

static enum err_code read_state(const struct run_reading *r)
{
    const struct json *v = json_member(r->object, "state");
    char path[EXPECT_FIELD_MAX];
    size_t index;
    if (v == NULL)
        return ERR_NONE;
    enum err_code code = expect_one_of(v, run_states, expect_path(path, r->field, "state"), &index, &r->call->err);
    if (code == ERR_NONE)
        r->change->state = (enum run_state)(RUN_ACTIVE + index);
    return code;
}

static enum err_code read_flags(const struct run_reading *r)
{
    const struct json *favorite = json_member(r->object, "favorite"), *deleted = json_member(r->object, "deleted");
    char path[EXPECT_FIELD_MAX];
    bool flag = false;
    if (favorite != NULL)
        r->change->favorite = -1;
    if (!expect_absent(favorite)) {
        if (expect_bool(favorite, expect_path(path, r->field, "favorite"), &flag, &r->call->err) != ERR_NONE)
            return ERR_INVALID;
        r->change->favorite = flag;
    }
    flag = false;
    if (!expect_absent(deleted) && expect_bool(deleted, expect_path(path, r->field, "deleted"), &flag, &r->call->err) != ERR_NONE)
        return ERR_INVALID;
    if (deleted != NULL && r->verb != RUN_CREATE)
        r->change->deleted = flag;
    return ERR_NONE;
}

static enum err_code read_project(const struct run_reading *r)
{
    const struct json *v = json_member(r->object, "project");
    if (v == NULL)
        return ERR_NONE;
    if (r->verb == RUN_CREATE)
        return refuse(r, "project", "must not be given: a run is created in the project of the path, or in its experiment's");
    if (expect_absent(v))
        return refuse(r, "project", "must not be null: a run belongs to a project");
    enum err_code code = experiment_read_project(r->call, v, &r->change->project_id);
    if (code == ERR_NONE)
        r->change->project_reference = json_string(v);
    return code;
}

static enum err_code check_members(const struct run_reading *r)
{
    static const char *const known[] = {"name",   "state",       "assignments",  "assignments_meta", "assignments_sources",
                                        "values", "metadata",    "dev_metadata", "sys_metadata",     "logs",
                                        "model",  "source_code", "datasets",     "favorite",         "deleted",
                                        "project", NULL};
    enum err_code code = expect_kind(r->object, JSON_OBJECT, r->field, &r->call->err);
    if (code == ERR_NONE)
        code = expect_keys(r->object, known, r->field, &r->call->err);
    if (code == ERR_NONE)
        code = read_name(r);
    if (code == ERR_NONE)
        code = read_state(r);
    if (code == ERR_NONE)
        code = read_flags(r);
    return code == ERR_NONE ? read_project(r) : code;
}

// ------------------------------------------------------------------ the whole

static int order_edits(const void *a, const void *b)
{
    return run_entry_order(&((const struct run_edit *)a)->entry, &((const struct run_edit *)b)->entry);
}

struct run_change run_change_none(void)
{
    return (struct run_change){.favorite = -2, .deleted = -1, .metadata = -1};
}

void run_change_sort(struct run_change *change)
{
    if (change->n_edits > 0)
        qsort(change->edits, change->n_edits, sizeof *change->edits, order_edits);
}

static bool has_assignment(const struct run_change *change, const struct training_run_record *old, const char *key)
{
    struct run_edit wanted = {.entry = {.section = RUN_ASSIGNMENTS, .key = key}};
    const struct run_edit *edit = bsearch(&wanted, change->edits, change->n_edits, sizeof wanted, order_edits);
    if (edit != NULL)
        return !edit->takes;
    return !change->cleared[RUN_ASSIGNMENTS] && run_entry_find(old->entries, old->n_entries, RUN_ASSIGNMENTS, key) != NULL;
}

// What assignments_meta tells of must be assigned.
static enum err_code check_meta(const struct run_reading *r, const struct training_run_record *old)
{
    for (size_t i = 0; i < r->change->n_edits; i++) {
        const struct run_edit *edit = &r->change->edits[i];
        if (edit->entry.section == RUN_ASSIGNMENTS_META && !edit->takes && !has_assignment(r->change, old, edit->entry.key)) {
            char map[EXPECT_FIELD_MAX], path[EXPECT_FIELD_MAX];
            expect_path(path, expect_path(map, r->field, "assignments_meta"), edit->entry.key);
            return call_error(r->call, ERR_INVALID, path, "%s: the run has no assignment of that name", path);
        }
    }
    return ERR_NONE;
}

static bool says_anything(const struct json *object)
{
    for (const struct json *m = json_first(object); m != NULL; m = json_next(m))
        if (strcmp(json_key(m), "deleted") != 0)
            return true;
    return false;
}

enum err_code run_change_read(struct call *call, const struct json *object, const char *field, enum run_verb verb,
                              const struct training_run_record *old, struct run_change *change)
{
    struct run_reading r = {.call = call, .object = object, .field = field, .verb = verb, .change = change};
    *change = run_change_none();
    enum err_code code = check_members(&r);
    if (code == ERR_NONE)
        code = run_maps_read(&r);
    if (code != ERR_NONE)
        return code;
    run_change_sort(change);
    change->touches = says_anything(object);
    return check_meta(&r, old);
}

// ------------------------------------------------------------------ applying

enum { SECTION_MAX = 1000 }; // keys of one map, as many requests as they came with

static enum err_code check_sizes(struct call *call, const struct training_run_record *run)
{
    size_t n[RUN_SECTION_END] = {0};
    for (size_t i = 0; i < run->n_entries; i++) {
        enum run_section section = run->entries[i].section;
        if (++n[section] > run_section_max(section, SECTION_MAX))
            return call_error(call, ERR_INVALID, run_section_name(section),
                              "%s of the run would have too many keys: the maximum number of keys is %zu", run_section_name(section),
                              run_section_max(section, SECTION_MAX));
    }
    return ERR_NONE;
}

static void apply_entries(struct arena *arena, const struct run_change *change, struct training_run_record *run)
{
    const struct run_entry *old = run->entries;
    size_t n_old = run->n_entries, n = 0;
    struct run_entry *now = arena_alloc(arena, n_old + change->n_edits, sizeof *now);
    for (size_t i = 0, j = 0; i < n_old || j < change->n_edits;) {
        const struct run_edit *edit = j < change->n_edits ? &change->edits[j] : NULL;
        int order = i == n_old ? 1 : edit == NULL ? -1 : run_entry_order(&old[i], &edit->entry);
        bool stays = order <= 0 && !change->cleared[old[i].section];
        if (order < 0 && stays)
            now[n++] = old[i];
        if (order >= 0 && !edit->takes) {
            now[n] = edit->entry;
            if (order == 0 && stays && edit->keeps_extra)
                now[n].extra = old[i].extra;
            n++;
        }
        i += order <= 0;
        j += order >= 0;
    }
    run->entries = now;
    run->n_entries = n;
}

enum err_code run_change_apply(struct call *call, const struct run_change *change, struct training_run_record *run)
{
    if (change->name != NULL)
        run->name = change->name;
    if (change->state != 0)
        run->state = change->state;
    if (run->state != RUN_ACTIVE && run->completed == 0)
        run->completed = call->now;
    if (change->favorite > -2)
        run->favorite = change->favorite;
    if (change->deleted >= 0)
        run->deleted = change->deleted;
    if (change->metadata >= 0)
        run->has_metadata = change->metadata;
    if (change->project_id != 0) {
        run->project_id = change->project_id;
        run->project_reference = change->project_reference;
    }
    if (change->touches)
        run->updated = call->now;
    apply_entries(call->arena, change, run);
    return check_sizes(call, run);
}
