#include "optimizer/taken.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/enumeration.h"

static const double ROUNDING = 1 + 1e-9; // the distance is measured again in natural units by others
enum { DRAWS = 256 };                    // uniform draws before a systematic search
enum { NEWEST = 500 };                   // trials whose nearness is counted

void taken_init(struct taken *taken, const struct space *space, const struct evidence *evidence, const struct history *history,
                double box)
{
    *taken = (struct taken){.space = space, .evidence = evidence, .task = space->fidelity.full, .apart = TAKEN_APART * box * ROUNDING};
    taken->open = mem_calloc(history->n_pending * space->p, sizeof *taken->open);
    for (size_t i = 0; i < history->n_pending; i++)
        if (space_locate(space, history->pending[i], taken->open + taken->n_open * space->p, NULL) == PLACE_INSIDE)
            taken->n_open++;
}

void taken_clear(struct taken *taken)
{
    if (taken == NULL)
        return;
    free(taken->open);
    *taken = (struct taken){0};
}

// Trial i is of the task that is looked at.
static bool counts(const struct taken *taken, size_t i)
{
    return taken->evidence->task[i] == taken->task;
}

// The same, and it was a point of the space.
static bool is_point(const struct taken *taken, size_t i)
{
    return taken->evidence->inside[i] && counts(taken, i);
}

bool taken_seen(const struct taken *taken, const double *u)
{
    size_t p = taken->space->p;
    for (size_t i = 0; i < taken->evidence->n; i++)
        if (is_point(taken, i) && space_same(taken->space, u, taken->evidence->u + i * p))
            return true;
    for (size_t i = 0; i < taken->n_open; i++)
        if (space_same(taken->space, u, taken->open + i * p))
            return true;
    return false;
}

double taken_distance(const struct taken *taken, const double *u)
{
    double nearest = HUGE_VAL;
    for (size_t i = 0; i < taken->n_open; i++)
        nearest = fmin(nearest, space_distance(taken->space, u, taken->open + i * taken->space->p));
    return nearest;
}

bool taken_crowded(const struct taken *taken, const double *u)
{
    return taken_distance(taken, u) < taken->apart;
}

bool taken_free(const struct taken *taken, const double *u)
{
    return !taken_crowded(taken, u) && !taken_seen(taken, u);
}

// True when u is near one of the first n trials.
static bool near_first(const struct taken *taken, const double *u, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (counts(taken, i) && space_distance(taken->space, u, taken->evidence->u + i * taken->space->p) < TAKEN_NEAR)
            return true;
    return false;
}

bool taken_near(const struct taken *taken, const double *u)
{
    return near_first(taken, u, taken->evidence->n);
}

double taken_near_share(const struct taken *taken)
{
    size_t n = taken->evidence->n, from = n > NEWEST ? n - NEWEST : 0, near = 0, all = 0;
    for (size_t i = from; i < n; i++) {
        if (!counts(taken, i))
            continue;
        near += near_first(taken, taken->evidence->u + i * taken->space->p, i);
        all++;
    }
    return all > 0 ? (double)near / (double)all : 0;
}

// ------------------------------------------------------------------ finite spaces

static bool *mark_seen(const struct taken *taken, size_t count)
{
    size_t p = taken->space->p;
    bool *seen = mem_calloc(count, sizeof *seen);
    for (size_t i = 0; i < taken->evidence->n; i++)
        if (is_point(taken, i))
            seen[space_index(taken->space, taken->evidence->u + i * p)] = true;
    for (size_t i = 0; i < taken->n_open; i++)
        seen[space_index(taken->space, taken->open + i * p)] = true;
    return seen;
}

size_t taken_list_unseen(const struct taken *taken, double **u)
{
    size_t p = taken->space->p, count = (size_t)space_count(taken->space), n = 0, n_free = 0;
    assert(count <= TAKEN_ENUMERABLE);
    bool *seen = mark_seen(taken, count);
    double *points = mem_calloc(count * p, sizeof *points), *swap = mem_calloc(p, sizeof *swap);
    for (size_t index = 0; index < count; index++) {
        double *point = points + n * p;
        if (seen[index])
            continue;
        space_point(taken->space, index, point);
        if (!taken_crowded(taken, point)) { // free points gather in front
            double *front = points + n_free++ * p;
            memcpy(swap, point, p * sizeof *swap);
            memmove(point, front, p * sizeof *point);
            memcpy(front, swap, p * sizeof *swap);
        }
        n++;
    }
    free(seen);
    free(swap);
    *u = points;
    return n_free > 0 ? n_free : n;
}

