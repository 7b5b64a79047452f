"""Logistic regression: not every solver knows every penalty, and scikit-learn says so only by an exception.

Nobody has to write down which combinations are allowed. What raises is reported as failed, and suggestions stay away from it.
"""
import warnings

from sigopt import Connection
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

BUDGET = 30
warnings.filterwarnings("ignore")
X, y = load_wine(return_X_y=True)


def evaluate(a):
    model = LogisticRegression(C=a["C"], solver=a["solver"], penalty=a["penalty"], l1_ratio=a["l1_ratio"], max_iter=200)
    return cross_val_score(make_pipeline(StandardScaler(), model), X, y, cv=4, error_score="raise").mean()


conn = Connection()
experiment = conn.experiments().create(
    name="Solvers and penalties",
    parameters=[
        {"name": "C", "type": "double", "bounds": {"min": 1e-4, "max": 100}, "transformation": "log"},
        {"name": "l1_ratio", "type": "double", "bounds": {"min": 0, "max": 1}},
        {"name": "solver", "type": "categorical", "categorical_values": ["lbfgs", "liblinear", "newton-cg", "sag", "saga"]},
        {"name": "penalty", "type": "categorical", "categorical_values": ["l1", "l2", "elasticnet"]},
    ],
    metrics=[{"name": "accuracy", "objective": "maximize"}],
    observation_budget=BUDGET,
)

failed = []
for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    try:
        report = {"values": [{"name": "accuracy", "value": evaluate(suggestion.assignments)}]}
    except ValueError as problem:
        report = {"failed": True, "metadata": {"reason": str(problem)[:200]}}
    failed.append("failed" in report)
    conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report)

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
half = BUDGET // 2
print(f"experiment {experiment.id}: accuracy {best.values[0].value:.3f} with {dict(best.assignments)}; "
      f"failed: {sum(failed[:half])} of the first {half}, {sum(failed[half:])} of the last {half}")
