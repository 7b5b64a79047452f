#include "base/digest.h"

#include <errno.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is a SHA-256");
_Static_assert(DIGEST_MD5_SIZE == MD5_DIGEST_SIZE, "RFC 1321");

void digest_sha256(const void *bytes, size_t n, unsigned char out[DIGEST_SIZE])
{
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, n, bytes);
    sha256_digest(&ctx, DIGEST_SIZE, out);
}

void digest_hmac_sha256(const void *key, size_t key_n, const void *bytes, size_t n, unsigned char out[DIGEST_SIZE])
{
    struct hmac_sha256_ctx ctx;
    hmac_sha256_set_key(&ctx, key_n, key);
    hmac_sha256_update(&ctx, n, bytes);
    hmac_sha256_digest(&ctx, DIGEST_SIZE, out);
}

bool digest_equal(const unsigned char a[DIGEST_SIZE], const unsigned char b[DIGEST_SIZE])
{
    return memeql_sec(a, b, DIGEST_SIZE) == 1;
}

void digest_md5(const void *bytes, size_t n, unsigned char out[DIGEST_MD5_SIZE])
{
    struct md5_ctx ctx;
    md5_init(&ctx);
    md5_update(&ctx, n, bytes);
    md5_digest(&ctx, DIGEST_MD5_SIZE, out);
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
