#include "base/text.h"

#include "tests/tap.h"

static bool utf8(const char *s)
{
    return text_is_utf8(s, strlen(s));
}

static void test_utf8(void)
{
    ok(utf8("") && utf8("abc") && utf8("\xC3\xA9") && utf8("\xE2\x82\xAC") && utf8("\xF0\x9F\x98\x80"), "1 to 4 bytes");
    ok(utf8("\xED\x9F\xBF") && utf8("\xEE\x80\x80") && utf8("\xF4\x8F\xBF\xBF"), "borders of the legal ranges");
    ok(!utf8("\xC0\x80") && !utf8("\xC1\xBF") && !utf8("\xE0\x9F\xBF") && !utf8("\xF0\x8F\xBF\xBF"), "overlong forms");
    ok(!utf8("\xED\xA0\x80") && !utf8("\xED\xBF\xBF"), "surrogates");
    ok(!utf8("\xF4\x90\x80\x80") && !utf8("\xF5\x80\x80\x80") && !utf8("\xFF"), "above U+10FFFF");
    ok(!utf8("\x80") && !utf8("\xC3") && !utf8("\xE2\x82") && !utf8("\xE2\x28\xA1") && !utf8("a\xF0\x9F\x98"), "cut sequences");
    is_int(text_length("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 4, "length in code points");
    ok(text_has_control("a\tb") && text_has_control("\x1F") && !text_has_control("a b\xC3\xA9\x7F"), "control characters");
}

static void test_integers(void)
{
    int64_t v = -1;
    ok(text_to_id("12", 2, &v) && v == 12, "id");
    ok(text_to_id("9223372036854775807", 19, &v) && v == INT64_MAX, "largest id");
    ok(!text_to_id("9223372036854775808", 19, &v) && !text_to_id("99999999999999999999", 20, &v), "overflow");
    ok(!text_to_id("", 0, &v) && !text_to_id("+1", 2, &v) && !text_to_id("1a", 2, &v), "ids are digits only");
    ok(text_to_int("-7", false, &v) && v == -7, "negative");
    ok(text_to_int(" +12 ", true, &v) && v == 12, "trimmed");
    ok(!text_to_int(" 12", false, &v) && !text_to_int("1 2", true, &v) && !text_to_int("12.0", true, &v), "refused");
    ok(!text_to_int("", true, &v) && !text_to_int("-", true, &v) && !text_to_int("+-1", true, &v), "nothing to read");
}

static void test_base64(void)
{
    unsigned char out[64];
    size_t n = 0;
    ok(base64_decode("TUFOOg==", 8, out, &n) && n == 4 && memcmp(out, "MAN:", 4) == 0, "padded");
    ok(base64_decode("TUFOOg", 6, out, &n) && n == 4 && memcmp(out, "MAN:", 4) == 0, "without padding");
    ok(base64_decode("TUFOOjo=", 8, out, &n) && n == 5, "one padding character");
    ok(base64_decode("", 0, out, &n) && n == 0, "nothing");
    ok(!base64_decode("TUF OOg", 7, out, &n) && !base64_decode("TU_OOg", 6, out, &n), "other characters");
    ok(!base64_decode("TUFOO", 5, out, &n) && !base64_decode("TU=OOg", 6, out, &n), "impossible lengths");
    bool same = true;
    for (size_t len = 0; len < 40; len++) {
        unsigned char in[40], back[64];
        char text[64];
        for (size_t i = 0; i < len; i++)
            in[i] = (unsigned char)(i * 37 + len * 11 + 251);
        base64url_encode(in, len, text);
        same = same && strpbrk(text, "+/=") == NULL && base64url_decode(text, strlen(text), back, &n) && n == len &&
               memcmp(in, back, len) == 0;
    }
    ok(same, "URL-safe round trip of 0 to 39 bytes");
    unsigned char marker[] = {0x0A, 0x02, 0x10, 0x29};
    char text[16];
    base64_encode((const unsigned char *)"\xff\xfe:", 3, text);
    is_text(text, "//46", "standard alphabet");
    base64_encode((const unsigned char *)"MAN:", 4, text);
    is_text(text, "TUFOOg==", "with padding");
    base64url_encode(marker, sizeof marker, text);
    is_text(text, "CgIQKQ", "a known marker");
}

int main(void)
{
    TAP_RUN(test_utf8);
    TAP_RUN(test_integers);
    TAP_RUN(test_base64);
    return tap_done();
}
