// Identities of the factorisations and products, on matrices large enough for the blocked code.
#include "optimizer/linalg.h"

#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "tests/tap.h"

enum { MAX_N = 130 };

// Random symmetric positive definite a [n x n] = G G' + n I.
static void fill_positive(double *a, size_t n)
{
    double *g = mem_calloc(n * n, sizeof *g);
    struct random r = random_stream(1, n, 0);
    for (size_t i = 0; i < n * n; i++)
        g[i] = random_normal(&r);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            a[i * n + j] = i == j ? (double)n : 0;
            for (size_t k = 0; k < n; k++)
                a[i * n + j] += g[i * n + k] * g[j * n + k];
        }
    free(g);
}

// Largest |L L' - a| over the entries, L lower.
static double reconstruction_error(const double *l, const double *a, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = 0; k <= j; k++)
                sum += l[i * n + k] * l[j * n + k];
            worst = fmax(worst, fabs(sum - a[i * n + j]));
        }
    return worst;
}

static void test_factor_and_inverse(void)
{
    static const size_t SIZES[] = {1, 2, 7, 24, 25, 64, MAX_N};
    for (size_t s = 0; s < sizeof SIZES / sizeof *SIZES; s++) {
        size_t n = SIZES[s];
        double *a = mem_calloc(3 * n * n, sizeof *a), *l = a + n * n, *v = l + n * n, half_log_det = 0;
        fill_positive(a, n);
        memcpy(l, a, n * n * sizeof *a);
        is_int(linalg_cholesky(l, n, &half_log_det), ERR_NONE, "factorised");
        ok(reconstruction_error(l, a, n) < 1e-14 * (double)(n * n) * 4, "L L' is the matrix, n = %zu", n);
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += log(l[i * n + i]);
        is_near(half_log_det, sum, 1e-15, "half the log determinant");
        memcpy(v, l, n * n * sizeof *a);
        linalg_invert_lower(v, n);
        double worst = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++) {
                double product = i == j ? -1 : 0;
                for (size_t k = j; k <= i; k++)
                    product += l[i * n + k] * v[k * n + j];
                worst = fmax(worst, fabs(product));
            }
        ok(worst < 1e-13, "L times its inverse is I, n = %zu", n);
        linalg_gram_of_lower(v, n);
        linalg_mirror_lower(v, n);
        worst = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                double product = i == j ? -1 : 0;
                for (size_t k = 0; k < n; k++)
                    product += a[i * n + k] * v[k * n + j];
                worst = fmax(worst, fabs(product));
            }
        ok(worst < 1e-12, "the gram of the inverse factor inverts the matrix, n = %zu", n);
        free(a);
    }
}

static void test_hand_computed(void)
{
    double a[4] = {4, -1, 2, 5}, half_log_det = 0; // lower triangle of [[4 2] [2 5]]: L = [[2 0] [1 2]]
    is_int(linalg_cholesky(a, 2, &half_log_det), ERR_NONE, "2 x 2 factorised");
    is_near(a[0], 2, 1e-15, "L11");
    is_near(a[2], 1, 1e-15, "L21");
    is_near(a[3], 2, 1e-15, "L22");
    is_near(half_log_det, log(4), 1e-15, "1/2 log 16");
}

static void test_refusals(void)
{
    double half_log_det;
    const double nan = (double)NAN;
    double indefinite[4] = {1, 0, 2, 1}, zero[1] = {0}, nan_diagonal[4] = {nan, 0, 0, 1}, nan_below[4] = {1, 0, nan, 1};
    double infinite[4] = {HUGE_VAL, 0, 0, 1}, negative[1] = {-1};
    is_int(linalg_cholesky(indefinite, 2, &half_log_det), ERR_NUMERIC, "indefinite");
    is_int(linalg_cholesky(zero, 1, &half_log_det), ERR_NUMERIC, "zero");
    is_int(linalg_cholesky(negative, 1, &half_log_det), ERR_NUMERIC, "negative");
    is_int(linalg_cholesky(nan_diagonal, 2, &half_log_det), ERR_NUMERIC, "NaN on the diagonal");
    is_int(linalg_cholesky(nan_below, 2, &half_log_det), ERR_NUMERIC, "NaN below the diagonal");
    is_int(linalg_cholesky(infinite, 2, &half_log_det), ERR_NUMERIC, "infinity");
    double big[90 * 90];
    fill_positive(big, 90);
    big[80 * 90 + 3] = nan;
    is_int(linalg_cholesky(big, 90, &half_log_det), ERR_NUMERIC, "NaN in a matrix that is factorised in blocks");
    double finite[2] = {1, -1}, odd[3] = {1, HUGE_VAL, 0}, none[1] = {nan};
    ok(linalg_is_finite(finite, 2) && !linalg_is_finite(odd, 3) && !linalg_is_finite(none, 1), "finiteness");
}

static void test_products(void)
{
    // The upper triangle holds poison: it must never be read. L = [[2 0 0] [1 3 0] [-1 4 5]]
    const double poison = (double)NAN;
    const double L[9] = {2, poison, poison, 1, 3, poison, -1, 4, 5}, X[3] = {1, 2, 3};
    double y[3], b[6] = {1, 2, 3, 4, 5, 6}, c[6] = {1, 2, 3, 4, 5, 6}, x[3];
    linalg_lower_times_vector(L, 3, X, y);
    ok(fabs(y[0] - 2) + fabs(y[1] - 7) + fabs(y[2] - 22) < 1e-14, "L x");
    memcpy(x, y, sizeof x);
    linalg_solve_lower(L, 3, x);
    ok(fabs(x[0] - 1) + fabs(x[1] - 2) + fabs(x[2] - 3) < 1e-14, "L^-1 L x = x");
    linalg_lower_transposed_times_vector(L, 3, X, y);
    ok(fabs(y[0] - 1) + fabs(y[1] - 18) + fabs(y[2] - 15) < 1e-14, "L'x");
    memcpy(x, y, sizeof x);
    linalg_solve_lower_transposed(L, 3, x);
    ok(fabs(x[0] - 1) + fabs(x[1] - 2) + fabs(x[2] - 3) < 1e-14, "L^-T L'x = x");
    linalg_lower_times_matrix(L, 3, b, 2); // b is [3 x 2]
    ok(fabs(b[0] - 2) + fabs(b[1] - 4) + fabs(b[2] - 10) + fabs(b[3] - 14) + fabs(b[4] - 36) + fabs(b[5] - 44) < 1e-13, "L B");
    linalg_matrix_times_lower_transposed(c, 2, L, 3); // c is [2 x 3]
    ok(fabs(c[0] - 2) + fabs(c[1] - 7) + fabs(c[2] - 22) + fabs(c[3] - 8) + fabs(c[4] - 19) + fabs(c[5] - 46) < 1e-13, "B L'");
    linalg_symmetric_times_vector(L, 3, X, y); // L read as the lower half of a symmetric matrix
    ok(fabs(y[0] - 1) + fabs(y[1] - 19) + fabs(y[2] - 22) < 1e-14, "A x, A symmetric");
    static const double A[6] = {1, 2, 3, 4, 5, 6};
    linalg_matrix_times_vector(A, 2, 3, X, 10, y);
    ok(fabs(y[0] - 24) + fabs(y[1] - 42) < 1e-14, "A x + 10");
    is_near(linalg_dot(X, X, 3), 14, 1e-15, "dot");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_factor_and_inverse);
    TAP_RUN(test_hand_computed);
    TAP_RUN(test_refusals);
    TAP_RUN(test_products);
    return tap_done();
}
