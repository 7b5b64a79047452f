// Metadata: what is accepted, and how it is kept.
#include "api/call.h"
#include "base/buffer.h"
#include "tests/tap.h"

// The stored text, or the error's text behind "!"; NULL when nothing is stored. In the arena.
static const char *read_text(struct arena *arena, const char *json, struct err *err)
{
    struct json *document;
    const char *out = "not set";
    if (!ok(json_parse(json, strlen(json), &document, err) == ERR_NONE, "parses"))
        return NULL;
    enum err_code code = metadata_read(arena, json_member(document, "m"), ".m", &out, err);
    if (code != ERR_NONE)
        out = arena_printf(arena, "!%s", err->text);
    json_free(document);
    return out;
}

static void test_values(void)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"{}", NULL},
        {"{\"m\":null}", NULL},
        {"{\"m\":{}}", "{}"},
        {"{\"m\":{\"a\":\"x\"}}", "{\"a\":\"x\"}"},
        {"{\"m\":{\"b\":1,\"a\":2}}", "{\"b\":1,\"a\":2}"},
        {"{\"m\":{\"a\":null}}", "{}"},
        {"{\"m\":{\"a\":null,\"b\":\"\",\"\":0}}", "{\"b\":\"\",\"\":0}"},
        {"{\"m\":{\"a\":1.0,\"b\":1.5,\"c\":-0.0,\"d\":1e3,\"e\":1e300}}",
         "{\"a\":1,\"b\":1.5,\"c\":0,\"d\":1000,\"e\":1e+300}"},
        {"{\"m\":{\"a\":0.1,\"b\":9007199254740993}}", "{\"a\":0.1,\"b\":9007199254740992}"},
        {"{\"m\":{\"\\u00e9\":\"\\ud83d\\ude00 \\\" \\\\ \\n\"}}", "{\"\xc3\xa9\":\"\xf0\x9f\x98\x80 \\\" \\\\ \\n\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_create();
        struct err err;
        is_text(read_text(arena, cases[i].in, &err), cases[i].out, cases[i].in);
        arena_destroy(arena);
    }
}

static void test_refusals(void)
{
    static const struct {
        const char *in, *field, *text;
    } cases[] = {
        {"{\"m\":[]}", ".m", "Invalid type for .m"},
        {"{\"m\":\"x\"}", ".m", "Invalid type for .m"},
        {"{\"m\":0}", ".m", "Invalid type for .m"},
        {"{\"m\":false}", ".m", "Invalid type for .m"},
        {"{\"m\":{\"a\":1,\"b\":true}}", ".m.b", "Invalid type for .m.b: true, expected string, number or null"},
        {"{\"m\":{\"a\":[]}}", ".m.a", "Invalid type for .m.a"},
        {"{\"m\":{\"a\":{}}}", ".m.a", "Invalid type for .m.a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_create();
        struct err err = {.code = ERR_NONE};
        const char *text = read_text(arena, cases[i].in, &err);
        ok(text != NULL && text[0] == '!' && strstr(text, cases[i].text) != NULL, "%s: %s", cases[i].in, text);
        ok(err.code == ERR_INVALID && strcmp(err.field, cases[i].field) == 0, "the field is %s", err.field);
        arena_destroy(arena);
    }
}

// {"m": {...}} with n keys, the first with `key_length` two-byte characters, its value with `value_length`.
static const char *with_lengths(struct arena *arena, int n, int key_length, int value_length)
{
    struct buffer b = {0};
    buffer_puts(&b, "{\"m\":{\"");
    for (int i = 0; i < key_length; i++)
        buffer_puts(&b, "\xc3\xa9");
    buffer_puts(&b, "\":\"");
    for (int i = 0; i < value_length; i++)
        buffer_puts(&b, "\xc3\xa9");
    buffer_putc(&b, '"');
    for (int i = 1; i < n; i++)
        buffer_printf(&b, ",\"k%d\":null", i);
    buffer_puts(&b, "}}");
    struct err err;
    const char *text = read_text(arena, b.data, &err);
    buffer_clear(&b);
    return text;
}

static void test_lengths(void)
{
    struct arena *arena = arena_create();
    const char *text = with_lengths(arena, 100, 100, 500);
    ok(text[0] == '{', "100 keys of 100 characters with values of 500: %.80s", text);
    text = with_lengths(arena, 101, 1, 1);
    ok(text[0] == '!' && strstr(text, "100") != NULL, "101 keys, also when some are null: %s", text);
    text = with_lengths(arena, 1, 101, 1);
    ok(text[0] == '!' && strstr(text, "100") != NULL, "a key of 101 characters: %s", text);
    text = with_lengths(arena, 1, 1, 501);
    ok(text[0] == '!' && strstr(text, "500") != NULL, "a value of 501 characters: %s", text);
    arena_destroy(arena);
}

int main(void)
{
    TAP_RUN(test_values);
    TAP_RUN(test_refusals);
    TAP_RUN(test_lengths);
    return tap_done();
}
