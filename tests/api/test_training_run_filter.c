// Filters of lists of runs: every field with every operator and every type of value, what is refused, markers, and the fields that occur.
#include "base/buffer.h"
#include "tests/api/runs.h"

// ------------------------------------------------------------------ every field, operator and type of value

enum { ID = 1, INTEGER = 2, BOOLEAN = 4, STATE = 8, TEXT = 16, NUMBER = 32, ANY = ID | INTEGER | BOOLEAN | STATE | TEXT | NUMBER };

static const struct {
    const char *name;
    unsigned takes;
} fields[] = {
    {"id", ID}, {"client", ID}, {"experiment", ID}, {"observation", ID}, {"suggestion", ID}, {"user", ID},
    {"created", INTEGER}, {"updated", INTEGER}, {"completed", INTEGER}, {"finished", INTEGER},
    {"deleted", BOOLEAN}, {"favorite", BOOLEAN}, {"optimized_suggestion", BOOLEAN},
    {"state", STATE},
    {"name", TEXT}, {"model.type", TEXT}, {"source_code.content", TEXT}, {"source_code.hash", TEXT}, {"logs.k.content", TEXT},
    {"values.k.value", NUMBER}, {"values.k.value_stddev", NUMBER},
    {"assignments.k", ANY}, {"metadata.k", ANY},
};

static const struct {
    const char *text;
    unsigned is; // what takes it
} values[] = {
    {"1", ID | INTEGER | NUMBER}, {"-3.0", ID | INTEGER | NUMBER}, {"0.9", NUMBER}, {"1e300", NUMBER},
    {"\"1\"", ID | TEXT}, {"\" 12 \"", ID | TEXT}, {"\"\"", TEXT}, {"\".\"", TEXT}, {"\"abc\"", TEXT}, {"\"0.0\"", TEXT},
    {"\"active\"", TEXT | STATE}, {"true", BOOLEAN}, {"false", BOOLEAN}, {"{}", 0}, {"[]", 0}, {"[1]", 0}, {"{\"a\":1}", 0},
    {"null", 0},
};

static const char *const operators[] = {"==", "!=", ">", ">=", "<", "<=", "isnull"};

static bool is_fine(size_t f, size_t o, size_t v)
{
    bool is_null = strcmp(values[v].text, "null") == 0, is_boolean = values[v].is == BOOLEAN;
    if (fields[f].takes == STATE && o != 0)
        return false;
    if (o == 6)
        return true;
    if (is_null || (is_boolean && o > 1))
        return false;
    return fields[f].takes == ANY || (fields[f].takes & values[v].is) != 0;
}

static void test_pairs(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", RUNS, "{\"name\":\"r\",\"assignments\":{\"k\":1}}");
    int64_t before = harness_version(&h);
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
        for (size_t o = 0; o < 7; o++) {
            for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                char filters[200], target[1000] = RUNS "?filters=";
                snprintf(filters, sizeof filters, "[{\"field\":\"%s\",\"operator\":\"%s\",\"value\":%s}]", fields[f].name, operators[o],
                         values[v].text);
                runs_append_encoded(target, sizeof target, filters);
                struct answer answer = harness_request(&h, "GET", target, NULL);
                ok(answer.status == (is_fine(f, o, v) ? 200 : 400), "%s: %d", filters, answer.status);
                answer_clear(&answer);
            }
        }
    }
    is_int(harness_version(&h), before, "nothing is stored");
    harness_close(&h);
}

