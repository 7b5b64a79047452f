#include "tests/optimizer/properties.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/controller.h"
#include "optimizer/space.h"

// Ranges up to these hold too few numbers to speak of different points: relative and absolute width, and that of logarithms.
static const double NARROW = 1e-8, TINY = 1e-310, NARROW_LOG = 1e-5;

// A suggestion with its arrays.
static struct suggestion suggestion_make(const struct problem *problem)
{
    double *memory = mem_calloc(problem->n_params + 2 * problem->n_metrics, sizeof *memory);
    double *mean = memory + problem->n_params;
    return (struct suggestion){.x = memory, .mean = mean, .stddev = mean + problem->n_metrics};
}

static void suggestion_free(struct suggestion *suggestion)
{
    free(suggestion->x);
}

static bool is_share(double value)
{
    return value >= 0 && value <= 1;
}

// One of the parameter's own values, told without the optimizer's help.
static bool is_value(const struct param *param, double x)
{
    switch (param->kind) {
    case PARAM_DOUBLE:
        return x >= param->lo && x <= param->hi;
    case PARAM_INT:
        return x >= param->lo && x <= param->hi && !(floor(x) < x);
    case PARAM_CATEGORICAL:
        return x >= 0 && x < (double)param->n_levels && !(floor(x) < x);
    case PARAM_GRID:
    default:
        for (size_t j = 0; j < param->n_levels; j++)
            if (!(x < param->grid[j]) && !(x > param->grid[j]) && !isnan(x))
                return true;
        return false;
    }
}

// Told without the optimizer's help. Sums of doubles must hold whatever the order; those of integers may round.
static bool satisfies(const struct problem *problem, const struct linear_constraint *constraint, const double *x)
{
    double forward = 0, backward = 0, terms = fabs(constraint->threshold), sign = constraint->greater ? -1 : 1;
    bool integral = false;
    for (size_t i = 0, j = problem->n_params - 1; i < problem->n_params; i++, j--) {
        double w = constraint->weight[i];
        bool used = w > 0 || w < 0;
        integral = integral || (used && problem->params[i].kind == PARAM_INT);
        forward += used ? w * x[i] : 0;
        terms += used ? fabs(w * x[i]) : 0;
        backward += constraint->weight[j] > 0 || constraint->weight[j] < 0 ? constraint->weight[j] * x[j] : 0;
    }
    double room = integral ? 1e-9 * terms : 0;
    return sign * forward <= sign * constraint->threshold + room && sign * backward <= sign * constraint->threshold + room;
}

static const double *known_point(const struct history *history, size_t i)
{
    return i < history->n_trials ? history->trials[i].x : history->pending[i - history->n_trials];
}

// Whether each continuous parameter has room for many values. Where one has not, different unit coordinates are the same number.
static bool is_wide(const struct problem *problem)
{
    bool wide = true;
    for (size_t i = 0; i < problem->n_params; i++) {
        const struct param *param = &problem->params[i];
        double size = fmax(fabs(param->lo), fabs(param->hi));
        if (param->kind == PARAM_DOUBLE && param->log)
            wide = wide && log(param->hi) - log(param->lo) > NARROW_LOG && param->hi - param->lo > TINY;
        else if (param->kind == PARAM_DOUBLE)
            wide = wide && param->hi - param->lo > fmax(NARROW * size, TINY);
    }
    return wide;
}

// As space_same, but nearer, because u and v come from natural values and those are rounded.
static bool is_same(const struct space *space, const double *u, const double *v)
{
    bool same = space_same(space, u, v);
    for (size_t i = 0; i < space->p; i++)
        same = same && (space->axes[i].levels > 0 || fabs(u[i] - v[i]) < 0.5 * SPACE_SAME);
    return same;
}

// Number of different points of the space among the pending ones and the trials of a task; *hit: x is one of them.
static size_t count_known(const struct space *space, const struct history *history, size_t task, const double *x, bool *hit)
{
    size_t n = history->n_trials + history->n_pending, p = space->p, count = 0;
    double *seen = mem_calloc((n + 2) * p, sizeof *seen), *own = seen + (n + 1) * p;
    space_locate(space, x, own, NULL);
    *hit = false;
    for (size_t i = 0; i < n; i++) {
        double *u = seen + count * p;
        if (i < history->n_trials && history->trials[i].task != task)
            continue;
        bool is_new = space_locate(space, known_point(history, i), u, NULL) == PLACE_INSIDE;
        *hit = *hit || (is_new && is_same(space, u, own));
        for (size_t j = 0; j < count && is_new; j++)
            is_new = !is_same(space, u, seen + j * p);
        count += is_new;
    }
    free(seen);
    return count;
}

static bool is_needless_repeat(const struct problem *problem, const struct history *history, const struct suggestion *suggestion)
{
    struct space space;
    bool repeat;
    space_init(&space, problem);
    size_t n = count_known(&space, history, suggestion->task, suggestion->x, &repeat);
    bool room = space_is_finite(&space) ? n < space_count(&space) : is_wide(problem);
    space_clear(&space);
    return repeat && room;
}

