"""A support vector machine whose kernel decides which other parameters exist."""
from sigopt import Connection
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC

BUDGET = 25
X, y = load_digits(return_X_y=True)

conn = Connection()
experiment = conn.experiments().create(
    name="Kernels",
    conditionals=[{"name": "kernel", "values": ["linear", "poly", "rbf"]}],
    parameters=[
        {"name": "C", "type": "double", "bounds": {"min": 1e-3, "max": 100}, "transformation": "log"},
        {"name": "gamma", "type": "double", "bounds": {"min": 1e-6, "max": 1}, "transformation": "log",
         "conditions": {"kernel": ["rbf", "poly"]}},
        {"name": "degree", "type": "int", "bounds": {"min": 2, "max": 6}, "conditions": {"kernel": ["poly"]}},
    ],
    metrics=[{"name": "accuracy", "objective": "maximize"}],
    observation_budget=BUDGET,
)

kernels = []
for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    kernels.append(suggestion.assignments["kernel"])
    score = cross_val_score(SVC(**dict(suggestion.assignments)), X[:500], y[:500], cv=3).mean()  # absent: not a parameter of this kernel
    conn.experiments(experiment.id).observations().create(
        suggestion=suggestion.id, values=[{"name": "accuracy", "value": score}])

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
print(f"experiment {experiment.id}: accuracy {best.values[0].value:.3f} with {dict(best.assignments)}; "
      + ", ".join(f"{kernel} {kernels.count(kernel)} x" for kernel in sorted(set(kernels))))
