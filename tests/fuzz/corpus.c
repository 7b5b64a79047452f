// Runs a fuzz target over the files of the folders that are named: the part of fuzzing that belongs into every test run.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/tap.h"

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void run_file(const char *path)
{
    struct buffer content = {0};
    char block[4096];
    size_t n;
    FILE *file = fopen(path, "rb");
    if (!ok(file != NULL, "%s", path))
        return;
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(&content, block, n);
    fclose(file);
    // A copy of exactly this size: a sanitizer sees what reads behind its end.
    uint8_t *bytes = malloc(content.len > 0 ? content.len : 1);
    if (content.len > 0)
        memcpy(bytes, content.data, content.len);
    ok(LLVMFuzzerTestOneInput(bytes, content.len) == 0, "%s: %zu bytes", path, content.len);
    free(bytes);
    buffer_clear(&content);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct dirent **entries;
        int n = scandir(argv[i], &entries, is_shown, alphasort);
        ok(n > 0, "%s has files", argv[i]);
        for (int k = 0; k < n; k++) {
            char path[1024];
            snprintf(path, sizeof path, "%s/%s", argv[i], entries[k]->d_name);
            run_file(path);
            free(entries[k]);
        }
        if (n >= 0)
            free(entries);
    }
    return tap_done();
}
