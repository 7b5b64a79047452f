#include "optimizer/goal.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/special.h"
#include "optimizer/standing.h"

static const double REF_MARGIN = 0.1; // of the range of the values
static const double BELIEVED = 0.5; // probability to work from which on an open suggestion is believed to
static const double VOLUME_MIN = 1e-6, TWO_PI = 6.28318530717958647693;
enum { VOLUME_POINTS = 512, WITNESSES = 200 };

// ------------------------------------------------------------------ how the successes stand

// What some models say of the successes.
struct table {
    size_t n;
    const double *level[PROBLEM_OPTIMIZED_MAX]; // [n] standardised values of the optimized metrics
    double *violation;                            // [n] of the constraint metrics, standardised; 0: none
    double *memory;
};

static double threshold_of(const struct goal *goal, const struct models *models, size_t k)
{
    return transform_apply(&models->outcomes[k]->transform, goal->surrogate->evidence.outcomes[k].threshold);
}

// False when a model is missing.
static bool table_init(struct table *table, const struct goal *goal, const struct models *models)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    size_t n = evidence->n_success;
    *table = (struct table){.n = n};
    for (size_t k = 0; k < evidence->n_outcomes; k++)
        if (models->outcomes[k] == NULL)
            return false;
    table->memory = mem_calloc((evidence->n_outcomes + 1) * n, sizeof *table->memory);
    table->violation = table->memory + evidence->n_outcomes * n;
    for (size_t k = 0; k < evidence->n_outcomes; k++) {
        double *level = table->memory + k * n;
        surrogate_levels(goal->surrogate, models->numbers[k], models->outcomes[k], level);
        if (k < evidence->n_objectives) {
            table->level[k] = level;
            continue;
        }
        double threshold = threshold_of(goal, models, k);
        for (size_t i = 0; i < n; i++)
            table->violation[i] += fmax(level[i] - threshold, 0);
    }
    return true;
}

static void table_clear(struct table *table)
{
    free(table->memory);
}

// 0 for a full evaluation of a point of the space, ..., 3 for one of a cheap task outside.
static size_t class_of(const struct evidence *evidence, size_t i)
{
    size_t row = evidence->rows[i];
    return (evidence->inside[row] ? 0u : 2u) + (evidence->task[row] == evidence->full ? 0u : 1u);
}

// Number of successes that satisfy every constraint metric, in mask [n]: points of the space if there are any, and of those full
// evaluations if there are any.
static size_t find_satisfied(const struct goal *goal, const struct table *table, bool *mask)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    size_t count[4] = {0}, best = 0;
    for (size_t i = 0; i < table->n; i++)
        if (!(table->violation[i] > 0))
            count[class_of(evidence, i)]++;
    while (best < 3 && count[best] == 0)
        best++;
    for (size_t i = 0; i < table->n; i++)
        mask[i] = !(table->violation[i] > 0) && class_of(evidence, i) == best;
    return count[best];
}

static void rank(struct goal *goal, const struct models *models, const struct table *table)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    if (evidence->n_outcomes == 1 && evidence->n_objectives == 1) {
        memcpy(goal->merit, table->level[0], table->n * sizeof *goal->merit);
        return;
    }
    double *violation = mem_calloc(table->n, sizeof *violation);
    memcpy(violation, table->violation, table->n * sizeof *violation);
    for (size_t k = 0; k < evidence->n_objectives; k++)
        for (size_t i = 0; i < table->n && evidence->outcomes[k].has_threshold; i++)
            violation[i] += fmax(table->level[k][i] - threshold_of(goal, models, k), 0);
    standing_merit(table->level, evidence->n_objectives, violation, table->n, goal->merit);
    free(violation);
}

static double least_of(const double *value, const bool *mask, size_t n)
{
    double least = HUGE_VAL;
    for (size_t i = 0; i < n; i++)
        if (mask[i])
            least = fmin(least, value[i]);
    return least;
}

// ------------------------------------------------------------------ two optimized metrics

// The reference of objective k; mask: the points that satisfy the constraints.
static double reference(const struct goal *goal, const struct models *models, const struct table *table, const bool *mask, size_t k)
{
    if (goal->surrogate->evidence.outcomes[k].has_threshold)
        return threshold_of(goal, models, k);
    double least = least_of(table->level[k], mask, table->n), most = least;
    for (size_t i = 0; i < table->n; i++)
        if (mask[i])
            most = fmax(most, table->level[k][i]);
    return most + REF_MARGIN * (most > least ? most - least : 1);
}

