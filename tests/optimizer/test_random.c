// The streams are reproducible and look random; the point sets fill the cube evenly.
#include "optimizer/random.h"

#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/runtime.h"
#include "tests/tap.h"

static void test_streams(void)
{
    struct random a = random_stream(7, 3, 1), b = random_stream(7, 3, 1);
    bool same = true;
    for (int i = 0; i < 100; i++)
        same = same && random_bits(&a) == random_bits(&b);
    ok(same, "same names, same numbers");
    static const uint64_t NAMES[][3] = {{7, 3, 1}, {8, 3, 1}, {7, 4, 1}, {7, 3, 2}, {3, 7, 1}, {0, 0, 0}, {0, 0, 1}, {1, 0, 0}};
    bool differ = true;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        for (size_t j = 0; j < i; j++)
            if (random_key(NAMES[i][0], NAMES[i][1], NAMES[i][2]) == random_key(NAMES[j][0], NAMES[j][1], NAMES[j][2]))
                differ = false;
    ok(differ, "different names, different streams");
    struct random r = {.key = 1, .counter = 5}, again = {.key = 1, .counter = 0};
    for (int i = 0; i < 5; i++)
        random_bits(&again);
    ok(random_bits(&r) == random_bits(&again), "a stream is a function of its counter");
}

static void test_pinned(void)
{
    // Stored experiments depend on these bits: a change of the hash is a change of every suggestion.
    struct random r = random_stream(1, 2, 3);
    ok(random_bits(&r) == 0x467f24f8ae9b9bc2u, "first bits of a stream");
    ok(random_bits(&r) == 0x6ea8b9374cff4ea9u, "second bits");
    double point[3];
    sobol_points(42, 3, 5, 1, point);
    is_near(point[0], 0.12799941701814532, 1e-15, "a scrambled Sobol point");
}

static void test_uniform_and_normal(void)
{
    enum { COUNT = 200000 };
    struct random r = random_stream(11, 0, 0);
    double sum = 0, squares = 0, low = 1, high = 0, normal = 0, normal2 = 0, normal4 = 0, lag = 0, before = 0;
    for (int i = 0; i < COUNT; i++) {
        double u = random_uniform(&r), z = random_normal(&r);
        sum += u;
        squares += u * u;
        low = fmin(low, u);
        high = fmax(high, u);
        normal += z;
        normal2 += z * z;
        normal4 += z * z * z * z;
        lag += (u - 0.5) * (before - 0.5);
        before = u;
    }
    ok(low >= 0 && high < 1 && low < 1e-4 && high > 1 - 1e-4, "uniforms lie in [0, 1) and reach both ends");
    ok(fabs(sum / COUNT - 0.5) < 4 * 0.2887 / sqrt(COUNT), "mean of uniforms");
    ok(fabs(squares / COUNT - 1.0 / 3) < 4 * 0.298 / sqrt(COUNT), "second moment of uniforms");
    ok(fabs(lag / COUNT) < 4 * 0.0833 / sqrt(COUNT), "neighbours are uncorrelated");
    ok(fabs(normal / COUNT) < 4 / sqrt(COUNT), "mean of normals");
    ok(fabs(normal2 / COUNT - 1) < 4 * sqrt(2.0 / COUNT), "variance of normals");
    ok(fabs(normal4 / COUNT - 3) < 4 * sqrt(96.0 / COUNT), "kurtosis of normals");
}

static void test_below_and_shuffle(void)
{
    struct random r = random_stream(5, 0, 0);
    size_t counts[7] = {0};
    for (int i = 0; i < 70000; i++)
        counts[random_below(&r, 7)]++;
    bool even = true;
    for (size_t i = 0; i < 7; i++)
        even = even && fabs((double)counts[i] - 10000) < 4 * sqrt(10000);
    ok(even, "integers below 7 are equally likely");
    is_int(random_below(&r, 1), 0, "below 1 is 0");
    size_t items[20];
    for (size_t i = 0; i < 20; i++)
        items[i] = i;
    random_shuffle(&r, items, 20);
    uint32_t seen = 0;
    size_t moved = 0;
    for (size_t i = 0; i < 20; i++) {
        seen |= (uint32_t)1 << items[i];
        moved += items[i] != i;
    }
    ok(seen == 0xfffff && moved > 10, "a shuffle is a permutation that moves things");
    random_shuffle(&r, items, 0);
    random_shuffle(&r, items, 1);
}

