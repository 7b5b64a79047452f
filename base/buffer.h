// Growable byte buffer; always NUL-terminated behind its last byte once anything was appended.
#pragma once

#include <stddef.h>

struct buffer {
    char *data; // owned; NULL when nothing was ever appended
    size_t len; // bytes in use, without the final NUL
    size_t cap;
};

// A zeroed struct buffer is an empty buffer.
// Room for n more bytes, so that appending them moves nothing; no more than that is asked for when the buffer is empty.
void buffer_reserve(struct buffer *b, size_t n);
void buffer_append(struct buffer *b, const void *bytes, size_t n);
void buffer_puts(struct buffer *b, const char *s);
void buffer_putc(struct buffer *b, char c);
void buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Hands the bytes over (free with free(); "" instead of NULL) and leaves *b empty.
char *buffer_take(struct buffer *b, size_t *len);
// Frees; *b is empty again. NULL is allowed.
void buffer_clear(struct buffer *b);
