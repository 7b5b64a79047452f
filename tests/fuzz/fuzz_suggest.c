// Problems and histories: whatever is known, there is a sensible suggestion, the same one when it is asked for again, and every
// number is in its range (tests/optimizer/properties.h).
//
// The bytes are lines: a word, of which the first letter counts, and numbers, of which missing ones are 0.
//
//     options TOLERANCE MAXIMIZE RANDOM SEED N_INITIAL N_MODEL
//     double LO HI            Double LO HI: on a logarithmic scale
//     int LO HI
//     grid VALUE...           Grid VALUE...: on a logarithmic scale
//     categorical N_LEVELS
//     when PARAM ON LEVELS    parameter number PARAM is active when number ON has a level of the bit set LEVELS
//     Normal MEAN SD, beta A B: prior of the parameter before
//     least THRESHOLD W...    the sum of W X is at least the threshold
//     most THRESHOLD W...     at most
//     Metric STRATEGY MAXIMIZE THRESHOLD    0: optimized, 1: a constraint, 2: stored; the first instead of the one of the options
//     Task COST
//     Solutions NUMBER
//     success PHASE FILLER INEVITABLE VALUE STDDEV X...    (STDDEV -1: none)
//     failure PHASE FILLER INEVITABLE X...
//     value METRIC VALUE STDDEV    of a further metric of the trial before
//     pending X...
//     at TASK                 of the trial or the pending point before
//     relaxed SEQUENCE STEPS  (trials are numbered 1, 2, ...)
//     theta MODEL N_FIT THETA...
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/runtime.h"
#include "tests/fuzz/fuzz.h"
#include "tests/optimizer/properties.h"

enum { MAX_PARAMS = 6, MAX_LEVELS = 32, MAX_TRIALS = 40, MAX_PENDING = 10, MAX_RELAXATIONS = 8, MAX_CONDITIONS = 3 };
enum { MAX_CONSTRAINTS = 4, MAX_METRICS = 8, MAX_TASKS = 4, MAX_THETA = MAX_PARAMS + 3, MANY_LEVELS = 2000 };

struct input {
    struct param params[MAX_PARAMS];
    double grids[MAX_PARAMS][MAX_LEVELS];
    struct condition conditions[MAX_PARAMS][MAX_CONDITIONS];
    double weights[MAX_CONSTRAINTS][MAX_PARAMS];
    struct linear_constraint constraints[MAX_CONSTRAINTS];
    struct metric metrics[MAX_METRICS];
    bool has_metrics;
    struct task tasks[MAX_TASKS];
    struct problem problem;
    double points[MAX_TRIALS + MAX_PENDING][MAX_PARAMS];
    size_t n_points;
    double value[MAX_TRIALS][MAX_METRICS], stddev[MAX_TRIALS][MAX_METRICS];
    struct trial trials[MAX_TRIALS];
    const double *pending[MAX_PENDING];
    size_t pending_tasks[MAX_PENDING];
    size_t *task; // of what was read last
    struct relaxation relaxations[MAX_RELAXATIONS];
    double theta[MODEL_COUNT][MAX_THETA];
    struct hyperparameters given[MODEL_COUNT];
    bool has_theta;
    struct history history;
};

// ------------------------------------------------------------------ reading

static bool has_number(char **at, double *number)
{
    char *end;
    *number = strtod(*at, &end);
    bool found = end != *at;
    *at = end;
    return found;
}

static double read_number(char **at)
{
    double number;
    return has_number(at, &number) ? number : 0;
}

static size_t read_count(char **at, size_t max)
{
    double number = read_number(at);
    return number >= (double)max ? max : number > 0 ? (size_t)number : 0;
}

static size_t read_numbers(char **at, size_t max, double *numbers)
{
    size_t n = 0;
    while (n < max && has_number(at, &numbers[n]))
        n++;
    return n;
}

static const double *read_point(struct input *input, char **at)
{
    double *x = input->points[input->n_points++];
    for (size_t i = 0; i < MAX_PARAMS; i++)
        x[i] = read_number(at);
    return x;
}

