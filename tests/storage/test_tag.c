#include "storage/tag.h"

#include "storage/query.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

static const char *page_text(struct tx *tx, struct arena *arena, int64_t client_id, const struct page_query *page, int64_t *count)
{
    struct err err;
    struct tag_record *tags = NULL;
    size_t n = 0;
    if (tag_page(tx, arena, client_id, page, &tags, &n, count, &err) != ERR_NONE)
        return arena_strdup(arena, err.text);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(arena, "%s%s%s%s", text, i > 0 ? " " : "", tags[i].name, tags[i].color);
    return text;
}

static void tags(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct query q = query_start(tx, "INSERT INTO client (id, organization_id, name, created) VALUES (2, 1, 'other', 1)", &err);
    is_int(query_run(&q), ERR_NONE, "another team");
    struct tag_record tag = {.client_id = 1, .name = "a", .color = "#00"};
    int64_t count = -1;
    struct page_query page = {.limit = 10};
    is_text(page_text(tx, arena, 1, &page, &count), "", "none");
    is_int(count, 0, "count");
    is_int(tag_insert(tx, &tag, &err), ERR_NONE, "insert");
    int64_t first = tag.id;
    is_int(tag_insert(tx, &tag, &err), ERR_CONFLICT, "the same name again");
    tag.client_id = 2;
    is_int(tag_insert(tx, &tag, &err), ERR_NONE, "another team may have the same name");
    tag = (struct tag_record){.client_id = 1, .name = "A", .color = "#AA"};
    is_int(tag_insert(tx, &tag, &err), ERR_NONE, "names know upper and lower case");
    tag.name = "c";
    is_int(tag_insert(tx, &tag, &err), ERR_NONE, "a third one");

    is_text(page_text(tx, arena, 1, &page, &count), "c#AA A#AA a#00", "newest first");
    is_int(count, 3, "count");
    page.limit = 1;
    is_text(page_text(tx, arena, 1, &page, &count), "c#AA A#AA", "one more than the limit");
    is_int(count, 3, "the count is of all");
    page = (struct page_query){.limit = 5, .up = true, .has_after = true, .after = {first}};
    is_text(page_text(tx, arena, 1, &page, &count), "A#AA c#AA", "upwards after a key");
    page = (struct page_query){.limit = 5, .has_before = true, .before = {first}};
    is_text(page_text(tx, arena, 1, &page, &count), "", "before the first");
    page = (struct page_query){.limit = 5};
    is_text(page_text(tx, arena, 2, &page, &count), "a#00", "of the other team");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, tags);
    scratch_remove(&scratch);
    return tap_done();
}
