// Tasks: levels, the allowance, what models make of cheap evaluations, and which task a suggestion is for.
#include "optimizer/fidelity.h"

#include <stdlib.h>

#include "base/memory.h"
#include "optimizer/evidence.h"
#include "optimizer/gp.h"
#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "optimizer/surrogate.h"
#include "tests/problems/functions.h"
#include "tests/problems/loop.h"
#include "tests/optimizer/properties.h"
#include "tests/tap.h"

static const struct param square_params[] = {DOUBLE(0, 1), DOUBLE(0, 1)};
static const struct param branin_params[] = {DOUBLE(-5, 10), DOUBLE(0, 15)};
static const struct task three[] = {{0.1}, {1}, {0.01}}, two[] = {{1}, {0.1}}, dear[] = {{1}, {0.5}};
static const struct metric metric = {.strategy = METRIC_OPTIMIZE};

static struct problem problem_of(const struct param *params, const struct task *tasks, size_t n_tasks)
{
    return (struct problem){.params = params, .n_params = 2, .metrics = &metric, .n_metrics = 1, .tasks = tasks,
                            .n_tasks = n_tasks, .tolerance = TOLERANCE_BALANCED};
}

// ------------------------------------------------------------------ levels and allowance

static void test_levels(void)
{
    struct problem problem = problem_of(square_params, three, 3);
    struct fidelity fidelity;
    fidelity_init(&fidelity, &problem);
    ok(fidelity.n == 3 && fidelity.full == 1 && fidelity.cheapest == 2, "the full and the cheapest of three");
    is_near(fidelity.level[0], 0.5, 1e-12, "a tenth is half way to a hundredth");
    is_near(fidelity.level[1], 1, 0, "the full one");
    is_near(fidelity.level[2], 0, 1e-12, "the cheapest one");
    fidelity_clear(&fidelity);
    problem.n_tasks = 0;
    fidelity_init(&fidelity, &problem);
    ok(fidelity.n == 1 && fidelity.full == 0, "without tasks");
    fidelity_clear(&fidelity);
}

static void check_left(const struct trial *trials, size_t n, const size_t *pending, size_t n_pending, double want, const char *name)
{
    struct problem problem = problem_of(square_params, dear, 2);
    const double x[] = {0, 0}, *rows[] = {x, x, x};
    struct history history = {.trials = trials, .n_trials = n, .pending = rows, .n_pending = n_pending, .pending_tasks = pending};
    struct fidelity fidelity;
    fidelity_init(&fidelity, &problem);
    ok(fabs(fidelity_allowance(&fidelity, &history) - want) < 1e-8, "%s", name);
    fidelity_clear(&fidelity);
}

static void test_allowance(void)
{
    const struct trial cheap = {.task = 1, .phase = PHASE_MODEL}, full = {.task = 0, .phase = PHASE_MODEL, .failed = true};
    const struct trial supplied = {.task = 1};
    check_left(NULL, 0, NULL, 0, 1, "nothing was spent");
    check_left((struct trial[]){cheap}, 1, NULL, 0, 0.5, "half of it was spent");
    check_left((struct trial[]){cheap, cheap}, 2, NULL, 0, 0, "it was spent");
    check_left((struct trial[]){cheap, full, cheap}, 3, NULL, 0, 0.5, "a full evaluation renews it, failed or not");
    check_left((struct trial[]){cheap, supplied, supplied}, 3, NULL, 0, 0.5, "the user's own evaluations are free");
    check_left((struct trial[]){cheap}, 1, (size_t[]){1}, 1, 0, "open ones are spent");
    check_left((struct trial[]){cheap}, 1, (size_t[]){0, 1}, 2, 0.5, "an open full one renews it");
    check_left((struct trial[]){cheap, cheap}, 2, NULL, 1, 1, "open ones without tasks are full");
}

// ------------------------------------------------------------------ models

enum { POINTS = 12 };

