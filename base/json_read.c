#include "base/json.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

// cJSON accepts more than JSON (leading zeros, control characters, NaN-sized numbers, trailing text). So a scan over the tokens
// comes first and refuses what cJSON would let through; cJSON then decides the structure.

enum { NUMBER_MAX = 63 }; // characters of a number that cJSON reads

#define NOT_FINITE "a number that is not finite, which JSON cannot express,"

struct scan {
    const char *text;
    size_t len, at;
    size_t values;
    unsigned depth;
    struct err *err;
};

static enum err_code scan_fail(const struct scan *s, const char *what)
{
    return err_set(s->err, ERR_INVALID, NULL, "%s at byte %zu", what, s->at);
}

static int scan_peek(const struct scan *s, size_t ahead)
{
    return s->at + ahead < s->len ? (unsigned char)s->text[s->at + ahead] : -1;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(int c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static enum err_code scan_escape(struct scan *s)
{
    int c = scan_peek(s, 1);
    if (c == 'u') {
        for (size_t i = 2; i < 6; i++)
            if (!is_hex(scan_peek(s, i)))
                return scan_fail(s, "invalid \\u escape");
        if (memcmp(s->text + s->at + 2, "0000", 4) == 0)
            return scan_fail(s, "U+0000 in a string");
        s->at += 6;
        return ERR_NONE;
    }
    if (c <= 0 || strchr("\"\\/bfnrt", c) == NULL)
        return scan_fail(s, "invalid escape in a string");
    s->at += 2;
    return ERR_NONE;
}

static enum err_code scan_string(struct scan *s)
{
    s->at++;
    for (;;) {
        int c = scan_peek(s, 0);
        if (c < 0)
            return scan_fail(s, "unfinished string");
        if (c < 0x20)
            return scan_fail(s, "control character in a string");
        if (c == '\\') {
            if (scan_escape(s) != ERR_NONE)
                return ERR_INVALID;
            continue;
        }
        s->at++;
        if (c == '"')
            return ERR_NONE;
    }
}

static size_t scan_digits(const struct scan *s, size_t from)
{
    size_t n = 0;
    while (is_digit(scan_peek(s, from + n)))
        n++;
    return n;
}

// Many programs print a number that is not finite in a way of their own, and wonder what is wrong with it.
static bool scan_not_finite(const struct scan *s)
{
    static const char *const words[] = {"nan", "inf"};
    size_t sign = scan_peek(s, 0) == '-' || scan_peek(s, 0) == '+';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (s->len - s->at >= sign + 3 && strncasecmp(s->text + s->at + sign, words[i], 3) == 0)
            return true;
    return false;
}

// -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
static enum err_code scan_number(struct scan *s)
{
    size_t n = scan_peek(s, 0) == '-';
    size_t whole = scan_digits(s, n);
    if (whole == 0 || (whole > 1 && scan_peek(s, n) == '0'))
        return scan_fail(s, scan_not_finite(s) ? NOT_FINITE : "invalid number");
    n += whole;
    if (scan_peek(s, n) == '.') {
        size_t fraction = scan_digits(s, n + 1);
        if (fraction == 0)
            return scan_fail(s, "invalid number");
        n += 1 + fraction;
    }
    int c = scan_peek(s, n);
    if (c == 'e' || c == 'E') {
        int sign = scan_peek(s, n + 1);
        size_t lead = sign == '+' || sign == '-' ? 2 : 1;
        size_t exponent = scan_digits(s, n + lead);
        if (exponent == 0)
            return scan_fail(s, "invalid number");
        n += lead + exponent;
    }
    if (n > NUMBER_MAX)
        return scan_fail(s, "number of more than 63 characters");
    char digits[NUMBER_MAX + 1];
    memcpy(digits, s->text + s->at, n);
    digits[n] = '\0';
    if (!isfinite(strtod(digits, NULL)))
        return scan_fail(s, "number too large for a double");
    s->at += n;
    return ERR_NONE;
}

static enum err_code scan_word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        if (s->len - s->at >= n && memcmp(s->text + s->at, words[i], n) == 0) {
            s->at += n;
            return ERR_NONE;
        }
    }
    return scan_fail(s, scan_not_finite(s) ? NOT_FINITE : "unexpected text");
}

static enum err_code scan_token(struct scan *s)
{
    int c = scan_peek(s, 0);
    if (c == ',' || c == ']' || c == '}') {
        s->depth -= c != ',' && s->depth > 0;
        s->at++;
        return ERR_NONE;
    }
    if (c == ':') { // what came before was a key, not a value
        s->values -= s->values > 0;
        s->at++;
        return ERR_NONE;
    }
    if (++s->values > JSON_MAX_VALUES)
        return scan_fail(s, "more than 1000000 values");
    if (c == '[' || c == '{') {
        if (++s->depth > JSON_MAX_DEPTH)
            return scan_fail(s, "nesting deeper than 32");
        s->at++;
        return ERR_NONE;
    }
    if (c == '"')
        return scan_string(s);
    if (c == '-' || is_digit(c))
        return scan_number(s);
    return scan_word(s);
}

static enum err_code scan_document(const char *text, size_t len, struct err *err)
{
    struct scan s = {.text = text, .len = len, .err = err};
    if (!text_is_utf8(text, len))
        return err_set(err, ERR_INVALID, NULL, "invalid UTF-8");
    for (;;) {
        while (s.at < len && strchr(" \t\r\n", text[s.at]) != NULL && text[s.at] != '\0')
            s.at++;
        if (s.at == len)
            return ERR_NONE;
        if (scan_token(&s) != ERR_NONE)
            return ERR_INVALID;
    }
}

static const cJSON *node(const struct json *v)
{
    return (const cJSON *)(const void *)v;
}

