// What is best in each kind of experiment.
#include "optimizer/ranking.h"

#include <string.h>

#include "tests/tap.h"

enum { N_MAX = 12, M_MAX = 3 };

struct scene {
    const char *name;
    struct metric metrics[M_MAX];
    size_t n_metrics;
    size_t n;
    double values[N_MAX][M_MAX];
    bool failed[N_MAX];
    size_t task[N_MAX];
    bool with_tasks;
    const char *want; // indices
};

#define MAX(...) {.strategy = METRIC_OPTIMIZE, .maximize = true, __VA_ARGS__}
#define MIN(...) {.strategy = METRIC_OPTIMIZE, __VA_ARGS__}
#define STORED {.strategy = METRIC_STORE, .maximize = true}
#define AT_LEAST(t) {.strategy = METRIC_CONSTRAINT, .maximize = true, .has_threshold = true, .threshold = t}
#define AT_MOST(t) {.strategy = METRIC_CONSTRAINT, .has_threshold = true, .threshold = t}

static const struct scene scenes[] = {
    {.name = "none", .metrics = {MAX()}, .n_metrics = 1, .n = 0, .want = ""},
    {.name = "maximised", .metrics = {MAX()}, .n_metrics = 1, .n = 4, .values = {{1}, {3}, {2}, {3}}, .want = "3 1 2 0 "},
    {.name = "minimised", .metrics = {MIN()}, .n_metrics = 1, .n = 3, .values = {{1}, {3}, {2}}, .want = "0 2 1 "},
    {.name = "failed", .metrics = {MIN()}, .n_metrics = 1, .n = 3, .values = {{1}, {3}, {2}}, .failed = {true, false, true}, .want = "1 "},
    {.name = "all failed", .metrics = {MIN()}, .n_metrics = 1, .n = 2, .failed = {true, true}, .want = ""},
    {.name = "a stored metric before", .metrics = {STORED, MAX()}, .n_metrics = 2, .n = 3, .values = {{9, 1}, {1, 3}, {5, 2}},
     .want = "1 2 0 "},
    {.name = "a constraint, inclusively", .metrics = {AT_LEAST(5), MAX()}, .n_metrics = 2, .n = 4,
     .values = {{5, 1}, {4.9, 9}, {6, 2}, {7, 0}}, .want = "2 0 3 "},
    {.name = "a constraint downwards", .metrics = {MIN(), AT_MOST(5)}, .n_metrics = 2, .n = 3, .values = {{1, 6}, {2, 5}, {3, -9}},
     .want = "1 2 "},
    {.name = "two constraints", .metrics = {AT_LEAST(0), MIN(), AT_MOST(5)}, .n_metrics = 3, .n = 3,
     .values = {{1, 1, 6}, {-1, 2, 5}, {0, 3, 5}}, .want = "2 "},
    {.name = "two maximised", .metrics = {MAX(), MAX()}, .n_metrics = 2, .n = 5, .values = {{1, 5}, {2, 4}, {2, 3}, {5, 0}, {2, 4}},
     .want = "3 4 1 0 "},
    {.name = "two minimised", .metrics = {MIN(), MIN()}, .n_metrics = 2, .n = 4, .values = {{1, 5}, {2, 4}, {2, 6}, {5, 5}},
     .want = "0 1 "},
    {.name = "one of each", .metrics = {MIN(), MAX()}, .n_metrics = 2, .n = 3, .values = {{1, 5}, {0, 4}, {2, 5}}, .want = "1 0 "},
    {.name = "thresholds before the front",
     .metrics = {MAX(.has_threshold = true, .threshold = 2), MAX(.has_threshold = true, .threshold = 1)},
     .n_metrics = 2, .n = 4, .values = {{1, 5}, {2, 4}, {5, 0}, {3, 1}}, .want = "3 1 "},
    {.name = "two and a stored one", .metrics = {STORED, MAX(), MAX()}, .n_metrics = 3, .n = 3, .values = {{9, 1, 1}, {0, 2, 0}, {0, 1, 2}},
     .want = "1 2 "},
    {.name = "a front with failures", .metrics = {MAX(), MAX()}, .n_metrics = 2, .n = 3, .values = {{9, 9}, {1, 2}, {2, 1}},
     .failed = {true}, .want = "2 1 "},
    {.name = "search", .metrics = {AT_LEAST(1), AT_MOST(3)}, .n_metrics = 2, .n = 5,
     .values = {{1, 3}, {2, 3.1}, {4, 0}, {0, 0}, {4, 1}}, .want = "4 2 0 "},
    {.name = "search downwards", .metrics = {AT_MOST(3)}, .n_metrics = 1, .n = 3, .values = {{1}, {4}, {0}}, .want = "2 0 "},
    {.name = "tasks", .metrics = {MAX()}, .n_metrics = 1, .n = 4, .values = {{1}, {9}, {2}, {8}}, .with_tasks = true,
     .task = {0, 1, 0, 2}, .want = "2 0 "},
};

static void test_scene(const struct scene *scene)
{
    static const struct task tasks[] = {{1}, {0.5}, {0.1}};
    static const struct param param = {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1};
    struct problem problem = {.params = &param, .n_params = 1, .metrics = scene->metrics, .n_metrics = scene->n_metrics};
    if (scene->with_tasks) {
        problem.tasks = tasks;
        problem.n_tasks = 3;
    }
    struct trial trials[N_MAX];
    size_t ranked[N_MAX];
    for (size_t i = 0; i < scene->n; i++)
        trials[i] = (struct trial){
            .failed = scene->failed[i], .value = scene->values[i], .task = scene->task[i], .sequence = i + 1};
    size_t n = ranking_best(&problem, trials, scene->n, ranked);
    char text[64] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%zu ", ranked[i]);
    is_text(text, scene->want, scene->name);
}

static void test_unmoved(void)
{
    static const struct param param = {.kind = PARAM_DOUBLE, .lo = 0, .hi = 1};
    static const struct metric one = MIN(), two[2] = {MIN(), MAX()};
    static const double values[][2] = {{2, 2}, {3, 3}, {2, 1}, {2, 2}, {1, 1}, {0, 9}};
    struct problem plain = {.params = &param, .n_params = 1, .metrics = &one, .n_metrics = 1};
    struct problem front = {.params = &param, .n_params = 1, .metrics = two, .n_metrics = 2};
    struct trial trials[6];
    for (size_t i = 0; i < 6; i++)
        trials[i] = (struct trial){.failed = i == 5, .value = values[i], .sequence = i + 1};
    ok(ranking_unmoved(&plain, trials, 2, 4), "as good is not better");
    ok(!ranking_unmoved(&plain, trials, 2, 5), "better is");
    ok(ranking_unmoved(&plain, trials, 5, 6), "a failure is not");
    ok(ranking_unmoved(&front, trials, 2, 4), "beaten or equal points do not move a front");
    ok(!ranking_unmoved(&front, trials, 1, 4), "another end does");
    ok(!ranking_unmoved(&front, trials, 4, 6), "as well");
}

int main(void)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
        test_scene(&scenes[i]);
    test_unmoved();
    return tap_done();
}
