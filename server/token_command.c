// The token command: makes, lists and revokes API tokens in a database, also while a server runs on it.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "server/command.h"
#include "server/config.h"
#include "storage/storage.h"

static enum err_code token_command_create(struct storage *storage, struct err *err)
{
    char token[API_TOKEN_MAX + 1];
    enum err_code code = api_token_create(storage, token, err);
    if (code == ERR_NONE)
        printf("%s\n", token);
    return code;
}

static enum err_code token_command_list(struct storage *storage, struct err *err)
{
    struct api_token_info *list = NULL;
    size_t n = 0;
    enum err_code code = api_token_list(storage, &list, &n, err);
    if (code != ERR_NONE)
        return code;
    printf("%-6s %-8s %-20s %s\n", "ID", "TOKEN", "CREATED", "STATE");
    for (size_t i = 0; i < n; i++) {
        time_t seconds = (time_t)(list[i].created / 1000);
        struct tm utc;
        char created[32] = "";
        if (gmtime_r(&seconds, &utc) != NULL)
            strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &utc);
        printf("%-6lld %.4s...  %-20s %s\n", (long long)list[i].id, list[i].prefix, created,
               list[i].revoked ? "revoked" : "active");
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

static int token_command_perform(const struct config *config, const char *verb, const char *which)
{
    // Only create may begin a database: the others would hide a misspelt name behind an empty list.
    if (strcmp(verb, "create") != 0 && access(config->database, F_OK) != 0) {
        fprintf(stderr, "fairway: --database: %s: %s; name the file that the server uses\n", config->database, strerror(errno));
        return COMMAND_FAILED;
    }
    struct storage *storage = NULL;
    struct err err = {0};
    struct storage_options options = {.path = config->database, .n_readers = 1};
    enum err_code code = storage_open(&options, &storage, &err);
    if (code == ERR_NONE) {
        code = strcmp(verb, "create") == 0 ? token_command_create(storage, &err)
               : strcmp(verb, "list") == 0 ? token_command_list(storage, &err)
                                           : token_command_revoke(storage, which, &err);
    }
    storage_close(storage);
    if (code == ERR_NONE)
        return fflush(stdout) == 0 ? COMMAND_DONE : COMMAND_FAILED;
    return command_fail(COMMAND_FAILED, code == ERR_NOT_FOUND ? "token revoke" : config->database, &err);
}

int token_command(int argc, char **argv)
{
    struct config config;
    struct err err = {0};
    int n = 0;
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
    else if (!revoke && n != 1)
        status = token_command_misused("too many words");
    else
        status = token_command_perform(&config, verb, revoke ? argv[1] : NULL);
    config_clear(&config);
    return status;
}