// How often a point was evaluated, failed, and is open.
struct tally {
    size_t open, failed;
};

static struct tally tally_of(const struct taken *taken, const double *u)
{
    size_t p = taken->space->p;
    struct tally tally = {0};
    for (size_t i = 0; i < taken->evidence->n; i++)
        if (is_point(taken, i) && !taken->evidence->success[i] && space_same(taken->space, u, taken->evidence->u + i * p))
            tally.failed++;
    for (size_t i = 0; i < taken->n_open; i++)
        tally.open += space_same(taken->space, u, taken->open + i * p);
    return tally;
}

// The point to repeat: least often failed, then least often open, then the best value, which a failure has not. Without any trial the
// oldest open point.
static void repeat(const struct taken *taken, double *u)
{
    const struct evidence *evidence = taken->evidence;
    const struct outcome *outcome = &evidence->outcomes[0];
    size_t p = taken->space->p;
    const double *best = taken->n_open > 0 ? taken->open : NULL;
    struct tally least = {0};
    double value = HUGE_VAL;
    bool any = false;
    for (size_t i = 0; i < evidence->n; i++) {
        if (!is_point(taken, i))
            continue;
        struct tally tally = tally_of(taken, evidence->u + i * p);
        double y = !evidence->success[i] ? HUGE_VAL : outcome->maximize ? -outcome->y[i] : outcome->y[i];
        bool better = tally.failed != least.failed ? tally.failed < least.failed
                      : tally.open != least.open   ? tally.open < least.open
                                                   : y < value;
        if (!any || better) {
            any = true;
            best = evidence->u + i * p;
            least = tally;
            value = y;
        }
    }
    assert(best != NULL);
    memcpy(u, best, p * sizeof *u);
}

// Points from a random one on, until one is free; else the first that nobody has seen. Among n + 1 points one is new. False: all are
// seen.
static bool scan(const struct taken *taken, struct random *random, double *u)
{
    size_t p = taken->space->p, most = taken->evidence->n + taken->n_open + 1;
    double *point = mem_calloc(p, sizeof *point);
    bool found = false, free_point = false;
    struct enumeration enumeration;
    enumeration_init(&enumeration, taken->space, random);
    for (size_t i = 0; !free_point && (i < most || !found) && enumeration_next(&enumeration, point); i++) {
        if (taken_seen(taken, point))
            continue;
        free_point = !taken_crowded(taken, point);
        if (free_point || !found)
            memcpy(u, point, p * sizeof *u);
        found = true;
    }
    enumeration_clear(&enumeration);
    free(point);
    return found;
}

// A random point like the users' priors. False: it breaks linear constraints.
static bool draw_believed(const struct space *space, struct random *random, double *u)
{
    for (size_t i = 0; i < space->p; i++)
        u[i] = random_uniform(random);
    space_believe(space, u);
    bool allowed = space_allows(space, u);
    space_snap(space, u);
    return allowed;
}

// Random draws until one is free; else the one that nobody has seen and that is farthest from the open ones. False: all seen.
static bool draw(const struct taken *taken, struct random *random, double *u)
{
    size_t p = taken->space->p;
    double *point = mem_calloc(p, sizeof *point), farthest = -1;
    for (size_t i = 0; i < DRAWS && farthest < taken->apart; i++) {
        if (!taken->space->believed || i >= DRAWS / 2) // later draws are uniform: a prior may know but a few numbers
            space_draw(taken->space, random, point);
        else if (!draw_believed(taken->space, random, point))
            continue;
        double distance = taken_distance(taken, point);
        if (distance > farthest && !taken_seen(taken, point)) {
            farthest = distance;
            memcpy(u, point, p * sizeof *u);
        }
    }
    free(point);
    return farthest >= 0;
}

bool taken_draw_unseen(const struct taken *taken, struct random *random, double *u)
{
    bool found = draw(taken, random, u);
    if (found && (!taken_crowded(taken, u) || !space_is_finite(taken->space)))
        return true;
    if (space_count(taken->space) <= TAKEN_ENUMERABLE) {
        double *points;
        size_t n = taken_list_unseen(taken, &points);
        if (n > 0)
            memcpy(u, points + random_below(random, n) * taken->space->p, taken->space->p * sizeof *u);
        free(points);
        found = n > 0;
    } else if (space_is_finite(taken->space)) {
        found = scan(taken, random, u) || found;
    }
    if (!found)
        repeat(taken, u);
    return found;
}
