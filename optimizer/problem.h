// Problem: what is optimised (space, metrics, tasks, constraints) and what is known so far (trials, pending points).
//
// All structs are read only for the optimizer and belong to the caller. Natural units: a double, int or grid parameter is its
// value; a categorical parameter is its level index 0, 1, ... as a double, or -1 for a level that no longer exists.
// The coordinate of an inactive parameter (struct condition) is NaN in what the optimizer says and not read in what it is told.
// Minimisation is internal: metrics carry their objective and the sign is flipped in one place (value transform).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum param_kind { PARAM_DOUBLE, PARAM_INT, PARAM_GRID, PARAM_CATEGORICAL };

enum prior_kind { PRIOR_NONE, PRIOR_NORMAL, PRIOR_BETA };

// A user's belief where good values lie. normal: a = mean, b = standard deviation (natural units); beta on the scaled
// interval: a, b = shapes.
struct prior {
    enum prior_kind kind;
    double a, b;
};

// The parameter is active when parameter number `param`, a "conditional", has a level whose bit is set in `levels`. A conditional
// is an ordinary categorical parameter without conditions of its own and with at most CONDITIONAL_LEVELS levels.
#define CONDITIONAL_LEVELS 64
struct condition {
    size_t param;
    uint64_t levels;
};

struct param {
    enum param_kind kind;
    double lo, hi;      // DOUBLE, INT: bounds, lo < hi (INT: integral, at most 2^53 wide)
    bool log;           // DOUBLE, GRID: search on a logarithmic scale, lo > 0
    size_t n_levels;    // GRID, CATEGORICAL: number of levels >= 1
    const double *grid; // GRID: n_levels values, ascending
    struct prior prior;
    const struct condition *conditions; // all must hold
    size_t n_conditions;
};

// Whether the parameter is active at x [n_params], natural units.
bool param_active(const struct param *param, const double *x);

// Limits of the protocol.
#define PROBLEM_OPTIMIZED_MAX 2
#define PROBLEM_CONSTRAINTS_MAX 4

enum metric_strategy { METRIC_OPTIMIZE, METRIC_CONSTRAINT, METRIC_STORE };

struct metric {
    enum metric_strategy strategy;
    bool maximize;
    bool has_threshold;
    double threshold; // inclusive. OPTIMIZE: worse values are of no interest; CONSTRAINT: there must be one
};

// sum_i weight[i] x[i] >= threshold, or <= when !greater. weight has n_params entries; those that are not 0 belong to double parameters
// on a linear scale, or all to int ones, without conditions. Suggestions satisfy all constraints, those on doubles whatever the order
// of summation; observed points may miss them by rounding, CONSTRAINT_TOLERANCE times the sum of |weight[i] x[i]| and |threshold|.
#define CONSTRAINT_TOLERANCE 1e-9
struct linear_constraint {
    const double *weight;
    double threshold;
    bool greater;
};

struct task {
    double cost; // (0, 1], all different, one is 1
};

// How many failed evaluations the user tolerates for faster progress: start, minimum and maximum of the floor under the
// probability of feasibility (docs/algorithms/suggest.md).
enum tolerance { TOLERANCE_CAUTIOUS, TOLERANCE_BALANCED, TOLERANCE_BOLD };

struct problem {
    const struct param *params;
    size_t n_params; // >= 1
    const struct metric *metrics;
    size_t n_metrics; // >= 1
    const struct linear_constraint *constraints;
    size_t n_constraints;
    const struct task *tasks; // fidelity.h; none: a single task of cost 1
    size_t n_tasks;
    size_t n_solutions; // regions.h; 0 or 1: one best point is wanted
    enum tolerance tolerance;
    bool random; // every suggestion uniform at random, no model
};

// How a suggestion was made. The numbers are stored in databases: never change them.
enum phase {
    PHASE_NONE = 0,     // not generated: the user chose the point
    PHASE_INITIAL = 1,  // space-filling initial design
    PHASE_FILL = 2,     // nothing has worked yet: as far as possible from everything tried
    PHASE_MODEL = 3,    // from the models
    PHASE_RANDOM = 4,   // uniform (type random)
    PHASE_FALLBACK = 5, // a deadline forced it; outside the promise of reproducibility
};

// One reported observation.
struct trial {
    const double *x; // [n_params] natural units
    bool failed;
    const double *value;  // [n_metrics] finite; not read when failed
    const double *stddev; // [n_metrics] standard deviations >= 0, or NULL for none
    size_t task;
    enum phase phase;  // of the suggestion it answers; PHASE_NONE when the user supplied the assignments
    bool filler;       // of that suggestion, for the controllers (suggest.h)
    double inevitable; // the same
    double told;       // probability of feasibility that was told of it, 0 ... 1; 0: none
    uint64_t sequence; // strictly increasing over the array
};

// A model-phase suggestion lowered the floor `steps` times without an evaluation, knowing trials up to `sequence`.
struct relaxation {
    uint64_t sequence;
    size_t steps;
};

struct history {
    const struct trial *trials; // in sequence order
    size_t n_trials;
    const double *const *pending; // open suggestions, oldest first; each [n_params] natural units
    size_t n_pending;
    const size_t *pending_tasks; // [n_pending] their tasks; NULL: all the full one
    const struct relaxation *relaxations; // of earlier model-phase suggestions, in order of their making
    size_t n_relaxations;
    uint64_t ordinal; // suggestions generated for this problem before this one
    size_t n_initial; // of those, from the initial design
    size_t n_model;   // of those, in the model phase: says which objective model's turn it is
    uint32_t seed;
};

// ERR_NONE when the optimizer can work on the problem. ERR_INVALID: a definition contradicts itself (field names the part).
enum err_code problem_check(const struct problem *problem, struct err *err);

// Same for a history: finite coordinates (of active parameters) and values, increasing sequence.
enum err_code history_check(const struct problem *problem, const struct history *history, struct err *err);
