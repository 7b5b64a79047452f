// Experiments: the three lists.
#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "storage/experiment.h"
#include "storage/project.h"
#include "storage/query.h"
#include "storage/token.h"
#include "tests/api/harness.h"

#define EXPERIMENTS "/v1/experiments"
#define TEAM "/v1/clients/1/experiments"
#define PROJECT "/v1/clients/1/projects/p/experiments"

static const char parameters[] =
    "[{\"object\":\"parameter\",\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"object\":\"bounds\",\"min\":0.0,\"max\":1.0},"
    "\"categorical_values\":null,\"conditions\":{},\"default_value\":null,\"prior\":null,\"transformation\":null}]";
static const char metrics[] =
    "[{\"object\":\"metric\",\"name\":null,\"objective\":\"maximize\",\"strategy\":\"optimize\",\"threshold\":null}]";

struct planted {
    const char *name;
    int64_t client_id, user_id, created, updated;
    bool in_project, deleted, development;
};

// In the order of their ids. Times are ms; the lists show the names.
static const struct planted rows[] = {
    {"Alpha", 1, 1, 1000, 9000, true, false, false}, {"beta", 1, 2, 2000, 5000, true, false, false},
    {"alphabet", 1, 1, 3000, 5000, false, false, false}, {"gone", 1, 1, 3999, 4000, true, true, false},
    {"dev", 1, 1, 4000, 3000, true, false, true}, {"100%_\xc3\x89", 1, 0, 5000, 2000, false, false, false},
    {"theirs", 2, 1, 6000, 1000, false, false, false},
};

static enum err_code plant_unit(struct tx *tx, void *arg, struct err *err)
{
    (void)arg;
    struct project_record project = {.client_id = 1, .reference = "p", .name = "P", .created = 1, .updated = 1};
    struct token_record token = {.kind = TOKEN_CLIENT_DEVELOPMENT, .prefix = "pref", .organization_id = 1, .client_id = 1,
                                 .user_id = 1, .created = 1};
    digest_sha256("develop", strlen("develop"), token.digest);
    struct query q = query_start(tx, "INSERT INTO client (id, organization_id, name, created) VALUES (2, 1, 'Others', 1)", err);
    enum err_code code = query_run(&q);
    if (code != ERR_NONE)
        return code;
    q = query_start(tx, "INSERT INTO user_account (id, organization_id, name, created) VALUES (2, 1, 'Quentin', 1)", err);
    if ((code = query_run(&q)) == ERR_NONE)
        code = token_insert(tx, &token, err);
    if (code == ERR_NONE)
        code = project_insert(tx, &project, err);
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == ERR_NONE; i++) {
        const struct planted *p = &rows[i];
        struct experiment_record record = {.client_id = p->client_id, .user_id = p->user_id, .name = p->name,
                                           .project_id = p->in_project ? project.id : 0, .type = EXPERIMENT_OFFLINE,
                                           .development = p->development, .created = p->created, .updated = p->updated,
                                           .parameters = parameters, .metrics = metrics};
        code = experiment_insert(tx, &record, err);
        record.deleted = p->deleted;
        if (code == ERR_NONE)
            code = experiment_update(tx, &record, err);
    }
    return code;
}

static void open_planted(struct harness *h)
{
    struct err err;
    harness_open(h);
    ok(storage_write_wait(h->storage, plant_unit, NULL, &err) == ERR_NONE, "planted: %s", err.text);
}

