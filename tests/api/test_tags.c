// Tags of a team.
#include <stdlib.h>

#include "tests/api/harness.h"

#define TAGS "/v1/clients/1/tags"
#define TAG(name, color) "{\"name\":\"" name "\",\"color\":\"" color "\"}"
#define TEXT_100                                                                                                              \
    "123456789.123456789.123456789.123456789.123456789.123456789.123456789.123456789.123456789.123456789."

static void test_create(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case wrong[] = {
        {"POST", TAGS, NULL, 400, "{\"message\":\"~name\"}"},
        {"POST", TAGS, "{\"color\":\"#000000\"}", 400, "{\"message\":\"~name\"}"},
        {"POST", TAGS, "{\"name\":\"a\"}", 400, "{\"message\":\"~color\"}"},
        {"POST", TAGS, "{\"name\":null,\"color\":\"#000000\"}", 400, "{\"message\":\"~name\"}"},
        {"POST", TAGS, "{\"name\":\"a\",\"color\":null}", 400, "{\"message\":\"~color\"}"},
        {"POST", TAGS, "{\"name\":\"a\",\"color\":\"#000000\",\"id\":\"1\"}", 400, "{\"message\":\"~id\"}"},
        {"POST", TAGS, "{\"name\":7,\"color\":\"#000000\"}", 400, "{\"message\":\"~.name\"}"},
        {"POST", TAGS, TAG("", "#000000"), 400, "{\"message\":\"~.name\"}"},
        {"POST", TAGS, TAG(" \\u2003 ", "#000000"), 400, "{\"message\":\"~.name\"}"},
        {"POST", TAGS, TAG("a\\tb", "#000000"), 400, "{\"message\":\"~control characters\"}"},
        {"POST", TAGS, TAG(TEXT_100 "x", "#000000"), 400, "{\"message\":\"~at most 100\"}"},
        {"POST", TAGS, "{\"name\":\"a\",\"color\":0}", 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", ""), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", " "), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "hello"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "red"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "#a"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "#123"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "#abc"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "#EGBDFA"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "#-12885"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "#1234567"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", "#12345\xc3\xa9"), 400, "{\"message\":\"~.color\"}"},
        {"POST", TAGS, TAG("a", " #12345"), 400, "{\"message\":\"~.color\"}"},
        {"POST", "/v1/clients/2/tags", TAG("a", "#000000"), 404, "{\"message\":\"client 2 does not exist\"}"},
        {"GET", TAGS, NULL, 200, "{\"count\":0,\"data\":[],\"paging\":{\"before\":null,\"after\":null}}"},
    };
    CHECK_CASES(&h, wrong, true);
    static const struct request_case right[] = {
        {"POST", TAGS, TAG("black", "#000000"), 200,
         "{\"object\":\"tag\",\"id\":\"1\",\"name\":\"black\",\"color\":\"#000000\",\"client\":\"1\"}"},
        {"POST", TAGS, TAG("  stripped\\u00a0", "#999999"), 200, "{\"name\":\"stripped\",\"color\":\"#999999\"}"},
        {"POST", TAGS, TAG("light", "#aaaaaa"), 200, "{\"color\":\"#AAAAAA\"}"},
        {"POST", TAGS, TAG("white", "#ffffff"), 200, "{\"color\":\"#FFFFFF\"}"},
        {"POST", TAGS, TAG(TEXT_100, "#1a2B3c"), 200, "{\"name\":\"" TEXT_100 "\",\"color\":\"#1A2B3C\"}"},
        {"POST", TAGS, TAG("Black", "#000000"), 200, "{\"name\":\"Black\"}"},
    };
    CHECK_CASES(&h, right, false);
    static const struct request_case again[] = {
        {"POST", TAGS, TAG("black", "#000000"), 409, "{\"message\":\"A tag with the name black exists already\"}"},
        {"POST", TAGS, TAG(" black ", "#111111"), 409, NULL},
    };
    CHECK_CASES(&h, again, true);
    struct answer answer = harness_request(&h, "POST", TAGS, TAG("last", "#000000"));
    ok(answer_has_keys(answer.json, "object id name color client"), "its members: %s", answer.text);
    answer_clear(&answer);
    harness_close(&h);
}

static void test_list(void)
{
    struct harness h;
    char text[200];
    harness_open(&h);
    harness_make(&h, "POST", TAGS, TAG("a", "#00000a"));
    harness_make(&h, "POST", TAGS, TAG("b", "#00000b"));
    harness_make(&h, "POST", TAGS, TAG("c", "#00000c"));
    static const struct request_case cases[] = {
        {"GET", TAGS, NULL, 200,
         "{\"object\":\"pagination\",\"count\":3,\"data\":[{\"name\":\"c\",\"color\":\"#00000C\",\"client\":\"1\"},"
         "{\"name\":\"b\"},{\"name\":\"a\"}]}"},
        {"GET", TAGS "?sort=id&ascending=true&limit=2", NULL, 200, "{\"count\":3,\"data\":[{\"name\":\"a\"},{\"name\":\"b\"}]}"},
        {"GET", TAGS "?fields=name", NULL, 200, "{\"data\":[{\"name\":\"c\",\"id\":\"<absent>\"},{},{}]}"},
        {"GET", TAGS "?fields=colour", NULL, 400, "{\"message\":\"~Unknown field\"}"},
        {"GET", TAGS "?sort=name", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", TAGS "?limit=1001", NULL, 400, "{\"message\":\"~limit\"}"},
        {"GET", TAGS "?before=abcde", NULL, 400, "{\"message\":\"~marker\"}"},
        {"GET", "/v1/clients/2/tags", NULL, 404, NULL},
    };
    CHECK_CASES(&h, cases, true);
    *text = '\0';
    harness_walk(&h, TAGS, "limit=1", "before", "name", text, sizeof text);
    is_text(text, "c b a ", "down");
    *text = '\0';
    harness_walk(&h, TAGS, "limit=2&ascending=true", "after", "name", text, sizeof text);
    is_text(text, "a b c ", "up");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_list);
    return tap_done();
}
