// TAP: the smallest harness for test programs in C. One program holds several cases; each check is one TAP line.
//
//     int main(void) { TAP_RUN(test_this); TAP_RUN(test_that); return tap_done(); }
//
// A check never stops the program: use `if (!ok(...)) return;` where going on makes no sense.
#pragma once

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 4, 5))) static inline bool tap_check(bool pass, const char *file, int line, const char *format,
                                                                   ...)
{
    char name[512];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    for (char *c = name; *c != '\0'; c++) // a check is one line, and '#' would start a TAP directive
        if ((unsigned char)*c < 0x20 || *c == '#')
            *c = '?';
    printf("%s %d - %s\n", pass ? "ok" : "not ok", ++tap_count, name);
    if (!pass) {
        tap_failed++;
        printf("# failed at %s:%d\n", file, line);
    }
    fflush(stdout);
    return pass;
}

static inline int tap_done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed > 0;
}

// ok(condition, "format", ...) and friends return whether the check passed.
#define ok(condition, ...) tap_check((condition), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, name) tap_is_int((long long)(got), (long long)(want), __FILE__, __LINE__, name)
#define is_text(got, want, name) tap_is_text((got), (want), __FILE__, __LINE__, name)
// |got - want| <= tolerance * max(1e-3, |want|)
#define is_near(got, want, tolerance, name) tap_is_near((got), (want), (tolerance), __FILE__, __LINE__, name)

#define TAP_RUN(test)                                                                                                         \
    do {                                                                                                                       \
        printf("# %s\n", #test);                                                                                               \
        test();                                                                                                                \
    } while (0)

static inline bool tap_is_int(long long got, long long want, const char *file, int line, const char *name)
{
    return got == want ? tap_check(true, file, line, "%s", name)
                       : tap_check(false, file, line, "%s: got %lld, want %lld", name, got, want);
}

static inline bool tap_is_text(const char *got, const char *want, const char *file, int line, const char *name)
{
    if (got != NULL && want != NULL && strcmp(got, want) == 0)
        return tap_check(true, file, line, "%s", name);
    return tap_check(got == want, file, line, "%s: got %s, want %s", name, got ? got : "NULL", want ? want : "NULL");
}

static inline bool tap_is_near(double got, double want, double tolerance, const char *file, int line, const char *name)
{
    double scale = fabs(want) > 1e-3 ? fabs(want) : 1e-3;
    if (fabs(got - want) <= tolerance * scale)
        return tap_check(true, file, line, "%s", name);
    return tap_check(false, file, line, "%s: got %.17g, want %.17g", name, got, want);
}
