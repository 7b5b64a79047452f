// The token command: makes, lists and revokes API tokens in a database, also while a server runs on it.
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "base/text.h"
#include "server/command.h"
#include "server/config.h"
#include "storage/storage.h"

static enum err_code token_command_create(struct storage *storage, const struct api_token_options *options, struct err *err)
{
    char token[API_TOKEN_MAX + 1];
    enum err_code code = api_token_create(storage, options, token, err);
    if (code == ERR_NONE)
        printf("%s\n", token);
    return code;
}

static const char *token_command_time(int64_t ms, char out[32])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    *out = '\0';
    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return out;
}

static enum err_code token_command_list(struct storage *storage, struct err *err)
{
    struct api_token_info *list = NULL;
    size_t n = 0;
    enum err_code code = api_token_list(storage, &list, &n, err);
    if (code != ERR_NONE)
        return code;
    printf("%-6s %-8s %-11s %-20s %-20s %s\n", "ID", "TOKEN", "TYPE", "CREATED", "EXPIRES", "STATE");
    for (size_t i = 0; i < n; i++) {
        char created[32], expires[32];
        printf("%-6lld %.4s...  %-11s %-20s %-20s %s\n", (long long)list[i].id, list[i].prefix, list[i].kind,
               token_command_time(list[i].created, created),
               list[i].expires == 0 ? "never" : token_command_time(list[i].expires, expires),
               list[i].revoked ? "revoked" : list[i].active ? "active" : "expired");
    }
    free(list);
    return ERR_NONE;
}

static enum err_code token_command_revoke(struct storage *storage, const char *which, struct err *err)
{
    enum err_code code = api_token_revoke(storage, which, err);
    if (code == ERR_NONE)
        puts("revoked");
    return code;
}

static int token_command_misused(const char *text)
{
    fprintf(stderr, "fairway: token: %s; `fairway --help` shows the forms\n", text);
    return COMMAND_MISUSED;
}

static int token_command_perform(const struct config *config, const char *verb, const char *which,
                                 const struct api_token_options *made)
{
    // Only create may begin a database: the others would hide a misspelt name behind an empty list.
    bool begins = access(config->database, F_OK) != 0;
    if (begins && strcmp(verb, "create") != 0) {
        fprintf(stderr, "fairway: --database: %s: %s; name the file that the server uses\n", config->database, strerror(errno));
        return COMMAND_FAILED;
    }
    struct storage *storage = NULL;
    struct err err = {0};
    struct storage_options options = {.path = config->database, .n_readers = 1};
    enum err_code code = storage_open(&options, &storage, &err);
    if (code == ERR_NONE) {
        code = strcmp(verb, "create") == 0 ? token_command_create(storage, made, &err)
               : strcmp(verb, "list") == 0 ? token_command_list(storage, &err)
                                           : token_command_revoke(storage, which, &err);
    }
    storage_close(storage);
    if (code == ERR_NONE && begins)
        fprintf(stderr, "fairway: %s did not exist and was made; the token works with a server of this database only\n", config->database);
    if (code == ERR_NONE)
        return fflush(stdout) == 0 ? COMMAND_DONE : COMMAND_FAILED;
    return command_fail(COMMAND_FAILED, code == ERR_NOT_FOUND ? "token revoke" : config->database, &err);
}

static bool token_command_days(const char *text, int64_t *days)
{
    enum { DAYS_MAX = 36500 };
    return text_to_int(text, false, days) && *days >= 1 && *days <= DAYS_MAX;
}

// Takes --development, --user and --days=N (or --days N) out of argv. False: they make no sense. *given: there was one.
static bool token_command_options(int *argc, char **argv, struct api_token_options *made, bool *given)
{
    int kept = 0;
    bool fine = true;
    for (int i = 0; i < *argc; i++) {
        bool user = strcmp(argv[i], "--user") == 0;
        if (user || strcmp(argv[i], "--development") == 0) {
            fine = fine && made->kind == API_TOKEN_PRODUCTION;
            made->kind = user ? API_TOKEN_USER : API_TOKEN_DEVELOPMENT;
        } else if (strncmp(argv[i], "--days=", 7) == 0) {
            fine = fine && token_command_days(argv[i] + 7, &made->days);
        } else if (strcmp(argv[i], "--days") == 0) {
            fine = fine && i + 1 < *argc && token_command_days(argv[i + 1], &made->days);
            i++;
        } else {
            argv[kept++] = argv[i];
            continue;
        }
        *given = true;
    }
    argv[kept] = NULL;
    *argc = kept;
    return fine;
}

int token_command(int argc, char **argv)
{
    struct config config;
    struct err err = {0};
    struct api_token_options made = {.kind = API_TOKEN_PRODUCTION};
    int n = 0;
    bool given = false;
    if (!token_command_options(&argc, argv, &made, &given))
        return token_command_misused("a token is made with one of --development and --user, and --days from 1 to 36500");
    if (config_read(&config, CONFIG_TOKEN, argc, argv, &n, &err) != ERR_NONE) {
        config_clear(&config);
        return command_fail(COMMAND_MISUSED, NULL, &err);
    }
    log_set_level(LOG_WARN); // what the commands have to say is on standard output
    const char *verb = n > 0 ? argv[0] : "";
    bool revoke = strcmp(verb, "revoke") == 0;
    int status;
    if (!revoke && strcmp(verb, "create") != 0 && strcmp(verb, "list") != 0)
        status = token_command_misused("say create, list or revoke");
    else if (revoke && n != 2)
        status = token_command_misused("revoke takes one id (see `fairway token list`) or one whole token");
    else if (given && strcmp(verb, "create") != 0)
        status = token_command_misused("--development, --user and --days are for create");
    else if (!revoke && n != 1)
        status = token_command_misused("too many words");
    else
        status = token_command_perform(&config, verb, revoke ? argv[1] : NULL, &made);
    config_clear(&config);
    return status;
}
