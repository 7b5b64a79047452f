// Lists of training runs: what SigOpt's tests of them assert (orders, filters, ties, what is missing, search), and odd keys and texts.
#include <stdlib.h>

#include "tests/api/runs.h"

// The template with the value in place of each $.
static void fill_in(char *text, size_t size, const char *template, const char *value)
{
    size_t n = 0;
    for (; *template != '\0' && n + 1 < size; template++)
        n += (size_t)snprintf(text + n, size - n, "%.*s", *template == '$' ? (int)strlen(value) : 1, *template == '$' ? value : template);
}

// A run with these members besides its name.
static int64_t make(struct harness *h, const char *members)
{
    char body[1000];
    snprintf(body, sizeof body, "{\"name\":\"r\"%s%.900s}", *members == '\0' ? "" : ",", members);
    return harness_make(h, "POST", RUNS, body);
}

static void is_order(struct harness *h, const char *sort, const char *ascending)
{
    char ids[400], reversed[400] = "", name[200];
    for (int limit = 1; limit <= 9; limit += 4) {
        snprintf(name, sizeof name, "%s, pages of %d", sort, limit);
        runs_walk(h, sort, NULL, limit, true, ids, sizeof ids);
        is_text(ids, ascending, name);
        runs_walk(h, sort, NULL, limit, false, ids, sizeof ids);
        reversed[0] = '\0';
        for (const char *end = ascending + strlen(ascending), *at = end; at > ascending; end = at) {
            for (at = end - 1; at > ascending && at[-1] != ' ';)
                at--;
            strncat(reversed, at, (size_t)(end - at));
        }
        is_text(ids, reversed, name);
    }
}

// ------------------------------------------------------------------ names, states

static void test_names(void)
{
    struct harness h;
    harness_open(&h);
    static const char *const names[] = {"b", "abc", "a", "B", "\xc3\xa9", "ab", "a"};
    for (int i = 0; i < 7; i++) {
        char body[100];
        snprintf(body, sizeof body, "{\"name\":\"%s\"}", names[i]);
        CHECK(&h, "POST", RUNS, body, 200, NULL);
    }
    is_order(&h, "name", "4 3 7 6 2 1 5 ");
    runs_check(&h, "name", "==", "\"abc\"", "2 ");
    runs_check(&h, "name", "==", "\"a\"", "3 7 ");
    runs_check(&h, "name", "!=", "\"a\"", "1 2 4 5 6 ");
    runs_check(&h, "name", "<=", "\"ab\"", "3 4 6 7 ");
    runs_check(&h, "name", ">", "\"b\"", "5 ");
    runs_check(&h, "name", "==", "\"A\"", "");
    runs_check(&h, "name", "isnull", NULL, "");
    harness_close(&h);
}

static void test_states(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "\"state\":\"failed\"");
    make(&h, "");
    make(&h, "\"state\":\"completed\"");
    make(&h, "");
    CHECK(&h, "PUT", "/v1/training_runs/4", "{\"state\":\"failed\"}", 200, NULL);
    runs_check(&h, "state", "==", "\"failed\"", "1 4 ");
    runs_check(&h, "state", "==", "\"active\"", "2 ");
    runs_check(&h, "state", "==", "\"completed\"", "3 ");
    is_order(&h, "state", "2 3 1 4 ");
    static const char *const operators[] = {"<", "<=", ">", ">=", "!=", "isnull"};
    for (size_t i = 0; i < 6; i++) {
        char filters[100];
        snprintf(filters, sizeof filters, "[{\"field\":\"state\",\"operator\":\"%s\",\"value\":\"active\"}]", operators[i]);
        runs_refuse(&h, filters, "a state can only be compared by ==");
    }
    harness_close(&h);
}

// ------------------------------------------------------------------ ids

// A row that only has to be there.
static void plant(struct harness *h, const char *sql, int64_t id)
{
    char text[400], value[24];
    snprintf(value, sizeof value, "%lld", (long long)id);
    fill_in(text, sizeof text, sql, value);
    harness_run_sql(h, text);
}

