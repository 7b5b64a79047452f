// Projects: requests and what they are answered with.
#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "storage/project.h"
#include "storage/storage.h"
#include "tests/api/harness.h"

#define PROJECTS "/v1/clients/1/projects"

static void test_create(void)
{
    struct harness h;
    harness_open(&h);
    CHECK(&h, "POST", PROJECTS, "{\"id\":\"a-b_c.9\",\"name\":\"A project\"}", 200,
          "{\"object\":\"project\",\"id\":\"a-b_c.9\",\"client\":\"1\",\"user\":\"1\",\"name\":\"A project\","
          "\"created\":\"<any>\",\"updated\":\"<any>\","
          "\"metadata\":null,\"experiment_count\":0,\"training_run_count\":0,\"deleted\":false}");
    CHECK(&h, "GET", PROJECTS "/a-b_c.9", NULL, 200, "{\"id\":\"a-b_c.9\",\"name\":\"A project\"}");
    CHECK(&h, "POST", PROJECTS, "{\"id\":\"m\",\"name\":\"M\",\"metadata\":{\"a\":1.0,\"b\":\"\xc3\xa9\",\"c\":null}}", 200,
          "{\"metadata\":{\"a\":1,\"b\":\"\xc3\xa9\",\"c\":\"<absent>\"}}");
    CHECK(&h, "POST", PROJECTS, "{\"id\":\"n\",\"name\":\"N\",\"metadata\":null}", 200, "{\"metadata\":null}");
    CHECK(&h, "POST", PROJECTS, "{\"id\":\"e\",\"name\":\"E\",\"metadata\":{}}", 200, "{\"metadata\":{}}");
    CHECK(&h, "POST", PROJECTS, "{\"id\":\"abcdefghijklmnopqrstuvwxyz012345\",\"name\":\"32\"}", 200, NULL);

    struct answer answer = harness_request(&h, "GET", PROJECTS "/m", NULL);
    int64_t created = -1, updated = -2;
    ok(json_integer(json_member(answer.json, "created"), &created) && json_integer(json_member(answer.json, "updated"), &updated),
       "both times are integers");
    ok(created > 1600000000 && created < 100000000000 && created == updated, "they are seconds, and equal at first");
    answer_clear(&answer);

    char name101[102], body[200];
    memset(name101, 'x', 101);
    name101[101] = '\0';
    snprintf(body, sizeof body, "{\"id\":\"long\",\"name\":\"%s\"}", name101);
    static const struct request_case wrong[] = {
        {"POST", PROJECTS, "{\"id\":\"m\",\"name\":\"again\"}", 409, "{\"message\":\"~m exists already\",\"status\":409}"},
        {"POST", PROJECTS, "{\"id\":\"sigopt-examples\",\"name\":\"again\"}", 409, NULL},
        {"POST", PROJECTS, "{\"id\":\"x\",\"name\":\"x\",\"extra\":1}", 400, "{\"message\":\"~`extra`\"}"},
        {"POST", PROJECTS, "{\"id\":\"x\",\"name\":\"x\",\"fields\":\"id\"}", 400, "{\"message\":\"~`fields`\"}"},
        {"POST", PROJECTS, "{\"name\":\"x\"}", 400, "{\"message\":\"~id\"}"},
        {"POST", PROJECTS, "{\"id\":\"x\"}", 400, "{\"message\":\"~name\"}"},
        {"POST", PROJECTS, "{\"id\":null,\"name\":\"x\"}", 400, NULL},
        {"POST", PROJECTS, "{\"id\":\"x\",\"name\":null}", 400, NULL},
        {"POST", PROJECTS, "{\"id\":\"\",\"name\":\"x\"}", 400, NULL},
        {"POST", PROJECTS, "{\"id\":\"X\",\"name\":\"x\"}", 400, "{\"message\":\"~pattern\"}"},
        {"POST", PROJECTS, "{\"id\":\"a b\",\"name\":\"x\"}", 400, NULL},
        {"POST", PROJECTS, "{\"id\":\"a/b\",\"name\":\"x\"}", 400, NULL},
        {"POST", PROJECTS, "{\"id\":\"\xc3\xa9\",\"name\":\"x\"}", 400, NULL},
        {"POST", PROJECTS, "{\"id\":\"abcdefghijklmnopqrstuvwxyz0123456\",\"name\":\"33\"}", 400, NULL},
        {"POST", PROJECTS, "{\"id\":7,\"name\":\"x\"}", 400, "{\"message\":\"~Invalid type for .id\"}"},
        {"POST", PROJECTS, "{\"id\":\"x\",\"name\":\"\"}", 400, NULL},
        {"POST", PROJECTS, "{\"id\":\"x\",\"name\":[]}", 400, "{\"message\":\"~Invalid type for .name\"}"},
        {"POST", PROJECTS, "{\"id\":\"x\",\"name\":\"x\",\"metadata\":[]}", 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {"POST", PROJECTS, "{\"id\":\"x\",\"name\":\"x\",\"metadata\":{\"a\":true}}", 400, "{\"message\":\"~.metadata.a\"}"},
        {"POST", PROJECTS, NULL, 400, NULL},
        {"POST", "/v1/clients/2/projects", "{\"id\":\"x\",\"name\":\"x\"}", 404, NULL},
        {"POST", "/v1/clients/2/projects", "{}", 404, NULL},
        {"GET", PROJECTS "/x", NULL, 404, "{\"message\":\"project x does not exist\"}"},
        {"GET", PROJECTS "/a%2Fb", NULL, 404, "{\"message\":\"project a/b does not exist\"}"},
        {"GET", PROJECTS "/long", NULL, 404, NULL},
        {"GET", PROJECTS "/m/experiments/1", NULL, 404, NULL},
    };
    CHECK_CASES(&h, wrong, true);
    CHECK(&h, "POST", PROJECTS, body, 400, "{\"message\":\"~.name\"}");
    CHECK(&h, "GET", PROJECTS "/%6D", NULL, 200, "{\"id\":\"m\"}");
    harness_close(&h);
}

static void test_change(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", PROJECTS, "{\"id\":\"p\",\"name\":\"P\",\"metadata\":{\"a\":1}}");
    static const struct request_case cases[] = {
        {"PUT", PROJECTS "/p", "{\"name\":\"Q\"}", 200, "{\"name\":\"Q\",\"metadata\":{\"a\":1},\"deleted\":false}"},
        {"PUT", PROJECTS "/p", "{\"name\":\"Q\"}", 200, "{\"name\":\"Q\"}"},
        {"PUT", PROJECTS "/p", "{\"metadata\":{\"b\":\"2\"}}", 200, "{\"metadata\":{\"b\":\"2\",\"a\":\"<absent>\"}}"},
        {"PUT", PROJECTS "/p", "{\"name\":\"R\",\"metadata\":null}", 200, "{\"name\":\"R\",\"metadata\":null}"},
        {"PUT", PROJECTS "/p", "{\"deleted\":true}", 200, "{\"deleted\":true}"},
        {"GET", PROJECTS "/p", NULL, 200, "{\"deleted\":true,\"name\":\"R\"}"},
        {"PUT", PROJECTS "/p", "{\"deleted\":null}", 200, "{\"deleted\":true}"},
        {"PUT", PROJECTS "/p", "{\"deleted\":false}", 200, "{\"deleted\":false}"},
        {"PUT", PROJECTS "/p", NULL, 200, "{\"name\":\"R\"}"},
        {"PUT", PROJECTS "/p", "{}", 200, "{\"name\":\"R\"}"},
    };
    CHECK_CASES(&h, cases, false);
    int64_t before = harness_version(&h);
    CHECK(&h, "PUT", PROJECTS "/p", "{}", 200, NULL);
    ok(harness_version(&h) != before, "an empty change is stored: it moves `updated`");

    static const struct request_case wrong[] = {
        {"PUT", PROJECTS "/unknown", "{\"name\":\"x\"}", 404, NULL},
        {"PUT", PROJECTS "/unknown", "{\"nonsense\":1}", 404, NULL},
        {"PUT", PROJECTS "/p", "{\"client\":\"1\"}", 400, "{\"message\":\"~`client`\"}"},
        {"PUT", PROJECTS "/p", "{\"created\":1}", 400, NULL},
        {"PUT", PROJECTS "/p", "{\"updated\":1}", 400, NULL},
        {"PUT", PROJECTS "/p", "{\"id\":\"q\"}", 400, NULL},
        {"PUT", PROJECTS "/p", "{\"name\":\"x\",\"unknown\":1}", 400, NULL},
        {"PUT", PROJECTS "/p", "{\"name\":null}", 400, NULL},
        {"PUT", PROJECTS "/p", "{\"name\":\"\"}", 400, NULL},
        {"PUT", PROJECTS "/p", "{\"name\":3}", 400, NULL},
        {"PUT", PROJECTS "/p", "{\"name\":\"x\",\"metadata\":3}", 400, NULL},
        {"PUT", PROJECTS "/p", "{\"name\":\"x\",\"deleted\":1}", 400, "{\"message\":\"~Invalid type for .deleted\"}"},
        {"GET", PROJECTS "/p", NULL, 200, "{\"name\":\"R\",\"deleted\":false}"},
        {"DELETE", PROJECTS "/p", NULL, 405, "{\"message\":\"~GET, PUT, OPTIONS\",\"status\":405}"},
    };
    CHECK_CASES(&h, wrong, true);
    harness_close(&h);
}

// ------------------------------------------------------------------ lists

struct planted {
    const char *reference;
    int64_t user_id, created, updated;
    bool deleted;
};

static enum err_code plant_unit(struct tx *tx, void *arg, struct err *err)
{
    const struct planted *list = arg;
    enum err_code code = ERR_NONE;
    for (; list->reference != NULL && code == ERR_NONE; list++) {
        struct project_record record = {.client_id = 1,
                                        .user_id = list->user_id,
                                        .reference = list->reference,
                                        .name = list->reference,
                                        .created = list->created,
                                        .updated = list->updated};
        code = project_insert(tx, &record, err);
        record.deleted = list->deleted;
        if (code == ERR_NONE)
            code = project_update(tx, &record, err);
    }
    return code;
}

static void test_list(void)
{
    struct harness h;
    harness_open(&h);
    CHECK(&h, "GET", PROJECTS, NULL, 200,
          "{\"object\":\"pagination\",\"count\":2,\"data\":[{\"id\":\"sigopt-examples\",\"user\":null},{\"id\":\"default\"}],"
          "\"paging\":{\"before\":null,\"after\":\"<any>\"},\"defined_fields\":\"<absent>\"}");
    // The two projects of a new database are newer than these. p1 and p2 have the same times.
    static struct planted planted[] = {
        {"p1", 1, 1000, 5000, false}, {"p2", 1, 1000, 5000, false}, {"p3", 0, 3000, 4001, false},
        {"p4", 1, 4000, 4000, true},  {"p5", 1, -1, 6001, false},   {NULL, 0, 0, 0, false},
    };
    struct err err;
    ok(storage_write_wait(h.storage, plant_unit, planted, &err) == ERR_NONE, "projects");
    static const struct {
        const char *query, *direction, *want;
    } walks[] = {
        {"", "before", "sigopt-examples default p5 p2 p1 p3 "},
        {"limit=2", "before", "sigopt-examples default p5 p2 p1 p3 "},
        {"limit=1", "before", "sigopt-examples default p5 p2 p1 p3 "},
        {"limit=4&sort=updated", "before", "sigopt-examples default p5 p2 p1 p3 "},
        {"sort=updated&ascending=true&limit=2", "after", "p3 p1 p2 p5 default sigopt-examples "},
        {"sort=created&limit=1", "before", "sigopt-examples default p3 p2 p1 p5 "},
        {"sort=created&ascending=1&limit=3", "after", "p5 p1 p2 p3 default sigopt-examples "},
        {"user=1&limit=2", "before", "default p5 p2 p1 "},
        {"user=2", "before", ""},
        {"user=0", "before", ""},
        {"user=-1", "before", ""},
        {"deleted=True&limit=2", "before", "sigopt-examples default p5 p2 p1 p3 p4 "},
        {"deleted=false", "before", "sigopt-examples default p5 p2 p1 p3 "},
        {"unknown=1&fields=id&limit=3", "before", "sigopt-examples default p5 p2 p1 p3 "},
    };
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
        char got[400];
        harness_walk(&h, PROJECTS, walks[i].query, walks[i].direction, "id", got, sizeof got);
        is_text(got, walks[i].want, walks[i].query);
    }
    static const struct request_case cases[] = {
        {"GET", PROJECTS "?deleted=1&limit=0", NULL, 200, "{\"count\":7,\"data\":[]}"},
        {"GET", PROJECTS "?user=1&limit=1", NULL, 200, "{\"count\":4}"},
        {"GET", PROJECTS "?limit=1&fields=id,user", NULL, 200,
         "{\"object\":\"pagination\",\"count\":6,\"data\":[{\"id\":\"sigopt-examples\",\"user\":null,\"object\":\"<absent>\","
         "\"name\":\"<absent>\"}],\"paging\":{\"before\":\"<any>\",\"after\":\"<any>\"}}"},
        {"GET", PROJECTS "?fields=id,nonsense", NULL, 400, "{\"message\":\"Unknown field \\\"nonsense\\\" for object project\"}"},
        {"GET", PROJECTS "?sort=name", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", PROJECTS "?sort=", NULL, 400, "{\"message\":\"~Invalid sort\"}"},
        {"GET", PROJECTS "?user=me", NULL, 400, "{\"message\":\"~Invalid type for user\"}"},
        {"GET", PROJECTS "?deleted=yes", NULL, 400, "{\"message\":\"~Invalid type for deleted\"}"},
        {"GET", PROJECTS "?ascending=", NULL, 400, NULL},
        {"GET", PROJECTS "?before=CgIQBQ", NULL, 400, "{\"message\":\"~Invalid paging marker\"}"}, // an id alone
        {"GET", "/v1/clients/7/projects?sort=name", NULL, 404, NULL},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_change);
    TAP_RUN(test_list);
    return tap_done();
}
