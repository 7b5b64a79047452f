// Order of points under several metrics, against the definition.
#include "optimizer/standing.h"

#include <stdbool.h>

#include "optimizer/random.h"
#include "tests/tap.h"

enum { N = 60 };

static void test_value(void)
{
    const double value[] = {3, 1, 2, 1, 9}, violation[] = {0, 0, 0.5, 0, 0.1}, *values[] = {value};
    double merit[5];
    standing_merit(values, 1, violation, 5, merit);
    const double want[] = {1, 0, 3, 0, 2};
    for (size_t i = 0; i < 5; i++)
        is_near(merit[i], want[i], 0, "by value, then by violation");
    standing_merit(NULL, 0, violation, 5, merit);
    ok(merit[0] <= 0 && merit[1] <= 0 && merit[3] <= 0 && merit[4] < merit[2] && merit[4] > 0, "without a value");
    standing_merit(values, 1, violation, 0, merit);
}

static bool dominates(const double *a, const double *b, size_t i, size_t j)
{
    return a[i] <= a[j] && b[i] <= b[j] && (a[i] < a[j] || b[i] < b[j]);
}

static void test_layers(void)
{
    struct random random = random_stream(1, 2, 3);
    for (size_t round = 0; round < 30; round++) {
        double a[N], b[N], violation[N], merit[N];
        const double *values[] = {a, b};
        for (size_t i = 0; i < N; i++) { // many ties
            a[i] = (double)random_below(&random, 8);
            b[i] = (double)random_below(&random, 8);
            violation[i] = random_below(&random, 4) == 0 ? 1 + (double)random_below(&random, 3) : 0;
        }
        standing_merit(values, 2, violation, N, merit);
        bool fine = true;
        for (size_t j = 0; j < N; j++) {
            double layer = 0; // one behind the last that dominates
            for (size_t i = 0; i < N; i++) {
                if (violation[i] > 0)
                    fine = fine && (violation[j] > 0 ? (violation[i] > violation[j]) == (merit[i] > merit[j]) : merit[i] > merit[j]);
                else if (!(violation[j] > 0) && dominates(a, b, i, j) && merit[i] + 1 > layer)
                    layer = merit[i] + 1;
            }
            fine = fine && (violation[j] > 0 || (merit[j] >= layer && merit[j] <= layer));
        }
        ok(fine, "each point stands one layer behind those that dominate it, violations behind all");
    }
}

int main(void)
{
    TAP_RUN(test_value);
    TAP_RUN(test_layers);
    return tap_done();
}
