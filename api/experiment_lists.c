// Lists of experiments (API reference 2.2, 2.8): those of the core, among them experiments of runs when they are asked for; and
// those of runs alone, in which experiments made with a development token are shown too.
#include "api/expect.h"
#include "api/experiments.h"
#include "api/route.h"
#include "storage/experiment.h"

// Of a filter by a flag; 0 is none.
enum { ONLY = 1, BOTH = 2 };

static enum err_code query_seconds(struct call *call, const char *name, int64_t *ms, bool *present)
{
    int64_t seconds = 0;
    enum err_code code = call_query_int(call, name, &seconds, present);
    if (code == ERR_NONE && seconds < 0)
        return call_error(call, ERR_INVALID, name, "%s must be greater than or equal to 0", name);
    *ms = seconds > INT64_MAX / 1000 ? INT64_MAX : seconds * 1000;
    return code;
}

static enum err_code read_period(struct call *call, struct experiment_filter *filter)
{
    bool has_start, has_end;
    enum err_code code = query_seconds(call, "period_start", &filter->created_from, &has_start);
    if (code == ERR_NONE)
        code = query_seconds(call, "period_end", &filter->created_to, &has_end);
    if (code == ERR_NONE && has_start && has_end && filter->created_to < filter->created_from)
        code = call_error(call, ERR_INVALID, "period_end", "period_end must not be before period_start");
    if (code == ERR_NONE && has_end && filter->created_to == 0)
        filter->created_to = 1; // 0 would be any time; nothing was created before 1970
    return code;
}

// Which kinds of experiments the caller sees on the paths of the core.
static enum err_code read_kinds(struct call *call, struct experiment_filter *filter)
{
    bool development = false;
    bool include_ai = false;
    enum err_code code = call_query_bool(call, "development", &development);
    if (call->token.kind != TOKEN_USER)
        filter->development = call->development; // what the token may see, whatever is asked for
    else
        filter->development = call_query(call, "development") == NULL ? BOTH : development;
    if (code == ERR_NONE)
        code = call_query_bool(call, "include_ai", &include_ai);
    filter->runs_only = include_ai ? BOTH : 0;
    return code;
}

static enum err_code read_user(struct call *call, struct experiment_filter *filter)
{
    int64_t user = 0;
    bool has_user = false;
    enum err_code code = call_query_int(call, "user", &user, &has_user);
    if (has_user)
        filter->user_id = user > 0 ? user : -1; // 0 would be any user, and is nobody's id
    return code;
}

static enum err_code read_filter(struct call *call, enum experiment_view view, struct experiment_filter *filter)
{
    static const char *const states[] = {"active", "deleted", "all", NULL}, *const sorts[] = {"id", "recent", NULL};
    int sort = 0;
    *filter = (struct experiment_filter){
        .client_id = call->client.id, .project_id = call->project.id, .development = BOTH, .runs_only = ONLY};
    enum err_code code = call_query_word(call, "state", states, &filter->state);
    if (code == ERR_NONE)
        code = call_query_word(call, "sort", sorts, &sort);
    filter->by_updated = sort == 1;
    if (code == ERR_NONE && view == VIEW_CORE)
        code = read_period(call, filter);
    if (code == ERR_NONE && view == VIEW_CORE)
        code = read_kinds(call, filter);
    if (code == ERR_NONE)
        code = read_user(call, filter);
    const char *search = call_query(call, "search");
    if (search != NULL && *(search = expect_strip(call->arena, search)) != '\0')
        filter->search = search;
    return code;
}

static void key_by_id(const void *rows, size_t i, int64_t key[2])
{
    key[0] = ((const struct experiment_record *)rows)[i].id;
}

static void key_by_updated(const void *rows, size_t i, int64_t key[2])
{
    key[0] = ((const struct experiment_record *)rows)[i].updated;
    key[1] = ((const struct experiment_record *)rows)[i].id;
}

// The first failure of a row is the list's; it is in call->err.
static void render_experiment(struct call *call, const void *rows, size_t i)
{
    const struct experiment_record *record = (const struct experiment_record *)rows + i;
    enum err_code *first = call->state;
    if (*first == ERR_NONE)
        *first = experiment_write(call, record, record->runs_only ? VIEW_RUNS : VIEW_CORE);
}

static enum err_code list(struct call *call, enum experiment_view view)
{
    struct experiment_filter filter;
    struct paging paging;
    struct experiment_record *records;
    size_t n;
    int64_t count;
    enum err_code rendered = ERR_NONE, code = read_filter(call, view, &filter);
    if (code == ERR_NONE)
        code = paging_read(call, filter.by_updated ? 2 : 1, true, &paging);
    if (code == ERR_NONE)
        code = experiment_page(call->tx, call->arena, &filter, &paging.page, &records, &n, &count, &call->err);
    if (code != ERR_NONE)
        return code;
    call->state = &rendered;
    paging_render(call, &paging, records, n, count, filter.by_updated ? key_by_updated : key_by_id, render_experiment);
    call->state = NULL;
    return rendered;
}

enum err_code experiment_list(struct call *call)
{
    return list(call, VIEW_CORE);
}

enum err_code aiexperiment_list(struct call *call)
{
    return list(call, VIEW_RUNS);
}
