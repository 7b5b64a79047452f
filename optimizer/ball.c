#include "optimizer/ball.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "optimizer/linalg.h"
#include "optimizer/simplex.h"

enum { NEWTON_STEPS = 100 };
static const double NEWTON_ENOUGH = 1e-3; // decrement at which a point is the centre for our purposes

double ball_inscribe(const double *a, const double *b, size_t m, size_t n, double *y)
{
    size_t rows = m + 2 * n, width = n + 2;
    double *tableau = mem_calloc((rows + 1) * width + n + 1, sizeof *tableau), *solution = tableau + (rows + 1) * width;
    double shift = 1, radius = -HUGE_VAL; // the variable is radius + shift: y = 0 is feasible with radius -shift
    for (size_t j = 0; j < m; j++)
        shift = fmax(shift, -b[j]);
    for (size_t j = 0; j < m; j++) {
        memcpy(tableau + j * width, a + j * n, n * sizeof *tableau);
        tableau[j * width + n] = 1;
        tableau[j * width + n + 1] = b[j] + shift;
    }
    for (size_t i = 0; i < n; i++) { // the box
        double *upper = tableau + (m + i) * width, *lower = tableau + (m + n + i) * width;
        upper[i] = 1;
        lower[i] = -1;
        upper[n] = lower[n] = 1;
        upper[n + 1] = 1 + shift;
        lower[n + 1] = shift;
    }
    tableau[rows * width + n] = -1;
    if (simplex_maximize(tableau, rows, n + 1, solution, &radius) == ERR_NONE) {
        memcpy(y, solution, n * sizeof *y);
        radius -= shift;
    } else {
        radius = -HUGE_VAL;
    }
    free(tableau);
    return radius;
}

// Gradient [n] and Hessian [n x n] of the barrier at y. False: y is not inside.
static bool barrier(const double *a, const double *b, size_t m, size_t n, const double *y, double *gradient, double *hessian)
{
    memset(hessian, 0, n * n * sizeof *hessian);
    for (size_t i = 0; i < n; i++) {
        double low = y[i], high = 1 - y[i];
        if (!(low > 0 && high > 0))
            return false;
        gradient[i] = 1 / high - 1 / low;
        hessian[i * n + i] = 1 / (low * low) + 1 / (high * high);
    }
    for (size_t j = 0; j < m; j++) {
        const double *row = a + j * n;
        double room = b[j] - linalg_dot(row, y, n);
        if (!(room > 0))
            return false;
        for (size_t i = 0; i < n; i++) {
            gradient[i] += row[i] / room;
            for (size_t k = 0; k <= i; k++)
                hessian[i * n + k] += row[i] / room * (row[k] / room);
        }
    }
    return true;
}

enum err_code ball_centre(const double *a, const double *b, size_t m, size_t n, double *y, double *root)
{
    double *gradient = mem_calloc(n, sizeof *gradient), unused;
    enum err_code code = ERR_NUMERIC;
    for (size_t step = 0; step < NEWTON_STEPS; step++) {
        if (!barrier(a, b, m, n, y, gradient, root) || linalg_cholesky(root, n, &unused) != ERR_NONE)
            break;
        linalg_solve_lower(root, n, gradient);
        double decrement = sqrt(linalg_dot(gradient, gradient, n));
        code = ERR_NONE;
        if (decrement < NEWTON_ENOUGH || step + 1 == NEWTON_STEPS)
            break;
        code = ERR_NUMERIC;
        linalg_solve_lower_transposed(root, n, gradient);
        for (size_t i = 0; i < n; i++)
            y[i] -= gradient[i] / (1 + decrement); // stays inside: the Dikin ellipsoid does
    }
    free(gradient);
    return code;
}
