#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

// Set once before any thread starts (architecture: the only state of base/).
static enum log_level minimum = LOG_INFO;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_set_level(enum log_level level)
{
    minimum = level;
}

static int format_time(char *out, size_t size)
{
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t n = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &utc);
    return (int)n + snprintf(out + n, size - n, ".%03ldZ", now.tv_nsec / 1000000);
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    if (level < minimum)
        return;
    char line[2048], time_text[64], event_text[128];
    format_time(time_text, sizeof time_text);
    int n = snprintf(line, sizeof line - 1, "time=%s level=%s event=%s ", time_text, level_names[level],
                     log_quote(event, event_text, sizeof event_text));
    size_t len = (size_t)n < sizeof line - 1 ? (size_t)n : sizeof line - 2;
    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + len, sizeof line - 1 - len, format, args);
    va_end(args);
    len = more < 0 ? len : (size_t)more < sizeof line - 1 - len ? len + (size_t)more : sizeof line - 2;
    while (len > 0 && line[len - 1] == ' ')
        len--;
    line[len++] = '\n';
    // One write, so that lines of several threads do not mix. A log that cannot be written has no other place to say so.
    ssize_t written = write(STDERR_FILENO, line, len);
    (void)written;
}

char *log_quote(const char *s, char *out, unsigned size)
{
    static const char hex[] = "0123456789abcdef";
    unsigned n = 0;
    if (size < 3) {
        if (size > 0)
            out[0] = '\0';
        return out;
    }
    out[n++] = '"';
    for (; s != NULL && *s != '\0' && n + 6 < size; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\') {
            out[n++] = '\\';
            out[n++] = (char)c;
        } else if (c == '\n') {
            out[n++] = '\\';
            out[n++] = 'n';
        } else if (c < 0x20 || c == 0x7F) {
            out[n++] = '\\';
            out[n++] = 'x';
            out[n++] = hex[c >> 4];
            out[n++] = hex[c & 15];
        } else {
            out[n++] = (char)c;
        }
    }
    out[n++] = '"';
    out[n] = '\0';
    return out;
}
