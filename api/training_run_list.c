// Lists of training runs, of a project or of a client (API reference 2.9). Deleted ones are among them.
#include "api/route.h"
#include "api/training_run_fields.h"
#include "api/training_run_filter.h"
#include "api/training_run_write.h"

static void key_by_id(const void *rows, size_t i, int64_t *key)
{
    key[0] = ((const struct training_run_row *)rows)[i].run.id;
}

static void key_by_field(const void *rows, size_t i, int64_t *key)
{
    key[0] = ((const struct training_run_row *)rows)[i].integer;
    key[1] = ((const struct training_run_row *)rows)[i].run.id;
}

static void scalar_of(const void *rows, size_t i, struct scalar *scalar)
{
    *scalar = ((const struct training_run_row *)rows)[i].scalar;
}

static void render_row(struct call *call, const void *rows, size_t i)
{
    training_run_write(&call->out, &((const struct training_run_row *)rows)[i].run);
}

static void write_fields(struct call *call)
{
    training_run_fields_write(&call->out, call->state);
}

enum err_code training_run_list(struct call *call)
{
    struct training_run_filter filter;
    struct paging paging;
    struct run_defined_fields fields;
    struct training_run_row *rows;
    struct run_group *groups;
    size_t n, n_groups;
    enum marker_kind kind;
    enum err_code code = training_run_filter_read(call, &filter, &kind);
    bool by_id = filter.sort.column == RUN_COLUMN_ID;
    if (code == ERR_NONE)
        code = paging_read_kind(call, by_id ? 1 : 2, kind, true, &paging);
    if (code == ERR_NONE)
        code = training_run_groups(call->tx, call->arena, &filter, &groups, &n_groups, &call->err);
    if (code == ERR_NONE)
        code = training_run_fields_find(call, groups, n_groups, &fields);
    if (code == ERR_NONE)
        code = training_run_page(call->tx, call->arena, &filter, &paging.page, &rows, &n, &call->err);
    if (code != ERR_NONE)
        return code;
    paging.scalar = scalar_of;
    call->state = &fields;
    paging_render_with(call, &paging, rows, n, fields.n_runs, by_id ? key_by_id : key_by_field, render_row, write_fields);
    call->state = NULL;
    return ERR_NONE;
}
