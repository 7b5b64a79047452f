// Files of training runs: announcing an upload, reading what is known of a file (API reference 2.12, 3.7).
#include "storage/file.h"

#include <inttypes.h>
#include <string.h>

#include "api/dispatch.h"
#include "api/expect.h"
#include "api/file_links.h"
#include "api/route.h"
#include "base/text.h"

enum { NAME_MAX_LENGTH = 100, TYPE_MAX_LENGTH = 200, MD5_TEXT = (DIGEST_MD5_SIZE + 2) / 3 * 4 + 1 };

// The members that announcement and detail have in common. The object stays open.
static void begin_file(struct call *call, const struct file_record *file)
{
    struct json_writer *w = &call->out;
    char md5[MD5_TEXT];
    base64_encode(file->md5, sizeof file->md5, md5);
    json_begin_selected(w);
    json_member_string(w, "object", "file");
    json_member_id(w, "id", file->id);
    json_member_id(w, "client", file->client_id);
    json_member_id(w, "user", file->user_id);
    json_member_int(w, "created", file->created / 1000);
    json_member_string(w, "name", file->name);
    json_member_string(w, "filename", file->filename);
    json_member_string(w, "content_type", file->content_type);
    json_member_int(w, "content_length", file->content_length);
    json_member_string(w, "content_md5", md5);
}

// An address of ours. Without knowing where clients see the server there is none.
static const char *address(struct call *call, const char *path, const char *secret)
{
    return arena_printf(call->arena, "%s%s%s", call->base_url, path, secret);
}

static enum err_code check_base_url(struct call *call)
{
    return call->base_url != NULL ? ERR_NONE
                                  : call_error(call, ERR_INVALID, NULL,
                                               "The Host header of the request is missing or names no host, so that there is no "
                                               "address to give; send one, or start the server with --public-url");
}

// ------------------------------------------------------------------ reading an announcement

// An optional name: absent, null and "" are none.
static enum err_code read_name(struct call *call, const char *key, const char *field, const char **out)
{
    const struct json *v = json_member(call->body, key);
    *out = NULL;
    if (expect_absent(v) || (json_kind(v) == JSON_STRING && *json_string(v) == '\0'))
        return ERR_NONE;
    return expect_string(v, NAME_MAX_LENGTH, field, out, &call->err);
}

static enum err_code read_names(struct call *call, struct file_record *file)
{
    if (read_name(call, "name", ".name", &file->name) != ERR_NONE ||
        read_name(call, "filename", ".filename", &file->filename) != ERR_NONE)
        return ERR_INVALID;
    if (file->name == NULL && file->filename == NULL)
        return call_error(call, ERR_INVALID, ".name", "One of .name and .filename must be given and not be empty");
    return ERR_NONE;
}

static bool is_known_type(const char *type, size_t n)
{
    static const char *const types[] = {"application", "audio", "font", "image", "message", "multipart", "text", "video"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i]) == n && memcmp(types[i], type, n) == 0)
            return true;
    return false;
}

static bool is_subtype(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~' || strchr("()<>@,;:\\\"/[]?.=", *c) != NULL)
            return false;
    return *text != '\0';
}

// "type/subtype", made lower case.
static enum err_code read_content_type(struct call *call, const char **out)
{
    const struct json *v;
    const char *text;
    if (expect_member(call->body, "content_type", "", &v, &call->err) != ERR_NONE ||
        expect_string(v, TYPE_MAX_LENGTH, ".content_type", &text, &call->err) != ERR_NONE)
        return ERR_INVALID;
    char *type = arena_strdup(call->arena, text);
    for (char *c = type; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    const char *slash = strchr(type, '/');
    if (slash == NULL || !is_known_type(type, (size_t)(slash - type)) || !is_subtype(slash + 1))
        return expect_type(v, ".content_type", "mime_type", &call->err);
    *out = type;
    return ERR_NONE;
}

static enum err_code read_md5(struct call *call, unsigned char md5[DIGEST_MD5_SIZE])
{
    const struct json *v;
    unsigned char bytes[MD5_TEXT + 8];
    size_t n = 0;
    if (expect_member(call->body, "content_md5", "", &v, &call->err) != ERR_NONE)
        return ERR_INVALID;
    const char *text = json_kind(v) == JSON_STRING ? json_string(v) : "";
    if (strlen(text) != MD5_TEXT - 1 || !base64_decode(text, strlen(text), bytes, &n) || n != DIGEST_MD5_SIZE)
        return expect_type(v, ".content_md5", "md5 (16 bytes in base64)", &call->err);
    memcpy(md5, bytes, DIGEST_MD5_SIZE);
    return ERR_NONE;
}

static enum err_code read_length(struct call *call, const struct file_links *links, int64_t *length)
{
    const struct json *v;
    if (expect_member(call->body, "content_length", "", &v, &call->err) != ERR_NONE ||
        expect_positive(v, ".content_length", length, &call->err) != ERR_NONE)
        return ERR_INVALID;
    if (*length > links->limit)
        return call_error(call, ERR_INVALID, ".content_length",
                          ".content_length is %" PRId64 " and must be at most %" PRId64 ", the limit of one file in bytes", *length,
                          links->limit);
    return ERR_NONE;
}

static enum err_code read_body(struct call *call, const struct file_links *links, struct file_record *file)
{
    static const char *const known[] = {"content_length", "content_type", "content_md5", "name", "filename", NULL};
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE || read_length(call, links, &file->content_length) != ERR_NONE ||
        read_content_type(call, &file->content_type) != ERR_NONE || read_md5(call, file->md5) != ERR_NONE)
        return ERR_INVALID;
    return read_names(call, file);
}

