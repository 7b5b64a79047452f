// Runtime: the only process state of the optimizer: GSL's error handler, BLAS threads, kernel name.
#pragma once

// Once, before any thread: GSL reports errors by status instead of aborting, OpenBLAS uses one thread.
void runtime_init(void);

// Name of the BLAS kernels in use, e.g. "Haswell". Static storage.
const char *runtime_blas_kernel(void);

// Value for OPENBLAS_CORETYPE that is faster on this CPU than what the library chose, or NULL when the choice is right or the
// variable is set already. The library reads it at load time, so the program must execute itself again.
const char *runtime_better_blas_kernel(void);
