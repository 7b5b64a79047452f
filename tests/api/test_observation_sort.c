// Observation lists in every order: keys, ties, what is not there, markers, pages.
#include <math.h>
#include <stdlib.h>

#include "api/marker.h"
#include "base/text.h"
#include "tests/api/harness.h"

#define ONE "/v1/experiments/1"
#define OBSERVATIONS ONE "/observations"

enum { N = 7 };

// Rows of a table; a NAN value is a failure, a NAN deviation none.
static const struct row {
    double a, a_stddev, b, x;
    int i;
    const char *c;
} rows[N] = {
    {3, 0.5, -1, 0.1, 5, "green"}, {1, (double)NAN, -2, 0.4, 4, "red"}, {(double)NAN, 0, 0, 0.2, 9, "blue"},
    {3, 0.1, 5, -7, 5, "red"},     {-2, 2, 1e300, 0.4, 1, "blue"},      {(double)NAN, 0, 0, 0.3, 2, "green"},
    {0, (double)NAN, -0.0, 12, 5, "red"},
};

static void open_filled(struct harness *h)
{
    harness_open(h);
    harness_make(h, "POST", "/v1/experiments",
                 "{\"name\":\"e\",\"metrics\":[{\"name\":\"b\"},{\"name\":\"a\",\"strategy\":\"store\"}],\"parameters\":["
                 "{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}},"
                 "{\"name\":\"i\",\"type\":\"int\",\"bounds\":{\"min\":0,\"max\":9}},"
                 "{\"name\":\"c\",\"type\":\"categorical\",\"categorical_values\":[\"red\",\"green\",\"blue\"]}]}");
    for (int k = 0; k < N; k++) {
        const struct row *r = &rows[k];
        char body[400], stddev[60] = "";
        int n = snprintf(body, sizeof body, "{\"assignments\":{\"x\":%g,\"i\":%d,\"c\":\"%s\"},", r->x, r->i, r->c);
        if (!isnan(r->a_stddev))
            snprintf(stddev, sizeof stddev, ",\"value_stddev\":%g", r->a_stddev);
        if (isnan(r->a))
            snprintf(body + n, sizeof body - (size_t)n, "\"failed\":true}");
        else
            snprintf(body + n, sizeof body - (size_t)n,
                     "\"values\":[{\"name\":\"a\",\"value\":%g%s},{\"name\":\"b\",\"value\":%g}]}", r->a, stddev, r->b);
        CHECK(h, "POST", OBSERVATIONS, body, 200, NULL);
    }
}

// Ascending orders of the ids. The tie-breaker is the id, in the same direction.
static const struct {
    const char *sort, *ascending, *descending;
} orders[] = {
    {"id", "1 2 3 4 5 6 7 ", "7 6 5 4 3 2 1 "},
    {"timestamp", "1 2 3 4 5 6 7 ", "7 6 5 4 3 2 1 "},
    {"value", "5 7 2 1 4 3 6 ", "6 3 4 1 2 7 5 "}, // of a, the first by name
    {"value-a", "5 7 2 1 4 3 6 ", "6 3 4 1 2 7 5 "},
    {"value-b", "2 1 7 4 5 3 6 ", "6 3 5 4 7 1 2 "},
    {"value_stddev", "4 1 5 2 3 6 7 ", "7 6 3 2 5 1 4 "},
    {"value_stddev-a", "4 1 5 2 3 6 7 ", "7 6 3 2 5 1 4 "},
    {"value_stddev-b", "1 2 3 4 5 6 7 ", "7 6 5 4 3 2 1 "},
    {"parameter-x", "4 1 3 6 2 5 7 ", "7 5 2 6 3 1 4 "},
    {"parameter-i", "5 6 2 1 4 7 3 ", "3 7 4 1 2 6 5 "},
    {"parameter-c", "2 4 7 1 6 3 5 ", "5 3 6 1 7 4 2 "}, // red, green, blue
    {"task", "2 1 7 4 5 3 6 ", "6 3 5 4 7 1 2 "},        // every task costs 1: by the optimized metric
};

