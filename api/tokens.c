// Tokens over the API (API reference 1.2, 2.14, 3.8).
#include "api/tokens.h"

#include <string.h>

#include "api/expect.h"
#include "api/route.h"
#include "storage/token.h"

// ------------------------------------------------------------------ texts and kinds

enum { GUEST_DAYS = 30, USER_DAYS = 7 };

int64_t token_usual_lease(enum token_kind kind)
{
    return kind == TOKEN_GUEST ? GUEST_DAYS * TOKEN_DAY : kind == TOKEN_USER ? USER_DAYS * TOKEN_DAY : 0;
}

void token_set_text(struct arena *arena, struct token_record *token, const char *text)
{
    token->prefix = arena_strndup(arena, text, strnlen(text, TOKEN_PREFIX_LENGTH));
    digest_sha256(text, strlen(text), token->digest);
}

const char *token_generate(struct arena *arena, struct token_record *token)
{
    char *text = arena_alloc(arena, TOKEN_LENGTH + 1, 1);
    digest_random_letters(text, TOKEN_LENGTH);
    token_set_text(arena, token, text);
    return text;
}

bool token_works(const struct token_record *token, int64_t now)
{
    return !token->revoked && (token->expires == 0 || token->expires > now);
}

const char *token_kind_name(enum token_kind kind)
{
    static const char *const names[] = {[TOKEN_CLIENT] = "client-api",
                                        [TOKEN_CLIENT_DEVELOPMENT] = "client-dev",
                                        [TOKEN_USER] = "user",
                                        [TOKEN_GUEST] = "guest"};
    return names[kind];
}

// ------------------------------------------------------------------ showing

static const char *mask(struct arena *arena, const char *prefix)
{
    char *text = arena_alloc(arena, TOKEN_LENGTH + 1, 1);
    memset(text, 'X', TOKEN_LENGTH);
    memcpy(text, prefix, strnlen(prefix, TOKEN_PREFIX_LENGTH));
    return text;
}

static void write_seconds(struct json_writer *w, const char *key, int64_t ms)
{
    if (ms != 0)
        json_member_int(w, key, ms / 1000);
    else
        json_member_null(w, key);
}

void token_write(struct call *call, const struct token_record *token, const char *text)
{
    struct json_writer *w = &call->out;
    bool guest = token->kind == TOKEN_GUEST;
    json_begin_object(w);
    json_member_string(w, "object", "token");
    json_member_string(w, "token", text != NULL ? text : mask(call->arena, token->prefix));
    json_member_string(w, "token_type", token_kind_name(token->kind));
    json_member_id(w, "client", token->client_id);
    json_member_id(w, "organization", token->organization_id);
    json_member_id(w, "user", token->user_id);
    json_member_bool(w, "development", token->kind == TOKEN_CLIENT_DEVELOPMENT);
    json_member_bool(w, "all_experiments", !guest);
    json_member_id(w, "experiment", token->experiment_id);
    json_member_id(w, "training_run", token->training_run_id);
    json_member_string(w, "permissions", guest ? "read" : "write");
    json_member_string(w, "scope", guest ? "shared_experiment" : "all_endpoints");
    write_seconds(w, "expires", token->expires);
    write_seconds(w, "lease_length", token->lease);
    json_end_object(w);
}

// ------------------------------------------------------------------ one token

// A guest's token belongs to the user who made it. A user has the tokens of every team, a token of a team those of its team.
static bool is_callers(const struct call *call, const struct token_record *token)
{
    const struct token_record *caller = &call->token;
    if (caller->kind == TOKEN_GUEST || token->organization_id != caller->organization_id)
        return false;
    int64_t owner = token->kind == TOKEN_GUEST ? token->creator_id : token->user_id;
    return owner == caller->user_id && (caller->client_id == 0 || caller->client_id == token->client_id);
}

// The token that the path names, with its text when the request has brought it as its own. Not the caller's: ERR_NOT_FOUND.
static enum err_code find_named(struct call *call, struct token_record *token, const char **text)
{
    *text = NULL;
    if (strcmp(call->token_text, "self") == 0 || strcmp(call->token_text, call->credential) == 0) {
        *token = call->token;
        *text = call->credential;
        return ERR_NONE;
    }
    unsigned char digest[DIGEST_SIZE];
    digest_sha256(call->token_text, strlen(call->token_text), digest);
    enum err_code code = token_find(call->tx, call->arena, digest, token, &call->err);
    if (code == ERR_NOT_FOUND || (code == ERR_NONE && !(token_works(token, call->now) && is_callers(call, token))))
        return call_error(call, ERR_NOT_FOUND, NULL, "This token does not exist");
    return code;
}

enum err_code token_detail(struct call *call)
{
    struct token_record token;
    const char *text;
    enum err_code code = find_named(call, &token, &text);
    if (code == ERR_NONE)
        token_write(call, &token, text);
    return code;
}

// ------------------------------------------------------------------ change

// The old text stays known as a revoked one, so that nothing can bring it back.
static enum err_code rotate(struct call *call, struct token_record *token, const char **text)
{
    enum err_code code = token_revoke(call->tx, token->id, &call->err);
    if (code != ERR_NONE)
        return code;
    *text = token_generate(call->arena, token);
    return token_insert(call->tx, token, &call->err);
}

static enum err_code set_lasting(struct call *call, struct token_record *token, bool lasts)
{
    int64_t lease = token_usual_lease(token->kind);
    if (lasts) {
        token->expires = token->lease = 0;
    } else if (token->expires == 0) {
        if (lease == 0)
            return call_error(call, ERR_INVALID, ".lasts_forever", "A token of the type %s has no end: .lasts_forever must be true",
                              token_kind_name(token->kind));
        token->lease = lease;
        token->expires = call->now + lease;
    }
    return token_set_lease(call->tx, token, &call->err);
}

