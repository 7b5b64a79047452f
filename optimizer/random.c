#include "optimizer/random.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const uint64_t GOLDEN = 0x9e3779b97f4a7c15u; // 2^64 / golden ratio: increment of SplitMix64

// Finaliser of SplitMix64: a bijection of 64 bits in which every input bit moves every output bit.
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t bits_at(uint64_t key, uint64_t counter)
{
    return mix(mix(counter * GOLDEN + key) ^ key);
}

static double unit_of(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

uint64_t random_key(uint64_t seed, uint64_t ordinal, uint64_t purpose)
{
    uint64_t key = mix(seed + GOLDEN);
    key = mix((key ^ ordinal) + GOLDEN);
    return mix((key ^ purpose) + GOLDEN);
}

struct random random_stream(uint64_t seed, uint64_t ordinal, uint64_t purpose)
{
    return (struct random){.key = random_key(seed, ordinal, purpose), .counter = 0};
}

uint64_t random_bits(struct random *r)
{
    return bits_at(r->key, r->counter++);
}

double random_uniform(struct random *r)
{
    return unit_of(random_bits(r));
}

double random_normal(struct random *r)
{
    return gsl_cdf_ugaussian_Pinv(random_uniform(r) + 0x1p-54); // in the middle of its cell: never 0 or 1
}

size_t random_below(struct random *r, size_t n)
{
    assert(n >= 1);
    uint64_t usable = UINT64_MAX - UINT64_MAX % n; // numbers from here up would favour small results
    uint64_t bits;
    do
        bits = random_bits(r);
    while (bits >= usable);
    return (size_t)(bits % n);
}

void random_shuffle(struct random *r, size_t *items, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = random_below(r, i);
        size_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}

// ------------------------------------------------------------------ Sobol points

enum { SOBOL_BITS = 30 }; // of GSL's generator

// Scramble of one coordinate: bit k of a coordinate (k = 0 is the highest) is replaced by column[k], then shift is added (xor).
struct scramble {
    uint32_t column[SOBOL_BITS];
    uint32_t shift;
};

static void scramble_init(struct scramble *scramble, uint64_t key, size_t dim)
{
    struct random r = random_stream(key, dim, 0);
    for (size_t k = 0; k < SOBOL_BITS; k++) {
        uint32_t bit = (uint32_t)1 << (SOBOL_BITS - 1 - k);
        uint32_t below = (uint32_t)random_bits(&r) & (bit - 1); // a bit moves only bits behind it: nets stay nets
        scramble->column[k] = bit | below;
    }
    scramble->shift = (uint32_t)random_bits(&r) & (((uint32_t)1 << SOBOL_BITS) - 1);
}

static double scramble_apply(const struct scramble *scramble, double u)
{
    uint32_t bits = (uint32_t)ldexp(u, SOBOL_BITS); // exact: GSL divides an integer by 2^30
    uint32_t result = scramble->shift;
    for (size_t k = 0; k < SOBOL_BITS; k++)
        result ^= scramble->column[k] & (uint32_t)-(int32_t)(bits >> (SOBOL_BITS - 1 - k) & 1);
    return ldexp((double)result + 0.5, -SOBOL_BITS);
}

void sobol_points(uint64_t key, size_t dims, size_t first, size_t n, double *out)
{
    assert(dims >= 1 && dims <= SOBOL_MAX_DIMS); // GSL would answer zeros above its limit, without an error
    assert(first + n <= (size_t)1 << SOBOL_BITS);
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)dims);
    assert(sobol != NULL);
    struct scramble scrambles[SOBOL_MAX_DIMS];
    for (size_t c = 0; c < dims; c++)
        scramble_init(&scrambles[c], key, c);
    double raw[SOBOL_MAX_DIMS] = {0}; // point 0 is the origin; GSL begins with point 1
    for (size_t i = 0; i < first + n; i++) {
        if (i > 0)
            gsl_qrng_get(sobol, raw);
        if (i < first)
            continue;
        for (size_t c = 0; c < dims; c++)
            out[(i - first) * dims + c] = scramble_apply(&scrambles[c], raw[c]);
    }
    gsl_qrng_free(sobol);
}

// ------------------------------------------------------------------ many dimensions

void latin_points(uint64_t key, size_t dims, size_t strata, size_t first, size_t n, double *out)
{
    assert(dims >= 1 && strata >= 1);
    size_t *slice = mem_calloc(strata, sizeof *slice);
    for (size_t c = 0; c < dims; c++) {
        size_t run = SIZE_MAX; // of which `slice` is the permutation
        struct random r = {0};
        for (size_t i = first; i < first + n; i++) {
            if (i / strata != run) {
                run = i / strata;
                r = random_stream(key, run, c);
                for (size_t k = 0; k < strata; k++)
                    slice[k] = k;
                random_shuffle(&r, slice, strata);
            }
            double within = unit_of(bits_at(random_key(key, i, c), 0));
            out[(i - first) * dims + c] = ((double)slice[i % strata] + within) / (double)strata;
        }
    }
    free(slice);
}

void uniform_points(uint64_t key, size_t dims, size_t first, size_t n, double *out)
{
    for (size_t i = 0; i < n * dims; i++)
        out[i] = unit_of(bits_at(key, first * dims + i));
}

void initial_points(uint64_t key, size_t dims, size_t strata, size_t first, size_t n, double *out)
{
    if (dims <= SOBOL_MAX_DIMS)
        sobol_points(key, dims, first, n, out);
    else
        latin_points(key, dims, strata, first, n, out);
}

void candidate_points(uint64_t key, size_t dims, size_t n, double *out)
{
    if (dims <= SOBOL_MAX_DIMS)
        sobol_points(key, dims, 0, n, out);
    else
        uniform_points(key, dims, 0, n, out);
}
