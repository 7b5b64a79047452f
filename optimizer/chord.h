// Chord: what linear constraints leave of the line through a point along one coordinate.
#pragma once

#include "optimizer/space.h"

// Moves coordinate i of u [p], which need not be snapped but satisfies the linear constraints, and no other: to the share (in [0, 1]) of
// what the constraints leave it when the others stay. A uniform share makes it uniform given the others, the Gibbs step of a uniform
// point. Integers: each value that is left has an equal part of the shares. A parameter in no constraint goes to the share itself.
void chord_move(const struct space *space, size_t i, double share, double *u);
