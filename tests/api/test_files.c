// Files of training runs: announced, sent, listed, fetched; what is refused; limits, quota, expiry.
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/text.h"
#include "storage/check.h"
#include "tests/api/harness.h"

#define PROJECT "/v1/clients/1/projects/default"
#define RUN "/v1/training_runs/1"
#define FILES RUN "/files"
#define HOST "http://fairway.test"
#define MD5 "XUFAKrxLKna5cZ2REBfFkg==" // of "hello"

static void open_with_run(struct harness *h, const struct api_options *options)
{
    harness_open_with(h, options);
    harness_make(h, "POST", PROJECT "/training_runs", "{\"name\":\"n\"}");
}

static enum err_code check_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)arg;
    return check_run(tx, err);
}

// Closes, when the database has no contradiction.
static void close_checked(struct harness *h)
{
    struct err err = {.code = ERR_NONE};
    is_int(storage_read(h->storage, check_unit, NULL, &err), ERR_NONE, err.text);
    harness_close(h);
}

// Announces a file of run 1 with that content. Returns the path of its upload link.
static const char *announce(struct harness *h, const char *content, const char *names)
{
    static char path[200];
    unsigned char md5[DIGEST_MD5_SIZE];
    char text[32];
    struct buffer body = {0};
    digest_md5(content, strlen(content), md5);
    base64_encode(md5, sizeof md5, text);
    buffer_printf(&body, "{\"content_length\":%zu,\"content_md5\":\"%s\",\"content_type\":\"image/png\",%s}", strlen(content), text, names);
    struct answer answer = harness_request(h, "POST", FILES, body.data);
    const struct json *url = json_member(json_member(answer.json, "upload"), "url");
    path[0] = '\0';
    if (ok(answer.status == 200 && url != NULL && strncmp(json_string(url), HOST "/v1/uploads/", strlen(HOST "/v1/uploads/")) == 0,
           "an absolute address: %s", answer.text))
        snprintf(path, sizeof path, "%s", json_string(url) + strlen(HOST));
    answer_clear(&answer);
    buffer_clear(&body);
    return path;
}

static struct api_request put(const char *path, const char *content)
{
    return (struct api_request){.method = "PUT",
                                .path = path,
                                .content_type = "image/png",
                                .body = *content == '\0' ? NULL : content,
                                .body_len = strlen(content)};
}

static void is_put(struct harness *h, const char *path, const char *content, int status, const char *want)
{
    struct api_request request = put(path, content);
    CHECK_SEND(h, &request, status, want);
}

// Fetches the content of a file by its link.
static struct answer fetch(struct harness *h, const char *file)
{
    struct answer answer = harness_request(h, "GET", file, NULL);
    const struct json *url = json_member(json_member(answer.json, "download"), "url");
    struct answer bytes = {.status = 0};
    if (ok(url != NULL && strncmp(json_string(url), HOST "/v1/downloads/", 30) == 0, "%s has a link", file)) {
        struct api_request request = {.method = "GET", .path = json_string(url) + strlen(HOST), .headers_only = true};
        struct answer allowed = harness_send(h, &request);
        request.headers_only = false;
        bytes = harness_send(h, &request);
        ok(allowed.status == 200 && allowed.headers == NULL && allowed.raw_len == bytes.len, "asked first, it says how many bytes");
        answer_clear(&allowed);
    }
    answer_clear(&answer);
    return bytes;
}

// ------------------------------------------------------------------ the whole way

