// Tasks: cheaper and full ways to evaluate a point (API reference 2.1).
//
// Everything that is read lives in the arena it was read into.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "base/memory.h"

struct task_definition {
    const char *name;
    double cost; // (0, 1]; of the full one exactly 1
};

// Reads the array of an experiment; what says "none" (null, empty) gives none. *list is sorted by cost, the full task first.
// ERR_INVALID with the JSON path of the first violation.
enum err_code tasks_read(struct arena *arena, const struct json *array, const char *field, const struct task_definition **list,
                         size_t *n, struct err *err);
// Writes the array as the API shows it, and one of its items.
void tasks_write(struct json_writer *w, const struct task_definition *list, size_t n);
void task_write(struct json_writer *w, const struct task_definition *task);

// The place of a name in the list, or false.
bool tasks_find(const struct task_definition *list, size_t n, const char *name, size_t *index);
// The task that a suggestion or observation names: by a string, or by an object with `name`. ERR_INVALID.
enum err_code task_read(const struct json *v, const char *field, const struct task_definition *list, size_t n,
                        const struct task_definition **task, struct err *err);