// A gp on f at level 0 of points along a line, and on f + 3 at level 1 of the first two.
static struct gp *line_gp(double length, double offset)
{
    static const size_t group[] = {0, 1};
    double x[POINTS + 2][2], y[POINTS + 2];
    for (size_t i = 0; i < POINTS + 2; i++) {
        x[i][0] = (double)(i % POINTS) / (POINTS - 1);
        x[i][1] = i < POINTS ? 0 : 1;
        y[i] = sin(6 * x[i][0]) + (i < POINTS ? 0 : 3);
    }
    struct gp *gp = gp_create(&(struct gp_data){.x = x[0], .n = POINTS + 2, .d = 2, .group = group, .n_groups = 2, .y = y,
                                                .offset = offset});
    const double theta[] = {log(0.5), log(length), 0, log(1e-6)};
    ok(gp_condition(gp, theta, NULL) == ERR_NONE, "conditioned");
    return gp;
}

static double told(double length, double at)
{
    struct gp *gp = line_gp(length, 0);
    double correlation = gp_correlation(gp, (const double[]){at, 0}, (const double[]){at, 1});
    gp_destroy(gp);
    return correlation;
}

static void test_correlation(void)
{
    double far = 3;
    is_near(told(0.02, far), 0, 1e-6, "a short length scale: cheap evaluations tell nothing");
    ok(told(200, far) > 0.999, "a long one: they tell everything, where neither was evaluated");
    ok(told(1.5, far) > 0.3 && told(1.5, far) < 0.95, "and something between");
    ok(told(1.5, 6.0 / (POINTS - 1)) < 0.05, "where the cheap one is known already, nothing more");
    struct gp *gp = line_gp(1.5, 0);
    const double z[] = {0.77, 0.3};
    double variance;
    gp_predict(gp, z, 1, NULL, &variance);
    is_near(gp_correlation(gp, z, z), sqrt(variance / (variance + gp_noise(gp))), 1e-6, "with itself: all but the noise");
    gp_destroy(gp);
}

static void test_offset(void)
{
    double plain, with_offset;
    struct gp *gp = line_gp(50, 0);
    gp_predict(gp, (const double[]){0.8, 1}, 1, &plain, NULL);
    gp_destroy(gp);
    gp = line_gp(50, 10);
    gp_predict(gp, (const double[]){0.8, 1}, 1, &with_offset, NULL);
    gp_destroy(gp);
    double want = sin(4.8) + 3;
    ok(fabs(with_offset - want) < 0.05 && fabs(plain - want) > 0.2,
       "what full evaluations have more is learnt from two of them: %g, without %g, true %g", with_offset, plain, want);
}

// Values of the successes of two tasks, cheap ones 100 more.
static void test_alignment(void)
{
    struct problem problem = problem_of(square_params, two, 2);
    const double x[][2] = {{0.1, 0.1}, {0.2, 0.2}, {0.3, 0.3}, {0.4, 0.4}}, value[] = {103, 101, 102, 7};
    struct trial trials[4];
    for (size_t i = 0; i < 4; i++)
        trials[i] = (struct trial){.x = x[i], .value = &value[i], .task = i < 3 ? 1 : 0, .sequence = i + 1};
    struct space space;
    struct evidence evidence;
    double merit[4];
    space_init(&space, &problem);
    is_int(space.d, 3, "a kernel column more");
    evidence_init(&evidence, &space, &problem, &(struct history){.trials = trials, .n_trials = 4});
    ok(evidence.z[2] < 0.5 && evidence.z[3 * 3 + 2] > 0.5, "with the level of the task");
    is_near(evidence.outcomes[0].y[0], 8, 1e-12, "cheap values are moved to the level of the full ones");
    is_near(evidence.outcomes[0].y[3], 7, 1e-12, "full ones are not");
    evidence_values(&evidence, merit);
    ok(merit[3] < merit[1] && merit[1] < merit[2] && merit[2] < merit[0], "full values come before cheaper ones");
    evidence_clear(&evidence);
    evidence_init(&evidence, &space, &problem, &(struct history){.trials = trials, .n_trials = 3});
    is_near(evidence.outcomes[0].y[0], 103, 1e-12, "without a full one they stay");
    evidence_clear(&evidence);
    space_clear(&space);
}

// ------------------------------------------------------------------ suggestions

