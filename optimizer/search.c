#include "optimizer/search.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/minimize.h"
#include "optimizer/special.h"

enum {
    SOBOL = 512,     // space-filling candidates
    BELIEVED = 384,  // of them, from this on, are spread like the users' priors
    LOCAL = 20,      // perturbations of each best success, for each of LOCAL_SD
    STARTS = 8,      // of the local search
    KEPT = 4,        // of them, after half of the rounds
    ROUNDS = 10,
    TRIES = 16,      // perturbations of each start in a round
    FEW_LEVELS = 12, // a parameter with fewer is redrawn now and then
    DRAWN = 256,     // uniform candidates where the pool has nothing free, and as many with another category
};
static const double LOCAL_SD[] = {0.1, 0.03, 0.01};
static const double SWITCHED_SD[] = {0.3, 0.1, 0.03}; // of the other coordinates where a category is another one
static const double ROUND_SD = 0.1, ROUND_DECAY = 0.7;
static const double MOVE = 0.45, JUMP = 0.2;
static const double SATISFYING = 0.1; // probability to satisfy the constraint metrics: more is no better to explore
static const double LIKELY = 0.5; // to work: worth staying in the box for

// ------------------------------------------------------------------ pool

static void reserve(struct search *search, size_t more)
{
    if (search->n + more <= search->capacity)
        return;
    search->capacity = 2 * (search->n + more);
    search->u = mem_realloc(search->u, search->capacity * search->taken->space->p, sizeof *search->u);
    search->scores = mem_realloc(search->scores, search->capacity, sizeof *search->scores);
}

// Into the box and to the nearest point of the space.
static void fit(const struct search *search, double *u)
{
    const struct space *space = search->taken->space;
    for (size_t i = 0; i < space->p; i++)
        u[i] = fmin(fmax(u[i], search->lo[i]), search->hi[i]);
    space_snap(space, u);
}

static void add_scored(struct search *search, const double *u, const struct score *scores, size_t m)
{
    size_t p = search->taken->space->p;
    reserve(search, m);
    memcpy(search->u + search->n * p, u, m * p * sizeof *u);
    memcpy(search->scores + search->n, scores, m * sizeof *scores);
    search->n += m;
}

static void add(struct search *search, const double *u, size_t m)
{
    struct score *scores = mem_calloc(m, sizeof *scores);
    acquisition_score(search->acquisition, u, m, scores);
    add_scored(search, u, scores, m);
    free(scores);
}

struct ranked {
    double value;
    size_t index;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->value < y->value || x->value > y->value)
        return x->value > y->value ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

// Best first; the caller frees it.
static struct ranked *rank(const struct acquisition *acquisition, const struct score *scores, size_t n, double floor)
{
    struct ranked *ranked = mem_calloc(n + 1, sizeof *ranked);
    for (size_t i = 0; i < n; i++)
        ranked[i] = (struct ranked){acquisition_value(acquisition, &scores[i], floor), i};
    qsort(ranked, n, sizeof *ranked, compare);
    return ranked;
}

// ------------------------------------------------------------------ candidates

// Draws those coordinates of u anew that are active there and were not at `before`.
static void wake(const struct space *space, struct random *random, const double *before, double *u)
{
    for (size_t i = 0; i < space->p && space->conditional; i++)
        if (!space_active(space, i, before) && space_active(space, i, u))
            u[i] = random_uniform(random);
}

void search_perturb(const struct space *space, struct random *random, const double *u, double sd, bool jump, double *out)
{
    double move = fmax(MOVE, 2 / (double)space->p);
    for (size_t i = 0; i < space->p; i++) {
        const struct axis *axis = &space->axes[i];
        out[i] = u[i];
        if (random_uniform(random) < move)
            out[i] += sd * random_normal(random);
        bool few = axis->kind == PARAM_CATEGORICAL || (axis->levels > 0 && axis->levels < FEW_LEVELS);
        if (jump && few && random_uniform(random) < JUMP)
            out[i] = random_uniform(random);
    }
    wake(space, random, u, out);
}

static void set_box(struct search *search)
{
    size_t p = search->taken->space->p;
    double half = 0.5 * search->acquisition->box;
    search->lo = mem_calloc(2 * p, sizeof *search->lo);
    search->hi = search->lo + p;
    for (size_t i = 0; i < p; i++) {
        // What is inactive there says nothing about where to look.
        bool narrow = search->acquisition->box < 1 && space_active(search->taken->space, i, search->tops);
        search->lo[i] = narrow ? fmax(search->tops[i] - half, 0) : 0;
        search->hi[i] = narrow ? fmin(search->tops[i] + half, 1) : 1;
    }
}

