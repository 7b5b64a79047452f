// Command: what the program does for each form of its command line.
//
//     fairway serve [OPTION...]                      server/serve.c
//     fairway token create|list|revoke [OPTION...]   server/token_command.c
//     fairway --version, fairway --help
//
// Exit status: 0 done, 1 it could not be done, 2 the command line or the environment is wrong.
#pragma once

#include "base/err.h"

enum { COMMAND_DONE = 0, COMMAND_FAILED = 1, COMMAND_MISUSED = 2 };

// The whole program. argv[argc] is NULL, as main gets it.
int command_run(int argc, char **argv);

// The commands; argv starts after the command's name. Prints what went wrong on standard error.
int serve_command(int argc, char **argv);
int token_command(int argc, char **argv);

// Prints "fairway: FIELD: TEXT" (subject instead of the field when it is not NULL) on standard error; returns status.
int command_fail(int status, const char *subject, const struct err *err);

const char *command_version(void);
