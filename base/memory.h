// Memory: allocation that cannot fail, and arenas.
//
// When memory runs out the process says so and aborts: every acknowledged write is on disk, a supervisor starts the server
// again, and no caller carries branches that no test can reach (docs/decisions/0003-memory.md).
#pragma once

#include <stdarg.h>
#include <stddef.h>

// n * size zeroed bytes; never NULL (n or size may be 0). Aborts when n * size overflows. Free with free().
void *mem_calloc(size_t n, size_t size);
// Like realloc of an array; new bytes are not initialised; never NULL.
void *mem_realloc(void *p, size_t n, size_t size);
// Copies; NULL stays NULL. Free with free().
char *mem_strdup(const char *s);

// An arena owns many small objects that live equally long, e.g. for one request. One thread at a time.
struct arena;

struct arena *arena_create(void);
// Frees the arena and everything in it. NULL is allowed.
void arena_destroy(struct arena *arena);
// Frees everything in it; the arena stays usable.
void arena_reset(struct arena *arena);
// n * size zeroed bytes aligned for any type; never NULL.
void *arena_alloc(struct arena *arena, size_t n, size_t size);
// Copies of text; NULL stays NULL. arena_strndup copies at most n bytes and adds a NUL.
char *arena_strdup(struct arena *arena, const char *s);
char *arena_strndup(struct arena *arena, const char *s, size_t n);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
