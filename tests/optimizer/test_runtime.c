// OpenBLAS must serve the products, not the slow reference library that GSL brings along: the order of linking decides, silently.
#include "optimizer/runtime.h"

#include <dlfcn.h>
#include <gsl/gsl_cblas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_matrix.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/tap.h"

static void test_openblas_serves(void)
{
    Dl_info info = {0};
    void *symbol = dlsym(RTLD_DEFAULT, "cblas_dgemm"); // what libgsl's own calls resolve to
    ok(symbol != NULL && dladdr(symbol, &info) != 0 && info.dli_fname != NULL, "cblas_dgemm is found");
    ok(info.dli_fname != NULL && strstr(info.dli_fname, "openblas") != NULL, "OpenBLAS serves cblas_dgemm, not %s",
       info.dli_fname != NULL ? info.dli_fname : "?");
    symbol = dlsym(RTLD_DEFAULT, "cblas_dtrmm");
    ok(symbol != NULL && dladdr(symbol, &info) != 0 && strstr(info.dli_fname, "openblas") != NULL, "and cblas_dtrmm");
}

static void test_kernel_name(void)
{
    const char *name = runtime_blas_kernel();
    ok(name != NULL && name[0] != '\0', "the kernel has a name: %s", name);
    setenv("OPENBLAS_CORETYPE", "Prescott", 1);
    ok(runtime_better_blas_kernel() == NULL, "a variable that is set is never overridden");
    unsetenv("OPENBLAS_CORETYPE");
    const char *better = runtime_better_blas_kernel();
    ok(better == NULL || (strcmp(better, "Haswell") == 0 && strcmp(name, better) != 0), "a better kernel is another one");
}

static void test_errors_return(void)
{
    double a[1] = {-1};
    gsl_matrix_view view = gsl_matrix_view_array(a, 1, 1);
    is_int(gsl_linalg_cholesky_decomp1(&view.matrix), GSL_EDOM, "GSL returns instead of aborting");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_openblas_serves);
    TAP_RUN(test_kernel_name);
    TAP_RUN(test_errors_return);
    return tap_done();
}