static void test_orders(void)
{
    struct harness h;
    open_filled(&h);
    for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
        static const char *const limits[] = {"", "&limit=1", "&limit=2", "&limit=3", "&limit=7"};
        for (size_t l = 0; l < 5; l++) {
            char query[80], text[80];
            snprintf(query, sizeof query, "sort=%s&ascending=true%s", orders[k].sort, limits[l]);
            harness_walk(&h, OBSERVATIONS, query, "after", "id", text, sizeof text);
            is_text(text, orders[k].ascending, query);
            snprintf(query, sizeof query, "sort=%s%s", orders[k].sort, limits[l]);
            harness_walk(&h, OBSERVATIONS, query, "before", "id", text, sizeof text);
            is_text(text, orders[k].descending, query);
        }
    }
    CHECK(&h, "GET", OBSERVATIONS "?sort=value&limit=0", NULL, 200, "{\"count\":7,\"data\":[]}");
    CHECK(&h, "GET", OBSERVATIONS "?sort=value&limit=2&fields=id,failed", NULL, 200,
          "{\"count\":7,\"data\":[{\"id\":\"6\",\"failed\":true,\"values\":\"<absent>\"},{\"id\":\"3\"}]}");
    harness_close(&h);
}

static void test_deleted(void)
{
    struct harness h;
    open_filled(&h);
    CHECK(&h, "DELETE", OBSERVATIONS "/1", NULL, 200, NULL);
    CHECK(&h, "DELETE", OBSERVATIONS "/5", NULL, 200, NULL);
    char text[80];
    harness_walk(&h, OBSERVATIONS, "sort=value&deleted=true", "before", "id", text, sizeof text);
    is_text(text, "1 5 ", "only the deleted ones");
    harness_walk(&h, OBSERVATIONS, "sort=value&deleted=false&limit=2", "before", "id", text, sizeof text);
    is_text(text, "6 3 4 2 7 ", "only the others");
    CHECK(&h, "GET", OBSERVATIONS "?sort=value&limit=0", NULL, 200, "{\"count\":5}");
    harness_close(&h);
}

// A category that is no longer in use keeps its place; a parameter that was added has its default.
static void test_changed_parameters(void)
{
    struct harness h;
    open_filled(&h);
    CHECK(&h, "PUT", ONE,
          "{\"parameters\":[{\"name\":\"x\"},{\"name\":\"c\",\"categorical_values\":[\"blue\",\"red\"]},"
          "{\"name\":\"new\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":9},\"default_value\":4}]}",
          200, NULL);
    CHECK(&h, "POST", OBSERVATIONS, "{\"assignments\":{\"x\":1,\"c\":\"red\",\"new\":2},\"failed\":true}", 200, NULL);
    char text[80];
    harness_walk(&h, OBSERVATIONS, "sort=parameter-c&ascending=1", "after", "id", text, sizeof text);
    is_text(text, "2 4 7 8 1 6 3 5 ", "by number");
    harness_walk(&h, OBSERVATIONS, "sort=parameter-new&ascending=1&limit=3", "after", "id", text, sizeof text);
    is_text(text, "8 1 2 3 4 5 6 7 ", "by the default");
    CHECK(&h, "GET", OBSERVATIONS "?sort=parameter-i", NULL, 400, "{\"message\":\"~Invalid sort\"}");
    harness_close(&h);
}

