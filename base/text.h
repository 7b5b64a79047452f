// Text: UTF-8, decimal integers, base64.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// True when the n bytes are well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool text_is_utf8(const char *s, size_t n);
// Unicode code points in well-formed UTF-8.
size_t text_length(const char *s);
// Bytes of the first n code points, or of all when there are fewer.
size_t text_prefix(const char *s, size_t n);
// True when any code point is below U+0020.
bool text_has_control(const char *s);
// Parses a whole string as a decimal int64 (optional sign; with trim also surrounding spaces). No overflow: false then.
bool text_to_int(const char *s, bool trim, int64_t *out);
// Parses digits only (no sign, at least one); false on anything else or on overflow.
bool text_to_id(const char *s, size_t n, int64_t *out);

// Decodes standard base64 with or without padding into out (at least n * 3 / 4 + 3 bytes). False on any other character.
bool base64_decode(const char *s, size_t n, unsigned char *out, size_t *out_len);
// Standard base64 with padding. out needs (n + 2) / 3 * 4 + 1 bytes and is NUL-terminated.
void base64_encode(const unsigned char *bytes, size_t n, char *out);
// URL-safe base64 without padding. out needs (n + 2) / 3 * 4 + 1 bytes and is NUL-terminated.
void base64url_encode(const unsigned char *bytes, size_t n, char *out);
bool base64url_decode(const char *s, size_t n, unsigned char *out, size_t *out_len);
