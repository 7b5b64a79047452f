// Random: a counter-based stream of numbers, and point sets in the unit cube.
//
// A stream is a key and a counter; number i of a stream is a hash of (key, i), so a stream can be made anew anywhere from its
// names (seed, ordinal, purpose) and nothing has to be stored. Same names, same numbers, on every machine (normals: to the last
// bits of the C library). The hash is the finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom
// number generators", OOPSLA 2014) applied twice. Not for secrets. A stream belongs to one thread at a time.
//
// Sobol points: I. Sobol 1967 with the direction numbers of P. Bratley, B. Fox (ACM TOMS 659) as GSL ships them (30 bits, at
// most 40 dimensions), scrambled by random lower-triangular bit matrices and a digital shift (J. Matousek, "On the
// L2-discrepancy for anchored boxes", J. Complexity 14, 1998): each scramble is again a net, and points are uniform. Points with the
// same number in two scrambles are *not* independent: their leading bits are equal throughout, or different throughout.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t key;
    uint64_t counter;
};

// The stream named (seed, ordinal, purpose), at its start. `purpose` keeps the uses within one suggestion apart.
struct random random_stream(uint64_t seed, uint64_t ordinal, uint64_t purpose);
// A key for the point sets below from the same kind of names.
uint64_t random_key(uint64_t seed, uint64_t ordinal, uint64_t purpose);

uint64_t random_bits(struct random *r);                // 64 bits
double random_uniform(struct random *r);               // [0, 1), multiples of 2^-53
double random_normal(struct random *r);                // N(0, 1), always finite, by inversion
size_t random_below(struct random *r, size_t n);       // 0 .. n-1, each exactly equally likely; n >= 1
void random_shuffle(struct random *r, size_t *items, size_t n);

#define SOBOL_MAX_DIMS 40

// Points first .. first + n - 1 of the Sobol sequence scrambled by `key`, into out [n x dims], each coordinate in (0, 1).
// 1 <= dims <= SOBOL_MAX_DIMS; first + n <= 2^30. The first 2^k points of one key are a net. Time is linear in first + n.
void sobol_points(uint64_t key, size_t dims, size_t first, size_t n, double *out);

// Latin hypercube: of each run of `strata` successive points, exactly one lies in each of the `strata` slices of every
// coordinate. out [n x dims]. Any dims >= 1.
void latin_points(uint64_t key, size_t dims, size_t strata, size_t first, size_t n, double *out);

// Independent uniform points. out [n x dims].
void uniform_points(uint64_t key, size_t dims, size_t first, size_t n, double *out);

// Initial points: Sobol up to SOBOL_MAX_DIMS dimensions, above that a Latin hypercube with `strata` slices.
void initial_points(uint64_t key, size_t dims, size_t strata, size_t first, size_t n, double *out);
// Candidates of a search: Sobol points 0 .. n-1 up to SOBOL_MAX_DIMS dimensions, above that uniform.
void candidate_points(uint64_t key, size_t dims, size_t n, double *out);