static void set(struct harness *h, int64_t run, const char *column, long long value)
{
    char text[200];
    snprintf(text, sizeof text, "UPDATE training_run SET %s = %lld WHERE id = %lld", column, value, (long long)run);
    harness_run_sql(h, text);
}

static void test_ids(void)
{
    static const struct {
        const char *field, *column, *plant;
    } cases[] = {
        {"experiment", "experiment_id",
         "INSERT INTO experiment (id, client_id, name, type, deleted, development, runs_only, created, updated)"
         " VALUES ($, 1, 'e', 1, 0, 0, 1, 1, 1)"},
        {"suggestion", "suggestion_id",
         "INSERT INTO suggestion (id, experiment_id, created, deleted, closed, source, exploring, filler, inevitable)"
         " VALUES ($, 7, 1, 0, 0, 1, 0, 0, 0)"},
        {"observation", "observation_id",
         "INSERT INTO observation (id, experiment_id, sequence, failed, deleted, created) SELECT $, 7, count(*) + 1, 1, 0, 1 FROM observation"},
        {"user", "user_id", "INSERT INTO user_account (id, organization_id, name, created) VALUES ($, 1, 'u', 1)"},
    };
    static const int64_t ids[] = {10000000000000, 7, 80, 9};
    struct harness h;
    harness_open(&h);
    for (int i = 0; i < 5; i++)
        make(&h, "");
    for (size_t k = 0; k < 4; k++) {
        const char *field = cases[k].field;
        for (size_t i = 0; i < 4; i++) {
            plant(&h, cases[k].plant, ids[i]);
            set(&h, (int64_t)i + 1, cases[k].column, ids[i]);
        }
        harness_run_sql(&h, "UPDATE training_run SET user_id = NULL WHERE id = 5");
        runs_check(&h, field, "==", "10000000000000", "1 ");
        runs_check(&h, field, "==", "\"10000000000000\"", "1 ");
        runs_check(&h, field, "==", "\"80\"", "3 ");
        runs_check(&h, field, "<=", "80", "2 3 4 ");
        runs_check(&h, field, "<", "\"80\"", "2 4 ");
        runs_check(&h, field, ">", "9", "1 3 ");
        runs_check(&h, field, ">=", "9", "1 3 4 ");
        runs_check(&h, field, "!=", "9", "1 2 3 ");
        runs_check(&h, field, "isnull", NULL, "5 ");
        is_order(&h, field, "2 4 3 1 ");
    }
    runs_check(&h, "id", "==", "3", "3 ");
    runs_check(&h, "id", "==", "\"3\"", "3 ");
    runs_check(&h, "id", "<=", "2", "1 2 ");
    runs_check(&h, "id", ">", "\"3\"", "4 5 ");
    runs_check(&h, "id", "isnull", NULL, "");
    is_order(&h, "id", "1 2 3 4 5 ");
    runs_check(&h, "client", "==", "1", "1 2 3 4 5 ");
    runs_check(&h, "client", "==", "2", "");
    is_order(&h, "client", "1 2 3 4 5 ");
    harness_close(&h);
}

static void test_optimized(void)
{
    struct harness h;
    harness_open(&h);
    plant(&h, "INSERT INTO experiment (id, client_id, name, type, deleted, development, runs_only, created, updated)"
              " VALUES ($, 1, 'e', 1, 0, 0, 1, 1, 1)", 1);
    for (int source = 1; source <= 7; source++) {
        make(&h, "");
        char sql[300];
        snprintf(sql, sizeof sql, "INSERT INTO suggestion (id, experiment_id, created, deleted, closed, source, ordinal, exploring, filler,"
                                  " inevitable) VALUES ($, 1, 1, 0, 0, %d, nullif(%d, 0), 0, 0, 0)",
                 source, source >= 3 ? source : 0);
        plant(&h, sql, source);
        set(&h, source, "suggestion_id", source);
    }
    make(&h, "");
    runs_check(&h, "optimized_suggestion", "==", "true", "3 4 5 7 ");
    runs_check(&h, "optimized_suggestion", "==", "false", "1 2 6 ");
    runs_check(&h, "optimized_suggestion", "!=", "true", "1 2 6 ");
    runs_check(&h, "optimized_suggestion", "isnull", NULL, "8 ");
    is_order(&h, "optimized_suggestion", "1 2 6 3 4 5 7 ");
    harness_close(&h);
}

