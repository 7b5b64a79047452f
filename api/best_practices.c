// Best practices: advice on how an experiment is used, from its definition and counters (API reference 2.3, 3.5).
//
// The limits are the protocol's. Nothing is enforced anywhere.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "api/call.h"
#include "api/definition.h"
#include "api/experiments.h"
#include "api/route.h"

// With some features an experiment had better stay small. 0: no such limit.
struct limits {
    const char *feature;
    int64_t observations, parameters, constraints, values;
};

static const struct limits with_constraints = {"linear constraints", .observations = 2500, .parameters = 100, .constraints = 10};
static const struct limits with_conditionals = {"conditionals", .observations = 600, .parameters = 20, .values = 6};

static void complain(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void complain(struct call *call, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    json_put_string(&call->out, text);
}

static void compare(struct call *call, const char *what, int64_t value, int64_t limit, const char *feature)
{
    if (limit > 0 && value > limit)
        complain(call, "%s is %" PRId64 ", more than %" PRId64 ", which is too much for an experiment with %s", what, value, limit,
                 feature);
}

static void check_feature(struct call *call, const struct definition *definition, const struct limits *limits)
{
    const struct experiment_record *e = &call->experiment;
    int64_t n_parameters = (int64_t)definition->n_parameters, n_values = 0;
    for (size_t i = 0; i < definition->n_conditionals; i++)
        n_values += (int64_t)definition_conditionals(definition)[i].n_categories;
    compare(call, "The number of observations", e->observation_count, limits->observations, limits->feature);
    compare(call, experiment_budget_field(e) + 1, e->observation_budget, limits->observations, limits->feature);
    compare(call, "The number of parameters", n_parameters, limits->parameters, limits->feature);
    compare(call, "The number of linear_constraints", (int64_t)definition->n_constraints, limits->constraints, limits->feature);
    compare(call, "The number of values of all conditionals", n_values, limits->values, limits->feature);
    compare(call, "The number of open suggestions", e->open_suggestion_count, n_parameters, limits->feature);
    compare(call, "parallel_bandwidth", e->parallel_bandwidth, n_parameters, limits->feature);
}

enum err_code best_practices_show(struct call *call)
{
    struct definition definition;
    const struct experiment_record *e = &call->experiment;
    int64_t bandwidth = e->parallel_bandwidth > 0 ? e->parallel_bandwidth : 1;
    enum err_code code = definition_load(call->arena, e, &definition, &call->err);
    if (code != ERR_NONE)
        return code;
    json_begin_selected(&call->out);
    json_member_string(&call->out, "object", "best_practices");
    json_put_key(&call->out, "violations");
    json_begin_array(&call->out);
    if (definition.n_constraints > 0)
        check_feature(call, &definition, &with_constraints);
    if (definition.n_conditionals > 0)
        check_feature(call, &definition, &with_conditionals);
    if (e->open_suggestion_count > bandwidth)
        complain(call, "The number of open suggestions is %" PRId64 ", more than parallel_bandwidth, which is %" PRId64 "%s",
                 e->open_suggestion_count, bandwidth, e->parallel_bandwidth > 0 ? "" : " unless it is set");
    if (e->observation_budget > 0 && e->budget_consumed > (double)e->observation_budget)
        complain(call, "The consumed budget is %g, more than %s, which is %" PRId64, e->budget_consumed, experiment_budget_field(e) + 1,
                 e->observation_budget);
    json_end_array(&call->out);
    json_end_object(&call->out);
    return ERR_NONE;
}
