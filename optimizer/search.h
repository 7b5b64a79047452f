// Search: the best candidate under the acquisition function.
//
// A pool of scored candidates is filled once: Sobol points in the trust box and perturbations of the best successes. The best of
// them are improved by a parallel random local search (rounds of perturbations of shrinking size, the better half goes on), and
// the pool's first free candidate wins. For another floor the pool is only ranked anew and improved again. Spaces of at most
// TAKEN_ENUMERABLE points are scored whole instead. No gradients: snapping makes the function piecewise constant in discrete
// parameters, and a thousand and a half evaluations cost less than a fit.
//
// A search borrows what it is given; its stream of numbers is its own. Memory: the pool, a few hundred kilobytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "optimizer/acquisition.h"
#include "optimizer/suggest.h"
#include "optimizer/taken.h"

// Successes around which candidates are made.
#define SEARCH_TOPS 5

struct search {
    const struct acquisition *acquisition;
    const struct taken *taken;
    const struct stopper *stopper;
    const double *tops; // [n_tops x p] unit coordinates of the best successes, best first: the box is centred on the first
    size_t n_tops;      // 1 .. SEARCH_TOPS
    struct random random;
    uint64_t key; // of the Sobol points

    // from here on the search's own
    double *lo, *hi; // [p] the box
    double *u;       // [capacity x p] pool
    struct score *scores;
    size_t n, capacity;
    bool enumerated; // the pool is all there is
};

// Fills the pool. The fields up to `key` are set by the caller. ERR_STOPPED leaves a search that must be cleared.
enum err_code search_begin(struct search *search, struct err *err);
void search_clear(struct search *search);

// Improves the best of the pool for this floor. ERR_STOPPED as above.
enum err_code search_improve(struct search *search, double floor, struct err *err);

// The best free candidate u [p] and its score. When the pool has none, growing parts of the space are looked through; when the
// space is exhausted it is a repeat.
void search_choose(struct search *search, double floor, double *u, struct score *score);

// Instead of the best candidate one that teaches something at little risk: of the free ones that are near no trial and likely to
// work (probability SEARCH_SAFE, or else as likely as any), the one farthest from known [n_known x d] kernel columns of points. When
// the pool has none, growing parts of the space are looked through. False: there is none, u is as it was.
// Where points are known that satisfy the constraint metrics, what nearly surely violates them comes last: it teaches nothing of use.
#define SEARCH_SAFE 0.9
bool search_explore(struct search *search, const double *known, size_t n_known, double *u, struct score *score);

// The same among candidates that have another category than the best success in some parameter, at more risk: of those that work
// with a probability of `likely` at least, the one with the largest PoF (EI + c squared distance to known), c of acquisition.h: where
// nothing promises an improvement, something is learned. A category that failed a few times, or that has no part in the box, would never
// be seen again otherwise: what works surely is at home. Where points are known that satisfy the constraint metrics, to work means to
// satisfy them, too; where none are, only the distance counts beside PoF.
// False, too, where no parameter is categorical or nothing has failed.
bool search_elsewhere(struct search *search, double likely, const double *known, size_t n_known, double *u, struct score *score);

// log PoF of the most feasible candidate so far.
double search_safest(const struct search *search);

// Copies u [p] with each coordinate moved with probability max(0.45, 2/p) by N(0, sd^2), into out; not snapped. `jump`: categorical
// and few-valued coordinates are also redrawn with probability 0.2. Coordinates that become active are drawn anew.
void search_perturb(const struct space *space, struct random *random, const double *u, double sd, bool jump, double *out);
