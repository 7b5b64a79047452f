// Passes the optimizer's process state through to the server, which must not see the optimizer itself.
#include "api/api.h"
#include "optimizer/runtime.h"

void api_runtime_init(void)
{
    runtime_init();
}

const char *api_runtime_kernel(void)
{
    return runtime_blas_kernel();
}

const char *api_runtime_better_kernel(void)
{
    return runtime_better_blas_kernel();
}
