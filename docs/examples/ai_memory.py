"""Polynomials of features, in a process that may not have more than 100 MB more: too many features end in a MemoryError, a real one.

Nothing declares how many fit. A run in which an exception leaves the block has failed, and suggestions keep away from there.
"""
import resource
import warnings

import sigopt
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

BUDGET = 30
warnings.filterwarnings("ignore")  # of nearly singular matrices
train_X, test_X, train_y, test_y = train_test_split(*load_digits(return_X_y=True), train_size=500, test_size=500, random_state=1)


def train(components, degree, alpha):
    model = make_pipeline(PCA(components, random_state=1), PolynomialFeatures(degree), RidgeClassifier(alpha=alpha))
    return model.fit(train_X, train_y).score(test_X, test_y)


train(2, 1, 1.0)  # whatever is loaded late is loaded now
with open("/proc/self/statm", encoding="ascii") as file:
    size = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 100_000_000, resource.RLIM_INFINITY))

experiment = sigopt.create_experiment(
    name="Polynomials in little memory",
    parameters=[
        {"name": "components", "type": "int", "bounds": {"min": 2, "max": 40}},
        {"name": "degree", "type": "int", "bounds": {"min": 1, "max": 5}},
        {"name": "alpha", "type": "double", "bounds": {"min": 1e-3, "max": 1e6}, "transformation": "log"},
    ],
    metrics=[{"name": "accuracy", "objective": "maximize"}],
    budget=BUDGET,
)

failed = []
for number, run in enumerate(experiment.loop()):
    try:
        with run:
            run.log_metric("accuracy", train(**run.params))
    except MemoryError:
        failed.append(number)

best = next(experiment.get_best_runs())
print(f"experiment {experiment.id}: accuracy {best.values['accuracy'].value:.3f} with {dict(best.assignments)}; failed: {failed}")
