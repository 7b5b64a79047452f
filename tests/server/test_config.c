#include "server/config.h"

#include <stdlib.h>

#include "tests/tap.h"

static struct config config;
static struct err err;
static int n_rest;

static enum err_code read_line(enum config_scope scope, const char *a, const char *b, const char *c)
{
    const char *words[] = {a, b, c, NULL};
    int n = 0;
    while (n < 3 && words[n] != NULL)
        n++;
    config_clear(&config);
    err_clear(&err);
    char *argv[4] = {0};
    for (int i = 0; i < n; i++)
        argv[i] = strdup(words[i]);
    char *owned[4];
    memcpy(owned, argv, sizeof owned);
    enum err_code code = config_read(&config, scope, n, argv, &n_rest, &err);
    for (int i = 0; i < 4; i++)
        free(owned[i]);
    return code;
}

static void test_defaults(void)
{
    setenv("XDG_DATA_HOME", "/data", 1);
    setenv("HOME", "/home/somebody", 1);
    is_int(read_line(CONFIG_SERVE, NULL, NULL, NULL), ERR_NONE, "no option");
    is_text(config.listen, "127.0.0.1:7741", "listen");
    is_text(config.database, "/data/fairway/fairway.db", "database");
    ok(config.token == NULL && config.token_file == NULL, "no token");
    is_int(config.log_level, LOG_INFO, "level");
    ok(config.connections >= 1024, "connections");
    is_int(config.storage_workers, 4, "workers");
    is_int(config.idle_timeout_s, 75, "idle");
    is_int(config.upload_timeout_s, 15, "upload");
    is_int(config.model_deadline_ms, 6000, "deadline");
    unsetenv("XDG_DATA_HOME");
    read_line(CONFIG_SERVE, NULL, NULL, NULL);
    is_text(config.database, "/home/somebody/.local/share/fairway/fairway.db", "database without XDG_DATA_HOME");
    unsetenv("HOME");
    is_int(read_line(CONFIG_SERVE, NULL, NULL, NULL), ERR_INVALID, "nowhere to put the database");
    is_text(err.field, "--database", "  says what to give");
    is_int(read_line(CONFIG_SERVE, "--database", "x.db", NULL), ERR_NONE, "named");
}

static void test_forms(void)
{
    is_int(read_line(CONFIG_SERVE, "--database=a=b", "--connections", "128"), ERR_NONE, "both forms");
    is_text(config.database, "a=b", "--name=value, with another = in it");
    is_int(config.connections, 128, "--name value");
    setenv("FAIRWAY_CONNECTIONS", "256", 1);
    setenv("FAIRWAY_LOG_LEVEL", "debug", 1);
    setenv("FAIRWAY_TOKEN", "ABCDEFGHIJKLMNOP", 1);
    setenv("FAIRWAY_LISTEN", "", 1);
    is_int(read_line(CONFIG_SERVE, "--database=x", NULL, NULL), ERR_NONE, "environment");
    is_int(config.connections, 256, "from the environment");
    is_int(config.log_level, LOG_DEBUG, "level from the environment");
    is_text(config.token, "ABCDEFGHIJKLMNOP", "token");
    is_text(config.listen, "127.0.0.1:7741", "an empty variable is none");
    read_line(CONFIG_SERVE, "--database=x", "--connections=512", "--connections=1024");
    is_int(config.connections, 1024, "the command line goes first, its last word holds");
    is_int(read_line(CONFIG_TOKEN, "create", "--database", "x"), ERR_NONE, "token command");
    is_int(n_rest, 1, "one word is left");
    is_int(read_line(CONFIG_TOKEN, "--database=x", "--", "--7"), ERR_NONE, "after -- nothing is an option");
    is_int(n_rest, 1, "so it is left");
    unsetenv("FAIRWAY_CONNECTIONS");
    unsetenv("FAIRWAY_LOG_LEVEL");
    unsetenv("FAIRWAY_TOKEN");
    unsetenv("FAIRWAY_LISTEN");
}

