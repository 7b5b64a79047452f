#include "optimizer/levels.h"

#include <stdlib.h>

#include "base/memory.h"

struct tried {
    size_t level, times;
};

static int by_times(const void *a, const void *b)
{
    const struct tried *x = a, *y = b;
    if (x->times != y->times)
        return x->times > y->times ? -1 : 1;
    return (x->level > y->level) - (x->level < y->level);
}

size_t levels_assign(const struct history *history, size_t param, size_t n_levels, size_t *column)
{
    struct tried *tried = mem_calloc(n_levels, sizeof *tried);
    size_t n = 0;
    for (size_t j = 0; j < n_levels; j++)
        tried[j].level = j;
    for (size_t i = 0; i < history->n_trials; i++) {
        double level = history->trials[i].x[param]; // NaN where it is inactive, -1 for one that is no more
        if (level >= 0 && level < (double)n_levels)
            tried[(size_t)level].times++;
    }
    qsort(tried, n_levels, sizeof *tried, by_times);
    while (n < LEVELS_OWN && tried[n].times > 0) {
        column[tried[n].level] = n;
        n++;
    }
    for (size_t j = n; j < n_levels; j++)
        column[tried[j].level] = n + tried[j].level % LEVELS_SHARED;
    free(tried);
    return n + LEVELS_SHARED;
}
