// Contents of files on their way in and out, by links that need no token (api/file_links.h).
//
//     PUT link ──► headers agree with the announcement ──► all bytes, right MD5 ──► a write for each piece, the last makes the file
//
// The same content sent twice is stored once; the second answer is the same. What was refused or cut off is no file, and the link works
// until it expires.
#include "storage/file.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "api/dispatch.h"
#include "api/file_links.h"
#include "api/route.h"
#include "base/text.h"

// ------------------------------------------------------------------ upload

static enum err_code find_upload(struct call *call, struct file_upload_record *upload)
{
    const struct file_links *links = call->api->file_links;
    unsigned char digest[DIGEST_SIZE];
    digest_sha256(call->secret, strlen(call->secret), digest);
    enum err_code code = file_find_upload(call->tx, call->arena, digest, upload, &call->err);
    if (code == ERR_NOT_FOUND || (code == ERR_NONE && (upload->expires <= call->now || !file_links_uploads_enabled(links))))
        return call_error(call, ERR_NOT_FOUND, NULL, "This address for an upload does not exist or has expired: announce the file again");
    return code;
}

// What the headers say must be what was announced. Content-MD5 and Content-Type may be missing: of the bytes the truth is known later.
static enum err_code check_headers(struct call *call, const struct file_record *file)
{
    unsigned char md5[DIGEST_MD5_SIZE * 2];
    size_t n = 0, len = call->content_md5 == NULL ? 0 : strlen(call->content_md5);
    if ((uint64_t)call->raw_len != (uint64_t)file->content_length)
        return call_error(call, ERR_INVALID, "content_length",
                          "The body has %zu bytes, but content_length %" PRId64 " was announced", call->raw_len, file->content_length);
    if (call->content_type != NULL && strcasecmp(call->content_type, file->content_type) != 0)
        return call_error(call, ERR_INVALID, "content_type", "The header Content-Type is not the announced content_type %s",
                          file->content_type);
    if (call->content_md5 != NULL && (len > 24 || !base64_decode(call->content_md5, len, md5, &n) || n != DIGEST_MD5_SIZE ||
                                      memcmp(md5, file->md5, DIGEST_MD5_SIZE) != 0))
        return call_error(call, ERR_INVALID, "content_md5", "The header Content-MD5 is not the announced content_md5");
    return ERR_NONE;
}

enum err_code file_upload_check(struct call *call)
{
    struct file_upload_record upload;
    enum err_code code = find_upload(call, &upload);
    call->n_bytes = call->raw_len;
    return code == ERR_NONE ? check_headers(call, &upload.file) : code;
}

static call_fn start_store;

static enum err_code store(struct call *call)
{
    struct file_upload_record upload;
    bool complete = true;
    enum err_code code = find_upload(call, &upload); // again: another transaction
    if (code == ERR_NONE && !upload.stored)
        code = file_store(call->tx, &upload, call->raw, call->now, &complete, &call->err);
    call->next = complete ? NULL : start_store;
    return code;
}

static void start_store(struct call *call)
{
    call_write(call, store);
}

// Looks at the bytes on the caller's thread, so that the writer does not have to.
enum err_code file_upload(struct call *call)
{
    struct file_upload_record upload;
    unsigned char md5[DIGEST_MD5_SIZE];
    enum err_code code = find_upload(call, &upload);
    if (code == ERR_NONE)
        code = check_headers(call, &upload.file);
    if (code != ERR_NONE)
        return code;
    digest_md5(call->raw, call->raw_len, md5);
    if (memcmp(md5, upload.file.md5, sizeof md5) != 0)
        return call_error(call, ERR_INVALID, "content_md5", "The MD5 of the body is not the announced content_md5");
    if (!upload.stored)
        call->next = start_store;
    return ERR_NONE;
}

// ------------------------------------------------------------------ download

// The name to save it under: the last part of the file's name or, without that, what it is called. Nothing that could mean a folder, a
// hidden file or the end of a line.
static const char *safe_name(struct call *call, const struct file_record *file)
{
    const char *name = file->filename != NULL ? file->filename : file->name;
    for (const char *c = name; *c != '\0'; c++)
        if ((*c == '/' || *c == '\\') && c[1] != '\0')
            name = c + 1;
    char *safe = arena_strdup(call->arena, name);
    for (char *c = safe; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f || *c == '/' || *c == '\\')
            *c = '_';
    if (*safe == '.')
        *safe = '_';
    return safe;
}

// RFC 6266: a plain form for everybody, and the exact one in UTF-8.
static void put_disposition(struct buffer *headers, const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    buffer_puts(headers, "Content-Disposition: attachment; filename=\"");
    for (const char *c = name; *c != '\0'; c++)
        if (((unsigned char)*c & 0xC0) != 0x80) // the first byte of a character stands for all of it
            buffer_putc(headers, strchr(plain, *c) != NULL ? *c : '_');
    buffer_puts(headers, "\"; filename*=UTF-8''");
    for (const char *c = name; *c != '\0'; c++) {
        if (strchr(plain, *c) != NULL)
            buffer_putc(headers, *c);
        else
            buffer_printf(headers, "%%%02X", (unsigned)(unsigned char)*c);
    }
    buffer_putc(headers, '\n');
}

// A browser must neither guess a type nor run what is inside.
static const char *download_headers(struct call *call, const struct file_record *file)
{
    struct buffer headers = {0};
    buffer_printf(&headers, "Content-Type: %s\n", file->content_type);
    put_disposition(&headers, safe_name(call, file));
    buffer_puts(&headers, "X-Content-Type-Options: nosniff\n"
                          "Content-Security-Policy: sandbox; default-src 'none'\n"
                          "Cache-Control: private, max-age=3600\n");
    const char *text = arena_strdup(call->arena, headers.data);
    buffer_clear(&headers);
    return text;
}

static enum err_code find_file(struct call *call, struct file_record *file)
{
    int64_t id = 0;
    enum err_code code = file_links_open(call->api->file_links, call->secret, call->now, &id)
                             ? file_find(call->tx, call->arena, id, file, &call->err)
                             : ERR_NOT_FOUND;
    if (code == ERR_NOT_FOUND)
        return call_error(call, code, NULL, "This address for a download does not exist or has expired: GET /v1/files/FILE has a new one");
    call->n_bytes = (size_t)file->content_length;
    return code;
}

enum err_code file_download_check(struct call *call)
{
    struct file_record file;
    return find_file(call, &file);
}

enum err_code file_download(struct call *call)
{
    struct file_record file;
    enum err_code code = find_file(call, &file);
    if (code == ERR_NONE)
        code = file_read(call->tx, &file, &call->bytes, &call->err);
    if (code == ERR_NONE)
        call->bytes_headers = download_headers(call, &file);
    return code;
}