static void test_life(void)
{
    struct harness h;
    open_with_run(&h, NULL);
    harness_run_sql(&h, "UPDATE training_run SET updated = 5000");
    struct answer answer = harness_request(&h, "POST", FILES,
                                           "{\"content_length\":5.0,\"content_md5\":\"" MD5 "\",\"content_type\":\"Image/SVG+xml\","
                                           "\"name\":null,\"filename\":\"a/b.svg\"}");
    ok(answer_has_keys(answer.json, "object id client user created name filename content_type content_length content_md5 upload"),
       "the members: %s", answer.text);
    ok(answer_has_keys(json_member(answer.json, "upload"), "object url method headers"), "those of the upload");
    struct json *want = NULL;
    const char *text = "{\"object\":\"file\",\"id\":\"1\",\"client\":\"1\",\"name\":null,\"filename\":\"a/b.svg\",\"content_length\":5,"
                       "\"content_type\":\"image/svg+xml\",\"content_md5\":\"" MD5 "\",\"upload\":{"
                       "\"object\":\"s3_upload\",\"method\":\"PUT\","
                       "\"headers\":{\"Content-Disposition\":\"attachment\",\"Content-Length\":\"5\",\"Content-MD5\":\"" MD5 "\","
                       "\"Content-Type\":\"image/svg+xml\"}}}";
    is_int(json_parse(text, strlen(text), &want, NULL), ERR_NONE, "what is wanted");
    ok(answer_matches(answer.json, want, h.why, sizeof h.why), "announced: %s", h.why);
    json_free(want);
    char path[200];
    snprintf(path, sizeof path, "%s", json_string(json_member(json_member(answer.json, "upload"), "url")) + strlen(HOST));
    answer_clear(&answer);
    CHECK(&h, "GET", RUN, NULL, 200, "{\"files\":[],\"updated\":5}");
    CHECK(&h, "GET", "/v1/files/1", NULL, 404, "{\"message\":\"file 1 does not exist\"}");

    struct api_request request = {
        .method = "PUT", .path = path, .content_type = "image/svg+xml", .content_md5 = MD5, .headers_only = true, .body_len = 5};
    int64_t before = harness_version(&h);
    CHECK_SEND(&h, &request, 200, "{}");
    is_int(harness_version(&h), before, "asking by the headers stores nothing");
    struct answer allowed = harness_send(&h, &request);
    is_int((long long)allowed.raw_len, 5, "how many bytes will come");
    answer_clear(&allowed);
    request.headers_only = false;
    request.body = "hello";
    CHECK_SEND(&h, &request, 200, "{}");
    struct answer run = harness_request(&h, "GET", RUN, NULL);
    ok(json_number(json_member(run.json, "updated")) > 5, "the run was touched");
    answer_clear(&run);
    CHECK(&h, "GET", RUN, NULL, 200, "{\"files\":[\"1\"]}");
    before = harness_version(&h);
    CHECK_SEND(&h, &request, 200, "{}");
    is_int(harness_version(&h), before, "the same again is stored once");
    request.body = "hellO";
    CHECK_SEND(&h, &request, 400, "{\"message\":\"~content_md5\"}");

    answer = harness_request(&h, "GET", "/v1/files/1", NULL);
    ok(answer_has_keys(answer.json, "object id client user created name filename content_type content_length content_md5 download"),
       "the members: %s", answer.text);
    ok(answer_has_keys(json_member(answer.json, "download"), "object url"), "those of the download");
    answer_clear(&answer);
    CHECK(&h, "GET", "/v1/files/1?fields=id,download", NULL, 200,
          "{\"id\":\"1\",\"download\":{\"object\":\"s3_download\"},\"name\":\"<absent>\"}");
    CHECK(&h, "GET", "/v1/files/1?fields=upload", NULL, 400, NULL);
    answer = fetch(&h, "/v1/files/1");
    ok(answer.status == 200 && answer.len == 5 && memcmp(answer.text, "hello", 5) == 0, "the bytes come back");
    is_text(answer.headers,
            "Content-Type: image/svg+xml\n"
            "Content-Disposition: attachment; filename=\"b.svg\"; filename*=UTF-8''b.svg\n"
            "X-Content-Type-Options: nosniff\n"
            "Content-Security-Policy: sandbox; default-src 'none'\n"
            "Cache-Control: private, max-age=3600\n",
            "as a file to save");
    answer_clear(&answer);

    CHECK(&h, "DELETE", RUN, NULL, 200, NULL);
    answer = fetch(&h, "/v1/files/1");
    is_int(answer.status, 200, "a deleted run keeps its files");
    answer_clear(&answer);
    harness_restart(&h, NULL);
    answer = fetch(&h, "/v1/files/1");
    is_int(answer.status, 200, "so does the next start");
    answer_clear(&answer);
    close_checked(&h);
}