static void wrong(enum config_scope scope, const char *a, const char *b, const char *field, const char *word)
{
    is_int(read_line(scope, a, b, NULL), ERR_INVALID, a);
    is_text(err.field, field, "  names the option");
    ok(strstr(err.text, word) != NULL, "  says what to do: %s", err.text);
}

static void test_errors(void)
{
    setenv("HOME", "/home/somebody", 1);
    wrong(CONFIG_SERVE, "--nonsense", NULL, "--nonsense", "fairway --help");
    wrong(CONFIG_SERVE, "--nonsense=3", NULL, "--nonsense", "fairway --help");
    wrong(CONFIG_SERVE, "-x", NULL, "-x", "fairway --help");
    wrong(CONFIG_SERVE, "--connections", NULL, "--connections", "missing");
    wrong(CONFIG_SERVE, "--connections", "many", "--connections", "from 64 to 100000");
    wrong(CONFIG_SERVE, "--connections", "63", "--connections", "from 64 to 100000");
    wrong(CONFIG_SERVE, "--connections=1e3", NULL, "--connections", "from 64 to 100000");
    wrong(CONFIG_SERVE, "--connections=99999999999999999999", NULL, "--connections", "from 64 to 100000");
    wrong(CONFIG_SERVE, "--database=", NULL, "--database", "FILE");
    wrong(CONFIG_SERVE, "--log-level=loud", NULL, "--log-level", "debug, info, warn or error");
    wrong(CONFIG_SERVE, "--token=ABCDEFGHIJKLMNOP", NULL, "--token", "FAIRWAY_TOKEN");
    wrong(CONFIG_TOKEN, "--listen=127.0.0.1:0", NULL, "--listen", "no such option here");
    setenv("FAIRWAY_MODEL_WORKERS", "zero", 1);
    wrong(CONFIG_SERVE, "--database=x", NULL, "FAIRWAY_MODEL_WORKERS", "from 1 to 64");
    is_int(read_line(CONFIG_TOKEN, "list", NULL, NULL), ERR_NONE, "a variable of another command does not matter");
    unsetenv("FAIRWAY_MODEL_WORKERS");
}

static void test_urls(void)
{
    static const char *const good[][2] = {
        {"http://h", "http://h"}, {"https://h.example:8443/", "https://h.example:8443"}, {"https://h/a/b//", "https://h/a/b"}, {"http://[::1]:7", "http://[::1]:7"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        is_int(read_line(CONFIG_SERVE, "--public-url", good[i][0], NULL), ERR_NONE, good[i][0]);
        is_text(config.public_url, good[i][1], "  is kept without slashes at its end");
    }
    static const char *const bad[] = {"h", "ftp://h", "http://", "http:///", "https://a b", "http://h\r\nX: y", "http://h/?q", "http://h#f",
                                      "http://u@h", "http://h\"", "http://\xc3\xa9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        is_int(read_line(CONFIG_SERVE, "--public-url", bad[i], NULL), ERR_INVALID, bad[i]);
        is_text(err.field, "--public-url", "  the option is named");
    }
}

static void test_help(void)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    config_print_help(CONFIG_SERVE, out);
    fclose(out);
    static const char *const words[] = {"--database FILE   (FAIRWAY_DATABASE)", "--listen ADDR:PORT   (FAIRWAY_LISTEN)",
                                        "FAIRWAY_TOKEN=TOKEN", "--token-file FILE", "default 127.0.0.1:7741",
                                        "64 to 100000 connections, default 2048"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        ok(strstr(text, words[i]) != NULL, "the help has: %s", words[i]);
    ok(strstr(text, "--token TOKEN") == NULL, "no secrets on the command line");
    free(text);
    text = NULL;
    out = open_memstream(&text, &n);
    config_print_help(CONFIG_TOKEN, out);
    fclose(out);
    ok(strstr(text, "--database") != NULL && strstr(text, "--listen") == NULL, "each command has its own options");
    free(text);
}

int main(void)
{
    TAP_RUN(test_defaults);
    TAP_RUN(test_forms);
    TAP_RUN(test_errors);
    TAP_RUN(test_urls);
    TAP_RUN(test_help);
    config_clear(&config);
    config_clear(NULL);
    return tap_done();
}
