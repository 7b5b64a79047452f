// Stopping criteria: is it worth while to go on? (API reference 2.3, 3.5)
//
// `reasons` are those of the protocol: the budget is exceeded, or the newest 5 d evaluations (d parameters) have brought nothing. With
// tasks only full evaluations count for the latter: cheap values are no values of the metric. What the models expect stands beside them
// in our own key `fairway`: how many of the newest suggestions promised no improvement.
#include <math.h>

#include "api/call.h"
#include "api/definition.h"
#include "api/outcomes.h"
#include "api/route.h"
#include "optimizer/ranking.h"
#include "storage/outcome.h"
#include "storage/suggestion.h"

enum { RECENT_PER_PARAMETER = 5, NTH_BEST = 5, SUGGESTIONS = 10 };

struct verdict {
    bool stagnation, budget_reached;
};

// With one optimized metric: the fifth best of the older values is as good as anything newer. A failure is worse than any value.
static enum err_code judge_values(struct call *call, const struct definition *definition, size_t n_recent, bool *stagnation)
{
    struct outcome_trend trend;
    struct best_rule rule = definition_best_rule(definition);
    enum err_code code = outcome_trend(call->tx, call->experiment.id, &rule, n_recent, NTH_BEST, &trend, &call->err);
    bool as_good = rule.maximize ? trend.before >= trend.recent : trend.before <= trend.recent;
    *stagnation = trend.n_before >= NTH_BEST && (isnan(trend.recent) || as_good);
    return code;
}

// With several metrics or solutions, with which tasks cannot be combined: the newer points have not moved the front.
static enum err_code judge_front(struct call *call, const struct definition *definition, size_t n_recent, bool *stagnation)
{
    struct outcomes outcomes;
    enum err_code code = outcomes_load(call, definition, &outcomes);
    if (code != ERR_NONE)
        return code;
    *stagnation = ranking_unmoved(&outcomes.problem, outcomes.trials, outcomes.n - n_recent, outcomes.n);
    return ERR_NONE;
}

static enum err_code judge(struct call *call, const struct definition *definition, struct verdict *verdict)
{
    const struct experiment_record *experiment = &call->experiment;
    size_t n = (size_t)experiment->observation_count, n_recent = RECENT_PER_PARAMETER * definition->n_parameters;
    *verdict = (struct verdict){.budget_reached = experiment->observation_budget > 0 &&
                                                  experiment->observation_count > experiment->observation_budget};
    if (definition->n_optimized == 0 || n < n_recent + NTH_BEST)
        return ERR_NONE;
    if (definition->n_optimized == 1 && experiment->num_solutions <= 1)
        return judge_values(call, definition, n_recent, &verdict->stagnation);
    return verdict->budget_reached ? judge_front(call, definition, n_recent, &verdict->stagnation) : ERR_NONE;
}

static void write(struct json_writer *w, const struct verdict *verdict, const struct suggestion_forecast *forecast)
{
    json_begin_object(w);
    json_member_string(w, "object", "stopping_criteria");
    json_member_bool(w, "should_stop", verdict->stagnation || verdict->budget_reached);
    json_put_key(w, "reasons");
    json_begin_array(w);
    if (verdict->stagnation)
        json_put_string(w, "possible_stagnation");
    if (verdict->budget_reached)
        json_put_string(w, "observation_budget_reached");
    json_end_array(w);
    json_put_key(w, "fairway");
    json_begin_object(w);
    json_member_int(w, "recent_suggestions", forecast->n);
    json_member_int(w, "without_improvement", forecast->n_filler);
    if (isfinite(forecast->expected_improvement))
        json_member_double(w, "expected_improvement", forecast->expected_improvement);
    else
        json_member_null(w, "expected_improvement");
    json_end_object(w);
    json_end_object(w);
}

enum err_code stopping_criteria_show(struct call *call)
{
    struct definition definition;
    struct verdict verdict;
    struct suggestion_forecast forecast;
    enum err_code code = definition_load(call->arena, &call->experiment, &definition, &call->err);
    if (code == ERR_NONE)
        code = judge(call, &definition, &verdict);
    if (code == ERR_NONE)
        code = suggestion_forecast(call->tx, call->experiment.id, SUGGESTIONS, &forecast, &call->err);
    if (code == ERR_NONE)
        write(&call->out, &verdict, &forecast);
    return code;
}
