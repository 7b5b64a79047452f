#include "base/buffer.h"

#include <stdlib.h>

#include "tests/tap.h"

int main(void)
{
    struct buffer b = {0};
    for (int i = 0; i < 1000; i++) {
        buffer_puts(&b, "ab");
        buffer_putc(&b, 'c');
        buffer_printf(&b, "%03d", i);
        buffer_append(&b, "", 0);
    }
    is_int(b.len, 6000, "length");
    is_int(strlen(b.data), 6000, "NUL at the end");
    ok(memcmp(b.data + 5994, "abc999", 6) == 0, "content");
    size_t len = 0;
    char *taken = buffer_take(&b, &len);
    is_int(len, 6000, "taken length");
    ok(b.data == NULL && b.len == 0, "empty after take");
    free(taken);
    taken = buffer_take(&b, NULL);
    is_text(taken, "", "an empty buffer gives an empty text");
    free(taken);
    buffer_puts(&b, "x");
    buffer_clear(&b);
    ok(b.data == NULL, "cleared");
    buffer_clear(NULL);
    return tap_done();
}