// All unseen points; those inside the box alone, if one of them likely works.
static void add_all(struct search *search)
{
    const struct space *space = search->taken->space;
    size_t p = space->p, inside = 0;
    double *points, *u = mem_calloc(p, sizeof *u);
    size_t n = taken_list_unseen(search->taken, &points);
    for (size_t i = 0; i < n; i++) {
        double *point = points + i * p;
        memcpy(u, point, p * sizeof *u);
        fit(search, u);
        if (!space_same(space, u, point))
            continue;
        memmove(point, points + inside * p, p * sizeof *u);
        memcpy(points + inside * p, u, p * sizeof *u);
        inside++;
    }
    add(search, points, inside);
    if (inside == 0 || search_safest(search) < log(LIKELY))
        add(search, points + inside * p, n - inside);
    search->enumerated = true;
    free(u);
    free(points);
}

// Candidates where there are linear constraints. In the whole space they are uniform in the polytope. In a smaller box those that break
// a constraint go to its border, where optima often are, and half of them on towards the best success, which is in both.
static void obey_constraints(struct search *search, double *points, size_t m)
{
    const struct space *space = search->taken->space;
    if (!space_is_constrained(space))
        return;
    if (search->acquisition->box >= 1)
        space_spread(space, &search->random, points, m);
    for (size_t i = 0; i < m; i++) {
        double *u = points + i * space->p;
        if (space_allows(space, u))
            continue;
        fit(search, u);
        double share = random_uniform(&search->random) < 0.5 ? random_uniform(&search->random) : 1;
        for (size_t k = 0; k < 2; k++)
            for (size_t j = 0; j < space->polytopes[k].n; j++) {
                size_t c = space->polytopes[k].axis[j];
                u[c] = search->tops[c] + share * (u[c] - search->tops[c]);
            }
    }
}

static void add_candidates(struct search *search)
{
    const struct space *space = search->taken->space;
    size_t p = space->p, n_sd = sizeof LOCAL_SD / sizeof *LOCAL_SD, m = SOBOL + n_sd * search->n_tops * LOCAL, at = SOBOL;
    double *points = mem_calloc(m * p, sizeof *points);
    candidate_points(search->key, p, SOBOL, points);
    for (size_t i = 0; i < SOBOL * p; i++)
        points[i] = search->lo[i % p] + points[i] * (search->hi[i % p] - search->lo[i % p]);
    for (size_t i = BELIEVED; i < SOBOL && search->acquisition->box >= 1; i++)
        space_believe(space, points + i * p);
    obey_constraints(search, points, SOBOL);
    for (size_t s = 0; s < n_sd; s++)
        for (size_t t = 0; t < search->n_tops; t++)
            for (size_t l = 0; l < LOCAL; l++)
                search_perturb(space, &search->random, search->tops + t * p, LOCAL_SD[s], false, points + at++ * p);
    for (size_t i = 0; i < m; i++)
        fit(search, points + i * p);
    add(search, points, m);
    free(points);
}

enum err_code search_begin(struct search *search, struct err *err)
{
    assert(search->n_tops >= 1 && search->n_tops <= SEARCH_TOPS);
    search->u = NULL;
    search->scores = NULL;
    search->n = search->capacity = 0;
    search->enumerated = false;
    reserve(search, 1); // in an exhausted space the arrays are empty, but there are arrays
    set_box(search);
    if (minimize_stopped(search->stopper))
        return err_set(err, ERR_STOPPED, NULL, "stopped before the search");
    if (space_count(search->taken->space) <= TAKEN_ENUMERABLE)
        add_all(search);
    else
        add_candidates(search);
    return ERR_NONE;
}

void search_clear(struct search *search)
{
    if (search == NULL)
        return;
    free(search->lo); // hi is its second half
    free(search->u);
    free(search->scores);
    search->lo = search->hi = search->u = NULL;
    search->scores = NULL;
    search->n = search->capacity = 0;
}

// ------------------------------------------------------------------ local search

struct climber {
    double *u; // [p]
    struct score score;
    double value;
};

// One round: every climber tries TRIES perturbations and moves to the best if that is better.
static void climb(struct search *search, struct climber *climbers, size_t n, double sd, double floor)
{
    size_t p = search->taken->space->p, m = n * TRIES;
    double *points = mem_calloc(m * p, sizeof *points);
    struct score *scores = mem_calloc(m, sizeof *scores);
    for (size_t i = 0; i < m; i++) {
        search_perturb(search->taken->space, &search->random, climbers[i / TRIES].u, sd, true, points + i * p);
        fit(search, points + i * p);
    }
    acquisition_score(search->acquisition, points, m, scores);
    for (size_t i = 0; i < m; i++) {
        struct climber *climber = &climbers[i / TRIES];
        double value = acquisition_value(search->acquisition, &scores[i], floor);
        if (value > climber->value) {
            memcpy(climber->u, points + i * p, p * sizeof *points);
            climber->score = scores[i];
            climber->value = value;
        }
    }
    free(scores);
    free(points);
}

