#include "api/grid.h"

static const int64_t SIZE_MAX_EXACT = INT64_C(1) << 53;

static int64_t levels(const struct parameter *parameter)
{
    return (int64_t)(parameter->type == PARAMETER_CATEGORICAL ? parameter->n_categories : parameter->n_grid);
}

bool grid_size(const struct definition *definition, int64_t *size)
{
    *size = 1;
    for (size_t i = 0; i < definition->n_parameters; i++) {
        int64_t n = levels(&definition->parameters[i]);
        if (*size > SIZE_MAX_EXACT / n)
            return false;
        *size *= n;
    }
    return true;
}

void grid_point(const struct definition *definition, int64_t index, double *x)
{
    for (size_t i = 0; i < definition->n_parameters; i++) {
        const struct parameter *parameter = &definition->parameters[i];
        int64_t n = levels(parameter), level = index % n;
        x[i] = parameter->type == PARAMETER_CATEGORICAL ? (double)level : parameter->grid[level];
        index /= n;
    }
}
