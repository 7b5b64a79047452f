// Runs of experiments (API reference 2.8): how one is created, with the suggestion that is made for it.
#include <math.h>
#include <string.h>

#include "api/advisor.h"
#include "api/definition.h"
#include "api/expect.h"
#include "api/experiments.h"
#include "api/handout.h"
#include "api/route.h"
#include "api/training_run_outcome.h"
#include "api/training_run_write.h"
#include "api/training_runs.h"
#include "storage/experiment.h"
#include "storage/suggestion.h"
#include "storage/training_run.h"

// What a run's assignments_meta and assignments_sources call the optimizer.
#define SOURCE "SigOpt"

// ------------------------------------------------------------------ storing

static enum err_code store(struct call *call)
{
    struct training_run_record *run = &call->run;
    enum err_code code = training_run_insert(call->tx, run, &call->err);
    if (code == ERR_NONE)
        code = experiment_touch(call->tx, run->experiment_id, call->now, &call->err);
    if (code == ERR_NONE)
        training_run_write(&call->out, run);
    return code;
}

static struct run_entry *add_entry(struct run_change *change, enum run_section section, const char *key)
{
    struct run_edit *edit = &change->edits[change->n_edits++];
    *edit = (struct run_edit){.entry = {.section = section, .key = key, .number = (double)NAN, .extra = (double)NAN}};
    return &edit->entry;
}

// The run gets what is suggested; that wins where both say something.
static enum err_code assign(struct call *call, const struct definition *definition, const struct suggestion_record *suggestion)
{
    const struct assignment *shown;
    size_t n;
    struct run_change change = run_change_none();
    assignments_shown(call->arena, definition, suggestion->assignments, suggestion->n_assignments, &shown, &n);
    change.edits = arena_alloc(call->arena, 2 * n + 1, sizeof *change.edits);
    for (size_t i = 0; i < n; i++) {
        struct run_entry *entry = add_entry(&change, RUN_ASSIGNMENTS, shown[i].name);
        entry->text = shown[i].text;
        if (shown[i].text == NULL)
            entry->number = shown[i].number;
        add_entry(&change, RUN_ASSIGNMENTS_META, shown[i].name)->text = SOURCE;
    }
    struct run_entry *source = add_entry(&change, RUN_ASSIGNMENTS_SOURCES, SOURCE);
    source->number = 1; // sort
    source->extra = 1;  // default_show
    run_change_sort(&change);
    return run_change_apply(call, &change, &call->run);
}

// An advice_store_fn: the suggestion, and the run that it was made for.
static enum err_code store_both(struct call *call, const struct definition *definition, struct suggestion_record *suggestion)
{
    enum err_code code = suggestion_insert(call->tx, suggestion, &call->err);
    if (code != ERR_NONE)
        return code;
    call->run.suggestion_id = suggestion->id;
    code = assign(call, definition, suggestion);
    return code == ERR_NONE ? store(call) : code;
}

// ------------------------------------------------------------------ a run that says what it varies, or how it ended

static bool is_parameter(const struct definition *definition, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(definition->parameters[i].name, name) == 0)
            return true;
    return false;
}

// Whether the body assigns a parameter of the experiment.
static bool assigns_parameters(const struct call *call, const struct definition *definition)
{
    const struct json *v = json_first(json_member(call->body, "assignments"));
    while (v != NULL && (expect_absent(v) || !is_parameter(definition, definition->n_parameters, json_key(v))))
        v = json_next(v);
    return v != NULL;
}

// Of what the body assigns, that which the experiment knows. *found is false when that is no point of its space.
static enum err_code read_point(struct call *call, const struct definition *definition, bool *found, struct assignment **out, size_t *n)
{
    struct json_writer w = {.depth = 0};
    struct json *known = NULL;
    json_begin_object(&w);
    for (const struct json *v = json_first(json_member(call->body, "assignments")); v != NULL; v = json_next(v)) {
        if (!is_parameter(definition, definition_dimension(definition), json_key(v)))
            continue;
        json_put_key(&w, json_key(v));
        json_put_value(&w, v);
    }
    json_end_object(&w);
    enum err_code code = json_parse(w.out.data, w.out.len, &known, &call->err);
    json_writer_clear(&w);
    if (code == ERR_NONE)
        code = assignments_read(call->arena, definition, known, ".assignments", out, n, &call->err);
    json_free(known);
    *found = code == ERR_NONE;
    return code == ERR_INVALID ? ERR_NONE : code;
}

// Finished already: nothing is suggested any more, but the optimizer learns what came of it.
static enum err_code create_finished(struct call *call)
{
    struct definition definition;
    struct assignment *assignments;
    size_t n;
    bool found = false;
    enum err_code code = handout_reload(call, &definition);
    if (code == ERR_NONE)
        code = read_point(call, &definition, &found, &assignments, &n);
    if (code == ERR_NONE && found)
        code = run_outcome_create(call, &definition, assignments, n, &call->run);
    if (found)
        call->committed = advisor_committed;
    return code == ERR_NONE ? store(call) : code;
}

// A point of the user's choice is a suggestion like any other.
static enum err_code create_chosen(struct call *call)
{
    struct definition definition;
    struct assignment *assignments;
    bool found = false;
    struct suggestion_record suggestion = handout_chosen(call, SOURCE_EXPLICIT);
    enum err_code code = handout_reload(call, &definition);
    if (code == ERR_NONE)
        code = read_point(call, &definition, &found, &assignments, &suggestion.n_assignments);
    if (code != ERR_NONE || !found)
        return code == ERR_NONE ? store(call) : code;
    suggestion.assignments = assignments;
    return store_both(call, &definition, &suggestion);
}

// ------------------------------------------------------------------ create

static void write_finished(struct call *call)
{
    call_write(call, create_finished);
}

static void write_chosen(struct call *call)
{
    call_write(call, create_chosen);
}

enum err_code aiexperiment_run_create(struct call *call)
{
    const struct experiment_record *experiment = &call->experiment;
    struct run_change change;
    struct definition definition;
    call->run = training_run_new(call, experiment->project_id, experiment->project_reference, experiment->id);
    enum err_code code = experiment_refuse_deleted(call);
    if (code == ERR_NONE)
        code = run_change_read(call, call->body, "", RUN_CREATE, &call->run, &change);
    if (code == ERR_NONE)
        code = run_change_apply(call, &change, &call->run);
    if (code == ERR_NONE)
        code = definition_load(call->arena, experiment, &definition, &call->err);
    if (code != ERR_NONE)
        return code;
    if (call->run.state == RUN_ACTIVE && !assigns_parameters(call, &definition))
        return handout_begin(call, &(struct handout){.store = store_both});
    call->next = call->run.state == RUN_ACTIVE ? write_chosen : write_finished;
    return ERR_NONE;
}
