// Log: one line an event on standard error, `time=... level=... event=... key=value ...` (logfmt). Thread-safe: a line is one
// write. The level is process-wide and set once at start.
#pragma once

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level level); // default LOG_INFO; before any thread starts

// event is a short word or phrase; format gives the remaining `key=value` pairs and may be "". Values with spaces are the
// caller's to quote: use %s with log_quote.
void log_event(enum log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Writes s as a quoted logfmt value ("..." with \" \\ \n \xNN escaped) into out, cut to fit. Returns out. NULL is "".
char *log_quote(const char *s, char *out, unsigned size);
