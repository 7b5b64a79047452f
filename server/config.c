#include "server/config.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/memory.h"
#include "base/text.h"

enum config_type { CONFIG_TEXT, CONFIG_URL, CONFIG_INTEGER, CONFIG_LEVEL };

struct config_row {
    const char *name;
    enum config_type type;
    int64_t min, max;     // of CONFIG_INTEGER
    const char *fallback; // the default as one would write it; NULL: none
    const char *unit;     // or what stands for the value in --help
    int scope;            // enum config_scope, or-ed
    bool secret;          // only from the environment: a command line can be read by everybody
    size_t offset;        // in struct config
    const char *help;
};

#define AT(member) offsetof(struct config, member)

static const struct config_row config_rows[] = {
    {"database", CONFIG_TEXT, 0, 0, NULL, "FILE", CONFIG_SERVE | CONFIG_TOKEN, false, AT(database),
     "the database, made when it does not exist (default: $XDG_DATA_HOME/fairway/fairway.db, or below ~/.local/share)"},
    {"listen", CONFIG_TEXT, 0, 0, "127.0.0.1:7741", "ADDR:PORT", CONFIG_SERVE, false, AT(listen),
     "where to listen; [ADDR]:PORT for IPv6; port 0 lets the system choose"},
    {"public-url", CONFIG_URL, 0, 0, NULL, "URL", CONFIG_SERVE, false, AT(public_url),
     "where clients see this server, for the addresses of files, as https://fairway.example.org behind a proxy (default: http:// and the "
     "Host header of the request)"},
    {"token", CONFIG_TEXT, 0, 0, NULL, "TOKEN", CONFIG_SERVE, true, AT(token),
     "an API token (16 to 128 of A-Z a-z 0-9 _ -) that is added when the database has never seen it"},
    {"token-file", CONFIG_TEXT, 0, 0, NULL, "FILE", CONFIG_SERVE, false, AT(token_file),
     "keep a working API token in FILE (mode 0600): what it holds is used; a new token is made and written when the file is "
     "missing or its token was revoked"},
    {"log-level", CONFIG_LEVEL, 0, 0, "info", "LEVEL", CONFIG_SERVE, false, AT(log_level), "debug, info, warn or error"},
    {"connections", CONFIG_INTEGER, 64, 100000, "2048", "connections", CONFIG_SERVE, false, AT(connections),
     "most clients at a time; further ones wait to be accepted"},
    {"io-threads", CONFIG_INTEGER, 1, 64, "2", "threads", CONFIG_SERVE, false, AT(io_threads),
     "threads that read and write sockets"},
    {"storage-workers", CONFIG_INTEGER, 1, 64, "4", "threads", CONFIG_SERVE, false, AT(storage_workers),
     "threads that handle requests and read the database"},
    {"model-workers", CONFIG_INTEGER, 1, 64, "2", "threads", CONFIG_SERVE, false, AT(model_workers),
     "threads that fit models; more than there are processors do not help"},
    {"model-deadline", CONFIG_INTEGER, 100, 60000, "6000", "ms", CONFIG_SERVE, false, AT(model_deadline_ms),
     "after this time, waiting included, a suggestion is made without the model"},
    {"model-cache", CONFIG_INTEGER, 1, 65536, "256", "MiB", CONFIG_SERVE, false, AT(model_cache_mib), "memory for fitted models"},
    {"model-cache-idle", CONFIG_INTEGER, 1, 86400, "600", "s", CONFIG_SERVE, false, AT(model_cache_idle_s),
     "a model that was not used for this long is dropped"},
    {"idle-timeout", CONFIG_INTEGER, 1, 3600, "75", "s", CONFIG_SERVE, false, AT(idle_timeout_s),
     "a connection without a request is closed after this time"},
    {"upload-timeout", CONFIG_INTEGER, 1, 600, "15", "s", CONFIG_SERVE, false, AT(upload_timeout_s),
     "a connection that falls silent in the middle of a request's body is closed after this time"},
    {"upload-total", CONFIG_INTEGER, 1, 3600, "300", "s", CONFIG_SERVE, false, AT(upload_total_s),
     "a request's body must be complete after this time"},
    {"file-limit", CONFIG_INTEGER, 0, API_FILE_LIMIT_MAX >> 20, "16", "MiB", CONFIG_SERVE, false, AT(file_limit_mib),
     "size of one file of a training run; 0: files cannot be uploaded"},
    {"file-quota", CONFIG_INTEGER, 0, 1 << 20, "2048", "MiB", CONFIG_SERVE, false, AT(file_quota_mib),
     "size of all files together, which are in the database; 0: files cannot be uploaded"},
    {"file-memory", CONFIG_INTEGER, 1, 65536, "256", "MiB", CONFIG_SERVE, false, AT(file_memory_mib),
     "memory for files on their way in and out; what does not fit waits for its turn"},
    {"drain-timeout", CONFIG_INTEGER, 1, 600, "20", "s", CONFIG_SERVE, false, AT(drain_timeout_s),
     "at the end, how long to wait for accepted requests"},
};

