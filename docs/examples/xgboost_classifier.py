"""XGBoost under a limit of memory: where trees x leaves is too much the training is not possible, and that is all we report."""
import warnings

import xgboost
from sigopt import Connection
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

BUDGET, LEAVES = 30, 4000
warnings.filterwarnings("ignore")
train_X, test_X, train_y, test_y = train_test_split(*load_breast_cancer(return_X_y=True), test_size=0.4, random_state=1)


def train(a):
    """Area under the curve; MemoryError where the machine of this story is too small."""
    if a["rounds"] * 2 ** a["depth"] > LEAVES:
        raise MemoryError
    model = xgboost.XGBClassifier(n_estimators=a["rounds"], max_depth=a["depth"], learning_rate=a["eta"],
                                  subsample=a["subsample"], n_jobs=1, random_state=1)
    return roc_auc_score(test_y, model.fit(train_X, train_y).predict_proba(test_X)[:, 1])


conn = Connection()
experiment = conn.experiments().create(
    name="XGBoost in little memory",
    parameters=[
        {"name": "rounds", "type": "int", "bounds": {"min": 10, "max": 300}},
        {"name": "depth", "type": "int", "bounds": {"min": 1, "max": 10}},
        {"name": "eta", "type": "double", "bounds": {"min": 0.001, "max": 1.0}, "transformation": "log"},
        {"name": "subsample", "type": "double", "bounds": {"min": 0.3, "max": 1.0}},
    ],
    metrics=[{"name": "auc", "objective": "maximize"}],
    observation_budget=BUDGET,
)

failures = []
for number in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    try:
        report = {"values": [{"name": "auc", "value": train(suggestion.assignments)}]}
    except MemoryError:
        report = {"failed": True}
        failures.append(number)
    conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report)

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
print(f"experiment {experiment.id}: area {best.values[0].value:.4f} with {dict(best.assignments)}; failed: {failures}")
