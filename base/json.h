// JSON in: a strict reader over cJSON. JSON out: a streaming writer.
//
// The only room that knows cJSON. cJSON's parser is lax and its printer does not round-trip doubles, so the reader scans the
// text first (RFC 8259 grammar, UTF-8, depth, number of values, finite numbers, duplicate keys) and the writer is our own.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"

// ------------------------------------------------------------------ reading

#define JSON_MAX_DEPTH 32
#define JSON_MAX_VALUES 1000000

struct json; // one value of a parsed document, owned by the document

// Parses len bytes. Every violation is ERR_INVALID with a text that says what and at which byte: syntax, invalid UTF-8, depth
// above JSON_MAX_DEPTH, more than JSON_MAX_VALUES values, trailing text, NaN/Infinity, numbers that are not finite as doubles,
// duplicate keys in one object, U+0000 in a key or in a string that is a member of an object (in arrays too: we refuse it
// everywhere). Linear time but for the sort of each object's keys. On success *root is the document: free it with json_free.
enum err_code json_parse(const char *text, size_t len, struct json **root, struct err *err);
void json_free(struct json *root); // NULL is allowed

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum json_kind json_kind(const struct json *v); // a NULL pointer counts as JSON_NULL
const char *json_kind_name(enum json_kind kind); // "null", "boolean", "number", "string", "array", "object"

bool json_bool(const struct json *v);          // v must be JSON_BOOL
double json_number(const struct json *v);      // v must be JSON_NUMBER; always finite
const char *json_string(const struct json *v); // v must be JSON_STRING; UTF-8, lives as long as the document
// True and *out set when v is a number with an integral value within ±2^53 (3, 3.0, 3e0).
bool json_integer(const struct json *v, int64_t *out);
// True and *out set when v is an id: json_integer, or a string that holds a decimal integer ("12", " 12 ", "+12").
bool json_id(const struct json *v, int64_t *out);

size_t json_size(const struct json *v); // members of an object, items of an array, else 0; linear time
// Member by exact name, or NULL when v is not an object or has none. An explicit null is a value of kind JSON_NULL.
const struct json *json_member(const struct json *v, const char *name);
// Iteration over members or items in document order: for (c = json_first(v); c; c = json_next(c)).
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *v);
const char *json_key(const struct json *v); // name of a member; NULL for items and roots
// Same kind and content; members in any order, numbers equal as doubles. A NULL pointer is equal to null.
bool json_equal(const struct json *a, const struct json *b);

// ------------------------------------------------------------------ writing

// Writes compact JSON into a buffer. Commas are placed by the writer; nesting is the caller's duty (asserted).
// A writer may filter: with `select` set, in every object that json_begin_selected opens, members whose name is not in the
// list are swallowed with everything in them. Objects inside a selected member are whole.
struct json_writer {
    struct buffer out;          // the text so far; take it with buffer_take
    const char *const *select;  // NULL-terminated list of names, or NULL for all
    unsigned depth;             // open containers
    unsigned muted_depth;       // 0, or depth + 1 at which output was muted
    bool needs_comma[JSON_MAX_DEPTH + 2];
    bool selected[JSON_MAX_DEPTH + 2];
    bool has_key;               // a key was written and waits for its value
};

void json_begin_object(struct json_writer *w);
void json_begin_selected(struct json_writer *w); // an object to which `select` applies
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_put_key(struct json_writer *w, const char *key);
void json_put_null(struct json_writer *w);
void json_put_bool(struct json_writer *w, bool v);
void json_put_int(struct json_writer *w, int64_t v);
// Shortest of %.15g, %.16g, %.17g that reads back equal; integral values keep ".0"; v must be finite (asserted). -0.0 is written as
// 0.0, because the database does not tell them apart: what was just stored looks as it does when it is read.
void json_put_double(struct json_writer *w, double v);
// As json_put_double but integral values within ±2^53 are written as integers (metadata, int parameters).
void json_put_number(struct json_writer *w, double v);
void json_put_string(struct json_writer *w, const char *s); // NULL writes null
void json_put_id(struct json_writer *w, int64_t id);        // as a string of digits; ids <= 0 write null
void json_put_raw(struct json_writer *w, const char *text); // text must be one valid JSON value; NULL writes null
void json_put_value(struct json_writer *w, const struct json *v); // a parsed value; numbers by json_put_number

// key and value in one call
void json_member_null(struct json_writer *w, const char *key);
void json_member_bool(struct json_writer *w, const char *key, bool v);
void json_member_int(struct json_writer *w, const char *key, int64_t v);
void json_member_double(struct json_writer *w, const char *key, double v);
void json_member_number(struct json_writer *w, const char *key, double v);
void json_member_string(struct json_writer *w, const char *key, const char *s);
void json_member_id(struct json_writer *w, const char *key, int64_t id);
void json_member_raw(struct json_writer *w, const char *key, const char *text);

void json_writer_clear(struct json_writer *w); // frees the buffer; a zeroed writer is ready for use

// The number text that json_put_double writes (but -0.0 keeps its sign), into text (at least 32 bytes). Returns text.
char *json_format_double(double v, char *text);
