#include "base/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void grow(struct buffer *b, size_t cap)
{
    b->data = mem_realloc(b->data, cap, 1);
    b->cap = cap;
}

// Room for n more bytes and a NUL, with some to spare for the next ones.
static void make_room(struct buffer *b, size_t n)
{
    assert(n < SIZE_MAX / 4);
    if (b->data != NULL && b->cap - b->len > n)
        return;
    size_t cap = b->cap > 0 ? b->cap : 64;
    while (cap - b->len <= n)
        cap *= 2;
    grow(b, cap);
}

void buffer_reserve(struct buffer *b, size_t n)
{
    assert(n < SIZE_MAX / 4);
    if (b->data == NULL)
        grow(b, n + 1);
    else
        make_room(b, n);
}

void buffer_append(struct buffer *b, const void *bytes, size_t n)
{
    make_room(b, n);
    if (n > 0)
        memcpy(b->data + b->len, bytes, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void buffer_puts(struct buffer *b, const char *s)
{
    buffer_append(b, s, strlen(s));
}

void buffer_putc(struct buffer *b, char c)
{
    buffer_append(b, &c, 1);
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    make_room(b, (size_t)len);
    vsnprintf(b->data + b->len, (size_t)len + 1, format, again);
    va_end(again);
    b->len += (size_t)len;
}

char *buffer_take(struct buffer *b, size_t *len)
{
    buffer_append(b, "", 0);
    char *data = b->data;
    if (len != NULL)
        *len = b->len;
    *b = (struct buffer){0};
    return data;
}

void buffer_clear(struct buffer *b)
{
    if (b == NULL)
        return;
    free(b->data);
    *b = (struct buffer){0};
}
