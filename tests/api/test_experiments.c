// Experiments: create, detail, change and delete. Parameters, metrics and lists have files of their own.
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
#define X "[{\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"min\":0,\"max\":1}}]"
#define WITH(members) "{\"name\":\"e\",\"parameters\":" X "," members "}"

// ------------------------------------------------------------------ what is planted

// Another team with a project and an experiment; a token for development and one without a user; an old project.
static enum err_code plant_unit(struct tx *tx, void *arg, struct err *err)
{
    static const struct {
        const char *text;
        enum token_kind kind;
        int64_t user_id;
    } tokens[] = {{"develop", TOKEN_CLIENT_DEVELOPMENT, 1}, {"nobody", TOKEN_CLIENT, 0}};
    struct project_record theirs = {.client_id = 2, .reference = "theirs", .name = "T", .created = 1000, .updated = 1000},
                          old = {.client_id = 1, .reference = "old", .name = "O", .created = 1000, .updated = 1000};
    struct experiment_record foreign = {.client_id = 2, .name = "foreign", .type = EXPERIMENT_OFFLINE, .created = 1000,
                                        .updated = 1000, .parameters = "[]", .metrics = "[]"};
    struct query q = query_start(tx, "INSERT INTO client (id, organization_id, name, created) VALUES (2, 1, 'Others', 1)", err);
    enum err_code code = query_run(&q);
    for (size_t i = 0; i < 2 && code == ERR_NONE; i++) {
        struct token_record token = {.kind = tokens[i].kind, .prefix = "pref", .organization_id = 1, .client_id = 1,
                                     .user_id = tokens[i].user_id, .created = 1};
        digest_sha256(tokens[i].text, strlen(tokens[i].text), token.digest);
        code = token_insert(tx, &token, err);
    }
    if (code == ERR_NONE)
        code = project_insert(tx, &theirs, err);
    if (code == ERR_NONE)
        code = project_insert(tx, &old, err);
    if (code == ERR_NONE)
        code = experiment_insert(tx, &foreign, err);
    *(int64_t *)arg = foreign.id;
    return code;
}

// Opens the harness with everything that is planted. Returns the id of the other team's experiment.
static int64_t open_planted(struct harness *h)
{
    struct err err;
    int64_t foreign = 0;
    harness_open(h);
    ok(storage_write_wait(h->storage, plant_unit, &foreign, &err) == ERR_NONE, "planted: %s", err.text);
    return foreign;
}

struct looking {
    int64_t id;
    struct experiment_record record;
    struct arena *arena;
};

static enum err_code look_unit(struct tx *tx, void *arg, struct err *err)
{
    struct looking *looking = arg;
    return experiment_find(tx, looking->arena, looking->id, &looking->record, err);
}

static int64_t epoch_of(struct harness *h, int64_t id)
{
    struct looking looking = {.id = id, .arena = arena_create()};
    struct err err;
    ok(storage_read(h->observer, look_unit, &looking, &err) == ERR_NONE, "experiment %" PRId64 " is stored", id);
    arena_destroy(looking.arena);
    return looking.record.epoch;
}

// ------------------------------------------------------------------ create

