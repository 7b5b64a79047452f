#include "base/digest.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is a SHA-256");

void digest_sha256(const void *bytes, size_t n, unsigned char out[DIGEST_SIZE])
{
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, n, bytes);
    sha256_digest(&ctx, DIGEST_SIZE, out);
}

static unsigned char random_byte(void)
{
    unsigned char byte;
    while (getrandom(&byte, 1, 0) != 1) {
        if (errno == EINTR)
            continue;
        perror("getrandom"); // a kernel without random numbers cannot make secrets
        abort();
    }
    return byte;
}

void digest_random_letters(char *text, size_t n)
{
    const unsigned char fair = 26 * 9; // bytes from here on would favour the first letters
    for (size_t i = 0; i < n;) {
        unsigned char byte = random_byte();
        if (byte < fair)
            text[i++] = (char)('A' + byte % 26);
    }
    text[n] = '\0';
}
