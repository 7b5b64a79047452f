"""Cheap tries on a part of the data, and few expensive ones on all of it: tasks with costs."""
from sigopt import Connection
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

BUDGET = 12  # in evaluations on all data
SHARE = {"tenth": 0.1, "third": 0.3, "all": 1.0}
train_X, test_X, train_y, test_y = train_test_split(*load_digits(return_X_y=True), test_size=0.4, random_state=1)

conn = Connection()
experiment = conn.experiments().create(
    name="Parts of the data",
    parameters=[{"name": "C", "type": "double", "bounds": {"min": 1e-3, "max": 1e3}, "transformation": "log"},
                {"name": "gamma", "type": "double", "bounds": {"min": 1e-7, "max": 1}, "transformation": "log"}],
    metrics=[{"name": "accuracy", "objective": "maximize"}],
    tasks=[{"name": name, "cost": cost} for name, cost in SHARE.items()],
    observation_budget=BUDGET,
    parallel_bandwidth=1,
)

tasks = []
while conn.experiments(experiment.id).fetch().progress.observation_budget_consumed < BUDGET:
    suggestion = conn.experiments(experiment.id).suggestions().create()
    tasks.append(suggestion.task.name)
    n = int(len(train_X) * SHARE[suggestion.task.name])
    model = SVC(**dict(suggestion.assignments)).fit(train_X[:n], train_y[:n])
    conn.experiments(experiment.id).observations().create(
        suggestion=suggestion.id, values=[{"name": "accuracy", "value": model.score(test_X, test_y)}])

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
print(f"experiment {experiment.id}: accuracy {best.values[0].value:.3f} on all data with {dict(best.assignments)}; evaluations: "
      + ", ".join(f"{tasks.count(name)} on {name}" for name in SHARE))
