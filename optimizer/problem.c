#include "optimizer/problem.h"

#include <inttypes.h>
#include <math.h>

#include "optimizer/polytope.h"

static const double INT_LIMIT = 9007199254740992.0; // 2^53: integers up to here are exact as doubles

static enum err_code check_bounds(const struct param *param, size_t i, struct err *err)
{
    if (!isfinite(param->lo) || !isfinite(param->hi) || !(param->lo < param->hi))
        return err_set(err, ERR_INVALID, "params", "parameter %zu needs finite bounds, the lower one below the upper one", i);
    if (param->kind == PARAM_INT) {
        bool integral = !(floor(param->lo) < param->lo) && !(floor(param->hi) < param->hi);
        if (!integral || fabs(param->lo) > INT_LIMIT || fabs(param->hi) > INT_LIMIT || param->hi - param->lo > INT_LIMIT)
            return err_set(err, ERR_INVALID, "params", "parameter %zu needs integral bounds at most 2^53 apart", i);
    }
    return ERR_NONE;
}

static enum err_code check_grid(const struct param *param, size_t i, struct err *err)
{
    for (size_t j = 0; j < param->n_levels; j++)
        if (!isfinite(param->grid[j]) || (j > 0 && !(param->grid[j - 1] < param->grid[j])))
            return err_set(err, ERR_INVALID, "params", "parameter %zu needs finite, ascending grid values", i);
    return ERR_NONE;
}

// Condition number c of parameter number i.
static enum err_code check_condition(const struct problem *problem, size_t i, size_t c, struct err *err)
{
    const struct condition *condition = &problem->params[i].conditions[c];
    if (condition->param >= problem->n_params || condition->param == i)
        return err_set(err, ERR_INVALID, "params", "parameter %zu depends on a parameter that is none", i);
    const struct param *conditional = &problem->params[condition->param];
    if (conditional->kind != PARAM_CATEGORICAL || conditional->n_conditions > 0 || conditional->n_levels > CONDITIONAL_LEVELS)
        return err_set(err, ERR_INVALID, "params",
                       "parameter %zu depends on parameter %zu, which is not a categorical one without conditions and with at most "
                       "%d levels",
                       i, condition->param, CONDITIONAL_LEVELS);
    uint64_t all = UINT64_MAX >> (CONDITIONAL_LEVELS - conditional->n_levels);
    if (condition->levels == 0 || (condition->levels & ~all) != 0)
        return err_set(err, ERR_INVALID, "params", "parameter %zu depends on no level of parameter %zu, or on one it has not", i,
                       condition->param);
    return ERR_NONE;
}

static enum err_code check_conditions(const struct problem *problem, struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; i < problem->n_params && code == ERR_NONE; i++)
        for (size_t c = 0; c < problem->params[i].n_conditions && code == ERR_NONE; c++)
            code = check_condition(problem, i, c, err);
    return code;
}

static enum err_code check_prior(const struct param *param, size_t i, struct err *err)
{
    const struct prior *prior = &param->prior;
    if (prior->kind == PRIOR_NONE)
        return ERR_NONE;
    if (param->kind != PARAM_DOUBLE || param->log)
        return err_set(err, ERR_INVALID, "params", "parameter %zu has a prior, but is no double on a linear scale", i);
    if (!isfinite(prior->a) || !isfinite(prior->b) || !(prior->b > 0) || (prior->kind == PRIOR_BETA && !(prior->a > 0)))
        return err_set(err, ERR_INVALID, "params", "parameter %zu has an impossible prior", i);
    return ERR_NONE;
}

static enum err_code check_param(const struct param *param, size_t i, struct err *err)
{
    enum err_code code = ERR_NONE;
    double least = param->lo;
    if (param->kind == PARAM_DOUBLE || param->kind == PARAM_INT) {
        code = check_bounds(param, i, err);
    } else if (param->n_levels == 0) {
        code = err_set(err, ERR_INVALID, "params", "parameter %zu has no levels", i);
    } else if (param->kind == PARAM_GRID) {
        code = check_grid(param, i, err);
        least = param->grid[0];
    }
    if (code != ERR_NONE)
        return code;
    if (param->log && (param->kind == PARAM_INT || param->kind == PARAM_CATEGORICAL))
        return err_set(err, ERR_INVALID, "params", "parameter %zu is of a kind that has no logarithmic scale", i);
    if (param->log && !(least > 0))
        return err_set(err, ERR_INVALID, "params", "parameter %zu is on a logarithmic scale and must be positive", i);
    return check_prior(param, i, err);
}