static const struct json *value(const cJSON *item)
{
    return (const struct json *)(const void *)item;
}

static int compare_names(const void *a, const void *b)
{
    const cJSON *const *x = a, *const *y = b;
    return strcmp((*x)->string, (*y)->string);
}

static enum err_code check_members(const cJSON *object, struct err *err)
{
    size_t n = json_size(value(object)), i = 0;
    if (n < 2)
        return ERR_NONE;
    const cJSON **members = mem_calloc(n, sizeof *members);
    for (const cJSON *c = object->child; c != NULL; c = c->next)
        members[i++] = c;
    qsort(members, n, sizeof *members, compare_names);
    enum err_code code = ERR_NONE;
    for (i = 1; i < n && code == ERR_NONE; i++)
        if (strcmp(members[i - 1]->string, members[i]->string) == 0)
            code = err_set(err, ERR_INVALID, NULL, "duplicate key \"%.100s\"", members[i]->string);
    free(members);
    return code;
}

// Recursion is bounded by JSON_MAX_DEPTH.
static enum err_code check_duplicates(const cJSON *v, struct err *err)
{
    enum err_code code = cJSON_IsObject(v) ? check_members(v, err) : ERR_NONE;
    for (const cJSON *c = v->child; c != NULL && code == ERR_NONE; c = c->next)
        code = check_duplicates(c, err);
    return code;
}

static void *allocate(size_t size)
{
    return mem_realloc(NULL, size, 1);
}

// cJSON does not tell memory that ran out from a syntax error: a right request would be refused, and a stored document would count
// as damaged. With these its allocations cannot fail either.
static void use_own_memory(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = allocate, .free_fn = free});
}

enum err_code json_parse(const char *text, size_t len, struct json **root, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, use_own_memory);
    *root = NULL;
    enum err_code code = scan_document(text, len, err);
    if (code != ERR_NONE)
        return code;
    // cJSON wants a NUL behind the value to tell trailing text.
    char *copy = mem_calloc(len + 1, 1);
    if (len > 0)
        memcpy(copy, text, len);
    const char *end = NULL;
    cJSON *document = cJSON_ParseWithLengthOpts(copy, len + 1, &end, 1);
    size_t at = end != NULL ? (size_t)(end - copy) : 0;
    free(copy);
    if (document == NULL)
        return err_set(err, ERR_INVALID, NULL, len == 0 ? "empty text" : "syntax error at byte %zu", at);
    code = check_duplicates(document, err);
    if (code != ERR_NONE) {
        cJSON_Delete(document);
        return code;
    }
    *root = (struct json *)(void *)document;
    return ERR_NONE;
}

void json_free(struct json *root)
{
    cJSON_Delete((cJSON *)(void *)root);
}

enum json_kind json_kind(const struct json *v)
{
    const cJSON *item = node(v);
    if (item == NULL || cJSON_IsNull(item))
        return JSON_NULL;
    if (cJSON_IsBool(item))
        return JSON_BOOL;
    if (cJSON_IsNumber(item))
        return JSON_NUMBER;
    if (cJSON_IsString(item))
        return JSON_STRING;
    return cJSON_IsArray(item) ? JSON_ARRAY : JSON_OBJECT;
}

const char *json_kind_name(enum json_kind kind)
{
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};
    return names[kind];
}

bool json_bool(const struct json *v)
{
    assert(json_kind(v) == JSON_BOOL);
    return cJSON_IsTrue(node(v));
}

double json_number(const struct json *v)
{
    assert(json_kind(v) == JSON_NUMBER);
    return node(v)->valuedouble;
}

const char *json_string(const struct json *v)
{
    assert(json_kind(v) == JSON_STRING);
    return node(v)->valuestring;
}

bool json_integer(const struct json *v, int64_t *out)
{
    const double exact = 9007199254740992.0; // 2^53: every integer up to here is a double
    if (json_kind(v) != JSON_NUMBER)
        return false;
    double number = node(v)->valuedouble;
    if (!(number >= -exact && number <= exact) || number > floor(number))
        return false;
    *out = (int64_t)number;
    return true;
}

bool json_id(const struct json *v, int64_t *out)
{
    if (json_kind(v) == JSON_STRING)
        return text_to_int(json_string(v), true, out);
    return json_integer(v, out);
}

size_t json_size(const struct json *v)
{
    size_t n = 0;
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c))
        n++;
    return n;
}

const struct json *json_member(const struct json *v, const char *name)
{
    if (json_kind(v) != JSON_OBJECT)
        return NULL;
    return value(cJSON_GetObjectItemCaseSensitive(node(v), name));
}

const struct json *json_first(const struct json *v)
{
    return v == NULL ? NULL : value(node(v)->child);
}

const struct json *json_next(const struct json *v)
{
    return value(node(v)->next);
}

const char *json_key(const struct json *v)
{
    return node(v)->string;
}

static bool equal_contents(const struct json *a, const struct json *b)
{
    if (json_size(a) != json_size(b))
        return false;
    const struct json *d = json_first(b);
    for (const struct json *c = json_first(a); c != NULL; c = json_next(c), d = json_next(d)) {
        const struct json *other = json_kind(a) == JSON_OBJECT ? json_member(b, json_key(c)) : d;
        if (other == NULL || !json_equal(c, other))
            return false;
    }
    return true;
}

bool json_equal(const struct json *a, const struct json *b)
{
    enum json_kind kind = json_kind(a);
    if (kind != json_kind(b))
        return false;
    switch (kind) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return json_bool(a) == json_bool(b);
    case JSON_NUMBER:
        return !(json_number(a) < json_number(b) || json_number(a) > json_number(b));
    case JSON_STRING:
        return strcmp(json_string(a), json_string(b)) == 0;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return equal_contents(a, b);
}
