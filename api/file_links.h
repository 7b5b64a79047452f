// File links: addresses that carry their own permission, because clients send them no token.
//
//     BASE/v1/uploads/SECRET             random; storage knows its digest and when it expires
//     BASE/v1/downloads/FILE-EXPIRES-MAC  made and checked with a key of this process: after a restart there are new ones
#pragma once

#include <stdbool.h>

#include "api/api.h"
#include "base/digest.h"
#include "base/memory.h"

enum { FILE_SECRET_LETTERS = 48 };

struct file_links {
    struct storage *storage;
    char key[FILE_SECRET_LETTERS + 1];
    int64_t limit, quota, lifetime_ms; // as in struct api_options, with the defaults filled in
};

// Forgets uploads that have expired while nobody looked.
struct file_links *file_links_create(const struct api_options *options);
void file_links_destroy(struct file_links *links); // NULL is allowed

bool file_links_uploads_enabled(const struct file_links *links);

// A new secret of FILE_SECRET_LETTERS letters and its digest.
void file_links_new_upload(char secret[FILE_SECRET_LETTERS + 1], unsigned char digest[DIGEST_SIZE]);
// What stands for a file in its link until `expires` (ms).
const char *file_links_seal(const struct file_links *links, struct arena *arena, int64_t file_id, int64_t expires);
// The file that such a text stands for; false when it is none of ours or has expired by `now`.
bool file_links_open(const struct file_links *links, const char *text, int64_t now, int64_t *file_id);
