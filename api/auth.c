#include "api/auth.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/text.h"
#include "storage/account.h"
#include "storage/experiment.h"
#include "storage/file.h"
#include "storage/project.h"
#include "storage/token.h"
#include "storage/training_run.h"

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

// Whether the kind of token may call the route at all, whatever the path names.
static enum err_code check_kind(struct call *call)
{
    unsigned accepted = call->route->tokens;
    const struct token_record *token = &call->token;
    if (token->kind == TOKEN_CLIENT_DEVELOPMENT && (accepted & ACCEPTS_DEVELOPMENT) == 0)
        return refuse_token(call, NULL, "Development tokens are not allowed here");
    if (token->kind == TOKEN_GUEST && (accepted & ACCEPTS_GUEST) == 0)
        return refuse_token(call, NULL, "A guest's token may only read the experiment or the run that it was made for");
    if ((accepted & NEEDS_USER) != 0 && token->user_id == 0)
        return refuse_token(call, NULL, "Only a token that belongs to a user is allowed here");
    if ((accepted & NEEDS_CLIENT) != 0 && token->client_id == 0)
        return refuse_token(call, NULL,
                            call->from_python ? "This token belongs to no team: use conn.clients(CLIENT_ID).experiments()"
                                              : "This token belongs to no team: use /v1/clients/CLIENT_ID/experiments");
    return ERR_NONE;
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
    call->development = token->kind == TOKEN_CLIENT_DEVELOPMENT;
    code = check_kind(call);
    if (code != ERR_NONE || token->client_id == 0)
        return code;
    code = client_find(call->tx, call->arena, token->client_id, &call->client, &call->err);
    if (code == ERR_NOT_FOUND)
        return refuse_token(call, NULL, "The team of this API token does not exist any more");
    return code;
}

// ------------------------------------------------------------------ objects

// Sets call->client to the team `id` if the token may see it; ERR_NOT_FOUND otherwise. A user sees every team of the organization.
static enum err_code see_client(struct call *call, int64_t id)
{
    if (call->token.client_id != 0)
        return id == call->client.id ? ERR_NONE : ERR_NOT_FOUND;
    struct client_record client;
    enum err_code code = client_find(call->tx, call->arena, id, &client, &call->err);
    if (code == ERR_NONE && client.organization_id != call->token.organization_id)
        return ERR_NOT_FOUND;
    if (code == ERR_NONE)
        call->client = client;
    return code;
}

// An experiment of runs has another path.
static enum err_code redirect(struct call *call)
{
    snprintf(call->location, sizeof call->location, "/v1/aiexperiments/%" PRId64, call->experiment_id);
    return call_error(call, ERR_NOT_FOUND, NULL, "experiment %" PRId64 " is an AI experiment: see %s", call->experiment_id,
                      call->location);
}

static enum err_code load_experiment(struct call *call)
{
    struct experiment_record *experiment = &call->experiment;
    const struct token_record *token = &call->token;
    int64_t id = call->experiment_id;
    enum err_code code = experiment_find(call->tx, call->arena, id, experiment, &call->err);
    if (code == ERR_NONE)
        code = see_client(call, experiment->client_id);
    if (code == ERR_NONE && token->kind == TOKEN_GUEST && token->experiment_id != id)
        code = ERR_NOT_FOUND;
    if (code == ERR_NONE && call->needs_runs && !experiment->runs_only)
        code = ERR_NOT_FOUND;
    if (code == ERR_NOT_FOUND)
        return call_error(call, code, NULL, "experiment %" PRId64 " does not exist", id);
    if (code == ERR_NONE && experiment->runs_only && (call->route->tokens & REDIRECTS_RUNS) != 0)
        return redirect(call);
    // Users see both kinds; a guest sees the one experiment that somebody has shown. Experiments of runs are not told apart on
    // their own paths.
    bool bound = token->kind == TOKEN_CLIENT || token->kind == TOKEN_CLIENT_DEVELOPMENT;
    if (code == ERR_NONE && bound && !call->needs_runs && experiment->development != call->development)
        return refuse_token(call, "invalid_permissions",
                            call->development ? "A development token cannot be used for a production experiment"
                                              : "A production token cannot be used for a development experiment");
    return code;
}

static enum err_code load_run(struct call *call)
{
    const struct token_record *token = &call->token;
    int64_t id = call->training_run_id;
    enum err_code code = training_run_find(call->tx, call->arena, id, &call->run, &call->err);
    if (code == ERR_NONE)
        code = see_client(call, call->run.client_id);
    if (code == ERR_NONE && token->kind == TOKEN_GUEST && token->training_run_id != id)
        code = ERR_NOT_FOUND;
    return code == ERR_NOT_FOUND ? call_error(call, code, NULL, "training run %" PRId64 " does not exist", id) : code;
}

static enum err_code load_file(struct call *call)
{
    enum err_code code = file_find(call->tx, call->arena, call->file_id, &call->file, &call->err);
    if (code == ERR_NONE)
        code = see_client(call, call->file.client_id);
    return code == ERR_NOT_FOUND ? call_error(call, code, NULL, "file %" PRId64 " does not exist", call->file_id) : code;
}

// The project of what a guest's token was made for.
static enum err_code find_shown_project(struct call *call, int64_t *project_id)
{
    const struct token_record *token = &call->token;
    struct experiment_record experiment = {.id = 0};
    struct training_run_record run = {.id = 0};
    enum err_code code = token->training_run_id != 0
                             ? training_run_find(call->tx, call->arena, token->training_run_id, &run, &call->err)
                             : experiment_find(call->tx, call->arena, token->experiment_id, &experiment, &call->err);
    *project_id = token->training_run_id != 0 ? run.project_id : experiment.project_id;
    return code;
}

static enum err_code load_project(struct call *call)
{
    struct project_record *project = &call->project;
    enum err_code code = project_find(call->tx, call->arena, call->client.id, call->project_reference, project, &call->err);
    if (code == ERR_NONE && call->token.kind == TOKEN_GUEST) {
        int64_t shown;
        code = find_shown_project(call, &shown);
        if (code == ERR_NONE && shown != project->id)
            code = ERR_NOT_FOUND;
    }
    if (code == ERR_NOT_FOUND)
        return call_error(call, code, NULL, "project %s does not exist", call->project_reference);
    return code;
}

// Who administers a team is its user. A token that belongs to a team alone reads and writes.
static enum level level_of(const struct token_record *token)
{
    if (token->kind == TOKEN_GUEST)
        return LEVEL_READ;
    return token->user_id != 0 ? LEVEL_ADMIN : LEVEL_WRITE;
}

enum err_code auth_load(struct call *call)
{
    enum err_code code = ERR_NONE;
    if (call->organization_id >= 0 && call->organization_id != call->token.organization_id)
        return call_error(call, ERR_NOT_FOUND, NULL, "organization %" PRId64 " does not exist", call->organization_id);
    if (call->client_id >= 0)
        code = see_client(call, call->client_id);
    if (code == ERR_NOT_FOUND)
        return call_error(call, code, NULL, "client %" PRId64 " does not exist", call->client_id);
    if (code == ERR_NONE && call->project_reference != NULL)
        code = load_project(call);
    if (code == ERR_NONE && call->experiment_id >= 0)
        code = load_experiment(call);
    if (code == ERR_NONE && call->training_run_id >= 0)
        code = load_run(call);
    if (code == ERR_NONE && call->file_id >= 0)
        code = load_file(call);
    if (code == ERR_NONE && level_of(&call->token) < call->route->level)
        return refuse_token(call, "invalid_permissions", "This API token may not do this");
    return code;
}
