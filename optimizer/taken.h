// Taken: the points that a suggestion should not repeat: those evaluated and those being evaluated.
//
// A point is *seen* when it equals one of them (space_same), and *crowded* when it is closer than TAKEN_APART * box to an open
// suggestion (largest coordinate distance in the unit cube): two workers would learn the same. Repeats and crowding are avoided as
// long as anything else exists. Finite spaces can be exhausted; then successes are repeated before failures.
// Of several tasks only one is looked at: a point that was evaluated cheaply may well be evaluated in full.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "optimizer/evidence.h"
#include "optimizer/random.h"
#include "optimizer/space.h"

#define TAKEN_APART 0.01
// A point nearer than this to a trial (largest coordinate distance in the unit cube) is *near*: hardly more than a repetition.
#define TAKEN_NEAR 0.01
// Spaces of at most this many points are looked through completely.
#define TAKEN_ENUMERABLE SPACE_LISTED

struct taken {
    const struct space *space;
    const struct evidence *evidence;
    size_t task;  // that is looked at, at first the full one; others may set it
    double *open; // [n_open x p] unit coordinates of the pending points inside the space, oldest first
    size_t n_open;
    double apart; // open suggestions nearer than this are too near
};

void taken_init(struct taken *taken, const struct space *space, const struct evidence *evidence, const struct history *history,
                double box);
void taken_clear(struct taken *taken);

bool taken_seen(const struct taken *taken, const double *u);
bool taken_crowded(const struct taken *taken, const double *u);
// To the nearest open suggestion; infinite when none is open.
double taken_distance(const struct taken *taken, const double *u);
// Neither.
bool taken_free(const struct taken *taken, const double *u);
bool taken_near(const struct taken *taken, const double *u);
// How many of the newest trials (all, up to 500) were near an earlier one, as a share.
double taken_near_share(const struct taken *taken);

// Free points of a space with at most TAKEN_ENUMERABLE points, or seen by nobody but crowded when no free one exists. *u is
// allocated [count x p], the caller frees it; the answer is count, 0 when the space is exhausted.
size_t taken_list_unseen(const struct taken *taken, double **u);

// Writes a point that nobody has seen, free if possible (else as far from the open ones as chance brings), drawn uniformly or from the
// users' priors; in finite spaces, where that fails, all points from a random one on are looked at. False when the space is exhausted:
// u is then the point to repeat: that of the fewest failures (their number, not their share), then the one least often open, then the
// one with the best value, which a point that never worked has not.
bool taken_draw_unseen(const struct taken *taken, struct random *random, double *u);