static void test_order(void)
{
    struct harness h;
    char first[200], second[200];
    open_with_run(&h, NULL);
    snprintf(first, sizeof first, "%s", announce(&h, "one", "\"name\":\"a\""));
    snprintf(second, sizeof second, "%s", announce(&h, "two two", "\"filename\":\"b\",\"name\":\"\""));
    ok(strcmp(first, second) != 0, "an address for each");
    is_put(&h, second, "two two", 200, NULL);
    CHECK(&h, "GET", RUN, NULL, 200, "{\"files\":[\"2\"]}");
    is_put(&h, first, "one", 200, NULL);
    CHECK(&h, "GET", RUN, NULL, 200, "{\"files\":[\"1\",\"2\"]}");
    CHECK(&h, "GET", PROJECT "/training_runs/1", NULL, 404, NULL);
    close_checked(&h);
}

// ------------------------------------------------------------------ refused

#define ANNOUNCE(length, md5, type, rest)                                                                                     \
    "{\"content_length\":" length ",\"content_md5\":" md5 ",\"content_type\":" type ",\"name\":\"n\"" rest "}"
#define LENGTH_CASE(v) {"POST", FILES, ANNOUNCE(v, "\"" MD5 "\"", "\"image/png\"", ""), 400, "{\"message\":\"~content_length\"}"}
#define MD5_CASE(v) {"POST", FILES, ANNOUNCE("5", v, "\"image/png\"", ""), 400, "{\"message\":\"~content_md5\"}"}
#define TYPE_CASE(v) {"POST", FILES, ANNOUNCE("5", "\"" MD5 "\"", v, ""), 400, "{\"message\":\"~content_type\"}"}
#define NAME_CASE(names)                                                                                                      \
    {"POST", FILES, "{\"content_length\":5,\"content_md5\":\"" MD5 "\",\"content_type\":\"image/png\"" names "}", 400,              \
     "{\"message\":\"~name\"}"}
#define HUNDRED "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

