#include "server/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "server/config.h"

static void command_help(FILE *out)
{
    fputs("fairway: a self-hosted optimization server that speaks the SigOpt v1 REST API\n"
          "\n"
          "  fairway serve [OPTION...]            run the server\n"
          "  fairway token create [--development | --user] [--days N] [--database FILE]\n"
          "                                       make an API token and print it: a production token of the team, one for\n"
          "                                       development (random suggestions), or a user's own (7 days); --days: it\n"
          "                                       expires then, unless its holder renews it\n"
          "  fairway token list [--database FILE]     list the tokens: id, first letters, type, creation, end, state\n"
          "  fairway token revoke ID|TOKEN [--database FILE]\n"
          "                                       a revoked token is refused at once, also by a running server\n"
          "  fairway --version\n"
          "  fairway --help\n"
          "\n"
          "Each option can also be given by the environment variable named beside it; the command line goes first.\n"
          "Of the options below the token commands take --database only.\n"
          "\n"
          "Options of serve:\n",
          out);
    config_print_help(CONFIG_SERVE, out);
    fputs("\n"
          "serve prints on standard output\n"
          "  token: TOKEN                         when a token was made, and at every start with --token-file\n"
          "  listening on http://ADDR:PORT        when it answers requests\n"
          "and its log on standard error. The first start makes the database with everything in it, and a token unless\n"
          "FAIRWAY_TOKEN gives one. SIGTERM or SIGINT: accepted requests are answered, then the server ends with status 0;\n"
          "a second signal ends it at once. A listening socket passed by systemd (LISTEN_FDS) is used instead of --listen.\n"
          "OPENBLAS_CORETYPE is set by serve itself, unless it is set already, when the linear-algebra library does not know\n"
          "the processor.\n"
          "\n"
          "Exit status: 0 done, 1 it could not be done, 2 the command line or the environment is wrong.\n",
          out);
}

const char *command_version(void)
{
    return FAIRWAY_VERSION;
}

int command_fail(int status, const char *subject, const struct err *err)
{
    if (subject == NULL && err->field[0] != '\0')
        subject = err->field;
    fprintf(stderr, "fairway: %s%s%s\n", subject == NULL ? "" : subject, subject == NULL ? "" : ": ", err->text);
    return status;
}

static bool command_wants(int argc, char **argv, const char *flag)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], flag) == 0)
            return true;
    return false;
}

int command_run(int argc, char **argv)
{
    if (command_wants(argc, argv, "--help") || command_wants(argc, argv, "-h")) {
        command_help(stdout);
        return COMMAND_DONE;
    }
    if (command_wants(argc, argv, "--version")) {
        printf("fairway %s\n", command_version());
        return COMMAND_DONE;
    }
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "serve") == 0)
        return serve_command(argc - 2, argv + 2);
    if (strcmp(name, "token") == 0)
        return token_command(argc - 2, argv + 2);
    if (argc > 1)
        fprintf(stderr, "fairway: there is no command \"%s\"; `fairway --help` lists the commands\n", name);
    else
        fputs("fairway: name a command, e.g. `fairway serve`; `fairway --help` lists the commands\n", stderr);
    return COMMAND_MISUSED;
}