static void make_front(const struct goal *goal, const struct models *models, const struct table *table, const bool *mask,
                       struct front *front)
{
    double *first = mem_calloc(2 * table->n + 1, sizeof *first), *second = first + table->n;
    double ref[] = {reference(goal, models, table, mask, 0), reference(goal, models, table, mask, 1)};
    size_t n = 0;
    for (size_t i = 0; i < table->n; i++)
        if (mask[i]) {
            first[n] = table->level[0][i];
            second[n++] = table->level[1][i];
        }
    front_init(front, first, second, n, ref);
    free(first);
}

// ------------------------------------------------------------------ constraint metrics only

// log of the volume of the unit ball: from p - 2 to p dimensions it grows by 2 pi / p.
static double log_unit_ball(size_t p)
{
    double sum = p % 2 == 1 ? log(2) : 0;
    for (size_t k = p; k >= 2; k -= 2)
        sum += log(TWO_PI / (double)k);
    return sum;
}

// How large balls are that fill as much of the space as likely satisfies, when one is centred on each point that does and on one
// more.
static double radius(const struct acquisition *acquisition, size_t n_satisfied, uint64_t key)
{
    const struct space *space = acquisition->space;
    size_t p = space->p;
    double *u = mem_calloc(VOLUME_POINTS * p, sizeof *u), volume = 0;
    struct score *scores = mem_calloc(VOLUME_POINTS, sizeof *scores);
    bool *allowed = mem_calloc(VOLUME_POINTS, sizeof *allowed);
    candidate_points(key, p, VOLUME_POINTS, u);
    for (size_t i = 0; i < VOLUME_POINTS; i++) {
        allowed[i] = space_allows(space, u + i * p);
        space_snap(space, u + i * p);
    }
    acquisition_score(acquisition, u, VOLUME_POINTS, scores);
    for (size_t i = 0; i < VOLUME_POINTS; i++)
        volume += !allowed[i] ? 0 : exp(scores[i].log_pof + scores[i].log_constraints) / VOLUME_POINTS;
    free(allowed);
    free(scores);
    free(u);
    return exp((log(fmax(volume, VOLUME_MIN)) - log((double)n_satisfied + 1) - log_unit_ball(p)) / (double)p);
}

static void aim_at_ground(struct goal *goal, size_t n_satisfied, const double *open_z, size_t n_open, uint64_t key,
                          struct acquisition *acquisition)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    size_t d = evidence->d, at = 0;
    goal->covered = mem_calloc((n_satisfied + n_open) * d + 1, sizeof *goal->covered);
    for (size_t i = 0; i < evidence->n_success; i++)
        if (goal->satisfied[i])
            memcpy(goal->covered + at++ * d, evidence->z + evidence->rows[i] * d, d * sizeof *goal->covered);
    if (n_open > 0)
        memcpy(goal->covered + at * d, open_z, n_open * d * sizeof *goal->covered);
    acquisition->aim = AIM_GROUND;
    acquisition->covered = goal->covered;
    acquisition->n_covered = n_satisfied + n_open;
    acquisition->radius = 1;
    acquisition->radius = radius(acquisition, n_satisfied, key);
}

// ------------------------------------------------------------------ the goal

static enum err_code make_models(struct goal *goal, struct surrogate *surrogate, const struct stopper *stopper, struct err *err)
{
    // Models of one optimized metric take turns; of two, the squashed ones are better or as good (docs/algorithms/metrics.md).
    bool squashed = surrogate->evidence.n_objectives == 2 || goal->turn % 2 == 1;
    enum err_code code = surrogate_models(surrogate, squashed, true, stopper, &goal->models, err);
    if (code == ERR_NONE)
        code = surrogate_models(surrogate, false, true, stopper, &goal->plain, err);
    if (code == ERR_NONE)
        code = surrogate_feasibility(surrogate, true, stopper, &goal->feasibility, err);
    if (code == ERR_NONE)
        code = surrogate_calibration(surrogate, stopper, &goal->calibration, err);
    if (code == ERR_NONE)
        code = surrogate_caution(surrogate, stopper, &goal->caution, err);
    for (size_t k = 0; k < surrogate->evidence.n_outcomes && code == ERR_NONE; k++)
        if (goal->models.outcomes[k] == NULL) {
            goal->models.outcomes[k] = goal->plain.outcomes[k];
            goal->models.numbers[k] = goal->plain.numbers[k];
        }
    return code;
}

// Believers, where open suggestions are to be known.
static struct gp *asked(struct goal *goal, size_t k, const double *open_z, size_t n_open)
{
    struct gp *gp = goal->models.outcomes[k]->gp;
    if (n_open > 0 && gp_create_believer(gp, open_z, n_open, &goal->believers[k], NULL) != ERR_NONE)
        goal->believers[k] = NULL;
    return goal->believers[k] != NULL ? goal->believers[k] : gp;
}

