// Config: every setting of the program, from one table.
//
// A row of the table is name, type, range, default, unit and help. The command line (`--name VALUE`, `--name=VALUE`), the
// environment (FAIRWAY_NAME) and the text of --help all come from it. The command line goes before the environment, the
// environment before the default.
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/log.h"

struct config {
    // texts are owned; NULL: not set and without default
    char *database;
    char *listen;
    char *public_url; // without final slash
    char *token;
    char *token_file;
    int64_t log_level; // enum log_level
    int64_t connections;
    int64_t io_threads;
    int64_t storage_workers;
    int64_t model_workers;
    int64_t model_deadline_ms;
    int64_t model_cache_mib;
    int64_t model_cache_idle_s;
    int64_t idle_timeout_s;
    int64_t upload_timeout_s;
    int64_t upload_total_s;
    int64_t file_limit_mib, file_quota_mib, file_memory_mib;
    int64_t drain_timeout_s;
};

// Which rows a command takes.
enum config_scope { CONFIG_SERVE = 1, CONFIG_TOKEN = 2 };

// Fills *config for a command. argv has the arguments after the command's name, argc of them; those that are no options are moved
// to the front of argv and counted in *n_rest. ERR_INVALID: err->field is the option or the variable, err->text says what to do.
// To be cleared in any case.
enum err_code config_read(struct config *config, enum config_scope scope, int argc, char **argv, int *n_rest, struct err *err);
void config_clear(struct config *config);

// The part of --help that describes the options of a command.
void config_print_help(enum config_scope scope, FILE *out);
