#include "base/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(size_t n, size_t size)
{
    fprintf(stderr, "level=error event=\"out of memory\" items=%zu size=%zu\n", n, size);
    abort();
}

void *mem_calloc(size_t n, size_t size)
{
    void *p = calloc(n > 0 ? n : 1, size > 0 ? size : 1); // calloc itself refuses an overflow
    if (p == NULL)
        out_of_memory(n, size);
    return p;
}

void *mem_realloc(void *p, size_t n, size_t size)
{
    if (size > 0 && n > SIZE_MAX / size)
        out_of_memory(n, size);
    size_t bytes = n * size;
    void *moved = realloc(p, bytes > 0 ? bytes : 1);
    if (moved == NULL)
        out_of_memory(n, size);
    return moved;
}

char *mem_strdup(const char *s)
{
    if (s == NULL)
        return NULL;
    size_t n = strlen(s) + 1;
    return memcpy(mem_calloc(n, 1), s, n);
}

// Blocks grow so that an arena of any size has few of them; an object larger than a block gets one of its own.
enum { BLOCK_MIN = 4096, BLOCK_MAX = 1 << 20 };

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks; // newest first
    size_t next_size;
};

struct arena *arena_create(void)
{
    struct arena *arena = mem_calloc(1, sizeof *arena);
    arena->next_size = BLOCK_MIN;
    return arena;
}

void arena_reset(struct arena *arena)
{
    for (struct block *b = arena->blocks; b != NULL;) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
    arena->blocks = NULL;
    arena->next_size = BLOCK_MIN;
}

void arena_destroy(struct arena *arena)
{
    if (arena == NULL)
        return;
    arena_reset(arena);
    free(arena);
}

static struct block *block_create(struct arena *arena, size_t bytes)
{
    size_t size = bytes > arena->next_size ? bytes : arena->next_size;
    if (size > SIZE_MAX - sizeof(struct block))
        out_of_memory(bytes, 1);
    struct block *b = mem_calloc(1, sizeof *b + size);
    b->size = size;
    b->next = arena->blocks;
    arena->blocks = b;
    if (arena->next_size < BLOCK_MAX)
        arena->next_size *= 2;
    return b;
}

void *arena_alloc(struct arena *arena, size_t n, size_t size)
{
    if (size > 0 && n > (SIZE_MAX / 2) / size)
        out_of_memory(n, size);
    size_t align = _Alignof(max_align_t);
    size_t bytes = (n * size + align - 1) / align * align;
    struct block *b = arena->blocks;
    if (b == NULL || b->size - b->used < bytes)
        b = block_create(arena, bytes);
    void *p = b->bytes + b->used;
    b->used += bytes;
    return p;
}

char *arena_strndup(struct arena *arena, const char *s, size_t n)
{
    if (s == NULL)
        return NULL;
    size_t len = strnlen(s, n);
    char *copy = arena_alloc(arena, len + 1, 1);
    memcpy(copy, s, len);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *s)
{
    return s == NULL ? NULL : arena_strndup(arena, s, strlen(s));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1, 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}