static void test_announcements_refused(void)
{
    static const struct request_case cases[] = {
        LENGTH_CASE("null"), LENGTH_CASE("\"1\""), LENGTH_CASE("-1"), LENGTH_CASE("0"), LENGTH_CASE("{}"), LENGTH_CASE("[]"),
        LENGTH_CASE("\"\""), LENGTH_CASE("1.5"), LENGTH_CASE("true"), LENGTH_CASE("1e300"), LENGTH_CASE("16777217"),
        LENGTH_CASE("9007199254740993"), LENGTH_CASE("99999999999999999999"),
        MD5_CASE("null"), MD5_CASE("\"1\""), MD5_CASE("-1"), MD5_CASE("0"), MD5_CASE("{}"), MD5_CASE("[]"), MD5_CASE("\"\""),
        MD5_CASE("\"aGVsbG8=\""), MD5_CASE("\"XUFAKrxLKna5cZ2REBfFkgAA\""), MD5_CASE("\"5d41402abc4b2a76b9719d911017c592\""),
        MD5_CASE("\"XUFAKrxLKna5cZ2REBfFk-==\""),
        TYPE_CASE("null"), TYPE_CASE("\"1\""), TYPE_CASE("-1"), TYPE_CASE("0"), TYPE_CASE("{}"), TYPE_CASE("[]"), TYPE_CASE("\"\""),
        TYPE_CASE("\"hello/world\""), TYPE_CASE("\"image\""), TYPE_CASE("\"image/\""), TYPE_CASE("\"image/ \""), TYPE_CASE("\"image/<>\""),
        TYPE_CASE("\"image/a/b\""), TYPE_CASE("\"image/a.b\""), TYPE_CASE("\"image/png\\r\\nX: y\""), TYPE_CASE("\"image/\\u00e9\""),
        TYPE_CASE("\"/png\""), TYPE_CASE("\" image/png\""), TYPE_CASE("\"image/png; charset=x\""),
        NAME_CASE(""), NAME_CASE(",\"name\":null"), NAME_CASE(",\"name\":\"\",\"filename\":\"\""), NAME_CASE(",\"name\":1"),
        NAME_CASE(",\"filename\":[]"), NAME_CASE(",\"name\":\"" HUNDRED "0\""), NAME_CASE(",\"name\":\"a\",\"filename\":\"" HUNDRED "0\""),
        {"POST", FILES, ANNOUNCE("5", "\"" MD5 "\"", "\"image/png\"", ",\"fields\":\"id\""), 400,
         "{\"message\":\"~Unknown json keys `fields`\"}"},
        {"POST", FILES, "{\"content_length\":5,\"content_md5\":\"" MD5 "\",\"content_type\":\"image/png\"}", 400,
         "{\"message\":\"One of .name and .filename must be given and not be empty\"}"},
        {"POST", FILES, "{}", 400, "{\"message\":\"~content_length\"}"},
        {"POST", "/v1/training_runs/9/files", "{}", 404, "{\"message\":\"training run 9 does not exist\"}"},
        {"GET", FILES, NULL, 405, NULL},
        {"GET", "/v1/files/1", NULL, 404, "{\"message\":\"file 1 does not exist\"}"},
        {"GET", "/v1/files/99999999999999999999", NULL, 404, NULL},
        {"DELETE", "/v1/files/1", NULL, 405, NULL},
    };
    struct harness h;
    open_with_run(&h, NULL);
    CHECK_CASES(&h, cases, true);
    struct api_request request = {.method = "POST",
                                  .path = FILES,
                                  .authorization = h.authorization,
                                  .body = ANNOUNCE("5", "\"" MD5 "\"", "\"image/png\"", "")};
    request.body_len = strlen(request.body);
    CHECK_SEND(&h, &request, 400, 
               "{\"message\":\"The Host header of the request is missing or names no host, so that there is no address to give; send one, "
               "or start the server with --public-url\"}");
    CHECK(&h, "POST", FILES, ANNOUNCE("5", "\"" MD5 "\"", "\"image/png\"", ",\"filename\":\"" HUNDRED "\""), 200, NULL);
    close_checked(&h);
}