// Sorts best first; stable.
static void sort_climbers(struct climber *climbers, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && climbers[j].value > climbers[j - 1].value; j--) {
            struct climber swap = climbers[j];
            climbers[j] = climbers[j - 1];
            climbers[j - 1] = swap;
        }
}

enum err_code search_improve(struct search *search, double floor, struct err *err)
{
    size_t p = search->taken->space->p, n = search->n < STARTS ? search->n : STARTS;
    if (search->enumerated || n == 0)
        return ERR_NONE;
    struct climber climbers[STARTS];
    double *points = mem_calloc(STARTS * p, sizeof *points), sd = ROUND_SD;
    struct ranked *order = rank(search->acquisition, search->scores, search->n, floor);
    for (size_t i = 0; i < n; i++) {
        climbers[i] = (struct climber){points + i * p, search->scores[order[i].index], order[i].value};
        memcpy(climbers[i].u, search->u + order[i].index * p, p * sizeof *points);
    }
    free(order);
    enum err_code code = ERR_NONE;
    for (size_t round = 0; round < ROUNDS && code == ERR_NONE; round++, sd *= ROUND_DECAY) {
        if (minimize_stopped(search->stopper))
            code = err_set(err, ERR_STOPPED, NULL, "stopped during the search");
        else
            climb(search, climbers, n, sd, floor);
        if (round == ROUNDS / 2) {
            sort_climbers(climbers, n);
            n = n < KEPT ? n : KEPT;
        }
    }
    for (size_t i = 0; i < n; i++)
        add_scored(search, climbers[i].u, &climbers[i].score, 1);
    free(points);
    return code;
}

// ------------------------------------------------------------------ choice

// Candidate number i as the answer.
static void answer(const struct search *search, size_t i, double *u, struct score *score)
{
    size_t p = search->taken->space->p;
    memcpy(u, search->u + i * p, p * sizeof *u);
    *score = search->scores[i];
}

// The best free candidate among those from number `from` on.
static bool choose_from(const struct search *search, size_t from, double floor, double *u, struct score *score)
{
    size_t p = search->taken->space->p, n = search->n - from;
    struct ranked *order = rank(search->acquisition, search->scores + from, n, floor);
    bool found = false;
    for (size_t i = 0; i < n && !found; i++) {
        size_t at = from + order[i].index;
        if (!taken_free(search->taken, search->u + at * p))
            continue;
        answer(search, at, u, score);
        found = true;
    }
    free(order);
    return found;
}

// Uniform candidates in the part of the box' surroundings that is `growth` times as wide.
static void add_drawn(struct search *search, double growth)
{
    size_t p = search->taken->space->p;
    double *points = mem_calloc(DRAWN * p, sizeof *points), half = 0.5 * search->acquisition->box * growth;
    for (size_t i = 0; i < DRAWN * p; i++) {
        double lo = fmax(search->tops[i % p] - half, 0), hi = fmin(search->tops[i % p] + half, 1);
        points[i] = lo + random_uniform(&search->random) * (hi - lo);
    }
    for (size_t i = 0; i < DRAWN; i++)
        space_snap(search->taken->space, points + i * p);
    add(search, points, DRAWN);
    free(points);
}

// The same in a part four times as wide as the last one. False: that was the whole space.
static bool add_wider(struct search *search, double *growth)
{
    if (search->enumerated || search->acquisition->box * *growth >= 2)
        return false;
    *growth *= 4;
    add_drawn(search, *growth);
    return true;
}

void search_choose(struct search *search, double floor, double *u, struct score *score)
{
    size_t from = 0;
    double growth = 0.25; // the box itself is drawn from first
    do {
        if (choose_from(search, from, floor, u, score))
            return;
        from = search->n;
    } while (add_wider(search, &growth));
    taken_draw_unseen(search->taken, &search->random, u);
    acquisition_score(search->acquisition, u, 1, score);
}

// ------------------------------------------------------------------ exploration

double search_safest(const struct search *search)
{
    double safest = -HUGE_VAL;
    for (size_t i = 0; i < search->n; i++)
        safest = fmax(safest, search->scores[i].log_pof);
    return safest;
}

// log of the probability that the constraint metrics are satisfied, and 0 from `enough` on; 0 where nothing satisfies them yet: what
// the models think unlikely may be all there is.
static double log_satisfying(const struct search *search, const struct score *score, double enough)
{
    return search->acquisition->aim == AIM_SATISFYING ? 0 : fmin(score->log_constraints - log(enough), 0);
}

