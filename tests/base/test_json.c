#include "base/json.h"

#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "tests/tap.h"

static void accepts(const char *text)
{
    struct json *root = NULL;
    struct err err = {0};
    ok(json_parse(text, strlen(text), &root, &err) == ERR_NONE, "accepts %.60s %s", text, err.text);
    json_free(root);
}

static void refuses(const char *text, const char *word)
{
    struct json *root = NULL;
    struct err err = {0};
    bool refused = json_parse(text, strlen(text), &root, &err) == ERR_INVALID && root == NULL;
    ok(refused && strstr(err.text, word) != NULL, "refuses %.40s: %s", text, err.text);
    json_free(root);
}

static void test_grammar(void)
{
    static const char *const good[] = {"{}", " [ ] ", "null", "\"x\"", "-0", "0.5", "1e3", "1E-7", "[1,2,[3,{}]]", "{\"a\":{\"a\":1}}",
        "\"\\u00e9\\ud83d\\ude00\\n\\/\"", "{\"\":0}", "1.7976931348623157e308", "5e-324", "[\"\\\\\"]"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        accepts(good[i]);
    static const char *const bad[] = {"", " ", "{", "}", "[1", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "'a'", "01", "1.", ".5", "+1", "-",
        "1e", "0x1", "NaN", "Infinity", "-Infinity", "nul", "truex", "[1 2]", "{} {}", "{}x", "\"a\nb\"", "\"\\x\"", "\"\\u12g4\"", "\"abc",
        "\"\\ud800\"", "\"\xC3\"", "\xEF\xBB\xBF{}", "\x0B{}", "[1]]", "1e999", "-1e999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(bad[i], "");
}

static void test_named_refusals(void)
{
    refuses("{\"a\":1,\"b\":2,\"a\":3}", "duplicate key \"a\"");
    refuses("[{\"x\":{\"k\":1,\"\\u006b\":2}}]", "duplicate key \"k\"");
    refuses("{\"a\":\"x\\u0000y\"}", "U+0000");
    refuses("{\"a\\u0000\":1}", "U+0000");
    refuses("[1e400]", "too large");
    static const char *const not_finite[] = {"NaN", "nan", "[-nan]", "Infinity", "-Infinity", "inf", "-inf", "+inf", "{\"a\":NaN}"};
    for (size_t i = 0; i < sizeof not_finite / sizeof *not_finite; i++)
        refuses(not_finite[i], "not finite");
    refuses("[1", "syntax error");
    struct json *root = NULL;
    struct err err = {0};
    is_int(json_parse("{\"a\":\"\0\"}", 8, &root, &err), ERR_INVALID, "a raw NUL");
}

static void test_limits(void)
{
    char deep[80];
    memset(deep, '[', 33);
    memset(deep + 33, ']', 33);
    deep[66] = '\0';
    refuses(deep, "nesting");
    deep[65] = '\0';
    accepts(deep + 1);

    size_t n = 2000000;
    char *digits = mem_calloc(n + 1, 1);
    memset(digits, '7', n);
    refuses(digits, "63 characters");
    free(digits);

    // an array of k ones has k + 1 values
    for (size_t k = JSON_MAX_VALUES - 1; k <= JSON_MAX_VALUES; k++) {
        struct buffer b = {0};
        buffer_putc(&b, '[');
        for (size_t i = 0; i < k; i++)
            buffer_puts(&b, i > 0 ? ",1" : "1");
        buffer_putc(&b, ']');
        struct json *root = NULL;
        enum err_code want = k < JSON_MAX_VALUES ? ERR_NONE : ERR_INVALID;
        is_int(json_parse(b.data, b.len, &root, NULL), want, "limit of the number of values");
        json_free(root);
        buffer_clear(&b);
    }
}

static void test_reading(void)
{
    const char *text = "{\"s\":\"h\\u00e9\",\"n\":3.0,\"f\":2.5,\"b\":true,\"z\":null,\"a\":[1,\"2\"],\"S\":9007199254740993,\"id\":\" +12 \"}";
    struct json *root = NULL;
    if (!ok(json_parse(text, strlen(text), &root, NULL) == ERR_NONE, "parses"))
        return;
    int64_t i = 0;
    is_int(json_kind(root), JSON_OBJECT, "object");
    is_int(json_size(root), 8, "size");
    is_text(json_string(json_member(root, "s")), "h\xC3\xA9", "string");
    ok(json_integer(json_member(root, "n"), &i) && i == 3, "an integral float is an integer");
    ok(!json_integer(json_member(root, "f"), &i), "a fraction is not");
    ok(!json_integer(json_member(root, "S"), &i) || i == 9007199254740992, "2^53 is the limit");
    ok(!json_integer(json_member(root, "b"), &i), "a boolean is not");
    ok(json_id(json_member(root, "id"), &i) && i == 12, "an id in a string");
    ok(!json_id(json_member(root, "s"), &i) && !json_id(json_member(root, "z"), &i), "no id");
    ok(json_bool(json_member(root, "b")), "boolean");
    is_int(json_kind(json_member(root, "z")), JSON_NULL, "explicit null is there");
    ok(json_member(root, "z") != NULL && json_member(root, "none") == NULL, "absent is NULL");
    ok(json_member(root, "N") == NULL, "names are case-sensitive");
    is_int(json_kind(NULL), JSON_NULL, "NULL reads as null");
    const struct json *a = json_first(json_member(root, "a"));
    ok(a != NULL && json_key(a) == NULL && json_next(json_next(a)) == NULL, "items");
    is_text(json_key(json_first(root)), "s", "key of the first member");
    json_free(root);
    json_free(NULL);
}

static void test_numbers(void)
{
    char text[32];
    is_text(json_format_double(1.0, text), "1.0", "integral");
    is_text(json_format_double(0.1 + 0.2, text), "0.30000000000000004", "17 digits where needed");
    is_text(json_format_double(0.1, text), "0.1", "shortest otherwise");
    is_text(json_format_double(-0.0, text), "-0.0", "negative zero");
    is_text(json_format_double(1e300, text), "1e+300", "large");
    is_text(json_format_double(5e-324, text), "4.94065645841247e-324", "subnormal");
    uint64_t bits = 88172645463325252u;
    int wrong = 0;
    for (int i = 0; i < 200000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double v, back;
        memcpy(&v, &bits, sizeof v);
        if (!isfinite(v))
            continue;
        struct json *root = NULL;
        json_format_double(v, text);
        if (json_parse(text, strlen(text), &root, NULL) != ERR_NONE) {
            wrong++;
            continue;
        }
        back = json_number(root);
        wrong += memcmp(&v, &back, sizeof v) != 0;
        json_free(root);
    }
    is_int(wrong, 0, "200,000 random doubles survive writing and reading");
}

static const char *finish(struct json_writer *w, char *out, size_t size)
{
    snprintf(out, size, "%s", w->out.data);
    json_writer_clear(w);
    return out;
}

static void test_writing(void)
{
    struct json_writer w = {0};
    char out[512];
    json_begin_object(&w);
    json_member_string(&w, "s", "a\"\\\n\x01\xC3\xA9");
    json_member_string(&w, "null", NULL);
    json_member_id(&w, "id", 12);
    json_member_id(&w, "none", 0);
    json_member_double(&w, "d", 2);
    json_member_double(&w, "z", -0.0);
    json_member_number(&w, "n", 2);
    json_member_number(&w, "h", 2.5);
    json_member_bool(&w, "b", false);
    json_member_raw(&w, "raw", "[1, 2]");
    json_put_key(&w, "a");
    json_begin_array(&w);
    json_put_int(&w, -1);
    json_put_null(&w);
    json_begin_object(&w);
    json_end_object(&w);
    json_begin_array(&w);
    json_end_array(&w);
    json_end_array(&w);
    json_end_object(&w);
    is_text(finish(&w, out, sizeof out),
            "{\"s\":\"a\\\"\\\\\\n\\u0001\xC3\xA9\",\"null\":null,\"id\":\"12\",\"none\":null,\"d\":2.0,\"z\":0.0,\"n\":2,\"h\":2.5,"
            "\"b\":false,\"raw\":[1, 2],\"a\":[-1,null,{},[]]}",
            "all kinds of values");
    struct json *root = NULL;
    const char *text = "{\"a\":[1,2.5,\"x\",null,true,{\"b\":{}}],\"c\":1e300}";
    json_parse(text, strlen(text), &root, NULL);
    json_put_value(&w, root);
    json_free(root);
    is_text(finish(&w, out, sizeof out), "{\"a\":[1,2.5,\"x\",null,true,{\"b\":{}}],\"c\":1e+300}", "a parsed value");
}

static void test_selection(void)
{
    static const char *const names[] = {"b", "d", NULL};
    struct json_writer w = {.select = names};
    char out[256];
    json_begin_array(&w);
    for (int i = 0; i < 2; i++) {
        json_begin_selected(&w);
        json_member_int(&w, "a", 1);
        json_put_key(&w, "b");
        json_begin_object(&w);
        json_member_int(&w, "a", 2);
        json_end_object(&w);
        json_put_key(&w, "c");
        json_begin_array(&w);
        json_begin_selected(&w);
        json_member_int(&w, "b", 3);
        json_end_object(&w);
        json_put_int(&w, 4);
        json_end_array(&w);
        json_member_int(&w, "d", 5);
        json_member_string(&w, "e", "x");
        json_end_object(&w);
    }
    json_end_array(&w);
    is_text(finish(&w, out, sizeof out), "[{\"b\":{\"a\":2},\"d\":5},{\"b\":{\"a\":2},\"d\":5}]", "only selected members");
}

static void test_equality(void)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"null", "null", true},
        {"null", "false", false},
        {"true", "true", true},
        {"true", "false", false},
        {"1", "1.0", true},
        {"1e3", "1000", true},
        {"1", "1.0000000000000002", false},
        {"1", "\"1\"", false},
        {"\"a\"", "\"\\u0061\"", true},
        {"\"a\"", "\"A\"", false},
        {"[]", "{}", false},
        {"[1,2]", "[1,2]", true},
        {"[1,2]", "[2,1]", false},
        {"[1]", "[1,1]", false},
        {"{\"a\":1,\"b\":[{}]}", "{\"b\":[{}],\"a\":1.0}", true},
        {"{\"a\":null}", "{\"b\":null}", false},
        {"{\"a\":null}", "{}", false},
        {"{\"a\":{\"b\":1}}", "{\"a\":{\"b\":2}}", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *a = NULL, *b = NULL;
        struct err err;
        ok(json_parse(rows[i].a, strlen(rows[i].a), &a, &err) == ERR_NONE && json_parse(rows[i].b, strlen(rows[i].b), &b, &err) == ERR_NONE,
           "both are JSON");
        ok(json_equal(a, b) == rows[i].equal && json_equal(b, a) == rows[i].equal, "%s and %s", rows[i].a, rows[i].b);
        ok(json_equal(a, a), "%s and itself", rows[i].a);
        json_free(a);
        json_free(b);
    }
    ok(json_equal(NULL, NULL), "nothing and nothing");
}

