#include "tests/api/harness.h"

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "storage/query.h"
#include "storage/storage.h"
#include "storage/token.h"

// ------------------------------------------------------------------ life

static void demand(bool fine, const char *what, const struct err *err)
{
    if (fine)
        return;
    printf("Bail out! %s: %s\n", what, err == NULL ? "" : err->text);
    fflush(stdout);
    abort();
}

static void open_all(struct harness *h, const struct api_options *options)
{
    struct err err;
    struct storage_options storage = {.path = h->path, .exclusive = true};
    demand(storage_open(&storage, &h->storage, &err) == ERR_NONE, "storage_open", &err);
    struct storage_options observer = {.path = h->path, .n_readers = 1};
    demand(storage_open(&observer, &h->observer, &err) == ERR_NONE, "storage_open", &err);
    struct api_options all = options == NULL ? (struct api_options){.n_model_workers = 1} : *options;
    all.storage = h->storage;
    h->api = api_create(&all);
}

static void close_all(struct harness *h)
{
    api_drain(h->api);
    api_destroy(h->api);
    storage_close(h->observer);
    storage_close(h->storage);
}

void harness_open_with(struct harness *h, const struct api_options *options)
{
    static bool is_started;
    if (!is_started) {
        log_set_level(LOG_ERROR);
        api_runtime_init();
    }
    is_started = true;
    memset(h, 0, sizeof *h);
    const char *folder = getenv("TMPDIR");
    snprintf(h->directory, sizeof h->directory, "%s/fairway-XXXXXX", folder == NULL ? "/tmp" : folder);
    demand(mkdtemp(h->directory) != NULL, h->directory, NULL);
    snprintf(h->path, sizeof h->path, "%s/test.db", h->directory);
    open_all(h, options);
    struct err err;
    demand(api_token_create(h->storage, NULL, h->token, &err) == ERR_NONE, "api_token_create", &err);
    harness_basic(h->token, h->authorization, sizeof h->authorization);
}

void harness_open(struct harness *h)
{
    harness_open_with(h, NULL);
}

void harness_restart(struct harness *h, const struct api_options *options)
{
    close_all(h);
    open_all(h, options);
}

void harness_close(struct harness *h)
{
    close_all(h);
    DIR *directory = opendir(h->directory);
    demand(directory != NULL, h->directory, NULL);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", h->directory, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(directory);
    rmdir(h->directory);
}

void harness_basic(const char *token, char *header, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buffer text = {0}, out = {0};
    buffer_printf(&text, "%s:", token);
    size_t n = text.len;
    buffer_append(&text, "\0\0", 2);
    buffer_puts(&out, "Basic ");
    for (size_t i = 0; i < n; i += 3) {
        const unsigned char *b = (const unsigned char *)text.data + i;
        char quad[4] = {digits[b[0] >> 2], digits[(b[0] & 3) << 4 | b[1] >> 4], digits[(b[1] & 15) << 2 | b[2] >> 6],
                        digits[b[2] & 63]};
        for (size_t k = n - i + 1; k < 4; k++)
            quad[k] = '=';
        buffer_append(&out, quad, 4);
    }
    demand(out.len < size, "the header is too long", NULL);
    snprintf(header, size, "%s", out.data);
    buffer_clear(&text);
    buffer_clear(&out);
}

// ------------------------------------------------------------------ request

struct waiting {
    pthread_mutex_t mutex;
    pthread_cond_t told;
    unsigned replies;
    struct api_response response;
};

static void on_reply(void *arg, struct api_response *response)
{
    struct waiting *waiting = arg;
    pthread_mutex_lock(&waiting->mutex);
    waiting->replies++;
    waiting->response = *response;
    pthread_cond_signal(&waiting->told);
    pthread_mutex_unlock(&waiting->mutex);
}

struct answer harness_send(struct harness *h, const struct api_request *request)
{
    struct waiting waiting = {.replies = 0};
    pthread_mutex_init(&waiting.mutex, NULL);
    pthread_cond_init(&waiting.told, NULL);
    struct api_request sent = *request;
    if (sent.request_id == NULL)
        sent.request_id = "test";
    api_dispatch(h->api, &sent, on_reply, &waiting);
    pthread_mutex_lock(&waiting.mutex);
    while (waiting.replies == 0)
        pthread_cond_wait(&waiting.told, &waiting.mutex);
    pthread_mutex_unlock(&waiting.mutex);
    demand(waiting.replies == 1, "more than one reply", NULL);
    pthread_cond_destroy(&waiting.told);
    pthread_mutex_destroy(&waiting.mutex);

    const struct api_response *response = &waiting.response;
    struct answer answer = {
        .status = response->status, .text = response->body, .len = response->body_len, .headers = response->headers, .raw_len = response->raw_len};
    snprintf(answer.allow, sizeof answer.allow, "%s", response->allow);
    struct err err;
    if (answer.text != NULL && answer.headers == NULL)
        demand(json_parse(answer.text, answer.len, &answer.json, &err) == ERR_NONE && answer.text[answer.len - 1] == '\n',
               answer.text, &err);
    return answer;
}

