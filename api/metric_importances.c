// Metric importances: which parameters move each metric, and which decide whether an evaluation fails (API reference 2.3, 3.5).
//
// Found when they are asked for, and remembered until something is observed; nothing is stored. What decides failure stands beside the
// list, in a key of our own: "fairway": {"failure_importances": {parameter: share} | null}.
#include <inttypes.h>

#include "api/advisor.h"
#include "api/call.h"
#include "api/definition.h"
#include "api/outcomes.h"
#include "api/route.h"

// In call->state when the answer is written.
struct view {
    const struct definition *definition;
    const struct importances *importances;
};

static void write_shares(struct json_writer *w, const char *key, const struct definition *definition, const double *share)
{
    if (share == NULL) {
        json_member_null(w, key);
        return;
    }
    json_put_key(w, key);
    json_begin_object(w);
    for (size_t i = 0; i < definition->n_parameters; i++)
        json_member_double(w, definition->parameters[i].name, share[i]);
    json_end_object(w);
}

static void render_metric(struct call *call, const void *rows, size_t i)
{
    const struct view *view = rows;
    const char *name = view->definition->metrics[i].name;
    struct json_writer *w = &call->out;
    json_begin_selected(w);
    json_member_string(w, "object", "metric_importances");
    json_member_string(w, "metric", *name == '\0' ? NULL : name);
    write_shares(w, "importances", view->definition, view->importances->metrics + i * view->importances->n_parameters);
    json_end_object(w);
}

static void render_failure(struct call *call)
{
    const struct view *view = call->state;
    json_put_key(&call->out, "fairway");
    json_begin_object(&call->out);
    write_shares(&call->out, "failure_importances", view->definition, view->importances->failure);
    json_end_object(&call->out);
}

static void show(struct call *call, const struct definition *definition, const struct importances *importances)
{
    struct view view = {definition, importances};
    call->state = &view;
    paging_render_all_with(call, &view, definition->n_metrics, render_metric, render_failure);
}

// `{}`: the importances are known now.
static void show_nothing(struct call *call, const struct definition *definition, const struct importances *importances)
{
    (void)call;
    (void)definition;
    (void)importances;
}

// A single parameter has all the importance.
static enum err_code show_single(struct call *call, const struct definition *definition)
{
    struct outcomes outcomes;
    enum err_code code = outcomes_load(call, definition, &outcomes);
    if (code != ERR_NONE)
        return code;
    size_t failures = 0;
    for (size_t i = 0; i < outcomes.n; i++)
        failures += outcomes.trials[i].failed;
    double *ones = arena_alloc(call->arena, definition->n_metrics, sizeof *ones);
    for (size_t i = 0; i < definition->n_metrics; i++)
        ones[i] = 1;
    struct importances importances = {.n_metrics = definition->n_metrics, .n_parameters = 1, .metrics = ones,
                                      .failure = failures > 0 && failures < outcomes.n ? ones : NULL};
    show(call, definition, &importances);
    return ERR_NONE;
}

static enum err_code check(struct call *call, struct definition *definition)
{
    enum err_code code = definition_load(call->arena, &call->experiment, definition, &call->err);
    if (code != ERR_NONE)
        return code;
    if (call->experiment.deleted)
        return call_error(call, ERR_UNPROCESSABLE, NULL, "experiment %" PRId64 " is deleted: it has no importances",
                          call->experiment.id);
    if (call->experiment.development)
        return call_error(call, ERR_UNPROCESSABLE, NULL, "Experiments made with a development token have no importances");
    if (definition->n_conditionals > 0)
        return call_error(call, ERR_UNPROCESSABLE, NULL, "Experiments with conditionals have no importances");
    return ERR_NONE;
}

static void ask(struct call *call)
{
    advisor_importances(call->advisor, call, show);
}

static void ask_nothing(struct call *call)
{
    advisor_importances(call->advisor, call, show_nothing);
}

enum err_code metric_importances_list(struct call *call)
{
    struct definition definition;
    enum err_code code = check(call, &definition);
    if (code != ERR_NONE)
        return code;
    if (definition.n_parameters == 1)
        return show_single(call, &definition);
    call->next = ask;
    return ERR_NONE;
}

enum err_code metric_importances_update(struct call *call)
{
    struct definition definition;
    enum err_code code = check(call, &definition);
    if (code == ERR_NONE && definition.n_parameters == 1)
        return call_error(call, ERR_UNPROCESSABLE, NULL, "There is nothing to compute: the experiment has a single parameter");
    call->next = ask_nothing;
    return code;
}
