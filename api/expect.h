// Expect: values of a request, checked one by one, with the error texts of the protocol (API reference 1.3).
//
// `field` is the JSON path of the value that is looked at (".parameters[0].bounds.min", "" for the body itself); it goes into
// the text, which is a whole message of its own, and into err->field. A function that refuses returns ERR_INVALID.
// Text read from a request lives in the arena, or in the parsed document where that is said.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"

enum { EXPECT_FIELD_MAX = 128 }; // bytes of a path, as in struct err; longer ones are cut

// Paths of a member and of an item, into text (EXPECT_FIELD_MAX bytes). Return text.
const char *expect_path(char *text, const char *field, const char *key);
const char *expect_item_path(char *text, const char *field, size_t index);

// True for what counts as "not given" of an optional member: absent or null.
bool expect_absent(const struct json *v);
// True for what clients send when they do not use a feature: absent, null or an empty array or object.
bool expect_unused(const struct json *v);

// "Invalid type for .a[0].b: <value>, expected <expected>".
enum err_code expect_type(const struct json *v, const char *field, const char *expected, struct err *err);
enum err_code expect_kind(const struct json *v, enum json_kind kind, const char *field, struct err *err);
// Every member's name must be in the NULL-terminated list; the text lists the others in back-ticks.
enum err_code expect_keys(const struct json *object, const char *const *known, const char *field, struct err *err);
// The member `key` of an object, which must be there and not null.
enum err_code expect_member(const struct json *object, const char *key, const char *field, const struct json **v,
                            struct err *err);
enum err_code expect_bool(const struct json *v, const char *field, bool *out, struct err *err);
enum err_code expect_number(const struct json *v, const char *field, double *out, struct err *err);
// The member value_stddev of an object: a number of at least 0; NAN when it is absent or null.
enum err_code expect_stddev(const struct json *object, const char *field, double *out, struct err *err);
// Integers may be written as floats (3.0); the magnitude is at most 2^53.
enum err_code expect_integer(const struct json *v, const char *field, int64_t *out, struct err *err);
enum err_code expect_positive(const struct json *v, const char *field, int64_t *out, struct err *err);
// A string of 1 to max code points. *out belongs to the document.
enum err_code expect_string(const struct json *v, size_t max, const char *field, const char **out, struct err *err);
// As expect_string, without surrounding white space in the result, which must not be empty then.
enum err_code expect_stripped(struct arena *arena, const struct json *v, size_t max, const char *field, const char **out,
                              struct err *err);
// As expect_stripped, and no control character anywhere (U+0000 to U+001F): names of experiments, parameters, metrics.
enum err_code expect_name(struct arena *arena, const struct json *v, size_t max, const char *field, const char **out,
                          struct err *err);
// A string out of a NULL-terminated list; *index is its place.
enum err_code expect_one_of(const struct json *v, const char *const *words, const char *field, size_t *index, struct err *err);

// Copies s without surrounding white space (Unicode).
char *expect_strip(struct arena *arena, const char *s);
