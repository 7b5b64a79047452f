"""AI experiments through the AI Module of the official Python client: definitions, the loop, changes, and what is best."""
import itertools
import json
import unittest

import server
from spaces import PARAMETERS, within

PROJECT = "sigopt-examples"
METRIC = [{"name": "m"}]


def setUpModule():
    global running, conn, http, sigopt
    running = server.Server("ai-experiments")
    conn = running.connection()
    http = running.client()
    import sigopt


def tearDownModule():
    http.close()
    assert running.stop() == 0


def fetched(run):
    """The run as the server has it now, as JSON."""
    return http.want("GET", f"/v1/training_runs/{run.id}")


def observed(run):
    """The observation that the run became, as JSON."""
    record = fetched(run)
    return http.want("GET", f"/v1/experiments/{record['experiment']}/observations/{record['observation']}")


def progress(experiment):
    experiment.refresh()
    return experiment.progress.to_json()


class Kinds(unittest.TestCase):
    """Every kind of definition, with a loop in which some runs fail and the others log every metric."""

    def loop(self, budget=8, parameters=PARAMETERS, metrics=METRIC, fails=lambda a: a["c"] == "d", n=None, **more):
        experiment = sigopt.create_experiment(name="kinds", parameters=parameters, metrics=metrics, budget=budget, **more)
        self.assertEqual((experiment.budget, experiment.project, experiment.state), (budget, PROJECT, "active"))
        doubles = [p["name"] for p in parameters if p["type"] == "double"]
        self.runs = []
        for run in itertools.islice(experiment.loop(name="part of a loop"), n):
            assignments = dict(run.params)
            # Runs show whole numbers without a fraction, whatever the parameter's type.
            within(self, experiment, {k: float(v) if k in doubles else v for k, v in assignments.items()})
            with run:
                if fails(assignments):
                    run.log_failure()
                else:
                    run.log_metrics({m["name"]: sum(v for v in assignments.values() if isinstance(v, (int, float))) for m in metrics})
            record = fetched(run)
            self.assertEqual(record["assignments"], assignments)
            self.assertEqual({k: v["source"] for k, v in record["assignments_meta"].items()}, dict.fromkeys(assignments, "SigOpt"))
            self.assertEqual((record["name"], record["experiment"]), ("part of a loop", experiment.id))
            observation = observed(run)
            self.assertEqual((observation["suggestion"], observation["failed"]), (record["suggestion"], fails(assignments)))
            self.assertEqual({v["name"]: v["value"] for v in observation["values"]},
                             {} if observation["failed"] else {k: v["value"] for k, v in record["values"].items()})
            self.runs.append(record)
        counts = progress(experiment)
        self.assertEqual((counts["finished_run_count"], counts["active_run_count"]), (len(self.runs), 0))
        return experiment

    def best(self, experiment):
        best = [run.id for run in experiment.get_best_runs()]
        self.assertLessEqual(set(best), {r["id"] for r in self.runs if r["state"] == "completed"})
        return best

    def test_plain(self):
        experiment = self.loop(parallel_bandwidth=2, metadata={"owner": "me"}, type="offline")
        self.assertEqual((len(self.runs), dict(experiment.metadata), experiment.parallel_bandwidth), (8, {"owner": "me"}, 2))
        completed = [r for r in self.runs if r["state"] == "completed"]
        self.assertTrue(0 < len(completed) < 8)
        self.assertEqual(self.best(experiment), [max(completed, key=lambda r: r["values"]["m"]["value"])["id"]])

    def test_no_budget(self):
        experiment = self.loop(budget=None, n=5)
        self.assertIsNone(experiment.progress.remaining_budget)
        self.assertFalse(experiment.is_finished())

    def test_parameters(self):
        self.loop(fails=lambda a: a["log"] > 0.1, parameters=[
            {"name": "log", "type": "double", "bounds": {"min": 1e-6, "max": 1}, "transformation": "log"},
            {"name": "grid", "type": "int", "grid": [16, 32, 64]},
            {"name": "words", "type": "categorical", "categorical_values": ["x", "y", "z"]},
            {"name": "two words", "type": "double", "bounds": {"min": -1, "max": 1}, "default_value": 0.5},
            {"name": "prior", "type": "double", "bounds": {"min": 0, "max": 1}, "prior": {"name": "normal", "mean": 0.5, "scale": 0.1}}])

    def test_conditionals(self):
        self.loop(fails=lambda a: a["kernel"] == "rbf", conditionals=[{"name": "kernel", "values": ["linear", "rbf", "poly"]}], parameters=[
            {"name": "C", "type": "double", "bounds": {"min": 0.01, "max": 10}},
            {"name": "gamma", "type": "double", "bounds": {"min": 0.01, "max": 10}, "conditions": {"kernel": ["rbf", "poly"]}},
            {"name": "degree", "type": "int", "bounds": {"min": 2, "max": 5}, "conditions": {"kernel": "poly"}}])
        self.assertEqual({r["assignments"]["kernel"] for r in self.runs}, {"linear", "rbf", "poly"})

    def test_linear_constraints(self):
        self.loop(fails=lambda a: a["x"] > 0.5, parameters=[{"name": n, "type": "double", "bounds": {"min": 0, "max": 1}} for n in "xyz"],
                  linear_constraints=[{"type": "less_than", "threshold": 1, "terms": [{"name": n, "weight": 1} for n in "xyz"]}])
        self.assertTrue(all(sum(r["assignments"].values()) <= 1 + 1e-9 for r in self.runs))

    def test_metrics(self):
        experiment = self.loop(metrics=[
            {"name": "fast", "objective": "maximize", "strategy": "optimize", "threshold": -100},
            {"name": "cheap", "objective": "minimize", "strategy": "optimize"}, {"name": "kept", "strategy": "store"},
            {"name": "hot", "objective": "minimize", "strategy": "constraint", "threshold": 1000}])
        self.assertGreaterEqual(len(self.best(experiment)), 1)

    def test_search(self):
        experiment = self.loop(metrics=[{"name": "low", "objective": "minimize", "strategy": "constraint", "threshold": 0},
                                        {"name": "high", "objective": "maximize", "strategy": "constraint", "threshold": -60}])
        inside = {r["id"] for r in self.runs if r["state"] == "completed" and -60 <= r["values"]["low"]["value"] <= 0}
        self.assertEqual(set(self.best(experiment)), inside)

    def test_several_solutions(self):
        experiment = self.loop(num_solutions=2)
        self.assertEqual((experiment.num_solutions, len(self.best(experiment))), (2, 2))

    def test_random(self):
        self.loop(type="random")

    def test_grid(self):
        experiment = sigopt.create_experiment(name="grid", type="grid", metrics=METRIC, parameters=[
            {"name": "k", "type": "int", "grid": [1, 2, 3]}, {"name": "c", "type": "categorical", "categorical_values": ["x", "y"]}])
        self.assertEqual(experiment.budget, 6)
        self.assertEqual([tuple(run.params[k] for k in "kc") for run in experiment.loop()], [(k, c) for k in (1, 2, 3) for c in "xy"])

    def test_refused(self):
        wrong = [({"metrics": [{"name": "m", "strategy": "optimise"}]}, "strategy"), ({"tasks": [{"name": "t", "cost": 1}]}, "tasks"),
                 ({"observation_budget": 3}, "observation_budget"),
                 ({"parameters": [{**PARAMETERS[0], "bounds": {"min": 5, "max": 2}}]}, "bounds")]
        for change, word in wrong:
            with self.subTest(change), self.assertRaises(sigopt.exception.ApiException) as caught:
                sigopt.create_experiment(**{"name": "no", "parameters": PARAMETERS, "metrics": METRIC, **change})
            self.assertEqual(caught.exception.status_code, 400)
            self.assertIn(word, caught.exception.message)
            conn.tokens("self").fetch()  # the client slows down after several errors in a row