static struct answer request_with(struct harness *h, const char *authorization, const char *method, const char *target,
                                  const char *body)
{
    const char *question = strchr(target, '?');
    struct arena *arena = arena_create();
    struct api_request request = {
        .method = method,
        .path = question == NULL ? target : arena_strndup(arena, target, (size_t)(question - target)),
        .query = question == NULL ? NULL : question + 1,
        .authorization = authorization,
        .content_type = "application/json",
        .base_url = "http://fairway.test",
        .body = body,
        .body_len = body == NULL ? 0 : strlen(body),
    };
    struct answer answer = harness_send(h, &request);
    arena_destroy(arena);
    return answer;
}

struct answer harness_request(struct harness *h, const char *method, const char *target, const char *body)
{
    return request_with(h, h->authorization, method, target, body);
}

struct answer harness_request_as(struct harness *h, const char *token, const char *method, const char *target, const char *body)
{
    char header[8 * API_TOKEN_MAX + 32] = "";
    if (token != NULL)
        harness_basic(token, header, sizeof header);
    return request_with(h, token == NULL ? NULL : header, method, target, body);
}

void answer_clear(struct answer *answer)
{
    json_free(answer->json);
    free(answer->text);
    free(answer->headers);
    *answer = (struct answer){.status = 0};
}

static enum err_code version_unit(struct tx *tx, void *arg, struct err *err)
{
    struct query q = query_start(tx, "PRAGMA data_version", err);
    return query_value(&q, arg);
}

int64_t harness_version(struct harness *h)
{
    int64_t version = 0;
    struct err err;
    demand(storage_read(h->observer, version_unit, &version, &err) == ERR_NONE, "PRAGMA data_version", &err);
    return version;
}

struct epoch_question {
    int64_t experiment_id, epoch;
};

static enum err_code epoch_unit(struct tx *tx, void *arg, struct err *err)
{
    struct epoch_question *question = arg;
    struct query q = query_start(tx, "SELECT epoch FROM experiment WHERE id = ?", err);
    query_bind_int(&q, question->experiment_id);
    return query_value(&q, &question->epoch);
}

int64_t harness_epoch(struct harness *h, int64_t experiment_id)
{
    struct epoch_question question = {.experiment_id = experiment_id};
    struct err err;
    demand(storage_read(h->observer, epoch_unit, &question, &err) == ERR_NONE, "epoch", &err);
    return question.epoch;
}

int64_t harness_make(struct harness *h, const char *method, const char *target, const char *body)
{
    struct answer answer = harness_request(h, method, target, body);
    struct err err = {.code = ERR_NONE};
    snprintf(err.text, sizeof err.text, "%d %.400s", answer.status, answer.text);
    demand(answer.status == 200 && json_member(answer.json, "id") != NULL, target, &err);
    int64_t id = 0;
    json_id(json_member(answer.json, "id"), &id);
    answer_clear(&answer);
    return id;
}

// ------------------------------------------------------------------ comparing

static bool differ(char *why, size_t size, const char *path, const struct json *got, const struct json *want)
{
    struct json_writer g = {.depth = 0}, w = {.depth = 0};
    json_put_value(&g, got);
    json_put_value(&w, want);
    snprintf(why, size, "%s is %.300s, not %.300s", *path == '\0' ? "the answer" : path, g.out.data, w.out.data);
    json_writer_clear(&g);
    json_writer_clear(&w);
    return false;
}

static bool same_text(const char *got, const char *want)
{
    return *want == '~' ? strstr(got, want + 1) != NULL : strcmp(got, want) == 0;
}

static bool matches(const struct json *got, const struct json *want, const char *path, char *why, size_t size);

static bool items_match(const struct json *got, const struct json *want, const char *path, char *why, size_t size)
{
    size_t i = 0;
    for (const struct json *g = json_first(got), *w = json_first(want); w != NULL; g = json_next(g), w = json_next(w)) {
        char inner[256];
        snprintf(inner, sizeof inner, "%.200s[%zu]", path, i++);
        if (!matches(g, w, inner, why, size))
            return false;
    }
    return true;
}

static bool members_match(const struct json *got, const struct json *want, const char *path, char *why, size_t size)
{
    for (const struct json *w = json_first(want); w != NULL; w = json_next(w)) {
        const struct json *g = json_member(got, json_key(w));
        bool absent = json_kind(w) == JSON_STRING && strcmp(json_string(w), "<absent>") == 0;
        char inner[256];
        snprintf(inner, sizeof inner, "%.200s.%.40s", path, json_key(w));
        if (absent != (g == NULL)) {
            snprintf(why, size, "%s is %s", inner, absent ? "there" : "missing");
            return false;
        }
        if (!absent && !matches(g, w, inner, why, size))
            return false;
    }
    return true;
}

