// Harness: an api on a new database in a temporary directory, with a token, and requests that wait for their answer.
//
//     struct harness h;
//     harness_open(&h);
//     CHECK(&h, "POST", "/v1/clients/1/projects", "{\"id\":\"a\",\"name\":\"A\"}", 200, "{\"id\":\"a\",\"metadata\":null}");
//     harness_close(&h);
//
// What is wanted of an answer is JSON of which only the members that are named count: see answer_matches.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "api/api.h"
#include "base/json.h"
#include "storage/record.h"
#include "tests/tap.h"

struct harness {
    char directory[64];
    char path[96]; // of the database
    struct storage *storage;
    struct storage *observer; // a second connection, to see whether something was stored
    struct api *api;
    char token[API_TOKEN_MAX + 1];
    char authorization[256]; // Basic header of the token
    char why[1024];          // what the last check found
};

struct answer {
    int status;
    char *text; // NULL when the body is empty
    size_t len;
    struct json *json; // the body parsed; NULL when it is empty
    char allow[80];
    char *headers;     // of bytes that are no JSON, else NULL
    size_t raw_len;
};

// A failure of any of these ends the program.
void harness_open(struct harness *h);
// As harness_open, with options of the api; their storage is filled in.
void harness_open_with(struct harness *h, const struct api_options *options);
// Closes the api and the database and opens them again, with the same token.
void harness_restart(struct harness *h, const struct api_options *options);
void harness_close(struct harness *h);

// Sends a request with the token and waits for the answer, which must be valid JSON or empty. target is path?query; body may be
// NULL.
struct answer harness_request(struct harness *h, const char *method, const char *target, const char *body);
// The same with another token, or without any (NULL).
struct answer harness_request_as(struct harness *h, const char *token, const char *method, const char *target, const char *body);
// Sends a request as it is; request_id may be NULL.
struct answer harness_send(struct harness *h, const struct api_request *request);
void answer_clear(struct answer *answer);

// Text of a Basic header for a token, 8 * strlen + 32 bytes are enough.
void harness_basic(const char *token, char *header, size_t size);
// Changes whenever something was committed.
int64_t harness_version(struct harness *h);
// The epoch of an experiment: rises when every model of it is void.
int64_t harness_epoch(struct harness *h, int64_t experiment_id);
// Sends a request that must be answered with 200 and an object with an id. Returns the id as a number (0 if it is none).
int64_t harness_make(struct harness *h, const char *method, const char *target, const char *body);

// Rows that no request makes. Runs one statement.
void harness_run_sql(struct harness *h, const char *sql);
// Stores a token of that text; of the record all counts but digest and prefix ("pref"). Organization 0 is 1.
void harness_plant_token(struct harness *h, const char *text, const struct token_record *token);

// Joins a text member of the items of a list (a path), of all its pages in one direction ("before", "after"), into text, each with a
// space behind it. Pages that never end, or a status other than 200, end the program.
void harness_walk(struct harness *h, const char *list, const char *query, const char *direction, const char *member, char *text,
                  size_t size);

// True when got holds what want names: members of want's objects exist and match, arrays have the same length and match item by
// item, other values are equal. In want, the string "<any>" matches everything, "<absent>" a member that is not there, and
// "~text" a string with that text in it. On false, why says where.
bool answer_matches(const struct json *got, const struct json *want, char *why, size_t size);

// True when the names of the object's members are those of the list, which separates them by spaces, in any order.
bool answer_has_keys(const struct json *object, const char *names);

// One request and its outcome. want may be NULL: only the status counts.
bool harness_check(struct harness *h, const char *method, const char *target, const char *body, int status, const char *want);
// The same with another token, or without any (NULL).
bool harness_check_as(struct harness *h, const char *token, const char *method, const char *target, const char *body, int status,
                      const char *want);
// The same for a request as it is.
bool harness_check_send(struct harness *h, const struct api_request *request, int status, const char *want);

#define CHECK(h, method, target, body, status, want)                                                                          \
    tap_check(harness_check((h), (method), (target), (body), (status), (want)), __FILE__, __LINE__, "%s", (h)->why)
#define CHECK_SEND(h, request, status, want)                                                                                  \
    tap_check(harness_check_send((h), (request), (status), (want)), __FILE__, __LINE__, "%s", (h)->why)

#define CHECK_AS(h, token, method, target, body, status, want)                                                                \
    tap_check(harness_check_as((h), (token), (method), (target), (body), (status), (want)), __FILE__, __LINE__, "%s", (h)->why)

// A table of requests.
struct request_case {
    const char *method, *target, *body;
    int status;
    const char *want;
};

// Checks each row. With `stores_nothing` also that none of them changed the database.
#define CHECK_CASES(h, cases, stores_nothing)                                                                                 \
    do {                                                                                                                       \
        for (size_t case_ = 0; case_ < sizeof(cases) / sizeof *(cases); case_++) {                                             \
            const struct request_case *c_ = &(cases)[case_];                                                                   \
            int64_t before_ = harness_version(h);                                                                              \
            CHECK(h, c_->method, c_->target, c_->body, c_->status, c_->want);                                                  \
            if (stores_nothing)                                                                                                \
                ok(harness_version(h) == before_, "%s: nothing is stored", (h)->why);                                          \
        }                                                                                                                      \
    } while (0)