static void test_filters(void)
{
    struct harness h;
    open_planted(&h);
    static const struct {
        const char *list, *query, *direction, *want;
    } walks[] = {
        {EXPERIMENTS, "", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {PROJECT, "", "before", "beta Alpha "},
        {TEAM, "limit=1", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "limit=3", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "sort=id&ascending=false&limit=3", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "ascending=true&limit=3", "after", "Alpha beta alphabet 100%_\xc3\x89 "},
        {TEAM, "ascending=True&limit=1", "after", "Alpha beta alphabet 100%_\xc3\x89 "},
        {TEAM, "sort=recent", "before", "Alpha alphabet beta 100%_\xc3\x89 "},
        {TEAM, "sort=recent&limit=1", "before", "Alpha alphabet beta 100%_\xc3\x89 "},
        {TEAM, "sort=recent&limit=2", "before", "Alpha alphabet beta 100%_\xc3\x89 "},
        {TEAM, "sort=recent&ascending=1&limit=1", "after", "100%_\xc3\x89 beta alphabet Alpha "},
        {PROJECT, "sort=recent&limit=1", "before", "Alpha beta "},
        {TEAM, "state=active&limit=2", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "state=deleted", "before", "gone "},
        {PROJECT, "state=deleted", "before", "gone "},
        {TEAM, "state=all&limit=2", "before", "100%_\xc3\x89 gone alphabet beta Alpha "},
        {PROJECT, "state=all&ascending=true&limit=1", "after", "Alpha beta gone "},
        {TEAM, "search=alpha&limit=1", "before", "alphabet Alpha "},
        {TEAM, "search=ALPHA&sort=recent&limit=1", "before", "Alpha alphabet "},
        {TEAM, "search=++LPHAB%20", "before", "alphabet "},
        {TEAM, "search=", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "search=%20%C2%A0", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "search=%25", "before", "100%_\xc3\x89 "},
        {TEAM, "search=_", "before", "100%_\xc3\x89 "},
        {TEAM, "search=%C3%89", "before", "100%_\xc3\x89 "},
        {TEAM, "search=a'b", "before", ""},
        {TEAM, "search=gone", "before", ""},
        {TEAM, "search=gone&state=all", "before", "gone "},
        {TEAM, "search=theirs", "before", ""},
        {TEAM, "search=quentin", "before", "beta "}, // who created it
        {TEAM, "search=Default+User", "before", "alphabet Alpha "},
        {TEAM, "period_start=2", "before", "100%_\xc3\x89 alphabet beta "},
        {TEAM, "period_start=5", "before", "100%_\xc3\x89 "},
        {TEAM, "period_start=6", "before", ""},
        {TEAM, "period_end=3", "before", "beta Alpha "},
        {TEAM, "period_end=0", "before", ""},
        {TEAM, "period_start=0&period_end=6", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "period_start=2&period_end=3", "before", "beta "},
        {TEAM, "period_start=2&period_end=2", "before", ""},
        {TEAM, "period_start=3&period_end=4&state=all&limit=1", "before", "gone alphabet "},
        {TEAM, "period_start=9223372036854775807", "before", ""},
        {TEAM, "period_end=9223372036854775807", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "user=1", "before", "alphabet Alpha "},
        {TEAM, "user=2", "before", "beta "},
        {TEAM, "user=0", "before", ""},
        {TEAM, "user=-1", "before", ""},
        {TEAM, "user=3", "before", ""},
        {TEAM, "development=true", "before", "100%_\xc3\x89 alphabet beta Alpha "}, // the token decides
        {TEAM, "development=0", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "include_ai=true", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "include_ai=False", "before", "100%_\xc3\x89 alphabet beta Alpha "},
        {TEAM, "unknown=1&state=deleted&state=all&fields=name", "before", "gone "},
        {TEAM, "search=alpha&user=1&state=all&period_start=1&period_end=2&limit=1", "before", "Alpha "},
    };
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
        char got[400], name[200];
        harness_walk(&h, walks[i].list, walks[i].query, walks[i].direction, "name", got, sizeof got);
        snprintf(name, sizeof name, "%s?%s", walks[i].list, walks[i].query);
        is_text(got, walks[i].want, name);
    }
    harness_close(&h);
}

