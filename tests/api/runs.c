#include "tests/api/runs.h"

#include <string.h>

void runs_append_encoded(char *target, size_t size, const char *text)
{
    size_t n = strlen(target);
    for (; *text != '\0' && n + 4 < size; text++)
        n += (size_t)snprintf(target + n, size - n, "%%%02X", (unsigned char)*text);
}

void runs_walk(struct harness *h, const char *sort, const char *filters, int limit, bool up, char *ids, size_t size)
{
    char query[4000];
    snprintf(query, sizeof query, "limit=%d&fields=id%s", limit, up ? "&ascending=true" : "");
    if (sort != NULL) {
        strcat(query, "&sort=");
        runs_append_encoded(query, sizeof query, sort);
    }
    if (filters != NULL) {
        strcat(query, "&filters=");
        runs_append_encoded(query, sizeof query, filters);
    }
    harness_walk(h, RUNS, query, up ? "after" : "before", "id", ids, size);
}
