// What the reader accepts, the writer writes so that the reader accepts it again and finds the same.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *first, *second;
    struct err err;
    if (json_parse((const char *)data, size, &first, &err) != ERR_NONE) {
        assert(err.code == ERR_INVALID && err.text[0] != '\0' && text_is_utf8(err.text, strlen(err.text)));
        return 0;
    }
    struct json_writer once = {.depth = 0}, twice = {.depth = 0};
    json_put_value(&once, first);
    assert(json_parse(once.out.data, once.out.len, &second, &err) == ERR_NONE);
    json_put_value(&twice, second);
    assert(once.out.len == twice.out.len && memcmp(once.out.data, twice.out.data, once.out.len) == 0);
    json_writer_clear(&once);
    json_writer_clear(&twice);
    json_free(first);
    json_free(second);
    return 0;
}
