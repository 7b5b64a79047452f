// Fuzz targets: one function each, called with any bytes. It returns 0, and ends the program where a rule is broken.
//
// With -Dfuzz=true (clang) libFuzzer brings main() and makes up the bytes; otherwise corpus.c does, and runs the stored ones.
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