static void test_several(void)
{
    struct harness h;
    char ids[100];
    harness_open(&h);
    for (int i = 0; i < 6; i++) {
        char body[200];
        snprintf(body, sizeof body, "{\"name\":\"r%d\",\"metadata\":{\"x\":%d,\"y\":\"%c\"},\"state\":\"%s\"}", i, i, 'a' + i % 2,
                 i < 3 ? "active" : "failed");
        harness_make(&h, "POST", RUNS, body);
    }
    runs_walk(&h, NULL,
              "[{\"field\":\"metadata.x\",\"operator\":\">\",\"value\":0},{\"field\":\"metadata.x\",\"operator\":\"<\",\"value\":5},"
              "{\"field\":\"metadata.y\",\"operator\":\"==\",\"value\":\"a\"}]",
              1, false, ids, sizeof ids);
    is_text(ids, "5 3 ", "all of them hold");
    runs_walk(&h, "metadata.y", "[{\"field\":\"state\",\"operator\":\"==\",\"value\":\"failed\"}]", 1, true, ids, sizeof ids);
    is_text(ids, "5 4 6 ", "and another order");
    runs_walk(&h, NULL, "[]", 4, true, ids, sizeof ids);
    is_text(ids, "1 2 3 4 5 6 ", "no filter");
    runs_walk(&h, NULL, "[{\"field\":\"name\",\"operator\":\"isnull\",\"value\":[1]},{\"field\":\"id\",\"operator\":\"==\",\"value\":1}]", 4,
              true, ids, sizeof ids);
    is_text(ids, "", "isnull needs no value and looks at none");
    // As the Python client asks for the runs of an experiment.
    CHECK(&h, "GET", RUNS "?filters=%5B%7B%22field%22%3A+%22experiment%22%2C+%22operator%22%3A+%22%3D%3D%22%2C+%22value%22%3A+%221%22%7D%5D", NULL,
          200, "{\"count\":0,\"data\":[]}");
    CHECK(&h, "GET", RUNS "?filters=[{\"field\":%20\"id\",%20\"operator\":%20\"==\",%20\"value\":%20\"2\"}]", NULL, 200,
          "{\"count\":1,\"data\":[{\"id\":\"2\"}]}");
    harness_close(&h);
}