class Loop(unittest.TestCase):
    def setUp(self):
        self.experiment = sigopt.create_experiment(name="loop", parameters=PARAMETERS, metrics=METRIC, budget=3)

    def test_active_runs_use_the_budget(self):
        runs = [self.experiment.create_run(), self.experiment.create_run(name="second", metadata={"k": 1})]
        self.assertEqual((fetched(runs[1])["name"], fetched(runs[1])["metadata"]), ("second", {"k": 1}))
        counts = progress(self.experiment)
        self.assertEqual([counts[k] for k in ("active_run_count", "finished_run_count", "total_run_count", "remaining_budget")],
                         [2, 0, 2, 1])
        self.assertFalse(self.experiment.is_finished())
        runs.append(self.experiment.create_run())
        self.assertTrue(self.experiment.is_finished())
        self.assertEqual(list(self.experiment.loop()), [])
        runs.append(self.experiment.create_run())  # a budget is a plan
        self.assertEqual(progress(self.experiment)["remaining_budget"], -1)
        for run in runs:
            with run:
                run.log_metric("m", 1)
        self.assertEqual(progress(self.experiment)["finished_run_count"], 4)

    def test_parameters(self):
        with self.experiment.create_run() as run:
            suggested = dict(run.params)
            for change in (lambda: setattr(run.params, "a", 3), lambda: run.params.update(b=-1), lambda: run.params.pop("c")):
                with self.assertRaises(ValueError):
                    change()
            run.params.epochs = 5
            run.params.setdefaults(a=49, seed=7)
            run.set_parameters({"b": -0.5})  # the client does not look
            run.log_metric("m", 2)
        self.assertEqual(fetched(run)["assignments"], {**suggested, "b": -0.5, "epochs": 5, "seed": 7})
        self.assertEqual(observed(run)["assignments"], suggested, "what is learnt is what was suggested")

    def test_ends(self):
        with self.experiment.create_run() as without:
            without.log_metric("other", 1)
        with self.assertRaises(MemoryError):
            with self.experiment.create_run() as raised:
                raised.log_metric("m", 5)
                raise MemoryError
        with self.experiment.create_run() as completed:
            completed.log_metric("m", 4, stddev=0.5)
        self.assertEqual([fetched(r)["state"] for r in (without, raised, completed)], ["completed", "failed", "completed"])
        self.assertEqual([observed(r)["failed"] for r in (without, raised, completed)], [True, True, False])
        self.assertEqual([(v["value"], v["value_stddev"]) for v in observed(completed)["values"]], [(4, 0.5)])
        completed.log_metric("m", 99)
        self.assertEqual(observed(completed)["values"][0]["value"], 4, "observed once")
        self.assertEqual([r.id for r in self.experiment.get_best_runs()], [completed.id])

    def test_exceptions_do_not_end_a_loop(self):
        seen = []
        while not self.experiment.is_finished():
            for run in self.experiment.loop():
                seen.append(run)
                try:
                    with run:
                        raise RuntimeError
                except RuntimeError:
                    pass
        self.assertEqual([fetched(r)["state"] for r in seen], ["failed"] * 3)
        self.assertEqual(list(self.experiment.get_best_runs()), [])

    def test_open_runs_are_at_different_points(self):
        self.assertEqual(len({tuple(run.params.values()) for run in self.experiment.loop()}), 3)


