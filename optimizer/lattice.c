#include "optimizer/lattice.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/ball.h"
#include "optimizer/linalg.h"

enum {
    WAYS = 16,    // points tried on the way to the anchor
    ROUNDS = 3,   // of moves back, coordinate by coordinate
    VERIFIED = 16 // values at the ends of a range that rounding may have added
};
static const double EMPTY = -1e-7; // radius below which a relaxation has no point

// ------------------------------------------------------------------ finding one

// The rows for y in the box lo - 1/2 ... hi + 1/2, as in polytope.h.
static void scale_rows(const struct polytope *polytope, const double *lo, const double *hi, double *a, double *b)
{
    size_t n = polytope->n;
    for (size_t j = 0; j < polytope->m; j++) {
        double length = 0, rest = polytope->limit[j] + polytope->slack[j];
        for (size_t i = 0; i < n; i++) {
            double w = polytope->weight[j * n + i];
            a[j * n + i] = w * (hi[i] - lo[i] + 1);
            rest -= w * (lo[i] - 0.5);
            length = hypot(length, a[j * n + i]);
        }
        for (size_t i = 0; i < n && length > 0; i++)
            a[j * n + i] /= length;
        b[j] = length > 0 ? rest / length : rest;
    }
}

struct branching {
    const struct polytope *polytope;
    double *a, *b, *y;
    size_t nodes;
};

static bool find(struct branching *branching, double *lo, double *hi, double *x)
{
    const struct polytope *polytope = branching->polytope;
    size_t n = polytope->n, widest = 0;
    if (branching->nodes++ >= LATTICE_NODES)
        return false;
    scale_rows(polytope, lo, hi, branching->a, branching->b);
    if (ball_inscribe(branching->a, branching->b, polytope->m, n, branching->y) < EMPTY)
        return false;
    for (size_t i = 0; i < n; i++) {
        x[i] = fmin(fmax(round(lo[i] - 0.5 + branching->y[i] * (hi[i] - lo[i] + 1)), lo[i]), hi[i]);
        if (hi[i] - lo[i] > hi[widest] - lo[widest])
            widest = i;
    }
    if (polytope_contains(polytope, x))
        return true;
    if (!(hi[widest] > lo[widest]))
        return false;
    double low = lo[widest], high = hi[widest], middle = fmin(fmax(x[widest], low), high - 1);
    double *box = mem_calloc(2 * n, sizeof *box); // a child changes what it is given
    bool found = false;
    for (size_t side = 0; side < 2 && !found; side++) {
        memcpy(box, lo, n * sizeof *box);
        memcpy(box + n, hi, n * sizeof *box);
        if (side == 0)
            box[n + widest] = middle;
        else
            box[widest] = middle + 1;
        found = find(branching, box, box + n, x);
    }
    free(box);
    return found;
}

bool lattice_find(const struct polytope *polytope, double *lo, double *hi, double *x)
{
    size_t n = polytope->n, m = polytope->m;
    struct branching branching = {.polytope = polytope};
    branching.a = mem_calloc(m * n + m + n, sizeof *branching.a);
    branching.b = branching.a + m * n;
    branching.y = branching.b + m;
    bool found = find(&branching, lo, hi, x);
    free(branching.a);
    return found;
}

// ------------------------------------------------------------------ near a real point

static double nearest(const struct polytope *polytope, size_t i, double value)
{
    return fmin(fmax(round(value), polytope->lo[i] + 0.5), polytope->hi[i] - 0.5);
}

// The integers t from *low to *high for which the row allows slope * t <= room.
static void cut(double slope, double room, double *low, double *high)
{
    double ratio = room / slope, rounding = 4 * DBL_EPSILON * fabs(ratio); // an integer that fits just so is not lost
    if (slope > 0)
        *high = fmin(*high, floor(ratio + rounding));
    else if (slope < 0)
        *low = fmax(*low, ceil(ratio - rounding));
    else if (room < 0)
        *low = *high + 1;
}

// x + t direction into moved
static bool contains_moved(const struct polytope *polytope, const double *x, const double *direction, double t, double *moved)
{
    for (size_t i = 0; i < polytope->n; i++)
        moved[i] = x[i] + t * direction[i];
    return polytope_contains(polytope, moved);
}

// Cuts from *low ... *high the ends that only rounding allows. moved [n] is scratch.
static void verify(const struct polytope *polytope, const double *x, const double *direction, double *low, double *high,
                   double *moved)
{
    size_t tries = 0;
    for (; *low <= *high && tries < VERIFIED && !contains_moved(polytope, x, direction, *low, moved); tries++)
        *low += 1;
    for (; *low <= *high && tries < VERIFIED && !contains_moved(polytope, x, direction, *high, moved); tries++)
        *high -= 1;
    if (tries == VERIFIED)
        *high = *low - 1;
}