// ------------------------------------------------------------------ texts and numbers

static const struct {
    const char *field, *member; // $: the value, JSON
} places[] = {
    {"assignments.k", "\"assignments\":{\"k\":$}"},
    {"metadata.k", "\"metadata\":{\"k\":$}"},
    {"logs.k.content", "\"logs\":{\"k\":{\"content\":$}}"},
    {"model.type", "\"model\":{\"type\":$}"},
    {"source_code.content", "\"source_code\":{\"content\":$}"},
    {"source_code.hash", "\"source_code\":{\"hash\":$}"},
};
static const struct {
    const char *field, *member;
} numbers[] = {
    {"assignments.k", "\"assignments\":{\"k\":$}"},
    {"metadata.k", "\"metadata\":{\"k\":$}"},
    {"values.k.value", "\"values\":{\"k\":{\"value\":$}}"},
    {"values.k.value_stddev", "\"values\":{\"k\":{\"value\":1,\"value_stddev\":$}}"},
};

static int64_t make_at(struct harness *h, const char *member, const char *value)
{
    char text[300];
    fill_in(text, sizeof text, member, value);
    return make(h, text);
}

static void test_texts(void)
{
    static const char *const values[] = {"\"b\"", "\"\"", "\"abc\"", "\"a\"", "\"\xf0\x9d\x84\x9e\"", "\"\xef\xbc\xa1\"", "\"10\"", "\"9\""};
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        struct harness h;
        harness_open(&h);
        const char *field = places[p].field;
        for (int i = 0; i < 8; i++)
            make_at(&h, places[p].member, values[i]);
        for (int i = 0; i < 8; i++) {
            char want[8];
            snprintf(want, sizeof want, "%d ", i + 1);
            runs_check(&h, field, "==", values[i], want);
        }
        runs_check(&h, field, "isnull", NULL, "");
        runs_check(&h, field, "<", "\"a\"", "2 7 8 ");
        runs_check(&h, field, "<=", "\"a\"", "2 4 7 8 ");
        runs_check(&h, field, ">", "\"abc\"", "1 5 6 ");
        runs_check(&h, field, ">=", "\"abc\"", "1 3 5 6 ");
        runs_check(&h, field, "!=", "\"\"", "1 3 4 5 6 7 8 ");
        is_order(&h, field, "2 7 8 4 3 1 6 5 ");
        make(&h, "");
        runs_check(&h, field, "isnull", NULL, "9 ");
        harness_close(&h);
    }
}

static void test_numbers(void)
{
    static const char *const values[] = {"99999", "0.0", "3", "0.1", "20", "1e-300", "10"};
    for (size_t p = 0; p < sizeof numbers / sizeof *numbers; p++) {
        struct harness h;
        harness_open(&h);
        const char *field = numbers[p].field;
        for (int i = 0; i < 7; i++)
            make_at(&h, numbers[p].member, values[i]);
        for (int i = 0; i < 7; i++) {
            char want[8];
            snprintf(want, sizeof want, "%d ", i + 1);
            runs_check(&h, field, "==", values[i], want);
        }
        runs_check(&h, field, "isnull", NULL, "");
        runs_check(&h, field, "<", "3", "2 4 6 ");
        runs_check(&h, field, "<=", "3.0", "2 3 4 6 ");
        runs_check(&h, field, ">", "10", "1 5 ");
        runs_check(&h, field, ">=", "10", "1 5 7 ");
        runs_check(&h, field, "!=", "0", "1 3 4 5 6 7 ");
        is_order(&h, field, "2 6 4 3 7 5 1 ");
        make(&h, "\"values\":{\"k\":{\"value\":1}}");
        runs_check(&h, field, "isnull", NULL, strcmp(field, "values.k.value") == 0 ? "" : "8 ");
        harness_close(&h);
    }
}