struct spending {
    size_t tasks[3], first_full;
    double most_cheap; // largest cost of cheap evaluations in a row
    double best; // of the full evaluations that worked
    const char *broken;
};

enum fails { NEVER, IN_PLACES, CHEAP_ALWAYS, ALWAYS };

// `n` evaluations of Branin, or of one that cheap evaluations tell nothing about.
static struct spending spend(const struct task *tasks, size_t n_tasks, size_t n, bool unrelated, enum fails fails)
{
    struct problem problem = problem_of(branin_params, tasks, n_tasks);
    struct spending spending = {.best = HUGE_VAL, .first_full = SIZE_MAX};
    struct loop loop;
    double x[2], cheap = 0;
    loop_init(&loop, &problem, 3, n + 1);
    for (size_t i = 0; i < n && spending.broken == NULL; i++) {
        struct suggestion suggestion = {.x = x};
        if (i % 5 == 4)
            spending.broken = properties_broken(&problem, &loop.history, NULL);
        loop_suggest(&loop, &suggestion);
        bool full = !(tasks[suggestion.task].cost < 1);
        bool failed = fails == ALWAYS || (fails == CHEAP_ALWAYS && !full) || (fails == IN_PLACES && x[0] + x[1] > 15);
        double value = branin(full || !unrelated ? x : (const double[]){5 - x[0], 15 - x[1]}) + (full ? 0 : 20);
        spending.tasks[suggestion.task]++;
        cheap = full ? 0 : cheap + tasks[suggestion.task].cost;
        spending.most_cheap = fmax(spending.most_cheap, cheap);
        if (full)
            spending.first_full = spending.first_full == SIZE_MAX ? i : spending.first_full;
        if (full && !failed)
            spending.best = fmin(spending.best, value);
        loop_report(&loop, failed, value);
    }
    loop_clear(&loop);
    return spending;
}

static void test_spending(void)
{
    struct spending s = spend(two, 2, 60, false, IN_PLACES);
    ok(s.broken == NULL, "all answers have their properties: %s", s.broken != NULL ? s.broken : "yes");
    ok(s.tasks[1] > s.tasks[0] && s.tasks[0] >= 4, "%zu cheap and %zu full evaluations", s.tasks[1], s.tasks[0]);
    ok(s.first_full >= 4 && s.first_full <= 10, "the design is cheap, the first full evaluation is number %zu", s.first_full);
    ok(s.best < BRANIN_OPTIMUM + 0.05, "the optimum is found: %g", s.best);
    s = spend(two, 2, 40, true, NEVER);
    ok(s.broken == NULL && s.tasks[0] > 15, "unrelated: %zu of 40 evaluations are full", s.tasks[0]);
    s = spend(three, 3, 40, false, IN_PLACES);
    ok(s.broken == NULL && s.tasks[0] + s.tasks[1] + s.tasks[2] == 40 && s.tasks[2] > 4, "three tasks: %zu, %zu, %zu", s.tasks[0],
       s.tasks[1], s.tasks[2]);
}

// Whatever the costs, cheap evaluations in a row cost no more than a full one.
static void test_costs(void)
{
    struct random random = random_stream(7, 7, 7);
    double most = 0;
    size_t n_cheap = 0;
    for (size_t round = 0; round < 8; round++) {
        struct task tasks[] = {{1}, {0.3 + 0.65 * random_uniform(&random)}, {0.05 + 0.25 * random_uniform(&random)}};
        struct spending s = spend(tasks, 2 + round % 2, 24, false, round % 3 == 0 ? ALWAYS : IN_PLACES);
        ok(s.broken == NULL, "costs %g and %g: %s", tasks[1].cost, tasks[2].cost, s.broken != NULL ? s.broken : "sound");
        most = fmax(most, s.most_cheap);
        n_cheap += s.tasks[1] + s.tasks[2];
    }
    ok(most <= 1 + 1e-9 && n_cheap > 40, "%zu cheap evaluations, in a row of cost %g at most", n_cheap, most);
}

