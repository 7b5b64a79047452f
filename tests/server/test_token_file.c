#include "server/token_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/tap.h"

static char folder[] = "/tmp/fairway-token-XXXXXX";
static char path[80];

static void put(const char *text)
{
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        fputs(text, file);
        fclose(file);
    }
}

static void test_round_trip(void)
{
    struct err err = {0};
    char token[API_TOKEN_MAX + 1];
    is_int(token_file_read(path, token, &err), ERR_NOT_FOUND, "no file yet");
    is_int(token_file_write(path, "ABCDEFGHIJKLMNOPQRST", &err), ERR_NONE, "written");
    struct stat info;
    is_int(stat(path, &info), 0, "there");
    is_int(info.st_mode & 0777, 0600, "for its owner only");
    is_int(token_file_read(path, token, &err), ERR_NONE, "read");
    is_text(token, "ABCDEFGHIJKLMNOPQRST", "the same");
    chmod(path, 0644);
    is_int(token_file_write(path, "another_token-1234", &err), ERR_NONE, "replaced");
    stat(path, &info);
    is_int(info.st_mode & 0777, 0600, "again for its owner only");
    token_file_read(path, token, &err);
    is_text(token, "another_token-1234", "the new one");
}

static void test_foreign_content(void)
{
    static const char *const contents[] = {"", "\n", "two words\n", "a\nb\n", "root:x:0:0:root:/root:/bin/bash\n"};
    char token[API_TOKEN_MAX + 1];
    struct err err = {0};
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        put(contents[i]);
        is_int(token_file_read(path, token, &err), ERR_INVALID, "not a token");
        is_text(err.field, "--token-file", "  names the option");
    }
    char longest[API_TOKEN_MAX + 2];
    memset(longest, 'A', sizeof longest);
    longest[API_TOKEN_MAX] = '\0';
    put(longest);
    is_int(token_file_read(path, token, &err), ERR_NONE, "128 characters");
    longest[API_TOKEN_MAX] = 'A';
    longest[API_TOKEN_MAX + 1] = '\0';
    put(longest);
    is_int(token_file_read(path, token, &err), ERR_INVALID, "129 characters");
    is_int(token_file_read(folder, token, &err), ERR_INVALID, "a folder");
    is_int(token_file_write("/nonexistent/folder/file", "ABCDEFGHIJKLMNOP", &err), ERR_IO, "nowhere to write");
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/token", folder);
    TAP_RUN(test_round_trip);
    TAP_RUN(test_foreign_content);
    unlink(path);
    rmdir(folder);
    return tap_done();
}