// Predicted values of all metrics.
static const char *wrong_values(const struct problem *problem, const double *mean, const double *stddev)
{
    for (size_t i = 0; i < problem->n_metrics; i++) {
        if (isnan(mean[i]) != isnan(stddev[i]))
            return "half a predicted value";
        if (problem->metrics[i].strategy == METRIC_STORE && !isnan(mean[i]))
            return "a predicted value of a stored metric";
        if (isinf(mean[i]) || isinf(stddev[i]) || stddev[i] < 0)
            return "the predicted value is out of range";
    }
    return NULL;
}

static const char *wrong_suggestion(const struct problem *problem, const struct history *history,
                                    const struct suggestion *suggestion)
{
    for (size_t i = 0; i < problem->n_params; i++)
        if (!param_active(&problem->params[i], suggestion->x) ? !isnan(suggestion->x[i])
                                                              : !is_value(&problem->params[i], suggestion->x[i]))
            return "a coordinate is no value of its parameter";
    for (size_t c = 0; c < problem->n_constraints; c++)
        if (!satisfies(problem, &problem->constraints[c], suggestion->x))
            return "a linear constraint is broken";
    if (suggestion->phase <= PHASE_NONE || suggestion->phase > PHASE_FALLBACK)
        return "no phase";
    if (suggestion->task >= (problem->n_tasks > 0 ? problem->n_tasks : 1))
        return "no task";
    if (!(suggestion->floor > 0 && suggestion->floor <= 1 && suggestion->box > 0 && suggestion->box <= 1))
        return "the floor or the box is not in (0, 1]";
    if (!is_share(suggestion->inevitable))
        return "the inevitable share is none";
    if (suggestion->relaxations > CONTROLLER_RELAXATIONS)
        return "the floor was lowered too often";
    if (!isnan(suggestion->probability_of_feasibility) && !is_share(suggestion->probability_of_feasibility))
        return "the probability of feasibility is none";
    if (!isnan(suggestion->probability_of_constraints) && !is_share(suggestion->probability_of_constraints))
        return "the probability of the constraints is none";
    const char *wrong = wrong_values(problem, suggestion->mean, suggestion->stddev);
    if (wrong != NULL)
        return wrong;
    if (isinf(suggestion->expected_improvement) || suggestion->expected_improvement < 0)
        return "the expected improvement is out of range";
    return is_needless_repeat(problem, history, suggestion) ? "a repeat, although there is something else to try" : NULL;
}

static const char *wrong_prediction(const struct problem *problem, const struct prediction *prediction)
{
    if (!is_share(prediction->probability_of_feasibility))
        return "the probability of feasibility is none";
    if (!isnan(prediction->probability_of_constraints) && !is_share(prediction->probability_of_constraints))
        return "the probability of the constraints is none";
    return wrong_values(problem, prediction->mean, prediction->stddev);
}

static const char *wrong_importance(const struct problem *problem, const double *share)
{
    double sum = 0;
    for (size_t i = 0; i < problem->n_params; i++) {
        if (!is_share(share[i]))
            return "a share is none";
        sum += share[i];
    }
    return fabs(sum - 1) < 1e-9 ? NULL : "the shares do not add up to one";
}

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static const char *wrong_twins(const struct problem *problem, const struct suggestion *a, const struct suggestion *b)
{
    for (size_t i = 0; i < problem->n_params; i++)
        if (!same_number(a->x[i], b->x[i]))
            return "another point for the same question";
    bool same = a->phase == b->phase && a->task == b->task && a->filler == b->filler && a->exploring == b->exploring &&
                a->relaxations == b->relaxations && same_number(a->inevitable, b->inevitable) &&
                same_number(a->floor, b->floor) && same_number(a->box, b->box) &&
                same_number(a->expected_improvement, b->expected_improvement) &&
                same_number(a->probability_of_feasibility, b->probability_of_feasibility) &&
                same_number(a->probability_of_constraints, b->probability_of_constraints);
    for (size_t i = 0; i < problem->n_metrics; i++)
        same = same && same_number(a->mean[i], b->mean[i]) && same_number(a->stddev[i], b->stddev[i]);
    return same ? NULL : "other numbers for the same question";
}

// ------------------------------------------------------------------ asking

// Trials near enough to the space for the models to use.
static size_t count_usable(const struct problem *problem, const struct history *history, bool failed)
{
    struct space space;
    size_t n = 0;
    space_init(&space, problem);
    for (size_t i = 0; i < history->n_trials; i++)
        n += history->trials[i].failed == failed && space_locate(&space, history->trials[i].x, NULL, NULL) != PLACE_OUTSIDE;
    space_clear(&space);
    return n;
}

// A number for each metric that is modelled.
static bool knows_metrics(const struct problem *problem, const double *mean)
{
    bool known = true;
    for (size_t i = 0; i < problem->n_metrics; i++)
        known = known && (problem->metrics[i].strategy == METRIC_STORE || !isnan(mean[i]));
    return known;
}

