#include "storage/project.h"

#include "tests/storage/scratch.h"
#include "tests/tap.h"

static void bootstrap(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct project_record project;
    is_int(project_find(tx, arena, 1, "default", &project, &err), ERR_NONE, "project default");
    is_text(project.name, "Default", "its name");
    is_int(project.user_id, 1, "its user");
    is_int(project_find(tx, arena, 1, "sigopt-examples", &project, &err), ERR_NONE, "project sigopt-examples");
    is_text(project.name, "Examples", "its name");
    is_int(project.user_id, 0, "made by the system");
    ok(project.metadata == NULL, "no metadata");
}

static void change(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct project_record p = {.client_id = 1, .user_id = 1, .reference = "p", .name = "P", .created = 10, .updated = 10,
                               .metadata = "{\"a\":1}"};
    struct project_record found;
    is_int(project_insert(tx, &p, &err), ERR_NONE, "insert");
    is_int(project_insert(tx, &p, &err), ERR_CONFLICT, "the same reference again");
    is_int(project_find(tx, arena, 1, "p", &found, &err), ERR_NONE, "find");
    is_text(found.metadata, "{\"a\":1}", "metadata");
    is_int(project_find(tx, arena, 2, "p", &found, &err), ERR_NOT_FOUND, "another client has no such project");
    is_int(project_find(tx, arena, 1, "P", &found, &err), ERR_NOT_FOUND, "references know upper and lower case");

    p.name = "Q";
    p.metadata = NULL;
    p.deleted = true;
    p.updated = 20;
    is_int(project_update(tx, &p, &err), ERR_NONE, "update");
    is_int(project_find(tx, arena, 1, "p", &found, &err), ERR_NONE, "a deleted project is found");
    is_text(found.name, "Q", "name");
    ok(found.metadata == NULL && found.deleted, "metadata and deleted");
    is_int(found.updated * 100 + found.created, 2010, "times");
    is_int(project_touch(tx, p.id, 30, &err), ERR_NONE, "touch");
    is_int(project_touch(tx, 0, 40, &err), ERR_NONE, "touch nothing");
    is_int(project_find(tx, arena, 1, "p", &found, &err), ERR_NONE, "find");
    is_int(found.updated, 30, "updated");
    p.id = 4711;
    is_int(project_update(tx, &p, &err), ERR_NOT_FOUND, "update nothing");
}

// The references of a page, joined.
static const char *page_text(struct tx *tx, struct arena *arena, const struct project_filter *filter,
                             const struct page_query *page, int64_t *count)
{
    struct err err;
    struct project_record *records = NULL;
    size_t n = 0;
    if (project_page(tx, arena, filter, page, &records, &n, count, &err) != ERR_NONE)
        return arena_strdup(arena, err.text);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(arena, "%s%s%s", text, i > 0 ? " " : "", records[i].reference);
    return text;
}

static void pages(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct project_record p = {.client_id = 1, .user_id = 0, .created = 1, .deleted = false};
    const char *names[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++) {
        p.reference = p.name = names[i];
        p.updated = i < 2 ? 5 : 9 - i; // a 5, b 5, c 7, d 6: ties are in the order of ids
        is_int(project_insert(tx, &p, &err), ERR_NONE, "insert");
    }
    // default and sigopt-examples are of today, p is deleted with updated 30.
    int64_t count = 0;
    struct project_filter filter = {.client_id = 1};
    struct page_query page = {.limit = 10};
    is_text(page_text(tx, arena, &filter, &page, &count), "sigopt-examples default c d b a", "by updated, newest first");
    is_int(count, 6, "count");
    page.limit = 2;
    is_text(page_text(tx, arena, &filter, &page, &count), "sigopt-examples default c", "one more than the limit");
    is_int(count, 6, "the count is of all");
    page = (struct page_query){.limit = 1, .has_before = true, .before = {5, p.id - 2}};
    is_text(page_text(tx, arena, &filter, &page, &count), "a", "before a tie"); // p.id - 2 is b
    page = (struct page_query){.limit = 10, .up = true, .has_after = true, .after = {5, p.id - 2}};
    is_text(page_text(tx, arena, &filter, &page, &count), "d c default sigopt-examples", "upwards after a key");
    page = (struct page_query){.limit = 10, .has_after = true, .after = {5, 0}, .has_before = true, .before = {7, 0}};
    is_text(page_text(tx, arena, &filter, &page, &count), "d b a", "between two keys");
    page = (struct page_query){.limit = 0};
    is_text(page_text(tx, arena, &filter, &page, &count), "sigopt-examples", "limit 0 tells whether there is one");

    page = (struct page_query){.limit = 10, .up = true};
    filter.by_created = true;
    is_text(page_text(tx, arena, &filter, &page, &count), "a b c d default sigopt-examples", "by created");
    filter.include_deleted = true;
    is_text(page_text(tx, arena, &filter, &page, &count), "a b c d p default sigopt-examples", "deleted ones too");
    filter.user_id = 1;
    is_text(page_text(tx, arena, &filter, &page, &count), "p default", "by user");
    is_int(count, 2, "count by user");
    filter.client_id = 9;
    is_text(page_text(tx, arena, &filter, &page, &count), "", "of a client without projects");
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_read(&scratch, bootstrap);
    scratch_write(&scratch, change);
    scratch_write(&scratch, pages);
    scratch_remove(&scratch);
    return tap_done();
}
