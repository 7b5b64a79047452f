// Tokens: shown over the API, and made, listed and revoked for the command line.
#include "storage/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/route.h"
#include "base/clock.h"
#include "base/text.h"
#include "storage/project.h"

enum { TOKEN_LENGTH = 48, TOKEN_MIN = 16, PREFIX_LENGTH = 4 };

// What bootstrap puts into a new database: the one team and the one user of this version.
enum { FIRST_CLIENT = 1, FIRST_USER = 1 };

// ------------------------------------------------------------------ GET /v1/tokens/TOKEN

static void token_write(struct json_writer *w, const struct token_record *token, const char *text)
{
    bool development = token->kind == TOKEN_CLIENT_DEVELOPMENT;
    json_begin_object(w);
    json_member_string(w, "object", "token");
    json_member_string(w, "token", text);
    json_member_string(w, "token_type", development ? "client-dev" : "client-api");
    json_member_id(w, "client", token->client_id);
    json_member_id(w, "organization", token->organization_id);
    json_member_id(w, "user", token->user_id);
    json_member_bool(w, "development", development);
    json_member_bool(w, "all_experiments", true);
    json_member_null(w, "experiment");
    json_member_null(w, "training_run");
    json_member_string(w, "permissions", "write");
    json_member_string(w, "scope", "all_endpoints");
    json_put_key(w, "expires");
    if (token->expires != 0)
        json_put_int(w, token->expires / 1000);
    else
        json_put_null(w);
    json_member_null(w, "lease_length");
    json_end_object(w);
}

// The first letters of a token and X for the rest: only what was sent with the request is shown whole.
static const char *mask(struct arena *arena, const char *prefix)
{
    char *text = arena_alloc(arena, TOKEN_LENGTH + 1, 1);
    memset(text, 'X', TOKEN_LENGTH);
    memcpy(text, prefix, strnlen(prefix, PREFIX_LENGTH));
    return text;
}

static bool is_callers(const struct call *call, const struct token_record *token)
{
    return !token->revoked && (token->expires == 0 || token->expires > call->now) &&
           token->client_id == call->token.client_id && token->user_id == call->token.user_id;
}

enum err_code token_detail(struct call *call)
{
    if (strcmp(call->token_text, "self") == 0 || strcmp(call->token_text, call->credential) == 0) {
        token_write(&call->out, &call->token, call->credential);
        return ERR_NONE;
    }
    unsigned char digest[DIGEST_SIZE];
    struct token_record token;
    digest_sha256(call->token_text, strlen(call->token_text), digest);
    enum err_code code = token_find(call->tx, call->arena, digest, &token, &call->err);
    if (code == ERR_NOT_FOUND || (code == ERR_NONE && !is_callers(call, &token)))
        return call_error(call, ERR_NOT_FOUND, NULL, "This token does not exist");
    if (code == ERR_NONE)
        token_write(&call->out, &token, mask(call->arena, token.prefix));
    return code;
}

// ------------------------------------------------------------------ for the command line

// A unit of work on tokens: what goes in and what comes out.
struct work {
    struct arena *arena;
    const char *text; // of a token, or an id
    bool unless_known;
    struct token_record *records;
    size_t n;
    bool active;
};

static bool is_well_formed(const char *text)
{
    size_t n = strlen(text);
    return n >= TOKEN_MIN && n <= API_TOKEN_MAX &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static enum err_code insert_unit(struct tx *tx, void *arg, struct err *err)
{
    struct work *work = arg;
    struct client_record client;
    char prefix[PREFIX_LENGTH + 1];
    snprintf(prefix, sizeof prefix, "%s", work->text);
    struct token_record token = {.prefix = prefix, .kind = TOKEN_CLIENT, .user_id = FIRST_USER, .created = clock_wall_ms()};
    digest_sha256(work->text, strlen(work->text), token.digest);

    if (work->unless_known) {
        struct token_record known;
        enum err_code found = token_find(tx, work->arena, token.digest, &known, err);
        work->active = found == ERR_NONE && !known.revoked && (known.expires == 0 || known.expires > token.created);
        if (found != ERR_NOT_FOUND)
            return found;
    }
    enum err_code code = client_find(tx, work->arena, FIRST_CLIENT, &client, err);
    if (code != ERR_NONE)
        return code;
    token.client_id = client.id;
    token.organization_id = client.organization_id;
    work->active = true;
    return token_insert(tx, &token, err);
}

static enum err_code list_unit(struct tx *tx, void *arg, struct err *err)
{
    struct work *work = arg;
    return token_list(tx, work->arena, &work->records, &work->n, err);
}

static enum err_code revoke_unit(struct tx *tx, void *arg, struct err *err)
{
    struct work *work = arg;
    unsigned char digest[DIGEST_SIZE];
    struct token_record token = {.id = 0};
    digest_sha256(work->text, strlen(work->text), digest);
    enum err_code code = token_find(tx, work->arena, digest, &token, err);
    if (code == ERR_NOT_FOUND && text_to_id(work->text, strlen(work->text), &token.id))
        code = ERR_NONE;
    return code == ERR_NONE ? token_revoke(tx, token.id, err) : code;
}

enum err_code api_token_create(struct storage *storage, char token[API_TOKEN_MAX + 1], struct err *err)
{
    digest_random_letters(token, TOKEN_LENGTH);
    struct work work = {.arena = arena_create(), .text = token};
    enum err_code code = storage_write_wait(storage, insert_unit, &work, err);
    arena_destroy(work.arena);
    return code;
}

enum err_code api_token_ensure(struct storage *storage, const char *token, bool *active, struct err *err)
{
    *active = false;
    if (!is_well_formed(token))
        return err_set(err, ERR_INVALID, "token", "A token has %d to %d characters out of A-Z, a-z, 0-9, _ and -", TOKEN_MIN,
                       API_TOKEN_MAX);
    struct work work = {.arena = arena_create(), .text = token, .unless_known = true};
    enum err_code code = storage_write_wait(storage, insert_unit, &work, err);
    arena_destroy(work.arena);
    *active = code == ERR_NONE && work.active;
    return code;
}

enum err_code api_token_list(struct storage *storage, struct api_token_info **list, size_t *n, struct err *err)
{
    struct work work = {.arena = arena_create()};
    enum err_code code = storage_read(storage, list_unit, &work, err);
    if (code == ERR_NONE) {
        *list = mem_calloc(work.n, sizeof **list);
        *n = work.n;
        for (size_t i = 0; i < work.n; i++) {
            const struct token_record *token = &work.records[i];
            struct api_token_info *info = &(*list)[i];
            *info = (struct api_token_info){.id = token->id, .created = token->created, .revoked = token->revoked};
            snprintf(info->prefix, sizeof info->prefix, "%s", token->prefix);
        }
    }
    arena_destroy(work.arena);
    return code;
}

enum err_code api_token_revoke(struct storage *storage, const char *id_or_token, struct err *err)
{
    struct work work = {.arena = arena_create(), .text = id_or_token};
    enum err_code code = storage_write_wait(storage, revoke_unit, &work, err);
    arena_destroy(work.arena);
    return code;
}