// Numbers come before texts; what is compared with one type says nothing about the other.
static void test_mixed(void)
{
    struct harness h;
    harness_open(&h);
    static const char *const values[] = {"\"5\"", "5", "\"x\"", "-1", "\"\"", "0"};
    for (int i = 0; i < 6; i++)
        make_at(&h, places[1].member, values[i]);
    make(&h, "");
    is_order(&h, "metadata.k", "4 6 2 5 1 3 ");
    runs_check(&h, "metadata.k", "==", "5", "2 ");
    runs_check(&h, "metadata.k", "==", "\"5\"", "1 ");
    runs_check(&h, "metadata.k", "!=", "5", "1 3 4 5 6 ");
    runs_check(&h, "metadata.k", "!=", "\"5\"", "2 3 4 5 6 ");
    runs_check(&h, "metadata.k", "<", "99", "2 4 6 ");
    runs_check(&h, "metadata.k", ">", "\"\"", "1 3 ");
    static const char *const others[] = {"true", "{}", "[1]", "{\"a\":[]}"};
    for (size_t i = 0; i < 4; i++) {
        runs_check(&h, "metadata.k", "==", others[i], "");
        runs_check(&h, "metadata.k", "!=", others[i], "1 2 3 4 5 6 ");
        if (i > 0)
            runs_check(&h, "metadata.k", "<=", others[i], "");
    }
    harness_close(&h);
}

// ------------------------------------------------------------------ times, flags

static void test_times(void)
{
    static const char *const fields[] = {"created", "updated", "completed", "finished"};
    static const long long seconds[] = {2, -10, 10, 0, -2};
    for (size_t f = 0; f < 4; f++) {
        struct harness h;
        harness_open(&h);
        for (int i = 0; i < 6; i++) {
            make(&h, "");
            if (i < 5)
                set(&h, i + 1, f == 3 ? "completed" : fields[f], 1000 * seconds[i] + 7 * i);
        }
        bool has_others = f < 2; // the last one's time is now
        runs_check(&h, fields[f], "==", "-10", "2 ");
        runs_check(&h, fields[f], "==", "10", "3 ");
        runs_check(&h, fields[f], "==", "0", "4 ");
        runs_check(&h, fields[f], "<=", "-2", "2 5 ");
        runs_check(&h, fields[f], "<", "0", "2 5 ");
        runs_check(&h, fields[f], "<=", "0", "2 4 5 ");
        runs_check(&h, fields[f], ">=", "2", has_others ? "1 3 6 " : "1 3 ");
        runs_check(&h, fields[f], ">", "2.0", has_others ? "3 6 " : "3 ");
        runs_check(&h, fields[f], "!=", "2", has_others ? "2 3 4 5 6 " : "2 3 4 5 ");
        runs_check(&h, fields[f], "isnull", NULL, has_others ? "" : "6 ");
        is_order(&h, fields[f], has_others ? "2 5 4 1 3 6 " : "2 5 4 1 3 ");
        harness_close(&h);
    }
}

