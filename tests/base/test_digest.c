#include "base/digest.h"

#include <stdio.h>

#include "tests/tap.h"

static void hex_n(const unsigned char *bytes, int n, char *out)
{
    for (int i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void hex(const unsigned char *bytes, char *out)
{
    hex_n(bytes, DIGEST_SIZE, out);
}

int main(void)
{
    unsigned char digest[DIGEST_SIZE];
    char text[2 * DIGEST_SIZE + 1];
    digest_sha256("abc", 3, digest); // FIPS 180-2, appendix B.1
    hex(digest, text);
    is_text(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "SHA-256 of abc");
    digest_sha256("", 0, digest);
    hex(digest, text);
    is_text(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "SHA-256 of nothing");

    unsigned char md5[DIGEST_MD5_SIZE], other_digest[DIGEST_SIZE];
    digest_md5("message digest", 14, md5); // RFC 1321, A.5
    hex_n(md5, DIGEST_MD5_SIZE, text);
    is_text(text, "f96b697d7cb7938d525a2f31aaf161d0", "MD5");
    digest_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, digest); // RFC 4231, test case 2
    hex(digest, text);
    is_text(text, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", "HMAC-SHA-256");
    memcpy(other_digest, digest, DIGEST_SIZE);
    ok(digest_equal(digest, other_digest), "equal");
    other_digest[31] ^= 1;
    ok(!digest_equal(digest, other_digest), "one bit is enough");

    char letters[2601], other[2601];
    digest_random_letters(letters, 2600);
    digest_random_letters(other, 2600);
    int count[26] = {0};
    bool legal = true;
    for (int i = 0; i < 2600; i++) {
        legal = legal && letters[i] >= 'A' && letters[i] <= 'Z';
        if (legal)
            count[letters[i] - 'A']++;
    }
    ok(legal && letters[2600] == '\0', "2600 letters");
    bool even = true;
    for (int i = 0; i < 26; i++)
        even = even && count[i] > 40 && count[i] < 180; // mean 100, sd 9.8
    ok(even, "every letter about equally often");
    ok(strcmp(letters, other) != 0, "different each time");
    return tap_done();
}
