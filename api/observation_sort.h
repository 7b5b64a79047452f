// Observation sort: lists of observations in an order other than by id (API reference 2.7).
//
//     timestamp            when it was made
//     value[-METRIC]       the value of a metric, the first by name unless one is named
//     value_stddev[-...]   its standard deviation
//     parameter-NAME       an assignment; categorical values by their number
//     task                 the cost of the task, then the value of the optimized metric
//
// then the id. What is not there (a failed observation has no values) is the greatest.
#pragma once

#include "api/call.h"
#include "api/definition.h"
#include "storage/observation_key.h"

struct observation_sort {
    enum observation_key key;
    const char *name;                  // of a metric or parameter
    const struct parameter *parameter; // of an assignment
    size_t components;                 // of the sort key
};

// Reads `sort`. *by_id: no other order is asked for, *sort is not filled. ERR_INVALID.
enum err_code observation_sort_read(struct call *call, const struct definition *definition, bool *by_id,
                                    struct observation_sort *sort);

// One row of a page.
struct observation_sorted {
    int64_t key[PAGE_KEY_MAX];
    struct observation_record record;
};
// Reads the page and writes it; render gets struct observation_sorted rows.
enum err_code observation_sort_list(struct call *call, const struct definition *definition, const struct observation_sort *sort,
                                    const struct observation_filter *filter, paging_render_fn *render);