// ------------------------------------------------------------------ handlers

static enum err_code check_quota(struct call *call, const struct file_links *links, int64_t length)
{
    int64_t used = 0;
    enum err_code code = file_space(call->tx, &used, &call->err);
    if (code != ERR_NONE || length <= links->quota - used)
        return code;
    return call_error(call, ERR_FORBIDDEN, ".content_length",
                      ".content_length is %" PRId64 ", but the files of this server may have %" PRId64 " bytes together, of which %" PRId64
                      " are taken or promised",
                      length, links->quota, used);
}

static void write_upload(struct call *call, const struct file_record *file, const char *secret)
{
    struct json_writer *w = &call->out;
    char md5[MD5_TEXT];
    base64_encode(file->md5, sizeof file->md5, md5);
    json_put_key(w, "upload");
    json_begin_object(w);
    json_member_string(w, "object", "s3_upload");
    json_member_string(w, "url", address(call, "/v1/uploads/", secret));
    json_member_string(w, "method", "PUT");
    json_put_key(w, "headers");
    json_begin_object(w);
    json_member_string(w, "Content-Disposition", "attachment");
    json_member_string(w, "Content-Length", arena_printf(call->arena, "%" PRId64, file->content_length));
    json_member_string(w, "Content-MD5", md5);
    json_member_string(w, "Content-Type", file->content_type);
    json_end_object(w);
    json_end_object(w);
}

enum err_code file_create(struct call *call)
{
    const struct file_links *links = call->api->file_links;
    struct file_upload_record upload = {.expires = call->now + links->lifetime_ms,
                                        .file = {.training_run_id = call->run.id,
                                                 .client_id = call->run.client_id,
                                                 .user_id = call->token.user_id,
                                                 .created = call->now}};
    if (!file_links_uploads_enabled(links))
        return call_error(call, ERR_NOT_FOUND, NULL, "Uploads of files are disabled on this server");
    enum err_code code = read_body(call, links, &upload.file);
    if (code == ERR_NONE)
        code = check_base_url(call);
    if (code == ERR_NONE)
        code = file_purge(call->tx, call->now, &call->err);
    if (code == ERR_NONE)
        code = check_quota(call, links, upload.file.content_length);
    if (code != ERR_NONE)
        return code;
    char secret[FILE_SECRET_LETTERS + 1];
    file_links_new_upload(secret, upload.digest);
    code = file_announce(call->tx, &upload, &call->err);
    if (code != ERR_NONE)
        return code;
    begin_file(call, &upload.file);
    write_upload(call, &upload.file, secret);
    json_end_object(&call->out);
    return ERR_NONE;
}

enum err_code file_detail(struct call *call)
{
    const struct file_links *links = call->api->file_links;
    struct json_writer *w = &call->out;
    enum err_code code = check_base_url(call);
    if (code != ERR_NONE)
        return code;
    const char *secret = file_links_seal(links, call->arena, call->file.id, call->now + links->lifetime_ms);
    begin_file(call, &call->file);
    json_put_key(w, "download");
    json_begin_object(w);
    json_member_string(w, "object", "s3_download");
    json_member_string(w, "url", address(call, "/v1/downloads/", secret));
    json_end_object(w);
    json_end_object(w);
    return ERR_NONE;
}
