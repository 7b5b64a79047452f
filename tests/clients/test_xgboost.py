"""SigOpt's XGBoost integration on the small data sets of scikit-learn, as its users call it."""
import contextlib
import io
import unittest

import server

FIXED = {"objective": "binary:logistic", "nthread": 1}


def setUpModule():
    global running, http, sigopt, xgboost, tumours, patients
    running = server.Server("xgboost")
    running.connection()
    http = running.client()
    import sigopt.xgboost
    import xgboost
    from sklearn.datasets import load_breast_cancer, load_diabetes

    def halves(X, y):
        return xgboost.DMatrix(X[::2], y[::2]), xgboost.DMatrix(X[1::2], y[1::2])
    tumours, patients = halves(*load_breast_cancer(return_X_y=True)), halves(*load_diabetes(return_X_y=True))


def tearDownModule():
    http.close()
    assert running.stop() == 0


def fetched(run):
    """The run as the server has it now, as JSON."""
    return http.want("GET", f"/v1/training_runs/{run.id}")


class Run(unittest.TestCase):
    def test_classification(self):
        train, test = tumours
        with contextlib.redirect_stdout(io.StringIO()) as screen:
            made = sigopt.xgboost.run({**FIXED, "max_depth": 3, "eta": 0.3, "eval_metric": ["logloss", "auc"]}, train, num_boost_round=12,
                                      evals=[(test, "val"), (train, "train")], verbose_eval=4, run_options={"name": "one run"})
        self.assertIsInstance(made.model, xgboost.Booster)
        record = fetched(made.run)
        self.assertEqual((record["name"], record["state"], record["checkpoint_count"]), ("one run", "active", 4))
        made.run.end()
        self.check_parameters(record)
        values = {k: v["value"] for k, v in record["values"].items()}
        self.assertEqual(set(values), {"Training time"} | {f"{data}-{metric}" for data in ("val", "train")
                                                           for metric in ("logloss", "auc", "accuracy", "F1", "precision", "recall")})
        self.assertGreater(values["val-auc"], 0.95)
        self.assertEqual(set(record["datasets"]), {"val", "train"})
        self.assertEqual((record["model"]["type"], record["metadata"]["XGBoost Version"]), ("XGBoost", xgboost.__version__))
        self.assertEqual((record["metadata"]["Dataset rows"], record["dev_metadata"]), (train.num_row(), {"_IS_XGB_RUN": 1}))
        importances = record["sys_metadata"]["feature_importances"]
        self.assertEqual((importances["type"], importances["scores"]), ("weight", made.model.get_score(importance_type="weight")))
        self.assertIn("[0]\tval-logloss", record["logs"]["stdout"]["content"])
        self.assertEqual(record["logs"]["stdout"]["content"], screen.getvalue())
        self.assertEqual(sigopt.get_run(made.run.id).state, "completed")

    def check_parameters(self, record):
        self.assertEqual({k: record["assignments"][k] for k in ("max_depth", "eta", "num_boost_round", "lambda")},
                         {"max_depth": 3, "eta": 0.3, "num_boost_round": 12, "lambda": 1})
        sources = {k: v["source"] for k, v in record["assignments_meta"].items()}
        self.assertEqual((sources["max_depth"], sources["lambda"]), ("User Specified", "XGBoost Defaults"))
        self.assertEqual(sources.keys(), record["assignments"].keys())
        self.assertEqual({k: v["default_show"] for k, v in record["assignments_sources"].items()},
                         {"User Specified": True, "XGBoost Defaults": False})

    def test_regression_in_a_run_of_ones_own(self):
        train, test = patients
        with sigopt.create_run(name="mine") as run:
            sigopt.xgboost.run({"objective": "reg:squarederror", "nthread": 1}, train, num_boost_round=30, evals=test, verbose_eval=False,
                               early_stopping_rounds=3,
                               run_options={"run": run, "autolog_stdout": False, "autolog_xgboost_defaults": False})
        record = fetched(run)
        self.assertEqual((record["state"], set(record["assignments"])),
                         ("completed", {"nthread", "num_boost_round", "early_stopping_rounds"}))
        rounds = record["values"]["num_boost_round_before_stopping"]["value"]
        self.assertTrue(3 < rounds < 30, rounds)
        self.assertAlmostEqual(record["values"]["TestSet-rmse"]["value"] ** 2, record["values"]["TestSet-mean squared error"]["value"],
                               delta=100)  # one of rounded predictions
        self.assertEqual(set(record["logs"]), {"stderr"})