// search_explore among the candidates from number `from` on.
static bool explore_from(const struct search *search, size_t from, const double *known, size_t n_known, double *u,
                         struct score *score)
{
    const struct space *space = search->taken->space;
    size_t chosen = SIZE_MAX;
    double *z = mem_calloc(space->d, sizeof *z), safety = -HUGE_VAL, farthest = -1;
    for (size_t i = from; i < search->n; i++) {
        const double *candidate = search->u + i * space->p;
        const struct score *scored = &search->scores[i];
        double safe = fmin(scored->log_pof, log(SEARCH_SAFE)) + log_satisfying(search, scored, SATISFYING);
        if (safe < safety || !taken_free(search->taken, candidate) || taken_near(search->taken, candidate))
            continue;
        space_encode(space, candidate, z);
        double isolation = acquisition_isolation(z, known, n_known, space->d);
        if (safe > safety || isolation > farthest) {
            chosen = i;
            safety = safe;
            farthest = isolation;
        }
    }
    free(z);
    if (chosen != SIZE_MAX)
        answer(search, chosen, u, score);
    return chosen != SIZE_MAX;
}

bool search_explore(struct search *search, const double *known, size_t n_known, double *u, struct score *score)
{
    size_t from = 0;
    double growth = 1; // the pool is from the box itself
    do {
        if (explore_from(search, from, known, n_known, u, score))
            return true;
        from = search->n;
    } while (add_wider(search, &growth));
    return false;
}

static bool is_switch(const struct axis *axis)
{
    return axis->kind == PARAM_CATEGORICAL && axis->levels > 1;
}

static bool has_switches(const struct space *space)
{
    for (size_t i = 0; i < space->p; i++)
        if (is_switch(&space->axes[i]))
            return true;
    return false;
}

// Whether u has another level than the best success in some categorical parameter.
static bool is_elsewhere(const struct search *search, const double *u)
{
    const struct space *space = search->taken->space;
    for (size_t i = 0; i < space->p; i++) {
        const struct axis *axis = &space->axes[i];
        if (is_switch(axis) && axis_level(axis, u[i]) != axis_level(axis, search->tops[i]))
            return true;
    }
    return false;
}

// Best successes with one category drawn anew and their other coordinates moved.
static void add_switched(struct search *search)
{
    const struct space *space = search->taken->space;
    size_t p = space->p, n_sd = sizeof SWITCHED_SD / sizeof *SWITCHED_SD;
    double *points = mem_calloc(DRAWN * p, sizeof *points);
    for (size_t i = 0; i < DRAWN; i++) {
        const double *top = search->tops + (i % search->n_tops) * p;
        double *u = points + i * p;
        size_t c = random_below(&search->random, p);
        while (!is_switch(&space->axes[c]))
            c = (c + 1) % p;
        search_perturb(space, &search->random, top, SWITCHED_SD[i % n_sd], false, u);
        u[c] = random_uniform(&search->random);
        wake(space, &search->random, top, u);
        for (size_t k = 0; k < p; k++)
            u[k] = fmin(fmax(u[k], 0), 1);
        space_snap(space, u);
    }
    add(search, points, DRAWN);
    free(points);
}

// search_elsewhere among all of the pool.
static bool choose_elsewhere(const struct search *search, double likely, const double *known, size_t n_known, double *u,
                             struct score *score)
{
    const struct space *space = search->taken->space;
    double *z = mem_calloc(space->d, sizeof *z), most = -HUGE_VAL;
    size_t chosen = SIZE_MAX;
    for (size_t i = 0; i < search->n; i++) {
        const double *candidate = search->u + i * space->p;
        const struct score *s = &search->scores[i];
        double useful = s->log_pof + log_satisfying(search, s, 1);
        if (useful < log(likely) || !is_elsewhere(search, candidate) || !taken_free(search->taken, candidate) ||
            taken_near(search->taken, candidate))
            continue;
        space_encode(space, candidate, z);
        double learned = log(acquisition_isolation(z, known, n_known, space->d));
        if (search->acquisition->aim != AIM_SATISFYING) // there the merit is no improvement
            learned = special_log_add_exp(s->merit, log(search->acquisition->success) + learned);
        double worth = useful + learned;
        if (worth > most) {
            most = worth;
            chosen = i;
        }
    }
    free(z);
    if (chosen != SIZE_MAX)
        answer(search, chosen, u, score);
    return chosen != SIZE_MAX;
}

bool search_elsewhere(struct search *search, double likely, const double *known, size_t n_known, double *u, struct score *score)
{
    size_t n = search->n;
    if (search->acquisition->feasibility == NULL || !has_switches(search->taken->space))
        return false;
    if (!search->enumerated) {
        add_drawn(search, 2 / search->acquisition->box);
        add_switched(search);
    }
    bool found = choose_elsewhere(search, likely, known, n_known, u, score);
    search->n = n; // those are no candidates of what is asked otherwise
    return found;
}