class Changes(unittest.TestCase):
    def setUp(self):
        self.experiment = sigopt.create_experiment(name="before", parameters=PARAMETERS, metrics=METRIC, budget=3)

    def test_update(self):
        parameters = list(self.experiment.parameters)
        parameters[1].bounds.max = 10
        changed = self.experiment.update(name="after", parameters=parameters, budget=7, metadata={"k": "v"}, parallel_bandwidth=4)
        self.assertEqual((changed.name, changed.budget, dict(changed.metadata), changed.parallel_bandwidth), ("after", 7, {"k": "v"}, 4))
        self.assertEqual((changed.parameters[1].bounds.max, changed.parameters[2].to_json()), (10, self.experiment.parameters[2].to_json()))
        self.assertEqual(self.experiment.name, "before")
        self.experiment.refresh()
        self.assertEqual((self.experiment.name, self.experiment.progress.remaining_budget), ("after", 7))

    def test_archive(self):
        with self.experiment.create_run() as run:
            run.log_metric("m", 1)
        self.experiment.archive()
        self.assertEqual(self.experiment.state, "deleted")
        self.assertFalse(fetched(run)["deleted"])
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            self.experiment.create_run()
        self.assertEqual(caught.exception.status_code, 400)
        sigopt.unarchive_experiment(self.experiment.id)
        self.assertEqual(sigopt.get_experiment(self.experiment.id).state, "active")
        sigopt.archive_experiment(self.experiment.id, include_runs=True)
        self.assertTrue(fetched(run)["deleted"])
        sigopt.unarchive_experiment(self.experiment.id)
        self.assertTrue(fetched(run)["deleted"], "as they were before")
        sigopt.unarchive_run(run.id)
        self.assertEqual([r.id for r in self.experiment.get_best_runs()], [run.id])

    def test_archived_run_is_not_learnt_from(self):
        runs = []
        for run in self.experiment.loop():
            with run:
                run.log_metric("m", len(runs))
            runs.append(run)
        sigopt.archive_run(runs[2].id)
        self.assertEqual([r.id for r in self.experiment.get_best_runs()], [runs[1].id])
        self.assertEqual(progress(self.experiment)["remaining_budget"], 1)
        sigopt.unarchive_run(runs[2].id)
        self.assertEqual([r.id for r in self.experiment.get_best_runs()], [runs[2].id])

    def test_get(self):
        again = sigopt.get_experiment(self.experiment.id)
        self.assertEqual((again.name, again.budget, again.progress.remaining_budget), ("before", 3, 3))
        with again.create_run() as run:
            run.log_metric("m", 1)
        self.assertEqual(fetched(run)["experiment"], self.experiment.id)
        core = conn.experiments().create(name="core", parameters=PARAMETERS, metrics=METRIC)
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            sigopt.get_experiment(core.id)
        self.assertEqual(caught.exception.status_code, 404)
        self.assertEqual(conn.experiments(self.experiment.id).fetch().name, "before")  # the client follows where it is sent