static enum err_code renew(struct call *call, struct token_record *token)
{
    if (!token->renewable)
        return call_error(call, ERR_FORBIDDEN, ".expires", "This token cannot be renewed");
    if (token->lease == 0)
        return call_error(call, ERR_INVALID, ".expires", "This token lasts forever: there is nothing to renew");
    if (token->expires < call->now + token->lease)
        token->expires = call->now + token->lease;
    return token_set_lease(call->tx, token, &call->err);
}

enum err_code token_change(struct call *call)
{
    static const char *const rotations[] = {"rotate", NULL}, *const renewals[] = {"renew", NULL};
    const struct json *value = json_member(call->body, "token"), *lasting = json_member(call->body, "lasts_forever"),
                      *expires = json_member(call->body, "expires");
    struct token_record token;
    const char *text;
    size_t word;
    bool lasts = false;
    enum err_code code = find_named(call, &token, &text);
    if (code != ERR_NONE)
        return code;
    if ((!expect_absent(value) && expect_one_of(value, rotations, ".token", &word, &call->err) != ERR_NONE) ||
        (!expect_absent(lasting) && expect_bool(lasting, ".lasts_forever", &lasts, &call->err) != ERR_NONE) ||
        (!expect_absent(expires) && expect_one_of(expires, renewals, ".expires", &word, &call->err) != ERR_NONE))
        return ERR_INVALID;
    if (!expect_absent(value))
        code = rotate(call, &token, &text);
    if (code == ERR_NONE && !expect_absent(lasting))
        code = set_lasting(call, &token, lasts);
    if (code == ERR_NONE && !expect_absent(expires))
        code = renew(call, &token);
    if (code == ERR_NONE)
        token_write(call, &token, text);
    return code;
}

enum err_code token_remove(struct call *call)
{
    struct token_record token;
    const char *text;
    enum err_code code = find_named(call, &token, &text);
    if (code == ERR_NONE && token.kind != TOKEN_GUEST && token.expires == 0)
        return call_error(call, ERR_FORBIDDEN, NULL,
                          "A token that lasts forever and sees all experiments cannot be deleted here, only rotated");
    return code == ERR_NONE ? token_revoke(call->tx, token.id, &call->err) : code;
}

// ------------------------------------------------------------------ list

// What a list is made of: its tokens, and the texts of those that it has just made.
struct own_tokens {
    struct token_record *records;
    size_t n;
    struct {
        int64_t id;
        const char *text;
    } made[2];
    size_t n_made;
};

static bool has_role(const struct own_tokens *own, enum token_kind kind)
{
    for (size_t i = 0; i < own->n; i++)
        if (own->records[i].kind == kind && own->records[i].expires == 0)
            return true;
    return false;
}

static enum err_code make_role(struct call *call, struct own_tokens *own, enum token_kind kind)
{
    struct token_record token = {.kind = kind,
                                 .organization_id = call->client.organization_id,
                                 .client_id = call->client.id,
                                 .user_id = call->token.user_id,
                                 .created = call->now};
    own->made[own->n_made].text = token_generate(call->arena, &token);
    enum err_code code = token_insert(call->tx, &token, &call->err);
    own->made[own->n_made++].id = token.id;
    return code;
}

static void render_own(struct call *call, const void *rows, size_t i)
{
    const struct own_tokens *own = rows;
    const char *text = NULL;
    for (size_t k = 0; k < own->n_made; k++)
        if (own->made[k].id == own->records[i].id)
            text = own->made[k].text;
    token_write(call, &own->records[i], text);
}

static enum err_code read_own(struct call *call, struct own_tokens *own)
{
    return token_list_of_user(call->tx, call->arena, call->client.id, call->token.user_id, call->now, &own->records, &own->n,
                              &call->err);
}

enum err_code token_list_own(struct call *call)
{
    static const enum token_kind roles[] = {TOKEN_CLIENT, TOKEN_CLIENT_DEVELOPMENT};
    struct own_tokens own = {.n = 0};
    enum err_code code = read_own(call, &own);
    for (size_t i = 0; i < 2 && code == ERR_NONE; i++)
        if (!has_role(&own, roles[i]))
            code = make_role(call, &own, roles[i]);
    if (code == ERR_NONE && own.n_made > 0)
        code = read_own(call, &own);
    if (code == ERR_NONE)
        paging_render_all(call, &own, own.n, render_own);
    return code;
}

// ------------------------------------------------------------------ guests

enum err_code token_create_guest(struct call *call)
{
    static const char *const nothing[] = {NULL};
    if (expect_keys(call->body, nothing, "", &call->err) != ERR_NONE)
        return ERR_INVALID;
    struct token_record token = {.kind = TOKEN_GUEST,
                                 .organization_id = call->client.organization_id,
                                 .client_id = call->client.id,
                                 .experiment_id = call->experiment.id,
                                 .training_run_id = call->run.id,
                                 .creator_id = call->token.user_id,
                                 .created = call->now,
                                 .lease = token_usual_lease(TOKEN_GUEST)};
    token.expires = call->now + token.lease;
    if (call->token.expires != 0 && call->token.expires < token.expires) // a guest does not stay longer than its host
        token.expires = call->token.expires;
    const char *text = token_generate(call->arena, &token);
    enum err_code code = token_insert(call->tx, &token, &call->err);
    if (code == ERR_NONE)
        token_write(call, &token, text);
    return code;
}
