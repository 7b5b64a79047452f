#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>

#include "tests/tap.h"

static void test_heap(void)
{
    unsigned char *p = mem_calloc(3, 5);
    bool zero = true;
    for (int i = 0; i < 15; i++)
        zero = zero && p[i] == 0;
    ok(zero, "calloc is zeroed");
    p = mem_realloc(p, 100, 10);
    memset(p, 1, 1000);
    free(p);
    void *none = mem_calloc(0, 8);
    ok(none != NULL, "nothing is not NULL");
    free(none);
    ok(mem_strdup(NULL) == NULL, "strdup of NULL");
    char *copy = mem_strdup("abc");
    is_text(copy, "abc", "strdup");
    free(copy);
}

static void test_arena(void)
{
    struct arena *arena = arena_create();
    bool aligned = true, zeroed = true;
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(arena, n, 3);
        aligned = aligned && (uintptr_t)p % _Alignof(max_align_t) == 0;
        for (size_t i = 0; i < 3 * n; i++)
            zeroed = zeroed && p[i] == 0;
        memset(p, 0xFF, 3 * n);
    }
    ok(aligned, "aligned for any type");
    ok(zeroed, "zeroed, also in reused blocks");
    unsigned char *large = arena_alloc(arena, 5 << 20, 1);
    large[(5 << 20) - 1] = 1;
    ok(large != NULL, "an object larger than a block");
    is_text(arena_strndup(arena, "abcdef", 3), "abc", "strndup cuts");
    is_text(arena_strndup(arena, "ab", 9), "ab", "strndup stops at the end");
    is_text(arena_printf(arena, "%d-%s", 4, "x"), "4-x", "printf");
    ok(arena_strdup(arena, NULL) == NULL, "strdup of NULL");
    arena_reset(arena);
    is_text(arena_strdup(arena, "again"), "again", "usable after reset");
    arena_destroy(arena);
    arena_destroy(NULL);
}

int main(void)
{
    TAP_RUN(test_heap);
    TAP_RUN(test_arena);
    return tap_done();
}