class Experiment(unittest.TestCase):
    def check(self, experiment, metric, n):
        """Every run became an observation of the optimized metric; the best run has the best value."""
        experiment.refresh()
        self.assertEqual((experiment.progress.finished_run_count, experiment.progress.remaining_budget), (n, 0))
        self.assertEqual([m.name for m in experiment.metrics], [metric])
        observations = http.want("GET", f"/v1/experiments/{experiment.id}/observations")["data"]
        self.assertEqual([o["failed"] for o in observations], [False] * n)
        values = [o["values"][0]["value"] for o in observations]
        best = max(values) if experiment.metrics[0].objective == "maximize" else min(values)
        self.assertEqual({run.values[metric].value for run in experiment.get_best_runs()}, {best})

    def test_classification_with_defaults(self):
        train, test = tumours
        experiment = sigopt.xgboost.experiment({"name": "classify", "budget": 5}, train, test, FIXED)
        self.assertEqual({p.name for p in experiment.parameters}, {"eta", "gamma", "max_depth", "min_child_weight", "num_boost_round"})
        self.assertEqual(dict(experiment.metadata), {"_IS_XGB_EXPERIMENT": "True"})
        self.check(experiment, "TestSet-accuracy", 5)
        record = fetched(next(experiment.get_best_runs()))
        sources = {k: v["source"] for k, v in record["assignments_meta"].items()}
        self.assertEqual([sources[k] for k in ("eta", "nthread", "lambda", "early_stopping_rounds")],
                         ["SigOpt", "User Specified", "XGBoost Defaults", "SigOpt Defaults"])

    def test_regression(self):
        train, test = patients
        experiment = sigopt.xgboost.experiment(
            {"name": "regress", "budget": 4, "metrics": "mean absolute error", "parallel_bandwidth": 2,
             "parameters": [{"name": "max_depth", "bounds": {"min": 1, "max": 4}}, {"name": "eta"}]},
            train, [(test, "test"), (train, "train")], {"objective": "reg:squarederror", "nthread": 1}, num_boost_round=15,
            early_stopping_rounds=None, run_options={"autolog_xgboost_defaults": False})
        self.assertEqual({p.name: p.transformation for p in experiment.parameters}, {"max_depth": None, "eta": "log"})
        self.check(experiment, "test-mean absolute error", 4)


class Failures(unittest.TestCase):
    def test_trees_that_do_not_fit(self):
        """A loop of one's own: what would not fit into memory fails before it is trained, and is soon avoided."""
        train, test = tumours
        experiment = sigopt.create_experiment(
            name="limited", budget=16, metrics=[{"name": "test-accuracy", "objective": "maximize"}],
            parameters=[{"name": "max_depth", "type": "int", "bounds": {"min": 1, "max": 10}},
                        {"name": "num_boost_round", "type": "int", "bounds": {"min": 5, "max": 100}}])
        failed = []
        for run in experiment.loop():
            with run:
                failed.append(run.params.num_boost_round * 2 ** run.params.max_depth > 4000)
                if failed[-1]:
                    run.log_failure()
                else:
                    sigopt.xgboost.run(FIXED, train, evals=[(test, "test")], verbose_eval=False, run_options={"run": run})
        observations = http.want("GET", f"/v1/experiments/{experiment.id}/observations")["data"]
        self.assertEqual([o["failed"] for o in observations][::-1], failed)
        self.assertTrue(0 < sum(failed[:8]) and sum(failed[8:]) <= 3, failed)
        self.assertGreater(next(experiment.get_best_runs()).values["test-accuracy"].value, 0.9)