static void test_refused(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", RUNS, "{\"name\":\"r\"}");
    static const struct {
        const char *filters, *message;
    } cases[] = {
        {"", "Malformed json in filters: "},
        {"[", "Malformed json in filters: "},
        {"[{\"field\":\"id\",\"field\":\"id\"}]", "Malformed json in filters: "},
        {"abc", "Malformed json in filters: "},
        {"{}", "Invalid type for filters"},
        {"1", "Invalid type for filters"},
        {"null", "Invalid type for filters"},
        {"[1]", ".filters[0]"},
        {"[[]]", ".filters[0]"},
        {"[null]", ".filters[0]"},
        {"[{}]", "field"},
        {"[{\"field\":null,\"operator\":\"==\",\"value\":1}]", "field"},
        {"[{\"field\":1,\"operator\":\"==\",\"value\":1}]", ".filters[0].field"},
        {"[{\"field\":\"id\",\"value\":1}]", "operator"},
        {"[{\"field\":\"id\",\"operator\":1,\"value\":1}]", ".filters[0].operator"},
        {"[{\"field\":\"id\",\"operator\":\"=\",\"value\":1}]", ".filters[0].operator"},
        {"[{\"field\":\"id\",\"operator\":\"ISNULL\",\"value\":1}]", ".filters[0].operator"},
        {"[{\"field\":\"id\",\"operator\":\"==\"}]", "value"},
        {"[{\"field\":\"id\",\"operator\":\"==\",\"value\":null}]", "value"},
        {"[{\"field\":\"id\",\"operator\":\"isnull\"},{\"field\":\"id\",\"operator\":\"==\",\"value\":true}]", ".filters[1].value"},
        {"[{\"field\":\"state\",\"operator\":\"==\",\"value\":\"broken\"}]", ".filters[0].value"},
        {"[{\"field\":\"state\",\"operator\":\"!=\",\"value\":\"active\"}]", ".filters[0].operator: a state can only be compared by =="},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        runs_refuse(&h, cases[i].filters, cases[i].message);
    char many[8000] = "[";
    for (int i = 0; i < 101; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "%s{\"field\":\"user\",\"operator\":\"isnull\"}", i > 0 ? "," : "");
    strcat(many, "]");
    runs_refuse(&h, many, "The length of filters is 101 but must be at most 100");
    strcpy(many, "[");
    for (int i = 0; i < 100; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "%s{\"field\":\"metadata.x\",\"operator\":\"isnull\"}", i > 0 ? "," : "");
    strcat(many, "]");
    char target[16000] = RUNS "?filters=";
    runs_append_encoded(target, sizeof target, many);
    CHECK(&h, "GET", target, NULL, 200, "{\"count\":1}");
    harness_close(&h);
}

static void test_no_fields(void)
{
    struct harness h;
    harness_open(&h);
    static const char *const names[] = {"", "project", "ID", "id ", ".", "values", "values.x", "values.x.", "values.x.value.y", "values.x.stddev",
                                        "values.x.y.value", "assignments", "assignments.a.b", "metadata.a.b.c", "logs.x", "logs.content",
                                        "logs.x.y", "model", "model.x", "source_code", "source_code.x", "dev_metadata.x", "checkpoint_count",
                                        "tags", "r.id", "id;", "datasets.x", "name.x"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char filters[200], target[300] = RUNS "?sort=";
        snprintf(filters, sizeof filters, "[{\"field\":\"%s\",\"operator\":\"==\",\"value\":1}]", names[i]);
        runs_refuse(&h, filters, ".filters[0].field: runs have no field \\\"");
        runs_append_encoded(target, sizeof target, names[i]);
        CHECK(&h, "GET", target, NULL, 400, "{\"message\":\"~Invalid sort: runs have no field \\\"\"}");
    }
    harness_close(&h);
}

// ------------------------------------------------------------------ markers

static void is_refused(struct harness *h, const char *sort, const char *direction, const char *marker)
{
    char target[2000];
    snprintf(target, sizeof target, RUNS "?sort=%s&%s=%s", sort, direction, marker);
    CHECK(h, "GET", target, NULL, 400, "{\"message\":\"~Invalid paging marker\"}");
}

// The marker of the first page of one.
static void take_marker(struct harness *h, const char *sort, char marker[300])
{
    char target[300];
    snprintf(target, sizeof target, RUNS "?sort=%s&limit=1", sort);
    struct answer answer = harness_request(h, "GET", target, NULL);
    snprintf(marker, 300, "%s", json_string(json_member(json_member(answer.json, "paging"), "before")));
    answer_clear(&answer);
}

static void test_markers(void)
{
    static const char *const garbage[] = {"", "abc", "!!!!", "AAAA", "CgIQBQCg", "Cg", "%00", "CgIaAAoCEAU", "null"};
    // Of each kind, in which no marker of another kind will do.
    static const char *const sorts[] = {"id", "client", "created", "deleted", "name"};
    char markers[5][300];
    struct harness h;
    harness_open(&h);
    for (int i = 0; i < 3; i++)
        harness_make(&h, "POST", RUNS, "{\"name\":\"r\",\"metadata\":{\"x\":1},\"values\":{\"m\":{\"value\":2}}}");
    for (size_t k = 0; k < 5; k++)
        take_marker(&h, sorts[k], markers[k]);
    for (size_t k = 0; k < 5; k++) {
        for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
            char target[200];
            snprintf(target, sizeof target, RUNS "?sort=%s&%s=%s", sorts[k], i % 2 == 0 ? "before" : "after", garbage[i]);
            struct answer answer = harness_request(&h, "GET", target, NULL);
            // A marker of (null, 5) is refused too: no run of a list has a key of nothing.
            ok(answer.status == 400, "%s: %d", target, answer.status);
            answer_clear(&answer);
        }
        for (size_t i = 0; i < 5; i++)
            if (i != k && !(k == 4 && i == 1)) // an integer is a number as well
                is_refused(&h, sorts[k], "before", markers[i]);
    }
    // Made by hand, as the original's tests do: ("r", 2) and (2.0, 3) and (2, 3), which is the same.
    CHECK(&h, "GET", RUNS "?sort=name&before=CgMiAXIKAhAC", NULL, 200, "{\"count\":3,\"data\":[{\"id\":\"1\"}]}");
    CHECK(&h, "GET", RUNS "?sort=values.m.value&before=CgkJAAAAAAAAAEAKAhAD", NULL, 200, "{\"data\":[{\"id\":\"2\"},{\"id\":\"1\"}]}");
    CHECK(&h, "GET", RUNS "?sort=values.m.value&before=CgIQAgoCEAM", NULL, 200, "{\"data\":[{\"id\":\"2\"},{\"id\":\"1\"}]}");
    // Every text is greater than every number.
    CHECK(&h, "GET", RUNS "?sort=metadata.x&before=CgMiATAKAhAA", NULL, 200, "{\"data\":[{\"id\":\"3\"},{\"id\":\"2\"},{\"id\":\"1\"}]}");
    CHECK(&h, "GET", RUNS "?sort=values.m.value&before=CgMiATAKAhAA", NULL, 200, "{\"data\":[{\"id\":\"3\"},{\"id\":\"2\"},{\"id\":\"1\"}]}");
    is_refused(&h, "name", "before", "CgMi_3IKAhAC"); // a text that is longer than the symbol
    is_refused(&h, "name", "before", "CgMiAf8KAhAC"); // no UTF-8
    is_refused(&h, "name", "before", "CgMiAQAKAhAC"); // U+0000
    is_refused(&h, "deleted", "before", "CgIoAgoCEAI"); // a boolean of 2
    CHECK(&h, "GET", RUNS "?sort=deleted&before=CgIoAAoCEAI", NULL, 200, "{\"data\":[{\"id\":\"1\"}]}");
    CHECK(&h, "GET", RUNS "?limit=1001", NULL, 400, "{\"message\":\"~limit\"}");
    CHECK(&h, "GET", RUNS "?ascending=maybe", NULL, 400, "{\"message\":\"~ascending\"}");
    harness_close(&h);
}