static bool matches(const struct json *got, const struct json *want, const char *path, char *why, size_t size)
{
    if (json_kind(want) == JSON_STRING && strcmp(json_string(want), "<any>") == 0)
        return true;
    if (json_kind(got) != json_kind(want))
        return differ(why, size, path, got, want);
    switch (json_kind(want)) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return json_bool(got) == json_bool(want) || differ(why, size, path, got, want);
    case JSON_NUMBER:
        return !(json_number(got) < json_number(want) || json_number(got) > json_number(want)) ||
               differ(why, size, path, got, want);
    case JSON_STRING:
        return same_text(json_string(got), json_string(want)) || differ(why, size, path, got, want);
    case JSON_ARRAY:
        if (json_size(got) != json_size(want))
            return differ(why, size, path, got, want);
        return items_match(got, want, path, why, size);
    case JSON_OBJECT:
        break;
    }
    return members_match(got, want, path, why, size);
}

bool answer_matches(const struct json *got, const struct json *want, char *why, size_t size)
{
    return matches(got, want, "", why, size);
}

bool answer_has_keys(const struct json *object, const char *names)
{
    size_t n = 0;
    for (const char *name = names; *name != '\0'; n++) {
        char key[64];
        size_t len = strcspn(name, " ");
        snprintf(key, sizeof key, "%.*s", (int)len, name);
        if (json_member(object, key) == NULL)
            return false;
        name += len + strspn(name + len, " ");
    }
    return json_size(object) == n; // names are unique on both sides
}

// Takes the answer over.
static bool check_answer(struct harness *h, struct answer *answer, int status, const char *want_text)
{
    size_t used = strlen(h->why), room = sizeof h->why - used;
    bool fine = answer->status == status;
    if (!fine)
        snprintf(h->why + used, room, ": status %d, not %d: %.300s", answer->status, status,
                 answer->text == NULL ? "" : answer->text);
    if (fine && want_text != NULL) {
        struct json *want = NULL;
        struct err err;
        char why[700];
        demand(json_parse(want_text, strlen(want_text), &want, &err) == ERR_NONE, want_text, &err);
        fine = answer_matches(answer->json, want, why, sizeof why);
        if (!fine)
            snprintf(h->why + used, room, ": %s", why);
        json_free(want);
    }
    answer_clear(answer);
    return fine;
}

bool harness_check(struct harness *h, const char *method, const char *target, const char *body, int status, const char *want)
{
    snprintf(h->why, sizeof h->why, "%s %.120s %.160s -> %d", method, target, body == NULL ? "" : body, status);
    struct answer answer = harness_request(h, method, target, body);
    return check_answer(h, &answer, status, want);
}

bool harness_check_send(struct harness *h, const struct api_request *request, int status, const char *want)
{
    snprintf(h->why, sizeof h->why, "%s %.120s %.160s -> %d", request->method, request->path,
             request->body == NULL ? "" : request->body, status);
    struct answer answer = harness_send(h, request);
    return check_answer(h, &answer, status, want);
}

void harness_walk(struct harness *h, const char *list, const char *query, const char *direction, const char *member, char *text,
                  size_t size)
{
    char target[8000];
    snprintf(target, sizeof target, "%s?%s", list, query);
    text[0] = '\0';
    for (int pages = 0; pages < 50; pages++) {
        struct answer answer = harness_request(h, "GET", target, NULL);
        demand(answer.status == 200, target, NULL);
        for (const struct json *v = json_first(json_member(answer.json, "data")); v != NULL; v = json_next(v)) {
            size_t used = strlen(text);
            snprintf(text + used, size - used, "%s ", json_string(json_member(v, member)));
        }
        const struct json *marker = json_member(json_member(answer.json, "paging"), direction);
        bool end = json_kind(marker) == JSON_NULL || json_first(json_member(answer.json, "data")) == NULL;
        if (!end)
            snprintf(target, sizeof target, "%s?%s&%s=%s", list, query, direction, json_string(marker));
        answer_clear(&answer);
        if (end)
            return;
    }
    demand(false, "the pages never end", NULL);
}

bool harness_check_as(struct harness *h, const char *token, const char *method, const char *target, const char *body, int status,
                      const char *want)
{
    snprintf(h->why, sizeof h->why, "%.48s: %s %.120s %.160s -> %d", token == NULL ? "nobody" : token, method, target,
             body == NULL ? "" : body, status);
    struct answer answer = harness_request_as(h, token, method, target, body);
    return check_answer(h, &answer, status, want);
}

// ------------------------------------------------------------------ rows that no request makes

static enum err_code sql_unit(struct tx *tx, void *arg, struct err *err)
{
    struct query q = query_start(tx, arg, err);
    return query_run(&q);
}

void harness_run_sql(struct harness *h, const char *sql)
{
    struct err err;
    char text[1000];
    snprintf(text, sizeof text, "%s", sql);
    demand(storage_write_wait(h->storage, sql_unit, text, &err) == ERR_NONE, sql, &err);
}

static enum err_code token_unit(struct tx *tx, void *arg, struct err *err)
{
    return token_insert(tx, arg, err);
}

void harness_plant_token(struct harness *h, const char *text, const struct token_record *token)
{
    struct err err;
    struct token_record record = *token;
    record.prefix = "pref";
    if (record.organization_id == 0)
        record.organization_id = 1;
    digest_sha256(text, strlen(text), record.digest);
    demand(storage_write_wait(h->storage, token_unit, &record, &err) == ERR_NONE, text, &err);
}