#define CONFIG_N_ROWS (sizeof config_rows / sizeof config_rows[0])

static const char *const config_levels[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

// ------------------------------------------------------------------ names

enum { CONFIG_NAME_MAX = 48 };

// "token-file" as FAIRWAY_TOKEN_FILE
static void config_variable(const struct config_row *row, char out[CONFIG_NAME_MAX])
{
    snprintf(out, CONFIG_NAME_MAX, "FAIRWAY_%s", row->name);
    for (char *c = out; *c != '\0'; c++) {
        if (*c == '-')
            *c = '_';
        else if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
}

static const struct config_row *config_find(const char *name, size_t length, enum config_scope scope)
{
    for (size_t i = 0; i < CONFIG_N_ROWS; i++) {
        const struct config_row *row = &config_rows[i];
        if ((row->scope & (int)scope) != 0 && strlen(row->name) == length && memcmp(row->name, name, length) == 0)
            return row;
    }
    return NULL;
}

// ------------------------------------------------------------------ values

static char **config_text(struct config *config, const struct config_row *row)
{
    return (char **)(void *)((char *)config + row->offset);
}

static int64_t *config_number(struct config *config, const struct config_row *row)
{
    return (int64_t *)(void *)((char *)config + row->offset);
}

static enum err_code config_set_level(int64_t *out, const char *source, const char *value, struct err *err)
{
    for (size_t i = 0; i < sizeof config_levels / sizeof config_levels[0]; i++) {
        if (strcmp(value, config_levels[i]) == 0) {
            *out = (int64_t)i;
            return ERR_NONE;
        }
    }
    return err_set(err, ERR_INVALID, source, "\"%.60s\" is not a level; give debug, info, warn or error", value);
}

// "https://host:port/path" without what comes behind a path; slashes at its end are cut off.
static enum err_code config_set_url(char **out, const char *source, const char *value, struct err *err)
{
    size_t scheme = strncmp(value, "http://", 7) == 0 ? 7 : strncmp(value, "https://", 8) == 0 ? 8 : 0, n = strlen(value);
    bool good = scheme > 0 && n > scheme && n <= 512 && value[scheme] != '/';
    for (const char *c = value; *c != '\0'; c++)
        good = good && *c > ' ' && *c < 0x7f && strchr("\"<>\\^`{|}?#@", *c) == NULL;
    if (!good)
        return err_set(err, ERR_INVALID, source, "\"%.60s\" is not allowed; give a URL like https://fairway.example.org", value);
    free(*out);
    *out = mem_strdup(value);
    while ((*out)[n - 1] == '/')
        (*out)[--n] = '\0';
    return ERR_NONE;
}

// source is the name of the option or variable for the error.
static enum err_code config_set(struct config *config, const struct config_row *row, const char *source, const char *value,
                                struct err *err)
{
    if (*value == '\0')
        return err_set(err, ERR_INVALID, source, "the value is empty; give %s", row->unit);
    switch (row->type) {
    case CONFIG_TEXT: {
        char **text = config_text(config, row);
        free(*text);
        *text = mem_strdup(value);
        return ERR_NONE;
    }
    case CONFIG_URL:
        return config_set_url(config_text(config, row), source, value, err);
    case CONFIG_LEVEL:
        return config_set_level(config_number(config, row), source, value, err);
    case CONFIG_INTEGER: {
        int64_t number;
        if (!text_to_int(value, false, &number) || number < row->min || number > row->max)
            return err_set(err, ERR_INVALID, source, "\"%.60s\" is not allowed; give a whole number from %lld to %lld (%s)",
                           value, (long long)row->min, (long long)row->max, row->unit);
        *config_number(config, row) = number;
        return ERR_NONE;
    }
    }
    return ERR_NONE;
}

static void config_set_default_database(struct config *config)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    char path[4096];
    if (data != NULL && data[0] == '/')
        snprintf(path, sizeof path, "%s/fairway/fairway.db", data);
    else if (home != NULL && home[0] == '/')
        snprintf(path, sizeof path, "%s/.local/share/fairway/fairway.db", home);
    else
        return;
    config->database = mem_strdup(path);
}

static enum err_code config_read_environment(struct config *config, enum config_scope scope, struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; i < CONFIG_N_ROWS && code == ERR_NONE; i++) {
        const struct config_row *row = &config_rows[i];
        if ((row->scope & (int)scope) == 0)
            continue;
        char variable[CONFIG_NAME_MAX];
        config_variable(row, variable);
        const char *value = getenv(variable);
        if (value != NULL && *value != '\0')
            code = config_set(config, row, variable, value, err);
    }
    return code;
}