// Behind the last page both markers can be followed back.
static void test_empty_pages(void)
{
    static const char *const sorts[] = {"name", "values.m.value", "created", "favorite", "user"};
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", RUNS, "{\"name\":\"r\",\"favorite\":true,\"values\":{\"m\":{\"value\":2}}}");
    for (size_t k = 0; k < 5; k++) {
        char target[400], marker[300], want[400];
        snprintf(target, sizeof target, RUNS "?sort=%s&ascending=true&limit=1", sorts[k]);
        struct answer answer = harness_request(&h, "GET", target, NULL);
        const char *text = json_string(json_member(json_member(answer.json, "paging"), "before"));
        snprintf(marker, sizeof marker, "%s", text);
        answer_clear(&answer);
        snprintf(target, sizeof target, RUNS "?sort=%s&before=%s", sorts[k], marker);
        snprintf(want, sizeof want, "{\"count\":1,\"data\":[],\"paging\":{\"before\":\"%s\"}}", marker);
        CHECK(&h, "GET", target, NULL, 200, want);
        answer = harness_request(&h, "GET", target, NULL);
        text = json_string(json_member(json_member(answer.json, "paging"), "after"));
        snprintf(target, sizeof target, RUNS "?sort=%s&before=%s", sorts[k], text);
        CHECK(&h, "GET", target, NULL, 200, "{\"data\":[{\"id\":\"1\"}],\"paging\":{\"before\":null}}");
        answer_clear(&answer);
    }
    harness_close(&h);
}

// ------------------------------------------------------------------ the fields that occur

// The member of defined_fields with that key, or NULL.
static const struct json *find_field(const struct answer *answer, const char *key)
{
    const struct json *list = json_member(answer->json, "defined_fields");
    for (const struct json *field = json_first(list); field != NULL; field = json_next(field))
        if (strcmp(json_string(json_member(field, "key")), key) == 0)
            return field;
    return NULL;
}

