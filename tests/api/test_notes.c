// Notes of a project.
#include <stdlib.h>

#include "base/buffer.h"
#include "tests/api/harness.h"

#define NOTES "/v1/clients/1/projects/default/notes"
#define OTHERS "/v1/clients/1/projects/sigopt-examples/notes"

static void test_create(void)
{
    struct harness h;
    harness_open(&h);
    static const struct request_case wrong[] = {
        {"POST", NOTES, NULL, 400, "{\"message\":\"~contents\"}"},
        {"POST", NOTES, "{\"contents\":null}", 400, "{\"message\":\"~contents\"}"},
        {"POST", NOTES, "{\"contents\":5}", 400, "{\"message\":\"~.contents\"}"},
        {"POST", NOTES, "{\"contents\":[\"a\"]}", 400, "{\"message\":\"~.contents\"}"},
        {"POST", NOTES, "{\"contents\":\"a\",\"user\":\"1\"}", 400, "{\"message\":\"~user\"}"},
        {"POST", NOTES, "{\"contents\":\"a\",\"fields\":\"contents\"}", 400, "{\"message\":\"~fields\"}"},
        {"POST", NOTES, "{\"contents\":\"a\\u0000b\"}", 400, NULL},
        {"POST", "/v1/clients/1/projects/none/notes", "{\"contents\":\"a\"}", 404, "{\"message\":\"project none does not exist\"}"},
        {"PUT", NOTES, "{\"contents\":\"a\"}", 405, "{\"message\":\"~GET, POST, OPTIONS\"}"},
        {"GET", NOTES, NULL, 200, "{\"object\":\"pagination\",\"count\":0,\"data\":[],\"paging\":{\"before\":null,\"after\":null}}"},
        {"GET", NOTES "?fields=id", NULL, 400, "{\"message\":\"~Unknown field\"}"},
    };
    CHECK_CASES(&h, wrong, true);
    CHECK(&h, "POST", NOTES, "{\"contents\":\"# First\\nline\"}", 200,
          "{\"object\":\"project_note\",\"contents\":\"# First\\nline\",\"user\":\"1\",\"client\":\"1\",\"project\":\"default\"}");
    struct answer answer = harness_request(&h, "POST", NOTES, "{\"contents\":\"second\"}");
    ok(answer_has_keys(answer.json, "object contents created user client project"), "its members: %s", answer.text);
    ok(json_number(json_member(answer.json, "created")) > 1.6e9, "when");
    answer_clear(&answer);
    CHECK(&h, "GET", NOTES, NULL, 200, "{\"count\":1,\"data\":[{\"object\":\"project_note\",\"contents\":\"second\"}]}");
    CHECK(&h, "GET", NOTES "?fields=contents", NULL, 200, "{\"data\":[{\"contents\":\"second\",\"created\":\"<absent>\"}]}");
    CHECK(&h, "GET", OTHERS, NULL, 200, "{\"count\":0}");
    CHECK(&h, "POST", NOTES, "{\"contents\":\"\"}", 200, "{\"contents\":\"\"}");
    harness_restart(&h, NULL);
    CHECK(&h, "GET", NOTES, NULL, 200, "{\"count\":1,\"data\":[{\"contents\":\"\"}]}");
    harness_close(&h);
}

// Characters count, not bytes.
static void test_length(void)
{
    struct harness h;
    harness_open(&h);
    struct buffer text = {0};
    buffer_puts(&text, "{\"contents\":\"");
    for (int i = 0; i < 1 << 20; i++)
        buffer_puts(&text, "\xf0\x9f\x9a\xa2");
    size_t n = text.len;
    buffer_puts(&text, "\"}");
    struct answer answer = harness_request(&h, "POST", NOTES, text.data);
    is_int(answer.status, 200, "1,048,576 characters");
    answer_clear(&answer);
    text.len = n;
    buffer_puts(&text, "x\"}");
    int64_t before = harness_version(&h);
    answer = harness_request(&h, "POST", NOTES, text.data);
    is_int(answer.status, 400, "and one more");
    ok(strstr(answer.text, ".contents must be at most 1048576") != NULL, "%s", answer.text);
    answer_clear(&answer);
    ok(harness_version(&h) == before, "nothing is stored");
    buffer_clear(&text);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_length);
    return tap_done();
}
