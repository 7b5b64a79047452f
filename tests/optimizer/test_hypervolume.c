// Area of a front and its expected growth: by hand, by identities, against Monte Carlo, far out.
#include "optimizer/hypervolume.h"

#include <math.h>

#include "optimizer/random.h"
#include "optimizer/runtime.h"
#include "optimizer/special.h"
#include "tests/tap.h"

static const double a3[] = {0.5, 0.2, 0.9, 0.6, 0.5}, b3[] = {0.5, 0.8, 0.1, 0.6, 0.5}, unit[] = {1, 1};

static void test_front(void)
{
    struct front front;
    front_init(&front, a3, b3, 5, unit);
    is_int(front.n, 3, "dominated and equal points are left out");
    is_near(front_area(&front), 0.3 * 0.2 + 0.4 * 0.5 + 0.1 * 0.9, 1e-15, "the area, by hand");
    front_init(&front, NULL, NULL, 0, unit);
    is_near(front_area(&front), 0, 0, "no point, no area");
    front_init(&front, (double[]){1, 0.3}, (double[]){0, 1}, 2, unit);
    is_int(front.n, 0, "on the reference there is no area");
}

// Area by counting the cells of a grid whose lower corner is dominated.
static double counted(const double *a, const double *b, size_t n)
{
    enum { CELLS = 1000 };
    size_t count = 0;
    for (size_t i = 0; i < CELLS; i++)
        for (size_t j = 0; j < CELLS; j++)
            for (size_t k = 0; k < n; k++)
                if (a[k] <= (double)i / CELLS && b[k] <= (double)j / CELLS) {
                    count++;
                    break;
                }
    return (double)count / CELLS / CELLS;
}

static void test_random_fronts(void)
{
    struct random random = random_stream(1, 2, 3);
    for (size_t round = 0; round < 20; round++) {
        double a[12], b[12], swapped;
        for (size_t i = 0; i < 12; i++) {
            a[i] = random_uniform(&random);
            b[i] = random_uniform(&random);
        }
        struct front front, other;
        front_init(&front, a, b, 12, unit);
        front_init(&other, b, a, 12, unit);
        swapped = front_area(&other);
        is_near(front_area(&front), counted(a, b, 12), 0.005, "as counted");
        is_near(front_area(&front), swapped, 1e-14, "the metrics may change places");
        front_init(&other, a, b, 5, unit);
        front_add(&other, a + 5, b + 5, 7);
        is_near(front_area(&other), front_area(&front), 1e-14, "points may come later");
        front_init(&other, a, b, 11, unit);
        ok(front_area(&other) <= front_area(&front) + 1e-15, "a further point takes nothing away");
        // What a point without uncertainty adds is the difference.
        const double mu[] = {a[11], b[11]}, var[] = {0, 0};
        double growth = exp(front_log_improvement(&other, mu, var));
        is_near(growth, front_area(&front) - front_area(&other), 2e-4, "a certain point");
    }
}

static void test_many_points(void)
{
    enum { N = 1000 };
    static double a[N], b[N];
    struct front front;
    for (size_t i = 0; i < N; i++) {
        a[i] = (double)i / N;
        b[i] = 1 - a[i] * a[i];
    }
    front_init(&front, a, b, N, unit);
    is_int(front.n, FRONT_MAX, "no more than can be kept");
    double area = 1.0 / 3; // of a^2 between 0 and 1
    ok(front_area(&front) > 0.97 * area && front_area(&front) < area, "which are nearly as good: %g", front_area(&front));
    bool sorted = true;
    for (size_t i = 1; i < front.n; i++)
        sorted = sorted && front.a[i] > front.a[i - 1] && front.b[i] < front.b[i - 1];
    ok(sorted, "in order");
}

static double simulated(const struct front *front, const double mu[2], const double sd[2])
{
    struct random random = random_stream(7, 8, 9);
    double total = 0, before = front_area(front);
    size_t n = 200000;
    for (size_t s = 0; s < n; s++) {
        double a[FRONT_MAX + 1], b[FRONT_MAX + 1];
        for (size_t i = 0; i < front->n; i++) {
            a[i] = front->a[i];
            b[i] = front->b[i];
        }
        a[front->n] = mu[0] + sd[0] * random_normal(&random);
        b[front->n] = mu[1] + sd[1] * random_normal(&random);
        struct front grown;
        front_init(&grown, a, b, front->n + 1, front->ref);
        total += front_area(&grown) - before;
    }
    return total / (double)n;
}

static void test_improvement(void)
{
    struct front front;
    front_init(&front, a3, b3, 5, unit);
    const double mu[] = {0.45, 0.35}, var[] = {0.04, 0.09}, sd[] = {0.2, 0.3};
    double got = exp(front_log_improvement(&front, mu, var));
    is_near(got, simulated(&front, mu, sd), 0.01, "Monte Carlo");
    const double far[] = {0.95, 0.9}, wide[] = {0.25, 0.16};
    is_near(exp(front_log_improvement(&front, far, wide)), simulated(&front, far, (double[]){0.5, 0.4}), 0.01, "a dominated mean");
    front_init(&front, NULL, NULL, 0, unit);
    is_near(front_log_improvement(&front, mu, var), special_log_ei(0.45, 0.04, 1) + special_log_ei(0.35, 0.09, 1), 1e-12,
            "of an empty front: the product of two expected improvements");
    // One point far to the left: only below it there is room.
    front_init(&front, (double[]){-50}, (double[]){0.5}, 1, unit);
    double width = exp(special_log_ei(0.45, 0.04, 1)) - 0;
    is_near(exp(front_log_improvement(&front, mu, var)), width * exp(special_log_ei(0.35, 0.09, 0.5)), 1e-9,
            "of a wide strip: width times depth");
}

static void test_far(void)
{
    static const double MUS[] = {-1e300, -1e8, -3, 0, 0.5, 3, 40, 1e8, 1e300}, VARS[] = {0, 1e-12, 1, 1e12};
    struct front front;
    front_init(&front, a3, b3, 5, unit);
    bool numbers = true;
    for (size_t i = 0; i < 9; i++)
        for (size_t j = 0; j < 9; j++)
            for (size_t v = 0; v < 16; v++) {
                const double mu[] = {MUS[i], MUS[j]}, var[] = {VARS[v / 4], VARS[v % 4]};
                double value = front_log_improvement(&front, mu, var);
                numbers = numbers && !isnan(value) && value < HUGE_VAL;
            }
    ok(numbers, "always a number");
    double near = front_log_improvement(&front, (double[]){20, 20}, (double[]){0.01, 0.01});
    double away = front_log_improvement(&front, (double[]){21, 20}, (double[]){0.01, 0.01});
    ok(isfinite(near) && near < -1000 && away < near, "where the growth itself is 0, nearer is better: %g, %g", near, away);
}

int main(void)
{
    runtime_init();
    TAP_RUN(test_front);
    TAP_RUN(test_random_fronts);
    TAP_RUN(test_many_points);
    TAP_RUN(test_improvement);
    TAP_RUN(test_far);
    return tap_done();
}