static void test_flags(void)
{
    struct harness h;
    harness_open(&h);
    make(&h, "\"favorite\":true");
    make(&h, "\"favorite\":false");
    make(&h, "");
    CHECK(&h, "DELETE", "/v1/training_runs/1", NULL, 200, NULL);
    CHECK(&h, "DELETE", "/v1/training_runs/3", NULL, 200, NULL);
    CHECK(&h, "GET", RUNS, NULL, 200, "{\"count\":3,\"data\":[{\"deleted\":true},{\"deleted\":false},{\"deleted\":true}]}");
    runs_check(&h, "deleted", "==", "true", "1 3 ");
    runs_check(&h, "deleted", "==", "false", "2 ");
    runs_check(&h, "deleted", "!=", "false", "1 3 ");
    runs_check(&h, "deleted", "isnull", NULL, "");
    is_order(&h, "deleted", "2 1 3 ");
    runs_check(&h, "favorite", "==", "true", "1 ");
    runs_check(&h, "favorite", "==", "false", "2 ");
    runs_check(&h, "favorite", "isnull", NULL, "3 ");
    is_order(&h, "favorite", "2 1 ");
    static const char *const operators[] = {"<", "<=", ">", ">="}, *const fields[] = {"deleted", "metadata.k", "assignments.k"};
    for (size_t i = 0; i < 12; i++) {
        char filters[100];
        snprintf(filters, sizeof filters, "[{\"field\":\"%s\",\"operator\":\"%s\",\"value\":true}]", fields[i / 4], operators[i % 4]);
        runs_refuse(&h, filters, "is a boolean, which is neither smaller nor greater than another");
    }
    harness_close(&h);
}

// ------------------------------------------------------------------ ties, what is missing

static void test_ties(void)
{
    static const char *const sorts[] = {"created", "deleted", "experiment", "metadata.double_key", "metadata.string_key", "name", "state"};
    struct harness h;
    harness_open(&h);
    plant(&h, "INSERT INTO experiment (id, client_id, name, type, deleted, development, runs_only, created, updated)"
              " VALUES ($, 1, 'e', 1, 0, 0, 1, 1, 1)", 1);
    for (int i = 0; i < 5; i++)
        set(&h, make(&h, "\"metadata\":{\"double_key\":1.5,\"string_key\":\"x\"}"), "experiment_id", 1);
    harness_run_sql(&h, "UPDATE training_run SET created = 5");
    for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++) {
        is_order(&h, sorts[s], "1 2 3 4 5 ");
        static const int limits[] = {1, 2, 3, 100};
        for (size_t l = 0; l < 4; l++) {
            char target[200];
            snprintf(target, sizeof target, RUNS "?sort=%s&limit=%d", sorts[s], limits[l]);
            struct answer answer = harness_request(&h, "GET", target, NULL);
            bool more = json_kind(json_member(json_member(answer.json, "paging"), "before")) == JSON_STRING;
            ok(more == (limits[l] < 5), "%s: before", target);
            ok(json_size(json_member(answer.json, "data")) == (limits[l] < 5 ? (size_t)limits[l] : 5), "%s: rows", target);
            answer_clear(&answer);
            CHECK(&h, "GET", target, NULL, 200, "{\"count\":5}");
        }
    }
    harness_close(&h);
}

// The first page of that many, and the next, which does not say `ascending` again.
static void check_exclusion(struct harness *h, size_t limit, bool up)
{
    char target[300];
    const char *direction = up ? "after" : "before";
    snprintf(target, sizeof target, RUNS "?sort=values.acc.value&limit=%zu%s", limit, up ? "&ascending=true" : "");
    struct answer answer = harness_request(h, "GET", target, NULL);
    const struct json *marker = json_member(json_member(answer.json, "paging"), direction);
    ok(json_size(json_member(answer.json, "data")) == limit && json_kind(marker) == JSON_STRING, "%s", target);
    snprintf(target, sizeof target, RUNS "?sort=values.acc.value&%s=%s", direction, json_string(marker));
    answer_clear(&answer);
    answer = harness_request(h, "GET", target, NULL);
    ok(json_size(json_member(answer.json, "data")) == 10 - limit, "%s: the rest", target);
    ok(json_kind(json_member(json_member(answer.json, "paging"), direction)) == JSON_NULL, "%s: nothing behind it", target);
    answer_clear(&answer);
    CHECK(h, "GET", target, NULL, 200, "{\"count\":10}");
}

