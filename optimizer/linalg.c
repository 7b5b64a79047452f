#include "optimizer/linalg.h"

#include <gsl/gsl_cblas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include <assert.h>

static int size_of(size_t n)
{
    assert(n >= 1 && n <= INT_MAX);
    return (int)n;
}

enum err_code linalg_cholesky(double *a, size_t n, double *half_log_det)
{
    gsl_matrix_view view = gsl_matrix_view_array(a, n, n);
    if (gsl_linalg_cholesky_decomp1(&view.matrix) != GSL_SUCCESS)
        return ERR_NUMERIC;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += log(a[i * n + i]);
    *half_log_det = sum;
    return isfinite(sum) ? ERR_NONE : ERR_NUMERIC; // GSL lets a NaN pass; it always reaches the diagonal
}

void linalg_invert_lower(double *l, size_t n)
{
    gsl_matrix_view view = gsl_matrix_view_array(l, n, n);
    int status = gsl_linalg_tri_invert(CblasLower, CblasNonUnit, &view.matrix);
    assert(status == GSL_SUCCESS);
}

void linalg_gram_of_lower(double *v, size_t n)
{
    gsl_matrix_view view = gsl_matrix_view_array(v, n, n);
    int status = gsl_linalg_tri_LTL(&view.matrix);
    assert(status == GSL_SUCCESS);
}

void linalg_mirror_lower(double *a, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < i; j++)
            a[j * n + i] = a[i * n + j];
}

static void triangular_product(const double *l, size_t n, CBLAS_TRANSPOSE_t transpose, const double *x, double *y)
{
    memcpy(y, x, n * sizeof *y);
    cblas_dtrmv(CblasRowMajor, CblasLower, transpose, CblasNonUnit, size_of(n), l, size_of(n), y, 1);
}

void linalg_lower_times_vector(const double *l, size_t n, const double *x, double *y)
{
    triangular_product(l, n, CblasNoTrans, x, y);
}

void linalg_lower_transposed_times_vector(const double *l, size_t n, const double *x, double *y)
{
    triangular_product(l, n, CblasTrans, x, y);
}

void linalg_solve_lower(const double *l, size_t n, double *x)
{
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, size_of(n), l, size_of(n), x, 1);
}

void linalg_solve_lower_transposed(const double *l, size_t n, double *x)
{
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, size_of(n), l, size_of(n), x, 1);
}

void linalg_lower_times_matrix(const double *l, size_t n, double *b, size_t m)
{
    cblas_dtrmm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, size_of(n), size_of(m), 1.0, l, size_of(n), b,
                size_of(m));
}

void linalg_matrix_times_lower_transposed(double *b, size_t m, const double *l, size_t n)
{
    cblas_dtrmm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, size_of(m), size_of(n), 1.0, l, size_of(n), b,
                size_of(n));
}

void linalg_symmetric_times_vector(const double *a, size_t n, const double *x, double *y)
{
    cblas_dsymv(CblasRowMajor, CblasLower, size_of(n), 1.0, a, size_of(n), x, 1, 0.0, y, 1);
}

void linalg_matrix_times_vector(const double *a, size_t m, size_t n, const double *x, double add, double *y)
{
    for (size_t i = 0; i < m; i++)
        y[i] = add;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, size_of(m), size_of(n), 1.0, a, size_of(n), x, 1, 1.0, y, 1);
}

double linalg_dot(const double *x, const double *y, size_t n)
{
    return cblas_ddot(size_of(n), x, 1, y, 1);
}

bool linalg_is_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}