// The sanitizers reserve more addresses than any limit leaves.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static void test_memory(void)
{
}
#else
// Lets this process have so many bytes more than now.
static bool limit_memory(size_t more)
{
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    bool known = file != NULL && fscanf(file, "%zu", &pages) == 1;
    if (file != NULL)
        fclose(file);
    struct rlimit none = {0, 0}, limit = {0, 0};
    limit.rlim_cur = limit.rlim_max = pages * (size_t)sysconf(_SC_PAGESIZE) + more;
    return known && setrlimit(RLIMIT_CORE, &none) == 0 && setrlimit(RLIMIT_AS, &limit) == 0;
}

// Parses in another process, for which the text is small and its values are too many. Returns how that ended, as waitpid says it.
static int parse_with_little_memory(const char *text)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct json *root;
        struct err err;
        if (!limit_memory(16 << 20) || freopen("/dev/null", "w", stderr) == NULL)
            _exit(2);
        _exit(json_parse(text, strlen(text), &root, &err) == ERR_NONE ? 3 : 4);
    }
    return waitpid(child, &status, 0) == child ? status : -1;
}

static void test_memory(void)
{
    struct buffer text = {0};
    buffer_puts(&text, "[0");
    for (size_t i = 1; i < JSON_MAX_VALUES / 2; i++)
        buffer_puts(&text, ",0");
    buffer_puts(&text, "]");
    int status = parse_with_little_memory(text.data);
    ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "memory that runs out is no syntax error: %x", (unsigned)status);
    buffer_clear(&text);
}
#endif

int main(void)
{
    TAP_RUN(test_grammar);
    TAP_RUN(test_named_refusals);
    TAP_RUN(test_limits);
    TAP_RUN(test_reading);
    TAP_RUN(test_numbers);
    TAP_RUN(test_writing);
    TAP_RUN(test_selection);
    TAP_RUN(test_equality);
    TAP_RUN(test_memory);
    return tap_done();
}