// Linear constraint number c: its terms are all doubles or all ints.
static enum err_code check_constraint(const struct problem *problem, size_t c, struct err *err)
{
    const struct linear_constraint *constraint = &problem->constraints[c];
    const struct param *first = NULL;
    if (!isfinite(constraint->threshold))
        return err_set(err, ERR_INVALID, "constraints", "the threshold of linear constraint %zu is not finite", c);
    for (size_t i = 0; i < problem->n_params; i++) {
        const struct param *param = &problem->params[i];
        if (!isfinite(constraint->weight[i]))
            return err_set(err, ERR_INVALID, "constraints", "a weight of linear constraint %zu is not finite", c);
        if (!(constraint->weight[i] > 0) && !(constraint->weight[i] < 0))
            continue;
        if ((param->kind != PARAM_DOUBLE && param->kind != PARAM_INT) || param->log || param->n_conditions > 0)
            return err_set(err, ERR_INVALID, "constraints",
                           "linear constraint %zu has parameter %zu, which is no double or int on a linear scale without conditions", c,
                           i);
        if (first != NULL && first->kind != param->kind)
            return err_set(err, ERR_INVALID, "constraints", "linear constraint %zu mixes double and int parameters", c);
        first = param;
    }
    return first != NULL ? ERR_NONE : err_set(err, ERR_INVALID, "constraints", "linear constraint %zu has no parameter", c);
}

static enum err_code check_constraints(const struct problem *problem, struct err *err)
{
    static const enum param_kind kinds[] = {PARAM_DOUBLE, PARAM_INT};
    enum err_code code = ERR_NONE;
    for (size_t c = 0; c < problem->n_constraints && code == ERR_NONE; c++)
        code = check_constraint(problem, c, err);
    for (size_t k = 0; k < 2 && code == ERR_NONE; k++) {
        struct polytope polytope;
        code = polytope_init(&polytope, problem, kinds[k], err);
        if (code == ERR_NONE)
            polytope_clear(&polytope);
    }
    return code;
}

static enum err_code check_metrics(const struct problem *problem, struct err *err)
{
    size_t n_optimized = 0, n_constraints = 0;
    for (size_t i = 0; i < problem->n_metrics; i++) {
        const struct metric *metric = &problem->metrics[i];
        n_optimized += metric->strategy == METRIC_OPTIMIZE;
        n_constraints += metric->strategy == METRIC_CONSTRAINT;
        if (metric->strategy == METRIC_CONSTRAINT && !metric->has_threshold)
            return err_set(err, ERR_INVALID, "metrics", "constraint metric %zu has no threshold", i);
        if (metric->has_threshold && !isfinite(metric->threshold))
            return err_set(err, ERR_INVALID, "metrics", "the threshold of metric %zu is not finite", i);
    }
    if (n_optimized > PROBLEM_OPTIMIZED_MAX || n_constraints > PROBLEM_CONSTRAINTS_MAX)
        return err_set(err, ERR_INVALID, "metrics", "at most %d metrics are optimized and %d constraints", PROBLEM_OPTIMIZED_MAX,
                       PROBLEM_CONSTRAINTS_MAX);
    if (n_optimized + n_constraints == 0)
        return err_set(err, ERR_INVALID, "metrics", "no metric is optimized or a constraint");
    return ERR_NONE;
}

static enum err_code check_tasks(const struct problem *problem, struct err *err)
{
    bool full = problem->n_tasks == 0;
    for (size_t i = 0; i < problem->n_tasks; i++) {
        double cost = problem->tasks[i].cost;
        if (!(cost > 0 && cost <= 1))
            return err_set(err, ERR_INVALID, "tasks", "the cost of task %zu is not in (0, 1]", i);
        for (size_t j = 0; j < i; j++)
            if (!(problem->tasks[j].cost < cost) && !(problem->tasks[j].cost > cost))
                return err_set(err, ERR_INVALID, "tasks", "tasks %zu and %zu cost the same", j, i);
        full = full || !(cost < 1);
    }
    return full ? ERR_NONE : err_set(err, ERR_INVALID, "tasks", "no task has cost 1");
}