// True when each of the n equal slices of every coordinate holds exactly one of the n points.
static bool stratified(const double *points, size_t n, size_t dims)
{
    bool *hit = mem_calloc(n, sizeof *hit);
    bool all = true;
    for (size_t c = 0; c < dims; c++) {
        memset(hit, 0, n * sizeof *hit);
        for (size_t i = 0; i < n; i++) {
            double u = points[i * dims + c];
            all = all && u > 0 && u < 1 && !hit[(size_t)(u * (double)n)];
            hit[(size_t)(u * (double)n)] = true;
        }
    }
    free(hit);
    return all;
}

static void test_sobol(void)
{
    enum { N = 64 };
    double points[N * SOBOL_MAX_DIMS], part[3 * 5], other[N * 5];
    for (uint64_t key = 0; key < 5; key++) {
        sobol_points(random_key(key, 0, 0), SOBOL_MAX_DIMS, 0, N, points);
        ok(stratified(points, N, SOBOL_MAX_DIMS), "64 points are a Latin hypercube in all 40 dimensions");
    }
    sobol_points(9, 5, 0, N, points);
    sobol_points(9, 5, 17, 3, part);
    ok(memcmp(points + 17 * 5, part, sizeof part) == 0, "points are a function of their index");
    sobol_points(10, 5, 0, N, other);
    ok(memcmp(points, other, sizeof other) != 0, "another key, another scramble");
    size_t boxes[16] = {0}; // elementary intervals of a (t, 6, 2) net: 16 squares of side 1/4, t = 0 for the first two dimensions
    sobol_points(9, 2, 0, N, points);
    for (size_t i = 0; i < N; i++)
        boxes[(size_t)(points[2 * i] * 4) * 4 + (size_t)(points[2 * i + 1] * 4)]++;
    bool even = true;
    for (size_t i = 0; i < 16; i++)
        even = even && boxes[i] == N / 16;
    ok(even, "each of the 16 squares of the first two dimensions holds 4 of 64 points");
}

static void test_scrambles_are_uniform(void)
{
    enum { KEYS = 20000, SLICES = 10 };
    size_t counts[SLICES] = {0}, ordered = 0;
    for (uint64_t key = 0; key < KEYS; key++) {
        double points[2 * 2];
        sobol_points(random_key(key, 1, 1), 2, 6, 2, points);
        counts[(size_t)(points[1] * SLICES)]++;
        ordered += points[0] < points[1];
    }
    bool even = true;
    for (size_t i = 0; i < SLICES; i++)
        even = even && fabs((double)counts[i] - KEYS / SLICES) < 4 * sqrt(KEYS / SLICES);
    ok(even, "over the keys a point is uniform");
    ok(fabs((double)ordered - KEYS / 2) < 4 * sqrt(KEYS / 4), "and its coordinates are independent");
}

static void test_many_dimensions(void)
{
    enum { DIMS = 45, STRATA = 12 };
    double points[2 * STRATA * DIMS], one[DIMS];
    initial_points(3, DIMS, STRATA, 0, 2 * STRATA, points);
    ok(stratified(points, STRATA, DIMS), "above 40 dimensions: a Latin hypercube");
    ok(stratified(points + STRATA * DIMS, STRATA, DIMS), "and the next run is one again");
    ok(memcmp(points, points + STRATA * DIMS, sizeof one) != 0, "but not the same");
    initial_points(3, DIMS, STRATA, 17, 1, one);
    ok(memcmp(one, points + 17 * DIMS, sizeof one) == 0, "points are a function of their index");
    double candidates[100 * DIMS], sum = 0;
    candidate_points(4, DIMS, 100, candidates);
    for (size_t i = 0; i < 100 * DIMS; i++)
        sum += candidates[i];
    ok(fabs(sum / (100 * DIMS) - 0.5) < 4 * 0.2887 / sqrt(100 * DIMS), "candidates are uniform");
    uniform_points(4, DIMS, 99, 1, one);
    ok(memcmp(one, candidates + 99 * DIMS, sizeof one) == 0, "and functions of their index");
    double low[3 * 2], sobol[3 * 2];
    candidate_points(8, 2, 3, low);
    sobol_points(8, 2, 0, 3, sobol);
    ok(memcmp(low, sobol, sizeof low) == 0, "up to 40 dimensions: Sobol points");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_streams);
    TAP_RUN(test_pinned);
    TAP_RUN(test_uniform_and_normal);
    TAP_RUN(test_below_and_shuffle);
    TAP_RUN(test_sobol);
    TAP_RUN(test_scrambles_are_uniform);
    TAP_RUN(test_many_dimensions);
    return tap_done();
}
