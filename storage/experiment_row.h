// How a row of the experiment table, with its definition and project, becomes a record. For the rooms of experiments only.
#pragma once

#include "storage/query.h"
#include "storage/record.h"

// The definition is joined from the left so that the planner always starts at the experiment, whose index has the order.
#define EXPERIMENT_SELECT                                                                                                     \
    "SELECT e.id, e.client_id, e.user_id, e.project_id, p.reference, e.name, e.type, e.deleted, e.development, e.runs_only,"  \
    " e.created, e.updated, e.observation_budget, e.parallel_bandwidth, e.num_solutions, d.metadata, d.parameters,"           \
    " d.metrics, d.conditionals, d.linear_constraints, d.tasks, d.retired_categories, e.epoch, e.sequence, e.ordinal,"        \
    " e.n_initial, e.n_model, e.observation_count, e.budget_consumed,"                                                        \
    " e.first_observation_id, e.last_observation_id, e.best_observation_id, e.suggestion_count, e.open_suggestion_count,"    \
    " e.cold_ordinal, e.active_run_count, e.finished_run_count"                                                               \
    " FROM experiment e LEFT JOIN experiment_definition d ON d.experiment_id = e.id LEFT JOIN project p ON p.id = e.project_id"

// Reads a row of EXPERIMENT_SELECT into a struct experiment_record.
void experiment_read(struct query *q, struct arena *arena, void *target);
