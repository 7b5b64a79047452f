"""Old measurements first: a table of what was tried by hand, failures included, and then only a few suggestions."""
import csv
import io
import warnings

from sigopt import Connection
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
OLD = """units,rate,accuracy
16,0.0001,
16,0.01,0.918
64,0.001,0.848
64,0.03,0.969
128,0.3,0.690
256,0.003,0.960
256,1.0,
32,0.5,
"""
BUDGET = 18
train_X, test_X, train_y, test_y = train_test_split(*load_digits(return_X_y=True), test_size=0.5, random_state=1)


def train(a):
    """Accuracy of a small network; None when it has learnt nothing."""
    model = MLPClassifier(a["units"], learning_rate_init=a["rate"], max_iter=15, random_state=0)
    accuracy = model.fit(train_X / 16, train_y).score(test_X / 16, test_y)
    return accuracy if accuracy > 0.3 else None


def report(accuracy):
    return {"failed": True} if accuracy is None else {"values": [{"name": "accuracy", "value": accuracy}]}


conn = Connection()
experiment = conn.experiments().create(
    name="Goes on from old data",
    parameters=[{"name": "units", "type": "int", "bounds": {"min": 4, "max": 256}},
                {"name": "rate", "type": "double", "bounds": {"min": 1e-4, "max": 1}, "transformation": "log"}],
    metrics=[{"name": "accuracy", "objective": "maximize"}],
    observation_budget=BUDGET,
)

conn.experiments(experiment.id).observations().create_batch(observations=[
    {"assignments": {"units": int(row["units"]), "rate": float(row["rate"])},
     **report(float(row["accuracy"]) if row["accuracy"] else None)}
    for row in csv.DictReader(io.StringIO(OLD))
])

for _ in range(BUDGET - conn.experiments(experiment.id).fetch().progress.observation_count):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report(train(suggestion.assignments)))

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
print(f"experiment {experiment.id}: accuracy {best.values[0].value:.3f} with {dict(best.assignments)}; the table had 0.969")