enum err_code problem_check(const struct problem *problem, struct err *err)
{
    if (problem->n_params == 0)
        return err_set(err, ERR_INVALID, "params", "a problem needs at least one parameter");
    if (problem->n_metrics == 0)
        return err_set(err, ERR_INVALID, "metrics", "a problem needs at least one metric");
    if (problem->tolerance != TOLERANCE_CAUTIOUS && problem->tolerance != TOLERANCE_BALANCED &&
        problem->tolerance != TOLERANCE_BOLD)
        return err_set(err, ERR_INVALID, "tolerance", "no such failure tolerance");
    enum err_code code = ERR_NONE;
    for (size_t i = 0; i < problem->n_params && code == ERR_NONE; i++)
        code = check_param(&problem->params[i], i, err);
    if (code == ERR_NONE)
        code = check_conditions(problem, err);
    if (code == ERR_NONE)
        code = check_constraints(problem, err);
    if (code == ERR_NONE)
        code = check_metrics(problem, err);
    return code == ERR_NONE ? check_tasks(problem, err) : code;
}

bool param_active(const struct param *param, const double *x)
{
    for (size_t c = 0; c < param->n_conditions; c++) {
        double level = x[param->conditions[c].param];
        if (!(level >= 0 && level < CONDITIONAL_LEVELS) || (param->conditions[c].levels >> (unsigned)level & 1) == 0)
            return false; // the level of a conditional that is no more makes nothing active
    }
    return true;
}

// True when x [n_params] is a point: active coordinates are finite, and levels of categorical parameters are -1 or in range.
static bool is_point(const struct problem *problem, const double *x)
{
    for (size_t i = 0; i < problem->n_params; i++) {
        const struct param *param = &problem->params[i];
        if (!param_active(param, x))
            continue;
        if (!isfinite(x[i]))
            return false;
        if (param->kind == PARAM_CATEGORICAL &&
            (floor(x[i]) < x[i] || x[i] < -1 || x[i] >= (double)param->n_levels))
            return false;
    }
    return true;
}

static bool is_task(const struct problem *problem, size_t task)
{
    return task < (problem->n_tasks > 0 ? problem->n_tasks : 1);
}

static enum err_code check_trial(const struct problem *problem, const struct trial *trial, struct err *err)
{
    if (!is_point(problem, trial->x))
        return err_set(err, ERR_INVALID, "trials", "trial %" PRIu64 " has a coordinate that is no number or level", trial->sequence);
    for (size_t m = 0; m < problem->n_metrics && !trial->failed; m++) {
        if (!isfinite(trial->value[m]))
            return err_set(err, ERR_INVALID, "trials", "trial %" PRIu64 " has a value that is not finite", trial->sequence);
        if (trial->stddev != NULL && (!isfinite(trial->stddev[m]) || trial->stddev[m] < 0))
            return err_set(err, ERR_INVALID, "trials", "trial %" PRIu64 " has an impossible standard deviation", trial->sequence);
    }
    if (!(trial->inevitable >= 0 && trial->inevitable <= 1))
        return err_set(err, ERR_INVALID, "trials", "trial %" PRIu64 " has an impossible inevitable share", trial->sequence);
    if (!(trial->told >= 0 && trial->told <= 1))
        return err_set(err, ERR_INVALID, "trials", "trial %" PRIu64 " was told an impossible probability", trial->sequence);
    return is_task(problem, trial->task)
               ? ERR_NONE
               : err_set(err, ERR_INVALID, "trials", "trial %" PRIu64 " names a task that does not exist", trial->sequence);
}

enum err_code history_check(const struct problem *problem, const struct history *history, struct err *err)
{
    enum err_code code = ERR_NONE;
    for (size_t i = 0; i < history->n_trials && code == ERR_NONE; i++) {
        code = check_trial(problem, &history->trials[i], err);
        if (code == ERR_NONE && i > 0 && history->trials[i - 1].sequence >= history->trials[i].sequence)
            code = err_set(err, ERR_INVALID, "trials", "trial %" PRIu64 " is out of order", history->trials[i].sequence);
    }
    for (size_t i = 0; i < history->n_pending && code == ERR_NONE; i++)
        if (!is_point(problem, history->pending[i]))
            code = err_set(err, ERR_INVALID, "pending", "pending point %zu has a coordinate that is no number or level", i);
        else if (history->pending_tasks != NULL && !is_task(problem, history->pending_tasks[i]))
            code = err_set(err, ERR_INVALID, "pending", "pending point %zu names a task that does not exist", i);
    return code;
}