static void test_refused(void)
{
    struct harness h;
    open_filled(&h);
    struct answer answer = harness_request(&h, "GET", OBSERVATIONS "?limit=1", NULL);
    const char *by_id = json_string(json_member(json_member(answer.json, "paging"), "before"));
    char target[200];
    snprintf(target, sizeof target, OBSERVATIONS "?sort=value&before=%s", by_id);
    CHECK(&h, "GET", target, NULL, 400, "{\"message\":\"~Invalid paging marker\"}");
    answer_clear(&answer);
    answer = harness_request(&h, "GET", OBSERVATIONS "?limit=1&sort=value", NULL);
    const char *by_value = json_string(json_member(json_member(answer.json, "paging"), "before"));
    snprintf(target, sizeof target, OBSERVATIONS "?sort=task&before=%s", by_value);
    CHECK(&h, "GET", target, NULL, 400, "{\"message\":\"~Invalid paging marker\"}");
    snprintf(target, sizeof target, OBSERVATIONS "?before=%s", by_value);
    CHECK(&h, "GET", target, NULL, 400, "{\"message\":\"~Invalid paging marker\"}");
    answer_clear(&answer);
    static const struct request_case cases[] = {
        {"GET", OBSERVATIONS "?sort=value-z", NULL, 400, "{\"message\":\"~Invalid sort: value-z\"}"},
        {"GET", OBSERVATIONS "?sort=value_stddev-z", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", OBSERVATIONS "?sort=value-", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", OBSERVATIONS "?sort=valuea", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", OBSERVATIONS "?sort=parameter-z", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", OBSERVATIONS "?sort=parameter", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", OBSERVATIONS "?sort=VALUE", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", OBSERVATIONS "?sort=value&limit=-1", NULL, 400, "{\"message\":\"~limit\"}"},
        {"GET", OBSERVATIONS "?sort=value&before=", NULL, 400, "{\"message\":\"~before\"}"},
        {"GET", OBSERVATIONS "?sort=value&after=xyz", NULL, 400, "{\"message\":\"~after\"}"},
        {"GET", OBSERVATIONS "?sort=value&ascending=2", NULL, 400, "{\"message\":\"~ascending\"}"},
        {"GET", OBSERVATIONS "?sort=value&deleted=2", NULL, 400, "{\"message\":\"~deleted\"}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// ------------------------------------------------------------------ markers made by hand, as the original's tests do

// The text of a marker of a value (NAN: null) and an id, in the wire format.
static void make_marker(double value, unsigned char id, char *text)
{
    unsigned char m[32] = {0x0a, 9 + 0, 0x09}, *at = m + 3;
    if (isnan(value)) {
        m[1] = 2;
        m[2] = 0x18;
        *at++ = 0;
    } else {
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        for (int i = 0; i < 8; i++)
            *at++ = (unsigned char)(bits >> 8 * i);
    }
    *at++ = 0x0a;
    *at++ = 2;
    *at++ = 0x10;
    *at++ = id;
    base64url_encode(m, (size_t)(at - m), text);
}

static void test_markers_by_hand(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", "/v1/experiments",
                 "{\"name\":\"e\",\"parameters\":[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]}");
    for (int i = 0; i < 5; i++) {
        char body[100];
        snprintf(body, sizeof body, "{\"assignments\":{\"x\":0.5},\"values\":[{\"value\":%d}]}", -i);
        CHECK(&h, "POST", OBSERVATIONS, body, 200, NULL);
    }
    char text[80], query[160], got[80];
    harness_walk(&h, OBSERVATIONS, "sort=value", "before", "id", got, sizeof got);
    is_text(got, "1 2 3 4 5 ", "by value is the order of creation");
    static const struct {
        const char *name;
        double value;
        const char *want;
    } cases[] = {{"before", (double)NAN, "5"}, {"after", (double)NAN, "0"}, {"before", -6, "0"}, {"after", -6, "5"},
                 {"before", -2, "2"}, {"after", -2, "3"}, {"after", 0, "1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_marker(cases[i].value, 0, text);
        snprintf(query, sizeof query, OBSERVATIONS "?sort=value&%s=%s", cases[i].name, text);
        struct answer answer = harness_request(&h, "GET", query, NULL);
        ok(answer.status == 200 && (int)json_size(json_member(answer.json, "data")) == atoi(cases[i].want), "%s %g: %s of 5",
           cases[i].name, cases[i].value, cases[i].want);
        answer_clear(&answer);
    }
    harness_close(&h);
}

static void test_values(void)
{
    static const double ascending[] = {-1.7976931348623157e308, -1, -5e-324, 0, 5e-324, 1, 1.7976931348623157e308, (double)NAN};
    for (size_t i = 0; i < 8; i++) {
        double back = marker_value(marker_of_value(ascending[i]));
        ok(memcmp(&back, &ascending[i], sizeof back) == 0 || (isnan(back) && isnan(ascending[i])), "there and back");
        ok(i == 0 || marker_of_value(ascending[i]) > marker_of_value(ascending[i - 1]), "in order");
    }
    ok(marker_of_value(-0.0) == marker_of_value(0.0), "-0 is 0");
}

int main(void)
{
    TAP_RUN(test_orders);
    TAP_RUN(test_deleted);
    TAP_RUN(test_changed_parameters);
    TAP_RUN(test_refused);
    TAP_RUN(test_markers_by_hand);
    TAP_RUN(test_values);
    return tap_done();
}
