// Draws of trials for fits that would take too long.
#include "optimizer/subset.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tests/tap.h"

enum { N = 1000 };

// N trials with the value i; of every `period` one succeeds (or fails, when `rare_failures`).
static void evidence_of(struct evidence *evidence, size_t period, bool rare_failures)
{
    *evidence = (struct evidence){.n = N, .n_trials = N, .p = 1, .d = 1, .n_outcomes = 1, .n_objectives = 1};
    evidence->success = mem_calloc(N, sizeof(bool));
    evidence->inside = mem_calloc(N, sizeof(bool));
    evidence->outcomes[0].y = mem_calloc(N, sizeof(double));
    evidence->rows = mem_calloc(N, sizeof(size_t));
    for (size_t i = 0; i < N; i++) {
        evidence->success[i] = (i % period == 0) != rare_failures;
        evidence->inside[i] = true;
        evidence->outcomes[0].y[i] = (double)(N - i);
        if (evidence->success[i])
            evidence->rows[evidence->n_success++] = i;
    }
}

static bool ascending(const size_t *rows, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (rows[i] <= rows[i - 1])
            return false;
    return true;
}

static void test_feasibility(void)
{
    struct evidence evidence;
    size_t rows[N];
    for (size_t period = 2; period <= 50; period += 24)
        for (int rare_failures = 0; rare_failures < 2; rare_failures++) {
            evidence_of(&evidence, period, rare_failures != 0);
            size_t n = subset_feasibility(&evidence, 400, random_stream(1, 2, 3), rows), successes = 0;
            for (size_t i = 0; i < n; i++)
                successes += evidence.success[rows[i]];
            size_t rare = rare_failures ? n - successes : successes, all = (N + period - 1) / period;
            is_int(n, 400, "as many as asked for");
            is_int(rare, all < 200 ? all : 200, "all of the rare class, or half");
            ok(ascending(rows, n), "in order, each once");
            evidence_clear(&evidence);
        }
    evidence_of(&evidence, 2, false);
    is_int(subset_feasibility(&evidence, N, random_stream(1, 2, 3), rows), N, "all when that is possible");
    evidence_clear(&evidence);
}

static void test_objective(void)
{
    struct evidence evidence;
    size_t rows[N], other[N];
    evidence_of(&evidence, 2, false);
    size_t n = subset_objective(&evidence, 300, 50, random_stream(1, 2, 3), rows);
    is_int(n, 300, "as many as asked for");
    ok(ascending(rows, n), "in order, each once");
    bool best = true;
    for (size_t i = 0; i < 50; i++)
        best = best && rows[n - 1 - i] == N - 2 - 2 * i; // values fall with i: the best are the last successes
    ok(best, "the 50 best are among them");
    ok(rows[0] < 50, "and others");
    subset_objective(&evidence, 300, 50, random_stream(1, 3, 3), other);
    ok(memcmp(rows, other, 300 * sizeof *rows) != 0, "another stream, another draw");
    is_int(subset_objective(&evidence, N, 50, random_stream(1, 2, 3), rows), 500, "all successes when that is possible");
    evidence_clear(&evidence);
}

int main(void)
{
    TAP_RUN(test_feasibility);
    TAP_RUN(test_objective);
    return tap_done();
}
