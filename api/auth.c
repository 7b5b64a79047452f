#include "api/auth.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/text.h"
#include "storage/experiment.h"
#include "storage/project.h"
#include "storage/token.h"

// ------------------------------------------------------------------ header

// The text behind the scheme's name, or NULL when it is another scheme.
static const char *after_scheme(const char *header, const char *scheme)
{
    size_t n = strlen(scheme);
    if (strncasecmp(header, scheme, n) != 0 || header[n] != ' ')
        return NULL;
    return header + n + strspn(header + n, " ");
}

static size_t trimmed_length(const char *s)
{
    size_t n = strlen(s);
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    return n;
}

// The user name of Basic credentials, or NULL.
static char *read_basic(struct arena *arena, const char *encoded)
{
    size_t n = trimmed_length(encoded), len = 0;
    unsigned char *bytes = arena_alloc(arena, n + 4, 1);
    if (!base64_decode(encoded, n, bytes, &len))
        return NULL;
    const char *text = (const char *)bytes, *colon = memchr(text, ':', len);
    if (colon == NULL || memchr(text, '\0', (size_t)(colon - text)) != NULL)
        return NULL;
    return arena_strndup(arena, text, (size_t)(colon - text));
}

enum err_code auth_read(struct arena *arena, const char *header, const char **token, struct err *err)
{
    *token = NULL;
    if (header == NULL)
        return ERR_NONE;
    const char *basic = after_scheme(header, "Basic"), *bearer = after_scheme(header, "Bearer");
    char *text = NULL;
    if (basic != NULL)
        text = read_basic(arena, basic);
    else if (bearer != NULL)
        text = arena_strndup(arena, bearer, trimmed_length(bearer));
    if (text == NULL || *text == '\0' || !text_is_utf8(text, strlen(text)))
        return err_set(err, ERR_INVALID, NULL,
                       "The API token could not be parsed: send it as the user name of HTTP Basic authentication");
    *token = text;
    return ERR_NONE;
}

// ------------------------------------------------------------------ token

static enum err_code refuse_token(struct call *call, const char *token_status, const char *text)
{
    call->token_status = token_status;
    return call_error(call, ERR_FORBIDDEN, NULL, "%s", text);
}

enum err_code auth_check(struct call *call)
{
    if (call->credential == NULL)
        return call_error(call, ERR_UNAUTHENTICATED, NULL,
                          "No API token was provided: send it as the user name of HTTP Basic authentication");
    struct token_record *token = &call->token;
    unsigned char digest[DIGEST_SIZE];
    digest_sha256(call->credential, strlen(call->credential), digest);
    enum err_code code = token_find(call->tx, call->arena, digest, token, &call->err);
    if (code == ERR_NOT_FOUND || (code == ERR_NONE && token->revoked))
        return refuse_token(call, "revoked", "This API token is not valid: it is unknown or was revoked");
    if (code != ERR_NONE)
        return code;
    if (token->expires != 0 && token->expires <= call->now)
        return refuse_token(call, "expired", "This API token has expired");
    if (token->kind != TOKEN_CLIENT && token->kind != TOKEN_CLIENT_DEVELOPMENT)
        return refuse_token(call, NULL, "This kind of API token is not part of this version");
    call->development = token->kind == TOKEN_CLIENT_DEVELOPMENT;
    if (call->development && !call->route->development)
        return refuse_token(call, NULL, "Development tokens are not allowed here");
    code = client_find(call->tx, call->arena, token->client_id, &call->client, &call->err);
    if (code == ERR_NOT_FOUND)
        return refuse_token(call, NULL, "The team of this API token does not exist any more");
    return code;
}

// ------------------------------------------------------------------ objects

static enum err_code load_experiment(struct call *call)
{
    struct experiment_record *experiment = &call->experiment;
    int64_t id = call->experiment_id;
    enum err_code code = experiment_find(call->tx, call->arena, id, experiment, &call->err);
    if (code == ERR_NOT_FOUND || (code == ERR_NONE && experiment->client_id != call->client.id))
        return call_error(call, ERR_NOT_FOUND, NULL, "experiment %" PRId64 " does not exist", id);
    if (code == ERR_NONE && experiment->development != call->development)
        return refuse_token(call, "invalid_permissions",
                            call->development ? "A development token cannot be used for a production experiment"
                                              : "A production token cannot be used for a development experiment");
    return code;
}

enum err_code auth_load(struct call *call)
{
    if (call->client_id >= 0 && call->client_id != call->client.id)
        return call_error(call, ERR_NOT_FOUND, NULL, "client %" PRId64 " does not exist", call->client_id);
    if (call->project_reference != NULL) {
        enum err_code code = project_find(call->tx, call->arena, call->client.id, call->project_reference, &call->project,
                                          &call->err);
        if (code == ERR_NOT_FOUND)
            return call_error(call, code, NULL, "project %s does not exist", call->project_reference);
        if (code != ERR_NONE)
            return code;
    }
    return call->experiment_id >= 0 ? load_experiment(call) : ERR_NONE;
}
