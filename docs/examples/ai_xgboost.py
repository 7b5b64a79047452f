"""SigOpt's integration for XGBoost: a space, a metric and all logging are chosen for you."""
import sigopt.xgboost
import xgboost
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

train_X, test_X, train_y, test_y = train_test_split(*load_breast_cancer(return_X_y=True), test_size=0.4, random_state=1)
train, test = xgboost.DMatrix(train_X, train_y), xgboost.DMatrix(test_X, test_y)
fixed = {"objective": "binary:logistic", "nthread": 1}

alone = sigopt.xgboost.run(fixed, train, num_boost_round=10, evals=[(test, "test")], verbose_eval=False, run_options={"name": "As it is"})
alone.run.end()
before = sigopt.get_run(alone.run.id).values["test-F1"].value

experiment = sigopt.xgboost.experiment({"name": "Tuned", "budget": 15, "metrics": "F1"}, train, [(test, "test")], fixed)
best = next(experiment.get_best_runs())
tuned = {p.name: best.assignments[p.name] for p in experiment.parameters}
print(f"experiment {experiment.id}: F1 {before:.3f} as it is, {best.values['test-F1'].value:.3f} with {tuned}")