// ------------------------------------------------------------------ command line

// One option at argv[*i]; moves *i on when the value is the next argument.
static enum err_code config_read_option(struct config *config, enum config_scope scope, int argc, char **argv, int *i,
                                        struct err *err)
{
    const char *name = argv[*i] + 2;
    size_t length = strcspn(name, "=");
    char option[CONFIG_NAME_MAX];
    snprintf(option, sizeof option, "--%.*s", length > 40 ? 40 : (int)length, name);
    const struct config_row *row = config_find(name, length, scope);
    if (row == NULL)
        return err_set(err, ERR_INVALID, option, "there is no such option here; `fairway --help` lists them");
    if (row->secret) {
        char variable[CONFIG_NAME_MAX];
        config_variable(row, variable);
        return err_set(err, ERR_INVALID, option, "a command line can be read by every user; set the environment variable %s",
                       variable);
    }
    if (name[length] == '=')
        return config_set(config, row, option, name + length + 1, err);
    if (*i + 1 >= argc)
        return err_set(err, ERR_INVALID, option, "the value is missing; give %s", row->unit);
    return config_set(config, row, option, argv[++*i], err);
}

static enum err_code config_read_line(struct config *config, enum config_scope scope, int argc, char **argv, int *n_rest,
                                      struct err *err)
{
    *n_rest = 0;
    bool options = true;
    for (int i = 0; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && argv[i][0] == '-' && argv[i][1] == '-') {
            enum err_code code = config_read_option(config, scope, argc, argv, &i, err);
            if (code != ERR_NONE)
                return code;
        } else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
            char option[CONFIG_NAME_MAX];
            snprintf(option, sizeof option, "%.40s", argv[i]);
            return err_set(err, ERR_INVALID, option, "there is no such option here; `fairway --help` lists them");
        } else {
            argv[(*n_rest)++] = argv[i];
        }
    }
    return ERR_NONE;
}

enum err_code config_read(struct config *config, enum config_scope scope, int argc, char **argv, int *n_rest, struct err *err)
{
    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < CONFIG_N_ROWS; i++) {
        if (config_rows[i].fallback != NULL) {
            enum err_code code = config_set(config, &config_rows[i], config_rows[i].name, config_rows[i].fallback, err);
            assert(code == ERR_NONE); // a default obeys its own row
        }
    }
    enum err_code code = config_read_environment(config, scope, err);
    if (code == ERR_NONE)
        code = config_read_line(config, scope, argc, argv, n_rest, err);
    if (code == ERR_NONE && config->database == NULL)
        config_set_default_database(config);
    if (code == ERR_NONE && config->database == NULL)
        code = err_set(err, ERR_INVALID, "--database", "neither HOME nor XDG_DATA_HOME is set; name the database file");
    return code;
}

void config_clear(struct config *config)
{
    if (config == NULL)
        return;
    for (size_t i = 0; i < CONFIG_N_ROWS; i++)
        if (config_rows[i].type == CONFIG_TEXT || config_rows[i].type == CONFIG_URL)
            free(*config_text(config, &config_rows[i]));
    memset(config, 0, sizeof *config);
}

// ------------------------------------------------------------------ help

// Prints text in lines of at most 100 columns, each after the first indented.
static void config_print_wrapped(const char *text, FILE *out)
{
    const int indent = 10, width = 100;
    int column = indent;
    fprintf(out, "%*s", indent, "");
    while (*text != '\0') {
        int length = (int)strcspn(text, " ");
        if (column > indent && column + 1 + length > width) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", length, text);
        column += length;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

void config_print_help(enum config_scope scope, FILE *out)
{
    for (size_t i = 0; i < CONFIG_N_ROWS; i++) {
        const struct config_row *row = &config_rows[i];
        if ((row->scope & (int)scope) == 0)
            continue;
        char variable[CONFIG_NAME_MAX];
        config_variable(row, variable);
        if (row->secret)
            fprintf(out, "  %s=%s\n", variable, row->unit);
        else
            fprintf(out, "  --%s %s   (%s)\n", row->name, row->type == CONFIG_INTEGER ? "N" : row->unit, variable);
        config_print_wrapped(row->help, out);
        if (row->type == CONFIG_INTEGER)
            fprintf(out, "%10s%lld to %lld %s, default %s\n", "", (long long)row->min, (long long)row->max, row->unit,
                    row->fallback);
        else if (row->fallback != NULL)
            fprintf(out, "%10sdefault %s\n", "", row->fallback);
    }
}