class Lists(unittest.TestCase):
    def test_runs_of_an_experiment(self):
        experiment = sigopt.create_experiment(name="listed", parameters=PARAMETERS, metrics=METRIC, budget=3)
        sigopt.create_experiment(name="other", parameters=PARAMETERS, metrics=METRIC).create_run().log_failure()
        runs = []
        for run in experiment.loop():
            with run:
                run.log_metric("m", 5 - len(runs))
            runs.append(run)
        runs[1].end(exception=ValueError())
        sigopt.archive_run(runs[2].id)
        listed = list(experiment.get_runs())
        self.assertEqual([run.id for run in listed], [run.id for run in reversed(runs)])
        self.assertEqual([(run.state, run.deleted) for run in listed], [("completed", True), ("failed", False), ("completed", False)])
        self.assertEqual([dict(run.assignments) for run in listed], [dict(run.params) for run in reversed(runs)])

    def test_more_runs_than_a_page_has(self):
        experiment = sigopt.create_experiment(name="long", parameters=PARAMETERS, metrics=METRIC, type="random")
        create = conn.aiexperiments(experiment.id).training_runs().create
        made = [create(name=f"run {i}", state="failed").id for i in range(120)]
        self.assertEqual([run.id for run in experiment.get_runs()], made[::-1])


class OlderClients(unittest.TestCase):
    def test_paths_of_experiments(self):
        """The Python clients 8.0 to 8.5 make experiments of runs, and their runs, by the paths of the Core Module."""
        experiment = conn.clients("1").experiments().create(name="older", project=PROJECT, runs_only=True, budget=4,
                                                            parameters=PARAMETERS, metrics=METRIC)
        at = conn.experiments(experiment.id)
        for i in range(4):
            self.assertEqual(at.fetch().to_json()["progress"]["remaining_budget"], 4 - i)
            run = at.training_runs().create(name=f"run {i}", metadata=None)
            self.assertEqual((run.experiment, set(run.assignments)), (experiment.id, set("abc")))
            http.raw("MERGE", f"/v1/training_runs/{run.id}", json.dumps({"values": {"m": {"value": i}}}).encode())
            conn.training_runs(run.id).update(state="failed" if i == 3 else "completed")
        self.assertEqual([run.values["m"].value for run in at.best_training_runs().fetch().iterate_pages()], [2])
        core = conn.experiments().create(name="core", parameters=PARAMETERS, metrics=METRIC)
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            conn.experiments(core.id).training_runs().create(name="no")
        self.assertEqual(caught.exception.status_code, 404)


class Parallel(unittest.TestCase):
    def test_workers(self):
        """Four workers, as programs of their own would be, share one experiment."""
        import threading

        experiment = sigopt.create_experiment(name="parallel", parameters=PARAMETERS, metrics=METRIC, budget=24, parallel_bandwidth=4)
        points, problems = [], []

        def work():
            factory = sigopt.SigOptFactory(PROJECT, connection=sigopt.Connection())
            try:
                for run in factory.get_experiment(experiment.id).loop():
                    with run:
                        points.append(tuple(run.params.values()))
                        if run.params.c == "d":
                            run.log_failure()
                        else:
                            run.log_metric("m", run.params.a + run.params.b)
            except Exception as problem:  # pylint: disable=broad-except
                problems.append(problem)
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(problems, [])
        self.assertTrue(24 <= len(points) <= 27, "each worker may have seen the last unit of the budget")
        self.assertEqual(len(set(points)), len(points))
        self.assertEqual(progress(experiment)["finished_run_count"], len(points))