static void test_create(void)
{
    struct harness h;
    harness_open(&h);
    static const char whole[] =
        "{\"object\":\"experiment\",\"id\":\"1\",\"client\":\"1\",\"user\":\"1\",\"project\":null,\"name\":\"e\","
        "\"type\":\"offline\",\"state\":\"active\","
        "\"created\":\"<any>\",\"updated\":\"<any>\",\"development\":false,\"runs_only\":false,\"observation_budget\":null,"
        "\"num_solutions\":null,\"parallel_bandwidth\":null,\"metadata\":null,"
        "\"metrics\":[{\"object\":\"metric\",\"name\":null,\"objective\":\"maximize\",\"strategy\":\"optimize\","
        "\"threshold\":null}],"
        "\"parameters\":[{\"object\":\"parameter\",\"name\":\"x\",\"type\":\"double\",\"bounds\":{\"object\":\"bounds\","
        "\"min\":0,\"max\":1},"
        "\"categorical_values\":null,\"conditions\":{},\"default_value\":null,\"grid\":\"<absent>\",\"prior\":null,"
        "\"transformation\":null}],"
        "\"conditionals\":[],\"linear_constraints\":[],\"tasks\":\"<absent>\",\"budget\":\"<absent>\","
        "\"progress\":{\"object\":\"progress\",\"observation_count\":0,\"observation_budget_consumed\":0,"
        "\"first_observation\":null,"
        "\"last_observation\":null,\"best_observation\":null}}";
    CHECK(&h, "POST", EXPERIMENTS, "{\"name\":\"e\",\"parameters\":" X "}", 200, whole);
    CHECK(&h, "GET", EXPERIMENTS "/1", NULL, 200, whole);
    struct answer answer = harness_request(&h, "GET", EXPERIMENTS "/1", NULL);
    const struct json *parameter = json_first(json_member(answer.json, "parameters"));
    is_int(json_size(answer.json), 21, "an experiment has 21 members");
    is_int(json_size(json_member(answer.json, "progress")), 6, "a progress 6");
    is_int(json_size(parameter), 9, "a parameter without a grid 9");
    is_int(json_size(json_first(json_member(answer.json, "metrics"))), 5, "a metric 5");
    ok(strstr(answer.text, "\"bounds\":{\"object\":\"bounds\",\"min\":0.0,\"max\":1.0}") != NULL, "bounds are doubles");
    ok(strstr(answer.text, "\"observation_budget_consumed\":0.0") != NULL, "and so is the consumed budget");
    int64_t created = -1, updated = -2;
    ok(json_integer(json_member(answer.json, "created"), &created) && json_integer(json_member(answer.json, "updated"), &updated),
       "both times are integers");
    ok(created > 1600000000 && created < 100000000000 && created == updated, "they are seconds, and equal at first");
    answer_clear(&answer);

    static const struct request_case cases[] = {
        {"POST", TEAM, WITH("\"type\":\"random\""), 200, "{\"id\":\"2\",\"client\":\"1\",\"type\":\"random\"}"},
        {"POST", TEAM, WITH("\"type\":null"), 200, "{\"type\":\"offline\"}"},
        {"POST", TEAM, WITH("\"type\":\"offline\""), 200, "{\"type\":\"offline\"}"},
        {"POST", TEAM, "{\"name\":\" \\t a b \xc2\xa0\",\"parameters\":" X "}", 400, "{\"message\":\"~.name\"}"},
        {"POST", TEAM, "{\"name\":\"  a b \xc2\xa0\",\"parameters\":" X "}", 200, "{\"name\":\"a b\"}"},
        {"POST", TEAM, "{\"name\":\"\xf0\x9f\x9a\xa2 \\\"\\\\/\",\"parameters\":" X "}", 200,
         "{\"name\":\"\xf0\x9f\x9a\xa2 \\\"\\\\/\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":1,\"parallel_bandwidth\":4.0"), 200,
         "{\"observation_budget\":1,\"parallel_bandwidth\":4}"},
        {"POST", TEAM, WITH("\"observation_budget\":null,\"parallel_bandwidth\":null,\"num_solutions\":null"), 200,
         "{\"observation_budget\":null,\"parallel_bandwidth\":null,\"num_solutions\":null}"},
        {"POST", TEAM, WITH("\"observation_budget\":9007199254740992,\"parallel_bandwidth\":9007199254740992"), 200,
         "{\"observation_budget\":9007199254740992,\"parallel_bandwidth\":9007199254740992}"},
        {"POST", TEAM, WITH("\"num_solutions\":1"), 200, "{\"num_solutions\":1}"},
        {"POST", TEAM, WITH("\"metadata\":{\"a\":1.0,\"b\":\"\xc3\xa9\",\"c\":null}"), 200,
         "{\"metadata\":{\"a\":1,\"b\":\"\xc3\xa9\",\"c\":\"<absent>\"}}"},
        {"POST", TEAM, WITH("\"metadata\":null"), 200, "{\"metadata\":null}"},
        {"POST", TEAM, WITH("\"metadata\":{}"), 200, "{\"metadata\":{}}"},
        {"POST", TEAM, WITH("\"metadata\":{\"fairway_failure_tolerance\":\"cautious\"}"), 200,
         "{\"metadata\":{\"fairway_failure_tolerance\":\"cautious\"}}"},
        {"POST", TEAM, WITH("\"metadata\":{\"fairway_failure_tolerance\":\"balanced\"}"), 200, NULL},
        {"POST", TEAM, WITH("\"metadata\":{\"fairway_failure_tolerance\":\"bold\"}"), 200, NULL},
        {"POST", TEAM, WITH("\"metadata\":{\"fairway_failure_tolerance\":null}"), 200, "{\"metadata\":{}}"},
        {"POST", TEAM, WITH("\"project\":\"default\""), 200, "{\"project\":\"default\"}"},
        {"POST", TEAM, WITH("\"project\":null"), 200, "{\"project\":null}"},
        {"POST", TEAM, WITH("\"conditionals\":null,\"linear_constraints\":null,\"tasks\":null,\"runs_only\":null"), 200,
         "{\"conditionals\":[],\"linear_constraints\":[],\"tasks\":\"<absent>\",\"runs_only\":false}"},
        {"POST", TEAM, WITH("\"conditionals\":[],\"linear_constraints\":[],\"tasks\":[],\"runs_only\":false"), 200, NULL},
        {"POST", TEAM, WITH("\"conditionals\":{},\"linear_constraints\":{},\"tasks\":{}"), 200, NULL},
    };
    CHECK_CASES(&h, cases, false);
    harness_close(&h);
}