static void read_options(struct input *input, char *at)
{
    input->problem.tolerance = (enum tolerance)read_count(&at, 2);
    input->metrics[0].maximize = read_count(&at, 1) == 1;
    input->problem.random = read_count(&at, 1) == 1;
    input->history.seed = (uint32_t)read_count(&at, UINT32_MAX);
    input->history.n_initial = read_count(&at, 1000);
    input->history.n_model = read_count(&at, 1000);
}

static void read_param(struct input *input, enum param_kind kind, bool log, char *at)
{
    size_t i = input->problem.n_params;
    if (i == MAX_PARAMS)
        return;
    input->problem.n_params++;
    struct param *param = &input->params[i];
    *param = (struct param){.kind = kind, .log = log, .grid = input->grids[i], .conditions = input->conditions[i]};
    if (kind == PARAM_GRID) {
        param->n_levels = read_numbers(&at, MAX_LEVELS, input->grids[i]);
    } else if (kind == PARAM_CATEGORICAL) {
        param->n_levels = read_count(&at, MANY_LEVELS);
    } else {
        param->lo = read_number(&at);
        param->hi = read_number(&at);
    }
}

static void read_condition(struct input *input, char *at)
{
    struct param *param = &input->params[read_count(&at, MAX_PARAMS - 1)];
    if (param->conditions == NULL || param->n_conditions == MAX_CONDITIONS)
        return; // no such parameter so far
    struct condition *condition = &input->conditions[param - input->params][param->n_conditions++];
    condition->param = read_count(&at, SIZE_MAX);
    condition->levels = read_count(&at, SIZE_MAX);
}

static void read_constraint(struct input *input, bool greater, char *at)
{
    size_t c = input->problem.n_constraints;
    if (c == MAX_CONSTRAINTS)
        return;
    input->problem.n_constraints++;
    input->constraints[c] = (struct linear_constraint){.weight = input->weights[c], .threshold = read_number(&at), .greater = greater};
    read_numbers(&at, MAX_PARAMS, input->weights[c]);
}

static void read_trial(struct input *input, bool failed, char *at)
{
    size_t i = input->history.n_trials;
    if (i == MAX_TRIALS)
        return;
    struct trial *trial = &input->trials[i];
    *trial = (struct trial){.failed = failed, .value = input->value[i], .sequence = ++input->history.n_trials};
    trial->phase = (enum phase)read_count(&at, PHASE_FALLBACK);
    trial->filler = read_count(&at, 1) == 1;
    trial->inevitable = read_number(&at);
    trial->told = read_number(&at);
    for (size_t m = 0; m < MAX_METRICS && failed; m++)
        input->value[i][m] = input->stddev[i][m] = NAN; // not read
    if (!failed) {
        input->value[i][0] = read_number(&at);
        input->stddev[i][0] = read_number(&at);
    }
    trial->stddev = input->stddev[i][0] > -1 || isnan(input->stddev[i][0]) ? input->stddev[i] : NULL;
    input->task = &trial->task;
    trial->x = read_point(input, &at);
}

static void read_pending(struct input *input, char *at)
{
    size_t i = input->history.n_pending;
    if (i == MAX_PENDING)
        return;
    input->history.n_pending++;
    input->pending[i] = read_point(input, &at);
    input->task = &input->pending_tasks[i];
}

static void read_metric(struct input *input, char *at)
{
    size_t i = input->has_metrics ? input->problem.n_metrics : 0;
    if (i == MAX_METRICS)
        return;
    input->has_metrics = true;
    input->problem.n_metrics = i + 1;
    input->metrics[i].strategy = (enum metric_strategy)read_count(&at, METRIC_STORE);
    input->metrics[i].maximize = read_count(&at, 1) == 1;
    input->metrics[i].has_threshold = has_number(&at, &input->metrics[i].threshold);
}

static void read_value(struct input *input, char *at)
{
    size_t n = input->history.n_trials, m = read_count(&at, MAX_METRICS - 1);
    if (n == 0 || input->trials[n - 1].failed)
        return;
    input->value[n - 1][m] = read_number(&at);
    input->stddev[n - 1][m] = read_number(&at);
}

