// Projects of a team (API reference 2.13, 3.7).
#include "storage/project.h"

#include <string.h>

#include "api/expect.h"
#include "api/route.h"

enum { REFERENCE_MAX_LENGTH = 32, NAME_MAX_LENGTH = 100 };

// ------------------------------------------------------------------ showing

static void project_write(struct json_writer *w, const struct project_record *project)
{
    json_begin_selected(w);
    json_member_string(w, "object", "project");
    json_member_string(w, "id", project->reference);
    json_member_id(w, "client", project->client_id);
    json_member_id(w, "user", project->user_id);
    json_member_string(w, "name", project->name);
    json_member_int(w, "created", project->created / 1000);
    json_member_int(w, "updated", project->updated / 1000);
    json_member_raw(w, "metadata", project->metadata);
    json_member_int(w, "experiment_count", project->experiment_count);
    json_member_int(w, "training_run_count", project->training_run_count);
    json_member_bool(w, "deleted", project->deleted);
    json_end_object(w);
}

enum err_code project_detail(struct call *call)
{
    project_write(&call->out, &call->project);
    return ERR_NONE;
}

// ------------------------------------------------------------------ list

static enum err_code read_filter(struct call *call, struct project_filter *filter)
{
    *filter = (struct project_filter){.client_id = call->client.id};
    const char *sort = call_query(call, "sort");
    if (sort != NULL && strcmp(sort, "updated") != 0 && strcmp(sort, "created") != 0)
        return call_error(call, ERR_INVALID, "sort", "Invalid sort: %s, not one of the allowed values updated, created", sort);
    filter->by_created = sort != NULL && strcmp(sort, "created") == 0;

    int64_t user = 0;
    bool has_user;
    enum err_code code = call_query_int(call, "user", &user, &has_user);
    if (has_user)
        filter->user_id = user > 0 ? user : -1; // 0 would be any user, and is nobody's id
    return code == ERR_NONE ? call_query_bool(call, "deleted", &filter->include_deleted) : code;
}

static void key_by_updated(const void *rows, size_t i, int64_t key[2])
{
    const struct project_record *project = (const struct project_record *)rows + i;
    key[0] = project->updated;
    key[1] = project->id;
}

static void key_by_created(const void *rows, size_t i, int64_t key[2])
{
    const struct project_record *project = (const struct project_record *)rows + i;
    key[0] = project->created;
    key[1] = project->id;
}

static void render_project(struct call *call, const void *rows, size_t i)
{
    project_write(&call->out, (const struct project_record *)rows + i);
}

enum err_code project_list(struct call *call)
{
    struct project_filter filter;
    struct paging paging;
    struct project_record *records;
    size_t n;
    int64_t count;
    enum err_code code = read_filter(call, &filter);
    if (code == ERR_NONE)
        code = paging_read(call, 2, true, &paging);
    if (code == ERR_NONE)
        code = project_page(call->tx, call->arena, &filter, &paging.page, &records, &n, &count, &call->err);
    if (code == ERR_NONE)
        paging_render(call, &paging, records, n, count, filter.by_created ? key_by_created : key_by_updated, render_project);
    return code;
}

// ------------------------------------------------------------------ create and change

static enum err_code read_reference(struct call *call, const struct json *v, const char **out)
{
    enum err_code code = expect_string(v, REFERENCE_MAX_LENGTH, ".id", out, &call->err);
    if (code == ERR_NONE && (*out)[strspn(*out, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] != '\0')
        code = call_error(call, ERR_INVALID, ".id", "The value %s of .id does not match the pattern ^[a-z0-9\\-_\\.]+$", *out);
    return code;
}

enum err_code project_create(struct call *call)
{
    static const char *const known[] = {"id", "name", "metadata", NULL};
    const struct json *id, *name;
    struct project_record project = {.client_id = call->client.id,
                                     .user_id = call->token.user_id,
                                     .created = call->now,
                                     .updated = call->now};
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE ||
        expect_member(call->body, "id", "", &id, &call->err) != ERR_NONE ||
        expect_member(call->body, "name", "", &name, &call->err) != ERR_NONE ||
        read_reference(call, id, &project.reference) != ERR_NONE ||
        expect_string(name, NAME_MAX_LENGTH, ".name", &project.name, &call->err) != ERR_NONE ||
        metadata_read(call->arena, json_member(call->body, "metadata"), ".metadata", &project.metadata, &call->err) != ERR_NONE)
        return ERR_INVALID;
    enum err_code code = project_insert(call->tx, &project, &call->err);
    if (code == ERR_CONFLICT)
        return call_error(call, code, ".id", "A project with the id %s exists already", project.reference);
    if (code == ERR_NONE)
        project_write(&call->out, &project);
    return code;
}

enum err_code project_change(struct call *call)
{
    static const char *const known[] = {"name", "metadata", "deleted", NULL};
    struct project_record *project = &call->project;
    const struct json *name = json_member(call->body, "name"), *metadata = json_member(call->body, "metadata"),
                      *deleted = json_member(call->body, "deleted");
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (name != NULL && expect_string(name, NAME_MAX_LENGTH, ".name", &project->name, &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (metadata != NULL && metadata_read(call->arena, metadata, ".metadata", &project->metadata, &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (!expect_absent(deleted) && expect_bool(deleted, ".deleted", &project->deleted, &call->err) != ERR_NONE)
        return ERR_INVALID;
    project->updated = call->now;
    enum err_code code = project_update(call->tx, project, &call->err);
    if (code == ERR_NONE)
        project_write(&call->out, project);
    return code;
}
