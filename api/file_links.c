#include "api/file_links.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "storage/file.h"

static enum err_code purge(struct tx *tx, void *arg, struct err *err)
{
    const int64_t *now = arg;
    return file_purge(tx, *now, err);
}

static int64_t or_default(int64_t value, int64_t otherwise)
{
    return value == 0 ? otherwise : value;
}

struct file_links *file_links_create(const struct api_options *options)
{
    struct file_links *links = mem_calloc(1, sizeof *links);
    links->storage = options->storage;
    links->limit = or_default(options->file_limit, INT64_C(16) << 20);
    links->quota = or_default(options->file_quota, INT64_C(2) << 30);
    links->lifetime_ms = or_default(options->file_link_ms, 3600 * 1000);
    digest_random_letters(links->key, FILE_SECRET_LETTERS);
    int64_t now = clock_wall_ms();
    struct err err;
    if (storage_write_wait(links->storage, purge, &now, &err) != ERR_NONE)
        log_event(LOG_WARN, "uploads_not_purged", "code=%s", err_name(err.code)); // the next announcement does it
    return links;
}

void file_links_destroy(struct file_links *links)
{
    free(links);
}

bool file_links_uploads_enabled(const struct file_links *links)
{
    return links->limit > 0 && links->quota > 0;
}

void file_links_new_upload(char secret[FILE_SECRET_LETTERS + 1], unsigned char digest[DIGEST_SIZE])
{
    digest_random_letters(secret, FILE_SECRET_LETTERS);
    digest_sha256(secret, FILE_SECRET_LETTERS, digest);
}

const char *file_links_seal(const struct file_links *links, struct arena *arena, int64_t file_id, int64_t expires)
{
    unsigned char mac[DIGEST_SIZE];
    char encoded[(DIGEST_SIZE + 2) / 3 * 4 + 1];
    const char *claim = arena_printf(arena, "%" PRId64 "-%" PRId64, file_id, expires);
    digest_hmac_sha256(links->key, FILE_SECRET_LETTERS, claim, strlen(claim), mac);
    base64url_encode(mac, sizeof mac, encoded);
    return arena_printf(arena, "%s-%s", claim, encoded);
}

bool file_links_open(const struct file_links *links, const char *text, int64_t now, int64_t *file_id)
{
    int64_t expires;
    size_t id_len = strcspn(text, "-");
    if (text[id_len] == '\0')
        return false;
    const char *expiry = text + id_len + 1;
    size_t expiry_len = strcspn(expiry, "-");
    if (expiry[expiry_len] == '\0' || !text_to_id(text, id_len, file_id) || !text_to_id(expiry, expiry_len, &expires))
        return false;
    const char *encoded = expiry + expiry_len + 1;
    size_t encoded_len = strlen(encoded), n = 0;
    unsigned char mac[DIGEST_SIZE], sent[2 * DIGEST_SIZE];
    if (encoded_len > DIGEST_SIZE * 3 / 2 || !base64url_decode(encoded, encoded_len, sent, &n) || n != DIGEST_SIZE)
        return false;
    digest_hmac_sha256(links->key, FILE_SECRET_LETTERS, text, (size_t)(encoded - 1 - text), mac);
    return digest_equal(mac, sent) && now < expires;
}