void lattice_range(const struct polytope *polytope, const double *x, const bool *chosen, size_t k, double *low, double *high)
{
    size_t n = polytope->n, n_chosen = 0;
    *low = polytope->lo[k] + 0.5;
    *high = polytope->hi[k] - 0.5;
    for (size_t i = 0; i < n; i++)
        n_chosen += i != k && chosen[i];
    for (size_t j = 0; j < polytope->m; j++) {
        const double *w = polytope->weight + j * n;
        double room = polytope->limit[j] + polytope->slack[j];
        for (size_t i = 0; i < n; i++)
            if (i != k)
                room -= chosen[i] ? w[i] * x[i] : fmin(w[i] * (polytope->lo[i] + 0.5), w[i] * (polytope->hi[i] - 0.5));
        if (w[k] > 0 || w[k] < 0 || n_chosen + 1 < n) // else the row has been checked
            cut(w[k], w[k] > 0 || w[k] < 0 ? room : room + polytope->slack[j], low, high);
    }
    if (n_chosen + 1 < n)
        return;
    double *memory = mem_calloc(3 * n, sizeof *memory), *origin = memory + n, *moved = origin + n;
    memcpy(origin, x, n * sizeof *origin);
    origin[k] = 0;
    memory[k] = 1;
    verify(polytope, origin, memory, low, high, moved);
    free(memory);
}

// Moves each coordinate of the point x as near to wanted as the others let it.
static void approach(const struct polytope *polytope, const double *wanted, double *x)
{
    bool *others = mem_calloc(polytope->n, sizeof *others), moved = true;
    for (size_t i = 0; i < polytope->n; i++)
        others[i] = true;
    for (size_t round = 0; round < ROUNDS && moved; round++) {
        moved = false;
        for (size_t i = 0; i < polytope->n; i++) {
            double low, high;
            lattice_range(polytope, x, others, i, &low, &high);
            double to = fmin(fmax(wanted[i], low), high);
            if (low <= high && fabs(to - wanted[i]) < fabs(x[i] - wanted[i])) {
                x[i] = to;
                moved = true;
            }
        }
    }
    free(others);
}

void lattice_round(const struct polytope *polytope, const double *real, double *x)
{
    size_t n = polytope->n;
    for (size_t i = 0; i < n; i++)
        x[i] = nearest(polytope, i, real[i]);
    if (polytope_contains(polytope, x))
        return;
    double *wanted = mem_calloc(n, sizeof *wanted);
    memcpy(wanted, x, n * sizeof *x);
    for (size_t way = 1; way <= WAYS; way++) {
        double share = (double)way / WAYS;
        for (size_t i = 0; i < n; i++)
            x[i] = way < WAYS ? nearest(polytope, i, real[i] + share * (polytope->anchor[i] - real[i])) : polytope->anchor[i];
        if (polytope_contains(polytope, x))
            break;
    }
    approach(polytope, wanted, x);
    free(wanted);
}

// ------------------------------------------------------------------ walking

void lattice_walk(const struct polytope *polytope, struct random *random, size_t steps, double *x)
{
    size_t n = polytope->n;
    double *direction = mem_calloc(2 * n, sizeof *direction), *moved = direction + n;
    for (size_t step = 0; step < steps; step++) {
        double low = -HUGE_VAL, high = HUGE_VAL;
        memset(direction, 0, n * sizeof *direction);
        for (size_t entries = 1 + random_below(random, 3); entries > 0; entries--)
            direction[random_below(random, n)] = random_below(random, 2) == 0 ? 1 : -1;
        for (size_t i = 0; i < n; i++) {
            if (direction[i] > 0 || direction[i] < 0) {
                cut(direction[i], polytope->hi[i] - 0.5 - x[i], &low, &high);
                cut(-direction[i], x[i] - polytope->lo[i] - 0.5, &low, &high);
            }
        }
        for (size_t j = 0; j < polytope->m; j++) {
            const double *w = polytope->weight + j * n;
            double slope = linalg_dot(w, direction, n);
            if (slope > 0 || slope < 0)
                cut(slope, polytope->limit[j] + polytope->slack[j] - linalg_dot(w, x, n), &low, &high);
        }
        verify(polytope, x, direction, &low, &high, moved);
        if (low <= high) {
            double t = low + (double)random_below(random, (size_t)(high - low) + 1);
            for (size_t i = 0; i < n; i++)
                x[i] += t * direction[i];
        }
    }
    free(direction);
}