// Where the hyperparameters are the optimizer's own there are models as soon as there are data for them, and then numbers.
static const char *wrong_gaps(const struct problem *problem, const struct history *history, struct surrogate *surrogate,
                              const struct suggestion *suggestion)
{
    const double *x = suggestion->x;
    struct suggestion room = suggestion_make(problem);
    struct prediction prediction = {.mean = room.mean, .stddev = room.stddev};
    bool values = count_usable(problem, history, false) >= 2, failures = count_usable(problem, history, true) > 0;
    bool predicted = surrogate_predict(surrogate, &x, 1, NULL, &prediction, NULL) == ERR_NONE &&
                     knows_metrics(problem, prediction.mean) == values;
    suggestion_free(&room);
    if (!predicted)
        return "a predicted value where there is none, or none where there is one";
    if (suggestion->phase != PHASE_MODEL)
        return knows_metrics(problem, suggestion->mean) ? "a predicted value without a model" : NULL;
    // With several metrics there may be nothing to improve on.
    bool plain = problem->n_metrics == 1 && problem->metrics[0].strategy == METRIC_OPTIMIZE;
    if (knows_metrics(problem, suggestion->mean) != values ||
        (isnan(suggestion->expected_improvement) ? plain && values : !values))
        return "a suggestion without its predicted value";
    return isnan(suggestion->probability_of_feasibility) == failures ? "a suggestion without its probability" : NULL;
}

// Asks for *out and twice again.
static const char *wrong_answers(const struct problem *problem, const struct history *history, struct surrogate *surrogate,
                                 struct suggestion *out)
{
    struct hyperparameters stored[MODEL_COUNT];
    struct suggestion again = suggestion_make(problem);
    const char *wrong = suggest(surrogate, history, NULL, out, NULL) != ERR_NONE ? "no suggestion" : NULL;
    if (wrong == NULL)
        wrong = wrong_suggestion(problem, history, out);
    if (wrong == NULL)
        wrong = suggest(surrogate, history, NULL, &again, NULL) != ERR_NONE ? "no suggestion" : wrong_twins(problem, out, &again);
    for (size_t m = 0; m < MODEL_COUNT; m++)
        stored[m] = surrogate_hyperparameters(surrogate, (enum model)m);
    struct surrogate *rebuilt = surrogate_create(problem, history, stored);
    if (wrong == NULL)
        wrong = suggest(rebuilt, history, NULL, &again, NULL) != ERR_NONE ? "no suggestion" : wrong_twins(problem, out, &again);
    surrogate_destroy(rebuilt);
    suggestion_free(&again);
    return wrong;
}

static const char *wrong_fallback(const struct problem *problem, const struct history *history)
{
    struct suggestion out = suggestion_make(problem);
    suggest_fallback(problem, history, &out);
    const char *wrong = out.phase != PHASE_FALLBACK ? "the fallback has another phase" : wrong_suggestion(problem, history, &out);
    suggestion_free(&out);
    return wrong;
}

// Predictions at all known points and at x.
static const char *wrong_predictions(const struct problem *problem, const struct history *history, struct surrogate *surrogate,
                                     const double *x)
{
    size_t n = history->n_trials + history->n_pending, k = problem->n_metrics;
    double *numbers = mem_calloc(2 * (n + 1) * k, sizeof *numbers);
    const double **points = mem_calloc(n + 1, sizeof *points);
    struct prediction *predictions = mem_calloc(n + 1, sizeof *predictions);
    for (size_t i = 0; i <= n; i++) {
        points[i] = i < n ? known_point(history, i) : x;
        predictions[i].mean = numbers + 2 * i * k;
        predictions[i].stddev = predictions[i].mean + k;
    }
    const char *wrong = surrogate_predict(surrogate, points, n + 1, NULL, predictions, NULL) != ERR_NONE ? "no prediction" : NULL;
    for (size_t i = 0; i <= n && wrong == NULL; i++)
        wrong = wrong_prediction(problem, &predictions[i]);
    free(points);
    free(predictions);
    free(numbers);
    return wrong;
}

static const char *wrong_shares(const struct problem *problem, struct surrogate *surrogate)
{
    double *share = mem_calloc(problem->n_params, sizeof *share);
    enum err_code code = surrogate_failure_importance(surrogate, NULL, share, NULL);
    const char *wrong = code == ERR_NONE            ? wrong_importance(problem, share)
                        : code == ERR_UNPROCESSABLE ? NULL
                                                    : "an error that the importance does not have";
    free(share);
    return wrong;
}

const char *properties_broken(const struct problem *problem, const struct history *history,
                              const struct hyperparameters given[MODEL_COUNT])
{
    struct suggestion out = suggestion_make(problem);
    struct surrogate *surrogate = surrogate_create(problem, history, given);
    const char *wrong = wrong_answers(problem, history, surrogate, &out);
    if (wrong == NULL)
        wrong = wrong_predictions(problem, history, surrogate, out.x);
    if (wrong == NULL && given == NULL)
        wrong = wrong_gaps(problem, history, surrogate, &out);
    if (wrong == NULL)
        wrong = wrong_shares(problem, surrogate);
    if (wrong == NULL)
        wrong = wrong_fallback(problem, history);
    surrogate_destroy(surrogate);
    suggestion_free(&out);
    return wrong;
}
