// Digest: SHA-256 of tokens, and random letters from the kernel (getrandom).
#pragma once

#include <stddef.h>

#define DIGEST_SIZE 32

void digest_sha256(const void *bytes, size_t n, unsigned char out[DIGEST_SIZE]);
// Fills text with n letters A-Z, each equally likely, and a final NUL. text has n + 1 bytes.
void digest_random_letters(char *text, size_t n);
