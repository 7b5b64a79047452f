// Dispatch: the pipeline that every request goes through (API reference 1.2, "Order of checks").
//
//     route (404, 405) -> syntax of body or query, NUL in the path (400)             on the calling thread
//     -> token (400, 401, 403) -> objects of the path (404, 403) -> fields (400)     in the transaction
//     -> handler -> commit -> `committed` -> reply
//
// A read runs all of it before api_dispatch returns; a write goes to storage's writer after the syntax, so that its checks see
// what the writes before it have left and a refusal undoes everything it wrote.
#pragma once

#include <stdatomic.h>

#include "api/api.h"
#include "api/call.h"

struct api {
    struct storage *storage;
    struct advisor *advisor;
    struct file_links *file_links;
    atomic_size_t n_calls; // that were not replied to
};