// Cheap values behind all others, each part in its order, whatever their size.
static void test_order(void)
{
    enum { N = 12 };
    struct problem problem = problem_of(square_params, three, 3);
    struct random random = random_stream(8, 8, 8);
    size_t wrong = 0;
    for (size_t round = 0; round < 200; round++) {
        double x[N][2], value[N], merit[N], unit = pow(10, 300 * (double)(round % 10) / 9) * (round % 10 == 9 ? 1e8 : 1);
        struct trial trials[N];
        for (size_t i = 0; i < N; i++) {
            x[i][0] = x[i][1] = (double)i / N;
            value[i] = unit * (random_below(&random, 4) == 0 ? 1 : 2 * random_uniform(&random) - 1);
            trials[i] = (struct trial){.x = x[i], .value = &value[i], .task = random_below(&random, 3), .sequence = i + 1};
        }
        struct space space;
        struct evidence evidence;
        space_init(&space, &problem);
        evidence_init(&evidence, &space, &problem, &(struct history){.trials = trials, .n_trials = N});
        evidence_values(&evidence, merit);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) {
                bool i_full = trials[i].task == 1, j_full = trials[j].task == 1;
                double yi = evidence.outcomes[0].y[i], yj = evidence.outcomes[0].y[j];
                wrong += i_full != j_full ? (merit[i] < merit[j]) != i_full : (merit[i] < merit[j]) != (yi < yj);
            }
        evidence_clear(&evidence);
        space_clear(&space);
    }
    is_int(wrong, 0, "pairs out of order");
}

static void test_failing(void)
{
    struct spending s = spend(two, 2, 50, false, CHEAP_ALWAYS);
    ok(s.broken == NULL && s.tasks[0] >= 12 && s.best < 20, "cheap ones always fail: %zu full ones, best %g", s.tasks[0], s.best);
    s = spend(two, 2, 24, false, ALWAYS);
    ok(s.broken == NULL && s.tasks[0] >= 2 && s.tasks[1] >= 20, "everything fails: %zu full, %zu cheap", s.tasks[0], s.tasks[1]);
}

static void test_random(void)
{
    struct problem problem = problem_of(square_params, three, 3);
    problem.random = true;
    size_t count[3] = {0};
    struct surrogate *surrogate = surrogate_create(&problem, &(struct history){.seed = 5}, NULL);
    for (size_t i = 0; i < 300; i++) {
        double x[2];
        struct suggestion suggestion = {.x = x};
        suggest(surrogate, &(struct history){.seed = 5, .ordinal = i}, NULL, &suggestion, NULL);
        count[suggestion.task]++;
    }
    surrogate_destroy(surrogate);
    ok(count[0] > 70 && count[1] > 70 && count[2] > 70, "random search draws tasks evenly: %zu, %zu, %zu", count[0], count[1],
       count[2]);
}

// Full evaluations only, from an earlier project.
static void test_full_data(void)
{
    struct problem problem = problem_of(square_params, two, 2);
    double x[20][2], value[20];
    struct trial trials[20];
    for (size_t i = 0; i < 20; i++) {
        x[i][0] = 0.05 * (double)i;
        x[i][1] = 0.05 * (double)(i * 7 % 20);
        value[i] = square(x[i][0] - 0.4) + square(x[i][1] - 0.6);
        trials[i] = (struct trial){.x = x[i], .value = &value[i], .failed = i % 6 == 5, .sequence = i + 1};
    }
    const struct history history = {.trials = trials, .n_trials = 20, .seed = 1};
    const char *broken = properties_broken(&problem, &history, NULL);
    ok(broken == NULL, "only full data: %s", broken != NULL ? broken : "sound");
    is_int(hyperparameters_size(&problem), 5, "a hyperparameter more");
    double y[2];
    struct suggestion suggestion = {.x = y};
    suggest_fallback(&problem, &history, &suggestion);
    is_int(suggestion.task, 0, "a fallback is evaluated in full");
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_levels);
    TAP_RUN(test_allowance);
    TAP_RUN(test_correlation);
    TAP_RUN(test_offset);
    TAP_RUN(test_alignment);
    TAP_RUN(test_spending);
    TAP_RUN(test_order);
    TAP_RUN(test_costs);
    TAP_RUN(test_failing);
    TAP_RUN(test_random);
    TAP_RUN(test_full_data);
    return tap_done();
}
