#include "optimizer/runtime.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Declared by hand: OpenBLAS's cblas.h contradicts gsl_cblas.h. The reference also makes the linker keep OpenBLAS, which would
// otherwise lose against the slow gslcblas without a word.
void openblas_set_num_threads(int threads);
char *openblas_get_corename(void);

// A call with impossible arguments is our own mistake and ends the program; numerical trouble (not positive definite, underflow)
// is returned and handled where it happens.
static void on_gsl_error(const char *reason, const char *file, int line, int code)
{
    if (code != GSL_EINVAL && code != GSL_EBADLEN && code != GSL_ENOTSQR && code != GSL_EFAULT && code != GSL_ENOMEM)
        return;
    fprintf(stderr, "level=error event=\"GSL was called wrongly\" reason=\"%s\" file=%s line=%d\n", reason, file, line);
    abort();
}

void runtime_init(void)
{
    gsl_set_error_handler(on_gsl_error);
    openblas_set_num_threads(1);
}

const char *runtime_blas_kernel(void)
{
    return openblas_get_corename();
}

const char *runtime_better_blas_kernel(void)
{
#if defined(__x86_64__)
    static const char BEST[] = "Haswell"; // measured faster than the AVX-512 kernels of this library too
    if (getenv("OPENBLAS_CORETYPE") != NULL || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return NULL;
    // Zen is Haswell's code under another name.
    const char *now = runtime_blas_kernel();
    return strcmp(now, BEST) == 0 || strcmp(now, "Zen") == 0 ? NULL : BEST;
#else
    return NULL;
#endif
}
