// Runs: lists of training runs for tests of them.
#pragma once

#include "tests/api/harness.h"

#define RUNS "/v1/clients/1/projects/default/training_runs"

// Percent-encodes text for a query, behind what target (of that size) holds already.
void runs_append_encoded(char *target, size_t size, const char *text);

// The ids of all pages of the project's list, smallest first when `up`: "1 2 3 ". sort NULL: none; filters NULL: none.
void runs_walk(struct harness *h, const char *sort, const char *filters, int limit, bool up, char *ids, size_t size);

// Checks those of one filter, in ascending order; `value` is JSON, NULL: not in the filter. Here, as every program counts its own checks.
static inline void runs_check(struct harness *h, const char *field, const char *operator, const char *value, const char *want)
{
    char filters[1500], ids[400], name[1600];
    snprintf(filters, sizeof filters, "[{\"field\": \"%s\", \"operator\": \"%s\"%s%s}]", field, operator,
             value == NULL ? "" : ", \"value\": ", value == NULL ? "" : value);
    runs_walk(h, NULL, filters, 1000, true, ids, sizeof ids);
    snprintf(name, sizeof name, "%s", filters);
    is_text(ids, want, name);
}

// Checks that a list with those filters (JSON) is refused with a message that has that text (JSON) in it.
static inline void runs_refuse(struct harness *h, const char *filters, const char *message)
{
    char target[16000] = RUNS "?filters=", want[300];
    runs_append_encoded(target, sizeof target, filters);
    snprintf(want, sizeof want, "{\"message\":\"~%s\"}", message);
    CHECK(h, "GET", target, NULL, 400, want);
}
