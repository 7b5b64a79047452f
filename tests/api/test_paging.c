// Pages and markers, on a list of numbers instead of a table.
#include <inttypes.h>
#include <stdlib.h>

#include "api/call.h"
#include "api/url.h"
#include "tests/tap.h"

// ------------------------------------------------------------------ a list to be paged

struct row {
    int64_t time, id;
};

static int compare_keys(const int64_t a[2], const int64_t b[2], size_t components)
{
    for (size_t i = 0; i < components; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static void key_of_id(const void *rows, size_t i, int64_t key[2])
{
    key[0] = ((const struct row *)rows)[i].id;
}

static void key_of_time(const void *rows, size_t i, int64_t key[2])
{
    key[0] = ((const struct row *)rows)[i].time;
    key[1] = ((const struct row *)rows)[i].id;
}

// Selects from rows, which are sorted, as storage does.
static size_t take(const struct paging *paging, const struct row *rows, size_t n, paging_key_fn *key, struct row *out)
{
    const struct page_query *page = &paging->page;
    size_t taken = 0;
    for (size_t i = 0; i < n && taken < page->limit + 1; i++) {
        size_t at = page->up ? i : n - 1 - i;
        int64_t k[2] = {0, 0};
        key(rows, at, k);
        if (page->has_before && compare_keys(k, page->before, paging->components) >= 0)
            continue;
        if (page->has_after && compare_keys(k, page->after, paging->components) <= 0)
            continue;
        out[taken++] = rows[at];
    }
    return taken;
}

static void render_row(struct call *call, const void *rows, size_t i)
{
    json_put_int(&call->out, ((const struct row *)rows)[i].id);
}

static struct call *call_open(const char *query)
{
    struct arena *arena = arena_create();
    struct call *call = arena_alloc(arena, 1, sizeof *call);
    call->arena = arena;
    ok(url_read_query(arena, query, &call->parameters, &call->n_parameters), "query %s", query);
    return call;
}

static void call_close(struct call *call)
{
    json_writer_clear(&call->out);
    arena_destroy(call->arena);
}

// The answer to a query on a list of n rows, which call_close frees.
static const char *page_of(struct call *call, const struct row *rows, size_t n, size_t components, bool may_ascend)
{
    struct paging paging;
    struct row out[16];
    paging_key_fn *key = components == 1 ? key_of_id : key_of_time;
    if (paging_read(call, components, may_ascend, &paging) != ERR_NONE)
        return call->err.text;
    size_t taken = take(&paging, rows, n, key, out);
    paging_render(call, &paging, out, taken, (int64_t)n, key, render_row);
    return call->out.out.data;
}

// ------------------------------------------------------------------ appendix A

#define M0 "\"CgIQAA\""
#define M1 "\"CgIQAQ\""
#define M2 "\"CgIQAg\""
#define M3 "\"CgIQAw\""
#define M4 "\"CgIQBA\""

struct page_case {
    const char *query, *data, *before, *after;
};

static void check_pages(const struct page_case *cases, size_t n_cases, const struct row *rows, size_t n, size_t components)
{
    for (size_t i = 0; i < n_cases; i++) {
        const struct page_case *c = &cases[i];
        char want[512];
        struct call *call = call_open(c->query);
        snprintf(want, sizeof want,
                 "{\"object\":\"pagination\",\"count\":%zu,\"data\":[%s],\"paging\":{\"before\":%s,\"after\":%s}}", n, c->data,
                 c->before, c->after);
        is_text(page_of(call, rows, n, components, true), want, c->query);
        call_close(call);
    }
}

static void test_worked_examples(void)
{
    static const struct row rows[] = {{0, 1}, {0, 2}, {0, 3}};
    static const struct page_case cases[] = {
        {"", "3,2,1", "null", M3},
        {"limit=2", "3,2", M2, M3},
        {"limit=2&before=CgIQAg", "1", "null", M1},
        {"limit=2&after=CgIQAQ", "3,2", M2, "null"},
        {"limit=1&after=CgIQAQ", "2", M2, M2},
        {"limit=0", "", M4, "null"},
        {"ascending=true&limit=2", "1,2", M1, M2},
        {"ascending=true&limit=2&after=CgIQAg", "3", M3, "null"},
        {"before=CgIQAQ", "", M1, M2},
        // the other direction, and both markers
        {"ascending=True", "1,2,3", M1, "null"},
        {"ascending=1&before=CgIQAw&limit=1", "2", M2, M2},
        {"ascending=1&before=CgIQAw", "1,2", "null", M2},
        {"before=CgIQAw&after=CgIQAQ", "2", "null", M2},
        {"before=CgIQAw&after=CgIQAQ&ascending=1", "2", M2, "null"},
        // nothing there
        {"after=CgIQAw", "", M2, M3},
        {"ascending=1&after=CgIQAw", "", M2, M3},
        {"ascending=1&before=CgIQAQ", "", M1, M2},
        {"limit=0&ascending=1", "", "null", M0},
        {"limit=0&after=CgIQAQ", "", "null", M1},
        {"limit=0&before=CgIQAg", "", M2, "null"},
        {"limit=0&before=CgIQAQ", "", "null", "null"},
        {"limit=3", "3,2,1", "null", M3},
        {"limit=1000", "3,2,1", "null", M3},
        {"limit=%202&before=CgIQAg%3D%3D", "1", "null", M1},
    };
    check_pages(cases, sizeof cases / sizeof *cases, rows, 3, 1);

    static const struct page_case empty[] = {
        {"", "", "null", "null"},
        {"ascending=true", "", "null", "null"},
        {"limit=0", "", "null", "null"},
        {"before=CgIQAg", "", M2, M3},
        {"after=CgIQAg", "", M1, M2},
    };
    check_pages(empty, sizeof empty / sizeof *empty, rows, 0, 1);
}

static void test_without_ascending(void)
{
    static const struct row rows[] = {{0, 1}, {0, 2}};
    struct call *call = call_open("ascending=nonsense");
    ok(strstr(page_of(call, rows, 2, 1, false), "[2,1]") != NULL, "where a list cannot ascend, the parameter is unknown");
    call_close(call);
    call = call_open("");
    paging_render_all(call, rows, 2, render_row);
    is_text(call->out.out.data,
            "{\"object\":\"pagination\",\"count\":2,\"data\":[1,2],\"paging\":{\"before\":null,\"after\":null}}",
            "a list without pages");
    call_close(call);
}

// ------------------------------------------------------------------ errors

static void test_errors(void)
{
    static const struct {
        const char *query, *field, *text;
    } cases[] = {
        {"limit=-1", "limit", "1000"},
        {"limit=1001", "limit", "1000"},
        {"limit=", "limit", "Invalid type for limit"},
        {"limit=2.0", "limit", "Invalid type for limit"},
        {"limit=ten", "limit", "Invalid type for limit"},
        {"limit=99999999999999999999", "limit", "Invalid type for limit"},
        {"ascending=2", "ascending", "Invalid type for ascending"},
        {"before=", "before", "Invalid paging marker"},
        {"after=", "after", "Invalid paging marker"},
        {"before", "before", "Invalid paging marker"},
        {"before=5", "before", "Invalid paging marker"},
        {"before=!", "before", "Invalid paging marker"},
        {"before=CgIQBQ!", "before", "Invalid paging marker"},
        {"before=C", "before", "Invalid paging marker"},
        {"before=CgIQ", "before", "Invalid paging marker"},             // cut
        {"before=CgIQhQ", "before", "Invalid paging marker"},           // a number without its end
        {"before=CgMQBQA", "before", "Invalid paging marker"},          // a byte too many in the symbol
        {"before=CgIQBQA", "before", "Invalid paging marker"},          // and behind it
        {"before=CgIQBQoCEAU", "before", "Invalid paging marker"},      // two components
        {"before=CgIYAA", "before", "Invalid paging marker"},           // null
        {"before=CgMiAWE", "before", "Invalid paging marker"},          // a string
        {"before=CgkJAAAAAAAAFEA", "before", "Invalid paging marker"},  // a double
        {"before=CgwQ____________AQ", "before", "Invalid paging marker"}, // a length beyond the end
        {"before=CgIQAQ&before=x&after=x", "after", "Invalid paging marker"},
    };
    static const struct row rows[] = {{0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct call *call = call_open(cases[i].query);
        const char *text = page_of(call, rows, 1, 1, true);
        ok(call->err.code == ERR_INVALID && strcmp(call->err.field, cases[i].field) == 0 && strstr(text, cases[i].text) != NULL,
           "%s: %s", cases[i].query, text);
        call_close(call);
    }
    struct call *call = call_open("limit=1&limit=x");
    ok(strstr(page_of(call, rows, 1, 1, true), "[1]") != NULL, "only the first of two counts");
    call_close(call);
}

// ------------------------------------------------------------------ time and id

// Follows a direction to its end and joins the ids.
static void walk(const struct row *rows, size_t n, size_t components, const char *query, const char *direction, char *text)
{
    char next[300];
    snprintf(next, sizeof next, "%s", query);
    text[0] = '\0';
    for (size_t pages = 0; pages <= 2 * n; pages++) {
        struct call *call = call_open(next);
        page_of(call, rows, n, components, true);
        struct json *answer;
        const struct buffer *out = &call->out.out;
        if (!ok(out->data != NULL && json_parse(out->data, out->len, &answer, NULL) == ERR_NONE, "%s: %s", next,
                call->err.text)) {
            call_close(call);
            return;
        }
        for (const struct json *v = json_first(json_member(answer, "data")); v != NULL; v = json_next(v))
            snprintf(text + strlen(text), 20, "%d", (int)json_number(v));
        const struct json *marker = json_member(json_member(answer, "paging"), direction);
        bool end = json_kind(marker) == JSON_NULL;
        if (!end)
            snprintf(next, sizeof next, "%s&%s=%s", query, direction, json_string(marker));
        json_free(answer);
        call_close(call);
        if (end)
            return;
    }
    ok(false, "%s never ends", query);
}

static void test_walks(void)
{
    // Times around zero, equal ones, and the ends of the range that a timestamp can hold.
    static const struct row rows[] = {{-62135596800000, 7}, {-1001, 2},          {-1, 5},
                                      {0, 1},               {0, 8},              {1, 3},
                                      {1700000000123, 4},   {1700000000123, 9},  {253402300799999, 6}};
    for (int limit = 1; limit <= 10; limit++) {
        char query[64], got[64];
        snprintf(query, sizeof query, "limit=%d", limit);
        walk(rows, 9, 2, query, "before", got);
        is_text(got, "694381527", query);
        snprintf(query, sizeof query, "ascending=1&limit=%d", limit);
        walk(rows, 9, 2, query, "after", got);
        is_text(got, "725183496", query);
    }
    static const struct row ids[] = {{0, 1}, {0, 127}, {0, 128}, {0, INT32_MAX}, {0, INT64_MAX}};
    char got[64];
    struct call *call = call_open("limit=0");
    ok(strstr(page_of(call, ids, 5, 1, true), "\"before\":\"CgoQ__________9_\"") != NULL, "the largest id stays where it is: %s",
       call->out.out.data);
    call_close(call);
    walk(ids, 4, 1, "limit=1", "before", got);
    is_text(got, "21474836471281271", "ids of one and more bytes");
}

static void test_time_markers(void)
{
    static const struct row rows[] = {{1500, 1}, {2000, 5}};
    struct call *call = call_open("limit=1");
    // {1: {6: {1: 2}}} {1: {2: 5}}
    ok(strstr(page_of(call, rows, 2, 2, true), "\"before\":\"CgQyAggCCgIQBQ\"") != NULL, "seconds: %s", call->out.out.data);
    call_close(call);
    call = call_open("before=CgQyAggCCgIQBQ");
    // {1: {6: {1: 1, 2: 500000000}}} {1: {2: 1}}
    ok(strstr(page_of(call, rows, 2, 2, true), "\"after\":\"CgoyCAgBEIDKte4BCgIQAQ\"") != NULL, "and nanoseconds: %s",
       call->out.out.data);
    call_close(call);
    call = call_open("before=CgIyAAoCEAU");
    ok(strstr(page_of(call, rows, 2, 2, true), "[]") != NULL, "an empty timestamp is 1970");
    call_close(call);

    static const char *const wrong[] = {
        "CgIQBQ",               // the id alone
        "CgIQBQoCEAU",          // two integers
        "CgQyAggC",             // the time alone
        "CgIQBQoEMgIIAg",       // id first
        "CgQyAggCCgIQBQoCEAU",  // three
        "CgoyCAgBEIDKte4LCgIQAQ", // too many nanoseconds
        "Cg4yDAj__________38AAAoCEAU",
        "Cg0yCwj__________38BCgIQBQ", // a year beyond all years
        "ChUyEwj1p42vupOxEBD__________38KAhAB", // the last second, and more nanoseconds than it has room for
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char query[100];
        snprintf(query, sizeof query, "before=%s", wrong[i]);
        call = call_open(query);
        page_of(call, rows, 2, 2, true);
        ok(call->err.code == ERR_INVALID && strcmp(call->err.text, "Invalid paging marker: before") == 0, "%s", query);
        call_close(call);
    }
}

int main(void)
{
    TAP_RUN(test_worked_examples);
    TAP_RUN(test_without_ascending);
    TAP_RUN(test_errors);
    TAP_RUN(test_walks);
    TAP_RUN(test_time_markers);
    return tap_done();
}
