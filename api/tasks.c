#include "api/tasks.h"

#include <stdlib.h>
#include <string.h>

#include "api/expect.h"

enum { NAME_MAX_LENGTH = 100, TASKS_MAX = 1000 }; // the second is ours: names are compared in pairs

// ------------------------------------------------------------------ reading

static enum err_code read_one(struct arena *arena, const struct json *v, const char *field, struct task_definition *task,
                              struct err *err)
{
    static const char *const known[] = {"name", "cost", "object", NULL}, *const kinds[] = {"task", NULL};
    const struct json *name, *cost, *kind = json_member(v, "object");
    char path[EXPECT_FIELD_MAX];
    size_t index;
    if (expect_kind(v, JSON_OBJECT, field, err) != ERR_NONE || expect_keys(v, known, field, err) != ERR_NONE ||
        expect_member(v, "name", field, &name, err) != ERR_NONE ||
        expect_name(arena, name, NAME_MAX_LENGTH, expect_path(path, field, "name"), &task->name, err) != ERR_NONE ||
        expect_member(v, "cost", field, &cost, err) != ERR_NONE ||
        expect_number(cost, expect_path(path, field, "cost"), &task->cost, err) != ERR_NONE)
        return ERR_INVALID;
    if (!(task->cost > 0 && task->cost <= 1))
        return err_set(err, ERR_INVALID, path, "%s must be greater than 0 and at most 1", path);
    if (kind != NULL)
        return expect_one_of(kind, kinds, expect_path(path, field, "object"), &index, err);
    return ERR_NONE;
}

static int compare_costs(const void *a, const void *b)
{
    const struct task_definition *x = a, *y = b;
    return (x->cost < y->cost) - (x->cost > y->cost);
}

static enum err_code check_list(const char *field, const struct task_definition *tasks, size_t n, struct err *err)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(tasks[i].name, tasks[j].name) == 0)
                return err_set(err, ERR_INVALID, field, "%s has the duplicate name \"%s\"", field, tasks[i].name);
    if (tasks[0].cost < 1)
        return err_set(err, ERR_INVALID, field, "%s must have exactly one task with a cost of 1", field);
    for (size_t i = 1; i < n; i++)
        if (!(tasks[i].cost < tasks[i - 1].cost))
            return err_set(err, ERR_INVALID, field, "%s has the duplicate cost %g", field, tasks[i].cost);
    return ERR_NONE;
}

enum err_code tasks_read(struct arena *arena, const struct json *array, const char *field, const struct task_definition **list,
                         size_t *n, struct err *err)
{
    *list = NULL;
    *n = 0;
    if (expect_unused(array))
        return ERR_NONE;
    if (expect_kind(array, JSON_ARRAY, field, err) != ERR_NONE)
        return ERR_INVALID;
    size_t size = json_size(array), i = 0;
    if (size < 2)
        return err_set(err, ERR_INVALID, field, "%s must have at least 2 tasks", field);
    if (size > TASKS_MAX)
        return err_set(err, ERR_INVALID, field, "%s must have at most %d tasks", field, TASKS_MAX);
    struct task_definition *tasks = arena_alloc(arena, size, sizeof *tasks);
    for (const struct json *v = json_first(array); v != NULL; v = json_next(v), i++) {
        char path[EXPECT_FIELD_MAX];
        if (read_one(arena, v, expect_item_path(path, field, i), &tasks[i], err) != ERR_NONE)
            return ERR_INVALID;
    }
    qsort(tasks, size, sizeof *tasks, compare_costs);
    *list = tasks;
    *n = size;
    return check_list(field, tasks, size, err);
}

bool tasks_find(const struct task_definition *list, size_t n, const char *name, size_t *index)
{
    for (*index = 0; *index < n; ++*index)
        if (strcmp(list[*index].name, name) == 0)
            return true;
    return false;
}

enum err_code task_read(const struct json *v, const char *field, const struct task_definition *list, size_t n,
                        const struct task_definition **task, struct err *err)
{
    char path[EXPECT_FIELD_MAX];
    size_t index;
    if (json_kind(v) == JSON_OBJECT) {
        if (expect_member(v, "name", field, &v, err) != ERR_NONE)
            return ERR_INVALID;
        field = expect_path(path, field, "name");
    } else if (json_kind(v) != JSON_STRING) {
        return expect_type(v, field, "string or object", err);
    }
    if (expect_kind(v, JSON_STRING, field, err) != ERR_NONE)
        return ERR_INVALID;
    if (!tasks_find(list, n, json_string(v), &index))
        return err_set(err, ERR_INVALID, field, "%s: \"%s\" is not a task of the experiment", field, json_string(v));
    *task = &list[index];
    return ERR_NONE;
}

// ------------------------------------------------------------------ writing

void task_write(struct json_writer *w, const struct task_definition *task)
{
    json_begin_object(w);
    json_member_string(w, "object", "task");
    json_member_string(w, "name", task->name);
    json_member_double(w, "cost", task->cost);
    json_end_object(w);
}

void tasks_write(struct json_writer *w, const struct task_definition *list, size_t n)
{
    json_begin_array(w);
    for (size_t i = 0; i < n; i++)
        task_write(w, &list[i]);
    json_end_array(w);
}
