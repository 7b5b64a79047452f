#include "optimizer/subset.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int compare(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static void sort(size_t *rows, size_t n)
{
    if (n > 0)
        qsort(rows, n, sizeof *rows, compare);
}

size_t subset_objective(const struct evidence *evidence, size_t most, size_t best, struct random random, size_t *rows)
{
    size_t n = evidence->n_success;
    if (n <= most) {
        memcpy(rows, evidence->rows, n * sizeof *rows);
        return n;
    }
    double *merit = mem_calloc(n, sizeof *merit);
    size_t *order = mem_calloc(n, sizeof *order);
    evidence_values(evidence, merit);
    evidence_rank(evidence, merit, order);
    random_shuffle(&random, order + best, n - best);
    for (size_t i = 0; i < most; i++)
        rows[i] = evidence->rows[order[i]];
    sort(rows, most);
    free(order);
    free(merit);
    return most;
}

size_t subset_feasibility(const struct evidence *evidence, size_t most, struct random random, size_t *rows)
{
    size_t n = evidence->n;
    if (n <= most) {
        for (size_t i = 0; i < n; i++)
            rows[i] = i;
        return n;
    }
    bool rare = evidence->n_success * 2 < n; // label of the rarer class
    size_t n_rare = rare ? evidence->n_success : n - evidence->n_success;
    size_t quota[2] = {n_rare < most / 2 ? n_rare : most / 2, 0}; // of the rare and of the common class
    quota[1] = most - quota[0];
    size_t *order = mem_calloc(n, sizeof *order), taken = 0;
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    random_shuffle(&random, order, n);
    for (size_t i = 0; i < n; i++) {
        size_t *left = &quota[evidence->success[order[i]] == rare ? 0 : 1];
        if (*left > 0) {
            (*left)--;
            rows[taken++] = order[i];
        }
    }
    free(order);
    sort(rows, taken);
    return taken;
}
