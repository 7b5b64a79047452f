#include "base/text.h"

#include <nettle/base64.h>
#include <string.h>

// Bytes of the well-formed sequence at s (1-4), or 0. Table 3-7 of the Unicode standard.
static size_t utf8_sequence(const unsigned char *s, size_t n)
{
    unsigned char c = s[0];
    if (c < 0x80)
        return 1;
    size_t len = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || len > n)
        return 0;
    unsigned char low = 0x80, high = 0xBF; // of the second byte
    if (c == 0xE0)
        low = 0xA0; // no overlong forms
    else if (c == 0xED)
        high = 0x9F; // no surrogates
    else if (c == 0xF0)
        low = 0x90;
    else if (c == 0xF4)
        high = 0x8F; // nothing above U+10FFFF
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

bool text_is_utf8(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    for (size_t i = 0; i < n;) {
        size_t len = utf8_sequence(p + i, n - i);
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

size_t text_length(const char *s)
{
    size_t n = 0;
    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

size_t text_prefix(const char *s, size_t n)
{
    size_t bytes = 0;
    while (s[bytes] != '\0' && (n > 0 || ((unsigned char)s[bytes] & 0xC0) == 0x80))
        n -= ((unsigned char)s[bytes++] & 0xC0) != 0x80;
    return bytes;
}

bool text_has_control(const char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < 0x20)
            return true;
    return false;
}

bool text_to_id(const char *s, size_t n, int64_t *out)
{
    if (n == 0)
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        int digit = s[i] - '0';
        if (value > (INT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool text_to_int(const char *s, bool trim, int64_t *out)
{
    size_t n = strlen(s);
    if (trim) {
        size_t lead = strspn(s, " \t\r\n");
        s += lead;
        n -= lead;
        while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
            n--;
    }
    bool negative = n > 0 && s[0] == '-';
    if (n > 0 && (s[0] == '-' || s[0] == '+')) {
        s++;
        n--;
    }
    int64_t value;
    if (!text_to_id(s, n, &value))
        return false;
    *out = negative ? -value : value;
    return true;
}

// nettle skips white space and wants padding; a token or a marker has neither surprise.
static bool decode(struct base64_decode_ctx *ctx, const char *s, size_t n, unsigned char *out, size_t *out_len)
{
    while (n > 0 && s[n - 1] == '=')
        n--;
    for (size_t i = 0; i < n; i++)
        if (strchr(" \t\r\n\v\f=", s[i]) != NULL) // also finds the NUL
            return false;
    size_t len = BASE64_DECODE_LENGTH(n + 4);
    if (!base64_decode_update(ctx, &len, out, n, s))
        return false;
    size_t total = len;
    size_t missing = (4 - n % 4) % 4;
    if (missing == 3)
        return false;
    if (missing > 0) {
        unsigned char rest[BASE64_DECODE_LENGTH(4)];
        size_t rest_len = sizeof rest;
        if (!base64_decode_update(ctx, &rest_len, rest, missing, "=="))
            return false;
        memcpy(out + total, rest, rest_len);
        total += rest_len;
    }
    if (!base64_decode_final(ctx))
        return false;
    *out_len = total;
    return true;
}

bool base64_decode(const char *s, size_t n, unsigned char *out, size_t *out_len)
{
    struct base64_decode_ctx ctx;
    base64_decode_init(&ctx);
    return decode(&ctx, s, n, out, out_len);
}

bool base64url_decode(const char *s, size_t n, unsigned char *out, size_t *out_len)
{
    struct base64_decode_ctx ctx;
    base64url_decode_init(&ctx);
    return decode(&ctx, s, n, out, out_len);
}

void base64_encode(const unsigned char *bytes, size_t n, char *out)
{
    struct base64_encode_ctx ctx;
    base64_encode_init(&ctx);
    size_t len = base64_encode_update(&ctx, out, n, bytes);
    len += base64_encode_final(&ctx, out + len);
    out[len] = '\0';
}

void base64url_encode(const unsigned char *bytes, size_t n, char *out)
{
    struct base64_encode_ctx ctx;
    base64url_encode_init(&ctx);
    size_t len = base64_encode_update(&ctx, out, n, bytes);
    len += base64_encode_final(&ctx, out + len);
    while (len > 0 && out[len - 1] == '=')
        len--;
    out[len] = '\0';
}