// Gives the models to the acquisition.
static void ask(struct goal *goal, const double *open_z, size_t n_open, struct acquisition *acquisition)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    for (size_t k = 0; k < evidence->n_outcomes; k++) {
        struct gp *gp = asked(goal, k, open_z, n_open);
        double noise = gp_noise(goal->models.outcomes[k]->gp);
        if (k < evidence->n_objectives) {
            acquisition->objectives[k] = (struct bound){.gp = gp, .noise = noise};
        } else {
            struct bound *bound = &goal->bounds[acquisition->n_bounds++];
            *bound = (struct bound){.gp = gp, .noise = noise, .threshold = threshold_of(goal, &goal->models, k)};
        }
    }
    acquisition->bounds = goal->bounds;
}

// What the open suggestions are believed to find: values [2 x n_open] of the optimized metrics, of those that likely work and satisfy
// the constraint metrics; returns their number. Counted as found, they make the next point worth what it adds to them, instead of being
// looked for around the same place.
static size_t find_believed(const struct goal *goal, const struct acquisition *acquisition, const double *open_z, size_t n_open,
                            double *values)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    double *log_pof = mem_calloc(2 * n_open, sizeof *log_pof), *mean = log_pof + n_open;
    bool *believed = mem_calloc(n_open, sizeof *believed);
    size_t n = 0;
    if (goal->feasibility != NULL)
        feasibility_log_pof(goal->feasibility, open_z, n_open, log_pof, NULL);
    for (size_t i = 0; i < n_open; i++)
        believed[i] = log_pof[i] >= log(BELIEVED);
    for (size_t k = evidence->n_objectives; k < evidence->n_outcomes; k++) {
        gp_predict(goal->models.outcomes[k]->gp, open_z, n_open, mean, NULL);
        for (size_t i = 0; i < n_open; i++)
            believed[i] = believed[i] && mean[i] <= acquisition->bounds[k - evidence->n_objectives].threshold;
    }
    for (size_t k = 0; k < evidence->n_objectives; k++) {
        gp_predict(goal->models.outcomes[k]->gp, open_z, n_open, mean, NULL);
        n = 0;
        for (size_t i = 0; i < n_open; i++)
            if (believed[i])
                values[k * n_open + n++] = mean[i];
    }
    free(believed);
    free(log_pof);
    return n;
}

// Adds to the incumbent or the front what the open suggestions are believed to find. (Not where regions take turns: most are open
// elsewhere.)
static void believe(struct goal *goal, const double *open_z, size_t n_open, struct acquisition *acquisition)
{
    double *values = mem_calloc(2 * n_open, sizeof *values);
    size_t n = find_believed(goal, acquisition, open_z, n_open, values);
    if (acquisition->aim == AIM_VALUE && goal->believers[0] != NULL && acquisition->regions == NULL)
        for (size_t i = 0; i < n; i++)
            acquisition->best = fmin(acquisition->best, values[i]);
    if (acquisition->aim == AIM_FRONT)
        front_add(&goal->front, values, values + n_open, n);
    free(values);
}

// Whose turn it is among the regions of the best solutions so far, and what is to be improved there.
static void take_turns(struct goal *goal, const struct table *table, struct acquisition *acquisition)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    size_t n = 0, *order = mem_calloc(evidence->n_success, sizeof *order);
    evidence_rank(evidence, goal->merit, order);
    for (size_t i = 0; i < evidence->n_success; i++)
        if (goal->satisfied[order[i]])
            order[n++] = order[i];
    regions_init(&goal->regions, &goal->surrogate->space, evidence, order, n, goal->surrogate->n_solutions, goal->turn);
    bool *mask = mem_calloc(evidence->n_success, sizeof *mask);
    for (size_t i = 0; i < n; i++)
        mask[order[i]] = regions_hold(&goal->regions, evidence_success(evidence, order[i]));
    acquisition->best = least_of(table->level[0], mask, table->n);
    if (goal->regions.n > 0)
        acquisition->regions = &goal->regions;
    free(mask);
    free(order);
}

// The largest log probability that the calibrated model says of a success; of many, WITNESSES of all times are asked.
static double told_most(struct calibration *calibration, const struct evidence *evidence)
{
    size_t d = evidence->d, n = 0, step = evidence->n_success / WITNESSES + 1;
    double *z = mem_calloc(WITNESSES * d, sizeof *z), told[WITNESSES], most = -HUGE_VAL;
    for (size_t i = 0; i < evidence->n_success; i += step, n++)
        memcpy(z + n * d, evidence->z + evidence->rows[i] * d, d * sizeof *z);
    calibration_log_caution(calibration, z, n, told);
    for (size_t i = 0; i < n; i++)
        most = fmax(most, told[i]);
    free(z);
    return most;
}

