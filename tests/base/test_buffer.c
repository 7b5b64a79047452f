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
    buffer_reserve(&b, 1000);
    const char *place = b.data;
    is_int(b.cap, 1001, "just enough, with the NUL");
    for (int i = 0; i < 1000; i++)
        buffer_putc(&b, 'y');
    ok(b.data == place && b.len == 1000, "nothing has moved");
    buffer_reserve(&b, 10);
    ok(b.cap - b.len > 10 && b.data[999] == 'y', "room for more");
    buffer_clear(&b);
    buffer_puts(&b, "x");
    buffer_clear(&b);
    ok(b.data == NULL, "cleared");
    buffer_clear(NULL);
    return tap_done();
}