static void test_exclusion(void)
{
    struct harness h;
    harness_open(&h);
    for (int i = 0; i < 10; i++) {
        char members[100];
        snprintf(members, sizeof members, "\"values\":{\"acc\":{\"value\":%d}}", i / 2);
        make(&h, members);
        make(&h, i % 2 == 0 ? "" : "\"values\":{\"other\":{\"value\":1}}");
    }
    static const size_t limits[] = {0, 1, 5, 9};
    for (size_t i = 0; i < 8; i++)
        check_exclusion(&h, limits[i / 2], i % 2 == 1);
    CHECK(&h, "GET", RUNS "?sort=values.nothing.value", NULL, 200,
          "{\"count\":0,\"data\":[],\"paging\":{\"before\":null,\"after\":null}}");
    CHECK(&h, "GET", RUNS "?sort=values.nothing.value&limit=0", NULL, 200,
          "{\"count\":0,\"data\":[],\"paging\":{\"before\":null,\"after\":null}}");
    harness_close(&h);
}

static void test_search(void)
{
    struct harness h;
    harness_open(&h);
    static const char *const names[] = {"one ring to rule", "ONE Ring to find", "bring them, oNe RiNg", "in the darkness"};
    for (int i = 0; i < 40; i++) {
        char body[100];
        snprintf(body, sizeof body, "{\"name\":\"%s\"}", names[i % 4]);
        harness_make(&h, "POST", RUNS, body);
    }
    CHECK(&h, "GET", RUNS "?search=one%20ring&limit=3", NULL, 200, "{\"count\":30}");
    CHECK(&h, "GET", RUNS "?search=Darkness", NULL, 200, "{\"count\":10}");
    CHECK(&h, "GET", RUNS "?search=%25", NULL, 200, "{\"count\":0}");
    CHECK(&h, "GET", RUNS "?search=", NULL, 200, "{\"count\":40}");
    CHECK(&h, "GET", RUNS "?search=ring&sort=name&filters=%5B%7B%22field%22:%22name%22,%22operator%22:%22%3C%22,%22value%22:%22b%22%7D%5D", NULL, 200,
          "{\"count\":10}");
    harness_close(&h);
}

// ------------------------------------------------------------------ odd keys and texts

static void test_odd_keys(void)
{
    static const char *const keys[] = {"{}", "{'", "{\\\"", "{'\\\"", "{'\\\"\\\\", "\xc3\xa9\xf0\x9d\x84\x9e", "'; DROP TABLE training_run; --",
                                       "?1", "", "%", "a b", "$x", "[0]"};
    struct harness h;
    harness_open(&h);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char body[300], field[100], want[20];
        snprintf(body, sizeof body, "\"assignments\":{\"%s\":1},\"metadata\":{\"%s\":\"t\"},\"values\":{\"%s\":{\"value\":2,\"value_stddev\":3}}",
                 keys[i], keys[i], keys[i]);
        snprintf(want, sizeof want, "%lld ", (long long)make(&h, body));
        snprintf(field, sizeof field, "assignments.%s", keys[i]);
        runs_check(&h, field, "==", "1", want);
        snprintf(field, sizeof field, "metadata.%s", keys[i]);
        runs_check(&h, field, ">=", "\"s\"", want);
        snprintf(field, sizeof field, "values.%s.value", keys[i]);
        runs_check(&h, field, "<", "3", want);
        snprintf(field, sizeof field, "values.%s.value_stddev", keys[i]);
        runs_check(&h, field, "!=", "4", want);
    }
    char ids[100];
    runs_walk(&h, "metadata.{'\"", NULL, 10, true, ids, sizeof ids);
    is_text(ids, "4 ", "sorted by an odd key");
    runs_walk(&h, "values.{'\"\\.value", NULL, 10, false, ids, sizeof ids);
    is_text(ids, "5 ", "sorted by another");
    make(&h, "\"metadata\":{\"a.b\":1}");
    runs_refuse(&h, "[{\"field\":\"metadata.a.b\",\"operator\":\"==\",\"value\":1}]", ".filters[0].field: runs have no field \\\"");
    harness_close(&h);
}

