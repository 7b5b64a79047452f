#include "base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/tap.h"

static void test_quote(void)
{
    char out[64], small[8];
    is_text(log_quote("a\"b\\c\nd\x01", out, sizeof out), "\"a\\\"b\\\\c\\nd\\x01\"", "escapes");
    is_text(log_quote(NULL, out, sizeof out), "\"\"", "NULL");
    ok(strlen(log_quote("abcdefghijklmnop", small, sizeof small)) < sizeof small, "cut to fit");
    is_text(log_quote("x", small, 1), "", "no room at all");
}

// Sends standard error to a pipe for the time of some events.
static void test_lines(void)
{
    int ends[2], saved = dup(STDERR_FILENO);
    if (!ok(pipe(ends) == 0 && dup2(ends[1], STDERR_FILENO) >= 0, "pipe"))
        return;
    char text[4096] = "", huge[4000];
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    log_event(LOG_DEBUG, "hidden", "%s", "");
    log_event(LOG_INFO, "a start", "port=%d", 80);
    log_event(LOG_ERROR, "bare", "%s", "");
    log_event(LOG_WARN, "long", "text=%s", huge);
    dup2(saved, STDERR_FILENO);
    close(ends[1]);
    size_t n = 0;
    for (ssize_t got; n < sizeof text - 1 && (got = read(ends[0], text + n, sizeof text - 1 - n)) > 0;)
        n += (size_t)got;
    text[n] = '\0';
    close(ends[0]);
    close(saved);
    ok(strstr(text, "hidden") == NULL, "debug is off by default");
    ok(strstr(text, "level=info event=\"a start\" port=80\n") != NULL, "one line of pairs");
    ok(strstr(text, "level=error event=\"bare\"\n") != NULL, "no trailing space");
    ok(strncmp(text, "time=20", 7) == 0, "starts with the time");
    int lines = 0;
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
        lines++;
    is_int(lines, 3, "a line too long is cut and ended");
}

int main(void)
{
    TAP_RUN(test_quote);
    TAP_RUN(test_lines);
    return tap_done();
}
