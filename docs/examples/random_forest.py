"""A random forest on handwritten digits: whole numbers, a share, categories; one metric, measured with its standard error."""
import math
import statistics

from sigopt import Connection
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

BUDGET = 20
X, y = load_digits(return_X_y=True)

conn = Connection()
experiment = conn.experiments().create(
    name="Random forest",
    parameters=[
        {"name": "trees", "type": "int", "bounds": {"min": 5, "max": 60}},
        {"name": "depth", "type": "int", "bounds": {"min": 2, "max": 20}},
        {"name": "features", "type": "double", "bounds": {"min": 0.02, "max": 1.0}},
        {"name": "criterion", "type": "categorical", "categorical_values": ["gini", "entropy"]},
    ],
    metrics=[{"name": "accuracy", "objective": "maximize"}],
    observation_budget=BUDGET,
)

for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    a = suggestion.assignments
    forest = RandomForestClassifier(a["trees"], max_depth=a["depth"], max_features=a["features"], criterion=a["criterion"],
                                    random_state=0)
    scores = cross_val_score(forest, X[:600], y[:600], cv=3)
    conn.experiments(experiment.id).observations().create(
        suggestion=suggestion.id,
        values=[{"name": "accuracy", "value": scores.mean(), "value_stddev": statistics.stdev(scores) / math.sqrt(len(scores))}],
    )

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
print(f"experiment {experiment.id}: accuracy {best.values[0].value:.3f} with {dict(best.assignments)}")
