// Fake API: api_dispatch and friends without a database, to test server/http alone.
//
//     any   /echo          200, the request as the API got it, as JSON; body_sum is a checksum of the body
//     POST  /bounce        200, the body itself
//     any   /slow?MS       200 {"slow":MS} from another thread after MS milliseconds
//     any   /held          200 {} when fake_release was called
//     GET   /large?N       200, N bytes
//     POST  /small         as /echo, body limit 100 bytes
//     POST  /batch         as /echo, body limit 16 MiB
//     GET   /v1/tokens/self  200 {} when the Authorization is "good", else 401
//     PUT   /upload        as /echo, of raw bytes up to 20 MiB; with the query "no" refused by its headers (400)
//     GET   /download?N    200, N bytes that are no JSON, with headers of their own
//     any   /health        200 {}, not logged
#pragma once

#include <stddef.h>

#include "api/api.h"

struct api *fake_create(void);
// All replies must have been given.
void fake_destroy(struct api *api);

size_t fake_n_requests(struct api *api); // calls of api_dispatch so far
size_t fake_n_uploads(struct api *api);  // bodies of /upload that arrived
size_t fake_n_held(struct api *api);     // requests of /held that wait
void fake_release(struct api *api);      // lets them and all later ones go
