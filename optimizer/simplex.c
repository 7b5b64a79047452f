#include "optimizer/simplex.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double ZERO = 1e-11; // coefficients below are none; rows and costs are of size 1
enum { PATIENCE = 20, LIMIT = 100 }; // times m + n pivots: until Bland's rule, and until giving up

struct program {
    double *t; // [(m + 1) x (n + 1)]
    size_t m, n;
    size_t *basic, *free; // variables of the rows [m] and of the columns [n]: x_j is j, the slack of row i is n + i
};

// The variable to enter, a column; n: none, the point is optimal.
static size_t entering(const struct program *p, bool bland)
{
    const double *cost = p->t + p->m * (p->n + 1);
    size_t best = p->n;
    for (size_t j = 0; j < p->n; j++) {
        if (!(cost[j] < -ZERO))
            continue;
        if (best == p->n || (bland ? p->free[j] < p->free[best] : cost[j] < cost[best]))
            best = j;
    }
    return best;
}

// The row that limits the entering column; m: none does. Of those that limit it equally the one with the smallest variable.
static size_t leaving(const struct program *p, size_t column)
{
    size_t width = p->n + 1, best = p->m;
    double least = 0;
    for (size_t i = 0; i < p->m; i++) {
        double pivot = p->t[i * width + column];
        if (!(pivot > ZERO))
            continue;
        double ratio = p->t[i * width + p->n] / pivot;
        if (best == p->m || ratio < least || (!(ratio > least) && p->basic[i] < p->basic[best])) {
            best = i;
            least = ratio;
        }
    }
    return best;
}

static void pivot(struct program *p, size_t row, size_t column)
{
    size_t width = p->n + 1;
    double *own = p->t + row * width, inverse = 1 / own[column];
    for (size_t j = 0; j < width; j++)
        own[j] *= inverse;
    own[column] = inverse;
    for (size_t i = 0; i <= p->m; i++) {
        double *other = p->t + i * width, factor = other[column];
        if (i == row || (!(factor > 0) && !(factor < 0)))
            continue;
        other[column] = 0;
        for (size_t j = 0; j < width; j++)
            other[j] -= factor * own[j];
    }
    for (size_t i = 0; i < p->m; i++)
        if (p->t[i * width + p->n] < 0)
            p->t[i * width + p->n] = 0; // rounding: the point stays feasible
    size_t swap = p->basic[row];
    p->basic[row] = p->free[column];
    p->free[column] = swap;
}

enum err_code simplex_maximize(double *tableau, size_t m, size_t n, double *x, double *value)
{
    struct program p = {.t = tableau, .m = m, .n = n};
    p.basic = mem_calloc(m + n, sizeof *p.basic);
    p.free = p.basic + m;
    for (size_t j = 0; j < n; j++)
        p.free[j] = j;
    for (size_t i = 0; i < m; i++)
        p.basic[i] = n + i;
    enum err_code code = ERR_NUMERIC;
    for (size_t step = 0; step < LIMIT * (m + n); step++) {
        size_t column = entering(&p, step > PATIENCE * (m + n));
        if (column == n) {
            code = ERR_NONE;
            break;
        }
        size_t row = leaving(&p, column);
        if (row == m)
            break;
        pivot(&p, row, column);
    }
    memset(x, 0, n * sizeof *x);
    for (size_t i = 0; i < m; i++)
        if (p.basic[i] < n)
            x[p.basic[i]] = tableau[i * (n + 1) + n];
    *value = tableau[m * (n + 1) + n];
    free(p.basic);
    return code;
}