static void has_field(const struct answer *answer, const char *key, const char *name, const char *type, int count, bool sortable)
{
    const struct json *field = find_field(answer, key);
    ok(field != NULL && answer_has_keys(field, "object key name count sortable type"), "%s: is there", key);
    if (field == NULL)
        return;
    is_text(json_string(json_member(field, "object")), "field", key);
    is_text(json_string(json_member(field, "name")), name, key);
    is_text(json_string(json_member(field, "type")), type, key);
    is_int(json_number(json_member(field, "count")), count, key);
    ok(json_bool(json_member(field, "sortable")) == sortable, "%s: sortable", key);
}

static void test_fields(void)
{
    struct harness h;
    harness_open(&h);
    for (int i = 0; i < 3; i++)
        harness_make(&h, "POST", RUNS,
                     "{\"name\":\"r\",\"assignments\":{\"lr\":1,\"same\":2,\"a.b\":3},\"metadata\":{\"same\":\"x\"},\"dev_metadata\":{\"d\":1},"
                     "\"values\":{\"acc\":{\"value\":1}},\"logs\":{\"stdout\":{\"content\":\"\"},\"x\":{\"content\":\"\"}}}");
    harness_make(&h, "POST", RUNS,
                 "{\"name\":\"q\",\"state\":\"completed\",\"favorite\":false,\"values\":{\"acc\":{\"value\":1,\"value_stddev\":0}},"
                 "\"source_code\":{\"hash\":\"h\"},\"logs\":{\"stderr\":{\"content\":\"\"}},\"metadata\":{\"State\":1}}");
    struct answer answer = harness_request(&h, "GET", RUNS "?limit=1&fields=id", NULL);
    has_field(&answer, "id", "ID", "id", 4, true);
    has_field(&answer, "experiment", "Experiment", "id", 0, true);
    has_field(&answer, "suggestion", "Suggestion", "id", 0, true);
    has_field(&answer, "observation", "Observation", "id", 0, true);
    has_field(&answer, "user", "Created By", "id", 4, true);
    has_field(&answer, "created", "Created", "timestamp", 4, true);
    has_field(&answer, "updated", "Updated", "timestamp", 4, true);
    has_field(&answer, "completed", "Completed", "timestamp", 1, true);
    has_field(&answer, "deleted", "Archived", "boolean", 4, true);
    has_field(&answer, "name", "Name", "string", 4, true);
    has_field(&answer, "favorite", "Favorite", "boolean", 1, true);
    has_field(&answer, "source_code.content", "Source Code", "string", 0, true);
    has_field(&answer, "source_code.hash", "Source Hash", "string", 1, true);
    has_field(&answer, "model.type", "Model Type", "string", 0, true);
    has_field(&answer, "checkpoint_count", "Checkpoint Count", "numeric", 4, false);
    has_field(&answer, "optimized_suggestion", "Optimized Suggestion", "boolean", 4, true);
    has_field(&answer, "assignments.lr", "lr", "unknown", 3, true);
    has_field(&answer, "assignments.a.b", "a.b", "unknown", 3, false);
    has_field(&answer, "logs.stdout.content", "Output Logs", "string", 3, true);
    has_field(&answer, "logs.stderr.content", "Error Logs", "string", 1, true);
    has_field(&answer, "logs.x.content", "x Logs", "string", 3, true);
    has_field(&answer, "values.acc.value", "acc", "numeric", 4, true);
    has_field(&answer, "values.acc.value_stddev", "acc Std. Dev", "numeric", 1, true);
    // Labels of two fields become their keys.
    has_field(&answer, "assignments.same", "assignments.same", "unknown", 3, true);
    has_field(&answer, "metadata.same", "metadata.same", "unknown", 3, true);
    has_field(&answer, "state", "state", "string", 4, true);
    has_field(&answer, "metadata.State", "metadata.State", "unknown", 1, true);
    ok(find_field(&answer, "dev_metadata.d") == NULL && find_field(&answer, "project") == NULL, "no others");
    is_int(json_size(json_member(answer.json, "defined_fields")), 17 + 10, "fields");
    answer_clear(&answer);

    // Of what matches, not of the page.
    answer = harness_request(&h, "GET", RUNS "?limit=0&sort=values.acc.value_stddev", NULL);
    has_field(&answer, "id", "ID", "id", 1, true);
    ok(find_field(&answer, "assignments.lr") == NULL, "nothing of other runs");
    answer_clear(&answer);
    CHECK(&h, "MERGE", "/v1/training_runs/1", "{\"assignments\":{\"lr\":null,\"new\":1},\"values\":{\"acc\":{\"value\":1,\"value_stddev\":2}}}", 200, NULL);
    CHECK(&h, "DELETE", "/v1/training_runs/2", NULL, 200, NULL);
    answer = harness_request(&h, "GET", RUNS, NULL);
    has_field(&answer, "assignments.lr", "lr", "unknown", 2, true);
    has_field(&answer, "assignments.new", "new", "unknown", 1, true);
    has_field(&answer, "values.acc.value_stddev", "acc Std. Dev", "numeric", 2, true);
    answer_clear(&answer);
    answer = harness_request(&h, "GET", RUNS "?search=nothing", NULL);
    is_int(json_size(json_member(answer.json, "defined_fields")), 17, "of no runs");
    has_field(&answer, "id", "ID", "id", 0, true);
    answer_clear(&answer);
    harness_close(&h);
}