static void read_theta(struct input *input, char *at)
{
    size_t model = read_count(&at, MODEL_COUNT - 1);
    input->given[model].n_fit = read_count(&at, 1000);
    input->given[model].n_theta = read_numbers(&at, MAX_THETA, input->theta[model]);
    input->given[model].theta = input->theta[model];
    input->has_theta = true;
}

static void read_line(struct input *input, const char *word, char *at)
{
    struct history *history = &input->history;
    switch (word[0]) {
    case 'o':
        read_options(input, at);
        break;
    case 'd':
    case 'D':
        read_param(input, PARAM_DOUBLE, word[0] == 'D', at);
        break;
    case 'i':
        read_param(input, PARAM_INT, false, at);
        break;
    case 'g':
    case 'G':
        read_param(input, PARAM_GRID, word[0] == 'G', at);
        break;
    case 'c':
        read_param(input, PARAM_CATEGORICAL, false, at);
        break;
    case 'N':
    case 'b':
        if (input->problem.n_params > 0) {
            struct prior *prior = &input->params[input->problem.n_params - 1].prior;
            prior->kind = word[0] == 'N' ? PRIOR_NORMAL : PRIOR_BETA;
            prior->a = read_number(&at);
            prior->b = read_number(&at);
        }
        break;
    case 'w':
        read_condition(input, at);
        break;
    case 'l':
    case 'm':
        read_constraint(input, word[0] == 'l', at);
        break;
    case 's':
    case 'f':
        read_trial(input, word[0] == 'f', at);
        break;
    case 'p':
        read_pending(input, at);
        break;
    case 'a':
        if (input->task != NULL)
            *input->task = read_count(&at, MAX_TASKS);
        break;
    case 'M':
        read_metric(input, at);
        break;
    case 'v':
        read_value(input, at);
        break;
    case 'T':
        if (input->problem.n_tasks < MAX_TASKS)
            input->tasks[input->problem.n_tasks++].cost = read_number(&at);
        break;
    case 'S':
        input->problem.n_solutions = read_count(&at, MAX_TRIALS);
        break;
    case 'r':
        if (history->n_relaxations < MAX_RELAXATIONS) {
            input->relaxations[history->n_relaxations].sequence = read_count(&at, 1000);
            input->relaxations[history->n_relaxations++].steps = read_count(&at, SIZE_MAX);
        }
        break;
    case 't':
        read_theta(input, at);
        break;
    default:
        break;
    }
}

static void read_input(struct input *input, const uint8_t *data, size_t size)
{
    input->metrics[0].strategy = METRIC_OPTIMIZE;
    input->problem.params = input->params;
    input->problem.constraints = input->constraints;
    input->problem.metrics = input->metrics;
    input->problem.tasks = input->tasks;
    input->problem.n_metrics = 1;
    input->history.trials = input->trials;
    input->history.pending = input->pending;
    input->history.pending_tasks = input->pending_tasks;
    input->history.relaxations = input->relaxations;
    char *text = mem_calloc(size + 1, 1), *line = text;
    if (size > 0)
        memcpy(text, data, size);
    while (line != NULL) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        read_line(input, line, line + strcspn(line, " "));
        line = end;
    }
    input->history.ordinal = input->history.n_trials + input->history.n_pending;
    free(text);
}

// ------------------------------------------------------------------ asking

static void require(const char *what_is_wrong)
{
    if (what_is_wrong == NULL)
        return;
    printf("# %s\n", what_is_wrong);
    fflush(stdout);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;
    runtime_init();
    struct input *input = mem_calloc(1, sizeof *input);
    read_input(input, data, size);
    enum err_code code = problem_check(&input->problem, &err);
    if (code == ERR_NONE)
        code = history_check(&input->problem, &input->history, &err);
    if (code == ERR_NONE)
        require(properties_broken(&input->problem, &input->history, input->has_theta ? input->given : NULL));
    else
        require(code == ERR_INVALID && err.text[0] != '\0' ? NULL : "a refusal without a reason");
    free(input);
    return 0;
}
