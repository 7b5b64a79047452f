// Predictions: what the models think of points of the caller's choice. Our own addition to the protocol.
//
//     POST /v1/experiments/E/predictions {"assignments": [{...}, ...]}
//     -> a pagination of {"object": "prediction", "assignments", "probability_of_feasibility", "probability_of_constraints",
//                         "metrics": [{"name", "mean", "stddev"}]}
#include <math.h>

#include "api/advisor.h"
#include "api/call.h"
#include "api/definition.h"
#include "api/expect.h"
#include "api/experiments.h"
#include "api/route.h"

enum { POINTS_MAX = 1000 };

// In call->state.
struct question {
    struct advice_point *points;
    size_t n;
    const struct definition *definition;  // when the answer is written
    const struct prediction *predictions; // as well
};

static void write_known(struct json_writer *w, const char *key, double v)
{
    if (isfinite(v))
        json_member_double(w, key, v);
    else
        json_member_null(w, key);
}

static void render_row(struct call *call, const void *rows, size_t i)
{
    const struct question *question = call->state;
    const struct advice_point *points = rows;
    const struct prediction *prediction = &question->predictions[i];
    const struct definition *definition = question->definition;
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", "prediction");
    json_put_key(w, "assignments");
    assignments_write(w, definition, points[i].assignments, points[i].n);
    write_known(w, "probability_of_feasibility", prediction->probability_of_feasibility);
    write_known(w, "probability_of_constraints", prediction->probability_of_constraints);
    json_put_key(w, "metrics");
    metrics_write_predicted(w, definition->metrics, definition->n_metrics, prediction->mean, prediction->stddev);
    json_end_object(w);
}

static void render(struct call *call, const struct definition *definition, const struct prediction *predictions)
{
    struct question *question = call->state;
    question->definition = definition;
    question->predictions = predictions;
    paging_render_all(call, question->points, question->n, render_row);
}

static enum err_code read_points(struct call *call, struct question *question)
{
    static const char *const known[] = {"assignments", "fields", NULL};
    struct definition definition;
    const struct json *list;
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE ||
        expect_member(call->body, "assignments", "", &list, &call->err) != ERR_NONE ||
        expect_kind(list, JSON_ARRAY, ".assignments", &call->err) != ERR_NONE)
        return ERR_INVALID;
    question->n = json_size(list);
    if (question->n > POINTS_MAX)
        return call_error(call, ERR_INVALID, ".assignments", "The length of .assignments is %zu but must be at most %d",
                          question->n, POINTS_MAX);
    question->points = arena_alloc(call->arena, question->n, sizeof *question->points);
    enum err_code code = definition_load(call->arena, &call->experiment, &definition, &call->err);
    size_t i = 0;
    for (const struct json *item = json_first(list); code == ERR_NONE && item != NULL; item = json_next(item), i++) {
        char path[EXPECT_FIELD_MAX];
        struct assignment *assignments = NULL;
        code = assignments_read(call->arena, &definition, item, expect_item_path(path, ".assignments", i), &assignments,
                                &question->points[i].n, &call->err);
        question->points[i].assignments = assignments;
    }
    return code;
}

static void ask(struct call *call)
{
    const struct question *question = call->state;
    advisor_predict(call->advisor, call, question->points, question->n, render);
}

enum err_code prediction_create(struct call *call)
{
    struct question *question = arena_alloc(call->arena, 1, sizeof *question);
    enum err_code code = experiment_refuse_deleted(call);
    if (code == ERR_NONE)
        code = read_points(call, question);
    call->state = question;
    if (code == ERR_NONE && question->n == 0)
        paging_render_all(call, question->points, 0, render_row);
    else
        call->next = ask;
    return code;
}
