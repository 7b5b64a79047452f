// What an operation costs must not depend on how much is stored. SQLite counts the steps of its virtual machine, the rows it
// visits in full scans and its sorts: numbers that are the same on every machine.

#include "storage/note.h"
#include "storage/tag.h"
#include "storage/tx.h"
#include "tests/storage/scratch.h"
#include "tests/tap.h"

enum { N_OBSERVATIONS = 20000, N_EXPERIMENTS = 500, N_SMALL = 300 };

static const struct best_rule lowest = {.metric = "", .maximize = false};
static int64_t big; // the experiment with many observations

// What the statements of the connection have cost since the last call.
struct cost {
    int steps, scanned, sorted;
};

static struct cost take_cost(struct tx *tx)
{
    struct cost cost = {.steps = 0};
    for (size_t i = 0; i < DB_BUCKETS; i++) {
        for (struct statement *s = tx->db->buckets[i]; s != NULL; s = s->next) {
            cost.steps += sqlite3_stmt_status(s->handle, SQLITE_STMTSTATUS_VM_STEP, 1);
            cost.scanned += sqlite3_stmt_status(s->handle, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
            cost.sorted += sqlite3_stmt_status(s->handle, SQLITE_STMTSTATUS_SORT, 1);
        }
    }
    return cost;
}

static void is_cheap(struct tx *tx, enum err_code code, int limit, const char *what)
{
    struct cost cost = take_cost(tx);
    ok(code == ERR_NONE && cost.steps > 0 && cost.steps < limit, "%s: %d steps", what, cost.steps);
    ok(cost.scanned == 0 && cost.sorted == 0, "%s: no scan, no sort (%d, %d)", what, cost.scanned, cost.sorted);
}

static void fill(struct tx *tx, struct arena *arena)
{
    (void)arena;
    big = scratch_experiment(tx, "big", 1);
    for (int i = 0; i < N_OBSERVATIONS; i++) {
        int64_t s = i % 4 == 0 ? scratch_suggestion(tx, big) : 0;
        scratch_observation(tx, big, s, i % 3 == 0 ? (double)NAN : i % 1000, false);
    }
    for (int i = 0; i < 1000; i++)
        scratch_suggestion(tx, big);
    for (int i = 0; i < N_EXPERIMENTS; i++) {
        int64_t small = scratch_experiment(tx, "small", 1);
        if (i > 0) // the first has nothing
            scratch_observation(tx, small, scratch_suggestion(tx, small), 1, false);
    }
    take_cost(tx);
}

// Tokens, notes and tags; most tokens are guests' of another user's making, or of nobody's.
static void fill_small(struct tx *tx, struct arena *arena)
{
    struct err err;
    for (int i = 0; i < N_SMALL; i++) {
        struct token_record token = {.prefix = "ABCD", .kind = TOKEN_CLIENT, .organization_id = 1, .client_id = 1,
                                     .user_id = i % 100 == 0, .creator_id = i % 100 == 50, .created = 1};
        memcpy(token.digest, &i, sizeof i);
        is_int(token_insert(tx, &token, &err), ERR_NONE, "a token");
        is_int(note_insert(tx, &(struct note_record){.project_id = 1, .contents = "note"}, &err), ERR_NONE, "a note");
        const char *name = arena_printf(arena, "tag %d", i);
        is_int(tag_insert(tx, &(struct tag_record){.client_id = 1, .name = name, .color = "#000000"}, &err), ERR_NONE, "a tag");
    }
    take_cost(tx);
}

static void small_reads(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct token_record token, *tokens = NULL;
    struct note_record note;
    struct tag_record *tags = NULL;
    struct page_query top = {.limit = 1};
    size_t n = 0;
    int64_t count = 0;
    unsigned char digest[DIGEST_SIZE] = {255};
    take_cost(tx);
    token_find(tx, arena, digest, &token, &err);
    is_cheap(tx, ERR_NONE, 100, "find a token");
    is_cheap(tx, token_list_of_user(tx, arena, 1, 1, 50, &tokens, &n, &err), 400, "tokens of a user");
    is_int(n, 2 * N_SMALL / 100, "some of all");
    is_cheap(tx, note_newest(tx, arena, 1, &note, &err), 100, "the newest note");
    // The count looks at one entry of an index for each tag.
    is_cheap(tx, tag_page(tx, arena, 1, &top, &tags, &n, &count, &err), N_SMALL * 10, "page of tags");
}

static void writes(struct tx *tx, struct arena *arena)
{
    struct err err;
    take_cost(tx);
    int64_t s = scratch_suggestion(tx, big);
    is_cheap(tx, ERR_NONE, 400, "insert a suggestion");
    int64_t id = scratch_observation(tx, big, s, -1, false);
    is_cheap(tx, ERR_NONE, 700, "insert the best observation");
    int64_t failed = scratch_observation(tx, big, 0, (double)NAN, false);
    is_cheap(tx, ERR_NONE, 700, "insert a failed observation");
    struct observation_record o;
    is_cheap(tx, observation_find(tx, arena, big, id, &o, &err), 400, "find an observation");
    is_cheap(tx, observation_update(tx, &o, &lowest, 0, false, &err), 900, "update an observation");
    o.suggestion_id = scratch_suggestion(tx, big);
    take_cost(tx);
    is_cheap(tx, observation_update(tx, &o, &lowest, 0, false, &err), 1000, "give an observation another suggestion");
    is_cheap(tx, observation_delete(tx, big, id, &lowest, 1, 1, &err), 700, "delete the best observation");
    is_cheap(tx, observation_delete(tx, big, failed, &lowest, 1, 1, &err), 700, "delete the last observation");
    is_cheap(tx, suggestion_delete(tx, big, s, &err), 300, "delete a suggestion");
    is_cheap(tx, suggestion_delete_all(tx, big + 1, true, &err), 200, "delete no open suggestion");
    is_cheap(tx, experiment_touch(tx, big, 77, &err), 400, "touch an experiment");
}

// The best of an experiment whose observations in full all have one value.
static void best_of_task(struct tx *tx, struct arena *arena)
{
    (void)arena;
    struct err err;
    int64_t e = scratch_experiment(tx, "tasks", 1);
    struct observation_record o = {.experiment_id = e, .task = "full", .created = 1, .n_values = 1};
    o.values = &(struct metric_value){.name = "", .value = 5, .stddev = (double)NAN};
    for (int i = 0; i < N_SMALL; i++)
        observation_insert(tx, &o, &lowest, 1, &err);
    for (int i = 0; i < 2; i++) {
        struct best_rule rule = {.metric = "", .maximize = i == 1, .task = "full"};
        take_cost(tx);
        is_cheap(tx, observation_update(tx, &o, &rule, 0, false, &err), 900, "update one of many equal observations of a task");
    }
}

static void reads(struct tx *tx, struct arena *arena)
{
    struct err err;
    struct observation_record *observations = NULL;
    struct suggestion_record *suggestions = NULL, one;
    struct experiment_record *experiments = NULL, row;
    struct project_record *projects = NULL;
    size_t n = 0;
    int64_t count = 0;
    struct page_query middle = {.limit = 1, .has_before = true, .before = {N_OBSERVATIONS / 2}};
    take_cost(tx);
    is_cheap(tx, experiment_find(tx, arena, big, &row, &err), 200, "find an experiment");
    struct observation_filter of = {.experiment_id = big};
    is_cheap(tx, observation_page(tx, arena, &of, &middle, &observations, &n, &count, &err), 500, "page of observations");
    of.deleted = true;
    is_cheap(tx, observation_page(tx, arena, &of, &middle, &observations, &n, &count, &err), 500, "page of deleted observations");
    is_cheap(tx, observation_since(tx, arena, big, N_OBSERVATIONS - 2, &observations, &n, &err), 700, "observations since");
    is_int(n, 2, "two of them");
    struct suggestion_filter sf = {.experiment_id = big};
    struct page_query top = {.limit = 1};
    is_cheap(tx, suggestion_page(tx, arena, &sf, &top, &suggestions, &n, &count, &err), 400, "page of suggestions");
    sf.only_open = true;
    top.up = true;
    is_cheap(tx, suggestion_page(tx, arena, &sf, &top, &suggestions, &n, &count, &err), 400, "page of open suggestions");
    is_int(n, 2, "a full page");
    top.up = false;
    is_cheap(tx, suggestion_open(tx, arena, big, &suggestions, &n, &err), 100 * 1000, "1000 open suggestions");
    is_int(n, 1000, "all of them");
    is_cheap(tx, suggestion_open(tx, arena, big + 1, &suggestions, &n, &err), 100, "no open suggestion");
    suggestion_newest_generated(tx, arena, big, &one, &err);
    is_cheap(tx, ERR_NONE, 200, "the newest generated suggestion");
    is_cheap(tx, suggestion_relaxations(tx, arena, big, &suggestions, &n, &err), 100, "relaxations");

    struct experiment_filter ef = {.client_id = 1, .development = 2};
    // The count looks at one entry of an index for each experiment.
    int limit = N_EXPERIMENTS * 25;
    for (int i = 0; i < 8; i++) {
        ef.by_updated = i & 1;
        ef.project_id = i & 2 ? 1 : 0;
        ef.user_id = i & 4 ? 1 : 0;
        middle.before[0] = ef.by_updated ? 1000 : N_EXPERIMENTS / 2;
        middle.before[1] = N_EXPERIMENTS / 2;
        is_cheap(tx, experiment_page(tx, arena, &ef, &middle, &experiments, &n, &count, &err), limit, "page of experiments");
    }
    struct project_filter pf = {.client_id = 1};
    for (int i = 0; i < 2; i++) {
        pf.by_created = i == 1;
        is_cheap(tx, project_page(tx, arena, &pf, &top, &projects, &n, &count, &err), 400, "page of projects");
    }
}

// The hundredth page costs what the first one does, the count of all included.
static void deep_pages(struct tx *tx, struct arena *arena)
{
    enum { LIMIT = N_OBSERVATIONS / 100 };
    struct err err;
    struct observation_filter of = {.experiment_id = big};
    struct page_query pages[2] = {{.limit = LIMIT}, {.limit = LIMIT, .has_before = true, .before = {LIMIT + 1}}};
    struct cost costs[2];
    take_cost(tx);
    for (int i = 0; i < 2; i++) {
        struct observation_record *records = NULL;
        size_t n = 0;
        int64_t count = 0;
        is_int(observation_page(tx, arena, &of, &pages[i], &records, &n, &count, &err), ERR_NONE, "a page");
        is_int(n, LIMIT + (i == 0), "is full"); // and one more tells that there is a next one
        ok(count >= N_OBSERVATIONS, "count");
        costs[i] = take_cost(tx);
        ok(costs[i].scanned == 0 && costs[i].sorted == 0, "no scan, no sort");
    }
    ok(costs[1].steps <= 2 * costs[0].steps, "the last page: %d steps, the first one: %d", costs[1].steps, costs[0].steps);
}

int main(void)
{
    struct scratch scratch;
    scratch_create(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, fill);
    scratch_write(&scratch, fill_small);
    scratch_write(&scratch, writes);
    scratch_write(&scratch, best_of_task);
    scratch_read(&scratch, reads);
    scratch_read(&scratch, small_reads);
    scratch_read(&scratch, deep_pages);
    // Closing leaves nothing behind that makes the planner choose worse, as averages over all experiments would.
    scratch_close(&scratch);
    scratch_open(&scratch, NULL);
    scratch_write(&scratch, writes);
    scratch_read(&scratch, reads);
    scratch_read(&scratch, small_reads);
    scratch_read(&scratch, deep_pages);
    scratch_remove(&scratch);
    return tap_done();
}
