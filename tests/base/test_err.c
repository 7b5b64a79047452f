#include "base/err.h"

#include "base/text.h"
#include "tests/tap.h"

static void test_set(void)
{
    struct err err = {0};
    is_int(err_set(&err, ERR_INVALID, ".name", "got %d", 7), ERR_INVALID, "err_set returns its code");
    is_int(err.code, ERR_INVALID, "code");
    is_text(err.field, ".name", "field");
    is_text(err.text, "got 7", "text");
    is_int(err_set(NULL, ERR_IO, NULL, "x"), ERR_IO, "without a struct err");
    err_clear(&err);
    is_int(err.code, ERR_NONE, "cleared");
    is_text(err.text, "", "cleared text");
    err_clear(NULL);
}

static void test_cut_text_stays_utf8(void)
{
    struct err err = {0};
    for (int lead = 0; lead < 4; lead++) {
        char text[2048];
        size_t n = (size_t)lead;
        memset(text, 'x', n);
        while (n + 4 < sizeof text) { // U+20AC in three bytes
            memcpy(text + n, "\xE2\x82\xAC", 3);
            n += 3;
        }
        text[n] = '\0';
        err_set(&err, ERR_INVALID, text, "%s", text);
        ok(text_is_utf8(err.text, strlen(err.text)), "text cut after %d bytes is UTF-8", lead);
        ok(strlen(err.text) >= sizeof err.text - 4, "and as long as possible");
        ok(text_is_utf8(err.field, strlen(err.field)), "field cut after %d bytes is UTF-8", lead);
    }
}

static void test_names(void)
{
    for (int code = ERR_NONE; code < ERR_COUNT; code++)
        ok(err_name((enum err_code)code) != NULL, "code %d is called %s", code, err_name((enum err_code)code));
}

int main(void)
{
    TAP_RUN(test_set);
    TAP_RUN(test_cut_text_stays_utf8);
    TAP_RUN(test_names);
    return tap_done();
}
