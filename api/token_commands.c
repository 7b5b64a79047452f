// Tokens for the command line: made, listed and revoked by the same rules as over the API.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/tokens.h"
#include "base/clock.h"
#include "base/text.h"
#include "storage/account.h"
#include "storage/token.h"

enum { TOKEN_MIN = 16 };

// What bootstrap puts into a new database: the one team and the one user of this version.
enum { FIRST_CLIENT = 1, FIRST_USER = 1 };

// A unit of work on tokens: what goes in and what comes out.
struct work {
    struct arena *arena;
    const char *text; // of a token, or an id
    struct api_token_options options;
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
    struct token_record token = {.user_id = FIRST_USER, .created = clock_wall_ms()};
    token_set_text(work->arena, &token, work->text);

    if (work->unless_known) {
        struct token_record known;
        enum err_code found = token_find(tx, work->arena, token.digest, &known, err);
        work->active = found == ERR_NONE && token_works(&known, token.created);
        if (found != ERR_NOT_FOUND)
            return found;
    }
    enum err_code code = client_find(tx, work->arena, FIRST_CLIENT, &client, err);
    if (code != ERR_NONE)
        return code;
    token.kind = work->options.kind == API_TOKEN_USER          ? TOKEN_USER
                 : work->options.kind == API_TOKEN_DEVELOPMENT ? TOKEN_CLIENT_DEVELOPMENT
                                                               : TOKEN_CLIENT;
    token.client_id = token.kind == TOKEN_USER ? 0 : client.id;
    token.organization_id = client.organization_id;
    token.lease = work->options.days > 0 ? work->options.days * TOKEN_DAY : token_usual_lease(token.kind);
    token.expires = token.lease > 0 ? token.created + token.lease : 0;
    token.renewable = token.lease > 0;
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

enum err_code api_token_create(struct storage *storage, const struct api_token_options *options, char token[API_TOKEN_MAX + 1],
                               struct err *err)
{
    digest_random_letters(token, TOKEN_LENGTH);
    struct work work = {.arena = arena_create(), .text = token};
    if (options != NULL)
        work.options = *options;
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
            *info = (struct api_token_info){.id = token->id,
                                            .kind = token_kind_name(token->kind),
                                            .created = token->created,
                                            .expires = token->expires,
                                            .revoked = token->revoked,
                                            .active = token_works(token, clock_wall_ms())};
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