enum err_code goal_init(struct goal *goal, struct surrogate *surrogate, size_t n_model, const double *open_z, size_t n_open,
                        uint64_t key, const struct stopper *stopper, struct acquisition *acquisition, struct err *err)
{
    const struct evidence *evidence = &surrogate->evidence;
    *goal = (struct goal){.surrogate = surrogate, .turn = n_model};
    enum err_code code = make_models(goal, surrogate, stopper, err);
    if (code != ERR_NONE)
        return code;
    struct table table;
    goal->merit = mem_calloc(evidence->n_success, sizeof *goal->merit);
    goal->satisfied = mem_calloc(evidence->n_success, sizeof *goal->satisfied);
    acquisition->feasibility = goal->feasibility;
    acquisition->calibration = goal->feasibility != NULL ? goal->caution : NULL;
    if (acquisition->calibration != NULL)
        acquisition->told_most = told_most(acquisition->calibration, evidence);
    acquisition->aim = AIM_VALUE;
    if (!table_init(&table, goal, &goal->models)) {
        evidence_values(evidence, goal->merit);
        return ERR_NONE;
    }
    size_t n_satisfied = find_satisfied(goal, &table, goal->satisfied);
    rank(goal, &goal->models, &table);
    ask(goal, open_z, n_open, acquisition);
    if (evidence->n_objectives == 0) {
        aim_at_ground(goal, n_satisfied, open_z, n_open, key, acquisition);
    } else if (n_satisfied == 0) {
        acquisition->aim = AIM_SATISFYING;
    } else if (evidence->n_objectives == 1) {
        take_turns(goal, &table, acquisition);
    } else {
        make_front(goal, &goal->models, &table, goal->satisfied, &goal->front);
        acquisition->aim = AIM_FRONT;
        acquisition->front = &goal->front;
    }
    if (n_open > 0 && evidence->n_objectives > 0)
        believe(goal, open_z, n_open, acquisition);
    table_clear(&table);
    return ERR_NONE;
}

void goal_clear(struct goal *goal)
{
    for (size_t k = 0; k < sizeof goal->believers / sizeof *goal->believers; k++)
        gp_destroy(goal->believers[k]);
    regions_clear(&goal->regions);
    free(goal->merit);
    free(goal->satisfied);
    free(goal->covered);
}

size_t goal_tops(const struct goal *goal, size_t most, double *tops)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    size_t n = evidence->n_success, p = evidence->p, n_equal = 1, n_tops = 0;
    size_t *order = mem_calloc(n, sizeof *order);
    evidence_rank(evidence, goal->merit, order);
    while (evidence->n_objectives != 1 && n_equal < n && !(goal->merit[order[n_equal]] > goal->merit[order[0]]))
        n_equal++;
    for (size_t i = 0; i < n && n_tops < most; i++) {
        size_t at = i < n_equal ? (i + goal->turn) % n_equal : i;
        const double *u = evidence_success(evidence, order[at]);
        if (regions_hold(&goal->regions, u))
            memcpy(tops + n_tops++ * p, u, p * sizeof *tops);
    }
    free(order);
    return n_tops;
}

double goal_improvement(const struct goal *goal, const double *z)
{
    const struct evidence *evidence = &goal->surrogate->evidence;
    const struct models *models = &goal->plain;
    struct table table;
    double improvement = NAN, mu[2], var[2];
    if (evidence->n_objectives == 0 || !table_init(&table, goal, models))
        return NAN;
    bool *mask = mem_calloc(table.n, sizeof *mask);
    for (size_t k = 0; k < evidence->n_objectives; k++)
        gp_predict(models->outcomes[k]->gp, z, 1, &mu[k], &var[k]);
    if (find_satisfied(goal, &table, mask) == 0) {
        improvement = NAN;
    } else if (evidence->n_objectives == 1) {
        double best = least_of(table.level[0], mask, table.n);
        improvement = transform_improvement(&models->outcomes[0]->transform, special_log_ei(mu[0], var[0], best), best);
    } else {
        struct front front;
        make_front(goal, models, &table, mask, &front);
        double area = transform_improvement(&models->outcomes[0]->transform, front_log_improvement(&front, mu, var), 0);
        improvement = fmin(area * transform_improvement(&models->outcomes[1]->transform, 0, 0), DBL_MAX);
    }
    free(mask);
    table_clear(&table);
    return improvement;
}
