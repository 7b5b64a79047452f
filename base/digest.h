// Digest: SHA-256 of tokens, its keyed form for links, MD5 because the protocol checks uploads by it, and random letters from the
// kernel (getrandom).
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define DIGEST_SIZE 32
#define DIGEST_MD5_SIZE 16

void digest_sha256(const void *bytes, size_t n, unsigned char out[DIGEST_SIZE]);
// HMAC (RFC 2104) with SHA-256.
void digest_hmac_sha256(const void *key, size_t key_n, const void *bytes, size_t n, unsigned char out[DIGEST_SIZE]);
// Compares in a time that says nothing about where they differ.
bool digest_equal(const unsigned char a[DIGEST_SIZE], const unsigned char b[DIGEST_SIZE]);
// RFC 1321. Finds damage; it is no protection against an author with bad intentions.
void digest_md5(const void *bytes, size_t n, unsigned char out[DIGEST_MD5_SIZE]);
// Fills text with n letters A-Z, each equally likely, and a final NUL. text has n + 1 bytes.
void digest_random_letters(char *text, size_t n);