// Every run has other entries: as many shapes as runs.
static void test_many_shapes(void)
{
    enum { N_RUNS = 700 };
    int want[N_RUNS] = {0}, n_keys = 0, n_right = 0;
    struct harness h;
    struct buffer body = {0};
    buffer_puts(&body, "{\"runs\":[");
    for (int i = 0; i < N_RUNS; i++) {
        int keys[] = {i, i / 2, i * 7 % 61};
        buffer_printf(&body, "%s{\"name\":\"r\",\"assignments\":{\"k%d\":1},\"metadata\":{", i == 0 ? "" : ",", i % 5);
        for (int k = 0; k < 3; k++) {
            bool again = (k > 0 && keys[k] == keys[0]) || (k > 1 && keys[k] == keys[1]);
            want[keys[k]] += again ? 0 : 1;
            if (!again)
                buffer_printf(&body, "%s\"k%d\":1", k == 0 ? "" : ",", keys[k]);
        }
        buffer_puts(&body, "}}");
    }
    buffer_puts(&body, "]}");
    harness_open(&h);
    CHECK(&h, "POST", RUNS "/batch", body.data, 200, NULL);
    buffer_clear(&body);
    struct answer answer = harness_request(&h, "GET", RUNS "?limit=1", NULL);
    for (int i = 0; i < N_RUNS; i++) {
        char key[40];
        snprintf(key, sizeof key, "metadata.k%d", i);
        n_keys += want[i] > 0;
        const struct json *field = find_field(&answer, key);
        n_right += field == NULL ? want[i] == 0 : (int)json_number(json_member(field, "count")) == want[i];
    }
    is_int(n_right, N_RUNS, "counts of the keys of metadata");
    has_field(&answer, "assignments.k3", "assignments.k3", "unknown", N_RUNS / 5, true);
    is_int(json_size(json_member(answer.json, "defined_fields")), 17 + 5 + n_keys, "fields");
    answer_clear(&answer);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_pairs);
    TAP_RUN(test_several);
    TAP_RUN(test_refused);
    TAP_RUN(test_no_fields);
    TAP_RUN(test_markers);
    TAP_RUN(test_empty_pages);
    TAP_RUN(test_fields);
    TAP_RUN(test_many_shapes);
    return tap_done();
}