static void test_refusals(void)
{
    struct harness h;
    open_planted(&h);
    static const struct request_case cases[] = {
        {"POST", EXPERIMENTS, NULL, 400, "{\"message\":\"~\\\"name\\\"\",\"status\":400}"},
        {"POST", TEAM, "{}", 400, "{\"message\":\"~\\\"name\\\"\"}"},
        {"POST", TEAM, "{\"parameters\":" X "}", 400, "{\"message\":\"~Missing required json key \\\"name\\\"\"}"},
        {"POST", TEAM, "{\"name\":\"e\"}", 400, "{\"message\":\"~Missing required json key \\\"parameters\\\"\"}"},
        {"POST", TEAM, "{\"name\":\"e\",\"parameters\":null}", 400, "{\"message\":\"~\\\"parameters\\\"\"}"},
        {"POST", TEAM, "{\"name\":\"e\",\"parameters\":[]}", 400, "{\"message\":\"~.parameters\"}"},
        {"POST", TEAM, "{\"name\":\"e\",\"parameters\":{}}", 400,
         "{\"message\":\"~Invalid type for .parameters: {}, expected array\"}"},
        {"POST", TEAM, "{\"name\":\"e\",\"parameters\":\"x\"}", 400, "{\"message\":\"~Invalid type for .parameters\"}"},
        {"POST", TEAM, "{\"name\":null,\"parameters\":" X "}", 400, "{\"message\":\"~\\\"name\\\"\"}"},
        {"POST", TEAM, "{\"name\":\"\",\"parameters\":" X "}", 400, "{\"message\":\"~.name\"}"},
        {"POST", TEAM, "{\"name\":\" \xe2\x80\x83 \",\"parameters\":" X "}", 400, "{\"message\":\"~.name\"}"},
        {"POST", TEAM, "{\"name\":\"a\\nb\",\"parameters\":" X "}", 400, "{\"message\":\"~.name\"}"},
        {"POST", TEAM, "{\"name\":\"a\\u001fb\",\"parameters\":" X "}", 400, "{\"message\":\"~.name\"}"},
        {"POST", TEAM, "{\"name\":\"a\\u0000b\",\"parameters\":" X "}", 400, "{\"message\":\"~Malformed json in request body\"}"},
        {"POST", TEAM, "{\"name\":7,\"parameters\":" X "}", 400, "{\"message\":\"~Invalid type for .name: 7, expected string\"}"},
        {"POST", TEAM, "{\"name\":[\"e\"],\"parameters\":" X "}", 400, "{\"message\":\"~Invalid type for .name\"}"},
        {"POST", TEAM, "{\"name\":\"e\",\"name\":\"e\",\"parameters\":" X "}", 400,
         "{\"message\":\"~Malformed json in request body\"}"},
        {"POST", TEAM, WITH("\"foo\":1"), 400, "{\"message\":\"~`foo`\"}"},
        {"POST", TEAM, WITH("\"foo\":1,\"bar\":null"), 400, "{\"message\":\"~Unknown json keys `foo`, `bar`\"}"},
        {"POST", TEAM, WITH("\"metric\":{\"name\":\"m\"},\"metrics\":[\"m\"]"), 400, "{\"message\":\"~.metric and .metrics are both given\"}"},
        {"POST", TEAM, WITH("\"development\":true"), 400, "{\"message\":\"~`development`\"}"},
        {"POST", TEAM, WITH("\"user\":\"1\""), 400, "{\"message\":\"~`user`\"}"},
        {"POST", TEAM, WITH("\"client\":\"1\""), 400, "{\"message\":\"~`client`\"}"},
        {"POST", TEAM, WITH("\"state\":\"active\""), 400, "{\"message\":\"~`state`\"}"},
        {"POST", TEAM, WITH("\"id\":\"7\""), 400, "{\"message\":\"~`id`\"}"},
        {"POST", TEAM, WITH("\"object\":\"experiment\""), 400, "{\"message\":\"~`object`\"}"},
        {"POST", TEAM, WITH("\"folder\":1"), 400, "{\"message\":\"~`folder`\"}"},
        {"POST", TEAM, WITH("\"tags\":[]"), 400, "{\"message\":\"~`tags`\"}"},
        {"POST", TEAM, WITH("\"no_optimize\":true"), 400, "{\"message\":\"~`no_optimize`\"}"},
        {"POST", TEAM, WITH("\"fields\":\"id\""), 400, "{\"message\":\"~`fields`\"}"},
        {"POST", TEAM, WITH("\"type\":\"grid\""), 400, "{\"message\":\"~.parameters[0].grid must be given\"}"},
        {"POST", TEAM, WITH("\"type\":\"Offline\""), 400, "{\"message\":\"~not one of the allowed values for .type\"}"},
        {"POST", TEAM, WITH("\"type\":\"\""), 400, "{\"message\":\"~.type\"}"},
        {"POST", TEAM, WITH("\"type\":1"), 400, "{\"message\":\"~Invalid type for .type\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":0"), 400, "{\"message\":\"~.observation_budget\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":-1"), 400, "{\"message\":\"~.observation_budget\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":1.5"), 400, "{\"message\":\"~Invalid type for .observation_budget: 1.5\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":\"1\""), 400, "{\"message\":\"~Invalid type for .observation_budget\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":true"), 400, "{\"message\":\"~Invalid type for .observation_budget\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":18446744073709551616"), 400, "{\"message\":\"~.observation_budget\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":1e300"), 400, "{\"message\":\"~.observation_budget\"}"},
        {"POST", TEAM, WITH("\"observation_budget\":1e999"), 400, "{\"message\":\"~Malformed json in request body\"}"},
        {"POST", TEAM, WITH("\"parallel_bandwidth\":0"), 400, "{\"message\":\"~.parallel_bandwidth\"}"},
        {"POST", TEAM, WITH("\"parallel_bandwidth\":-1"), 400, "{\"message\":\"~.parallel_bandwidth\"}"},
        {"POST", TEAM, WITH("\"parallel_bandwidth\":0.5"), 400, "{\"message\":\"~.parallel_bandwidth\"}"},
        {"POST", TEAM, WITH("\"parallel_bandwidth\":\"2\""), 400, "{\"message\":\"~Invalid type for .parallel_bandwidth\"}"},
        {"POST", TEAM, WITH("\"parallel_bandwidth\":1e19"), 400, "{\"message\":\"~.parallel_bandwidth\"}"},
        {"POST", TEAM, WITH("\"num_solutions\":0"), 400, "{\"message\":\"~.num_solutions\"}"},
        {"POST", TEAM, WITH("\"num_solutions\":-1"), 400, "{\"message\":\"~.num_solutions\"}"},
        {"POST", TEAM, WITH("\"num_solutions\":1.5"), 400, "{\"message\":\"~.num_solutions\"}"},
        {"POST", TEAM, WITH("\"num_solutions\":\"1\""), 400, "{\"message\":\"~.num_solutions\"}"},
        {"POST", TEAM, WITH("\"num_solutions\":2"), 400,
         "{\"message\":\"~.observation_budget must be given for an experiment with several solutions\"}"},
        {"POST", TEAM, WITH("\"num_solutions\":2,\"observation_budget\":1"), 400,
         "{\"message\":\"~.num_solutions must be at most the budget: 1\"}"},
        {"POST", TEAM, WITH("\"budget\":5"), 400, "{\"message\":\"~.budget\"}"},
        {"POST", TEAM, WITH("\"budget\":null"), 400, "{\"message\":\"~.budget\"}"},
        {"POST", TEAM, WITH("\"budget\":5,\"runs_only\":false"), 400, "{\"message\":\"~.budget\"}"},
        {"POST", TEAM, WITH("\"runs_only\":1"), 400, "{\"message\":\"~Invalid type for .runs_only\"}"},
        {"POST", TEAM, WITH("\"conditionals\":[{\"name\":\"c\",\"values\":[\"a\"]}]"), 400,
         "{\"message\":\"~.conditionals[0].values must have at least 2 values\"}"},
        {"POST", TEAM, WITH("\"conditionals\":\"c\""), 400, "{\"message\":\"~Invalid type for .conditionals\"}"},
        {"POST", TEAM, WITH("\"linear_constraints\":[{\"type\":\"less_than\"}]"), 400, "{\"message\":\"~.linear_constraints\"}"},
        {"POST", TEAM, WITH("\"linear_constraints\":1"), 400, "{\"message\":\"~Invalid type for .linear_constraints\"}"},
        {"POST", TEAM, WITH("\"tasks\":[{\"name\":\"t\",\"cost\":1}]"), 400, "{\"message\":\"~.tasks\"}"},
        {"POST", TEAM, WITH("\"tasks\":{\"name\":\"t\"}"), 400, "{\"message\":\"~Invalid type for .tasks\"}"},
        {"POST", TEAM, WITH("\"tasks\":false"), 400, "{\"message\":\"~Invalid type for .tasks\"}"},
        {"POST", TEAM, WITH("\"metadata\":[]"), 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {"POST", TEAM, WITH("\"metadata\":\"x\""), 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {"POST", TEAM, WITH("\"metadata\":{\"a\":[1]}"), 400, "{\"message\":\"~Invalid type for .metadata.a\"}"},
        {"POST", TEAM, WITH("\"metadata\":{\"a\":true}"), 400, "{\"message\":\"~Invalid type for .metadata.a\"}"},
        {"POST", TEAM, WITH("\"metadata\":{\"fairway_failure_tolerance\":\"reckless\"}"), 400,
         "{\"message\":\"~.metadata.fairway_failure_tolerance\"}"},
        {"POST", TEAM, WITH("\"metadata\":{\"fairway_failure_tolerance\":\"Bold\"}"), 400,
         "{\"message\":\"~.fairway_failure_tolerance\"}"},
        {"POST", TEAM, WITH("\"metadata\":{\"fairway_failure_tolerance\":1}"), 400,
         "{\"message\":\"~.fairway_failure_tolerance\"}"},
        {"POST", TEAM, WITH("\"project\":\"\""), 400, "{\"message\":\"~.project\"}"},
        {"POST", TEAM, WITH("\"project\":\"unknown\""), 400, "{\"message\":\"~.project\"}"},
        {"POST", TEAM, WITH("\"project\":\"Default\""), 400, "{\"message\":\"~.project\"}"},
        {"POST", TEAM, WITH("\"project\":\"theirs\""), 400, "{\"message\":\"~.project\"}"},
        {"POST", TEAM, WITH("\"project\":\"\xf0\x9f\x9a\xa2\""), 400, "{\"message\":\"~.project\"}"},
        {"POST", TEAM, WITH("\"project\":\"XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX\""), 400, "{\"message\":\"~.project\"}"},
        {"POST", TEAM, WITH("\"project\":1"), 400, "{\"message\":\"~Invalid type for .project\"}"},
        {"POST", "/v1/clients/2/experiments", WITH("\"type\":null"), 404, "{\"status\":404}"},
        {"POST", "/v1/clients/3/experiments", "{}", 404, NULL},
        {"POST", "/v1/clients/1/projects/default/experiments", WITH("\"type\":null"), 405, NULL},
        {"POST", EXPERIMENTS "/1", WITH("\"type\":null"), 405, NULL},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// Limits of length, in code points and on both sides; and replies that are cut stay valid text.
static void test_lengths(void)
{
    struct harness h;
    harness_open(&h);
    struct arena *arena = arena_create();
    char name[4 * 101 + 1] = "";
    for (int i = 0; i < 101; i++)
        strcat(name, "\xf0\x9f\x9a\xa2");
    CHECK(&h, "POST", TEAM, arena_printf(arena, "{\"name\":\"%s\",\"parameters\":" X "}", name + 4), 200,
          arena_printf(arena, "{\"name\":\"%s\"}", name + 4));
    int64_t version = harness_version(&h);
    CHECK(&h, "POST", TEAM, arena_printf(arena, "{\"name\":\"%s\",\"parameters\":" X "}", name), 400, "{\"message\":\"~.name\"}");
    // The path of what is wrong is cut; wherever that is, the reply is valid (harness_request insists).
    for (size_t i = 0; i < 4; i++) {
        CHECK(&h, "POST", TEAM, arena_printf(arena, WITH("\"metadata\":{\"%.*s%s\":true}"), (int)i, "abc", name + 16), 400,
              "{\"message\":\"~Invalid type for .metadata.\"}");
        CHECK(&h, "POST", TEAM, arena_printf(arena, WITH("\"%.*s%s\":true"), (int)i, "abc", name), 400,
              "{\"message\":\"~Unknown json keys\"}");
        CHECK(&h, "POST", TEAM, arena_printf(arena, "{\"name\":{\"%.*s%s\":1},\"parameters\":" X "}", (int)i, "abc", name), 400,
              "{\"message\":\"~Invalid type for .name\"}");
    }
    char *keys = arena_strdup(arena, "\"k0\":0");
    for (int i = 1; i < 100; i++)
        keys = arena_printf(arena, "%s,\"k%d\":%d", keys, i, i);
    CHECK(&h, "POST", TEAM, arena_printf(arena, WITH("\"metadata\":{%s,\"more\":1}"), keys), 400, "{\"message\":\"~.metadata\"}");
    ok(harness_version(&h) == version, "nothing is stored");
    CHECK(&h, "POST", TEAM, arena_printf(arena, WITH("\"metadata\":{%s}"), keys), 200, "{\"metadata\":{\"k99\":99}}");
    arena_destroy(arena);
    harness_close(&h);
}

// ------------------------------------------------------------------ detail, tokens

static void test_detail(void)
{
    struct harness h;
    char foreign[64], header[100];
    snprintf(foreign, sizeof foreign, EXPERIMENTS "/%" PRId64, open_planted(&h));
    int64_t id = harness_make(&h, "POST", TEAM, WITH("\"project\":\"default\""));
    is_int(id, 2, "the id of the experiment");
    const struct request_case cases[] = {
        {"GET", EXPERIMENTS "/2", NULL, 200, "{\"object\":\"experiment\",\"id\":\"2\",\"project\":\"default\"}"},
        {"GET", EXPERIMENTS "/02", NULL, 200, "{\"id\":\"2\"}"},
        {"GET", EXPERIMENTS "/2?fields=id,project", NULL, 200, "{\"id\":\"2\",\"project\":\"default\",\"object\":\"<absent>\"}"},
        {"GET", EXPERIMENTS "/2?fields=", NULL, 200, "{\"id\":\"2\",\"object\":\"experiment\"}"},
        {"GET", EXPERIMENTS "/2?fields=id,tasks,budget", NULL, 200, "{\"id\":\"2\",\"tasks\":\"<absent>\","
         "\"budget\":\"<absent>\"}"},
        {"GET", EXPERIMENTS "/2?fields=parameters", NULL, 200, "{\"parameters\":[{\"bounds\":{\"min\":0}}],\"id\":\"<absent>\"}"},
        {"GET", EXPERIMENTS "/2?fields=id,nonsense", NULL, 400,
         "{\"message\":\"Unknown field \\\"nonsense\\\" for object experiment\"}"},
        {"GET", EXPERIMENTS "/2?unknown=1", NULL, 200, NULL},
        {"GET", foreign, NULL, 404, "{\"status\":404}"},
        {"PUT", foreign, "{}", 404, NULL},
        {"PUT", foreign, "{\"nonsense\":1}", 404, NULL},
        {"DELETE", foreign, NULL, 404, NULL},
        {"GET", EXPERIMENTS "/3", NULL, 404, "{\"message\":\"experiment 3 does not exist\"}"},
        {"GET", EXPERIMENTS "/0", NULL, 404, NULL},
        {"GET", EXPERIMENTS "/-2", NULL, 404, NULL},
        {"GET", EXPERIMENTS "/9223372036854775807", NULL, 404, NULL},
        {"GET", EXPERIMENTS "/99999999999999999999999999", NULL, 404, NULL},
        {"GET", EXPERIMENTS "/x", NULL, 404, NULL},
        {"GET", EXPERIMENTS "/2/", NULL, 404, NULL},
        {"GET", EXPERIMENTS "/2%00", NULL, 400, NULL},
        {"GET", "/v1/clients/1/experiments/2", NULL, 404, NULL},
        {"MERGE", EXPERIMENTS "/2", "{}", 405, "{\"message\":\"~GET, PUT, DELETE, OPTIONS\"}"},
        {"PUT", EXPERIMENTS, "{}", 405, NULL},
        {"DELETE", TEAM, NULL, 405, NULL},
    };
    CHECK_CASES(&h, cases, true);

    // Experiments of development tokens are theirs alone.
    static const char body[] = "{\"name\":\"d\",\"parameters\":" X "}";
    harness_basic("develop", header, sizeof header);
    struct api_request request = {.method = "POST", .path = EXPERIMENTS, .authorization = header, .body = body,
                                  .body_len = strlen(body)};
    CHECK_SEND(&h, &request, 200, "{\"id\":\"3\",\"development\":true,\"user\":\"1\"}");
    request = (struct api_request){.method = "GET", .path = EXPERIMENTS "/3", .authorization = header};
    CHECK_SEND(&h, &request, 200, "{\"development\":true}");
    request.path = EXPERIMENTS "/2";
    CHECK_SEND(&h, &request, 403, "{\"token_status\":\"invalid_permissions\"}");
    request.method = "DELETE";
    CHECK_SEND(&h, &request, 403, NULL);
    CHECK(&h, "GET", EXPERIMENTS "/3", NULL, 403, "{\"token_status\":\"invalid_permissions\"}");
    CHECK(&h, "PUT", EXPERIMENTS "/3", "{\"nonsense\":1}", 403, NULL);
    CHECK(&h, "DELETE", EXPERIMENTS "/3", NULL, 403, NULL);
    request.path = EXPERIMENTS "/3";
    CHECK_SEND(&h, &request, 200, "{}");

    harness_basic("nobody", header, sizeof header);
    request = (struct api_request){.method = "POST", .path = TEAM, .authorization = header, .body = body,
                                   .body_len = strlen(body)};
    CHECK_SEND(&h, &request, 200, "{\"user\":null,\"development\":false}");
    harness_close(&h);
}

// ------------------------------------------------------------------ change

static void test_change(void)
{
    struct harness h;
    open_planted(&h);
    harness_make(&h, "POST", TEAM, WITH("\"project\":\"default\",\"observation_budget\":10,\"metadata\":{\"a\":1}"));
    static const struct request_case cases[] = {
        {"PUT", EXPERIMENTS "/2", NULL, 200, "{\"name\":\"e\",\"project\":\"default\",\"observation_budget\":10,"
         "\"metadata\":{\"a\":1}}"},
        {"PUT", EXPERIMENTS "/2", "{}", 200, "{\"name\":\"e\",\"project\":\"default\",\"observation_budget\":10,"
         "\"metadata\":{\"a\":1}}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"f\"}", 200, "{\"name\":\"f\",\"project\":\"default\",\"observation_budget\":10}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\" g \"}", 200, "{\"name\":\" g \"}"}, // stripped on create only
        {"GET", EXPERIMENTS "/2", NULL, 200, "{\"name\":\" g \"}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"f\"}", 200, "{\"name\":\"f\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"state\":\"deleted\"}", 200, "{\"state\":\"deleted\"}"},
        {"GET", EXPERIMENTS "/2", NULL, 200, "{\"state\":\"deleted\",\"name\":\"f\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"h\"}", 200, "{\"state\":\"deleted\",\"name\":\"h\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"state\":\"deleted\"}", 200, "{\"state\":\"deleted\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"state\":\"active\"}", 200, "{\"state\":\"active\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"project\":null}", 200, "{\"project\":null}"},
        {"PUT", EXPERIMENTS "/2", "{\"project\":null}", 200, "{\"project\":null}"},
        {"PUT", EXPERIMENTS "/2", "{\"project\":\"old\"}", 200, "{\"project\":\"old\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"project\":\"old\"}", 200, "{\"project\":\"old\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"observation_budget\":20}", 200, "{\"observation_budget\":20}"},
        {"PUT", EXPERIMENTS "/2", "{\"observation_budget\":null}", 200, "{\"observation_budget\":20}"},
        {"PUT", EXPERIMENTS "/2", "{\"parallel_bandwidth\":3}", 200, "{\"parallel_bandwidth\":3}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"h\"}", 200, "{\"parallel_bandwidth\":3}"},
        {"PUT", EXPERIMENTS "/2", "{\"parallel_bandwidth\":null}", 200, "{\"parallel_bandwidth\":null}"},
        {"PUT", EXPERIMENTS "/2", "{\"metadata\":{\"b\":\"2\"}}", 200, "{\"metadata\":{\"b\":\"2\",\"a\":\"<absent>\"}}"},
        {"PUT", EXPERIMENTS "/2", "{\"metadata\":{}}", 200, "{\"metadata\":{\"b\":\"<absent>\"}}"},
        {"PUT", EXPERIMENTS "/2", "{\"metadata\":null}", 200, "{\"metadata\":null}"},
        {"PUT", EXPERIMENTS "/2", "{\"no_optimize\":true}", 200, "{\"name\":\"h\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"no_optimize\":null}", 200, NULL},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"i\",\"state\":\"active\",\"project\":\"default\",\"metadata\":{\"c\":1},"
         "\"no_optimize\":false}", 200,
         "{\"name\":\"i\",\"project\":\"default\",\"metadata\":{\"c\":1},\"parameters\":[{\"name\":\"x\"}],"
         "\"progress\":{\"observation_count\":0}}"},
    };
    CHECK_CASES(&h, cases, false);
    int64_t before = harness_version(&h);
    CHECK(&h, "PUT", EXPERIMENTS "/2", "{}", 200, NULL);
    ok(harness_version(&h) != before, "an empty change is stored: it moves `updated`");
    harness_close(&h);
}

static void test_wrong_change(void)
{
    struct harness h;
    open_planted(&h);
    harness_make(&h, "POST", TEAM, WITH("\"project\":\"default\",\"observation_budget\":10,\"metadata\":{\"a\":1}"));
    static const struct request_case cases[] = {
        {"PUT", EXPERIMENTS "/99", "{\"name\":\"f\"}", 404, NULL},
        {"PUT", EXPERIMENTS "/99", "{\"nonsense\":1}", 404, NULL},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"f\",\"nonsense\":1}", 400, "{\"message\":\"~`nonsense`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"type\":\"random\"}", 400, "{\"message\":\"~`type`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"conditionals\":[]}", 400, "{\"message\":\"~`conditionals`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"linear_constraints\":[]}", 400, "{\"message\":\"~`linear_constraints`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"num_solutions\":1}", 400, "{\"message\":\"~`num_solutions`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"client\":\"1\"}", 400, "{\"message\":\"~`client`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"user\":\"1\"}", 400, "{\"message\":\"~`user`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"id\":\"2\"}", 400, "{\"message\":\"~`id`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"object\":\"suggestion\"}", 400, "{\"message\":\"~`object`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"runs_only\":false}", 400, "{\"message\":\"~`runs_only`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"development\":false}", 400, "{\"message\":\"~`development`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"fields\":\"id\"}", 400, "{\"message\":\"~`fields`\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"tasks\":null}", 400, "{\"message\":\"~.tasks\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"tasks\":[]}", 400, "{\"message\":\"~.tasks\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"budget\":5}", 400, "{\"message\":\"~.budget\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"budget\":null}", 400, "{\"message\":\"~.budget\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"parameters\":[]}", 400, "{\"message\":\"~.parameters\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"parameters\":null}", 400, "{\"message\":\"~.parameters\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":null}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"\"}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"  \"}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"a\\tb\"}", 400, "{\"message\":\"~.name\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":1}", 400, "{\"message\":\"~Invalid type for .name\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"state\":null}", 400, "{\"message\":\"~.state\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"state\":\"all\"}", 400, "{\"message\":\"~.state\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"state\":true}", 400, "{\"message\":\"~Invalid type for .state\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"project\":\"unknown\"}", 400, "{\"message\":\"~.project\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"project\":\"theirs\"}", 400, "{\"message\":\"~.project\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"project\":\"\"}", 400, "{\"message\":\"~.project\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"project\":7}", 400, "{\"message\":\"~Invalid type for .project\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"observation_budget\":0}", 400, "{\"message\":\"~.observation_budget\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"observation_budget\":\"20\"}", 400, "{\"message\":\"~.observation_budget\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"observation_budget\":2.5}", 400, "{\"message\":\"~.observation_budget\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"parallel_bandwidth\":0}", 400, "{\"message\":\"~.parallel_bandwidth\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"parallel_bandwidth\":1e18}", 400, "{\"message\":\"~.parallel_bandwidth\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metadata\":[]}", 400, "{\"message\":\"~Invalid type for .metadata\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"metadata\":{\"a\":{}}}", 400, "{\"message\":\"~.metadata.a\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"name\":\"f\",\"metadata\":{\"fairway_failure_tolerance\":\"no\"}}", 400,
         "{\"message\":\"~.metadata.fairway_failure_tolerance\"}"},
        {"PUT", EXPERIMENTS "/2", "{\"no_optimize\":1}", 400, "{\"message\":\"~Invalid type for .no_optimize\"}"},
        {"PUT", EXPERIMENTS "/2", "[]", 400, NULL},
        {"GET", EXPERIMENTS "/2", NULL, 200,
         "{\"name\":\"e\",\"state\":\"active\",\"project\":\"default\",\"observation_budget\":10,\"parallel_bandwidth\":null,"
         "\"metadata\":{\"a\":1}}"},
    };
    CHECK_CASES(&h, cases, true);
    harness_close(&h);
}

// What changes, and when: times, counts of projects, the epoch of the model.
static void test_consequences(void)
{
    struct harness h;
    open_planted(&h);
    CHECK(&h, "GET", "/v1/clients/1/projects/old", NULL, 200, "{\"updated\":1,\"experiment_count\":0}");
    harness_make(&h, "POST", TEAM, WITH("\"project\":\"old\""));
    struct answer answer = harness_request(&h, "GET", "/v1/clients/1/projects/old", NULL);
    int64_t updated = 0;
    ok(json_integer(json_member(answer.json, "updated"), &updated) && updated > 1600000000,
       "a new experiment updates its project");
    answer_clear(&answer);
    CHECK(&h, "GET", "/v1/clients/1/projects/old", NULL, 200, "{\"experiment_count\":1}");
    CHECK(&h, "PUT", EXPERIMENTS "/2", "{\"project\":\"default\"}", 200, NULL);
    CHECK(&h, "GET", "/v1/clients/1/projects/old", NULL, 200, "{\"experiment_count\":0}");
    CHECK(&h, "GET", "/v1/clients/1/projects/default", NULL, 200, "{\"experiment_count\":1}");
    CHECK(&h, "PUT", EXPERIMENTS "/2", "{\"project\":null}", 200, NULL);
    CHECK(&h, "GET", "/v1/clients/1/projects/default", NULL, 200, "{\"experiment_count\":0}");

    static const struct {
        const char *body;
        bool raises;
    } changes[] = {
        {"{\"name\":\"f\",\"metadata\":{\"a\":1},\"observation_budget\":3,\"state\":\"active\"}", false},
        {"{\"metadata\":{\"fairway_failure_tolerance\":\"balanced\"}}", false}, // what it is without
        {"{\"metadata\":{\"fairway_failure_tolerance\":\"bold\"}}", true},
        {"{\"metadata\":{\"fairway_failure_tolerance\":\"bold\",\"a\":2}}", false},
        {"{}", false},
        {"{\"metadata\":null}", true},
        {"{\"metadata\":null}", false},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        int64_t before = epoch_of(&h, 2);
        CHECK(&h, "PUT", EXPERIMENTS "/2", changes[i].body, 200, NULL);
        ok((epoch_of(&h, 2) > before) == changes[i].raises, "%s: the model is %s", changes[i].body,
           changes[i].raises ? "void" : "kept");
    }
    harness_close(&h);
}

// ------------------------------------------------------------------ delete

static void test_delete(void)
{
    struct harness h;
    harness_open(&h);
    harness_make(&h, "POST", TEAM, WITH("\"project\":\"default\""));
    int64_t suggestion = harness_make(&h, "POST", EXPERIMENTS "/1/suggestions", "{\"assignments\":{\"x\":0.5}}");
    is_int(suggestion, 1, "a suggestion");
    harness_make(&h, "POST", EXPERIMENTS "/1/observations", "{\"suggestion\":1,\"values\":[{\"value\":2}]}");
    harness_make(&h, "POST", EXPERIMENTS "/1/suggestions", "{\"assignments\":{\"x\":0.25}}");
    static const struct request_case wrong[] = {
        {"DELETE", EXPERIMENTS "/1?include_runs=yes", NULL, 400, "{\"message\":\"~include_runs\"}"},
        {"DELETE", EXPERIMENTS "/1?include_runs=", NULL, 400, "{\"message\":\"~include_runs\"}"},
        {"DELETE", EXPERIMENTS "/1?include_runs=2", NULL, 400, "{\"message\":\"~include_runs\"}"},
        {"DELETE", EXPERIMENTS "/2", NULL, 404, NULL},
        {"GET", EXPERIMENTS "/1", NULL, 200, "{\"state\":\"active\"}"},
    };
    CHECK_CASES(&h, wrong, true);
    static const struct request_case cases[] = {
        {"DELETE", EXPERIMENTS "/1", NULL, 200, "{}"},
        {"GET", EXPERIMENTS "/1", NULL, 200,
         "{\"state\":\"deleted\",\"progress\":{\"observation_count\":1,\"observation_budget_consumed\":1,"
         "\"best_observation\":{\"id\":\"1\"}}}"},
        {"DELETE", EXPERIMENTS "/1?include_runs=False", NULL, 200, "{}"},
        {"GET", EXPERIMENTS "/1/observations", NULL, 200, "{\"count\":1}"},
        {"GET", EXPERIMENTS "/1/suggestions", NULL, 200, "{\"count\":2}"},
        {"POST", EXPERIMENTS "/1/suggestions", "{}", 400, "{\"message\":\"~deleted\"}"},
        {"POST", EXPERIMENTS "/1/suggestions", "{\"assignments\":{\"x\":0.5}}", 400, "{\"message\":\"~deleted\"}"},
        {"POST", EXPERIMENTS "/1/observations", "{\"suggestion\":2,\"failed\":true}", 400, "{\"message\":\"~deleted\"}"},
        {"PUT", EXPERIMENTS "/1", "{\"state\":\"active\"}", 200, "{\"state\":\"active\"}"},
        {"DELETE", EXPERIMENTS "/1?include_runs=TRUE", NULL, 200, "{}"},
        {"GET", EXPERIMENTS "/1", NULL, 200,
         "{\"state\":\"deleted\",\"progress\":{\"observation_count\":0,\"observation_budget_consumed\":0,"
         "\"first_observation\":null,"
         "\"last_observation\":null,\"best_observation\":null}}"},
        {"GET", EXPERIMENTS "/1/observations", NULL, 200, "{\"count\":0}"},
        {"GET", EXPERIMENTS "/1/suggestions", NULL, 200, "{\"count\":0}"},
        {"DELETE", EXPERIMENTS "/1?include_runs=true", NULL, 200, "{}"},
        {"GET", "/v1/clients/1/projects/default", NULL, 200, "{\"experiment_count\":1}"},
        {"PUT", EXPERIMENTS "/1", "{\"state\":\"active\"}", 200, NULL},
        {"POST", EXPERIMENTS "/1/observations", "{\"assignments\":{\"x\":0.5},\"failed\":true}", 200, NULL},
    };
    CHECK_CASES(&h, cases, false);
    struct answer answer = harness_request(&h, "DELETE", EXPERIMENTS "/1", NULL);
    is_text(answer.text, "{}\n", "the reply is the empty object");
    answer_clear(&answer);
    harness_close(&h);
}

int main(void)
{
    TAP_RUN(test_create);
    TAP_RUN(test_refusals);
    TAP_RUN(test_lengths);
    TAP_RUN(test_detail);
    TAP_RUN(test_change);
    TAP_RUN(test_wrong_change);
    TAP_RUN(test_consequences);
    TAP_RUN(test_delete);
    return tap_done();
}