// Texts of more characters than a marker holds have the order of their beginnings, then that of the ids; the walk is whole.
static void test_long_texts(void)
{
    enum { LONG = 5000, N = 6 };
    struct harness h;
    harness_open(&h);
    static const char *const starts[N] = {"b", "a", "\xc3\xa9", "a", "b", "a"};
    for (int i = 0; i < N; i++) {
        char *body = malloc(3 * LONG), *at = body;
        at += sprintf(at, "{\"name\":\"r\",\"source_code\":{\"content\":\"");
        for (int k = 0; k < LONG; k++)
            at += sprintf(at, "%s", starts[i]);
        sprintf(at, "%c\"}}", 'z' - i);
        harness_make(&h, "POST", RUNS, body);
        free(body);
    }
    is_order(&h, "source_code.content", "2 4 6 1 5 3 ");
    struct answer answer = harness_request(&h, "GET", RUNS "?sort=source_code.content&limit=1", NULL);
    const char *marker = json_string(json_member(json_member(answer.json, "paging"), "before"));
    ok(strlen(marker) > 1500 && strlen(marker) < 3200, "a marker of 1124 characters: %zu", strlen(marker));
    answer_clear(&answer);
    harness_close(&h);
}

// ------------------------------------------------------------------ of a client

static void test_client(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", RUNS, "{\"name\":\"a\"}");
    CHECK(&h, "POST", "/v1/clients/1/projects", "{\"id\":\"other\",\"name\":\"o\"}", 200, NULL);
    harness_make(&h, "POST", "/v1/clients/1/projects/other/training_runs", "{\"name\":\"b\",\"values\":{\"m\":{\"value\":1}}}");
    CHECK(&h, "GET", "/v1/clients/1/training_runs", NULL, 200,
          "{\"object\":\"pagination\",\"count\":2,\"data\":[{\"id\":\"2\",\"project\":\"other\"},{\"id\":\"1\",\"project\":\"default\"}]}");
    CHECK(&h, "GET", "/v1/clients/1/training_runs?sort=values.m.value&fields=id,name", NULL, 200,
          "{\"count\":1,\"data\":[{\"id\":\"2\",\"name\":\"b\",\"state\":\"<absent>\"}]}");
    CHECK(&h, "GET", RUNS, NULL, 200, "{\"count\":1,\"data\":[{\"id\":\"1\"}]}");
    CHECK(&h, "PUT", "/v1/training_runs/1", "{\"project\":\"other\"}", 200, NULL);
    CHECK(&h, "GET", RUNS, NULL, 200, "{\"count\":0,\"data\":[]}");
    CHECK(&h, "GET", "/v1/clients/1/projects/other/training_runs", NULL, 200, "{\"count\":2}");
    CHECK(&h, "GET", "/v1/clients/1/projects/nothing/training_runs", NULL, 404, NULL);
    CHECK(&h, "GET", RUNS "?fields=id,nonsense", NULL, 400, "{\"message\":\"~nonsense\"}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_names);
    TAP_RUN(test_states);
    TAP_RUN(test_ids);
    TAP_RUN(test_optimized);
    TAP_RUN(test_texts);
    TAP_RUN(test_numbers);
    TAP_RUN(test_mixed);
    TAP_RUN(test_times);
    TAP_RUN(test_flags);
    TAP_RUN(test_ties);
    TAP_RUN(test_exclusion);
    TAP_RUN(test_search);
    TAP_RUN(test_odd_keys);
    TAP_RUN(test_long_texts);
    TAP_RUN(test_client);
    return tap_done();
}