static void test_uploads_refused(void)
{
    struct harness h;
    open_with_run(&h, NULL);
    char path[200], other[200];
    snprintf(path, sizeof path, "%s", announce(&h, "hello", "\"name\":\"a\""));
    int64_t before = harness_version(&h);
    is_put(&h, path, "hell", 400, "{\"message\":\"The body has 4 bytes, but content_length 5 was announced\"}");
    is_put(&h, path, "hello!", 400, "{\"message\":\"~content_length\"}");
    is_put(&h, path, "", 400, "{\"message\":\"~content_length\"}");
    is_put(&h, path, "HELLO", 400, "{\"message\":\"The MD5 of the body is not the announced content_md5\"}");
    struct api_request request = put(path, "hello");
    request.content_type = "text/html";
    CHECK_SEND(&h, &request, 400, "{\"message\":\"The header Content-Type is not the announced content_type image/png\"}");
    request = put(path, "hello");
    static const char *const md5s[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAA==", HUNDRED HUNDRED, "XUFAKrxLKna5cZ2REBfFkgAA"};
    for (size_t i = 0; i < sizeof md5s / sizeof *md5s; i++) {
        request.content_md5 = md5s[i];
        CHECK_SEND(&h, &request, 400, "{\"message\":\"The header Content-MD5 is not the announced content_md5\"}");
    }
    request = put(path, "");
    request.headers_only = true;
    request.body_len = (size_t)1 << 40;
    CHECK_SEND(&h, &request, 400, "{\"message\":\"~1099511627776 bytes\"}");
    snprintf(other, sizeof other, "%s", path);
    other[strlen(other) - 1] ^= 1;
    is_put(&h, other, "hello", 404, "{\"message\":\"~does not exist or has expired\"}");
    is_put(&h, "/v1/uploads/x", "hello", 404, NULL);
    request = (struct api_request){.method = "GET", .path = path};
    CHECK_SEND(&h, &request, 405, NULL);
    request = (struct api_request){.method = "PUT", .path = "/v1/uploads/a%00b"};
    CHECK_SEND(&h, &request, 400, NULL);
    is_int(harness_version(&h), before, "nothing of all that is stored");
    // The headers are no duty.
    request = put(path, "hello");
    request.content_type = NULL;
    request.skip_content = true;
    CHECK_SEND(&h, &request, 204, NULL);
    close_checked(&h);
}

// ------------------------------------------------------------------ limits

static void test_limits(void)
{
    struct harness h;
    open_with_run(&h, &(struct api_options){.n_model_workers = 1, .file_limit = 10, .file_quota = 25});
    CHECK(&h, "POST", FILES, ANNOUNCE("11", "\"" MD5 "\"", "\"image/png\"", ""), 400,
          "{\"message\":\".content_length is 11 and must be at most 10, the limit of one file in bytes\"}");
    char path[200];
    snprintf(path, sizeof path, "%s", announce(&h, "0123456789", "\"name\":\"a\""));
    is_put(&h, path, "0123456789", 200, NULL);
    announce(&h, "abcdefghij", "\"name\":\"b\"");
    const char *want = "{\"message\":\".content_length is 6, but the files of this server may have 25 bytes together, of which 20 are "
                       "taken or promised\"}";
    int64_t before = harness_version(&h);
    CHECK(&h, "POST", FILES, ANNOUNCE("6", "\"" MD5 "\"", "\"image/png\"", ""), 403, want);
    is_int(harness_version(&h), before, "nothing is stored");
    announce(&h, "hello", "\"name\":\"c\"");
    // What was announced and never came is free again when it has expired.
    harness_run_sql(&h, "UPDATE file_upload SET expires = 1");
    announce(&h, "0123456789", "\"name\":\"d\"");
    CHECK(&h, "POST", FILES, ANNOUNCE("6", "\"" MD5 "\"", "\"image/png\"", ""), 403, "{\"message\":\"~20 are taken\"}");
    harness_run_sql(&h, "UPDATE file_upload SET expires = 1");
    harness_restart(&h, &(struct api_options){.n_model_workers = 1, .file_limit = 25, .file_quota = 25});
    announce(&h, "abcdefghijklmno", "\"name\":\"e\"");
    close_checked(&h);
}

static void test_disabled(void)
{
    struct harness h;
    char path[200];
    open_with_run(&h, NULL);
    snprintf(path, sizeof path, "%s", announce(&h, "old", "\"name\":\"a\""));
    is_put(&h, path, "old", 200, NULL);
    snprintf(path, sizeof path, "%s", announce(&h, "new", "\"name\":\"a\""));
    for (int i = 0; i < 2; i++) {
        harness_restart(&h, &(struct api_options){.n_model_workers = 1, .file_limit = i == 0 ? -1 : 0, .file_quota = i == 1 ? -1 : 0});
        CHECK(&h, "POST", FILES, ANNOUNCE("5", "\"" MD5 "\"", "\"image/png\"", ""), 404,
              "{\"message\":\"Uploads of files are disabled on this server\"}");
        is_put(&h, path, "new", 404, NULL);
        struct answer answer = fetch(&h, "/v1/files/1");
        is_int(answer.status, 200, "what is there can be fetched");
        answer_clear(&answer);
    }
    close_checked(&h);
}

#define LONG_SEAL "2-1-" HUNDRED

static void test_expiry(void)
{
    struct harness h;
    char path[200];
    open_with_run(&h, NULL);
    snprintf(path, sizeof path, "%s", announce(&h, "hello", "\"name\":\"a\""));
    harness_run_sql(&h, "UPDATE file_upload SET expires = 1");
    is_put(&h, path, "hello", 404, "{\"message\":\"~has expired\"}");
    snprintf(path, sizeof path, "%s", announce(&h, "hello", "\"name\":\"a\""));
    is_put(&h, path, "hello", 200, NULL);

    struct answer answer = harness_request(&h, "GET", "/v1/files/2", NULL);
    char link[300];
    snprintf(link, sizeof link, "%s", json_string(json_member(json_member(answer.json, "download"), "url")) + strlen(HOST));
    answer_clear(&answer);
    struct api_request request = {.method = "GET", .path = link};
    answer = harness_send(&h, &request);
    is_int(answer.status, 200, "a good link");
    answer_clear(&answer);
    // Another file, a later end, another seal, less, more.
    char *id = strrchr(link, '/') + 1;
    for (char *c = id; *c != '\0'; c++) {
        char kept = *c;
        *c = kept == '3' ? '4' : '3';
        CHECK_SEND(&h, &request, 404, NULL);
        *c = kept;
    }
    static const char *const odd[] = {"", "2", "2-", "2-9", "2-99999999999999-", "2-99999999999999-AAAA", "-1-5-x", LONG_SEAL, "%32"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        char path_of_odd[300];
        snprintf(path_of_odd, sizeof path_of_odd, "/v1/downloads/%s", odd[i]);
        request.path = path_of_odd;
        CHECK_SEND(&h, &request, 404, NULL);
    }
    request.path = link;
    request.headers_only = true;
    CHECK_SEND(&h, &request, 200, "{}");
    harness_restart(&h, &(struct api_options){.n_model_workers = 1, .file_link_ms = 1});
    CHECK_SEND(&h, &request, 404, "{\"message\":\"~GET /v1/files/FILE has a new one\"}");
    request.headers_only = false;
    CHECK_SEND(&h, &request, 404, "{\"message\":\"~GET /v1/files/FILE has a new one\"}");
    answer = harness_request(&h, "GET", "/v1/files/2", NULL);
    snprintf(link, sizeof link, "%s", json_string(json_member(json_member(answer.json, "download"), "url")) + strlen(HOST));
    answer_clear(&answer);
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    CHECK_SEND(&h, &request, 404, NULL);
    close_checked(&h);
}

// ------------------------------------------------------------------ names

static void is_saved_as(struct harness *h, const char *names, const char *want)
{
    static int n;
    char file[40], content[20];
    snprintf(content, sizeof content, "content %d", ++n);
    is_put(h, announce(h, content, names), content, 200, NULL);
    snprintf(file, sizeof file, "/v1/files/%d", n);
    struct answer answer = fetch(h, file);
    const char *line = answer.headers == NULL ? "" : strstr(answer.headers, "attachment; ");
    size_t len = strcspn(line, "\n");
    ok(len == strlen(want) && memcmp(line, want, len) == 0, "%s: %.*s", names, (int)len, line);
    is_int(strncmp(line + len, "\nX-Content-Type-Options", 22), 0, "and the next header comes after it");
    answer_clear(&answer);
}

static void test_names(void)
{
    struct harness h;
    open_with_run(&h, NULL);
    is_saved_as(&h, "\"name\":\"a plot\"", "attachment; filename=\"a_plot\"; filename*=UTF-8''a%20plot");
    is_saved_as(&h, "\"name\":\"a\",\"filename\":\"C:\\\\x\\\\y.png\"", "attachment; filename=\"y.png\"; filename*=UTF-8''y.png");
    is_saved_as(&h, "\"filename\":\"/home/u/\"", "attachment; filename=\"u_\"; filename*=UTF-8''u_");
    is_saved_as(&h, "\"filename\":\"../../.bashrc\"", "attachment; filename=\"_bashrc\"; filename*=UTF-8''_bashrc");
    is_saved_as(&h, "\"filename\":\"..\"", "attachment; filename=\"_.\"; filename*=UTF-8''_.");
    is_saved_as(&h, "\"name\":\"a\\\"; x=\\\"b\\r\\nSet-Cookie: c\"",
                "attachment; filename=\"a___x__b__Set-Cookie__c\"; filename*=UTF-8''a%22%3B%20x%3D%22b__Set-Cookie%3A%20c");
    is_saved_as(&h, "\"name\":\"\\u00e9\\ud83d\\ude00.png\"", "attachment; filename=\"__.png\"; filename*=UTF-8''%C3%A9%F0%9F%98%80.png");
    close_checked(&h);
}

// ------------------------------------------------------------------ who

static void test_who(void)
{
    struct harness h;
    open_with_run(&h, NULL);
    is_put(&h, announce(&h, "hello", "\"name\":\"a\""), "hello", 200, NULL);
    harness_run_sql(&h, "INSERT INTO client (id, organization_id, name, created) VALUES (2, 1, 'other', 1)");
    harness_run_sql(&h, "INSERT INTO organization (id, name, created) VALUES (2, 'foreign', 1)");
    harness_plant_token(&h, "OTHERTEAM-OTHERTEAM", &(struct token_record){.kind = TOKEN_CLIENT, .client_id = 2});
    harness_plant_token(&h, "FOREIGNUSER-FOREIGNUSER", &(struct token_record){.kind = TOKEN_USER, .organization_id = 2, .user_id = 1});
    harness_plant_token(&h, "GUEST-GUEST-GUEST", &(struct token_record){.kind = TOKEN_GUEST, .client_id = 1, .training_run_id = 1});
    harness_plant_token(&h, "DEVELOPER-DEVELOPER", &(struct token_record){.kind = TOKEN_CLIENT_DEVELOPMENT, .client_id = 1});
    const char *good = ANNOUNCE("5", "\"" MD5 "\"", "\"image/png\"", "");
    CHECK_AS(&h, NULL, "GET", "/v1/files/1", NULL, 401, NULL);
    CHECK_AS(&h, NULL, "POST", FILES, good, 401, NULL);
    CHECK_AS(&h, "OTHERTEAM-OTHERTEAM", "GET", "/v1/files/1", NULL, 404, "{\"message\":\"file 1 does not exist\"}");
    CHECK_AS(&h, "OTHERTEAM-OTHERTEAM", "POST", FILES, "{}", 404, NULL);
    CHECK_AS(&h, "FOREIGNUSER-FOREIGNUSER", "GET", "/v1/files/1", NULL, 404, "{\"message\":\"file 1 does not exist\"}");
    CHECK_AS(&h, "GUEST-GUEST-GUEST", "GET", "/v1/files/1", NULL, 403, NULL);
    CHECK_AS(&h, "GUEST-GUEST-GUEST", "POST", FILES, good, 403, NULL);
    CHECK_AS(&h, "GUEST-GUEST-GUEST", "GET", RUN, NULL, 200, "{\"files\":[\"1\"]}");
    CHECK_AS(&h, "DEVELOPER-DEVELOPER", "GET", "/v1/files/1", NULL, 403, NULL);
    CHECK_AS(&h, "DEVELOPER-DEVELOPER", "POST", FILES, good, 200, "{\"id\":\"2\"}");
    close_checked(&h);
}

int main(void)
{
    TAP_RUN(test_life);
    TAP_RUN(test_order);
    TAP_RUN(test_announcements_refused);
    TAP_RUN(test_uploads_refused);
    TAP_RUN(test_limits);
    TAP_RUN(test_disabled);
    TAP_RUN(test_expiry);
    TAP_RUN(test_names);
    TAP_RUN(test_who);
    return tap_done();
}