static void test_pages(void)
{
    struct harness h;
    open_planted(&h);
    static const struct request_case cases[] = {
        {"GET", EXPERIMENTS, NULL, 200,
         "{\"object\":\"pagination\",\"count\":4,\"data\":[{\"object\":\"experiment\",\"id\":\"6\",\"user\":null,"
         "\"project\":null},{\"id\":\"3\"},"
         "{\"id\":\"2\",\"project\":\"p\",\"user\":\"2\"},{\"id\":\"1\",\"progress\":{\"observation_count\":0}}],"
         "\"paging\":{\"before\":null,\"after\":\"<any>\"},\"defined_fields\":\"<absent>\"}"},
        {"GET", TEAM "?limit=2", NULL, 200,
         "{\"count\":4,\"data\":[{\"id\":\"6\"},{\"id\":\"3\"}],\"paging\":{\"before\":\"CgIQAw\",\"after\":\"CgIQBg\"}}"},
        // Markers of one id: CgIQAQ is 1, CgIQAw 3.
        {"GET", TEAM "?limit=2&after=CgIQAQ", NULL, 200,
         "{\"count\":4,\"data\":[{\"id\":\"3\"},{\"id\":\"2\"}],\"paging\":{\"before\":\"CgIQAg\",\"after\":\"CgIQAw\"}}"},
        {"GET", TEAM "?limit=2&before=CgIQAw", NULL, 200,
         "{\"count\":4,\"data\":[{\"id\":\"2\"},{\"id\":\"1\"}],\"paging\":{\"before\":null,\"after\":\"CgIQAg\"}}"},
        {"GET", TEAM "?limit=0&state=all", NULL, 200, "{\"count\":5,\"data\":[]}"},
        {"GET", TEAM "?limit=1000", NULL, 200, "{\"count\":4}"},
        {"GET", PROJECT "?limit=1", NULL, 200, "{\"count\":2,\"data\":[{\"id\":\"2\"}]}"},
        {"GET", TEAM "?search=alpha&limit=1", NULL, 200, "{\"count\":2,\"data\":[{\"id\":\"3\"}]}"},
        {"GET", TEAM "?period_start=2&before=CgIQAw", NULL, 200, "{\"count\":3,\"data\":[{\"id\":\"2\"}]}"},
        {"GET", TEAM "?limit=1&fields=id,progress", NULL, 200,
         "{\"object\":\"pagination\",\"data\":[{\"id\":\"6\",\"name\":\"<absent>\",\"object\":\"<absent>\","
         "\"progress\":{\"object\":\"progress\",\"observation_count\":0,\"best_observation\":null}}]}"},
        {"GET", TEAM "?limit=1&fields=tasks", NULL, 200, "{\"data\":[{\"id\":\"<absent>\",\"tasks\":\"<absent>\"}]}"},
        {"GET", TEAM "?fields=id,values", NULL, 400, "{\"message\":\"Unknown field \\\"values\\\" for object experiment\"}"},
        {"GET", TEAM "?fields=id,", NULL, 400, "{\"message\":\"Unknown field \\\"\\\" for object experiment\"}"},
        {"GET", TEAM "?state=open", NULL, 400, "{\"message\":\"~Invalid state\"}"},
        {"GET", TEAM "?state=", NULL, 400, "{\"message\":\"~Invalid state\"}"},
        {"GET", TEAM "?state=Active", NULL, 400, "{\"message\":\"~Invalid state\"}"},
        {"GET", TEAM "?sort=updated", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", TEAM "?sort=", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", TEAM "?ascending=yes", NULL, 400, "{\"message\":\"~ascending\"}"},
        {"GET", TEAM "?limit=-1", NULL, 400, "{\"message\":\"~limit\"}"},
        {"GET", TEAM "?limit=1001", NULL, 400, "{\"message\":\"~1000\"}"},
        {"GET", TEAM "?limit=x", NULL, 400, "{\"message\":\"~limit\"}"},
        {"GET", TEAM "?period_start=-1", NULL, 400, "{\"message\":\"~period_start\"}"},
        {"GET", TEAM "?period_end=-1", NULL, 400, "{\"message\":\"~period_end\"}"},
        {"GET", TEAM "?period_start=1.5", NULL, 400, "{\"message\":\"~period_start\"}"},
        {"GET", TEAM "?period_end=", NULL, 400, "{\"message\":\"~period_end\"}"},
        {"GET", TEAM "?period_end=9223372036854775808", NULL, 400, "{\"message\":\"~period_end\"}"},
        {"GET", TEAM "?period_start=3&period_end=2", NULL, 400, "{\"message\":\"~period_end\"}"},
        {"GET", TEAM "?period_start=1&period_end=0", NULL, 400, "{\"message\":\"~period_end\"}"},
        {"GET", TEAM "?user=me", NULL, 400, "{\"message\":\"~user\"}"},
        {"GET", TEAM "?user=", NULL, 400, "{\"message\":\"~user\"}"},
        {"GET", TEAM "?development=2", NULL, 400, "{\"message\":\"~development\"}"},
        {"GET", TEAM "?include_ai=no", NULL, 400, "{\"message\":\"~include_ai\"}"},
        {"GET", TEAM "?search=a%00b", NULL, 400, "{\"message\":\"~Invalid string parameter\"}"},
        {"GET", TEAM "?search=%FF", NULL, 400, NULL},
        {"GET", TEAM "?before=", NULL, 400, NULL},
        {"GET", TEAM "?before=abcde", NULL, 400, NULL},
        {"GET", TEAM "?after=1,2", NULL, 400, NULL},
        {"GET", TEAM "?before=,1", NULL, 400, NULL},
        {"GET", TEAM "?before=1", NULL, 400, NULL},
        {"GET", TEAM "?sort=recent&before=abc,def", NULL, 400, NULL},
        {"GET", TEAM "?sort=recent&before=1", NULL, 400, NULL},
        {"GET", TEAM "?sort=recent&before=CgIQAw", NULL, 400, "{\"message\":\"~Invalid paging marker\"}"}, // an id alone
        {"GET", "/v1/clients/2/experiments", NULL, 404, NULL},
        {"GET", "/v1/clients/1/projects/q/experiments", NULL, 404, NULL},
        {"GET", "/v1/clients/1/projects/q/experiments?sort=x", NULL, 404, NULL},
    };
    CHECK_CASES(&h, cases, true);

    char header[100];
    harness_basic("develop", header, sizeof header);
    struct api_request request = {.method = "GET", .path = EXPERIMENTS, .query = "development=false", .authorization = header};
    CHECK_SEND(&h, &request, 200, "{\"count\":1,\"data\":[{\"id\":\"5\",\"name\":\"dev\",\"development\":true}]}");
    harness_close(&h);
}

// An observation makes its experiment the most recent one, and is shown whole in a list that selects fields.
static void test_activity(void)
{
    struct harness h;
    open_planted(&h);
    char got[200];
    CHECK(&h, "POST", EXPERIMENTS "/2/observations", "{\"assignments\":{\"x\":0.5},\"values\":[{\"value\":3}]}", 200, NULL);
    harness_walk(&h, TEAM, "sort=recent&limit=3", "before", "name", got, sizeof got);
    is_text(got, "beta Alpha alphabet 100%_\xc3\x89 ", "by activity");
    CHECK(&h, "GET", PROJECT "?sort=recent&limit=1&fields=progress", NULL, 200,
          "{\"data\":[{\"progress\":{\"observation_count\":1,\"observation_budget_consumed\":1,"
          "\"first_observation\":{\"object\":\"observation\",\"values\":[{\"value\":3}]},\"last_observation\":{\"failed\":false},"
          "\"best_observation\":{\"id\":\"1\",\"experiment\":\"2\",\"assignments\":{\"x\":0.5}}}}]}");
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_filters);
    TAP_RUN(test_pages);
    TAP_RUN(test_activity);
    return tap_done();
}
