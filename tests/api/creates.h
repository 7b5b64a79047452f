// Creates: a table of experiment creates, each on what is stored so far.
//
// An apostrophe in the table's texts stands for a quotation mark.
#pragma once

#include "tests/api/harness.h"

// The members of the body behind its name. Of a refusal, want is a text that the message has; else what the reply must match.
struct create_case {
    const char *members;
    int status;
    const char *want;
};

typedef void creates_tell_fn(bool pass, const char *text);
// Runs the table on a new database; a refusal must store nothing.
void creates_check(const struct create_case *cases, size_t n, creates_tell_fn *tell);

// Copies with quotation marks for apostrophes; of those inside a JSON string, escaped ones. Free it.
char *creates_quoted(const char *text, bool inside);

static inline void creates_tell(bool pass, const char *text)
{
    ok(pass, "%s", text);
}

#define CHECK_CREATES(cases) creates_check(cases, sizeof(cases) / sizeof *(cases), creates_tell)

// The same for requests to something that is there: method, target, body, status, want.
void creates_check_requests(struct harness *h, const struct request_case *cases, size_t n, creates_tell_fn *tell);

#define CHECK_REQUESTS(h, cases) creates_check_requests(h, cases, sizeof(cases) / sizeof *(cases), creates_tell)
